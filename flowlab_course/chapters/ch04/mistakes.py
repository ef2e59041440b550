"""Wrong answers to exercise 4.1, as readers give them."""

import cv2
import numpy as np

from flowlab_course.chapters.ch04.solutions import step
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


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


_AROUND = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])  # the eight neighbours


@mistake(
    "4.1",
    "mirrored at the edge",
    "At the edge you take the neighbour from inside once more, as in a mirror. Repeat the outermost pixel itself.",
)
def _mirrored(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, edge=cv2.BORDER_REFLECT_101), Ix, Iy, It, alpha**2)


@mistake(
    "4.1",
    "neighbours inside only",
    "At the edge you average two or three neighbours. Four count: outside the picture the outermost pixel repeats.",
)
def _inside_only(w, Ix, Iy, It, alpha):
    count = _mean(np.ones(w.shape), edge=cv2.BORDER_CONSTANT)
    return _stepped(w, _mean(w, edge=cv2.BORDER_CONSTANT) / count, Ix, Iy, It, alpha**2)


def _with_rim(w, rim):
    mean = np.array(rim, float)
    mean[1:-1, 1:-1] = _mean(w)[1:-1, 1:-1]
    return mean


@mistake(
    "4.1", "rim kept", "The mean leaves the picture's rim as it was. Its pixels have four neighbours once w is padded."
)
def _rim_kept(w, Ix, Iy, It, alpha):
    return _stepped(w, _with_rim(w, w), Ix, Iy, It, alpha**2)


@mistake("4.1", "rim at zero", "The mean is 0 on the picture's rim. Its pixels have four neighbours once w is padded.")
def _rim_at_zero(w, Ix, Iy, It, alpha):
    return _stepped(w, _with_rim(w, np.zeros(w.shape)), Ix, Iy, It, alpha**2)


@mistake(
    "4.1", "diagonal neighbours", "Your four neighbours are the diagonal ones. Take those above, below, left and right."
)
def _diagonal(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, (_AROUND - 4 * _CROSS) / 4), Ix, Iy, It, alpha**2)


@mistake(
    "4.1", "eight neighbours", "Your mean is over all eight pixels around. It is over four: above, below, left, right."
)
def _eight(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, _AROUND / 8), Ix, Iy, It, alpha**2)


@mistake(
    "4.1",
    "weights of 1981",
    "Your mean weighs eight neighbours with 1/6 and 1/12, as Horn and Schunck did. Here it is over four, equally.",
)
def _weights_of_1981(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, (_AROUND + 4 * _CROSS) / 12), Ix, Iy, It, alpha**2)


@mistake(
    "4.1", "itself as a fifth", "Your mean is over five pixels, the pixel itself among them. Only its neighbours count."
)
def _five(w, Ix, Iy, It, alpha):
    kernel = _CROSS * 4
    kernel[1, 1] = 1
    return _stepped(w, _mean(w, kernel / 5), Ix, Iy, It, alpha**2)


@mistake(
    "4.1", "two of four", "Only two neighbours enter your mean, above and below. Left and right belong to it, too."
)
def _above_and_below(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, np.array([[0, 1, 0], [0, 0, 0], [0, 1, 0]]) / 2), Ix, Iy, It, alpha**2)


@mistake(
    "4.1",
    "old flow moved",
    "The miss is right, but you take it off the pixel's old flow. It is the neighbours' mean that is moved.",
)
def _old_flow_moved(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    return w + _stepped(w, mean, Ix, Iy, It, alpha**2) - mean


@mistake("4.1", "the step alone", "This is the step alone. The mean of the neighbours has to be added to it.")
def _step_alone(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    return _stepped(w, mean, Ix, Iy, It, alpha**2) - mean


@mistake("4.1", "sign of It", "It has the wrong sign in the miss: the line is Ix u + Iy v + It = 0.")
def _minus_change(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, -It, alpha**2)


@mistake(
    "4.1", "left and right only", "Only the neighbours left and right enter your mean. Those above and below do, too."
)
def _left_and_right(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w, np.array([[0, 0, 0], [1, 0, 1], [0, 0, 0]]) / 2), Ix, Iy, It, alpha**2)


@mistake("4.1", "the mean alone", "This is the mean of the neighbours. The step towards the pixel's line is missing.")
def _mean_alone(w, Ix, Iy, It, alpha):
    return _mean(w)


def _moved(mean, numerator, denominator, slopes):
    return mean - (numerator / denominator)[..., None] * np.stack(slopes, axis=-1)


@mistake("4.1", "It alone", "Your miss is It alone. What the mean flow explains already, Ix u + Iy v, has to be in it.")
def _change_alone(w, Ix, Iy, It, alpha):
    return _moved(_mean(w), It, alpha**2 + Ix**2 + Iy**2, [Ix, Iy])


@mistake("4.1", "u and v swapped in the miss", "In the miss u and v have changed places: Ix belongs to u, Iy to v.")
def _swapped_in_the_miss(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    return _moved(mean, Ix * mean[..., 1] + Iy * mean[..., 0] + It, alpha**2 + Ix**2 + Iy**2, [Ix, Iy])


@mistake("4.1", "Ix for both", "v moves along Ix as well as u. The step of v is along Iy.")
def _same_slope(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, It, alpha**2, slopes=[Ix, Ix])


@mistake(
    "4.1",
    "no slopes in the step",
    "Both components get the same step. It has to be multiplied by Ix for u, by Iy for v.",
)
def _no_slopes(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, It, alpha**2, slopes=[np.ones_like(Ix)] * 2)


@mistake("4.1", "no alpha", "alpha is missing in the denominator: where the picture is flat you divide 0 by 0.")
@np.errstate(invalid="ignore")
def _no_alpha(w, Ix, Iy, It, alpha):
    return _stepped(w, _mean(w), Ix, Iy, It, 0.0)


@mistake(
    "4.1",
    "root in the denominator",
    "You divide by the root of alpha² + Ix² + Iy². The sum itself divides: the miss is multiplied by a slope again.",
)
def _root(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    return _moved(mean, Ix * mean[..., 0] + Iy * mean[..., 1] + It, np.sqrt(alpha**2 + Ix**2 + Iy**2), [Ix, Iy])


@mistake(
    "4.1", "slopes not squared", "Ix and Iy stand in the denominator unsquared, so their signs count. Square them."
)
def _slopes_not_squared(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    return _moved(mean, Ix * mean[..., 0] + Iy * mean[..., 1] + It, alpha**2 + Ix + Iy, [Ix, Iy])


@mistake("4.1", "denominator without brackets", "Only alpha**2 divides in yours: the whole denominator needs brackets.")
def _no_brackets_below(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    miss = (Ix * mean[..., 0] + Iy * mean[..., 1] + It) / alpha**2 + Ix**2 + Iy**2
    return _moved(mean, miss, 1, [Ix, Iy])


@mistake("4.1", "numerator without brackets", "Only It is divided in yours: the whole sum before the / needs brackets.")
def _no_brackets_above(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    miss = Ix * mean[..., 0] + Iy * mean[..., 1] + It / (alpha**2 + Ix**2 + Iy**2)
    return _moved(mean, miss, 1, [Ix, Iy])


@mistake(
    "4.1",
    "v after u",
    "The miss of v is taken with the new u. Both components take the same miss, that of the mean.",
)
def _v_after_u(w, Ix, Iy, It, alpha):
    mean = _mean(w)
    u = _stepped(w, mean, Ix, Iy, It, alpha**2)[..., 0]
    v = _stepped(w, np.stack([u, mean[..., 1]], axis=-1), Ix, Iy, It, alpha**2)[..., 1]
    return np.stack([u, v], axis=-1)


@mistake(
    "4.1",
    "components first",
    "Your result holds all of u, then all of v. Stack them on the last axis: (H, W, 2).",
)
def _components_first(w, Ix, Iy, It, alpha):
    return np.moveaxis(step(w, Ix, Iy, It, alpha), -1, 0)
