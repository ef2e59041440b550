"""Every example in a docstring runs and says what it says; every public name explains itself."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import flowlab

EXAMPLES_AT_LEAST = {
    "chairs": 5,
    "classical": 5,
    "cli": 2,
    "costvolume": 5,
    "flowlab_course": 5,
    "field": 25,
    "models": 5,
    "video": 4,
}
LEFT_OUT = ("flowlab_course.__main__",)
ROOMS = sorted(module.name for module in pkgutil.iter_modules(flowlab.__path__) if module.name != "__main__")
COURSE = "flowlab_course"


def modules_of(room):
    name = room if room == COURSE else f"flowlab.{room}"
    module = importlib.import_module(name)
    below = pkgutil.walk_packages(module.__path__, f"{name}.") if hasattr(module, "__path__") else []
    return [module, *(importlib.import_module(found.name) for found in below if found.name not in LEFT_OUT)]


@pytest.mark.parametrize("room", [*ROOMS, COURSE])
def test_every_example_runs(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = {module.__name__: doctest.testmod(module) for module in modules_of(room)}
    assert {name: result.failed for name, result in results.items() if result.failed} == {}
    assert sum(result.attempted for result in results.values()) >= EXAMPLES_AT_LEAST.get(room, 0)


@pytest.mark.parametrize("name", [name for name in flowlab.__all__ if name != "__version__"])
def test_every_public_name_has_a_docstring_and_a_function_an_example(name):
    thing = getattr(flowlab, name)
    said = inspect.getdoc(thing) or ""
    assert said, name
    if not inspect.ismodule(thing):
        assert "Example:" in said, f"flowlab.{name} has no example"
