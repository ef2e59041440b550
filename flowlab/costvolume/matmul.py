"""Correlation and its two derivatives as banded matrix products; plain torch, so they run on any device.

A few rows of `a` are multiplied with all the rows of `b` that they meet, in one matrix product, whose diagonals are the
displacements (tiles.py). T(a, b, g) = <g, corr(a, b)> is linear in each argument, so all three use the same diagonals:

    corr          reads the diagonals of  a^T b
    corr_grad_a   writes g there,         a = b diagonals^T
    corr_grad_b   writes g there,         b = a diagonals

Part of each product is thrown away. A matrix product is still an order of magnitude faster than one sum of products per
displacement.

Half and bfloat16 are multiplied and summed in float32 and rounded once, at the end. In a gradient, a NaN or an infinity
in a map also reaches pixels that only share a product with it.

Shapes: B batch, C channels, D displacements along one axis, Q matrices, M positions, N candidates (tiles.py).
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from flowlab.costvolume.geometry import Geometry
from flowlab.costvolume.tiles import Axis, Block, StridedView, as_slice, tiles


def corr(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo); reference.py has the formula."""
    y, x = pixel_axes(tuple(a.shape[2:]), geometry)
    dtype, output = working_dtype(a.dtype), StridedView(y.output, x.output)
    # With one pixel to a patch there is nothing left to sum, and the rounding can happen here.
    result = output.zeros(a, (len(a), y.side, x.side), a.dtype if geometry.kernel_size == 1 else dtype)
    scores = output.view(result)  # (classes, classes, B, D, D, positions, positions)
    positions, candidates = StridedView(y.a, x.a).padded(a), StridedView(y.b, x.b).padded(b)
    for tile in tiles(y, x, len(a)):
        n, workspace = tile.candidates(candidates, dtype), tile.workspace(a, dtype)
        for block in tile.blocks():
            gram = block.product(workspace)
            m = block.positions(positions, dtype).mT  # (Q, M, C)
            torch.baddbmm(gram, m, n[..., block.columns], beta=0, alpha=scale(a, geometry), out=gram)
            for diagonals, where in block.diagonals(gram):
                scores[where].copy_(diagonals)
    blank_outside(result, y, x)
    return box_sum(output.cropped(result).flatten(1, 2), geometry).to(a.dtype)


def corr_grad_a(g: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by a: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    y, x = pixel_axes(tuple(b.shape[2:]), geometry)
    dtype, input_a = working_dtype(b.dtype), StridedView(y.a, x.a)
    g_classes, candidates = classes_of(g, y, x, geometry), StridedView(y.b, x.b).padded(b)
    result = input_a.zeros(b, b.shape[:2], b.dtype)
    gradient = input_a.view(result)
    for tile in tiles(y, x, len(b)):
        n, inside = tile.candidates(candidates, dtype), tile.inside(b.device)
        workspace = tile.workspace(b, dtype, padding=x.radius)
        for block in tile.blocks():
            band = banded(block, g_classes, inside, workspace)
            m = torch.bmm(n[..., block.columns], band.mT).mul_(scale(b, geometry))  # (Q, C, M)
            where = gradient[:, :, as_slice(tile.samples), :, as_slice(block.ys), as_slice(tile.xs)]
            where.copy_(m.view(where.shape))
    return input_a.cropped(result)


def corr_grad_b(g: Tensor, a: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by b: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    y, x = pixel_axes(tuple(a.shape[2:]), geometry)
    dtype, input_b = working_dtype(a.dtype), StridedView(y.b, x.b)
    g_classes, positions = classes_of(g, y, x, geometry), StridedView(y.a, x.a).padded(a)
    result = input_b.zeros(a, a.shape[:2], dtype)
    gradient = input_b.view(result)
    for tile in tiles(y, x, len(a)):
        inside, workspace = tile.inside(a.device), tile.workspace(a, dtype, padding=x.radius)
        n = a.new_zeros(tile.matrices, a.shape[1], len(y.candidates) * tile.row, dtype=dtype)
        for block in tile.blocks():
            m, band = block.positions(positions, dtype), banded(block, g_classes, inside, workspace)
            for q in range(len(band)):  # one by one: a batched product would not add up in place
                n[q, :, block.columns].addmm_(m[q], band[q])
        where = gradient[:, :, as_slice(tile.samples), ..., as_slice(tile.vs, x.candidates.start)]
        part = n.view(*where.shape[:-1], tile.row)[..., : len(tile.vs)]
        where.add_(part, alpha=scale(a, geometry))  # neighbouring tiles share candidates
    return input_b.cropped(result).to(a.dtype)


def banded(block: Block, g_classes: Tensor, inside: Tensor | None, workspace: Tensor) -> Tensor:
    """Write `g` on the diagonals of a matrix that is zero elsewhere, (Q, M, N)."""
    product = block.product(workspace, padding=block.tile.x.radius).zero_()
    zero = workspace.new_zeros(())
    for diagonals, where in block.diagonals(product):
        part = g_classes[where].contiguous().to(workspace.dtype)  # a copy with strides on one side takes half the time
        if inside is None:
            diagonals.copy_(part)
        else:
            torch.where(inside, part, zero, out=diagonals)
    return product


def classes_of(g: Tensor, y: Axis, x: Axis, geometry: Geometry) -> Tensor:
    """Undo the sum over patches and view g by classes, (classes, classes, B, D, D, positions, positions)."""
    g = box_spread(g.to(working_dtype(g.dtype)) if geometry.kernel_size > 1 else g, (y.count, x.count), geometry)
    return StridedView(y.output, x.output).padded(g.unflatten(1, (y.side, x.side)))


@lru_cache(maxsize=256)
def pixel_axes(shape: tuple[int, int], geometry: Geometry) -> tuple[Axis, Axis]:
    """Describe the correlation of single pixels that patches are summed from, rows and columns.

    With K = 1 these are the output's own positions. Larger patches overlap, so all pixels that they cover are
    correlated once, and box_sum adds them up.
    """
    counts = geometry.output_size(*shape)
    step, k = geometry.stride1, geometry.kernel_size
    if k > 1:
        counts, step = tuple((n - 1) * step + k for n in counts), 1
    rest = (geometry.start, step, geometry.stride2, geometry.radius)
    y, x = (Axis(size, count, *rest) for size, count in zip(shape, counts, strict=True))
    return y, x


def blank_outside(out: Tensor, y: Axis, x: Axis) -> None:
    """Zero, in place, where a patch or its displacement is outside the image: (B, D, D, Ho, Wo).

    At the left and the right the strides have led to elements of other rows. Above and below, where classes end at
    different rows, there are products with the zeros that made the classes alike; an infinity turns these into NaN.
    """
    axes = [(x, 2, -1)]
    if any(view.before or view.after for view in (y.a, y.b)):
        axes.append((y, 1, -2))
    for axis, displacements, positions in axes:
        length = out.shape[positions]
        for i in range(axis.side):
            d = (i - axis.radius) * axis.stride2
            low = min(length, max(0, -((axis.start + min(d, 0)) // axis.stride1)))
            high = max(low, min(length, (axis.size - 1 - axis.start - max(d, 0)) // axis.stride1 + 1))
            channel = out.select(displacements, i)
            channel.narrow(positions, 0, low).zero_()
            channel.narrow(positions, high, length - high).zero_()


def box_sum(pixels: Tensor, geometry: Geometry) -> Tensor:
    """Sum the products of pixels over patches, every stride1-th: (..., H, W) -> (..., Ho, Wo)."""
    if geometry.kernel_size == 1:
        return pixels
    for axis in (-2, -1):
        first, *others = (shifted(pixels, axis, i, geometry) for i in range(geometry.kernel_size))
        pixels = sum(others, start=first)
    return pixels


def box_spread(g: Tensor, size: tuple[int, int], geometry: Geometry) -> Tensor:
    """Give each pixel the gradients of the patches that it is in: the adjoint of box_sum, to H, W = `size`."""
    if geometry.kernel_size == 1:
        return g
    for axis, length in zip((-2, -1), size, strict=True):
        shape = list(g.shape)
        shape[axis] = length
        pixels = g.new_zeros(shape)
        for i in range(geometry.kernel_size):
            shifted(pixels, axis, i, geometry).add_(g)
        g = pixels
    return g


def shifted(pixels: Tensor, axis: int, i: int, geometry: Geometry) -> Tensor:
    """View, along one axis, the i-th pixel of every patch."""
    last = pixels.shape[axis] - geometry.kernel_size + i
    every = slice(i, last + 1, geometry.stride1)
    return pixels[..., every, :] if axis == -2 else pixels[..., every]


def scale(a: Tensor, geometry: Geometry) -> float:
    """Caffe's normalisation, 1 / (K * K * C)."""
    return 1 / (geometry.kernel_size**2 * a.shape[1])


def working_dtype(dtype: torch.dtype) -> torch.dtype:
    """The type that products and sums have."""
    return torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype
