"""Exercises of chapter 06."""

import cv2
import numpy as np

from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def turned(vectors, degrees, zoom):
    """What vectors (..., 2) become when both frames turn clockwise by degrees and grow by zoom."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turn = np.array([[c, -s], [s, c]])
    return zoom * vectors @ turn.T


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


def _turned_cases():
    # By hand: clockwise on the screen, right becomes down, and down becomes left.
    axes = np.array([[8.0, 0.0], [0.0, 8.0], [3.0, -1.0]])
    half = np.sqrt(3) / 2
    return [
        Case((axes, 90, 1.0), np.array([[0, 8], [-8, 0], [1, 3]]), "a quarter turn"),
        Case((axes, 0, 1.5), np.array([[12, 0], [0, 12], [4.5, -1.5]]), "a zoom by 1.5"),
        Case((axes[:1], 30, 2.0), np.array([[16 * half, 8.0]]), "30 degrees and a zoom by 2"),
        Case((np.full((2, 3, 2), (2.0, 5.0)), 180, 0.5), np.full((2, 3, 2), (-1.0, -2.5)), "half a turn, at half size"),
    ]


def turn_flow(flow, degrees):
    """The flow (H, W, 2) after both frames were turned by degrees, as OpenCV counts: counter-clockwise."""
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    moved = cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
    return moved @ matrix[:, :2].T


@mistake("6.2", "bug still there", "The bug is still there: look at the vectors' directions.")
def _vectors_forgotten(flow, degrees):
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    return cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)


@mistake(
    "6.2",
    "against the picture",
    "The vectors turn against the picture: moved @ M multiplies by the transpose of M, so write M.T.",
)
def _vectors_against_the_picture(flow, degrees):
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    return _vectors_forgotten(flow, degrees) @ matrix[:, :2]


@mistake("6.2", "grid forgotten", "The vectors turn, but stay where they were: warp the field too.")
def _grid_forgotten(flow, degrees):
    H, W = flow.shape[:2]
    return flow @ cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)[:, :2].T


@mistake("6.2", "vectors as points", "A vector has a direction and no place: leave the matrix's shift out.")
def _as_points(flow, degrees):
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    return _vectors_forgotten(flow, degrees) @ matrix[:, :2].T + matrix[:, 2]


def _turn_flow_cases():
    rng = np.random.default_rng(0)
    field = rng.normal(size=(9, 9, 2)).astype(np.float32)
    u, v = field[..., 0], field[..., 1]
    # Counter-clockwise, right becomes up: (u, v) -> (v, -u), and the picture is np.rot90 of itself.
    quarter = np.stack([np.rot90(v), -np.rot90(u)], axis=-1)
    wide = rng.normal(size=(8, 12, 2)).astype(np.float32)
    half = -np.rot90(wide, 2)
    right = np.full((8, 11, 2), (10.0, 0.0), np.float32)
    slanted = np.full((8, 11, 2), (10 * np.cos(np.deg2rad(30)), -10 * np.sin(np.deg2rad(30))))
    return [
        Case((field, 90), quarter.astype(np.float64), "a quarter turn of any field"),
        Case((wide, 180), half.astype(np.float64), "half a turn of any field of 8 x 12 pixels"),
        Case((right, 30), slanted, "all to the right, turned by 30 degrees"),
    ]


def crop_apart(flow, corner1, corner2, height, width):
    """The flow between a crop of frame 1 at corner1 and one of frame 2 at corner2, corners (x, y)."""
    (x1, y1), (x2, y2) = corner1, corner2
    part = flow[y1 : y1 + height, x1 : x1 + width]
    return part + np.array([x1 - x2, y1 - y2])


@mistake("6.3", "cropped only", "Right where both crops lie at one place. Here their corners differ.")
def _crop_only(flow, corner1, corner2, height, width):
    (x1, y1) = corner1
    return flow[y1 : y1 + height, x1 : x1 + width] * 1.0


@mistake(
    "6.3", "sign", "A crop of frame 2 that lies further right shows everything further left: turn the step's sign."
)
def _wrong_sign(flow, corner1, corner2, height, width):
    (x1, y1), (x2, y2) = corner1, corner2
    return flow[y1 : y1 + height, x1 : x1 + width] - np.array([x1 - x2, y1 - y2])


@mistake("6.3", "cut at corner2", "The flow lives on frame 1's grid: cut it out at corner1.")
def _cropped_at_the_second(flow, corner1, corner2, height, width):
    (x1, y1), (x2, y2) = corner1, corner2
    return flow[y2 : y2 + height, x2 : x2 + width] + np.array([x1 - x2, y1 - y2])


@mistake("6.3", "x and y swapped", "The step between the corners has x and y in the wrong order.")
def _step_swapped(flow, corner1, corner2, height, width):
    (x1, y1), (x2, y2) = corner1, corner2
    return flow[y1 : y1 + height, x1 : x1 + width] + np.array([y1 - y2, x1 - x2])


def _crop_cases():
    y, x = np.mgrid[:12, :15].astype(np.float64)
    field = np.stack([0.1 * x, 0.2 * y], axis=-1)
    # By hand: pixel (0, 0) of the crop is (x1, y1) of frame 1; 3 px further left and 1 px lower lies crop 2.
    apart = np.stack([0.1 * x[2:7, 4:10] + 3, 0.2 * y[2:7, 4:10] - 1], axis=-1)
    still = np.zeros((12, 15, 2))
    return [
        Case((field, (4, 2), (1, 3), 5, 6), apart, "crops at (4, 2) and (1, 3)"),
        Case((field, (4, 2), (4, 2), 5, 6), field[2:7, 4:10], "two crops at one place"),
        Case((still, (5, 4), (7, 4), 3, 3), np.full((3, 3, 2), (-2.0, 0.0)), "a still scene, crop 2 further right"),
    ]


EXERCISES = [
    Exercise(
        id="6.1",
        title="turn and zoom a vector",
        hints=(
            "Where does (1, 0) point after a quarter turn, clockwise, with y pointing down?",
            "Write the 2 x 2 matrix that turns (1, 0), right, into (cos, sin).",
            (
                "The matrix is [[c, -s], [s, c]] with the cosine and the sine of the angle in radians. vectors @ "
                "matrix.T multiplies every vector by the matrix; a zoom multiplies the lengths."
            ),
        ),
        solution=turned,
        cases=_turned_cases,
        mistakes=mistake.of("6.1"),
    ),
    Exercise(
        id="6.2",
        title="find the bug",
        hints=(
            (
                "A picture with a vector to the right is turned by 90 degrees, counter-clockwise. Where should the "
                "vector point now?"
            ),
            "warpAffine carries each vector to its new place and leaves its two numbers as they are.",
            "matrix[:, :2] turns a point of the picture. A vector turns by the same 2 x 2 numbers, with no shift.",
        ),
        solution=turn_flow,
        cases=_turn_flow_cases,
        mistakes=mistake.of("6.2"),
        atol=1e-4,
    ),
    Exercise(
        id="6.3",
        title="two crops",
        hints=(
            "Nothing in the scene moves, and crop 2 lies 2 px further right. Which way does everything seem to move?",
            "A point (x, y) of frame 1 is (x - x1, y - y1) in crop 1; in crop 2 subtract corner2.",
            (
                "Cut the flow out at corner1, since it lives on frame 1's grid. Arrival minus start: (x + u - x2) - "
                "(x - x1)."
            ),
        ),
        solution=crop_apart,
        cases=_crop_cases,
        mistakes=mistake.of("6.3"),
    ),
]
