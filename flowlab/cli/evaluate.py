"""Commands that measure methods: their accuracy on data sets, their speed on this machine."""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowlab.cli.common import (
    METHODS,
    DeviceOption,
    JsonOption,
    ProgressOption,
    SizeOption,
    UsageError,
    checked_method,
    exit_on_error,
    print_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from flowlab.evaluation import Evaluation

DATA = (
    "Data set: chairs (generated, held out; the default), motions, motorcycle, flying-chairs, sintel-clean, "
    "sintel-final, kitti-2012, kitti-2015, hd1k, middlebury, or a folder. May be repeated."
)
SHIFT = (6, 2)  # px between the two images that are timed
COLUMNS = ("EPE px", "by image", "s0-10", "s10-40", "s40+", "Fl-all %", "angle deg", "ms")


def evaluate(
    methods: Annotated[list[str], typer.Argument(metavar="METHOD...", help=METHODS)],
    data: Annotated[list[str] | None, typer.Option(metavar="NAME|FOLDER", help=DATA)] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the tables of all pairs; a run that was stopped resumes there.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="Number of pairs of each data set; without it all.", min=1)] = None,
    scale: Annotated[float, typer.Option(help="Factor on the images' size; FlowNetC's paper has 1.25.")] = 1.0,
    worst: Annotated[int, typer.Option(help="Number of worst pairs drawn into --out.", min=0)] = 0,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
    progress: ProgressOption = True,
) -> None:
    """Evaluate methods on data sets: end-point error, in bands of speed too, outliers, angular error and time.

    ```
    flowlab evaluate zero dis flownets-small flownets-small+v
    flowlab evaluate flownetc-small --data sintel-final --out results --worst 8
    flowlab evaluate runs/first/model.safetensors --data my/pairs
    ```

    With --out, each method and data set gets a folder there with samples.csv, evaluation.json and
    evaluation.md. A data set that is not on this machine is skipped with a message.

    Exit code: 0; 1 if a method or data set cannot be used, or no data set is there; 2 for a wrong command line.
    """
    from flowlab import evaluation

    tables = []
    with exit_on_error("flowlab evaluate", ModuleNotFoundError):
        if worst and out is None:
            raise UsageError("--worst pictures are written into a folder: give --out")
        ways = {name: checked_method(name, device, scale=scale) for name in methods}
        opened = {}
        for name in data or ["chairs"]:
            try:
                opened[name] = evaluation.open_data(name)
            except FileNotFoundError as error:  # a data set that can be had
                typer.echo(f"skipped {name}: {error}", err=True)
        for name, pairs in opened.items():
            options = {"limit": limit, "worst": worst, "progress": progress}
            results = [
                evaluation.evaluate(way, pairs, out=_folder(out, method, scale, name), **options)
                for method, way in ways.items()
            ]
            tables += [{"method": each.method, "data": each.data, **each} for each in results]
            if not as_json:
                typer.echo(_table(results))
        if as_json and tables:
            print_json(tables)
    if not tables:
        typer.echo("flowlab evaluate: none of these data sets is on this machine", err=True)
        raise typer.Exit(1)
    if out is not None and not as_json:
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
            lines.append(" " * width + f"  visible pixels {seen} px, occluded pixels {hidden} px")
    return "\n".join(lines)


def bench(
    methods: Annotated[
        list[str] | None,
        typer.Argument(metavar="[METHOD]...", help="Methods as for predict; the fast ones by default."),
    ] = None,
    size: SizeOption = "384x512",
    repeats: Annotated[int, typer.Option(help="Number of measured runs of each method, in turns.", min=1)] = 5,
    threads: Annotated[int | None, typer.Option(help="Number of CPU threads; the default uses all.", min=1)] = None,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Measure the speed of methods on this machine: milliseconds for a pair of images, and pairs per second.

    ```
    flowlab bench
    flowlab bench dis flownets-small runs/first/model.safetensors --size 436x1024
    ```

    The pair is a texture that moves by 6 px; the time hardly depends on the content. Images and
    flow are in the CPU's memory, so the time of a GPU includes both transfers.
    """
    with exit_on_error("flowlab bench", ModuleNotFoundError):
        import cv2
        import torch

        from flowlab.models import shipped

        if threads:
            torch.set_num_threads(threads)
            cv2.setNumThreads(threads)
        H, W = size
        names = methods or ["dis-ultrafast", "dis-fast", "dis", "farneback", *shipped()]
        estimates = {name: checked_method(name, device) for name in names}
        if as_json:
            times = timed(estimates, *_pair(H, W), repeats)
            rows = [{"method": way, "median_ms": statistics.median(t), "least_ms": min(t)} for way, t in times.items()]
            print_json({"height": H, "width": W, "turns": repeats, "machine": _machine(device), "methods": rows})
            return
        typer.echo(f"{H} x {W} pixels, {repeats} turns, {_machine(device)}")
        typer.echo(f"{'method':<32}{'median ms':>10}{'least':>9}{'a second':>10}")
        for name, ms in timed(estimates, *_pair(H, W), repeats).items():
            middle = statistics.median(ms)
            typer.echo(f"{name[-32:]:<32}{middle:>10.1f}{min(ms):>9.1f}{1000 / middle:>10.1f}")


def timed(
    estimates: Mapping[str, Callable[..., object]], img1: np.ndarray, img2: np.ndarray, repeats: int
) -> dict[str, list[float]]:
    """Run each method once per turn, after a warm-up turn; return milliseconds by name."""
    ms: dict[str, list[float]] = {name: [] for name in estimates}
    for turn in range(repeats + 1):
        for name, estimate in estimates.items():
            start = time.perf_counter()
            estimate(img1, img2)
            if turn:
                ms[name].append(1000 * (time.perf_counter() - start))
    return ms


def _pair(H: int, W: int) -> tuple[np.ndarray, np.ndarray]:
    import cv2
    import numpy as np

    dx, dy = SHIFT
    noise = np.random.default_rng(0).integers(0, 256, (H + dy, W + dx, 3), dtype=np.uint8)
    texture = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX)
    return np.ascontiguousarray(texture[dy:, dx:]), np.ascontiguousarray(texture[:H, :W])


def _machine(device: str) -> str:
    import platform

    import torch

    cpu = f"{torch.get_num_threads()} threads of {platform.machine()}"
    on_gpu = device != "cpu" and torch.cuda.is_available()
    return f"networks on {torch.cuda.get_device_name()}, else {cpu}" if on_gpu else cpu
