"""Run chapters as a reader does: `make reader`, or `python -m tests.lab 06 11 --times 10`.

`make lab` serves a fresh copy, its server starts the kernel, every cell runs in order, no variable of ours is set.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.budgets import ANSWER, HANG
from tests.chapters.paths import NAMES
from tests.lab.lab import Lab, make_lab


@dataclass(frozen=True)
class Run:
    """A chapter that was run: seconds, cells that ran, claims that held, what went wrong ("" for nothing)."""

    name: str
    seconds: float
    cells: int
    claims: int
    fault: str
    stderr: str

    def __str__(self) -> str:
        said = "ended" if not self.fault else f"FAILED\n{self.fault}"
        noise = f"\n  wrote to stderr: {self.stderr.strip()[:500]}" if self.stderr else ""
        return f"{self.name:24} {self.seconds:6.1f} s  {self.cells:3} cells  {self.claims:3} claims  {said}{noise}"


def run_chapter(lab: Lab, name: str, *, before: str = "", patience: float = HANG) -> Run:
    """Run all cells of a chapter in the reader's copy, in a kernel of the server's.

    Args:
        lab: A running `make lab`.
        name: Such as "06_loading_chairs".
        before: Code to run before the first cell.
        patience: Seconds after which a cell counts as hung.
    """
    cells = json.loads((lab.work / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    ran, claims, fault, stderr, start = 0, 0, "", "", time.perf_counter()
    with lab.kernel(f"{name}.ipynb") as kernel:
        for source in ([before] if before else []) + sources:
            said = kernel.run(source, seconds=patience)
            claims += sum(line.startswith("✓") for line in said.printed.splitlines())
            stderr += said.stderr
            if said.error:
                fault = f"in the cell\n{source}\n{said.error}"
                break
            ran += 1
        seconds = time.perf_counter() - start
        if not fault and (left := left_behind(lab)):
            fault = f"processes that the chapter started are still there: {', '.join(left)}"
    return Run(name, seconds, ran, claims, fault, stderr)


def left_behind(lab: Lab, *, seconds: float = ANSWER) -> list[str]:
    """Name the processes of the kernels that do not end within ``seconds``, but for multiprocessing's own helpers."""
    family = psutil.Process(lab.process.pid).children(recursive=True)
    kernels = [process for process in family if "ipykernel_launcher" in _words(process)]
    started = {child for kernel in kernels for child in kernel.children(recursive=True)} - set(kernels)
    helpers = ("resource_tracker", "forkserver")  # they live as long as the kernel
    _, alive = psutil.wait_procs([p for p in started if not any(word in _words(p) for word in helpers)], seconds)
    return [f"{process.pid} {_words(process)}" for process in alive]


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 1 where a chapter did not end."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", metavar="NN", help="chapters to run; all when left out")
    parser.add_argument("--times", type=int, default=1, help="how often each")
    methods = multiprocessing.get_all_start_methods()
    parser.add_argument("--start-method", choices=methods, help="of processes, in place of Python's own choice")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.numbers) - {name[:2] for name in NAMES}):
        parser.error(f"no chapter {', '.join(unknown)}; there is {', '.join(name[:2] for name in NAMES)}")
    if options.times < 1:
        parser.error(f"--times must be at least 1, got {options.times}")
    names = [name for name in NAMES if not options.numbers or name[:2] in options.numbers]
    method = options.start_method
    before = f"import multiprocessing; multiprocessing.set_start_method({method!r})" if method else ""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(
        f"Python {sys.version.split()[0]}, {cores} cores, start method {method or multiprocessing.get_start_method()}"
    )
    failed = 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server ends, too
    with tempfile.TemporaryDirectory(prefix="flowlab-reader-") as folder, make_lab(Path(folder)) as lab:
        for name in names:
            for _ in range(options.times):
                run = run_chapter(lab, name, before=before)
                print(run, flush=True)
                failed += bool(run.fault)
    print(f"{len(names) * options.times - failed} of {len(names) * options.times} runs ended")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
