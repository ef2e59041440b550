"""What the tests of one flow field share."""

from __future__ import annotations

import jaxtyping
import numpy as np
import pytest


@pytest.fixture
def as_users_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch the run-time check of annotations off, as it is outside of tests, to see the library's own refusals."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
