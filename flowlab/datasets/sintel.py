"""MPI Sintel: scenes of an animated film, in two renderings."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from flowlab.datasets.augment import Augmentation
from flowlab.datasets.base import FlowDataset, PairFiles, one_of
from flowlab.datasets.places import Place, listed, locate, require, require_files
from flowlab.field._disk import FilePath

_PAGE = "http://sintel.is.tue.mpg.de/"
WHOLE = {"train": 1041, "test": 552}  # pairs of each pass
_FOLDERS = {"train": "training", "test": "test"}


class Sintel(FlowDataset):
    """Pairs of MPI Sintel: ``training/clean/alley_1/frame_0001.png``, ``training/flow/alley_1/frame_0001.flo``.

    ``occlusion(i)`` gives the occlusion mask where ``training/occlusions`` is unpacked; pixels that
    ``training/invalid`` marks are not valid.

    Args:
        root: The data set's folder, or one that it lies in; None looks in FLOWLAB_DATA and data/.
        split: "train", or "test", whose flow is kept back: ``valid`` is False everywhere.
        pass_name: "clean", "final" (with blur, fog and the like), or "both", clean first.
        transforms: As in ``FlowDataset``.
        seed: Seed of the augmentation.

    Raises:
        FileNotFoundError: If the data set or files of it are not there.
        ValueError: If ``split`` or ``pass_name`` is unknown.
    """

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        pass_name: str = "clean",
        transforms: Augmentation | Callable | None = None,
        *,
        seed: int = 0,
    ):
        one_of(split, tuple(_FOLDERS), "split")
        one_of(pass_name, ("clean", "final", "both"), "pass_name")
        passes = ("clean", "final") if pass_name == "both" else (pass_name,)
        part = _FOLDERS[split]
        holds = tuple(f"{part}/{p}" for p in passes) + (("training/flow",) if split == "train" else ())
        place = Place(
            "Sintel", ("Sintel", "MPI-Sintel-complete", "MPI-Sintel", "sintel"), holds, ("MPI-Sintel",), _PAGE
        )
        folder = locate(place, root)
        pairs = [pair for p in passes for pair in _pairs(folder / part, p, with_flow=split == "train")]
        self.split, self.pass_name = split, pass_name
        whole = WHOLE[split] * len(passes)
        super().__init__(f"Sintel {split} {pass_name}", folder, pairs, transforms, seed=seed, whole=whole)


def _pairs(part: Path, pass_name: str, *, with_flow: bool) -> list[PairFiles]:
    """List consecutive frames of each scene, and see that no frame and no flow is missing."""
    scenes = {path.name for path in listed(part / pass_name, "*") if path.is_dir()}
    if with_flow:
        scenes |= {path.name for path in listed(part / "flow", "*") if path.is_dir()}
    require(scenes, part / pass_name, "Sintel", "a folder for each scene")
    pairs, missing = [], []
    for scene in sorted(scenes):
        last = _last(part / pass_name / scene, "png")
        if with_flow:  # the last frame has no flow
            last = max(last, _last(part / "flow" / scene, "flo") + 1)
        frames = [part / pass_name / scene / f"frame_{n:04d}.png" for n in range(1, last + 1)]
        missing += [frame for frame in frames if not frame.is_file()]
        for first, second in pairwise(frames):
            flow = part / "flow" / scene / f"{first.stem}.flo" if with_flow else None
            missing += [flow] if flow and not flow.is_file() else []
            masks = (part / kind / scene / first.name for kind in ("occlusions", "invalid"))
            masks = (mask if with_flow and mask.parent.parent.is_dir() else None for mask in masks)
            pairs.append(PairFiles(f"{pass_name}/{scene}/{first.stem}", first, second, flow, *masks))
    missing += [m for pair in pairs for m in (pair.occlusion, pair.invalid) if m is not None and not m.is_file()]
    require(pairs, part / pass_name, "Sintel", "frame_0001.png and so on in each scene")
    require_files(missing, "Sintel", len(pairs))
    return pairs


def _last(folder: Path, suffix: str) -> int:
    """Return the highest frame number in a folder."""
    numbers = [path.stem.removeprefix("frame_") for path in listed(folder, f"frame_*.{suffix}")]
    return max((int(number) for number in numbers if number.isdigit()), default=0)
