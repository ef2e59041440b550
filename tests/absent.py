"""Packages that a machine may lack: a test that needs one is skipped by its name, and a test can hide them all.

A machine with a GPU is often lent bare: torch, CuPy and pytest, and nothing for notebooks or videos. So

    python -m tests.absent -m pytest tests/kernels    # as on such a machine
    python -m tests.absent FILE.py

runs a module or a script as if none of OPTIONAL were installed.
"""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

OPTIONAL = (
    *("beartype", "hypothesis", "av", "playwright", "h5py", "onnx", "onnxruntime"),
    *("IPython", "anywidget", "ipywidgets", "jupyterlab", "nbclient", "nbformat", "nbval", "traitlets"),
)


@cache
def absent(package: str) -> bool:
    """Whether a package of OPTIONAL is not installed, or hidden."""
    return importlib.util.find_spec(package) is None


def missing(error: BaseException | None) -> str:
    """The package of OPTIONAL whose absence an error is due to; "" for any other error."""
    name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return name if name in OPTIONAL and absent(name) else ""


@contextmanager
def skipped_if_missing() -> Iterator[None]:
    """Skip what cannot be imported, or run, for want of a package, and name that package."""
    try:
        yield
    except (ModuleNotFoundError, pytest.Collector.CollectError) as error:
        cause = error.__cause__ if isinstance(error, pytest.Collector.CollectError) else error
        if not (name := missing(cause)):
            raise
        pytest.skip(f"{name} is not installed", allow_module_level=True)


class Module(pytest.Module):
    """A file of tests, which is skipped by name where a package that it imports is not there."""

    def collect(self):
        with skipped_if_missing():
            return super().collect()


class Hiding:
    """A finder as another one, which does not find the packages of OPTIONAL."""

    def __init__(self, finder: Any) -> None:
        self.finder = finder

    def __getattr__(self, name: str) -> Any:
        return getattr(self.finder, name)

    def find_spec(self, name: str, *where: Any) -> ModuleSpec | None:
        return None if name.partition(".")[0] in OPTIONAL else self.finder.find_spec(name, *where)


def main() -> None:
    sys.meta_path[:] = map(Hiding, sys.meta_path)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # nbval is a plugin, and there it is not
    if sys.argv[1] == "-m":
        del sys.argv[:2]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        del sys.argv[0]
        sys.path[0] = str(Path(sys.argv[0]).parent)
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
