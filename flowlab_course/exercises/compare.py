"""Says what differs between a result and the expected one: kind first, then shape, then values."""

from __future__ import annotations

import reprlib
import sys
from dataclasses import dataclass, replace
from numbers import Number
from typing import Any

import numpy as np

ARRAY, MASK, TENSOR, TENSOR_MASK = "NumPy array", "NumPy mask (dtype bool)", "torch tensor", "torch mask (dtype bool)"
NUMBER, TRUTH = "number", "truth value"

# What to do about (expected, returned).
ADVICE = {
    (ARRAY, TENSOR): "; .numpy() makes an array of it",
    (MASK, TENSOR_MASK): "; .numpy() makes an array of it",
    (TENSOR, ARRAY): "; torch.from_numpy makes a tensor of it",
    (TENSOR_MASK, MASK): "; torch.from_numpy makes a tensor of it",
    (ARRAY, "list"): "; np.array makes an array of it",
    (ARRAY, "tuple"): "; np.stack makes one array of several",
    (TENSOR, "tuple"): "; torch.stack makes one tensor of several",
    (MASK, ARRAY): "; a comparison, such as with < or >, makes a mask",
    (TENSOR_MASK, TENSOR): "; a comparison, such as with < or >, makes a mask",
    (NUMBER, ARRAY): "; is a mean, a sum or an index missing?",
    (NUMBER, TENSOR): "; is a mean, a sum or an index missing?",
    (ARRAY, "str"): "; hand the text to the function that was given to yours",
    (TRUTH, MASK): "; .all() or .any() makes one of many",
}


@dataclass(frozen=True)
class Comparison:
    """How a result compares.

    Attributes:
        ok: It counts as right.
        fact: What differs, as a sentence; empty where `ok`.
        largest: The largest difference; 0.0 means exact.
        same_shape: Kind and shape were as expected, so that values could be compared.
        note: What to do about a right result of another kind, such as a tensor in place of an array; empty for none.
    """

    ok: bool
    fact: str = ""
    largest: float = 0.0
    same_shape: bool = True
    note: str = ""


def compare(got: Any, expected: Any, *, atol: float, rtol: float) -> Comparison:
    """Compare a result with the expected one.

    Args:
        got: What the learner's function returned.
        expected: What it should return, see `Case`. Of a tensor that requires a gradient, `got` has to have one, too.
        atol: Differences up to atol + rtol * |expected| count as rounding.
        rtol: See atol.

    Example:
        >>> compare(np.zeros((2, 3)), np.zeros((3, 2)), atol=0.0, rtol=0.0).fact
        'the shape should be (3, 2), yours is (2, 3): the same axes in another order'
    """
    if isinstance(expected, tuple | list):
        return _compare_items(got, expected, atol, rtol)
    if (other := _of_the_expected_kind(got, expected)) is not None:
        result = compare(other, expected, atol=atol, rtol=rtol)
        return replace(result, note=_wrong_kind(got, expected)) if result.ok else result
    if wrong := _wrong_kind(got, expected):
        return Comparison(False, wrong, same_shape=False)
    if _kind(expected) not in (ARRAY, MASK, TENSOR, TENSOR_MASK, NUMBER, TRUTH):  # a text, bytes, a dict
        fact = f"expected {reprlib.repr(expected)}, yours is {reprlib.repr(got)}"
        return Comparison(True) if got == expected else Comparison(False, fact, same_shape=False)
    a, b = as_numpy(got), as_numpy(expected)
    if a.dtype.kind == "c" and b.dtype.kind != "c":
        return Comparison(False, "the numbers should be real, yours are complex", same_shape=False)
    if a.shape != b.shape:
        return Comparison(False, _about_shapes(a.shape, b.shape), same_shape=False)
    result = _compare_values(a, b, atol, rtol)
    if result.ok and is_tensor(expected) and expected.requires_grad and not getattr(got, "requires_grad", False):
        return Comparison(False, "the values are right, but your result has no gradient", same_shape=False)
    return result


def as_numpy(value: Any) -> np.ndarray:
    """Return a number, array or tensor as an array; tensors leave their graph and device."""
    if is_tensor(value):
        value = value.detach().cpu()
        keep = value.dtype == sys.modules["torch"].bool or value.is_complex()
        return (value if keep else value.double()).resolve_conj().numpy()
    return np.asarray(value)


def is_tensor(value: Any) -> bool:
    """Say whether `value` is a torch tensor, without importing torch for it."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _compare_items(got: Any, expected: tuple | list, atol: float, rtol: float) -> Comparison:
    if isinstance(got, np.ndarray) or is_tensor(got):
        got = list(got) if got.ndim and len(got) == len(expected) else got
    if not isinstance(got, tuple | list):
        fact = f"expected {len(expected)} results, you returned {_one(got, whole=True)}"
        return Comparison(False, fact, same_shape=False)
    if len(got) != len(expected):
        fact = f"expected {len(expected)} results, you returned {len(got)}"
        return Comparison(False, fact, same_shape=False)
    items = [compare(a, b, atol=atol, rtol=rtol) for a, b in zip(got, expected, strict=True)]
    largest, same = max((item.largest for item in items), default=0.0), all(item.same_shape for item in items)
    for number, item in enumerate(items, 1):
        if not item.ok:
            return Comparison(False, f"result {number} of {len(items)}: {item.fact}", largest, same)
    return Comparison(True, largest=largest)


def _of_the_expected_kind(got: Any, expected: Any) -> Any:
    """Return an array for a tensor, a tensor for an array, either for a list that fits; None where nothing changes."""
    wanted, came = _kind(expected), _kind(got)
    arrays, tensors = (ARRAY, MASK), (TENSOR, TENSOR_MASK)
    if wanted in arrays and came in tensors:
        got = got.detach().cpu().resolve_conj().resolve_neg()
        return (got.float() if str(got.dtype).startswith(("torch.bfloat", "torch.float8")) else got).numpy()
    if wanted in tensors and came in arrays:
        return sys.modules["torch"].from_numpy(got.copy()) if got.dtype.kind in "biuf" else None
    if wanted in arrays + tensors and came in ("list", "tuple"):
        try:
            array = np.asarray([as_numpy(item) for item in got])
        except ValueError:  # of several lengths
            return None
        if array.dtype.kind in "biuf" and array.shape == tuple(expected.shape):
            return array
    return None


def _wrong_kind(got: Any, expected: Any) -> str:
    wanted, came = _kind(expected), _kind(got)
    if wanted == came:
        a, b = getattr(got, "dtype", None), getattr(expected, "dtype", None)
        if str(b).endswith("uint8") and a != b:
            return f"an image of dtype {b} is expected, yours is {a}: round, clip to 0..255, then convert"
        return ""
    # A number may come as a tensor without axes.
    if (wanted, came) in ((NUMBER, TENSOR), (TRUTH, TENSOR_MASK)) and got.ndim == 0:
        return ""
    verb = "are" if wanted == "bytes" else "is"
    return f"{_one(expected)} {verb} expected, you returned {_one(got, whole=True)}{ADVICE.get((wanted, came), '')}"


def _kind(value: Any) -> str:
    if is_tensor(value):
        return TENSOR_MASK if value.dtype == sys.modules["torch"].bool else TENSOR
    if isinstance(value, np.ndarray) and value.ndim:
        return MASK if value.dtype == bool else ARRAY
    if isinstance(value, bool | np.bool_) or (isinstance(value, np.ndarray) and value.dtype == bool):
        return TRUTH
    return NUMBER if isinstance(value, Number | np.ndarray) else type(value).__name__


def _one(value: Any, *, whole: bool = False) -> str:
    """Name a value for a sentence: its kind; `whole` adds shape and dtype, or the number itself."""
    kind = _kind(value)
    if kind in (ARRAY, MASK, TENSOR, TENSOR_MASK):
        return f"a {kind}" + (f" {tuple(value.shape)} of {value.dtype}" if whole else "")
    if kind in (NUMBER, TRUTH):
        return f"the {kind} {value}" if whole else {NUMBER: "one number", TRUTH: "True or False"}[kind]
    return {"list": "a list", "tuple": "a tuple", "str": "a text", "bytes": "bytes", "dict": "a dict"}.get(
        kind, f"a value of type {kind}"
    )


def _about_shapes(got: tuple, expected: tuple) -> str:
    fact = f"the shape should be {expected}, yours is {got}"
    if sorted(got) == sorted(expected):
        return fact + ": the same axes in another order"
    if [n for n in got if n != 1] == [n for n in expected if n != 1]:
        return fact + f": an axis of length 1 too {'many' if len(got) > len(expected) else 'few'}"
    return fact


def _compare_values(got: np.ndarray, expected: np.ndarray, atol: float, rtol: float) -> Comparison:
    if got.dtype == bool:
        wrong = got != expected
        if not wrong.any():
            return Comparison(True)
        where = np.unravel_index(int(np.argmax(wrong)), got.shape)
        place = _place(where, got.shape)
        fact = f"{int(wrong.sum())} of {wrong.size} differ, first {place}yours is {got[where]}"
        return Comparison(False, fact, largest=1.0)
    if got.dtype.kind not in "iuf":
        return Comparison(False, f"numbers are expected, yours are of dtype {got.dtype}", same_shape=False)
    a, b = got.astype(np.float64), expected.astype(np.float64)
    # Equal infinities and two NaN count as no difference; a NaN on one side as an endless one.
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.where(same, 0.0, np.nan_to_num(np.abs(a - b), nan=np.inf))
        ok = bool((gap <= atol + rtol * np.where(np.isfinite(b), np.abs(b), 0.0)).all())
    largest = float(gap.max(initial=0.0))
    if ok:
        return Comparison(True, largest=largest)
    where = np.unravel_index(int(np.argmax(gap)), gap.shape)
    lost = int((np.isnan(a) & ~np.isnan(b)).sum())
    both = f"yours is {a[where] + 0.0:.6g}, expected {b[where] + 0.0:.6g}"  # + 0.0 makes 0 of -0
    if not a.shape:
        return Comparison(False, both, largest)
    which = f"{lost} of {a.size} values are NaN, such as" if lost else "the largest difference is"
    return Comparison(False, f"{which} {_place(where, a.shape)}{both}", largest)


def _place(where: tuple, shape: tuple) -> str:
    """Say where: row and column in a picture, u or v in a flow, else the index; nothing of one number."""
    place = [int(i) for i in where]
    if not place:
        return ""
    if len(shape) == 2:
        return f"at row {place[0]}, column {place[1]}: "
    if len(shape) == 3 and shape[2] in (2, 3):
        last = ("u", "v")[place[2]] if shape[2] == 2 else f"channel {place[2]}"
        return f"at row {place[0]}, column {place[1]}, {last}: "
    return f"at index [{', '.join(map(str, place))}]: "
