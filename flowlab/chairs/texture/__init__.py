"""Backgrounds with the statistics of photographs, and photographs where the user has some."""

from flowlab.chairs.texture.painters import FAMILIES, background, develop
from flowlab.chairs.texture.photographs import photograph

__all__ = ["FAMILIES", "background", "develop", "photograph"]
