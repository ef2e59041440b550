"""The wheel, and an environment that holds it with what it declares and nothing more; made without a download.

pip would have to fetch gigabytes. What it would do is written out here instead: the wheel is installed into an empty
environment, and each distribution that it requires (and what those require, and no extras) is linked there out of the
environment that runs the tests, file by file as its RECORD lists them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.chapters.paths import ROOT


def build_wheel(folder: Path) -> Path:
    """Build the wheel as `pip wheel .` does, with the build back end that is installed here."""
    source = folder / "source"
    kept = shutil.ignore_patterns(".git", ".venv", "work", "__pycache__", "*.egg-info", "data", "chapters", "runs")
    shutil.copytree(ROOT, source, ignore=kept, symlinks=True)
    call = [sys.executable, "-m", "pip", "wheel", str(source), "--no-deps", "--no-build-isolation", "-q", "-w", folder]
    done = subprocess.run([str(part) for part in call], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("flowlab-*.whl")
    return wheel


def required(names: list[str]) -> dict[str, Distribution]:
    """The distributions that these need, and so on, with the extras that are asked for; by normalised name."""
    found: dict[str, Distribution] = {}
    seen: set[str] = set()
    waiting = [(Requirement(name), "") for name in names]  # a requirement, and the extra that it belongs to
    while waiting:
        requirement, extra = waiting.pop()
        if str(requirement) in seen or (requirement.marker and not requirement.marker.evaluate({"extra": extra})):
            continue
        seen.add(str(requirement))
        key = re.sub(r"[-_.]+", "-", requirement.name).lower()
        found[key] = distribution(requirement.name)
        needs = [Requirement(line) for line in found[key].requires or []]
        waiting += [(need, of) for need in needs for of in ("", *requirement.extras)]
    return found


def make_environment(folder: Path, wheel: Path, needs: list[str]) -> Path:
    """Make an environment with the wheel and what is needed; return its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())
    for dist in required(needs).values():
        link(dist, site)
    call = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "-q", "--target", str(site), str(wheel)]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return python


def link(dist: Distribution, site: Path) -> None:
    """Link a distribution's files into a site-packages, but for its scripts."""
    for file in dist.files or []:
        if file.parts[0] != ".." and "__pycache__" not in file.parts:
            target = site / str(file)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                os.symlink(Path(str(dist.locate_file(file))), target)
