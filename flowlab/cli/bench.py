"""A command that says how fast methods are on this machine."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Annotated

import typer

from flowlab.cli.common import DeviceOption, estimator, exit_on_error, height_and_width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

SHIFT = (6, 2)  # px between the two pictures that are timed


def bench(
    methods: Annotated[
        list[str] | None,
        typer.Argument(metavar="[METHOD]...", help="Names or files as for predict; without any, the fast ones."),
    ] = None,
    size: Annotated[str, typer.Option(metavar="HxW", help="Height x width in pixels.")] = "384x512",
    repeats: Annotated[int, typer.Option(help="Times that each method runs, in turns.", min=1)] = 5,
    threads: Annotated[int | None, typer.Option(help="Of the processor; without it, as many as it has.", min=1)] = None,
    device: DeviceOption = "auto",
) -> None:
    """Time methods on this machine, turn by turn: milliseconds for a pair of pictures, and pictures a second.

    ```
    flowlab bench
    flowlab bench dis flownets-small runs/first/model.safetensors --size 436x1024
    ```

    The pair is a texture that moves 6 px; time hardly depends on what is in it. Pictures go in and flow comes out in
    the processor's memory, so a GPU's figures hold the way there and back.
    """
    with exit_on_error("flowlab bench", ModuleNotFoundError):
        H, W = height_and_width(size)
        if min(H, W) < 1:
            raise typer.BadParameter(f"size must be at least 1x1, got {size}")
        _set_threads(threads)
        names = methods or _fast_ones()
        estimates = {name: estimator(name, device) for name in names}
        typer.echo(f"{H} x {W} pixels, {repeats} turns, {_machine(device)}")
        typer.echo(f"{'method':<32}{'median ms':>10}{'least':>9}{'a second':>10}")
        for name, ms in timed(estimates, *_pair(H, W), repeats).items():
            middle = statistics.median(ms)
            typer.echo(f"{name[-32:]:<32}{middle:>10.1f}{min(ms):>9.1f}{1000 / middle:>10.1f}")


def timed(
    estimates: Mapping[str, Callable[[np.ndarray, np.ndarray], object]],
    img1: np.ndarray,
    img2: np.ndarray,
    repeats: int,
) -> dict[str, list[float]]:
    """Run every method once per turn, after a turn that does not count; return milliseconds by name."""
    ms: dict[str, list[float]] = {name: [] for name in estimates}
    for turn in range(repeats + 1):
        for name, estimate in estimates.items():
            start = time.perf_counter()
            estimate(img1, img2)
            if turn:
                ms[name].append(1000 * (time.perf_counter() - start))
    return ms


def _fast_ones() -> list[str]:
    from flowlab.models import shipped

    return ["dis-ultrafast", "dis-fast", "dis", "farneback", *shipped()]


def _pair(H: int, W: int) -> tuple[np.ndarray, np.ndarray]:
    import cv2
    import numpy as np

    dx, dy = SHIFT
    noise = np.random.default_rng(0).integers(0, 256, (H + dy, W + dx, 3), dtype=np.uint8)
    texture = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, 0, 255, cv2.NORM_MINMAX)
    return np.ascontiguousarray(texture[dy:, dx:]), np.ascontiguousarray(texture[:H, :W])


def _set_threads(threads: int | None) -> None:
    import cv2
    import torch

    if threads:
        torch.set_num_threads(threads)
        cv2.setNumThreads(threads)


def _machine(device: str) -> str:
    import platform

    import torch

    cpu = f"{torch.get_num_threads()} threads of {platform.machine()}"
    on_gpu = device != "cpu" and torch.cuda.is_available()
    return f"networks on {torch.cuda.get_device_name()}, else {cpu}" if on_gpu else cpu
