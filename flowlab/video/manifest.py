"""The record in a folder of results: which frames they are of, so that no others are kept."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from flowlab._disk import claim_folder, open_to_read, write_json
from flowlab.video.frames import images_in

MANIFEST = "flowlab-predict.json"
VIDEO = "flow.mp4"
ENDINGS = {VIDEO} | {
    f"{back}{kind}"
    for back in ("", ".backward")
    for kind in (".flo", ".kitti.png", ".color.png", ".arrows.png", ".mask.png")
}
BLOCK, BLOCKS = 1 << 16, 64  # a video of up to 4 MiB is hashed whole, a longer one in places


def claim(folder: Path, mine: dict[str, Any], files: list[str]) -> tuple[dict[str, Any], int]:
    """Make a folder this job's, and remove from it the results that are not of today's frames.

    ``mine`` holds source, method, max_flow (or None) and size of the job, ``files`` the endings of
    what it writes. A ValueError if the job would write over a file that is not on record: it may be
    the user's own. Returns the record, with all endings so far as "files" and the frames that they
    are of as "inputs", and how many results were removed.
    """
    compare = [key for key in ("source", "method", "max_flow") if mine[key] is not None]
    source, now = Path(mine["source"]), inputs_of(Path(mine["source"]))
    names = names_of(folder, source, now)
    written = Counter(name + file for name in names for file in files if file != VIDEO)
    if twice := next((name for name, count in written.items() if count > 1), None):
        raise ValueError(f"two frames would make {folder / twice}; rename one, or omit --backward")
    if not (folder / MANIFEST).exists():
        _refuse_others(folder, names, files)
    state = claim_folder(folder / MANIFEST, mine, "other results", compare=compare)
    ours, before = _recorded(folder / MANIFEST, state)
    old, new = _pairs(before), _pairs(now)
    names = names_of(folder, source, [*before, *now])
    if "files" in state:  # a record of the first edition does not say what is its own
        _refuse_others(folder, names, set(files) - ours)
    removed, kept = 0, before == now
    for name in names:
        same = before == now or (name in old and old[name] == new.get(name))
        kept = kept or same
        wrong = set(files) - ours if same else ours.union(files)
        removed += bool(remove(folder, [name], wrong - {VIDEO}))
    if VIDEO in (ours.union(files) if before != now else set(files) - ours):
        removed += remove(folder, [""], [VIDEO])
    state = {**(state if kept else mine), "files": sorted(ours.union(files)), "inputs": now}
    write_json(folder / MANIFEST, state)
    return state, removed


def _recorded(path: Path, state: dict[str, Any]) -> tuple[set[str], dict[str, str]]:
    """Return endings and inputs on record; refuse names that lead elsewhere, for files of these names are removed."""
    files, inputs = state.get("files", []), state.get("inputs", {})
    whole = isinstance(files, list) and isinstance(inputs, dict)
    if not whole or not set(map(str, files)) <= ENDINGS or any(Path(name).name != name or not name for name in inputs):
        raise ValueError(f"{path} is damaged; choose another folder, or remove this file to begin anew")
    return set(files), inputs


def _refuse_others(folder: Path, names: Iterable[str], files: Iterable[str]) -> None:
    """Refuse a folder that holds files which the job would write, and which are not its own."""
    paths = [folder / f"{name}{file}" for name in names for file in files if file != VIDEO]
    paths += [folder / VIDEO] * (VIDEO in files)
    if found := next((path for path in paths if path.exists()), None):
        raise ValueError(f"{found} is there and not a result of this run; choose another folder with --out")


def inputs_of(source: Path) -> dict[str, str]:
    """Describe the images of a folder by size, times and inode, a video by size and hash."""
    if source.is_dir():
        # Copies and archives keep the time of change; a renamed or copied file has another inode, or time of its entry.
        # A link that leads nowhere has a state of its own.
        found = ((p.name, p.stat() if p.exists() else p.lstat()) for p in images_in(source))
        return {name: f"{s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino}" for name, s in found}
    with open_to_read(source) as (stream, size):
        digest = hashlib.blake2b(digest_size=16)
        for part in range(BLOCKS):
            stream.seek(part * max(size - BLOCK, 0) // (BLOCKS - 1))
            digest.update(stream.read(BLOCK))
    return {source.name: f"{size} {digest.hexdigest()}"}


def names_of(folder: Path, source: Path, known: Iterable[str]) -> set[str]:
    """List the names that results may have: of known images, or the numbers of frames on disk."""
    if source.is_dir():
        return {Path(name).stem for name in known}
    return {p.name.split(".")[0] for p in folder.iterdir() if re.match(r"\d{6,}\.", p.name)}


def remove(folder: Path, names: Iterable[str], files: Iterable[str]) -> int:
    """Remove the files of these names and endings; return how many there were."""
    paths = [folder / f"{name}{file}" for name in names for file in files]
    found = [path for path in paths if path.is_file()]
    for path in found:
        path.unlink()
    return len(found)


def _pairs(inputs: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    return {Path(pair[0][0]).stem: list(pair) for pair in pairwise(inputs.items())}
