"""Every method on every data set that is there, with its cost, beside the paper's table; and what '+v' does.

    python bench/accuracy.py                   # generated chairs, known motions, the motorcycle, what FLOWLAB_DATA has
    python bench/accuracy.py --pairs FOLDER    # and real pairs of your own: FOLDER/SET/NAME/ with img1.*, img2.*, gt.*
    python bench/accuracy.py --readme          # the same into README.md, docs/results.md and docs/results.json
    python bench/accuracy.py NAME ...          # and other networks, such as runs/first/model.safetensors
    python bench/accuracy.py --times           # the times of docs/results.json anew, and methods that it lacks

All on one core. A time is processor time, the least of three runs on one pair of 512 x 384, so that a busy machine
hardly changes it. Chapter 12 draws docs/results.json.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import re
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import torch
from _tables import replaced, results_table, short_table
from torch.utils.flop_counter import FlopCounterMode

from flowlab.evaluation import DATA, Generated, evaluate, method_of, open_data
from flowlab.evaluation.scores import markdown_table
from flowlab.field.metrics import SPEED_BANDS
from flowlab.models import load_model, shipped

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "results.json"
CLASSICAL = ("zero", "lucas-kanade", "horn-schunck", "farneback", "dis-ultrafast", "dis-fast", "dis", "dis+v", "tvl1")
REPEATS = 3
TITLES = {"chairs": "generated chairs", "motions": "known motions", "motorcycle": "motorcycle"}


def methods(extra: list[str]) -> dict[str, Any]:
    """Return what is judged, by its name in the table: classical methods, each network alone and with suffixes."""
    ways: dict[str, Any] = {name: method_of(name) for name in CLASSICAL}
    for name in (*shipped(), *extra):
        ways[name] = method_of(name)
        if "flownetc" in name:  # as the paper evaluates it
            ways[f"{name} x 1.25"] = method_of(name, scale=1.25)
        for suffixes in ("+v", "+flips", "+flips+dis", "+flips+dis+v", "+flips+fuse+v"):
            ways[name + suffixes] = method_of(name + suffixes)
    return ways


def data_sets(folder: Path | None, chairs: int) -> dict[str, Any]:
    """Return the data sets that are there, by name; say which are not."""
    sets: dict[str, Any] = {}
    for name in DATA:
        try:
            sets[name] = open_data(Generated(chairs) if name == "chairs" else name)
        except FileNotFoundError as error:
            print(f"skipped {name}: {str(error).splitlines()[0]}", file=sys.stderr)
    for place in sorted(folder.iterdir()) if folder else ():
        if place.is_dir():
            sets[place.name + ", real"] = open_data(place)
    return sets


def measured(ways: dict[str, Any], sets: dict[str, Any], known: dict[str, Any] | None = None) -> dict[str, Any]:
    """Run all methods on all data sets; with earlier results only those that they lack, and time all of them."""
    columns = {name: {"title": TITLES.get(name, name), "pairs": len(pairs)} for name, pairs in sets.items()}
    if known and columns != known["columns"]:
        sys.exit(f"docs/results.json has the columns {known['columns']}; give the same data with --pairs and --chairs")
    there = {row["method"]: row for row in known["rows"]} if known else {}
    timed = sets["chairs"][0]
    rows = []
    for method, way in ways.items():
        row = there.get(method) or {"method": method, **errors(way, sets)}
        rows.append({**row, "ms": milliseconds(way, timed.img1, timed.img2), **cost(method)})
        said = "".join(f"{value:>10.3f}" for value in row["epe"].values())
        print(f"{method:<32}{said}{rows[-1]['ms']:>10.2f}", file=sys.stderr, flush=True)
    return {"columns": columns, "rows": rows, "machine": platform.machine(), "torch": torch.__version__}


def errors(way: Any, sets: dict[str, Any]) -> dict[str, Any]:
    """Return a method's mean error on each data set, over all pixels and by true speed."""
    found = {name: evaluate(way, pairs) for name, pairs in sets.items()}
    epe = {name: round(result["epe_over_images"], 4) for name, result in found.items()}
    bands = {
        name: {band: _rounded(result[f"epe_{band}_over_pixels"]) for band in SPEED_BANDS}
        for name, result in found.items()
    }
    return {"epe": epe, "bands": bands}


def milliseconds(way: Any, img1: Any, img2: Any) -> float:
    """Return the least processor time of a few runs."""
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        way(img1, img2)
        times.append(time.process_time() - begun)
    return round(1000 * min(times), 2)


def cost(method: str) -> dict[str, float]:
    """Return the parameters of a method's network, and the GFLOP of a pair of 512 x 1024.

    A multiplication and an addition are two operations. Flips and both directions are counted, classical steps are not.
    Empty for other methods.
    """
    name, *suffixes = re.split(r"[+ ]", method)
    if name not in shipped():
        return {}
    model = load_model(name)
    pair = torch.zeros(2, 1, 3, 512, 1024)
    with torch.no_grad(), FlopCounterMode(display=False, custom_mapping={torch.ops.flowlab.corr: _products}) as counted:
        model(*pair)
    passes = (4 if "flips" in suffixes else 1) * (2 if "fuse" in suffixes else 1)
    larger = 1.25**2 if "1.25" in suffixes else 1
    parameters = sum(weight.numel() for weight in model.parameters())
    return {"parameters": parameters, "gflop": round(passes * larger * counted.get_total_flops() / 1e9, 2)}


def _products(a_shape: Any, _b_shape: Any, *_settings: Any, out_shape: Any, **_: Any) -> int:
    """Return the operations of a correlation: a product and a sum for each channel of each score."""
    return 2 * a_shape[1] * math.prod(out_shape)


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)  # no pixel of a data set may move as fast


def by_band(results: dict[str, Any]) -> str:
    """Return the errors by true speed, over all pixels of a data set, in Markdown."""
    heads = ["EPE in px, below 10 / 10 to 40 / above", *results["columns"]]
    rows = [
        [
            row["method"],
            *(
                " / ".join("-" if e is None else f"{e:.2f}" for e in row["bands"][name].values())
                for name in results["columns"]
            ),
        ]
        for row in results["rows"]
    ]
    return markdown_table(heads, rows)


def effect(results: dict[str, Any]) -> str:
    """Return what '+v' does to each network on each data set, as a ratio of the errors."""
    by_name = {row["method"]: row["epe"] for row in results["rows"]}
    lines = ["error with '+v' / without it (below 1 it helps)"]
    for name, epe in by_name.items():
        if f"{name}+v" in by_name:
            ratios = (f"{data} {by_name[f'{name}+v'][data] / value:.2f}" for data, value in epe.items() if value)
            lines.append(f"  {name}: " + ", ".join(ratios))
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("methods", nargs="*", help="further networks")
    parser.add_argument("--pairs", type=Path, help="a folder of folders of real pairs")
    parser.add_argument("--chairs", type=int, default=32, help="generated pairs")
    parser.add_argument("--readme", action="store_true", help="write README.md, docs/results.md and docs/results.json")
    parser.add_argument("--times", action="store_true", help="keep the errors of docs/results.json; implies --readme")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if options.times else None
    results = measured(methods(options.methods), data_sets(options.pairs, options.chairs), known)
    table = results_table(results)
    print(table, by_band(results), effect(results), sep="\n\n")
    if options.readme or options.times:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        for page, text in ((ROOT / "README.md", short_table(results)), (ROOT / "docs" / "results.md", table)):
            page.write_text(replaced(page.read_text(encoding="utf-8"), text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
