"""Opening and writing files so that a reader learns what is wrong and a failed write costs nothing."""

from __future__ import annotations

import difflib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

FilePath = str | os.PathLike[str]


@contextmanager
def open_to_read(path: FilePath) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file for reading, and give it with its length in bytes.

    Raises:
        FileNotFoundError: With what lies there instead.
        ValueError: If it is a device or a pipe, which has no length.
        OSError: As the system says: a folder, no permission.
    """
    path = Path(path)
    if path.exists() and not path.is_dir() and not path.is_file():
        raise ValueError(f"cannot read {path}: it is a device or a pipe; expected a file, which has a length")
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, f"there is no such file{_nearest(path)}", str(path)) from None
    with stream:
        yield stream, os.fstat(stream.fileno()).st_size


def made_folder(folder: Path) -> Path:
    """Make a folder and those above it.

    Raises:
        OSError: If it cannot be made or written to, with what stands in the way.

    Example:
        >>> import tempfile
        >>> made_folder(Path(tempfile.mkdtemp(), "a", "b")).is_dir()
        True
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        above = [folder, *folder.parents]
        in_the_way = next((path for path in above if path.exists() and not path.is_dir()), None)
        why = f"{in_the_way} is a file" if in_the_way else error.strerror
        raise OSError(error.errno, f"cannot make the folder: {why}; choose another with --out", str(folder)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "cannot write to this folder; choose another with --out", str(folder))
    return folder


def write_atomically(path: FilePath, pieces: Sequence[bytes | np.ndarray]) -> None:
    """Write a file in one step: after a failure, what stood there before still does, and nothing else.

    The bytes go to a hidden file in the same folder, which then takes the place of ``path``. It is not forced to the
    disk (fsync): a crash of the machine, not of the program, may lose the latest write.

    Raises:
        OSError: If the folder does not exist or may not be written to, the disk is full and so on.
    """
    target = Path(os.path.realpath(path))  # a link stays, its target is replaced
    _require_writable(target)
    hidden = target.with_name(f".flowlab-{secrets.token_hex(8)}.part")
    try:
        with hidden.open("xb") as stream:
            for piece in pieces:
                stream.write(piece)
        if target.exists():
            shutil.copymode(target, hidden)
        os.replace(hidden, target)
    except BaseException as error:
        hidden.unlink(missing_ok=True)
        if isinstance(error, OSError):
            reason = f"cannot write it ({error.strerror or error}); what stood there before is untouched"
            raise OSError(error.errno, reason, str(path)) from error
        raise


def _require_writable(target: Path) -> None:
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder does not exist; make it first", str(target.parent))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "this is a folder; give the name of a file in it", str(target))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "this is a device or a pipe; expected the name of a file", str(target))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is write-protected", str(target))


def _nearest(path: Path) -> str:
    """Say what may have been meant."""
    if not path.parent.is_dir():
        return f", nor the folder {path.parent}"
    try:
        names = [entry.name for entry, _ in zip(os.scandir(path.parent), range(10_000), strict=False)]
    except OSError:
        return ""
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"; did you mean {close[0]}?" if close else ""
