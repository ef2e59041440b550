"""A chapter's text as a script, on a machine without Jupyter.

    python bench/gpu_chapter.py 07

Each cell is run, and its last value shown, as in a notebook. Where ipywidgets, anywidget, traitlets or IPython is not
installed, stand-ins take its place: a control keeps its first value, an output is printed as text, and a widget prints
its title and the words of its stills. An error ends the script, as does a claim that does not hold.
"""

from __future__ import annotations

import ast
import html
import importlib.util
import re
import sys
from functools import cache, partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters" / "text"


# What controls have of their own where a chapter does not set it, as in ipywidgets.
RANGE = {"min": 0, "max": 100, "step": 1}
UNSET = {
    "IntSlider": RANGE,
    "FloatSlider": {"min": 0.0, "max": 100.0, "step": 0.1},
    "Play": RANGE | {"repeat": False},
    "FloatText": {"step": None, "value": 0.0},
    "HTML": {"value": ""},
    "Text": {"value": ""},
    "Checkbox": {"value": False, "indent": True},
    "ToggleButton": {"value": False},
    "FileUpload": {"value": (), "description": "Upload", "error": ""},
}


class Control:
    """Any control or box: it keeps what it was made with, and its first value."""

    model_id, description, disabled = "", "", False

    def __init__(self, children: Any = (), **settings: Any) -> None:
        self.children, self.style, self.layout = tuple(children), SimpleNamespace(), SimpleNamespace()
        settings = UNSET.get(type(self).__name__, {}) | settings
        self.value = settings.get("min", 0)
        if "options" in settings:
            settings["options"] = tuple(settings["options"])
            values = [option[1] if isinstance(option, tuple) else option for option in settings["options"]]
            self.value = settings.get("value", values[0])
            self.index = values.index(self.value) if self.value in values else None
        for name, setting in settings.items():
            setattr(self, name, setting)
        if isinstance(self.layout, dict):
            self.layout = SimpleNamespace(**self.layout)

    def observe(self, *_: Any, **__: Any) -> None:
        """Do nothing: nobody moves it. The same for what follows."""

    add_class = on_click = observe

    def _repr_mimebundle_(self, **_: Any) -> dict:
        return {}


@cache
def control(name: str) -> type:
    """Make the class of a control of ipywidgets."""
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (Control,), {})


class Trait:
    """A trait, which is its default value."""

    def __init__(self, kind: str, *_: Any, default_value: Any = None, **__: Any) -> None:
        empty = {"Bool": False, "Bytes": b"", "Dict": {}, "Float": 0.0, "List": [], "Unicode": ""}[kind]
        self.default = empty if default_value is None else default_value

    def tag(self, **_: Any) -> Any:
        """Return the default value, for all instances."""
        return self.default


class Html:
    """HTML, of which the words of its pictures are shown."""

    def __init__(self, text: str) -> None:
        self.words = re.findall(r'alt="([^"]*)"', text)


def display(shown: Any, **_: Any) -> SimpleNamespace:
    """Print an output's text."""
    if hasattr(shown, "_ipython_display_"):
        shown._ipython_display_()
    elif isinstance(shown, Html):
        print(*(f"    {html.unescape(words)}" for words in shown.words), sep="\n")
    elif shown is not None:
        print(shown.get("text/plain", "") if isinstance(shown, dict) else repr(shown))
    return SimpleNamespace(update=display)


def stand_in(name: str, **attributes: Any) -> None:
    """Put a module of these attributes in a package's place."""
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    module.__dict__.update(attributes)
    sys.modules[name] = module


def without_jupyter() -> None:
    """Put stand-ins in the place of all four packages, if one of them is missing."""
    if all(map(importlib.util.find_spec, ("ipywidgets", "anywidget", "traitlets", "IPython"))):
        return
    stand_in("ipywidgets", __getattr__=control)
    stand_in("anywidget", AnyWidget=Control)
    traits = {kind: partial(Trait, kind) for kind in ("Bool", "Bytes", "Dict", "Float", "List", "Unicode")}
    stand_in("traitlets", **traits, link=lambda *_, **__: None)
    stand_in("IPython", get_ipython=lambda: None, version_info=(9, 0))
    stand_in("IPython.display", HTML=Html, display=display)


def run(text: Path) -> None:
    """Run a text's cells one after the other."""
    stand_in("__main__")  # where a worker's process looks for what a cell has defined
    known = vars(sys.modules["__main__"])
    lines = text.read_text(encoding="utf-8").splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line.startswith("# %%")]
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        cell = ast.parse("\n" * first + "".join(lines[first:end]), str(text))  # errors name the text's own lines
        last = cell.body.pop() if cell.body and isinstance(cell.body[-1], ast.Expr) else None
        exec(compile(cell, str(text), "exec"), known)
        if last:
            display(eval(compile(ast.Expression(last.value), str(text), "eval"), known))


def main() -> None:
    given = Path(sys.argv[1])
    without_jupyter()
    run(given if given.is_file() else next(CHAPTERS.glob(f"{given.name}_*.py")))


if __name__ == "__main__":
    main()
