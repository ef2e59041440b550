"""Recognises what often goes wrong with fields and images, from the results alone.

Each rule looks at all cases at once: (got, expected) pairs, of which at least one differs. It speaks only where one
transformation turns every expected result into what came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import permutations, product

import numpy as np

Pairs, Numbers = list[tuple[np.ndarray, np.ndarray]], dict[str, Sequence[float]]


def diagnose(pairs: Pairs, *, atol: float, rtol: float, numbers: Numbers | None = None, flows: bool = True) -> str:
    """Return what probably went wrong, as a sentence; empty if nothing fits.

    Args:
        pairs: For each case, what came and what was expected: arrays of numbers, or of truth values.
        atol: Differences up to atol + rtol * |expected| count as none.
        rtol: See atol.
        numbers: Of each case the numbers by which a result may have been multiplied, by name.
        flows: An axis of two holds u and v; else it holds two results.

    Example:
        >>> up = np.array([0.0, 1.0, 2.0])
        >>> diagnose([(-up, up)], atol=1e-6, rtol=1e-5)
        'Every sign is reversed.'
    """
    masks = {side.dtype == bool for pair in pairs for side in pair}
    truncated = any(got.dtype.kind in "iu" for got, _ in pairs)
    pairs = [(got.astype(np.float64), expected.astype(np.float64)) for got, expected in pairs]
    fits = partial(np.allclose, atol=atol, rtol=rtol)
    if not all(np.isfinite(got).all() and np.isfinite(expected).all() for got, expected in pairs):
        return ""

    def becomes(change: Callable, came: Callable = np.asarray) -> bool:
        """Say whether `change` of what was expected is `came` of what came, in every case."""
        try:
            changed = [(came(got), change(want)) for got, want in pairs]
        except (ValueError, IndexError):  # an axis that it does not have
            return False
        return all(a.shape == b.shape and fits(a, b) for a, b in changed)

    if any(got.shape != expected.shape for got, expected in pairs):
        return _shapes(pairs, becomes)
    changes = MASKS if masks == {True} else (FLOWS if flows else RESULTS) + NUMBERS
    if said := next((said for change, said in changes if becomes(change)), ""):
        return said.replace("holds whole numbers only", "is an integer array") if truncated else said
    if masks == {True}:
        return _shift(becomes) or _too_many(pairs)
    said = _factor(pairs, becomes) or _by_a_number(pairs, numbers or {}, fits)
    came, wanted = ({(*pair[side].shape, *pair[side].ravel()) for pair in pairs} for side in (0, 1))
    if not said and len(came) == 1 < len(wanted):
        return "Your result is the same in every case, whatever the arguments are."
    return said or _shift(becomes)


def _too_many(pairs: Pairs) -> str:
    if all((got >= expected).all() for got, expected in pairs):
        return "Your mask misses nothing, but it is True at too many places."
    few = all((got <= expected).all() for got, expected in pairs)
    return "What your mask marks is right, but it is True at too few places." if few else ""


def _shapes(pairs: Pairs, becomes: Callable) -> str:
    """Say how results of another shape become the expected ones: by an order of axes, by a sum, by a new shape."""
    if np.unique(np.concatenate([expected.ravel() for _, expected in pairs])).size < 2:
        return ""
    axes = range(min(got.ndim for got, _ in pairs))
    if any(becomes(np.asarray, lambda x, order=order: x.transpose(order)) for order in permutations(axes)):
        return "Your numbers are right, but your axes are in another order."
    if becomes(np.ravel, np.ravel):
        return "Your numbers are right and in the right order: give them the expected shape."
    for name, axis in product(("sum", "mean"), (None, *axes)):
        if becomes(np.asarray, lambda x, name=name, axis=axis: np.asarray(getattr(x, name)(axis=axis))):
            return f"The {name} of your values{'' if axis is None else f' along axis {axis}'} is what was asked for."
    return ""


def _factor(pairs: Pairs, becomes: Callable) -> str:
    got, expected = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    # One value is always a multiple of another: a factor or an offset says something only of different values.
    if np.unique(np.round(np.abs(expected[expected != 0]), 9)).size > 1:
        factor = float(got @ expected / (expected @ expected))
        if abs(factor) >= 1e-9 and becomes(lambda x: factor * x):
            known = {np.pi / 180: "radians, where degrees", 180 / np.pi: "degrees, where radians"}
            why = next((f" ({text} are expected)" for value, text in known.items() if np.isclose(factor, value)), "")
            return f"Your values are {factor:.4g} times the expected ones{why}."
    offset = float((got - expected).mean())
    if np.unique(np.round(expected, 9)).size > 1 and becomes(lambda x: x + offset):
        return f"Your values are the expected ones {offset:+.4g}, everywhere."
    return ""


def _by_a_number(pairs: Pairs, numbers: Numbers, fits: Callable) -> str:
    """Name the number of each case by which its result was multiplied or divided, or that was added; if it is one."""
    ways = {"times": np.multiply, "divided by": np.divide, "plus": np.add, "minus": np.subtract}
    different = {
        tuple(values): name for name, values in reversed(numbers.items()) if len(set(values)) > 1 and all(values)
    }
    found = [
        f"In each case your values are the expected ones {words} {name}."
        for words, way in ways.items()
        for values, name in different.items()
        if sum(bool(want.any()) for _, want in pairs) > 1
        and all(fits(got, way(want, value)) for (got, want), value in zip(pairs, values, strict=True))
    ]
    return found[0] if len(found) == 1 else ""


def _shift(becomes: Callable) -> str:
    steps = ((0, 1, "right"), (0, -1, "left"), (1, 0, "down"), (-1, 0, "up"))
    for dy, dx, way in (*steps, (1, 1, "down and right"), (-1, -1, "up and left")):
        if becomes(partial(_part, dy=-dy, dx=-dx), partial(_part, dy=dy, dx=dx)):
            return f"Your result is the expected one moved by a pixel, {way}: look at where an index begins."
    inside = becomes(lambda x: _picture(x, 5)[1:-1, 1:-1], lambda x: _picture(x, 5)[1:-1, 1:-1])
    return "Only the outermost pixels differ: look at what happens at the border." if inside else ""


def _part(x: np.ndarray, dy: int, dx: int) -> np.ndarray:
    h, w = _picture(x, 3).shape[:2]
    return _picture(x, 3)[max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)]


def _picture(x: np.ndarray, least: int) -> np.ndarray:
    """Put rows and columns first: of (H, W), of (H, W, 1..4), else the last two."""
    picture = x if x.ndim == 2 or (x.ndim == 3 and x.shape[2] <= 4) else np.moveaxis(x, (-2, -1), (0, 1))
    if min(picture.shape[:2]) < least:
        raise ValueError("too small a picture")
    return picture


def _component_axis(x: np.ndarray) -> int:
    """Return the axis of u and v: the last in (..., 2) but (H, W, 2, 2), the third from the end in (..., 2, H, W)."""
    last = x.ndim and x.shape[-1] == 2 and not (x.ndim == 4 and x.shape[2] == 2)
    if not last and (x.ndim < 3 or x.shape[-3] != 2):
        raise ValueError("no axis of two")
    return -1 if last else -3


def _times(x: np.ndarray, u: int, v: int) -> np.ndarray:
    return x * np.reshape([u, v], (2,) + (1,) * (-1 - _component_axis(x)))


# What turns the expected result into what came, and what that means.
SWAPPED = "The two components have changed places: first u, to the right, then v, down."
FLOWS = (
    (lambda x: np.flip(x, _component_axis(x)), SWAPPED),
    (partial(_times, u=-1, v=1), "The sign of u is reversed: positive u points to the right."),
    (partial(_times, u=1, v=-1), "The sign of v is reversed: positive v points down."),
)
RESULTS = ((lambda x: np.flip(x, -1), "The two components have changed places, or all are in reverse order."),)
TRANSPOSED = "Rows and columns have changed places: the result is transposed."
PLACES = (
    (lambda x: np.swapaxes(x, 0, 1), TRANSPOSED),
    (lambda x: np.swapaxes(x, -2, -1), TRANSPOSED),
    (lambda x: np.flip(x, 0), "Your values are in reverse order along the first axis."),
    (lambda x: np.flip(x, -1), "Your values are in reverse order along the last axis."),
)
CUT = "Your result holds whole numbers only: the fractions were rounded or cut off on the way; calculate with floats."
AROUND = "The values wrap around at 256: uint8 cannot hold them; calculate with floats."
SIGN = (np.negative, "Every sign is reversed.")
NUMBERS = (
    SIGN,
    *PLACES,
    (np.trunc, CUT),
    (np.floor, CUT),
    (np.round, CUT),
    (lambda x: np.mod(np.trunc(x), 256), AROUND),
)
MASKS = ((lambda x: 1 - x, "Your mask is the other way round: True and False have changed places."), *PLACES)
