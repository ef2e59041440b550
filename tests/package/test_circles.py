"""No module imports itself by a detour: not in a function, not for a type checker only, not through its own package.

import-linter, in ``make lint``, finds circles between the modules of a package. This also finds a module that imports
the package that it lies in, while that package's ``__init__`` imports the module.
"""

import sys
from pathlib import Path

import grimp
import pytest


def circles(*packages: str) -> list[list[str]]:
    """Return the modules of a shortest circle through each import that lies on one."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    found = set()
    for module in graph.modules:  # field.arrays names types of its own for a type checker: that is no detour
        for imported in graph.find_modules_directly_imported_by(module) - {module}:
            if back := graph.find_shortest_chain(importer=imported, imported=module):
                found.add(tuple(sorted(back)))
    return sorted(list(circle) for circle in found)


def test_there_is_no_circle():
    assert circles("flowlab", "flowlab_course") == []


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("from planted.b import y", "def late():\n    from planted.a import x"),
        ("from planted import b", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import planted.a"),
    ],
    ids=["in a function", "for a type checker"],
)
def test_a_planted_circle_is_found(a: str, b: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    plant(tmp_path, monkeypatch, {"__init__": "", "a": a, "b": b, "c": "import planted.a"})
    assert circles("planted") == [["planted.a", "planted.b"]]


def test_a_module_that_imports_its_own_package_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    plant(tmp_path, monkeypatch, {"__init__": "from planted.a import x", "a": "from planted import x\nx = 1"})
    assert circles("planted") == [["planted", "planted.a"]]


def plant(folder: Path, monkeypatch: pytest.MonkeyPatch, modules: dict[str, str]) -> None:
    (folder / "planted").mkdir()
    for name, text in modules.items():
        (folder / "planted" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "planted", raising=False)
