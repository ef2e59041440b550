"""Compiles a CUDA kernel's text with g++, so that include/cuda_on_cpu.cpp can run it; keeps what it has compiled.

A compiled file is named after everything that went into it, and lies in FLOWLAB_CACHE or in the user's cache folder.
Several processes may use it at once.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flowlab_course.private import private_folder, user_cache

INCLUDE = Path(__file__).with_name("include")
WATCH = ("-fsanitize=thread", "--param", "tsan-instrument-func-entry-exit=0")
BUILDS = {
    "as written": ("-O0", "-g", *WATCH),  # each access that the text names, watched
    "watched": ("-O1", "-g", *WATCH),  # those that are left after the compiler's first thoughts
    "fast": ("-O2",),  # not watched
    "address": ("-O1", "-g", "-fsanitize=address"),  # under AddressSanitizer, in a process that has it loaded
}
DYNAMIC_SHARED = re.compile(r"extern\s+__shared__\s+([\w:]+(?:<[\w:]+>)?)\s+(\w+)\s*\[\s*\]\s*;")


def why_not() -> str:
    """Say why kernels cannot run on this CPU; nothing where they can.

    Example:
        >>> why_not() == "" or "g++" in why_not()
        True
    """
    takes = "to run a CUDA kernel on the CPU takes"
    if sys.platform != "linux":
        return f"{takes} Linux and g++, this is {platform.system() or sys.platform}; on Windows use WSL (wsl --install)"
    return "" if _compiler() else f"{takes} g++, which is not installed (apt install g++, or pip install ziglang)"


def cache_folder() -> Path:
    """Return where compiled kernels are kept: FLOWLAB_CACHE, else a folder in the user's cache."""
    return (Path(own) if (own := os.environ.get("FLOWLAB_CACHE")) else user_cache()) / "cuda_on_cpu"


def compile_for_cpu(text: str, kernels: Sequence[str], build: str, name: str = "kernel.cu") -> Path:
    """Compile a kernel's text for this CPU, unless it has been compiled before.

    Args:
        text: CUDA C++.
        kernels: The kernels to make callable, as C++ names them: "corr<float, 1, int>".
        build: One of BUILDS.
        name: What the compiler's messages call the text.

    Returns:
        A shared library, in which kernel i is `kernel_i`.

    Raises:
        RuntimeError: If there is no g++ here.
        SyntaxError: If g++ does not understand the text, with what it says and the lines of the text.
    """
    if missing := why_not():
        raise RuntimeError(missing)
    unit = f'#include "cuda_on_cpu.hpp"\n#line 1 "{name}"\n{_translated(text)}\n{_entries(kernels)}'
    own = (INCLUDE / "cuda_on_cpu.cpp").read_text(encoding="utf-8")
    watched = WATCH[0] in BUILDS[build]
    flags = [*(["-DWATCHED"] if watched else []), *(["-DAS_WRITTEN"] if build == "as written" else [])]
    runtime = _compiled(own, [*(f for f in BUILDS[build] if f not in WATCH), "-O2", *flags])
    try:
        return _compiled(unit, [*BUILDS[build]], link_with=runtime)
    except _RefusedError as refused:
        raise SyntaxError(f"g++ does not understand the kernel:\n{_said(str(refused), text, name)}") from None


class _RefusedError(Exception):
    """What g++ wrote when it did not compile."""


@cache
def _compiler() -> tuple[str, ...]:
    """The compiler's command: CXX or g++, else clang out of the pip package ziglang; empty if neither is there."""
    zig = (sys.executable, "-m", "ziglang", "c++") if find_spec("ziglang") else ()
    return (found,) if (found := shutil.which(os.environ.get("CXX", "g++"))) else zig


@cache
def _compiler_version(compiler: tuple[str, ...]) -> str:
    return subprocess.run([*compiler, "--version"], capture_output=True, text=True, check=True).stdout


def _translated(text: str) -> str:
    """Replace the one declaration that no macro can: shared memory whose size comes with the launch."""
    return DYNAMIC_SHARED.sub(r"\1* const \2 = static_cast<\1*>(on_cpu::dynamic_shared());", text)


def _entries(kernels: Sequence[str]) -> str:
    """Write the C functions through which ctypes reaches the kernels."""
    head = 'extern "C" int kernel_{} (const on_cpu::Launch* l, void** a) {{ return on_cpu::run(&{}, *l, a); }}'
    return '#line 1 "entries"\n' + "\n".join(head.format(i, name) for i, name in enumerate(kernels)) + "\n"


def _compiled(source: str, flags: list[str], link_with: Path | None = None) -> Path:
    """Compile one file, and link it if it is to be loaded; or find it in the cache."""
    # -w: a kernel's warnings are nvcc's business. A fortified longjmp takes a change of stacks for a fault.
    compiler, options = _compiler(), ["-std=c++17", "-fPIC", "-w", "-U_FORTIFY_SOURCE", *flags]
    headers = [header.read_text(encoding="utf-8") for header in sorted(INCLUDE.glob("*.h*"))]
    parts = [source, *headers, *options, _compiler_version(compiler), link_with.name if link_with else ""]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    folder = private_folder(cache_folder())  # its files are loaded as code
    target = folder / f"{digest}{'.so' if link_with else '.o'}"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as own:
        file, compiled, linked = (Path(own) / name for name in ("kernel.cpp", "kernel.o", "kernel.so"))
        file.write_text(source, encoding="utf-8")
        _call([*compiler, *options, f"-I{INCLUDE}", "-c", str(file), "-o", str(compiled)])
        if link_with:
            # What the compiler has added for -fsanitize=thread calls cuda_on_cpu.cpp, not the library of that name.
            kept = [flag for flag in flags if flag not in WATCH]
            _call([*compiler, "-shared", *kept, str(compiled), str(link_with), "-o", str(linked)])
        os.replace(linked if link_with else compiled, target)  # whole or not there, whoever else is building it
    return target


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _RefusedError(done.stderr)


def _said(messages: str, text: str, name: str) -> str:
    """Keep the first few errors, each with the line of the text that it is about."""
    errors = [line for line in messages.splitlines() if "error:" in line][:3] or messages.splitlines()[:3]
    lines = text.splitlines()
    said = []
    for error in errors:
        said.append(error)
        if (place := re.match(rf"{re.escape(name)}:(\d+):", error)) and int(place[1]) <= len(lines):
            said.append(f"    {lines[int(place[1]) - 1].strip()}")
    return "\n".join(said)
