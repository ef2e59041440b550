"""The geometries on which the kernels are tested; plain numbers, for a process without torch."""

from __future__ import annotations

# (kernel_size, max_displacement, stride1, stride2, pad_size), (B, C, H, W): each for a reason.
GRID = {
    "the smallest": ((1, 0, 1, 1, 0), (1, 1, 1, 1)),
    "PWC-Net's window": ((1, 4, 1, 1, 4), (2, 8, 6, 8)),
    "FlowNetC's window on a small map": ((1, 20, 1, 2, 20), (1, 5, 6, 9)),
    "more columns than a tile": ((1, 3, 1, 1, 3), (1, 3, 3, 70)),
    "rows that begin at multiples of four": ((1, 4, 1, 2, 4), (2, 4, 9, 36)),
    "rows that do not": ((1, 4, 1, 2, 4), (2, 4, 9, 37)),
    "more channels than a tile": ((1, 1, 1, 1, 1), (1, 41, 3, 5)),
    "more displacements than a block": ((1, 25, 1, 1, 25), (1, 2, 2, 5)),
    "patches of 3 x 3": ((3, 2, 1, 1, 3), (2, 3, 7, 6)),
    "patches of 5 x 5": ((5, 2, 1, 2, 4), (1, 2, 8, 9)),
    "patches that do not touch": ((3, 2, 4, 1, 3), (1, 3, 13, 10)),
    "strides without a common factor": ((3, 6, 2, 3, 6), (1, 3, 11, 12)),
    "strides with one": ((1, 8, 4, 6, 8), (1, 3, 13, 14)),
    "stride1 a multiple of stride2": ((1, 4, 4, 2, 4), (1, 2, 12, 9)),
    "no padding": ((3, 3, 1, 1, 0), (2, 2, 10, 11)),
    "more padding than image": ((1, 2, 1, 1, 6), (1, 3, 2, 3)),
    "d no multiple of stride2": ((1, 5, 1, 3, 5), (1, 3, 6, 7)),
    "a step wider than the image": ((1, 18, 1, 9, 18), (1, 2, 5, 6)),
}
