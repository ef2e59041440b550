"""Wrong answers to the exercises of chapter 13 that readers give, and what to tell them."""

import numpy as np
import torch

from flowlab_course.chapters.ch13.solutions import mean_disparity
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "13.1",
    "the other way round",
    "This is True where not to believe: ask which are within the limit, not which are beyond it.",
)
def _the_other_way_round(distance, limit):
    return distance > limit


@mistake(
    "13.1",
    "NaN believed",
    "An unknown distance counts as good here: NaN is not greater than the limit, so your 'not' makes it True.",
)
def _not_beyond(distance, limit):
    return ~(distance > limit)


@mistake("13.1", "limit left out", "A distance of exactly the limit is still within it.")
def _without_the_limit(distance, limit):
    return distance < limit


@mistake("13.1", "numbers", "The values are right, but a mask is bool: leave the conversion out.")
def _as_numbers(distance, limit):
    return (distance <= limit).astype(np.float32)


@mistake("13.1", "any that stays inside", "You ask whether it stays in the frame. Ask how far it misses, too.")
def _only_finite(distance, limit):
    return np.isfinite(distance)


@mistake("13.2", "mean", "You take the mean: the pixel that moves by itself has pulled the camera along.")
def _mean(flow, valid):
    return np.linalg.norm(flow - flow[valid].mean(axis=0), axis=-1)


@mistake("13.2", "valid ignored", "Unknown pixels, which hold 0, have voted too: ask only those of the mask.")
def _all_pixels(flow, valid):
    return np.linalg.norm(flow - np.median(flow, axis=(0, 1)), axis=-1)


@mistake("13.2", "one number", "Your median is one number for u and v together: take it along axis 0.")
def _one_number(flow, valid):
    return np.linalg.norm(flow - np.median(flow[valid]), axis=-1)


@mistake("13.2", "of lengths", "You compare lengths. Two vectors of equal length may point apart: subtract them first.")
def _of_lengths(flow, valid):
    length = np.linalg.norm(flow, axis=-1)
    return np.abs(length - np.median(length[valid]))


@mistake("13.2", "squared", "This is the square of the length: the root is missing.")
def _squared(flow, valid):
    return ((flow - np.median(flow[valid], axis=0)) ** 2).sum(axis=-1)


@mistake("13.3", "best only", "This is the best disparity, a whole number. The mean can lie in between.")
def _best_only(scores, sharpness):
    return scores.argmax(dim=0).float()


@mistake("13.3", "from one", "You count the disparities from 1; the first one is 0.")
def _from_one(scores, sharpness):
    return mean_disparity(scores, sharpness) + 1


@mistake("13.3", "divided", "The weights sum to 1 already: sum, do not average.")
def _mean_instead_of_sum(scores, sharpness):
    return mean_disparity(scores, sharpness) / len(scores)


@mistake("13.3", "sharpness left out", "The scores go into the softmax as they are: sharpness is missing.")
def _without_sharpness(scores, sharpness):
    return mean_disparity(scores, 1.0)


@mistake("13.3", "no softmax", "Your weights are the scores themselves: they do not sum to 1. Use the share.")
def _not_normalised(scores, sharpness):
    return (sharpness * scores * torch.arange(float(len(scores))).view(-1, 1, 1)).sum(dim=0)
