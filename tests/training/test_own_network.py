"""A training of any module that returns flow: its loss and steps by plain PyTorch, resumption, and what is refused."""

import json
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

import flowlab
from flowlab.training import TrainingError, fit
from flowlab.training.data import Batches
from flowlab.training.distributed import DistributedContext
from flowlab.training.optim import learning_rate
from flowlab.training.run_folder import bare
from flowlab.training.sources import open_pairs
from flowlab.training.step import sequence_loss

from .small import small
from .test_own_data import Slides, own

ALONE = DistributedContext(0, 1, torch.device("cpu"))
PAIRS = Slides(10, known=False)  # every second row is unknown, and NaN


class Plain(nn.Module):
    """A small network with what real ones have: batch normalisation, dropout, shared, frozen and unused parameters."""

    def __init__(self, returns="tensor", channels=8, dropout=0.2):
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.first = nn.Conv2d(6, channels, 5, padding=2)
            self.norm, self.drop = nn.BatchNorm2d(channels), nn.Dropout(dropout)
            self.last = nn.Conv2d(channels, 2, 5, padding=2)
            self.same, self.unused = self.last, nn.Linear(3, 3)
        self.first.bias.requires_grad = False
        self.returns = returns

    def forward(self, img1, img2):
        features = self.drop(self.norm(self.first(torch.cat([img1, img2], dim=1))).relu())
        flow = self.last(features)
        coarse = F.avg_pool2d(flow, 2) / 2  # in pixels of its own grid
        flows = {
            "tensor": flow, "list": [coarse, 0.5 * flow, flow], "tuple": (0.5 * flow, flow),
            "object": SimpleNamespace(flow=flow),
            "dict": {"flows": flow}, "coarse": coarse, "mask": [flow, flow[:, :1]], "transposed": flow.movedim(1, -1),
            "one": flow[0], "empty": [], "detached": flow.detach(), "three": torch.cat([flow, flow[:, :1]], dim=1),
        }  # fmt: skip
        return flows[self.returns]


class Straight(Plain):
    """For torch.compile, without another way to go."""

    def forward(self, img1, img2):
        return self.last(self.drop(self.norm(self.first(torch.cat([img1, img2], dim=1))).relu()))


def config(out, **changes):
    fields = {"lr": 5e-3, "schedule": "flat", "augment": "none", "steps": 16, "checkpoint_every": 5, "holdout": 0.3}
    return own(out, **fields | changes)


def by_hand(config, model):
    """Train by a plain loop, as RAFT's is written, on the batches of the trainer."""
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=config.lr, betas=config.betas, fused=True)
    model.train()
    batches = Batches(config, 0, ALONE, pairs=open_pairs(config, PAIRS))
    for step, (img1, img2, flow, valid) in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(config, step)
        predictions = model(img1, img2)
        predictions = predictions if isinstance(predictions, list) else [predictions]
        loss = 0.0
        for i, prediction in enumerate(predictions):
            if prediction.shape[-1] < flow.shape[-1]:
                prediction = 2 * F.interpolate(prediction, scale_factor=2, mode="bilinear", align_corners=False)
            for n in range(len(flow)):
                off = (prediction[n] - flow[n])[:, valid[n]]
                mean = (off.square().sum(dim=0) + 1e-20).sqrt().mean()
                loss = loss + 0.8 ** (len(predictions) - 1 - i) * mean / len(flow)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip)
        optimiser.step()
    return model


@pytest.mark.parametrize("returns", ["tensor", "list"])
def test_it_is_trained_as_by_a_plain_loop(tmp_path, returns):
    given = config(tmp_path, steps=4, data="Slides (10 pairs)", validate_pairs=0)
    theirs = by_hand(given, Plain(returns, dropout=0.0)).state_dict()
    ours = fit(given, data=PAIRS, model=Plain(returns, dropout=0.0)).model.state_dict()
    assert not torch.equal(ours["first.weight"], Plain().first.weight)
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, rtol=0, atol=3e-5, msg=name)


@pytest.mark.parametrize("returns", ["tensor", "list", "tuple", "object"])
def test_it_learns_and_a_run_that_was_cut_off_ends_with_the_same_bits(tmp_path, returns):
    before, unused = Plain().first.bias.clone(), Plain().unused.weight.clone()
    whole = fit(config(tmp_path / "whole"), data=PAIRS, model=Plain(returns))
    before_it, *epes = (row["epe"] for row in whole.log if "epe" in row)
    assert whole.log[1]["event"] == "before"
    assert min(epes) < 0.7 * before_it

    def pulled(report):
        if report.step == 8:
            raise OSError("pulled")

    with pytest.raises(TrainingError, match="The checkpoint of step 5"):
        fit(config(tmp_path / "cut"), data=PAIRS, model=Plain(returns), watch=pulled)
    torch.manual_seed(77)  # dropout's numbers are those of the step
    again = fit(config(tmp_path / "cut"), data=PAIRS, model=Plain(returns))
    assert all(torch.equal(value, again.model.state_dict()[name]) for name, value in whole.model.state_dict().items())
    assert torch.equal(whole.model.first.bias, before)
    assert torch.equal(whole.model.unused.weight, unused)


def test_its_files_name_it_and_can_be_read_and_it_predicts_and_is_evaluated(tmp_path):
    model = Plain("list")
    run = fit(config(tmp_path / "run", snapshots=2), data=PAIRS, model=model)
    assert run.model is model
    name = f"{Plain.__module__}:Plain"
    assert json.loads((run.out / "config.json").read_text())["model"] == name
    card = (run.out / "model.md").read_text()
    assert card.startswith(f"# {name}\n")
    assert "7 pairs of Slides, 3 held out" in card
    assert "epe before the first step" in card
    fresh = Plain("list")
    fresh.load_state_dict(load_file(run.out / "model.safetensors"))
    images = torch.rand(2, 3, 40, 56)
    flow = flowlab.predict(fresh, *images)
    assert torch.equal(flow, model.eval()(*images[:, None])[-1][0])
    for file in ("model.safetensors", "checkpoint.safetensors"):
        with pytest.raises(ValueError, match=f"holds weights of a {name}, which is not a FlowNet; make one"):
            flowlab.load_model(run.out / file)
    last = next(row for row in reversed(run.log) if row["event"] == "validation")
    held = open_pairs(config(tmp_path), PAIRS).held_out
    items = [(*(part / 255 for part in item[:2]), *item[2:]) for item in held]
    assert flowlab.evaluate(model, items)["epe"] == pytest.approx(last["epe"], abs=2e-3)


@pytest.mark.parametrize("returns", ["tensor", "list", "object"])
def test_tensorboard_shows_its_flow(tmp_path, returns):
    run = fit(config(tmp_path / "run", steps=2, tensorboard=True), data=PAIRS, model=Plain(returns))
    assert list((run.out / "tensorboard").iterdir())


def test_held_out_pairs_without_a_known_pixel_give_no_error_and_a_card(tmp_path):
    unknown = [(*pair[:3], pair[3] & False) for pair in (PAIRS[i] for i in range(3))]
    run = fit(config(tmp_path / "run", steps=2), data=PAIRS, validation=unknown, model=Plain())
    assert run.log[-2]["epe"] is None
    assert "| epe |" not in (run.out / "model.md").read_text()


def test_another_network_does_not_resume(tmp_path):
    class Other(Plain):
        pass

    fit(config(tmp_path, steps=2), data=PAIRS, model=Plain())
    with pytest.raises(ValueError, match=r"holds another run: model was '.*:Plain' and is '.*Other'.*another folder$"):
        fit(config(tmp_path, steps=4), data=PAIRS, model=Other())
    said = r"holds the run of another network: first\.weight is \(8, 6, 5, 5\), not \(16, 6, 5, 5\); .* and \d more"
    with pytest.raises(ValueError, match=said):
        fit(config(tmp_path, steps=4), data=PAIRS, model=Plain(channels=16))
    with pytest.raises(ValueError, match="is a network of your own: give it as model= to fit"):
        fit(config(tmp_path / "new", model="nets:Mine"), data=PAIRS)


@pytest.mark.parametrize(
    ("returns", "said"),
    [
        ("dict", r"returned a dict with 'flows'; needed is a flow \(B, 2, H, W\), a list of flows, the best one"),
        ("empty", "returned a list; needed is a flow"),
        (
            "coarse",
            r"returned \(\d, 2, 32, 32\); needed is \(\d, 2, 64, 64\), in a list the last; flowlab.resize_flow",
        ),
        ("mask", r"returned \(\d, 2, 64, 64\), \(\d, 1, 64, 64\); needed"),
        ("transposed", r"returned \(\d, 64, 64, 2\); needed"),
        ("one", r"returned \(2, 64, 64\); needed"),
        ("three", r"returned \(\d, 3, 64, 64\); needed"),
        ("detached", r"the flow has no gradient: the network detached it"),
    ],
)
@pytest.mark.parametrize("validate", [True, False])
def test_what_is_no_flow_is_refused_in_words(tmp_path, returns, said, validate):
    with pytest.raises((TypeError, ValueError), match=said):
        fit(config(tmp_path, validate_pairs=100 * validate), data=Slides(), model=Plain(returns))
    if returns != "detached":
        with pytest.raises((TypeError, ValueError), match=said):
            flowlab.predict(Plain(returns), *torch.rand(2, 3, 64, 64))


@pytest.mark.parametrize(
    ("model", "changes", "said"),
    [
        (Plain, {}, r"an instance of torch.nn.Module, got the class Plain; write Plain\(\)"),
        ("flownets-small", {}, "an instance of torch.nn.Module, got str; init takes names"),
        (Plain(), {"init": "flownets-small"}, "init and model both give the weights"),
        (Plain(), {"optimiser": "muon"}, "muon are for FlowNets; take recipe modern or finetune"),
        (Plain(), {"pretrain_steps": 5}, "pretrain_steps and muon are for FlowNets"),
        (nn.AvgPool2d(2), {}, "AvgPool2d has no parameter that can be trained"),
        (Plain().requires_grad_(False), {}, "Plain has no parameter that can be trained"),
    ],
)
def test_a_network_that_cannot_be_trained_is_refused_before_a_folder_is_made(tmp_path, model, changes, said):
    with pytest.raises((TypeError, ValueError), match=said):
        fit(config(tmp_path / "run", **changes), data=PAIRS, model=model)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("wrap", [nn.DataParallel, lambda model: torch.compile(model, backend="eager")])
def test_a_wrapped_network_is_trained_and_its_files_are_those_of_the_bare_one(tmp_path, wrap):
    bits = []
    for kind in (lambda model: model, wrap):
        model = kind(Straight())
        run = fit(config(tmp_path / str(len(bits)), steps=4), data=PAIRS, model=model)
        assert run.model is bare(model)
        bits.append(load_file(run.out / "model.safetensors"))
    assert bits[0].keys() == bits[1].keys() == Plain().state_dict().keys()
    for name, value in bits[0].items():
        torch.testing.assert_close(bits[1][name], value)


def test_a_flownet_that_is_given_is_trained_as_one_of_the_recipe(tmp_path):
    changes = {"steps": 3, "validate_pairs": 0}
    named = fit(small(tmp_path / "named", **changes))
    with torch.random.fork_rng():
        torch.manual_seed(0)  # the seed of the run
        model = flowlab.FlowNetS(width=0.125)
    given = fit(small(tmp_path / "given", **changes), model=model)
    for name, value in named.model.state_dict().items():
        torch.testing.assert_close(given.model.state_dict()[name], value, msg=name)
    assert isinstance(flowlab.load_model(given.out / "model.safetensors"), flowlab.FlowNetS)


def test_the_loss_of_a_sequence_by_hand():
    """One pixel is known: 3 px off, then 5 px off at a quarter of the size, where 1 is 4 px."""
    valid = torch.zeros(1, 8, 8, dtype=torch.bool)
    valid[0, 4, 4] = True
    target = torch.full((1, 2, 8, 8), torch.nan)
    target[0, :, 4, 4] = torch.tensor([3.0, 4.0])
    fine = torch.zeros(1, 2, 8, 8)
    fine[0, :, 4, 4] = torch.tensor([0.0, 4.0])
    coarse = torch.zeros(1, 2, 2, 2)
    assert float(sequence_loss([coarse, fine], target, valid, gamma=0.5)) == pytest.approx(3.0 + 0.5 * 5.0)
    moved = torch.full((1, 2, 2, 2), 1.0)  # 4 px of the image
    assert float(sequence_loss([moved], target, valid)) == pytest.approx(1.0)
    nothing = sequence_loss([fine.requires_grad_()], target, torch.zeros_like(valid))
    nothing.backward()
    assert float(nothing.detach()) == 0
    assert not fine.grad.any()
