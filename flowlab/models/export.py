"""Networks made ready to run: batch normalisation folded, as one CUDA graph, as ONNX."""

from __future__ import annotations

import copy
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_eval

from flowlab._disk import FilePath, write_atomically
from flowlab._optional import optional
from flowlab.costvolume import decompositions
from flowlab.models.flownet import Network
from flowlab.models.layers import Activated, half_precision

if TYPE_CHECKING:
    from onnx import ModelProto

WARM_UP = 3  # runs before the capture, in which kernels are chosen and compiled
DTYPES = (torch.float32, torch.bfloat16, torch.float16)
WORTH_HALVING = 1024  # numbers in a tensor; biases and sizes stay as they are
AnyNetwork = TypeVar("AnyNetwork", bound=Network)


def fold_batch_norm(model: AnyNetwork) -> AnyNetwork:
    """Make a network without batch normalisation that computes what this one does in evaluation mode.

    After training, batch normalisation is a factor and an offset per channel, which the convolution
    before it takes over. The network is then a little faster, and can be trained further without
    normalisation: its features already have the right scale.

    Args:
        model: A FlowNetS or FlowNetC with ``batch_norm``. It is not changed.

    Returns:
        A new network of the same kind, device, mode and metadata.

    Raises:
        ValueError: If the network has no batch normalisation.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> model = FlowNetS(width=0.0625, batch_norm=True).eval()
        >>> img1, img2 = torch.rand(2, 1, 3, 64, 64)
        >>> plain = fold_batch_norm(model)
        >>> plain.config.batch_norm, torch.allclose(plain(img1, img2).flow, model(img1, img2).flow, atol=1e-4)
        (False, True)
    """
    if not model.config.batch_norm:
        raise ValueError(f"this {type(model).__name__} has no batch normalisation to fold")
    plain = copy.deepcopy(model).eval()
    plain.config = replace(model.config, batch_norm=False)
    for layer in plain.modules():
        if isinstance(layer, Activated) and isinstance(layer[1], nn.BatchNorm2d):
            layer[0] = fuse_conv_bn_eval(layer[0], layer[1])
            del layer[1]
    return plain.requires_grad_().train(model.training)


class GraphRunner:
    """Fixed-size inference in half precision, as one CUDA graph on a GPU.

    A FlowNet has about a hundred small kernels: on a fast GPU, launching them one by one takes longer than running
    them. A CUDA graph launches all of them at once, with the same memory each time. The network
    itself is not changed: this works on a copy, channels last.

    Args:
        model: A FlowNetS or FlowNetC, on its device.
        batch: Pairs at a time.
        size: Height and width.
        dtype: torch.bfloat16, float16 or float32, of weights and features; None is bfloat16, or float16 on a GPU
            without it. Flow is float32.
        graph: Whether to capture a CUDA graph; None captures one if the network is on a GPU.

    Raises:
        ValueError: If a graph is asked for and the network is not on a GPU, or a number is out of its range.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> run = GraphRunner(FlowNetS(width=0.125), batch=2, size=(64, 64))
        >>> flow = run(torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64))
        >>> tuple(flow.shape), flow.dtype
        ((2, 2, 64, 64), torch.float32)
    """

    def __init__(
        self,
        model: Network,
        batch: int,
        size: tuple[int, int],
        *,
        dtype: torch.dtype | None = None,
        graph: bool | None = None,
    ):
        device = next(model.parameters()).device
        if graph and device.type != "cuda":
            raise ValueError(f"a CUDA graph needs a GPU, but the network is on {device}; give graph=False")
        if batch < 1 or min(size) < 1:
            raise ValueError(f"batch and size must be at least 1, got {batch} and {size[0]} x {size[1]}")
        dtype = dtype or half_precision(device)
        if dtype not in DTYPES:
            raise ValueError(f"dtype must be torch.bfloat16, float16 or float32, got {dtype}")
        layout = {"dtype": dtype, "memory_format": torch.channels_last}
        self.model = copy.deepcopy(model).eval().requires_grad_(False).to(**layout)
        shape = batch, model.config.image_channels, *size
        self._images = tuple(torch.zeros(shape, device=device).to(**layout) for _ in range(2))
        self._device, self._graph = device, None
        if not (graph or (graph is None and device.type == "cuda")):
            return
        with torch.cuda.device(device):
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                for _ in range(WARM_UP):
                    self._run()
            torch.cuda.current_stream().wait_stream(side)
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                self._flow = self._run()

    def __call__(self, img1: Float[Tensor, "B C H W"], img2: Float[Tensor, "B C H W"]) -> Float[Tensor, "B 2 H W"]:
        """Estimate the flow of a batch.

        Args:
            img1: RGB in [0, 1], of the size given at construction, on any device.
            img2: The same.

        Returns:
            The flow in pixels, on the network's device, without gradients. With a graph, the next call overwrites it.
            All is done on the current stream of the network's device, whatever device is current.

        Raises:
            ValueError: If the images are of another size.
        """
        for buffer, image in zip(self._images, (img1, img2), strict=True):
            if buffer.shape != image.shape:
                shapes = f"{tuple(buffer.shape)}, got {tuple(image.shape)}"
                advice = "make another one, or use flowlab.predict"
                raise ValueError(f"this GraphRunner is for images of shape {shapes}; {advice}")
        on_gpu = self._device.type == "cuda"
        # A graph is replayed on the stream of the device that is current, which may be another one than the copies'.
        with torch.cuda.device(self._device) if on_gpu else nullcontext(), torch.no_grad():
            for buffer, image in zip(self._images, (img1, img2), strict=True):
                buffer.copy_(image, non_blocking=True)
            if self._graph is None:
                return self._run()
            self._graph.replay()
            return self._flow

    @torch.inference_mode()
    def _run(self) -> Tensor:
        return self.model(*self._images).flow


class FlowOnly(nn.Module):
    """A network that returns only the flow, as a file for other runtimes does."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = copy.deepcopy(network).eval()

    def forward(self, img1: Tensor, img2: Tensor) -> Tensor:
        """Estimate the flow at the images' size, in pixels."""
        return self.network(img1, img2).flow


def exported(model: Network) -> torch.export.ExportedProgram:
    """Trace a network in evaluation mode with `torch.export`, for any batch, height and width.

    Sides must be above 64: torch.export tells one pixel, as conv6 would have, from other numbers.
    """
    program = FlowOnly(model)
    images = next(program.parameters()).new_zeros(2, 2, model.config.image_channels, 100, 164).unbind()
    axes = dict.fromkeys((0, 2, 3), torch.export.Dim.DYNAMIC)
    with torch.no_grad():
        return torch.export.export(program, images, dynamic_shapes=(axes, axes))


def export_onnx(model: Network, path: FilePath, *, half: bool = False) -> None:
    """Write a network as an ONNX file: inputs img1 and img2, output flow, with free axes batch, height and width.

    The correlation becomes slices and matrix products, so that any runtime can read it.

    Args:
        model: A FlowNetS or a FlowNetC.
        path: The file; an existing one is replaced.
        half: Store the weights in 16 bits, for half the bytes. The runtime computes in 32 bits; the
            shipped networks, whose weights have 16 bits already, lose nothing.

    Raises:
        TypeError: If `model` is another module.
        ModuleNotFoundError: If onnx and onnxscript are missing; the message says how to get them.
        OSError: If the file cannot be written.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> export_onnx(FlowNetS(width=0.125), "flownets.onnx")  # doctest: +SKIP
    """
    if not isinstance(model, Network):
        raise TypeError(f"export_onnx takes a FlowNetS or a FlowNetC, got {type(model).__name__}")
    onnx = optional("onnx")
    optional("onnxscript")  # the exporter's
    with _quiet():
        plain = exported(model).run_decompositions(decompositions())
        proto = torch.onnx.export(
            plain, dynamo=True, verbose=False, optimize=False, input_names=["img1", "img2"], output_names=["flow"]
        ).model_proto
    name_axes(proto)
    if half:
        halve_weights(proto)
    notes = {"flowlab": "flow in pixels at the images' size, of RGB in [0, 1], (B, 3, H, W)", **model.metadata}
    onnx.helper.set_model_props(proto, notes)
    write_atomically(path, [proto.SerializeToString()])


def name_axes(proto: ModelProto) -> None:
    """Name the free axes batch, height and width, in place of the exporter's symbols; also within expressions."""
    symbols = [axis.dim_param for axis in proto.graph.input[0].type.tensor_type.shape.dim if axis.dim_param]
    names = dict(zip(symbols, ("batch", "height", "width"), strict=True))
    pattern = re.compile(rf"\b({'|'.join(symbols)})\b")
    for value in (*proto.graph.input, *proto.graph.output, *proto.graph.value_info):
        for axis in value.type.tensor_type.shape.dim:
            if axis.dim_param:
                axis.dim_param = pattern.sub(lambda found: names[found[0]], axis.dim_param)


def halve_weights(proto: ModelProto) -> None:
    """Store the large weights of an ONNX model in 16 bits, each followed by a cast back to 32."""
    from onnx import TensorProto, helper, numpy_helper

    for weight in proto.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size >= WORTH_HALVING:
            stored = f"{weight.name}.half"
            cast = helper.make_node("Cast", [stored], [weight.name], f"{stored}.cast", to=TensorProto.FLOAT)
            proto.graph.node.insert(0, cast)
            weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the exporter's messages about itself."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logger.setLevel(level)
