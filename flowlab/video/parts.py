"""A long video in parts of two seconds or so: what a kill costs is the part that it stopped."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from flowlab.video.encode import VideoWriter, join

LENGTH = 50  # frames of a part


class Parts:
    """Writes frames, in ascending order, into the parts that are not there yet, and joins them at the end.

    Args:
        folder: Of the parts; made when the first frame comes, and taken away by ``finish``.
        rate: Frames per second.
    """

    def __init__(self, folder: Path, rate: float | int) -> None:
        self.folder, self.rate = folder, rate
        self._writer: VideoWriter | None = None
        self._number = -1
        for left in folder.glob(".flowlab-*"):  # by a run that was killed
            left.unlink()

    def has(self, index: int) -> bool:
        """Tell whether the part that this frame belongs to is there, whole."""
        return self._path(index // LENGTH).exists()

    def add(self, index: int, image: UInt8[np.ndarray, "H W 3"]) -> None:
        """Write the frame of this index; the first one of the next part completes a part."""
        if index // LENGTH != self._number:
            self.close()
            self.folder.mkdir(exist_ok=True)
            self._number = index // LENGTH
            self._writer = VideoWriter(self._path(self._number), self.rate)
        self._writer.add(image)

    def close(self, *, whole: bool = True) -> None:
        """End the part that is being written; it counts only if it is whole."""
        writer, self._writer, self._number = self._writer, None, -1
        if writer is not None:
            writer.close(keep=whole)

    def finish(self, path: Path) -> bool:
        """Join the parts into one video and take them away; False where there are none."""
        self.close()
        parts = sorted(self.folder.glob("[0-9]*.mp4"))
        if not parts:
            return False
        join(parts, path)
        shutil.rmtree(self.folder)
        return True

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.mp4"
