"""Wrong answers to chapter 01's exercises that people really give."""

import struct

import numpy as np

from flowlab_course.chapters.ch01.solutions import rotation_flow
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


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
    "1.2",
    "width as rows",
    "Height and width have changed places: the file names the width first, an array has the height first.",
)
def _width_as_rows(data):
    width, height = struct.unpack("<ii", data[4:12])
    return np.frombuffer(data, "<f4", offset=12).reshape(width, height, 2)


@mistake(
    "1.2",
    "planes",
    "You read all u first and then all v. In the file they take turns: u, v of one pixel, then the next.",
)
def _planes(data):
    width, height = struct.unpack("<ii", data[4:12])
    return np.frombuffer(data, "<f4", offset=12).reshape(2, height, width).transpose(1, 2, 0)


@mistake("1.2", "big-endian", "The bytes of each number are read in the wrong order: little-endian is '<f4'.")
def _big_endian(data):
    width, height = struct.unpack("<ii", data[4:12])
    return np.frombuffer(data, ">f4", offset=12).reshape(height, width, 2)


@mistake(
    "1.2", "header read as flow", "Your first three numbers are the header. The vectors begin at byte 12: offset=12."
)
def _header_read_as_flow(data):
    width, height = struct.unpack("<ii", data[4:12])
    return np.frombuffer(data, "<f4")[: height * width * 2].reshape(height, width, 2)


@mistake("1.3", "arguments swapped", "np.arctan2 takes v first, then u: the height before the width.")
def _arguments_swapped(flow):
    return np.degrees(np.arctan2(flow[..., 0], flow[..., 1])) % 360


@mistake(
    "1.3",
    "quadrant lost",
    "v / u is the same for a vector and its opposite, so half of the directions are lost: np.arctan2(v, u) keeps them.",
)
def _forgot_the_quadrant(flow):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(np.arctan(flow[..., 1] / flow[..., 0])) % 360


@mistake("1.3", "v upwards", "Up and down have changed places: v points down, and so do 90 degrees here.")
def _v_upwards(flow):
    return np.degrees(np.arctan2(-flow[..., 1], flow[..., 0])) % 360


@mistake("1.3", "radians", "These are radians: np.degrees turns them into degrees.")
def _in_radians(flow):
    return np.arctan2(flow[..., 1], flow[..., 0]) % (2 * np.pi)


@mistake(
    "1.3", "negative angles", "The upper half has negative angles; from 0 to 360 was asked: take the remainder, % 360."
)
def _from_minus_180(flow):
    return np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))
