"""Reading and writing .flo against OpenCV at 1024 x 436: at most 1.5 times its time.

    python bench/files.py [folder]

Both sides write into the same folder (a temporary one if none is given) and read from the page cache. Ours writes to a
hidden file and renames it, so that a failed write leaves the old file; neither side forces bytes to the disk (fsync).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from _timing import interleaved, ratio, table

import flowlab

BAR = 1.5


def main(folder: Path) -> None:
    flow = np.random.default_rng(0).normal(scale=10, size=(436, 1024, 2)).astype(np.float32)
    some_unknown = np.ones(flow.shape[:2], np.bool_)
    some_unknown[::7, ::5] = False
    ours, theirs, holes = (str(folder / name) for name in ("ours.flo", "theirs.flo", "holes.flo"))
    flowlab.write_flow(holes, flow, some_unknown)
    print(f"OpenCV {cv2.__version__}, NumPy {np.__version__}, in {folder}")
    write = interleaved(
        {
            "flowlab.write_flow": lambda: flowlab.write_flow(ours, flow),
            "cv2.writeOpticalFlow": lambda: cv2.writeOpticalFlow(theirs, flow),
            "flowlab.write_flow, with a mask": lambda: flowlab.write_flow(holes, flow, some_unknown),
        },
        repeats=100,
    )
    read = interleaved(
        {
            "flowlab.read_flow": lambda: flowlab.read_flow(ours),
            "cv2.readOpticalFlow": lambda: cv2.readOpticalFlow(ours),
            "flowlab.read_flow, unknown pixels": lambda: flowlab.read_flow(holes),
        },
        repeats=100,
    )
    if not np.array_equal(flowlab.read_flow(theirs)[0], cv2.readOpticalFlow(ours)):
        raise SystemExit("the two do not read each other's files alike")
    table("write, 3.6 MB", write)
    table("read, 3.6 MB", read)
    ratios = {
        "write": ratio(write, "flowlab.write_flow", "cv2.writeOpticalFlow"),
        "read": ratio(read, "flowlab.read_flow", "cv2.readOpticalFlow"),
    }
    print("  ".join(f"{what}: {value:.2f} times OpenCV's time" for what, value in ratios.items()), f"(bar: {BAR})")
    if max(ratios.values()) > BAR:
        raise SystemExit(f"over the bar of {BAR}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
