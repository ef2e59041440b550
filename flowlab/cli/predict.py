"""Commands that estimate flow and look at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowlab.cli.common import DeviceOption, MethodOption, estimator, exit_on_error, height_and_width

if TYPE_CHECKING:
    from flowlab.evaluation import Method
    from flowlab.video.job import Outputs

BROKEN = 3  # the exit code of a run that is complete but for broken frames


def predict(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="INPUT...", help="Two images, a folder of frames, or a video.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results; created if it is missing.")] = Path("flow"),
    method: MethodOption = "dis",
    write: Annotated[
        list[str] | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="Output to write: flo, kitti, color, arrows, mask or video. May be repeated; without it flo and "
            "color.",
        ),
    ] = None,
    backward: Annotated[bool, typer.Option("--backward", help="Write the flow from frame 2 to frame 1, too.")] = False,
    max_flow: Annotated[
        float | None,
        typer.Option(help="Flow length in pixels of the full colour; the default fits the first flow.", min=1e-3),
    ] = None,
    tile: Annotated[
        str | None,
        typer.Option(
            metavar="HxW",
            help="Run a network on overlapping tiles of this height x width, which needs less memory; without it "
            "only images that would need more than 6 GB are tiled.",
        ),
    ] = None,
    device: DeviceOption = "auto",
    progress: Annotated[bool, typer.Option(help="Show a progress bar.")] = True,
) -> None:
    """Estimate the flow between two images, or between consecutive frames of a folder or a video.

    Results are named after frame 1 of each pair: NAME.flo, NAME.color.png, NAME.kitti.png, NAME.arrows.png,
    NAME.mask.png (white where forward and backward flow are consistent), NAME.backward.flo, and flow.mp4 for all.

    ```
    flowlab predict a.png b.png
    flowlab predict frames/ --out flow --as color --as mask
    flowlab predict clip.mp4 --method flownets-small --as video
    ```

    The same command resumes a folder or a video that was stopped midway. Two images are estimated anew each time.
    A video is read frame by frame, so memory does not depend on its length.

    Exit code: 0; 1 if the input or the method cannot be used; 2 for a wrong command line; 3 if all is done but frames
    were broken, which are then named.
    """
    with exit_on_error("flowlab predict", ModuleNotFoundError):
        from flowlab.video.job import Outputs, checked_kinds

        outputs = Outputs(out, checked_kinds(write or ["flo", "color"]), backward)
        tiles = height_and_width(tile) if tile else None
        if len(inputs) == 2 and not any(path.is_dir() for path in inputs):
            _two(inputs[0], inputs[1], outputs, estimator(method, device, tiles), max_flow)
        elif len(inputs) == 1:
            _many(inputs[0], outputs, partial(estimator, method, device, tiles), max_flow, progress)
        else:
            raise typer.BadParameter(f"give two pictures, or one folder, or one video; got {len(inputs)} names")


def _two(one: Path, two: Path, outputs: Outputs, estimate: Method, max_flow: float | None) -> None:
    from flowlab._disk import ensure_folder
    from flowlab.field import read_image
    from flowlab.video.flows import flows, require_one_size
    from flowlab.video.frames import Frame
    from flowlab.video.job import scale_for

    if "video" in outputs.kinds:
        raise ValueError("two pictures make one flow and no video; leave --as video out, or give a folder")
    pair = [Frame(index, path.stem, read_image(path)) for index, path in enumerate((one, two))]
    require_one_size(*pair)
    ensure_folder(outputs.folder)
    (step,) = flows(pair, estimate, backward=outputs.needs_backward)
    scale = max_flow or scale_for(step.flow)
    outputs.write(step, scale)
    typer.echo(_described(step.flow))
    if step.consistent is not None:
        typer.echo(f"{step.consistent.mean():.1%} of the pixels come back to where they began")
    for path in outputs.paths(step.first.name):
        typer.echo(f"  {path}" + (f"  full colour: {scale:g} px" if path.name.endswith(".color.png") else ""))


def _many(source: Path, outputs: Outputs, method: Callable[[], Method], max_flow: float | None, progress: bool) -> None:
    from flowlab._disk import open_to_read
    from flowlab.field.files import IMAGE_SUFFIXES
    from flowlab.video import Job

    if source.suffix.lower() in IMAGE_SUFFIXES:
        with open_to_read(source):  # a missing file is a missing file, not a picture too few
            pass
        raise ValueError(f"{source} is one picture; the flow is between two: give a second one")
    estimate = method()
    # Other weights under the same name are another method.
    name = f"{estimate.name} ({estimate.digest})" if estimate.digest else estimate.name
    report = Job(source, outputs, estimate, name, max_flow).run(progress=progress)
    kept = f", {report.kept} were there already" if report.kept else ""
    typer.echo(f"{report.frames} frames: {report.estimated} flows estimated{kept}; in {outputs.folder}")
    if report.max_flow:
        typer.echo(f"full colour: {report.max_flow:g} px")
    if report.broken:
        for line in report.broken[:20]:
            typer.echo(f"broken {line}", err=True)
        more = f", of which 20 are named here; the first is {report.broken[0]}" if len(report.broken) > 20 else ""
        typer.echo(f"{len(report.broken)} of {report.frames} frames are broken{more}", err=True)
        raise typer.Exit(BROKEN)


def _described(flow) -> str:
    import numpy as np

    length = np.hypot(flow[..., 0], flow[..., 1])
    u, v = np.median(flow, axis=(0, 1))
    return (
        f"{flow.shape[0]} x {flow.shape[1]} (height x width); motion: median {np.median(length):.2f} px, mean "
        f"{length.mean():.2f}, largest {length.max():.2f}; median u {u:+.2f} (right), v {v:+.2f} (down)"
    )
