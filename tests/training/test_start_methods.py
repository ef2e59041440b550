"""A training's workers start by fork, spawn or forkserver, and its weights are the same."""

import subprocess
import sys
import textwrap

import pytest
import torch
from safetensors.torch import load_file

from tests.budgets import HANG
from tests.chapters.paths import ROOT
from tests.environment import environment_of_reader

# The second argument is what Python would do by itself: forkserver from 3.14 on. The third is the program's choice.
SCRIPT = """
    import multiprocessing, sys
    from flowlab.training import fit
    from tests.training.small import small

    def watch(report):
        kinds.update(type(child).__name__ for child in multiprocessing.active_children())

    if __name__ == "__main__":
        folder, default, chosen = sys.argv[1:]
        multiprocessing.context._default_context._default_context = multiprocessing.get_context(default)
        multiprocessing.get_all_start_methods = lambda: [default]
        if chosen:
            multiprocessing.set_start_method(chosen)
        kinds = set()
        fit(small(folder, workers=2, steps=6), watch=watch)
        print(*kinds)
"""


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    """Train in a process of its own; return the kind of its workers, and the weights."""
    folder = tmp_path_factory.mktemp("start")
    script = folder / "script.py"
    script.write_text(textwrap.dedent(SCRIPT), encoding="utf-8")

    def train(default, chosen):
        out = folder / f"{default}-{chosen}"
        command = [sys.executable, str(script), str(out), default, chosen]
        environment = environment_of_reader(PYTHONPATH=str(ROOT))
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip(), load_file(out / "model.safetensors")

    return train


@pytest.fixture(scope="module")
def by_fork(train):
    return train("fork", "")[1]


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one | other)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no fork that is safe")
def test_workers_are_forked_where_python_would_not(train, by_fork):
    kind, weights = train("forkserver", "")
    assert kind == "ForkProcess"
    assert same(weights, by_fork)


@pytest.mark.skipif(sys.platform != "linux", reason="compares with workers that are forked")
@pytest.mark.parametrize(("chosen", "kind"), [("spawn", "SpawnProcess"), ("forkserver", "ForkServerProcess")])
def test_the_program_chooses_how_workers_start(train, by_fork, chosen, kind):
    found, weights = train("fork", chosen)
    assert found == kind
    assert same(weights, by_fork)
