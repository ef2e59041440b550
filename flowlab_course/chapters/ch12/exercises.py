"""Exercises of chapter 12."""

import math

import numpy as np

import flowlab
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def outliers(pred, truth, valid):
    """KITTI's Fl-all in per cent; flows (H, W, 2), valid (H, W)."""
    error = np.linalg.norm(pred - truth, axis=-1)
    bad = (error > 3) & (error > 0.05 * np.linalg.norm(truth, axis=-1))
    return 100 * bad[valid].mean()


def _fl(pred, truth, valid, *, both=True, of="truth", edge=False, count="valid", factor=100.0, error=None):
    off = np.linalg.norm(pred - truth, axis=-1) if error is None else error
    far = off >= 3 if edge else off > 3
    large = off > 0.05 * np.linalg.norm(truth if of == "truth" else pred, axis=-1)
    bad = far & large if both else far | large
    if count == "all":
        return factor * bad.mean()
    if count == "sum":
        return factor * (bad & valid).mean()
    return factor * bad[valid].mean()


@mistake("12.1", "or", "A pixel counts if it is off by more than 3 px and by more than 5 %. You join them by or.")
def _either(pred, truth, valid):
    return _fl(pred, truth, valid, both=False)


@mistake("12.1", "of the estimate", "The 5 % are of the true motion, not of the estimated one.")
def _of_the_estimate(pred, truth, valid):
    return _fl(pred, truth, valid, of="pred")


@mistake("12.1", "3 px counts", "Exactly 3 px is no outlier: more than 3.")
def _three_counts(pred, truth, valid):
    return _fl(pred, truth, valid, edge=True)


@mistake("12.1", "every pixel", "Pixels without a known truth are counted: take the mean over bad[valid].")
def _every_pixel(pred, truth, valid):
    return _fl(pred, truth, valid, count="all")


@mistake(
    "12.1",
    "divided by all",
    "You count bad pixels among the valid ones, but divide by all. Divide by the number of valid ones.",
)
def _over_all(pred, truth, valid):
    return _fl(pred, truth, valid, count="sum")


@mistake("12.1", "a share", "That is a share, between 0 and 1. Fl-all is in per cent.")
def _a_share(pred, truth, valid):
    return _fl(pred, truth, valid, factor=1.0)


@mistake(
    "12.1",
    "lengths compared",
    "You compare lengths. Two motions of one length may point anywhere: take the length of the difference.",
)
def _by_length(pred, truth, valid):
    lengths = [np.linalg.norm(w, axis=-1) for w in (pred, truth)]
    return _fl(pred, truth, valid, error=np.abs(lengths[0] - lengths[1]))


@mistake("12.1", "3 px alone", "The second condition is missing: 5 % of the true motion.")
def _three_only(pred, truth, valid):
    return 100 * (np.linalg.norm(pred - truth, axis=-1) > 3)[valid].mean()


def _outlier_cases():
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 40, (12, 16, 2)).round(1)
    pred = truth + rng.normal(0, 3, (12, 16, 2)).round(1)
    valid = rng.random((12, 16)) < 0.6
    row = np.array([[[60.0, 0], [100, 0], [0, 0], [80, 60], [10, 0], [2, 0]]])
    off = np.array([[[64.0, 0], [104, 0], [3, 0], [80, 66], [10, 4], [2, 0.5]]])
    all_valid, some = np.ones((1, 6), bool), np.array([[True, True, True, False, True, False]])
    return [
        # 4 of 60 and 6 of 100 px and 4 of 10 are outliers; 4 of 100 is too small a share, 3.0 and 0.5 px too short.
        Case((off, row, all_valid), 50.0, "six pixels, three of them outliers"),
        Case((off, row, some), 50.0, "the same with two pixels unknown"),
        Case((truth[:1] * 0 + (105, 0), truth[:1] * 0 + (100, 0), valid[:1]), 0.0, "5 px of 100: exactly 5 %"),
        Case((pred, truth, valid), flowlab.fl_all(pred, truth, valid), "flows at random, four tenths unknown"),
    ]


def where_dis_wins(network, dis, speed):
    """(pair, band) at which DIS leads by most; lists of (H, W) maps; bands 0, 1, 2 are s0-10, s10-40, s40+."""
    lead = [n - d for n, d in zip(network, dis, strict=True)]
    pair = int(np.argmax([part.mean() for part in lead]))
    band = np.digitize(speed[pair], [10, 40])
    return pair, int(np.argmax([lead[pair][band == b].sum() for b in range(3)]))


def _dis_wins(network, dis, speed, *, of_pair=np.mean, of_band=np.sum, sign=1, lead_of=None, pair_from=None):
    lead = [sign * (n - d) if lead_of is None else lead_of(n, d) for n, d in zip(network, dis, strict=True)]
    pair = int(np.argmax([of_pair(part) for part in lead]))
    band = np.digitize(speed[pair], [10, 40])
    parts = [lead[pair][band == b] for b in range(3)]
    return pair, int(np.argmax([of_band(part) if part.size else -math.inf for part in parts]))


@mistake("12.2", "where the network wins", "That is where the network leads by most: the sign is turned.")
def _network_wins(network, dis, speed):
    return _dis_wins(network, dis, speed, sign=-1)


@mistake(
    "12.2",
    "mean in the band",
    "You compare means within bands. A band with few pixels may have a large mean and explain little: sum.",
)
def _mean_in_the_band(network, dis, speed):
    return _dis_wins(network, dis, speed, of_band=np.mean)


@mistake("12.2", "most pixels", "You take the band with most pixels. Many pixels without a lead explain nothing.")
def _most_pixels(network, dis, speed):
    return _dis_wins(network, dis, speed, of_band=len)


@mistake(
    "12.2",
    "worst for the network",
    "That is where the network is worst. DIS may be as bad there: look at the difference of the two.",
)
def _worst_for_the_network(network, dis, speed):
    return _dis_wins(network, dis, speed, lead_of=lambda n, d: n)


@mistake(
    "12.2", "by ratio", "You compare ratios. Twice as bad matters little where both are off by a tenth of a pixel."
)
def _by_ratio(network, dis, speed):
    pair = int(np.argmax([n.mean() / d.mean() for n, d in zip(network, dis, strict=True)]))
    band = np.digitize(speed[pair], [10, 40])
    return pair, int(np.argmax([(network[pair] - dis[pair])[band == b].sum() for b in range(3)]))


@mistake(
    "12.2", "one pixel", "You choose the pair by its single worst pixel. It is the mean over the pair that counts."
)
def _one_pixel(network, dis, speed):
    return _dis_wins(network, dis, speed, of_pair=np.max)


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
    # Four pixels with a lead of 1 against twelve with one of 0.5: a mean of 1 against 0.5, a sum of 4 against 6.
    few, many = np.ones((1, 4)), np.full((1, 12), 0.5)
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
    ]


def weighed(epe, share):
    """EPE on a data set with these shares of speeds; bands without an error (NaN) are left out; two arrays of three."""
    known = ~np.isnan(epe)
    return (epe * share)[known].sum() / share[known].sum()


@mistake("12.3", "plain mean", "All bands count the same here. Weigh each by its share of the pixels.")
def _plain_mean(epe, share):
    return np.nanmean(epe)


@mistake("12.3", "NaN stays", "A band without an error makes the sum NaN. Leave it out.")
def _nan_stays(epe, share):
    return (np.array(epe) * np.array(share)).sum() / sum(share)


@mistake(
    "12.3",
    "NaN is zero",
    "A band without an error counts as one without mistakes: its share is still in the sum that you divide by.",
)
def _nan_is_zero(epe, share):
    return (np.nan_to_num(epe) * np.array(share)).sum() / sum(share)


@mistake("12.3", "not divided", "Shares need not sum to 1: they may be counts. Divide by the sum of those used.")
def _not_divided(epe, share):
    return np.nansum(np.array(epe) * np.array(share))


@mistake("12.3", "weighed by the error", "You divide by the sum of the errors; divide by the sum of the shares.")
def _weighed_by_error(epe, share):
    epe, share = np.array(epe, float), np.array(share, float)
    known = ~np.isnan(epe)
    return (epe * share)[known].sum() / epe[known].sum()


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
        mistakes=mistake.of("12.1"),
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
        mistakes=mistake.of("12.2"),
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
        mistakes=mistake.of("12.3"),
    ),
]
