"""Pairs to evaluate on or to train with: data sets by name, folders, any sequence; all as ``Pair``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8

from flowlab._disk import UsageError
from flowlab.datasets.base import FlowDataset, PairFiles
from flowlab.datasets.benchmarks import HD1K, KittiFlow, Middlebury, Sintel
from flowlab.datasets.samples import Pair, motorcycle, scoreboard_pairs
from flowlab.datasets.training_sets import FlowFolder, FlyingChairs, FlyingThings3D
from flowlab.field.arrays import flow_batch, rgb_batch, without_masked


def as_pair(item: Any, name: str, occlusion: np.ndarray | None = None) -> Pair:
    """Convert an item of a data set to a ``Pair``.

    Args:
        item: ``(img1, img2, flow)`` or ``(img1, img2, flow, valid)``, NumPy or torch, or anything with these
            attributes.
        name: The pair's name, unless ``item`` has one.
        occlusion: The occlusion mask, unless ``item`` has one.

    Raises:
        TypeError: If a part has a wrong type; the message names the pair.
        ValueError: If it is not a pair, or its parts differ in size; the message names the pair.
    """
    if hasattr(item, "img1") and hasattr(item, "flow"):
        name = getattr(item, "name", name)
        occlusion = getattr(item, "occlusion", occlusion)
        item = (item.img1, item.img2, item.flow, getattr(item, "valid", None))
    if not isinstance(item, tuple | list) or len(item) not in (3, 4):
        raise ValueError(f"pair {name} must be (img1, img2, flow, valid), got a {type(item).__name__}")
    # flow_batch and rgb_batch take NumPy's and torch's layouts, and return torch's.
    parts = (part.detach().cpu() if isinstance(part, torch.Tensor) else part for part in (*item, None)[:4])
    img1, img2, flow, valid = parts
    img1, img2 = (_rgb_bytes(image, f"pair {name}: {which}") for image, which in ((img1, "img1"), (img2, "img2")))
    batch, _ = flow_batch(flow, f"pair {name}: flow")
    shown = torch.ones_like(batch[:1, 0], dtype=torch.bool)
    shown = without_masked(shown, flow) if isinstance(flow, np.ma.MaskedArray) else shown
    flow = batch[0].where(shown, 0).movedim(0, -1).float().contiguous().numpy()
    if isinstance(valid, np.ma.MaskedArray):
        valid = valid.filled(fill_value=False)
    valid = np.ones(flow.shape[:2], bool) if valid is None else np.asarray(valid, bool)
    occlusion = None if occlusion is None else np.asarray(occlusion, bool)
    sizes = [part.shape[:2] for part in (img1, img2, flow, valid, occlusion) if part is not None]
    if len(set(sizes)) != 1:
        got = ", ".join(f"{h} x {w}" for h, w in sizes)
        raise ValueError(f"pair {name}: frames, flow and masks must have one size, got {got}")
    return Pair(name, img1, img2, flow, valid & shown[0].numpy(), occlusion)


def _rgb_bytes(image: Any, name: str) -> UInt8[np.ndarray, "H W 3"]:
    if type(image) is np.ndarray and image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3:
        return np.ascontiguousarray(image)
    rgb, _ = rgb_batch(image, name)
    return (255 * rgb[0]).round().clamp(0, 255).to(torch.uint8).movedim(0, -1).contiguous().numpy()


class Pairs:
    """The pairs of a data set, each read when it is used.

    Args:
        dataset: One of flowlab's data sets, or any sequence of items that ``as_pair`` takes.
        name: Name of the data set; None takes ``dataset.name``, or "pairs" if it has none.

    Raises:
        TypeError: If it has no length or cannot be indexed.
        ValueError: If it is empty.

    Example:
        >>> images = np.zeros((2, 48, 64, 3), np.uint8)
        >>> pairs = Pairs([(*images, np.ones((48, 64, 2), np.float32))])
        >>> pairs.name, pairs[0].name, pairs[0].flow.shape
        ('pairs', '00000', (48, 64, 2))
    """

    def __init__(self, dataset: Any, name: str | None = None) -> None:
        if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
            raise TypeError(
                f"a data set has a length and items by number, got {type(dataset).__name__}; give a list of pairs, a "
                "torch Dataset, or the name of one (see flowlab.evaluation.DATA)"
            )
        if not len(dataset):
            raise ValueError("the data set is empty")
        self.dataset = dataset
        self.name = str(name or getattr(dataset, "name", None) or "pairs")

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, i: int) -> Pair:
        """Read pair ``i``; raises what ``as_pair`` raises."""
        if not isinstance(self.dataset, FlowDataset):
            return as_pair(self.dataset[i], f"{i:05d}")
        # Bytes as they are on disk, with the pair's name and its occlusion mask.
        files = self.dataset.pairs[i]
        occlusion = None if files.occlusion is None else self.dataset.occlusion(i)
        return as_pair(self.dataset.read(i), files.name, occlusion)


# The data sets with a name; each is called with a part, "train", "val" or "all", which matters to those with a split of
# their own. From flying-chairs on, they are searched in FLOWLAB_DATA and data/.
NAMED: dict[str, Callable[[str], Any]] = {
    "motions": lambda _: Pairs(scoreboard_pairs()[:-1], "known motions"),
    "motorcycle": lambda _: Pairs([motorcycle()], "motorcycle"),
    "flying-chairs": lambda part: FlyingChairs(split=part),
    "things-clean": lambda part: _things("clean", part),
    "things-final": lambda part: _things("final", part),
    "sintel-clean": lambda _: Sintel(pass_name="clean"),
    "sintel-final": lambda _: Sintel(pass_name="final"),
    "kitti-2012": lambda _: KittiFlow(year=2012),
    "kitti-2015": lambda _: KittiFlow(year=2015),
    "hd1k": lambda _: HD1K(),
    "middlebury": lambda _: Middlebury(),
}


def _things(pass_name: str, part: str) -> FlyingThings3D:
    """Open FlyingThings3D, whose test set has public flow and is its validation set."""
    return FlyingThings3D(split="test" if part == "val" else "train", pass_name=pass_name, camera="both")


def open_for_training(name: str, *, own_split: bool) -> tuple[Any, Any]:
    """Open the pairs to train on of a data set, by name or folder, and its held-out pairs.

    The latter are None if it has no split of its own or ``own_split`` is False; the former are then all pairs.
    """
    if name in NAMED:
        if name.startswith(("flying-chairs", "things")) and own_split:
            return NAMED[name]("train"), NAMED[name]("val")
        return NAMED[name]("all"), None
    found = open_folder(Path(name).expanduser())
    if own_split and isinstance(found, FlyingChairs):
        try:
            train, val = (FlyingChairs(found.folder, part) for part in ("train", "val"))
        except FileNotFoundError:  # there is no split file
            return found, None
        if len(train) and len(val):
            return train, val
    return found, None


# Folders of public data sets: a folder that each has, and how it is opened.
LAYOUTS: dict[str, Callable[[Path], FlowDataset]] = {
    "training/clean": Sintel,
    "training/image_2": KittiFlow,
    "training/colored_0": partial(KittiFlow, year=2012),
    "frames_cleanpass": partial(FlyingThings3D, camera="both"),
    "hd1k_flow_gt": HD1K,
    "other-gt-flow": Middlebury,
}


def open_folder(folder: Path) -> FlowDataset:
    """Open a folder by its layout; ValueError if there is none, FileNotFoundError if it has no pair."""
    if not folder.is_dir():
        known = ", ".join(["chairs", *NAMED])
        raise UsageError(f"no data set {str(folder)!r}, and no such folder; choose one of {known}, or a folder")
    if pairs := _folder_for_each_pair(folder):
        return FlowDataset(folder.name, folder, pairs)
    if (folder / "data").is_dir():
        return FlyingChairs(folder, "all")
    for inside, opened in LAYOUTS.items():
        if (folder / inside).is_dir():
            return opened(folder)
    return FlowFolder(folder)


def _folder_for_each_pair(root: Path) -> list[PairFiles]:
    """List the pairs ``NAME/img1.*``, ``img2.*`` and ``gt.*``; other folders are ignored."""
    pairs = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        files = [next(folder.glob(f"{stem}.*"), None) for stem in ("img1", "img2", "gt")]
        if all(files):
            pairs.append(PairFiles(folder.name, *files))
    return pairs
