"""Wrong answers to exercise 4.3, as readers give them."""

import cv2
import numpy as np

import flowlab
from flowlab_course.chapters.ch04.solutions import climb
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _stretched(w, shape):
    return cv2.resize(w, shape[::-1], interpolation=cv2.INTER_LINEAR)


def _climbed(pyramid1, pyramid2, improve, enlarge):
    w = np.zeros((*pyramid1[-1].shape, 2), np.float32)
    for I1, I2 in list(zip(pyramid1, pyramid2, strict=True))[::-1]:
        w = improve(I1, I2, enlarge(w, I1.shape))
    return w


@mistake(
    "4.3",
    "values kept",
    "The grid grows, but the values do not: a pixel of a small picture is two of the next. "
    "flowlab.resize_flow does both.",
)
def _values_kept(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _stretched)


@mistake("4.3", "doubled twice", "The values grow twice: flowlab.resize_flow has already scaled them.")
def _doubled_twice(pyramid1, pyramid2, improve):
    def enlarge(w, shape):
        return flowlab.resize_flow(w, shape) * (2 if w.shape[:2] != tuple(shape) else 1)

    return _climbed(pyramid1, pyramid2, improve, enlarge)


@mistake(
    "4.3",
    "from nothing each time",
    "The finest level begins with no motion. What the coarser levels found is lost: it is the start of the next level.",
)
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


@mistake(
    "4.3",
    "added twice",
    "improve returns the whole flow, the part that it was given included. You add that part again.",
)
def _added_twice(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, lambda I1, I2, w: w + improve(I1, I2, w), flowlab.resize_flow)


@mistake(
    "4.3",
    "improved from zero and added",
    "improve begins with no motion at each level, and you add the results. Give it the flow of the coarser levels.",
)
def _sums_of_levels(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, lambda I1, I2, w: w + improve(I1, I2, 0 * w), flowlab.resize_flow)


def _scaled(factors):
    def enlarge(w, shape):
        return _stretched(w, shape) * np.array(factors(shape[0] / w.shape[0], shape[1] / w.shape[1]), np.float32)

    return enlarge


@mistake(
    "4.3",
    "doubled always",
    "You double u and v. The next level may be more than twice as wide: flowlab.resize_flow takes the true factors.",
)
def _doubled_always(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _scaled(lambda high, wide: (2, 2)))


@mistake("4.3", "width for both", "u and v grow by the ratio of widths. v takes that of the heights.")
def _width_for_both(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _scaled(lambda high, wide: (wide, wide)))


@mistake("4.3", "height for both", "u and v grow by the ratio of heights. u takes that of the widths.")
def _height_for_both(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _scaled(lambda high, wide: (high, high)))


@mistake("4.3", "ratios swapped", "The ratios have changed places: u grows as the width does, v as the height.")
def _ratios_swapped(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _scaled(lambda high, wide: (high, wide)))


@mistake(
    "4.3", "ratios inverted", "You divide by the ratios of the sizes. Vectors grow with the picture: multiply by them."
)
def _halved(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _scaled(lambda high, wide: (1 / wide, 1 / high)))


@mistake(
    "4.3", "half at every level", "Vectors are halved on the way up. A pixel of a small picture is two of the next."
)
def _half(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, _scaled(lambda high, wide: (0.5, 0.5) if wide > 1 else (1, 1)))


@mistake(
    "4.3",
    "ended at the second level",
    "Your flow has the size of the second level: the loop ends before the finest, which is pyramid1[0].",
)
def _ended_early(pyramid1, pyramid2, improve):
    return _climbed(pyramid1[1:], pyramid2[1:], improve, flowlab.resize_flow)


@mistake(
    "4.3",
    "shrunk at the end",
    "After the finest level the flow is resized to the coarsest: pyramid1[k - 1] with k = 0 is the last one.",
)
def _shrunk_at_the_end(pyramid1, pyramid2, improve):
    return flowlab.resize_flow(climb(pyramid1, pyramid2, improve), pyramid1[-1].shape)


@mistake(
    "4.3", "enlarged at the end", "Your flow is enlarged once more after the finest level: enlarge before improving."
)
def _enlarged_at_the_end(pyramid1, pyramid2, improve):
    H, W = pyramid1[0].shape
    return flowlab.resize_flow(climb(pyramid1, pyramid2, improve), (2 * H, 2 * W))


@mistake("4.3", "never enlarged", "The flow keeps the size of the coarsest level. Enlarge it to I1's before improving.")
def _never_enlarged(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, lambda w, shape: w)


@mistake("4.3", "result not kept", "Your flow is zero everywhere: what improve returns is not kept in w.")
def _not_kept(pyramid1, pyramid2, improve):
    return np.zeros((*pyramid1[0].shape, 2), np.float32)


@mistake(
    "4.3", "frames swapped", "improve takes the picture of the first pyramid first; yours gets the second's first."
)
def _frames_swapped(pyramid1, pyramid2, improve):
    return climb(pyramid2, pyramid1, improve)


@mistake("4.3", "one list reversed", "Only pyramid1 is gone through backwards: its coarsest meets pyramid2's finest.")
def _one_reversed(pyramid1, pyramid2, improve):
    return climb(pyramid1, pyramid2[::-1], improve)


@mistake(
    "4.3",
    "coarsest alone",
    "Only the coarsest level is improved, and then enlarged. Every level adds what the coarser cannot see.",
)
def _coarsest_alone(pyramid1, pyramid2, improve):
    return flowlab.resize_flow(climb(pyramid1[-1:], pyramid2[-1:], improve), pyramid1[0].shape)


@mistake(
    "4.3",
    "downwards, then enlarged",
    "You go from fine to coarse, and enlarge at the end. Each level has to begin with the flow of the coarser one.",
)
def _downwards_then_enlarged(pyramid1, pyramid2, improve):
    return flowlab.resize_flow(_downwards(pyramid1, pyramid2, improve), pyramid1[0].shape)


@mistake("4.3", "whole pixels", "The flow is cut to whole pixels at each level. Keep its fractions: they double, too.")
def _whole_pixels(pyramid1, pyramid2, improve):
    return _climbed(pyramid1, pyramid2, improve, lambda w, shape: flowlab.resize_flow(w, shape).astype(int))
