"""``python -m flowlab``: the course and the package from the command line, a file for each group of commands.

A command's own imports stand inside its function, so that ``--help`` does not wait for torch.
"""

from __future__ import annotations

import typer

from flowlab.cli import course
from flowlab.cli.bench import bench
from flowlab.cli.data import chairs
from flowlab.cli.evaluate import evaluate
from flowlab.cli.predict import predict
from flowlab.cli.reader import doctor, lab
from flowlab.cli.show import show
from flowlab.cli.training import train
from flowlab.cli.weights import convert

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Optical flow: the course, and the package behind it.",
)


@app.callback()
def main() -> None:
    """Optical flow: the course, and the package behind it."""


for command in (doctor, lab, chairs, train, evaluate, predict, show, bench, convert):
    app.command()(command)
app.add_typer(course.app, name="course")
