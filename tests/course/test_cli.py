"""The course's commands: what they print, how they end, and that they lose nothing of a reader's."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flowlab_course.cli import app
from flowlab_course.reader import copies, lab
from flowlab_course.reader.lab import command, serve, write_settings


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def notebook(text):
    cell = {"cell_type": "markdown", "metadata": {}, "source": text, "id": "a"}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def originals(tmp_path, monkeypatch):
    folder = tmp_path / "chapters"
    folder.mkdir()
    for name in ("00_start.ipynb", "01_flow.ipynb"):
        (folder / name).write_text(notebook("old"))
    monkeypatch.setattr(copies, "source_folder", lambda: folder)
    return folder


def test_help_names_every_command():
    result = run("--help")
    assert result.exit_code == 0
    for name in ("lab", "status", "fetch", "export", "progress"):
        assert name in result.output
        assert run(name, "--help").exit_code == 0


def test_status_makes_the_copy_and_says_how_it_stands(originals, tmp_path):
    result = run("status", "--into", tmp_path / "work")
    assert result.exit_code == 0
    assert "2 chapters copied" in result.output
    assert result.output.count(copies.SAME) == 2


def test_inside_a_copy_that_copy_is_meant(originals, tmp_path, monkeypatch):
    """As in a terminal of JupyterLab, which opens in the reader's folder: no second copy is made inside it."""
    run("status", "--into", tmp_path / "mine")
    deeper = tmp_path / "mine" / "pictures"
    deeper.mkdir()
    monkeypatch.chdir(deeper)
    result = run("status")
    assert result.output.count(copies.SAME) == 2
    assert "copied" not in result.output
    assert list(deeper.iterdir()) == []


def test_a_terminal_of_the_lab_finds_the_python_that_has_flowlab(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(lab.os, "execv", lambda program, arguments: None)
    lab.serve(tmp_path, 9123, [])
    assert shutil.which("python") == str(Path(sys.executable).parent / "python")


def test_fetch_brings_a_newer_original_and_keeps_what_the_reader_wrote(originals, tmp_path):
    work = tmp_path / "work"
    run("status", "--into", work)
    (work / "01_flow.ipynb").write_text(notebook("mine"))
    (originals / "01_flow.ipynb").write_text(notebook("new"))
    assert copies.BOTH in run("status", "--into", work).output
    result = run("fetch", "01", "--into", work)
    assert result.exit_code == 0
    assert "new" in (work / "01_flow.ipynb").read_text()
    assert "mine" in (work / "01_flow.mine-1.ipynb").read_text()


def test_a_chapter_that_does_not_exist_ends_with_1_and_the_choice(originals, tmp_path):
    result = run("fetch", "77", "--into", tmp_path / "work")
    assert result.exit_code == 1
    assert "there is no chapter '77'" in result.output
    assert "01_flow" in result.output


def test_an_export_never_overwrites(originals, tmp_path):
    assert run("export", tmp_path / "class").exit_code == 0
    again = run("export", tmp_path / "class")
    assert again.exit_code == 1
    assert "holds 00_start.ipynb" in again.output


def test_a_folder_that_cannot_be_made_is_named(originals, tmp_path):
    (tmp_path / "work").write_text("a file is in the way")
    result = run("status", "--into", tmp_path / "work")
    assert result.exit_code == 1
    assert str(tmp_path / "work") in result.output


def test_the_lab_listens_on_this_machine_only_and_keeps_its_token(tmp_path):
    line = command(tmp_path, 9123, write_settings(tmp_path / "settings"), ["--no-browser"])
    assert "--ip=127.0.0.1" in line
    assert "--port=9123" in line
    assert line[-1] == "--no-browser"
    assert not any("token" in word or "password" in word for word in line)  # JupyterLab then makes a token itself
    overrides = json.loads((tmp_path / "settings" / "overrides.json").read_text())
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_a_folder_that_another_user_prepared_in_the_temporary_folder_is_not_used(tmp_path, monkeypatch):
    """Another user knows the names that we would choose there, and puts links to this user's files in their place."""
    shared, victim, started = tmp_path / "shared", tmp_path / "bashrc", []
    victim.write_text("mine")
    uid = os.getuid() if hasattr(os, "getuid") else 0
    for name in (f"flowlab-lab-{uid}", "flowlab-lab", "flowlab"):
        (shared / name).mkdir(parents=True)
        (shared / name / "overrides.json").symlink_to(victim)
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "execv", lambda program, arguments: started.append(arguments))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    serve(tmp_path, 9123, [])
    settings = Path(next(word for word in started[0] if "app_settings_dir" in word).split("=")[1])
    assert victim.read_text() == "mine"
    assert settings == tmp_path / "cache" / "flowlab" / "lab"
    assert settings.stat().st_mode & 0o077 == 0
    assert json.loads((settings / "overrides.json").read_text())

    settings.chmod(0o777)  # no longer this user's alone: a new one is made, which nobody can have prepared
    serve(tmp_path, 9123, [])
    fresh = Path(next(word for word in started[1] if "app_settings_dir" in word).split("=")[1])
    assert fresh.parent == shared
    assert fresh.stat().st_mode & 0o077 == 0
    assert victim.read_text() == "mine"


def test_progress_writes_the_class_and_names_what_it_left_out(tmp_path):
    for name, content in {"ana": '{"format": "flowlab-progress", "version": 1}', "bo": "{"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "progress.json").write_text(content)
    result = run("progress", tmp_path, "--csv", tmp_path / "out.csv")
    assert result.exit_code == 0, result.output
    assert "bo/progress.json: left out, it is not JSON" in result.output
    header, first, *_ = (tmp_path / "out.csv").read_text().splitlines()
    assert header == "student,chapter,exercise,attempts,solved,when,hints,solution_seen"
    assert first == "ana,00,0.1,0,0,,0,0"
    assert run("progress", tmp_path / "bo").exit_code == 1
    assert "no such file" in run("progress", tmp_path / "nowhere").output
