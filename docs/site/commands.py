"""The pages of the commands, made from the Typer applications themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import typer

OPTION = re.compile(r"(?<![\w`-])--[a-z][\w-]*")
PUBLIC = re.compile(r"\bflowlab(?:\.\w+)+\b")
SPECIAL = re.compile(r"([*_<\[\]$\\{}])")
CODE = re.compile(r"(`[^`]+`)")
EXAMPLES = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"^Exit codes?: ")
EXITS = "0; 1 if something cannot be used or done, which a line on the standard error says; 2 for a wrong command line."
HEADS = {
    "flowlab": "In the folder of a clone, or where the library is installed, `python -m flowlab COMMAND`; an installed "
    "library also has the short form `flowlab COMMAND`. `--help` after a command prints what stands here.",
    "flowlab_course": "In a clone, with the Python of `.venv`: `python -m flowlab_course COMMAND`. `make lab` is the "
    "first of these commands.",
}


class Program(NamedTuple):
    """A command line: its name, how it is called, and the title of its page."""

    name: str
    call: str
    title: str
    app: typer.Typer


def programs() -> tuple[Program, ...]:
    """Return the command lines of the library and of the course."""
    from flowlab.cli import app
    from flowlab_course.cli import app as course

    return (
        Program("flowlab", "flowlab", "Commands", app),
        Program("flowlab_course", "python -m flowlab_course", "Commands of the course", course),
    )


def pages() -> dict[str, str]:
    """Return a page for each command line as MyST Markdown, by its file name."""
    return {f"{program.name}.md": "\n".join(page(program)) for program in programs()}


def page(program: Program) -> Iterator[str]:
    """Yield the lines of a page: every command that is not hidden, in the order of the program's own help."""
    group = typer.main.get_command(program.app)
    commands = {name: command for name, command in group.commands.items() if not command.hidden}
    yield from (f"# {program.title}", "", prose(group.help or ""), "", HEADS[program.name], "", "{.commands}")
    for name, command in commands.items():
        yield f"- [{name}](#{slug(program, name)}) {prose(summary(command))}"
    yield ""
    if group.params:
        yield from options(program.call, group, "Before a command:")
    for name, command in commands.items():
        yield from section(program, name, command)


def slug(program: Program, name: str) -> str:
    """Return the anchor of a command on its page."""
    return f"{program.name}-{name}".replace("_", "-")


def summary(command: Any) -> str:
    """Return the first sentence of a command's help, such as it stands in the list of commands."""
    return inspect.cleandoc(command.help or "").partition("\n\n")[0].replace("\n", " ")


def section(program: Program, name: str, command: Any) -> Iterator[str]:
    """Yield the lines of a command: its call, help, examples, arguments and options, exit codes."""
    call = f"{program.call} {name}"
    yield from (f"({slug(program, name)})=", f"## {program.name} {name}", "", "```text")
    arguments = [each.metavar or each.name.upper() for each in command.params if each.param_type_name == "argument"]
    yield from (" ".join([call, *arguments, "[OPTIONS]"]), "```", "")
    said, exits = [], EXITS
    for text in re.split(r"\n\n(?!    )", EXAMPLES.sub("", inspect.cleandoc(command.help or ""))):
        if EXIT.match(text):
            exits = EXIT.sub("", text)
        elif text.strip():
            said.append(prose(text))
    examples = "".join(EXAMPLES.findall(inspect.cleandoc(command.help or "")))
    yield from (said[0], "")
    if examples:
        yield from ("```sh", examples.rstrip(), "```", "")
    for text in said[1:]:
        yield from (text, "")
    if command.params:
        yield from options(call, command, "Arguments and options:" if arguments else "Options:")
    yield from (f"**Exit code:** {prose(exits)}", "")


def options(call: str, command: Any, title: str) -> Iterator[str]:
    """Yield the lines of a list of arguments and options, each with its help and default, as ``--help`` has them."""
    context = command.context_class(command, info_name=call)
    yield from (f"**{title}**", "", "```{program} " + call, "```", "")
    for each in command.params:
        names, text = each.get_help_record(context)
        names = re.sub(r" (range|<list\[.*)?>$", ">", names) if each.param_type_name == "option" else each.metavar
        more = text.removeprefix(each.help or "").strip(" []")
        yield from ("```{option} " + (names or each.name.upper()).replace(" / ", ", "), prose(each.help or ""))
        yield from ([""] if each.help and more else [])
        yield from (["{.default}", facts(each, more)] if more else [])
        yield from ("```", "")


def facts(parameter: Any, text: str) -> str:
    """Return what ``--help`` writes in brackets as a sentence: the default, the range, required.

    Example:
        >>> class Scale:
        ...     secondary_opts = []
        >>> facts(Scale, "default: 1.0; x>=0.01")
        'Default: `1.0`. Range: `x>=0.01`.'
    """
    said = []
    for fact in text.split("; "):
        label, colon, value = fact.partition(": ")
        if fact == "required":
            said.append("Required.")
        elif colon:
            value = (
                value.strip("()") if value.startswith("(") else f"`{'--' if parameter.secondary_opts else ''}{value}`"
            )
            said.append(f"{label.capitalize()}: {value}.")
        else:
            said.append(f"Range: `{fact}`.")
    return " ".join(said)


def prose(text: str) -> str:
    r"""Return a help text as Markdown that shows each of its characters, with options in the type of code.

    Example:
        >>> prose("With --out, each file_name: flowlab.training.TrainConfig")
        'With `--out`, each file\\_name: {py:obj}`flowlab.training.TrainConfig`'
    """
    parts = CODE.split(" ".join(text.split()))
    for index in range(0, len(parts), 2):
        escaped = SPECIAL.sub(r"\\\1", parts[index])
        parts[index] = PUBLIC.sub(r"{py:obj}`\g<0>`", OPTION.sub(r"`\g<0>`", escaped))
    return "".join(parts)
