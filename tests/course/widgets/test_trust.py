"""The widget of chapter 13: what is kept is what comes back, and its numbers are those of the truth."""

import numpy as np
import pytest

import flowlab
from flowlab.classical import run
from flowlab_course.chapters.ch13 import trust
from flowlab_course.chapters.ch13.clips import DRIFT, PAN, drifting_portrait


@pytest.mark.parametrize(("name", "steps"), [(trust.NEXT, 1), (trust.LATER, 4)])
def test_kept_is_what_comes_back_within_the_limit(name, steps):
    clip = drifting_portrait()
    one, two = clip.frames[4], clip.frames[4 + steps]
    flow, back = run("dis", one, two), run("dis", two, one)
    at = trust.compute(name, "dis", 2.0)
    np.testing.assert_array_equal(at.flow, flow)
    np.testing.assert_array_equal(at.kept, flowlab.consistency(flow, back) <= 2.0)
    truth = np.where(clip.portrait[4][..., None], np.float32(DRIFT), np.float32(PAN)) * steps
    np.testing.assert_allclose(at.error, np.linalg.norm(flow - truth, axis=-1), atol=1e-4)


def test_a_stricter_limit_keeps_less_and_better():
    strict, loose = (trust.compute(trust.BIKE, "dis", limit) for limit in (0.25, 16.0))
    assert strict.share < loose.share <= 1
    assert strict.errors[0] < loose.errors[0]


def test_what_is_not_believed_is_grey_and_the_numbers_are_said():
    at = trust.compute(trust.LATER, "dis", 1.0)
    picture = trust.draw(at)
    left = picture.rgb[trust.canvas.TITLE : trust.canvas.TITLE + at.kept.shape[0], : at.kept.shape[1]]
    assert (left[at.fails] == 128).all()
    assert (left[at.leaves] == 0).all()
    assert at.fails.any()
    assert at.leaves.any()
    assert f"Kept: {at.kept.mean():.0%}" in picture.text
    assert f"black): {at.leaves.mean():.0%}" in picture.text
    assert f"{at.error[at.kept].mean():.2f} px" in picture.text
