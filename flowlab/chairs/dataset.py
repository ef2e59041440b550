"""Pairs for training, made on demand or written to disk in the layout of Flying Chairs.

ROOT/flowlab-chairs.json          what it was made from
ROOT/FlyingChairs_train_val.txt   a 1 (train) or a 2 (validation) for each pair; written last
ROOT/data/00001_img1.ppm, 00001_img2.ppm, 00001_flow.flo, ...
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor
from torch.utils.data import Dataset, get_worker_info
from tqdm import tqdm

from flowlab._disk import claim_folder, locked_folder, replacing, write_atomically
from flowlab.chairs.config import VERSION, ChairsConfig, require_readable
from flowlab.chairs.gpu import Atlas, Compositor
from flowlab.chairs.pair import make_pair
from flowlab.chairs.processes import run_jobs
from flowlab.chairs.scene import REFERENCE
from flowlab.chairs.texture import fingerprint
from flowlab.field.files import write_flow, write_image
from flowlab.field.forking import Epochs, usable_cores, use_one_thread_in_worker
from flowlab.kernels import launch

MANIFEST = "flowlab-chairs.json"
SPLIT = "FlyingChairs_train_val.txt"
VALIDATION_EVERY = 36  # 640 of 22,872 pairs

Item = tuple[Float[Tensor, "3 H W"], Float[Tensor, "3 H W"], Float[Tensor, "2 H W"], Bool[Tensor, "H W"]]


def pair_tensors(
    seed: int, index: int, size: tuple[int, int] = REFERENCE, config: ChairsConfig | None = None
) -> tuple[UInt8[Tensor, "2 3 H W"], Float[Tensor, "2 H W"]]:
    """Make a pair on the CPU as contiguous tensors; arguments as of ``make_pair``.

    Returns:
        Both frames, and the flow from the first to the second in pixels.

    Example:
        >>> frames, flow = pair_tensors(0, 3, (48, 64))
        >>> tuple(frames.shape), tuple(flow.shape)
        ((2, 3, 48, 64), (2, 48, 64))
    """
    use_one_thread_in_worker()
    pair = make_pair(seed, index, size, config)
    frames = np.stack([pair.img1, pair.img2]).transpose(0, 3, 1, 2)
    return torch.from_numpy(frames.copy()), torch.from_numpy(pair.flow.transpose(2, 0, 1).copy())


class ChairsStream(Epochs, Dataset):
    """A data set that never ends: item i of epoch e is pair ``e * length + i``, in every process.

    With ``device="cuda"`` pairs are made on the GPU (``flowlab.chairs.gpu``), and items are tensors there;
    a ``DataLoader`` without workers asks for a batch at a time. The first item waits until all sprites and
    backgrounds of the seed are made. The pairs are those of ``make_pair`` within a grey level, for the same
    config or, where its ``backgrounds`` are 0, for one with ``gpu.BACKGROUNDS``.

    The first pairs take longer, since each sprite is made when a pair first needs it;
    ``flowlab.chairs.warm_up`` makes them all beforehand.

    Args:
        seed: Seed of the pairs, at least 0. For validation take another: it has other chairs.
        length: Items in an epoch, at least 1.
        size: Height and width.
        config: What is in a pair; by default Flying Chairs.
        device: Where pairs are made: "cpu", "cuda", "cuda:1" ...

    Raises:
        ValueError: If a number is out of range.
        RuntimeError: If the device is a GPU and kernels cannot be launched; the message says why.

    Example:
        >>> stream = ChairsStream(seed=0, length=100, size=(48, 64))
        >>> img1, img2, flow, valid = stream[3]
        >>> tuple(img1.shape), tuple(flow.shape), bool(valid.all())
        ((3, 48, 64), (2, 48, 64), True)
    """

    def __init__(
        self,
        seed: int,
        length: int,
        size: tuple[int, int] = REFERENCE,
        config: ChairsConfig | None = None,
        *,
        device: str | torch.device = "cpu",
    ):
        if length < 1:
            raise ValueError(f"length must be at least 1, got {length}")
        self.seed, self.length, self.size = seed, length, tuple(size)
        self.config = config or ChairsConfig()
        self.device = torch.device(device)
        if self.device.type not in ("cpu", "cuda"):
            raise ValueError(f"pairs are made on the CPU or on a CUDA device, got {self.device}")
        if self.device.type == "cuda" and (missing := launch.why_not()):
            raise RuntimeError(f'pairs cannot be made on {self.device}: {missing}; device="cpu" needs none of it')
        self._compositor: Compositor | None = None
        super().__init__()

    def __getstate__(self) -> dict:
        """Leave the GPU's pictures behind."""
        return {**self.__dict__, "_compositor": None}

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, i: int) -> Item:
        """Return frames 1 and 2 (RGB in [0, 1]), the flow in pixels, and where it is known: everywhere."""
        return self.__getitems__([i])[0]

    def __getitems__(self, places: Sequence[int]) -> list[Item]:
        """Return several items, as ``DataLoader`` asks for a batch; a GPU makes them at once."""
        for i in places:
            if not -self.length <= i < self.length:
                raise IndexError(f"item {i} of a stream of {self.length}")
        numbers = [self.epoch * self.length + i % self.length for i in places]
        if self.device.type == "cpu":
            pairs = [pair_tensors(self.seed, number, self.size, self.config) for number in numbers]
        elif get_worker_info() is not None:
            raise RuntimeError("pairs on a GPU are made in the process that uses it: give DataLoader num_workers=0")
        else:
            if self._compositor is None:
                atlas = Atlas(self.seed, self.size, self.config, workers=usable_cores() - 1)
                self._compositor = Compositor(atlas, self.device)
            made = self._compositor.pairs(numbers)
            pairs = zip(made.frames, made.flow, strict=True)
        known = torch.ones(self.size, dtype=torch.bool)
        return [(*(frames.float() / 255), flow, known.to(flow.device)) for frames, flow in pairs]


def write_dataset(
    root: str | os.PathLike[str],
    count: int,
    seed: int = 0,
    size: tuple[int, int] = REFERENCE,
    workers: int = 1,
    *,
    config: ChairsConfig | None = None,
    progress: bool = True,
) -> Path:
    """Write a data set, or what a killed run has left of it to write.

    The bytes depend neither on the number of workers nor on interruptions. On Windows and macOS a
    script that calls this with several workers needs ``if __name__ == "__main__":``.

    Args:
        root: The folder: new, empty, or begun with the same seed, size, version and config.
        count: Pairs in all, at least 1; more than there are already, to add some.
        seed: Seed of the pairs.
        size: Height and width.
        workers: Processes; with 1 the work is done here. Each has its sprites (0.4 GB at 512 x 384).
        config: What is in a pair; by default Flying Chairs.
        progress: Show a bar.

    Raises:
        ValueError: If the folder holds something else, or more pairs, or a number is out of range.
        OSError: If a file cannot be written. No half pair is left behind.
        RuntimeError: If a worker process ends before its work is done. Call again to continue.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = write_dataset(folder, count=1, size=(48, 64), progress=False)
        ...     sorted(p.name for p in (root / "data").iterdir())
        ['00001_flow.flo', '00001_img1.ppm', '00001_img2.ppm']
    """
    root, config = Path(root), config or ChairsConfig()
    if not 1 <= count <= 99_999:
        raise ValueError(f"count must be between 1 and 99999, as names have five digits, got {count}")
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    if config.photographs:
        fingerprint(config.photographs)  # refuses a wrong name before the folder is made
    with locked_folder(root, "data"):
        _claim(root, count, seed, size, config)
        missing = [index for index in range(count) if not _complete(root, index, size)]
        jobs = [partial(_write_pair, root, index, seed, size, config) for index in missing]
        with tqdm(total=count, initial=count - len(jobs), unit="pair", disable=not progress) as bar:
            for _ in run_jobs(jobs, min(workers, len(jobs))):
                bar.update()
        marks = "".join("2\n" if index % VALIDATION_EVERY == 0 else "1\n" for index in range(count))
        write_atomically(root / SPLIT, marks.encode())
    return root


def _claim(root: Path, count: int, seed: int, size: tuple[int, int], config: ChairsConfig) -> None:
    """Claim the folder for these pairs, or check that it has them."""
    source = {"generator": "flowlab.chairs", "version": VERSION, "seed": seed, "size": list(size)}
    source["config"] = config.record()
    if config.photographs:
        source["photographs"] = fingerprint(config.photographs)
    manifest, data = root / MANIFEST, root / "data"
    others = {path.name for path in root.iterdir() if path != data}
    if not manifest.exists() and (others or any(data.glob("*"))):
        other = min(others, default="data")
        raise ValueError(f"{root} holds something else ({other}); choose a new or an empty folder")
    with suppress(OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError):
        require_readable(json.loads(manifest.read_text(encoding="utf-8"))["config"])
    claim_folder(manifest, source, "another data set")  # reports a damaged manifest, too
    beyond = [path.name for path in data.glob("[0-9]*_flow.flo") if int(path.name[:5]) > count]
    if beyond:
        raise ValueError(f"{root} holds {max(beyond)} already, more than count = {count}; ask for at least as many")
    data.mkdir(exist_ok=True)


def _files(root: Path, index: int) -> list[Path]:
    """Name the files of a pair; the flow comes last, so that a pair with a flow is whole."""
    parts = ("img1.ppm", "img2.ppm", "flow.flo")
    return [root / "data" / f"{index + 1:05d}_{part}" for part in parts]


def _complete(root: Path, index: int, size: tuple[int, int]) -> bool:
    H, W = size
    image, flow = len(f"P6\n{W} {H}\n255\n") + 3 * H * W, 12 + 8 * H * W
    try:
        return [file.stat().st_size for file in _files(root, index)] == [image, image, flow]
    except FileNotFoundError:
        return False


def _write_pair(root: Path, index: int, seed: int, size: tuple[int, int], config: ChairsConfig) -> None:
    """Write a pair under hidden names, then rename its files: a full disk leaves no half pair."""
    pair = make_pair(seed, index, size, config)
    with replacing(*_files(root, index)) as (first, second, flow):
        write_image(first, pair.img1)
        write_image(second, pair.img2)
        write_flow(flow, pair.flow)
