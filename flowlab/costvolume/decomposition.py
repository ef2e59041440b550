"""The correlation as slices and products: what exporters understand, and the way it is usually written.

One shifted product and one mean per displacement. cpu.py does the same many times faster, but an ONNX file can only
hold operators that ONNX knows, so a model is exported with this in the operator's place:

    program = torch.export.export(model, inputs, dynamic_shapes=shapes)
    torch.onnx.export(program.run_decompositions(decompositions()), dynamo=True)
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.costvolume.geometry import Geometry


def corr_by_slices(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo), by shift, multiply and mean.

    Height, width and batch may be symbols. Differentiable by autograd, which keeps every shifted product.
    """
    K, d, s1, s2 = geometry.kernel_size, geometry.max_displacement, geometry.stride1, geometry.stride2
    Ho, Wo = geometry.output_size(*a.shape[-2:])
    a, b = (F.pad(x, (geometry.pad_size,) * 4) if geometry.pad_size else x for x in (a, b))

    def window(x: Tensor, top: int, left: int) -> Tensor:
        return x[..., top : top + (Ho - 1) * s1 + 1 : s1, left : left + (Wo - 1) * s1 + 1 : s1]

    offsets = [(d + j, d + i) for j in range(K) for i in range(K)]
    patches = [window(a, y, x) for y, x in offsets]
    channels = []
    reach = range(-geometry.radius * s2, d + 1, s2)
    for dy in reach:
        for dx in reach:
            means = [
                (patch * window(b, y + dy, x + dx)).mean(1) for patch, (y, x) in zip(patches, offsets, strict=True)
            ]
            channels.append(means[0] if K == 1 else sum(means) / K**2)
    return torch.stack(channels, 1)


def decompositions() -> dict[torch._ops.OpOverload, Callable[..., Tensor]]:
    """Give the table for `torch.export.ExportedProgram.run_decompositions`.

    Example:
        >>> [str(operator) for operator in decompositions()]
        ['flowlab.corr.default']
    """

    def decompose(a: Tensor, b: Tensor, *settings: int | str) -> Tensor:
        return corr_by_slices(a, b, Geometry(*settings[:-1]))

    return {torch.ops.flowlab.corr.default: decompose}
