"""From frame to frame: who is compared with whom, which way, and what a broken frame costs."""

import numpy as np
import pytest

from flowlab.video import Frame, flows


def frame(index, value=None, size=(4, 5)):
    image = None if value is None else np.full((*size, 3), value, np.uint8)
    return Frame(index, f"f{index}", image, "" if image is not None else "torn")


def difference(img1, img2):
    """An estimate that tells from where to where it was asked."""
    flow = np.zeros((*img1.shape[:2], 2), np.float32)
    flow[..., 0] = float(img2[0, 0, 0]) - float(img1[0, 0, 0])
    return flow


def test_each_step_goes_from_a_frame_to_the_next():
    steps = list(flows([frame(0, 1), frame(1, 3), frame(2, 4)], difference))
    assert [(step.first.name, step.second.name, step.flow[0, 0, 0]) for step in steps] == [
        ("f0", "f1", 2.0),
        ("f1", "f2", 1.0),
    ]
    assert steps[0].backward_flow is None
    assert steps[0].consistent is None


def test_the_way_back_is_estimated_from_frame_2_and_compared():
    (step,) = flows([frame(0, 1), frame(1, 3)], difference, backward=True)
    assert step.backward_flow[0, 0, 0] == -2.0
    # Two pixels to the right and back again, except where two to the right is outside: the last two columns.
    assert step.consistent.tolist() == [[True, True, True, False, False]] * 4


def test_a_broken_frame_breaks_the_two_steps_that_it_is_in():
    steps = list(flows([frame(0, 1), frame(1), frame(2, 4), frame(3, 6)], difference))
    assert [step.flow is None for step in steps] == [True, True, False]
    assert steps[1].first.error == "torn"


def test_what_is_skipped_is_not_estimated():
    asked = []
    steps = flows([frame(i, i) for i in range(4)], lambda a, b: asked.append(1) or difference(a, b), skip=bool)
    assert list(steps) == []
    assert asked == []


@pytest.mark.parametrize("between", [[], [frame(1)]])
def test_two_sizes_are_refused_by_name_even_across_a_broken_frame(between):
    source = [frame(0, 1), *between, frame(2, 2, size=(6, 5))]
    with pytest.raises(ValueError, match=r"f0 is 4 x 5 \(height x width\) and f2 is 6 x 5"):
        list(flows(source, difference))
