"""The pages of the reference: a room of flowlab each, with its public names from their docstrings."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator

import flowlab

ROOMS = ("field", "classical", "costvolume", "models", "video", "chairs", "datasets", "training", "evaluation")
HEAD = """Reference
=========

Every public name, from its docstring. Those of this page stand in ``flowlab`` itself, the others in the room that is
named; where a room shows a name of this page again, it leads here.

.. toctree::
   :maxdepth: 1

"""


def public() -> dict[int, str]:
    """Return the full name of every public thing, by its id: in flowlab itself where it stands there."""
    found = {}
    for room in (*(f"flowlab.{name}" for name in ROOMS), "flowlab"):
        module = importlib.import_module(room)
        names = [name for name in getattr(module, "__all__", []) if name != "__version__"]
        found |= {id(getattr(module, name)): f"{room}.{name}" for name in names}
    return found


def pages() -> dict[str, str]:
    """Return the pages as reStructuredText, by their file name."""
    top = [name for name in flowlab.__all__ if not inspect.ismodule(getattr(flowlab, name)) and name != "__version__"]
    known = {id(getattr(flowlab, name)): f"flowlab.{name}" for name in top}
    head = HEAD + "".join(f"   {room}\n" for room in ROOMS)
    found = {"index.rst": "\n".join([head, *section("flowlab", flowlab, top, {})])}
    for room in ROOMS:
        module = importlib.import_module(f"flowlab.{room}")
        title = f"flowlab.{room}"
        parts = [title, "=" * len(title), "", inspect.getdoc(module) or "", ""]
        parts += section(title, module, list(getattr(module, "__all__", [])), known)
        found[f"{room}.rst"] = "\n".join(parts)
    return found


def section(title: str, module: object, names: list[str], known: dict[int, str]) -> Iterator[str]:
    """Yield the lines of a room: a table of its names, then each with its docstring, in the order of the alphabet."""
    things = {name: getattr(module, name) for name in sorted(names, key=str.lower)}
    called = {name: thing for name, thing in things.items() if inspect.isclass(thing) or inspect.isroutine(thing)}
    yield from (f".. currentmodule:: {title}", "", ".. autosummary::", "   :nosignatures:", "")
    yield from (f"   ~{known[id(thing)]}" if id(thing) in known else f"   {name}" for name, thing in called.items())
    yield ""
    for name, thing in things.items():
        if id(thing) in known or inspect.ismodule(thing):
            continue
        if name in called:
            yield from entry(name, thing)
        else:
            yield from (f".. py:data:: {name}", "", f"   {constant(thing)}", "")


def entry(name: str, thing: object) -> Iterator[str]:
    """Yield the lines that make Sphinx read a docstring; of a class also those of its methods that have one."""
    if inspect.isclass(thing):
        yield from (f".. autoclass:: {name}", "   :members:", "")
    else:
        yield from (f".. autofunction:: {name}", "")


def constant(thing: object) -> str:
    """Say what a constant is, without addresses that change from run to run."""
    if isinstance(thing, dict):
        return "One of " + ", ".join(f"``{key!r}``" for key in thing) + "."
    return f"``{thing!r}``"


def signature_as_written(app, what, name, obj, options, arguments, back):
    """Return how a name is called, annotations as in the source (a listener of autodoc's)."""
    try:
        said = inspect.signature(obj)
    except (TypeError, ValueError):
        return None
    given = list(said.parameters.values())
    if what in ("method", "property") and given and given[0].name in ("self", "cls"):
        given = given[1:]
    back = said.return_annotation
    if what == "class" or back is inspect.Signature.empty:
        back = ""
    return f"({', '.join(listed(given))})", annotation(back)


def listed(parameters: list[inspect.Parameter]) -> Iterator[str]:
    """Yield the arguments, with the star before those that go by name alone."""
    starred = False
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            yield "*"
        starred = starred or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        yield argument(parameter)


def argument(parameter: inspect.Parameter) -> str:
    """Return an argument as it stands in the source."""
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    kind = "" if parameter.annotation is parameter.empty else f": {annotation(parameter.annotation)}"
    value = "" if parameter.default is parameter.empty else f"{' = ' if kind else '='}{parameter.default!r}"
    return f"{stars}{parameter.name}{kind}{value}"


def annotation(hint: object) -> str:
    """Return an annotation as it stands in the source."""
    return hint if isinstance(hint, str) else inspect.formatannotation(hint)


def lead_where_it_says(app, doctree):
    """Let a name in a signature lead to that very class, or nowhere (a listener of Sphinx's).

    Sphinx goes by the name alone, and other rooms may have a class of the same.
    """
    from sphinx import addnodes

    known = public()
    for signature in doctree.findall(addnodes.desc_signature):
        module = importlib.import_module(signature.get("module") or "flowlab")
        thing = module
        for name in signature.get("fullname", "").split("."):
            thing = getattr(thing, name, None)
        said_in = vars(importlib.import_module(getattr(thing, "__module__", None) or module.__name__))
        for link in list(signature.findall(addnodes.pending_xref)):
            meant = known.get(id(said_in.get(link["reftarget"], link)))
            if meant:
                link["reftarget"] = meant
            else:
                link.replace_self(link.children)


def skip(app, what, name, obj, skipped, options):
    """Leave out what Python writes itself: the fields of named tuples (a listener of autodoc's)."""
    return True if (getattr(obj, "__doc__", None) or "").startswith("Alias for field number") else None
