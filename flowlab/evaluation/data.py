"""The pairs that a method is evaluated on: data sets by name, folders, and any sequence, all as ``Pair``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8

from flowlab import datasets
from flowlab.chairs import make_pair
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.chairs.scene import REFERENCE
from flowlab.datasets.samples import Pair, motorcycle, scoreboard_pairs
from flowlab.field.arrays import flow_batch, rgb_batch, without_masked

CHAIRS = 32  # pairs


def as_pair(item: Any, name: str, occlusion: np.ndarray | None = None) -> Pair:
    """Convert an item of a data set to a ``Pair``.

    Args:
        item: ``(img1, img2, flow)`` or ``(img1, img2, flow, valid)``, NumPy or torch, or anything
            with these attributes.
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
    shown = without_masked(torch.ones_like(batch[:, 0], dtype=torch.bool), flow)[:1]
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
    """Return an image of any layout and type as RGB, (H, W, 3) uint8."""
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
        >>> pairs = Pairs([make_pair(0, 0, (48, 64))])
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
            raise ValueError("the data set is empty: there is nothing to take a mean of")
        self.dataset = dataset
        self.name = str(name or getattr(dataset, "name", None) or "pairs")

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, i: int) -> Pair:
        """Read pair ``i``; raises what ``as_pair`` raises."""
        if not isinstance(self.dataset, datasets.FlowDataset):
            return as_pair(self.dataset[i], f"{i:05d}")
        # Bytes as they are on disk, with the pair's name and its occlusion mask.
        files = self.dataset.pairs[i]
        occlusion = None if files.occlusion is None else self.dataset.occlusion(i)
        return as_pair(self.dataset.read(i), files.name, occlusion)


class Generated(Sequence[Pair]):
    """Held-out flying chairs, generated when they are used, with their occlusion masks.

    Args:
        count: Number of pairs.
        size: Height and width.
        seed: Seed of the chairs; no training may use the default one.

    Example:
        >>> pair = Generated(4, size=(48, 64))[2]
        >>> pair.name, pair.img1.shape, str(pair.occlusion.dtype)
        ('00002', (48, 64, 3), 'bool')
    """

    def __init__(self, count: int = CHAIRS, size: tuple[int, int] = REFERENCE, seed: int = VALIDATION_SEED) -> None:
        self.count, self.size, self.seed = count, size, seed
        self.name = f"generated chairs {size[0]} x {size[1]}"

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> Pair:
        """Generate pair ``i``."""
        if not 0 <= i < self.count:
            raise IndexError(f"pair {i} of {self.count}")
        return as_pair(make_pair(self.seed, i, self.size), f"{i:05d}")


# The data sets that `open_data` knows by name; from flying-chairs on, in FLOWLAB_DATA or data/.
DATA: dict[str, Callable[[], Any]] = {
    "chairs": Generated,
    "motions": lambda: Pairs(scoreboard_pairs()[:-1], "known motions"),
    "motorcycle": lambda: Pairs([motorcycle()], "motorcycle"),
    "flying-chairs": lambda: datasets.FlyingChairs(split="val"),
    "sintel-clean": lambda: datasets.Sintel(pass_name="clean"),
    "sintel-final": lambda: datasets.Sintel(pass_name="final"),
    "kitti-2012": lambda: datasets.KittiFlow(year=2012),
    "kitti-2015": lambda: datasets.KittiFlow(year=2015),
    "hd1k": datasets.HD1K,
    "middlebury": datasets.Middlebury,
}


def open_data(dataset: Any) -> Pairs:
    """Open a data set.

    Args:
        dataset: A name of ``DATA``; a folder in the layout of Flying Chairs
            (``data/00001_img1.ppm``), with ``NAME/img1.*, img2.*, gt.*`` for each pair, or as
            ``flowlab.datasets.FlowFolder`` takes it; or whatever ``Pairs`` takes.

    Raises:
        TypeError: If it has no length or cannot be indexed.
        ValueError: If there is no such name or folder, or it is empty.
        FileNotFoundError: If the data set is not on this machine, or the folder holds no pair.

    Example:
        >>> len(open_data("motions"))
        4
    """
    if isinstance(dataset, str | PathLike):
        dataset = DATA[str(dataset)]() if str(dataset) in DATA else _open_folder(Path(dataset).expanduser())
    return dataset if isinstance(dataset, Pairs) else Pairs(dataset)


def _open_folder(folder: Path) -> datasets.FlowDataset:
    if not folder.is_dir():
        known = ", ".join(DATA)
        raise ValueError(f"no data set {str(folder)!r}, and no such folder; choose one of {known}, or a folder")
    if pairs := _folder_for_each_pair(folder):
        return datasets.FlowDataset(folder.name, folder, pairs)
    if (folder / "data").is_dir():
        return datasets.FlyingChairs(folder, "all")
    return datasets.FlowFolder(folder)


def _folder_for_each_pair(root: Path) -> list[datasets.PairFiles]:
    """List the pairs ``NAME/img1.*``, ``img2.*`` and ``gt.*``; other folders are ignored."""
    pairs = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        files = [next(folder.glob(f"{stem}.*"), None) for stem in ("img1", "img2", "gt")]
        if all(files):
            pairs.append(datasets.PairFiles(folder.name, *files))
    return pairs
