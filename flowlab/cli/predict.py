"""Commands that estimate flow and look at it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flowlab.cli import common
from flowlab.cli.common import IS_SIZE, METHODS, DeviceOption, UsageError, checked_method, exit_on_error

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from flowlab.evaluation import Method
    from flowlab.video.job import Outputs

OUTPUTS = "Output to write: flo, kitti, color, arrows, mask or video. May be repeated; without it flo and color."
TILES = (
    "Run a network on overlapping tiles of this height x width, which needs less memory; without it only images that "
    "would need more than 6 GB are tiled."
)
MaxFlowOption = Annotated[
    float | None,
    typer.Option(help="Flow length of the full colour in pixels; by default it fits the flow.", min=1e-3, max=1e9),
]


ScaleOption = Annotated[
    float, typer.Option(help="Factor on the size of the images; the flow keeps their size.", min=0.01)
]
MaxSideOption = Annotated[
    int | None,
    typer.Option(help="Reduce images whose longer side has more pixels; the flow keeps their size.", min=1),
]
PrecisionOption = Annotated[
    Literal["float32", "bfloat16"],
    typer.Option(help="Precision of a network; bfloat16 is faster where the processor has it."),
]
LARGE = 1e6  # pixels: the shipped networks were trained on images of a fifth of that, and find less far motion beyond
BROKEN = 3  # the exit code of a run that is complete but for broken frames


def predict(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="INPUT...", help="Two images, a folder of frames, or a video.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results; created if it is missing.")] = Path("flow"),
    method: Annotated[str, typer.Option(metavar="NAME|FILE", help=METHODS)] = "dis",
    write: Annotated[list[str] | None, typer.Option("--as", metavar="KIND", help=OUTPUTS)] = None,
    backward: Annotated[bool, typer.Option("--backward", help="Write the flow from frame 2 to frame 1, too.")] = False,
    max_flow: MaxFlowOption = None,
    scale: ScaleOption = 1.0,
    max_side: MaxSideOption = None,
    tile: Annotated[tuple | None, typer.Option(help=TILES, **IS_SIZE)] = None,
    dtype: PrecisionOption = "float32",
    device: DeviceOption = "auto",
    progress: common.ProgressOption = True,
) -> None:
    """Estimate the flow between two images, or between consecutive frames of a folder or a video.

    Results are named after frame 1 of each pair: NAME.flo, NAME.color.png, NAME.kitti.png, NAME.arrows.png,
    NAME.mask.png (white where forward and backward flow are consistent), NAME.backward.flo, and flow.mp4 for all.

    ```
    flowlab predict a.png b.png
    flowlab predict frames/ --out flow --as color --as mask
    flowlab predict clip.mp4 --method flownets-small --as video
    flowlab predict phone1.jpg phone2.jpg --method flownetc-small+v --max-side 1024
    ```

    The same command resumes a folder or a video that was stopped midway; results of frames that
    have changed since are made again. Two images are estimated anew each time. A run has one full
    colour, chosen from the first flow with motion above 1 px. flow.mp4 keeps a video's time stamps.
    A video is read frame by frame, so memory does not depend on its length.

    Exit code: 0; 1 if the input or the method cannot be used; 2 for a wrong command line; 3 if all is done but frames
    were broken, which are then named.
    """
    with exit_on_error("flowlab predict", ModuleNotFoundError):
        import torch

        from flowlab.video.job import KINDS, Outputs

        asked = write or ["flo", "color"]
        if unknown := set(asked) - set(KINDS):
            raise UsageError(f"--as takes one of {', '.join(KINDS)}, got {', '.join(sorted(unknown))}")
        outputs = Outputs(out, tuple(kind for kind in KINDS if kind in asked), backward)
        if len(inputs) not in (1, 2) or (len(inputs) == 2 and any(path.is_dir() for path in inputs)):
            raise typer.BadParameter(f"give two pictures, or one folder, or one video; got {len(inputs)} names")
        half = torch.bfloat16 if dtype == "bfloat16" else None
        estimate = checked_method(method, device, tile=tile, scale=scale, max_side=max_side, dtype=half)
        # Not for module:function, which has a digest, too; the colon of a drive is the second letter.
        if estimate.digest and ":" not in estimate.name[2:] and scale == 1 and max_side is None:
            estimate = replace(estimate, estimate=_with_a_warning(estimate.estimate))
        if len(inputs) == 2:
            _two(inputs, outputs, estimate, max_flow)
        else:
            _many(inputs[0], outputs, estimate, max_flow, progress)


def _with_a_warning(estimate: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Say once that images are much larger than those of the training."""
    warned = False

    def warning(img1: np.ndarray, img2: np.ndarray) -> np.ndarray:
        nonlocal warned
        H, W = img1.shape[:2]
        if H * W > LARGE and not warned:
            warned = True
            advice = "networks find far motions badly in so large ones; try --max-side 1024"
            typer.echo(f"the images have {W} x {H} pixels, and {advice}", err=True)
        return estimate(img1, img2)

    return warning


def _two(paths: list[Path], outputs: Outputs, estimate: Method, max_flow: float | None) -> None:
    from flowlab._disk import ensure_folder
    from flowlab.field import read_image
    from flowlab.video import Frame, flows
    from flowlab.video.job import MANIFEST, require_one_size, scale_for

    if "video" in outputs.kinds:
        raise UsageError("two pictures make one flow and no video; leave --as video out, or give a folder")
    if (outputs.folder / MANIFEST).exists():
        raise ValueError(f"{outputs.folder} holds the results of a run; choose another with --out")
    for path, *_ in outputs.files(paths[0].stem):
        if path.exists() and any(path.samefile(picture) for picture in paths if picture.exists()):
            raise ValueError(f"{path} is an input; choose another folder with --out")
    pair = [Frame(index, path.stem, read_image(path)) for index, path in enumerate(paths)]
    require_one_size(*pair)
    (step,) = flows(pair, estimate, backward=outputs.needs_backward)
    ensure_folder(outputs.folder)
    scale = max_flow or scale_for(step.flow)
    outputs.write(step, scale)
    typer.echo(_numbers(step.flow))
    if step.consistent is not None:
        typer.echo(f"{step.consistent.mean():.1%} of the pixels come back to where they began")
    for path, kind, _ in outputs.files(step.first.name):
        typer.echo(f"  {path}" + (f"  full colour: {scale:g} px" if kind == "color" else ""))


def _many(source: Path, outputs: Outputs, estimate: Method, max_flow: float | None, progress: bool) -> None:
    from flowlab._disk import open_to_read
    from flowlab.field.files import IMAGE_SUFFIXES
    from flowlab.video import Job

    if source.suffix.lower() in IMAGE_SUFFIXES:
        with open_to_read(source):  # a missing file is a missing file, not a picture too few
            pass
        raise UsageError(f"{source} is one picture; the flow is between two: give a second one")
    # Other weights under the same name, or another edition of a module, are another method.
    name = f"{estimate.name} ({estimate.digest})" if estimate.digest else estimate.name
    report = Job(source, outputs, estimate, name, max_flow).run(progress=progress)
    kept = f", {report.kept} were there already" if report.kept else ""
    if report.removed:
        typer.echo(f"{report.removed} results of changed or unknown frames were removed")
    typer.echo(f"{report.frames} frames: {report.estimated} flows estimated{kept}; in {outputs.folder}")
    if report.max_flow:
        typer.echo(f"full colour: {report.max_flow:g} px")
    if report.broken:
        for line in report.broken[:20]:
            typer.echo(f"broken {line}", err=True)
        more = f", of which 20 are named here; the first is {report.broken[0]}" if len(report.broken) > 20 else ""
        typer.echo(f"{len(report.broken)} of {report.frames} frames are broken{more}", err=True)
        raise typer.Exit(BROKEN)


def show(
    flow_file: Annotated[Path, typer.Argument(metavar="FLOW", help="A .flo, KITTI .png, .pfm, .flo5 or .npy file.")],
    truth: Annotated[Path | None, typer.Option(help="Flow file with the ground truth, to print the errors.")] = None,
    out: Annotated[Path | None, typer.Option(help="Image file for the flow in colours.")] = None,
    arrows: Annotated[Path | None, typer.Option(help="Image of frame 1: --out gets it with arrows.")] = None,
    max_flow: MaxFlowOption = None,
    palette: Annotated[Literal["middlebury", "colorblind"], typer.Option(help="Colours.")] = "middlebury",
    terminal: Annotated[
        bool | None,
        typer.Option(help="Draw the flow in the terminal; by default where the output is one."),
    ] = None,
) -> None:
    """Describe a flow file: size, unknown pixels, motion; draw it; compare it with the truth.

    ```
    flowlab show flow/a.flo
    flowlab show flow/a.flo --out a.png --max-flow 20
    flowlab show flow/a.flo --truth truth/a.png
    ```
    """
    with exit_on_error("flowlab show", ModuleNotFoundError, TypeError):
        import flowlab
        from flowlab.field.files import IMAGE_SUFFIXES

        if arrows and not out:
            raise UsageError("--arrows draws into the picture that --out names; give both")
        if out and out.suffix.lower() not in IMAGE_SUFFIXES:
            raise UsageError(f"--out {out}: an image is one of {', '.join(IMAGE_SUFFIXES)}")
        flow, valid = flowlab.read_flow(flow_file)
        typer.echo(_numbers(flow, valid))
        if truth:
            typer.echo(_errors(flow, valid, *flowlab.read_flow(truth)))
        colours = flowlab.flow_to_image(flow, max_flow=max_flow, valid=valid, palette=palette)
        if out:
            picture = flowlab.draw_arrows(flowlab.read_image(arrows), flow, valid=valid) if arrows else colours
            flowlab.write_image(out, picture)
            typer.echo(f"written: {out}")
        if terminal or (terminal is None and sys.stdout.isatty()):
            typer.echo(in_terminal(colours, shutil.get_terminal_size().columns), color=terminal)


def _numbers(flow: np.ndarray, valid: np.ndarray | None = None) -> str:
    """Describe a flow in a few lines."""
    import numpy as np

    valid = np.ones(flow.shape[:2], bool) if valid is None else valid
    lines = [f"{flow.shape[0]} x {flow.shape[1]} pixels (height x width), {valid.mean():.1%} of them known"]
    if valid.any():
        u, v = flow[valid].T
        length = np.hypot(u, v)
        middle, late, longest = np.quantile(length, [0.5, 0.95, 1.0])
        lines.append(
            f"motion: mean {length.mean():.2f} px, median {middle:.2f}, 95 % {late:.2f}, largest {longest:.2f}"
        )
        lines.append(f"u (right) {u.min():+.2f} to {u.max():+.2f}, v (down) {v.min():+.2f} to {v.max():+.2f}")
        lines.append(f"median u {np.median(u):+.2f}, v {np.median(v):+.2f}")
    return "\n".join(lines)


def _errors(flow: np.ndarray, valid: np.ndarray, truth: np.ndarray, known: np.ndarray) -> str:
    """Compare a flow with the ground truth, where both are known."""
    import flowlab

    if flow.shape != truth.shape:
        (h, w), (H, W) = valid.shape, known.shape
        raise ValueError(f"the flow is {h} x {w} (height x width), the truth {H} x {W}; resize one")
    both = valid & known
    if not both.any():
        raise ValueError("no pixel is known in both the flow and the truth")
    return (
        f"against the truth, over {both.mean():.1%} of the pixels: EPE {flowlab.epe(flow, truth, both):.3f} px, "
        f"angle {flowlab.angular_error(flow, truth, both):.2f} degrees, "
        f"Fl-all {flowlab.fl_all(flow, truth, both):.2f} %"
    )


def in_terminal(rgb: np.ndarray, columns: int) -> str:
    """Draw a picture as coloured spaces, which are about twice as high as wide."""
    import cv2

    H, W = rgb.shape[:2]
    width = max(1, min(columns, W))
    small = cv2.resize(rgb, (width, max(1, round(H * width / W) // 2)), interpolation=cv2.INTER_AREA)
    rows = ("".join(f"\x1b[48;2;{r};{g};{b}m " for r, g, b in row) for row in small.tolist())
    return "\n".join(row + "\x1b[0m" for row in rows)
