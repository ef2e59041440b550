"""What several commands share: options, the way they print, and the way they end on an error."""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

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
SizeOption = Annotated[str, typer.Option(metavar="HxW", help="Height x width of the images.")]
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

    def plain(value: Any) -> Any:
        """Replace what JSON lacks, also inside."""
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return None if isinstance(value, float) and not math.isfinite(value) else value

    typer.echo(json.dumps(plain(value), indent=1, default=float))


def height_and_width(size: str) -> tuple[int, int]:
    """Read a size as people write it, height first: 384x512."""
    height, x, width = size.lower().partition("x")
    if not (x and height.isdecimal() and width.isdecimal()):
        raise typer.BadParameter(f"size is height x width, such as 384x512, got {size!r}")
    return int(height), int(width)


class UsageError(ValueError):
    """A wrong command line: the command ends with 2."""


def checked_method(name: str, device: str, **options: Any) -> Any:
    """Return the method of a name; a wrong name or option is wrong use (exit code 2), an unreadable file is not (1)."""
    from flowlab.evaluation import method_of

    device = checked_device(device)
    try:
        return method_of(name, device=device, **options)
    except ValueError as error:
        if Path(name).exists():
            raise
        raise UsageError(str(error)) from None


@contextmanager
def exit_on_error(command: str, *errors: type[Exception], code: int = 1) -> Iterator[None]:
    """Print ValueError, OSError and `errors` as a line that begins with the command; end with 2 for wrong use."""
    try:
        yield
    except (ValueError, OSError, *errors) as error:
        typer.echo(f"{command}: {error}", err=True)
        raise typer.Exit(2 if isinstance(error, UsageError) else code) from error


def checked_device(device: str) -> str:
    """Return a device of torch that is there; "auto" is the GPU if there is one."""
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        if torch.device(device).type == "cuda" and not torch.cuda.is_available():
            raise ValueError("--device cuda needs a GPU that torch sees, and there is none; python -m flowlab doctor")
        torch.zeros(1, device=device).item()  # "meta" fails, and a second GPU that is not there
    except (RuntimeError, AssertionError):
        raise UsageError(f"there is no device {device!r}; try cpu, cuda or cuda:1") from None
    return device
