"""Where data sets lie, and what to say when they do not."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowlab.field._disk import FilePath

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".rar", ".7z")


@dataclass(frozen=True)
class Place:
    """How a data set looks on disk.

    Attributes:
        name: What people call it.
        folders: Names under which it may lie in a folder of data sets, the first being the one that we suggest.
        holds: What its folder holds; without one of these it is another folder.
        archives: How the names of its downloads begin, to recognise one that was not unpacked.
        page: Where it comes from.
    """

    name: str
    folders: tuple[str, ...]
    holds: tuple[str, ...]
    archives: tuple[str, ...]
    page: str


def data_folders() -> list[Path]:
    """Return the folders in which data sets are looked for: FLOWLAB_DATA, ./data, and data/ beside the package.

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


def locate(place: Place, root: FilePath | None) -> Path:
    """Find a data set's folder.

    Args:
        place: What it looks like.
        root: The folder itself, or one that it lies in; None looks in ``data_folders``.

    Returns:
        The folder that holds all of ``place.holds``.

    Raises:
        FileNotFoundError: With all places that were looked at and what was there instead.
    """
    bases = data_folders() if root is None else [Path(root).expanduser()]
    seen = []
    for folder in (base / folder for base in bases for folder in ("", *place.folders)):
        missing = [name for name in place.holds if not (folder / name).is_dir()]
        if not missing:
            return folder
        seen.append((folder, missing))
    raise FileNotFoundError(_not_found(place, root, seen))


def require(found: Collection[object], folder: Path, name: str, files: str) -> None:
    """Refuse a folder without a single pair."""
    if not found:
        raise FileNotFoundError(f"{name}: {folder} holds none of its files ({files}); unpack the data set again")


def require_files(paths: Sequence[Path], name: str, total: int) -> None:
    """Refuse a set in which files are missing that others of it belong to.

    Args:
        paths: The files that are missing.
        name: What the set is called.
        total: How many pairs there are files of.

    Raises:
        FileNotFoundError: If any is missing; with the first few.
    """
    if paths:
        some = ", ".join(str(path) for path in paths[:3]) + (", ..." if len(paths) > 3 else "")
        raise FileNotFoundError(
            f"{name} is incomplete: {len(paths)} files are missing that {total} pairs need: {some}; unpack the data "
            "set again, or take away what belongs to them"
        )


def listed(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder that fit a pattern, in order; hidden ones (a copy's leftovers, ._x of macOS) not."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


def _not_found(place: Place, root: FilePath | None, seen: list[tuple[Path, list[str]]]) -> str:
    lines = [f"{place.name} was not found. Looked in:"]
    for folder, missing in seen:
        if not folder.is_dir():
            if folder.parent.is_dir():  # otherwise the line above has said it
                lines.append(f"  {folder}: {'is a file' if folder.exists() else 'no such folder'}")
        else:
            lines.append(f"  {folder}: has no {' and no '.join(f'{name}/' for name in missing)}")
    for folder in dict.fromkeys(folder for folder, _ in seen if folder.is_dir()):
        for path in sorted(folder.iterdir()):
            if path.name.startswith(place.archives) and path.name.lower().endswith(_ARCHIVES):
                lines.append(f"{path} lies there: unpack it in {folder}")
    if root is None and not os.environ.get("FLOWLAB_DATA"):
        lines.append("FLOWLAB_DATA is not set; it may say where your data sets lie.")
    home = (Path("data") if root is None else Path(root)) / place.folders[0]
    lines.append(
        f"Expected a folder such as {home}, with {', '.join(f'{name}/' for name in place.holds)} in it. "
        f"The data set comes from {place.page}"
    )
    return "\n".join(lines)
