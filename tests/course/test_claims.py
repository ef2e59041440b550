"""A claim holds, or stops the chapter and says why."""

import numpy as np
import pytest
import torch

from flowlab_course import ClaimError, claim
from flowlab_course.page import session


@pytest.mark.parametrize(
    "condition", [True, np.bool_(True), torch.tensor(True), np.ones(3).all(), torch.ones(2).eq(1).all()]
)
def test_a_claim_that_holds_is_printed_and_counted(capsys, condition):
    claim("It holds.", condition)
    assert capsys.readouterr().out == "✓ It holds.\n"
    assert session.current.claims == 1


def test_a_long_claim_is_broken_between_words(capsys):
    words = ["word" * (1 + n % 3) for n in range(40)]
    claim(" ".join(words), True)
    first, *others = capsys.readouterr().out.splitlines()
    assert max(map(len, [first, *others])) <= 98 < len(first) + len(others[0].split()[0])
    assert all(line.startswith("  ") for line in others)
    assert " ".join([first, *others]).split() == ["✓", *words]


@pytest.mark.parametrize("condition", [False, np.bool_(False), torch.tensor(False)])
def test_a_claim_that_fails_stops_the_chapter(capsys, condition):
    with pytest.raises(ClaimError, match=r"It holds\."):
        claim("It holds.", condition)
    assert capsys.readouterr().out == ""
    assert session.current.claims == 0


def test_a_claim_that_fails_shows_the_condition_and_its_numbers():
    error, bound = 0.25, np.float32(0.125)
    with pytest.raises(ClaimError, match=r"error < bound is False, with bound = .*0\.125.*, error = 0\.25"):
        claim(
            "The error is small.",
            error < bound,
        )


@pytest.mark.parametrize(
    "condition",
    [np.ones(3), np.ones(3, bool), torch.ones(2, dtype=torch.bool), torch.tensor(1.0), 1, 0, None, "yes", []],
)
def test_what_is_not_one_truth_value_is_refused(condition):
    with pytest.raises(TypeError, match=r"one True or False, got .*\.all\(\) or \.any\(\)"):
        claim("It holds.", condition)


def test_the_refusal_names_shape_and_dtype():
    with pytest.raises(TypeError, match=r"ndarray of shape \(2, 3\), bool"):
        claim("It holds.", np.ones((2, 3), bool))


@pytest.mark.parametrize("sentence", ["", "  "])
def test_an_empty_sentence_is_refused(sentence):
    with pytest.raises(TypeError, match="sentence first"):
        claim(sentence, True)


def test_the_condition_does_not_come_first():
    with pytest.raises(TypeError):
        claim(True, "It holds.")
