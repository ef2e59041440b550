"""What several commands read from the command line, and how they end on an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer


def height_and_width(size: str) -> tuple[int, int]:
    """Read a size as people write it, height first.

    Raises:
        typer.BadParameter: If it is none.

    Example:
        >>> height_and_width("384x512")
        (384, 512)
    """
    height, x, width = size.lower().partition("x")
    if not (x and height.isdigit() and width.isdigit()):
        raise typer.BadParameter(f"size is height x width, such as 384x512, got {size!r}")
    return int(height), int(width)


@contextmanager
def said_by(command: str, *errors: type[Exception]) -> Iterator[None]:
    """End with 1 and one line that begins with the command's name, for ValueError, OSError and `errors`."""
    try:
        yield
    except (ValueError, OSError, *errors) as error:
        typer.echo(f"flowlab {command}: {error}", err=True)
        raise typer.Exit(1) from error
