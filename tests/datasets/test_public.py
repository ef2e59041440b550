"""The room's examples run."""

import doctest
import importlib
import pkgutil

import flowlab.datasets


def test_every_example_in_the_docstrings_runs():
    tried = 0
    for module in pkgutil.walk_packages(flowlab.datasets.__path__, "flowlab.datasets."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        tried += result.attempted
    assert tried > 35
