"""Exercises of chapter 08."""

import numpy as np
import torch

from flowlab.costvolume import correlation
from flowlab_course.chapters.ch08.mistakes import MISTAKES
from flowlab_course.chapters.ch08.solutions import cosines, displacement, multiplications, score, strided
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _maps(seed, C=3, H=9, W=9):
    return torch.randn(2, C, H, W, generator=torch.Generator().manual_seed(seed))


def _score_by_loops(a, b, y1, x1, y2, x2, K):
    """The definition, product by product, in Python's numbers."""
    offsets, total = range(-(K // 2), K // 2 + 1), 0.0
    for c in range(len(a)):
        for j in offsets:
            for i in offsets:
                total += float(a[c, y1 + j, x1 + i]) * float(b[c, y2 + j, x2 + i])
    return total / (len(a) * K * K)


def _score_cases():
    a, b = _maps(0)
    cases = [((3, 4, 5, 2, 3), "patches of 3 x 3"), ((4, 2, 3, 6, 5), "patches of 5 x 5"), ((1, 7, 6, 0, 1), "K = 1")]
    return [Case((a, b, *where), _score_by_loops(a, b, *where), f"{note} at {where[:4]}") for where, note in cases]


def _displacement_cases():
    # Counted by hand, row by row from (-d, -d); FlowNetC's middle channel is its 221st.
    return [
        Case((7, 1, 1), (0, 1), "channel 7 of max_displacement=1, stride2=1"),
        Case((0, 20, 2), (-20, -20), "channel 0 of FlowNetC's layer"),
        Case((220, 20, 2), (0, 0), "channel 220 of FlowNetC's layer"),
        Case((22, 20, 2), (-18, -18), "channel 22 of FlowNetC's layer"),
        Case((3, 5, 2), (2, -4), "channel 3 of max_displacement=5, stride2=2"),
        Case((17, 5, 2), (0, 2), "channel 17 of max_displacement=5, stride2=2"),
    ]


def _cost_cases():
    return [
        Case((48, 64, 256, 1, 20, 2), 346_816_512, "FlowNetC's layer on 384 x 512 pixels"),
        Case((2, 3, 5, 3, 4, 1), 2 * 3 * 81 * 9 * 5, "2 x 3 places, 5 channels, patches of 3 x 3, max_displacement=4"),
        Case((2, 3, 4, 1, 5, 2), 2 * 3 * 25 * 4, "max_displacement=5 in steps of 2, so that the last step goes to 4"),
        Case((1, 2, 3, 1, 7, 2), 1 * 2 * 49 * 3, "max_displacement=7 in steps of 2, from -6 to 6"),
        Case((2, 3, 4, 1, 5, 3), 2 * 3 * 9 * 4, "max_displacement=5 in steps of 3, from -3 to 3"),
        Case((270, 480, 256, 3, 20, 1), 270 * 480 * 41 * 41 * 9 * 256, "a large layer: more than 2**31"),
        Case((1, 1, 1, 1, 0, 1), 1, "one place, one channel, no displacement but zero"),
    ]


def _strided_cases():
    cases = []
    for d, s2 in ((2, 1), (4, 2), (5, 2), (3, 3)):
        a, b = _maps(d, C=4, H=6, W=7)[:, None]
        expected = correlation(a, b, 1, d, 1, s2, d)  # tested against plain loops over equation 1
        cases.append(Case((a, b, d, s2), expected, f"max_displacement={d}, stride2={s2}"))
    a, b = _maps(1, C=4, H=6, W=7)[:, None]
    alone = sum(a[:, c] * b[:, c] for c in range(4))[:, None] / 4
    cases.append(Case((a, b, 1, 2), alone, "max_displacement=1, stride2=2, which leaves displacement zero alone"))
    a, b = _maps(7, C=8, H=6, W=7).unflatten(1, (2, 4))
    cases.append(Case((a, b, 2, 2), correlation(a, b, 1, 2, 1, 2, 2), "a batch of two, max_displacement=2, stride2=2"))
    return cases


def _cosines_by_loops(a, b, d):
    """The cosine of each pair of vectors, from their product and their lengths, in NumPy's numbers."""
    a, b = a.double().numpy(), b.double().numpy()
    (B, _, H, W), D = a.shape, 2 * d + 1
    out = np.zeros((B, D * D, H, W))
    for n, channel, y, x in np.ndindex(out.shape):
        y2, x2 = y + channel // D - d, x + channel % D - d
        if 0 <= y2 < H and 0 <= x2 < W:
            first, second = a[n, :, y, x], b[n, :, y2, x2]
            lengths = np.sqrt((first**2).sum() * (second**2).sum())
            out[n, channel, y, x] = (first @ second) / lengths if lengths else 0.0
    return torch.from_numpy(out).float()


def _cosines_cases():
    cases = []
    for seed, d, note in ((11, 1, "d=1"), (12, 2, "d=2")):
        a, b = _maps(seed, C=4, H=5, W=6)[:, None]
        cases.append(Case((a, 3 * b, d), _cosines_by_loops(a, 3 * b, d), note))
    a, b = _maps(13, C=8, H=5, W=6).unflatten(1, (2, 4))
    cases.append(Case((a, b, 1), _cosines_by_loops(a, b, 1), "a batch of two, d=1"))
    a, b = (features.clone() for features in _maps(14, C=4, H=5, W=6)[:, None])
    a[:, :, 2, 3] = 0.0
    b[:, :, 1, 1] = 0.0
    cases.append(Case((a, b, 1), _cosines_by_loops(a, b, 1), "a vector of length 0 in each map; its cosines are 0"))
    return cases


EXERCISES = [
    Exercise(
        id="8.1",
        title="one score",
        hints=(
            "How many products are in one score?",
            (
                "Cut the two patches out: a[:, y1 - k : y1 + k + 1, x1 - k : x1 + k + 1], and the other likewise. "
                "Both have the shape (C, K, K); their product, element by element, has it too."
            ),
            "The mean over all three axes is the sum divided by K * K * C.",
        ),
        solution=score,
        cases=_score_cases,
        mistakes=read_mistakes(score, MISTAKES["8.1"]),
        atol=1e-5,
    ),
    Exercise(
        id="8.2",
        title="which displacement is channel 7?",
        hints=(
            "Read a square of D x D row by row. In which row and which column is channel 7?",
            "The middle of the square is displacement zero, and it is in column r of row r.",
            (
                "channel % D and channel // D are its place in the square; dy is the outer one. Steps from the "
                "middle times stride2 are pixels. Return dx first."
            ),
        ),
        solution=displacement,
        cases=_displacement_cases,
        mistakes=read_mistakes(displacement, MISTAKES["8.2"]),
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="8.3",
        title="what does it cost?",
        hints=(
            "How many displacements are there along one axis, zero among them?",
            (
                "Each place of the output has a score for every pair of a vertical and a horizontal displacement; "
                "each score is a sum over a patch and its channels."
            ),
            (
                "D = 2 * (max_displacement // stride2) + 1; a place has D * D scores, and each is a sum of K * K * C "
                "products."
            ),
        ),
        solution=multiplications,
        cases=_cost_cases,
        mistakes=read_mistakes(multiplications, MISTAKES["8.3"]),
        bounds=NOT_NEGATIVE,
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="8.4",
        title="leave some out",
        hints=(
            "With steps of stride2 pixels, which displacements are left along one axis?",
            (
                "reach = max_displacement // stride2 * stride2. Pad b by as much to each side; a shift of `reach` is then "
                "displacement zero."
            ),
            (
                "range(0, 2 * reach + 1, stride2) gives the shifts along one axis. The loop over dy is the outer "
                "one: for y in steps for x in steps."
            ),
        ),
        solution=strided,
        cases=_strided_cases,
        mistakes=read_mistakes(strided, MISTAKES["8.4"]),
        atol=1e-5,
    ),
    Exercise(
        id="8.5",
        title="cosines",
        hints=(
            "What has to be true of two vectors so that their product is the cosine of their angle?",
            (
                "torch.nn.functional.normalize(a, dim=1) divides each vector of a by its length, and leaves a vector "
                "of length 0 as it is."
            ),
            (
                "flowlab.correlation divides by the number of channels, C: multiply its result by C, a.shape[1]. Its "
                "defaults are FlowNetC's, so give it stride2=1 and pad_size=d."
            ),
        ),
        solution=cosines,
        cases=_cosines_cases,
        mistakes=read_mistakes(cosines, MISTAKES["8.5"]),
        bounds=(-1.001, 1.001),
        atol=1e-5,
    ),
]
