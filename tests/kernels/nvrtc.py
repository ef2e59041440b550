"""NVRTC through ctypes: the compiler that CuPy calls, from its wheel, which needs neither a GPU nor a driver."""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path


@cache
def folder() -> Path | None:
    """Where the wheel nvidia-cuda-nvrtc lies, if it is installed."""
    spec = importlib.util.find_spec("nvidia")
    places = (spec.submodule_search_locations if spec else None) or ()
    found = [Path(place) / "cu13" for place in places]
    return next((path for path in found if list(path.glob("lib/libnvrtc.so*"))), None)


@cache
def library() -> ctypes.CDLL:
    for builtins in folder().glob("lib/libnvrtc-builtins.so*"):
        ctypes.CDLL(str(builtins), ctypes.RTLD_GLOBAL)
    found = ctypes.CDLL(str(next(folder().glob("lib/libnvrtc.so.*"))))
    found.nvrtcGetErrorString.restype = ctypes.c_char_p
    return found


def cubin(source: str, architecture: str, expressions: Sequence[str]) -> tuple[bytes, dict[str, str]]:
    """Compile to a card's own code.

    Returns:
        The code, and the name in it of each expression.

    Raises:
        RuntimeError: With the compiler's log.
    """
    nvrtc, program = library(), ctypes.c_void_p()
    _check(nvrtc.nvrtcCreateProgram(ctypes.byref(program), source.encode(), b"kernel.cu", 0, None, None))
    for name in expressions:
        _check(nvrtc.nvrtcAddNameExpression(program, name.encode()))
    options = [f"-arch={architecture}", "-std=c++17", f"-I{folder() / 'include'}"]
    given = (ctypes.c_char_p * len(options))(*(o.encode() for o in options))
    if nvrtc.nvrtcCompileProgram(program, len(options), given):
        size = ctypes.c_size_t()
        nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
        log = ctypes.create_string_buffer(size.value)
        nvrtc.nvrtcGetProgramLog(program, log)
        raise RuntimeError(log.value.decode())
    size, names = ctypes.c_size_t(), {}
    _check(nvrtc.nvrtcGetCUBINSize(program, ctypes.byref(size)))
    code = ctypes.create_string_buffer(size.value)
    _check(nvrtc.nvrtcGetCUBIN(program, code))
    for name in expressions:
        lowered = ctypes.c_char_p()
        _check(nvrtc.nvrtcGetLoweredName(program, name.encode(), ctypes.byref(lowered)))
        names[name] = lowered.value.decode()
    _check(nvrtc.nvrtcDestroyProgram(ctypes.byref(program)))
    return code.raw, names


def _check(result: int) -> None:
    if result:
        raise RuntimeError(library().nvrtcGetErrorString(result).decode())
