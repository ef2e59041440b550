"""``python -m flowlab_course``: open the course, look at your copy of it; for teachers, exports and progress.

A command's own imports stand inside its function, so that ``--help`` does not wait for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowlab.cli.common import CommandLine, exit_on_error

Folder = Annotated[
    Path | None, typer.Option(help="Where your copy of the chapters lies: the one you are in, else ./work.")
]
Csv = Annotated[Path | None, typer.Option(help="Write it here: a row for each student and exercise.")]
HELP = "The course on optical flow: its notebooks, your own copy of them, and what a teacher needs."

app = CommandLine(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", help=HELP)


@app.command()
def lab(
    into: Folder = None,
    port: Annotated[int, typer.Option(help="On 127.0.0.1.", min=1, max=65535)] = 8888,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open the course in JupyterLab, on your own copy of the chapters, which is made if it is not there yet."""
    from flowlab_course.reader.lab import serve

    into = copy_of(into)
    with exit_on_error("flowlab_course lab"):
        copy_chapters(into)
    serve(into, port, [] if browser else ["--no-browser"])


@app.command()
def status(into: Folder = None) -> None:
    """Say how your copy of the chapters stands to the originals; chapters that are missing are copied."""
    from flowlab_course.reader import copies

    with exit_on_error("flowlab_course status"):
        into = copy_of(into)
        copy_chapters(into)
        for chapter, state in copies.status(into).items():
            typer.echo(f"{chapter:36} {state}")


@app.command()
def fetch(
    chapters: Annotated[list[str], typer.Argument(metavar="NN...", help="Numbers of chapters, such as 03.")],
    into: Folder = None,
) -> None:
    """Bring the newest original of a chapter into your copy; what you changed is kept beside it."""
    from flowlab_course.reader import copies

    with exit_on_error("flowlab_course fetch"):
        into = copy_of(into)
        for chapter in chapters:
            typer.echo(copies.fetch(into, chapter))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A folder that holds none of the chapters yet.")],
    solutions: Annotated[bool, typer.Option(help="With the solutions in place of the stubs.")] = False,
) -> None:
    """Write all chapters into a folder, for a class that does not use the repository: with solutions or without.

    In the copy with solutions the checks have no outputs: run it once, and every check says right.
    """
    from flowlab_course.reader import copies

    with exit_on_error("flowlab_course export"):
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
    is broken, foreign or of a newer flowlab is named and left out.

    Exit code: 0; 1 if no file could be read; 2 for a wrong command line.
    """
    from flowlab_course.reader import classroom

    with exit_on_error("flowlab_course progress"):
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
    from flowlab_course.reader.progress import readers_copy

    return asked or readers_copy() or Path("work")


def copy_chapters(into: Path) -> None:
    """Make the reader's copy where chapters are missing, and say so."""
    from flowlab_course.reader import copies

    made = copies.make_copy(into)
    if made:
        typer.echo(f"{len(made)} chapters copied to {into}; yours to write in, the originals stay as they are")
