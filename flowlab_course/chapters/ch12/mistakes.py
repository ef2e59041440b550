"""Wrong answers to the exercises of chapter 12 that readers give, and what to tell them."""

import math
from functools import partial

import numpy as np

from flowlab_course.chapters.ch12.solutions import outliers, weighed
from flowlab_course.chapters.ch12.winners import CHOICES, FUNCTIONS, winner
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _error_and_length(pred, truth):
    """Error and true length (H, W) of each pixel, in px."""
    return np.linalg.norm(pred - truth, axis=-1), np.linalg.norm(truth, axis=-1)


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


@mistake("12.1", "5 % counts", "Exactly 5 % is still right: more than 5 %, not at least.")
def _five_counts(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error >= 0.05 * length))[valid].mean()


@mistake("12.1", "at least", "Exactly 3 px and exactly 5 % are still right: both are more than, not at least.")
def _at_least(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * ((error >= 3) & (error >= 0.05 * length))[valid].mean()


@mistake("12.1", "5 % alone", "The first condition is missing: more than 3 px.")
def _five_only(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * (error > 0.05 * length)[valid].mean()


@mistake("12.1", "and", "`and` asks for one truth value, and an array has many: & joins the masks pixel by pixel.")
def _and(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * ((error > 3) and (error > 0.05 * length))[valid].mean()


@mistake(
    "12.1",
    "no brackets",
    "Does the error name bitwise_and? & binds tighter than >: put brackets around each comparison.",
)
def _no_brackets(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * (error > 3 & error > 0.05 * length)[valid].mean()


@mistake(
    "12.1", "no brackets around 3 px", "& binds tighter than >: without brackets, 3 & mask comes before error > 3."
)
def _no_brackets_around_the_first(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * (error > 3 & (error > 0.05 * length))[valid].mean()


@mistake(
    "12.1", "one length for all", "Your true length is one number for the whole flow: the last axis is to be named."
)
def _one_length(pred, truth, valid):
    error, _ = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 0.05 * np.linalg.norm(truth)))[valid].mean()


@mistake("12.1", "mean length", "You take 5 % of the mean motion. Each pixel has its own true length.")
def _mean_length(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 0.05 * length.mean()))[valid].mean()


@mistake(
    "12.1",
    "truth for its length",
    "You compare with u and v of the truth, (H, W, 2). The length is one number a pixel.",
)
def _truth_for_its_length(pred, truth, valid):
    error, _ = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 0.05 * truth))[valid].mean()


@mistake("12.1", "u for the length", "You take |u| for the length. v belongs to it, too.")
def _u_for_the_length(pred, truth, valid):
    error, _ = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth[..., 0])))[valid].mean()


@mistake("12.1", "|u| + |v|", "You take |u| + |v| for the length: squares and a root make it.")
def _u_plus_v(pred, truth, valid):
    error, _ = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth).sum(axis=-1)))[valid].mean()


@mistake("12.1", "5 for 5 %", "5 times the motion is 500 %: 5 % is 0.05.")
def _five_times(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 5 * length))[valid].mean()


@mistake("12.1", "50 %", "0.5 of the motion is 50 %: 5 % is 0.05.")
def _half(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 0.5 * length))[valid].mean()


@mistake("12.1", "5 px", "Your second limit is 5 px. It is 5 % of the true motion at each pixel.")
def _five_pixels(pred, truth, valid):
    error, _ = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 5))[valid].mean()


@mistake("12.1", "all bad ones", "You divide by the valid pixels, but count bad ones among all: unknown pixels are in.")
def _all_bad_ones(pred, truth, valid):
    return outliers(pred, truth, np.ones_like(valid)) * valid.size / valid.sum()


@mistake("12.1", "a count", "You count the bad pixels. Their share of the valid ones, in per cent, is asked for.")
def _a_count(pred, truth, valid):
    return outliers(pred, truth, valid) * valid.sum() / 100


@mistake(
    "12.1", "a hundred times the count", "You multiply the count by 100: divide by the number of valid pixels, too."
)
def _hundred_counts(pred, truth, valid):
    return outliers(pred, truth, valid) * valid.sum()


@mistake("12.1", "the right ones", "This is the share of pixels that are right. Fl-all counts the outliers.")
def _the_right_ones(pred, truth, valid):
    return 100 - outliers(pred, truth, valid)


@mistake("12.1", "not averaged", "You return one value for each valid pixel: take the mean of the mask.")
def _not_averaged(pred, truth, valid):
    error, length = _error_and_length(pred, truth)
    return 100 * ((error > 3) & (error > 0.05 * length))[valid]


@mistake("12.1", "the mean error", "This is the mean error in pixels. Fl-all counts pixels whose error is too large.")
def _the_mean_error(pred, truth, valid):
    return _error_and_length(pred, truth)[0][valid].mean()


def _dis_wins(network, dis, speed, *, of_pair=np.mean, of_band=np.sum, lead_of=None):
    lead = [n - d if lead_of is None else lead_of(n, d) for n, d in zip(network, dis, strict=True)]
    pair = int(np.argmax([of_pair(part) for part in lead]))
    band = np.digitize(speed[pair], [10, 40])
    parts = [lead[pair][band == b] for b in range(3)]
    return pair, int(np.argmax([of_band(part) if part.size else -math.inf for part in parts]))


@mistake("12.2", "where the network wins", "That is where the network leads by most: the sign is turned.")
def _network_wins(network, dis, speed):
    return winner(network, dis, speed, lead=lambda n, d: d - n)


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


@mistake(
    "12.3",
    "mean of the products",
    "You divide by the number of bands. The shares are the weights: divide by their sum.",
)
def _mean_of_products(epe, share):
    return np.nanmean(epe * share)


@mistake("12.3", "a third", "You divide by 3, also where a band is missing. Divide by the sum of the shares used.")
def _a_third(epe, share):
    return np.nansum(epe * share) / 3


@mistake("12.3", "mean share", "You divide a sum by a mean: both are sums.")
def _mean_share(epe, share):
    known = ~np.isnan(epe)
    return (epe * share)[known].sum() / share[known].mean()


@mistake("12.3", "mean over a sum", "You divide a mean by a sum: both are sums.")
def _mean_over_sum(epe, share):
    known = ~np.isnan(epe)
    return (epe * share)[known].mean() / share[known].sum()


@mistake(
    "12.3",
    "one array shortened",
    "You leave the missing band out of epe only: its share has to go as well, before you multiply.",
)
def _one_array_shortened(epe, share):
    return (epe[~np.isnan(epe)] * share).sum() / share.sum()


@mistake(
    "12.3", "filled with the mean", "You fill the missing band with the mean of the others: an error nobody measured."
)
def _filled_with_the_mean(epe, share):
    return weighed(np.where(np.isnan(epe), np.nanmean(epe), epe), share)


@mistake("12.3", "filled with the largest", "You fill the missing band with the largest error. Leave it out.")
def _filled_with_the_largest(epe, share):
    return weighed(np.where(np.isnan(epe), np.nanmax(epe), epe), share)


@mistake("12.3", "first two bands", "You take the first two bands only. Which one is missing depends on the method.")
def _first_two(epe, share):
    return (epe[:2] * share[:2]).sum() / share[:2].sum()


@mistake("12.3", "last one only", "You expect only the last band to be missing: any may be NaN.")
def _last_one_only(epe, share):
    return _first_two(epe, share) if np.isnan(epe[2]) else (epe * share).sum() / share.sum()


@mistake("12.3", "per cent", "You divide by 100. Shares are given as parts of 1, or as counts: divide by their sum.")
def _per_cent(epe, share):
    return np.nansum(epe * share) / 100


@mistake("12.3", "not added up", "You return one value for each band: add them up.")
def _not_added_up(epe, share):
    known = ~np.isnan(epe)
    return (epe * share)[known] / share[known].sum()


@mistake("12.3", "errors added", "You add the errors without their shares: multiply first, then add.")
def _errors_added(epe, share):
    known = ~np.isnan(epe)
    return epe[known].sum() / share[known].sum()


@mistake("12.3", "most pixels", "You return the error of the band with most pixels. The others count as well.")
def _most_frequent(epe, share):
    return epe[np.argmax(share)]


for _name, _hint, _change in CHOICES:
    mistake("12.2", _name, _hint)(partial(winner, **_change))
for _name, _hint, _wrong in FUNCTIONS:
    mistake("12.2", _name, _hint)(_wrong)
