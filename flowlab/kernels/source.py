"""The kernels' text, and which of its templates are compiled."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

# What each dtype is called in CUDA, with the bytes of a number and of a sum of such numbers.
TYPES = {
    "float16": ("__half", 2, 4),
    "bfloat16": ("__nv_bfloat16", 2, 4),
    "float32": ("float", 4, 4),
    "float64": ("double", 8, 8),
}
KERNELS = {"correlation.cu": ("corr", "corr_grad_a", "corr_grad_b"), "chairs.cu": ("compose", "relate")}


class Instance(NamedTuple):
    """One compilation of a file: everything in it that is no argument.

    Attributes:
        file: Of this folder.
        dtype: Of the maps, one of TYPES.
        kernel_size: Side K of a patch, in pixels.
        wide: Whether places in memory are counted in 64 bits, as arrays of 2^31 elements and more need.

    Example:
        >>> Instance("correlation.cu", "float16", 3, wide=False).expressions["corr"]
        'corr<__half, 3, int>'
    """

    file: str
    dtype: str
    kernel_size: int
    wide: bool

    @property
    def expressions(self) -> dict[str, str]:
        """What each kernel of the file is called in C++."""
        index = "long long" if self.wide else "int"
        return {name: f"{name}<{TYPES[self.dtype][0]}, {self.kernel_size}, {index}>" for name in KERNELS[self.file]}


class Whole(NamedTuple):
    """A file without templates, which is compiled as it is.

    Attributes:
        file: Of this folder.

    Example:
        >>> Whole("chairs.cu").expressions["relate"]
        'relate'
    """

    file: str

    @property
    def expressions(self) -> dict[str, str]:
        """What each kernel of the file is called in C++."""
        return {name: name for name in KERNELS[self.file]}


@cache
def text(file: str) -> str:
    """Read a kernel's source as it lies in this folder.

    Example:
        >>> "__global__" in text("correlation.cu")
        True
    """
    return files("flowlab.kernels").joinpath(file).read_text(encoding="utf-8")
