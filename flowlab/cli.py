"""``python -m flowlab``: the course and the package from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Optical flow: the course, and the package behind it."
)

Folder = Annotated[Path, typer.Option(help="Where your copy of the chapters lies.")]


@app.callback()
def main() -> None:
    """Optical flow: the course, and the package behind it."""


@app.command()
def doctor() -> None:
    """Look at this machine: what is there, what is missing, and what to type to get it.

    Ends with 1 if something is missing that the course cannot do without.
    """
    from flowlab.course.doctor import checks, report

    found = checks()
    report(found)
    if any(check.ok is False for check in found):
        raise typer.Exit(1)


@app.command()
def lab(
    into: Folder = Path("work"),
    port: Annotated[int, typer.Option(help="On 127.0.0.1.", min=1, max=65535)] = 8888,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open the course in JupyterLab, on your own copy of the chapters, which is made if it is not there yet."""
    from flowlab.course.lab import serve

    _copy(into)
    serve(into, port, [] if browser else ["--no-browser"])


@app.command()
def chairs(
    out: Annotated[Path, typer.Option(help="The folder: new, or begun by this command with the same options.")],
    count: Annotated[int, typer.Option(help="How many pairs.", min=1)] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same pairs.", min=0)] = 0,
    size: Annotated[str, typer.Option(metavar="HxW", help="Height x width in pixels.")] = "384x512",
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
) -> None:
    """Make a data set of flying chairs, in the layout of the original; a run that was killed goes on."""
    from flowlab.chairs import write_dataset

    height, x, width = size.lower().partition("x")
    if not (x and height.isdigit() and width.isdigit()):
        raise typer.BadParameter(f"size is height x width, such as 384x512, got {size!r}")
    try:
        write_dataset(out, count, seed=seed, size=(int(height), int(width)), workers=workers)
    except (ValueError, OSError) as error:
        typer.echo(f"flowlab chairs: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{count} pairs in {out}")


@app.command()
def course(
    into: Folder = Path("work"),
    fetch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NN", help="Bring the newer original of this chapter; what you changed is kept beside it."
        ),
    ] = None,
    teacher: Annotated[Path | None, typer.Option(help="Export all chapters with solutions into this folder.")] = None,
    student: Annotated[Path | None, typer.Option(help="Export all chapters without solutions.")] = None,
) -> None:
    """Say how your copy of the chapters stands to the originals; fetch newer ones; export for a class."""
    from flowlab.course import copies

    try:
        if teacher or student:
            if teacher:
                typer.echo(f"{len(copies.export_teacher(teacher))} chapters with solutions in {teacher}")
            if student:
                typer.echo(f"{len(copies.export_student(student))} chapters without solutions in {student}")
            return
        for chapter in fetch or []:
            typer.echo(copies.fetch(into, chapter))
        _copy(into)
        for chapter, state in copies.status(into).items():
            typer.echo(f"{chapter:36} {state}")
    except (ValueError, OSError) as error:
        typer.echo(f"flowlab course: {error}", err=True)
        raise typer.Exit(1) from error


def _copy(into: Path) -> None:
    from flowlab.course import copies

    try:
        made = copies.make_copy(into)
    except (ValueError, OSError) as error:
        typer.echo(f"flowlab: {error}", err=True)
        raise typer.Exit(1) from error
    if made:
        typer.echo(f"{len(made)} chapters copied to {into}; yours to write in, the originals stay as they are")
