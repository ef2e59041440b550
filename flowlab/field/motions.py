"""Flow fields in closed form: rotation and zoom about a point, with a translation.

A motion is a 3 x 3 matrix that takes a point (x, y, 1) of frame 1 to its position in frame 2, in pixels; (0, 0) is
the centre of the upper left pixel. As y points down, positive degrees turn clockwise on the screen.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float32

from flowlab.field.arrays import Number


def similarity_matrix(
    degrees: Number = 0.0,
    scale: Number = 1.0,
    translation: tuple[Number, Number] = (0.0, 0.0),
    centre: tuple[Number, Number] = (0.0, 0.0),
) -> Float[np.ndarray, "3 3"]:
    """Return the matrix (3 x 3 float64) that rotates and zooms about a point, then translates.

    Args:
        degrees: Clockwise on the screen.
        scale: Above 1 things grow.
        translation: (right, down) in pixels, after the rest.
        centre: (x, y) of the point that rotation and zoom leave in place.

    Raises:
        ValueError: If ``scale`` is not positive: the motion could not be undone.

    Example:
        >>> quarter_turn = similarity_matrix(degrees=90)
        >>> (quarter_turn @ [1, 0, 1]).round(6).tolist()  # what pointed right points down
        [0.0, 1.0, 1.0]
    """
    if not scale > 0:
        raise ValueError(f"scale must be positive, got {scale}; 1 keeps the size")
    angle = np.deg2rad(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.eye(3)
    matrix[:2, :2] = turn
    matrix[:2, 2] = np.asarray(centre) - turn @ np.asarray(centre) + np.asarray(translation)
    return matrix


def similarity_flow(
    size: tuple[int, int],
    degrees: Number = 0.0,
    scale: Number = 1.0,
    translation: tuple[Number, Number] = (0.0, 0.0),
    centre: tuple[Number, Number] | None = None,
) -> Float32[np.ndarray, "H W 2"]:
    """Return the flow (H, W, 2) of ``similarity_matrix`` on an image of size (height, width).

    Without ``centre``, it is the middle of the image.

    Raises:
        ValueError: If ``size`` or ``scale`` is not positive.

    Example:
        >>> zoom = similarity_flow((3, 3), scale=2)
        >>> zoom[0, 0].tolist(), zoom[1, 1].tolist()  # the corner moves out, the middle stays
        ([-1.0, -1.0], [0.0, 0.0])
    """
    if len(size) != 2 or min(size) < 1:
        raise ValueError(f"size must be (height, width), both at least 1, got {tuple(size)}")
    middle = ((size[1] - 1) / 2, (size[0] - 1) / 2) if centre is None else centre
    matrix = similarity_matrix(degrees, scale, translation, middle)
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float64)
    start = np.stack([x, y], axis=-1)  # (H, W, 2)
    return (start @ matrix[:2, :2].T + matrix[:2, 2] - start).astype(np.float32)
