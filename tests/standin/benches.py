"""Runs the measurements on a GPU with sizes of seconds, so that no line of them waits for a GPU to be tried.

python -m tests.standin.benches FOLDER, on the stand-in's path: results go to the folder, and no figure means anything.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import torch

from tests.training.small import BOXES

BENCH = Path(__file__).resolve().parents[2] / "bench"


def run(name: str, arguments: list[str]) -> None:
    """Run a script's main with a command line; that an aim was missed is no error."""
    sys.argv = [f"bench/{name}.py", *arguments]
    try:
        importlib.import_module(name).main()
    except SystemExit as ended:
        if ended.code not in (0, 1, None) and not str(ended.code).startswith("above the aim"):  # 1: one was missed
            raise


def correlation() -> None:
    """A layer of 4 channels of 4 x 4 places, on a card whose clocks are known."""
    script = importlib.import_module("correlation_cuda")
    script.SHAPE = 4, 4, 4
    timed = script.measured
    script.measured = lambda ways, repeats: timed(ways, repeats=1)
    run("correlation_cuda", [])


def chairs() -> None:
    """Pairs a second, at 48 x 64, of a handful of pictures."""
    script = importlib.import_module("chairs_cuda")
    script.SIZE, script.LESSONS = (48, 64), {"flying chairs": BOXES}
    for name, few in (("drawing", {"count": 4}), ("launches", {"repeats": 2}), ("whole", {"steps": 2})):
        whole = getattr(script, name)
        setattr(script, name, lambda *a, whole=whole, few=few: whole(*a, **few))
    script.os.sched_getaffinity = lambda process: {0}
    run("chairs_cuda", ["--batch", "2"])


def inference() -> None:
    """FlowNetC at 64 x 64, at an eighth of the width."""
    script = importlib.import_module("inference_cuda")
    script.SIZE, script.BATCH = (64, 64), 1
    network, timed = script.flowlab.FlowNetC, script.pairs_a_second
    script.flowlab.FlowNetC = lambda: network(width=0.125)
    script.pairs_a_second = lambda measured: timed(measured, repeats=1)
    run("inference_cuda", [])


def smoke() -> None:
    """The kernels in each dtype and layout, on maps of 4 channels of 6 x 8 places."""
    script = importlib.import_module("gpu_smoke")
    script.MAPS, script.TIMED, script.POISON = (1, 4, 6, 8), ((1, 4, 6, 8),), 2**20
    script.REPEATS = script.WARM_UP = 1
    run("gpu_smoke", ["--once"])
    run("gpu_smoke", [])


def watched() -> None:
    """What compute-sanitizer watches, for the first of its geometries."""
    script = importlib.import_module("tests.kernels.on_gpu")
    script.GRID = list(script.GRID)[:1]
    script.main()


def training(folder: Path) -> None:
    """A probe of a few steps, the training of as many, going on with it, and its error on the repository's pairs."""
    script = importlib.import_module("train_cuda")
    whole = script.recipe
    small = {
        "size": (64, 64),
        "crop": (),
        "chairs": BOXES,
        "batch": 2,
        "cached_pairs": 8,
        "epochs_per_pair": 2,
        "validate_pairs": 1,
    }

    def tiny(name: str, **given: object) -> object:
        return whole(name, **given | small | {"width": 0.125, "workers": 0, "threads": 1})

    def few_steps(config: object, **fields: object) -> object:  # fewer than asked for, so that their share is another
        return changed(config, **fields | ({"warmup_steps": 1} if "warmup_steps" in fields else {}))

    changed, script.replace = script.replace, few_steps
    script.recipe, script.PROBE = tiny, 2
    judged = ["--judge", str(BENCH.parent / "data" / "sample")]
    for _ in range(2):  # the second call finds the run of the first
        run("train_cuda", ["--minutes", "0.001", "--workers", "0", "--out", str(folder / "run"), *judged])


def main() -> None:
    """Run them all."""
    folder = Path(sys.argv[1])
    sys.path.insert(0, str(BENCH))
    importlib.import_module("_gpu").RESULTS = folder / "bench" / "results"
    (folder / "bench").mkdir(parents=True)
    torch.manual_seed(0)
    smoke()
    watched()
    correlation()
    chairs()
    inference()
    training(folder)


if __name__ == "__main__":
    main()
