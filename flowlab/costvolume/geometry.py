"""The five settings of a correlation layer, with Caffe's names, and the sizes they give."""

from __future__ import annotations

from dataclasses import dataclass

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
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"{name} counts pixels and must be an int, got {value!r}")
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

    def output_size(self, height: Length, width: Length) -> tuple[Length, Length]:
        """Size of the output for maps of this size: ceil((H + 2p - 2(d + floor(K / 2))) / s1).

        Raises:
            ValueError: If no patch and its displacements fit into the padded map.
        """
        border = self.max_displacement + self.kernel_size // 2 - self.pad_size
        rows, columns = ((size - 2 * border + self.stride1 - 1) // self.stride1 for size in (height, width))
        if rows <= 0 or columns <= 0:
            need = self.pad_size + border - (min(height, width) - 1) // 2
            raise ValueError(
                f"a correlation of {height} x {width} maps with kernel_size={self.kernel_size}, "
                f"max_displacement={self.max_displacement} and pad_size={self.pad_size} has no output "
                f"({rows} x {columns}); use pad_size={need} or more, or a smaller max_displacement"
            )
        return rows, columns
