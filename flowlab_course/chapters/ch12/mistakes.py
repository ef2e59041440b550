"""Wrong answers to the exercises of chapter 12 that readers give, and what to tell them."""

import math

import numpy as np

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


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
