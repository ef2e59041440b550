"""How much goes into one matrix product, and where its band lies.

A product multiplies the patches at some positions (t, x) with all the places (u, v) of `b` that they meet:

    gram[(t, x), (u, v)] = <patch (t, x) of a, place (u, v) of b>        t, u along rows; x, v along columns

Of it, displacement (dy, dx) is wanted, at u = slope * t + dy, v = slope * x + dx. One more t, x, dy or dx is always
the same number of elements further on, so the wanted band is a strided view of the product, to be read or written.

Shapes: Q matrices (classes of rows x classes of columns x samples), M positions, N places, D displacements.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.costvolume.axes import Axis

# Positions in one product, along rows and columns. A larger block feeds the matrix product better and wastes more of
# it, for T x I positions meet (T + 2r) x (I + 2r) places. These are the best of those tried at FlowNetC's size.
ROWS, COLUMNS = 4, 32
PRODUCT_ELEMENTS = 1 << 20  # about the most in one product: its band should be read while it is still in the cache


class Tile(NamedTuple):
    """Some samples, some columns of positions, and the columns of places that these meet."""

    y: Axis
    x: Axis
    samples: range
    xs: range

    @property
    def vs(self) -> range:
        """Columns of places that the positions meet."""
        return self.x.met_by(self.xs)

    @property
    def pitch(self) -> int:
        """Length of a row of places in a product.

        A displacement that leaves the image at one side has no element of its own there: the strides lead to the row
        above or below. As long as a row has room for all displacements, that element belongs to none of them.
        """
        return max(len(self.vs), self.x.side)

    @property
    def matrices(self) -> int:
        """Products in one batch, Q."""
        return self.y.classes * self.x.classes * len(self.samples)

    def inside(self, device: torch.device) -> Tensor | None:
        """Tell which displacements stay between the left and the right border, (D, 1, xs); None if all do."""
        dx = torch.arange(-self.x.reach, self.x.reach + 1, device=device)[:, None, None]
        v = self.x.slope * torch.arange(self.xs.start, self.xs.stop, device=device) + dx
        all_inside = len(self.vs) == self.x.slope * (len(self.xs) - 1) + self.x.side
        return None if all_inside else (v >= self.vs.start) & (v < self.vs.stop)

    def places(self, b_classes: Tensor, dtype: torch.dtype) -> Tensor:
        """Gather the places' samples of `b`, (Q, C, places), row by row, each with zeros up to the pitch."""
        part = b_classes[:, :, as_slice(self.samples), ..., as_slice(self.vs, self.x.places.start)].to(dtype)
        if self.pitch > len(self.vs):
            part = F.pad(part, (0, self.pitch - len(self.vs)))
        return part.reshape(self.matrices, b_classes.shape[3], -1)

    def room(self, like: Tensor, dtype: torch.dtype, gap: int = 0) -> Tensor:
        """Make room for one product after the other.

        To write the band takes a `gap` of `reach`: what leaves a row at either end must not fall onto its neighbour.
        """
        return like.new_empty(max((block.elements(gap) for block in self.blocks()), default=0), dtype=dtype)

    def blocks(self) -> list[Block]:
        """Cut the tile into the rows of single products."""
        return [Block(self, ys, self.y.met_by(ys)) for ys in split(self.y.positions, ROWS)]


class Block(NamedTuple):
    """The rows of one product: positions `ys` and the places `us` that they meet."""

    tile: Tile
    ys: range
    us: range

    def patches(self, a_classes: Tensor, dtype: torch.dtype) -> Tensor:
        """Gather the positions' samples of `a`, (Q, C, M), row by row."""
        part = a_classes[:, :, as_slice(self.tile.samples), :, as_slice(self.ys), as_slice(self.tile.xs)]
        return part.to(dtype).reshape(self.tile.matrices, a_classes.shape[3], -1)

    @property
    def places(self) -> slice:
        """Where the block stands in the tile's places."""
        first = self.tile.y.places.start
        return slice((self.us.start - first) * self.tile.pitch, (self.us.stop - first) * self.tile.pitch)

    def elements(self, gap: int = 0) -> int:
        """Count the elements of the product, with `gap` more between its rows and `reach` more at both ends."""
        m, n = len(self.ys) * len(self.tile.xs), len(self.us) * self.tile.pitch
        return self.tile.matrices * m * (n + gap) + 2 * self.tile.x.reach

    def product(self, room: Tensor, gap: int = 0) -> Tensor:
        """View the tile's room as the product, (Q, M, N)."""
        m, n, margin = len(self.ys) * len(self.tile.xs), len(self.us) * self.tile.pitch, self.tile.x.reach
        return room[margin : self.elements(gap) - margin].view(self.tile.matrices, m, n + gap)[..., :n]

    def bands(self, product: Tensor) -> Iterator[tuple[Tensor, tuple[slice, ...]]]:
        """View the band, with its place in the output's classes.

        Yields:
            Pairs of views (classes, classes, samples, dy, dx, ts, xs) of the product and indices that take the same
            shape from the output. One pair, or one for each row where some rows leave the image.
        """
        y, everything = self.tile.y, slice(None)
        for dys, ts in self._rows():
            where = (everything, everything, as_slice(self.tile.samples), as_slice(dys, -y.reach), everything)
            yield self._view(product, dys, ts), (*where, as_slice(ts), as_slice(self.tile.xs))

    def _rows(self) -> Iterator[tuple[range, range]]:
        """Pair displacements with positions such that all the rows that they lead to are inside the image."""
        y = self.tile.y
        low, high = y.slope * self.ys.start - y.reach, y.slope * (self.ys.stop - 1) + y.reach
        if self.us.start <= low and high < self.us.stop:
            yield range(-y.reach, y.reach + 1), self.ys
            return
        for t in self.ys:
            middle = y.slope * t
            dys = range(max(-y.reach, self.us.start - middle), min(y.reach + 1, self.us.stop - middle))
            yield dys, range(t, t + 1)

    def _view(self, product: Tensor, dys: range, ts: range) -> Tensor:
        """View the band of some displacements and rows."""
        (y, x, samples, xs), pitch = self.tile, self.tile.pitch
        whole, next_x, _ = product.stride()
        next_t = len(xs) * next_x
        first = (ts.start - self.ys.start) * next_t
        first += (y.slope * ts.start + dys.start - self.us.start) * pitch
        first += x.slope * xs.start - x.reach - self.tile.vs.start
        size = (y.classes, x.classes, len(samples), len(dys), x.side, len(ts), len(xs))
        stride = (x.classes * len(samples) * whole, len(samples) * whole, whole)
        stride += (pitch, 1, next_t + y.slope * pitch, next_x + x.slope)
        return product.as_strided(size, stride, product.storage_offset() + first)


def tiles(y: Axis, x: Axis, batch: int) -> Iterator[Tile]:
    """Cut the work into tiles of about PRODUCT_ELEMENTS a product."""
    columns, rows = (min(n, len(axis.positions)) for n, axis in ((COLUMNS, x), (ROWS, y)))
    met = (y.slope * (rows - 1) + y.side) * (x.slope * (columns - 1) + x.side)
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
