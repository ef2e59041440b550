"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import flowlab.models


def test_every_example_in_the_docstrings_runs():
    tried = 0
    for module in pkgutil.walk_packages(flowlab.models.__path__, "flowlab.models."):
        result = doctest.testmod(importlib.import_module(module.name))
        assert result.failed == 0, module.name
        tried += result.attempted
    assert tried > 15
