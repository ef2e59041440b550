"""Build the page into build/page, unless it stands there already: ``python page/build.py``, or ``make page``.

It takes node 20 or newer with npm. What comes out is static: any web server shows it, from any folder.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILT = ROOT / "build/page"
ASSETS = ROOT / "build/page-assets"
STAMP = ROOT / "build/page.made"
INSTALLED = HERE / "node_modules/.made"
# What the page is made of: its own sources, and the parts of flowlab that make pairs and networks.
SOURCES = ("page/*.*", "page/src/**/*.*", "flowlab/models/**/*.*", "flowlab/costvolume/*.py", "flowlab/chairs/**/*.py")


def sources() -> Iterator[Path]:
    """Yield the files that the page is made of."""
    for pattern in SOURCES:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file() and path.suffix != ".pyc")


def fingerprint(paths: Iterator[Path] | list[Path]) -> str:
    """Name the content of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def stands(stamp: Path, made: str) -> bool:
    """Tell whether a stamp says that this was made."""
    return stamp.exists() and stamp.read_text(encoding="utf-8") == made


def npm(*arguments: str) -> None:
    """Run npm in the page's folder.

    Raises:
        RuntimeError: If it fails, or there is none.
    """
    program = shutil.which("npm")
    if program is None:
        raise RuntimeError("the page is built by node 20 or newer with npm, and there is no npm on PATH")
    done = subprocess.run([program, *arguments], cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def install() -> None:
    """Bring node_modules to what package-lock.json says."""
    made = fingerprint([HERE / "package-lock.json"])
    if not stands(INSTALLED, made):
        npm("ci", "--no-audit", "--no-fund", "--ignore-scripts")
        INSTALLED.write_text(made, encoding="utf-8")


def build() -> Path:
    """Build the page if anything that it is made of has changed, and return its folder.

    Raises:
        RuntimeError: If npm is missing or fails; the message says what it said.
    """
    made = fingerprint(sources())
    if stands(STAMP, made) and (BUILT / "index.html").exists():
        return BUILT
    install()
    # In a process of its own: an export and a checker of annotations (tests/conftest.py) do not mix.
    subprocess.run([sys.executable, str(HERE / "assets.py"), str(ASSETS)], check=True)
    npm("run", "build")
    STAMP.write_text(made, encoding="utf-8")
    return BUILT


if __name__ == "__main__":
    print(f"the page is in {build().relative_to(ROOT)}: python -m http.server --directory build/page")
