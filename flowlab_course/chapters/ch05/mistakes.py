"""Wrong answers to exercises 5.1 and 5.2, as readers give them."""

import numpy as np

from flowlab_course.chapters.ch05.solutions import chain
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("5.1", "other order", "This moves with the background first. The matrix that acts first stands on the right.")
def _the_other_order(background, own):
    return own @ background


@mistake("5.1", "added", "Adding works for two steps, but not when one of them turns: multiply the matrices.")
def _added(background, own):
    return background + own - np.eye(3)


@mistake("5.1", "element by element", "* multiplies number by number. The matrix product is @.")
def _element_by_element(background, own):
    return background * own


@mistake("5.1", "own only", "The background's motion is missing: it carries the chair with it.")
def _own_only(background, own):
    return own


@mistake("5.1", "plain sum", "You add the matrices. One motion after another is a product of matrices.")
def _plain_sum(background, own):
    return background + own


@mistake("5.1", "background only", "The chair's own motion is missing: it moves on the ground as well.")
def _background_only(background, own):
    return background


@mistake(
    "5.1",
    "shifts added",
    "You add the two shifts. The second motion turns and scales the shift of the first, too: use the whole matrices.",
)
def _shifts_added(background, own):
    both = chain(background, own)
    both[:2, 2] = background[:2, 2] + own[:2, 2]
    return both


@mistake("5.1", "own transposed", "You multiply by the transpose of own. The matrices themselves are multiplied.")
def _own_transposed(background, own):
    return background @ own.T


@mistake("5.1", "background transposed", "You multiply by the transpose of background. Use the matrix as it is.")
def _background_transposed(background, own):
    return background.T @ own


@mistake("5.1", "transposed", "Your matrix is the transpose of the right one: shifts belong to the last column.")
def _transposed_product(background, own):
    return chain(background, own).T


@mistake("5.1", "inverted", "Your matrix leads back, from frame 2 to frame 1: it is the inverse of the right one.")
def _inverted(background, own):
    return np.linalg.inv(chain(background, own))


@mistake(
    "5.1", "seen from the ground", "The inverse of background takes its motion away. It carries the chair: no inverse."
)
def _seen_from_the_ground(background, own):
    return np.linalg.inv(background) @ own


@mistake(
    "5.1",
    "turned about the moved point",
    "The inverse of background acts before own in yours. The chair moves by own first: leave the inverse out.",
)
def _conjugated(background, own):
    return background @ own @ np.linalg.inv(background)


@mistake("5.1", "background twice", "The background's motion acts twice in yours, before and after the chair's own.")
def _background_twice(background, own):
    return background @ own @ background


@mistake("5.2", "forward", "This is the forward flow: invert the matrix first.")
def _forward(matrix, height, width):
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return (points @ matrix.T - points)[..., :2]


@mistake(
    "5.2",
    "minus forward",
    "The forward flow with its sign turned is right for steps only: it lives on frame 1's grid. Invert the matrix.",
)
def _minus_forward(matrix, height, width):
    return -_forward(matrix, height, width)


@mistake("5.2", "places", "You return where each pixel came from. Subtract where it is.")
def _places(matrix, height, width):
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return (points @ np.linalg.inv(matrix).T)[..., :2]


@mistake("5.2", "transposed", "points @ M multiplies by the transpose of M: write points @ M.T.")
def _transposed(matrix, height, width):
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return (points @ np.linalg.inv(matrix) - points)[..., :2]


def _points(height, width):
    y, x = np.mgrid[:height, :width]
    return np.stack([x, y, np.ones_like(x)], axis=-1)


def _returned(points, matrix):
    """The way of every point under a matrix, (..., 2)."""
    return (points @ matrix.T - points)[..., :2]


@mistake("5.2", "sign", "Every sign is reversed: the flow is where a pixel came from, minus where it is.")
def _sign(matrix, height, width):
    return -_returned(_points(height, width), np.linalg.inv(matrix))


@mistake("5.2", "y before x", "Your points are (y, x, 1): x and y have changed places. The matrix takes x first.")
def _y_before_x(matrix, height, width):
    return _returned(_points(height, width)[..., [1, 0, 2]], np.linalg.inv(matrix))


@mistake(
    "5.2",
    "y before x, swapped back",
    "The matrix gets (y, x, 1), which is not undone by swapping the result. It takes x first: (x, y, 1).",
)
def _y_before_x_and_back(matrix, height, width):
    return _y_before_x(matrix, height, width)[..., ::-1]


@mistake("5.2", "v first", "u and v have changed places in the result: u, along x, comes first.")
def _v_first(matrix, height, width):
    return _returned(_points(height, width), np.linalg.inv(matrix))[..., ::-1]


@mistake("5.2", "three components", "The third component, 1 minus 1, is still there. A flow has two: cut it off.")
def _three_components(matrix, height, width):
    points = _points(height, width)
    return points @ np.linalg.inv(matrix).T - points


@mistake(
    "5.2",
    "not inverted, transposed",
    "You multiply by the transpose of M. That is not its inverse: a shift and a zoom need np.linalg.inv.",
)
def _transpose_for_inverse(matrix, height, width):
    return _returned(_points(height, width), matrix.T)


@mistake("5.2", "one over each number", "** -1 takes one over each number. The inverse of a matrix is np.linalg.inv's.")
@np.errstate(divide="ignore", invalid="ignore")
def _one_over_each(matrix, height, width):
    return _returned(_points(height, width), matrix**-1.0)


@mistake("5.2", "shift left out", "The matrix's shift is left out: take the third column, too, and points (x, y, 1).")
def _shift_left_out(matrix, height, width):
    return _returned(_points(height, width) * [1, 1, 0], np.linalg.inv(matrix))


@mistake(
    "5.2",
    "shift after the turn",
    "You turn back, then shift back. What came last is undone first: shift back, then turn. The 3 x 3 inverse does it.",
)
def _shift_after_the_turn(matrix, height, width):
    back = np.eye(3)
    back[:2, :2], back[:2, 2] = np.linalg.inv(matrix[:2, :2]), -matrix[:2, 2]
    return _returned(_points(height, width), back)


@mistake(
    "5.2", "shift negated only", "Only the shift goes the other way; turn and zoom go on as before. Invert the matrix."
)
def _shift_negated(matrix, height, width):
    back = matrix.copy()
    back[:2, 2] *= -1
    return _returned(_points(height, width), back)


@mistake(
    "5.2",
    "shift alone",
    "Every pixel gets the same vector, minus the shift. Turn and zoom move each pixel differently.",
)
def _shift_alone(matrix, height, width):
    return np.zeros((height, width, 2)) - matrix[:2, 2]


@mistake("5.2", "back twice", "The inverse is applied twice, so the pixels go back too far. Once is enough.")
def _back_twice(matrix, height, width):
    back = np.linalg.inv(matrix)
    return _returned(_points(height, width), back @ back)


@mistake("5.2", "from the forward place", "You subtract where a pixel goes. Subtract where it is, in frame 2.")
def _from_the_forward_place(matrix, height, width):
    points = _points(height, width)
    return (points @ np.linalg.inv(matrix).T - points @ matrix.T)[..., :2]


@mistake("5.2", "counted from 1", "Your pixels are counted from 1. The first pixel's middle lies at (0, 0).")
def _from_one(matrix, height, width):
    return _returned(_points(height, width) + np.array([1, 1, 0]), np.linalg.inv(matrix))


@mistake("5.2", "corners for middles", "You add half a pixel to x and y. A pixel's middle has whole numbers here.")
def _half_a_pixel(matrix, height, width):
    return _returned(_points(height, width) + np.array([0.5, 0.5, 0]), np.linalg.inv(matrix))


@mistake(
    "5.2",
    "counted from the middle",
    "Your x and y count from the picture's middle. The matrix counts from pixel (0, 0).",
)
def _from_the_middle(matrix, height, width):
    return _returned(_points(height, width) - [(width - 1) / 2, (height - 1) / 2, 0], np.linalg.inv(matrix))


@mistake("5.2", "components first", "Your flow has its components first, (2, H, W). They lie on the last axis.")
def _components_first(matrix, height, width):
    return np.moveaxis(_returned(_points(height, width), np.linalg.inv(matrix)), -1, 0)
