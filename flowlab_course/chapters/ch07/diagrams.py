"""FlowNetS as an hourglass: down to a 64th of the size on the left, and up again on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowlab_course.layers import Layer, layers_of
from flowlab_course.page.diagram import SMALL, Box, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowlab import FlowNetS

ROW, TOP, TALL = 70, 62, 42  # px: distance of two rows, the first one's middle, the height of a box
DOWN, WIDE = (110, 236), 110  # left sides of the contracting part's two columns, and the width of a box
SKIP, UP, FLOW = (410, 88), (498, 88), (586, 46)  # left side and width of the parts that are laid side by side
PREDICT = (716, 136)
RIM = 4  # px between the three parts of a stack and its frame
SKIPS = {5: "conv5_1", 4: "conv4_1", 3: "conv3_1", 2: "conv2"}  # by level: its images have 1 / 2**level of the size


def hourglass(network: FlowNetS, height: int = 384, width: int = 512) -> Figure:
    """Draw all layers with their kernels, strides, channels and sizes, which are read from the network."""
    table = layers_of(network, height, width)
    sheet = Sheet(TOP + 6 * ROW + 34)
    sheet.text(8, 16, "size", bold=True, align="left")
    sheet.text(DOWN[0], 16, "down: the contracting part", bold=True, align="left")
    sheet.text(SKIP[0], 16, "up: the refinement", bold=True, align="left")
    for level in range(7):  # each level's grid, true to scale
        h, w = height >> level, width >> level
        sheet.box(8, middle(level) - h / 16, w / 8, h / 8)
        sheet.text(8, middle(level) + h / 16 + 9, f"{h} × {w}", size=SMALL, align="left")
    ends = _down(sheet, table, height)
    _up(sheet, table, ends)
    _finish(sheet, table["predict_flow2"], network.config.flow_scale, height, width)
    return sheet.fig


def middle(level: int) -> float:
    """The y of a level's row."""
    return TOP + level * ROW


def _down(sheet: Sheet, table: dict[str, Layer], height: int) -> dict[int, Box]:
    """Draw the contracting part; return the last box of each level."""
    channels = table["conv1"].inputs
    last = sheet.box(DOWN[1], middle(0) - TALL / 2, WIDE, TALL, f"two frames\n{channels} channels")
    ends = {0: last}
    for name in (name for name in table if name.startswith("conv")):
        layer = table[name]
        level = (height // layer.height).bit_length() - 1
        x, y = DOWN[f"{name}_1" not in table], middle(level)
        box = sheet.box(x, y - TALL / 2, WIDE, TALL, kind="first")
        sheet.text(x + WIDE / 2, y - 9, f"{name}: {layer.outputs}", size=SMALL, bold=True)
        sheet.text(x + WIDE / 2, y + 10, f"{layer.kernel} × {layer.kernel}, stride {layer.stride}", size=SMALL)
        between = (last.bottom[1] + box.top[1]) / 2
        if level in ends:
            sheet.arrow(last.right, box.left, kind="first")
        elif x == last.x:
            sheet.arrow(last.bottom, box.top, kind="first")
        else:
            sheet.arrow(last.bottom, (last.bottom[0], between), (box.top[0], between), box.top, kind="first")
        last = ends[level] = box
    return ends


def _up(sheet: Sheet, table: dict[str, Layer], ends: dict[int, Box]) -> None:
    """Draw the refinement: at each level what is laid side by side, and the flow that is predicted from it."""
    source = ends[6].right
    for level in range(6, 1, -1):
        y, layer = middle(level), table[f"predict_flow{level}"]
        if level in SKIPS:
            parts = zip((SKIP, UP, FLOW), ("first", "result", "second"), _parts(table, level), strict=True)
            boxes = [sheet.box(x, y - TALL / 2, w, TALL, text, kind=kind) for (x, w), kind, text in parts]
            sheet.arrow(ends[level].right, boxes[0].left, kind="first", dashed=True)
            left, right, above, below = SKIP[0] - RIM, sum(FLOW) + RIM, y - TALL / 2 - RIM, y + TALL / 2 + RIM
            frame = (left, above), (right, above), (right, below), (left, below)
            sheet.polygon(frame, kind="ink", fill=False, width=1.6)  # the stack: what the next layers read
            source = (right, y)
        predicted = sheet.box(PREDICT[0], y - TALL / 2, PREDICT[1], TALL, kind="second")
        sheet.text(predicted.centre[0], y - 9, f"predict_flow{level}: {layer.outputs}", size=SMALL, bold=True)
        sheet.text(predicted.centre[0], y + 10, f"{layer.kernel} × {layer.kernel}, stride {layer.stride}", size=SMALL)
        sheet.arrow(source, predicted.left, kind="second")
        sheet.text((source[0] + PREDICT[0]) / 2 if level < 6 else 673, y - 10, f"{layer.inputs}", size=SMALL, bold=True)
        if level > 2:
            _enlarge(sheet, table, level, predicted)


def _parts(table: dict[str, Layer], level: int) -> tuple[str, str, str]:
    skip, flow = table[SKIPS[level]].outputs, table[f"predict_flow{level + 1}"].outputs
    return f"{skip}\n{SKIPS[level]}", f"{table[f'deconv{level}'].outputs}\ndeconv{level}", f"{flow}\nflow"


def _enlarge(sheet: Sheet, table: dict[str, Layer], level: int, predicted: Box) -> None:
    """Draw the two upconvolutions that lead from a level's stack, and from its flow, to the next larger level."""
    bottom, y = middle(level - 1) + TALL / 2, middle(level) - TALL / 2
    x = UP[0] + UP[1] / 2
    sheet.arrow((x, y - RIM if level < 6 else middle(6)), (x, bottom), kind="result")
    k, s = table[f"deconv{level - 1}"][:2]
    sheet.text(x - 8, (y + bottom) / 2, f"{k} × {k}, doubles" if s == 2 else "", size=SMALL, align="right")
    x, bend = FLOW[0] + FLOW[1] / 2, y - 10
    sheet.arrow(predicted.top, (predicted.top[0], bend), (x, bend), (x, bottom), kind="second")
    k = table[f"upsampled_flow{level}_to_{level - 1}"].kernel
    sheet.text((x + predicted.top[0]) / 2, bend - 10, f"{k} × {k}, doubles", size=SMALL)


def _finish(sheet: Sheet, finest: Layer, scale: float, height: int, width: int) -> None:
    """Draw the last enlargement, and what the colours mean."""
    x, w = PREDICT
    out = sheet.box(
        x, middle(0) - TALL / 2, w, TALL, f"flow in px\n{height} × {width} × {finest.outputs}", kind="second"
    )
    sheet.arrow((out.bottom[0], middle(2) - TALL / 2), out.bottom, kind="second")
    sheet.text(
        out.bottom[0] - 10, middle(1), f"× {scale:g}, bilinear × {height // finest.height}", size=SMALL, align="right"
    )
    meanings = {
        "first": "convolution, LeakyReLU",
        "result": "upconvolution, LeakyReLU",
        "second": "flow, no activation",
    }
    for i, (kind, meaning) in enumerate(meanings.items()):
        sheet.box(SKIP[0], middle(0) - 20 + 22 * i, 16, 12, kind=kind)
        sheet.text(SKIP[0] + 24, middle(0) - 14 + 22 * i, meaning, size=SMALL, align="left")
    y = middle(0) - 14 + 66
    sheet.arrow((SKIP[0] - 4, y), (SKIP[0] + 18, y), kind="first", dashed=True)
    sheet.text(SKIP[0] + 24, y, "skip connection", size=SMALL, align="left")
    sheet.box(SKIP[0], y + 16, 16, 12, kind="ink")
    sheet.text(SKIP[0] + 24, y + 22, "stack: three parts, concatenated", size=SMALL, align="left")
