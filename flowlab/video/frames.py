"""Frames, read one by one from a folder or a video, and written to a video.

A frame that cannot be read keeps its place in the count, and carries the reason.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

from flowlab._disk import FilePath, open_to_read, replacing
from flowlab.field.files import IMAGE_SUFFIXES, read_image

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Rgb = UInt8[np.ndarray, "H W 3"]
FOLDER_RATE = 25.0  # frames per second of a folder of images, which has none of its own

# The first codec of this build of FFmpeg is used; every player plays both as .mp4.
CODECS = {"libx264": {"crf": "18", "preset": "veryfast"}, "mpeg4": {"qmin": "2", "qmax": "4"}}


@dataclass(frozen=True)
class Frame:
    """One frame.

    Attributes:
        index: Position from 0; broken frames are counted.
        name: Name of the file without its suffix; in a video the index in six digits.
        image: (H, W, 3) uint8 RGB, or None if the frame is broken.
        error: Why the frame is broken; else empty.
    """

    index: int
    name: str
    image: Rgb | None
    error: str = ""


def frames(path: FilePath) -> Iterator[Frame]:
    """Read frames one after the other, with a few of them in memory at a time.

    Args:
        path: A folder of images, sorted by name with numbers by value (``img2`` before ``img10``),
            or a video that FFmpeg reads.

    Returns:
        An iterator. An image that cannot be read, or a frame that the decoder reports as damaged or lost,
        has ``image`` None and an ``error``. Decoders conceal errors: damage in H.264 and VP9 may stay hidden.

    Raises:
        FileNotFoundError: If the path does not exist.
        ValueError: If the folder contains no image, or the file is not a video.
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
    """Return the frames per second of a video; 25 for a folder. Errors as in ``frames``."""
    if Path(path).is_dir():
        return FOLDER_RATE
    with _open(Path(path)) as container:
        return float(container.streams.video[0].average_rate or FOLDER_RATE)


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
        available = _av().codecs_available
        self.path = Path(path)
        self._rate = Fraction(rate).limit_denominator(1001)
        self._codec = next(codec for codec in CODECS if codec in available)
        self._container = self._stream = None

    def add(self, image: Rgb) -> None:
        """Append an RGB frame. If a side is odd, its last row or column is repeated for the codec.

        Raises:
            ValueError: If its size is not that of the frames before.
            OSError: If the file cannot be written.
        """
        image = np.pad(image, [(0, image.shape[0] % 2), (0, image.shape[1] % 2), (0, 0)], mode="edge")
        if self._stream is None:
            self._start(*image.shape[:2])
        if image.shape[:2] != (self._stream.height, self._stream.width):
            size = f"{self._stream.height} x {self._stream.width}"
            raise ValueError(f"all frames of a video have one size; got {image.shape[:2]} and {size}")
        frame = _av().VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
        self._container.mux(self._stream.encode(frame))

    def _start(self, height: int, width: int) -> None:
        # At the end, backwards: encode what the codec holds back, close the file, give it its name.
        (part,) = self.enter_context(replacing(self.path))
        self._container = self.enter_context(_av().open(str(part), "w", format="mp4"))
        self._stream = self._container.add_stream(self._codec, rate=self._rate, options=CODECS[self._codec])
        self._stream.height, self._stream.width, self._stream.pix_fmt = height, width, "yuv420p"
        self.callback(lambda: self._container.mux(self._stream.encode(None)))


def images_in(folder: Path) -> list[Path]:
    """List a folder's images by name, numbers by value; a ValueError if none, or two of one stem."""
    images = (path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES)
    found = sorted((path for path in images if not path.name.startswith(".")), key=_by_numbers)
    if not found:
        raise ValueError(f"{folder} holds no image; expected frames as {', '.join(IMAGE_SUFFIXES)}")
    for one, two in itertools.pairwise(found):
        if one.stem == two.stem:
            raise ValueError(f"{folder} holds {one.name} and {two.name}, whose results would have one name; rename one")
    return found


def _by_numbers(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.stem)]


def expected(path: Path) -> int | None:
    """Return the number of frames, or None if the video does not state it."""
    if path.is_dir():
        return len(images_in(path))
    with _open(path) as container:
        return container.streams.video[0].frames or None


def _from_files(paths: list[Path]) -> Iterator[Frame]:
    for index, path in enumerate(paths):
        try:
            yield Frame(index, path.stem, read_image(path))
        except (ValueError, OSError) as error:
            yield Frame(index, path.stem, None, str(error))


def _from_video(path: Path) -> Iterator[Frame]:
    av = _av()
    with _open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        # Report damage instead of concealing it.
        stream.codec_context.options = {"err_detect": "explode"}
        for index, (image, error) in enumerate(_decoded(av, container, stream)):
            yield Frame(index, f"{index:06d}", image, error)


def _decoded(av: ModuleType, container: InputContainer, stream: VideoStream) -> Iterator[tuple[Rgb | None, str]]:
    """Decode images in presentation order; for a packet without one, yield None and the error.

    The presentation time of each packet waits in ``due`` until a frame of that time comes out. If a later
    frame comes out first, the earlier one is lost. ``due`` holds as many times as the codec reorders frames.
    """
    due: list[int] = []
    errors: dict[int, str] = {}
    packets, stopped = 0, ""
    try:
        for packet in container.demux(stream):
            packets += packet.size > 0
            if packet.size and packet.pts is not None and not packet.is_discard:
                heapq.heappush(due, packet.pts)
            try:
                decoded = packet.decode()
            except av.error.FFmpegError as error:
                decoded = []
                if packet.pts is not None:
                    errors[packet.pts] = error.strerror
                elif packet.size:
                    yield None, error.strerror
            for frame in decoded:
                while frame.pts is not None and due and due[0] < frame.pts:
                    yield _lost(heapq.heappop(due), errors, stream)
                if due and due[0] == frame.pts:
                    heapq.heappop(due)
                yield _image_of(frame, errors.pop(frame.pts, ""))
    except av.error.FFmpegError as error:
        stopped = f"the file cannot be read any further: {error.strerror}"
    while due:
        yield _lost(heapq.heappop(due), errors, stream)
    if stopped or packets < stream.frames:
        end = f"the file ends after {packets} of the {stream.frames} frames that its header promises"
        yield None, stopped or end


def _lost(pts: int, errors: dict[int, str], stream: VideoStream) -> tuple[None, str]:
    when = float((pts - (stream.start_time or 0)) * stream.time_base)
    return None, f"at {when:.2f} s: {errors.pop(pts, 'the decoder returned no image')}"


def _image_of(frame: VideoFrame, error: str) -> tuple[Rgb | None, str]:
    if frame.is_corrupt or error:
        return None, f"at {frame.time or 0:.2f} s: {error or 'the decoder reports it as damaged'}"
    turns = round(frame.rotation / 90) % 4  # phones store upright videos lying, with a rotation
    return np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), turns)), ""


def _open(path: Path) -> InputContainer:
    """Open a video; errors as in ``frames``."""
    av = _av()
    with open_to_read(path):  # a missing file is reported by name
        pass
    try:
        container = av.open(str(path))
    except av.error.FFmpegError as error:
        why = f"{error.strerror}; is it cut off or of another kind? For images, give their folder"
        raise ValueError(f"cannot read {path} as a video: {why}") from None
    if not container.streams.video:
        container.close()
        raise ValueError(f"{path} has no video stream")
    return container


def _av() -> ModuleType:
    try:
        import av
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("videos need PyAV, which is not installed: pip install 'flowlab[video]'") from error
    return av
