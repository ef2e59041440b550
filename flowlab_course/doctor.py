"""What the course needs beyond the library; ``python -m flowlab doctor`` and chapter 00 look at both."""

from __future__ import annotations

import shutil
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flowlab.doctor import Look, report  # noqa: F401  chapter 00 calls report

INSTALL = "`make lab` in the clone, or pip install -r requirements.txt there"
PACKAGES = ("jupyterlab", "ipywidgets", "anywidget", "matplotlib")
LEAST_MEMORY = 4  # GB; a small training takes about two
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def _packages() -> tuple:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(f"no {name}")
    return not missing, ", ".join([*found, *missing]), INSTALL


def _photographs() -> tuple:
    samples = import_module("flowlab.datasets.samples")
    try:
        shapes = {name: samples.photograph(name).shape[:2] for name in samples.PHOTOGRAPHS}
        H, W = samples.motorcycle().flow.shape[:2]
    except (ModuleNotFoundError, OSError, ValueError) as error:
        return False, str(error), INSTALL
    return True, f"{len(shapes)} of scikit-image's, and its stereo pair of {H} x {W}", ""


def _memory() -> tuple:
    try:
        memory = import_module("psutil").virtual_memory()  # comes with JupyterLab's kernel
    except ModuleNotFoundError:
        return None, "unknown without psutil", ""
    found = f"{memory.total / 2**30:.1f} GB, {memory.available / 2**30:.1f} GB free"
    enough = memory.total / 2**30 >= LEAST_MEMORY
    return True if enough else None, found, "close other programs before a training"


def _browser() -> tuple:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    advice = "only the tests of the widgets need one: install Chromium"
    return True if found else None, Path(found).name if found else "none found", advice


LOOKS: dict[str, Look] = {
    "JupyterLab": _packages,
    "memory": _memory,
    "photographs": _photographs,
    "browser": _browser,
}
