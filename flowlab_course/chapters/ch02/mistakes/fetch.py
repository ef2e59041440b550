"""Wrong answers to exercise 2.1, a warp that fetches the nearest pixel."""

import numpy as np

import flowlab
from flowlab_course.chapters.ch02.solutions import warp_nearest
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _targets(flow, whole=np.rint):
    """Return the columns and rows that the flow leads to, as integers."""
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    return whole(x + flow[..., 0]).astype(int), whole(y + flow[..., 1]).astype(int)


def _inside(tx, ty):
    H, W = tx.shape
    return (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)


def _fetched(img2, tx, ty, there=None):
    """Return img2 at the targets that are there, else 0."""
    there = _inside(tx, ty) if there is None else there
    out = np.zeros_like(img2)
    out[there] = img2[ty[there], tx[there]]
    return out


@mistake(
    "2.1",
    "minus the flow",
    "You fetch from x - w(x). It does move the picture along the flow, but a warp brings frame 2 back: x + w(x).",
)
def _against_the_flow(img2, flow):
    return warp_nearest(img2, -flow)


@mistake(
    "2.1",
    "components swapped",
    "u and v have changed places: flow[..., 0] is u, for columns; flow[..., 1] is v, for rows.",
)
def _components_swapped(img2, flow):
    return warp_nearest(img2, flow[..., ::-1])


@mistake(
    "2.1", "pushed", "You push: out[target] = img2[pixel]. Fetching is the other way round: out[pixel] = img2[target]."
)
def _pushed(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    out = np.zeros_like(img2)
    out[ty[there], tx[there]] = img2[there]
    return out


@mistake("2.1", "clamped", "Outside the picture you repeat its edge. What cannot be fetched should be 0 here.")
def _clamped(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return img2[ty.clip(0, H - 1), tx.clip(0, W - 1)]


@mistake(
    "2.1",
    "wrapped round",
    "A target beyond one edge comes in again at the other (a negative index does that, too). It should give 0.",
)
def _wrapped(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return img2[ty % H, tx % W]


@mistake("2.1", "cut off", "Targets are cut down to whole numbers; the nearest pixel is the rounded one, np.rint.")
def _cut_off(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.floor(x + flow[..., 0]).astype(int), np.floor(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    out = np.zeros_like(img2)
    out[there] = img2[ty[there], tx[there]]
    return out


@mistake(
    "2.1",
    "cut off towards zero",
    "astype(int) drops the fraction: 1.7 becomes 1, and -0.7 becomes 0, a pixel inside. Round with np.rint first.",
)
def _towards_zero(img2, flow):
    return _fetched(img2, *_targets(flow, np.trunc))


@mistake(
    "2.1",
    "a half added",
    "astype(int) after + 0.5 rounds positive numbers alone: -0.7 becomes 0, a pixel inside. np.rint rounds both.",
)
def _a_half_added(img2, flow):
    return _fetched(img2, *_targets(flow, lambda target: np.trunc(target + 0.5)))


@mistake("2.1", "rounded up", "Targets are rounded up. The nearest whole number may be below: np.rint finds it.")
def _rounded_up(img2, flow):
    return _fetched(img2, *_targets(flow, np.ceil))


@mistake(
    "2.1",
    "indices are floats",
    "An index is an integer within its axis. np.rint returns floats, so .astype(int) is needed; and u is component 0 "
    "of the flow, v is component 1.",
)
def _indices_are_floats(img2, flow):
    tx, ty = _targets(flow)
    return img2[ty.astype(float), tx.astype(float)]


@mistake(
    "2.1",
    "index outside",
    "A target lies outside the array: columns go from 0 to W - 1, rows from 0 to H - 1. Index "
    "with the targets inside alone (np.where looks all of them up).",
)
def _index_outside(img2, flow):
    tx, ty = _targets(flow)
    return img2[ty, tx]


@mistake(
    "2.1",
    "upper bounds missing",
    "A target beyond the last column, W - 1, or the last row, H - 1, is looked up. Test the upper bounds first "
    "(np.where looks up all targets, whatever its mask).",
)
def _upper_bounds_missing(img2, flow):
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, (tx >= 0) & (ty >= 0))


@mistake("2.1", "column first", "You index with the column first. An array takes the row first: ty, then tx.")
def _column_first(img2, flow):
    tx, ty = _targets(flow)
    there = _inside(tx, ty)
    out = np.zeros_like(img2)
    out[there] = img2[tx[there], ty[there]]
    return out


@mistake(
    "2.1",
    "column first, also outside",
    "You index with the column first, and with targets outside. The row is the first index, and it has to be inside.",
)
def _column_first_and_outside(img2, flow):
    tx, ty = _targets(flow)
    return img2[tx, ty]


@mistake(
    "2.1",
    "masked on one side",
    "The mask picks some pixels on the left, but on the right you look up all targets. Mask the indices as well.",
)
def _masked_on_one_side(img2, flow):
    tx, ty = _targets(flow)
    out = np.zeros_like(img2)
    out[_inside(tx, ty)] = img2[ty, tx]
    return out


@mistake("2.1", "rows not tested", "You test the columns alone. Targets above and below the picture are outside, too.")
def _rows_not_tested(img2, flow):
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, (tx >= 0) & (tx < img2.shape[1]))


@mistake("2.1", "columns not tested", "You test the rows alone. Targets to the left and right are outside, too.")
def _columns_not_tested(img2, flow):
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, (ty >= 0) & (ty < img2.shape[0]))


@mistake(
    "2.1",
    "and between masks",
    "`and` needs single truth values, and so does a chain a <= b < c. Join masks with &, each comparison in brackets.",
)
def _and_between_masks(img2, flow):
    H, W = img2.shape
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, tx >= 0 and tx < W and ty >= 0 and ty < H)


@mistake(
    "2.1",
    "missing brackets",
    "& binds tighter than >= and <: 0 & tx is computed first. Put each comparison in brackets.",
)
def _missing_brackets(img2, flow):
    H, W = img2.shape
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, tx >= 0 & tx < W & ty >= 0 & ty < H)


@mistake(
    "2.1",
    "upper bounds alone",
    "You test the upper bounds alone. A negative index counts from the end of the array: below 0 is outside, too.",
)
def _upper_bounds_alone(img2, flow):
    H, W = img2.shape
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, (tx < W) & (ty < H))


@mistake("2.1", "zero left out", "Row 0 and column 0 are inside the picture: at least 0 (>=), not more than 0 (>).")
def _zero_left_out(img2, flow):
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, _inside(tx, ty) & (tx > 0) & (ty > 0))


@mistake("2.1", "last one left out", "The last column is W - 1 and the last row H - 1. You leave both out.")
def _last_one_left_out(img2, flow):
    H, W = img2.shape
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, _inside(tx, ty) & (tx < W - 1) & (ty < H - 1))


@mistake("2.1", "height and width swapped", "The bounds have height and width swapped: tx stays below W, ty below H.")
def _bounds_swapped(img2, flow):
    H, W = img2.shape
    tx, ty = _targets(flow)
    return _fetched(img2, tx, ty, (tx >= 0) & (tx < H) & (ty >= 0) & (ty < W))


@mistake(
    "2.1", "picture kept outside", "Outside the picture you keep the value that img2 has at the pixel. It should be 0."
)
def _picture_kept_outside(img2, flow):
    tx, ty = _targets(flow)
    return np.where(_inside(tx, ty), _fetched(img2, tx, ty), img2)


@mistake("2.1", "NaN outside", "Outside the picture you fill in NaN. It should be 0.")
def _nan_outside(img2, flow):
    tx, ty = _targets(flow)
    return np.where(_inside(tx, ty), _fetched(img2, tx, ty), np.nan)


@mistake("2.1", "four pixels mixed", "You mix the four pixels around the target. The nearest of them alone was asked.")
def _four_pixels_mixed(img2, flow):
    return flowlab.warp(img2, flow.astype(img2.dtype))


@mistake(
    "2.1", "first axis", "flow[0] is the flow's first row of pixels. u and v are along the last axis: flow[..., 0]."
)
def _first_axis(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    return _fetched(img2, np.rint(x + flow[0]).astype(int), np.rint(y + flow[1]).astype(int))


@mistake("2.1", "v upwards", "The sign of v is reversed: v points down, as the rows count, so add it.")
def _v_upwards(img2, flow):
    return _fetched(img2, *_targets(flow * (1, -1)))


@mistake(
    "2.1", "flow as a position", "You use the flow as the target itself. It is measured from the pixel: add x and y."
)
def _flow_as_a_position(img2, flow):
    return _fetched(img2, np.rint(flow[..., 0]).astype(int), np.rint(flow[..., 1]).astype(int))


@mistake("2.1", "x and y swapped", "x and y are swapped: tx is x + u, ty is y + v.")
def _x_and_y_swapped(img2, flow):
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    return _fetched(img2, np.rint(y + flow[..., 0]).astype(int), np.rint(x + flow[..., 1]).astype(int))
