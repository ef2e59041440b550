"""The site, made once from this checkout, and a plain server for it."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.browser.conftest import browser as browser
from tests.budgets import HANG
from tests.chapters.paths import ROOT
from tests.site import pages as pages_


def missing() -> str | None:
    """What the site needs and this machine has not."""
    if shutil.which("npm") is None and not (ROOT / "docs" / "site" / "node_modules").is_dir():
        return "no npm: the site takes a script from it; install Node.js 18 or newer"
    if importlib.util.find_spec("furo") is None:
        return "no Sphinx: pip install -r docs/requirements.txt, which `make test` does"
    return None


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site; FLOWLAB_SITE names one that is made already, for whoever works on these tests."""
    if made := os.environ.get("FLOWLAB_SITE"):
        return Path(made).resolve()
    if lacks := missing():
        if os.environ.get("CI"):
            pytest.fail(lacks)  # there it belongs to the environment, and a skip would be seen by nobody
        pytest.skip(lacks)
    out = tmp_path_factory.mktemp("site") / "site"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "FLOWLAB_TYPECHECK": "0"}
    call = [sys.executable, "-m", "docs.site", "--out", str(out)]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def pages(site):
    """Every page of it, read."""
    return pages_.read(site)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own server of a folder, without its log."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def served(site):
    """The site's address on a plain server of static files."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
