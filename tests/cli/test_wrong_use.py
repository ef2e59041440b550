"""Wrong use ends with 2: every option of every command that cannot take any text, with values that it cannot take."""

import numpy as np
import pytest
from typer.main import get_command

from flowlab.cli import app
from flowlab.field import write_flow, write_image

from .commands import run

CALLS = {
    "predict": ["one.png", "two.png"],
    "show": ["one.flo"],
    "evaluate": ["zero", "--data", "pairs"],
    "bench": ["zero", "--size", "64x64", "--repeats", "1"],
    "chairs": ["--out", "made", "--count", "1", "--size", "64x64", "--world", "boxes"],
    "train": ["--out", "run", "--steps", "1", "--batch", "2", "--data", "pairs", "--workers", "0", "--width", "0.0625"],
    "convert": ["a.pt", "b.safetensors"],
    "export": ["flownets-small", "b.onnx"],
    "doctor": [],
}
SIZES, COUNTS = ("huge", "64", "15x64", "64x", "0x64", "-1x64", "1x2x3", ""), ("many", "0", "-1", "1.5")
WRONG = {
    ("predict", "--method"): ("sofa", "dis+v+v", "dis+dis+fuse"), ("predict", "--as"): ("gif",),
    ("predict", "--max-flow"): ("0", "-1", "inf", "far"), ("predict", "--scale"): ("0", "-2", "1000", "big", "nan"),
    ("predict", "--max-side"): COUNTS, ("predict", "--tile"): (*SIZES, "512x512"),
    ("predict", "--dtype"): ("float8",), ("predict", "--device"): ("toaster", "meta", "cuda:77"),
    ("show", "--out"): ("a.xyz", "a"), ("show", "--arrows"): ("one.png",),
    ("show", "--max-flow"): ("0", "inf"), ("show", "--palette"): ("pastel",),
    ("evaluate", "--data"): ("sofas", "no/such/folder"), ("evaluate", "--limit"): COUNTS,
    ("evaluate", "--scale"): ("0", "1000", "big"), ("evaluate", "--worst"): ("2", "-1", "few"),
    ("evaluate", "--device"): ("toaster", "meta", "cuda:77"), ("bench", "--size"): SIZES,
    ("bench", "--repeats"): COUNTS,
    ("bench", "--threads"): COUNTS, ("bench", "--device"): ("toaster", "meta", "cuda:77"),
    ("chairs", "--count"): (*COUNTS, "100000"), ("chairs", "--seed"): ("-1", "x"), ("chairs", "--size"): SIZES,
    ("chairs", "--workers"): COUNTS, ("chairs", "--world"): ("sofas",), ("chairs", "--photographs"): ("no/folder",),
    ("train", "--recipe"): ("quick",), ("train", "--model"): ("raft", "nets:Mine"), ("train", "--width"): ("0", "17"),
    ("train", "--steps"): COUNTS, ("train", "--batch"): COUNTS, ("train", "--size"): SIZES, ("train", "--crop"): SIZES,
    ("train", "--seed"): ("-1", "x", "20150506"), ("train", "--data"): ("sofas", "no/such/folder", "0*pairs"),
    ("train", "--holdout"): ("7", "-1", "1", "0.99", "no/file.txt"), ("train", "--init"): ("sofa",),
    ("train", "--device"): ("toaster", "meta", "cuda:77"), ("train", "--workers"): ("-1", "x"),
    ("train", "--checkpoint-every"): COUNTS,
    ("train", "--set"): ("lr=-1", "lr=nan", "lr=fast", "width=nan", "data_device=cuda", "nothing",
                         "nonsense=1", "betas=1", "betas=2,3", "chairs.motion.law=levy", "seed=20150506"),
    ("convert", "--family"): ("caffe",),
}  # fmt: skip
ANY_TEXT = {
    ("predict", "--out"), ("show", "--truth"), ("evaluate", "--out"), ("chairs", "--out"), ("train", "--out"),
    ("convert", "--part"), ("convert", "--licence"),
}  # fmt: skip
CASES = [(*which, value) for which, values in WRONG.items() for value in values]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("here"), np.random.default_rng(0)
    (folder / "pairs").mkdir()
    names = ["one.png", "two.png", *(f"pairs/{i}_img{n}.png" for i in range(3) for n in (1, 2))]
    for name in names:
        write_image(folder / name, rng.integers(0, 256, (64, 64, 3), dtype=np.uint8))
    for name in ("one", *(f"pairs/{i}_flow" for i in range(3))):
        write_flow(folder / f"{name}.flo", np.ones((64, 64, 2), np.float32))
    return folder


def test_no_option_is_left_out():
    options = {
        (name, parameter.opts[0])
        for name, command in get_command(app).commands.items()
        for parameter in command.params
        if not command.hidden and parameter.param_type_name == "option" and not parameter.is_flag
    }
    assert options == WRONG.keys() | ANY_TEXT


@pytest.mark.parametrize(("command", "option", "value"), CASES)
def test_a_wrong_value_ends_with_2_and_leaves_nothing(folder, monkeypatch, command, option, value):
    monkeypatch.chdir(folder)
    before = sorted(folder.rglob("*"))
    call = list(CALLS[command])
    if option in call and option != "--set":
        at = call.index(option)
        del call[at : at + 2]
    done = run(command, *call, option, value)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2, done.output
    assert done.output.strip()
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (["evaluate", "zero", "--data", "pairs", "--data", "sofas", "--out", "found"], 2),
        (["train", *CALLS["train"], "--set", "rehearsal=0.5", "--set", "chairs.photographs=no/folder"], 2),
        (["train", *CALLS["train"], "--init", "flownets-small"], 2),  # of another width
        (["train", *CALLS["train"], "--holdout", "one.png"], 1),
        (["predict", "one.png", "two.png", "--out", "found", "--method", "os:nothing"], 2),
        (["predict", "one.png", "two.png", "--out", "found", "--method", "no_module:f"], 2),
    ],
    ids=["second data set", "photographs", "width", "split file", "function", "module"],
)
def test_what_is_refused_later_leaves_nothing_either(folder, monkeypatch, call, code):
    monkeypatch.chdir(folder)
    before = sorted(folder.rglob("*"))
    done = run(*call)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == code, done.output
    assert "utf-8" not in done.output
    assert sorted(folder.rglob("*")) == before
