"""Sliding textures: the pair is right, a network learns to match on them, and a training begins with them."""

from functools import partial

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import flowlab
from flowlab.classical import run
from flowlab.models import FlowNetC, FlowNetS
from flowlab.training import fit, learn_to_match, recipe
from flowlab.training.pretrain import curriculum, sliding_pairs
from flowlab.training.run_folder import read_log

from .small import small


def test_the_second_picture_is_the_first_one_slid():
    img1, img2, flow = sliding_pairs(6, torch.Generator().manual_seed(3), reach=9, side=40)
    assert img1.min() >= 0
    assert img1.max() <= 1
    for a, b, uv in zip(img1, img2, flow, strict=True):
        u, v = (int(t) for t in uv[:, 0, 0])
        assert (uv == torch.tensor([u, v])[:, None, None]).all()
        rows, columns = np.mgrid[9:31, 9:31]  # in sight in both, wherever they went
        assert torch.equal(a[:, rows, columns], b[:, rows + v, columns + u])


def test_each_patch_goes_its_own_way_and_covers_what_it_comes_to():
    """A pixel's colour is where its flow says, or another pixel has come to the same place."""
    img1, img2, flow = sliding_pairs(8, torch.Generator().manual_seed(3), patches=6, reach=12)
    lost = []
    for a, b, uv in zip(img1.numpy(), img2.numpy(), flow.long().numpy(), strict=True):
        assert len(np.unique(uv.reshape(2, -1), axis=1).T) > 3  # the ground, and patches that go other ways
        rows, columns = np.mgrid[:128, :128]
        there = rows + uv[1], columns + uv[0]
        inside = (np.array(there) >= 0).all(0) & (np.array(there) < 128).all(0)
        to, of = tuple(t[inside] for t in there), (rows[inside], columns[inside])
        arrived = np.zeros((128, 128), int)
        np.add.at(arrived, to, 1)
        gone = (a[:, *of] != b[:, *to]).any(0)
        lost.append(gone.mean())
        assert (arrived[to][gone] > 1).mean() > 0.85  # else a part came out that was itself hidden before
        assert (arrived[to][~gone] > 1).mean() < 0.15
    assert 0.01 < np.mean(lost) < 0.3


def test_most_ways_are_short_under_a_higher_power():
    ways = [
        sliding_pairs(400, torch.Generator().manual_seed(1), power=power, side=8)[2][:, :, 0, 0] for power in (1, 2)
    ]
    assert all(way.abs().max() > 30 for way in ways)
    # Of what is uniform from -40 to 40, 9.5 / 40 are rounded to less than 10; of its square, the root of that.
    shares = [float((way.abs() < 10).float().mean()) for way in ways]
    np.testing.assert_allclose(shares, [9.5 / 40, (9.5 / 40) ** 0.5], atol=0.04)  # 800 draws: 0.018


def test_dis_finds_the_slide_too():
    """An oracle that knows nothing of how the pair was made."""
    img1, img2, flow = sliding_pairs(1, torch.Generator().manual_seed(1), reach=5, side=128)
    frames = [np.uint8(255 * t[0].permute(1, 2, 0).numpy()) for t in (img1, img2)]
    found = np.median(run("dis", *frames)[32:-32, 32:-32], axis=(0, 1))
    assert np.abs(found - flow[0, :, 0, 0].numpy()).max() < 0.2


def test_what_a_flownets_meets_grows():
    batches = list(curriculum("flownets", 50, seed=0))
    farthest = [float(flow.abs().max()) for _, _, flow in batches]
    assert max(farthest[:5]) <= 8
    assert 30 < max(farthest[-10:]) <= 40
    assert max(float(flow.abs().max()) for _, _, flow in curriculum("flownetc", 5, seed=0)) > 30  # from the first


@pytest.mark.parametrize("kind", [partial(FlowNetS, width=0.25), partial(FlowNetC, width=0.25, batch_norm=True)])
def test_a_network_learns_to_match(kind):
    torch.manual_seed(0)
    model = kind()
    assert learn_to_match(model, 300, seed=0)
    img1, img2, flow = sliding_pairs(16, torch.Generator().manual_seed(77), reach=40 if kind.func is FlowNetC else 20)
    with torch.no_grad():
        error = flowlab.epe(model.eval()(img1, img2).flow, flow)
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
    changes = {"steps": 6, "pretrain_steps": 2, "checkpoint_every": 2, "log_every": 1, "validate_pairs": 0}
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
    without = fit(small(tmp_path / "without", **{**changes, "pretrain_steps": 0}))
    assert not torch.equal(without.model.state_dict()["conv1.0.weight"], alone.model.state_dict()["conv1.0.weight"])


def test_the_recipe_of_a_laptop_lets_a_network_match_first():
    assert recipe("laptop").pretrain_steps > 0
    assert recipe("laptop", model="flownetc").pretrain_steps > 0
    assert recipe("laptop", pretrain_steps=0).pretrain_steps == 0
    assert recipe("laptop", init="flownets-small").pretrain_steps == 0  # these have learnt it
    assert recipe("laptop", init="flownets-small", pretrain_steps=5).pretrain_steps == 5
    assert not any(recipe(name).pretrain_steps for name in ("modern", "paper"))


def test_the_recipe_of_a_laptop_normalises_flownetc_alone():
    assert recipe("laptop", model="flownetc").batch_norm
    assert not recipe("laptop", model="flownetc", batch_norm=False).batch_norm
    assert recipe("laptop", batch_norm=True).batch_norm
    assert not any(recipe(name).batch_norm for name in ("laptop", "modern", "paper"))
    assert not recipe("paper", model="flownetc").batch_norm
