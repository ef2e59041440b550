"""Exercises of chapter 12."""

import math

import numpy as np

import flowlab
from flowlab_course.chapters.ch12.mistakes import MISTAKES
from flowlab_course.chapters.ch12.solutions import outliers, weighed, where_dis_wins
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _outlier_cases():
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 40, (12, 16, 2)).round(1)
    pred = truth + rng.normal(0, 3, (12, 16, 2)).round(1)
    valid = rng.random((12, 16)) < 0.6
    row = np.array([[[60.0, 0], [100, 0], [0, 0], [80, 60], [10, 0], [2, 0]]])
    off = np.array([[[64.0, 0], [104, 0], [3, 0], [80, 66], [10, 4], [2, 0.5]]])
    slow = np.array([[[10.0, 0], [6, 0], [0.5, 0], [100, 0]]])
    all_valid, some = np.ones((1, 6), bool), np.array([[True, True, True, False, True, False]])
    return [
        # 4 of 60 and 6 of 100 px and 4 of 10 are outliers; 4 of 100 is too small a share, 3.0 and 0.5 px too short.
        Case((off, row, all_valid), 50.0, "six pixels, three of them outliers"),
        Case((off, row, some), 50.0, "the same with two pixels unknown"),
        Case(
            (slow + np.array([0, 4]), slow, np.ones((1, 4), bool)), 75.0, "4 px off at motions of 10, 6, 0.5 and 100 px"
        ),
        Case((truth[:1] * 0 + (105, 0), truth[:1] * 0 + (100, 0), valid[:1]), 0.0, "5 px of 100: exactly 5 %"),
        Case(
            (np.array([[[160.0, 4]]]), np.array([[[160.0, 0]]]), np.ones((1, 1), bool)), 0.0, "one pixel, 4 px of 160"
        ),
        Case(
            (np.array([[[4, 0], [0, 3]]]), np.array([[[0, 0], [0, 0]]]), np.ones((1, 2), bool)),
            50.0,
            "flows of integers, off by 4 and by 3 px",
        ),
        Case((pred, truth, valid), flowlab.fl_all(pred, truth, valid), "flows at random, four tenths unknown"),
    ]


def _dis_by_loop(network, dis, speed):
    """The definition, pixel by pixel."""
    best, pair = -math.inf, 0
    for number, (n, d) in enumerate(zip(network, dis, strict=True)):
        mean = sum(float(n[place] - d[place]) for place in np.ndindex(n.shape)) / n.size
        if mean > best:
            best, pair = mean, number
    sums = [0.0, 0.0, 0.0]
    for place in np.ndindex(speed[pair].shape):
        v = speed[pair][place]
        sums[0 if v < 10 else 1 if v < 40 else 2] += float(network[pair][place] - dis[pair][place])
    return pair, sums.index(max(sums))


def _random_maps(number):
    """Four pairs of other sizes, and all speeds in each."""
    rng = np.random.default_rng(number)
    shapes = [(3, 4), (2, 5), (4, 5), (3, 3)]
    network, dis = ([rng.gamma(0.5, 4.0, shape) + 0.1 for shape in shapes] for _ in range(2))
    return network, dis, [rng.choice([2.0, 5.0, 10.0, 25.0, 40.0, 70.0], shape) for shape in shapes]


def _dis_cases():
    """Maps of four pixels each, so that leads can be counted out by hand."""
    slow, fast, mixed = np.array([[1, 2, 3, 4.0]]), np.array([[50, 60, 70, 80.0]]), np.array([[1, 2, 20, 60.0]])
    zero = np.zeros((1, 4))
    # Pair 1: DIS leads by 1 + 1 in the slow band, by 1.5 in the middle one, by 0 in the fast one: 3.5 in all, slow.
    one = [zero + 0.5, np.array([[1.5, 1.5, 2, 3.0]]), zero + 9]
    two = [zero + 0.2, np.array([[0.5, 0.5, 0.5, 3.0]]), zero + 8.9]
    # Pair 0: the network is far worse in one fast pixel, and better elsewhere; pair 1 decides by its mean.
    three = [np.array([[0, 0, 0, 9.0]]), np.array([[3, 3, 3, 3.0]])]
    four = [np.array([[2, 2, 2, 1.0]]), np.array([[1.5, 1.5, 2, 2.0]])]
    # All in the fast band, where the network is worse by 2 in each.
    five, six = [zero + 4, zero + 1], [zero + 2, zero + 1.5]
    # Two slow pixels with a lead of 1 each, one middling one with 1.8: the sum decides, and half of the pixels.
    seven, eight = [np.array([[2, 2, 2.8, 1.0]])], [np.array([[1, 1, 1, 1.0]])]
    # Most pixels are slow and equal; the lead is fast.
    nine, ten = [np.array([[1, 1, 1, 9.0]])], [np.array([[1, 1, 1, 2.0]])]
    crowd = np.array([[1, 2, 3, 60.0]])
    # At the edges of the bands: 9.5 is slow, 10 and 39.5 are middling, 40 is fast. The leads, and the band by hand.
    edges = np.array([[9.5, 10, 39.5, 40.0]])
    at_edges = [((2, 1.5, 1.5, 2.5), 1), ((3, 1, 1, 0), 0), ((0, 1, 1, 3), 2), ((0, 2, 2, 3), 1)]
    # One pixel in each band: only the sign tells 5 from -6, and only the edge at 40 px tells 5 from -3.
    each = np.array([[5, 20, 60.0]])
    signs = [((-6, 5, 4), 1), ((1, -3, 5), 2)]
    # Four pixels with a lead of 1 against twelve with one of 0.5: a mean of 1 against 0.5, a sum of 4 against 6.
    few, many = np.ones((1, 4)), np.full((1, 12), 0.5)
    draws = [_random_maps(number) for number in range(6)]
    return [
        Case((one, two, [slow, mixed, fast]), (1, 0), "three pairs, of which DIS leads by most on the second"),
        Case((three, four, [mixed, fast]), (1, 2), "a pair with one bad pixel, and one that is worse throughout"),
        Case((five, six, [fast, slow]), (0, 2), "two pairs, one fast and one slow"),
        Case((seven, eight, [mixed]), (0, 0), "leads of 1, 1 and 1.8 px"),
        Case((nine, ten, [crowd]), (0, 2), "three slow pixels without a lead and a fast one with 7 px"),
        Case(([few + 1, many + 1], [few, many * 2], [slow, many]), (0, 0), "a small pair and a larger one"),
        *(
            Case(
                ([np.array([lead]) + 1], [zero + 1], [edges]),
                (0, band),
                f"leads of {lead} px at 9.5, 10, 39.5 and 40 px",
            )
            for lead, band in at_edges
        ),
        *(
            Case(
                ([np.array([lead]) + 10.0], [np.full((1, 3), 10.0)], [each]),
                (0, band),
                f"leads of {lead} px at 5, 20 and 60 px",
            )
            for lead, band in signs
        ),
        *(Case(maps, _dis_by_loop(*maps), f"four pairs at random, draw {n}") for n, maps in enumerate(draws, 1)),
    ]


def _weighed_cases():
    return [
        Case(
            (np.array([1.0, 4.0, 30.0]), np.array([0.7, 0.25, 0.05])),
            0.7 + 1.0 + 1.5,
            "shares of 70, 25 and 5 per cent",
        ),
        Case((np.array([1.0, 4.0, 30.0]), np.array([700, 250, 50])), 3.2, "the same, as numbers of pixels"),
        Case(
            (np.array([2.0, 6.0, math.nan]), np.array([0.5, 0.3, 0.2])),
            (1.0 + 1.8) / 0.8,
            "a method that was never tried above 40 px",
        ),
        Case(
            (np.array([math.nan, 5.0, 20.0]), np.array([30, 50, 50])),
            (250 + 1000) / 100,
            "a method that was never tried below 10 px, with numbers of pixels",
        ),
        Case((np.array([0.0, 4.0, math.nan]), np.array([3, 1, 4])), 1.0, "a method without any error in the slow band"),
        Case(
            (np.array([math.nan, 6.0, math.nan]), np.array([0.5, 0.3, 0.2])),
            6.0,
            "a method that was tried in the middle band only",
        ),
    ]


EXERCISES = [
    Exercise(
        id="12.1",
        title="Fl-all",
        hints=(
            "A pixel moves by 100 px and is off by 4 px. Does it count?",
            (
                "The error's length at every pixel first: np.linalg.norm(pred - truth, axis=-1). Then two masks, "
                "error > 3 and error > 0.05 * length of the true flow."
            ),
            (
                "A pixel is bad where both masks are True. Index the mask with valid before you take its mean, and "
                "multiply by 100."
            ),
        ),
        solution=outliers,
        cases=_outlier_cases,
        mistakes=read_mistakes(outliers, MISTAKES["12.1"]),
        bounds=(0, 100),
    ),
    Exercise(
        id="12.2",
        title="the pair where DIS wins, and why",
        hints=(
            "The network is off by 3 px at a pixel, and DIS by 1 px. By how much does DIS lead?",
            (
                "How far DIS leads at a pixel is network - dis. The pair is the argmax over the means of these maps, "
                "one mean for each pair."
            ),
            "np.digitize(speed[pair], [10, 40]) is 0, 1 or 2: the band of each pixel.",
            "Which band the lead comes from: the sum of the lead in each band, not its mean.",
        ),
        solution=where_dis_wins,
        cases=_dis_cases,
        mistakes=read_mistakes(where_dis_wins, MISTAKES["12.2"]),
    ),
    Exercise(
        id="12.3",
        title="weigh the bands",
        hints=(
            "For which bands do you know an error, and how many of the pixels are in them?",
            "The EPE of a data set is the sum of its bands' EPE, each times its share of the pixels.",
            (
                "np.isnan(epe) says which bands to leave out. Divide by the sum of the shares that you used: then "
                "they may be counts as well, and a band may be missing."
            ),
        ),
        solution=weighed,
        cases=_weighed_cases,
        mistakes=read_mistakes(weighed, MISTAKES["12.3"]),
        bounds=NOT_NEGATIVE,
    ),
]
