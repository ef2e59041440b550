"""Correlation and its two derivatives as banded matrix products in plain torch, on any device.

A few rows of `a` are multiplied with all the rows of `b` that they meet, in one matrix product:

    gram[(t, x), (u, v)] = <position (t, x) of a, candidate (u, v) of b>        t, u along rows; x, v along columns

With stride1 = stride2, position (t, x) at displacement (dy, dx) is the element u = t + dy, v = x + dx: on a diagonal.
One step of x, dy or dx is always the same number of elements, so the diagonals of a row t are one strided view of the
product. T(a, b, g) = <g, corr(a, b)> is linear in each argument, so all three functions use the same diagonals:

    corr          reads the diagonals of  a^T b
    corr_grad_a   writes g there,         a = b diagonals^T
    corr_grad_b   writes g there,         b = a diagonals

Part of each product is thrown away; it is still an order of magnitude faster than a sum of products per displacement.

Two positions share candidates only if they are a multiple of stride2 pixels apart. So the positions of an axis fall
into residue classes: class q holds the positions q, q + classes, q + 2 classes, ... All classes have one shape, and one
batched product serves them all. Within a class, the step from one position to the next is `ratio` times stride2. So
displacement d of position t is candidate ratio * t + d. FlowNetC has stride1 = 1 and stride2 = 2: 2 classes, ratio 1.

Half and bfloat16 are multiplied and summed in float32 and rounded once, at the end. In a gradient,
a NaN or an infinity in a map also reaches pixels that only share a product with it.

Shapes: B batch, C channels, D displacements along one axis, Q matrices (classes of rows x classes of columns x
samples), M positions, N candidates. Where a tensor is split by classes, (classes, classes) of rows and columns lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from math import gcd
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.costvolume.geometry import Geometry

# Positions in one product, along rows and columns. A larger block computes faster and wastes more:
# T x X positions meet (T + 2 radius) x (X + 2 radius) candidates. Fastest at FlowNetC's size.
ROWS, COLUMNS = 4, 32
PRODUCT_ELEMENTS = 1 << 20  # at most, in one product, so that its diagonals stay in the cache


def corr(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo); reference.py has the formula."""
    y, x = axes = pixel_axes(tuple(a.shape[2:]), geometry)
    dtype, size = working_dtype(a.dtype), [axis.classes * axis.per_class for axis in axes]
    # With one pixel to a patch there is nothing left to sum, and the rounding can happen here.
    whole = a.new_zeros(len(a), y.side * x.side, *size, dtype=a.dtype if geometry.patch == 1 else dtype)
    result = whole.unflatten(1, (y.side, x.side))
    if y.positions and x.positions:
        scores = split_positions(result, axes)
        positions = split_positions(with_margin(a, y.a_margin, x.a_margin), axes, (y.stride1, x.stride1))
        candidates = split_candidates(with_margin(b, y.b_margin, x.b_margin), axes)
        for tile in tiles(y, x, len(a)):
            n = tile.candidates(candidates, dtype)
            for ys, gram in tile.products(a, dtype):
                m = tile.positions(positions, ys, dtype).mT  # (Q, M, C)
                torch.baddbmm(gram, m, n[..., tile.columns(ys)], beta=0, alpha=scale(a, geometry), out=gram)
                for diagonals, where in tile.diagonals(gram, ys):
                    scores[where].copy_(diagonals)
    result = result[..., : y.count, : x.count]
    blank_outside(result, axes)
    pixels = whole if size == [y.count, x.count] else result.flatten(1, 2)  # a view could not be changed in place
    for dim, axis in zip((-2, -1), geometry.axes, strict=True):
        if axis.kernel_size > 1:  # sum over patches, every stride1-th
            pixels = reduce(torch.add, pixels.unfold(dim, axis.kernel_size, axis.stride1).unbind(-1))
    return pixels.to(a.dtype).contiguous()


def corr_grad_a(g: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by a: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    y, x = axes = pixel_axes(tuple(b.shape[2:]), geometry)
    if not (y.positions and x.positions):
        return b.new_zeros(b.shape)
    dtype, g_classes = working_dtype(b.dtype), classes_of(g, axes, geometry)
    candidates = split_candidates(with_margin(b, y.b_margin, x.b_margin), axes)
    result = b.new_zeros(*b.shape[:2], *(axis.size + sum(axis.a_margin) for axis in axes))
    gradient = split_positions(result, axes, (y.stride1, x.stride1))
    for tile in tiles(y, x, len(b)):
        n = tile.candidates(candidates, dtype)
        for ys, band in banded(tile, g_classes, dtype):
            m = torch.bmm(n[..., tile.columns(ys)], band.mT)  # (Q, C, M)
            where = gradient[:, :, as_slice(tile.samples), :, as_slice(ys), as_slice(tile.xs)]
            where.copy_(m.mul_(scale(b, geometry)).view(where.shape))
    return with_margin(result, y.a_margin, x.a_margin, sign=-1)


def corr_grad_b(g: Tensor, a: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by b: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    y, x = axes = pixel_axes(tuple(a.shape[2:]), geometry)
    if not (y.positions and x.positions):
        return a.new_zeros(a.shape)
    dtype, g_classes = working_dtype(a.dtype), classes_of(g, axes, geometry)
    positions = split_positions(with_margin(a, y.a_margin, x.a_margin), axes, (y.stride1, x.stride1))
    result = a.new_zeros(*a.shape[:2], *(axis.size + sum(axis.b_margin) for axis in axes), dtype=dtype)
    gradient = split_candidates(result, axes)
    for tile in tiles(y, x, len(a)):
        n = a.new_zeros(tile.matrices, a.shape[1], len(y.candidates) * tile.row, dtype=dtype)
        for ys, band in banded(tile, g_classes, dtype):
            m = tile.positions(positions, ys, dtype)
            for q in range(len(band)):  # one by one: a batched product would not add up in place
                n[q, :, tile.columns(ys)].addmm_(m[q], band[q])
        where = gradient[:, :, as_slice(tile.samples), ..., as_slice(tile.vs, x.candidates.start)]
        part = n.view(*where.shape[:-1], tile.row)[..., : len(tile.vs)]
        where.add_(part, alpha=scale(a, geometry))  # neighbouring tiles share candidates
    return with_margin(result, y.b_margin, x.b_margin, sign=-1).to(a.dtype)


def banded(tile: Tile, g_classes: Tensor, dtype: torch.dtype) -> Iterator[tuple[range, Tensor]]:
    """Yield the rows of each product, and (Q, M, N) with `g` on its diagonals, else zeros."""
    outside = tile.outside(g_classes.device)
    for ys, product in tile.products(g_classes, dtype, padding=tile.x.radius):
        product.zero_()
        for diagonals, where in tile.diagonals(product, ys):
            part = g_classes[where].clone(memory_format=torch.contiguous_format)  # strides on both sides take longer
            diagonals.copy_(part.masked_fill_(outside, 0))
        yield ys, product


@dataclass(frozen=True)
class Axis:
    """One axis of the image and of the output, in pixels."""

    size: int  # length of the image
    count: int  # positions of the output
    start: int  # pixel of position 0 in the image; negative in the padding
    stride1: int  # between positions
    stride2: int  # between displacements
    radius: int  # displacements to each side of zero

    @cached_property
    def side(self) -> int:
        """Displacements in all, D."""
        return 2 * self.radius + 1

    @cached_property
    def classes(self) -> int:
        """Number of residue classes."""
        return self.stride2 // gcd(self.stride1, self.stride2)

    @cached_property
    def ratio(self) -> int:
        """Step from one position of a class to its next, in units of stride2."""
        return self.stride1 // gcd(self.stride1, self.stride2)

    @cached_property
    def per_class(self) -> int:
        """Positions of a class; in some classes the last one is outside the output."""
        return -(-self.count // self.classes)

    @cached_property
    def candidates(self) -> range:
        """Candidates that are inside the image in at least one class."""
        farthest = self.start + (self.classes - 1) * self.stride1
        return range(-(farthest // self.stride2), (self.size - 1 - self.start) // self.stride2 + 1)

    @cached_property
    def positions(self) -> range:
        """Positions that are inside the image in at least one class; elsewhere the output is 0."""
        low, high = (-(-u // self.ratio) for u in (self.candidates.start, self.candidates.stop))
        return range(max(0, low), min(self.per_class, high))

    def met_by(self, t: range) -> range:
        """Candidates inside the image that the positions `t` of a class meet."""
        low, high = self.ratio * t.start - self.radius, self.ratio * (t.stop - 1) + self.radius + 1
        return range(max(low, self.candidates.start), min(high, self.candidates.stop))

    @cached_property
    def window(self) -> int:
        """Pixels of a class from its first candidate to its last."""
        return (len(self.candidates) - 1) * self.stride2 + 1

    @cached_property
    def a_margin(self) -> tuple[int, int]:
        """Zeros before and after `a`, so that each class's positions have pixels; negative crops."""
        return -self.start, self.start + (self.classes * self.per_class - 1) * self.stride1 + 1 - self.size

    @cached_property
    def b_margin(self) -> tuple[int, int]:
        """Zeros before and after `b`, so that each candidate of each class has a pixel; negative crops."""
        first = self.start + self.candidates.start * self.stride2
        return -first, first + (self.classes - 1) * self.stride1 + self.window - self.size


@lru_cache(maxsize=256)
def pixel_axes(shape: tuple[int, int], geometry: Geometry) -> tuple[Axis, Axis]:
    """Describe the correlation of single pixels that patches are summed from, rows and columns.

    With K = 1 these are the output's own positions. Larger patches overlap, so all pixels that they
    cover are correlated once, and the products of a patch are added up afterwards.
    """
    axes = []
    for axis, size, positions in zip(geometry.axes, shape, geometry.output_size(*shape), strict=True):
        count, step = axis.pixels(positions)
        axes.append(Axis(size, count, axis.start, step, axis.stride2, axis.radius))
    y, x = axes
    return y, x


class Tile(NamedTuple):
    """Some samples, some columns `xs` of positions, all rows; `ys` are the rows of one product."""

    y: Axis
    x: Axis
    samples: range
    xs: range

    @property
    def vs(self) -> range:
        """Columns of candidates that the positions meet."""
        return self.x.met_by(self.xs)

    @property
    def row(self) -> int:
        """Length of a row of candidates in a product.

        A displacement that leaves the image at one side has no element of its own: the strides lead to the row above or
        below. As long as a row is as long as all displacements, that element belongs to no other displacement.
        """
        return max(len(self.vs), self.x.side)

    @property
    def matrices(self) -> int:
        """Products in one batch, Q."""
        return self.y.classes * self.x.classes * len(self.samples)

    def positions(self, a_classes: Tensor, ys: range, dtype: torch.dtype) -> Tensor:
        """Gather the positions of `a`, (Q, C, M), row by row."""
        part = a_classes[:, :, as_slice(self.samples), :, as_slice(ys), as_slice(self.xs)]
        return part.to(dtype).reshape(self.matrices, a_classes.shape[3], -1)

    def outside(self, device: torch.device) -> Tensor:
        """Tell which displacements leave the image at the left or the right, (D, xs)."""
        dx = torch.arange(-self.x.radius, self.x.radius + 1, device=device)[:, None]
        v = self.x.ratio * torch.arange(self.xs.start, self.xs.stop, device=device) + dx
        return (v < self.vs.start) | (v >= self.vs.stop)

    def candidates(self, b_classes: Tensor, dtype: torch.dtype) -> Tensor:
        """Gather the candidates of `b`, (Q, C, candidates), by rows, with zeros after each row."""
        part = b_classes[:, :, as_slice(self.samples), ..., as_slice(self.vs, self.x.candidates.start)].to(dtype)
        if self.row > len(self.vs):
            part = F.pad(part, (0, self.row - len(self.vs)))
        return part.reshape(self.matrices, b_classes.shape[3], -1)

    def columns(self, ys: range) -> slice:
        """The part of the tile's candidates that the rows `ys` meet."""
        us, first = self.y.met_by(ys), self.y.candidates.start
        return slice((us.start - first) * self.row, (us.stop - first) * self.row)

    def products(self, like: Tensor, dtype: torch.dtype, padding: int = 0) -> Iterator[tuple[range, Tensor]]:
        """Yield the rows of each product, and the memory that all products share, (Q, M, N).

        Writing the diagonals takes a row padding of `radius`, for what leaves a row at either end.
        """
        blocks = split(self.y.positions, ROWS)
        sizes = [(len(ys) * len(self.xs), len(self.y.met_by(ys)) * self.row) for ys in blocks]
        largest = max(m * (n + padding) for m, n in sizes)
        workspace = like.new_empty(self.matrices * largest + 2 * self.x.radius, dtype=dtype)
        for ys, (m, n) in zip(blocks, sizes, strict=True):
            used = workspace[self.x.radius :][: self.matrices * m * (n + padding)]
            yield ys, used.view(self.matrices, m, n + padding)[..., :n]

    def diagonals(self, product: Tensor, ys: range) -> Iterator[tuple[Tensor, tuple[int | slice, ...]]]:
        """View the diagonals of each row of positions, with their place in the output's classes.

        A view of the product is (classes, classes, samples, dy, dx, xs), and the indices take the
        same shape from the output. Only those dy are there that stay inside the image.
        """
        (y, x, samples, xs), us, everything = self, self.y.met_by(ys), slice(None)
        matrix, next_x, _ = product.stride()
        for t in ys:
            u = y.ratio * t
            dys = range(max(-y.radius, us.start - u), min(y.radius + 1, us.stop - u))
            first = (t - ys.start) * len(xs) * next_x + (u + dys.start - us.start) * self.row
            first += x.ratio * xs.start - x.radius - self.vs.start
            size = (y.classes, x.classes, len(samples), len(dys), x.side, len(xs))
            stride = (x.classes * len(samples) * matrix, len(samples) * matrix, matrix, self.row, 1, next_x + x.ratio)
            where = (everything, everything, as_slice(samples), as_slice(dys, -y.radius), everything, t, as_slice(xs))
            yield product.as_strided(size, stride, product.storage_offset() + first), where


def tiles(y: Axis, x: Axis, batch: int) -> Iterator[Tile]:
    """Cut the work into tiles of about PRODUCT_ELEMENTS a product."""
    columns, rows = (min(n, len(axis.positions)) for n, axis in ((COLUMNS, x), (ROWS, y)))
    met = (y.ratio * (rows - 1) + y.side) * (x.ratio * (columns - 1) + x.side)
    samples = max(1, PRODUCT_ELEMENTS // (y.classes * x.classes * rows * columns * met))
    for some in split(range(batch), samples):
        for xs in split(x.positions, COLUMNS):
            yield Tile(y, x, some, xs)


def split(whole: range, length: int) -> list[range]:
    """Cut a range into pieces of at most `length`, nearly equal; none if it is empty."""
    pieces = -(-len(whole) // length)
    return [whole[len(whole) * i // pieces : len(whole) * (i + 1) // pieces] for i in range(pieces)]


def as_slice(r: range, first: int = 0) -> slice:
    """Index `r` in an array that starts at `first`."""
    return slice(r.start - first, r.stop - first)


def with_margin(x: Tensor, rows: tuple[int, int], columns: tuple[int, int], sign: int = 1) -> Tensor:
    """Pad with zeros, or crop where a number is negative; without margins, return `x` itself."""
    margins = [sign * n for n in (*columns, *rows)]
    return F.pad(x, margins) if any(margins) else x


def split_positions(x: Tensor, axes: tuple[Axis, Axis], steps: tuple[int, int] = (1, 1)) -> Tensor:
    """View every `steps`-th row and column as (classes, classes, ..., per_class, per_class)."""
    rows, columns = axes
    x = x[..., :: steps[0], :: steps[1]].unflatten(-1, (columns.per_class, columns.classes))
    return x.unflatten(-3, (rows.per_class, rows.classes)).movedim((-3, -1), (0, 1))


def split_candidates(x: Tensor, axes: tuple[Axis, Axis]) -> Tensor:
    """View maps with `b_margin` as (classes, classes, ..., candidates, candidates)."""
    rows, columns = axes
    x = x.unfold(-2, rows.window, rows.stride1).unfold(-2, columns.window, columns.stride1)
    return x[..., :: rows.stride2, :: columns.stride2].movedim((-4, -3), (0, 1))


def classes_of(g: Tensor, axes: tuple[Axis, Axis], geometry: Geometry) -> Tensor:
    """Undo the sum over patches, and view `g` by classes."""
    y, x = axes
    if geometry.patch > 1:
        g = box_spread(g, (y.count, x.count), geometry)
    margins = [(0, axis.classes * axis.per_class - axis.count) for axis in axes]
    return split_positions(with_margin(g.unflatten(1, (y.side, x.side)), *margins), axes)


def blank_outside(out: Tensor, axes: tuple[Axis, Axis]) -> None:
    """Zero, in place, where a patch or its displacement is outside the image: (B, D, D, Ho, Wo).

    At the left and the right the diagonals lead to elements of other rows. Above and below, where classes end at
    different rows, there are products with the zeros that made the classes alike; an infinity turns these into NaN.
    """
    y, x = axes
    ragged = [(y, 1, -2)] if any((*y.a_margin, *y.b_margin)) else []
    for axis, displacements, positions in [(x, 2, -1), *ragged]:
        length = out.shape[positions]
        for i in range(axis.side):
            d = (i - axis.radius) * axis.stride2
            low = min(length, max(0, -((axis.start + min(d, 0)) // axis.stride1)))
            high = max(low, min(length, (axis.size - 1 - axis.start - max(d, 0)) // axis.stride1 + 1))
            channel = out.select(displacements, i)
            channel.narrow(positions, 0, low).zero_()
            channel.narrow(positions, high, length - high).zero_()


def box_spread(g: Tensor, size: tuple[int, int], geometry: Geometry) -> Tensor:
    """Give each pixel the sum of the gradients of the patches that it is in, for H, W = `size`."""
    g = g.to(working_dtype(g.dtype))
    for dim, axis, shape in zip((-2, -1), geometry.axes, ((size[0], g.shape[-1]), size), strict=True):
        if axis.kernel_size > 1:
            pixels = g.new_zeros(*g.shape[:-2], *shape)
            for part in pixels.unfold(dim, axis.kernel_size, axis.stride1).unbind(-1):
                part.add_(g)
            g = pixels
    return g


def scale(a: Tensor, geometry: Geometry) -> float:
    """Caffe's normalisation, 1 / (K * K * C)."""
    return 1 / (geometry.patch * a.shape[1])


def working_dtype(dtype: torch.dtype) -> torch.dtype:
    """The type that products and sums have."""
    return torch.float32 if dtype in (torch.float16, torch.bfloat16) else dtype
