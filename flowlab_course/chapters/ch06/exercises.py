"""Exercises of chapter 06."""

import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from flowlab_course.chapters.ch06.mistakes import MISTAKES
from flowlab_course.chapters.ch06.solutions import between_views, grown, turn_flow, turned
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import Case, Exercise


def _turned_cases():
    # By hand: clockwise on the screen, right becomes down, and down becomes left.
    axes = np.array([[8.0, 0.0], [0.0, 8.0], [3.0, -1.0]])
    half = np.sqrt(3) / 2
    two = np.array([[8.0, 1.0], [3.0, 5.0]])
    return [
        Case((axes, 90, 1.0), np.array([[0, 8], [-8, 0], [1, 3]]), "a quarter turn"),
        Case((axes, 0, 1.5), np.array([[12, 0], [0, 12], [4.5, -1.5]]), "a zoom by 1.5"),
        Case((two, -90, 1.0), np.array([[1, -8], [5, -3]]), "two vectors, a quarter turn anticlockwise (-90 degrees)"),
        Case((axes[:1], 30, 2.0), np.array([[16 * half, 8.0]]), "30 degrees and a zoom by 2"),
        Case((np.array([[3, 1], [0, 2]]), 90, 0.5), np.array([[-0.5, 1.5], [-1, 0]]), "integers, at half size"),
        Case((np.array([3.0, 1.0]), 90, 2.0), np.array([-2.0, 6.0]), "a single vector, an array of shape (2,)"),
        Case((np.full((2, 3, 2), (2.0, 5.0)), 180, 0.5), np.full((2, 3, 2), (-1.0, -2.5)), "half a turn, at half size"),
    ]


def _quarter(field):
    """Counter-clockwise, right becomes up: (u, v) -> (v, -u), and the picture is np.rot90 of itself."""
    return np.stack([np.rot90(field[..., 1]), -np.rot90(field[..., 0])], axis=-1).astype(np.float64)


def _rising(x, y):
    """Motions that grow evenly over the picture, where mixing four neighbours makes no error.

    They are so small that OpenCV's places, which are rounded to 1/32 px, make no difference.
    """
    return np.stack([0.0006 * x + 0.0003 * y - 0.002, 0.0006 * y - 0.0006 * x + 0.001], axis=-1)


def _rising_turned(height, width, degrees):
    """`_rising` after a turn, by its formula: where a pixel came from, inside the picture, and the turned vector."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    y, x = np.mgrid[:height, :width]
    x, y = x - (width - 1) / 2, y - (height - 1) / 2
    from_x = (c * x - s * y + (width - 1) / 2).clip(0, width - 1)
    from_y = (s * x + c * y + (height - 1) / 2).clip(0, height - 1)
    u, v = np.moveaxis(_rising(from_x, from_y), -1, 0)
    return np.stack([c * u + s * v, c * v - s * u], axis=-1)


def _turn_flow_cases():
    rng = np.random.default_rng(0)
    field = rng.normal(size=(9, 9, 2)).astype(np.float32)
    wide = rng.normal(size=(8, 12, 2)).astype(np.float32)
    half = -np.rot90(wide, 2)
    right = np.full((8, 11, 2), (10.0, 0.0), np.float32)
    slanted = np.full((8, 11, 2), (10 * np.cos(np.deg2rad(30)), -10 * np.sin(np.deg2rad(30))))
    y, x = np.mgrid[:8, :11]
    rising = _rising(x, y).astype(np.float32)
    return [
        Case((field, 90), _quarter(field), "a quarter turn of any field"),
        Case((wide, 180), half.astype(np.float64), "half a turn of any field of 8 x 12 pixels"),
        Case((field[:2, :2], 90), _quarter(field[:2, :2]), "a quarter turn of 2 x 2 pixels"),
        Case((right, 30), slanted, "all to the right, turned by 30 degrees"),
        Case((rising, 30), _rising_turned(8, 11, 30), "tiny motions that grow evenly, turned by 30 degrees"),
    ]


def _view_cases():
    # By hand, by indices: no matrix is used for what is expected.
    shift1, shift2 = (np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]]) for x, y in ((4, 2), (1, 3)))
    mirror = np.array([[-1.0, 0, 7], [0, 1, 0], [0, 0, 1]])  # x of 8 columns becomes 7 - x
    quarter = np.array([[0.0, 1, 0], [-1, 0, 5], [0, 0, 1]])  # (x, y) of the crop is (y, 5 - x) of the frame
    third = np.array([[1 / 3, 0, 1], [0, 1 / 3, 1], [0, 0, 1]])
    rng = np.random.default_rng(0)
    field, wide = rng.normal(size=(6, 8, 2)), rng.normal(size=(12, 15, 2))
    u, v = np.moveaxis(field, -1, 0)
    y, x = np.mgrid[:6, :8]
    shown = [1, 1, 2, 2, 2, 3]  # pixels 0 to 5 of the crop show 1, 1 1/3, 1 2/3, 2, 2 1/3, 2 2/3
    clockwise = np.stack([-np.rot90(v, -1), np.rot90(u, -1)], axis=-1)
    return [
        Case((wide, shift1, shift2, 5, 6), wide[2:7, 4:10] + (3, -1), "crops at (4, 2) and (1, 3)"),
        Case((field, mirror, mirror, 6, 8), field[:, ::-1] * (-1, 1), "both frames flipped left and right"),
        Case((field, quarter, quarter, 8, 6), clockwise, "both frames turned clockwise by a quarter"),
        Case((field, third, third, 6, 5), 3 * field[np.ix_(shown, shown[:5])], "both frames zoomed by 3"),
        Case(
            (field, np.eye(3), quarter, 6, 8),
            np.stack([5 - (y + v) - x, (x + u) - y], axis=-1),
            "frame 2 alone turned clockwise by a quarter",
        ),
    ]


def _made_pairs():
    """Five pairs of 6 x 8 pixels with whole-pixel motion, a little noise in frame 2, and a third pair that is flat."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:6, :8]
    pairs = []
    for u, v in (
        (1 + x // 4, 0 * x),
        (0 * x - 1, y // 3),
        (0 * x + 2, 0 * x + 1),
        (2 - y // 3, 0 * x - 1),
        (x // 5, y // 4),
    ):
        img1, img2 = rng.integers(20, 236, (2, 6, 8, 3))
        for from_y, from_x, to_y, to_x in zip(*map(np.ravel, (y, x, y + v, x + u)), strict=True):
            if 0 <= to_y < 6 and 0 <= to_x < 8:
                img2[to_y, to_x] = img1[from_y, from_x]
        img2 += rng.integers(-9, 10, img2.shape)
        pairs.append((img1, img2, np.stack([u, v], axis=-1)))
    for flat in pairs[2][:2]:
        flat[:] = 90
    return pairs


@cache
def _made_folder():
    """The five pairs as files; the folder is removed when Python ends."""
    folder = TemporaryDirectory()
    (Path(folder.name) / "data").mkdir()
    for number, (img1, img2, flow) in enumerate(_made_pairs(), 1):
        start = f"{folder.name}/data/{number:05d}"
        for name, frame in (("img1", img1), ("img2", img2)):
            Path(f"{start}_{name}.ppm").write_bytes(b"P6\n8 6\n255\n" + frame.astype(np.uint8).tobytes())
        Path(f"{start}_flow.flo").write_bytes(b"PIEH" + struct.pack("<ii", 8, 6) + flow.astype("<f4").tobytes())
    (Path(folder.name) / "FlyingChairs_train_val.txt").write_bytes(b"1\n2\n1\n1\n2\n")
    (Path(folder.name) / "flowlab-chairs.json").write_bytes(b"{}")  # says that five pairs are the whole set
    return folder


def flip_right(img1, img2, flow, valid):
    """Flip left and right, with u reversed."""
    img1, img2, flow, valid = (part.flip(-1) for part in (img1, img2, flow, valid))
    flow[0] *= -1
    return img1, img2, flow, valid


def flip_wrong(img1, img2, flow, valid):
    """Flip left and right, and leave u as it was."""
    return tuple(part.flip(-1) for part in (img1, img2, flow, valid))


def darken(img1, img2, flow, valid):
    """Halve the light of both frames."""
    return img1 / 2, img2 / 2, flow, valid


def cut_off(img1, img2, flow, valid):
    """Leave out the first three columns of all."""
    return tuple(part[..., 3:] for part in (img1, img2, flow, valid))


def _error_by_indices(img1, img2, flow):
    """The mean photometric error of whole-pixel motion: frame 2 at the target less frame 1, where there is a target."""
    height, width = flow.shape[:2]
    differences = [
        np.abs(img2[y + v, x + u] - img1[y, x]).mean()
        for y in range(height)
        for x in range(width)
        for u, v in [flow[y, x]]
        if 0 <= y + v < height and 0 <= x + u < width
    ]
    return np.mean(differences)


def _grown_cases():
    """By indices: neither flowlab nor the transforms are used for what is expected."""
    train, val = (0, 2, 3), (1, 4)

    def by_indices(numbers, changed):
        pairs = [_made_pairs()[i] for i in numbers]
        return np.array([_error_by_indices(*changed(*pair)) - _error_by_indices(*pair) for pair in pairs])

    def wrong(*parts):
        return [part[:, ::-1] for part in parts]

    root = Path(_made_folder().name)
    return [
        Case((root, "train", flip_right), np.zeros(3), "the training pairs and a right flip"),
        Case(
            (root, "train", flip_wrong),
            by_indices(train, wrong),
            "the training pairs and a flip that leaves u as it was",
        ),
        Case(
            (root, "val", flip_wrong), by_indices(val, wrong), "the validation pairs and a flip that leaves u as it was"
        ),
        Case(
            (root, "all", darken),
            by_indices(range(5), lambda a, b, w: (a / 2, b / 2, w)),
            "all pairs and half the light",
        ),
        Case(
            (root, "val", cut_off),
            by_indices(val, lambda *parts: [part[:, 3:] for part in parts]),
            "the validation pairs without their first three columns",
        ),
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
        mistakes=read_mistakes(turned, MISTAKES["6.1"]),
    ),
    Exercise(
        id="6.2",
        title="the flow between two views",
        hints=(
            "Follow the arrows of the drawing: which of the four points is a pixel, and of which picture?",
            "T1 leads from crop 1 to frame 1, w to frame 2, and the inverse of T2 to crop 2. Where does the flow start?",
            (
                "points @ T1.T multiplies every point by T1. The nearest pixel: np.rint, then astype(int); w takes the row "
                "first. Add w to x and y alone, and leave the 1 as it is."
            ),
        ),
        solution=between_views,
        cases=_view_cases,
        mistakes=read_mistakes(between_views, MISTAKES["6.2"]),
    ),
    Exercise(
        id="6.3",
        title="find the bug",
        hints=(
            (
                "A picture with a vector to the right is turned by 90 degrees, counter-clockwise. Where should the "
                "vector point now?"
            ),
            "warpAffine moves each vector to its new place and does not change its two numbers.",
            "matrix[:, :2] turns a point of the picture. A vector turns by the same 2 x 2 numbers, with no shift.",
        ),
        solution=turn_flow,
        cases=_turn_flow_cases,
        mistakes=read_mistakes(turn_flow, MISTAKES["6.3"]),
        atol=1e-4,
    ),
    Exercise(
        id="6.4",
        title="test an augmentation",
        hints=(
            "Which two data sets do you compare, and in what do they differ?",
            "One FlyingChairs without a transform, one with it; of each the pairs' mean errors; the difference of the two.",
            (
                "flowlab.datasets.FlyingChairs(root, split, transform) applies the transform. A sample's part.permute(1, 2, "
                "0).numpy() is (H, W, 3). photometric_error takes frames of 0 to 255 and is NaN outside: np.nanmean."
            ),
        ),
        solution=grown,
        cases=_grown_cases,
        mistakes=read_mistakes(grown, MISTAKES["6.4"]),
        atol=1e-3,
    ),
]
