"""Flow without learning."""

from flowlab.classical.library import METHODS, run

__all__ = ["METHODS", "run"]
