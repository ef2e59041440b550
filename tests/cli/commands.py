"""How the tests call a command: in this process, and in one of its own that can be killed."""

import sys

from typer.testing import CliRunner

from flowlab.cli import app


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def line(*arguments):
    """The command line of a process of its own."""
    return [sys.executable, "-m", "flowlab", *(str(argument) for argument in arguments)]
