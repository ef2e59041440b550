"""Chairs of many kinds, built from parts and photographed from 62 views."""

from __future__ import annotations

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs.furniture import home, public
from flowlab.chairs.furniture.materials import Material
from flowlab.chairs.furniture.members import ChairWorkshop
from flowlab.chairs.furniture.render import VIEWS, Light, render
from flowlab.chairs.furniture.workshop import Mesh

__all__ = ["KINDS", "VIEWS", "ChairWorkshop", "Light", "Material", "Mesh", "build", "picture", "render"]

# Name: the function that makes it, and its weight. Dining chairs have the most shapes.
KINDS = {
    "dining": (home.dining, 6.0),
    "windsor": (home.windsor, 1.5),
    "rocker": (home.rocker, 1.0),
    "stool": (home.stool, 1.0),
    "bench": (home.bench, 0.8),
    "folding": (public.folding, 1.0),
    "adirondack": (home.adirondack, 0.6),
    "throne": (home.throne, 1.2),
    "school": (public.school, 1.0),
    "club": (home.club, 1.5),
    "wing": (home.wing, 0.7),
    "slipper": (home.slipper, 1.2),
    "lounge": (home.lounge, 1.0),
    "barcelona": (home.barcelona, 0.5),
    "sling": (public.sling, 0.9),
    "cantilever": (public.cantilever, 1.5),
    "office": (public.office, 2.5),
    "barstool": (public.barstool, 1.0),
    "tulip": (public.tulip, 0.6),
    "shell": (public.shell, 1.5),
    "wire": (public.wire, 0.6),
    "bistro": (public.bistro, 1.0),
    "garden": (public.garden, 0.6),
}


def build(rng: np.random.Generator, kind: str | None = None, *, thin: bool = True) -> tuple[Mesh, list[Material]]:
    """Design and build a chair.

    Args:
        rng: Random generator; another state gives another chair.
        kind: One of KINDS; drawn by weight when left out.
        thin: Allow parts thinner than 5 cm.

    Returns:
        The chair and its materials, as ``render`` takes them. Metres, z up, looking along +y.

    Raises:
        ValueError: If the kind is none of KINDS.
    """
    if kind is None:
        weights = np.array([weight for _, weight in KINDS.values()])
        kind = list(KINDS)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    elif kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    shop = ChairWorkshop(rng, thin=thin)
    KINDS[kind][0](shop)
    mesh, materials = shop.finish()
    stretch = np.exp(rng.normal(0, 0.05, 3))  # proportions vary from maker to maker
    return mesh._replace(points=mesh.points * stretch), materials


def picture(
    rng: np.random.Generator,
    pixels: int,
    *,
    kind: str | None = None,
    view: int | None = None,
    thin: bool = True,
    material: Material | None = None,
) -> UInt8[ndarray, "H W 4"]:
    """Build a chair and take its picture in a light of its own.

    Args:
        rng: Random generator.
        pixels: Longer side of the picture.
        kind: As in ``build``.
        view: 0 to 61; drawn when left out.
        thin: As in ``build``.
        material: The material of all parts; those that the chair was built with when left out.

    Returns:
        Red, green, blue times alpha, and alpha.
    """
    drawn = int(rng.integers(VIEWS))
    mesh, materials = build(rng, kind, thin=thin)
    if material is not None:
        materials = [material] * len(materials)
    direction = (rng.uniform(-1, 1), rng.uniform(0.4, 1.2), rng.uniform(0.3, 1.0))
    light = Light(direction, lamp=rng.uniform(0.5, 0.9), glow=rng.uniform(0.2, 0.5))
    # Small pictures have thin parts below a pixel: more samples keep them.
    samples = 4 if pixels <= 140 else 3 if pixels <= 400 else 2
    return render(mesh, materials, drawn if view is None else view, pixels, light=light, samples=samples)
