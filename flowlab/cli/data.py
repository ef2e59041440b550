"""Commands that make data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from flowlab.cli.common import exit_on_error, height_and_width

FLYING = "flying chairs"


def chairs(
    out: Annotated[Path, typer.Option(help="The folder: new, or begun by this command with the same options.")],
    count: Annotated[int, typer.Option(help="How many pairs.", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same pairs.", min=0)] = 0,
    size: Annotated[str, typer.Option(metavar="HxW", help="Height x width in pixels.")] = "384x512",
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
    world: Annotated[
        str,
        typer.Option(
            help="flying chairs, varied, or a lesson: boxes, polygons, ellipses, rotation, scaling, thin, mixed, "
            "easy chairs, heavy tails."
        ),
    ] = FLYING,
    photographs: Annotated[str, typer.Option(help="Folder of photographs for backgrounds, or skimage.")] = "",
) -> None:
    """Make a data set of flying chairs, in the layout of the original; a run that was killed goes on.

    ```
    flowlab chairs --out data/chairs --count 2000 --workers 2
    flowlab chairs --out data/lesson --count 100 --size 192x256 --world boxes
    ```
    """
    from flowlab.chairs import WORLDS, write_dataset

    if world not in WORLDS:
        raise typer.BadParameter(f"world is one of {', '.join(WORLDS)}, got {world!r}")
    config = replace(WORLDS[world], photographs=photographs)
    with exit_on_error("flowlab chairs", ModuleNotFoundError):
        write_dataset(out, count, seed=seed, size=height_and_width(size), workers=workers, config=config)
    typer.echo(f"{count} pairs in {out}")
