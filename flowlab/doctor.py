"""Look at the machine: what is there, what is missing, and what to type to get it.

It runs with any package missing or broken: that is a finding, not an error.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flowlab._optional import OPTIONAL

COURSE = "flowlab_course"  # stands beside flowlab in a clone, and not in the wheel
SIGNS = {True: "✓", False: "✗", None: "–"}  # fine; missing and needed; missing and not needed
IN_ASCII = {True: "ok", False: "no", None: "- "}  # for output that lacks the signs
Look = Callable[[], tuple]


@dataclass(frozen=True)
class Check:
    """One finding; ``ok`` is None if something optional is missing, ``advice`` says what to do."""

    name: str
    ok: bool | None
    found: str
    advice: str = ""


def checks() -> list[Check]:
    """Look at everything; takes a few seconds, most of them to import torch.

    Example:
        >>> checks()[0].name
        'Python'
    """
    found = []
    course = import_module(f"{COURSE}.doctor").LOOKS if find_spec(COURSE) else {}  # a plug-in, found by its name
    for name, look in (LOOKS | course).items():
        try:
            found.append(Check(name, *look()))
        except Exception as error:  # noqa: BLE001  a half-installed package may fail in any way
            advice = "something is half installed: make a new environment and install flowlab there again"
            found.append(Check(name, False, f"{type(error).__name__}: {error}", advice))
    return found


def report(found: list[Check] | None = None, signs: dict[bool | None, str] = SIGNS) -> None:
    """Print what `checks` finds, each with its sign."""
    for check in checks() if found is None else found:
        print(f"{signs[check.ok]} {check.name:<14} {check.found}")
        if check.advice and check.ok is not True:
            print(f"{'':<{len(signs[True])}} {'':<14} {check.advice}")


def _python() -> tuple:
    # Without its path: a report is shown to others, and a path of one machine does not help them.
    own = "in a virtual environment" if sys.prefix != sys.base_prefix else "not in a virtual environment"
    found = f"{platform.python_version()}, {own}"
    return sys.version_info >= (3, 11), found, "flowlab needs Python 3.11 or newer"


def _torch() -> tuple:
    torch = import_module("torch")
    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU"
    return True, f"{torch.__version__}, {build} build", ""


def _gpu() -> tuple:
    torch = import_module("torch")
    if torch.cuda.is_available():
        card = torch.cuda.get_device_properties(0)
        found = f"{card.name}, {card.total_memory / 2**30:.0f} GB, compute capability {card.major}.{card.minor}"
        return True, found, ""
    advice = "everything runs on the processor, at smaller sizes"
    if torch.version.cuda is None and shutil.which("nvidia-smi"):
        advice = "an NVIDIA driver is here, but torch is a CPU build: get a CUDA build at pytorch.org"
    return None, "no CUDA device", advice


def _cupy() -> tuple:
    torch = import_module("torch")
    if not torch.cuda.is_available():
        return None, "not needed without a CUDA device", ""
    major = torch.version.cuda.split(".")[0]
    advice = f"pip install 'cupy-cuda{major}x[ctk]', for the CUDA kernels"
    try:
        cupy = import_module("cupy")
        total = int(cupy.arange(4).sum())
    except Exception as error:  # noqa: BLE001  missing, or built for another CUDA
        return None, f"cannot be used ({type(error).__name__}: {error})", advice
    return total == 6, f"{cupy.__version__}, computes on the device", advice


def _opencv() -> tuple:
    cv2 = import_module("cv2")
    return hasattr(cv2, "DISOpticalFlow"), cv2.__version__, "pip install opencv-python-headless"


def _data() -> tuple:
    named = os.environ.get("FLOWLAB_DATA")
    if not named:
        return None, "FLOWLAB_DATA is not set", "nothing needs it; it may name the folder of your data sets"
    folder = Path(named).expanduser()
    if not folder.is_dir():
        return False, f"FLOWLAB_DATA is {named}, and that is no folder", "create it, or unset FLOWLAB_DATA"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return True, f"{folder}: {', '.join(names[:8]) or 'empty'}{more}", ""


def _processor() -> tuple:
    torch = import_module("torch")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = f"{usable} of {os.cpu_count()} cores, torch takes {torch.get_num_threads()} threads"
    return True if usable >= 2 else None, found, "times are measured on two cores, here everything takes longer"


def _package(name: str) -> tuple:
    packages, users = OPTIONAL[name]
    if find_spec(name) is None:
        return None, f"not installed; {users} need it", f"pip install {packages}"
    return True, f"installed, for {users}", ""


LOOKS: dict[str, Look] = {
    "Python": _python,
    "PyTorch": _torch,
    "GPU": _gpu,
    "CuPy": _cupy,
    "OpenCV": _opencv,
    "data sets": _data,
    "processor": _processor,
    **{name: partial(_package, name) for name in OPTIONAL},
}
