"""Commands about weights: convert."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowlab.cli.common import exit_on_error


def convert(
    source: Annotated[Path, typer.Argument(help="A file of FlowNetPytorch, flownet2-pytorch, ptlflow or flowlab.")],
    target: Annotated[Path, typer.Argument(help="The safetensors file to write.")],
    half: Annotated[bool, typer.Option("--half", help="Store float16: half the bytes.")] = False,
    fold: Annotated[bool, typer.Option("--fold", help="Put batch normalisation into the convolutions.")] = False,
    part: Annotated[str | None, typer.Option(help="Which network of a FlowNet 2, such as flownetc.")] = None,
    family: Annotated[
        str | None, typer.Option(help="FlowNetPytorch, flownet2-pytorch or ptlflow, if guessed wrong.")
    ] = None,
    bgr: Annotated[
        bool | None, typer.Option("--bgr/--rgb", help="The order that the weights expect.", show_default="guessed")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="The licence of the weights, to be kept with them.")] = None,
) -> None:
    """Turn a FlowNet checkpoint into safetensors with all that is needed to use it.

    ```
    flowlab convert flownets.pth.tar flownets.safetensors --half
    flowlab convert FlowNet2_checkpoint.pth.tar c.safetensors --part flownetc
    ```
    """
    with exit_on_error("flowlab convert"):
        import torch

        from flowlab.models import fold_batch_norm, load_model, save_model

        if target.suffix != ".safetensors":
            raise ValueError(f"the target must end in .safetensors, got {target}")
        model = load_model(source, part=part, family=family, bgr=bgr)
        if fold:
            model = fold_batch_norm(model)
        metadata = model.metadata | ({"licence": licence} if licence else {})
        save_model(model, target, metadata, dtype=torch.float16 if half else None)
    count = sum(p.numel() for p in model.parameters())
    typer.echo(f"{target}: {type(model).__name__}, {count:,} parameters, {target.stat().st_size / 1e6:.1f} MB")
    for key, value in {"mean": model.config.mean, "resize_mode": model.config.resize_mode, **metadata}.items():
        typer.echo(f"  {key}: {value}")
