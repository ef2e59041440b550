"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import flowlab.evaluation


def test_every_example_in_the_docstrings_runs():
    tried = 0
    for module in pkgutil.walk_packages(flowlab.evaluation.__path__, "flowlab.evaluation."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        tried += result.attempted
    assert tried > 10
