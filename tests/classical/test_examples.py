"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import flowlab.classical


def test_every_example_in_the_docstrings_runs():
    tried = 0
    for module in pkgutil.walk_packages(flowlab.classical.__path__, "flowlab.classical."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        tried += result.attempted
    assert tried > 20
