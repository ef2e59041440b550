"""Wrong answers to exercise 1.1, the flow of a turn."""

import numpy as np

from flowlab_course.chapters.ch01.solutions import rotation_flow
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _about(height, width, degrees, middle=None):
    """Return the offsets rx, ry from the middle (x, y), and the cosine and sine of the angle."""
    y, x = np.mgrid[:height, :width]
    cx, cy = middle or ((width - 1) / 2, (height - 1) / 2)
    return x - cx, y - cy, np.cos(np.radians(degrees)), np.sin(np.radians(degrees))


def _turned(rx, ry, cos, sin):
    return np.stack([cos * rx - sin * ry - rx, sin * rx + cos * ry - ry], axis=-1)


@mistake(
    "1.1",
    "anticlockwise",
    "It turns anticlockwise. With v pointing down, a clockwise turn has -sin in u and +sin in v.",
)
def _anticlockwise(height, width, degrees):
    return rotation_flow(height, width, -degrees)


@mistake(
    "1.1",
    "about the corner",
    "It turns about the upper left corner, the origin. Subtract the middle from x and y first.",
)
def _about_the_corner(height, width, degrees):
    y, x = np.mgrid[:height, :width]
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([cos * x - sin * y - x, sin * x + cos * y - y], axis=-1)


@mistake(
    "1.1",
    "half a pixel off",
    "The middle is half a pixel off: pixels are counted 0 ... W - 1, so the middle is (W - 1) / 2.",
)
def _half_a_pixel_off(height, width, degrees):
    y, x = np.mgrid[:height, :width]
    rx, ry = x - width / 2, y - height / 2
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([cos * rx - sin * ry - rx, sin * rx + cos * ry - ry], axis=-1)


@mistake("1.1", "degrees as radians", "np.cos and np.sin take radians: np.radians(degrees).")
def _degrees_as_radians(height, width, degrees):
    return rotation_flow(height, width, np.degrees(degrees))


@mistake("1.1", "positions", "You return where each pixel goes. The flow is how far it goes: subtract where it was.")
def _new_positions(height, width, degrees):
    y, x = np.mgrid[:height, :width]
    return rotation_flow(height, width, degrees) + np.stack([x, y], axis=-1)


@mistake(
    "1.1", "rotated offsets", "You return R r, the rotated offset. The flow is R r - r: subtract the offset itself."
)
def _rotated_offsets(height, width, degrees):
    y, x = np.mgrid[:height, :width]
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    return rotation_flow(height, width, degrees) + np.stack([x, y], axis=-1) - middle


@mistake(
    "1.1",
    "width // 2",
    "W // 2 and H // 2 are the middle of an odd number of pixels alone. Of 8 pixels, 0 ... 7, the middle is 3.5.",
)
def _middle_by_floor_division(height, width, degrees):
    return _turned(*_about(height, width, degrees, (width // 2, height // 2)))


@mistake(
    "1.1",
    "(width - 1) // 2",
    "// drops the half: of 8 pixels, 0 ... 7, the middle is 3.5, between two pixels. Divide with /.",
)
def _middle_cut_off(height, width, degrees):
    return _turned(*_about(height, width, degrees, ((width - 1) // 2, (height - 1) // 2)))


@mistake(
    "1.1",
    "height and width swapped",
    "The middle has height and width swapped: x goes along the width, y along the height.",
)
def _middle_swapped(height, width, degrees):
    return _turned(*_about(height, width, degrees, ((height - 1) / 2, (width - 1) / 2)))


@mistake(
    "1.1",
    "rx overwritten",
    "v is computed from the turned rx. It needs the offset before the turn: use new names for the results.",
)
def _rx_overwritten(height, width, degrees):
    rx, ry, cos, sin = _about(height, width, degrees)
    new_x = cos * rx - sin * ry
    return np.stack([new_x - rx, sin * new_x + cos * ry - ry], axis=-1)


@mistake(
    "1.1",
    "u in place of rx",
    "Your v is computed from u. It needs the offset rx of the pixel before the turn.",
)
def _u_in_place_of_rx(height, width, degrees):
    rx, ry, cos, sin = _about(height, width, degrees)
    u = cos * rx - sin * ry - rx
    return np.stack([u, sin * u + cos * ry - ry], axis=-1)


@mistake(
    "1.1",
    "v not subtracted",
    "u is right. v is where the pixel lands: subtract where it was, ry.",
)
def _v_not_subtracted(height, width, degrees):
    rx, ry, cos, sin = _about(height, width, degrees)
    return np.stack([cos * rx - sin * ry - rx, sin * rx + cos * ry], axis=-1)


@mistake(
    "1.1",
    "position subtracted",
    "R r is measured from the middle, x and y from the corner. Subtract the offset from the middle, as R r is one.",
)
def _position_subtracted(height, width, degrees):
    return _turned(*_about(height, width, degrees)) + (np.array([(1 - width) / 2, (1 - height) / 2]))


@mistake(
    "1.1",
    "middle added, offset subtracted",
    "You add the middle again and subtract the offset from the middle. Both have to be measured from the same point.",
)
def _middle_added(height, width, degrees):
    return _turned(*_about(height, width, degrees)) + (np.array([(width - 1) / 2, (height - 1) / 2]))


@mistake(
    "1.1",
    "middle added to the place",
    "You add the middle to x and y. To measure from the middle, subtract it.",
)
def _from_minus_the_middle(height, width, degrees):
    return _turned(*_about(height, width, degrees, ((1 - width) / 2, (1 - height) / 2)))


@mistake(
    "1.1",
    "both sines minus",
    "Both sines have a minus. In a turn one of them has it, and it is the other way with u: v has a plus.",
)
def _both_minus(height, width, degrees):
    rx, ry, cos, sin = _about(height, width, degrees)
    return np.stack([cos * rx - sin * ry - rx, cos * ry - sin * rx - ry], axis=-1)


@mistake(
    "1.1",
    "both sines plus",
    "Both sines have a plus. In a turn one of them has a minus: clockwise, with v pointing down, it is that of u.",
)
def _both_plus(height, width, degrees):
    rx, ry, cos, sin = _about(height, width, degrees)
    return np.stack([cos * rx + sin * ry - rx, sin * rx + cos * ry - ry], axis=-1)


@mistake(
    "1.1",
    "mirrored",
    "The sine and the cosine of v have opposite signs. That is a mirror image: in a turn, v has a plus before both.",
)
def _mirrored(height, width, degrees):
    rx, ry, cos, sin = _about(height, width, degrees)
    return np.stack([cos * rx - sin * ry - rx, sin * rx - cos * ry - ry], axis=-1)


@mistake(
    "1.1",
    "sine and cosine swapped",
    "Sine and cosine have changed places. At 0 degrees the cosine is 1: it belongs to rx in u, and to ry in v.",
)
def _sine_and_cosine_swapped(height, width, degrees):
    rx, ry, cos, sin = _about(height, width, degrees)
    return _turned(rx, ry, sin, cos)


@mistake(
    "1.1",
    "pi forgotten",
    "degrees / 180 lacks the factor pi. 180 degrees are pi radians: np.radians does both steps.",
)
def _pi_forgotten(height, width, degrees):
    return rotation_flow(height, width, degrees / np.pi)


@mistake(
    "1.1", "twice the angle", "It turns twice as far. A full turn, 360 degrees, is 2 pi radians: 180 degrees are pi."
)
def _twice_the_angle(height, width, degrees):
    return rotation_flow(height, width, 2 * degrees)


@mistake(
    "1.1", "half the angle", "It turns half as far. A full turn, 360 degrees, is 2 pi radians: 180 degrees are pi."
)
def _half_the_angle(height, width, degrees):
    return rotation_flow(height, width, degrees / 2)


@mistake(
    "1.1",
    "degrees of degrees",
    "np.degrees makes degrees of radians. Here the angle is in degrees, and np.cos and np.sin want radians.",
)
def _degrees_of_degrees(height, width, degrees):
    return rotation_flow(height, width, np.degrees(np.degrees(degrees)))


@mistake(
    "1.1",
    "components first",
    "u and v come first, as axis 0, (2, H, W). A flow has them last, (H, W, 2): np.stack has an argument axis.",
)
def _components_before_the_picture(height, width, degrees):
    return np.moveaxis(rotation_flow(height, width, degrees), -1, 0)


@mistake("1.1", "cut off", "The fractions of the vectors are cut off: a flow has floats.")
def _cut_off(height, width, degrees):
    return rotation_flow(height, width, degrees).astype(int)


@mistake("1.1", "transposed", "Rows and columns are transposed in your flow: y changes along axis 0, x along axis 1.")
def _transposed(height, width, degrees):
    return np.swapaxes(rotation_flow(height, width, degrees), 0, 1)


@mistake(
    "1.1",
    "counted from one",
    "(W + 1) / 2 is the middle of pixels counted from 1. Here the first pixel is 0 and the last W - 1.",
)
def _counted_from_one(height, width, degrees):
    return _turned(*_about(height, width, degrees, ((width + 1) / 2, (height + 1) / 2)))
