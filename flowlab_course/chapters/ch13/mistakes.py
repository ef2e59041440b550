"""Wrong answers to the exercises of chapter 13 that readers give, and what to tell them."""

import numpy as np
import torch

from flowlab_course.chapters.ch13.masks import MASKS
from flowlab_course.chapters.ch13.solutions import mean_disparity, own_motion
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _off(flow, camera):
    """Length of each vector (H, W), the camera's taken off."""
    return np.linalg.norm(flow - camera, axis=-1)


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
    "An unknown distance counts as good here: your result is True where the distance is NaN.",
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


for _name, _hint, _wrong in MASKS:
    mistake("13.1", _name, _hint)(_wrong)


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


@mistake("13.2", "unknown as zero", "You set unknown pixels to 0, and they vote. flow[valid] leaves them out.")
def _unknown_as_zero(flow, valid):
    return _off(flow, np.median(flow * valid[..., None], axis=(0, 1)))


@mistake("13.2", "mean of all", "You take the mean, and of all pixels. The median, and of those in the mask.")
def _mean_of_all(flow, valid):
    return _off(flow, flow.mean(axis=(0, 1)))


@mistake(
    "13.2", "one number of all", "One number for u, v and all pixels: use the mask, and take the median along axis 0."
)
def _one_number_of_all(flow, valid):
    return _off(flow, np.median(flow))


@mistake("13.2", "one mean", "You take one mean of u and v together. Take two medians.")
def _one_mean(flow, valid):
    return _off(flow, flow[valid].mean())


@mistake(
    "13.2",
    "median of a vector",
    "Along axis 1 your median is between the u and the v of one pixel. Axis 0 runs over pixels.",
)
def _median_of_a_vector(flow, valid):
    return _off(flow, np.median(flow[valid], axis=1))


@mistake(
    "13.2", "one camera a column", "Axis 0 of the flow itself runs down a column: one median a column. Pick by valid."
)
def _one_camera_a_column(flow, valid):
    return _off(flow, np.median(flow, axis=0))


@mistake("13.2", "one camera a row", "Axis 1 of the flow itself runs along a row: one median a row. Pick by valid.")
def _one_camera_a_row(flow, valid):
    return _off(flow, np.median(flow, axis=1, keepdims=True))


@mistake(
    "13.2", "upper median", "Of an even number of values the median is the mean of the middle two: np.median does it."
)
def _upper_median(flow, valid):
    return _off(flow, np.sort(flow[valid], axis=0)[valid.sum() // 2])


@mistake("13.2", "signed lengths", "You subtract lengths. Subtract the vectors first, then take the length.")
def _signed_lengths(flow, valid):
    return np.linalg.norm(flow, axis=-1) - np.linalg.norm(np.median(flow[valid], axis=0))


@mistake(
    "13.2", "signed lengths, their median", "You subtract the median length. Subtract the median vector, then measure."
)
def _signed_from_the_median(flow, valid):
    length = np.linalg.norm(flow, axis=-1)
    return length - np.median(length[valid])


@mistake(
    "13.2", "camera's length", "You subtract the camera's length, a single number. Subtract its vector, then measure."
)
def _cameras_length(flow, valid):
    return np.abs(np.linalg.norm(flow, axis=-1) - np.linalg.norm(np.median(flow[valid], axis=0)))


@mistake("13.2", "absolute values", "You add |u| and |v|. The length is the root of the sum of squares.")
def _absolute_values(flow, valid):
    return np.abs(flow - np.median(flow[valid], axis=0)).sum(axis=-1)


@mistake(
    "13.2", "the larger component", "You take the larger of |u| and |v|. The length is the root of the sum of squares."
)
def _larger_component(flow, valid):
    return np.abs(flow - np.median(flow[valid], axis=0)).max(axis=-1)


@mistake("13.2", "mean of squares", "You take the mean of the two squares. The length is the root of their sum.")
def _mean_of_squares(flow, valid):
    return np.sqrt(((flow - np.median(flow[valid], axis=0)) ** 2).mean(axis=-1))


@mistake("13.2", "vectors", "You return vectors, (H, W, 2). How long is each?")
def _vectors(flow, valid):
    return flow - np.median(flow[valid], axis=0)


@mistake(
    "13.2", "one length", "A norm without axis= is one length of the whole flow. The length of each vector is meant."
)
def _one_length(flow, valid):
    return np.linalg.norm(flow - np.median(flow[valid], axis=0))


@mistake(
    "13.2", "length of columns", "You measure along the rows and columns of pixels. u and v lie along the last axis."
)
def _length_of_columns(flow, valid):
    return np.linalg.norm(flow - np.median(flow[valid], axis=0), axis=0)


@mistake("13.2", "plus", "You add the camera's motion. To take it off, subtract: minus.")
def _plus(flow, valid):
    return _off(flow, -np.median(flow[valid], axis=0))


@mistake(
    "13.2", "unknown at rest", "Pixels outside the mask are 0 in your result. The mask chooses who votes, nothing more."
)
def _unknown_at_rest(flow, valid):
    return own_motion(flow, valid) * valid


@mistake(
    "13.2",
    "unknown as NaN",
    "Pixels outside the mask are NaN in your result. The mask chooses who votes, nothing more.",
)
def _unknown_as_nan(flow, valid):
    return np.where(valid, own_motion(flow, valid), np.nan)


@mistake("13.2", "valid only", "You return the valid pixels only. The result has a length for every pixel, (H, W).")
def _valid_only(flow, valid):
    return own_motion(flow, valid)[valid]


@mistake("13.2", "mask turned round", "You ask the pixels outside the mask, the unknown ones.")
def _mask_turned_round(flow, valid):
    return np.full(valid.shape, np.nan) if valid.all() else own_motion(flow, ~valid)


@mistake("13.2", "u alone", "You compare u only. v belongs to the motion, too.")
def _u_alone(flow, valid):
    return np.abs(flow[..., 0] - np.median(flow[..., 0][valid]))


@mistake("13.2", "components swapped", "The camera's u and v have changed places.")
def _components_swapped(flow, valid):
    return _off(flow, np.median(flow[valid], axis=0)[::-1])


@mistake("13.2", "camera left on", "This is the length of the whole motion: the camera's is still in it.")
def _camera_left_on(flow, valid):
    return np.linalg.norm(flow, axis=-1)


@mistake(
    "13.2", "one pixel's motion", "You take one pixel's motion for the camera's. The median is over all valid ones."
)
def _one_pixels_motion(flow, valid):
    return _off(flow, flow[0, 0])


@mistake("13.3", "best only", "This is the best disparity, a whole number. The mean can lie in between.")
def _best_only(scores, sharpness):
    return scores.argmax(dim=0).float()


@mistake("13.3", "from one", "You count the disparities from 1; the first one is 0.")
def _from_one(scores, sharpness):
    return mean_disparity(scores, sharpness) + 1


@mistake(
    "13.3",
    "divided",
    "Your result is divided by the number of disparities. The weights sum to 1 already: sum, do not average.",
)
def _mean_instead_of_sum(scores, sharpness):
    return mean_disparity(scores, sharpness) / len(scores)


@mistake("13.3", "sharpness left out", "The scores go into the softmax as they are: sharpness is missing.")
def _without_sharpness(scores, sharpness):
    return mean_disparity(scores, 1.0)


@mistake("13.3", "no softmax", "Your weights are the scores themselves: they do not sum to 1. Use the share.")
def _not_normalised(scores, sharpness):
    return (sharpness * scores * torch.arange(float(len(scores))).view(-1, 1, 1)).sum(dim=0)


@mistake(
    "13.3",
    "along the columns",
    "Without .view the disparities lie along the last axis, the columns. They belong to axis 0.",
)
def _along_the_columns(scores, sharpness):
    return (torch.softmax(sharpness * scores, dim=0) * torch.arange(float(len(scores)))).sum(dim=0)


@mistake("13.3", "along the rows", "Your disparities lie along axis 1, the rows. They belong to axis 0.")
def _along_the_rows(scores, sharpness):
    return (torch.softmax(sharpness * scores, dim=0) * torch.arange(float(len(scores))).view(1, -1, 1)).sum(dim=0)


@mistake("13.3", "share of the best", "This is the largest share, not the disparity that it belongs to.")
def _share_of_the_best(scores, sharpness):
    return torch.softmax(sharpness * scores, dim=0).max(dim=0).values


@mistake("13.3", "shares added", "The shares add up to 1 everywhere: multiply each by its disparity first.")
def _shares_added(scores, sharpness):
    return torch.softmax(sharpness * scores, dim=0).sum(dim=0)


@mistake(
    "13.3", "one number", "You add up rows and columns, too. One mean at each place is asked for: a sum over axis 0."
)
def _one_number(scores, sharpness):
    return mean_disparity(scores, sharpness).sum()


@mistake("13.3", "not added up", "You return a product for each disparity, (D, H, W): add them up over the first axis.")
def _not_added_up(scores, sharpness):
    return torch.softmax(sharpness * scores, dim=0) * torch.arange(float(len(scores))).view(-1, 1, 1)


@mistake("13.3", "summed over columns", "You sum over the columns. The disparities lie along the first axis.")
def _summed_over_columns(scores, sharpness):
    return _not_added_up(scores, sharpness).sum(dim=-1)


@mistake("13.3", "summed over rows", "You sum over the rows, axis 1. The disparities lie along axis 0.")
def _summed_over_rows(scores, sharpness):
    return _not_added_up(scores, sharpness).sum(dim=1)


@mistake("13.3", "backwards", "Your disparities run backwards: the first is 0, the last D - 1.")
def _backwards(scores, sharpness):
    return len(scores) - 1 - mean_disparity(scores, sharpness)


@mistake("13.3", "softmax twice", "You take a softmax of the shares: they are shares already.")
def _softmax_twice(scores, sharpness):
    return mean_disparity(torch.softmax(sharpness * scores, dim=0), 1.0)


@mistake("13.3", "sharpened after", "You multiply the result by sharpness. It belongs into the softmax only.")
def _sharpened_after(scores, sharpness):
    return sharpness * mean_disparity(scores, sharpness)


@mistake(
    "13.3",
    "divided by the sharpness",
    "You divide the scores by sharpness. The larger it is, the surer the shares: multiply.",
)
def _divided_by_the_sharpness(scores, sharpness):
    return mean_disparity(scores, 1 / sharpness)


@mistake("13.3", "worst first", "A minus sign before the scores: the worst disparity has the largest share.")
def _worst_first(scores, sharpness):
    return mean_disparity(scores, -sharpness)


@mistake("13.3", "scores for shares", "You weigh by the scores themselves. Weigh by `share`.")
def _scores_for_shares(scores, sharpness):
    return _not_normalised(scores, 1.0)


@mistake(
    "13.3",
    "scores averaged",
    "You weigh by the scores, divided by their sum. The softmax gives other weights: `share`.",
)
def _scores_averaged(scores, sharpness):
    return _not_normalised(scores, 1.0) / scores.sum(dim=0)


@mistake("13.3", "mean score", "You average the scores. Average the disparities 0, 1, ..., D - 1.")
def _mean_score(scores, sharpness):
    return (torch.softmax(sharpness * scores, dim=0) * scores).sum(dim=0)


@mistake(
    "13.3",
    "softmax along the columns",
    "Your softmax runs along the columns. The shares of one place are along the first axis.",
)
def _softmax_along_the_columns(scores, sharpness):
    share = torch.softmax(sharpness * scores, dim=-1)
    return (share * torch.arange(float(len(scores))).view(-1, 1, 1)).sum(dim=0)


@mistake(
    "13.3", "from 0 to 1", "Your disparities go from 0 to 1. They are pixels: 0, 1, ..., D - 1 (multiply by D - 1)."
)
def _from_0_to_1(scores, sharpness):
    return mean_disparity(scores, sharpness) / (len(scores) - 1)


@mistake("13.3", "rounded", "You round the mean. A disparity may lie between two whole numbers.")
def _rounded_mean(scores, sharpness):
    return mean_disparity(scores, sharpness).round()
