"""What all data sets of pairs share: items, epochs, and a look at every file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float32, UInt8
from torch import Tensor
from torch.utils.data import Dataset
from tqdm import tqdm

from flowlab.datasets.augment import Augmentation, sample_generator
from flowlab.field import read_flow, read_image
from flowlab.field.forking import use_one_thread_in_worker

_log = logging.getLogger(__name__)

Item = tuple[Float32[Tensor, "3 H W"], Float32[Tensor, "3 H W"], Float32[Tensor, "2 H W"], Bool[Tensor, "H W"]]
Arrays = tuple[
    UInt8[np.ndarray, "H W 3"], UInt8[np.ndarray, "H W 3"], Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]
]


@dataclass(frozen=True)
class PairFiles:
    """Where a pair lies.

    Attributes:
        name: What it is called within its set.
        img1: Frame 1.
        img2: Frame 2.
        flow: From 1 to 2; None in test sets, whose truth is kept back.
        occlusion: White where a pixel of frame 1 is hidden in frame 2, if the set has that.
        invalid: White where the flow is not to be used, if the set has that.
    """

    name: str
    img1: Path
    img2: Path
    flow: Path | None
    occlusion: Path | None = None
    invalid: Path | None = None


class FlowDataset(Dataset):
    """Pairs of frames with the flow between them.

    Item i is ``(img1, img2, flow, valid)``: RGB in [0, 1], (3, H, W); the flow in pixels, (2, H, W); where it is
    known, (H, W) bool. In test sets, whose truth is kept back, it is known nowhere.

    Item i of epoch e is augmented by chance that comes from (seed, e, i) alone: it is the same in every process, in
    every order and in batches of any size.

    Args:
        name: What the set is called.
        folder: Where it lies.
        pairs: Its files.
        transforms: An ``Augmentation``, or any function from the four to four; None leaves them as they are.
        seed: Seed of the augmentation.
        whole: How many pairs the complete set has, to be able to say that some are missing; None if nobody knows.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        pairs: Sequence[PairFiles],
        transforms: Augmentation | Callable | None = None,
        *,
        seed: int = 0,
        whole: int | None = None,
    ):
        self.name, self.folder, self.pairs = name, folder, list(pairs)
        self.transforms, self.seed = transforms, seed
        # In shared memory: workers that live through several epochs see them change. Epoch, and step or -1.
        self._now = torch.tensor([0, -1]).share_memory_()
        self._lack = ""
        if whole is not None and len(pairs) != whole:
            self._lack = f"{name} in {folder} has {len(pairs)} pairs, the complete set {whole}"
            _log.warning(self._lack)

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, i: int) -> Item:
        """Return frame 1 and 2, the flow from 1 to 2 in pixels, and where it is known; transformed."""
        if not -len(self) <= i < len(self):
            raise IndexError(f"item {i} of {len(self)} of {self.name}")
        use_one_thread_in_worker()
        i %= len(self)
        *frames, flow, valid = self.read(i)
        img1, img2 = (torch.from_numpy(frame).permute(2, 0, 1) for frame in frames)
        flow, valid = torch.from_numpy(flow).permute(2, 0, 1), torch.from_numpy(valid)
        if isinstance(self.transforms, Augmentation):
            rng = sample_generator(self.seed, self.epoch, i)
            step = None if self._now[1] < 0 else int(self._now[1])
            batch = (img1[None], img2[None], flow[None], valid[None])
            return tuple(part[0] for part in self.transforms(*batch, [rng], step=step))
        item = (img1.float() / 255, img2.float() / 255, flow, valid)
        item = tuple(part.contiguous() for part in item)
        return item if self.transforms is None else tuple(self.transforms(*item))

    def __repr__(self) -> str:
        return f"{self.name}: {len(self)} pairs in {self.folder}"

    @property
    def epoch(self) -> int:
        """The running epoch."""
        return int(self._now[0])

    def set_epoch(self, epoch: int, *, step: int | None = None) -> None:
        """Go to an epoch; with ``step``, the ramp of an augmentation that has one stands where it is at that step.

        Raises:
            ValueError: If a number is below 0.
        """
        if epoch < 0 or (step is not None and step < 0):
            raise ValueError(f"epoch and step must be at least 0, got {epoch} and {step}")
        self._now.copy_(torch.tensor([epoch, -1 if step is None else step]))

    def read(self, i: int) -> Arrays:
        """Read a pair as it is on disk.

        Returns:
            Both frames (H, W, 3) uint8, the flow (H, W, 2) and where it is known (H, W).

        Raises:
            OSError: If a file is not there.
            ValueError: If one is broken, or they differ in size; the message names it.
        """
        files = self.pairs[i]
        img1, img2 = read_image(files.img1), read_image(files.img2)
        _same_size(files.img1, img1, files.img2, img2)
        if files.flow is None:
            return img1, img2, np.zeros((*img1.shape[:2], 2), np.float32), np.zeros(img1.shape[:2], np.bool_)
        flow, valid = self._read_flow(files.flow)
        _same_size(files.img1, img1, files.flow, flow)
        if files.invalid is not None:
            mask = _read_mask(files.invalid)
            _same_size(files.img1, img1, files.invalid, mask)
            valid = valid & ~mask
        return img1, img2, flow, valid

    def occlusion(self, i: int) -> Bool[np.ndarray, "H W"]:
        """Return which pixels of frame 1 are hidden in frame 2, where the set says so.

        Raises:
            ValueError: If the set does not say.
        """
        path = self.pairs[i].occlusion
        if path is None:
            raise ValueError(f"{self.name} has no occlusion mask for {self.pairs[i].name}")
        return _read_mask(path)

    def check(self, *, progress: bool = True) -> list[str]:
        """Read every file of every pair.

        Args:
            progress: Show a bar.

        Returns:
            What is wrong, a line each; empty if all is well.
        """
        wrong = [self._lack] if self._lack else []
        for i in tqdm(range(len(self)), desc=self.name, unit="pair", disable=not progress):
            try:
                *_, valid = self.read(i)
                if self.pairs[i].flow is not None and not valid.any():
                    wrong.append(f"{self.pairs[i].flow}: the flow is known nowhere")
                if self.pairs[i].occlusion is not None:
                    _same_size(self.pairs[i].flow, valid, self.pairs[i].occlusion, self.occlusion(i))
            except (ValueError, OSError) as error:
                wrong.append(str(error))
        return wrong

    def _read_flow(self, path: Path) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
        return read_flow(path)


def one_of(value: str, choice: Sequence[str], name: str) -> str:
    """Return the value, or refuse it with the choice that there is."""
    if value not in choice:
        raise ValueError(f"{name} must be one of {', '.join(choice)}, got {value!r}")
    return value


def _read_mask(path: Path) -> Bool[np.ndarray, "H W"]:
    return read_image(path)[..., 0] > 127


def _same_size(path: Path, array: np.ndarray, other_path: Path, other: np.ndarray) -> None:
    if array.shape[:2] != other.shape[:2]:
        (h, w), (other_h, other_w) = array.shape[:2], other.shape[:2]
        raise ValueError(f"{other_path} is {other_h} x {other_w} (height x width), but {path} is {h} x {w}")
