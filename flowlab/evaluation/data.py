"""The pairs that a method is evaluated on: generated chairs, and whatever ``flowlab.datasets.pairs`` opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from flowlab.chairs import make_pair
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.chairs.scene import REFERENCE
from flowlab.datasets.pairs import NAMED, Pairs, as_pair, open_folder
from flowlab.datasets.samples import Pair

CHAIRS = 32  # pairs


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


# The data sets that `open_data` knows by name.
DATA: dict[str, Callable[[], Any]] = {"chairs": Generated} | {
    name: partial(named, "val") for name, named in NAMED.items()
}


def open_data(dataset: Any) -> Pairs:
    """Open a data set.

    Args:
        dataset: A name of ``DATA``; a folder in the layout of Flying Chairs (``data/00001_img1.ppm``), with
            ``NAME/img1.*, img2.*, gt.*`` for each pair, of Sintel (its clean pass), KITTI, FlyingThings3D or
            Middlebury, or as ``flowlab.datasets.FlowFolder`` takes it; or whatever ``Pairs`` takes.

    Raises:
        TypeError: If it has no length or cannot be indexed.
        ValueError: If there is no such name or folder, or it is empty.
        FileNotFoundError: If the data set is not on this machine, or the folder holds no pair.

    Example:
        >>> len(open_data("motions"))
        4
    """
    if isinstance(dataset, str | PathLike):
        dataset = DATA[str(dataset)]() if str(dataset) in DATA else open_folder(Path(dataset).expanduser())
    return dataset if isinstance(dataset, Pairs) else Pairs(dataset)
