"""Networks for other runtimes: an ONNX file that takes any batch, height and width."""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from flowlab.costvolume import decompositions
from flowlab.field._disk import FilePath, write_atomically
from flowlab.models.network import Network

if TYPE_CHECKING:
    from onnx import ModelProto

WORTH_HALVING = 1024  # numbers in a tensor; biases and sizes stay as they are


class FlowOnly(nn.Module):
    """A network that returns the flow alone, as a file for other runtimes does."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, img1: Tensor, img2: Tensor) -> Tensor:
        """Estimate the flow at the images' size, in pixels."""
        return self.network(img1, img2).flow


def exported(model: Network, example: tuple[int, int, int] = (2, 100, 164)) -> torch.export.ExportedProgram:
    """Trace a network for any batch, height and width, with `torch.export`.

    Args:
        model: A FlowNetS or a FlowNetC; it is copied, and traced in evaluation mode.
        example: Batch, height and width to trace with; none of them is kept.

    Returns:
        The program: two batches of RGB in [0, 1] in, the flow at their size out, in pixels. It takes heights and
        widths above 64: torch.export tells a side of one pixel, which conv6 would have, from all others.
    """
    batch, height, width = example
    program = FlowOnly(copy.deepcopy(model).eval())
    weight = next(program.parameters())
    images = [weight.new_zeros(batch, model.config.image_channels, height, width) for _ in range(2)]
    dynamic = torch.export.Dim.DYNAMIC
    axes = {0: dynamic, 2: dynamic, 3: dynamic}
    with torch.no_grad():
        return torch.export.export(program, tuple(images), dynamic_shapes=(axes, axes))


def export_onnx(model: Network, path: FilePath, *, half: bool = False) -> None:
    """Write a network as an ONNX file: inputs img1 and img2, output flow, all sizes free.

    The correlation becomes slices and matrix products, so that any runtime can read it.

    Args:
        model: A FlowNetS or a FlowNetC.
        path: The file to write; what is there is replaced.
        half: Store the weights in 16 bits, for half the bytes. They are computed with in 32, and the shipped
            networks, whose weights have 16 bits anyway, lose nothing.

    Raises:
        TypeError: If `model` is another one.
        ModuleNotFoundError: If onnx and onnxscript are missing; the message says how to get them.
        OSError: If the file cannot be written.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> export_onnx(FlowNetS(width=0.125), "flownets.onnx")  # doctest: +SKIP
    """
    if not isinstance(model, Network):
        raise TypeError(f"export_onnx takes a FlowNetS or a FlowNetC, got {type(model).__name__}")
    try:
        import onnx  # noqa: F401 - the exporter's
        import onnxscript  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{error.name} is missing: pip install 'flowlab[export]'", name=error.name) from error
    with _quiet():
        plain = exported(model).run_decompositions(decompositions())
        program = torch.onnx.export(
            plain, dynamo=True, verbose=False, optimize=False, input_names=["img1", "img2"], output_names=["flow"]
        )
    notes = {"flowlab": "flow in pixels at the images' size, of RGB in [0, 1], (B, 3, H, W)", **model.metadata}
    proto = program.model_proto
    if half:
        halve_weights(proto)
    for key, value in notes.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = key, value
    write_atomically(path, [proto.SerializeToString()])


def halve_weights(proto: ModelProto) -> None:
    """Store the large weights of an ONNX model in 16 bits, each followed by a cast back to 32."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for weight in proto.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < WORTH_HALVING:
            continue
        stored = f"{weight.name}.half"
        casts.append(helper.make_node("Cast", [stored], [weight.name], f"{stored}.cast", to=TensorProto.FLOAT))
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), stored))
    nodes = [*casts, *proto.graph.node]
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's talk about itself from a reader's screen."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
