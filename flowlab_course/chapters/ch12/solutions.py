"""Solutions of the exercises of chapter 12: what course.solution shows."""

import numpy as np


def outliers(pred, truth, valid):
    """KITTI's Fl-all in per cent; flows (H, W, 2), valid (H, W)."""
    error = np.linalg.norm(pred - truth, axis=-1)
    bad = (error > 3) & (error > 0.05 * np.linalg.norm(truth, axis=-1))
    return 100 * bad[valid].mean()


def where_dis_wins(network, dis, speed):
    """(pair, band) at which DIS leads by most; lists of (H, W) maps; bands 0, 1, 2 are s0-10, s10-40, s40+."""
    lead = [n - d for n, d in zip(network, dis, strict=True)]
    pair = int(np.argmax([part.mean() for part in lead]))
    band = np.digitize(speed[pair], [10, 40])
    return pair, int(np.argmax([lead[pair][band == b].sum() for b in range(3)]))


def weighed(epe, share):
    """EPE on a data set with these shares of speeds; bands without an error (NaN) are left out; two arrays of three."""
    known = ~np.isnan(epe)
    return (epe * share)[known].sum() / share[known].sum()
