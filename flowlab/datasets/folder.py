"""A folder of one's own pairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flowlab.datasets.augment import Augmentation
from flowlab.datasets.base import FlowDataset, PairFiles
from flowlab.datasets.places import listed, require, require_files
from flowlab.field._disk import FilePath

FLOWS = (".flo", ".pfm", ".flo5", ".npy", ".png")
PICTURES = (".png", ".jpg", ".jpeg", ".ppm", ".bmp", ".tif", ".tiff", ".webp")


class FlowFolder(FlowDataset):
    """Pairs that lie in a folder or below it: ``x_img1``, ``x_img2`` and ``x_flow``, for any x.

    Frames are pictures of any kind, the flow a ``.flo``, ``.pfm``, ``.flo5``, ``.npy`` or KITTI's ``.png``. A picture
    ``x_invalid.png``, white where the flow is not to be used, is heeded where it lies there, and ``x_occlusion.png``
    is what ``occlusion(i)`` gives. Pairs come in the order of their names.

    Args:
        root: The folder.
        transforms: As in ``FlowDataset``.
        seed: Seed of the augmentation.

    Raises:
        FileNotFoundError: If there is no such folder, no pair in it, or a pair lacks a file.
        ValueError: If a pair has two files for one thing.

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

    def __init__(self, root: FilePath, transforms: Augmentation | Callable | None = None, *, seed: int = 0):
        root = Path(root).expanduser()
        if not root.is_dir():
            raise FileNotFoundError(
                f"FlowFolder: {root} is {'a file' if root.exists() else 'not there'}; give a folder"
            )
        files = [path for path in listed(root, "**/*") if path.is_file()]
        stems = {path.with_name(path.stem) for path in files}
        ends = ("_img1", "_img2", "_flow")
        names = sorted({str(stem)[:-5] for stem in stems if stem.name.endswith(ends)})
        require(names, root, "FlowFolder", "x_img1.png, x_img2.png, x_flow.flo and the like, for any x")
        by_stem: dict[str, list[Path]] = {}
        for path in files:
            by_stem.setdefault(str(path.with_name(path.stem)), []).append(path)
        pairs, missing = [], []
        for name in names:
            found = [_only(by_stem, f"{name}{end}", FLOWS if end == "_flow" else PICTURES) for end in ends]
            missing += [Path(name + end + ".*") for end, path in zip(ends, found, strict=True) if path is None]
            masks = (_only(by_stem, f"{name}{end}", PICTURES) for end in ("_occlusion", "_invalid"))
            pairs.append((Path(name).relative_to(root).as_posix(), *found, *masks))
        require_files(missing, "FlowFolder", len(pairs))
        super().__init__("FlowFolder", root, [PairFiles(*pair) for pair in pairs], transforms, seed=seed)


def _only(by_stem: dict[str, list[Path]], stem: str, suffixes: tuple[str, ...]) -> Path | None:
    """Return the one file of that stem and one of these suffixes, or None."""
    found = [path for path in by_stem.get(stem, []) if path.suffix.lower() in suffixes]
    if len(found) > 1:
        raise ValueError(f"FlowFolder: {' and '.join(map(str, found))} are two files for one thing; take one away")
    return found[0] if found else None
