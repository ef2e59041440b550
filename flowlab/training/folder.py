"""Pairs of a data set on disk, as the training takes them."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from flowlab.datasets import FlyingChairs


class FolderPairs:
    """The pairs of a folder in Flying Chairs' layout, by number.

    Args:
        root: The folder.
        split: "train", or "val" for held-out ones.

    Raises:
        FileNotFoundError: If it is not there, or nothing says which pairs are held out.

    Example:
        >>> import tempfile
        >>> from flowlab.chairs import write_dataset
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = write_dataset(folder, count=2, size=(32, 48), progress=False)
        ...     len(FolderPairs(root, "val"))
        1
    """

    def __init__(self, root: str, split: str = "train"):
        self.pairs = FlyingChairs(root, split)

    def __len__(self) -> int:
        return len(self.pairs)

    def get(self, number: int) -> tuple[Tensor, Tensor, Tensor]:
        """Read a pair: frames (2, 3, H, W) uint8, flow (2, H, W), where it is known (H, W)."""
        img1, img2, flow, valid = (torch.from_numpy(array) for array in self.pairs.read(number))
        return torch.stack([img1, img2]).permute(0, 3, 1, 2).contiguous(), flow.permute(2, 0, 1).contiguous(), valid


@lru_cache(maxsize=2)
def held_out_in(root: str) -> FolderPairs:
    """Give the pairs of a folder that its split file holds out."""
    return FolderPairs(root, "val")
