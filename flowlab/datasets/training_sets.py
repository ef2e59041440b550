"""Data sets to train on: Flying Chairs, FlyingThings3D, and a folder with pairs of your own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from flowlab._disk import FilePath, files_below
from flowlab.datasets.base import (
    FlowDataset,
    PairFiles,
    PublicDataset,
    Transforms,
    list_visible,
    numbers_in,
    one_of,
    one_or_both,
    require_complete,
)
from flowlab.field.files import IMAGE_SUFFIXES

_log = logging.getLogger(__name__)

# Names of split files; they have a line for each pair, 1 for training and 2 for validation.
SPLIT_FILES = ("FlyingChairs_train_val.txt", "chairs_split.txt", "FlyingChairs_release_test_train_split.list")
_SPLIT_OF_MARK = {"1": "train", "2": "val"}


class FlyingChairs(PublicDataset):
    """Pairs in the layout of Flying Chairs: ``data/00001_img1.ppm``, ``data/00001_img2.ppm``, ``data/00001_flow.flo``.

    The original has 22,872 pairs of 512 x 384; ``flowlab.chairs.write_dataset`` writes as many as
    it is asked for. Two different validation splits circulate, so none is built in: the split file
    beside the data is used, and the attribute ``split_file`` says which file that was.

    ``root``, ``transforms``, ``seed`` and errors are described in ``FlowDataset``.

    Args:
        split: "train", "val" or "all".
        split_file: The split file to use instead.

    Raises:
        FileNotFoundError: If the split file that ``split`` needs is missing.
        ValueError: If the split file does not fit the data, or two split files differ.

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

    _folders = ("FlyingChairs", "FlyingChairs_release", "FlyingChairs/FlyingChairs_release")
    _archives = ("FlyingChairs",)
    _page = "https://lmb.informatik.uni-freiburg.de/resources/datasets/FlyingChairs.en.html"
    _pairs = 22_872

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        transforms: Transforms = None,
        *,
        seed: int = 0,
        split_file: FilePath | None = None,
    ):
        one_of(split, ("train", "val", "all"), "split")
        folder = self._locate("FlyingChairs", root, ("data",))
        pairs = _chairs_pairs(folder / "data")
        self.split_file: Path | None = None
        whole = None
        if split == "all":
            whole = None if (folder / "flowlab-chairs.json").exists() else self._pairs
        else:
            self.split_file = Path(split_file) if split_file is not None else _find_split(folder, split)
            marks = _read_split(self.split_file, [pair.name for pair in pairs])
            pairs = [pair for pair, mark in zip(pairs, marks, strict=True) if _SPLIT_OF_MARK[mark] == split]
            _log.info("FlyingChairs %s: %d pairs, as %s says", split, len(pairs), self.split_file)
        super().__init__(f"FlyingChairs {split}", folder, pairs, transforms, seed=seed, whole=whole)

    def __repr__(self) -> str:
        return super().__repr__() + (f", split by {self.split_file}" if self.split_file else "")


def _chairs_pairs(data: Path) -> list[PairFiles]:
    """List the pairs of all numbers that have a file, without gaps if the names are numbers."""
    suffixes = ("_img1.ppm", "_img2.ppm", "_flow.flo")
    names = {path.name for path in list_visible(data, "*_*.*")}
    numbers = {name.removesuffix(suffix) for name in names for suffix in suffixes if name.endswith(suffix)}
    numbers = sorted(numbers, key=lambda n: (n.isdecimal() and len(n), n))  # 99999, 100000
    if numbers and all(len(number) == 5 and number.isdecimal() for number in numbers):
        span = range(min(1, int(numbers[0])), int(numbers[-1]) + 1)
        numbers = [f"{n:05d}" for n in span]  # also pairs without files
    pairs = [PairFiles(number, *(data / f"{number}{suffix}" for suffix in suffixes)) for number in numbers]
    require_complete(pairs, "FlyingChairs", data, "00001_img1.ppm, 00001_img2.ppm, 00001_flow.flo and so on")
    return pairs


def _find_split(folder: Path, split: str) -> Path:
    """Return the split file nearest to the data."""
    found: list[Path] = []
    for parents in ((folder, folder / "data"), (folder.parent,)):
        found = found or [parent / name for name in SPLIT_FILES for parent in parents if (parent / name).is_file()]
    if not found:
        raise FileNotFoundError(
            f"FlyingChairs: there is no split file in {folder} (looked for {', '.join(SPLIT_FILES)}). Two validation "
            f"splits circulate that share 35 of 640 pairs, so none is built in: put the one that you mean there, or "
            f"take split='all' instead of {split!r}"
        )
    if len({path.read_bytes() for path in found}) > 1:
        names = " and ".join(str(path) for path in found)
        raise ValueError(f"FlyingChairs: {names} say different things; choose one with split_file=")
    return found[0]


def _read_split(path: Path, names: list[str]) -> list[str]:
    """Read the mark of each pair, "1" or "2"."""
    try:
        marks = path.read_text(encoding="ascii").split()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: byte {error.start} is no text; expected lines of 1 or 2") from None
    for line, mark in enumerate(marks, 1):
        if mark not in _SPLIT_OF_MARK:
            raise ValueError(f"{path}, line {line}: expected 1 (training) or 2 (validation), got {mark!r}")
    if len(marks) != len(names):
        raise ValueError(
            f"{path} has {len(marks)} lines, but there are {len(names)} pairs (the last is {names[-1]}): the data set "
            "is not unpacked completely, or the split file belongs to another one"
        )
    return marks


_PASSES = {"clean": "frames_cleanpass", "final": "frames_finalpass"}
_CAMERAS = {"left": "L", "right": "R"}
# Direction: folder of the flows, beginning of their names.
_DIRECTIONS = {"future": ("into_future", "OpticalFlowIntoFuture"), "past": ("into_past", "OpticalFlowIntoPast")}


class FlyingThings3D(PublicDataset):
    """Pairs of FlyingThings3D: stereo cameras, two renderings, flow to the next and to the previous frame.

    Frames are ``frames_cleanpass/TRAIN/A/0000/left/0006.png``, flows
    ``optical_flow/TRAIN/A/0000/into_future/left/OpticalFlowIntoFuture_0006_L.pfm``.

    ``root``, ``transforms``, ``seed`` and errors are described in ``FlowDataset``.

    Args:
        split: "train" or "test"; the flow of both is public.
        pass_name: The rendering: "clean", "final" (with blur), or "both".
        camera: "left", "right" or "both".
        direction: "future", "past" (frame 1 is then the later one), or "both".
    """

    _folders = ("FlyingThings3D", "flyingthings3d")
    _archives = ("flyingthings3d",)
    _page = "https://lmb.informatik.uni-freiburg.de/resources/datasets/SceneFlowDatasets.en.html"

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        pass_name: str = "clean",
        camera: str = "left",
        transforms: Transforms = None,
        *,
        direction: str = "both",
        seed: int = 0,
    ):
        part = one_of(split, ("train", "test"), "split").upper()
        passes = one_or_both(pass_name, tuple(_PASSES), "pass_name")
        cameras = one_or_both(camera, tuple(_CAMERAS), "camera")
        directions = one_or_both(direction, tuple(_DIRECTIONS), "direction")
        holds = (*(f"{_PASSES[p]}/{part}" for p in passes), f"optical_flow/{part}")
        folder = self._locate("FlyingThings3D", root, holds)
        pairs = [
            pair
            for p, cam, d in product(passes, cameras, directions)
            for pair in _things_pairs(folder, _PASSES[p], part, cam, d)
        ]
        require_complete(pairs, "FlyingThings3D", folder / holds[0], "A/0000/left/0006.png and so on")
        super().__init__(f"FlyingThings3D {split} {pass_name}", folder, pairs, transforms, seed=seed)


def _things_pairs(folder: Path, frames: str, part: str, camera: str, direction: str) -> Iterator[PairFiles]:
    """Yield the pairs of every scene that has frames or flows."""
    way, prefix = _DIRECTIONS[direction]
    end = f"{_CAMERAS[camera]}.pfm"
    parents = (folder / frames / part, folder / "optical_flow" / part)
    scenes = {path.relative_to(parent) for parent in parents for path in list_visible(parent, "*/*")}
    for scene in sorted(scenes):
        images, flows = parents[0] / scene / camera, parents[1] / scene / way / camera
        numbers = numbers_in(images, "", ".png") | numbers_in(flows, f"{prefix}_", f"_{end}")
        # The flow of a scene's last frame (of its first, into the past) leads out of the scene.
        for n in range(min(numbers, default=0), max(numbers, default=0)):
            first, second = (n, n + 1) if direction == "future" else (n + 1, n)
            img1, img2 = images / f"{first:04d}.png", images / f"{second:04d}.png"
            flow = flows / f"{prefix}_{first:04d}_{end}"
            yield PairFiles(f"{frames}/{scene.as_posix()}/{camera}/{first:04d} {way}", img1, img2, flow)


_FLOW_SUFFIXES = (".flo", ".pfm", ".flo5", ".npy", ".png")
_PARTS = {"img1": IMAGE_SUFFIXES, "img2": IMAGE_SUFFIXES, "flow": _FLOW_SUFFIXES}


class FlowFolder(FlowDataset):
    """Pairs in a folder and folders in it, also links: ``x_img1``, ``x_img2``, ``x_flow``, for any x.

    Frames are images of any format, the flow a ``.flo``, ``.pfm``, ``.flo5``, ``.npy`` or KITTI's ``.png``. An image
    ``x_invalid.png`` is white where the flow must not be used, and ``x_occlusion.png`` is what ``occlusion(i)``
    returns; both are optional. Pairs are sorted by name.

    ``transforms`` and ``seed`` are described in ``FlowDataset``.

    Raises:
        FileNotFoundError: If the folder does not exist, has no pair, or a pair lacks a file.
        ValueError: If a pair has two files for the same thing.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from flowlab.field import write_flow, write_image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for frame in ("img1", "img2"):
        ...         write_image(f"{folder}/mine_{frame}.png", np.zeros((4, 5, 3), np.uint8))
        ...     write_flow(f"{folder}/mine_flow.flo", np.ones((4, 5, 2), np.float32))
        ...     img1, img2, flow, valid = FlowFolder(folder)[0]
        >>> tuple(img1.shape), flow[:, 0, 0].tolist()
        ((3, 4, 5), [1.0, 1.0])
    """

    def __init__(self, root: FilePath, transforms: Transforms = None, *, seed: int = 0):
        root = Path(root).expanduser()
        if not root.is_dir():
            what = "a file" if root.exists() else "not there"
            raise FileNotFoundError(f"FlowFolder: {root} is {what}; give a folder")
        files: dict[str, list[Path]] = {}  # by path without suffix
        for path in files_below(root):
            files.setdefault(str(path.with_name(path.stem)), []).append(path)
        pairs = []
        for name in sorted({stem[:-5] for stem in files if stem.endswith(("_img1", "_img2", "_flow"))}):
            needed = (
                _only(files, f"{name}_{part}", suffixes) or Path(f"{name}_{part}.*")  # require_complete reports it
                for part, suffixes in _PARTS.items()
            )
            masks = (_only(files, f"{name}_{mask}", IMAGE_SUFFIXES) for mask in ("occlusion", "invalid"))
            pairs.append(PairFiles(Path(name).relative_to(root).as_posix(), *needed, *masks))
        require_complete(pairs, "FlowFolder", root, "x_img1.png, x_img2.png, x_flow.flo and the like, for any x")
        super().__init__("FlowFolder", root, pairs, transforms, seed=seed)


def _only(files: dict[str, list[Path]], stem: str, suffixes: tuple[str, ...]) -> Path | None:
    """Return the file with this stem and one of these suffixes, or None."""
    found = [path for path in files.get(stem, []) if path.suffix.lower() in suffixes]
    if len(found) > 1:
        raise ValueError(f"FlowFolder: {' and '.join(map(str, found))} are two files for one thing; take one away")
    if found and not found[0].exists():
        raise FileNotFoundError(f"FlowFolder: {found[0]} is a link to nowhere; mend or remove it")
    return found[0] if found else None
