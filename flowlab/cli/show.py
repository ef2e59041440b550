"""A command that looks at flow files."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowlab.cli.common import encodable, exit_on_error

if TYPE_CHECKING:
    import numpy as np

HALF_BLOCK = "▀"


def show(
    flow_file: Annotated[Path, typer.Argument(metavar="FLOW", help="A .flo, KITTI .png, .pfm, .flo5 or .npy file.")],
    truth: Annotated[Path | None, typer.Option(help="Flow file with the ground truth, to print the errors.")] = None,
    out: Annotated[Path | None, typer.Option(help="Image file for the flow in colours.")] = None,
    arrows: Annotated[Path | None, typer.Option(help="Image of frame 1: --out gets it with arrows.")] = None,
    max_flow: Annotated[
        float | None,
        typer.Option(help="Flow length in pixels of the full colour; the default is the longest flow.", min=1e-3),
    ] = None,
    palette: Annotated[str, typer.Option(help="middlebury or colorblind.")] = "middlebury",
    terminal: Annotated[
        bool | None,
        typer.Option(help="Draw the flow in the terminal; by default where the output is one."),
    ] = None,
) -> None:
    """Describe a flow file: size, unknown pixels, motion; draw it; compare it with the ground truth.

    ```
    flowlab show flow/a.flo
    flowlab show flow/a.flo --out a.png --max-flow 20
    flowlab show flow/a.flo --truth truth/a.png
    ```
    """
    with exit_on_error("flowlab show", ModuleNotFoundError, TypeError):
        import flowlab

        flow, valid = flowlab.read_flow(flow_file)
        for line in described(flow, valid):
            typer.echo(line)
        if truth:
            for line in errors(flow, valid, *flowlab.read_flow(truth)):
                typer.echo(line)
        colours = flowlab.flow_to_image(flow, max_flow=max_flow, valid=valid, palette=palette)
        if arrows and not out:
            raise typer.BadParameter("--arrows draws into the picture that --out names; give both")
        if out:
            picture = colours
            if arrows:
                picture = flowlab.draw_arrows(flowlab.read_image(arrows), flow, valid=valid)
            flowlab.write_image(out, picture)
            typer.echo(f"written: {out}")
        if terminal or (terminal is None and sys.stdout.isatty()):
            typer.echo(in_terminal(colours, shutil.get_terminal_size().columns, half_blocks=encodable(HALF_BLOCK)))


def described(flow: np.ndarray, valid: np.ndarray) -> list[str]:
    """Describe a flow in a few lines."""
    import numpy as np

    H, W = valid.shape
    lines = [f"{H} x {W} pixels (height x width), {valid.mean():.1%} of them known"]
    if valid.any():
        u, v = flow[valid].T
        length = np.hypot(u, v)
        middle, late, longest = np.quantile(length, [0.5, 0.95, 1.0])
        lines.append(
            f"motion: mean {length.mean():.2f} px, median {middle:.2f}, 95 % {late:.2f}, largest {longest:.2f}"
        )
        lines.append(f"u (right) {u.min():+.2f} to {u.max():+.2f}, v (down) {v.min():+.2f} to {v.max():+.2f}")
    return lines


def errors(flow: np.ndarray, valid: np.ndarray, truth: np.ndarray, known: np.ndarray) -> list[str]:
    """Compare a flow with the ground truth, where both are known.

    Raises:
        ValueError: If the sizes differ, or no pixel is known in both.
    """
    import flowlab

    if flow.shape != truth.shape:
        (h, w), (H, W) = valid.shape, known.shape
        raise ValueError(f"the flow is {h} x {w} (height x width), the truth {H} x {W}; resize one first")
    both = valid & known
    if not both.any():
        raise ValueError("no pixel is known in both the flow and the truth")
    numbers = (
        f"EPE {flowlab.epe(flow, truth, both):.3f} px, angle {flowlab.angular_error(flow, truth, both):.2f} degrees, "
        f"Fl-all {flowlab.fl_all(flow, truth, both):.2f} %"
    )
    return [f"against the truth, over {both.mean():.1%} of the pixels: {numbers}"]


def in_terminal(rgb: np.ndarray, columns: int, half_blocks: bool = True) -> str:
    r"""Draw a picture in 24-bit colours, two rows of pixels to a line of half blocks.

    Without half blocks, which some encodings lack, a line is one row of pixels, drawn as coloured spaces.

    Example:
        >>> import numpy as np
        >>> in_terminal(np.full((2, 1, 3), 7, np.uint8), 80)
        '\x1b[38;2;7;7;7m\x1b[48;2;7;7;7m▀\x1b[0m'
    """
    import cv2

    H, W = rgb.shape[:2]
    width = max(1, min(columns, W))
    lines = max(1, round(H * width / W) // 2)
    size = (width, 2 * lines if half_blocks else lines)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).tolist()
    if half_blocks:
        drawn = ["".join(map(_two_pixels, *pair)) for pair in zip(small[::2], small[1::2], strict=True)]
    else:
        drawn = ["".join(map(_one_pixel, row)) for row in small]
    return "\n".join(line + "\x1b[0m" for line in drawn)


def _two_pixels(upper: list[int], lower: list[int]) -> str:
    (r, g, b), (R, G, B) = upper, lower
    return f"\x1b[38;2;{r};{g};{b}m\x1b[48;2;{R};{G};{B}m{HALF_BLOCK}"


def _one_pixel(colour: list[int]) -> str:
    r, g, b = colour
    return f"\x1b[48;2;{r};{g};{b}m "
