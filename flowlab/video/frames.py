"""Frames, read one by one from a folder or a video, and written to a video.

A frame that cannot be read keeps its place in the count, and carries the reason.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

from flowlab._disk import FilePath, open_to_read, replacing
from flowlab._optional import optional
from flowlab.field.files import IMAGE_SUFFIXES, read_image

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Rgb = UInt8[np.ndarray, "H W 3"]
FOLDER_RATE = 25.0  # frames per second of a folder of images, which has none of its own

TICK = Fraction(1, 60_000)  # seconds; 1/24, 1/25, 1001/30000, 1/1000 are multiples; mpeg4's limit

# The first codec of this build of FFmpeg is used; every player plays both as .mp4.
CODECS = {
    "libx264": {"crf": "18", "preset": "veryfast", "bf": "0"},  # B-frames would shift the beginning
    "mpeg4": {"qmin": "2", "qmax": "4"},
}


@dataclass(frozen=True)
class Frame:
    """One frame.

    Attributes:
        index: Position from 0; broken frames are counted.
        name: Name of the file without its suffix; in a video the index in six digits.
        image: (H, W, 3) uint8 RGB, or None if the frame is broken.
        error: Why the frame is broken; else None.
        time: Seconds, from the video's time stamp, so that frame2.time - frame1.time gives px/s;
            None in a folder. Where a stamp is missing, goes back or ahead by more than an hour
            (files joined end to end), it is the average interval after the frame before, and later
            stamps count from there.
    """

    index: int
    name: str
    image: Rgb | None
    error: str | None = None
    time: float | None = None


def frames(path: FilePath) -> Iterator[Frame]:
    """Read frames one after the other, with a few of them in memory at a time.

    Args:
        path: A folder of images, sorted by name with numbers by value (``img2`` before ``img10``),
            or a video that FFmpeg reads.

    Returns:
        An iterator. An image that cannot be read, or a frame that the decoder reports as damaged or lost,
        has ``image`` None and an ``error``. Decoders conceal errors: damage in H.264 and VP9 may stay hidden.
        Frames of a video are turned and mirrored as its display matrix says.

    Raises:
        FileNotFoundError: If the path does not exist.
        ValueError: If the folder contains no image, or the file is not a video that can be decoded.
        ModuleNotFoundError: If it is a video and PyAV is not installed.

    Example:
        >>> import tempfile
        >>> from flowlab.field import write_image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("a10.png", "a9.png"):
        ...         write_image(f"{folder}/{name}", np.zeros((2, 3, 3), np.uint8))
        ...     [(frame.index, frame.name, frame.image.shape) for frame in frames(folder)]
        [(0, 'a9', (2, 3, 3)), (1, 'a10', (2, 3, 3))]
    """
    path = Path(path)
    return _from_files(images_in(path)) if path.is_dir() else _from_video(path)


def rate(path: FilePath) -> float:
    """Return the frames per second that a video states; 25 if it states none, or for a folder."""
    if Path(path).is_dir():
        return FOLDER_RATE
    with _opened(Path(path)) as stream:
        return float(stream.average_rate or FOLDER_RATE)


class VideoWriter(ExitStack):
    """Write an .mp4 in one step: it appears at the end of the ``with`` block, or with ``close()``.

    Args:
        path: The file.
        rate: Frames per second.

    Raises:
        ModuleNotFoundError: If PyAV is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with VideoWriter(f"{folder}/grey.mp4", rate=25) as video:
        ...         for _ in range(3):
        ...             video.add(np.full((32, 48, 3), 128, np.uint8))
        ...     [frame.image.shape for frame in frames(f"{folder}/grey.mp4")]
        [(32, 48, 3), (32, 48, 3), (32, 48, 3)]
    """

    def __init__(self, path: FilePath, rate: float = 25.0) -> None:
        super().__init__()
        available = optional("av").codecs_available
        self.path = Path(path)
        self._rate = Fraction(rate).limit_denominator(1001)
        self._codec = next(codec for codec in CODECS if codec in available)
        self._container = self._stream = None
        self._start, self._next = None, 0  # time of the first frame in seconds, next free tick
        self._lengths: dict[int, int] = {}

    def add(self, image: Rgb, time: float | None = None, end: float | None = None) -> None:
        """Append an RGB frame. If a side is odd, its last row or column is repeated for the codec.

        It is shown from ``time`` to ``end``, in seconds on the clock of the first frame. None is for
        the end of the frame before, and for one interval of ``rate`` later.

        Raises:
            ValueError: If its size is not that of the frames before.
            OSError: If the file cannot be written.
        """
        image = np.pad(image, [(0, image.shape[0] % 2), (0, image.shape[1] % 2), (0, 0)], mode="edge")
        if self._stream is None:
            self._begin(*image.shape[:2])
        if image.shape[:2] != (self._stream.height, self._stream.width):
            size = f"{self._stream.height} x {self._stream.width}"
            raise ValueError(f"all frames of a video have one size; got {image.shape[:2]} and {size}")
        frame = optional("av").VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
        if self._start is None:
            self._start = time or 0.0
        frame.time_base = TICK
        tick = self._next if time is None else round((time - self._start) / TICK)
        frame.pts = max(self._next, tick)
        until = frame.pts + 1 / self._rate / TICK if end is None else (end - self._start) / TICK
        self._next = max(round(until), frame.pts + 1)
        self._lengths[frame.pts] = self._next - frame.pts
        self._mux(frame)

    def _begin(self, height: int, width: int) -> None:
        # At the end, backwards: encode what the codec holds back, close the file, give it its name.
        (part,) = self.enter_context(replacing(self.path))
        self._container = self.enter_context(optional("av").open(str(part), "w", format="mp4"))
        rate = min(self._rate, 60)  # for the codec's level alone: a video may claim 1,000 a second
        self._stream = self._container.add_stream(self._codec, rate=rate, options=CODECS[self._codec])
        self._stream.height, self._stream.width, self._stream.pix_fmt = height, width, "yuv420p"
        self._stream.codec_context.time_base = TICK
        self.callback(self._mux, None)

    def _mux(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            packet.duration = self._lengths.pop(packet.pts)
            self._container.mux(packet)


def images_in(folder: Path) -> list[Path]:
    """List a folder's images by name, numbers by value; a ValueError if none, or two of one stem."""

    def by_numbers(path: Path) -> list[tuple[int, str]]:
        return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.stem)]

    images = (path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES)
    found = sorted((path for path in images if not path.name.startswith(".")), key=by_numbers)
    if not found:
        raise ValueError(f"{folder} holds no image; expected frames as {', '.join(IMAGE_SUFFIXES)}")
    for one, two in itertools.pairwise(found):
        if one.stem == two.stem:
            raise ValueError(f"{folder} holds {one.name} and {two.name}, whose results would have one name; rename one")
    return found


def expected(path: Path) -> int | None:
    """Return the number of frames, or None if the video does not state it."""
    if path.is_dir():
        return len(images_in(path))
    with _opened(path) as stream:
        return stream.frames or None


def _from_files(paths: list[Path]) -> Iterator[Frame]:
    for index, path in enumerate(paths):
        try:
            yield Frame(index, path.stem, read_image(path))
        except (ValueError, OSError) as error:
            yield Frame(index, path.stem, None, str(error))


def _from_video(path: Path) -> Iterator[Frame]:
    index = -1
    with _opened(path) as stream:
        stream.thread_type = "SLICE"  # by frame, errors come late, and with them good frames are lost
        # Report damage instead of concealing it. H.264's decoder marks damaged pictures in any case,
        # and would refuse whole groups of them for an SEI message that is cut short.
        if stream.codec_context.name != "h264":
            stream.codec_context.options = {"err_detect": "explode"}
        clock, upright = _Clock(stream), _Upright()
        for index, (picture, stamp, error) in enumerate(_decoded(stream, clock)):
            image, time = None if picture is None else upright(picture), clock.time(stamp)
            yield Frame(index, f"{index:06d}", image, error and f"at {time:.2f} s: {error}", time)
    if index < 0:
        raise ValueError(f"no frame of {path} can be decoded; is the file cut off?")


def _decoded(stream: VideoStream, clock: _Clock) -> Iterator[tuple[VideoFrame | None, int | None, str | None]]:
    """Yield picture, time stamp and error, in the order of presentation.

    A frame is lost where the decoder says so, and placed before the first picture with a later
    stamp. A packet without a picture may be a hidden frame (VP8), or refer to frames before a cut.
    """
    failed: dict[int, str] = {}
    missing, stopped = 0, None
    error_type = optional("av").error.FFmpegError
    try:
        for packet in stream.container.demux(stream):
            owed = clock.see(packet)
            missing += owed and packet.pts is not None
            try:
                decoded = packet.decode()
            except error_type as error:
                decoded = []
                missing -= owed
                if owed and packet.pts is None:
                    yield None, None, error.strerror
                elif owed:
                    failed[packet.pts] = error.strerror
            missing -= len(decoded)
            for picture in decoded:
                stamp = picture.pts
                for lost in sorted(pts for pts in failed if stamp is not None and pts < stamp):
                    yield None, lost, failed.pop(lost)
                error = failed.pop(stamp, None)
                if picture.is_corrupt:
                    error = error or "the decoder reports it as damaged"
                yield None if error else picture, stamp, error
    except error_type as error:
        stopped = f"the file cannot be read any further: {error.strerror}"
    yield from ((None, lost, failed[lost]) for lost in sorted(failed))
    if stream.codec_context.name == "hevc":  # its decoder drops damaged frames without a word
        yield from [(None, None, "the decoder dropped a frame, here or before")] * missing
    if clock.packets and (stopped or clock.cut_off()):
        ends = f"the file ends after {clock.packets}"
        yield None, None, stopped or f"{ends} of the {stream.frames} frames that its header promises"


class _Clock:
    """The times of a video's frames, and the count of its packets."""

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._interval = float(1 / (stream.average_rate or FOLDER_RATE))
        # .avi and .asf have decoding times alone, which never go back, though the codec reorders
        # frames. The first frame shown has the first of them; a picture has that of its packet.
        self._decoding_times = deque() if stream.codec_context.has_b_frames else None
        self._last, self._shift = None, 0.0  # seconds
        self._first = None  # time stamp of the first key frame
        self.packets = 0

    def see(self, packet: Packet) -> bool:
        """Note a packet before it is decoded; tell whether it owes a frame.

        One before the first key frame, in the file or in time, refers to frames that are missing.
        """
        if not packet.size:
            return False
        self.packets += 1
        if packet.pts is None:
            return True
        if self._first is None and packet.is_keyframe:
            self._first = packet.pts
        if packet.is_discard or self._first is None:  # an edit list discards packets
            return False
        if self._decoding_times and packet.pts < self._decoding_times[-1]:
            self._decoding_times = None
        if self._decoding_times is not None:
            self._decoding_times.append(packet.pts)
        return packet.pts >= self._first

    def time(self, stamp: int | None) -> float:
        """Return the time of the next frame in seconds, as ``Frame.time`` says."""
        if self._decoding_times:
            stamp = self._decoding_times.popleft()
        following = 0.0 if self._last is None else self._last + self._interval
        time = following if stamp is None else float(stamp * self._stream.time_base) + self._shift
        if self._last is not None and not 0 <= time - self._last <= 3600:
            self._shift += following - time
            time = following
        self._last = time
        return time

    def cut_off(self) -> bool:
        """Tell whether the file is shorter than its header promises."""
        stream = self._stream
        short = self.packets < stream.frames
        if short and "mp4" in stream.container.format.name and stream.duration and self._last:
            # An edit list may leave packets out.
            end = ((stream.start_time or 0) + stream.duration) * stream.time_base
            return float(end) - self._last > 1.5 * self._interval
        return short


class _Upright:
    """Turns and mirrors pictures by their display matrix: (x, y) is shown at (ax + cy, bx + dy).

    The matrix is read of the first picture, and again where the rotation changes: PyAV's side
    data and their picture refer to each other, and keep its memory until Python collects such circles.
    """

    def __init__(self) -> None:
        self.rotation: int | None = None
        self.matrix: list[int] | None = None

    def __call__(self, picture: VideoFrame) -> Rgb:
        """Return the picture as it is shown."""
        if picture.rotation != self.rotation:
            self.rotation, data = picture.rotation, picture.side_data.get("DISPLAYMATRIX")
            self.matrix = None if data is None else np.frombuffer(data, np.int32)[:5].tolist()
        image = picture.to_ndarray(format="rgb24")
        if self.matrix is not None:
            a, b, _, c, d = self.matrix
            if abs(b) > abs(a):
                image, a, d = image.swapaxes(0, 1), c, b
            image = image[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1]
        return np.ascontiguousarray(image)


@contextmanager
def _opened(path: Path) -> Iterator[VideoStream]:
    """Open the first video stream that is not a cover picture; errors as in ``frames``."""
    av = optional("av")
    with open_to_read(path):  # a missing file is reported by name
        pass
    try:
        container = av.open(str(path.absolute()), metadata_errors="ignore")
    except av.error.FFmpegError as error:
        why = f"{error.strerror}; is it cut off or of another kind? For images, give their folder"
        raise ValueError(f"cannot read {path} as a video: {why}") from None
    with container:
        cover = av.stream.Disposition.attached_pic
        streams = [stream for stream in container.streams.video if not stream.disposition & cover]
        if not streams:
            raise ValueError(f"{path} has no video stream, or only a cover picture")
        stream, best = streams[0], container.streams.best("video")
        if best in streams and getattr(stream.codec_context, "name", "") in ("mjpeg", "png"):
            stream = best  # in .mkv a cover is not marked; FFmpeg prefers streams of several frames
        if stream.codec_context is None:
            why = "its codec is unknown here, or the file is cut off inside its index"
            raise ValueError(f"cannot read {path} as a video: {why}; try to convert it with ffmpeg")
        yield stream
