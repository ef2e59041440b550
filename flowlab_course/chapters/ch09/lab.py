"""Runs the kernels of chapter 09: on the reader's GPU, or traced on the CPU.

The same call serves both. On a GPU the results come from CuPy, and the counts from a trace on the CPU. Without a GPU
both come from the trace. Where there is no g++, nothing is shown as if it had run: one message says what to install,
and the notebook keeps the outputs that are saved in it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from flowlab_course.chapters.ch09.child import Ended, apart
from flowlab_course.cuda_on_cpu import compile as gcc
from flowlab_course.cuda_on_cpu.trace import SHARED, KernelError, Program, Trace
from flowlab_course.exercises.engine import WIDTH

if TYPE_CHECKING:
    import torch

ITEM = 4  # bytes of a number: the chapter's arrays are float32
SECONDS = 10  # of computing that a kernel may take; the chapter's own take one or two
_named: dict[str, Run] = {}  # what widgets draw

__all__ = [
    "SHARED",
    "Ended",
    "KernelError",
    "Run",
    "fault",
    "faults",
    "gradients_hold",
    "inputs",
    "per_product",
    "recorded",
    "run",
    "run_package",
    "traced",
    "watched",
    "where",
]


@dataclass(frozen=True)
class Run:
    """What one run of a kernel touched; its results are in its arguments.

    Attributes:
        counts: Numbers that all threads moved: "global reads", "global writes", "shared reads", "shared writes".
        accesses: What the recorded block did, one by one; of dtype `trace.ACCESS`.
        touched: How often each element of each array was read, where all blocks were recorded.
    """

    counts: dict[str, int]
    accesses: np.ndarray
    touched: dict[int, np.ndarray]


def where() -> str:
    """Say in a sentence where this session's kernels run.

    Raises:
        RuntimeError: If there is no compiler; the message says which one to install.
    """
    from flowlab_course.page.profile import profile

    _require_compiler()
    if profile().name == "gpu":
        return "Kernels run on the GPU through CuPy; what they touch is counted on the CPU."
    return "Kernels run on the CPU, thread for thread, and every access is watched."


def inputs(*shape: int, device: torch.device | str = "cpu", seed: int = 0) -> torch.Tensor:
    """Make a float32 tensor of small multiples of 1/4: sums of their products are exact, in any order.

    Example:
        >>> float(inputs(2, 3).abs().max()) <= 2
        True
    """
    import torch

    numbers = np.random.default_rng(seed).integers(-8, 9, shape).astype(np.float32) / 4
    return torch.from_numpy(numbers).to(device)


def run(
    source: str,
    kernel: str,
    grid: tuple[int, ...],
    block: tuple[int, ...],
    args: Sequence[Any],
    *,
    shared: int = 0,
    order: str = "up",
    record: int | str | None = None,
    watch: bool = True,
    name: str = "",
    seconds: int = SECONDS,
) -> Run:
    """Run a kernel; tensors among the arguments are changed in place.

    On Linux the trace is a child process, so that a kernel without an end leaves the session alive.

    Args:
        source: CUDA C++.
        kernel: The name of a kernel in it.
        grid: Blocks along x, y, z.
        block: Threads of a block along x, y, z.
        args: Tensors and integers.
        shared: Bytes of dynamic shared memory.
        order: In which threads take turns on the CPU: "up", "down", "rotated".
        record: The block whose accesses are kept, or "all".
        watch: Whether faults are looked for.
        name: Under which a widget finds this run.
        seconds: Of computing that the trace may take.

    Raises:
        Ended: If the kernel did not come to its end.
        KernelError: If the kernel did what is not allowed, and is watched.
        RuntimeError: If there is no compiler; the message says which one to install.
        SyntaxError: If the compiler does not understand it.
    """
    tensors = [a for a in args if hasattr(a, "data_ptr")]
    on_gpu = any(t.device.type == "cuda" for t in tensors)
    copies = [t.detach().cpu().clone() for t in tensors] if on_gpu else tensors
    waiting = iter(copies)
    cpu_args = [next(waiting) if hasattr(a, "data_ptr") else a for a in args]
    _require_compiler()
    options = {"shared": shared, "order": order, "record": record}
    found = traced(_program(source, kernel, watch), kernel, grid, block, cpu_args, seconds, **options)
    done = Run({kind: size // ITEM for kind, size in found.bytes.items()}, found.accesses, {})
    if record == "all":
        touched = {i: _reads(found.accesses, i, t.numel()) for i, t in enumerate(copies)}
        done = Run(done.counts, found.accesses[:0], touched)
    if name:
        _named[name] = done
    if on_gpu:
        _launched(source, kernel, grid, block, args, shared)
    return done


def traced(
    program: Program,
    kernel: str,
    grid: tuple[int, ...],
    block: tuple[int, ...],
    args: Sequence[Any],
    seconds: int = SECONDS,
    **options: Any,
) -> Trace:
    """Run a compiled kernel in a child process (child.py); arrays and tensors are changed in place, as without one.

    Raises:
        Ended: If the kernel did not come to its end.
        KernelError: If the kernel did what is not allowed, and is watched.
    """
    arrays = [a.numpy() if hasattr(a, "data_ptr") else a for a in args if hasattr(a, "shape") and np.ndim(a)]

    def work() -> tuple[Trace, list[np.ndarray]]:
        return program.run(kernel, grid, block, args, **options), arrays

    found, written = apart(work, seconds)
    for array, new in zip(arrays, written, strict=True):
        if array.flags.writeable:
            array[...] = new
    return found


def fault(source: str, kernel: str, grid: tuple[int, ...], block: tuple[int, ...], args: Sequence[Any]) -> str:
    """Trace a kernel on copies of its tensors, print the fault that the watch finds, and return its kind.

    The kernel is never launched on a GPU, where its outcome is undefined.
    """
    return _told(kernel, _watch(source, kernel, grid, block, args, "up"))


def faults(
    sources: Mapping[str, str], kernel: str, grid: tuple[int, ...], block: tuple[int, ...], args: Sequence[Any]
) -> dict[str, list[str]]:
    """Look for faults as `fault` does, in several versions of a kernel, each in three orders of the threads.

    Returns:
        Version to the three kinds, "" for none. The first order's fault is printed.
    """
    found = {}
    for name, source in sources.items():
        errors = [_watch(source, kernel, grid, block, args, order) for order in ("up", "down", "rotated")]
        _told(name, errors[0])
        found[name] = ["" if error is None else error.kind for error in errors]
    return found


def _told(name: str, error: KernelError | None) -> str:
    """Print a fault, and return its kind; "" for none."""
    said = "no fault" if error is None else f"{error.kind}, {error}"
    print(textwrap.fill(f"{name}: {said}", WIDTH, subsequent_indent="  "))
    return "" if error is None else error.kind


def _watch(
    source: str, kernel: str, grid: tuple[int, ...], block: tuple[int, ...], args: Sequence[Any], order: str
) -> KernelError | None:
    copies = [a.detach().cpu().clone() if hasattr(a, "data_ptr") else a for a in args]
    try:
        run(source, kernel, grid, block, copies, order=order)
    except KernelError as error:
        return error
    return None


def run_package(kernel: str, x: torch.Tensor, y: torch.Tensor, geometry: Any, **options: Any) -> tuple[Any, Run]:
    """Run one of the package's own kernels on a GPU or traced, and return its result and what it touched.

    Args:
        kernel: "corr", "corr_grad_a" or "corr_grad_b".
        x: Its first tensor.
        y: Its second tensor.
        geometry: The layer's numbers.
        options: As for `run`.
    """
    from flowlab.costvolume import cuda
    from flowlab.kernels.launch import source

    done = []

    def through(config: Any, given: Sequence[Any]) -> None:
        given[-1].zero_()  # the result: what it holds so far must not tell one run from another
        text, args = source(config.file), (*given, *config.numbers)
        done.append(run(text, config.expression, (config.blocks,), config.block, args, shared=config.shared, **options))

    result = getattr(cuda, kernel)(x, y, geometry, through)
    return result, done[0]


def gradients_hold(geometry: Any, shape: tuple[int, int, int, int] = (1, 2, 4, 5)) -> bool:
    """Let PyTorch compare the gradient kernels with differences of the forward kernel, in double precision."""
    import torch

    import flowlab
    from flowlab_course.cuda_on_cpu import flowlab_kernels
    from flowlab_course.page.profile import profile

    device = profile().device
    a, b = (inputs(*shape, device=device, seed=seed).double().requires_grad_() for seed in (1, 2))
    if device.type == "cuda":
        numbers = {name: getattr(geometry, name) for name in geometry.__dataclass_fields__}
        return torch.autograd.gradcheck(lambda a, b: flowlab.correlation(a, b, **numbers, backend="cuda"), (a, b))
    _require_compiler()
    return torch.autograd.gradcheck(lambda a, b: flowlab_kernels.correlation(a, b, geometry), (a, b))


def per_product(done: Run, products: int) -> dict[str, float]:
    """Divide each count by the number of products that the definition asks for."""
    return {kind: round(count / products, 3) for kind, count in done.counts.items()}


def _require_compiler() -> None:
    if missing := gcc.why_not():
        raise RuntimeError(
            f"{missing}; until then, read on: the outputs saved in this chapter are those of its kernels"
        )


def _reads(accesses: np.ndarray, array: int, elements: int) -> np.ndarray:
    """Count how often each element of an array was read; a vector read counts for each of its elements."""
    chosen = accesses[(accesses["array"] == array) & (accesses["writes"] == 0)]
    times = np.zeros(elements, np.int32)
    for k in range(int(chosen["bytes"].max(initial=0)) // ITEM):
        np.add.at(times, chosen["offset"][chosen["bytes"] > k * ITEM] // ITEM + k, 1)
    return times


def _launched(source: str, kernel: str, grid: tuple, block: tuple, args: Sequence[Any], shared: int) -> None:
    from flowlab.kernels import launch

    if missing := launch.why_not():
        raise RuntimeError(missing)
    device = launch.check([a for a in args if hasattr(a, "data_ptr")])
    compiled = launch.compiled(source, (kernel,), device.index or 0)
    launch.call(compiled.get_function(kernel), grid, block, args, shared, device)


def watched(source: str, kernel: str) -> Program:
    """Compile a kernel for this CPU, with every access watched.

    Raises:
        RuntimeError: If there is no compiler; the message says which one to install.
        SyntaxError: If the compiler does not understand it.
    """
    _require_compiler()
    return _program(source, kernel, True)


@lru_cache(maxsize=64)
def _program(source: str, kernel: str, watch: bool) -> Program:
    return Program(source, [kernel], "as written" if watch else "fast")


def recorded(name: str) -> Run:
    """Return the run that was last given this name, for a widget to draw.

    Raises:
        RuntimeError: If there was none in this session.
    """
    if name not in _named:
        raise RuntimeError(f"the kernel {name!r} has not run yet: run the cells above this one first")
    return _named[name]
