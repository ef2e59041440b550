"""Data sets by name: what is made here, what comes with scikit-image, and the benchmarks where they are on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flowlab import datasets
from flowlab.chairs import make_pair
from flowlab.chairs.config import REFERENCE, VALIDATION_SEED
from flowlab.evaluation.pairs import Pair, as_pair
from flowlab.field import read_flow, read_image
from flowlab.field._disk import FilePath

CHAIRS = 32  # pairs


class Generated(Sequence[Pair]):
    """Flying chairs that no training has seen, made when they are asked for, with their occlusion.

    Args:
        count: Pairs.
        size: Height and width.
        seed: Of the chairs; no training takes the one that stands here.

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
        """Make pair ``i``."""
        if not 0 <= i < self.count:
            raise IndexError(f"pair {i} of {self.count}")
        return as_pair(make_pair(self.seed, i, self.size), f"{i:05d}")


class Folders(Sequence[Pair]):
    """The pairs of a folder that has a folder for each: ``NAME/img1.*``, ``img2.*`` and ``gt.*``, any flow file.

    Args:
        root: The folder; what in it is no such folder is passed over.
    """

    def __init__(self, root: Path) -> None:
        self.name = root.name
        found = [(place.name, *(next(place.glob(f"{stem}.*"), None) for stem in ("img1", "img2", "gt")))
                 for place in sorted(root.iterdir()) if place.is_dir()]  # fmt: skip
        self.files = [files for files in found if all(files)]

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> Pair:
        """Read pair ``i``."""
        name, img1, img2, truth = self.files[i]
        return as_pair((read_image(img1), read_image(img2), *read_flow(truth)), name)


class Named(list[Any]):
    """A list of pairs with a name."""

    def __init__(self, name: str, pairs: Sequence[Any]) -> None:
        super().__init__(pairs)
        self.name = name


def _motions() -> Named:
    from flowlab.datasets.samples import scoreboard_pairs

    return Named("known motions", scoreboard_pairs()[:-1])


def _motorcycle() -> Named:
    from flowlab.datasets.samples import motorcycle

    return Named("motorcycle", [motorcycle()])


# What `open_data` knows by name. The last ones are looked for on disk, in FLOWLAB_DATA and data/.
DATA: dict[str, Callable[[], Any]] = {
    "chairs": Generated,
    "motions": _motions,
    "motorcycle": _motorcycle,
    "flying-chairs": lambda: datasets.FlyingChairs(split="val"),
    "sintel-clean": lambda: datasets.Sintel(pass_name="clean"),
    "sintel-final": lambda: datasets.Sintel(pass_name="final"),
    "kitti-2012": lambda: datasets.KittiFlow(year=2012),
    "kitti-2015": lambda: datasets.KittiFlow(year=2015),
    "middlebury": datasets.Middlebury,
}


def open_data(name: FilePath) -> Any:
    """Open a data set.

    Args:
        name: One of ``DATA``; or a folder in the layout of Flying Chairs (``data/00001_img1.ppm``), with
            ``NAME/img1.*, img2.*, gt.*`` for each pair, or as ``flowlab.datasets.FlowFolder`` takes it.

    Returns:
        What ``Pairs`` takes.

    Raises:
        ValueError: If there is no such name or folder.
        FileNotFoundError: If the data set is not on this machine, or the folder holds no pair.

    Example:
        >>> len(open_data("motions"))
        4
    """
    if str(name) in DATA:
        return DATA[str(name)]()
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise ValueError(f"no data set {str(name)!r}, and no such folder; choose one of {', '.join(DATA)}, or a folder")
    if pairs := Folders(folder):
        return pairs
    if (folder / "data").is_dir():
        return datasets.FlyingChairs(folder, "all")
    return datasets.FlowFolder(folder)
