"""What every test relies on: one thread, no GPU unless asked, checked shapes, a progress file of its own."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Tests import each other's helpers as tests.chapters.lint and the like, from wherever pytest was started.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.absent import Module, absent, skipped_if_missing  # noqa: E402  needs the line above
from tests.environment import SETTINGS  # noqa: E402

os.environ.update(SETTINGS)  # before torch and the kernels of subprocesses read them

# Shapes in annotations are checked at run time, in tests only. A test of torch.compile starts a subprocess with
# FLOWLAB_TYPECHECK=0, since compiled code and the checker do not mix.
if os.environ.get("FLOWLAB_TYPECHECK") != "0" and not absent("beartype"):
    from jaxtyping import install_import_hook

    import tests.typecheck  # noqa: F401 - the hook only names it

    install_import_hook(["flowlab", "flowlab_course"], "tests.typecheck.checked")


def pytest_configure(config: pytest.Config) -> None:
    from tests.ledger import Ledger

    if not absent("hypothesis"):
        from hypothesis import settings

        settings.register_profile("flowlab", derandomize=True, deadline=None, database=None)
        settings.load_profile("flowlab")
    config.pluginmanager.register(Ledger(), "flowlab-ledger")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module:
    """Collect a file of tests so that it is skipped, by name, for want of a package."""
    return Module.from_parent(parent, path=module_path)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup() -> Iterator[None]:
    """Skip a test whose fixture needs a package that is not there."""
    with skipped_if_missing():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Iterator[None]:
    """Skip a test that needs a package that is not there."""
    with skipped_if_missing():
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what is marked gpu where torch sees no CUDA device, before its fixtures and other conditions."""
    if item.get_closest_marker("gpu"):
        import torch

        from tests.ledger import NO_CUDA_DEVICE

        if not torch.cuda.is_available():
            pytest.skip(NO_CUDA_DEVICE)


@pytest.fixture
def within(record_property: Callable[[str, object], None]) -> Callable[[str, float, float], None]:
    """Hold seconds against a budget where a CI asks for it; elsewhere the run's end says what was slow."""
    from tests.budgets import held
    from tests.ledger import SLOW

    def check(what: str, seconds: float, allowed: float) -> None:
        if seconds > allowed:
            said = f"{what} took {seconds:.3g} s, over its budget of {allowed:.3g} s"
            assert not held(), said
            record_property(SLOW, said)

    return check


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    import cv2
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Undo what a test, or a command that it runs in this process, did to the environment."""
    before = dict(os.environ)
    yield
    for name in (set(before) | set(os.environ)) - {"PYTEST_CURRENT_TEST"}:
        if name not in before:
            del os.environ[name]
        else:
            os.environ[name] = before[name]


@pytest.fixture(autouse=True)
def _own_scheduling() -> Iterator[None]:
    """Fail a test after which this process runs by another policy, say a real-time one, than before."""

    def scheduling() -> int | None:
        return os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None

    before = scheduling()
    yield
    assert scheduling() == before, "the test, or a library that it calls, changed this process's scheduling"


_number = itertools.count()


@pytest.fixture(autouse=True)
def _own_progress(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test a progress file of its own, far from the reader's."""
    path = tmp_path_factory.getbasetemp() / f"progress-{next(_number)}.json"
    monkeypatch.setenv("FLOWLAB_PROGRESS", str(path))
