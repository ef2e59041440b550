"""Launches CUDA kernels on torch's tensors, through CuPy: the only file that imports it.

A kernel is compiled once for each (device, file, dtype, kernel_size, index width), and runs on the stream that is
torch's current one on the tensors' device at the time of the call. CuPy keeps what it compiled on disk, too.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import torch

from flowlab.kernels.plan import Launch
from flowlab.kernels.source import Instance, Whole, text

INSTALL = "pip install cupy-cuda13x (cupy-cuda12x for a driver of CUDA 12)"


@lru_cache(maxsize=1)
def why_not() -> str:
    """Say why kernels cannot be launched here; nothing where they can.

    Example:
        >>> why_not() == "" or "GPU" in why_not() or "CuPy" in why_not()
        True
    """
    if not torch.cuda.is_available():
        return "torch sees no CUDA device; the kernels need an NVIDIA GPU, its driver and a CUDA build of torch"
    try:
        import cupy
    except ImportError as error:
        return f"CuPy, which compiles and launches the kernels, cannot be imported ({error}); {INSTALL}"
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return f"CuPy finds no usable CUDA driver ({error}); it must fit the driver: {INSTALL}"
    return "" if count else f"torch sees a GPU and CuPy none; they must be built for one CUDA: {INSTALL}"


def run(launch: Launch, tensors: Sequence[torch.Tensor]) -> None:
    """Launch a planned kernel on the tensors' device, on torch's current stream; does not wait for it.

    Args:
        launch: What to run.
        tensors: Contiguous CUDA tensors, all on one device.

    Raises:
        ValueError: If they are on several devices, not on a GPU, or not contiguous.
    """
    device = check(tensors)
    kernel = functions(device.index, launch.instance)[launch.kernel]
    call(kernel, (launch.blocks,), launch.block, (*tensors, *launch.numbers), launch.shared, device)


def call(
    kernel: Any, grid: tuple[int, ...], block: tuple[int, ...], args: Sequence[Any], shared: int, device: torch.device
) -> None:
    """Launch a CuPy kernel on torch's current stream of a device; tensors among the arguments go as pointers."""
    import cupy

    values = tuple(a.data_ptr() if isinstance(a, torch.Tensor) else a for a in args)
    # Both are read at each call: a reader may have changed either since the last one.
    stream = _stream(cupy, torch.cuda.current_stream(device).cuda_stream, device.index)
    with cupy.cuda.Device(device.index), stream:
        kernel((*grid, 1, 1)[:3], (*block, 1, 1)[:3], values, shared_mem=shared)


class _Pointer:
    """A stream as CuPy 14 takes it from others."""

    def __init__(self, pointer: int) -> None:
        self.pointer = pointer

    def __cuda_stream__(self) -> tuple[int, int]:
        """Give the protocol's version and the stream."""
        return 0, self.pointer


def _stream(cupy: Any, pointer: int, device: int) -> Any:
    """See torch's stream as one of CuPy's: 14 warns of ExternalStream, 13 has nothing else."""
    if hasattr(cupy.cuda.Stream, "from_external"):
        return cupy.cuda.Stream.from_external(_Pointer(pointer))
    return cupy.cuda.ExternalStream(pointer, device)


def check(tensors: Sequence[torch.Tensor]) -> torch.device:
    """Return the device that all tensors are on.

    Raises:
        ValueError: As for `run`.
    """
    devices = {t.device for t in tensors}
    if len(devices) != 1 or next(iter(devices)).type != "cuda":
        raise ValueError(f"a kernel's tensors must be on one CUDA device, got {', '.join(sorted(map(str, devices)))}")
    for i, t in enumerate(tensors):
        if not t.is_contiguous():
            raise ValueError(f"tensor {i} is a view with gaps, which a kernel cannot know; use a contiguous copy")
    return devices.pop()


@cache
def functions(device: int, instance: Instance | Whole) -> dict[str, Any]:
    """Compile and load the kernels of one instance on one device."""
    expressions = instance.expressions
    module = compiled(text(instance.file), tuple(expressions.values()), device)
    return {name: module.get_function(expression) for name, expression in expressions.items()}


@lru_cache(maxsize=256)
def compiled(source: str, expressions: tuple[str, ...], device: int) -> Any:
    """Compile CUDA C++ with CuPy for one device.

    Args:
        source: The text.
        expressions: The kernels in it, templates with their arguments.
        device: Index of the GPU.

    Returns:
        A cupy.RawModule.
    """
    import cupy

    options = ("-std=c++17", *(f"-I{folder}" for folder in header_folders()))
    with cupy.cuda.Device(device):
        module = cupy.RawModule(code=source, options=options, name_expressions=expressions)
        module.compile()
    return module


def header_folders() -> list[str]:
    """Find cuda_fp16.h in the wheels that torch and CuPy bring; a CUDA toolkit CuPy finds by itself."""
    wheels = importlib.util.find_spec("nvidia")
    places = (wheels.submodule_search_locations if wheels else None) or ()
    inside = ("cu13/include", "cuda_runtime/include")
    folders = [Path(place) / folder for place in places for folder in inside]
    return [str(folder) for folder in folders if (folder / "cuda_fp16.h").is_file()]
