"""The command that trains: options for what people set, and ``--set FIELD=VALUE`` for every other field."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from flowlab.cli.common import exit_on_error, height_and_width
from flowlab.cli.fields import replacement, with_fields


class TrainCommand(TyperCommand):
    """The command with one line for each option that has become a ``--set``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; end with 2 where an option of an older version is on it."""
        known = {"--help", *(option for each in self.params for option in (*each.opts, *each.secondary_opts))}
        moved = [
            replacement(word, value)
            for word, value in zip(args, [*args[1:], ""], strict=True)
            if word.startswith("--") and word.partition("=")[0] not in known
        ]
        if any(moved):
            typer.echo(f"flowlab train: {'; '.join(filter(None, moved))}", err=True)
            raise typer.Exit(2)
        return super().parse_args(ctx, args)


def train(
    out: Annotated[Path, typer.Option(help="Folder of the run; a run that is there already goes on.")],
    recipe: Annotated[str, typer.Option(help="laptop, modern or paper: the values of all fields.")] = "laptop",
    model: Annotated[str, typer.Option(help="flownets or flownetc.")] = "flownets",
    width: Annotated[float | None, typer.Option(help="Factor on the number of channels.", min=0.01)] = None,
    steps: Annotated[int | None, typer.Option(help="Number of updates of the weights.", min=1)] = None,
    batch: Annotated[int | None, typer.Option(help="Pairs in a step, over all processes.", min=1)] = None,
    size: Annotated[str | None, typer.Option(metavar="HxW", help="Height x width of the generated pairs.")] = None,
    crop: Annotated[str | None, typer.Option(metavar="HxW", help="Height x width of the crops for training.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the weights, the pairs and their order.", min=0)] = 0,
    data: Annotated[
        str | None, typer.Option(help="Folder in the layout of Flying Chairs; without it pairs are generated.")
    ] = None,
    init: Annotated[
        str | None, typer.Option(help="Initial weights: a file, or the name of a network that comes with flowlab.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1 ..., or auto.")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of processes that make pairs.", min=0)] = None,
    checkpoint_every: Annotated[int | None, typer.Option(help="Steps between two checkpoints.", min=1)] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Any other field of flowlab.training.TrainConfig, as often as you like; chairs.FIELD is a field of "
            "the generator's ChairsConfig.",
        ),
    ] = None,
    progress: Annotated[bool, typer.Option(help="Show a progress bar.")] = True,
) -> None:
    """Train a network; the same command resumes a training that was stopped or killed.

    ```
    flowlab train --out runs/first
    flowlab train --out runs/mine --data my/chairs --init flownets-small --steps 5000
    flowlab train --out runs/slow --set lr=1e-4 --set schedule=flat --set chairs.photographs=skimage
    ```

    Ctrl-C ends it with a checkpoint. Several processes: torchrun --nproc-per-node 2 -m flowlab train ...
    """
    # Read when torch is loaded. Threads that wait by spinning take the core from the process that makes pairs, and on
    # a busy machine from each other: there a step takes several times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")

    from flowlab import training

    options = {
        "model": model, "seed": seed, "out": str(out), "width": width, "steps": steps, "batch": batch, "data": data,
        "init": init, "device": device, "workers": workers, "checkpoint_every": checkpoint_every,
        "size": size and height_and_width(size), "crop": crop and height_and_width(crop),
    }  # fmt: skip
    given = {name: value for name, value in options.items() if value is not None}
    with exit_on_error("flowlab train", training.TrainingError):
        config = with_fields(recipe, given, assignments or [])
        command = "python -m flowlab " + shlex.join(sys.argv[1:])
        result = training.fit(config, progress=progress, command=command)
    if not result.finished:
        typer.echo(f"stopped after step {result.step}; the same command goes on from there", err=True)
        raise typer.Exit(130)
    typer.echo(f"{result.step} steps; the weights are in {Path(config.out) / 'model.safetensors'}")
