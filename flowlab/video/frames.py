"""Frames one by one, from a folder or a video; a broken one is named and takes its place in the count."""

from __future__ import annotations

import heapq
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

from flowlab._disk import FilePath, open_to_read
from flowlab.field import read_image

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

PICTURES = (".png", ".jpg", ".jpeg", ".ppm", ".pgm", ".bmp", ".tif", ".tiff", ".webp")
FOLDER_RATE = 25.0  # frames per second of a folder of pictures, which does not say


@dataclass(frozen=True)
class Frame:
    """One frame.

    Attributes:
        index: Its place, from 0; broken frames are counted.
        name: Of the file without its suffix; in a video the index in six digits.
        image: (H, W, 3) uint8 RGB, or None where the frame is broken.
        fault: What is wrong with a broken frame; else empty.
    """

    index: int
    name: str
    image: UInt8[np.ndarray, "H W 3"] | None
    fault: str = ""


def frames(path: FilePath) -> Iterator[Frame]:
    """Read frames one after the other; at no time is more than a handful in memory.

    Args:
        path: A folder of pictures, taken in the order of their names (``img2`` before ``img10``), or a video that
            FFmpeg reads.

    Returns:
        An iterator. A picture that cannot be read, or a frame that the decoder finds damaged or lost, comes out with
        ``image`` None and its ``fault``. A decoder hides what it can: in H.264 and VP9 damage may stay unseen.

    Raises:
        FileNotFoundError: If there is nothing of that name.
        ValueError: If the folder holds no picture, or the file is no video.
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
    return _from_files(pictures_in(path)) if path.is_dir() else _from_video(path)


def rate(path: FilePath) -> float:
    """Return the frames per second of a video; of a folder 25, since it does not say.

    Raises:
        ValueError: If the file is no video.
    """
    if Path(path).is_dir():
        return FOLDER_RATE
    with _open(Path(path)) as container:
        return float(container.streams.video[0].average_rate or FOLDER_RATE)


def pictures_in(folder: Path) -> list[Path]:
    """List the pictures of a folder in the order of their names, numbers by their value.

    Raises:
        ValueError: If there is none, or two differ in nothing but their suffix.
    """
    found = [path for path in folder.iterdir() if path.suffix.lower() in PICTURES and not path.name.startswith(".")]
    if not found:
        raise ValueError(f"{folder} holds no picture; expected frames as {', '.join(PICTURES)}")
    found.sort(key=_by_numbers)
    for one, two in itertools.pairwise(found):
        if one.stem == two.stem:
            raise ValueError(f"{folder} holds {one.name} and {two.name}, whose results would have one name; rename one")
    return found


def _by_numbers(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.stem)]


def expected(path: Path) -> int | None:
    """Say how many frames there will be, or None where the video does not tell."""
    if path.is_dir():
        return len(pictures_in(path))
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
        # Say what is damaged instead of painting it over.
        stream.codec_context.options = {"err_detect": "explode"}
        for index, frame in enumerate(_decoded(av, container, stream)):
            yield replace(frame, index=index, name=f"{index:06d}")


def _decoded(av: ModuleType, container: InputContainer, stream: VideoStream) -> Iterator[Frame]:
    """Decode in the order of presentation, and find what went in and never came out.

    The presentation time of each packet waits in ``due`` until a frame of that time comes out. A later frame that
    comes first says that the one before it is lost. ``due`` holds a reordering's worth of numbers, no pictures.
    """
    due: list[int] = []
    faults: dict[int, str] = {}
    packets = 0
    stopped = ""
    incoming = container.demux(stream)
    while not stopped:
        try:
            packet = next(incoming)
        except StopIteration:
            break
        except av.error.FFmpegError as error:
            stopped = f"the file cannot be read any further: {_words(error)}"
            break
        packets += packet.size > 0
        if packet.size and packet.pts is not None and not packet.is_discard:
            heapq.heappush(due, packet.pts)
        try:
            come = packet.decode()
        except av.error.FFmpegError as error:
            come = []
            if packet.pts is not None:
                faults[packet.pts] = _words(error)
            elif packet.size:
                yield Frame(0, "", None, _words(error))
        for frame in come:
            while frame.pts is not None and due and due[0] < frame.pts:
                yield _lost(heapq.heappop(due), faults, stream)
            if due and due[0] == frame.pts:
                heapq.heappop(due)
            yield _shown(frame, faults.pop(frame.pts, ""))
    while due:
        yield _lost(heapq.heappop(due), faults, stream)
    if stopped or packets < stream.frames:
        said = stopped or f"the file ends after {packets} of the {stream.frames} frames that its header promises"
        yield Frame(0, "", None, said)


def _lost(pts: int, faults: dict[int, str], stream: VideoStream) -> Frame:
    when = float((pts - (stream.start_time or 0)) * stream.time_base)
    return Frame(0, "", None, f"at {when:.2f} s: {faults.pop(pts, 'no picture came out of the decoder')}")


def _shown(frame: VideoFrame, fault: str) -> Frame:
    if frame.is_corrupt or fault:
        return Frame(0, "", None, f"at {frame.time or 0:.2f} s: {fault or 'the decoder calls it damaged'}")
    rgb = frame.to_ndarray(format="rgb24")
    turns = round(frame.rotation / 90) % 4  # a telephone held upright says so, and stores the frames lying
    return Frame(0, "", np.ascontiguousarray(np.rot90(rgb, turns)))


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", "") or error)


def _open(path: Path) -> InputContainer:
    """Open a video.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is none, or holds no pictures.
    """
    av = _av()
    with open_to_read(path):  # says by name what is wrong with a missing file
        pass
    try:
        container = av.open(str(path))
    except av.error.FFmpegError as error:
        raise ValueError(
            f"cannot read {path} as a video: {_words(error)}; is it cut off, or of another kind? Pictures of a folder "
            "are read when you give the folder"
        ) from None
    if not container.streams.video:
        container.close()
        raise ValueError(f"{path} holds no video, only {', '.join(s.type for s in container.streams) or 'nothing'}")
    return container


def _av() -> ModuleType:
    try:
        import av
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("videos need PyAV, which is not installed: pip install 'flowlab[video]'") from error
    return av
