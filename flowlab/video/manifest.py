"""The record in a folder of results: which frames they are of, so that no others are kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from flowlab._disk import claim_folder, open_to_read, write_json
from flowlab.video.frames import images_in

MANIFEST = "flowlab-predict.json"
VIDEO = "flow.mp4"
BLOCK, BLOCKS = 1 << 16, 64  # a video of up to 4 MiB is hashed whole, a longer one in places


def claim(folder: Path, mine: dict[str, Any], files: list[str]) -> tuple[dict[str, Any], int]:
    """Make a folder this job's, and remove from it the results that are not of today's frames.

    ``mine`` holds source, method, max_flow (or None) and size of the job, ``files`` the endings of
    what it writes. A file that is not on record may be of any frames: it is removed if the job
    writes one of this name. Returns the record, with all endings so far as "files" and the frames
    that they are of as "inputs", and how many results were removed.
    """
    compare = [key for key in ("source", "method", "max_flow") if mine[key] is not None]
    state = claim_folder(folder / MANIFEST, mine, "other results", compare=compare)
    source, ours = Path(mine["source"]), set(state.get("files", []))
    before, now = state.get("inputs", {}), inputs_of(source)
    old, new = _pairs(before), _pairs(now)
    removed, kept = 0, before == now
    for name in names_of(folder, source, [*before, *now]):
        same = before == now or (name in old and old[name] == new.get(name))
        kept = kept or same
        wrong = set(files) - ours if same else ours.union(files)
        removed += bool(remove(folder, [name], wrong - {VIDEO}))
    if VIDEO in (ours.union(files) if before != now else set(files) - ours):
        removed += remove(folder, [""], [VIDEO])
    state = {**(state if kept else mine), "files": sorted(ours.union(files)), "inputs": now}
    write_json(folder / MANIFEST, state)
    return state, removed


def inputs_of(source: Path) -> dict[str, str]:
    """Describe the images of a folder by size and time of change, a video by size and hash."""
    if source.is_dir():
        return {path.name: _size_and_time(path) for path in images_in(source)}
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
    files = (path.name for path in folder.iterdir())
    return {name.split(".")[0] for name in files if re.match(r"\d{6,}\.", name)}


def remove(folder: Path, names: Iterable[str], files: Iterable[str]) -> int:
    """Remove the files of these names and endings; return how many there were."""
    paths = [folder / f"{name}{file}" for name in names for file in files]
    found = [path for path in paths if path.is_file()]
    for path in found:
        path.unlink()
    return len(found)


def _pairs(inputs: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    return {Path(pair[0][0]).stem: list(pair) for pair in pairwise(inputs.items())}


def _size_and_time(path: Path) -> str:
    status = path.stat() if path.exists() else path.lstat()  # of a link that leads nowhere
    return f"{status.st_size} {status.st_mtime_ns}"
