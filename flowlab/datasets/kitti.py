"""KITTI: a car's camera; the flow is measured by a laser, here and there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flowlab.datasets.augment import Augmentation
from flowlab.datasets.base import FlowDataset, PairFiles, one_of
from flowlab.datasets.places import Place, listed, locate, require, require_files
from flowlab.field._disk import FilePath

_PAGE = "https://www.cvlibs.net/datasets/kitti/eval_scene_flow.php?benchmark=flow"
_FOLDERS = {"train": "training", "test": "testing"}
# Year: folder of the frames, names under which the set lies, pairs for training and for testing.
_YEARS = {
    2012: ("colored_0", ("KITTI2012", "KITTI/2012", "kitti12", "data_stereo_flow"), {"train": 194, "test": 195}),
    2015: (
        "image_2",
        ("KittiFlow", "KITTI2015", "KITTI/2015", "kitti15", "data_scene_flow"),
        {"train": 200, "test": 200},
    ),
}


class KittiFlow(FlowDataset):
    """Pairs of KITTI 2015 or 2012.

    Frames are ``training/image_2/000000_10.png`` and ``000000_11.png``, flows ``training/flow_occ/000000_10.png``.

    Args:
        root: The data set's folder, or one that it lies in; None looks in FLOWLAB_DATA and data/.
        split: "train", or "test", whose flow is kept back: ``valid`` is False everywhere.
        transforms: As in ``FlowDataset``.
        year: 2015, or 2012 with its frames in ``colored_0``.
        occluded: Take the flow of all pixels (``flow_occ``), or only of those that frame 2 shows too (``flow_noc``).
        seed: Seed of the augmentation.

    Raises:
        FileNotFoundError: If the data set or files of it are not there.
        ValueError: If ``split`` or ``year`` is unknown.
    """

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        transforms: Augmentation | Callable | None = None,
        *,
        year: int = 2015,
        occluded: bool = True,
        seed: int = 0,
    ):
        one_of(split, tuple(_FOLDERS), "split")
        if year not in _YEARS:
            raise ValueError(f"year must be 2012 or 2015, got {year}")
        frames, folders, whole = _YEARS[year]
        part, truth = _FOLDERS[split], "flow_occ" if occluded else "flow_noc"
        holds = (f"{part}/{frames}", *((f"{part}/{truth}",) if split == "train" else ()))
        archives = ("data_scene_flow", "data_stereo_flow")
        folder = locate(Place(f"KittiFlow {year}", folders, holds, archives, _PAGE), root)
        pairs = _pairs(folder / part / frames, folder / part / truth if split == "train" else None, year)
        self.split, self.year = split, year
        super().__init__(f"KittiFlow {year} {split}", folder, pairs, transforms, seed=seed, whole=whole[split])


def _pairs(frames: Path, truth: Path | None, year: int) -> list[PairFiles]:
    """List the pairs, and see that no file of any is missing."""
    numbers = {path.name[:6] for path in listed(frames, "??????_1[01].png")}
    if truth is not None:
        numbers |= {path.name[:6] for path in listed(truth, "??????_10.png")}
    require(numbers, frames, f"KittiFlow {year}", "000000_10.png, 000000_11.png and so on")
    pairs = []
    for number in sorted(numbers):
        flow = truth / f"{number}_10.png" if truth is not None else None
        pairs.append(PairFiles(number, frames / f"{number}_10.png", frames / f"{number}_11.png", flow))
    files = (path for pair in pairs for path in (pair.img1, pair.img2, pair.flow))
    require_files([p for p in files if p is not None and not p.is_file()], f"KittiFlow {year}", len(pairs))
    return pairs
