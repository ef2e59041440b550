"""The pairs of a training that are not made on the fly: data sets by name and weight, the held-out part, and checks."""

from __future__ import annotations

import re
from fnmatch import filter as matching
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import ConcatDataset, Dataset, Subset

from flowlab._disk import UsageError
from flowlab.chairs import ChairsStream
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.datasets import FlowDataset, PairFiles
from flowlab.datasets.pairs import Pairs, as_pair, open_for_training
from flowlab.datasets.samples import Pair
from flowlab.field.arrays import known
from flowlab.training.config import TrainConfig

SHARE = 0.1  # of the pairs that "auto" holds out
WEIGHTED = re.compile(r"([1-9]\d*)\*(.+)")
Item = tuple[Tensor, Tensor, Tensor, Tensor]  # img1, img2 (3,H,W) uint8, flow (2,H,W) in pixels, valid (H,W) bool


class PairError(ValueError):
    """A pair that cannot be used; the message names it and its data set."""


class Split(NamedTuple):
    """The pairs to train on, those that are held out, a sentence about both, and their files."""

    train: Dataset
    held_out: Dataset
    about: str
    files: list[PairFiles]


class Source(Pairs, Dataset):
    """A data set whose items are checked and converted: item i is an ``Item``, or a ``PairError``.

    ``crop`` is the size that the pairs must have at least, () for any.
    """

    def __init__(self, dataset: Any, name: str = "", crop: tuple[int, ...] = ()):
        super().__init__(dataset, name or getattr(dataset, "name", None) or type(dataset).__name__)
        self.crop = crop
        inner = dataset.dataset if isinstance(dataset, Pairs) else dataset
        self.files = inner if isinstance(inner, FlowDataset) and inner.transforms is None else None
        for pair in self.files.pairs if self.files else ():
            if pair.flow is None:
                raise ValueError(f"{self.name}: pair {pair.name} has no flow, which training needs")

    def __getitem__(self, i: int) -> Item:
        """Return a pair as tensors."""
        item = None if self.files else self.dataset[i]  # an error in a program of the user's keeps its traceback
        try:
            pair = Pair(self.files.pairs[i].name, *self.files.read(i)) if self.files else as_pair(item, f"{i:05d}")
            self._check(pair)
        except (OSError, TypeError, ValueError) as error:
            raise PairError(f"{self.name}: {error}") from error
        images = (torch.from_numpy(part).permute(2, 0, 1).contiguous() for part in (pair.img1, pair.img2, pair.flow))
        return *images, torch.from_numpy(pair.valid)

    def names(self) -> list[str]:
        """Return the names of the pairs, their numbers if they have none."""
        return [pair.name for pair in self.files.pairs] if self.files else [f"{i:05d}" for i in range(len(self))]

    def _check(self, pair: Pair) -> None:
        """Refuse a flow that is not finite where it is known, and a pair that is smaller than the crop."""
        wrong = int((pair.valid & ~known(pair.flow)).sum())
        if wrong:
            raise ValueError(
                f"pair {pair.name}: the flow is NaN, infinite or above 1e9 at {wrong} pixels that valid calls known; "
                "set valid to False there"
            )
        (H, W), least = pair.flow.shape[:2], self.crop or (1, 1)
        if any(side < needed for side, needed in zip((H, W), least, strict=True)):
            raise ValueError(
                f"pair {pair.name} is {H} x {W} (height x width), smaller than the crop of {least[0]} x {least[1]}; "
                f"take --crop {min(H, least[0])}x{min(W, least[1])}, or leave the pair out"
            )


def open_pairs(config: TrainConfig, data: Any = None, held_out: Any = None) -> Split | None:
    """Open the pairs of a training; None if they are generated. ``data`` and ``held_out`` are data sets in memory.

    A ValueError names the data set, the split file or the pair that cannot be used.
    """
    if data is None and held_out is not None:
        raise ValueError("validation= belongs to pairs of your own: give them as data=")
    if data is None and config.data == "chairs":
        return None
    if data is not None:
        sets = [(1, Source(data, crop=config.crop), None if held_out is None else Source(held_out))]
    else:
        sets = [_opened(config, name) for name in ([config.data] if isinstance(config.data, str) else config.data)]
    masks = iter(split_masks([source.names() for _, source, own in sets if own is None], config.holdout))
    train, held, about = [], [], []
    for weight, source, own in sets:
        mask = next(masks) if own is None else np.zeros(len(source), bool)
        source[0]  # an item that cannot be used is an error now, not after the workers have started
        own = own or Subset(Source(source.dataset, source.name), np.flatnonzero(mask).tolist())  # these are not cropped
        train += [Subset(source, np.flatnonzero(~mask).tolist())] * weight
        held.append(own)
        times = f"{weight} times " if weight > 1 else ""
        about.append(f"{times}{(~mask).sum():,} pairs of {source.name}, {len(own):,} held out")
    if config.rehearsal:
        count = max(1, round(sum(map(len, train)) * config.rehearsal / (1 - config.rehearsal)))
        stream = ChairsStream(config.seed, count, config.crop or source[0][3].shape, config.chairs)
        train.append(Source(stream, "generated chairs"))
        train[-1][0]  # as above
        about.append(f"{count:,} generated chairs")
    read = [each.files for _, *both in sets for each in both if each is not None and each.files]
    files = [pair for one in read for pair in one.pairs]
    return Split(ConcatDataset(train), ConcatDataset(held), "; ".join(about), files)


def _opened(config: TrainConfig, name: str) -> tuple[int, Source, Source | None]:
    """Open a data set: its weight, the pairs to train on, and its own held-out pairs or None."""
    weighted = WEIGHTED.fullmatch(name)
    weight, name = (int(weighted[1]), weighted[2]) if weighted else (1, name)
    train, val = open_for_training(name, own_split=config.holdout == "auto")
    return weight, Source(train, crop=config.crop), None if val is None else Source(val)


def split_masks(names: list[list[str]], holdout: float | str) -> list[np.ndarray]:
    """Return for each data set, given by the names of its pairs, which pairs are held out.

    ``holdout`` is a part of the pairs, which are drawn at random, and the same in every training; or a file with the
    names of the pairs that are held out, one a line, with the wildcards of a shell; a # begins a comment.

    Example:
        >>> (mask,) = split_masks([["a", "b", "c", "d"]], 0.5)
        >>> int(mask.sum())
        2
    """
    try:
        share = SHARE if holdout == "auto" else float(holdout)
    except ValueError:
        return _read_split(Path(holdout).expanduser(), names)
    if not 0 <= share < 1:
        raise UsageError(f"holdout is the part of the pairs that is held out, from 0 to below 1, got {holdout}")
    masks = []
    for count in map(len, names):
        few = max(1, round(share * count)) if share and count > 1 else 0
        if few == count:
            raise UsageError(f"holdout {holdout} leaves none of {count} pairs to train on")
        masks.append(np.isin(np.arange(count), np.random.default_rng(VALIDATION_SEED).permutation(count)[:few]))
    return masks


def _read_split(path: Path, names: list[list[str]]) -> list[np.ndarray]:
    if not path.is_file():
        raise UsageError(f"holdout is a number such as 0.1, or a split file, and there is no file {path}")
    every = [name for each in names for name in each]
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    found = {line: matching(every, line) for line in lines if line}
    for word in (word for word, those in found.items() if not those):
        raise ValueError(f"{path}: no pair is called {word}; the first of {len(every)} is {every[0]}")
    held = np.isin(every, [name for those in found.values() for name in those])
    if held.all():
        raise ValueError(f"{path} leaves none of {len(every)} pairs to train on")
    return np.split(held, np.cumsum([len(each) for each in names])[:-1])
