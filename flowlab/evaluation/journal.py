"""Rows that survive a kill: a line of JSON for each pair, behind a line that says what they are of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from flowlab.evaluation.rows import Row
from flowlab.field._disk import FilePath, made_folder

NAME = "samples.jsonl"
FORMAT = 1  # goes up when a column changes its meaning


class Journal:
    """What a folder knows of an evaluation, by number of the pair.

    Args:
        folder: Is made if it is not there; None keeps nothing.
        of: What is evaluated: rows of something else are not taken for it.

    Raises:
        ValueError: If the folder holds another evaluation, or a line that is none.
        OSError: If it cannot be read or written.
    """

    def __init__(self, folder: FilePath | None, of: Mapping[str, str | int]) -> None:
        self.rows: dict[int, Row] = {}
        self._stream: IO[str] | None = None
        if folder is None:
            return
        path = Path(folder) / NAME
        made_folder(path.parent)
        head = {"format": FORMAT, **of}
        whole = self._read(path, head) if path.exists() else ""
        # Written anew without what a kill left of its last line.
        path.write_text(whole or json.dumps(head) + "\n", encoding="utf-8")
        self._stream = path.open("a", encoding="utf-8")

    def add(self, i: int, row: Row) -> Row:
        """Keep a row, and give it back."""
        self.rows[i] = row
        if self._stream is not None:
            self._stream.write(json.dumps(row) + "\n")
            self._stream.flush()
        return row

    def __del__(self) -> None:
        """Close the file."""
        if getattr(self, "_stream", None) is not None:
            self._stream.close()

    def _read(self, path: Path, head: Mapping[str, str | int]) -> str:
        """Take over the rows of a file, and return the text that they stand in."""
        text = path.read_text(encoding="utf-8")
        text = text[: text.rfind("\n") + 1]
        lines = text.splitlines()
        try:
            entries = [json.loads(line) for line in lines]
            found = entries[0] if entries else None
            self.rows = {int(row["index"]): row for row in entries[1:]}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is no journal of an evaluation ({error}); take another folder") from None
        if found is not None and found != head:
            other = ", ".join(
                f"{key} {found.get(key)!r}, now {head[key]!r}" for key in head if found.get(key) != head[key]
            )
            raise ValueError(f"{path} is of another evaluation ({other}); take another folder, or delete this one")
        return text
