"""Exercises of chapter 04."""

import cv2
import numpy as np

import flowlab
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def step(w, Ix, Iy, It, alpha):
    """The next flow (H, W, 2): the neighbours' mean, moved towards each pixel's line."""
    edged = np.pad(w, ((1, 1), (1, 1), (0, 0)), mode="edge")
    mean = (edged[:-2, 1:-1] + edged[2:, 1:-1] + edged[1:-1, :-2] + edged[1:-1, 2:]) / 4
    miss = (Ix * mean[..., 0] + Iy * mean[..., 1] + It) / (alpha**2 + Ix**2 + Iy**2)
    return mean - miss[..., None] * np.stack([Ix, Iy], axis=-1)


_CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) / 4


def _mean(w, kernel=_CROSS, edge=cv2.BORDER_REPLICATE):
    return cv2.filter2D(np.asarray(w, float), -1, kernel, borderType=edge)


def _stepped(w, mean, Ix, Iy, It, alpha_squared, sign=-1.0, slopes=None):
    miss = (Ix * mean[..., 0] + Iy * mean[..., 1] + It) / (alpha_squared + Ix**2 + Iy**2)
    return mean + sign * miss[..., None] * np.stack([Ix, Iy] if slopes is None else slopes, axis=-1)


@mistake(
    "4.1",
    "from itself",
    "You start from the pixel's own flow. Without its neighbours' mean nothing ever flows into silent places.",
)
def _from_itself(w, Ix, Iy, It, alpha):
    return _stepped(w, np.asarray(w, float), Ix, Iy, It, alpha**2)


@mistake(
    "4.1",
    "own miss",
    "You begin at the mean, but measure the miss at the pixel's old flow. It is the mean that has to come to the line.",
)
def _own_miss(w, Ix, Iy, It, alpha):
    miss = (Ix * w[..., 0] + Iy * w[..., 1] + It) / (alpha**2 + Ix**2 + Iy**2)
    return _mean(w) - miss[..., None] * np.stack([Ix, Iy], axis=-1)


@mistake("4.1", "away", "You step away from the line: the step is subtracted.")
def _away(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, It, alpha**2, sign=1.0)


@mistake("4.1", "alpha", "The denominator has alpha; it is alpha squared, like the slopes beside it.")
def _alpha_not_squared(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, It, alpha)


@mistake(
    "4.1",
    "wrapped round",
    "At the edge you take the neighbour from the other side of the picture (np.roll does that). Repeat the edge.",
)
def _wrapped(w, Ix, Iy, It, alpha):
    mean = sum(np.roll(w, shift, axis=axis) for axis in (0, 1) for shift in (-1, 1)) / 4
    return _stepped(w, mean, Ix, Iy, It, alpha**2)


@mistake(
    "4.1",
    "zeros outside",
    "Outside the picture you count zeros, which pulls the rim towards standing still. Repeat the edge.",
)
def _zeros_outside(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, edge=cv2.BORDER_CONSTANT), Ix, Iy, It, alpha**2)


@mistake(
    "4.1",
    "nine pixels",
    "Your mean is over 3 x 3 pixels, the pixel itself among them. It is over four: above, below, left, right.",
)
def _nine(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, np.ones((3, 3)) / 9), Ix, Iy, It, alpha**2)


@mistake("4.1", "a sum", "You sum the four neighbours; the mean is a quarter of that.")
def _summed(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, 4 * _CROSS), Ix, Iy, It, alpha**2)


@mistake("4.1", "slopes swapped", "u moves along Ix and v along Iy: they have changed places.")
def _slopes_swapped(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, It, alpha**2, slopes=[Iy, Ix])


@mistake(
    "4.1",
    "no change in time",
    "It is missing. Without it every line goes through zero, and the answer is that nothing moves.",
)
def _without_change(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, 0.0, alpha**2)


def _step_by_loop(w, Ix, Iy, It, alpha):
    """The formula, pixel by pixel: what the cases are computed with."""
    H, W = Ix.shape
    new = np.empty((H, W, 2))
    for y in range(H):
        for x in range(W):
            around = [(max(y - 1, 0), x), (min(y + 1, H - 1), x), (y, max(x - 1, 0)), (y, min(x + 1, W - 1))]
            u, v = (sum(float(w[p][c]) for p in around) / 4 for c in (0, 1))
            a, b, c = float(Ix[y, x]), float(Iy[y, x]), float(It[y, x])
            t = (a * u + b * v + c) / (alpha * alpha + a * a + b * b)
            new[y, x] = u - t * a, v - t * b
    return new


def _step_cases():
    rng = np.random.default_rng(0)
    Ix, Iy, It = rng.normal(0, 0.3, (3, 5, 7)).round(3)
    w = rng.normal(0, 2, (5, 7, 2)).round(3)
    flat, still = np.zeros((4, 5)), np.zeros((4, 5, 2))
    still[1, 2] = (4, -8)
    ramp = np.full((3, 4), 0.5)
    return [
        Case(
            (still, flat, flat, flat, 0.1),
            _step_by_loop(still, flat, flat, flat, 0.1),
            "a flat picture with one vector",
        ),
        Case(
            (np.zeros((3, 4, 2)), ramp, flat[:3, :4], -ramp, 0.5),
            _step_by_loop(np.zeros((3, 4, 2)), ramp, flat[:3, :4], -ramp, 0.5),
            "a ramp that moves by one pixel, from no motion",
        ),
        Case((w, Ix, Iy, It, 0.2), _step_by_loop(w, Ix, Iy, It, 0.2), "slopes and a flow at random"),
    ]


def weight(s, e):
    """The weight of a miss s (any array) under Charbonnier's penalty with constant e."""
    return 1 / np.sqrt(1 + s**2 / e**2)


@mistake("4.2", "the penalty", "This is the penalty itself. Wanted is how strongly it pulls: its slope over 2 s.")
def _penalty(s, e):
    return 2 * e**2 * (np.sqrt(1 + s**2 / e**2) - 1)


@mistake(
    "4.2", "the slope", "This is the slope of the penalty. A weight multiplies a square, so divide by its slope, 2 s."
)
def _slope(s, e):
    return 2 * s / np.sqrt(1 + s**2 / e**2)


@mistake(
    "4.2", "half of the slope", "You divided by 2; divide by s as well, and nothing is left of it but in the root."
)
def _half_slope(s, e):
    return s / np.sqrt(1 + s**2 / e**2)


@mistake("4.2", "twice", "You divided by s; the 2 of 2 s is still there: the weight of a small miss is 1.")
def _twice(s, e):
    return 2 / np.sqrt(1 + s**2 / e**2)


@mistake(
    "4.2",
    "no root",
    "The root is missing. That is another penalty's weight (Cauchy's, also in use, which forgives more).",
)
def _no_root(s, e):
    return 1 / (1 + s**2 / e**2)


@mistake(
    "4.2", "upside down", "It grows with the miss: so large misses would count more than with squares. One over it."
)
def _upside_down(s, e):
    return np.sqrt(1 + s**2 / e**2)


@mistake("4.2", "e not squared", "s is squared and e is not: the unit of s and e must cancel.")
def _e_not_squared(s, e):
    return 1 / np.sqrt(1 + s**2 / e)


@mistake(
    "4.2",
    "without the one",
    "e / |s| is right for large misses only; at 0 it is infinite. The 1 under the root prevents that.",
)
def _without_one(s, e):
    with np.errstate(divide="ignore"):
        return e / np.abs(s)


def _weight_cases():
    """Slopes of the penalty by differences, as far as those can be trusted; the value at 0 by hand."""

    def by_differences(s, e, h=1e-5):
        def rho(t):
            return 2 * e**2 * ((1 + t**2 / e**2) ** 0.5 - 1)

        return np.array([1.0 if t == 0 else (rho(t + h) - rho(t - h)) / (2 * h) / (2 * t) for t in s])

    s = np.array([-3.0, -0.4, 0.0, 0.1, 0.5, 2.0])
    return [
        Case((s, 0.5), by_differences(s, 0.5), "misses from -3 to 2 with e = 0.5"),
        Case((s, 2.0), by_differences(s, 2.0), "the same misses with e = 2"),
    ]


def climb(pyramid1, pyramid2, improve):
    """The flow of the finest level, (H, W, 2), from the coarsest upwards."""
    w = np.zeros((*pyramid1[-1].shape, 2), np.float32)
    for I1, I2 in zip(pyramid1[::-1], pyramid2[::-1], strict=True):
        w = improve(I1, I2, flowlab.resize_flow(w, I1.shape))
    return w


def _stretched(w, shape):
    return cv2.resize(w, shape[::-1], interpolation=cv2.INTER_LINEAR)


def _climbed(pyramid1, pyramid2, improve, enlarge, levels=None):
    w = np.zeros((*pyramid1[-1].shape, 2), np.float32)
    for I1, I2 in list(zip(pyramid1, pyramid2, strict=True))[::-1]:
        w = improve(I1, I2, enlarge(w, I1.shape))
    return w


@mistake(
    "4.3",
    "values kept",
    "The grid grows, but the values do not: a pixel of a small picture is two of the next. flowlab.resize_flow does both.",
)
def _values_kept(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _stretched)


@mistake("4.3", "doubled twice", "The values grow twice: flowlab.resize_flow has already scaled them.")
def _doubled_twice(pyramid1, pyramid2, improve):
    def enlarge(w, shape):
        return flowlab.resize_flow(w, shape) * (2 if w.shape[:2] != tuple(shape) else 1)

    return _climbed(pyramid1, pyramid2, improve, enlarge)


@mistake("4.3", "from nothing each time", "Every level begins with no motion. What the level below found is its start.")
def _from_nothing_each_time(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, lambda w, shape: np.zeros((*shape, 2), np.float32))


@mistake(
    "4.3", "finest left out", "The finest level is only enlarged into, not improved: the loop ends one level early."
)
def _finest_left_out(pyramid1, pyramid2, improve):
    w = _climbed(pyramid1[1:], pyramid2[1:], improve, flowlab.resize_flow)
    return flowlab.resize_flow(w, pyramid1[0].shape)


@mistake("4.3", "coarsest left out", "The coarsest level is not improved: there the largest motions are found.")
def _coarsest_left_out(pyramid1, pyramid2, improve):
    return _climbed(pyramid1[:-1], pyramid2[:-1], improve, flowlab.resize_flow)


@mistake("4.3", "downwards", "You go from fine to coarse. Begin with the last of the lists, the smallest pictures.")
def _downwards(pyramid1, pyramid2, improve):
    w = np.zeros((*pyramid1[0].shape, 2), np.float32)
    for I1, I2 in zip(pyramid1, pyramid2, strict=True):
        w = improve(I1, I2, flowlab.resize_flow(w, I1.shape))
    return w


def _one_to_the_right(I1, I2, w):
    return w + np.array([1, 0], np.float32)


def _brighter(I1, I2, w):
    return w + (I2.mean() - I1.mean())


def _climb_cases():
    """Sizes and steps for which the answer can be counted out by hand."""
    sizes = [(16, 24), (8, 12), (4, 6)]
    dark = [np.zeros(size, np.float32) for size in sizes]
    bright = [np.full(size, value, np.float32) for size, value in zip(sizes, (1, 2, 3), strict=True)]
    # 1, then 2 * 1 + 1 = 3, then 2 * 3 + 1 = 7 pixels to the right.
    seven = np.zeros((16, 24, 2), np.float32)
    seven[..., 0] = 7
    # 3 at the coarsest, 2 * 3 + 2 = 8, 2 * 8 + 1 = 17, in both directions.
    seventeen = np.full((16, 24, 2), 17, np.float32)
    wide = [np.zeros((6, 20), np.float32), np.zeros((3, 5), np.float32)]
    uneven = np.zeros((6, 20, 2), np.float32)
    uneven[..., 0] = 1 * 4 + 1  # four times as wide, so u grows fourfold
    return [
        Case((dark, dark, _one_to_the_right), seven, "three levels, each of which finds one pixel more to the right"),
        Case((dark, bright, _brighter), seventeen, "three levels that find 3, 2 and 1 pixels, coarsest first"),
        Case((wide, wide, _one_to_the_right), uneven, "two levels, the finer twice as high and four times as wide"),
    ]


EXERCISES = [
    Exercise(
        id="4.1",
        title="one step of Horn-Schunck",
        hints=(
            "Which four neighbours does a pixel at the edge have?",
            "The mean first: pad w by one pixel with its edge, and add up four shifted slices of it.",
            "With edged = np.pad(w, ((1, 1), (1, 1), (0, 0)), mode='edge'), the neighbour above is edged[:-2, 1:-1].",
            (
                "Then the miss of the mean, Ix * mean_u + Iy * mean_v + It, over alpha**2 + Ix**2 + Iy**2, is a "
                "number per pixel."
            ),
            "The new u is mean_u minus that number times Ix; v likewise with Iy. Stack both on the last axis.",
        ),
        solution=step,
        cases=_step_cases,
        mistakes=mistake.of("4.1"),
    ),
    Exercise(
        id="4.2",
        title="how much a miss counts",
        hints=(
            "How steep is the penalty of a large miss, compared with its square?",
            (
                "The derivative of sqrt(1 + s²/e²) is s / (e² sqrt(1 + s²/e²)). Multiply it by 2 e²: the slope of "
                "the penalty."
            ),
            "Divide the slope by 2 s, and s is gone: what is left is one over a square root, and it is 1 at s = 0.",
        ),
        solution=weight,
        cases=_weight_cases,
        mistakes=mistake.of("4.2"),
        atol=1e-4,
        rtol=1e-4,
    ),
    Exercise(
        id="4.3",
        title="climb",
        hints=(
            "What do you know of the flow at the coarsest level? And at the level after it?",
            "Both lists have the finest first: go through them backwards, pyramid1[::-1], and begin with no motion.",
            (
                "w = np.zeros((*pyramid1[-1].shape, 2), np.float32) is no motion. flowlab.resize_flow(w, I1.shape) "
                "enlarges a flow to a level's size, its values too; at the same size it changes nothing."
            ),
            "In the loop, two things: enlarge w to this level, then w = improve(I1, I2, w).",
        ),
        solution=climb,
        cases=_climb_cases,
        mistakes=mistake.of("4.3"),
        atol=1e-4,
    ),
]
