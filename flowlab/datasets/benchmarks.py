"""The benchmarks: MPI Sintel, KITTI 2012 and 2015, HD1K, Middlebury; test flow is secret."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from flowlab._disk import FilePath
from flowlab.datasets.base import (
    PairFiles,
    PublicDataset,
    Transforms,
    list_visible,
    numbers_in,
    one_of,
    one_or_both,
    require_complete,
)

_FOLDER_OF_SPLIT = {"train": "training", "test": "test"}


class Sintel(PublicDataset):
    """Pairs of MPI Sintel: ``training/clean/alley_1/frame_0001.png``, ``training/flow/alley_1/frame_0001.flo``.

    ``occlusion(i)`` returns the occlusion mask where ``training/occlusions`` is unpacked. Pixels
    that ``training/invalid`` marks are not valid.

    ``root``, ``transforms``, ``seed`` and errors are described in ``FlowDataset``.

    Args:
        split: "train" or "test".
        pass_name: The rendering: "clean", "final" (with blur, fog and so on), or "both", clean first.
    """

    _folders = ("Sintel", "MPI-Sintel-complete", "MPI-Sintel", "sintel")
    _archives = ("MPI-Sintel",)
    _page = "http://sintel.is.tue.mpg.de/"

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        pass_name: str = "clean",
        transforms: Transforms = None,
        *,
        seed: int = 0,
    ):
        one_of(split, tuple(_FOLDER_OF_SPLIT), "split")
        passes = one_or_both(pass_name, ("clean", "final"), "pass_name")
        part = _FOLDER_OF_SPLIT[split]
        holds = tuple(f"{part}/{p}" for p in passes) + (("training/flow",) if split == "train" else ())
        folder = self._locate("Sintel", root, holds)
        pairs = [pair for p in passes for pair in _sintel_pairs(folder / part, p, with_flow=split == "train")]
        require_complete(pairs, "Sintel", folder / part, "alley_1/frame_0001.png and so on for each scene")
        whole = {"train": 1041, "test": 552}[split] * len(passes)
        super().__init__(f"Sintel {split} {pass_name}", folder, pairs, transforms, seed=seed, whole=whole)


def _sintel_pairs(part: Path, pass_name: str, *, with_flow: bool) -> list[PairFiles]:
    """List the consecutive frames of each scene, from 1, or 0, to the last with a frame or flow."""
    folders = [part / pass_name, *([part / "flow"] if with_flow else [])]
    scenes = {path.name for folder in folders for path in list_visible(folder, "*") if path.is_dir()}
    masks = [part / kind if with_flow and (part / kind).is_dir() else None for kind in ("occlusions", "invalid")]
    pairs = []
    for scene in sorted(scenes):
        numbers = numbers_in(part / pass_name / scene, "frame_", ".png")
        if with_flow:
            flows = numbers_in(part / "flow" / scene, "frame_", ".flo")
            numbers |= flows | {n + 1 for n in flows}  # the last frame has none
        span = range(min({1, *numbers}), max(numbers, default=0) + 1)
        frames = [part / pass_name / scene / f"frame_{n:04d}.png" for n in span]
        for first, second in pairwise(frames):
            flow = part / "flow" / scene / f"{first.stem}.flo" if with_flow else None
            files = (folder and folder / scene / first.name for folder in masks)
            pairs.append(PairFiles(f"{pass_name}/{scene}/{first.stem}", first, second, flow, *files))
    return pairs


# Year: folder of the frames, names of the data set's folder, pairs for training and testing.
_KITTI_YEARS = {
    2012: ("colored_0", ("KITTI2012", "KITTI/2012", "kitti12", "data_stereo_flow"), {"train": 194, "test": 195}),
    2015: (
        "image_2",
        ("KittiFlow", "KITTI2015", "KITTI/2015", "kitti15", "data_scene_flow"),
        {"train": 200, "test": 200},
    ),
}


class KittiFlow(PublicDataset):
    """Pairs of KITTI 2015 or 2012, taken from a driving car; a laser measures the sparse flow.

    Frames are ``training/image_2/000000_10.png`` and ``000000_11.png``, flows ``training/flow_occ/000000_10.png``.

    ``root``, ``transforms``, ``seed`` and errors are described in ``FlowDataset``.

    Args:
        split: "train" or "test".
        year: 2015, or 2012 with its frames in ``colored_0``.
        occluded: Use the flow of all pixels (``flow_occ``), or only of those visible in frame 2 (``flow_noc``).
    """

    _archives = ("data_scene_flow", "data_stereo_flow")
    _page = "https://www.cvlibs.net/datasets/kitti/eval_scene_flow.php?benchmark=flow"

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        transforms: Transforms = None,
        *,
        year: int = 2015,
        occluded: bool = True,
        seed: int = 0,
    ):
        one_of(split, ("train", "test"), "split")
        if year not in _KITTI_YEARS:
            raise ValueError(f"year must be 2012 or 2015, got {year}")
        name = f"KittiFlow {year}"
        frames, self._folders, whole = _KITTI_YEARS[year]
        frames = f"{'training' if split == 'train' else 'testing'}/{frames}"
        flows = f"training/flow_{'occ' if occluded else 'noc'}" if split == "train" else None
        folder = self._locate(name, root, (frames,) if flows is None else (frames, flows))
        first, truth = folder / frames, flows and folder / flows
        files = list_visible(first, "??????_1[01].png") + (list_visible(truth, "??????_10.png") if truth else [])
        numbers = sorted({path.name[:6] for path in files})
        pairs = [
            PairFiles(n, first / f"{n}_10.png", first / f"{n}_11.png", truth and truth / f"{n}_10.png") for n in numbers
        ]
        require_complete(pairs, name, folder / frames, "000000_10.png, 000000_11.png and so on")
        super().__init__(f"{name} {split}", folder, pairs, transforms, seed=seed, whole=whole[split])


class HD1K(PublicDataset):
    """Pairs of HD1K, from a driving car: ``hd1k_input/image_2/000000_0010.png`` (sequence, frame).

    Flows have the same names in ``hd1k_flow_gt/flow_occ``; a sequence's last one leads nowhere.

    ``root``, ``transforms``, ``seed`` and errors are described in ``FlowDataset``.

    Args:
        split: "train", or "test", the frames of ``hd1k_challenge/image_2``.
    """

    _folders = ("HD1K", "hd1k", "hd1k_full_package")
    _archives = ("hd1k",)
    _page = "http://hci-benchmark.iwr.uni-heidelberg.de/"

    def __init__(
        self, root: FilePath | None = None, split: str = "train", transforms: Transforms = None, *, seed: int = 0
    ):
        one_of(split, ("train", "test"), "split")
        train, holds = split == "train", ("hd1k_challenge/image_2",)
        if train:
            holds = "hd1k_input/image_2", "hd1k_flow_gt/flow_occ"
        folder = self._locate("HD1K", root, holds)
        frames, flows = folder / holds[0], folder / holds[-1]
        files = [path for part in holds for path in list_visible(folder / part, "??????_*.png")]
        names = sorted({path.name for path in files})
        pairs = [
            PairFiles(first[:-4], frames / first, frames / second, flows / first if train else None)
            for first, second in pairwise(names)
            if first[:6] == second[:6]
        ]
        require_complete(pairs, "HD1K", frames, "000000_0010.png, 000000_0011.png and so on")
        super().__init__(f"HD1K {split}", folder, pairs, transforms, seed=seed)


class Middlebury(PublicDataset):
    """Pairs of Middlebury: ``other-data/Venus/frame10.png`` and ``frame11.png``, ``other-gt-flow/Venus/flow10.flo``.

    ``root``, ``transforms``, ``seed`` and errors are described in ``FlowDataset``.

    Args:
        split: "train", the scenes whose flow is public, or "test", those of ``eval-data``.
    """

    _folders = ("Middlebury", "middlebury")
    _archives = ("other-", "eval-")
    _page = "https://vision.middlebury.edu/flow/data/"

    def __init__(
        self, root: FilePath | None = None, split: str = "train", transforms: Transforms = None, *, seed: int = 0
    ):
        one_of(split, ("train", "test"), "split")
        holds = ("other-data", "other-gt-flow") if split == "train" else ("eval-data",)
        folder = self._locate("Middlebury", root, holds)
        frames, scenes = folder / holds[0], folder / holds[-1]
        pairs = []
        for scene in (path.name for path in list_visible(scenes, "*") if path.is_dir()):
            flow = scenes / scene / "flow10.flo" if split == "train" else None
            pairs.append(PairFiles(scene, frames / scene / "frame10.png", frames / scene / "frame11.png", flow))
        require_complete(pairs, "Middlebury", scenes, "a folder for each scene")
        whole = {"train": 8, "test": 12}[split]
        super().__init__(f"Middlebury {split}", folder, pairs, transforms, seed=seed, whole=whole)
