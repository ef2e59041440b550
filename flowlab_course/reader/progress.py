"""What a reader has done, in one small JSON file of their own: exercises, guesses, quizzes, the scoreboard.

Layout of the file, version 1:

    {"format": "flowlab-progress", "version": 1,
     "chapters": {"01": {...}}, "exercises": {"1.1": {...}}, "guesses": {"01/key": {...}},
     "quizzes": {"01": {...}}, "scoreboard": {"zero flow": {...}}}

An exercise's entry: attempts, solved, when (the first right attempt, the last one while none was right), hints,
solution_seen. Times are UTC, as ISO 8601.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flowlab._disk import write_atomically

FORMAT, VERSION = "flowlab-progress", 1
SECTIONS = ("chapters", "exercises", "guesses", "quizzes", "scoreboard")
MANIFEST = ".flowlab-course.json"  # lies in the reader's copy of the chapters, see copies.py

# Where the file cannot be written, the chapter must go on: entries then live as long as the kernel.
_unsaved: dict[Path, dict] = {}


def path() -> Path:
    """Return where progress is kept.

    $FLOWLAB_PROGRESS, else `progress.json` in the reader's copy of the chapters (the nearest folder at or
    above the current one that holds its manifest), else `~/.flowlab/progress.json`.

    Example:
        >>> path().suffix
        '.json'
    """
    if named := os.environ.get("FLOWLAB_PROGRESS"):
        return Path(named).expanduser()
    copy = readers_copy()
    return copy / "progress.json" if copy else Path.home() / ".flowlab" / "progress.json"


def readers_copy() -> Path | None:
    """Return the reader's copy of the chapters that the current folder lies in, None if it lies in none.

    Example:
        >>> copy = readers_copy()
        >>> copy is None or (copy / MANIFEST).is_file()
        True
    """
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / MANIFEST).is_file()), None)


def read() -> dict:
    """Return everything written so far: a dict by section, each section a dict by key.

    A file that is broken is set aside as `progress.broken-<n>.json`, with a message; a new one begins.
    """
    file = path()
    if file in _unsaved:
        return _unsaved[file]
    try:
        return _load(file)
    except (OSError, NewerFileError):
        return _empty()  # `update` says so, once, when something is to be kept


def update(section: str, key: str, change: Callable[[dict], dict]) -> dict:
    """Change one entry and save it, without losing what another kernel writes meanwhile.

    Args:
        section: One of SECTIONS.
        key: Which entry, such as "1.2" for an exercise.
        change: Gets the entry as it is ({} at first), returns what it becomes. It runs under the file's lock.

    Returns:
        The entry as it is now.

    Raises:
        ValueError: If there is no such section.
    """
    if section not in SECTIONS:
        raise ValueError(f"no section {section!r} in the progress file; there are {', '.join(SECTIONS)}")
    file = path()
    if file not in _unsaved:
        try:
            return _change_on_disk(file, section, key, change)
        except (OSError, NewerFileError) as problem:
            _unsaved[file] = _empty()
            print(
                f"Your progress is not being saved ({problem}). The chapter works all the same; "
                "to keep it, set FLOWLAB_PROGRESS to a file that you can write."
            )
    entries = _unsaved[file][section]
    entries[key] = change(entries.get(key, {}))
    return entries[key]


class NewerFileError(Exception):
    """The file was written by a newer flowlab; it is left as it is."""


def now() -> str:
    """Return the time as it stands in the file: UTC, to the second.

    Example:
        >>> now()[4], now()[-6:]
        ('-', '+00:00')
    """
    return datetime.now(UTC).isoformat(timespec="seconds")


def parse(data: bytes, file: Path) -> dict:
    """Read a progress file's bytes: a dict by section, each section a dict by key.

    Args:
        data: The bytes.
        file: Where they are from, for the message.

    Raises:
        ValueError: If they are no progress file; the message says why.
        NewerFileError: If a newer flowlab wrote them.

    Example:
        >>> parse(b'{"format": "flowlab-progress", "version": 1}', Path("progress.json"))["exercises"]
        {}
    """
    try:
        state = json.loads(data)
    except ValueError as error:  # broken JSON, or bytes that are not UTF-8
        raise ValueError(f"it is not JSON: {error}") from error
    if problem := _what_is_wrong(state, file):
        raise ValueError(problem)
    return _empty() | state


def _change_on_disk(file: Path, section: str, key: str, change: Callable[[dict], dict]) -> dict:
    from filelock import FileLock  # comes with torch

    file.parent.mkdir(parents=True, exist_ok=True)
    # The lock is a file of its own: progress.json is replaced at every write, a lock on it would hold nothing.
    with FileLock(str(file.with_name(f".{file.name}.lock")), timeout=20):
        state = _load(file)
        entry = change(state[section].get(key, {}))
        state[section][key] = entry
        write_atomically(file, (json.dumps(state, indent=1, ensure_ascii=False) + "\n").encode(), durable=True)
    return entry


def _empty() -> dict:
    return {"format": FORMAT, "version": VERSION} | {section: {} for section in SECTIONS}


def _load(file: Path) -> dict:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return _empty()
    try:
        return parse(data, file)
    except ValueError as problem:
        _set_aside(file, str(problem))
        return _empty()


def _what_is_wrong(state: object, file: Path) -> str:
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        return f'it does not say "format": "{FORMAT}"'
    version = state.get("version")
    if not isinstance(version, int) or version < 1:
        return f"its version is {version!r}, a whole number from 1 was expected"
    if version > VERSION:
        raise NewerFileError(f"{file} was written by a newer flowlab, version {version} of the file")
    for section in SECTIONS:
        entries = state.get(section, {})
        if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
            return f"its section {section!r} is not a table of entries"
    return ""


def _set_aside(file: Path, problem: str) -> None:
    number = 1
    while (aside := file.with_name(f"{file.stem}.broken-{number}{file.suffix}")).exists():
        number += 1
    os.replace(file, aside)
    print(f"Your progress file could not be read ({problem}). It is kept as {aside}; a new one begins now.")
