"""Exercises of chapter 02."""

import math

import numpy as np

import flowlab
from flowlab.field import similarity_flow
from flowlab_course.chapters.ch02 import mistakes, mistakes_warping
from flowlab_course.chapters.ch02.solutions import best_for, misses, my_epe, my_fl_all, warp_bilinear, warp_nearest
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _nearest_by_loop(img2, flow):
    """The definition, pixel by pixel: what the cases are computed with."""
    H, W = img2.shape
    out = np.zeros_like(img2)
    for y in range(H):
        for x in range(W):
            tx, ty = round(x + float(flow[y, x, 0])), round(y + float(flow[y, x, 1]))
            if 0 <= tx < W and 0 <= ty < H:
                out[y, x] = img2[ty, tx]
    return out


def _warp_cases():
    ramp = np.arange(1.0, 21.0).reshape(4, 5) / 2
    shift = np.full((4, 5, 2), (1, 0), np.float32)
    uneven = np.full((4, 5, 2), (-0.7, 1.7), np.float32)
    turn = similarity_flow((4, 5), degrees=50)
    # By hand: the targets 0.5, 1.5, 2.5, 3.5 are 0, 2, 2, 4 with np.rint, and 4 is outside.
    halves, row = np.full((1, 4, 2), (0.5, 0)), np.array([[10.0, 20, 30, 40]])
    return [
        Case((ramp, shift), _nearest_by_loop(ramp, shift), "a flow of (1, 0) everywhere"),
        Case((ramp, uneven), _nearest_by_loop(ramp, uneven), "a flow of (-0.7, 1.7) everywhere"),
        Case((ramp, turn), _nearest_by_loop(ramp, turn), "a turn by 50 degrees"),
        Case((ramp[:3, :3], np.zeros((3, 3, 2), np.float32)), ramp[:3, :3], "3 x 3 pixels and a flow of zero"),
        Case((row, halves), np.array([[10.0, 30, 30, 0]]), "a flow of (0.5, 0): targets half way between two pixels"),
        Case(
            (row.T, halves.reshape(4, 1, 2)[..., ::-1]),
            np.array([[10.0], [30], [30], [0]]),
            "a column and a flow of (0, 0.5)",
        ),
        Case((ramp[:1, :1], -shift[:1, :1, ::-1]), np.zeros((1, 1)), "a single pixel and a flow of (0, -1)"),
    ]


def _epe_cases():
    truth = np.zeros((2, 3, 2), np.float32)
    flow = truth.copy()
    flow[0, 0], flow[0, 1], flow[1, 2] = (3, 4), (0, -2), (100, 0)
    valid = np.ones((2, 3), bool)
    valid[1, 2] = False
    turn, other = similarity_flow((6, 7), degrees=30), similarity_flow((6, 7), degrees=10, translation=(2, 1))
    known = np.random.default_rng(0).random((6, 7)) < 0.6
    return [
        Case((flow, truth, valid), 7 / 5, "six pixels, two of them off by 5 px and 2 px, one far off but not valid"),
        Case((turn, other, known), float(flowlab.epe(turn, other, known)), "one turn against another"),
    ]


def _fl_all_cases():
    motion = np.array([10, 10, 100, 100, 70, 100, 0, 10, 1], np.float32)
    error = np.array([3, 3.5, 4, 6, 3.6, 4.5, 2, 50, 2], np.float32)
    none = np.zeros_like(motion)
    truth, flow = np.stack([motion, none], axis=-1)[None], np.stack([motion + error, none], axis=-1)[None]
    valid = np.array([[1, 1, 1, 1, 1, 1, 1, 0, 1]], bool)
    # By hand: of the eight valid ones, 3.5 of 10, 6 of 100 and 3.6 of 70 are wrong.
    story = "nine pixels with errors of 3, 3.5, 4, 6, 3.6, 4.5, 2, 50 (not valid) and 2 px on motions of 0 to 100 px"
    all_right = np.zeros((2, 2, 2), np.float32)
    all_ways = [  # u*, v* of the truth, du, dv of the error: by hand
        (0, 200, 4, 0),  # 4 px of 200: right
        (6, 8, 2, 2),  # 2.8 px of 10: right
        (3, 4, 1, 1),  # 1.4 px of 5: right
        (60, 80, 0, -4.5),  # 4.5 px of 100: right
        (0, 100, 0, 2),  # 2 px of 100: right
        (0, 100, 6, 0),  # 6 px of 100: wrong, and so are all others
        (30, 40, 2.5, 2.5),  # 3.5 px of 50
        (-30, 40, 2.4, 2.4),  # 3.4 px of 50
        (-30, 40, 2.8, 2.1),  # 3.5 px of 50, at a right angle to it
        (20, 0, -20, 20),  # 28 px of 20, of equal length
        (10, 0, -6, 0),  # 6 px of 10, too short
        (0, 10, 0, -3.2),  # 3.2 px of 10
    ]
    ways, errors = np.split(np.array(all_ways, np.float32).reshape(4, 3, 4), 2, axis=-1)
    still, right, down = np.zeros((4, 4, 2), np.float32), np.array([1, 0]), np.array([[[0, 4]]], np.float32)
    return [
        Case((flow, truth, valid), 100 * 3 / 8, story),
        Case((ways + errors, ways, np.ones((4, 3), bool)), 100 * 7 / 12, "twelve pixels whose errors go all ways"),
        Case((still + right, still, np.ones((4, 4), bool)), 0.0, "a picture at rest, each pixel off by 1 px"),
        Case((down, 0.0 * down, np.ones((1, 1), bool)), 100.0, "a single pixel at rest, off by 4 px"),
        Case((all_right, all_right, np.ones((2, 2), bool)), 0.0, "an estimate without error"),
        Case(
            (all_right + np.array([105, 0]), all_right + np.array([100, 0]), np.ones((2, 2), bool)),
            0.0,
            "5 px of 100: exactly 5 %",
        ),
    ]


def _misses_by_loop(flow, backward_flow, limit):
    """The definition, pixel by pixel."""
    H, W = flow.shape[:2]
    missed = np.ones((H, W), bool)
    for y, x in np.ndindex(H, W):
        u, v = flow[y, x]
        tx, ty = round(x + float(u)), round(y + float(v))
        if 0 <= tx < W and 0 <= ty < H:
            missed[y, x] = math.hypot(u + backward_flow[ty, tx, 0], v + backward_flow[ty, tx, 1]) > limit
    return missed


def _misses_cases():
    """A block of three columns moves two px to the right before a ground that stands still."""
    flow, backward = np.zeros((5, 9, 2), np.float32), np.zeros((5, 9, 2), np.float32)
    flow[1:4, 2:5, 0], backward[1:4, 4:7, 0] = 2, -2
    covered = np.zeros((5, 9), bool)
    covered[1:4, 5:7] = True  # by hand: the ground that the block moves onto
    right = np.full((3, 4, 2), (1, 0), np.float32)
    leaves = np.zeros((3, 4), bool)
    leaves[:, 3] = True
    near = np.full((3, 3, 2), (0.4, 0), np.float32)
    one, back = np.full((2, 1, 1, 2), (0.25, 0), np.float32)
    there, again = np.zeros((2, 1, 4, 2), np.float32)
    there[0, :3, 0], again[0, :3, 0] = (0.4, 0.25, 0.4), (0.4, 0.75, 0.8)  # they miss by 0.8, by 1 and by 1.2 px
    rng = np.random.default_rng(0)
    any_flow, any_backward = rng.normal(0, 2, (2, 9, 10, 2)).astype(np.float32)
    any_missed = _misses_by_loop(any_flow, any_backward, 3.0)
    return [
        Case((flow, backward), covered, "a block that moves two pixels to the right over a ground at rest"),
        Case((right, -right), leaves, "a picture that moves one pixel to the right, so that its last column leaves"),
        Case((near, near, 0.9), np.zeros((3, 3), bool), "a miss of 0.8 px under a limit of 0.9"),
        Case((near, near, 0.7), np.ones((3, 3), bool), "a miss of 0.8 px over a limit of 0.7"),
        Case((there, again), np.array([[False, False, True, False]]), "misses of 0.8, 1, 1.2 and 0 px, no limit given"),
        Case(
            (np.full((1, 2, 2), (0.5, 0)), np.array([[[-0.5, 0], [0.5, 0]]])),
            np.array([[False, True]]),
            "targets at 0.5 and 1.5, which round to 0 and to 2",
        ),
        Case((one, back, 0.4), np.ones((1, 1), bool), "a single pixel that misses by 0.5 px, a limit of 0.4"),
        Case((any_flow, any_backward, 3.0), any_missed, "flows at random, which leave the picture on all sides"),
    ]


def _bilinear_by_loop(img2, flow):
    """The definition, pixel by pixel, with exact fractions of the neighbours on both sides."""
    H, W = img2.shape
    padded = np.pad(img2, 9)  # zeros all round; the cases' vectors are shorter
    out = np.zeros((H, W))
    for y, x in np.ndindex(H, W):
        tx, ty = x + float(flow[y, x, 0]) + 9, y + float(flow[y, x, 1]) + 9
        left, top = math.floor(tx), math.floor(ty)
        across, down = tx - left, ty - top
        above = (1 - across) * padded[top, left] + across * padded[top, left + 1]
        below = (1 - across) * padded[top + 1, left] + across * padded[top + 1, left + 1]
        out[y, x] = (1 - down) * above + down * below
    return out


def _bilinear_cases():
    y, x = np.mgrid[:5, :6]
    slope = 2.0 * x + 10.0 * y
    inner = np.zeros((5, 6, 2))
    inner[1:-1, 1:-1] = 0.25, -0.5
    by_hand = slope.copy()
    by_hand[1:-1, 1:-1] += 2 * 0.25 - 10 * 0.5  # a plane is reproduced exactly
    whole, uneven = np.full((5, 6, 2), (2.0, -1.0)), np.full((5, 6, 2), (-0.3, 1.6))
    noise, any_flow = np.random.default_rng(0).random((7, 9)), np.random.default_rng(1).normal(0, 2, (7, 9, 2))
    return [
        Case((slope, inner), by_hand, "a plane whose inner pixels move by (0.25, -0.5)"),
        Case((slope, whole), _bilinear_by_loop(slope, whole), "a plane and a flow of (2, -1) everywhere"),
        Case((slope, uneven), _bilinear_by_loop(slope, uneven), "a plane and a flow of (-0.3, 1.6) everywhere"),
        Case((noise, any_flow), _bilinear_by_loop(noise, any_flow), "noise and a flow at random, which leaves it"),
        Case((noise, 0 * any_flow), noise, "a flow of zero"),
    ]


def _users_estimates(*, seed):
    """Three estimates: smallest endpoint error, fewest outliers, smallest angular error, in an order that the seed draws."""
    truth = np.zeros((4, 6, 2), np.float32)
    truth[:2], truth[2:] = (0.1, 0), (60, 0)  # cells above, dust below
    valid = np.ones((4, 6), bool)
    valid[:, 5] = False
    near, even, turned = (truth.copy() for _ in range(3))
    near[:2, ..., 1] += 0.2  # cells in a wrong direction
    near[2, :2, 0] += 9  # two outliers
    even[..., 1] += 2.9  # all wrong, none by more than 3 px
    turned[2:, ..., 0] += 5  # right directions, half of the pixels outliers
    near[2:, 5, 0] += 80  # where the truth is not known
    turned[:2, 5, 1] += 40
    three = {"film": near, "brakes": even, "cells": turned}
    order = np.random.default_rng(seed).permutation(list(three)).tolist()
    best = {user: order.index(user) for user in three}
    return [three[user] for user in order], truth, valid, best


def _user_cases():
    found = []
    for seed in (0, 1, 5):
        estimates, truth, valid, best = _users_estimates(seed=seed)
        for name, index in best.items():
            note = f"{name}, estimate {index} of 0 to 2"
            found.append(Case((name, estimates, truth, valid), index, note))
    # 5 % of a true motion of 69 px are 3.45 px: 3.5 px too much are an outlier, 3.4 px too little are none. 5 % of the
    # estimates, 72.5 and 65.6 px, would say the opposite.
    far = np.full((1, 2, 2), (69, 0), np.float32)
    above, below = far + np.array([[[3.5, 0], [0, 0]]]), far - np.array([[[3.4, 0], [0, 0]]])
    note = "brakes, errors of 3.5 and of 3.4 px at 69 px"
    return [*found, Case(("brakes", [above, below], far, np.ones((1, 2), bool)), 1, note)]


MISTAKES = mistakes.MISTAKES | mistakes_warping.MISTAKES

EXERCISES = [
    Exercise(
        id="2.1",
        title="fetch",
        hints=(
            "Which pixel of img2 does the result show at x? What if img2 has no such pixel?",
            (
                "Compute the targets of all pixels first: tx = np.rint(x + flow[..., 0]).astype(int), and ty "
                "likewise. img2[ty, tx] fetches at all of them at once, but only where they lie inside the picture."
            ),
            (
                "Make a mask `there` of the targets inside, start from zeros, and fill out[there] = img2[ty[there], "
                "tx[there]]."
            ),
        ),
        solution=warp_nearest,
        cases=_warp_cases,
        mistakes=read_mistakes(warp_nearest, MISTAKES["2.1"]),
    ),
    Exercise(
        id="2.2",
        title="the endpoint error",
        hints=(
            "The truth is (0, 0) and the estimate (3, 4). How many pixels is it off?",
            "One distance for each pixel, an array (H, W), comes first: the root of the sum of both squares.",
            "distance[valid] picks the valid pixels. Their mean is the EPE.",
        ),
        solution=my_epe,
        cases=_epe_cases,
        mistakes=read_mistakes(my_epe, MISTAKES["2.2"]),
        bounds=NOT_NEGATIVE,
        rtol=1e-4,
    ),
    Exercise(
        id="2.3",
        title="count the wrong ones",
        hints=(
            "A pixel moves by 100 px, and its estimate is off by 4 px. Is it wrong by KITTI's rule?",
            "Two arrays (H, W) first: the error of each pixel, and the length of its true vector.",
            (
                "A pixel is wrong if (error > 3) & (error > 0.05 * length). Mind the brackets: & binds tighter than "
                ">. The mean of a mask is the share of True in it; the answer is in percent."
            ),
        ),
        solution=my_fl_all,
        cases=_fl_all_cases,
        mistakes=read_mistakes(my_fl_all, MISTAKES["2.3"]),
        bounds=(0, 100),
    ),
    Exercise(
        id="2.4",
        title="there and back",
        hints=(
            (
                "A pixel goes 2 px to the right. At its target the backward flow goes 1.5 px to the left. How far "
                "does it miss its start?"
            ),
            (
                "Find the targets tx, ty as in exercise 2.1, and look the backward flow up there. There and back is "
                "flow + back; its length is how far the pixel misses."
            ),
            "Clip the indices before you look up, so that nothing breaks, and remember with a mask which were outside.",
        ),
        solution=misses,
        cases=_misses_cases,
        mistakes=read_mistakes(misses, MISTAKES["2.4"]),
    ),
    Exercise(
        id="2.5",
        title="the bilinear warp",
        hints=(
            "A target lies at column 2.75, between the columns 2 and 3. Which of them should count more, and by how much?",
            "The four pixels are those at x0 and x0 + 1, y0 and y0 + 1, with x0 = np.floor(tx) and y0 = np.floor(ty) "
            "as integers. Add up four pictures, each multiplied by its weights.",
            "The weight of column xx is 1 - |tx - xx|, that of row yy is 1 - |ty - yy|; a pixel has their product.",
            "For each of the four, make a mask of the places inside, clip the indices before you look up, and count "
            "the others as 0: np.where(there, ..., 0).",
        ),
        solution=warp_bilinear,
        cases=_bilinear_cases,
        mistakes=read_mistakes(warp_bilinear, MISTAKES["2.5"]),
        atol=1e-4,
    ),
    Exercise(
        id="2.6",
        title="which measure?",
        hints=(
            "Is an error of 50 px worse for this user than one of 5 px? Is one of 0.1 px worse at a slow pixel?",
            "One measure adds up distances, one counts outliers, one turns errors at slow pixels into large angles.",
            "Compute that measure for every estimate, each with truth and valid; the smallest is the best. np.argmin "
            "says where it is.",
        ),
        solution=best_for,
        cases=_user_cases,
        mistakes=read_mistakes(best_for, MISTAKES["2.6"]),
    ),
]
