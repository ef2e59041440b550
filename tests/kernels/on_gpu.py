"""Runs all three kernels over the grid on a GPU, for compute-sanitizer to watch: python -m tests.kernels.on_gpu."""

from __future__ import annotations

import torch

from flowlab.costvolume import op
from tests.kernels.geometries import GRID
from tests.kernels.grid import numbers, tensors


def main() -> None:
    kernels = op.kernels("cuda", torch.device("cuda", 0))
    for case in GRID:
        geometry, shape = numbers(case)
        a, b, g = (x.cuda() for x in tensors(shape, geometry, torch.float32))
        kernels.corr(a, b, geometry)
        kernels.corr_grad_a(g, b, geometry)
        kernels.corr_grad_b(g, a, geometry)
    torch.cuda.synchronize()
    print(f"{len(GRID)} geometries, 3 kernels")


if __name__ == "__main__":
    main()
