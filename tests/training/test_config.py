"""Recipes have the numbers they claim, and what cannot be is refused in words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from flowlab.chairs.config import VALIDATION_SEED
from flowlab.training import RECIPES, TrainConfig, recipe
from flowlab.training.config import same_run
from flowlab.training.loop import fit


def test_the_paper_has_the_papers_numbers():
    """FlowNet, section 5.2, and the released solver (S_short)."""
    published = {
        "optimiser": "adam", "betas": (0.9, 0.999), "lr": 1e-4, "schedule": "steps", "steps": 600_000,
        "milestones": (300_000, 400_000, 500_000), "batch": 8, "weight_decay": 4e-4, "size": (384, 512),
        "crop": (320, 448), "width": 1.0, "reduction": "sum", "loss_weights": (0.005, 0.01, 0.02, 0.08, 0.32),
        "loss_eps": 1e-2, "augment": "paper", "grad_clip": 0, "epochs_per_pair": 1,
    }  # fmt: skip
    assert {name: getattr(RECIPES["paper"], name) for name in published} == published
    assert TrainConfig() == RECIPES["paper"]


def test_flownetc_starts_slowly():
    config = recipe("paper", model="flownetc")
    assert (config.warmup_steps, config.warmup_lr, config.lr) == (10_000, 1e-6, 1e-4)
    assert recipe("laptop", model="flownetc", steps=2000).warmup_steps == 100
    assert recipe("paper", model="flownetc", warmup_steps=0).warmup_steps == 0


def test_modern_is_adamw_and_laptop_muon_both_one_cycle_and_clipped():
    for name, optimiser in (("modern", "adamw"), ("laptop", "muon")):
        config = RECIPES[name]
        assert (config.optimiser, config.schedule, config.grad_clip) == (optimiser, "one-cycle", 1.0)
    assert (RECIPES["laptop"].width, RECIPES["laptop"].size, RECIPES["laptop"].steps) == (0.25, (192, 256), 6000)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "raft"}, "model must be one of flownets, flownetc, got 'raft'"),
        ({"schedule": "cosine"}, "schedule must be one of"),
        ({"batch": 0}, "batch must be at least 1, got 0"),
        ({"lr": 0}, "lr must be above 0 and finite, got 0"),
        ({"lr": float("nan")}, "lr must be above 0 and finite, got nan"),
        ({"warmup_lr": float("inf")}, "warmup_lr must be above 0 and finite, got inf"),
        ({"loss_eps": -1}, "loss_eps must be above 0 and finite, got -1"),
        ({"width": float("nan")}, "width must be above 0 and finite, got nan"),
        ({"weight_decay": -1}, "weight_decay must be at least 0, got -1"),
        ({"grad_clip": float("nan")}, "grad_clip must be at least 0, got nan"),
        ({"crop": (400, 448)}, "is larger than size"),
        ({"epochs_per_pair": 300}, "epochs_per_pair must be at most cached_pairs"),
        ({"loss_weights": (1, 1)}, "one value for each of 5 levels"),
        ({"seed": VALIDATION_SEED}, "makes the held-out pairs"),
    ],
)
def test_refuses_what_cannot_be(changes, said):
    with pytest.raises(ValueError, match=said):
        TrainConfig(**changes)


def test_refuses_recipes_and_fields_that_do_not_exist():
    with pytest.raises(ValueError, match="no recipe 'fast'; choose one of paper, modern, laptop"):
        recipe("fast")
    with pytest.raises(ValueError, match="no field learning_rate"):
        recipe("laptop", learning_rate=1)


def test_a_run_goes_on_elsewhere_and_longer_but_not_otherwise():
    config = recipe("laptop")
    assert same_run(config.as_json(), replace(config, out="x", workers=3, steps=99, checkpoint_every=7)) == []
    motion = replace(config.chairs, thin_parts=False)
    assert len(same_run(config.as_json(), replace(config, lr=1, chairs=motion))) == 2


def test_a_run_made_by_another_version_of_the_generator_does_not_go_on():
    config = recipe("laptop")
    other = json.dumps(json.loads(config.as_json()) | {"generator": 0})
    assert same_run(other, config)[0].startswith("generator was 0")


def test_a_folder_of_another_run_is_left_alone(tmp_path):
    from .small import small

    fit(small(tmp_path, steps=2, lr=1e-3, validate_pairs=0))
    before = (tmp_path / "checkpoint.safetensors").read_bytes()
    with pytest.raises(ValueError, match=r"holds another run: lr was 0.001 and is 0.01. Use another folder.*--init"):
        fit(small(tmp_path, steps=2, lr=0.01))
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before


OLD = Path(__file__).with_name("old_config.json")  # of a run of commit fe519b6, before seven fields were renamed


def test_a_run_goes_on_whose_configuration_has_the_old_names(tmp_path):
    from .small import small

    fit(small(tmp_path, steps=3, pretrain_steps=2, validate_pairs=0))
    checkpoint = tmp_path / "checkpoint.safetensors"
    with safe_open(checkpoint, framework="pt") as file:
        header = file.metadata()
    save_file(load_file(checkpoint), checkpoint, header | {"config": OLD.read_text()})
    (tmp_path / "config.json").write_text(OLD.read_text())

    result = fit(small(tmp_path, steps=5, pretrain_steps=2, validate_pairs=0))
    assert [row["step"] for row in result.log if row["event"] == "start"] == [0, 3]
    assert json.loads((tmp_path / "config.json").read_text())["cached_pairs"] == 8


def test_another_value_under_an_old_name_is_another_run():
    from .small import small

    config = small("elsewhere", pretrain_steps=2)
    assert same_run(OLD.read_text(), config) == []
    other = replace(config, grad_clip=2.0, reduction="sum")
    assert same_run(OLD.read_text(), other) == [
        "grad_clip was 1.0 and is 2.0",
        "reduction was 'mean' and is 'sum'",
    ]


def test_a_run_on_pairs_that_can_no_longer_be_made_is_refused_with_the_commit_that_makes_them():
    old = json.loads(TrainConfig().as_json())
    old["chairs"]["camera"] = {"haze": 0.2}
    with pytest.raises(ValueError, match=r"chairs.camera = .*was removed; flowlab of commit 29d86e7 makes them"):
        same_run(json.dumps(old), TrainConfig())


def test_an_old_name_of_a_field_is_answered_with_the_new_one():
    with pytest.raises(ValueError, match="no field clip, reuse; clip is now grad_clip; reuse is now epochs_per_pair"):
        recipe("laptop", clip=1.0, reuse=2)
