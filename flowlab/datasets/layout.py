"""How data sets are laid out on disk: where they are looked for, the files of their pairs, and what is missing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flowlab._disk import FilePath

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".rar", ".7z")


@dataclass(frozen=True)
class DatasetLayout:
    """The folders that tell a data set apart from any other folder.

    Attributes:
        name: The data set's name, for messages.
        folders: Names that its folder may have in a folder of data sets; messages suggest the first.
        holds: Sub-folders that it must have.
        archives: Beginnings of the names of its downloads, to find one that was not unpacked.
        page: The page to download it from.
    """

    name: str
    folders: tuple[str, ...]
    holds: tuple[str, ...]
    archives: tuple[str, ...]
    page: str


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

    def files(self) -> list[Path]:
        """Return the files that the pair has."""
        return [path for path in (self.img1, self.img2, self.flow, self.occlusion, self.invalid) if path is not None]


def data_folders() -> list[Path]:
    """Return the folders that are searched for data sets: FLOWLAB_DATA, ./data, and data/ beside the package.

    Example:
        >>> Path("data") in data_folders()
        True
    """
    named = os.environ.get("FLOWLAB_DATA")
    beside = Path(__file__).resolve().parents[2] / "data"
    folders = [Path(named).expanduser()] if named else []
    folders.append(Path("data"))
    if beside.is_dir() and beside != Path("data").resolve():
        folders.append(beside)
    return folders


def locate(layout: DatasetLayout, root: FilePath | None) -> Path:
    """Find a data set's folder.

    Args:
        layout: The folders that it must have.
        root: The data set's folder, or the folder that contains it; None searches ``data_folders``.

    Returns:
        The folder that has all of ``layout.holds``.

    Raises:
        FileNotFoundError: If there is none; the message lists each folder that was searched and what it lacks.
    """
    bases = data_folders() if root is None else [Path(root).expanduser()]
    searched = []
    for folder in (base / folder for base in bases for folder in ("", *layout.folders)):
        missing = [name for name in layout.holds if not (folder / name).is_dir()]
        if not missing:
            return folder
        searched.append((folder, missing))
    raise FileNotFoundError(_not_found(layout, root, searched))


def list_visible(folder: Path, pattern: str) -> list[Path]:
    """Return what matches a pattern in a folder, sorted, without hidden files such as macOS's ``._x``."""
    visible = (path for path in folder.glob(pattern) if not path.name.startswith("."))
    return sorted(visible, key=lambda path: path.parts)  # the order of paths, in half the time


def require_complete(pairs: Sequence[PairFiles], name: str, folder: Path, example: str) -> None:
    """Check that there are pairs, and that each of their files exists.

    Args:
        pairs: The pairs that the folder should have.
        name: The data set's name.
        folder: The folder, for the message.
        example: Names of files that it should have, for the message.

    Raises:
        FileNotFoundError: If there is no pair, or a file is missing; the message names the first few.
    """
    if not pairs:
        raise FileNotFoundError(f"{name}: {folder} holds none of its files ({example}); unpack the data set again")
    files = dict.fromkeys(path for pair in pairs for path in pair.files())
    # Listing each folder once is faster than asking for each of 70,000 files.
    names = {folder: set(os.listdir(folder)) for folder in {path.parent for path in files} if folder.is_dir()}
    if missing := [str(path) for path in files if path.name not in names.get(path.parent, ())]:
        first = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise FileNotFoundError(
            f"{name} is incomplete: {len(missing)} files are missing that {len(pairs)} pairs need: {first}; unpack "
            "the data set again, or remove the files that belong to them"
        )


def _not_found(layout: DatasetLayout, root: FilePath | None, searched: list[tuple[Path, list[str]]]) -> str:
    lines = [f"{layout.name} was not found. Looked in:"]
    for folder, missing in searched:
        if folder.is_dir():
            lines.append(f"  {folder}: has no {' and no '.join(f'{name}/' for name in missing)}")
        elif folder.parent.is_dir():  # otherwise the line above names the parent
            lines.append(f"  {folder}: {'is a file' if folder.exists() else 'no such folder'}")
    for folder in dict.fromkeys(folder for folder, _ in searched if folder.is_dir()):
        for path in sorted(folder.iterdir()):
            if path.name.startswith(layout.archives) and path.name.lower().endswith(_ARCHIVES):
                lines.append(f"{path} lies there: unpack it in {folder}")
    if root is None and not os.environ.get("FLOWLAB_DATA"):
        lines.append("FLOWLAB_DATA is not set; it may name the folder of your data sets.")
    home = (Path("data") if root is None else Path(root)) / layout.folders[0]
    lines.append(
        f"Expected a folder such as {home}, with {', '.join(f'{name}/' for name in layout.holds)} in it. "
        f"The data set comes from {layout.page}"
    )
    return "\n".join(lines)
