"""The reader's own copy of the chapters: made once, never overwritten, brought up to date on request.

Cells that answer a guess or check an exercise come without outputs, and so does what follows a question up to the end
of its section: the figure of a result tells the answer as well as the answer does.

The copy holds a manifest, `.flowlab-course.json`: for each chapter, the fingerprint of the original that it was
copied from. Whether a notebook changed is a matter of its cells alone; to run it changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from flowlab._disk import write_atomically
from flowlab_course.exercises.solutions import called, inject_solutions, source_of
from flowlab_course.reader.progress import MANIFEST

FORMAT, VERSION = "flowlab-course", 1
ANSWERING = {"answer", "check"}  # functions of flowlab_course whose outputs tell an answer
SECTION = re.compile(r"^## ", re.MULTILINE)

SAME = "same"
CHANGED = "you changed it"
NEWER = "newer original"
BOTH = "newer original, and you changed yours"
MISSING = "missing"


@dataclass(frozen=True)
class Fetched:
    """What `fetch` did.

    Attributes:
        path: The chapter in the reader's copy.
        before: How it stood to the original, one of the words of `status`.
        kept: Where the reader's own version lies now, if it had changed.
    """

    path: Path
    before: str
    kept: Path | None = None

    def __str__(self) -> str:
        if self.before == SAME:
            return f"{self.path.name} is the newest already"
        kept = f"; what you changed is kept as {self.kept.name}" if self.kept else ""
        return f"{self.path.name} is now the newest original{kept}"


def source_folder() -> Path:
    """Return the folder of the original chapters.

    Raises:
        FileNotFoundError: If flowlab was installed without them.
    """
    folder = Path(__file__).resolve().parents[2] / "chapters"
    if not folder.is_dir():
        raise FileNotFoundError(
            f"there are no chapters at {folder}: they come with the repository and not with the installed package; "
            "clone it and install flowlab from there (pip install -e .)"
        )
    return folder


def make_copy(target: Path, source: Path | None = None) -> list[Path]:
    """Copy the chapters that `target` does not have yet, without the answers in their outputs.

    Args:
        target: The reader's folder, made if it is not there.
        source: Where the originals are; by default the repository's chapters.

    Returns:
        The notebooks that were copied; none if all were there.

    Raises:
        ValueError: If `target` is the folder of the originals, or its manifest cannot be read.
        FileNotFoundError: If there are no originals.
    """
    originals = _originals(source)
    target.mkdir(parents=True, exist_ok=True)
    if any(original.parent.resolve() == target.resolve() for original in originals.values()):
        raise ValueError(f"{target} holds the originals; choose another folder for your copy")
    manifest = _read_manifest(target)
    made = []
    for name, original in originals.items():
        if not (target / name).exists():
            _bring(original, target / name, manifest)
            made.append(target / name)
    if made or not (target / MANIFEST).exists():
        _write_manifest(target, manifest)
    return made


def status(target: Path, source: Path | None = None) -> dict[str, str]:
    """Say of each chapter how the reader's copy stands to the original.

    Returns:
        By file name: "same", "you changed it", "newer original", "newer original, and you changed yours", "missing".

    Raises:
        ValueError: If the manifest cannot be read.
        FileNotFoundError: If there are no originals.
    """
    manifest = _read_manifest(target)
    return {name: _state(target / name, path, manifest.get(name)) for name, path in _originals(source).items()}


def fetch(target: Path, chapter: str, source: Path | None = None) -> Fetched:
    """Bring the original of one chapter; what the reader changed is kept beside it as `NN_name.mine-1.ipynb`.

    Args:
        target: The reader's folder.
        chapter: Its number or name, such as "1", "01" or "01_what_is_flow".
        source: Where the originals are; by default the repository's chapters.

    Raises:
        ValueError: If there is no such chapter, or the manifest cannot be read.
        FileNotFoundError: If there are no originals.
    """
    originals = _originals(source)
    name = _named(chapter, list(originals))
    target.mkdir(parents=True, exist_ok=True)
    manifest, mine, kept = _read_manifest(target), target / name, None
    before = _state(mine, originals[name], manifest.get(name))
    if before == SAME:
        return Fetched(mine, before)
    if before in (CHANGED, BOTH):
        number = 1
        while (kept := mine.with_name(f"{mine.stem}.mine-{number}.ipynb")).exists():
            number += 1
        write_atomically(kept, mine.read_bytes(), durable=True)  # first, so that a failure below loses nothing
    _bring(originals[name], mine, manifest)
    _write_manifest(target, manifest)
    return Fetched(mine, before, kept)


def export_teacher(target: Path, source: Path | None = None) -> list[Path]:
    """Write every chapter with the solutions in place of the stubs.

    Raises:
        ValueError: If a stub does not fit its solution.
        FileExistsError: If a chapter is in the way; nothing is written then.
    """
    return _export(target, source, solved=True)


def export_student(target: Path, source: Path | None = None) -> list[Path]:
    """Write every chapter with its stubs, without answers in outputs, for a class that does not use the repository.

    Raises:
        FileExistsError: If a chapter is in the way; nothing is written then.
    """
    return _export(target, source, solved=False)


def _export(target: Path, source: Path | None, *, solved: bool) -> list[Path]:
    originals = _originals(source)
    if there := [name for name in originals if (target / name).exists()]:
        raise FileExistsError(f"{target} holds {', '.join(there)} already; export into another folder, or remove them")
    pages = {name: original.read_bytes() for name, original in originals.items()}
    for name, page in pages.items():
        if not solved:
            pages[name] = without_answers(page)
            continue
        try:
            pages[name] = _encoded(inject_solutions(json.loads(page)))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    target.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        write_atomically(target / name, page)
    return [target / name for name in pages]


def without_answers(page: bytes) -> bytes:
    """Return a notebook's file with the cells that tell an answer as if they had not run.

    They are those that answer a guess or check an exercise, and those between a guess and the end of the section in
    which it is answered.

    Args:
        page: The file; what is no notebook is returned as it is.
    """
    try:
        notebook = json.loads(page)
        cells = _telling(notebook["cells"])
    except (ValueError, KeyError, TypeError):
        return page
    for cell in cells:
        cell["outputs"], cell["execution_count"] = [], None
    return _encoded(notebook) if cells else page


def _telling(cells: list[dict]) -> list[dict]:
    """Return the code cells whose outputs tell an answer."""
    found = []
    open_questions, told = 0, False  # told: a question was answered in this section
    for cell in cells:
        if cell["cell_type"] != "code":
            told = told and not SECTION.search(source_of(cell))
            continue
        names = called(source_of(cell))
        follows = (open_questions or told) and "predict_first" not in names  # a question's own output tells nothing
        if follows or not ANSWERING.isdisjoint(names):
            found.append(cell)
        answers = names.count("answer")
        told = told or answers > 0
        open_questions = max(0, open_questions + names.count("predict_first") - answers)
    return found


def _encoded(notebook: dict) -> bytes:
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _originals(source: Path | None) -> dict[str, Path]:
    folder = source_folder() if source is None else source
    found = {path.name: path for path in sorted(folder.glob("*.ipynb"))}
    if not found:
        raise FileNotFoundError(f"there are no chapters (*.ipynb) in {folder}")
    return found


def _named(chapter: str, names: list[str]) -> str:
    wanted = chapter.removesuffix(".ipynb")
    number = wanted.zfill(2) if wanted.isdigit() else None
    found = [name for name in names if name.removesuffix(".ipynb") == wanted or name.split("_")[0] == number]
    if len(found) != 1:
        raise ValueError(f"there is no chapter {chapter!r}; there are {', '.join(n.split('.')[0] for n in names)}")
    return found[0]


def _bring(original: Path, mine: Path, manifest: dict[str, str]) -> None:
    data = original.read_bytes()
    write_atomically(mine, without_answers(data), durable=True)
    manifest[mine.name] = _fingerprint(data)


def _state(mine: Path, original: Path, copied_from: str | None) -> str:
    if not mine.exists():
        return MISSING
    now, yours = _fingerprint(original.read_bytes()), _fingerprint(mine.read_bytes())
    if yours == now:
        return SAME
    if yours == copied_from:
        return NEWER
    # Without an entry nobody knows which original it came from: the careful answer.
    return CHANGED if now == copied_from else BOTH


def _fingerprint(data: bytes) -> str:
    """Return the sha256 of a notebook's cells, their kinds and sources; of all bytes if it is no notebook."""
    try:
        cells = [[cell["cell_type"], source_of(cell)] for cell in json.loads(data)["cells"]]
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _read_manifest(target: Path) -> dict[str, str]:
    file = target / MANIFEST
    try:
        content = json.loads(file.read_bytes())
        chapters = content["chapters"] if content["format"] == FORMAT and content["version"] == VERSION else None
        if not all(isinstance(entry["original"], str) for entry in chapters.values()):
            raise ValueError("an entry is not a fingerprint")
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{file} is not a manifest of this course, version {VERSION} ({error}); rename it and try again: "
            "your notebooks stay, all of them count as changed"
        ) from error
    return {name: entry["original"] for name, entry in chapters.items()}


def _write_manifest(target: Path, manifest: dict[str, str]) -> None:
    chapters = {name: {"original": fingerprint} for name, fingerprint in sorted(manifest.items())}
    content = {"format": FORMAT, "version": VERSION, "chapters": chapters}
    write_atomically(target / MANIFEST, (json.dumps(content, indent=1) + "\n").encode())
