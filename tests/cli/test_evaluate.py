"""evaluate: several methods on several data sets, as a table and as files; what is missing is skipped by name."""

import json
import shutil
import signal
import subprocess
import time

import numpy as np
import pytest

from flowlab.evaluation import evaluate
from flowlab.field import write_flow, write_image
from flowlab_course.chapters.ch04.disc import moving_disc
from tests.budgets import HANG
from tests.cli.commands import line, run

SIZE = (48, 64)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "mine"
    for seed in range(3):
        pair, place = moving_disc(8, 3, seed=seed, size=SIZE), root / f"disc{seed}"
        place.mkdir(parents=True)
        write_image(place / "img1.png", pair.img1)
        write_image(place / "img2.png", pair.img2)
        write_flow(place / "gt.flo", pair.flow)
    return root


def test_a_table_has_a_line_for_each_method(folder):
    result = run("evaluate", "zero", "dis", "--data", folder, "--no-progress")
    assert result.exit_code == 0, result.output
    head, columns, zero, dis = result.output.rstrip().splitlines()
    assert head == f"mine: 3 pairs, {3 * 48 * 64} pixels with known flow"
    assert columns.split()[:2] == ["EPE", "px"]
    for method, row in (("zero", zero), ("dis", dis)):
        expected = evaluate(method, folder)
        assert row.split()[:3] == [method, f"{expected['epe']:.3f}", f"{expected['epe_over_images']:.3f}"]
        assert row.split()[4:6] == ["-", "-"]  # nothing moves by 10 px


def test_files_for_each_method_lie_in_folders_of_their_own(folder, tmp_path):
    out = tmp_path / "out"
    result = run(
        "evaluate", "zero", "dis+v", "--data", folder, "--out", out, "--worst", 1, "--limit", 2, "--no-progress"
    )
    assert result.exit_code == 0, result.output
    places = sorted(out.iterdir())
    assert [place.name.split("-on-")[0] for place in places] == ["dis+v", "zero"]
    for place in places:
        assert len(json.loads((place / "evaluation.json").read_text())["samples"]) == 2
        assert len(list((place / "worst").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("magic",), 2, "flowlab evaluate: unknown method 'magic'"),
        (("zero", "--data", "nowhere"), 2, "flowlab evaluate: no data set 'nowhere'"),
        (("zero", "--worst", 2), 2, "give --out"),
        (("zero", "--scale", 0), 2, "flowlab evaluate: scale must be from 0.01 to 100, got 0"),
        (("lost.safetensors",), 1, "there is no such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments, code, said):
    result = run("evaluate", *arguments, "--no-progress", "--limit", 1)
    assert result.exit_code == code
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_command_that_is_killed_goes_on_where_it_was(tmp_path):
    out = tmp_path / "out"
    command = line("evaluate", "horn-schunck+v", "--data", "motions", "--out", out, "--no-progress")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = out / "horn-schunck+v-on-motions" / "samples.jsonl"
    deadline = time.monotonic() + HANG
    while not (journal.exists() and journal.read_text().count("\n") >= 2):  # the head and a row
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    rows = journal.read_text().splitlines()[1:]
    assert 1 <= len(rows) < 4
    result = run("evaluate", "horn-schunck+v", "--data", "motions", "--out", out, "--no-progress")
    assert result.exit_code == 0, result.output
    assert journal.read_text().splitlines()[1 : 1 + len(rows) - 1] == rows[:-1]  # kept, not done again
    resumed = json.loads((journal.parent / "evaluation.json").read_text())["metrics"]
    shutil.rmtree(out)
    whole = evaluate("horn-schunck+v", "motions")
    assert resumed["images"] == 4
    np.testing.assert_allclose(resumed["epe"], whole["epe"], rtol=1e-12)


def test_a_data_set_that_is_not_there_is_skipped_and_named(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWLAB_DATA", str(tmp_path / "empty"))
    result = run("evaluate", "zero", "--data", "sintel-final", "--data", folder, "--no-progress")
    assert result.exit_code == 0
    assert "skipped sintel-final: Sintel was not found. Looked in:" in result.output
    assert "mine: 3 pairs" in result.output
    alone = run("evaluate", "zero", "--data", "sintel-final", "--no-progress")
    assert alone.exit_code == 1
    assert "none of these data sets is on this machine" in alone.output


def test_json_holds_the_numbers_of_the_table(tmp_path):
    asked = ("evaluate", "zero", "dis", "--data", "motions", "--limit", 1, "--no-progress")
    table, as_json = run(*asked), run(*asked, "--json")
    assert as_json.exit_code == 0, as_json.output
    rows = json.loads(as_json.stdout)
    assert [(row["method"], row["data"], row["images"]) for row in rows] == [
        ("zero", "known motions", 1),
        ("dis", "known motions", 1),
    ]
    assert f"{rows[0]['epe']:.3f}" in table.output
    assert all(row["epe_s40_plus_over_pixels"] is None or row["epe_s40_plus_over_pixels"] > 0 for row in rows)


def test_worst_without_a_folder_is_a_wrong_command_line():
    assert run("evaluate", "zero", "--data", "motions", "--worst", 1).exit_code == 2
