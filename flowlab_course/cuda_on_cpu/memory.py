"""Arrays and numbers as a kernel on the CPU gets them."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

ZONE = 64 * 1024  # bytes on each side of an array, so that whoever leaves it does not land in the next one


class Guarded:
    """An array's memory: its own, or a copy with room on both sides.

    Args:
        array: A contiguous array or CPU tensor.
        number: Its place among the arrays.
        guard: Whether to work on a copy.

    Raises:
        ValueError: If it is not contiguous, or not in the CPU's memory.
    """

    def __init__(self, array: Any, number: int, guard: bool) -> None:
        tensor = hasattr(array, "data_ptr")
        whole = array.is_contiguous() if tensor else array.flags.c_contiguous
        if not whole:
            raise ValueError(f"array {number} is not contiguous, and a kernel takes no strides; pass a contiguous copy")
        if tensor and array.device.type != "cpu":
            raise ValueError(f"array {number} is on {array.device}; to trace a kernel, move it to the CPU")
        self.itemsize = array.element_size() if tensor else array.itemsize
        self.elements = array.numel() if tensor else array.size
        self.bytes = self.itemsize * self.elements
        self.name = f"array {number}"
        self._array = array  # whose memory it is
        self._own = array.data_ptr() if tensor else array.ctypes.data
        self.address = self._own
        self._copy = None
        if guard:
            zone = max(ZONE, self.bytes)
            self._copy = np.empty(self.bytes + 2 * zone + 64, np.uint8)
            start = self._copy.ctypes.data + zone
            self.address = start + (self._own - start) % 64  # aligned as the original
            ctypes.memmove(self.address, self._own, self.bytes)

    def element(self, offset: int) -> int:
        """Count elements instead of bytes."""
        return offset // self.itemsize

    def copy_back(self) -> None:
        """Bring what the kernel wrote to the array itself."""
        if self._copy is not None and self.bytes and self.writable:
            ctypes.memmove(self._own, self.address, self.bytes)

    @property
    def writable(self) -> bool:
        """Whether the array may be changed."""
        return self._array.flags.writeable if isinstance(self._array, np.ndarray) else True


def is_array(value: Any) -> bool:
    """Tell arrays and tensors from numbers."""
    return isinstance(value, np.ndarray) or hasattr(value, "data_ptr")


def scalar(value: Any) -> Any:
    """Turn a number into the bytes that a kernel's argument is.

    Raises:
        TypeError: If it is a Python float, whose size a kernel cannot know, or no number.
    """
    if isinstance(value, np.generic):
        return np.ctypeslib.as_ctypes_type(value.dtype)(value.item())
    if isinstance(value, int):
        return ctypes.c_longlong(value)  # an int parameter takes the lower half
    if isinstance(value, float):
        raise TypeError(f"a kernel's float has 32 or 64 bits, a Python float does not say; use np.float32({value!r})")
    raise TypeError(f"a kernel takes arrays, tensors, integers and NumPy scalars, got {type(value).__name__}")
