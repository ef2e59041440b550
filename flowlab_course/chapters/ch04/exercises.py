"""Exercises of chapter 04."""

import numpy as np

from flowlab_course.chapters.ch04.mistakes import MISTAKES
from flowlab_course.chapters.ch04.solutions import block_match, descend, energy, step, weight
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import Case, Exercise


def _step_by_loop(w, Ix, Iy, It, alpha):
    """The formula, pixel by pixel: what the cases are computed with."""
    H, W = Ix.shape
    new = np.empty((H, W, 2))
    for y in range(H):
        for x in range(W):
            around = [(max(y - 1, 0), x), (min(y + 1, H - 1), x), (y, max(x - 1, 0)), (y, min(x + 1, W - 1))]
            u, v = (sum(float(w[p][c]) for p in around) / 4 for c in (0, 1))
            a, b, c = float(Ix[y, x]), float(Iy[y, x]), float(It[y, x])
            t = (a * u + b * v + c) / (alpha * alpha + a * a + b * b)
            new[y, x] = u - t * a, v - t * b
    return new


def _step_cases():
    rng = np.random.default_rng(0)
    Ix, Iy, It = rng.normal(0, 0.3, (3, 5, 7)).round(3)
    w = rng.normal(0, 2, (5, 7, 2)).round(3)
    flat, still = np.zeros((4, 5)), np.zeros((4, 5, 2))
    still[1, 2] = (4, -8)
    ramp = np.full((3, 4), 0.5)
    return [
        Case(
            (still, flat, flat, flat, 0.1),
            _step_by_loop(still, flat, flat, flat, 0.1),
            "a flat picture with one vector",
        ),
        Case(
            (np.zeros((3, 4, 2)), ramp, flat[:3, :4], -ramp, 0.5),
            _step_by_loop(np.zeros((3, 4, 2)), ramp, flat[:3, :4], -ramp, 0.5),
            "a ramp that moves by one pixel, from no motion",
        ),
        Case((w, Ix, Iy, It, 0.2), _step_by_loop(w, Ix, Iy, It, 0.2), "slopes and a flow at random"),
    ]


def _weight_cases():
    """Slopes of the penalty by differences, as far as those can be trusted; the value at 0 by hand."""

    def by_differences(s, e, h=1e-5):
        def rho(t):
            return 2 * e**2 * ((1 + t**2 / e**2) ** 0.5 - 1)

        return np.array([1.0 if t == 0 else (rho(t + h) - rho(t - h)) / (2 * h) / (2 * t) for t in s])

    s = np.array([-3.0, -0.4, 0.0, 0.1, 0.5, 2.0])
    large = np.array([1.0, -4.0])
    return [
        Case((s, 0.5), by_differences(s, 0.5), "residuals from -3 to 2 with e = 0.5"),
        Case((s, 2.0), by_differences(s, 2.0), "the same residuals with e = 2"),
        # 1 / root(1 + s² / 4): by hand.
        Case(
            (np.array([[0.0, 2], [-2, 4]]), 2),
            np.array([[1, 0.5**0.5], [0.5**0.5, 0.2**0.5]]),
            "2 x 2 residuals with e = 2",
        ),
        Case((large, 3.0), by_differences(large, 3.0), "residuals of 1 and -4 with e = 3, none of them 0"),
    ]


def _one_to_the_right(I1, I2, w):
    return w + np.array([1, 0], np.float32)


def _quarter_of_the_way(I1, I2, w):
    """A quarter of the way from w to the motion that I2's brightness stands for: what it adds depends on w."""
    return w + (I2.mean() - w) / 4


def _brighter(I1, I2, w):
    return w + (I2.mean() - I1.mean())


def _descend_cases():
    """Sizes and steps for which the answer can be counted out by hand."""
    sizes = [(16, 24), (8, 12), (4, 6)]
    dark = [np.zeros(size, np.float32) for size in sizes]
    bright = [np.full(size, value, np.float32) for size, value in zip(sizes, (1, 2, 3), strict=True)]
    # 1, then 2 * 1 + 1 = 3, then 2 * 3 + 1 = 7 pixels to the right.
    seven = np.zeros((16, 24, 2), np.float32)
    seven[..., 0] = 7
    # 3 at the coarsest, 2 * 3 + 2 = 8, 2 * 8 + 1 = 17, in both directions.
    seventeen = np.full((16, 24, 2), 17, np.float32)
    wide = [np.zeros((9, 20), np.float32), np.zeros((3, 5), np.float32)]
    uneven = np.zeros((9, 20, 2), np.float32)
    uneven[..., 0] = 1 * 4 + 1  # four times as wide, so u grows fourfold
    # A quarter of the way from 0 to 3 is 0.75; from 2 * 0.75 to 2 it is 1.625; from 2 * 1.625 to 1 it is 2.6875.
    drawn = np.full((16, 24, 2), 2.6875, np.float32)
    lit = [np.full((9, 20), 1, np.float32), np.full((3, 5), 3, np.float32)]
    # 3 at the coarsest; then u is 4 * 3 + 1, v is 3 * 3 + 1.
    both = np.full((9, 20, 2), (13, 10), np.float32)
    return [
        Case(
            (dark, list(dark), _one_to_the_right),
            seven,
            "three levels, each of which finds one pixel more to the right",
        ),
        Case((dark, bright, _brighter), seventeen, "three levels that find 3, 2 and 1 pixels, coarsest first"),
        Case(
            (wide, list(wide), _one_to_the_right),
            uneven,
            "two levels, the finer three times as high and four times as wide",
        ),
        Case((wide, lit, _brighter), both, "the same two levels, with motion to the right and down"),
        Case((dark, bright, _quarter_of_the_way), drawn, "three levels that go a quarter of the way to 3, 2, 1 pixels"),
    ]


def _match_by_loop(I1, I2, reach, radius):
    """Every displacement at every pixel, by indices: what the cases are computed with."""
    H, W = I1.shape
    span = range(-reach, reach + 1)
    y, x = np.mgrid[:H, :W]
    errors = []
    for v in span:
        for u in span:
            there = I2[(y + v).clip(0, H - 1), (x + u).clip(0, W - 1)]
            wide = np.pad(np.abs(I1 - there), radius, mode="reflect")
            shifts = [(j, i) for j in range(2 * radius + 1) for i in range(2 * radius + 1)]
            errors.append(sum(wide[j : j + H, i : i + W] for j, i in shifts))
    first = np.argmin(errors, axis=0)
    return np.stack([first % len(span), first // len(span)], axis=-1) - float(reach)


def _match_cases():
    rng = np.random.default_rng(0)
    one, two, other = rng.integers(0, 256, (3, 12, 15)).astype(float)
    shifted = np.roll(one, (-1, 2), axis=(0, 1))
    split = np.where(np.arange(15) < 7, one, np.roll(one, (2, 1), axis=(0, 1)))
    calls = {
        "a texture that moves by (2, -1)": (one, shifted, 3, 1),
        "a texture of which only the right side moves, by (1, 2)": (one, split, 2, 2),
        "two textures that have nothing in common": (two, other, 2, 1),
    }
    return [Case(args, _match_by_loop(*args), note) for note, args in calls.items()]


def _energy_by_loop(w, Ix, Iy, It, alpha):
    """The sums as they are written, pair by pair: what the cases are computed with."""
    H, W = Ix.shape
    total = 0.0
    for y in range(H):
        for x in range(W):
            total += float(Ix[y, x] * w[y, x, 0] + Iy[y, x] * w[y, x, 1] + It[y, x]) ** 2
            for j, i in ((y, x + 1), (y + 1, x)):
                if j < H and i < W:
                    total += alpha**2 / 4 * sum(float(w[y, x, c] - w[j, i, c]) ** 2 for c in (0, 1))
    return total


def _energy_cases():
    rng = np.random.default_rng(0)
    Ix, Iy, It = rng.normal(0, 0.3, (3, 4, 6)).round(3)
    w = rng.normal(0, 2, (4, 6, 2)).round(3)
    flat = np.zeros((1, 2))
    pair = np.array([[[0.0, 0.0], [3.0, 4.0]]])
    still = np.full((4, 6, 2), (2.0, -1.0))
    return [
        # Both pixels are off by 1; the neighbours differ by 3 and 4, and 2^2 / 4 is 1: 2 + 25.
        Case((pair, flat, flat, flat + 1, 2.0), 27.0, "two neighbours on a plain area that grows brighter, alpha 2"),
        Case((still, Ix, Iy, It, 0.5), _energy_by_loop(still, Ix, Iy, It, 0.5), "one motion for all pixels"),
        Case((w, Ix, Iy, It, 0.2), _energy_by_loop(w, Ix, Iy, It, 0.2), "slopes and a flow at random, alpha 0.2"),
        Case((w, Ix, Iy, It, 3.0), _energy_by_loop(w, Ix, Iy, It, 3.0), "the same with alpha 3"),
    ]


EXERCISES = [
    Exercise(
        id="4.1",
        title="one step of Horn-Schunck",
        hints=(
            "Which four neighbours does a pixel at the edge have?",
            "The mean first: pad w by one pixel with its edge, and add up four shifted slices of it.",
            "With edged = np.pad(w, ((1, 1), (1, 1), (0, 0)), mode='edge'), the neighbour above is edged[:-2, 1:-1].",
            (
                "Then the residual of the mean, Ix * mean_u + Iy * mean_v + It, over alpha**2 + Ix**2 + Iy**2, is a "
                "number per pixel."
            ),
            "The new u is mean_u minus that number times Ix; v likewise with Iy. Stack both on the last axis.",
        ),
        solution=step,
        cases=_step_cases,
        mistakes=read_mistakes(step, MISTAKES["4.1"]),
    ),
    Exercise(
        id="4.2",
        title="how much a residual counts",
        hints=(
            "How steep is the penalty of a large residual, compared with its square?",
            (
                "The derivative of sqrt(1 + s²/e²) is s / (e² sqrt(1 + s²/e²)). Multiply it by 2 e²: the slope of "
                "the penalty."
            ),
            "Divide the slope by 2 s, and s is gone: what is left is one over a square root, and it is 1 at s = 0.",
        ),
        solution=weight,
        cases=_weight_cases,
        mistakes=read_mistakes(weight, MISTAKES["4.2"]),
        bounds=(0, 1),
        atol=1e-4,
        rtol=1e-4,
    ),
    Exercise(
        id="4.3",
        title="descend",
        hints=(
            "What do you know of the flow at the coarsest level? And at the level after it?",
            "Both lists have the finest first: go through them backwards, pyramid1[::-1], and begin with no motion.",
            (
                "w = np.zeros((*pyramid1[-1].shape, 2), np.float32) is no motion. flowlab.resize_flow(w, I1.shape) "
                "enlarges a flow to a level's size, its values too; at the same size it changes nothing."
            ),
            "In the loop, two things: enlarge w to this level, then w = improve(I1, I2, w).",
        ),
        solution=descend,
        cases=_descend_cases,
        mistakes=read_mistakes(descend, MISTAKES["4.3"]),
        atol=1e-4,
    ),
    Exercise(
        id="4.4",
        title="match blocks",
        hints=(
            "For one displacement only: how would you compute the error of all pixels at once?",
            (
                "wide[reach + v : reach + v + H, reach + u : reach + u + W] is frame 2, fetched from (x + u, y + v). "
                "Its absolute difference to I1, blurred, is the error of this displacement everywhere."
            ),
            (
                "Two loops, over v and over u. Keep two arrays: the least error so far, which begins at infinity, and "
                "the flow that had it."
            ),
            "better = error < least is a mask; least[better] = error[better], and flow[better] = (u, v).",
        ),
        solution=block_match,
        cases=_match_cases,
        mistakes=read_mistakes(block_match, MISTAKES["4.4"]),
    ),
    Exercise(
        id="4.5",
        title="the energy",
        hints=(
            "Which sums does the formula hold, and over what does each of them run?",
            "Three sums: the squared residual over all pixels, and squared differences over two kinds of pairs.",
            "w[:, 1:] - w[:, :-1] holds the differences of u and v between each pixel and the one to its left.",
            "The squares of both kinds of differences are added up and multiplied by alpha**2 / 4.",
        ),
        solution=energy,
        cases=_energy_cases,
        mistakes=read_mistakes(energy, MISTAKES["4.5"]),
    ),
]
