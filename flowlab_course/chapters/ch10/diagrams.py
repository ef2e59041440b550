"""FlowNetC: two streams with the same weights, and where they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowlab_course.layers import Layer, layers_of
from flowlab_course.page.diagram import SMALL, Box, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowlab import FlowNetC

STREAMS = {"1": (76, "first"), "2": (256, "second")}  # frame, and its row's y and colour
X, WIDE, TALL = (78, 196, 314), 102, 62  # the three layers of a stream
MEET = 452  # left side of what follows them


def two_streams(network: FlowNetC, height: int = 384, width: int = 512) -> Figure:
    """Draw the streams, the correlation and the merge with channels and sizes, which are read from the network."""
    table = layers_of(network, height, width)
    sheet = Sheet(350)
    ends = {frame: _stream(sheet, table, frame, y, kind) for frame, (y, kind) in STREAMS.items()}
    for x in X:
        sheet.line((x + WIDE / 2, STREAMS["1"][0] + TALL / 2), (x + WIDE / 2, STREAMS["2"][0] - TALL / 2), dashed=True)
    sheet.box(X[1] - 6, 153, WIDE + 12, 26, kind="ink")
    sheet.text(X[1] + WIDE / 2, 166, "same weights", size=SMALL)
    _merge(sheet, table, ends, _correlation(sheet, network, height // table["conv3"].height))
    return sheet.fig


def _stream(sheet: Sheet, table: dict[str, Layer], frame: str, y: float, kind: str) -> Box:
    last = sheet.box(6, y - 24, 56, 48, f"frame {frame}\n{table['conv1'].inputs} ch.", kind=kind)
    for x, name in zip(X, ("conv1", "conv2", "conv3"), strict=True):
        layer = table[name]
        box = sheet.box(x, y - TALL / 2, WIDE, TALL, kind=kind)
        sheet.text(x + WIDE / 2, y - 18, f"{name}: {layer.outputs}", size=SMALL, bold=True)
        sheet.text(x + WIDE / 2, y, f"{layer.kernel} × {layer.kernel}, stride {layer.stride}", size=SMALL)
        sheet.text(x + WIDE / 2, y + 18, f"{layer.height} × {layer.width}", size=SMALL)
        sheet.arrow(last.right, box.left, kind=kind)
        last = box
    return last


def _merge(sheet: Sheet, table: dict[str, Layer], ends: dict[str, Box], corr: Box) -> None:
    """Draw what follows the streams, up to where FlowNetC is FlowNetS again."""
    first, second = ends["1"], ends["2"]
    redir = _layer(sheet, table, "conv_redir", MEET, first.centre[1], "first")
    sheet.arrow(first.right, redir.left, kind="first")
    bend = (first.right[0] + MEET) / 2
    for frame, aside, kind in ((first, -16, "first"), (second, 16, "second")):
        y = corr.centre[1] + aside
        sheet.arrow(frame.right, (bend, frame.right[1]), (bend, y), (corr.x, y), kind=kind)
    merged = table["conv3_1"].inputs
    parts = {redir: table["conv_redir"].outputs, corr: merged - table["conv_redir"].outputs}
    x, y, tall = 624, 66, 190
    for (box, channels), kind in zip(parts.items(), ("first", "result"), strict=True):
        part = sheet.box(x, y, 34, tall * channels / merged, kind=kind)  # as high as its share of the channels
        sheet.text(x + 42, part.centre[1] if kind == "first" else 222, f"{channels}", bold=True, align="left")
        sheet.arrow(box.right, (x, box.right[1]), kind=kind)
        y += part.h
    after = _layer(sheet, table, "conv3_1", 712, 148, "plain")
    sheet.arrow((x + 34, 148), after.left)
    sheet.text(685, 136, f"{merged}", bold=True)
    rest = sheet.box(624, 270, 230, 62, "conv4 to conv6_1 and the\nrefinement, as in FlowNetS:\nthe flow of frame 1")
    sheet.arrow(after.bottom, (after.bottom[0], rest.y))
    x = X[1] + WIDE / 2
    sheet.arrow((x, first.y), (x, 28), (844, 28), (844, rest.y), kind="first", dashed=True)
    sheet.text(560, 16, "conv2 of frame 1 is a skip connection", size=SMALL)


def _layer(sheet: Sheet, table: dict[str, Layer], name: str, x: float, y: float, kind: str) -> Box:
    layer = table[name]
    box = sheet.box(x, y - TALL / 2, 116, TALL, kind=kind)
    sheet.text(box.centre[0], y - 18, f"{name}: {layer.outputs}", size=SMALL, bold=True)
    sheet.text(box.centre[0], y, f"{layer.kernel} × {layer.kernel}, stride {layer.stride}", size=SMALL)
    sheet.text(box.centre[0], y + 18, f"{layer.height} × {layer.width}", size=SMALL)
    return box


def _correlation(sheet: Sheet, network: FlowNetC, shrunk: int) -> Box:
    geometry = network.corr.geometry
    box = sheet.box(MEET, 166 - TALL / 2, 116, TALL, kind="result")
    sheet.text(box.centre[0], 148, f"corr: {geometry.side**2}", size=SMALL, bold=True)
    sheet.text(box.centre[0], 166, f"{geometry.side} × {geometry.side} shifts", size=SMALL)
    sheet.text(box.centre[0], 184, "no weights", size=SMALL)
    reach = f"up to {geometry.max_displacement}, in steps of {geometry.stride2}:"
    pixels = f"±{shrunk * geometry.max_displacement} px, steps of {shrunk * geometry.stride2}"
    sheet.text(box.centre[0] + 6, 222, f"{reach}\n{pixels}", size=SMALL)
    return box
