"""Exercises of chapter 01."""

import struct

import numpy as np

from flowlab.field import similarity_flow
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def rotation_flow(height, width, degrees):
    """The flow (height, width, 2) of a clockwise turn about the middle."""
    y, x = np.mgrid[:height, :width]
    rx, ry = x - (width - 1) / 2, y - (height - 1) / 2  # from the middle
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
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


def _rotation_cases():
    quarter = np.array([[[2, 0], [1, 1], [0, 2]], [[1, -1], [0, 0], [-1, 1]], [[0, -2], [-1, -1], [-2, 0]]])
    return [
        Case((3, 3, 90), quarter, "3 x 3 pixels and a quarter turn, where every corner goes to the next"),
        Case((5, 8, 10), similarity_flow((5, 8), degrees=10), "5 x 8 pixels and 10 degrees"),
        Case((6, 5, -35), similarity_flow((6, 5), degrees=-35), "6 x 5 pixels and -35 degrees"),
        Case((4, 4, 0), np.zeros((4, 4, 2)), "4 x 4 pixels and 0 degrees"),
    ]


def parse_flo(data):
    """The flow (H, W, 2) in the bytes of a .flo file."""
    width, height = struct.unpack("<ii", data[4:12])
    return np.frombuffer(data, "<f4", offset=12).reshape(height, width, 2)


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


def _bytes_of_a_flo(flow):
    """Write the bytes by hand, number by number, so that no reader of ours judges itself."""
    height, width = len(flow), len(flow[0])
    numbers = [number for row in flow for vector in row for number in vector]
    return struct.pack("<fii", 202021.25, width, height) + struct.pack(f"<{len(numbers)}f", *numbers)


def _flo_cases():
    two_by_three = [[[1, 2], [3, 4], [5, 6]], [[-1, -2], [-3.5, -4.5], [0, 0.25]]]
    column = [[[10, -10]], [[20, -20]], [[30, -30]]]
    return [
        Case((_bytes_of_a_flo(two_by_three),), np.array(two_by_three, np.float32), "a flow of 2 x 3 pixels"),
        Case((_bytes_of_a_flo(column),), np.array(column, np.float32), "a flow of 3 x 1 pixels"),
    ]


def direction(flow):
    """The direction (H, W) of each vector in degrees, clockwise from right."""
    return np.degrees(np.arctan2(flow[..., 1], flow[..., 0])) % 360


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


def _direction_cases():
    axes = np.array([[[1, 0], [0, 2]], [[-3, 0], [0, -4]]], np.float32)
    diagonals = np.array([[[5, 5], [-5, 5], [-5, -5], [5, -5]]], np.float32)
    return [
        Case((axes,), np.array([[0, 90], [180, 270]]), "vectors to the right, down, left and up"),
        Case((diagonals,), np.array([[45, 135, 225, 315]]), "the four diagonals"),
        Case((np.array([[[3, 1]]], np.float32),), np.array([[18.434948]]), "the vector (3, 1)"),
    ]


EXERCISES = [
    Exercise(
        id="1.1",
        title="the flow of a turn",
        hints=(
            "Where does the pixel two columns right of the middle go in a quarter turn, clockwise?",
            (
                "Take each pixel's place relative to the middle: rx = x - (width - 1) / 2, and ry likewise. Rotate "
                "(rx, ry) with cos and sin; the flow is where it lands minus where it was."
            ),
            "np.cos wants radians: np.radians(degrees). Put u and v together with np.stack([u, v], axis=-1).",
            "u = cos * rx - sin * ry - rx. What is v?",
        ),
        solution=rotation_flow,
        cases=_rotation_cases,
        mistakes=mistake.of("1.1"),
    ),
    Exercise(
        id="1.2",
        title="read a .flo file",
        hints=(
            "What changes fastest along the file: the row, the column, or u and v?",
            "The vectors come row by row, and within a row pixel by pixel: u, v, u, v, ...",
            (
                "The header has 12 bytes, so np.frombuffer(data, '<f4', offset=12) gives all the u and v in one row. "
                "reshape fills the last axis first."
            ),
        ),
        solution=parse_flo,
        cases=_flo_cases,
        mistakes=mistake.of("1.2"),
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="1.3",
        title="which way?",
        hints=(
            "Which two vectors have the same v / u? What tells them apart?",
            "np.arctan2(v, u) gives the angle of (u, v) in radians, from -pi to pi; np.degrees makes degrees of them.",
            "An angle of -90 degrees and one of 270 are the same direction: the remainder % 360 is never negative.",
        ),
        solution=direction,
        cases=_direction_cases,
        mistakes=mistake.of("1.3"),
        atol=1e-4,
    ),
]
