"""Write the reference of every public name, from the docstrings: python docs/api.py [FILE], docs/api.md without one."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path

import flowlab

TARGET = Path(__file__).with_name("api.md")
HEAD = """# Reference

Every public name, from its docstring, written by `python docs/api.py`. The names of the first section stand in
`flowlab` itself, the others in the module that is named.
"""
ROOMS = ("field", "classical", "costvolume", "models", "video", "chairs", "datasets", "training", "evaluation")


def page() -> str:
    """Return the page as Markdown."""
    top = [name for name in flowlab.__all__ if not inspect.ismodule(getattr(flowlab, name)) and name != "__version__"]
    shown = {id(getattr(flowlab, name)): f"flowlab.{name}" for name in top}
    parts = [HEAD, section("flowlab", flowlab, top, {})]
    for room in ROOMS:
        module = importlib.import_module(f"flowlab.{room}")
        parts.append(section(f"flowlab.{room}", module, list(getattr(module, "__all__", [])), shown))
    return "\n".join(parts)


def section(title: str, module: object, names: list[str], shown: dict[int, str]) -> str:
    """Return a section: what the module is, and its names in the order of the alphabet."""
    lines = [f"## {title}", ""]
    if shown:
        lines += [inspect.getdoc(module) or "", ""]
    for name in sorted(names, key=str.lower):
        thing = getattr(module, name)
        if id(thing) in shown:
            lines += [f"- `{name}`: see `{shown[id(thing)]}`", ""]
        elif inspect.isclass(thing) or inspect.isroutine(thing):
            lines += [f"### {name}", "", "```python", signature(name, thing), "```", ""]
            lines += ["```text", inspect.getdoc(thing) or "", "```", ""]
        elif not inspect.ismodule(thing):
            lines += [f"- `{name}`: {constant(thing)}", ""]
    return "\n".join(lines)


def constant(thing: object) -> str:
    """Say what a constant is, without addresses that change from run to run."""
    if isinstance(thing, dict):
        return "one of " + ", ".join(f"`{key}`" for key in thing)
    return f"`{thing!r}`"


def signature(name: str, thing: object) -> str:
    """Return how a name is called, an argument a line where it would be long."""
    try:
        said = inspect.signature(thing)
    except (TypeError, ValueError):
        return name
    arguments, starred = [], False
    for parameter in said.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            arguments.append("*")
        starred = starred or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        arguments.append(argument(parameter))
    back = "" if said.return_annotation is inspect.Signature.empty else f" -> {said.return_annotation}"
    line = f"{name}({', '.join(arguments)}){back}"
    return line if len(line) <= 100 else "\n".join([f"{name}(", *(f"    {text}," for text in arguments), f"){back}"])


def argument(parameter: inspect.Parameter) -> str:
    """Return an argument as it stands in the source."""
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    kind = "" if parameter.annotation is parameter.empty else f": {parameter.annotation}"
    value = "" if parameter.default is parameter.empty else f"{' = ' if kind else '='}{parameter.default!r}"
    return f"{stars}{parameter.name}{kind}{value}"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text(page(), encoding="utf-8")
