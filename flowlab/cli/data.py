"""Commands that make data sets, and files of weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from flowlab.cli.common import ProgressOption, SizeOption, UsageError, exit_on_error

Family = Literal["FlowNetPytorch", "flownet2-pytorch", "ptlflow"]
World = Literal[
    *("flying chairs", "boxes", "polygons", "ellipses", "rotation", "scaling", "thin", "mixed", "easy chairs"),
    "heavy tails",
]


def chairs(
    out: Annotated[Path, typer.Option(help="Folder of the data set; the same command resumes it.")],
    count: Annotated[int, typer.Option(help="Number of pairs.", min=1, max=99_999)] = 2000,
    seed: Annotated[int, typer.Option(help="Seed; the same seed makes the same pairs.", min=0)] = 0,
    size: SizeOption = "384x512",
    workers: Annotated[int, typer.Option(help="Number of processes.", min=1)] = 1,
    world: Annotated[World, typer.Option(help="What is drawn.")] = "flying chairs",
    photographs: Annotated[str, typer.Option(help="Folder of photographs for the backgrounds, or skimage.")] = "",
    progress: ProgressOption = True,
) -> None:
    """Generate a data set in the layout of Flying Chairs; the same command resumes a killed run.

    ```
    flowlab chairs --out data/chairs --count 2000 --workers 2
    flowlab chairs --out data/lesson --count 100 --size 192x256 --world boxes
    ```
    """
    from flowlab.chairs import LESSONS, write_dataset

    config = replace(LESSONS[world], photographs=photographs)
    with exit_on_error("flowlab chairs", ModuleNotFoundError):
        write_dataset(out, count, seed, size, workers, config=config, progress=progress)
    typer.echo(f"{count} pairs in {out}")


def convert(
    source: Annotated[Path, typer.Argument(help="Checkpoint of FlowNetPytorch, flownet2-pytorch, ptlflow or flowlab.")],
    target: Annotated[Path, typer.Argument(help="Safetensors file to write.")],
    half: Annotated[bool, typer.Option("--half", help="Store the weights in float16.")] = False,
    fold: Annotated[bool, typer.Option("--fold", help="Fold batch normalisation into the convolutions.")] = False,
    part: Annotated[str | None, typer.Option(help="Network to take from a FlowNet 2, such as flownetc.")] = None,
    family: Annotated[Family | None, typer.Option(help="The code base of the weights.", show_default="guessed")] = None,
    bgr: Annotated[
        bool | None,
        typer.Option("--bgr/--rgb", help="Channel order of the weights.", show_default="guessed"),
    ] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the weights, stored in the file.")] = None,
) -> None:
    """Convert a FlowNet checkpoint into a safetensors file with its architecture and preprocessing.

    ```
    flowlab convert flownets.pth.tar flownets.safetensors --half
    flowlab convert FlowNet2_checkpoint.pth.tar c.safetensors --part flownetc
    ```
    """
    with exit_on_error("flowlab convert"):
        import torch

        from flowlab.models import fold_batch_norm, load_model, save_model

        if target.suffix != ".safetensors":
            raise UsageError(f"the target must end in .safetensors, got {target}")
        model = load_model(source, part=part, family=family, bgr=bgr)
        if fold:
            model = fold_batch_norm(model)
        metadata = model.metadata | ({"licence": licence} if licence else {})
        save_model(model, target, metadata, dtype=torch.float16 if half else None)
    count = sum(p.numel() for p in model.parameters())
    typer.echo(f"{target}: {type(model).__name__}, {count:,} parameters, {target.stat().st_size / 1e6:.1f} MB")
    for key, value in {"mean": model.config.mean, "resize_mode": model.config.resize_mode, **metadata}.items():
        typer.echo(f"  {key}: {value}")


def export(
    network: Annotated[str, typer.Argument(help="Name of a network that comes with flowlab, or a file of weights.")],
    target: Annotated[Path, typer.Argument(help="ONNX file to write.")],
    half: Annotated[bool, typer.Option("--half", help="Store the weights in float16, for half the bytes.")] = False,
) -> None:
    """Export a network as an ONNX file: inputs img1 and img2, RGB in [0, 1], (batch, 3, height, width); output flow.

    ```
    flowlab export flownetc-small flownetc.onnx
    ```

    It needs onnx and onnxscript. Any batch and any sides above 64 pixels fit; the flow is in pixels.
    """
    with exit_on_error("flowlab export", ModuleNotFoundError):
        if target.suffix != ".onnx":
            raise UsageError(f"the target must end in .onnx, got {target}")
        from flowlab.models import export_onnx, load_model

        export_onnx(load_model(network), target, half=half)
    typer.echo(f"{target}: {target.stat().st_size / 1e6:.1f} MB, inputs img1 and img2, output flow")
