"""Everything that waits for a GPU, in the order in which it is worth most; what is done is not done again.

    python bench/gpu_day.py                 all of it, until it is done (make gpu)
    python bench/gpu_day.py --seconds 540   as much as fits; call again to go on
    python bench/gpu_day.py --list          what there is, and what is done
    python bench/gpu_day.py kernels chairs  some of it, again

Each step is one command with a time limit of its own, and leaves bench/results/day/NAME.json: the day, the card, the
exit status, the seconds and the end of what it said. A step that has succeeded is left out the next time; one that
failed or ran out of time is tried again, after those that were not tried yet. Where there is no GPU it says so and ends
with 77.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from _gpu import RESULTS, need_gpu

ROOT = Path(__file__).resolve().parents[1]
DAY = RESULTS / "day"
TAIL = 4000  # characters that are kept of what a step said


class Step(NamedTuple):
    """One command: its name, what comes after `python`, and the seconds that it may take."""

    name: str
    arguments: str
    limit: int

    def command(self) -> list[str]:
        """Give the whole command."""
        return [sys.executable, *self.arguments.split()]


PYTEST = "-m pytest -q -p no:cacheprovider"
STEPS = (
    Step("kernels", f"{PYTEST} tests/kernels/test_gpu.py -k not(sanitizer)and(not(2_to_the_31))", 150),
    Step(
        "chairs", f"{PYTEST} tests/chairs tests/training tests/models tests/datasets tests/video tests/cli -m gpu", 150
    ),
    Step("bench-correlation", "bench/correlation_cuda.py", 90),
    Step("bench-chairs", "bench/chairs_cuda.py", 120),
    Step("bench-inference", "bench/inference_cuda.py", 90),
    Step("train-short", "bench/train_cuda.py --minutes 4 --width 0.5 --out runs/cuda-short", 330),
    *(
        Step(f"chapter-{n:02d}", f"{PYTEST} tests/chapters/test_notebooks.py -k {n:02d}_", 240)
        for n in (9, 11, 10, 7, 8, 12, 13, 14, 0, 1, 2, 3, 4, 5, 6)
    ),
    Step("sanitizer", f"{PYTEST} tests/kernels/test_gpu.py -k sanitizer", 590),
    Step("kernels-wide", f"{PYTEST} tests/kernels/test_gpu.py -k 2_to_the_31", 120),
    Step("train-half", "bench/train_cuda.py --minutes 25 --width 0.5 --out runs/cuda-half", 1800),
    Step("train-full", "bench/train_cuda.py --minutes 25 --width 1 --out runs/cuda-full", 1800),
)


def status(step: Step) -> dict | None:
    """Return what is known of a step; None if it was not tried."""
    path = DAY / f"{step.name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def in_order(steps: tuple[Step, ...]) -> list[Step]:
    """Those that were never tried, then those that failed; not those that are done."""
    states = {step.name: status(step) for step in steps}
    fresh = [step for step in steps if states[step.name] is None]
    failed = [step for step in steps if states[step.name] is not None and states[step.name]["exit"] != 0]
    return fresh + failed


def run(step: Step, limit: float, card: str) -> int:
    """Run a step and write down how it went."""
    print(f"== {step.name}: python {step.arguments} (at most {limit:.0f} s)", flush=True)
    env = {**os.environ, "FLOWLAB_PROFILE": "gpu", "PYTHONPATH": str(ROOT)}
    begun = time.perf_counter()
    with subprocess.Popen(
        step.command(), cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=limit)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.terminate()  # a training ends with a checkpoint, and goes on from it the next time
            try:
                said, _ = process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                said, _ = process.communicate()
            code = 124
    row = {"measured": time.strftime("%Y-%m-%d %H:%M"), "card": card, "command": f"python {step.arguments}"}
    row |= {"exit": code, "seconds": round(time.perf_counter() - begun, 1), "said": said[-TAIL:].splitlines()}
    DAY.mkdir(parents=True, exist_ok=True)
    (DAY / f"{step.name}.json").write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    print(said[-TAIL:], f"\n== {step.name}: exit {code} after {row['seconds']} s", sep="", flush=True)
    return code


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="steps to run, whether done or not")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin nothing that cannot end within")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    by_name = {step.name: step for step in STEPS}
    if unknown := [name for name in given.names if name not in by_name]:
        parser.error(f"no step {', '.join(unknown)}; there are {', '.join(by_name)}")
    if given.list:
        for step in STEPS:
            known = status(step)
            said = "not tried" if known is None else f"exit {known['exit']} on {known['card']}, {known['measured']}"
            print(f"{step.name:20}{step.limit:>6} s  {said:44} python {step.arguments}")
        return
    card, begun = need_gpu(), time.monotonic()
    todo = [by_name[name] for name in given.names] or in_order(STEPS)
    failed = []
    for step in todo:
        left = given.seconds - (time.monotonic() - begun)
        if left < min(step.limit, 60):
            print(f"== {left:.0f} s left: {step.name} and what follows wait for the next call")
            break
        if run(step, min(step.limit, left), card):
            failed.append(step.name)
    print(f"failed or cut off: {', '.join(failed)}" if failed else "nothing failed")
    sys.exit(int(bool(failed)))


if __name__ == "__main__":
    main()
