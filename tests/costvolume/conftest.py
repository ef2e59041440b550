"""What the tests of the correlation share."""

from __future__ import annotations

import jaxtyping
import pytest
import torch


@pytest.fixture
def as_users_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch the run-time check of annotations off, as it is outside of tests, to see the library's own refusals."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)
