"""Commands for readers: look at the machine, open the chapters, keep the copy of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowlab.cli.options import said_by

Folder = Annotated[Path, typer.Option(help="Where your copy of the chapters lies.")]


def doctor() -> None:
    """Look at this machine: what is there, what is missing, and what to type to get it.

    Ends with 1 if something is missing that the course cannot do without.
    """
    from flowlab.course.doctor import checks, report

    found = checks()
    report(found)
    if any(check.ok is False for check in found):
        raise typer.Exit(1)


def lab(
    into: Folder = Path("work"),
    port: Annotated[int, typer.Option(help="On 127.0.0.1.", min=1, max=65535)] = 8888,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open the course in JupyterLab, on your own copy of the chapters, which is made if it is not there yet."""
    from flowlab.course.lab import serve

    with said_by("lab"):
        _copy(into)
    serve(into, port, [] if browser else ["--no-browser"])


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

    with said_by("course"):
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


def _copy(into: Path) -> None:
    from flowlab.course import copies

    made = copies.make_copy(into)
    if made:
        typer.echo(f"{len(made)} chapters copied to {into}; yours to write in, the originals stay as they are")
