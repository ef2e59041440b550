"""What the tests set in their environment, and a reader's environment, which has nothing of it."""

from __future__ import annotations

import os

# Each has its reason, and the test of the reader's side, in tests/README.md.
SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "FLOWLAB_THREADS": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
    "MPLBACKEND": "Agg",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
if os.environ.get("FLOWLAB_PROFILE") != "gpu":
    SETTINGS |= {"FLOWLAB_PROFILE": "laptop", "CUDA_VISIBLE_DEVICES": ""}

# What the builder of the chapters, the browser's tests or a `make` around them set besides.
OURS = (
    *SETTINGS,
    "CUDA_VISIBLE_DEVICES",
    "IPYTHONDIR",
    "JUPYTER_TOKEN",
    "MKL_NUM_THREADS",
    "OMP_WAIT_POLICY",
    "OPENBLAS_NUM_THREADS",
)
BEGINNINGS = ("FLOWLAB_", "PYTEST_", "PYTHON", "MAKE", "MFLAGS")


def environment_of_reader(**more: str) -> dict[str, str]:
    """Return this process's environment without the tests' settings, and with ``more``."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith(BEGINNINGS)}
    return kept | more
