"""Wrong answers to exercise 5.3, as readers give them."""

import numpy as np

from flowlab_course.chapters.ch05.solutions import hidden
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "5.3", "asked at the start", "You look into frame 2 at the pixel's start. Look where it arrives: layers2[ty, tx]."
)
def _asked_at_the_start(flow, layers1, layers2):
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]), np.rint(y + flow[..., 1])
    return ~((tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)) | (layers2 != layers1)


@mistake("5.3", "frame forgotten", "What leaves the picture is hidden as well.")
def _frame_forgotten(flow, layers1, layers2):
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] != layers1


@mistake("5.3", "visible ones", "The mask is the wrong way round: True is for hidden.")
def _the_visible_ones(flow, layers1, layers2):
    return ~hidden(flow, layers1, layers2)


@mistake("5.3", "u and v swapped", "u and v have changed places: flow[..., 0] is u, for columns.")
def _components_swapped(flow, layers1, layers2):
    return hidden(flow[..., ::-1], layers1, layers2)


def _looked_up(flow, layers1, layers2, rounded=np.rint):
    """The targets tx, ty, where they lie inside, and the layer of frame 2 at the nearest pixel inside."""
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = rounded(x + flow[..., 0]).astype(int), rounded(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    return tx, ty, there, layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)]


@mistake(
    "5.3", "only if in front", "A lower number at the target hides the pixel, too: frame 2 shows another layer there."
)
def _only_greater(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2)
    return ~there | (found > layers1)


@mistake(
    "5.3", "only if behind", "A higher number at the target hides the pixel, too: frame 2 shows another layer there."
)
def _only_less(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2)
    return ~there | (found < layers1)


@mistake(
    "5.3", "at least as far in front", "The same layer counts as hiding in yours. A pixel of the same layer is shown."
)
def _at_least(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2)
    return ~there | (found >= layers1)


@mistake(
    "5.3", "the same layer", "You mark the pixels whose layer is the same at the target. Those are the visible ones."
)
def _the_same_layer(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2)
    return ~there | (found == layers1)


@mistake("5.3", "cut off", ".astype(int) alone cuts the fractions off. Targets are rounded to the nearest pixel first.")
def _cut_off(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2, np.trunc)
    return ~there | (found != layers1)


@mistake("5.3", "flow cut off", "The fractions of the flow are cut off, so -0.7 becomes 0. Round to the nearest pixel.")
def _flow_cut_off(flow, layers1, layers2):
    return hidden(np.trunc(flow), layers1, layers2)


@mistake("5.3", "rounded down", "Your targets are rounded down. The nearest pixel is meant.")
def _rounded_down(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2, np.floor)
    return ~there | (found != layers1)


@mistake("5.3", "minus the flow", "You look at x - w(x). A pixel of frame 1 arrives at x + w(x).")
def _minus_the_flow(flow, layers1, layers2):
    return hidden(-flow, layers1, layers2)


@mistake(
    "5.3", "no flow", "You compare the layers of both frames at one place. The pixel has moved: compare at its target."
)
def _no_flow(flow, layers1, layers2):
    return layers1 != layers2


@mistake(
    "5.3", "outside is visible", "Pixels that leave the picture come out as False. Frame 2 does not show them: True."
)
def _outside_is_visible(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2)
    return there & (found != layers1)


@mistake("5.3", "and for or", "Either is enough, a target outside or another layer there: | instead of &.")
def _and_for_or(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2)
    return ~there & (found != layers1)


@mistake(
    "5.3", "outside alone", "You mark only the pixels that leave the picture. Others are covered by another layer."
)
def _outside_alone(flow, layers1, layers2):
    return ~_looked_up(flow, layers1, layers2)[2]


@mistake(
    "5.3",
    "layer 0 outside",
    "A target outside gets layer 0 in yours, so ground that leaves the picture looks visible. It is hidden.",
)
def _layer_0_outside(flow, layers1, layers2):
    _, _, there, found = _looked_up(flow, layers1, layers2)
    return np.where(there, found, 0) != layers1


@mistake("5.3", "no lower bounds", "Targets left of the picture or above it are taken as inside: ask for >= 0, too.")
def _no_lower_bounds(flow, layers1, layers2):
    tx, ty, _, found = _looked_up(flow, layers1, layers2)
    return (tx >= layers1.shape[1]) | (ty >= layers1.shape[0]) | (found != layers1)


@mistake(
    "5.3",
    "negative indices",
    "A negative index counts from the other end, so what leaves at the left or the top comes in again there.",
)
def _negative_indices(flow, layers1, layers2):
    H, W = layers1.shape
    tx, ty, _, _ = _looked_up(flow, layers1, layers2)
    return (tx >= W) | (ty >= H) | (layers2[ty % H, tx % W] != layers1)


@mistake(
    "5.3", "wrapped round", "A target beyond one edge comes in again at the other. What leaves the picture is hidden."
)
def _wrapped(flow, layers1, layers2):
    H, W = layers1.shape
    tx, ty, _, _ = _looked_up(flow, layers1, layers2)
    return layers2[ty % H, tx % W] != layers1


@mistake(
    "5.3", "no upper bounds", "Targets right of the picture or below it are taken as inside: ask for < W and < H, too."
)
def _no_upper_bounds(flow, layers1, layers2):
    tx, ty, _, found = _looked_up(flow, layers1, layers2)
    return (tx < 0) | (ty < 0) | (found != layers1)


@mistake("5.3", "one too far", "Column W and row H count as inside in yours. The last ones are W - 1 and H - 1.")
def _one_too_far(flow, layers1, layers2):
    tx, ty, _, found = _looked_up(flow, layers1, layers2)
    inside = (tx >= 0) & (tx <= layers1.shape[1]) & (ty >= 0) & (ty <= layers1.shape[0])
    return ~inside | (found != layers1)


@mistake("5.3", "first row and column", "Row 0 and column 0 belong to the picture: a target there is inside.")
def _first_left_out(flow, layers1, layers2):
    tx, ty, there, found = _looked_up(flow, layers1, layers2)
    return ~(there & (tx > 0) & (ty > 0)) | (found != layers1)


@mistake("5.3", "last row and column", "Row H - 1 and column W - 1 belong to the picture: a target there is inside.")
def _last_left_out(flow, layers1, layers2):
    tx, ty, there, found = _looked_up(flow, layers1, layers2)
    return ~(there & (tx < layers1.shape[1] - 1) & (ty < layers1.shape[0] - 1)) | (found != layers1)


@mistake("5.3", "H and W swapped", "The bounds have changed places: columns end at W, rows at H.")
def _bounds_swapped(flow, layers1, layers2):
    H, W = layers1.shape
    tx, ty, _, found = _looked_up(flow, layers1, layers2)
    return ~((tx >= 0) & (tx < H) & (ty >= 0) & (ty < W)) | (found != layers1)


@mistake(
    "5.3", "frame 1's layers", "You look up frame 1's layers at the target. What is in front there in frame 2 counts."
)
def _layers_of_frame_1(flow, layers1, layers2):
    return hidden(flow, layers1, layers1)


@mistake(
    "5.3", "frames swapped", "The layers have changed places: layers2 is looked up at the target, layers1 at the start."
)
def _frames_swapped(flow, layers1, layers2):
    return hidden(flow, layers2, layers1)


@mistake(
    "5.3", "written at the target", "You write the answer at the target. The mask is on frame 1's grid: at the start."
)
def _written_at_the_target(flow, layers1, layers2):
    tx, ty, there, found = _looked_up(flow, layers1, layers2)
    mask = np.zeros(layers1.shape, bool)
    mask[ty[there], tx[there]] = (found != layers1)[there]
    return mask
