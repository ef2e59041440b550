"""What the course needs beyond the library; ``python -m flowlab doctor`` and chapter 00 look at both."""

from __future__ import annotations

import shutil
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flowlab.doctor import Look, report  # noqa: F401  chapter 00 calls report

INSTALL = 'pip install "flowlab[course]", or `make lab` in the repository'
PACKAGES = ("jupyterlab", "ipywidgets", "anywidget", "matplotlib")
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


def _browser() -> tuple:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    advice = "only the tests of the widgets need one: install Chromium"
    return True if found else None, Path(found).name if found else "none found", advice


LOOKS: dict[str, Look] = {"JupyterLab": _packages, "photographs": _photographs, "browser": _browser}
