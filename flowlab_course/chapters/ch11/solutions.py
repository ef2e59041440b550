"""Solutions of the exercises of chapter 11: what course.solution shows."""

import numpy as np


def level_error(off, eps, form):
    """Error of one level: off is a NumPy array (2, h, w), flow minus truth; form is "sum" or "mean"."""
    error = np.sqrt((off**2).sum(axis=0) + eps)
    return error.sum() if form == "sum" else error.mean()


def shares(weights, strides):
    """Share of each level in a loss that sums over pixels; all pixels equally wrong."""
    weighed = [w / s**2 for w, s in zip(weights, strides, strict=True)]
    return tuple(value / sum(weighed) for value in weighed)


def rate(step, steps, peak):
    """One cycle: a line from peak / 25 up to the peak over the first 5 %, then half a cosine down to 0."""
    rise = 0.05 * steps
    if step < rise:
        return peak / 25 + (peak - peak / 25) * step / rise
    return peak * (1 + np.cos(np.pi * (step - rise) / (steps - rise))) / 2
