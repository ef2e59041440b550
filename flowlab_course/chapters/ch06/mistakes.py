"""Wrong answers to the exercises of chapter 06 that readers give, and what to tell them."""

import cv2
import numpy as np

from flowlab_course.chapters.ch06.solutions import turn_flow, turned
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("6.1", "left as they were", "The picture turned and grew; its motions do so too.")
def _left_as_they_were(vectors, degrees, zoom):
    return vectors * 1.0


@mistake("6.1", "zoomed only", "The lengths are right. Now turn the directions as well.")
def _zoomed_only(vectors, degrees, zoom):
    return zoom * vectors


@mistake("6.1", "turned only", "The directions are right. Things that grow also move farther.")
def _turned_only(vectors, degrees, zoom):
    return turned(vectors, degrees, 1.0)


@mistake(
    "6.1",
    "other way",
    "You turn counter-clockwise: after a clockwise quarter turn, what went right goes down, to (0, 8).",
)
def _the_other_way(vectors, degrees, zoom):
    return turned(vectors, -degrees, zoom)


@mistake("6.1", "shrunk", "A zoom above 1 makes motions longer: multiply by it, do not divide.")
def _shrunk(vectors, degrees, zoom):
    return turned(vectors, degrees, 1 / zoom)


@mistake("6.1", "radians", "Convert from degrees to radians once: np.deg2rad(degrees).")
def _radians(vectors, degrees, zoom):
    return turned(vectors, np.rad2deg(degrees), zoom)


@mistake(
    "6.1",
    "converted the wrong way",
    "np.rad2deg makes degrees of radians. Here degrees are given, and the cosine and the sine take radians.",
)
def _converted_the_wrong_way(vectors, degrees, zoom):
    return turned(vectors, np.rad2deg(np.rad2deg(degrees)), zoom)


@mistake("6.1", "zoom twice", "The zoom enters twice: your lengths grow by zoom * zoom.")
def _zoomed_twice(vectors, degrees, zoom):
    return turned(vectors, degrees, zoom * zoom)


@mistake("6.1", "zoom added", "You add the zoom to the components. A motion becomes `zoom` times as long: multiply.")
def _zoom_added(vectors, degrees, zoom):
    return turned(vectors, degrees, 1.0) + zoom


@mistake(
    "6.1",
    "undone",
    "You undo the turn and the zoom. Multiply by the zoom, and let a vector to the right turn downwards.",
)
def _undone(vectors, degrees, zoom):
    return turned(vectors, -degrees, 1 / zoom)


def _by_matrix(vectors, degrees, zoom, matrix):
    """Multiply by a 2 x 2 matrix of the cosine and the sine."""
    return zoom * vectors @ np.array(matrix(np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees)))).T


@mistake("6.1", "both sines plus", "Both sines in your matrix are positive: at 90 degrees, down must become left, -u.")
def _both_sines_positive(vectors, degrees, zoom):
    return _by_matrix(vectors, degrees, zoom, lambda c, s: [[c, s], [s, c]])


@mistake(
    "6.1", "both sines minus", "Both sines in your matrix are negative: at 90 degrees, right must become down, +v."
)
def _both_sines_negative(vectors, degrees, zoom):
    return _by_matrix(vectors, degrees, zoom, lambda c, s: [[c, -s], [-s, c]])


@mistake("6.1", "mirrored", "Your matrix mirrors: at 0 degrees it reverses v. One of the two cosines has a minus sign.")
def _mirrored(vectors, degrees, zoom):
    return _by_matrix(vectors, degrees, zoom, lambda c, s: [[c, s], [s, -c]])


@mistake("6.1", "sine for cosine", "Sine and cosine have changed places: at 0 degrees your matrix turns by 90 degrees.")
def _sine_for_cosine(vectors, degrees, zoom):
    return _by_matrix(vectors, degrees, zoom, lambda c, s: [[s, -c], [c, s]])


@mistake(
    "6.1",
    "u overwritten",
    "The new u is in place before v is computed, so v is made from the new u. Keep the old u until both are done.",
)
def _u_overwritten(vectors, degrees, zoom):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    u = c * vectors[..., 0] - s * vectors[..., 1]
    v = s * u + c * vectors[..., 1]
    return zoom * np.stack([u, v], axis=-1)


@mistake("6.1", "v, u read", "You read v as u and u as v: the first component is u, to the right.")
def _read_as_v_u(vectors, degrees, zoom):
    return turned(vectors[..., ::-1], degrees, zoom)


@mistake("6.1", "whole numbers", "Your result holds whole numbers only: keep the fractions, as floats.")
def _whole_numbers(vectors, degrees, zoom):
    return turned(vectors, degrees, zoom).astype(int)


@mistake(
    "6.1",
    "matrix from the left",
    "Your product takes the second-last axis of `vectors` for u and v. They lie on the last axis.",
)
def _matrix_from_the_left(vectors, degrees, zoom):
    return turned(np.eye(2), degrees, zoom).T @ vectors


@mistake(
    "6.1", "rows for components", "vectors[0] is the first vector. Its components are on the last axis: u is [..., 0]."
)
def _rows_for_components(vectors, degrees, zoom):
    return np.moveaxis(turned(np.stack([vectors[0], vectors[1]], axis=-1), degrees, zoom), -1, 0)


@mistake(
    "6.1", "components first", "The numbers are right, on another axis: u and v belong on the last axis, not the first."
)
def _components_first(vectors, degrees, zoom):
    return np.moveaxis(turned(vectors, degrees, zoom), -1, 0)


@mistake(
    "6.1",
    "lists of vectors only",
    "Right for arrays of two axes. `vectors` may have more, (..., 2): a transpose reverses all axes then.",
)
def _lists_only(vectors, degrees, zoom):
    return (turned(np.eye(2), degrees, zoom).T @ vectors.T).T


def _turn(flow, degrees):
    H, W = flow.shape[:2]
    return cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)


def _moved(flow, matrix):
    return cv2.warpAffine(flow, matrix, flow.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


@mistake("6.2", "bug still there", "The bug is still there: look at the vectors' directions.")
def _vectors_forgotten(flow, degrees):
    matrix = _turn(flow, degrees)
    return _moved(flow, matrix)


@mistake(
    "6.2",
    "against the picture",
    "The vectors turn clockwise, against the picture. moved @ M multiplies by the transpose of M; "
    "in a matrix by hand, y downwards reverses the sign of the sines.",
)
def _vectors_against_the_picture(flow, degrees):
    matrix = _turn(flow, degrees)
    return _vectors_forgotten(flow, degrees) @ matrix[:, :2]


@mistake("6.2", "grid forgotten", "The vectors turn, but stay where they were: warp the field too.")
def _grid_forgotten(flow, degrees):
    return flow @ _turn(flow, degrees)[:, :2].T


@mistake("6.2", "vectors as points", "A vector has a direction and no place: leave the matrix's shift out.")
def _as_points(flow, degrees):
    matrix = _turn(flow, degrees)
    return _vectors_forgotten(flow, degrees) @ matrix[:, :2].T + matrix[:, 2]


@mistake("6.2", "unchanged", "The field comes back as it was. Warp it, and turn its vectors.")
def _unchanged(flow, degrees):
    return flow


@mistake(
    "6.2",
    "vectors the other way, not moved",
    "The vectors turn clockwise and stay at their places. The picture turns counter-clockwise: warp the field, too.",
)
def _grid_forgotten_and_against(flow, degrees):
    return flow @ _turn(flow, degrees)[:, :2]


@mistake("6.2", "all clockwise", "Places and vectors turn clockwise. OpenCV's positive angles turn counter-clockwise.")
def _all_clockwise(flow, degrees):
    return turn_flow(flow, -degrees)


@mistake(
    "6.2",
    "inverse map",
    "The vectors are right, but their places turn clockwise: the angle's other sign does that, and WARP_INVERSE_MAP.",
)
def _inverse_map(flow, degrees):
    matrix = _turn(flow, degrees)
    return _moved(flow, cv2.invertAffineTransform(matrix)) @ matrix[:, :2].T


@mistake(
    "6.2", "zeros at the border", "Corners that no pixel reaches are 0: repeat the border, as turn_carelessly does."
)
def _zeros_at_the_border(flow, degrees):
    matrix = _turn(flow, degrees)
    return cv2.warpAffine(flow, matrix, flow.shape[1::-1]) @ matrix[:, :2].T


@mistake(
    "6.2", "height first", "Right for squares. warpAffine takes the size as (width, height), not as (height, width)."
)
def _height_first(flow, degrees):
    matrix = _turn(flow, degrees)
    return cv2.warpAffine(flow, matrix, flow.shape[:2], borderMode=cv2.BORDER_REPLICATE) @ matrix[:, :2].T


@mistake(
    "6.2",
    "radians",
    "The field is warped well. For the vectors, the cosine and the sine take radians: convert degrees.",
)
def _radians_for_vectors(flow, degrees):
    c, s = np.cos(degrees), np.sin(degrees)
    return _vectors_forgotten(flow, degrees) @ np.array([[c, s], [-s, c]]).T


@mistake(
    "6.2",
    "radians, clockwise",
    "Your vectors turn by that many radians, and clockwise: convert degrees to radians, and reverse the sine's sign.",
)
def _radians_and_clockwise(flow, degrees):
    c, s = np.cos(degrees), np.sin(degrees)
    return _vectors_forgotten(flow, degrees) @ np.array([[c, -s], [s, c]]).T


@mistake(
    "6.2",
    "u overwritten",
    "The new u is in place before v is computed, so v is made from the new u. Keep the old u until both are done.",
)
def _u_overwritten_in_place(flow, degrees):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    moved = _vectors_forgotten(flow, degrees)
    moved[..., 0] = c * moved[..., 0] + s * moved[..., 1]
    moved[..., 1] = -s * moved[..., 0] + c * moved[..., 1]
    return moved


@mistake(
    "6.2",
    "three numbers each",
    "Each vector has three numbers now: the matrix's third column is its shift, which a vector does not need.",
)
def _three_numbers(flow, degrees):
    return _vectors_forgotten(flow, degrees) @ _turn(flow, degrees)


@mistake(
    "6.2",
    "matrix from the left",
    "A matrix on the left multiplies the last two axes, W x 2, as one matrix. The vectors are on the last axis alone.",
)
def _turned_from_the_left(flow, degrees):
    return _turn(flow, degrees)[:, :2] @ _vectors_forgotten(flow, degrees)


def _cut(flow, corner, height, width):
    x, y = corner
    return flow[y : y + height, x : x + width]


def _step(corner1, corner2):
    return np.subtract(corner1, corner2)


@mistake("6.3", "cropped only", "Right where both crops lie at one place. Here their corners differ.")
def _crop_only(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) * 1.0


@mistake(
    "6.3", "sign", "A crop of frame 2 that lies further right shows everything further left: turn the step's sign."
)
def _wrong_sign(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) - _step(corner1, corner2)


@mistake("6.3", "cut at corner2", "The flow lives on frame 1's grid: cut it out at corner1.")
def _cropped_at_the_second(flow, corner1, corner2, height, width):
    return _cut(flow, corner2, height, width) + _step(corner1, corner2)


@mistake("6.3", "x and y swapped", "The step between the corners has x and y in the wrong order.")
def _step_swapped(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) + _step(corner1, corner2)[::-1]


@mistake(
    "6.3",
    "cropped at corner2 only",
    "You cut at corner2 and add no step. Cut at corner1; then the corners' step is missing.",
)
def _at_the_second_without_step(flow, corner1, corner2, height, width):
    return _cut(flow, corner2, height, width) * 1.0


@mistake(
    "6.3", "x and y swapped, and the sign", "The step has x and y in the wrong order, and its sign is reversed, too."
)
def _step_swapped_and_reversed(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) - _step(corner1, corner2)[::-1]


@mistake("6.3", "v upwards", "u is right. The step of v has its sign reversed: y, like v, counts downwards.")
def _v_upwards(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) + _step(corner1, corner2) * np.array([1, -1])


@mistake("6.3", "u only", "u is right, and v lacks its step: the corners differ in y as well.")
def _step_of_u_only(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) + _step(corner1, corner2) * np.array([1, 0])


@mistake("6.3", "v only", "v is right, and u lacks its step: the corners differ in x as well.")
def _step_of_v_only(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) + _step(corner1, corner2) * np.array([0, 1])


@mistake(
    "6.3", "corner2 only", "You take corner2 off the arrival. The start counts from a corner as well: from corner1."
)
def _minus_the_second_corner(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height, width) - np.array(corner2)


@mistake("6.3", "columns first", "You slice columns first: an array's first axis is the rows, y and height.")
def _columns_first(flow, corner1, corner2, height, width):
    return _cut(flow, corner1[::-1], width, height) + _step(corner1, corner2)


@mistake("6.3", "x for rows", "The size is right, cut at the wrong place: rows begin at y1, columns at x1.")
def _x_for_rows(flow, corner1, corner2, height, width):
    return _cut(flow, corner1[::-1], height, width) + _step(corner1, corner2)


@mistake("6.3", "width for height", "Height and width have changed places: rows go from y1 over `height` rows.")
def _width_for_height(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, width, height) + _step(corner1, corner2)


@mistake("6.3", "length for end", "A slice names its end, not its length: it ends `height` rows below y1.")
def _length_for_end(flow, corner1, corner2, height, width):
    x1, y1 = corner1
    return flow[y1:height, x1:width] + _step(corner1, corner2)


@mistake("6.3", "one too many", "One row and one column too many: a slice leaves its end out already.")
def _one_too_many(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height + 1, width + 1) + _step(corner1, corner2)


@mistake("6.3", "one short", "One row and one column are missing: a slice leaves its end out, so no - 1 is needed.")
def _one_short(flow, corner1, corner2, height, width):
    return _cut(flow, corner1, height - 1, width - 1) + _step(corner1, corner2)


@mistake("6.3", "not cropped", "The step is right. The whole field comes back: cut out the part that crop 1 shows.")
def _not_cropped(flow, corner1, corner2, height, width):
    return flow + _step(corner1, corner2)


@mistake("6.3", "corner as centre", "You lay the crop around corner1. It is the upper left pixel: begin there.")
def _corner_as_centre(flow, corner1, corner2, height, width):
    x1, y1 = corner1
    return _cut(flow, (x1 - width // 2, y1 - height // 2), height, width) + _step(corner1, corner2)
