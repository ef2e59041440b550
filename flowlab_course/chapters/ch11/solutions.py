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


def adam(w, g, m, v, t, rate):
    """One step of Adam: the new w, m and v; t counts the steps from 1."""
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w - rate * step, m, v


def verdict(loss, error, zero):
    """Name the state of a training: "diverged", "overfits", "stands still" or "learns"."""
    if not np.isfinite(loss).all():
        return "diverged"
    if error[-1] > 1.2 * error.min():
        return "overfits"
    if error[-1] > 0.9 * zero:
        return "stands still"
    return "learns"
