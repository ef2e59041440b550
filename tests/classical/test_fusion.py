"""Fusion takes at each pixel the candidate that explains the pictures and comes back."""

import cv2
import numpy as np
import pytest

from flowlab.classical import fuse

SIZE = (80, 120)


def constant(u, v):
    return np.full((*SIZE, 2), (u, v), np.float32)


@pytest.fixture
def halves():
    """A pair whose left half moves 6 px down and whose right half stays, and the flow of each half everywhere."""
    rng = np.random.default_rng(0)
    img1 = cv2.GaussianBlur(rng.integers(0, 256, (*SIZE, 3), dtype=np.uint8), (0, 0), 1.5)
    img2 = img1.copy()
    img2[:, :60] = np.roll(img1[:, :60], 6, axis=0)
    return img1, img2, constant(0, 6), constant(0, 0)


def test_each_half_gets_its_own_candidate(halves):
    img1, img2, down, still = halves
    for order in ([(down, -down), (still, still)], [(still, still), (down, -down)]):
        fused = fuse(img1, img2, order)
        assert fused.dtype == np.float32
        assert (fused[:66, :52] == (0, 6)).all()  # above those that leave the frame, left of the seam
        assert (fused[:, 68:] == 0).all()


def test_of_two_flows_that_explain_a_flat_picture_the_consistent_one_is_taken():
    flat = np.full((*SIZE, 3), 90, np.uint8)
    there, still = constant(3, 0), constant(0, 0)
    assert (fuse(flat, flat, [(there, there), (still, still)]) == 0).all()
    middle = np.s_[:, 20:-20]
    assert (fuse(flat, flat, [(there, -there), (still, still)])[middle] == (3, 0)).all(), "the first of equals"


def test_one_candidate_is_returned_and_left_as_it_is(halves):
    img1, img2, down, _ = halves
    before = down.copy()
    assert (fuse(img1, img2, [(down, -down)]) == down).all()
    assert (down == before).all()


def test_what_does_not_fit_is_refused(halves):
    img1, img2, down, still = halves
    with pytest.raises(ValueError, match="candidates is empty"):
        fuse(img1, img2, [])
    with pytest.raises(ValueError, match=r"flows of shape \(80, 120, 2\), got \(79, 120, 2\)"):
        fuse(img1, img2, [(down, still), (down[1:], still)])
    with pytest.raises(ValueError, match=r"got \(80, 120, 2\) and \(80, 119, 2\)"):
        fuse(img1, img2, [(down, still[:, 1:])])
