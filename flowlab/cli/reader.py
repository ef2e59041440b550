"""Commands for readers: look at the machine, open the chapters."""

from __future__ import annotations

from typing import Annotated

import typer

from flowlab.cli.course import Folder, copy_chapters, copy_of
from flowlab.cli.options import said_by


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
    into: Folder = None,
    port: Annotated[int, typer.Option(help="On 127.0.0.1.", min=1, max=65535)] = 8888,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Open the course in JupyterLab, on your own copy of the chapters, which is made if it is not there yet."""
    from flowlab.course.lab import serve

    into = copy_of(into)
    with said_by("lab"):
        copy_chapters(into)
    serve(into, port, [] if browser else ["--no-browser"])
