"""Flow fields in closed form: translation, rotation with zoom, and any affine or projective motion.

A motion is a 3 x 3 matrix that takes a point (x, y, 1) of frame 1 to its place in frame 2, in pixels, with (0, 0) the
centre of the upper left pixel. ``np.linalg.inv`` of it is the motion of the backward flow. Since y points down,
positive degrees turn clockwise on the screen. A size is (height, width); a flow is (H, W, 2) float32.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float32

from flowlab.field.arrays import Number

Matrix = Float[np.ndarray, "3 3"]


def translation_flow(size: tuple[int, int], u: Number, v: Number) -> Float32[np.ndarray, "H W 2"]:
    """Move every pixel by the same vector: ``u`` pixels to the right, ``v`` down.

    Raises:
        ValueError: If ``size`` is not positive.

    Example:
        >>> translation_flow((1, 2), 3, -1).tolist()
        [[[3.0, -1.0], [3.0, -1.0]]]
    """
    _check_size(size)
    return np.full((*size, 2), (u, v), np.float32)


def similarity_matrix(
    degrees: Number = 0.0,
    scale: Number = 1.0,
    translation: tuple[Number, Number] = (0.0, 0.0),
    centre: tuple[Number, Number] = (0.0, 0.0),
) -> Matrix:
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
    """Return the flow of ``similarity_matrix``; the centre is the middle of the image if not given.

    Raises:
        ValueError: If ``size`` or ``scale`` is not positive.

    Example:
        >>> zoom = similarity_flow((3, 3), scale=2)
        >>> zoom[0, 0].tolist(), zoom[1, 1].tolist()  # the corner moves out, the middle stays
        ([-1.0, -1.0], [0.0, 0.0])
    """
    _check_size(size)
    middle = ((size[1] - 1) / 2, (size[0] - 1) / 2) if centre is None else centre
    return matrix_flow(size, similarity_matrix(degrees, scale, translation, middle))


def matrix_flow(
    size: tuple[int, int], matrix: Float[np.ndarray, "2 3"] | Float[np.ndarray, "3 3"]
) -> Float32[np.ndarray, "H W 2"]:
    """Return the flow of an affine (2 x 3, or 3 x 3 with last row 0 0 1) or projective (3 x 3) motion.

    It is computed in float64.

    Raises:
        ValueError: If ``size`` is not positive, the matrix is neither 2 x 3 nor 3 x 3, or it sends a pixel of the
            frame to infinity or behind the camera.

    Example:
        >>> shear = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0]])
        >>> matrix_flow((3, 1), shear)[:, 0].tolist()  # each row moves half a pixel more to the right
        [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0]]
    """
    _check_size(size)
    matrix = np.asarray(matrix, np.float64)
    if matrix.shape not in ((2, 3), (3, 3)):
        raise ValueError(f"matrix must be 2 x 3 or 3 x 3, got shape {matrix.shape}")
    if matrix.shape == (2, 3):
        matrix = np.vstack([matrix, [0.0, 0.0, 1.0]])
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float64)
    start = np.stack([x, y], axis=-1)  # (H, W, 2)
    end = start @ matrix[:2, :2].T + matrix[:2, 2]
    depth = start @ matrix[2, :2] + matrix[2, 2]  # (H, W), 1 everywhere if affine
    if not depth.min() > 0:
        raise ValueError(
            f"matrix sends part of the {size[0]} x {size[1]} frame to infinity or behind the camera: its last row "
            f"{matrix[2].tolist()} gives {depth.min():g} there and must stay positive"
        )
    return (end / depth[..., None] - start).astype(np.float32)


def _check_size(size: tuple[int, int]) -> None:
    if len(size) != 2 or min(size) < 1:
        raise ValueError(f"size must be (height, width), both at least 1, got {tuple(size)}")
