"""Classical optical flow: Lucas-Kanade and Horn-Schunck written out, methods of other libraries by the same call."""

from flowlab.classical.fusion import fuse
from flowlab.classical.horn_schunck import horn_schunck
from flowlab.classical.library import METHODS, run
from flowlab.classical.lucas_kanade import LucasKanade, lucas_kanade
from flowlab.classical.variational import refine

__all__ = ["METHODS", "LucasKanade", "fuse", "horn_schunck", "lucas_kanade", "refine", "run"]
