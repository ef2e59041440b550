"""Count, order and time of a video's frames, against plain PyAV, in the containers and codecs that people have."""

from itertools import pairwise

import av
import numpy as np
import pytest

from flowlab.video import frames
from tests.video.clips import by_pyav, number, numbered_clip, remuxed

COUNT = 14
B1, B2 = ({"x264_params": f"bframes={n}:b-adapt=0"} for n in (1, 2))
OPEN = {"x264_params": "bframes=2:b-adapt=0:keyint=6:min-keyint=6:open-gop=1:scenecut=0"}
HEVC = {"x265_params": "log-level=none:keyint=6:min-keyint=6:open-gop=1:bframes=3"}
CASES = [
    *((name, "libx264", B2) for name in ("avi", "asf", "mp4", "mov", "mkv", "ts", "flv", "nut")),
    *((name, "libx264", B1) for name in ("avi", "asf", "mp4")),
    *((name, "libx264", OPEN) for name in ("avi", "mp4", "ts")),
    *((name, "libx264", {"tune": "zerolatency"}) for name in ("avi", "asf", "mkv")),
    *((name, "mpeg4", {"bf": 2}) for name in ("avi", "asf", "mp4", "mkv")),
    *((name, "mpeg2video", {"bf": 2}) for name in ("mpg", "ts", "mkv", "avi")),
    *((name, "libx265", HEVC) for name in ("mp4", "mkv", "ts")),
    *((name, codec, {}) for name, codec in (("webm", "libvpx"), ("webm", "libvpx-vp9"), ("mp4", "libsvtav1"))),
    *((name, codec, {}) for name, codec in (("mkv", "ffv1"), ("asf", "wmv2"), ("avi", "msmpeg4"), ("flv", "flv"))),
    ("h264", "libx264", B2),
]


def ours(path):
    got = list(frames(path))
    assert [frame.error for frame in got] == [None] * len(got)
    assert [frame.index for frame in got] == list(range(len(got)))
    times = [frame.time for frame in got]
    assert all(one < two for one, two in pairwise(times))
    return [number(frame.image) for frame in got], times


@pytest.mark.parametrize(("suffix", "codec", "options"), CASES, ids=lambda case: str(case)[:40])
def test_every_frame_is_there_once_and_in_order(tmp_path, suffix, codec, options):
    path = numbered_clip(tmp_path / f"a.{suffix}", COUNT, codec, **options)
    numbers, times = ours(path)
    assert numbers == [index for index, _ in by_pyav(path)] == list(range(COUNT))
    np.testing.assert_allclose(np.diff(times), 0.04, atol=1.1e-3)  # a container may count milliseconds
    if suffix not in ("avi", "asf", "h264"):  # which have no time of presentation
        assert times == [time for _, time in by_pyav(path)]


def test_three_frames_with_one_b_frame_in_an_avi(tmp_path):
    path = numbered_clip(tmp_path / "a.avi", 3, **B1)
    assert ours(path)[0] == [0, 1, 2]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
def test_the_times_of_a_variable_rate(tmp_path, suffix):
    times = [0, 40, 41, 500, 501, 502, 1200, 1900, 1901, 2000]
    path = numbered_clip(tmp_path / f"a.{suffix}", 10, "libvpx" if suffix == "webm" else "libx264", times)
    numbers, got = ours(path)
    assert numbers == list(range(10))
    assert got == [time for _, time in by_pyav(path)]
    np.testing.assert_allclose(got, np.array(times) / 1000)


def test_hidden_frames_are_not_frames(tmp_path):
    """VP8 keeps frames that are not shown in packets of their own: bit 4 of the first byte is 0 (RFC 6386, 9.1)."""

    def hide(packets):
        for index, packet in enumerate(packets):
            if index % 5 == 3:
                hidden = av.Packet(bytes([bytes(packet)[0] & ~0x10]) + bytes(packet)[1:])
                hidden.pts, hidden.dts, hidden.time_base = packet.pts, packet.dts, packet.time_base
                packet = hidden
            yield packet

    path = remuxed(numbered_clip(tmp_path / "a.webm", COUNT, "libvpx"), tmp_path / "b.webm", hide)
    assert ours(path)[0] == [index for index, _ in by_pyav(path)] == [n for n in range(COUNT) if n % 5 != 3]


def test_packed_b_frames(tmp_path):
    """DivX and XviD in .avi: a packet holds two frames, and the next is a placeholder of a few bytes."""

    def pack(packets):
        data = [bytes(packet) for packet in packets]
        vop = data[0].index(b"\0\0\1\xb6")
        data[0] = data[0][:vop] + b"\0\0\1\xb2DivX503b1393p" + data[0][vop:]
        for index in range(1, len(data) - 1, 2):
            data[index : index + 2] = data[index] + data[index + 1], b"\0\0\1\xb6\x50\x4f"
        for index, (packet, content) in enumerate(zip(packets, data, strict=True)):
            new = av.Packet(content)
            new.pts = new.dts = index
            new.time_base, new.is_keyframe = packet.time_base, packet.is_keyframe
            yield new

    path = remuxed(numbered_clip(tmp_path / "a.avi", 13, "mpeg4", bf=1), tmp_path / "b.avi", pack)
    assert ours(path)[0] == [index for index, _ in by_pyav(path)]


@pytest.mark.parametrize("codec", ["libx264", "mpeg2video", "libx265"])
def test_two_transport_streams_joined(tmp_path, codec):
    options = {"libx264": OPEN, "mpeg2video": {"bf": 2}, "libx265": HEVC}[codec]
    data = numbered_clip(tmp_path / "a.ts", COUNT, codec, **options).read_bytes()
    (tmp_path / "b.ts").write_bytes(data + data)
    numbers, times = ours(tmp_path / "b.ts")
    assert numbers == [index for index, _ in by_pyav(tmp_path / "b.ts")] == 2 * list(range(COUNT))
    np.testing.assert_allclose(np.diff(times), 0.04)  # the second part counts on


def test_a_clock_that_jumps_a_day_ahead_counts_on(tmp_path):
    def jump(packets):
        for index, packet in enumerate(packets):
            for name in ("pts", "dts"):
                setattr(packet, name, getattr(packet, name) + (index > 5) * 90_000 * 86_400)
            yield packet

    path = remuxed(numbered_clip(tmp_path / "a.ts", 10, bf=0), tmp_path / "b.ts", jump)
    assert by_pyav(path)[6][1] > 86_000
    numbers, times = ours(path)
    assert numbers == list(range(10))
    np.testing.assert_allclose(np.diff(times), 0.04)


@pytest.mark.parametrize("shift", [-2000, 90_000])
def test_times_below_zero_and_late_ones_are_the_containers(tmp_path, shift):
    def moved(packets):
        for packet in packets:
            packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            yield packet

    made = numbered_clip(tmp_path / "a.mp4", 10, **B2)
    path = remuxed(made, tmp_path / "b.mov", moved, avoid_negative_ts="disabled", use_editlist="0")
    assert list(zip(*ours(path), strict=True)) == by_pyav(path)


@pytest.mark.parametrize(("codec", "options"), [("libx264", OPEN), ("libx265", HEVC)])
def test_a_transport_stream_cut_between_two_frames(tmp_path, codec, options):
    data = numbered_clip(tmp_path / "a.ts", 20, codec, **options).read_bytes()
    with av.open(str(tmp_path / "a.ts")) as container:
        places = [packet.pos for packet in container.demux(video=0) if packet.size]
    for place in places[3:12]:
        (tmp_path / "b.ts").write_bytes(data[place:])
        got = list(frames(tmp_path / "b.ts"))
        want = [index for index, _ in by_pyav(tmp_path / "b.ts")]
        assert [number(frame.image) for frame in got if frame.image is not None] == want
        assert len(got) == len(want), place


def test_an_edit_list_cuts_frames_away_and_the_file_is_whole(tmp_path):
    """The muxer writes one for packets before time 0; those before the key frame are not even read."""

    def earlier(packets):
        for packet in packets:
            packet.pts, packet.dts = (stamp - round(12 / 25 / packet.time_base) for stamp in (packet.pts, packet.dts))
            yield packet

    made = numbered_clip(tmp_path / "a.mp4", 20, x264_params="bframes=2:b-adapt=0:keyint=5:min-keyint=5")
    path = remuxed(made, tmp_path / "b.mp4", earlier, avoid_negative_ts="disabled")
    numbers, times = ours(path)
    assert numbers == [index for index, _ in by_pyav(path)] == list(range(12, 20))
    np.testing.assert_allclose(times, np.arange(8) / 25, atol=1e-6)


def test_a_line_of_information_that_is_cut_short_costs_no_frame(tmp_path):
    """Many cameras write such an SEI; PyAV's decoder logs it and goes on."""
    data = bytearray(numbered_clip(tmp_path / "a.h264", COUNT, **B2).read_bytes())
    place = data.index(b"\0\0\1\x06")
    data[place + 4 : place + 8] = b"\x89\xff\xff\xff"
    (tmp_path / "a.h264").write_bytes(data)
    assert ours(tmp_path / "a.h264")[0] == list(range(COUNT))


def damage(path, of, length=30):
    """Overwrite the middle of these packets; return how many packets there are."""
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    for at, size in (places[index] for index in of):
        count = min(length, size // 3)
        data[at + size // 3 : at + size // 3 + count] = np.random.default_rng(0).bytes(count)
    path.write_bytes(data)
    return len(places)


@pytest.mark.parametrize("of", [[1], [3], [6], [1, 6, 12], [0]])
@pytest.mark.parametrize(
    ("suffix", "codec", "options"),
    [
        ("mp4", "libx264", B2),
        ("avi", "libx264", B2),
        ("mp4", "libx265", HEVC),
        ("mkv", "mpeg4", {"bf": 2}),
        ("webm", "libvpx", {}),
        ("webm", "libvpx-vp9", {}),
    ],
)
def test_damage_changes_no_frames_number(tmp_path, suffix, codec, options, of):
    path = numbered_clip(tmp_path / f"a.{suffix}", COUNT, codec, **options)
    whole = [frame.time for frame in frames(path)]
    assert damage(path, of) == COUNT
    got = list(frames(path))
    assert len(got) == COUNT
    assert all((frame.image is None) == bool(frame.error) for frame in got)
    known = [(frame.time, time) for frame, time in zip(got, whole, strict=True) if "dropped" not in (frame.error or "")]
    if suffix != "avi":
        assert [one for one, _ in known] == [two for _, two in known]


def test_what_threads_by_frame_hide_is_said(tmp_path):
    """With them the decoder of VP8 reports nothing of this, and gives 14 pictures."""
    path = numbered_clip(tmp_path / "a.webm", COUNT, "libvpx")
    damage(path, of=[1, 6])
    assert {1, 6} <= {frame.index for frame in frames(path) if frame.image is None}
