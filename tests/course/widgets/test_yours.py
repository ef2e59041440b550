"""The reader's own files in chapter 13: an upload and a path are read, and what cannot be read is said."""

from datetime import datetime

import numpy as np
import pytest

from flowlab.field import write_image
from flowlab.video import VideoWriter
from flowlab_course.chapters.ch13 import yours
from flowlab_course.chapters.ch13.clips import drifting_portrait

FRAMES = drifting_portrait(16).frames


@pytest.fixture
def film(tmp_path):
    with VideoWriter(tmp_path / "film.mp4", rate=12) as video:
        for frame in FRAMES[:5]:
            video.add(frame)
    return tmp_path / "film.mp4"


def test_a_path_to_a_video_becomes_the_clip_that_is_shown(film):
    widget = yours.your_own()
    widget.controls["frame"].value = 14
    widget.path.value = str(film)
    widget.button.click()
    assert widget.controls["clip"].value == yours.YOURS
    assert len(widget.clips[yours.YOURS]) == 5
    assert widget.controls["frame"].max == widget.plays["frame"].max == 3
    widget.controls["frame"].value = 3
    assert "frame 3" in widget.pad.alt
    widget.controls["clip"].value = yours.OURS
    assert widget.controls["frame"].max == 14


def test_two_uploaded_pictures_become_a_clip_in_the_order_of_their_names(tmp_path):
    for name, frame in (("b.png", FRAMES[1]), ("a.png", FRAMES[0])):
        write_image(tmp_path / name, frame)
    widget = yours.your_own()
    files = [{"name": name, "content": (tmp_path / name).read_bytes()} for name in ("b.png", "a.png")]
    common = {"type": "image/png", "last_modified": datetime(2026, 1, 1)}
    widget.upload.value = tuple(file | common | {"size": len(file["content"])} for file in files)
    np.testing.assert_array_equal(widget.clips[yours.YOURS], FRAMES[:2])


def test_an_uploaded_video_is_read(film):
    assert len(yours.read_files([("film.mp4", film.read_bytes())])) == 5


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([("a.png", b"x")], "a.png is one picture, and a flow needs two"),
        ([("a.heic", b"x"), ("b.png", b"y")], "a.heic is not a picture"),
        ([("film.mov", b"zzz")], "cannot read film.mov as a video"),
        ([("a.png", b"x"), ("b.png", b"y")], "a.png as an image"),
        ([("film.mov", b"")], "film.mov is empty"),
    ],
)
def test_an_upload_that_cannot_be_read_is_named(files, message):
    with pytest.raises(ValueError, match=message):
        yours.read_files(files)


def test_frames_of_two_sizes_and_a_path_to_nothing_are_refused(tmp_path):
    write_image(tmp_path / "a.png", FRAMES[0])
    write_image(tmp_path / "b.png", FRAMES[1][:100])
    with pytest.raises(ValueError, match="differ in size"):
        yours.read_clip(tmp_path)
    with pytest.raises(ValueError, match="holds one frame"):
        yours.read_clip(tmp_path / "a.png")
    with pytest.raises(FileNotFoundError, match=r"there is no .*film.mp4"):
        yours.read_clip(tmp_path / "film.mp4")
