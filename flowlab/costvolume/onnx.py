"""The correlation decomposed into standard operators, for export to ONNX: slices, matrix products, reshapes.

ONNX does not know flowlab's operator, so a model is exported with this decomposition in its place:

    program = torch.export.export(model, inputs, dynamic_shapes=shapes)
    torch.onnx.export(program.run_decompositions(decompositions()), dynamo=True)

With one shifted product and one mean per displacement, FlowNetC's correlation would be 2,600 nodes, and its export with
symbolic sizes would take minutes. Here every row of `a` is multiplied with all the displaced rows of `b` in one matrix
product: some 60 nodes, for the memory of D displaced copies of `b`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import gcd

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.costvolume.geometry import Geometry, Length, geometry_of


def decomposed_corr(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo); sizes may be symbols."""
    y, x = geometry.axes
    Ho, Wo = geometry.output_size(*a.shape[-2:])
    out = pixel_corr(a / (geometry.patch * a.shape[1]), b, y.pixels(Ho), x.pixels(Wo), geometry)
    # Patches overlap: every pixel that they cover is correlated once, then added up.
    if y.kernel_size > 1:
        last = (Ho - 1) * y.stride1 + 1
        out = reduce(torch.add, [out[:, :, j : j + last : y.stride1] for j in range(y.kernel_size)])
    if x.kernel_size > 1:
        last = (Wo - 1) * x.stride1 + 1
        out = reduce(torch.add, [out[..., i : i + last : x.stride1] for i in range(x.kernel_size)])
    return out


def pixel_corr(
    a: Tensor, b: Tensor, in_column: tuple[Length, int], in_row: tuple[Length, int], geometry: Geometry
) -> Tensor:
    """Sum the products of pixels over the channels, (B, D * D, rows, columns).

    `in_column` and `in_row` are how many pixels are taken along each axis, and the step between them.
    """
    (y_axis, x_axis), (rows, y_step), (columns, step) = geometry.axes, in_column, in_row
    Dy, r_y = y_axis.side, y_axis.radius
    stride2, D, r = x_axis.stride2, x_axis.side, x_axis.radius
    classes = stride2 // gcd(step, stride2)  # residue classes of columns, as in matmul.py
    ratio = step * classes // stride2  # from one column of a class to the next, in units of stride2
    count = (columns + classes - 1) // classes  # ONNX's -(-columns // classes) rounds down
    met = ratio * (count - 1) + D  # columns of b that a class meets
    margins = (x_axis.pad_size, x_axis.pad_size + (classes - 1) * step, y_axis.pad_size, y_axis.pad_size)
    a, b = (F.pad(x, margins).permute(0, 2, 3, 1) for x in (a, b))  # (B, height, width, C)
    y = y_axis.max_displacement + y_step * torch.arange(rows, device=a.device)
    displaced = (y[:, None] + y_axis.stride2 * torch.arange(-r_y, r_y + 1, device=a.device)).flatten()
    a = a.index_select(1, y)
    by_class = []
    for q in range(classes):
        first = x_axis.max_displacement + q * step
        positions = a[:, :, first : first + (count - 1) * step * classes + 1 : step * classes]
        candidates = b[:, :, first - r * stride2 : first + (met - 1 - r) * stride2 + 1 : stride2]
        candidates = candidates.index_select(1, displaced)
        candidates = candidates.unflatten(1, (rows, Dy)).flatten(2, 3)  # (B, rows, Dy * met, C)
        gram = (positions @ candidates.mT).unflatten(3, (Dy, met)).transpose(2, 3)  # (B, rows, Dy, count, met)
        # The displacements of column t begin at ratio * t; in rows that are longer by ratio, they begin at 0.
        skewed = F.pad(gram.flatten(3), (0, count * ratio)).unflatten(3, (count, met + ratio))
        by_class.append(skewed[..., :D])
    out = torch.stack(by_class, 5).permute(0, 2, 4, 1, 3, 5)  # (B, Dy, D, rows, count, classes)
    # A slice would ask whether it cuts anything off; the export would keep that answer for all sizes.
    return out.flatten(4, 5).flatten(1, 2).index_select(3, torch.arange(columns, device=out.device))


def decompositions() -> dict[torch._ops.OpOverload, Callable[..., Tensor]]:
    """Return the table for `torch.export.ExportedProgram.run_decompositions`.

    Example:
        >>> [str(operator) for operator in decompositions()]
        ['flowlab.corr.default']
    """
    return {torch.ops.flowlab.corr.default: lambda a, b, *settings: decomposed_corr(a, b, geometry_of(settings))}
