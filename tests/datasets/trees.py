"""Small data sets in the layouts of the real ones, written without flowlab."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from flowlab import datasets

SIZE = (24, 32)


def picture(path: Path, size=SIZE) -> None:
    """Write a picture that no other path has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(list("/".join(path.parts[-3:]).encode()))
    assert cv2.imwrite(str(path), rng.integers(0, 256, (*size, 3), dtype=np.uint8))


def mask(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.zeros(SIZE, np.uint8)
    values[:, :5] = 255
    assert cv2.imwrite(str(path), values)


def vectors(path: Path, size=SIZE) -> np.ndarray:
    """The flow that belongs to a path: multiples of 1/64, so that every format holds it exactly."""
    rng = np.random.default_rng(list(path.name.encode()) + list(path.parent.name.encode()))
    return (rng.integers(-640, 640, (*size, 2)) / 64).astype(np.float32)


def flow(path: Path, size=SIZE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    w = vectors(path, size)
    if path.suffix == ".flo":
        path.write_bytes(b"PIEH" + struct.pack("<ii", size[1], size[0]) + w.astype("<f4").tobytes())
    elif path.suffix == ".pfm":
        padded = np.concatenate([w, np.zeros((*size, 1), np.float32)], axis=-1)[::-1]
        path.write_bytes(b"PF\n%d %d\n-1.0\n" % (size[1], size[0]) + padded.astype("<f4").tobytes())
    else:
        known = np.ones(size, np.uint16)
        known[::2] = 0
        levels = np.where(known[..., None], np.round(w * 64 + 32768), 32768).astype(np.uint16)
        bgr = np.stack([known, levels[..., 1], levels[..., 0]], axis=-1)
        assert cv2.imwrite(str(path), bgr)


@dataclass(frozen=True)
class Tree:
    """A data set to be written: how to open it, and the files of each pair in its order."""

    open: Callable
    folder: str
    pairs: list[tuple[str, str, str | None]]
    more: Callable[[Path], None] = lambda root: None
    archive: str = "archive.zip"
    kwargs: dict = field(default_factory=dict)

    def write(self, base: Path) -> Path:
        root = base / self.folder
        for first, second, truth in self.pairs:
            for name in (first, second):
                if not (root / name).exists():
                    picture(root / name)
            if truth is not None and not (root / truth).exists():
                flow(root / truth)
        self.more(root)
        return root

    def load(self, base: Path | None, **kwargs):
        return self.open(base, **self.kwargs, **kwargs)


def chairs(count: int) -> list[tuple[str, str, str]]:
    return [tuple(f"data/{n:05d}_{part}" for part in ("img1.ppm", "img2.ppm", "flow.flo")) for n in range(1, count + 1)]


def sintel(pass_name: str, part="training") -> list[tuple[str, str, str | None]]:
    pairs = []
    for scene, frames in (("alley_1", 3), ("market_2", 2)):
        for n in range(1, frames):
            names = (f"{part}/{pass_name}/{scene}/frame_{k:04d}.png" for k in (n, n + 1))
            truth = f"training/flow/{scene}/frame_{n:04d}.flo" if part == "training" else None
            pairs.append((*names, truth))
    return pairs


def kitti(frames: str, truth: str | None = "flow_occ") -> list[tuple[str, str, str | None]]:
    part = "training" if truth else "testing"
    return [
        (*(f"{part}/{frames}/{n:06d}_{k}.png" for k in (10, 11)), truth and f"{part}/{truth}/{n:06d}_10.png")
        for n in range(3)
    ]


def hd1k(part="hd1k_input") -> list[tuple[str, str, str | None]]:
    """Two sequences, of 3 and of 2 frames; the last frame of each has a flow, too, which leads nowhere."""
    return [
        (
            *(f"{part}/image_2/{sequence:06d}_{k:04d}.png" for k in (n, n + 1)),
            f"hd1k_flow_gt/flow_occ/{sequence:06d}_{n:04d}.png" if part == "hd1k_input" else None,
        )
        for sequence, n in ((0, 9), (0, 10), (3, 10))
    ]


def _hd1k_more(root: Path) -> None:
    for name in ("000000_0011", "000003_0011"):
        flow(root / f"hd1k_flow_gt/flow_occ/{name}.png")


def things(camera="left") -> list[tuple[str, str, str]]:
    pairs = []
    for way, title, step in (("into_future", "OpticalFlowIntoFuture", 1), ("into_past", "OpticalFlowIntoPast", -1)):
        for scene in ("A/0000", "B/0003"):
            for n in (6, 7):
                first, second = (n, n + 1)[::step]
                names = (f"frames_cleanpass/TRAIN/{scene}/{camera}/{k:04d}.png" for k in (first, second))
                truth = f"optical_flow/TRAIN/{scene}/{way}/{camera}/{title}_{first:04d}_{camera[0].upper()}.pfm"
                pairs.append((*names, truth))
    return pairs


def _things_more(root: Path) -> None:
    for scene in ("A/0000", "B/0003"):  # the flows at the ends, which lead to frames that are not there
        flow(root / f"optical_flow/TRAIN/{scene}/into_future/left/OpticalFlowIntoFuture_0008_L.pfm")
        flow(root / f"optical_flow/TRAIN/{scene}/into_past/left/OpticalFlowIntoPast_0006_L.pfm")


def _sintel_more(root: Path) -> None:
    for first, _, _ in sintel("clean"):
        for kind in ("occlusions", "invalid"):
            mask(root / first.replace("clean", kind))


def _split(root: Path) -> None:
    (root / "FlyingChairs_train_val.txt").write_text("1\n2\n1\n1\n2\n")


_middlebury = [
    (f"other-data/{s}/frame10.png", f"other-data/{s}/frame11.png", f"other-gt-flow/{s}/flow10.flo")
    for s in ("Grove2", "Venus")
]
_own = [(f"mine/{n}_img1.jpg", f"mine/{n}_img2.png", f"mine/{n}_flow.{end}") for n, end in (("a", "flo"), ("b", "pfm"))]

TREES = {
    "chairs": Tree(datasets.FlyingChairs, "FlyingChairs", chairs(5), _split, "FlyingChairs.zip", {"split": "all"}),
    "sintel clean": Tree(datasets.Sintel, "Sintel", sintel("clean"), _sintel_more, "MPI-Sintel-complete.zip"),
    "sintel final": Tree(
        datasets.Sintel, "MPI-Sintel-complete", sintel("final"), archive="MPI-Sintel.zip", kwargs={"pass_name": "final"}
    ),
    "kitti 2015": Tree(datasets.KittiFlow, "KittiFlow", kitti("image_2"), archive="data_scene_flow.zip"),
    "kitti 2012": Tree(
        datasets.KittiFlow,
        "KITTI/2012",
        kitti("colored_0", "flow_noc"),
        archive="data_stereo_flow.zip",
        kwargs={"year": 2012, "occluded": False},
    ),
    "hd1k": Tree(datasets.HD1K, "hd1k_full_package", hd1k(), _hd1k_more, "hd1k_full_package.zip"),
    "middlebury": Tree(datasets.Middlebury, "Middlebury", _middlebury, archive="other-gt-flow.zip"),
    "things": Tree(datasets.FlyingThings3D, "FlyingThings3D", things(), _things_more, "flyingthings3d__flow.tar.bz2"),
    "own": Tree(datasets.FlowFolder, "", _own),
}
