"""PyTorch treats the correlation as one of its own: derivatives of any order, autocast, vmap, meta tensors, devices."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from torch.autograd import forward_ad

from flowlab.costvolume import Correlation, correlation, cuda, matmul, op, reference
from flowlab.kernels import launch
from tests.costvolume.oracle import plain

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # of forward mode and of tracing
SMALL = {"kernel_size": 1, "max_displacement": 2, "stride1": 1, "stride2": 1, "pad_size": 2}
PATCHES = {"kernel_size": 3, "max_displacement": 2, "stride1": 2, "stride2": 2, "pad_size": 2}


def maps(*shape: int, dtype: torch.dtype = torch.float64, requires_grad: bool = True) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(2, *shape, generator=generator, dtype=dtype).requires_grad_(requires_grad).unbind())


def leaves(*shape: int) -> list[torch.Tensor]:
    return [x.detach().requires_grad_() for x in maps(*shape)]


@pytest.mark.parametrize(
    ("numbers", "channels", "size"), [(SMALL, 1, (3, 2)), (PATCHES, 2, (4, 3))], ids=["k=1", "k=3"]
)
def test_gradients_of_first_and_second_order(numbers, channels, size):
    a, b = leaves(1, channels, *size)

    def layer(a, b):
        return correlation(a, b, **numbers)

    assert torch.autograd.gradcheck(layer, (a, b))
    assert torch.autograd.gradgradcheck(layer, (a, b))


def test_gradients_of_third_order():
    a, b = leaves(1, 1, 2, 3)

    def second(a, b):
        first = torch.autograd.grad(correlation(a, b, **SMALL).pow(3).sum(), (a, b), create_graph=True)
        return torch.autograd.grad(sum(x.pow(2).sum() for x in first), (a, b), create_graph=True)

    assert torch.autograd.gradcheck(second, (a, b))


def dual(f, a, b, t):
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(f(forward_ad.make_dual(a, t), b)).tangent


def scalar(f):
    return lambda a, b: f(a, b).sin().sum()


DERIVATIVES = {
    "jvp": lambda f, a, b, t: torch.func.jvp(lambda a: f(a, b), (a,), (t,))[1],
    "jvp by the other": lambda f, a, b, t: torch.func.jvp(lambda b: f(a, b), (b,), (t,))[1],
    "jvp by both": lambda f, a, b, t: torch.func.jvp(f, (a, b), (t, a))[1],
    "dual numbers": dual,
    "jacfwd": lambda f, a, b, t: torch.func.jacfwd(f)(a, b),
    "jacrev": lambda f, a, b, t: torch.func.jacrev(f)(a, b),
    "grad": lambda f, a, b, t: torch.func.grad(scalar(f))(a, b),
    "hessian": lambda f, a, b, t: torch.func.hessian(scalar(f))(a, b),
    "third order": lambda f, a, b, t: torch.func.jvp(torch.func.hessian(scalar(f), 1), (a, b), (t, a))[1],
    "forward, twice": lambda f, a, b, t: torch.func.jacfwd(torch.func.jacfwd(f), 1)(a, b),
    "per sample": lambda f, a, b, t: torch.vmap(torch.func.grad(lambda a, b: scalar(f)(a[None], b[None])))(a, b),
    "vmap twice": lambda f, a, b, t: torch.vmap(torch.vmap(f))(torch.stack([a, t])[None], torch.stack([b, a])[None]),
    "by double backward": lambda f, a, b, t: torch.autograd.functional.jvp(f, (a, b), (t, a))[1],
}


@pytest.mark.parametrize("numbers", [SMALL, PATCHES], ids=["k=1", "k=3"])
@pytest.mark.parametrize("derive", DERIVATIVES.values(), ids=DERIVATIVES)
def test_every_kind_of_derivative_is_that_of_plain_operators(derive, numbers):
    generator = torch.Generator().manual_seed(0)
    tensors = torch.randn(3, 2, 1, 4, 3, generator=generator, dtype=torch.float64).unbind()
    ours = derive(lambda a, b: correlation(a, b, **numbers), *tensors)
    torch.testing.assert_close(ours, derive(lambda a, b: plain(a, b, **numbers), *tensors))


def test_a_tangent_that_is_not_there_is_not_correlated(monkeypatch):
    a, b, t = torch.randn(3, 1, 2, 5, 6)
    calls, corr = [], matmul.corr
    monkeypatch.setattr(matmul, "corr", lambda *args: calls.append(args) or corr(*args))
    torch.func.jvp(lambda a: correlation(a, b, **SMALL), (a,), (t,))
    assert len(calls) == 2


def test_derivatives_by_torch_func_under_autocast():
    a, b, t = torch.randn(3, 1, 64, 5, 6, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        tangent = torch.func.jvp(lambda a: correlation(a, b, **SMALL), (a,), (t,))[1]
        grad = torch.func.grad(lambda a: correlation(a, b, **SMALL).float().square().sum())(a)
    assert (tangent.dtype, grad.dtype) == (torch.bfloat16, torch.float32)
    torch.testing.assert_close(tangent.float(), plain(t, b, **SMALL), rtol=0.02, atol=0.02)
    exact = torch.func.grad(lambda a: plain(a, b, **SMALL).square().sum())(a)
    assert (grad - exact).norm() < 0.02 * exact.norm()


@pytest.mark.parametrize("numbers", [SMALL, SMALL | {"stride2": 2}, PATCHES], ids=["d=2", "s2=2", "k=3"])
def test_the_result_can_be_changed_in_place(numbers):
    a, b = leaves(1, 2, 5, 6)
    out = torch.nn.functional.leaky_relu(correlation(a, b, **numbers), 0.1, inplace=True)
    expected = torch.autograd.grad(torch.nn.functional.leaky_relu(plain(a, b, **numbers), 0.1).sum(), (a, b))
    torch.testing.assert_close(torch.autograd.grad(out.sum(), (a, b)), expected)


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_tracers_keep_the_operator(as_users_run_it):
    layer, pair = Correlation(**SMALL), maps(1, 2, 5, 6, requires_grad=False)
    for program in (torch.jit.trace(layer, pair), torch.fx.symbolic_trace(layer)):
        assert "flowlab" in str(program.graph)
        assert torch.equal(program(*pair), layer(*pair))


def test_integers_of_numpy_count_pixels_too(as_users_run_it):
    numbers = {name: np.int64(value) for name, value in PATCHES.items()}
    a, b = maps(1, 2, 5, 6, requires_grad=False)
    assert repr(Correlation(**numbers)) == repr(Correlation(**PATCHES))
    assert torch.equal(correlation(a, b, **numbers), correlation(a, b, **PATCHES))
    with pytest.raises(TypeError, match="must be an int, got"):
        Correlation(np.float64(1))


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_both_backends_have_the_same_gradients(backend):
    a, b = leaves(1, 2, 6, 5)
    correlation(a, b, **PATCHES, backend=backend).sin().sum().backward()
    c, d = leaves(1, 2, 6, 5)
    correlation(c, d, **PATCHES, backend="reference").sin().sum().backward()
    torch.testing.assert_close((a.grad, b.grad), (c.grad, d.grad))


@pytest.mark.parametrize("wanted", ["a", "b"])
def test_only_the_gradient_that_is_asked_for_is_computed(wanted, monkeypatch):
    def refuse(*_):
        raise AssertionError("nobody asked for this gradient")

    monkeypatch.setattr(matmul, "corr_grad_b" if wanted == "a" else "corr_grad_a", refuse)
    a, b = leaves(1, 2, 5, 6)
    pair = (a, b.detach()) if wanted == "a" else (a.detach(), b)
    out = correlation(*pair, **SMALL)
    out.sum().backward()
    grad = a.grad if wanted == "a" else b.grad
    gradient = getattr(reference, f"corr_grad_{wanted}")
    other = pair[1] if wanted == "a" else pair[0]
    torch.testing.assert_close(grad, gradient(torch.ones_like(out), other, op.Geometry(**SMALL)))


@pytest.mark.parametrize("numbers", [SMALL, PATCHES], ids=["k=1", "k=3"])
def test_each_operator_keeps_pytorchs_rules(numbers):
    a, b = leaves(2, 3, 5, 6)
    rows = (3, 1, 1, 1, 2)
    settings = (*numbers.values(), "auto", rows)
    g = op.corr(a, b, *settings).detach().requires_grad_()
    for operator, tensors in ((op.corr, (a, b)), (op.corr_grad_a, (g, b)), (op.corr_grad_b, (g, a))):
        torch.library.opcheck(operator.bare, (*tensors, *settings))


@pytest.mark.parametrize("shape", [(0, 3, 5, 6), (2, 3, 5, 6)])
def test_an_empty_batch_goes_forward_and_back(shape):
    a, b = leaves(*shape)
    out = correlation(a, b, **SMALL)
    out.sum().backward()
    assert out.shape == (shape[0], 25, 5, 6)
    assert a.grad.shape == b.grad.shape == shape


def test_shapes_beyond_two_to_the_31_take_no_memory():
    a = torch.empty(200_000, 256, 48, 64, device="meta")
    out = correlation(a, a)
    assert out.shape == (200_000, 441, 48, 64)
    assert out.numel() > 2**31
    assert op.corr_grad_a(out, a, *SMALL.values(), "auto").shape == a.shape


def test_autocast_computes_in_low_precision_with_long_sums():
    ones = torch.ones(1, 4096, 2, 2, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        out = correlation(ones, ones.detach().bfloat16(), 1, 0, 1, 1, 0)
        kept = correlation(ones.double(), ones.double(), 1, 0, 1, 1, 0)
    assert (out.dtype, kept.dtype) == (torch.bfloat16, torch.float64)
    assert out.eq(1).all()
    out.sum().backward()
    assert ones.grad.dtype == torch.float32


@pytest.mark.parametrize("in_dims", [(0, None), (None, 1), (2, 0)])
def test_vmap_is_a_loop(in_dims):
    a, b = torch.randn(2, 3, 3, 3, 5, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).unbind()
    a, b = (x[0] if dim is None else x for x, dim in zip((a, b), in_dims, strict=True))
    ours = torch.vmap(lambda x, y: correlation(x, y, **SMALL), in_dims)(a, b)
    xs, ys = (x.unbind(dim) if dim is not None else [x] * 3 for x, dim in zip((a, b), in_dims, strict=True))
    loop = torch.stack([correlation(x, y, **SMALL) for x, y in zip(xs, ys, strict=True)])
    torch.testing.assert_close(ours, loop)


def test_a_layer_has_no_weights_and_says_its_numbers():
    layer = Correlation(3, max_displacement=4, stride2=1, pad_size=5)
    assert not layer.state_dict()
    assert repr(layer) == (
        "Correlation(kernel_size=3, max_displacement=4, stride1=1, stride2=1, pad_size=5, backend='auto')"
    )
    a, b = maps(1, 2, 6, 7, requires_grad=False)
    assert torch.equal(layer(a, b), correlation(a, b, 3, 4, 1, 1, 5))


@pytest.mark.parametrize(
    ("a", "b", "numbers", "error", "said"),
    [
        ((2, 3, 5, 6), (2, 3, 5, 7), {}, ValueError, "one shape (B, C, H, W), got (2, 3, 5, 6) and (2, 3, 5, 7)"),
        ((3, 5, 6), (3, 5, 6), {}, ValueError, "one shape (B, C, H, W), got (3, 5, 6) and (3, 5, 6)"),
        ((1, 0, 5, 6), (1, 0, 5, 6), {}, ValueError, "at least one channel"),
        ((1, 2, 5, 6), (1, 2, 5, 6), {"pad_size": 0}, ValueError, "use pad_size=18 or more"),
        ((1, 2, 5, 6), (1, 2, 5, 6), {"kernel_size": 2}, ValueError, "kernel_size must be odd"),
        ((1, 2, 5, 6), (1, 2, 5, 6), {"backend": "gpu"}, ValueError, "one of auto, reference, cpu, cuda, got 'gpu'"),
        ((1, 2, 5, 6), (1, 2, 5, 6), {"backend": "cuda"}, ValueError, 'these are on cpu; use "auto"'),
    ],
)
def test_what_cannot_be_correlated_is_refused_in_words(a, b, numbers, error, said, as_users_run_it):
    with pytest.raises(error, match=re.escape(said)):
        correlation(torch.zeros(a), torch.zeros(b), **numbers)


@pytest.mark.parametrize("dtypes", [(torch.float32, torch.float64), (torch.int32, torch.int32)])
def test_dtypes_that_cannot_be_compared_are_refused(dtypes, as_users_run_it):
    a, b = (torch.zeros(1, 2, 5, 6, dtype=dtype) for dtype in dtypes)
    with pytest.raises(TypeError, match=re.escape(f"got {dtypes[0]} and {dtypes[1]}")):
        correlation(a, b)


def test_a_layer_of_an_unknown_backend_is_refused_at_once():
    with pytest.raises(ValueError, match="one of auto, reference, cpu, cuda"):
        Correlation(backend="gpu")


CUDA = torch.device("cuda", 1)


@pytest.mark.parametrize("backend", ["auto", "cuda"])
def test_tensors_on_a_gpu_go_to_the_cuda_kernels(backend, monkeypatch):
    monkeypatch.setattr(launch, "why_not", lambda: "")
    assert op.kernels(backend, CUDA) is cuda
    assert op.kernels("cpu", CUDA) is matmul
    assert op.kernels("reference", CUDA) is reference


def test_without_cuda_kernels_a_gpu_computes_matrix_products_unless_told_otherwise(monkeypatch):
    monkeypatch.setattr(launch, "why_not", lambda: "CuPy is not installed")
    op.warn_once.cache_clear()
    with pytest.warns(RuntimeWarning, match="the CUDA kernels cannot be loaded: CuPy is not installed"):
        assert op.kernels("auto", CUDA) is matmul
    with pytest.raises(RuntimeError, match=re.escape('cannot be loaded (CuPy is not installed); backend="auto"')):
        op.kernels("cuda", CUDA)
