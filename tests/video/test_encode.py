"""A video is written whole or not at all."""

import errno
from itertools import pairwise

import av
import numpy as np
import pytest

from flowlab.video import VideoWriter, frames
from tests.video.clips import by_pyav, numbered, picture, window


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


def test_times_are_kept_to_the_end_of_the_last_frame(tmp_path):
    times = [7.0, 7.04, 7.041, 7.5, 9.0, 9.8]
    with VideoWriter(tmp_path / "a.mp4") as video:
        for index, (time, end) in enumerate(pairwise(times)):
            video.add(numbered(index), time, end)
    got = by_pyav(tmp_path / "a.mp4")
    assert [index for index, _ in got] == [0, 1, 2, 3, 4]
    np.testing.assert_allclose([time + 7 for _, time in got], times[:-1], atol=1e-4)
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert container.duration == pytest.approx(2.8e6, abs=100)


@pytest.mark.parametrize("rate", [12, 24, 25, 30000 / 1001, 24000 / 1001, 1000])
def test_without_times_the_rate_is_kept(tmp_path, rate):
    with VideoWriter(tmp_path / "a.mp4", rate) as video:
        for index in range(9):
            video.add(numbered(index))
    got = by_pyav(tmp_path / "a.mp4")
    assert [index for index, _ in got] == list(range(9))
    np.testing.assert_allclose([time for _, time in got], np.arange(9) / rate, atol=1e-4)


def test_times_that_stand_still_or_go_back_are_moved_on(tmp_path):
    with VideoWriter(tmp_path / "a.mp4") as video:
        for index, time in enumerate([0.0, 0.0, 0.04, 0.02]):
            video.add(numbered(index), time, time)
    times = [time for _, time in by_pyav(tmp_path / "a.mp4")]
    assert times == sorted(set(times))


def test_a_claim_of_1000_frames_a_second_does_not_raise_the_codecs_level(tmp_path):
    with VideoWriter(tmp_path / "a.mp4", rate=1000) as video:
        video.add(np.zeros((1080, 1920, 3), np.uint8), 0, 0.04)
    data = (tmp_path / "a.mp4").read_bytes()
    assert data[data.index(b"avcC") + 7] <= 42  # level 4.2, which players have (ISO/IEC 14496-15, 5.3.3)
