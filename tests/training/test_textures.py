"""Sliding textures: the pair is right, a network learns to match on them, and a training begins with them."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import flowlab
from flowlab.classical import run
from flowlab.models import FlowNetC
from flowlab.training import fit, learn_to_match, recipe
from flowlab.training.log import read_log
from flowlab.training.textures import sliding

from .small import small


def test_the_second_picture_is_the_first_one_slid():
    img1, img2, flow = sliding(6, torch.Generator().manual_seed(3), reach=9, side=40)
    assert img1.min() >= 0
    assert img1.max() <= 1
    for a, b, uv in zip(img1, img2, flow, strict=True):
        u, v = (int(t) for t in uv.flatten())
        rows, columns = np.mgrid[9:31, 9:31]  # in sight in both, wherever they went
        assert torch.equal(a[:, rows, columns], b[:, rows + v, columns + u])


def test_dis_finds_the_slide_too():
    """An oracle that knows nothing of how the pair was made."""
    img1, img2, flow = sliding(1, torch.Generator().manual_seed(1), reach=5, side=128)
    frames = [np.uint8(255 * t[0].permute(1, 2, 0).numpy()) for t in (img1, img2)]
    found = np.median(run("dis", *frames)[32:-32, 32:-32], axis=(0, 1))
    assert np.abs(found - flow.flatten().numpy()).max() < 0.2


def test_a_flownetc_learns_to_match():
    torch.manual_seed(0)
    model = FlowNetC(width=0.125, batch_norm=True)
    assert learn_to_match(model, 160, seed=0)
    img1, img2, flow = sliding(8, torch.Generator().manual_seed(77))
    with torch.no_grad():
        error = flowlab.epe(model.eval()(img1, img2).flow, flow.expand(-1, -1, 128, 128))
    assert error < 0.75 * float(flow.norm(dim=1).mean())


def test_the_same_seed_learns_the_same_weights():
    def learned(seed):
        torch.manual_seed(0)
        model = FlowNetC(width=0.0625, batch_norm=True)
        learn_to_match(model, 2, seed=seed)
        return model.conv1[0].weight.detach().clone()

    assert torch.equal(learned(5), learned(5))
    assert not torch.equal(learned(5), learned(6))


def test_who_asks_it_to_stop_is_heard():
    asked = iter([False, True])
    assert not learn_to_match(FlowNetC(width=0.0625, batch_norm=True), 5, stopped=lambda: next(asked))


def test_a_training_that_begins_with_textures_goes_on_after_a_kill_with_the_same_bits(tmp_path):
    changes = {"steps": 6, "textures": 2, "checkpoint_every": 2, "log_every": 1, "validate_pairs": 0}
    alone = fit(small(tmp_path / "alone", **changes))

    def killed_at(step):
        def watch(report):
            if report.step == step:
                raise OSError("pulled")

        return watch

    for step, kept in ((1, 0), (3, 2)):  # before the first checkpoint of the steps, and after it
        with pytest.raises(flowlab.training.TrainingError, match=f"The checkpoint of step {kept} is in"):
            fit(small(tmp_path / "killed", **changes), watch=killed_at(step))
    fit(small(tmp_path / "killed", **changes))
    steps = [row["step"] for row in read_log(tmp_path / "killed") if row["event"] == "train"]
    assert steps == [1, 2, 3, 4, 5, 6]
    same, other = (load_file(tmp_path / name / "model.safetensors") for name in ("alone", "killed"))
    assert all(torch.equal(same[name], other[name]) for name in same)
    without = fit(small(tmp_path / "without", **{**changes, "textures": 0}))
    assert not torch.equal(without.model.state_dict()["conv1.0.weight"], alone.model.state_dict()["conv1.0.weight"])


def test_the_recipe_of_a_laptop_lets_a_network_match_first():
    assert recipe("laptop").textures > 0
    assert recipe("laptop", model="flownetc").textures > 0
    assert recipe("laptop", textures=0).textures == 0
    assert recipe("laptop", init="weights.safetensors").textures == 0  # these have learnt it
    assert recipe("laptop", init="weights.safetensors", textures=5).textures == 5
    assert not any(recipe(name).textures for name in ("modern", "paper"))


def test_the_recipe_of_a_laptop_normalises_flownetc_alone():
    assert recipe("laptop", model="flownetc").batch_norm
    assert not recipe("laptop", model="flownetc", batch_norm=False).batch_norm
    assert recipe("laptop", batch_norm=True).batch_norm
    assert not any(recipe(name).batch_norm for name in ("laptop", "modern", "paper"))
    assert not recipe("paper", model="flownetc").batch_norm
