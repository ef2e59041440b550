"""CuPy, as far as flowlab.kernels.launch and the doctor use it: kernels are run by the CUDA-on-CPU header."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import torch

from tests.standin import api
from tests.standin.dispatch import state


class RawModule:
    """The kernels of a text, compiled by g++ for this CPU."""

    def __init__(self, code: str, options: tuple[str, ...], name_expressions: tuple[str, ...]) -> None:
        assert "-std=c++17" in options
        self.code, self.names, self.program = code, name_expressions, None

    def compile(self) -> None:
        from flowlab_course.cuda_on_cpu.trace import Program

        self.program = Program(self.code, list(self.names), "fast")

    def get_function(self, name: str) -> Any:
        assert name in self.names

        def kernel(grid: Sequence[int], block: Sequence[int], args: Sequence[Any], *, shared_mem: int = 0) -> None:
            assert len(grid) == len(block) == 3
            ours, torchs = _now["stream"], api.current_stream(_now["device"]).cuda_stream
            assert ours == torchs, f"launched on stream {ours}, while torch's current one is {torchs}"

            def launch() -> None:
                self.program.run(name, grid, block, args, shared=shared_mem)

            launch()
            if state.recording is not None:
                state.recording.append(launch)

        return kernel


class RawKernel:
    """A kernel that is compiled at its first launch; its arrays are NumPy's, and it launches on any stream."""

    def __init__(self, code: str, name: str) -> None:
        self.code, self.name = code, name

    def __call__(self, grid: Sequence[int], block: Sequence[int], args: Sequence[Any]) -> None:
        from flowlab_course.cuda_on_cpu.trace import Program

        assert not [a for a in args if isinstance(a, int | float)], "CuPy takes a Python number for 64 bits"
        Program(self.code, [self.name], "fast").run(self.name, grid, block, args)


_now: dict[str, Any] = {"device": 0, "stream": 0}


@contextmanager
def _as(name: str, value: Any) -> Any:
    before, _now[name] = _now[name], value
    yield
    _now[name] = before


class CUDARuntimeError(RuntimeError):
    """As CuPy's."""


def install_cupy() -> None:
    """Be the module cupy of this process."""
    cupy = ModuleType("cupy")
    cupy.__version__ = "14 (a stand-in)"
    cupy.RawModule, cupy.RawKernel, cupy.asnumpy = RawModule, RawKernel, np.asarray
    cupy.arange, cupy.zeros, cupy.float32, cupy.int32 = np.arange, np.zeros, np.float32, np.int32
    cupy.cuda = SimpleNamespace(
        Device=lambda index: _as("device", index),
        Stream=SimpleNamespace(from_external=lambda other: _as("stream", other.__cuda_stream__()[1])),
        runtime=SimpleNamespace(getDeviceCount=torch.cuda.device_count, CUDARuntimeError=CUDARuntimeError),
    )
    sys.modules["cupy"] = cupy
