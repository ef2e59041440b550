"""Compiles CUDA kernels and launches them on torch's tensors, through CuPy, imported here alone.

    run(LaunchConfig("chairs.cu", "composite", "", blocks, block, shared, numbers), tensors)

A kernel is compiled once for each (device, file, template arguments), and runs on torch's current
stream of the tensors' device. CuPy also keeps what it compiled on disk. Code that launches kernels
takes ``run`` as an argument: another function with the same two arguments runs the same kernels
elsewhere, as the course's emulator does on a CPU.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch

KERNELS = {"correlation.cu": ("corr", "corr_grad_a", "corr_grad_b"), "chairs.cu": ("composite", "flow_and_occlusion")}
MOST_BLOCKS = 2**31 - 1
INSTALL = "pip install 'cupy-cuda13x[ctk]' (cupy-cuda12x for a driver of CUDA 12)"
PROBE = "#include <cuda_bf16.h>\n#include <cuda_fp16.h>\n__global__ void probe() {}"


@dataclass(frozen=True)
class LaunchConfig:
    """One call of a kernel, without its tensors; with more blocks than a launch can have, it is a ValueError.

    Example:
        >>> LaunchConfig("correlation.cu", "corr", "<float, 1, int>", 4, (32, 2), 0, ()).expression
        'corr<float, 1, int>'
    """

    file: str  # the source file in this folder
    kernel: str  # the kernel's name, one of KERNELS[file]
    template: str  # its template arguments in C++; "" if it has none
    blocks: int  # along x
    block: tuple[int, int]  # threads of a block, (x, y)
    shared: int  # bytes of dynamic shared memory
    numbers: tuple[int, ...]  # the arguments after the tensors

    def __post_init__(self) -> None:
        if self.blocks > MOST_BLOCKS:
            taken = f"{self.kernel} would take {self.blocks} blocks"
            raise ValueError(f"{taken}, and a launch has at most {MOST_BLOCKS}; use a smaller batch")

    @property
    def expression(self) -> str:
        """The kernel's name in C++, with its template arguments."""
        return self.kernel + self.template


Run = Callable[[LaunchConfig, Sequence[torch.Tensor]], object]


@cache
def source(file: str) -> str:
    """Read a kernel file of this folder."""
    return files("flowlab.kernels").joinpath(file).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def why_not() -> str:
    """Say why kernels cannot be compiled and launched here, and what to install; "" if they can. Tried once."""
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
    if not count:
        return f"torch sees a GPU and CuPy none; both need the same CUDA: {INSTALL}"
    try:
        compiled(PROBE, ("probe",), torch.cuda.current_device())
    except Exception as error:  # noqa: BLE001  no compiler, no headers, or those of another CUDA: CuPy has many errors
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        return f"CuPy cannot compile a kernel ({said}); [ctk] brings CUDA's compiler and headers: {INSTALL}"
    return ""


def run(config: LaunchConfig, tensors: Sequence[torch.Tensor]) -> None:
    """Launch a kernel on its tensors' device, on torch's current stream; does not wait for it.

    The tensors must be contiguous and all on one GPU; others are a ValueError.
    """
    device = check(tensors)
    kernel = functions(device.index, config.file, config.template)[config.kernel]
    call(kernel, (config.blocks,), config.block, (*tensors, *config.numbers), config.shared, device)


def call(
    kernel: Any, grid: tuple[int, ...], block: tuple[int, ...], args: Sequence[Any], shared: int, device: torch.device
) -> None:
    """Launch a CuPy kernel on torch's current stream; tensors in ``args`` become pointers."""
    import cupy

    values = tuple(a.data_ptr() if isinstance(a, torch.Tensor) else a for a in args)
    # Both are read at each call: the caller may have changed either since the last one.
    stream = _stream(cupy, torch.cuda.current_stream(device), device.index)
    with cupy.cuda.Device(device.index), stream:
        kernel((*grid, 1, 1)[:3], (*block, 1, 1)[:3], values, shared_mem=shared)


def _stream(cupy: Any, stream: Any, device: int) -> Any:
    """Wrap torch's stream for CuPy: version 14 warns of ExternalStream, 13 has nothing else."""
    if hasattr(cupy.cuda.Stream, "from_external"):
        return cupy.cuda.Stream.from_external(stream)
    return cupy.cuda.ExternalStream(stream.cuda_stream, device)


def check(tensors: Sequence[torch.Tensor]) -> torch.device:
    """Return the device that all tensors are on, or raise the errors of `run`."""
    devices = {t.device for t in tensors}
    if len(devices) != 1 or next(iter(devices)).type != "cuda":
        raise ValueError(f"a kernel's tensors must be on one CUDA device, got {', '.join(sorted(map(str, devices)))}")
    for i, t in enumerate(tensors):
        if not t.is_contiguous():
            raise ValueError(f"tensor {i} is not contiguous, and a kernel takes no strides; call .contiguous()")
    return devices.pop()


@cache
def functions(device: int, file: str, template: str) -> dict[str, Any]:
    """Compile and load the kernels of a file on one device, with one set of template arguments."""
    expressions = {name: name + template for name in KERNELS[file]}
    module = compiled(source(file), tuple(expressions.values()), device)
    return {name: module.get_function(expression) for name, expression in expressions.items()}


@lru_cache(maxsize=256)
def compiled(text: str, expressions: tuple[str, ...], device: int) -> Any:
    """Compile CUDA C++ for one device to a cupy.RawModule with the kernels of ``expressions``."""
    import cupy

    options = ("-std=c++17", *(f"-I{folder}" for folder in header_folders()))
    with cupy.cuda.Device(device):
        module = cupy.RawModule(code=text, options=options, name_expressions=expressions)
        module.compile()
    return module


def header_folders() -> list[str]:
    """Find cuda_fp16.h in the wheels of torch and CuPy; CuPy finds a CUDA toolkit by itself."""
    wheels = importlib.util.find_spec("nvidia")
    places = (wheels.submodule_search_locations if wheels else None) or ()
    inside = ("cu13/include", "cuda_runtime/include")
    folders = [Path(place) / folder for place in places for folder in inside]
    return [str(folder) for folder in folders if (folder / "cuda_fp16.h").is_file()]
