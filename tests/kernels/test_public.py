"""The room's examples run."""

import doctest
import importlib
import pkgutil

import flowlab.kernels
from flowlab.costvolume import traced
from flowlab_course.chapters.ch09 import lab as kernel_lab


def test_every_example_in_the_docstrings_runs():
    names = [module.name for module in pkgutil.walk_packages(flowlab.kernels.__path__, "flowlab.kernels.")]
    tried = 0
    for name in [*names, traced.__name__, kernel_lab.__name__]:
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0, name
        tried += result.attempted
    assert tried > 10
