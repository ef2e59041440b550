"""One JupyterLab and one Chromium for all browser tests of a run.

For this package only: while Playwright is on, its event loop counts as running, and nothing else could use one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.browser.server import jupyterlab
from tests.budgets import ANSWER
from tests.chapters.paths import CHAPTERS

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing = f"no browser: install one of {', '.join(BROWSERS)} and put it on PATH"
        if os.environ.get("CI"):
            pytest.fail(missing)  # there it belongs to the environment, and a skip would be seen by nobody
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, headless=True, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def lab(tmp_path_factory, browser):
    """JupyterLab on a copy of the chapters; asks for the browser first, so that none is started in vain."""
    folder = tmp_path_factory.mktemp("lab")
    root = folder / "chapters"
    root.mkdir()
    for notebook in CHAPTERS.glob("*.ipynb"):
        shutil.copy(notebook, root)
    with jupyterlab(root, folder) as server:
        yield server


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(1000 * ANSWER)
    yield page
    context.close()


@pytest.fixture(scope="package")
def shots():
    """The folder that keeps pictures of each widget before and after a move: FLOWLAB_SHOTS, or none."""
    folder = os.environ.get("FLOWLAB_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None
