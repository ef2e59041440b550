"""What flowlab says, as JSON that the page's own tests (page/tests) read."""

from __future__ import annotations

import numpy as np
import torch

import flowlab
from flowlab_course.features import patches

GEOMETRIES = [(4, 1, 1, 1), (4, 1, 2, 1), (5, 2, 3, 3), (3, 3, 1, 5), (2, 2, 2, 1)]  # d, s1, s2, K


def correlations(rng: np.random.Generator) -> list[dict]:
    """Whole outputs of flowlab.correlation on small maps, padded so that each pixel has one."""
    out = []
    for d, s1, s2, K in GEOMETRIES:
        a, b = rng.normal(size=(2, 5, 9, 11)).astype(np.float32)  # (C, H, W)
        scores = flowlab.correlation(
            *(torch.from_numpy(m)[None] for m in (a, b)),
            max_displacement=d, stride1=s1, stride2=s2, kernel_size=K, pad_size=d + K // 2,
        )[0]  # fmt: skip
        settings = {"maxDisplacement": d, "stride1": s1, "stride2": s2, "kernelSize": K}
        maps = {name: m.transpose(1, 2, 0).ravel().tolist() for name, m in (("a", a), ("b", b))}
        shape = {"channels": 5, "height": 9, "width": 11, "output": list(scores.shape)}
        out.append({"settings": settings, **maps, **shape, "scores": scores.permute(1, 2, 0).ravel().tolist()})
    return out


def described(rng: np.random.Generator) -> dict:
    """A picture, and every pixel's normalised patch."""
    rgb = rng.integers(0, 256, (8, 10, 3))
    rgb[:, :4] = 77  # patches without contrast
    unit = patches(torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 255)[0]
    return {"width": 10, "height": 8, "rgb": rgb.ravel().tolist(), "patches": unit.permute(1, 2, 0).ravel().tolist()}


def colours(rng: np.random.Generator) -> dict:
    """A field with still, long, seam-lying and unknown vectors, and its colours."""
    flow = rng.normal(scale=6, size=(12, 16, 2)).astype(np.float32)
    flow[0, :5] = [[0, 0], [10, 0], [-10, 0], [0, 10], [0, -10]]
    flow[1, :3] = [[30, 1], [np.nan, 0], [1e-4, 0]]
    rgb = flowlab.flow_to_image(flow, max_flow=10)
    values = [None if np.isnan(value) else float(value) for value in flow.transpose(2, 0, 1).ravel()]
    return {"width": 16, "height": 12, "maxFlow": 10, "values": values, "rgb": rgb.ravel().tolist()}


def vectors() -> dict:
    """All of them."""
    rng = np.random.default_rng(14)
    return {"correlations": correlations(rng), "described": described(rng), "colours": colours(rng)}
