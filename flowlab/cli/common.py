"""What several commands share: options, the way they print, and the way they end on an error."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from flowlab._disk import UsageError, without_nan

METHODS = (
    "zero (no motion), a classical method (dis, dis-fast, dis-ultrafast, farneback, tvl1, ilk, lucas-kanade, "
    "horn-schunck), a network that comes with flowlab (flownets-small, flownetc-small), or a file of weights. Suffixes "
    "add steps, in this order: +flips (mean over mirrored pairs), +dis (DIS from that flow) or +fuse (the best of both "
    "and of DIS at each pixel), +v (variational refinement), as in flownetc-small+flips+fuse+v. module:function is a "
    "function of two images of your own, or a network."
)
DeviceOption = Annotated[str, typer.Option(metavar="auto|cpu|cuda", help="auto is the GPU where there is one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON in place of the table.")]
ProgressOption = Annotated[bool, typer.Option(help="Show a bar.", callback=lambda on: on and sys.stderr.isatty())]
# A handler of another name was asked for by the user, in PYTHONIOENCODING.
DEFAULT_HANDLERS = ("strict", "surrogateescape")


class CommandLine(typer.Typer):
    """A Typer application that also prints characters which the output's encoding lacks."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        r"""Run the command line of this process; write a character that the encoding lacks as ``\u2713``.

        Output that is redirected into a file has the encoding of the system's language: on Windows often cp1252, gbk
        or cp932. Without this, the first such character ends the command with a traceback.
        """
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and stream.errors in DEFAULT_HANDLERS:
                stream.reconfigure(errors="backslashreplace")
        return super().__call__(*args, **kwargs)


def print_json(value: Any) -> None:
    """Print a value as JSON; numbers that JSON lacks (NaN, infinity) become null."""
    typer.echo(json.dumps(without_nan(value), indent=1, default=float))


def height_and_width(size: str) -> tuple[int, int]:
    """Read a size as people write it, height first: 384x512."""
    height, x, width = size.lower().partition("x")
    if not (x and height.isdecimal() and width.isdecimal() and min(int(height), int(width)) >= 16):
        raise typer.BadParameter(f"a size is height x width, such as 384x512, got {size!r}; 16x16 is the least")
    return int(height), int(width)


IS_SIZE = {"parser": height_and_width, "metavar": "HxW"}
SizeOption = Annotated[tuple, typer.Option(help="Height x width of the images.", **IS_SIZE)]


def checked_method(name: str, device: str, **options: Any) -> Any:
    """Return the method of a name; a wrong name or option is wrong use (exit code 2), an unreadable file is not (1)."""
    from flowlab.evaluation import method_of
    from flowlab.models.layers import usable_device

    with wrong_use(name):
        device = usable_device(device)
        return method_of(name, device=device, **options)


@contextmanager
def wrong_use(file: str | None = None) -> Iterator[None]:
    """Make a ValueError wrong use, unless it names an argument's file, which is there."""
    try:
        yield
    except ValueError as error:
        if file and file in str(error) and Path(file).exists():
            raise
        raise UsageError(str(error)) from None


@contextmanager
def exit_on_error(command: str, *errors: type[Exception]) -> Iterator[None]:
    """Print ValueError, OSError, MemoryError and `errors` after the command; end with 2 for wrong use."""
    try:
        yield
    except (ValueError, OSError, MemoryError, *errors) as error:
        typer.echo(f"{command}: {error}", err=True)
        raise typer.Exit(2 if isinstance(error, UsageError) else 1) from error
