"""Flying Chairs: 22,872 pairs of 512 x 384, or as many as our generator was asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from flowlab.datasets.augment import Augmentation
from flowlab.datasets.base import FlowDataset, PairFiles, one_of
from flowlab.datasets.places import Place, listed, locate, require, require_files
from flowlab.field._disk import FilePath

PLACE = Place(
    name="FlyingChairs",
    folders=("FlyingChairs", "FlyingChairs_release", "FlyingChairs/FlyingChairs_release"),
    holds=("data",),
    archives=("FlyingChairs",),
    page="https://lmb.informatik.uni-freiburg.de/resources/datasets/FlyingChairs.en.html",
)
# Split files that circulate under these names; a line for each pair, 1 for training and 2 for validation.
SPLIT_FILES = ("FlyingChairs_train_val.txt", "chairs_split.txt", "FlyingChairs_release_test_train_split.list")
WHOLE = 22_872
_MARKS = {"1": "train", "2": "val"}

_log = logging.getLogger(__name__)


class FlyingChairs(FlowDataset):
    """Pairs in the layout of Flying Chairs: ``data/00001_img1.ppm``, ``data/00001_img2.ppm``, ``data/00001_flow.flo``.

    Two different validation splits circulate. So none is built in: the file that lies beside the data says which pair
    is for what, and ``split_file`` says which file that was.

    Args:
        root: The data set's folder, or one that it lies in; None looks in FLOWLAB_DATA and data/.
        split: "train", "val" or "all".
        transforms: As in ``FlowDataset``.
        seed: Seed of the augmentation.
        split_file: Another split file.

    Raises:
        FileNotFoundError: If the data set or files of it are not there, or the split file that ``split`` needs.
        ValueError: If the split file does not fit, or two of them lie there and differ.

    Example:
        >>> import tempfile
        >>> from flowlab.chairs import write_dataset
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = write_dataset(folder, count=3, size=(48, 64), progress=False)
        ...     val, both = FlyingChairs(root, "val"), FlyingChairs(root, "all")
        ...     img1, img2, flow, valid = val[0]
        >>> len(val), len(both), val.split_file.name, tuple(flow.shape)
        (1, 3, 'FlyingChairs_train_val.txt', (2, 48, 64))
    """

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        transforms: Augmentation | Callable | None = None,
        *,
        seed: int = 0,
        split_file: FilePath | None = None,
    ):
        one_of(split, ("train", "val", "all"), "split")
        folder = locate(PLACE, root)
        pairs = _pairs(folder / "data")
        self.split = split
        self.split_file: Path | None = None
        ours = (folder / "flowlab-chairs.json").exists()
        whole = None
        if split == "all":
            whole = None if ours else WHOLE
        else:
            self.split_file = Path(split_file) if split_file is not None else _find_split(folder, split)
            marks = _read_split(self.split_file, [pair.name for pair in pairs])
            pairs = [pair for pair, mark in zip(pairs, marks, strict=True) if _MARKS[mark] == split]
            _log.info("FlyingChairs %s: %d pairs, as %s says", split, len(pairs), self.split_file)
        super().__init__(f"FlyingChairs {split}", folder, pairs, transforms, seed=seed, whole=whole)

    def __repr__(self) -> str:
        said = f", split by {self.split_file}" if self.split_file else ""
        return super().__repr__() + said


def _pairs(data: Path) -> list[PairFiles]:
    """List the pairs, and see that no file of any is missing."""
    suffixes = ("img1.ppm", "img2.ppm", "flow.flo")
    found = {path.name for path in listed(data, "*_*.*")}
    numbers = sorted({name[: -len(s) - 1] for name in found for s in suffixes if name.endswith(f"_{s}")})
    require(numbers, data, "FlyingChairs", "00001_img1.ppm, 00001_img2.ppm, 00001_flow.flo and so on")
    if all(len(number) == 5 and number.isdigit() for number in numbers):  # a pair that is missing altogether shows too
        numbers = [f"{n:05d}" for n in range(1, int(numbers[-1]) + 1)]
    missing = [data / f"{n}_{s}" for n in numbers for s in suffixes if f"{n}_{s}" not in found]
    require_files(missing, "FlyingChairs", len(numbers))
    return [PairFiles(n, *(data / f"{n}_{s}" for s in suffixes)) for n in numbers]


def _find_split(folder: Path, split: str) -> Path:
    beside: list[Path] = []
    for places in ((folder, folder / "data"), (folder.parent,)):  # the nearest ones
        beside = beside or [place / name for name in SPLIT_FILES for place in places if (place / name).is_file()]
    if not beside:
        raise FileNotFoundError(
            f"FlyingChairs: there is no split file in {folder} (looked for {', '.join(SPLIT_FILES)}). Two validation "
            f"splits circulate that share 35 of 640 pairs, so none is built in: put the one that you mean there, or "
            f"take split='all' instead of {split!r}"
        )
    contents = {path.read_bytes() for path in beside}
    if len(contents) > 1:
        said = " and ".join(str(path) for path in beside)
        raise ValueError(f"FlyingChairs: {said} say different things; choose one with split_file=")
    return beside[0]


def _read_split(path: Path, names: list[str]) -> list[str]:
    """Read the marks, one for each pair."""
    try:
        marks = path.read_text(encoding="ascii").split()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: byte {error.start} is no text; expected lines of 1 or 2") from None
    for line, mark in enumerate(marks, 1):
        if mark not in _MARKS:
            raise ValueError(f"{path}, line {line}: expected 1 (training) or 2 (validation), got {mark!r}")
    if len(marks) != len(names):
        raise ValueError(
            f"{path} has {len(marks)} lines, but there are {len(names)} pairs (the last is {names[-1]}): the data set "
            "is not unpacked completely, or the split file belongs to another one"
        )
    return marks
