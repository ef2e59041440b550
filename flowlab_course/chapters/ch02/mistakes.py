"""Wrong answers to chapter 02's exercises that people really give."""

import numpy as np

from flowlab_course.chapters.ch02.solutions import misses, my_fl_all, warp_nearest
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


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


@mistake("2.2", "all pixels", "Pixels that are not valid count too: their truth is unknown. Leave them out.")
def _over_all_pixels(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2).sum(axis=-1)).mean()


@mistake(
    "2.2",
    "invalid as zero",
    "Unknown pixels enter the mean as perfect ones: they add 0 to the sum, but 1 to the count. Pick, do not multiply.",
)
def _invalid_as_zero(flow, truth, valid):
    return (np.sqrt(((flow - truth) ** 2).sum(axis=-1)) * valid).mean()


@mistake(
    "2.2",
    "components apart",
    "You average |du| and |dv| apart. The distance of two arrowheads takes both at once: sqrt(du² + dv²).",
)
def _mean_of_components(flow, truth, valid):
    return np.abs(flow - truth)[valid].mean()


@mistake("2.2", "no root", "These are squared distances: the root is missing.")
def _mean_of_squares(flow, truth, valid):
    return ((flow - truth) ** 2).sum(axis=-1)[valid].mean()


@mistake(
    "2.2",
    "root of the mean",
    "You take the root of the mean of the squares (RMS). EPE is the mean of the roots: root first, mean last.",
)
def _root_of_the_mean(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2).sum(axis=-1)[valid].mean())


@mistake(
    "2.2",
    "lengths compared",
    "You compare lengths. Two vectors of equal length may point in opposite directions: subtract the flows first.",
)
def _difference_of_lengths(flow, truth, valid):
    return np.abs(np.hypot(*flow.T) - np.hypot(*truth.T)).T[valid].mean()


@mistake("2.2", "sum", "This is the sum over the valid pixels; the EPE is their mean.")
def _summed(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2).sum(axis=-1))[valid].sum()


@mistake("2.3", "or for and", "A pixel is wrong only if both hold, 3 px and 5 %: & instead of |.")
def _either(flow, truth, valid):
    error, length = np.linalg.norm(flow - truth, axis=-1), np.linalg.norm(truth, axis=-1)
    return 100 * ((error > 3) | (error > 0.05 * length))[valid].mean()


@mistake("2.3", "at least", "Exactly 3 px is still right: more than (>), not at least (>=).")
def _at_least(flow, truth, valid):
    error, length = np.linalg.norm(flow - truth, axis=-1), np.linalg.norm(truth, axis=-1)
    return 100 * ((error >= 3) & (error >= 0.05 * length))[valid].mean()


@mistake(
    "2.3",
    "of the estimate",
    "The 5 % are taken of the estimated flow. Take them of the truth: an estimate must not set its own bar.",
)
def _of_the_estimate(flow, truth, valid):
    error, length = np.linalg.norm(flow - truth, axis=-1), np.linalg.norm(flow, axis=-1)
    return 100 * ((error > 3) & (error > 0.05 * length))[valid].mean()


@mistake("2.3", "a fraction", "This is a fraction of 1; the answer is in percent.")
def _as_a_fraction(flow, truth, valid):
    return my_fl_all(flow, truth, valid) / 100


@mistake(
    "2.3",
    "3 px alone",
    "You ask for 3 px only. A fast pixel that is off by 4 px of 100 still counts as right: 5 % must be exceeded, too.",
)
def _only_three_pixels(flow, truth, valid):
    return 100 * (np.linalg.norm(flow - truth, axis=-1) > 3)[valid].mean()


@mistake("2.3", "every pixel", "Pixels that are not valid are counted as well: take the share of the valid ones.")
def _every_pixel(flow, truth, valid):
    return my_fl_all(flow, truth, np.ones_like(valid))


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
