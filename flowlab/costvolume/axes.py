"""One axis of a correlation, cut into classes of samples that never meet.

Along one axis, the patch at output position t stands at `start + t * step` in the image, and meets `b` there and at
`reach` hops to either side. Two positions share a place of `b` only if they lie a whole number of hops apart, so the
positions fall into `classes` that never meet: class q holds q, q + classes, q + 2 * classes, and so on. Counted in
hops from the first patch of its class, position t of any class stands at `slope * t`. All classes have the same
shape, so that one batched matrix product serves them all. The samples of one class are every so many pixels apart,
which is a matter of strides, not of copying: a `Comb`.

FlowNetC's axes have step 1 and hop 2: an even and an odd class, slope 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch


class Comb(NamedTuple):
    """The places `first + q * between + i * along` of an axis, for class q and index i; some may be outside."""

    size: int
    first: int
    classes: int
    between: int
    count: int
    along: int

    @property
    def before(self) -> int:
        """Zeros needed in front, so that every place exists."""
        return max(0, -self.first)

    @property
    def after(self) -> int:
        """Zeros needed behind."""
        last = self.first + (self.classes - 1) * self.between + (self.count - 1) * self.along
        return max(0, last + 1 - self.size)


@dataclass(frozen=True)
class Axis:
    """One axis of the image and of the output; in pixels where nothing else is said.

    Attributes:
        size: Length of the image.
        count: Positions of the output.
        start: Place of position 0 in the image; negative in the padding.
        step: Between positions (stride1).
        hop: Between displacements (stride2).
        reach: Displacements to each side of zero, in hops.
    """

    size: int
    count: int
    start: int
    step: int
    hop: int
    reach: int

    @cached_property
    def side(self) -> int:
        """Displacements in all."""
        return 2 * self.reach + 1

    @cached_property
    def classes(self) -> int:
        """Number of classes."""
        return self.hop // gcd(self.step, self.hop)

    @cached_property
    def slope(self) -> int:
        """Hops from one position of a class to its next."""
        return self.step // gcd(self.step, self.hop)

    @cached_property
    def per_class(self) -> int:
        """Positions of a class; the last one may have left the output in some classes."""
        return -(-self.count // self.classes)

    @cached_property
    def places(self) -> range:
        """Hops at which at least one class is inside the image."""
        farthest = self.start + (self.classes - 1) * self.step
        return range(-(farthest // self.hop), (self.size - 1 - self.start) // self.hop + 1)

    @cached_property
    def positions(self) -> range:
        """Positions at which at least one class has its patch inside the image; elsewhere the output is 0."""
        low, high = (-(-u // self.slope) for u in (self.places.start, self.places.stop))
        return range(max(0, low), min(self.per_class, high))

    def met_by(self, t: range) -> range:
        """Hops inside the image that the positions `t` of a class meet."""
        low, high = self.slope * t.start - self.reach, self.slope * (t.stop - 1) + self.reach + 1
        return range(max(low, self.places.start), min(high, self.places.stop))

    def of_a(self) -> Comb:
        """Where the positions find their samples of `a`."""
        return Comb(self.size, self.start, self.classes, self.step, self.per_class, self.step * self.classes)

    def of_b(self) -> Comb:
        """Where the places find their samples of `b`."""
        first = self.start + self.places.start * self.hop
        return Comb(self.size, first, self.classes, self.step, len(self.places), self.hop)

    def of_output(self) -> Comb:
        """Where the positions stand in the output."""
        return Comb(self.count, 0, self.classes, 1, self.per_class, self.classes)


def comb(x: Tensor, rows: Comb, columns: Comb) -> Tensor:
    """View the last two axes of `x`, which has its zeros on, class by class.

    Shapes: (..., H, W) -> (rows.classes, columns.classes, ..., rows.count, columns.count).
    """
    *outer, row, column = x.stride()
    size = (rows.classes, columns.classes, *x.shape[:-2], rows.count, columns.count)
    stride = (rows.between * row, columns.between * column, *outer, rows.along * row, columns.along * column)
    first = max(0, rows.first) * row + max(0, columns.first) * column
    return x.as_strided(size, stride, x.storage_offset() + first)


def padded(x: Tensor, rows: Comb, columns: Comb) -> Tensor:
    """Give `x` the zeros that `comb` needs; `x` itself where it needs none."""
    margins = (columns.before, columns.after, rows.before, rows.after)
    return F.pad(x, margins) if any(margins) else x


def zeros_for(like: Tensor, outer: tuple[int, ...], rows: Comb, columns: Comb, dtype: torch.dtype) -> Tensor:
    """Make zeros (*outer, rows.size, columns.size), with the margins that `comb` needs."""
    height, width = (c.before + c.size + c.after for c in (rows, columns))
    return like.new_zeros(*outer, height, width, dtype=dtype)


def cropped(x: Tensor, rows: Comb, columns: Comb) -> Tensor:
    """Take the margins off again; contiguous."""
    x = x[..., rows.before : rows.before + rows.size, columns.before : columns.before + columns.size]
    return x.contiguous()
