"""A video written frame by frame, and parts of one put together without being encoded again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import numpy as np
from jaxtyping import UInt8

from flowlab._disk import FilePath
from flowlab.video.frames import _av

CODECS = ("libx264", "mpeg4")  # the first that this build of FFmpeg has; both play everywhere as .mp4
OPTIONS = {"libx264": {"crf": "18", "preset": "veryfast"}, "mpeg4": {"qmin": "2", "qmax": "4"}}


class VideoWriter:
    """Writes an .mp4, in one step: until the end of the ``with`` block nothing stands under its name.

    Args:
        path: Where to.
        rate: Frames per second.

    Raises:
        ModuleNotFoundError: If PyAV is not installed.

    Example:
        >>> import tempfile
        >>> from flowlab.video import frames
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with VideoWriter(f"{folder}/grey.mp4", rate=25) as video:
        ...         for _ in range(3):
        ...             video.add(np.full((32, 48, 3), 128, np.uint8))
        ...     [frame.image.shape for frame in frames(f"{folder}/grey.mp4")]
        [(32, 48, 3), (32, 48, 3), (32, 48, 3)]
    """

    def __init__(self, path: FilePath, rate: float | int = 25.0) -> None:
        av = _av()
        self.path = Path(path)
        self._rate = Fraction(rate).limit_denominator(1001)
        self._codec = next(codec for codec in CODECS if codec in av.codecs_available)
        self._hidden = self.path.with_name(f".flowlab-{secrets.token_hex(8)}.mp4")
        self._container = self._stream = None

    def add(self, image: UInt8[np.ndarray, "H W 3"]) -> None:
        """Append a frame, RGB. An odd side is made even by repeating its last row or column: the codec wants that.

        Raises:
            ValueError: If its size is not that of the frames before.
            OSError: If the file cannot be written.
        """
        av = _av()
        image = np.pad(image, [(0, image.shape[0] % 2), (0, image.shape[1] % 2), (0, 0)], mode="edge")
        if self._stream is None:
            self._start(*image.shape[:2])
        if image.shape[:2] != (self._stream.height, self._stream.width):
            size = f"{self._stream.height} x {self._stream.width}"
            raise ValueError(f"all frames of a video have one size; got {image.shape[:2]} after {size}")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
        self._container.mux(self._stream.encode(frame))

    def _start(self, height: int, width: int) -> None:
        self._container = _av().open(str(self._hidden), "w")
        self._stream = self._container.add_stream(self._codec, rate=self._rate, options=OPTIONS[self._codec])
        self._stream.height, self._stream.width, self._stream.pix_fmt = height, width, "yuv420p"

    def close(self, *, keep: bool = True) -> None:
        """End the video; with ``keep`` false, as after an error, there will be none."""
        if self._container is None:
            return
        container, self._container = self._container, None
        try:
            if keep:
                container.mux(self._stream.encode(None))
            container.close()
            if keep:
                os.replace(self._hidden, self.path)
        finally:
            self._hidden.unlink(missing_ok=True)

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close(keep=kind is None)


def join(parts: Sequence[FilePath], path: FilePath) -> None:
    """Put videos of one codec and size one behind the other, packet by packet, in one step.

    Raises:
        ValueError: If there is no part.
        OSError: If the file cannot be written.
    """
    if not parts:
        raise ValueError("join needs at least one part, got none")
    av, path = _av(), Path(path)
    hidden = path.with_name(f".flowlab-{secrets.token_hex(8)}.mp4")
    try:
        with av.open(str(hidden), "w") as out:
            target, shift = None, 0
            for part in parts:
                with av.open(str(part)) as source:
                    stream = source.streams.video[0]
                    target = target or out.add_stream_from_template(stream)
                    beyond = 0
                    for packet in source.demux(stream):
                        if packet.dts is None:  # the one that says that no more will come
                            continue
                        beyond = max(beyond, packet.pts + packet.duration)
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, target
                        out.mux(packet)
                    shift += beyond
        os.replace(hidden, path)
    finally:
        hidden.unlink(missing_ok=True)
