"""The operators allocate their results and nothing besides: the peak of memory is inputs plus outputs."""

from __future__ import annotations

import types
from functools import partial

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import flowlab
from flowlab.costvolume import Geometry, cuda, op

SHAPE, FLOWNETC = (2, 64, 12, 16), Geometry()


class Allocations(TorchDispatchMode):
    """Keeps every tensor whose memory is not that of an argument."""

    def __init__(self) -> None:
        super().__init__()
        self.new: dict[int, torch.Tensor] = {}  # kept alive, so that no memory is used twice

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        given = {t.untyped_storage().data_ptr() for t in tree_leaves((args, kwargs)) if isinstance(t, torch.Tensor)}
        out = func(*args, **(kwargs or {}))
        for t in tree_leaves(out):
            if isinstance(t, torch.Tensor) and t.untyped_storage().data_ptr() not in given:
                self.new[t.untyped_storage().data_ptr()] = t
        return out

    @property
    def bytes(self) -> int:
        return sum(t.untyped_storage().nbytes() for t in self.new.values())


def inputs(dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    scores = (SHAPE[0], FLOWNETC.side**2, *FLOWNETC.output_size(*SHAPE[2:]))
    return tuple(torch.zeros(shape, dtype=dtype) for shape in (SHAPE, SHAPE, scores))


def launched(config, tensors) -> None:
    """Play a launcher that computes nothing: what counts is what it is given."""
    assert len(tensors) == 3


def size(*tensors: torch.Tensor) -> int:
    return sum(t.numel() * t.element_size() for t in tensors)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("kernel", ["corr", "corr_grad_a", "corr_grad_b"])
def test_a_kernel_allocates_its_result_alone(kernel, dtype):
    a, b, g = inputs(dtype)
    x, y, result = {"corr": (a, b, g), "corr_grad_a": (g, b, a), "corr_grad_b": (g, a, b)}[kernel]
    with Allocations() as allocations:
        getattr(cuda, kernel)(x, y, FLOWNETC, launched)
    assert allocations.bytes == size(result)


def test_forward_and_backward_together_stay_within_inputs_plus_outputs(monkeypatch):
    names = ("corr", "corr_grad_a", "corr_grad_b")
    played = types.SimpleNamespace(**{name: partial(getattr(cuda, name), run=launched) for name in names})
    monkeypatch.setattr(op, "kernels", lambda backend, device: played)
    a, b, g = inputs()
    a, b = a.requires_grad_(), b.requires_grad_()
    with Allocations() as allocations:
        gradients = torch.autograd.grad(flowlab.correlation(a, b), (a, b), g)
    outputs = size(g) + size(*gradients)
    assert allocations.bytes == outputs
    assert size(a, b, g) + allocations.bytes <= 1.2 * (size(a, b, g) + outputs)


def test_a_copy_would_be_seen():
    a, b, g = inputs()
    with Allocations() as allocations:
        cuda.corr(a.mT.contiguous().mT, b, FLOWNETC, launched)
    assert allocations.bytes == size(g) + 2 * size(a)  # turned, and turned back
