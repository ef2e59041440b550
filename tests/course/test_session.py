"""The first and the last cell of a chapter."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import matplotlib as mpl
import pytest
import torch

import flowlab_course as course
from flowlab_course.exercises import exercises_of
from flowlab_course.page import gpu, session
from flowlab_course.reader import progress


def test_begin_says_chapter_and_profile_and_nothing_else(capsys):
    begun = course.begin("01")
    assert capsys.readouterr().out == "Chapter 01 · profile laptop\n"
    assert begun == course.profile() or (begun.name, begun.device) == ("laptop", torch.device("cpu"))
    assert "begun" in progress.read()["chapters"]["01"]


def test_begin_makes_figures_opaque_white_at_96_dpi():
    course.begin("01")
    assert (mpl.rcParams["figure.dpi"], mpl.rcParams["figure.facecolor"]) == (96, "white")
    assert mpl.colors.to_rgba(mpl.rcParams["savefig.facecolor"]) == (1, 1, 1, 1)


@pytest.mark.parametrize("chapter", ["1", "", "001", "ab"])
def test_begin_refuses_what_is_not_two_digits(chapter):
    with pytest.raises(ValueError, match="two digits"):
        course.begin(chapter)


def test_begin_limits_the_threads_when_asked(monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setenv("FLOWLAB_THREADS", "1")
    try:
        course.begin("01")
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("threads", ["0", "two", "-1"])
def test_begin_refuses_threads_that_are_no_count(monkeypatch, threads):
    monkeypatch.setenv("FLOWLAB_THREADS", threads)
    with pytest.raises(ValueError, match="FLOWLAB_THREADS"):
        course.begin("01")


def test_end_counts_claims_and_exercises(capsys):
    course.begin("01")
    course.claim("One is one.", 1 == 1)
    course.claim("Two is two.", 2 == 2)
    first = exercises_of(1)[0]
    course.check(first.id, first.solution)
    capsys.readouterr()
    course.end()
    total = len(exercises_of(1))
    assert capsys.readouterr().out == f"Chapter 01: 2 claims held, 1 of {total} exercises solved.\n"
    assert progress.read()["chapters"]["01"]["claims"] == 2


def test_end_of_a_chapter_without_exercises(capsys):
    course.begin("99")
    course.end()
    assert capsys.readouterr().out.endswith("0 claims held, 0 of 0 exercises solved.\n")


def test_beginning_again_counts_claims_anew():
    course.begin("01")
    course.claim("One is one.", True)
    course.begin("01")
    assert session.current.claims == 0


def test_end_before_begin_says_which_cell_to_run():
    with pytest.raises(RuntimeError, match="first code cell"):
        course.end()


def test_begin_shows_no_second_output_as_a_cells_last_line():
    assert course.begin("01")._ipython_display_() is None


class Elsewhere(torch.Tensor):
    """A tensor that counts how often it is asked to go to the CPU."""

    moves = 0

    @property
    def device(self):
        return torch.device("cuda", 0)

    def cpu(self):
        type(self).moves += 1
        return torch.zeros(1)


def test_everything_that_a_notebook_names_moves_to_the_cpu():
    def far():
        return torch.ones(1).as_subclass(Elsewhere)

    Elsewhere.moves = 0
    inner = [far(), (far(), "text")]
    state = OrderedDict(weight=far())  # as a network's state_dict
    moved = gpu.to_cpu({"a": far(), "b": inner, "n": 3, "state": state})
    assert Elsewhere.moves == 4
    assert type(state["weight"]) is torch.Tensor
    assert type(moved["a"]) is torch.Tensor
    assert moved["b"] is inner
    assert type(inner[1][0]) is torch.Tensor


def test_what_is_on_the_cpu_stays_the_same_object():
    pair = (torch.ones(1), "text")
    assert gpu.to_cpu(pair) is pair


def test_what_moves_leaves_its_graph_behind():
    """The maps of a network hang on its loss: a copy that knew where it came from would keep them on the GPU."""
    leaf = torch.ones(1, requires_grad=True)
    far = (2 * leaf).as_subclass(Elsewhere)
    assert far.grad_fn is not None
    assert gpu.to_cpu(far).grad_fn is None


def test_records_and_named_tuples_are_looked_into():
    class Pair(NamedTuple):
        one: torch.Tensor
        two: str

    @dataclass(frozen=True)
    class Result:
        model: torch.nn.Module
        log: list

    Elsewhere.moves = 0
    far = torch.ones(1).as_subclass(Elsewhere)
    moved = gpu.to_cpu(Pair(far, "text"))
    assert type(moved) is Pair
    assert type(moved.one) is torch.Tensor
    assert gpu.to_cpu(Pair) is Pair  # the class itself has no parts
    result = Result(torch.nn.Linear(2, 2), [far])
    assert gpu.to_cpu(result) is result
    assert type(result.log[0]) is torch.Tensor
    assert Elsewhere.moves == 2


def test_what_has_a_shape_and_no_memory_stays():
    """Chapters 07, 08 and 10 count parameters on `meta`: torch refuses to copy what is not there."""
    names = {"maps": torch.zeros(2, device="meta"), "model": torch.nn.Linear(2, 2, device="meta")}
    moved = gpu.to_cpu(dict(names))
    assert all(moved[name] is value for name, value in names.items())


def test_a_list_that_holds_itself_ends():
    endless = [torch.ones(1)]
    endless.append(endless)
    assert gpu.to_cpu(endless) is endless


@pytest.mark.gpu
def test_free_gpu_leaves_no_memory_in_use():
    model = torch.nn.Linear(256, 256, device="cuda")
    optimiser = torch.optim.Adam(model.parameters())
    model(torch.ones(1, 256, device="cuda")).sum().backward()
    optimiser.step()
    names = {"x": torch.ones(1 << 20, device="cuda"), "model": model, "optimiser": optimiser}
    optimiser.zero_grad()
    gpu.free_gpu(names)
    assert torch.cuda.memory_allocated() < 1 << 20
    assert names["x"].device.type == "cpu"
