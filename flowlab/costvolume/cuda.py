"""Correlation and its derivatives by raw CUDA kernels, on the GPU that holds the tensors.

To import this module where the kernels cannot run raises ImportError, which says in words what is missing; op.py then
does without. A displacement step of hundreds of pixels, for which no tile fits into shared memory, goes to cpu.py's
matrix products, on the same GPU.
"""

from __future__ import annotations

from functools import partial

from torch import Tensor

from flowlab.costvolume import cpu, raw
from flowlab.costvolume.geometry import Geometry
from flowlab.kernels import launch, plan

if missing := launch.why_not():
    raise ImportError(missing)


def corr(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo)."""
    if not plan.fits(raw.problem_of(a, geometry)):
        return cpu.corr(a, b, geometry)
    return raw.corr(a, b, geometry, launch.run)


corr_grad_a = partial(raw.corr_grad_a, run=launch.run)
corr_grad_b = partial(raw.corr_grad_b, run=launch.run)
