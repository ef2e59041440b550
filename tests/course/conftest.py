"""Every test of the course has a progress file of its own, and a session in which no chapter has begun."""

import matplotlib as mpl
import pytest

from flowlab_course.page import session
from flowlab_course.reader import progress

mpl.use("Agg")


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    file = tmp_path / "own" / "progress.json"
    monkeypatch.setenv("FLOWLAB_PROGRESS", str(file))
    monkeypatch.setenv("FLOWLAB_PROFILE", "laptop")
    monkeypatch.delenv("FLOWLAB_THREADS", raising=False)
    monkeypatch.setattr(progress, "_unsaved", {})
    monkeypatch.setattr(session, "current", session.Session())
    with mpl.rc_context():
        yield file


@pytest.fixture
def displayed(monkeypatch):
    """Return the list that collects the mime bundles which are displayed."""
    bundles = []

    def collect(bundle, *, raw=False):
        assert raw, "a bundle is displayed as it is"
        bundles.append(bundle)

    monkeypatch.setattr("IPython.display.display", collect)
    return bundles
