"""The five settings of a correlation layer, with Caffe's names, and the sizes they give."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

Length = int | torch.SymInt  # symbolic where a program is traced for every size


@dataclass(frozen=True)
class Geometry:
    """Which pixels of `a` and `b` are compared for which output (FlowNet, section 3; the names are Caffe's).

    Attributes:
        kernel_size: Side K of the compared patches in pixels, odd (the paper's K = 2k + 1).
        max_displacement: Largest displacement d between the two patches, in pixels.
        stride1: Step s1 between the patches of `a`, in pixels.
        stride2: Step s2 between displacements, in pixels.
        pad_size: Rows and columns of zeros p around both maps.

    Raises:
        ValueError: If a number is out of its range.
        TypeError: If one is not an integer.

    Example:
        >>> flownetc = Geometry(kernel_size=1, max_displacement=20, stride1=1, stride2=2, pad_size=20)
        >>> flownetc.side, flownetc.output_size(48, 64)
        (21, (48, 64))
    """

    kernel_size: int = 1
    max_displacement: int = 20
    stride1: int = 1
    stride2: int = 2
    pad_size: int = 20

    def __post_init__(self) -> None:
        """Check the range of each number."""
        lowest = {"kernel_size": 1, "max_displacement": 0, "stride1": 1, "stride2": 1, "pad_size": 0}
        for name, least in lowest.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not hasattr(value, "__index__"):
                raise TypeError(f"{name} counts pixels and must be an int, got {value!r}")
            object.__setattr__(self, name, operator.index(value))  # NumPy's integers, too; the class is frozen
            if value < least:
                raise ValueError(f"{name} must be at least {least}, got {value}")
        if self.kernel_size % 2 == 0:
            k = self.kernel_size
            raise ValueError(f"kernel_size must be odd, so that a patch has a centre, got {k}; use {k - 1} or {k + 1}")

    @property
    def numbers(self) -> tuple[int, int, int, int, int]:
        """The five numbers, in the order of the arguments."""
        return self.kernel_size, self.max_displacement, self.stride1, self.stride2, self.pad_size

    @property
    def axes(self) -> tuple[Geometry, Geometry]:
        """The numbers from row to row and those from column to column."""
        return self, self

    @property
    def channels(self) -> int:
        """Displacements in all, D * D where rows and columns are alike."""
        return self.axes[0].side * self.axes[1].side

    @property
    def patch(self) -> int:
        """Pixels of a patch, K * K where rows and columns are alike."""
        return self.axes[0].kernel_size * self.axes[1].kernel_size

    @property
    def radius(self) -> int:
        """Displacements to each side of zero: r = floor(d / s2)."""
        return self.max_displacement // self.stride2

    @property
    def side(self) -> int:
        """Displacements along one axis: D = 2r + 1."""
        return 2 * self.radius + 1

    @property
    def start(self) -> int:
        """Position of the first patch's upper left corner in the image without padding: d - p."""
        return self.max_displacement - self.pad_size

    def pixels(self, count: Length) -> tuple[Length, int]:
        """Along one axis: how many pixels `count` patches are summed from, and the step between them.

        Patches of more than one pixel overlap; every pixel that they cover is there once.
        """
        k, s1 = self.kernel_size, self.stride1
        return (count, s1) if k == 1 else ((count - 1) * s1 + k, 1)

    def output_size(self, height: Length, width: Length) -> tuple[Length, Length]:
        """Size of the output for maps of this size: ceil((H + 2p - 2(d + floor(K / 2))) / s1).

        Raises:
            ValueError: If no patch and its displacements fit into the padded map.
        """
        sides = tuple(zip(self.axes, (height, width), strict=True))
        rows, columns = ((n - 2 * a._border + a.stride1 - 1) // a.stride1 for a, n in sides)
        if rows <= 0 or columns <= 0:
            need = max(axis._border + axis.pad_size - (n - 1) // 2 for axis, n in sides)
            raise ValueError(
                f"a correlation of {height} x {width} maps with kernel_size={self.kernel_size}, "
                f"max_displacement={self.max_displacement} and pad_size={self.pad_size} has no output "
                f"({rows} x {columns}); use pad_size={need} or more, or a smaller max_displacement"
            )
        return rows, columns

    @property
    def _border(self) -> int:
        return self.max_displacement + self.kernel_size // 2 - self.pad_size


@dataclass(frozen=True)
class AxesGeometry(Geometry):
    """A geometry whose five numbers are those from column to column; from row to row they are `rows`."""

    rows: Geometry = Geometry()

    @property
    def axes(self) -> tuple[Geometry, Geometry]:
        """The numbers from row to row and those from column to column."""
        return self.rows, self


def geometry_of(settings: Sequence[Any]) -> Geometry:
    """Make the geometry from an operator's settings, of which the last, the rows, may be left out."""
    return _geometry(*settings[:5], *map(tuple, filter(None, settings[6:])))


@lru_cache(maxsize=256, typed=True)
def _geometry(*numbers: Any) -> Geometry:
    return Geometry(*numbers) if len(numbers) == 5 else AxesGeometry(*numbers[:5], Geometry(*numbers[5]))
