"""Compiles torch_cuda.cpp, keeps what it has compiled, and loads it: before torch is imported, or not at all."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

SOURCE = Path(__file__).with_name("torch_cuda.cpp")
FLAGS = ("-std=c++20", "-O0", "-fPIC", "-shared", "-w")
LIBRARIES = ("torch_python", "torch_cpu", "c10")


def why_not() -> str:
    """Say why there can be no stand-in for a GPU here; nothing where there can be one. Does not import torch."""
    if sys.platform != "linux" or shutil.which("g++") is None:
        return "a stand-in for a GPU takes Linux and g++"
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        return "a stand-in for a GPU takes Python.h, of Python's development files"
    if (_torch() / "lib" / "libtorch_cuda.so").exists():
        return "a stand-in for a GPU takes a CPU build of torch, and this one has CUDA of its own"
    return ""


def _torch() -> Path:
    return Path(next(iter(importlib.util.find_spec("torch").submodule_search_locations)))


def compiled() -> Path:
    """Compile the library for this torch, at its place, and this Python, unless it has been."""
    from flowlab_course.cuda_on_cpu.compile import cache_folder  # neither imports torch
    from flowlab_course.private import private_folder

    parts = (SOURCE.read_text(encoding="utf-8"), version("torch"), str(_torch()), sys.version, *FLAGS)
    target = private_folder(cache_folder()) / f"standin-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:32]}.so"
    with (target.parent / "standin.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several kernels may start at once
        if not target.exists():
            _compile(target)
    return target


def _compile(target: Path) -> None:
    include, libraries = _torch() / "include", _torch() / "lib"
    folders = (include, include / "torch" / "csrc" / "api" / "include", sysconfig.get_paths()["include"])
    with tempfile.TemporaryDirectory(dir=target.parent) as own:
        built = Path(own) / target.name
        command = ["g++", *FLAGS, *(f"-I{folder}" for folder in folders), str(SOURCE), "-o", str(built)]
        command += [f"-L{libraries}", f"-Wl,-rpath,{libraries}", *(f"-l{name}" for name in LIBRARIES)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr[:3000]
            raise RuntimeError(f"{SOURCE.name} does not compile against torch {version('torch')}:\n{said}")
        os.replace(built, target)


def load() -> SimpleNamespace:
    """Load the library.

    Raises:
        RuntimeError: If torch is there already: it asks once for a GPU, and has done so.
    """
    if "torch._C" in sys.modules:
        raise RuntimeError("the stand-in for a GPU must be loaded before torch is imported")
    library = ctypes.PyDLL(str(compiled()))  # PyDLL: these functions need the interpreter's lock
    names = {
        "seen_from": ((ctypes.py_object, ctypes.c_int, ctypes.py_object), ctypes.py_object),
        "become": ((ctypes.py_object, ctypes.py_object), None),
        "device": ((), ctypes.c_int),
        "set_device": ((ctypes.c_int,), None),
        "count": ((), ctypes.c_int),
        "allocated": ((), ctypes.c_longlong),
        "peak": ((), ctypes.c_longlong),
        "reset_peak": ((), None),
    }
    found = SimpleNamespace()
    for name, (takes, gives) in names.items():
        function = getattr(library, f"standin_{name}")
        function.argtypes, function.restype = takes, gives
        setattr(found, name, function)
    return found
