"""Correlation and its two derivatives as banded matrix products; plain torch, so it runs on any device.

Not one multiply-and-sum per displacement: a few rows of `a` times all the rows of `b` that they meet, in one matrix
product, whose diagonals are the displacements. Part of each product is thrown away, but a matrix product does its
work an order of magnitude faster than the sums that it replaces. T(a, b, g) = <g, corr(a, b)> is linear in each
argument, so a derivative is the same band, seen from another side:

    corr          reads the band of  a^T b
    corr_grad_a   writes g there,    a = b band^T
    corr_grad_b   writes g there,    b = a band

Half and bfloat16 are multiplied and summed in float32 and rounded once, at the end. In a gradient, a NaN or an
infinity in a map also reaches pixels that merely share a product with it.

Shapes: B batch, C channels, D displacements along one axis, Q matrices, M positions, N places (tiles.py).
"""

from __future__ import annotations

import torch
from torch import Tensor

from flowlab.costvolume.axes import Axis, comb, cropped, padded, zeros_for
from flowlab.costvolume.geometry import Geometry
from flowlab.costvolume.tiles import Block, as_slice, tiles


def corr(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo); reference.py has the formula."""
    y, x = pixel_axes(a.shape, geometry)
    output, dtype = (y.of_output(), x.of_output()), working_dtype(a.dtype)
    # With one pixel to a patch there is nothing left to sum, and the rounding can happen here.
    result = zeros_for(a, (len(a), y.side, x.side), *output, a.dtype if geometry.kernel_size == 1 else dtype)
    result_classes = comb(result, *output)
    a_classes = comb(padded(a, y.of_a(), x.of_a()), y.of_a(), x.of_a())
    b_classes = comb(padded(b, y.of_b(), x.of_b()), y.of_b(), x.of_b())
    for tile in tiles(y, x, len(a)):
        places, room = tile.places(b_classes, dtype), tile.room(a, dtype)
        for block in tile.blocks():
            m, n = block.patches(a_classes, dtype), places[..., block.places]  # (Q, C, M), (Q, C, N)
            gram = block.product(room)
            torch.baddbmm(gram, m.mT, n, beta=0, alpha=scale(a, geometry), out=gram)
            for band, where in block.bands(gram):
                result_classes[where].copy_(band)
    blank_outside(result, y, x)
    return box_sum(cropped(result, *output).flatten(1, 2), geometry).to(a.dtype)


def corr_grad_a(g: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by a: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    y, x = pixel_axes(b.shape, geometry)
    dtype = working_dtype(b.dtype)
    g_classes = spread_classes(g, y, x, geometry)
    b_classes = comb(padded(b, y.of_b(), x.of_b()), y.of_b(), x.of_b())
    result = zeros_for(b, b.shape[:2], y.of_a(), x.of_a(), b.dtype)
    result_classes = comb(result, y.of_a(), x.of_a())
    for tile in tiles(y, x, len(b)):
        places, inside = tile.places(b_classes, dtype), tile.inside(b.device)
        room = tile.room(b, dtype, gap=x.reach)
        for block in tile.blocks():
            band = written(block, g_classes, inside, room)
            m = torch.bmm(places[..., block.places], band.mT).mul_(scale(b, geometry))  # (Q, C, M)
            where = result_classes[:, :, as_slice(tile.samples), :, as_slice(block.ys), as_slice(tile.xs)]
            where.copy_(m.view(where.shape))
    return cropped(result, y.of_a(), x.of_a())


def corr_grad_b(g: Tensor, a: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by b: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    y, x = pixel_axes(a.shape, geometry)
    dtype = working_dtype(a.dtype)
    g_classes = spread_classes(g, y, x, geometry)
    a_classes = comb(padded(a, y.of_a(), x.of_a()), y.of_a(), x.of_a())
    result = zeros_for(a, a.shape[:2], y.of_b(), x.of_b(), dtype)
    result_classes = comb(result, y.of_b(), x.of_b())
    for tile in tiles(y, x, len(a)):
        inside, room = tile.inside(a.device), tile.room(a, dtype, gap=x.reach)
        places = a.new_zeros(tile.matrices, a.shape[1], len(y.places) * tile.pitch, dtype=dtype)
        for block in tile.blocks():
            patches, band = block.patches(a_classes, dtype), written(block, g_classes, inside, room)
            for q in range(len(band)):  # one by one: a batched product would not add up in place
                places[q, :, block.places].addmm_(patches[q], band[q])
        where = result_classes[:, :, as_slice(tile.samples), ..., as_slice(tile.vs, x.places.start)]
        part = places.view(*where.shape[:-1], tile.pitch)[..., : len(tile.vs)]
        where.add_(part, alpha=scale(a, geometry))  # neighbouring tiles share places
    return cropped(result, y.of_b(), x.of_b()).to(a.dtype)


def written(block: Block, g_classes: Tensor, inside: Tensor | None, room: Tensor) -> Tensor:
    """Write `g` along the band of a product that is zero elsewhere, (Q, M, N)."""
    product = block.product(room, gap=block.tile.x.reach).zero_()
    zero = room.new_zeros(())
    for band, where in block.bands(product):
        part = g_classes[where].contiguous().to(room.dtype)  # strides on one side at a time take half the time
        if inside is None:
            band.copy_(part)
        else:
            torch.where(inside, part, zero, out=band)
    return product


def spread_classes(g: Tensor, y: Axis, x: Axis, geometry: Geometry) -> Tensor:
    """Undo the sum over patches and view g by classes, (classes, classes, B, D, D, h, w)."""
    output = y.of_output(), x.of_output()
    g = box_spread(g.to(working_dtype(g.dtype)) if geometry.kernel_size > 1 else g, (y.count, x.count), geometry)
    g = g.unflatten(1, (y.side, x.side))
    return comb(padded(g, *output), *output)


def blank_outside(out: Tensor, y: Axis, x: Axis) -> None:
    """Zero, in place, where a patch or its displacement is outside the image: (B, D, D, Ho, Wo).

    To the left and right the band's strides have led to elements that mean nothing; above and below, where classes end
    at different rows, there are products with the zeros that made them alike, which an infinity turns into NaN.
    """
    axes = [(x, 2, -1)]
    if any(c.before or c.after for c in (y.of_a(), y.of_b())):
        axes.append((y, 1, -2))
    for axis, displacements, positions in axes:
        length = out.shape[positions]
        for i in range(axis.side):
            d = (i - axis.reach) * axis.hop
            low = min(length, max(0, -((axis.start + min(d, 0)) // axis.step)))
            high = max(low, min(length, (axis.size - 1 - axis.start - max(d, 0)) // axis.step + 1))
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


def pixel_axes(shape: torch.Size, geometry: Geometry) -> tuple[Axis, Axis]:
    """Describe the correlation of single pixels that patches are summed from, rows and columns.

    With K = 1 these are the output's own positions. Patches of more pixels overlap, so all pixels that they cover are
    correlated once, and box_sum adds them up.
    """
    counts = geometry.output_size(*shape[-2:])
    step, k = geometry.stride1, geometry.kernel_size
    if k > 1:
        counts, step = tuple((n - 1) * step + k for n in counts), 1
    rest = (geometry.start, step, geometry.stride2, geometry.radius)
    y, x = (Axis(size, count, *rest) for size, count in zip(shape[-2:], counts, strict=True))
    return y, x
