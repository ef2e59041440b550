"""The base class of all data sets of pairs, and how they lie on disk: in which folders, and what is missing."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float32, UInt8
from torch import Tensor
from torch.utils.data import Dataset
from tqdm import tqdm

from flowlab._disk import FilePath
from flowlab.datasets.augment import Augmentation, sample_generator
from flowlab.field import read_flow, read_image
from flowlab.field.forking import Epochs, use_one_thread_in_worker

_log = logging.getLogger(__name__)
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".rar", ".7z")

Transforms = Augmentation | Callable | None
Item = tuple[Float32[Tensor, "3 H W"], Float32[Tensor, "3 H W"], Float32[Tensor, "2 H W"], Bool[Tensor, "H W"]]
Arrays = tuple[
    UInt8[np.ndarray, "H W 3"], UInt8[np.ndarray, "H W 3"], Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]
]


@dataclass(frozen=True)
class PairFiles:
    """The files of one pair.

    Attributes:
        name: The pair's name within its data set.
        img1: Frame 1.
        img2: Frame 2.
        flow: The flow from frame 1 to frame 2; None in test sets, whose flow is not public.
        occlusion: An image, white where a pixel of frame 1 is occluded in frame 2; None if the set has none.
        invalid: An image, white where the flow must not be used; None if the set has none.
    """

    name: str
    img1: Path
    img2: Path
    flow: Path | None
    occlusion: Path | None = None
    invalid: Path | None = None


class FlowDataset(Epochs, Dataset):
    """Pairs of frames with the flow between them.

    Item i is ``(img1, img2, flow, valid)``: RGB in [0, 1], (3, H, W); the flow in pixels, (2, H, W); the mask of
    pixels whose flow is known, (H, W) bool, which is False everywhere in test sets whose flow is not public.

    Item i of epoch e is augmented with random numbers that depend on (seed, e, i) alone: it is the
    same in every process, in every order and in batches of any size.

    ``Sintel``, ``KittiFlow`` and the others find their files themselves. Their ``root`` is the data set's folder, or
    the folder that contains it; None searches FLOWLAB_DATA and data/. They raise ``FileNotFoundError`` if the data set
    or some of its files are missing, and ``ValueError`` if an argument is not one of its choices.

    Args:
        name: The data set's name.
        folder: Its folder.
        pairs: Its files.
        transforms: An ``Augmentation``, or any function from the four tensors to four; None changes nothing.
        seed: Seed of the augmentation.
        whole: Number of pairs of the complete data set, to warn if some are missing; None if it is unknown.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        pairs: Sequence[PairFiles],
        transforms: Transforms = None,
        *,
        seed: int = 0,
        whole: int | None = None,
    ):
        self.name, self.folder, self.pairs = name, folder, list(pairs)
        self.transforms, self.seed = transforms, seed
        super().__init__()
        self._incomplete = ""
        if whole is not None and len(pairs) != whole:
            self._incomplete = f"{name} in {folder} has {len(pairs)} pairs, the complete set {whole}"
            _log.warning(self._incomplete)

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, i: int) -> Item:
        """Return the frames, the flow in pixels and the mask of known flow, transformed."""
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

    def read(self, i: int) -> Arrays:
        """Read a pair as it is on disk.

        Returns:
            Both frames (H, W, 3) uint8, the flow (H, W, 2), and the mask of known flow (H, W).

        Raises:
            OSError: If a file is missing.
            ValueError: If a file is broken, or sizes differ; the message names the file.
        """
        files = self.pairs[i]
        img1, img2 = read_image(files.img1), read_image(files.img2)
        _require_same_size(files.img1, img1, files.img2, img2)
        if files.flow is None:
            return img1, img2, np.zeros((*img1.shape[:2], 2), np.float32), np.zeros(img1.shape[:2], np.bool_)
        flow, valid = read_flow(files.flow)
        _require_same_size(files.img1, img1, files.flow, flow)
        if files.invalid is not None:
            mask = _read_mask(files.invalid)
            _require_same_size(files.img1, img1, files.invalid, mask)
            valid = valid & ~mask
        return img1, img2, flow, valid

    def occlusion(self, i: int) -> Bool[np.ndarray, "H W"]:
        """Return the mask of pixels of frame 1 that are occluded in frame 2.

        Raises:
            ValueError: If the data set has no occlusion masks.
        """
        path = self.pairs[i].occlusion
        if path is None:
            raise ValueError(f"{self.name} has no occlusion mask for {self.pairs[i].name}")
        return _read_mask(path)

    def check(self, *, progress: bool = True) -> list[str]:
        """Read every file of every pair.

        Args:
            progress: Show a progress bar.

        Returns:
            The problems, one line each; empty if there are none.
        """
        problems = [self._incomplete] if self._incomplete else []
        for i in tqdm(range(len(self)), desc=self.name, unit="pair", disable=not progress):
            try:
                *_, valid = self.read(i)
                if self.pairs[i].flow is not None and not valid.any():
                    problems.append(f"{self.pairs[i].flow}: the flow is known nowhere")
                if self.pairs[i].occlusion is not None:
                    _require_same_size(self.pairs[i].flow, valid, self.pairs[i].occlusion, self.occlusion(i))
            except (ValueError, OSError) as error:
                problems.append(str(error))
        return problems


class PublicDataset(FlowDataset):
    """A data set that is found by the names of its folder.

    A class has the names that the folder may have (messages suggest the first), the beginnings of
    the names of its downloads, and the page that they come from.
    """

    _folders: tuple[str, ...]
    _archives: tuple[str, ...]
    _page: str

    def _locate(self, name: str, root: FilePath | None, holds: tuple[str, ...]) -> Path:
        """Find the folder, with the sub-folders ``holds``, or raise an error that lists what each folder lacks."""
        bases = _data_folders() if root is None else [Path(root).expanduser()]
        lines = [f"{name} was not found. Looked in:"]
        packed = {}  # archives that lie in a folder
        for folder in (base / inside for base in bases for inside in ("", *self._folders)):
            missing = [inside for inside in holds if not (folder / inside).is_dir()]
            if not missing:
                return folder
            if folder.is_dir():
                lines.append(f"  {folder}: has no {' and no '.join(f'{inside}/' for inside in missing)}")
                files = (path for path in sorted(folder.iterdir()) if path.name.lower().endswith(_ARCHIVES))
                packed |= {path: folder for path in files if path.name.startswith(self._archives)}
            elif folder.parent.is_dir():  # otherwise the line above names the parent
                lines.append(f"  {folder}: {'is a file' if folder.exists() else 'no such folder'}")
        lines += [f"{path} lies there: unpack it in {folder}" for path, folder in packed.items()]
        if root is None and not os.environ.get("FLOWLAB_DATA"):
            lines.append("FLOWLAB_DATA is not set; it may name the folder of your data sets.")
        lines.append(
            f"Expected a folder such as {Path('data' if root is None else root) / self._folders[0]}, with "
            f"{', '.join(f'{inside}/' for inside in holds)} in it. The data set comes from {self._page}"
        )
        raise FileNotFoundError("\n".join(lines))


def _data_folders() -> list[Path]:
    """Return the folders to search: FLOWLAB_DATA, ./data, and data/ beside the package."""
    named, beside = os.environ.get("FLOWLAB_DATA"), Path(__file__).resolve().parents[2] / "data"
    folders = [Path(named).expanduser()] if named else []
    folders.append(Path("data"))
    if beside.is_dir() and beside != Path("data").resolve():
        folders.append(beside)
    return folders


def one_of(value: str, choices: Sequence[str], name: str) -> str:
    """Return the value if it is one of the choices; otherwise a ``ValueError`` lists them."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
    return value


def one_or_both(value: str, choices: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return the chosen value as a tuple; "both" returns both."""
    one_of(value, (*choices, "both"), name)
    return choices if value == "both" else (value,)


def _read_mask(path: Path) -> Bool[np.ndarray, "H W"]:
    grey = read_image(path)[..., 0]
    if 0 < (brightest := grey.max()) < 128:
        raise ValueError(f"{path} has values up to {brightest}; a mask is white (255) and black")
    return grey > 127


def _require_same_size(path: Path, array: np.ndarray, other_path: Path, other: np.ndarray) -> None:
    if array.shape[:2] != other.shape[:2]:
        (h, w), (other_h, other_w) = array.shape[:2], other.shape[:2]
        raise ValueError(f"{other_path} is {other_h} x {other_w} (height x width), but {path} is {h} x {w}")


def list_visible(folder: Path, pattern: str) -> list[Path]:
    """Return what matches a pattern in a folder, sorted, without hidden files (macOS's ``._x``)."""
    visible = (path for path in folder.glob(pattern) if not path.name.startswith("."))
    return sorted(visible, key=lambda path: path.parts)  # the order of paths, in half the time


def numbers_in(folder: Path, start: str, end: str) -> set[int]:
    """Return the numbers in a folder's files that are named start, number, end."""
    names = (path.name for path in list_visible(folder, f"{start}*{end}"))
    texts = (name.removeprefix(start).removesuffix(end) for name in names)
    return {int(text) for text in texts if text.isdecimal()}


def require_complete(pairs: Sequence[PairFiles], name: str, folder: Path, example: str) -> None:
    """Raise an error if there is no pair, or a file is missing; ``example`` names files for the message."""
    if not pairs:
        raise FileNotFoundError(f"{name}: {folder} holds none of its files ({example}); unpack the data set again")
    every = ((pair.img1, pair.img2, pair.flow, pair.occlusion, pair.invalid) for pair in pairs)
    files = dict.fromkeys(path for paths in every for path in paths if path is not None)
    # Listing each folder once is faster than asking for each of 70,000 files.
    names = {folder: set(os.listdir(folder)) for folder in {path.parent for path in files} if folder.is_dir()}
    if missing := [str(path) for path in files if path.name not in names.get(path.parent, ())]:
        first = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise FileNotFoundError(
            f"{name} is incomplete: {len(missing)} files are missing that {len(pairs)} pairs need: {first}; unpack "
            "the data set again, or remove the files that belong to them"
        )
