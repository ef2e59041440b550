"""The command line: what it prints, how it ends, and that it stays light."""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version

import pytest

import flowlab
from flowlab import doctor
from tests.budgets import HANG
from tests.cli.commands import line, run


def test_help_names_every_command():
    result = run("--help")
    assert result.exit_code == 0
    for name in ("doctor", "chairs", "train", "evaluate", "predict", "show", "bench", "convert", "export"):
        assert name in result.output
        assert run(name, "--help").exit_code == 0


@pytest.mark.parametrize("typed", ["lab --port 9000", "course", "course --fetch 03", "course export x"])
def test_the_courses_old_commands_say_in_one_line_what_to_type_now(typed):
    result = run(*typed.split())
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert "python -m flowlab_course lab | status | fetch NN" in line


def test_chairs_makes_pairs_that_can_be_read(tmp_path):
    result = run("chairs", "--count", "2", "--out", tmp_path / "set", "--size", "48x64")
    assert result.exit_code == 0, result.output
    flow, valid = flowlab.read_flow(tmp_path / "set" / "data" / "00002_flow.flo")
    assert flow.shape == (48, 64, 2)
    assert valid.all()


def test_chairs_come_from_the_world_that_was_asked_for(tmp_path):
    asked = ("chairs", "--count", "1", "--size", "24x32", "--out")
    result = run(*asked, tmp_path / "boxes", "--world", "boxes", "--photographs", "skimage")
    assert result.exit_code == 0, result.output
    said = json.loads((tmp_path / "boxes" / "flowlab-chairs.json").read_text())["config"]
    assert (said["shapes"], said["photographs"]) == (["box"], "skimage")
    assert run(*asked, tmp_path / "x", "--world", "sofas").exit_code == 2
    nowhere = run(*asked, tmp_path / "y", "--photographs", tmp_path / "none")
    assert nowhere.exit_code == 2
    assert "which is not a folder" in nowhere.output


def test_chairs_refuses_a_folder_of_something_else_and_a_size_that_is_none(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    taken = run("chairs", "--count", "1", "--out", tmp_path, "--size", "48x64")
    assert taken.exit_code == 1
    assert str(tmp_path) in taken.output
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert run("chairs", "--out", tmp_path / "x", "--size", "large").exit_code == 2


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (None, 0), (False, 1)])
def test_doctor_ends_with_1_only_when_something_needed_is_missing(monkeypatch, ok, code):
    monkeypatch.setattr(doctor, "checks", lambda: [doctor.Check("thing", ok, "found", "do this")])
    result = run("doctor")
    assert result.exit_code == code
    assert "thing" in result.output
    assert ("do this" in result.output) == (ok is not True)


def test_the_module_runs_and_stays_light():
    # Help must not wait for torch: whoever types it wants an answer now.
    code = """
import sys
from importlib.metadata import version
sys.argv = ["flowlab", "--help"]
try:
    import flowlab.__main__
except SystemExit as stop:
    print([name for name in ("torch", "ipywidgets", "matplotlib") if name in sys.modules], stop.code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=HANG)
    assert done.stdout.strip().endswith("[] 0"), done.stderr


def test_the_version_is_that_of_the_package():
    result = run("--version")
    assert (result.exit_code, result.output.strip()) == (0, f"flowlab {version('flowlab')}")


def test_a_shell_can_complete_the_commands():
    asked = {"_FLOWLAB_COMPLETE": "complete_bash", "COMP_WORDS": "flowlab ev", "COMP_CWORD": "1"}
    code = "from flowlab.cli import app; app(prog_name='flowlab')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True)
    assert done.stdout.split() == ["evaluate"], done.stderr


def test_what_the_doctor_and_the_bench_find_can_be_read_by_programs():
    found = json.loads(run("doctor", "--json").stdout)
    assert found[0]["name"] == "Python"
    assert found[0]["found"].startswith(platform.python_version())
    times = json.loads(run("bench", "dis", "--size", "64x64", "--repeats", 2, "--json").stdout)
    assert (times["height"], times["turns"], times["methods"][0]["method"]) == (64, 2, "dis")
    assert 0 < times["methods"][0]["least_ms"] <= times["methods"][0]["median_ms"]


def test_a_network_is_exported_by_its_name(tmp_path):
    pytest.importorskip("onnxscript", reason="onnx, onnxscript are not installed")
    without_checker = {**os.environ, "FLOWLAB_TYPECHECK": "0"}  # it takes traced sizes for wrong ones
    command = line("export", "flownets-small", tmp_path / "a.onnx", "--half")
    done = subprocess.run(command, env=without_checker, capture_output=True, text=True, timeout=HANG)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.onnx").stat().st_size < 6e6
    assert run("export", "flownets-small", tmp_path / "a.pt").exit_code == 2
    assert run("export", "gone.safetensors", tmp_path / "b.onnx").exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.onnx"]
