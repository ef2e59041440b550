"""Wrong answers to exercise 3.3, as readers give them."""

import cv2
import numpy as np

import flowlab
from flowlab_course.chapters.ch03.solutions import warping_step
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("3.3", "the step alone", "This is what is missing, not the flow. Add it to the flow that you had.")
def _step_only(I1, I2, w, solve):
    return warping_step(I1, I2, w, solve) - w


@mistake(
    "3.3",
    "not warped",
    "Frame 2 is used as it is. Then solve explains the whole motion again, and you add it to w once more.",
)
def _not_warped(I1, I2, w, solve):
    Iy, Ix = np.gradient(I2)
    return w + solve(Ix, Iy, I2 - I1)


@mistake(
    "3.3",
    "the wrong way",
    "The step goes the wrong way: It is frame 2, brought back, minus frame 1, and what solve finds is added to w.",
)
def _wrong_way(I1, I2, w, solve):
    back = flowlab.warp(I2, w, padding="border")
    Iy, Ix = np.gradient(back)
    return w + solve(Ix, Iy, I1 - back)


@mistake(
    "3.3",
    "axes swapped",
    "Ix and Iy have changed places: np.gradient returns the slope downwards first, solve takes it second.",
)
def _axes_swapped(I1, I2, w, solve):
    back = flowlab.warp(I2, w, padding="border")
    Ix, Iy = np.gradient(back)
    return w + solve(Ix, Iy, back - I1)


@mistake(
    "3.3",
    "slopes of the unwarped frame",
    "The slopes are those of frame 2 where it stands. You compare at x + w: take the slopes of the warped picture.",
)
def _slopes_unwarped(I1, I2, w, solve):
    Iy, Ix = np.gradient(I2)
    return w + solve(Ix, Iy, flowlab.warp(I2, w, padding="border") - I1)


def _back(I2, w, padding="border"):
    return flowlab.warp(I2, w, padding=padding)


def _solved(w, slopes_of, It, solve):
    Iy, Ix = np.gradient(slopes_of)
    return w + solve(Ix, Iy, It)


@mistake(
    "3.3",
    "slopes of frame 1",
    "The slopes are those of frame 1. The task wants those of frame 2, warped back: of the picture that still moves.",
)
def _slopes_of_frame_1(I1, I2, w, solve):
    return _solved(w, I1, _back(I2, w) - I1, solve)


@mistake(
    "3.3",
    "slopes averaged",
    "Your slopes are means over frame 1 and the warped picture. Some methods do that; here the warped picture alone "
    "gives the slopes.",
)
def _slopes_averaged(I1, I2, w, solve):
    back = _back(I2, w)
    return _solved(w, (I1 + back) / 2, back - I1, solve)


@mistake(
    "3.3",
    "difference of the unwarped frame",
    "It is frame 2 as it was, minus frame 1. Take the warped picture: w explains a part of the motion already.",
)
def _difference_unwarped(I1, I2, w, solve):
    return _solved(w, _back(I2, w), I2 - I1, solve)


@mistake(
    "3.3",
    "difference to frame 2",
    "It is the warped picture minus frame 2, from which it was made. The picture to compare it with is frame 1.",
)
def _difference_to_frame_2(I1, I2, w, solve):
    back = _back(I2, w)
    return _solved(w, back, back - I2, solve)


@mistake("3.3", "w subtracted", "You subtract w from the step. The new flow is w plus the step.")
def _w_subtracted(I1, I2, w, solve):
    return warping_step(I1, I2, w, solve) - 2 * w


@mistake(
    "3.3",
    "zeros outside",
    'What lies outside frame 2 is 0 in your warp, which makes steep slopes there: padding="border" is missing.',
)
def _zeros_outside(I1, I2, w, solve):
    back = _back(I2, w, padding="zeros")
    return _solved(w, back, back - I1, solve)


@mistake("3.3", "warped by -w", "Frame 2 is warped by -w. A warp fetches from x + w(x), so it takes w as it is.")
def _warped_by_minus_w(I1, I2, w, solve):
    back = _back(I2, -w)
    return _solved(w, back, back - I1, solve)


@mistake(
    "3.3", "frame 1 warped", "You warp frame 1. w leads from frame 1 to frame 2, so frame 2 is the one to fetch from."
)
def _frame_1_warped(I1, I2, w, solve):
    back = _back(I1, w)
    return _solved(w, back, I2 - back, solve)


@mistake("3.3", "frames swapped", "The frames have changed places: I2 is warped, and I1 is what it is compared with.")
def _frames_swapped(I1, I2, w, solve):
    return warping_step(I2, I1, w, solve)


@mistake("3.3", "averaged", "You take the mean of w and the step. The new flow is w plus the whole step.")
def _averaged(I1, I2, w, solve):
    return warping_step(I1, I2, w, solve) / 2


@mistake("3.3", "w unchanged", "You return w as it came: what solve returns has to be added.")
def _unchanged(I1, I2, w, solve):
    return w


@mistake(
    "3.3",
    "Sobel",
    "Your slopes are 8 times too large: cv2.Sobel sums over its 3 x 3 pixels. np.gradient gives them per pixel.",
)
def _sobel(I1, I2, w, solve):
    back = _back(I2, w)
    return w + solve(cv2.Sobel(back, -1, 1, 0), cv2.Sobel(back, -1, 0, 1), back - I1)


@mistake("3.3", "minus the step", "This is minus the step. The new flow is w plus the step.")
def _minus_the_step(I1, I2, w, solve):
    return w - warping_step(I1, I2, w, solve)
