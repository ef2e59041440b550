"""Files and folders: opened with helpful errors, written in one step, claimed for one job.

Neither torch nor OpenCV is imported here, so that commands which only copy files start at once.
"""

from __future__ import annotations

import difflib
import errno
import json
import math
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import numpy as np

FilePath = str | os.PathLike[str]
PARTS = ".flowlab-*.part*"  # matches the hidden files that a killed process may leave
NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EBADF)  # of network drives, for a folder
_locks: set[int] = set()  # open folders that this process has locked
if hasattr(os, "register_at_fork"):  # a worker that outlives this process must not keep its locks
    os.register_at_fork(after_in_child=lambda: [os.close(_locks.pop()) for _ in tuple(_locks)])


class UsageError(ValueError):
    """An argument that is wrong whatever the files hold: a command ends with 2, not with 1."""


@contextmanager
def open_to_read(path: FilePath) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file for reading, and give it with its length in bytes.

    A FileNotFoundError names a similar file. A device or pipe, which has no length, is a ValueError.
    """
    path = Path(path)
    if path.exists() and not path.is_dir() and not path.is_file():
        raise ValueError(f"cannot read {path}: it is a device or a pipe; expected a file, which has a length")
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        said = f"there is no such file, nor the folder {path.parent}"
        if path.parent.is_dir():
            names = [entry.name for entry, _ in zip(os.scandir(path.parent), range(10_000), strict=False)]
            close = difflib.get_close_matches(path.name, names, n=1)
            said = "there is no such file" + (f"; did you mean {close[0]}?" if close else "")
        raise FileNotFoundError(errno.ENOENT, said, str(path)) from None
    with stream:
        yield stream, os.fstat(stream.fileno()).st_size


def files_below(folder: Path, inside: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Yield the visible files of a folder and below, also links, but not to folders ``inside``."""
    inside = (*inside, folder.resolve())
    for path in folder.iterdir():
        if path.is_dir():
            if path.resolve() not in inside:
                yield from files_below(path, inside)
        elif (path.is_file() or path.is_symlink()) and not path.name.startswith("."):
            yield path


def refuse_links_of_others(path: Path, depth: int = 40) -> None:
    """Refuse a path through a link of another user, who can turn it, also behind the user's own."""
    path = Path.cwd() / path  # with its "..": after a link, that is not the folder before it
    for part in (path, *path.parents) if os.name == "posix" and depth else ():
        if part.is_symlink():
            if part.lstat().st_uid not in (os.geteuid(), 0):
                raise PermissionError(errno.EACCES, "this is another user's link; choose another name", str(part))
            refuse_links_of_others(part.parent / part.readlink(), depth - 1)


def ensure_folder(folder: Path) -> Path:
    """Make a folder and its parents where they do not exist; an OSError names the obstacle."""
    refuse_links_of_others(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        above = [folder, *folder.parents]
        obstacle = next((path for path in above if path.exists() and not path.is_dir()), None)
        why = f"{obstacle} is a file" if obstacle else error.strerror
        raise OSError(error.errno, f"cannot make the folder: {why}; choose another with --out", str(folder)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "cannot write to this folder; choose another with --out", str(folder))
    return folder


@contextmanager
def locked_folder(folder: Path, *inner: str) -> Iterator[None]:
    """Keep a folder, made if it is missing, for one job at a time; a second one is a ValueError.

    What dead jobs left half-written is removed, in its folders ``inner``, too. The lock ends with the process.
    Windows and some network drives have no locks of folders; nobody is refused there.
    """
    made = not folder.exists()
    ensure_folder(folder)
    lock = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        if lock is not None:
            import fcntl

            _locks.add(lock)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ValueError(f"{folder}: another job is at work here; take another folder") from None
            except OSError as error:
                if error.errno not in NO_LOCKS:
                    raise
        for part in (part for place in ("", *inner) for part in (folder / place).glob(PARTS)):
            part.unlink(missing_ok=True)
        yield
    finally:
        if made and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()  # the job failed before it wrote anything
        if lock in _locks:
            _locks.remove(lock)
            os.close(lock)


def claim_folder(manifest: Path, mine: Mapping[str, Any], holds: str, *, compare: Iterable[str] | None = None) -> dict:
    """Write a folder's manifest; a ValueError if it describes another job or cannot be read.

    The manifest is a JSON file, and ``mine`` describes this job. ``holds`` is for the message ("another data set").
    The keys in ``compare`` must be equal; all keys of both if it is not given. Returns the manifest on the disk.
    """
    mine = json.loads(json.dumps(mine))  # as it is read back: tuples become lists
    if not manifest.exists():
        write_json(manifest, mine)
        return mine
    try:
        theirs = json.loads(manifest.read_text(encoding="utf-8"))
        whole = isinstance(theirs, dict) and (compare is None or mine.keys() <= theirs.keys())
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"{manifest} is damaged; choose another folder, or remove this file to begin anew")
    require_same(manifest.parent, *({key: job[key] for key in compare or job} for job in (theirs, mine)), holds)
    return theirs


def require_same(path: Path, theirs: Mapping[str, Any], mine: Mapping[str, Any], holds: str) -> None:
    """Refuse a folder or a file whose job differs from ``mine``; the message gives both values."""
    keys = sorted(mine.keys() | theirs.keys())
    wrong = [f"{key} {theirs.get(key)} instead of {mine.get(key)}" for key in keys if theirs.get(key) != mine.get(key)]
    if wrong:
        raise ValueError(f"{path} holds {holds}: {', '.join(wrong)}; choose another folder")


@contextmanager
def replacing(*paths: FilePath) -> Iterator[list[Path]]:
    """Give a hidden name beside each file; at the end of the block the hidden files replace the files, in order.

    After an error in the block, the files are as they were before, and the hidden ones are gone. A
    process that is killed leaves the hidden ones; ``locked_folder`` removes them.
    """
    for path in map(Path, paths):
        refuse_links_of_others(path)
    targets = [Path(os.path.realpath(path)) for path in paths]  # of a link, the target is replaced
    for target in targets:
        if not target.parent.is_dir():
            folder = str(target.parent)
            raise FileNotFoundError(errno.ENOENT, "the folder does not exist; make it first", folder)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "this is a folder; name a file in it", str(target))
        if target.exists() and not target.is_file():
            raise OSError(errno.EINVAL, "this is a device or a pipe; expected the name of a file", str(target))
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is write-protected", str(target))
    parts = [target.with_name(f".flowlab-{secrets.token_hex(8)}.part{target.suffix}") for target in targets]
    try:
        yield parts
        for part, target in zip(parts, targets, strict=True):
            with _named_errors(target):
                if target.exists():
                    shutil.copymode(target, part)
                os.replace(part, target)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def write_atomically(path: FilePath, content: bytes | Sequence[bytes | np.ndarray], *, durable: bool = False) -> None:
    """Write bytes, or pieces of them, in one step: after a failure, the old file is as it was.

    The folder must exist. ``durable`` forces the file to the disk (fsync): without it a crash of
    the machine, not of the program, may lose the latest write.
    """
    with replacing(path) as (part,), _named_errors(path), part.open("xb") as stream:
        for piece in [content] if isinstance(content, bytes) else content:
            stream.write(piece)
        if durable:
            stream.flush()
            os.fsync(stream.fileno())


def without_nan(value: Any) -> Any:
    """Replace NaN and infinity, which JSON lacks, by None, also inside of lists and dictionaries."""
    if isinstance(value, Mapping):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return list(map(without_nan, value))
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_json(path: FilePath, value: Mapping[str, Any]) -> None:
    """Write a JSON file in one step, one line for each key."""
    write_atomically(path, (json.dumps(without_nan(value), indent=1) + "\n").encode())


@contextmanager
def _named_errors(path: FilePath) -> Iterator[None]:
    """Put the name of the file that cannot be written into the system's errors."""
    try:
        yield
    except OSError as error:
        reason = f"cannot write it ({error.strerror or error}); the old file is unchanged"
        raise OSError(error.errno, reason, str(path)) from error
