"""Middlebury: a handful of small motions, known exactly."""

from __future__ import annotations

from collections.abc import Callable

from flowlab.datasets.augment import Augmentation
from flowlab.datasets.base import FlowDataset, PairFiles, one_of
from flowlab.datasets.places import Place, listed, locate, require, require_files
from flowlab.field._disk import FilePath

_PAGE = "https://vision.middlebury.edu/flow/data/"
_HOLDS = {"train": ("other-data", "other-gt-flow"), "test": ("eval-data",)}
WHOLE = {"train": 8, "test": 12}


class Middlebury(FlowDataset):
    """Pairs of Middlebury: ``other-data/Venus/frame10.png`` and ``frame11.png``, ``other-gt-flow/Venus/flow10.flo``.

    Args:
        root: The data set's folder, or one that it lies in; None looks in FLOWLAB_DATA and data/.
        split: "train", the scenes whose flow is public, or "test" (``eval-data``): ``valid`` is False everywhere.
        transforms: As in ``FlowDataset``.
        seed: Seed of the augmentation.

    Raises:
        FileNotFoundError: If the data set or files of it are not there.
        ValueError: If ``split`` is unknown.
    """

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        transforms: Augmentation | Callable | None = None,
        *,
        seed: int = 0,
    ):
        one_of(split, tuple(_HOLDS), "split")
        place = Place("Middlebury", ("Middlebury", "middlebury"), _HOLDS[split], ("other-", "eval-"), _PAGE)
        folder = locate(place, root)
        frames = folder / _HOLDS[split][0]
        scenes = [path.name for path in listed(folder / _HOLDS[split][-1], "*") if path.is_dir()]
        require(scenes, folder / _HOLDS[split][-1], "Middlebury", "a folder for each scene")
        pairs = []
        for scene in scenes:
            flow = folder / "other-gt-flow" / scene / "flow10.flo" if split == "train" else None
            pairs.append(PairFiles(scene, frames / scene / "frame10.png", frames / scene / "frame11.png", flow))
        files = (path for pair in pairs for path in (pair.img1, pair.img2, pair.flow))
        require_files([p for p in files if p is not None and not p.is_file()], "Middlebury", len(pairs))
        self.split = split
        super().__init__(f"Middlebury {split}", folder, pairs, transforms, seed=seed, whole=WHOLE[split])
