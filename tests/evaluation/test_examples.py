"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import flowlab.evaluation


def test_every_example_in_the_docstrings_runs():
    tried = 0
    modules = [module.name for module in pkgutil.walk_packages(flowlab.evaluation.__path__, "flowlab.evaluation.")]
    for name in [*modules, "flowlab.datasets.pairs"]:
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0, name
        tried += result.attempted
    assert tried > 10
