"""Folders of this user alone, for code and settings."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from flowlab._disk import refuse_links_of_others


def private_folder(folder: Path) -> Path:
    """Make a folder, or take one, that only this user can write to or put in another's place: for code and settings.

    Raises:
        PermissionError: If it is another user's, or other users can write to it or move it away.
    """
    refuse_links_of_others(folder)
    for missing in reversed([part for part in (folder, *folder.parents) if not part.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)  # mkdir(parents=True) would give the mode to the last one alone
    if os.name == "posix":
        status = folder.stat()
        if status.st_uid != os.geteuid():
            raise PermissionError(errno.EACCES, "this folder is another user's; choose another one", str(folder))
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            why = "other users can write to this folder; empty it and use chmod go-w, or choose another one"
            raise PermissionError(errno.EACCES, why, str(folder))
        for above in folder.resolve().parents:
            status = above.stat()
            open_to_all = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
            if status.st_uid not in (os.geteuid(), 0) or open_to_all:
                raise PermissionError(errno.EACCES, "another user can move what lies in this folder", str(above))
    return folder


def user_cache() -> Path:
    """Return this user's folder for what can be made again; it need not exist."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flowlab"
