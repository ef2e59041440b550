"""Whether every seed leaves the plateau: the recipe "laptop" of both networks, until each matches.

python bench/plateau.py [OUT] [--seeds N] [--threads N] [--set FIELD=VALUE ...]

A network has left the plateau at the first validation whose error is below 0.8 of that of zero flow on the same 100
held-out pairs; its training is stopped there. Bar: five seeds of five of each network, within the recipe's 6,000
steps. The seconds are those of this machine under its load; steps do not depend on that. The runs stay in OUT
(runs/plateau), and a call that was killed goes on.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from flowlab.training.run_folder import read_log

LEFT = 0.8  # of zero flow's error


def validations(folder: Path) -> list[dict]:
    """The validations of a run so far; a run that has not begun has none."""
    if not (folder / "log.jsonl").exists():
        return []
    return [row for row in read_log(folder) if row["event"] == "validation"]


def leave(folder: Path, command: list[str]) -> dict | None:
    """Train until the network matches, and return that validation, or None where the recipe ended before."""
    with open(folder.with_suffix(".txt"), "a", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            while True:
                ended = process.poll()
                for row in validations(folder):
                    if row["epe"] < LEFT * row["zero_epe"]:
                        return row
                if ended is not None:
                    if ended:
                        sys.exit(f"{folder}: the training ended with {ended}; see {output.name}")
                    return None
                time.sleep(2)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", nargs="?", type=Path, default=Path("runs/plateau"))
    arguments.add_argument("--seeds", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="as of flowlab train")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    print("| network | seed | left at step | EPE px | of zero flow's | seconds |")
    print("|---|--:|--:|--:|--:|--:|", flush=True)
    stuck = 0
    for model in ("flownets", "flownetc"):
        for seed in range(given.seeds):
            folder = given.out / f"{model}-{seed}"
            changes = [f"threads={given.threads}", "validate_every=500", *given.set]
            command = [sys.executable, "-m", "flowlab", "train", "--recipe", "laptop", "--model", model]
            command += ["--seed", str(seed), "--out", str(folder), *(f"--set={change}" for change in changes)]
            row = leave(folder, command)
            stuck += row is None
            row = row or validations(folder)[-1]
            share = row["epe"] / row["zero_epe"]
            when = f"{row['step']:,}" if share < LEFT else "never"
            print(f"| {model} | {seed} | {when} | {row['epe']:.2f} | {share:.2f} | {row['seconds']:.0f} |", flush=True)
    print(f"\n{'all' if not stuck else 'NOT all'} of {2 * given.seeds} trainings left the plateau")
    sys.exit(bool(stuck))


if __name__ == "__main__":
    main()
