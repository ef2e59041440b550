"""Recognises what often goes wrong with fields and images, from the results alone.

Each rule looks at all cases at once: (got, expected) pairs of equal shape, of which at least one differs. It
speaks only where one transformation turns every expected result into what came.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Pairs = list[tuple[np.ndarray, np.ndarray]]


def diagnose(pairs: Pairs, *, atol: float, rtol: float) -> str:
    """Return what probably went wrong, as a sentence; empty if nothing fits.

    Args:
        pairs: For each case, what came and what was expected: arrays of one shape.
        atol: Differences up to atol + rtol * |expected| count as none.
        rtol: See atol.

    Example:
        >>> up = np.array([0.0, 1.0, 2.0])
        >>> diagnose([(-up, up)], atol=1e-6, rtol=1e-5)
        'Every sign is reversed.'
    """
    truncated = any(got.dtype.kind in "iu" for got, _ in pairs)
    pairs = [(got.astype(np.float64), expected.astype(np.float64)) for got, expected in pairs]
    if not all(np.isfinite(got).all() and np.isfinite(expected).all() for got, expected in pairs):
        return ""

    def becomes(change: Callable[[np.ndarray], np.ndarray | None]) -> bool:
        """Say whether `change` turns what was expected into what came, in every case."""
        for got, expected in pairs:
            changed = change(expected)
            if changed is None or changed.shape != got.shape or not np.allclose(got, changed, atol=atol, rtol=rtol):
                return False
        return True

    for rule in (_components, _signs, _transposed, _whole_numbers):
        if said := rule(becomes, truncated):
            return said
    return _factor(pairs, becomes) or _offset(pairs, becomes) or _shift(pairs, atol, rtol) or _border(pairs, atol, rtol)


def _components(becomes: Callable, _: bool) -> str:
    if becomes(_swapped):
        return "The two components have changed places: first u, to the right, then v, down."
    return ""


def _signs(becomes: Callable, _: bool) -> str:
    if becomes(np.negative):
        return "Every sign is reversed."
    for component, name, way in ((0, "u", "to the right"), (1, "v", "down")):
        if becomes(lambda x, c=component: _negated(x, c)):
            return f"The sign of {name} is reversed: positive {name} points {way}."
    return ""


def _transposed(becomes: Callable, _: bool) -> str:
    for a, b in ((0, 1), (-2, -1)):
        if becomes(lambda x, a=a, b=b: np.swapaxes(x, a, b) if x.ndim >= 2 else None):
            return "Rows and columns have changed places: the result is transposed."
    return ""


def _whole_numbers(becomes: Callable, truncated: bool) -> str:
    for cut in (np.trunc, np.floor, np.round):
        if becomes(cut):
            dtype = "is an integer array" if truncated else "holds whole numbers only"
            return f"Your result {dtype}: the fractions were rounded or cut off on the way; calculate with floats."
    if becomes(lambda x: np.mod(np.trunc(x), 256)):
        return "The values wrap around at 256: uint8 cannot hold them; calculate with floats."
    return ""


def _factor(pairs: Pairs, becomes: Callable) -> str:
    got, expected = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    # One value is always a multiple of another: a factor says something only of different values.
    if np.unique(np.round(np.abs(expected[expected != 0]), 9)).size < 2:
        return ""
    factor = float(got @ expected / (expected @ expected))
    if abs(factor) < 1e-9 or not becomes(lambda x: factor * x):
        return ""
    known = {
        np.pi / 180: " (radians, where degrees are expected)",
        180 / np.pi: " (degrees, where radians are expected)",
    }
    why = next((text for value, text in known.items() if np.isclose(factor, value, rtol=1e-4)), "")
    return f"Your values are {factor:.4g} times the expected ones{why}."


def _offset(pairs: Pairs, becomes: Callable) -> str:
    got, expected = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    if np.unique(np.round(expected, 9)).size < 2:
        return ""
    offset = float((got - expected).mean())
    return f"Your values are the expected ones {offset:+.4g}, everywhere." if becomes(lambda x: x + offset) else ""


def _shift(pairs: Pairs, atol: float, rtol: float) -> str:
    steps = ((0, 1, "right"), (0, -1, "left"), (1, 0, "down"), (-1, 0, "up"))
    for dy, dx, way in (*steps, (1, 1, "down and right"), (-1, -1, "up and left")):
        if all(_moved(got, expected, dy, dx, atol, rtol) for got, expected in pairs):
            return f"Your result is the expected one moved by a pixel, {way}: look at where an index begins."
    return ""


def _moved(got: np.ndarray, expected: np.ndarray, dy: int, dx: int, atol: float, rtol: float) -> bool:
    rows, columns = _picture_axes(got.shape)
    if rows is None or min(got.shape[rows], got.shape[columns]) < 3:
        return False
    a, b = (np.moveaxis(x, (rows, columns), (0, 1)) for x in (got, expected))
    h, w = a.shape[:2]
    here = a[max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)]
    there = b[max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)]
    return np.allclose(here, there, atol=atol, rtol=rtol)


def _border(pairs: Pairs, atol: float, rtol: float) -> str:
    for got, expected in pairs:
        rows, columns = _picture_axes(got.shape)
        if rows is None or min(got.shape[rows], got.shape[columns]) < 5:
            return ""
        a, b = (np.moveaxis(x, (rows, columns), (0, 1))[1:-1, 1:-1] for x in (got, expected))
        if not np.allclose(a, b, atol=atol, rtol=rtol):
            return ""
    return "Only the outermost pixels differ: look at what happens at the border."


def _picture_axes(shape: tuple) -> tuple[int | None, int | None]:
    """Return the axes of rows and columns: (H, W), (H, W, 1..4), else the last two."""
    if len(shape) < 2:
        return None, None
    return (0, 1) if len(shape) == 2 or (len(shape) == 3 and shape[2] <= 4) else (len(shape) - 2, len(shape) - 1)


def _component_axis(x: np.ndarray) -> int | None:
    """Return the axis of u and v: the last in (..., 2), the third from the end in (..., 2, H, W)."""
    if x.ndim and x.shape[-1] == 2:
        return -1
    return -3 if x.ndim >= 3 and x.shape[-3] == 2 else None


def _swapped(x: np.ndarray) -> np.ndarray | None:
    axis = _component_axis(x)
    return None if axis is None else np.flip(x, axis)


def _negated(x: np.ndarray, component: int) -> np.ndarray | None:
    axis = _component_axis(x)
    if axis is None:
        return None
    signs = np.ones(2)
    signs[component] = -1
    return x * signs.reshape((2,) + (1,) * (-1 - axis))
