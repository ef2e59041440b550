"""A video is written whole or not at all."""

import errno

import numpy as np
import pytest

from flowlab.video import VideoWriter, frames
from tests.video.clips import picture, window


def shown(path):
    return [frame.image for frame in frames(path)]


def test_frames_come_back_in_order_and_nearly_as_they_went_in(tmp_path):
    scene = picture(80, 160)
    sent = [window(scene, index, (48, 64)) for index in range(10)]
    with VideoWriter(tmp_path / "a.mp4", rate=30) as video:
        for image in sent:
            video.add(image)
        assert list(tmp_path.glob("[!.]*")) == []  # nothing of that name until it is whole
    for image, back in zip(sent, shown(tmp_path / "a.mp4"), strict=True):
        assert np.abs(image.astype(int) - back).mean() < 6


def test_odd_sides_are_made_even(tmp_path):
    with VideoWriter(tmp_path / "a.mp4") as video:
        video.add(picture(33, 65))
    assert shown(tmp_path / "a.mp4")[0].shape == (34, 66, 3)


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "a.mp4").write_text("old")
    video = VideoWriter(tmp_path / "a.mp4")
    video.add(picture(32, 32))
    with pytest.raises(ValueError, match="one size"), video:
        video.add(picture(32, 34))
    assert (tmp_path / "a.mp4").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_an_error_of_the_block_comes_out_as_it_is(tmp_path):
    def fail():
        with VideoWriter(tmp_path / "a.mp4") as video:
            video.add(picture(32, 32))
            raise OSError(errno.EIO, "a reader's own")

    with pytest.raises(OSError, match="a reader's own") as caught:
        fail()
    assert caught.value.filename is None
    assert list(tmp_path.iterdir()) == []


def test_without_a_with_block_the_file_is_there_after_close(tmp_path):
    video = VideoWriter(tmp_path / "a.mp4")
    video.add(picture(32, 32))
    assert not (tmp_path / "a.mp4").exists()
    video.close()
    assert len(shown(tmp_path / "a.mp4")) == 1
