"""``flowlab course``: how the reader's copy stands; and for teachers, exports and the progress of a class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowlab.cli.options import said_by

Folder = Annotated[
    Path | None, typer.Option(help="Where your copy of the chapters lies: the one you are in, else ./work.")
]
Context = typer.Context.__base__  # what typer hands in, whatever it is asked for; the tests check types at run time
Csv = Annotated[Path | None, typer.Option(help="Write it here: a row for each student and exercise.")]

app = typer.Typer(
    rich_markup_mode="markdown",
    help="Say how your copy of the chapters stands to the originals; fetch newer ones. For teachers: export, progress.",
)


@app.callback(invoke_without_command=True)
def course(
    context: Context,
    into: Folder = None,
    fetch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NN", help="Bring the newer original of this chapter; what you changed is kept beside it."
        ),
    ] = None,
) -> None:
    """Say how your copy of the chapters stands to the originals; fetch newer ones. For teachers: export, progress."""
    from flowlab.course import copies

    if context.invoked_subcommand:
        return
    with said_by("course"):
        into = copy_of(into)
        for chapter in fetch or []:
            typer.echo(copies.fetch(into, chapter))
        copy_chapters(into)
        for chapter, state in copies.status(into).items():
            typer.echo(f"{chapter:36} {state}")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A folder that holds none of the chapters yet.")],
    solutions: Annotated[bool, typer.Option(help="With the solutions in place of the stubs.")] = False,
) -> None:
    """Write all chapters into a folder, for a class that does not use the repository: with solutions or without.

    The copy with solutions has no outputs from the first solution on: run it once, and every check says right.
    """
    from flowlab.course import copies

    with said_by("course export"):
        made = (copies.export_teacher if solutions else copies.export_student)(folder)
        typer.echo(f"{len(made)} chapters {'with' if solutions else 'without'} solutions in {folder}")


@app.command()
def progress(
    places: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...",
            help="Progress files, folders with a progress.json in them, or folders of such folders, one a student.",
        ),
    ],
    csv: Csv = None,
    guesses: Annotated[Path | None, typer.Option(help="Write the guesses of the class here, as CSV.")] = None,
    quizzes: Annotated[Path | None, typer.Option(help="Write the answers to the quizzes here, as CSV.")] = None,
) -> None:
    """Say what a class has solved, from the progress files that its students hand in.

    The columns: student, chapter, exercise, attempts, solved (1 or 0), when (UTC), hints, solution_seen. A file that
    is broken, foreign or of a newer flowlab is named and left out. Ends with 1 if none could be read.
    """
    from flowlab.course import classroom

    with said_by("course progress"):
        found = classroom.collect(places)
        for line in classroom.summary(found.students):
            typer.echo(line)
        for line in found.left_out:
            typer.echo(line, err=True)
        if not found.students:
            raise typer.Exit(1)
        for name, file in {"exercises": csv, "guesses": guesses, "quizzes": quizzes}.items():
            if file is not None:
                columns, rows = classroom.table(found.students, name)
                file.write_text(classroom.to_csv(columns, rows), encoding="utf-8")
                typer.echo(f"{len(rows)} rows in {file}")


def copy_of(asked: Path | None) -> Path:
    """Return the folder of the reader's copy: what was asked for, else the copy around this folder, else ./work."""
    from flowlab.course.progress import readers_copy

    return asked or readers_copy() or Path("work")


def copy_chapters(into: Path) -> None:
    """Make the reader's copy where chapters are missing, and say so."""
    from flowlab.course import copies

    made = copies.make_copy(into)
    if made:
        typer.echo(f"{len(made)} chapters copied to {into}; yours to write in, the originals stay as they are")
