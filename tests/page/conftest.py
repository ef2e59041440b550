"""The built page behind the plainest of servers, and a Chromium whose camera is a moving test picture."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from docs.site.__main__ import join
from tests.browser.conftest import BROWSERS, QUIET
from tests.browser.notebook import Watcher
from tests.budgets import ANSWER

ROOT = Path(__file__).resolve().parents[2]
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def missing(what: str) -> None:
    """Skip where something may be missing, fail where it belongs to the environment."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def build():
    """page/build.py as a module."""
    sys.path.insert(0, str(ROOT / "page"))
    try:
        import build
    finally:
        sys.path.pop(0)
    return build


@pytest.fixture(scope="session")
def built(build) -> Path:
    """The folder of the page, built now if anything has changed."""
    if shutil.which("npm") is None:
        missing("no npm: the page is built by node 20 or newer")
    return build.build()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as `python -m http.server` does: no headers but the usual, nothing packed."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="package")
def course(tmp_path_factory, built) -> Path:
    """A site as the course's is: the page under explorer/, and beside it a chapter to link to."""
    site = tmp_path_factory.mktemp("site")
    (site / "chapters").mkdir()
    (site / "chapters/08_correlation.html").write_text("<title>Correlation</title>", encoding="utf-8")
    join(built, site)
    return site


@pytest.fixture(scope="package")
def url(course) -> Iterator[str]:
    with served(course) as address:
        yield f"{address}explorer/"


@pytest.fixture(scope="package")
def chromium(built):
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing(f"no browser: install one of {', '.join(BROWSERS)} and put it on PATH")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * ANSWER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=[*QUIET, *CAMERA])
        yield browser
        browser.close()


@contextmanager
def visit(chromium, url: str, **context: object):
    """Open the page as a new visitor; whoever leaves has seen no error and no request to elsewhere."""
    visitor = chromium.new_context(viewport={"width": 1280, "height": 900}, **context)
    page = visitor.new_page()
    page.set_default_timeout(1000 * ANSWER)
    watcher = Watcher(page, url.removesuffix("explorer/"))
    page.goto(url)
    page.locator("#explorer-verdict").filter(has_text="best match").wait_for()
    yield page
    visitor.close()
    # Chromium notes a machine without a graphics card.
    assert [trouble for trouble in watcher.troubles if "adapter" not in trouble] == []


@pytest.fixture(scope="module")
def page(chromium, url):
    with visit(chromium, url) as page:
        yield page
