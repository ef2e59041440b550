"""The command that judges."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowlab.cli.common import DeviceOption, checked_device, exit_on_error

if TYPE_CHECKING:
    from flowlab.evaluation import Evaluation

COLUMNS = ("EPE px", "by image", "s0-10", "s10-40", "s40+", "Fl-all %", "angle deg", "ms")


def evaluate(
    methods: Annotated[
        list[str],
        typer.Argument(
            metavar="METHOD...",
            help="zero, a classical method, a network that is shipped, or a file of weights; with +v at its end it is "
            "refined, as in flownets-small+v.",
        ),
    ],
    data: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME|FOLDER",
            help="chairs (generated, held out), motions, motorcycle, flying-chairs, sintel-clean, sintel-final, "
            "kitti-2012, kitti-2015, middlebury, or a folder; as often as you like. Without it: chairs.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A folder for tables of every pair; a run that was stopped goes on there.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Only so many pairs of each data set.", min=1)] = None,
    scale: Annotated[float, typer.Option(help="Enlarge the pictures first; the paper: 1.25 for FlowNetC.")] = 1.0,
    worst: Annotated[int, typer.Option(help="So many of the worst pairs as pictures, in --out.", min=0)] = 0,
    device: DeviceOption = "auto",
    progress: Annotated[bool, typer.Option(help="Show a bar.")] = True,
) -> None:
    """Judge methods on data sets: end-point error, its bands of speed, outliers, angle and time.

    ```
    flowlab evaluate zero dis flownets-small flownets-small+v
    flowlab evaluate flownetc-small --data sintel-final --out results --worst 8
    flowlab evaluate runs/first/model.safetensors --data my/pairs
    ```

    With --out there is a folder for each method and data set in it, with samples.csv, evaluation.json and
    evaluation.md. A data set that is not on this machine is skipped, and named.

    Ends with 0; with 1 if it cannot be done, or no data set is there; with 2 if it was called wrongly.
    """
    from flowlab.evaluation import evaluate as judge
    from flowlab.evaluation import open_data, pairs_of

    judged = 0
    with exit_on_error("flowlab evaluate", ModuleNotFoundError):
        if worst and out is None:
            raise ValueError("--worst pictures are written into a folder: give --out")
        where = checked_device(device)
        for name in data or ["chairs"]:
            try:
                pairs = pairs_of(open_data(name))
            except FileNotFoundError as error:
                typer.echo(f"skipped {name}: {error}", err=True)
                continue
            results = [
                judge(method, pairs, out=_folder(out, method, scale, name), limit=limit, scale=scale, worst=worst,
                      device=where, progress=progress)
                for method in methods
            ]  # fmt: skip
            typer.echo(_table(results))
            judged += 1
    if not judged:
        typer.echo("flowlab evaluate: none of these data sets is on this machine", err=True)
        raise typer.Exit(1)
    if out is not None:
        typer.echo(f"every pair: {out}/*/evaluation.md, samples.csv, evaluation.json")


def _folder(out: Path | None, method: str, scale: float, data: str) -> Path | None:
    """Name the folder of one method on one data set."""
    if out is None:
        return None
    # Of a path, all parts: two runs' model.safetensors are two methods.
    plain = (re.sub(r"[^A-Za-z0-9.+-]+", "_", text).strip("_.") for text in (method, data))
    return out / ("-on-".join(plain) + (f"-x{scale:g}" if scale != 1 else ""))


def _table(results: list[Evaluation]) -> str:
    width = max(len(result.method) for result in results)
    first = results[0]
    lines = [f"{first.data}: {first['images']} pairs, {first['pixels']} pixels with known flow"]
    lines.append(" " * width + "".join(f"{column:>10}" for column in COLUMNS))
    for result in results:
        bands = (result[f"epe_{band}_over_pixels"] for band in ("s0_10", "s10_40", "s40_plus"))
        values = (result["epe"], result["epe_over_images"], *bands, result["fl_all"], result["angular_error"])
        cells = ["-" if value != value else f"{value:.3f}" for value in values]  # NaN: no pixel in that band
        cells.append(f"{1000 * result['seconds_per_pair']:.1f}")
        lines.append(f"{result.method:<{width}}" + "".join(f"{cell:>10}" for cell in cells))
        if "epe_occluded_over_pixels" in result:
            seen, hidden = (f"{result[f'epe_{name}_over_pixels']:.3f}" for name in ("visible", "occluded"))
            lines.append(" " * width + f"  of pixels that frame 2 shows {seen}, that it hides {hidden} px")
    return "\n".join(lines)
