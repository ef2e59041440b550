"""Build the chapters: text in chapters/text/, run cell by cell, saved as notebooks with their outputs.

``python -m flowlab_course.build`` runs the chapters whose text changed, or of those only the ones whose
numbers are given; with ``--all`` it runs them whether they changed or not.
The same text gives the same bytes, so that a commit shows what changed and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flowlab._disk import write_atomically
from flowlab_course.offline import write_offline_profile

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT = 600  # seconds for one cell; the chapter budgets in tests/ are far below
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"},
}
VIEW = "application/vnd.jupyter.widget-view+json"
KEPT_CELL_METADATA = ("tags", "jupyter")  # "jupyter" says whether a cell is folded away


class BuildError(Exception):
    """A chapter that cannot be saved as it is; the message is for its author."""


@dataclass(frozen=True)
class Built:
    """What building one chapter gave: its notebook, whether it ran, seconds and bytes."""

    path: Path
    ran: bool
    seconds: float
    size: int


def kernel_environment(folder: Path, *, profile: str = "laptop") -> dict[str, str]:
    """Return the environment in which chapters run: laptop, CPU, one thread, no network, fresh progress.

    Args:
        folder: An empty folder of this run's own, for IPython's directory and the progress file.
        profile: "gpu" leaves the GPU visible and asks for it; what is saved is always "laptop".

    Example:
        >>> kernel_environment(Path(tempfile.mkdtemp()))["FLOWLAB_PROFILE"]
        'laptop'
    """
    device = {"CUDA_VISIBLE_DEVICES": ""} if profile == "laptop" else {}
    return (
        os.environ
        | device
        | {
            "FLOWLAB_PROFILE": profile,
            "OMP_NUM_THREADS": "1",
            "FLOWLAB_THREADS": "1",
            "FLOWLAB_PROGRESS": str(folder / "progress.json"),
            "FLOWLAB_DRIVE_WIDGETS": "1",
            "FLOWLAB_SHOW_ANSWERS": "1",
            "FLOWLAB_OFFLINE": "1",
            "IPYTHONDIR": str(write_offline_profile(folder / "ipython")),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else the kernel's debugger warns on stderr at each start
        }
    )


def read_text(path: Path) -> NotebookNode:
    """Read a chapter's text as a notebook without outputs, with cell ids that depend only on their place.

    Args:
        path: ``NN_name.py`` in jupytext's percent format.

    Raises:
        BuildError: If jupytext or nbformat refuses the text.
    """
    import jupytext
    import nbformat

    try:
        parsed = jupytext.read(path, fmt="py:percent")
    except Exception as error:
        raise BuildError(f"{path}: jupytext cannot read this text: {error}") from error
    cells = []
    for index, cell in enumerate(parsed.cells):
        kept = {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
        make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
        identity = hashlib.sha256(f"{chapter_number(path)}/{index}".encode()).hexdigest()[:8]
        cells.append(make(cell.source, metadata=kept, id=identity))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    notebook.nbformat_minor = 5
    return notebook


def chapter_number(path: Path) -> str:
    """Return a chapter's two digits from its file name.

    Example:
        >>> chapter_number(Path("chapters/text/01_flow.py"))
        '01'
    """
    return path.stem.partition("_")[0]


def read_built(path: Path) -> NotebookNode | None:
    """Return a chapter's notebook as it is on disk, or None where there is none that can be read."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError):  # missing, or with a merge conflict inside: build it anew
        return None


def same_sources(text: NotebookNode, built: NotebookNode) -> bool:
    """Tell whether a built notebook holds exactly the text's cells: type, source, id and kept metadata."""

    def content(notebook):
        return [(cell.cell_type, cell.source, cell.id, dict(cell.metadata)) for cell in notebook.cells]

    return content(text) == content(built)


def has_run(notebook: NotebookNode) -> bool:
    """Tell whether every code cell has its execution count, 1 to n in order."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def execute(notebook: NotebookNode, folder: Path, *, timeout: int = CELL_TIMEOUT) -> NotebookNode:
    """Run a notebook's cells in order in a fresh kernel, in place.

    Args:
        notebook: Changed: outputs and execution counts are filled in.
        folder: The working directory of the kernel, normally the chapters folder.
        timeout: Seconds allowed for one cell.

    Raises:
        BuildError: If a cell raises, runs out of time or takes the kernel down, with the traceback.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    with tempfile.TemporaryDirectory(prefix="flowlab-build-") as own:
        client = NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,  # how a kernel cuts its prints into messages depends on time
        )
        words = Path(own) / "stderr"  # of the process: start-up warnings, and why it died if it did
        try:
            with words.open("w", encoding="utf-8") as stderr:
                client.execute(env=kernel_environment(Path(own)), stderr=stderr)
        except DeadKernelError as error:
            raise BuildError(f"{error}\n{words.read_text(encoding='utf-8', errors='replace')[-2000:]}") from error
        except (CellControlSignal, TimeoutError) as error:
            raise BuildError(str(error)) from error
    return notebook


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Drop from an executed notebook what is not worth a commit, in place.

    Widget views go, because without a kernel they show an error; the text and HTML beside them stay.

    Raises:
        BuildError: If a cell's output holds an error, or it wrote to stderr and is not tagged
            ``nbval-ignore-output``: a reader would see it in red, and the tests compare it.
    """
    for index, cell in enumerate(notebook.cells):
        cell.metadata = {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
        if cell.cell_type != "code":
            continue
        noise = "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr")
        if noise and "nbval-ignore-output" not in cell.metadata.get("tags", ()):
            raise BuildError(f"cell {index} writes to stderr; silence what it says at its source:\n{noise}")
        if any(output.output_type == "error" for output in cell.outputs):
            raise BuildError(f"cell {index} ends in an error that its tags let pass")
        kept = []
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                continue
            if "data" in output:
                output.data.pop(VIEW, None)
                output.metadata = {}
                if not output.data:
                    continue
            kept.append(output)
        cell.outputs = kept
    notebook.metadata = METADATA
    return notebook


def build(text: Path, chapters: Path, *, always: bool = False) -> Built:
    """Build one chapter: run it if its text changed, and save it only when every cell ran.

    Args:
        text: The chapter's source, ``NN_name.py``.
        chapters: The folder that gets ``NN_name.ipynb`` and in which the cells run.
        always: Run even where nothing changed.

    Raises:
        BuildError: If the chapter cannot be read or a cell fails. The notebook on disk stays as it was.
    """
    import nbformat

    notebook, target = read_text(text), chapters / f"{text.stem}.ipynb"
    old = None if always else read_built(target)
    if old is not None and same_sources(notebook, old) and has_run(old):
        return Built(target, ran=False, seconds=0.0, size=target.stat().st_size)
    start = time.perf_counter()
    tidy(execute(notebook, chapters))
    seconds = time.perf_counter() - start
    data = (nbformat.writes(notebook) + "\n").encode()
    write_atomically(target, data)
    return Built(target, ran=True, seconds=seconds, size=len(data))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 where a chapter could not be built."""
    parser = argparse.ArgumentParser(prog="python -m flowlab_course.build", description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NN", help="chapters to build; all when left out")
    parser.add_argument("--all", action="store_true", help="run chapters whose text did not change, too")
    parser.add_argument("--chapters", type=Path, default=Path("chapters"), help="the folder of the notebooks")
    options = parser.parse_args(arguments)
    texts = sorted((options.chapters / "text").glob("[0-9][0-9]_*.py"))
    known = [chapter_number(text) for text in texts]
    for number in options.numbers or [None]:
        if not known or (number and number not in known):
            have = ", ".join(known) or "none"
            parser.error(f"no text for chapter {number or 'NN'} in {options.chapters}/text; there is: {have}")
    failed = False
    for text in texts:
        if options.numbers and chapter_number(text) not in options.numbers:
            continue
        try:
            built = build(text, options.chapters, always=options.all)
        except BuildError as error:
            print(f"{text.name}: not saved\n{error}", file=sys.stderr)
            failed = True
            continue
        what = f"{built.seconds:6.1f} s" if built.ran else "unchanged"
        print(f"{built.path.name:32} {what:>10} {built.size / 1000:7.1f} kB", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
