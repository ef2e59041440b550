"""Make the site: python -m docs.site [--out build/site], or `make site`.

The chapters with the outputs that are saved in them, the commands from the Typer applications, the reference from the
docstrings, every page in docs/. What the pages need comes with them, so that they can be read without a network, from
a folder or from any plain server.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from docs.site import chapters, commands, front, mend, reference

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXPLORER = ROOT / "build" / "page"  # what `make page` makes
MODULES = HERE / "node_modules"
LINK = re.compile(r"\[([^\]]+)\]\(\.\./([^)\s]+)\)")  # out of docs/, into the repository
EXAMPLE = re.compile(r"examples/\w+\.py")
PLACE = re.compile(r'<span data-page="([^"]+)">(.*?)</span>')  # of the browser page: a page of the site, and its name
BESIDE = re.compile(r"\]\(([\w.-]+)\)")  # to a file beside the page
MENTION = re.compile(r"\(chapter (\d\d)\)")


class SiteError(Exception):
    """The site cannot be made; the message says what is missing and what to do."""


def build(out: Path) -> Path:
    """Make the site from nothing; return its front page.

    Raises:
        SiteError: If `out` holds something else, npm is missing or fails, or Sphinx warns of anything.
    """
    if out.exists() and any(out.iterdir()) and not (out / ".buildinfo").exists():
        raise SiteError(f"{out} holds something that is not a site; choose another folder with --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=out.parent) as work:
        made = make(Path(work))
        shutil.rmtree(out, ignore_errors=True)  # not before: a site that cannot be made leaves the old one
        shutil.move(made, out)
    return out / "index.html"


def make(work: Path) -> Path:
    """Make the site in a folder of its own; return where."""
    from sphinx.application import Sphinx

    gather(work / "source")
    fetch_scripts(work / "static")
    app = Sphinx(
        srcdir=work / "source",
        confdir=HERE,
        outdir=work / "html",
        doctreedir=work / "doctrees",
        buildername="html",
        confoverrides={"html_static_path": [str(HERE / "static"), str(work / "static")]},
        status=None,
        warningiserror=True,
        exception_on_warning=False,
    )
    app.build(force_all=True)
    if app.statuscode:
        raise SiteError("Sphinx warned; each warning above names its page. Docstrings are in flowlab/, pages in docs/")
    mend.mend(work / "html")
    if EXPLORER.is_dir():
        join(EXPLORER, work / "html")
    return work / "html"


def join(explorer: Path, site: Path) -> None:
    """Copy the browser page into the site, and turn the names of pages that the site has into links to them."""
    shutil.copytree(explorer, site / "explorer")

    def link(match: re.Match[str]) -> str:
        stands = (site / match[1]).is_file()
        return f'<a href="../{match[1]}">{match[2]}</a>' if stands else match[0]

    page = site / "explorer" / "index.html"
    page.write_text(PLACE.sub(link, page.read_text(encoding="utf-8")), encoding="utf-8")


def gather(source: Path) -> None:
    """Lay out what Sphinx reads: front page, pages, chapters, notebooks to download, examples, commands, reference."""
    found = chapters.find(ROOT / "chapters")
    pages = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
    template = pages.pop("index")
    for name in ("chapters", "notebooks", "examples", "reference", "commands"):
        (source / name).mkdir(parents=True)
    for path in found.values():
        nbformat.write(chapters.page(path), source / "chapters" / path.name)
        shutil.copy(path, source / "notebooks")
    for folder, made in {"reference": reference.pages(), "commands": commands.pages()}.items():
        for name, text in made.items():
            (source / folder / name).write_text(text, encoding="utf-8")
    for name, text in pages.items():
        (source / f"{name}.md").write_text(with_links(text, found), encoding="utf-8")
        for file in map((ROOT / "docs").joinpath, BESIDE.findall(text)):
            if file.is_file() and file.suffix != ".md":
                shutil.copy(file, source)  # the page's link becomes a download
        for _, target in LINK.findall(text):
            if EXAMPLE.fullmatch(target):
                shutil.copy(ROOT / target, source / "examples")
    others = [*pages, "reference/index", *(f"commands/{program.name}" for program in commands.programs())]
    text = front.page(template, found, others, pages["recipes"], explorer=EXPLORER.is_dir())
    (source / "index.md").write_text(text, encoding="utf-8")


def with_links(text: str, found: dict[str, Path]) -> str:
    """Lead each "(chapter 08)" to that chapter, if it stands, and no link out of the site.

    Example:
        >>> with_links("a slope (chapter 03), [README](../README.md)", {"03": Path("03_lucas_kanade.ipynb")})
        'a slope ([chapter 03](chapters/03_lucas_kanade.ipynb)), `README`'
    """

    def mention(match: re.Match[str]) -> str:
        path = found.get(match[1])
        return f"([chapter {match[1]}](chapters/{path.name}))" if path else match[0]

    def link(match: re.Match[str]) -> str:
        said, target = match[1], match[2]
        stands = target in {f"chapters/{path.name}" for path in found.values()} or EXAMPLE.fullmatch(target)
        return f"[{said}]({target})" if stands else said if "`" in said else f"`{said}`"

    return LINK.sub(link, MENTION.sub(mention, text))


def fetch_scripts(static: Path) -> None:
    """Bring the script that draws formulas, as package-lock.json has it, from npm's registry or what npm kept of it."""
    lock = HERE / "package-lock.json"
    done = MODULES / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        npm = shutil.which("npm")
        if npm is None:
            raise SiteError("make site takes a script from npm, and there is no npm: install Node.js 18 or newer")
        call = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        ran = subprocess.run(call, cwd=HERE, capture_output=True, text=True)
        if ran.returncode:
            raise SiteError(f"npm ci failed in {HERE}:\n{ran.stdout}{ran.stderr}")
    target = static / "vendor"
    target.mkdir(parents=True)
    shutil.copy(MODULES / "mathjax" / "es5" / "tex-svg-full.js", target / "mathjax.js")
    shutil.copy(MODULES / "mathjax" / "LICENSE", target / "mathjax.LICENSE.txt")


def main() -> None:
    """Make the site, or say why not."""
    parser = argparse.ArgumentParser(description="Make the site, to be read offline.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site", help="its folder (default: build/site)")
    try:
        front_page = build(parser.parse_args().out.resolve())
    except SiteError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{front_page}: open it, or: python -m http.server --directory {front_page.parent}\n")


if __name__ == "__main__":
    main()
