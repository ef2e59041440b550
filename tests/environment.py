"""The environment of a reader: without what the tests set for themselves."""

from __future__ import annotations

import os

# What a fresh machine does not have: tests/conftest.py, the builder of the chapters or a CI sets them.
OURS = (
    "CUDA_VISIBLE_DEVICES",
    "IPYTHONDIR",
    "JUPYTER_PLATFORM_DIRS",
    "MKL_NUM_THREADS",
    "MPLBACKEND",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PYDEVD_DISABLE_FILE_VALIDATION",
    "PYTHONHASHSEED",
    "PYTHONPATH",
)


def environment_of_reader(**more: str) -> dict[str, str]:
    """Return this process's environment without the tests' settings, and with ``more``."""
    return {
        name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("FLOWLAB_")
    } | more
