"""What the tests of the networks share."""

from __future__ import annotations

import jaxtyping
import pytest
import torch

from flowlab.models import FlowNetC, FlowNetS


@pytest.fixture
def as_users_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch the run-time check of annotations off, as it is outside of tests, to see the library's own refusals."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture(params=[FlowNetS, FlowNetC], ids=["S", "C"])
def network(request: pytest.FixtureRequest) -> type:
    return request.param


@pytest.fixture
def small(network):
    """A narrow network whose predictions are some pixels long, in evaluation mode."""
    torch.manual_seed(0)
    return network(width=0.125).eval()


def pair(*shape: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    img1, img2 = torch.rand(2, *shape, generator=torch.Generator().manual_seed(seed))
    return img1, img2
