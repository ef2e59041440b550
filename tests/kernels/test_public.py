"""The room's examples run."""

import doctest
import importlib
import pkgutil

import flowlab.kernels
import flowlab_course.cuda_on_cpu
from flowlab_course.chapters.ch09 import lab as kernel_lab


def test_every_example_in_the_docstrings_runs():
    packages = (flowlab.kernels, flowlab_course.cuda_on_cpu)
    names = [m.name for package in packages for m in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    tried = 0
    for name in [*names, kernel_lab.__name__]:
        result = doctest.testmod(importlib.import_module(name))
        assert result.failed == 0, name
        tried += result.attempted
    assert tried > 7
