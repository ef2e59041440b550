"""Output that is redirected into a file of any encoding: no command ends with a traceback or leaves the file empty.

On Windows such a file has the encoding of the system's language. Every command of both command lines is tried.
"""

import io
import json
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from typer.main import get_command

import flowlab
from flowlab.cli import app
from flowlab.cli.common import CommandLine
from flowlab_course.cli import app as course_app
from tests.budgets import HANG
from tests.chapters.paths import ROOT
from tests.environment import environment_of_reader

PROGRAMS = {"flowlab": app, "flowlab_course": course_app}
NAME = "ö☃"  # none of the encodings has both, so that each path that a command prints is a trial
SMALL = ("--steps", "1", "--batch", "1", "--size", "64x64", "--crop", "64x64", "--width", "0.125", "--no-progress")
FEW = ("--set", "pretrain_steps=0", "--set", "validate_pairs=0", "--set", "tensorboard=false")
# For each command of each program a quick call; words that begin with @ are paths in a folder of that name.
CALLS = {
    "flowlab doctor": [],
    "flowlab chairs": ["--out", "@pairs", "--count", "1", "--size", "24x32", "--world", "boxes"],
    "flowlab train": ["--out", "@run", *SMALL, *FEW],
    "flowlab evaluate": ["zero", "--data", "motions", "--limit", "1", "--out", "@scores", "--no-progress"],
    "flowlab predict": ["@one.png", "@two.png", "--method", "dis-ultrafast", "--out", "@flow"],
    "flowlab show": ["@one.flo", "--out", "@flow.png", "--terminal"],
    "flowlab bench": ["dis-ultrafast", "--size", "24x32", "--repeats", "1"],
    "flowlab convert": ["@network.safetensors", "@converted.safetensors"],
    "flowlab export": ["@network.safetensors", "@network.onnx"],
    "flowlab lab": [],
    "flowlab course": [],
    "flowlab_course lab": ["--into", "@one.flo"],
    "flowlab_course status": ["--into", "@work"],
    "flowlab_course fetch": ["00", "--into", "@work"],
    "flowlab_course export": ["@class"],
    "flowlab_course progress": ["@progress.json"],
}
REFUSED = {"flowlab lab": 2, "flowlab course": 2, "flowlab_course lab": 1}  # on standard error, with these codes

# One process for all calls: most of what a call takes is Python that starts and imports torch.
DRIVER = """
    import json, os, sys
    from flowlab.cli import app
    from flowlab_course.cli import app as course_app

    programs = {"flowlab": app, "flowlab_course": course_app}
    ended = []
    for encoding, program, *arguments in json.loads(sys.argv[1]):
        if encoding:
            sys.stdout.reconfigure(encoding=encoding, errors="strict")
        # As from a shell, which gives bytes.
        arguments = [word.encode().decode(sys.getfilesystemencoding(), "surrogateescape") for word in arguments]
        before = os.fstat(1).st_size
        try:
            programs[program](arguments, prog_name=program)
        except SystemExit as end:
            sys.stdout.flush()
            ended.append([end.code, os.fstat(1).st_size - before])
    print(json.dumps(ended), file=sys.stderr)
"""


def prepared(folder):
    """Make a folder with what the calls read."""
    folder.mkdir(parents=True)
    noise = np.random.default_rng(0).integers(0, 256, (2, 24, 32, 3), np.uint8)
    for name, picture in zip(("one", "two"), noise, strict=True):
        flowlab.write_image(folder / f"{name}.png", picture)
    flowlab.write_flow(folder / "one.flo", np.ones((24, 32, 2), np.float32))
    flowlab.models.save_model(flowlab.FlowNetS(width=0.03125), folder / "network.safetensors")
    (folder / "progress.json").write_text('{"format": "flowlab-progress", "version": 1}', encoding="utf-8")
    return folder


def written(calls, folder, variables):
    """Make calls with standard output in a file; return each call's exit code and the bytes that it wrote."""
    environment = environment_of_reader(PYTHONPATH=str(ROOT), FLOWLAB_PROGRESS=str(folder / "own.json"))
    kept = {name: value for name, value in environment.items() if not name.startswith(("LC_", "LANG", "PYTHONIO"))}
    command = [sys.executable, "-c", textwrap.dedent(DRIVER), json.dumps(calls)]
    with (folder / "said").open("wb") as out:
        done = subprocess.run(command, env=kept | variables, stdout=out, stderr=subprocess.PIPE, timeout=HANG)
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, said[-3000:]
    assert "Traceback" not in said
    return json.loads(said.splitlines()[-1])


def test_every_command_has_a_call():
    names = {f"{program} {name}" for program, app in PROGRAMS.items() for name in get_command(app).commands}
    assert set(CALLS) == names


@pytest.mark.parametrize(
    ("encodings", "variables"),
    [
        (("cp1252", "gbk", "cp932", "ascii"), {"PYTHONIOENCODING": "cp1252"}),
        ((None,), {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    ],
    ids=["redirected", "in the C locale"],
)
def test_no_command_fails_for_a_character_that_the_encoding_lacks(tmp_path, encodings, variables):
    calls, expected = [], []
    for encoding in encodings:
        folder = prepared(tmp_path / f"{encoding} {NAME}")
        for name, words in CALLS.items():
            arguments = [str(folder / word[1:]) if word[0] == "@" else word for word in words]
            calls.append([encoding, *name.split(), *arguments])
            expected.append(REFUSED.get(name, 0))
    for name in (*PROGRAMS, *CALLS):
        calls.append([encodings[0], *name.split(), "--help"])
        expected.append(0)
    found = written(calls, tmp_path, variables)
    assert [code for code, _ in found] == expected
    assert [call for call, (code, size) in zip(calls, found, strict=True) if size == 0 and code == 0] == []


def test_the_doctors_report_in_such_a_file_can_be_read(tmp_path):
    report = tmp_path / "report.txt"
    with report.open("wb") as out:
        subprocess.run(
            [sys.executable, "-m", "flowlab", "doctor"],
            env=environment_of_reader(PYTHONPATH=str(ROOT), PYTHONIOENCODING="cp1252"),
            stdout=out,
            check=True,
            timeout=HANG,
        )
    lines = report.read_text(encoding="cp1252").splitlines()
    assert lines[0].split()[:2] == ["ok", "Python"]
    assert not [line for line in lines if line.split()[0] not in ("ok", "no", "-") and not line.startswith("   ")]


@pytest.mark.parametrize(("handler", "written"), [("strict", rb"\u2713"), ("ignore", b"")])
def test_a_character_that_the_encoding_lacks_is_written_as_its_number_unless_asked_otherwise(
    handler, written, monkeypatch
):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors=handler)
    monkeypatch.setattr(sys, "stdout", stream)
    app = CommandLine()
    app.command()(lambda: print("\u2713", end=""))
    app([], standalone_mode=False)
    stream.flush()
    assert stream.buffer.getvalue() == written
