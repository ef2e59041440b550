"""What ``import flowlab`` offers, and what it costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import flowlab


def imported_for_editors() -> set[str]:
    """The names that flowlab/__init__.py imports under TYPE_CHECKING."""
    tree = ast.parse(Path(flowlab.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {alias.asname for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_editors_and_python_see_the_same_names():
    assert imported_for_editors() == set(flowlab.__all__) - {"__version__"}
    assert set(flowlab.__all__) <= set(dir(flowlab))
    for name in flowlab.__all__:
        assert getattr(flowlab, name) is not None


def test_the_version_is_the_installed_one():
    assert flowlab.__version__ == version("flowlab")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'flowlab' has no attribute 'read_flo'"):
        _ = flowlab.read_flo


def test_importing_flowlab_imports_nothing_large():
    code = "import sys, flowlab; print([m for m in ('torch', 'numpy', 'cv2') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_example_in_the_docstrings_runs():
    import doctest
    import importlib
    import pkgutil

    import flowlab.field

    tried = 0
    for module in pkgutil.walk_packages(flowlab.field.__path__, "flowlab.field."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        tried += result.attempted
    assert tried > 45
