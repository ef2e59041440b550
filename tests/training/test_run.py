"""What a run leaves in its folder, and what the command line makes of it."""

import json

import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

import flowlab
from flowlab.chairs import VERSION, make_pair
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.cli import app
from flowlab.training import RECIPES, fit
from flowlab.training.run_folder import Log, Progress, read_log, snapshot_steps

from .small import BOXES, small


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return fit(small(tmp_path_factory.mktemp("run"), snapshots=4, tensorboard=True), command="typed")


def test_it_learns(run):
    lines = [row for row in run.log if row["event"] == "train"]
    assert lines[-1]["loss"] < 0.7 * lines[0]["loss"]


def test_the_weights_load_and_predict(run):
    model = flowlab.load_model(run.out / "model.safetensors")
    pair = make_pair(5, 0, (64, 64), BOXES)
    img1, img2 = (torch.from_numpy(f).permute(2, 0, 1)[None] / 255 for f in (pair.img1, pair.img2))
    with torch.no_grad():
        assert torch.equal(model(img1, img2).flow, run.model(img1, img2).flow)
    assert model.metadata["step"] == "24"
    assert "MIT" in model.metadata["licence"]


def test_the_best_weights_are_those_of_the_lowest_error(run):
    scores = {row["step"]: row["epe"] for row in run.log if row["event"] == "validation"}
    best = flowlab.load_model(run.out / "best.safetensors")
    assert int(best.metadata["step"]) == min(scores, key=scores.get)


def test_the_error_is_that_of_the_held_out_pairs(run):
    """By flowlab.epe, pair after pair."""
    errors = []
    for number in range(2):
        pair = make_pair(VALIDATION_SEED, number, (64, 64), BOXES)
        img1, img2 = (torch.from_numpy(f).permute(2, 0, 1)[None] / 255 for f in (pair.img1, pair.img2))
        with torch.no_grad():
            flow = run.model(img1, img2).flow[0].permute(1, 2, 0).numpy()
        errors.append(flowlab.epe(flow, pair.flow))
    last = [row for row in run.log if row["event"] == "validation"][-1]
    assert last["epe"] == pytest.approx(sum(errors) / 2, abs=1e-3)


def test_the_log_has_what_one_wants_to_know(run):
    rows = read_log(run.out)
    assert rows == run.log
    assert [row["event"] for row in (rows[0], rows[-1])] == ["start", "end"]
    line = next(row for row in rows if row["event"] == "train")
    assert line.keys() >= {"step", "loss", "lr", "grad_norm", "steps_per_s", "pairs_per_s", "data_wait", "seconds"}
    assert 0 <= line["data_wait"] <= 1


def test_snapshots_are_half_precision_weights_along_the_way(run):
    paths = sorted((run.out / "snapshots").iterdir())
    assert [int(path.stem.split("-")[1]) for path in paths] == snapshot_steps(4, 24) == [10, 13, 18, 24]
    assert {value.dtype for value in load_file(paths[0]).values()} == {torch.float16}
    last, final = flowlab.load_model(paths[-1]).state_dict(), load_file(run.out / "model.safetensors")
    assert all(torch.allclose(last[name], final[name], rtol=1e-3, atol=1e-4) for name in final)


def test_the_card_says_where_the_weights_come_from(run):
    card = (run.out / "model.md").read_text()
    for said in ("24 steps of 4 pairs", "flowlab.chairs` version", "seed 0", "MIT", "`typed`", "| epe |", "| 24 |"):
        assert said in card
    config = json.loads(card.split("```json")[1].split("```")[0])
    assert config == json.loads((run.out / "config.json").read_text())
    assert (config["lr"], config["generator"]) == (RECIPES["laptop"].lr, VERSION)


def test_tensorboard_gets_curves_and_pictures(run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(run.out / "tensorboard"), size_guidance={"images": 0}).Reload()
    assert [e.step for e in events.Scalars("train/loss")] == [4, 8, 12, 16, 20, 24]
    assert [e.step for e in events.Scalars("validation/epe")] == [12, 24]
    assert any("truth" in tag for tag in events.Tags()["images"])


def test_a_line_that_a_kill_cut_off_is_left_out(tmp_path):
    log = Log(tmp_path, Progress(), tensorboard=False)
    log.write("train", 1, loss=float("nan"))
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"event": "tr')
    (row,) = read_log(tmp_path)
    assert row | {"seconds": 0.0} == {"event": "train", "step": 1, "loss": None, "seconds": 0.0}


@pytest.mark.parametrize("line", [b'{"event": "tr', b"\xff\xfe", b"7", b'{"event": "train"}', b""])
def test_a_damaged_line_is_named(tmp_path, line):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"event": "start", "step": 0}\n' + line + b'\n{"event": "end", "step": 1}\n')
    with pytest.raises(ValueError, match=r"log\.jsonl, line 2, is damaged: .*Delete the line") as error:
        read_log(tmp_path)
    assert str(path) in str(error.value)


def test_who_watches_sees_each_line_and_the_network(tmp_path):
    seen = []
    fit(small(tmp_path, steps=12), watch=lambda report: seen.append((report.row["event"], report.step)))
    assert seen == [("train", 4), ("train", 8), ("train", 12), ("validation", 12)]


def command(*arguments):
    return CliRunner().invoke(app, ["train", *(str(argument) for argument in arguments)])


def test_the_command_trains_and_says_where_the_weights_are(tmp_path):
    options = [
        "--recipe",
        "laptop",
        "--model",
        "flownets",
        "--width",
        "0.125",
        "--steps",
        "2",
        "--batch",
        "2",
        "--size",
        "64x64",
        "--seed",
        "3",
        "--checkpoint-every",
        "1",
        "--set",
        "validate_pairs=0",
        "--set",
        "pretrain_steps=0",
        "--workers",
        "0",
        "--set",
        "cached_pairs=4",
        "--set",
        "epochs_per_pair=4",
        "--no-progress",
        "--set",
        "tensorboard=no",
    ]
    done = command(*options, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert str(tmp_path / "model.safetensors") in done.output
    config = json.loads((tmp_path / "config.json").read_text())
    assert (config["size"], config["seed"], config["batch"], config["checkpoint_every"]) == ([64, 64], 3, 2, 1)
    assert command(*options, "--out", tmp_path, "--set", "lr=1").exit_code == 1


def test_the_command_ends_with_one_line_where_it_cannot_train(tmp_path):
    done = command("--out", tmp_path, "--recipe", "quick")
    assert done.exit_code == 2  # wrong use
    assert done.output.strip() == "flowlab train: no recipe 'quick'; choose one of paper, modern, laptop, finetune"


def test_a_network_with_batch_normalisation_goes_on_and_predicts_as_it_was_judged(tmp_path):
    fit(small(tmp_path / "two", model="flownetc", batch_norm=True, steps=6))
    done = fit(small(tmp_path / "two", model="flownetc", batch_norm=True, steps=12))
    at_once = fit(small(tmp_path / "one", model="flownetc", batch_norm=True, steps=12, schedule="flat"))
    model = flowlab.load_model(done.out / "model.safetensors")
    assert model.config.batch_norm
    assert 0 < int(model.conv1[1].num_batches_tracked) == int(at_once.model.conv1[1].num_batches_tracked) == 12
    (row,) = [row for row in done.log if row["event"] == "validation" and row["step"] == 12]
    errors = []
    for number in range(2):
        pair = make_pair(VALIDATION_SEED, number, (64, 64), BOXES)
        img1, img2 = (torch.from_numpy(f).permute(2, 0, 1)[None] / 255 for f in (pair.img1, pair.img2))
        with torch.no_grad():
            flow = model(img1, img2).flow[0].permute(1, 2, 0).numpy()
        errors.append(flowlab.epe(flow, pair.flow))
    assert sum(errors) / 2 == pytest.approx(row["epe"], abs=1e-3)
