"""Write what the page shows and computes with, out of flowlab: ``python page/assets.py FOLDER``.

    networks.json            the shipped networks, each with its bytes and what to know of it
    networks/NAME.onnx       their weights in 16 bits
    pairs.json               the pairs to choose from
    pairs/NAME-1.webp, -2    the frames, without loss
    pairs/NAME.flow.gz       the true flow: u and v of each pixel as int16 in 1/64 px, -32768 where it is unknown

What is there and was made by the same code from the same weights is kept: an export takes half a minute.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

import flowlab
from flowlab.chairs import LESSONS, make_pair
from flowlab.datasets.samples import moving_photograph
from flowlab.models.weights import WEIGHTS, shipped

SIZE = (256, 384)  # both divide by 64, so that the networks see the very pixels
STEPS = 64  # of a pixel, in a file of flow
UNKNOWN = -32768


class Pair(NamedTuple):
    """Two frames (H, W, 3) uint8, their flow (H, W, 2) and where it is known (H, W)."""

    img1: np.ndarray
    img2: np.ndarray
    flow: np.ndarray
    valid: np.ndarray


def chairs(world: str, index: int) -> Pair:
    """Make a pair of one of the generator's worlds."""
    sample = make_pair(14, index, SIZE, LESSONS[world])
    return Pair(sample.img1, sample.img2, sample.flow, ~sample.occlusion)


def cat() -> Pair:
    """Turn a photograph (scikit-image's cat, which its author put in the public domain)."""
    pair = moving_photograph("chelsea", degrees=6.0, size=SIZE, reduce=1.0)
    return Pair(pair.img1, pair.img2, pair.flow, pair.valid)


class Entry(NamedTuple):
    """A pair as it is offered: its title, upper left corner (y, x) of what the explorer shows, and how it is made."""

    title: str
    corner: tuple[int, int]
    make: Callable[[], Pair]


CROP = (176, 264)  # of a pair in the explorer: a patch of a few pixels should be seen
PAIRS = {
    "mountains": Entry("armchair in the mountains", (80, 0), lambda: chairs("heavy tails", 2)),
    "house": Entry("chairs before a house", (60, 110), lambda: chairs("easy chairs", 3)),
    "large": Entry("one large chair that goes far", (30, 80), lambda: chairs("flying chairs", 4)),
    "cat": Entry("a photograph that turns", (40, 60), cat),
}


def write_pairs(folder: Path) -> None:
    """Write every pair and their list."""
    shutil.rmtree(folder / "pairs", ignore_errors=True)
    (folder / "pairs").mkdir(parents=True)
    listed = []
    for name, (title, corner, make) in PAIRS.items():
        pair = make()
        for number, image in enumerate((pair.img1, pair.img2), 1):
            lossless = [cv2.IMWRITE_WEBP_QUALITY, 101]
            cv2.imwrite(str(folder / f"pairs/{name}-{number}.webp"), image[..., ::-1], lossless)
        flow = np.where(pair.valid[..., None], np.round(pair.flow * STEPS), UNKNOWN).astype("<i2")
        (folder / f"pairs/{name}.flow.gz").write_bytes(gzip.compress(flow.tobytes(), mtime=0))
        H, W = pair.flow.shape[:2]
        crop = {"x": corner[1], "y": corner[0], "width": CROP[1], "height": CROP[0]}
        listed.append({"name": name, "title": title, "width": W, "height": H, "crop": crop})
    write_json(folder / "pairs.json", listed)


def write_networks(folder: Path) -> None:
    """Export every shipped network whose weights or whose exporter have changed, and list them all."""
    (folder / "networks").mkdir(parents=True, exist_ok=True)
    listed = list(networks(folder))
    kept = {f"{entry['name']}.onnx" for entry in listed}
    for path in (folder / "networks").iterdir():
        if path.name not in kept:
            path.unlink()
    write_json(folder / "networks.json", listed)


def networks(folder: Path) -> Iterator[dict[str, object]]:
    """Yield what the page knows about each network; its file is there then."""
    before = {entry["name"]: entry["made"] for entry in read_json(folder / "networks.json")}
    for name in shipped():
        path = folder / "networks" / f"{name}.onnx"
        made = fingerprint(WEIGHTS / f"{name}.safetensors")
        model = flowlab.load_model(name)
        if before.get(name) != made or not path.exists():
            flowlab.export_onnx(model, path, half=True)
        yield {
            "name": name,
            "bytes": path.stat().st_size,
            "parameters": sum(p.numel() for p in model.parameters() if p.requires_grad),
            "correlates": model.name == "flownetc",
            "made": made,
        }


def fingerprint(weights: Path) -> str:
    """Name the weights and the code that exports them."""
    package = Path(flowlab.__file__).parent
    sources = [weights, *sorted((package / "models").glob("*.py")), *sorted((package / "costvolume").glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def read_json(path: Path) -> list[dict[str, str]]:
    """Read a list that was written before, an empty one where none was."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def write_json(path: Path, content: object) -> None:
    """Write a list for people to read too."""
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main(folder: str) -> None:
    """Write all of it."""
    write_pairs(Path(folder))
    write_networks(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
