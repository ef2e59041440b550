"""FlyingThings3D: things that fly through rooms, seen by a pair of cameras, with flow into the future and the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from flowlab.datasets.augment import Augmentation
from flowlab.datasets.base import FlowDataset, PairFiles, one_of
from flowlab.datasets.places import Place, listed, locate, require, require_files
from flowlab.field._disk import FilePath

_PAGE = "https://lmb.informatik.uni-freiburg.de/resources/datasets/SceneFlowDatasets.en.html"
_PASSES = {"clean": "frames_cleanpass", "final": "frames_finalpass"}
_DIRECTIONS = {"future": "into_future", "past": "into_past"}


class FlyingThings3D(FlowDataset):
    """Pairs of FlyingThings3D.

    Frames are ``frames_cleanpass/TRAIN/A/0000/left/0006.png``, flows
    ``optical_flow/TRAIN/A/0000/into_future/left/OpticalFlowIntoFuture_0006_L.pfm``.

    Args:
        root: The data set's folder, or one that it lies in; None looks in FLOWLAB_DATA and data/.
        split: "train" or "test"; the flow of both is public.
        pass_name: "clean", "final" (with blur), or "both".
        camera: "left", "right" or "both".
        transforms: As in ``FlowDataset``.
        direction: "future", "past" (frame 1 is then the later one), or "both".
        seed: Seed of the augmentation.

    Raises:
        FileNotFoundError: If the data set or files of it are not there.
        ValueError: If a choice is unknown.
    """

    def __init__(
        self,
        root: FilePath | None = None,
        split: str = "train",
        pass_name: str = "clean",
        camera: str = "left",
        transforms: Augmentation | Callable | None = None,
        *,
        direction: str = "both",
        seed: int = 0,
    ):
        one_of(split, ("train", "test"), "split")
        passes = _chosen(pass_name, tuple(_PASSES), "pass_name")
        cameras = _chosen(camera, ("left", "right"), "camera")
        directions = _chosen(direction, tuple(_DIRECTIONS), "direction")
        part = split.upper()
        holds = (*(f"{_PASSES[p]}/{part}" for p in passes), f"optical_flow/{part}")
        place = Place("FlyingThings3D", ("FlyingThings3D", "flyingthings3d"), holds, ("flyingthings3d",), _PAGE)
        folder = locate(place, root)
        pairs, missing = [], []
        for p in passes:
            for cam in cameras:
                for d in directions:
                    for pair in _pairs(folder, _PASSES[p], part, cam, d):
                        pairs.append(pair)
                        missing += [f for f in (pair.img1, pair.img2, pair.flow) if not f.is_file()]
        require(pairs, folder / _PASSES[passes[0]] / part, "FlyingThings3D", "A/0000/left/0006.png and so on")
        require_files(list(dict.fromkeys(missing)), "FlyingThings3D", len(pairs))
        self.split, self.pass_name, self.camera, self.direction = split, pass_name, camera, direction
        super().__init__(f"FlyingThings3D {split} {pass_name}", folder, pairs, transforms, seed=seed)


def _pairs(folder: Path, frames: str, part: str, camera: str, direction: str) -> Iterator[PairFiles]:
    """Yield the pairs of every scene that has frames or flows."""
    way = _DIRECTIONS[direction]
    title = {"future": "OpticalFlowIntoFuture", "past": "OpticalFlowIntoPast"}[direction]
    scenes = {path.relative_to(folder / frames / part) for path in listed(folder / frames / part, "*/*")}
    scenes |= {
        path.relative_to(folder / "optical_flow" / part) for path in listed(folder / "optical_flow" / part, "*/*")
    }
    for scene in sorted(scenes):
        pictures = folder / frames / part / scene / camera
        flows = folder / "optical_flow" / part / scene / way / camera
        numbers = {path.stem for path in listed(pictures, "*.png")}
        # The flow of a scene's last frame (of its first, into the past) leads to a frame that the set does not have.
        numbers |= {path.stem.split("_")[1] for path in listed(flows, f"{title}_*_{camera[0].upper()}.pfm")}
        ordered = [int(n) for n in sorted(numbers) if n.isdigit()]
        for n in range(min(ordered, default=0), max(ordered, default=0)):
            first, second = (n, n + 1) if direction == "future" else (n + 1, n)
            img1, img2 = pictures / f"{first:04d}.png", pictures / f"{second:04d}.png"
            flow = flows / f"{title}_{first:04d}_{camera[0].upper()}.pfm"
            yield PairFiles(f"{frames}/{scene.as_posix()}/{camera}/{first:04d} {way}", img1, img2, flow)


def _chosen(value: str, choice: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return what is asked for as a tuple; "both" is all."""
    one_of(value, (*choice, "both"), name)
    return choice if value == "both" else (value,)
