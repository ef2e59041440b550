"""Frames come in order and whole; the broken ones are named, at their place."""

import av
import numpy as np
import pytest

from flowlab.field import write_image
from flowlab.video import frames, rate
from flowlab.video.frames import expected
from tests.video.clips import clip, damaged


def close(image, other):
    return np.abs(image.astype(int) - other).mean() < 6  # a codec's error; another frame is off by far more


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.avi", "mjpeg"), ("a.mkv", "mpeg4")])
def test_every_frame_of_a_video_comes_in_order(tmp_path, name, codec):
    truth = clip(tmp_path / name, 12, codec=codec)
    got = list(frames(tmp_path / name))
    assert [frame.index for frame in got] == list(range(12))
    assert [frame.name for frame in got[:2]] == ["000000", "000001"]
    for frame, image in zip(got, truth, strict=True):
        assert close(frame.image, image)
    assert not close(got[0].image, truth[3])
    assert rate(tmp_path / name) == 25


def test_a_damaged_frame_is_named_and_the_others_are_what_they_were(tmp_path):
    truth = clip(tmp_path / "a.avi", 20, codec="mjpeg")
    got = list(frames(damaged(tmp_path / "a.avi", of=[4, 11])))
    assert [frame.index for frame in got if frame.image is None] == [4, 11]
    assert "at 0.16 s" in got[4].error
    assert all(close(frame.image, truth[frame.index]) for frame in got if frame.image is not None)


def test_a_video_that_is_cut_off_says_so(tmp_path):
    clip(tmp_path / "a.avi", 20, codec="mjpeg")
    data = (tmp_path / "a.avi").read_bytes()
    (tmp_path / "a.avi").write_bytes(data[: len(data) // 2])
    got = list(frames(tmp_path / "a.avi"))
    whole = sum(frame.image is not None for frame in got)
    assert 5 < whole < 15
    assert f"of the {20} frames that its header promises" in got[-1].error
    assert [frame.index for frame in got] == list(range(len(got)))


def test_a_telephone_held_upright_gives_upright_frames(tmp_path):
    truth = clip(tmp_path / "a.mp4", 2)
    with av.open(str(tmp_path / "a.mp4")) as source, av.open(str(tmp_path / "r.mp4"), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    # The track header's matrix, a quarter turn; the bytes that a telephone writes there (ISO/IEC 14496-12, 8.3.2).
    data = (tmp_path / "r.mp4").read_bytes()
    upright = b"".join(n.to_bytes(4, "big") for n in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    turned = b"".join(n.to_bytes(4, "big") for n in (0, 1 << 16, 0, 2**32 - (1 << 16), 0, 0, 0, 0, 1 << 30))
    at = data.index(upright, data.index(b"tkhd"))
    (tmp_path / "r.mp4").write_bytes(data[:at] + turned + data[at + 36 :])
    first = next(frames(tmp_path / "r.mp4"))
    assert first.image.shape == (128, 96, 3)
    assert close(first.image, np.rot90(truth[0], -1))  # 90 degrees clockwise, as the matrix says


def test_a_folder_is_read_in_the_order_of_its_numbers(tmp_path):
    for n in (2, 10, 1):
        write_image(tmp_path / f"img{n}.png", np.full((2, 2, 3), n, np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / ".hidden.png").write_text("not a picture either")
    got = list(frames(tmp_path))
    assert [(frame.name, int(frame.image[0, 0, 0])) for frame in got] == [("img1", 1), ("img2", 2), ("img10", 10)]
    assert expected(tmp_path) == 3


def test_a_picture_that_cannot_be_read_takes_its_place_in_the_count(tmp_path):
    for n in range(3):
        write_image(tmp_path / f"{n}.png", np.full((2, 2, 3), n, np.uint8))
    (tmp_path / "1.png").write_bytes((tmp_path / "1.png").read_bytes()[:30])
    got = list(frames(tmp_path))
    assert [frame.image is None for frame in got] == [False, True, False]
    assert "1.png" in got[1].error


def test_what_is_no_source_is_refused_by_name(tmp_path):
    (tmp_path / "a.mp4").write_text("this is a letter to my aunt, not a video")
    with pytest.raises(ValueError, match=r"cannot read .*a\.mp4 as a video"):
        next(frames(tmp_path / "a.mp4"))
    with pytest.raises(FileNotFoundError, match=r"did you mean a\.mp4"):
        next(frames(tmp_path / "b.mp4"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no image"):
        next(frames(tmp_path / "empty"))
    for suffix in ("png", "jpg"):
        write_image(tmp_path / f"same.{suffix}", np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(ValueError, match=r"same\.(png|jpg) and same\.(png|jpg)"):
        next(frames(tmp_path))
