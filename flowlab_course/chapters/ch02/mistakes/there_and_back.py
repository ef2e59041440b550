"""Wrong answers to exercise 2.4, the pixels that miss their start."""

import numpy as np

import flowlab
from flowlab_course.chapters.ch02.solutions import misses
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _there_and_back(flow, backward_flow, whole=np.rint):
    """Return the columns and rows of the targets, whether they are inside, and the flow there and back."""
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = whole(x + flow[..., 0]).astype(int), whole(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    return tx, ty, there, flow + backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)]


def _missed(distance, there, limit):
    return ~there | (distance > limit)


@mistake(
    "2.4",
    "asked at the start",
    "You take the backward flow at the start. It lives on frame 2's grid: ask it where the pixel has arrived.",
)
def _asked_at_the_start(flow, backward_flow, limit=1.0):
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]), np.rint(y + flow[..., 1])
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    return ~there | (np.linalg.norm(flow + backward_flow, axis=-1) > limit)


@mistake("2.4", "minus", "A perfect backward flow is the opposite of the flow, so their sum is zero: plus, not minus.")
def _minus(flow, backward_flow, limit=1.0):
    return misses(flow, -backward_flow, limit)


@mistake(
    "2.4",
    "outside forgiven",
    "A target outside the picture was clipped to the edge and may look like an arrival: count it as a miss.",
)
def _outside_counts_as_arrived(flow, backward_flow, limit=1.0):
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return np.linalg.norm(flow + backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)], axis=-1) > limit


@mistake("2.4", "the visible ones", "The mask is the wrong way round: True is for the pixels that miss.")
def _the_visible_ones(flow, backward_flow, limit=1.0):
    return ~misses(flow, backward_flow, limit)


@mistake("2.4", "at least", "Exactly the limit is not a miss: more than (>), not at least (>=).")
def _at_least(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return ~there | (np.linalg.norm(gap, axis=-1) >= limit)


@mistake(
    "2.4", "components apart", "You compare u and v with the limit apart. A pixel misses by one distance, made of both."
)
def _components_apart(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.abs(gap).max(axis=-1), there, limit)


@mistake(
    "2.4", "u alone", "You look at u alone. A pixel may also miss its start up or down: v belongs to the distance."
)
def _u_alone(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.abs(gap[..., 0]), there, limit)


@mistake("2.4", "|u| + |v|", "|u| + |v| is the way along the grid. The distance from the start is straight.")
def _along_the_grid(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.abs(gap).sum(axis=-1), there, limit)


@mistake("2.4", "signed", "A miss to the left or upwards is negative, and never above the limit. Take the distance.")
def _signed(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(gap.max(axis=-1), there, limit)


@mistake("2.4", "no root", "You compare a squared distance with the limit: the root is missing.")
def _no_root(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed((gap**2).sum(axis=-1), there, limit)


@mistake(
    "2.4",
    "one norm",
    "Without an axis np.linalg.norm gives one length of all pixels together. Take a distance for each pixel.",
)
def _one_norm(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.linalg.norm(gap), there, limit)


@mistake(
    "2.4",
    "lengths compared",
    "You compare the lengths of the two ways. The way back may be as long and lead elsewhere: add the vectors first.",
)
def _lengths_compared(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.abs(np.linalg.norm(flow, axis=-1) - np.linalg.norm(gap - flow, axis=-1)), there, limit)


@mistake(
    "2.4",
    "the way back alone",
    "You compare the way back with the limit. A miss is what is left of both ways: add them.",
)
def _way_back_alone(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.linalg.norm(gap - flow, axis=-1), there, limit)


@mistake("2.4", "limit of 1", "The limit is always 1 px in your function. It is an argument: use limit.")
def _limit_of_one(flow, backward_flow, limit=1.0):
    return misses(flow, backward_flow)


@mistake("2.4", "limit of 0", "Any miss above 0 counts in your function. Only a miss above limit is one.")
def _limit_of_zero(flow, backward_flow, limit=1.0):
    return misses(flow, backward_flow, 0)


@mistake(
    "2.4",
    "relative limit",
    "Your limit grows with the motion, as in the chapter's test of occlusion. Here all pixels have the same limit.",
)
def _relative_limit(flow, backward_flow, limit=1.0):
    return flowlab.occlusion(flow, backward_flow)


@mistake(
    "2.4",
    "cut off",
    "astype(int) drops the fraction: 1.7 becomes 1, and -0.7 becomes 0, a pixel inside. Round with np.rint first.",
)
def _cut_off(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow, np.trunc)
    return _missed(np.linalg.norm(gap, axis=-1), there, limit)


@mistake("2.4", "rounded down", "Targets are rounded down. The nearest pixel may be above: np.rint finds it.")
def _rounded_down(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow, np.floor)
    return _missed(np.linalg.norm(gap, axis=-1), there, limit)


@mistake(
    "2.4",
    "a half added",
    "astype(int) after + 0.5 rounds positive numbers alone: -0.7 becomes 0, a pixel inside. np.rint rounds both.",
)
def _a_half_added(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow, lambda target: np.trunc(target + 0.5))
    return _missed(np.linalg.norm(gap, axis=-1), there, limit)


@mistake(
    "2.4", "four pixels mixed", "You mix the backward flow of four pixels. The exercise takes it at the rounded target."
)
def _four_pixels_mixed(flow, backward_flow, limit=1.0):
    _, _, there, _ = _there_and_back(flow, backward_flow)
    return _missed(np.linalg.norm(flow + flowlab.warp(backward_flow, flow), axis=-1), there, limit)


@mistake("2.4", "u and v swapped", "u and v are swapped in the targets: u moves along a row, in x, and v down, in y.")
def _u_and_v_swapped(flow, backward_flow, limit=1.0):
    tx, ty, there, _ = _there_and_back(flow[..., ::-1], backward_flow)
    H, W = there.shape
    return _missed(np.linalg.norm(flow + backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)], axis=-1), there, limit)


@mistake("2.4", "against the flow", "Your targets are at x - u, y - v. The pixel goes along the flow: plus.")
def _against_the_flow(flow, backward_flow, limit=1.0):
    tx, ty, there, _ = _there_and_back(-flow, backward_flow)
    H, W = there.shape
    return _missed(np.linalg.norm(flow + backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)], axis=-1), there, limit)


@mistake(
    "2.4",
    "indices are floats",
    "An index is an integer within its axis. np.rint returns floats, so .astype(int) is needed; and u is component 0 "
    "of the flow, v is component 1.",
)
def _indices_are_floats(flow, backward_flow, limit=1.0):
    tx, ty, _, _ = _there_and_back(flow, backward_flow)
    return backward_flow[ty.astype(float), tx.astype(float)]


@mistake(
    "2.4",
    "index outside",
    "A target lies outside the array: columns go from 0 to W - 1, rows from 0 to H - 1. Clip before you look up.",
)
def _index_outside(flow, backward_flow, limit=1.0):
    tx, ty, there, _ = _there_and_back(flow, backward_flow)
    return _missed(np.linalg.norm(flow + backward_flow[ty, tx], axis=-1), there, limit)


@mistake("2.4", "column first", "You index with the column first. An array takes the row first: ty, then tx.")
def _column_first(flow, backward_flow, limit=1.0):
    tx, ty, there, _ = _there_and_back(flow, backward_flow)
    H, W = there.shape
    return _missed(np.linalg.norm(flow + backward_flow[tx.clip(0, W - 1), ty.clip(0, H - 1)], axis=-1), there, limit)


@mistake(
    "2.4",
    "and between masks",
    "`and`, `or` and a chain a <= b < c need single truth values. Join masks with & and |, comparisons in brackets.",
)
def _and_between_masks(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return (not there) or np.linalg.norm(gap, axis=-1) > limit


@mistake("2.4", "missing brackets", "| binds tighter than >. Put the comparison with the limit in brackets.")
def _missing_brackets(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return ~there | np.linalg.norm(gap, axis=-1) > limit


@mistake(
    "2.4", "outside are hits", "Pixels whose target is outside are False in your mask. They count as misses: True."
)
def _outside_are_hits(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return there & (np.linalg.norm(gap, axis=-1) > limit)


@mistake(
    "2.4", "inside are misses", "Every pixel whose target is inside is True in your mask. Those outside are misses: ~."
)
def _inside_are_misses(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return there | (np.linalg.norm(gap, axis=-1) > limit)


@mistake(
    "2.4", "less than the limit", "True is for the pixels whose distance is above the limit. Yours is for those below."
)
def _less_than_the_limit(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return ~there | (np.linalg.norm(gap, axis=-1) < limit)


@mistake("2.4", "one too many", "The last column is W - 1 and the last row H - 1: a target at W or H is outside.")
def _one_too_many(flow, backward_flow, limit=1.0):
    tx, ty, there, gap = _there_and_back(flow, backward_flow)
    H, W = there.shape
    there = (tx >= 0) & (tx <= W) & (ty >= 0) & (ty <= H)
    return _missed(np.linalg.norm(gap, axis=-1), there, limit)


@mistake("2.4", "last one left out", "The last column is W - 1 and the last row H - 1. You count both as outside.")
def _last_one_left_out(flow, backward_flow, limit=1.0):
    tx, ty, there, gap = _there_and_back(flow, backward_flow)
    H, W = there.shape
    return _missed(np.linalg.norm(gap, axis=-1), there & (tx < W - 1) & (ty < H - 1), limit)


@mistake("2.4", "zero left out", "Row 0 and column 0 are inside the picture: at least 0 (>=), not more than 0 (>).")
def _zero_left_out(flow, backward_flow, limit=1.0):
    tx, ty, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.linalg.norm(gap, axis=-1), there & (tx > 0) & (ty > 0), limit)


@mistake("2.4", "upper bounds alone", "You test the upper bounds alone. Targets below 0 are outside, too.")
def _upper_bounds_alone(flow, backward_flow, limit=1.0):
    tx, ty, there, gap = _there_and_back(flow, backward_flow)
    H, W = there.shape
    return _missed(np.linalg.norm(gap, axis=-1), (tx < W) & (ty < H), limit)


@mistake("2.4", "height and width swapped", "The bounds have height and width swapped: tx stays below W, ty below H.")
def _bounds_swapped(flow, backward_flow, limit=1.0):
    tx, ty, there, gap = _there_and_back(flow, backward_flow)
    H, W = there.shape
    return _missed(np.linalg.norm(gap, axis=-1), (tx >= 0) & (tx < H) & (ty >= 0) & (ty < W), limit)


@mistake(
    "2.4",
    "both components",
    "You ask that u and v both exceed the limit. A pixel misses by one distance, made of both.",
)
def _both_components(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.abs(gap).min(axis=-1), there, limit)


@mistake(
    "2.4",
    "u + v",
    "You add u and v. They are at right angles to each other: the theorem of Pythagoras gives the distance.",
)
def _sum_of_components(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.abs(gap.sum(axis=-1)), there, limit)


@mistake(
    "2.4",
    "over the rows",
    "You add the squares along the rows or the columns. u and v of a pixel are along the last axis.",
)
def _over_the_rows(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow)
    return _missed(np.linalg.norm(gap, axis=0), there, limit)


@mistake("2.4", "rounded up", "Targets are rounded up. The nearest pixel may be below: np.rint finds it.")
def _rounded_up(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow, backward_flow, np.ceil)
    return _missed(np.linalg.norm(gap, axis=-1), there, limit)


@mistake("2.4", "v upwards", "The sign of v is reversed in the targets: v points down, as the rows count, so add it.")
def _v_upwards(flow, backward_flow, limit=1.0):
    _, _, there, gap = _there_and_back(flow * (1, -1), backward_flow)
    return _missed(np.linalg.norm(gap + flow * (0, 2), axis=-1), there, limit)


@mistake(
    "2.4", "flow as a position", "You use the flow as the target itself. It is measured from the pixel: add x and y."
)
def _flow_as_a_position(flow, backward_flow, limit=1.0):
    H, W = flow.shape[:2]
    tx, ty = np.rint(flow[..., 0]).astype(int), np.rint(flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    gap = flow + backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)]
    return _missed(np.linalg.norm(gap, axis=-1), there, limit)
