"""The general diagnoses recognise what they name, and stay silent otherwise."""

import numpy as np
import pytest

from flowlab_course.exercises.diagnose import diagnose

RNG = np.random.default_rng(0)
FLOW = RNG.normal(size=(6, 6, 2)) * 5
PICTURE = RNG.random((7, 9)) * 200
MASK = PICTURE > 100
PLANES = RNG.normal(size=(1, 2, 6, 8))


def said(got, expected):
    return diagnose([(np.asarray(got), np.asarray(expected))], atol=1e-6, rtol=1e-5)


def shifted(picture, dy, dx):
    """Move a picture's content by loops; what comes in from outside is 99."""
    out = np.full_like(picture, 99.0)
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            if 0 <= y - dy < picture.shape[0] and 0 <= x - dx < picture.shape[1]:
                out[y, x] = picture[y - dy, x - dx]
    return out


SPOILED_BORDER = PICTURE.copy()
SPOILED_BORDER[0, :] = SPOILED_BORDER[:, -1] = 0


@pytest.mark.parametrize(
    ("got", "expected", "start"),
    [
        (FLOW[..., ::-1], FLOW, "The two components have changed places"),
        (PLANES[:, ::-1], PLANES, "The two components have changed places"),
        (-FLOW, FLOW, "Every sign is reversed"),
        (FLOW * [1, -1], FLOW, "The sign of v is reversed: positive v points down"),
        (FLOW * [-1, 1], FLOW, "The sign of u is reversed"),
        (PLANES * np.array([1, -1]).reshape(2, 1, 1), PLANES, "The sign of v"),
        (FLOW.swapaxes(0, 1), FLOW, "Rows and columns have changed places"),
        (PLANES[..., :6].swapaxes(-1, -2), PLANES[..., :6], "Rows and columns have changed places"),
        (np.trunc(PICTURE), PICTURE, "Your result holds whole numbers only"),
        (PICTURE.astype(np.int32), PICTURE, "Your result is an integer array"),
        (np.round(FLOW), FLOW, "Your result holds whole numbers only"),
        ((300 + PICTURE).astype(np.int64) % 256, np.trunc(300 + PICTURE), "The values wrap around at 256"),
        (PICTURE * 2.5, PICTURE, "Your values are 2.5 times the expected ones."),
        (np.radians(PICTURE), PICTURE, "Your values are 0.01745 times the expected ones (radians, where degrees"),
        (np.degrees(PICTURE), PICTURE, "Your values are 57.3 times the expected ones (degrees, where radians"),
        (PICTURE + 0.5, PICTURE, "Your values are the expected ones +0.5, everywhere"),
        (shifted(PICTURE, 1, 0), PICTURE, "Your result is the expected one moved by a pixel, down:"),
        (shifted(PICTURE, 0, -1), PICTURE, "Your result is the expected one moved by a pixel, left:"),
        (shifted(PICTURE, 1, 1), PICTURE, "Your result is the expected one moved by a pixel, down and right:"),
        (shifted(FLOW, -1, 0), FLOW, "Your result is the expected one moved by a pixel, up:"),
        (SPOILED_BORDER, PICTURE, "Only the outermost pixels differ"),
        (PICTURE[::-1], PICTURE, "Your values are in reverse order along the first axis."),
        (PICTURE[:, ::-1], PICTURE, "Your values are in reverse order along the last axis."),
        (np.moveaxis(FLOW, -1, 0), FLOW, "Your numbers are right, but your axes are in another order."),
        (PICTURE.T, PICTURE, "Your numbers are right, but your axes are in another order."),
        (PICTURE.ravel(), PICTURE, "Your numbers are right and in the right order: give them"),
        (FLOW, FLOW.sum(axis=-1), "The sum of your values along axis 2 is what was asked for."),
        (~MASK, MASK, "Your mask is the other way round"),
        (MASK | (PICTURE < 20), MASK, "Your mask misses nothing, but it is True at too many places."),
        (MASK & (PICTURE < 180), MASK, "What your mask marks is right, but it is True at too few places."),
        (MASK[::-1], MASK, "Your values are in reverse order along the first axis."),
    ],
)
def test_a_cause_is_recognised(got, expected, start):
    assert said(got, expected).startswith(start)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (RNG.normal(size=(6, 6, 2)), FLOW),
        (np.zeros((6, 6, 2)), FLOW),
        (3.0, 2.0),  # one number is always a multiple of another
        (np.full((4, 4), 3.0), np.full((4, 4), 2.0)),
        (np.where(PICTURE > 100, np.nan, PICTURE), PICTURE),
        (np.zeros(0), np.zeros(0)[:0] + 1),
    ],
)
def test_nothing_is_said_where_nothing_fits(got, expected):
    if np.size(got):
        assert said(got, expected) == ""


@pytest.mark.parametrize(
    ("way", "words"), [(np.multiply, "times"), (np.divide, "divided by"), (np.add, "plus"), (np.subtract, "minus")]
)
def test_an_argument_by_which_each_case_differs_is_named(way, words):
    expected, C, W = [10.0, 30.0, 70.0], [2, 3, 5], [4, 4, 8]
    pairs = [(np.array(way(value, c)), np.array(value)) for value, c in zip(expected, C, strict=True)]
    said = diagnose(pairs, atol=1e-6, rtol=1e-5, numbers={"`C`": C, "`W`": W})
    assert said == f"In each case your values are the expected ones {words} `C`."
    # Two arguments that are the same number in every case cannot be told apart; one of another value says nothing.
    assert diagnose(pairs, atol=1e-6, rtol=1e-5, numbers={"`W`": W}) == ""


def test_a_constant_answer_is_said():
    pairs = [(np.array(5.0), np.array(value)) for value in (5.0, 7.0, 11.0)]
    assert diagnose(pairs, atol=1e-6, rtol=1e-5).startswith("Your result is the same in every case")


def test_two_results_are_no_flow():
    pairs = [(np.array([16.0, 160]), np.array([160.0, 16])), (np.array([4.0, 16]), np.array([16.0, 4]))]
    assert " u" not in diagnose(pairs, atol=1e-6, rtol=1e-5, flows=False)
    assert "changed places" in diagnose(pairs, atol=1e-6, rtol=1e-5, flows=False)


def test_a_tensor_of_two_by_two_is_no_flow():
    tensor = RNG.normal(size=(4, 5, 2, 2))
    assert said(tensor[..., ::-1], tensor).startswith("Your values are in reverse order along the last axis")


def test_a_cause_must_fit_every_case():
    pairs = [(FLOW[..., ::-1], FLOW), (-FLOW, FLOW)]
    assert diagnose(pairs, atol=1e-6, rtol=1e-5) == ""


def test_a_case_that_a_cause_leaves_unchanged_does_not_hide_it():
    still = np.zeros((3, 3, 2))
    assert diagnose([(still, still), (-FLOW, FLOW)], atol=1e-6, rtol=1e-5) == "Every sign is reversed."
