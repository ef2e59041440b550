"""Exercises of chapter 02."""

import math

import numpy as np

import flowlab
from flowlab.field import similarity_flow
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def warp_nearest(img2, flow):
    """I2(x + w(x)) with rounded targets, 0 outside; img2 (H, W), flow (H, W, 2)."""
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
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


def _nearest_by_loop(img2, flow):
    """The definition, pixel by pixel: what the cases are computed with."""
    H, W = img2.shape
    out = np.zeros_like(img2)
    for y in range(H):
        for x in range(W):
            tx, ty = round(x + float(flow[y, x, 0])), round(y + float(flow[y, x, 1]))
            if 0 <= tx < W and 0 <= ty < H:
                out[y, x] = img2[ty, tx]
    return out


def _warp_cases():
    ramp = np.arange(1.0, 21.0).reshape(4, 5)
    shift = np.full((4, 5, 2), (1, 0), np.float32)
    uneven = np.full((4, 5, 2), (-0.7, 1.7), np.float32)
    turn = similarity_flow((4, 5), degrees=50)
    return [
        Case((ramp, shift), _nearest_by_loop(ramp, shift), "a flow of (1, 0) everywhere"),
        Case((ramp, uneven), _nearest_by_loop(ramp, uneven), "a flow of (-0.7, 1.7) everywhere"),
        Case((ramp, turn), _nearest_by_loop(ramp, turn), "a turn by 50 degrees"),
    ]


def my_epe(flow, truth, valid):
    """Mean distance of the arrowheads over valid pixels, in px; flows (H, W, 2), valid (H, W)."""
    distance = np.sqrt(((flow - truth) ** 2).sum(axis=-1))
    return distance[valid].mean()


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


def _epe_cases():
    truth = np.zeros((2, 3, 2), np.float32)
    flow = truth.copy()
    flow[0, 0], flow[0, 1], flow[1, 2] = (3, 4), (0, -2), (100, 0)
    valid = np.ones((2, 3), bool)
    valid[1, 2] = False
    turn, other = similarity_flow((6, 7), degrees=30), similarity_flow((6, 7), degrees=10, translation=(2, 1))
    known = np.random.default_rng(0).random((6, 7)) < 0.6
    return [
        Case((flow, truth, valid), 7 / 5, "six pixels, two of them off by 5 px and 2 px, one far off but not valid"),
        Case((turn, other, known), float(flowlab.epe(turn, other, known)), "one turn against another"),
    ]


def my_fl_all(flow, truth, valid):
    """Percentage of valid pixels that are wrong by KITTI's rule."""
    error = np.linalg.norm(flow - truth, axis=-1)
    length = np.linalg.norm(truth, axis=-1)
    wrong = (error > 3) & (error > 0.05 * length)
    return 100 * wrong[valid].mean()


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


def _fl_all_cases():
    motion = np.array([10, 10, 100, 100, 70, 100, 0, 10, 1], np.float32)
    error = np.array([3, 3.5, 4, 6, 3.6, 4.5, 2, 50, 2], np.float32)
    none = np.zeros_like(motion)
    truth, flow = np.stack([motion, none], axis=-1)[None], np.stack([motion + error, none], axis=-1)[None]
    valid = np.array([[1, 1, 1, 1, 1, 1, 1, 0, 1]], bool)
    # By hand: of the eight valid ones, 3.5 of 10, 6 of 100 and 3.6 of 70 are wrong.
    story = "nine pixels with errors of 3, 3.5, 4, 6, 3.6, 4.5, 2, 50 (not valid) and 2 px on motions of 0 to 100 px"
    all_right = np.zeros((2, 2, 2), np.float32)
    return [
        Case((flow, truth, valid), 100 * 3 / 8, story),
        Case((all_right, all_right, np.ones((2, 2), bool)), 0.0, "an estimate without error"),
        Case(
            (all_right + np.array([105, 0]), all_right + np.array([100, 0]), np.ones((2, 2), bool)),
            0.0,
            "5 px of 100: exactly 5 %",
        ),
    ]


def misses(flow, backward_flow, limit=1.0):
    """True where there-and-back ends more than limit px from the start, or leaves the picture."""
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    back = backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)]
    return ~there | (np.linalg.norm(flow + back, axis=-1) > limit)


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


def _misses_by_loop(flow, backward_flow, limit):
    """The definition, pixel by pixel."""
    H, W = flow.shape[:2]
    missed = np.ones((H, W), bool)
    for y, x in np.ndindex(H, W):
        u, v = flow[y, x]
        tx, ty = round(x + float(u)), round(y + float(v))
        if 0 <= tx < W and 0 <= ty < H:
            missed[y, x] = math.hypot(u + backward_flow[ty, tx, 0], v + backward_flow[ty, tx, 1]) > limit
    return missed


def _misses_cases():
    """A block of three columns moves two px to the right before a ground that stands still."""
    flow, backward = np.zeros((5, 9, 2), np.float32), np.zeros((5, 9, 2), np.float32)
    flow[1:4, 2:5, 0], backward[1:4, 4:7, 0] = 2, -2
    covered = np.zeros((5, 9), bool)
    covered[1:4, 5:7] = True  # by hand: the ground that the block moves onto
    right = np.full((3, 4, 2), (1, 0), np.float32)
    leaves = np.zeros((3, 4), bool)
    leaves[:, 3] = True
    near = np.full((3, 4, 2), (0.4, 0), np.float32)
    there, again = np.zeros((2, 1, 4, 2), np.float32)
    there[0, :3, 0], again[0, :3, 0] = (0.4, 0.25, 0.4), (0.4, 0.75, 0.8)  # they miss by 0.8, by 1 and by 1.2 px
    rng = np.random.default_rng(0)
    any_flow, any_backward = rng.normal(0, 2, (2, 9, 10, 2)).astype(np.float32)
    any_missed = _misses_by_loop(any_flow, any_backward, 3.0)
    return [
        Case((flow, backward), covered, "a block that moves two pixels to the right over a ground at rest"),
        Case((right, -right), leaves, "a picture that moves one pixel to the right, so that its last column leaves"),
        Case((near, near, 0.9), np.zeros((3, 4), bool), "a miss of 0.8 px under a limit of 0.9"),
        Case((near, near, 0.7), np.ones((3, 4), bool), "a miss of 0.8 px over a limit of 0.7"),
        Case((there, again), np.array([[False, False, True, False]]), "misses of 0.8, 1, 1.2 and 0 px, no limit given"),
        Case((any_flow, any_backward, 3.0), any_missed, "flows at random, which leave the picture on all sides"),
    ]


EXERCISES = [
    Exercise(
        id="2.1",
        title="fetch",
        hints=(
            "Which pixel of img2 does the result show at x? What if img2 has no such pixel?",
            (
                "Compute the targets of all pixels first: tx = np.rint(x + flow[..., 0]).astype(int), and ty "
                "likewise. img2[ty, tx] fetches at all of them at once, but only where they lie inside the picture."
            ),
            (
                "Make a mask `there` of the targets inside, start from zeros, and fill out[there] = img2[ty[there], "
                "tx[there]]."
            ),
        ),
        solution=warp_nearest,
        cases=_warp_cases,
        mistakes=mistake.of("2.1"),
    ),
    Exercise(
        id="2.2",
        title="the endpoint error",
        hints=(
            "The truth is (0, 0) and the estimate (3, 4). How many pixels is it off?",
            "One distance for each pixel, an array (H, W), comes first: the root of the sum of both squares.",
            "distance[valid] picks the valid pixels. Their mean is the EPE.",
        ),
        solution=my_epe,
        cases=_epe_cases,
        mistakes=mistake.of("2.2"),
        rtol=1e-4,
    ),
    Exercise(
        id="2.3",
        title="count the wrong ones",
        hints=(
            "A pixel moves by 100 px, and its estimate is off by 4 px. Is it wrong by KITTI's rule?",
            "Two arrays (H, W) first: the error of each pixel, and the length of its true vector.",
            (
                "A pixel is wrong if (error > 3) & (error > 0.05 * length). Mind the brackets: & binds tighter than "
                ">. The mean of a mask is the share of True in it; the answer is in percent."
            ),
        ),
        solution=my_fl_all,
        cases=_fl_all_cases,
        mistakes=mistake.of("2.3"),
    ),
    Exercise(
        id="2.4",
        title="there and back",
        hints=(
            (
                "A pixel goes 2 px to the right. At its target the backward flow goes 1.5 px to the left. How far "
                "does it miss its start?"
            ),
            (
                "Find the targets tx, ty as in exercise 2.1, and look the backward flow up there. There and back is "
                "flow + back; its length is how far the pixel misses."
            ),
            "Clip the indices before you look up, so that nothing breaks, and remember with a mask which were outside.",
        ),
        solution=misses,
        cases=_misses_cases,
        mistakes=mistake.of("2.4"),
    ),
]
