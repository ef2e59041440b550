"""The widget of chapter 14: it shows what the search found, and says its reach and its error."""

import numpy as np
import pytest
import torch

import flowlab
from flowlab_course.chapters.ch14.widgets import levels_of_search
from flowlab_course.widgets import canvas


def known(a, b, levels, d):
    """A search that finds (levels, d) everywhere."""
    flow = torch.zeros(1, 2, *a.shape[-2:])
    flow[:, 0], flow[:, 1] = levels, d
    return flow


@pytest.mark.parametrize(("levels", "d", "reach"), [(1, 4, 4), (3, 2, 14), (6, 4, 252)])
def test_it_asks_for_these_levels_and_says_how_far_they_reach(levels, d, reach):
    widget = levels_of_search(known)
    found = widget.found("coffee slides", levels, d)
    assert found.reach == reach
    assert (found.flow == (levels, d)).all()
    pair = widget.pairs["coffee slides"]
    assert found.epe == pytest.approx(np.linalg.norm(pair.flow - (levels, d), axis=-1)[pair.valid].mean(), abs=1e-4)
    picture = widget.at(name="coffee slides", levels=levels, d=d)
    assert f"Reach {reach} px" in picture.text
    H, W = found.flow.shape[:2]
    left = picture.rgb[canvas.TITLE : canvas.TITLE + H, :W]
    np.testing.assert_array_equal(left, flowlab.flow_to_image(found.flow, max_flow=30))


def test_a_search_is_made_once():
    asked = []

    def counted(a, b, levels, d):
        asked.append((levels, d))
        return known(a, b, levels, d)

    widget = levels_of_search(counted)
    for _ in range(3):
        widget.found("cat turns", 2, 3)
    assert asked.count((2, 3)) == 1
