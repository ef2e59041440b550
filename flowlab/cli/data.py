"""Commands that make data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowlab.cli.options import height_and_width, said_by


def chairs(
    out: Annotated[Path, typer.Option(help="The folder: new, or begun by this command with the same options.")],
    count: Annotated[int, typer.Option(help="How many pairs.", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same pairs.", min=0)] = 0,
    size: Annotated[str, typer.Option(metavar="HxW", help="Height x width in pixels.")] = "384x512",
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
) -> None:
    """Make a data set of flying chairs, in the layout of the original; a run that was killed goes on."""
    from flowlab.chairs import write_dataset

    with said_by("chairs"):
        write_dataset(out, count, seed=seed, size=height_and_width(size), workers=workers)
    typer.echo(f"{count} pairs in {out}")
