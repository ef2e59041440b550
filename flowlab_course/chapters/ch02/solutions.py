"""Solutions of chapter 02's exercises."""

import numpy as np

import flowlab


def warp_nearest(img2, flow):
    """I2(x + w(x)) with rounded targets, 0 outside; img2 (H, W), flow (H, W, 2)."""
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    out = np.zeros_like(img2)
    out[there] = img2[ty[there], tx[there]]
    return out


def my_epe(flow, truth, valid):
    """Mean distance of the arrowheads over valid pixels, in px; flows (H, W, 2), valid (H, W)."""
    distance = np.sqrt(((flow - truth) ** 2).sum(axis=-1))
    return distance[valid].mean()


def my_fl_all(flow, truth, valid):
    """Percentage of valid pixels that are wrong by KITTI's rule."""
    error = np.linalg.norm(flow - truth, axis=-1)
    length = np.linalg.norm(truth, axis=-1)
    wrong = (error > 3) & (error > 0.05 * length)
    return 100 * wrong[valid].mean()


def misses(flow, backward_flow, limit=1.0):
    """True where there-and-back ends more than limit px from the start, or leaves the picture."""
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    back = backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)]
    return ~there | (np.linalg.norm(flow + back, axis=-1) > limit)


def warp_bilinear(img2, flow):
    """I2(x + w(x)) by bilinear interpolation, 0 outside; img2 (H, W), flow (H, W, 2)."""
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = x + flow[..., 0], y + flow[..., 1]
    x0, y0 = np.floor(tx).astype(int), np.floor(ty).astype(int)
    out = np.zeros((H, W))
    for xx, yy in ((x0, y0), (x0 + 1, y0), (x0, y0 + 1), (x0 + 1, y0 + 1)):
        weight = (1 - np.abs(tx - xx)) * (1 - np.abs(ty - yy))
        there = (xx >= 0) & (xx < W) & (yy >= 0) & (yy < H)
        found = img2[yy.clip(0, H - 1), xx.clip(0, W - 1)]
        out += np.where(there, weight * found, 0)
    return out


def best_for(user, estimates, truth, valid):
    """The index of the estimate that a user should choose."""
    measures = {"film": flowlab.epe, "brakes": flowlab.fl_all, "cells": flowlab.angular_error}
    errors = [measures[user](estimate, truth, valid) for estimate in estimates]
    return np.argmin(errors)
