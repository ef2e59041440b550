"""A training on any data set: what reaches the loss, what is held out, and what is refused in words."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset

import flowlab
from flowlab.chairs.dataset import pair_tensors
from flowlab.cli.training import say_errors
from flowlab.evaluation import open_data
from flowlab.training import Report, TrainingError, fit, recipe
from flowlab.training.data import Batches, HeldOut
from flowlab.training.distributed import DistributedContext
from flowlab.training.sources import PairError, open_pairs, split_masks
from tests.cli.commands import run
from tests.datasets.trees import SIZE, TREES, vectors

from .small import BOXES, small

ALONE = DistributedContext(0, 1, torch.device("cpu"))


class Slides(Dataset):
    """Noise that slides by (2, -1) pixels; every second row is unknown, and there the flow is NaN."""

    def __init__(self, count=10, sizes=((64, 64),), known=True):
        self.count, self.sizes, self.known = count, sizes, known

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        H, W = self.sizes[i % len(self.sizes)]
        noise = torch.rand(3, H + 1, W + 2, generator=torch.Generator().manual_seed(i))
        flow, valid = torch.tensor([2.0, -1.0])[:, None, None].repeat(1, H, W), torch.ones(H, W, dtype=torch.bool)
        if not self.known:
            valid[::2] = False
            flow[:, ::2] = torch.nan
        return noise[:, :-1, 2:], noise[:, 1:, :-2], flow, valid


def network():
    """Return a FlowNetS of an eighth of the width, with the same weights in each call."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return flowlab.FlowNetS(width=0.125)


def own(out, **changes):
    fields = {"steps": 4, "batch": 2, "log_every": 2, "validate_every": 2, "tensorboard": False, "threads": 1}
    fields |= {"rehearsal": 0.0, "chairs": BOXES}
    return recipe("finetune", **{**fields, "workers": 0, "device": "cpu", "out": str(out), "crop": (64, 64), **changes})


@pytest.mark.parametrize("name", ["sintel clean", "kitti 2015", "kitti 2012", "things", "middlebury", "own"])
def test_every_data_set_that_can_be_evaluated_can_be_trained_on(name, tmp_path):
    tree = TREES[name]
    root = tree.write(tmp_path / "data" if name == "own" else tmp_path)
    if name == "kitti 2012":
        (root / "training" / "flow_noc").rename(root / "training" / "flow_occ")
    pairs = open_pairs(own(tmp_path, data=str(root), crop=(), holdout=0))
    truths = [truth.replace("flow_noc", "flow_occ") for _, _, truth in tree.pairs]
    assert len(pairs.train) >= len(truths) == len(open_data(root)) or name == "things"
    wanted = {vectors(root / truth).tobytes(): truth for truth in truths}
    for i in range(len(pairs.train)):
        img1, _, flow, valid = pairs.train[i]
        assert (img1.shape, flow.shape, valid.shape) == ((3, *SIZE), (2, *SIZE), SIZE)
        if name.startswith("kitti"):
            assert not valid[::2].any()
            assert valid[1::2].all()
        elif name != "things":
            assert flow.permute(1, 2, 0).contiguous().numpy().tobytes() in wanted


def test_a_factor_shows_a_data_set_more_often(tmp_path):
    root = TREES["own"].write(tmp_path / "data")
    names = (str(root), f"3*{TREES['kitti 2015'].write(tmp_path / 'k')}")
    pairs = open_pairs(own(tmp_path, data=names, crop=(), holdout=0))
    assert len(pairs.train) == 2 + 3 * 3
    assert "3 times 3 pairs of KittiFlow 2015" in pairs.about


def test_unknown_pixels_do_not_reach_the_loss(tmp_path):
    """Whatever stands there, NaN or a wrong flow, the weights are the same to the bit."""

    class Wrong(Slides):
        def __getitem__(self, i):
            img1, img2, flow, valid = super().__getitem__(i)
            return img1, img2, flow.nan_to_num(77.0), valid

    weights = []
    for n, data in enumerate((Slides(known=False), Wrong(known=False))):
        config = own(tmp_path / str(n), validate_pairs=0, augment="none", width=0.125)
        weights.append(fit(config, data=data).model.state_dict())
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert all(value.isfinite().all() for value in weights[0].values())


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize("crop", [(), (48, 56)])
def test_pairs_of_several_sizes_are_cropped_before_they_are_stacked(tmp_path, crop, workers):
    data = Slides(6, sizes=((64, 96), (80, 64)))
    config = own(tmp_path, crop=crop, workers=workers, data="given", augment="none")
    batches = Batches(config, 0, ALONE, pairs=open_pairs(config, data))
    for img1, img2, flow, valid in batches:
        H, W = img1.shape[-2:]
        assert crop == (H, W) if crop else ((H, W) in {(64, 64), (64, 96), (80, 64)})
        torch.testing.assert_close(flow, torch.tensor([2.0, -1.0])[:, None, None].expand_as(flow))
        assert valid.all()
        torch.testing.assert_close(img1[..., 1:, :-2], img2[..., :-1, 2:], atol=2 / 255, rtol=0)
    batches.close()
    shapes = [batch[3].shape[1:] for batch in HeldOut(config, ALONE, open_pairs(config, data))]
    assert set(shapes) <= {(64, 96), (80, 64)}  # whole


@pytest.mark.parametrize("workers", [0, 2])
def test_a_pair_that_is_too_small_is_named(tmp_path, workers):
    data = Slides(10, sizes=((64, 64), (64, 64), (64, 64), (40, 70)))
    with pytest.raises((PairError, TrainingError)) as error:
        fit(own(tmp_path, workers=workers, steps=20, holdout=0, width=0.125), data=data)
    said = r"pair 0000[37] is 40 x 70 \(height x width\), smaller than the crop of 64 x 64; take --crop 40x64"
    assert error.match(said)
    assert "Traceback" not in str(error.value)
    assert "memory" not in str(error.value)


def item(**changes):
    parts = {"img1": np.zeros((64, 64, 3), np.uint8), "flow": np.zeros((64, 64, 2), np.float32)}
    parts |= {"valid": np.ones((64, 64), bool)} | changes
    return parts["img1"], np.zeros((64, 64, 3), np.uint8), parts["flow"], parts["valid"]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([item()[:2]], r"pair 00000 must be \(img1, img2, flow, valid\), got a tuple"),
        ([{"images": 1}], r"pair 00000 must be \(img1, img2, flow, valid\), got a dict"),
        ([item(flow=np.zeros((64, 64, 3), np.float32))], r"flow must be .*got shape \(64, 64, 3\)|parameter 'flow'"),
        ([item(flow=np.zeros((32, 64, 2), np.float32))], "frames, flow and masks must have one size"),
        ([item(flow=np.full((64, 64, 2), np.nan, np.float32))], "NaN, infinite or above 1e9 at 4096 pixels"),
        ([item(img1=np.full((64, 64, 3), 200.0))], "floats from 200 to 200; expected values in"),
        ([item(valid=np.ones((64, 32), bool))], "one size, got 64 x 64, 64 x 64, 64 x 64, 64 x 32"),
        ([], "the data set is empty"),
        (iter([1]), "a data set has a length and items by number, got list_iterator"),
    ],
)
def test_data_that_cannot_be_used_is_refused_before_the_first_step(tmp_path, items, said):
    with pytest.raises((ValueError, TypeError), match=said):
        fit(own(tmp_path / "run", holdout=0), data=items)
    assert not (tmp_path / "run").exists()


def test_a_training_on_a_data_set_in_python_resumes_and_has_a_card(tmp_path):
    flowlab.models.save_model(network(), tmp_path / "start.safetensors")
    changes = {"steps": 12, "checkpoint_every": 6, "holdout": 0.3, "init": str(tmp_path / "start.safetensors")}
    data = Slides(10, sizes=((66, 68),))  # no multiples of 64, to validate on
    whole = fit(own(tmp_path / "whole", **changes), data=data)
    log = {row["event"]: row for row in whole.log}
    assert log["before"]["step"] == 0
    assert log["before"]["zero_epe"] == pytest.approx(5**0.5, abs=1e-3)

    def pulled(report):
        if report.step == 8:
            raise OSError("pulled")

    with pytest.raises(TrainingError, match="The checkpoint of step 6"):
        fit(own(tmp_path / "cut", **changes), data=data, watch=pulled)
    again = fit(own(tmp_path / "cut", **changes), data=data)
    assert all(torch.equal(v, again.model.state_dict()[k]) for k, v in whole.model.state_dict().items())
    assert "7 pairs of Slides, 3 held out" in (again.out / "model.md").read_text()
    with pytest.raises(ValueError, match=r"holds another run: data was 'Slides \(10 pairs\)'"):
        fit(own(tmp_path / "cut", **changes), data=Slides(9))


def test_a_pair_without_a_mask_is_known_everywhere_and_one_without_flow_is_refused(tmp_path):
    assert open_pairs(own(tmp_path, holdout=0), [item()[:3]]).train[0][3].all()
    root = TREES["kitti 2015"].write(tmp_path)
    (root / "testing").symlink_to("training")
    with pytest.raises(ValueError, match=r"KittiFlow 2015 test: pair 000000 has no flow, which training needs"):
        open_pairs(own(tmp_path, holdout=0), flowlab.datasets.KittiFlow(root, "test"))


def test_a_part_is_held_out_and_it_is_the_same_in_every_training(tmp_path):
    data = Slides(20)
    for seed in (0, 1):
        pairs = open_pairs(own(tmp_path, seed=seed, holdout=0.25), data)
        assert (len(pairs.train), len(pairs.held_out)) == (15, 5)
        parts = [{part[i][0].numpy().tobytes() for i in range(len(part))} for part in pairs[:2]]
        assert not parts[0] & parts[1]
        assert parts[1] == globals().setdefault("_held", parts[1])
    assert len(open_pairs(own(tmp_path), Slides(1)).held_out) == 0
    assert len(open_pairs(own(tmp_path), Slides(3), Slides(2)).held_out) == 2


def test_a_split_file_names_pairs_or_scenes(tmp_path):
    names = [["a/1", "a/2", "b/1"], ["x"]]
    path = tmp_path / "split.txt"

    def masks(text):
        path.write_text(text)
        return [mask.tolist() for mask in split_masks(names, str(path))]

    assert masks("a/*  # a scene\n\n") == [[True, True, False], [False]]
    assert masks("b/1\nx\n") == [[False, False, True], [True]]
    for text, said in (
        ("c/*", "no pair is called c/*; the first of 4 is a/1"),
        ("?*", "leaves none of 4"),
    ):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"split\.txt.*" + said.replace("*", r"\*").replace("?", r"\?")):
            split_masks(names, str(path))
    for holdout, said in (("1.0", "from 0 to below 1"), ("nowhere.txt", "there is no file nowhere.txt")):
        with pytest.raises(ValueError, match=said):
            split_masks(names, holdout)


def test_flying_chairs_keep_their_own_split(tmp_path):
    root = TREES["chairs"].write(tmp_path)
    pairs = open_pairs(own(tmp_path, data=str(root), crop=()))
    assert (len(pairs.train), len(pairs.held_out)) == (3, 2)
    (root / "FlyingChairs_train_val.txt").unlink()
    pairs = open_pairs(own(tmp_path, data=str(root), crop=()))
    assert (len(pairs.train), len(pairs.held_out)) == (4, 1)


def test_given_weights_know_their_network_and_take_the_recipe(tmp_path):
    fit(small(tmp_path / "first", model="flownetc", batch_norm=True, steps=1, validate_pairs=0))
    weights = tmp_path / "first" / "checkpoint.safetensors"
    config = recipe("finetune", init=str(weights))
    assert (config.model, config.width, config.batch_norm, config.warmup_steps) == ("flownetc", 0.125, True, 0)
    assert recipe("laptop", init="flownetc-small").width == 0.25
    root = TREES["own"].write(tmp_path / "pairs")
    common = ("--data", root, "--init", weights, "--steps", 2, "--batch", 2, "--workers", 0, "--device", "cpu")
    done = run("train", "--out", tmp_path / "run", *common, "--no-progress", "--set", "tensorboard=no")
    assert done.exit_code == 0, done.output
    assert "held-out error before the first step: " in done.output
    assert "of zero flow: " in done.output
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["optimiser"], config["lr"], config["init_share"]) == ("adamw", 1e-4, 0.5)
    assert config["model"] == "flownetc"
    assert (tmp_path / "run" / "best.safetensors").exists()
    card = (tmp_path / "run" / "model.md").read_text()
    assert f"Began with the weights of {weights}" in card
    assert "1 pairs of FlowFolder, 1 held out" in card


def test_each_validation_stands_beside_zero_flow_and_a_plateau_is_said(tmp_path, capsys):
    """The data moves by (2, -1) everywhere, so zero flow is off by the root of 5 px."""
    result = fit(own(tmp_path / "run", steps=2, validate_every=1), data=Slides())
    rows = [row for row in result.log if row["event"] == "validation"]
    assert [row["zero_epe"] for row in rows] == [pytest.approx(5**0.5, abs=1e-3)] * 2
    for epe, said in ((2.1, True), (2.3, True), (1.9, False)):
        say_errors(Report(3, {"event": "validation", "step": 3, "epe": epe, "zero_epe": 5**0.5}, result.model))
        printed = capsys.readouterr().out
        assert f"held-out error at step 3: {epe:.2f} px; of zero flow: 2.24 px\n" in printed
        assert ("hardly matches" in printed) == said
    say_errors(Report(3, {"event": "train", "step": 3, "loss": 1.0}, result.model))
    say_errors(Report(3, {"event": "validation", "step": 3, "epe": None, "zero_epe": None}, result.model))
    assert capsys.readouterr().out == ""


def test_the_mean_and_the_size_rule_of_foreign_weights_are_kept(tmp_path):
    model = flowlab.FlowNetS(width=0.125, mean=0.25, predict_bias=False)
    flowlab.models.save_model(model, tmp_path / "theirs.safetensors")
    result = fit(own(tmp_path / "run", init=str(tmp_path / "theirs.safetensors"), steps=1), data=Slides())
    assert result.model.config == model.config
    assert flowlab.load_model(tmp_path / "run" / "checkpoint.safetensors").config == model.config


def test_the_result_is_a_mean_of_the_given_and_the_trained_weights_and_that_is_what_is_judged(tmp_path):
    flowlab.models.save_model(network(), tmp_path / "start.safetensors")
    changes = {"steps": 6, "init": str(tmp_path / "start.safetensors"), "lr": 1e-3}
    alone, mean = (fit(own(tmp_path / str(share), init_share=share, **changes), data=Slides()) for share in (0.0, 0.75))
    given, trained, found = (model.state_dict() for model in (network(), alone.model, mean.model))
    for name, value in given.items():
        wanted = 0.75 * value + 0.25 * trained[name]
        torch.testing.assert_close(found[name], wanted, rtol=0, atol=1e-6)
    written = flowlab.load_model(mean.out / "model.safetensors")
    assert all(torch.equal(value, found[name]) for name, value in written.state_dict().items())
    held = open_pairs(own(tmp_path), Slides()).held_out
    errors = [flowlab.epe(written(a[None] / 255, b[None] / 255).flow, w[None]) for a, b, w, _ in held]
    assert mean.log[-2]["event"] == "validation"
    assert mean.log[-2]["epe"] == pytest.approx(np.mean(errors), abs=1e-3)
    with pytest.raises(ValueError, match=r"are from 0 to below 1, got 1\.5, 0"):
        own(tmp_path, init_share=1.5)


def test_generated_chairs_are_among_the_pairs_to_train_on_and_not_among_those_held_out(tmp_path):
    pairs = open_pairs(own(tmp_path, rehearsal=0.75, crop=()), Slides(10, sizes=((64, 96),)))
    assert (len(pairs.train), len(pairs.held_out)) == (9 + 27, 1)
    assert pairs.about == "9 pairs of Slides, 1 held out; 27 generated chairs"
    made = pair_tensors(0, 3, (64, 96), own(tmp_path).chairs)
    img1, img2, flow, valid = pairs.train[9 + 3]
    assert torch.equal(torch.stack([img1, img2]), made[0])
    assert torch.equal(flow, made[1])
    assert valid.all()
    with pytest.raises(ValueError, match=r"chairs beside other pairs are rehearsal=0\.5"):
        own(tmp_path, data=("chairs", str(tmp_path)))
    pairs = open_pairs(own(tmp_path, rehearsal=0.5), Slides(10, sizes=((80, 96),)))
    assert pairs.train[9][0].shape == (3, 64, 64)  # the crop's


def test_a_second_training_in_a_folder_is_refused(tmp_path):
    data = Slides()

    def second(_):
        with pytest.raises(ValueError, match=f"{tmp_path}: another job is at work here"):
            fit(own(tmp_path, steps=2), data=data)

    fit(own(tmp_path, steps=4, log_every=4, width=0.125), data=data, watch=second)
    assert not list(tmp_path.rglob(".flowlab-*"))


KILLED = """
import os, signal, sys
from flowlab import _disk
from flowlab.training import fit
from tests.training.small import small

def replace(part, target, replace=os.replace):
    if target.name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(part, target)

_disk.os.replace = replace
fit(small(sys.argv[1], steps=12, snapshots=2, validate_pairs=0))
"""


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "step-0000012.safetensors"])
def test_what_a_run_left_that_was_killed_between_writing_and_replacing_is_removed(tmp_path, name):
    command = [sys.executable, "-c", KILLED, str(tmp_path), name]
    subprocess.run(command, check=False, env={**os.environ, "FLOWLAB_TYPECHECK": "0"})
    (part,) = tmp_path.rglob(".flowlab-*.part*")
    assert part.stat().st_size > 100_000
    assert fit(small(tmp_path, steps=12, snapshots=2, validate_pairs=0)).finished
    assert not list(tmp_path.rglob(".flowlab-*"))
