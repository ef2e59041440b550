"""Frames come in order and whole; the broken ones are named, at their place."""

import gc
import itertools

import av
import numpy as np
import pytest

from flowlab.field import write_image
from flowlab.video import frames, rate
from flowlab.video.frames import expected
from tests.video.clips import clip, damaged, number, numbered, numbered_clip, remuxed


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


EIGHT = [(a, b, c, d) for a, b, c, d in itertools.product((-1, 0, 1), repeat=4) if abs(a * d - b * c) == 1]
EIGHT = [matrix for matrix in EIGHT if np.abs(matrix).sum() == 2]


@pytest.mark.parametrize(("a", "b", "c", "d"), EIGHT)
def test_a_display_matrix_turns_and_mirrors(tmp_path, a, b, c, d):
    """Pixel (x, y) is shown at (a x + c y, b x + d y), moved into the picture (ISO/IEC 14496-12, 8.3.2)."""
    (truth,) = clip(tmp_path / "a.mp4", 1, size=(32, 48))
    path = remuxed(tmp_path / "a.mp4", tmp_path / "r.mp4")
    data = path.read_bytes()
    upright, other = (
        b"".join((n % 2**32).to_bytes(4, "big") for n in (a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30))
        for a, b, c, d in ((1, 0, 0, 1), (a, b, c, d))
    )
    at = data.index(upright, data.index(b"tkhd"))
    path.write_bytes(data[:at] + other + data[at + 36 :])
    shown = np.zeros_like(truth if a else truth.swapaxes(0, 1))
    H, W = shown.shape[:2]
    for y, x in np.ndindex(truth.shape[:2]):
        right, down = a * x + c * y, b * x + d * y
        shown[down + (H - 1) * (min(b, d) < 0), right + (W - 1) * (min(a, c) < 0)] = truth[y, x]
    (frame,) = frames(path)
    assert frame.image.shape == shown.shape
    assert close(frame.image, shown)


def boxes(data, at, end):
    """Cut a part of an .mp4 into its boxes."""
    while at < end:
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at : at + size]
        at += size


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_a_cover_picture_is_not_the_video(tmp_path, suffix):
    numbered_clip(tmp_path / "a.mp4", 5)
    path = tmp_path / f"c.{suffix}"
    with av.open(str(tmp_path / "a.mp4")) as source, av.open(str(path), "w") as out:
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        stream = out.add_stream_from_template(source.streams.video[0])
        out.mux([*cover.encode(av.VideoFrame.from_ndarray(numbered(63), format="rgb24")), *cover.encode(None)])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    if suffix == "mp4":  # its muxer puts the cover after the video; other programs put it first
        data = path.read_bytes()
        at = data.index(b"moov") - 4
        inner = list(boxes(data, at + 8, len(data)))
        assert [name for name, _ in inner] == [b"mvhd", b"trak", b"udta"]
        path.write_bytes(data[: at + 8] + inner[0][1] + inner[2][1] + inner[1][1])
    with av.open(str(path)) as container:
        assert [stream.codec_context.name for stream in container.streams.video] == ["mjpeg", "h264"]
    assert [number(frame.image) for frame in frames(path)] == [0, 1, 2, 3, 4]
    assert rate(path) == 25


def test_a_video_that_cannot_be_decoded_is_named(tmp_path):
    data = numbered_clip(tmp_path / "a.mp4", 3).read_bytes()
    (tmp_path / "codec.mp4").write_bytes(data.replace(b"avc1", b"zzzz"))
    with pytest.raises(ValueError, match=r"cannot read .*codec\.mp4 as a video: its codec is unknown"):
        next(frames(tmp_path / "codec.mp4"))
    fast = remuxed(tmp_path / "a.mp4", tmp_path / "fast.mp4", movflags="faststart").read_bytes()
    for end in range(fast.index(b"moov"), fast.index(b"mdat") + 8, 7):
        (tmp_path / "cut.mp4").write_bytes(fast[:end])
        with pytest.raises(ValueError, match=r"cut\.mp4"):
            next(frames(tmp_path / "cut.mp4"))


def test_what_a_folder_does_not_know_is_none(tmp_path):
    write_image(tmp_path / "a.png", np.zeros((2, 2, 3), np.uint8))
    (frame,) = frames(tmp_path)
    assert (frame.error, frame.time) == (None, None)


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


def test_pictures_of_the_decoder_are_freed_without_the_collector_of_circles(tmp_path):
    clip(tmp_path / "a.mp4", 12)
    gc.collect()
    gc.disable()
    try:
        held = [
            sum(type(thing).__name__ == "VideoFrame" for thing in gc.get_objects()) for _ in frames(tmp_path / "a.mp4")
        ]
    finally:
        gc.enable()
    assert held[-1] <= held[2] + 1, held
