"""A video is written whole or not at all, and parts join without a seam."""

import numpy as np
import pytest

from flowlab.video import VideoWriter, frames, join
from flowlab.video.parts import LENGTH, Parts
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


def test_joined_parts_are_the_frames_of_all_in_order(tmp_path):
    levels = [20, 60, 100, 140, 180, 220]
    for part, some in enumerate((levels[:1], levels[1:4], levels[4:])):
        with VideoWriter(tmp_path / f"{part}.mp4", rate=25) as video:
            for level in some:
                video.add(np.full((32, 32, 3), level, np.uint8))
    join([tmp_path / f"{part}.mp4" for part in range(3)], tmp_path / "all.mp4")
    seen = list(frames(tmp_path / "all.mp4"))
    assert [frame.fault for frame in seen] == [""] * 6
    assert [round(float(frame.image.mean())) for frame in seen] == pytest.approx(levels, abs=2)
    with pytest.raises(ValueError, match="at least one part"):
        join([], tmp_path / "none.mp4")


def test_a_part_that_was_not_finished_does_not_count(tmp_path):
    grey = np.full((32, 32, 3), 100, np.uint8)
    parts = Parts(tmp_path / "parts", 25)
    for index in range(LENGTH + 3):
        parts.add(index, grey)
    assert parts.has(0)
    assert not parts.has(LENGTH)
    parts.close(whole=False)
    again = Parts(tmp_path / "parts", 25)
    assert again.has(LENGTH - 1)
    assert not again.has(LENGTH)
    for index in range(LENGTH, LENGTH + 5):
        again.add(index, grey)
    assert again.finish(tmp_path / "flow.mp4")
    assert len(shown(tmp_path / "flow.mp4")) == LENGTH + 5
    assert [path.name for path in tmp_path.iterdir()] == ["flow.mp4"]
    assert not Parts(tmp_path / "none", 25).finish(tmp_path / "none.mp4")
