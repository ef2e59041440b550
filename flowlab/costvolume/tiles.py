"""How a correlation is cut into matrix products, and where the displacements lie in them.

    gram[(t, x), (u, v)] = <position (t, x) of a, candidate (u, v) of b>        t, u along rows; x, v along columns

With stride1 = stride2, position (t, x) at displacement (dy, dx) is the element u = t + dy, v = x + dx: on a diagonal.
One step of t, x, dy or dx is always the same number of elements, so all diagonals are one strided view of the product,
to be read or written.

Two positions share candidates only if they are a multiple of stride2 pixels apart. So the positions of an axis fall
into residue classes: class q holds the positions q, q + classes, q + 2 classes, ... All classes have one shape, and one
batched product serves them all. Within a class, the step from one position to the next is `ratio` times stride2. So
displacement d of position t is candidate ratio * t + d. FlowNetC has stride1 = 1 and stride2 = 2: 2 classes, ratio 1.

Shapes: Q matrices (classes of rows x classes of columns x samples), M positions, N candidates, D displacements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import gcd
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

# Positions in one product, along rows and columns. A larger block feeds the matrix product better and wastes more of
# it: T x X positions meet (T + 2 radius) x (X + 2 radius) candidates. These are the fastest at FlowNetC's size.
ROWS, COLUMNS = 4, 32
PRODUCT_ELEMENTS = 1 << 20  # at most, in one product: its diagonals are read while they are still in the cache


class Strided(NamedTuple):
    """The pixels `first + q * class_step + i * step` of an axis, for class q and index i; some may be outside."""

    size: int  # of the axis
    first: int
    classes: int
    class_step: int
    count: int
    step: int

    @property
    def before(self) -> int:
        """Zeros needed in front, so that every pixel exists."""
        return max(0, -self.first)

    @property
    def after(self) -> int:
        """Zeros needed behind."""
        last = self.first + (self.classes - 1) * self.class_step + (self.count - 1) * self.step
        return max(0, last + 1 - self.size)


class StridedView(NamedTuple):
    """A view of a map by residue classes: (..., H, W) -> (classes, classes, ..., rows.count, columns.count)."""

    rows: Strided
    columns: Strided

    def view(self, x: Tensor) -> Tensor:
        """View `x`, which has its zeros around it already."""
        *outer, row, column = x.stride()
        rows, columns = self
        size = (rows.classes, columns.classes, *x.shape[:-2], rows.count, columns.count)
        stride = (rows.class_step * row, columns.class_step * column, *outer, rows.step * row, columns.step * column)
        first = max(0, rows.first) * row + max(0, columns.first) * column
        return x.as_strided(size, stride, x.storage_offset() + first)

    def padded(self, x: Tensor) -> Tensor:
        """View `x` itself where it needs no zeros around it, else a copy with zeros."""
        margins = (self.columns.before, self.columns.after, self.rows.before, self.rows.after)
        return self.view(F.pad(x, margins) if any(margins) else x)

    def zeros(self, like: Tensor, outer: tuple[int, ...], dtype: torch.dtype) -> Tensor:
        """Make zeros (*outer, H, W) with the margins that `view` needs."""
        height, width = (axis.before + axis.size + axis.after for axis in self)
        return like.new_zeros(*outer, height, width, dtype=dtype)

    def cropped(self, x: Tensor) -> Tensor:
        """Take the margins off again; contiguous."""
        rows, columns = (slice(axis.before, axis.before + axis.size) for axis in self)
        return x[..., rows, columns].contiguous()


@dataclass(frozen=True)
class Axis:
    """One axis of the image and of the output, in pixels.

    Attributes:
        size: Length of the image.
        count: Positions of the output.
        start: Pixel of position 0 in the image; negative in the padding.
        stride1: Between positions.
        stride2: Between displacements.
        radius: Displacements to each side of zero.
    """

    size: int
    count: int
    start: int
    stride1: int
    stride2: int
    radius: int

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

    @property
    def a(self) -> Strided:
        """Pixels of the positions in `a`."""
        return Strided(self.size, self.start, self.classes, self.stride1, self.per_class, self.stride1 * self.classes)

    @property
    def b(self) -> Strided:
        """Pixels of the candidates in `b`."""
        first = self.start + self.candidates.start * self.stride2
        return Strided(self.size, first, self.classes, self.stride1, len(self.candidates), self.stride2)

    @property
    def output(self) -> Strided:
        """Pixels of the positions in the output."""
        return Strided(self.count, 0, self.classes, 1, self.per_class, self.classes)


class Tile(NamedTuple):
    """Some samples, some columns `xs` of positions, and the columns `vs` of candidates that these meet."""

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

    def inside(self, device: torch.device) -> Tensor | None:
        """Tell which displacements stay between the left and the right border, (D, 1, xs); None if all do."""
        if len(self.vs) == self.x.ratio * (len(self.xs) - 1) + self.x.side:
            return None
        dx = torch.arange(-self.x.radius, self.x.radius + 1, device=device)[:, None, None]
        v = self.x.ratio * torch.arange(self.xs.start, self.xs.stop, device=device) + dx
        return (v >= self.vs.start) & (v < self.vs.stop)

    def candidates(self, b_classes: Tensor, dtype: torch.dtype) -> Tensor:
        """Gather the candidates of `b`, (Q, C, candidates), row by row, each row with zeros at its end."""
        part = b_classes[:, :, as_slice(self.samples), ..., as_slice(self.vs, self.x.candidates.start)].to(dtype)
        if self.row > len(self.vs):
            part = F.pad(part, (0, self.row - len(self.vs)))
        return part.reshape(self.matrices, b_classes.shape[3], -1)

    def workspace(self, like: Tensor, dtype: torch.dtype, padding: int = 0) -> Tensor:
        """Allocate the memory that one product after the other uses.

        Writing the diagonals takes a row padding of `radius`: what leaves a row at either end must not be written to
        the next row.
        """
        return like.new_empty(max((block.elements(padding) for block in self.blocks()), default=0), dtype=dtype)

    def blocks(self) -> list[Block]:
        """Cut the tile into the rows of single products."""
        return [Block(self, ys, self.y.met_by(ys)) for ys in split(self.y.positions, ROWS)]


class Block(NamedTuple):
    """The rows of one product: positions `ys` and the candidates `us` that they meet."""

    tile: Tile
    ys: range
    us: range

    def positions(self, a_classes: Tensor, dtype: torch.dtype) -> Tensor:
        """Gather the positions of `a`, (Q, C, M), row by row."""
        part = a_classes[:, :, as_slice(self.tile.samples), :, as_slice(self.ys), as_slice(self.tile.xs)]
        return part.to(dtype).reshape(self.tile.matrices, a_classes.shape[3], -1)

    @property
    def columns(self) -> slice:
        """The block's part of the tile's candidates."""
        first = self.tile.y.candidates.start
        return slice((self.us.start - first) * self.tile.row, (self.us.stop - first) * self.tile.row)

    @property
    def size(self) -> tuple[int, int]:
        """Positions M and candidates N."""
        return len(self.ys) * len(self.tile.xs), len(self.us) * self.tile.row

    def elements(self, padding: int = 0) -> int:
        """Count the elements of the product, with the padding of its rows and `radius` more at both ends."""
        m, n = self.size
        return self.tile.matrices * m * (n + padding) + 2 * self.tile.x.radius

    def product(self, workspace: Tensor, padding: int = 0) -> Tensor:
        """View the workspace as the product, (Q, M, N)."""
        (m, n), margin = self.size, self.tile.x.radius
        whole = workspace[margin : self.elements(padding) - margin]
        return whole.view(self.tile.matrices, m, n + padding)[..., :n]

    def diagonals(self, product: Tensor) -> Iterator[tuple[Tensor, tuple[slice, ...]]]:
        """View the diagonals, with their place in the output's classes.

        Yields:
            Pairs of a view (classes, classes, samples, dy, dx, ts, xs) of the product, and the indices that take the
            same shape from the output. One pair, or one for each row where some rows leave the image.
        """
        y, everything = self.tile.y, slice(None)
        low, high = y.ratio * self.ys.start - y.radius, y.ratio * (self.ys.stop - 1) + y.radius
        whole = self.us.start <= low and high < self.us.stop
        for ts in [self.ys] if whole else [range(t, t + 1) for t in self.ys]:
            middle = y.ratio * ts.start
            dys = range(-y.radius, y.radius + 1)
            if not whole:
                dys = range(max(dys.start, self.us.start - middle), min(dys.stop, self.us.stop - middle))
            where = (everything, everything, as_slice(self.tile.samples), as_slice(dys, -y.radius), everything)
            yield self._view(product, dys, ts), (*where, as_slice(ts), as_slice(self.tile.xs))

    def _view(self, product: Tensor, dys: range, ts: range) -> Tensor:
        """View the diagonals of some displacements and rows."""
        (y, x, samples, xs), row = self.tile, self.tile.row
        whole, next_x, _ = product.stride()
        next_t = len(xs) * next_x
        first = (ts.start - self.ys.start) * next_t
        first += (y.ratio * ts.start + dys.start - self.us.start) * row
        first += x.ratio * xs.start - x.radius - self.tile.vs.start
        size = (y.classes, x.classes, len(samples), len(dys), x.side, len(ts), len(xs))
        stride = (x.classes * len(samples) * whole, len(samples) * whole, whole)
        stride += (row, 1, next_t + y.ratio * row, next_x + x.ratio)
        return product.as_strided(size, stride, product.storage_offset() + first)


def tiles(y: Axis, x: Axis, batch: int) -> Iterator[Tile]:
    """Cut the work into tiles of about PRODUCT_ELEMENTS a product."""
    columns, rows = (min(n, len(axis.positions)) for n, axis in ((COLUMNS, x), (ROWS, y)))
    met = (y.ratio * (rows - 1) + y.side) * (x.ratio * (columns - 1) + x.side)
    samples = max(1, PRODUCT_ELEMENTS // max(1, y.classes * x.classes * rows * columns * met))
    for some in split(range(batch), samples):
        for xs in split(x.positions, COLUMNS):
            yield Tile(y, x, some, xs)


def split(whole: range, length: int) -> list[range]:
    """Cut a range into pieces of at most `length`, nearly equal; none if it is empty."""
    pieces = -(-len(whole) // length)
    cuts = [whole.start + len(whole) * i // pieces for i in range(pieces + 1)] if pieces > 0 else []
    return [range(low, high) for low, high in pairwise(cuts)]


def as_slice(r: range, first: int = 0) -> slice:
    """Index `r` in an array that starts at `first`."""
    return slice(r.start - first, r.stop - first)
