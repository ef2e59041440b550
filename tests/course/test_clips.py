"""The clip and the stereo pairs of chapter 13 move as they say."""

import numpy as np

import flowlab
from flowlab_course.chapters.ch13.clips import drifting_portrait
from flowlab_course.chapters.ch13.stereo import NEAREST, stereo_batch


def test_each_frame_is_the_next_one_brought_back_by_the_flow():
    clip = drifting_portrait(4)
    for i in range(3):
        rebuilt = flowlab.warp(clip.frames[i + 1].astype(np.float32), clip.flow[i])
        off = np.abs(rebuilt - clip.frames[i]).mean(axis=-1)
        assert off[clip.seen[i]].mean() < 4
        assert off[~clip.seen[i]].mean() > 5 * off[clip.seen[i]].mean()


def test_half_a_step_is_the_frame_in_between():
    whole, half = drifting_portrait(3), drifting_portrait(5, 0.5)
    np.testing.assert_array_equal(whole.frames, half.frames[::2])


def test_the_right_view_shows_what_the_disparity_says():
    left, right, disparity = stereo_batch(np.random.default_rng(3), 8)
    assert float(disparity.max()) <= NEAREST
    assert len(disparity.unique()) > 8
    flow = np.stack([-disparity.numpy(), np.zeros(disparity.shape, np.float32)], axis=-1)
    for i in range(8):
        view = right[i].permute(1, 2, 0).numpy()
        rebuilt, stays = flowlab.warp(view, flow[i]), flowlab.inside(flow[i])
        wrong = (np.abs(rebuilt - left[i].permute(1, 2, 0).numpy()).max(axis=-1) > 1e-4) & stays
        assert wrong.mean() < 0.25  # only what the nearer thing hides in the right view
