"""``python -m flowlab``: the package from the command line, a file for each group of commands.

A command's own imports stand inside its function, so that ``--help`` does not wait for torch.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from flowlab.cli.common import CommandLine, JsonOption, print_json
from flowlab.cli.data import chairs, convert, export
from flowlab.cli.evaluate import bench, evaluate
from flowlab.cli.predict import predict, show
from flowlab.cli.training import TrainCommand, train

app = CommandLine(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Optical flow: networks, classical methods, data and measurements.",
)


def _version(asked: bool) -> bool:
    if asked:
        from importlib.metadata import version

        typer.echo(f"flowlab {version('flowlab')}")
        raise typer.Exit
    return asked


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options before a command."""


def doctor(as_json: JsonOption = False) -> None:
    """Check this machine: what is installed, what is missing, and what to type to get it.

    ```
    flowlab doctor
    flowlab doctor --json
    ```

    Exit code: 0; 1 if something that is needed is missing; 2 for a wrong command line.
    """
    from flowlab.doctor import IN_ASCII, SIGNS, checks, report

    found = checks()
    if as_json:
        print_json([asdict(check) for check in found])
    else:
        lacking = b"?" in "".join(SIGNS.values()).encode(sys.stdout.encoding or "utf-8", "replace")
        report(found, IN_ASCII if lacking else SIGNS)
    raise typer.Exit(any(check.ok is False for check in found))


for command in (predict, show, evaluate, bench, chairs):
    app.command()(command)
app.command(cls=TrainCommand)(train)
for command in (convert, export, doctor):
    app.command()(command)
ANY = {"ignore_unknown_options": True, "allow_extra_args": True}


@app.command("lab", hidden=True, context_settings=ANY)
@app.command("course", hidden=True, context_settings=ANY)
def moved() -> None:
    """Print the new names of the course's commands."""
    typer.echo("the course has a command of its own: python -m flowlab_course lab | status | fetch NN", err=True)
    raise typer.Exit(2)
