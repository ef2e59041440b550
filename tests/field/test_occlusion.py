"""Forward-backward consistency finds what frame 2 hides."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from flowlab import consistency, occlusion
from flowlab.field import similarity_matrix
from tests.field.by_hand import matrix_flow, translation_flow


def a_box_slides_right() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frames of 10 x 16; a box at columns 4 to 6, rows 2 to 7, slides 4 px over a still background."""
    forward, backward = np.zeros((10, 16, 2), np.float32), np.zeros((10, 16, 2), np.float32)
    forward[2:8, 4:7, 0] = 4
    backward[2:8, 8:11, 0] = -4
    hidden = np.zeros((10, 16), bool)
    hidden[2:8, 8:11] = True  # the background that the box covers in frame 2
    return forward, backward, hidden


def test_what_a_sliding_box_covers_is_occluded():
    forward, backward, hidden = a_box_slides_right()
    np.testing.assert_array_equal(occlusion(forward, backward), hidden)
    appears = np.zeros_like(hidden)
    appears[2:8, 4:7] = True
    np.testing.assert_array_equal(occlusion(backward, forward), appears)


def test_consistency_is_the_distance_by_which_the_way_back_misses():
    forward, backward, hidden = a_box_slides_right()
    np.testing.assert_allclose(consistency(forward, backward), np.where(hidden, 4.0, 0.0))


def test_a_motion_and_its_inverse_are_consistent():
    matrix = similarity_matrix(degrees=5, scale=1.1, translation=(3, -2), centre=(30, 20))
    there, back = matrix_flow((40, 60), matrix), matrix_flow((40, 60), np.linalg.inv(matrix))
    distance = consistency(there, back)
    assert distance[np.isfinite(distance)].max() < 1e-4
    np.testing.assert_array_equal(occlusion(there, back), np.isinf(distance))


def test_what_leaves_the_frame_is_occluded_and_infinitely_inconsistent():
    there = translation_flow((3, 6), 2, 0)
    np.testing.assert_array_equal(occlusion(there, -there)[0], [False] * 4 + [True] * 2)
    assert consistency(there, -there)[0].tolist() == [0, 0, 0, 0, np.inf, np.inf]


def test_the_criterion_is_the_papers_with_its_constants(rng):
    there = np.zeros((1, 200, 2))
    back = rng.normal(scale=1.0, size=(1, 200, 2))
    expected = (back**2).sum(-1) > 0.01 * (back**2).sum(-1) + 0.5
    np.testing.assert_array_equal(occlusion(there, back), expected)
    assert 0 < expected.mean() < 1
    strict = (back**2).sum(-1) > 0.2 * (back**2).sum(-1) + 0.1
    np.testing.assert_array_equal(occlusion(there, back, alpha1=0.2, alpha2=0.1), strict)


def test_exactly_what_is_forgiven_is_visible():
    there, back = np.zeros((1, 1, 2)), np.array([[[0.5, 0.5]]])
    assert not occlusion(there, back, alpha1=0, alpha2=0.5)[0, 0]
    assert occlusion(there, back, alpha1=0, alpha2=0.49)[0, 0]


def test_a_flow_that_is_unknown_leads_nowhere():
    there, back = np.zeros((1, 5, 2)), np.zeros((1, 5, 2))
    there[0, 0] = np.nan
    back[0, 4] = np.nan
    assert occlusion(there, back).tolist() == [[True, False, False, True, True]]  # interpolation touches neighbours


def test_torch_and_batches_give_the_same():
    forward, backward, hidden = a_box_slides_right()
    f, b = (torch.from_numpy(np.stack([flow, flow])).permute(0, 3, 1, 2) for flow in (forward, backward))
    assert torch.equal(occlusion(f, b), torch.from_numpy(np.stack([hidden, hidden])))
    assert torch.equal(consistency(f, b)[1], torch.from_numpy(consistency(forward, backward)))


def test_shapes_that_differ_are_refused(as_users_run_it):
    for call in (consistency, occlusion):
        with pytest.raises(ValueError, match=r"flow and backward_flow .*\(2, 3, 2\) and \(2, 4, 2\)"):
            call(np.zeros((2, 3, 2)), np.zeros((2, 4, 2)))


def test_negative_constants_are_refused(as_users_run_it):
    with pytest.raises(ValueError, match=r"must not be negative, got -1 and 0\.5"):
        occlusion(np.zeros((2, 3, 2)), np.zeros((2, 3, 2)), alpha1=-1)
