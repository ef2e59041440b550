"""train: a field of the configuration by --set, and one line for each option of an older version."""

from dataclasses import replace

import pytest

from flowlab.cli.training import field_types, replacement, with_fields
from flowlab.training import TrainConfig, recipe
from tests.cli.commands import run

# The options that `train` had and has no more, each with a value; two words are an option and its value.
REMOVED = {
    "--batch-norm": "batch_norm=true", "--no-batch-norm": "batch_norm=false", "--textures 3": "pretrain_steps=3",
    "--augment none": "augment=none", "--photographs skimage": "chairs.photographs=skimage",
    "--pool 4": "cached_pairs=4", "--reuse 2": "epochs_per_pair=2", "--schedule flat": "schedule=flat",
    "--optimiser adam": "optimiser=adam",
    "--lr 1e-3": "lr=1e-3", "--weight-decay 0": "weight_decay=0", "--warmup 5": "warmup_steps=5",
    "--charbonnier 1e-4": "loss_eps=1e-4", "--clip 1": "grad_clip=1", "--precision bf16": "precision=bf16",
    "--pairs-on cpu": "data_device=cpu", "--threads 1": "threads=1", "--log-every 2": "log_every=2",
    "--validate-every 9": "validate_every=9", "--validate-pairs 0": "validate_pairs=0", "--snapshots 2": "snapshots=2",
    "--tensorboard": "tensorboard=true", "--no-tensorboard": "tensorboard=false",
}  # fmt: skip


@pytest.mark.parametrize("typed", REMOVED)
def test_a_removed_option_says_in_one_line_what_to_type_now(tmp_path, typed):
    option, _, _ = typed.partition(" ")
    result = run("train", "--out", tmp_path / "run", *typed.split())
    assert result.exit_code == 2
    assert result.output == f"flowlab train: {option} is now --set {REMOVED[typed]}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("assignment", REMOVED.values())
def test_what_is_said_can_be_typed(assignment):
    assert isinstance(with_fields("laptop", {}, [assignment]), TrainConfig)


def test_all_removed_options_of_a_line_are_said_at_once(tmp_path):
    result = run("train", "--out", tmp_path, "--clip=0.5", "--steps", 3, "--pool", "--lr", 2)
    said = ["--clip is now --set grad_clip=0.5", "--pool is now --set cached_pairs=VALUE", "--lr is now --set lr=2"]
    assert result.output == f"flowlab train: {'; '.join(said)}\n"


def test_a_value_is_read_by_the_type_of_its_field():
    words = ["lr=1e-3", "steps=20_000", "tensorboard=no", "schedule=flat", "betas=0.9,0.98", "crop=64x96"]
    config = with_fields(
        "laptop", {"batch": 4}, [*words, "milestones=", "chairs.shapes=box,polygon", "chairs.margin=0.5"]
    )
    expected = recipe(
        "laptop", batch=4, lr=1e-3, steps=20_000, tensorboard=False, schedule="flat", betas=(0.9, 0.98),
        crop=(64, 96), milestones=(),
    )  # fmt: skip
    assert config == replace(expected, chairs=replace(expected.chairs, shapes=("box", "polygon"), margin=0.5))


def test_what_a_recipe_chooses_for_a_model_gives_way_to_an_assignment():
    assert with_fields("laptop", {"model": "flownetc"}, []).batch_norm
    assert not with_fields("laptop", {"model": "flownetc"}, ["batch_norm=false"]).batch_norm


def test_every_field_of_a_simple_type_can_be_set():
    types = field_types()
    assert set(types) >= {name for name in TrainConfig.__dataclass_fields__ if name != "chairs"}
    assert {"chairs.photographs", "chairs.motion.law"} <= set(types)


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("los_eps=1", "no field 'los_eps'; did you mean loss_eps"),
        ("charbonier=1", "did you mean loss_eps"),
        ("clip=1", "clip is now grad_clip"),
        ("qqq=1", "the fields are model, width"),
        ("lr", "write lr=VALUE"),
        ("lr=fast", "lr takes a value of type float, got 'fast'"),
        ("steps=1.5", "steps takes a value of type int, got '1.5'"),
        ("tensorboard=maybe", "tensorboard takes true or false, got 'maybe'"),
        ("betas=1", "betas takes 2 values of type float, separated by commas, got '1'"),
        ("chairs=1", "no field 'chairs'"),
    ],
)
def test_a_wrong_assignment_names_the_field_and_what_is_close(tmp_path, assignment, said):
    result = run("train", "--out", tmp_path / "run", "--set", assignment)
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_a_value_out_of_range_is_said_in_a_line(tmp_path):
    result = run("train", "--out", tmp_path / "run", "--set", "precision=fp64")
    assert result.exit_code == 2
    assert result.output == "flowlab train: precision must be one of fp32, bf16, got 'fp64'\n"


def test_an_unknown_recipe_is_wrong_use(tmp_path):
    result = run("train", "--out", tmp_path / "run", "--recipe", "magic")
    assert (result.exit_code, "no recipe 'magic'; choose one of paper" in result.output) == (2, True)


def test_other_words_are_left_to_the_command_line(tmp_path):
    assert replacement("--stepz", "4") == ""
    result = run("train", "--out", tmp_path, "--stepz", 4)
    assert result.exit_code == 2
    assert "--steps" in result.output
