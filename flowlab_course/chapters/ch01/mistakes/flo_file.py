"""Wrong answers to exercise 1.2, a reader of .flo files."""

import struct

import numpy as np

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _numbers(data):
    return np.frombuffer(data, "<f4", offset=12)


def _size(data):
    """Return (height, width)."""
    return struct.unpack("<ii", data[4:12])[::-1]


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


@mistake(
    "1.2",
    "the count does not fit",
    "A flow has height x width x 2 four-byte floats. The first begins at byte 12: the header is not among them.",
)
def _with_the_header(data):
    return np.frombuffer(data, "<f4").reshape(*_size(data), 2)


@mistake("1.2", "integers", "You read the vectors as integers. They are four-byte floats: '<f4'.")
def _integers(data):
    return np.frombuffer(data, "<i4", offset=12).reshape(*_size(data), 2)


@mistake(
    "1.2",
    "u plane, v plane",
    "Your first axis holds u and v. In the file u and v of a pixel are side by side, so this axis has to be the last.",
)
def _planes_first(data):
    return _numbers(data).reshape(2, *_size(data))


@mistake(
    "1.2", "components first", "The numbers are right, in another order: u and v belong in the last axis, (H, W, 2)."
)
def _components_first(data):
    return np.moveaxis(_numbers(data).reshape(*_size(data), 2), -1, 0)


@mistake(
    "1.2",
    "columns outer",
    "You read column by column. The file goes row by row: reshape takes the height first, and needs no transpose.",
)
def _columns_outer(data):
    return _numbers(data).reshape(*_size(data)[::-1], 2).transpose(1, 0, 2)


@mistake(
    "1.2",
    "transposed",
    "The vectors are right, but rows and columns are transposed: the first axis of the result is the height.",
)
def _transposed(data):
    return _numbers(data).reshape(*_size(data), 2).transpose(1, 0, 2)


@mistake(
    "1.2", "not reshaped", "These are the right numbers in one long row. Give them the shape of a flow, (H, W, 2)."
)
def _not_reshaped(data):
    return _numbers(data)


@mistake(
    "1.2", "one row of pixels", "These are the right vectors in one list, (H W, 2). Divide it into rows: (H, W, 2)."
)
def _list_of_vectors(data):
    return _numbers(data).reshape(-1, 2)


@mistake(
    "1.2",
    "Fortran order",
    'order="F" fills the first axis first. In the file the last axis, u and v, changes fastest, the default.',
)
def _fortran_order(data):
    return _numbers(data).reshape(*_size(data), 2, order="F")


@mistake(
    "1.2", "upside down", "The rows are in the opposite order. A .flo file begins with the top row, as an array does."
)
def _upside_down(data):
    return _numbers(data).reshape(*_size(data), 2)[::-1]


@mistake(
    "1.2", "from byte 8", "Your first number is the height. The header has three numbers: the vectors begin at byte 12."
)
def _from_byte_8(data):
    height, width = _size(data)
    return np.frombuffer(data, "<f4", height * width * 2, offset=8).reshape(height, width, 2)


@mistake("1.2", "from byte 4", "Your first two numbers are width and height. The vectors begin after them, at byte 12.")
def _from_byte_4(data):
    height, width = _size(data)
    return np.frombuffer(data, "<f4", height * width * 2, offset=4).reshape(height, width, 2)
