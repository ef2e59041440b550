"""The fixture chapter, built once: small, conforming, and full of things that can be broken."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def fixture_path(tmp_path_factory):
    """The fixture chapter's notebook, built and run."""
    from flowlab_course.build import build
    from tests.chapters.paths import FIXTURE

    return build(FIXTURE, tmp_path_factory.mktemp("fixture")).path


@pytest.fixture
def fixture_chapter(fixture_path):
    """The fixture chapter's notebook, fresh for each test."""
    import nbformat

    return nbformat.read(fixture_path, as_version=4)
