"""What the gpu profile changes besides the device is tried on the CPU, where a GPU is not needed for it."""

import ast
import os

import pytest

from flowlab.training import fit, recipe
from tests.chapters.gpu_counts import BRANCHES, COURSE, NEEDS_A_GPU, ON_A_CPU, branches_of, picks_of, run
from tests.chapters.paths import ROOT, TEXTS
from tests.training.small import BOXES

EMULATOR = COURSE / "cuda_on_cpu"  # of CUDA: it refuses whatever is not on the CPU
SUITE = ["12"]  # the other chapters train for longer: python -m tests.chapters.gpu_counts


def test_every_pick_is_tried_on_a_cpu_or_has_a_reason_not_to_be():
    picks = {pick for text in TEXTS for pick in picks_of(text)}
    assert picks == ON_A_CPU.keys() | NEEDS_A_GPU.keys(), "put it in a list of tests/chapters/gpu_counts.py"


@pytest.mark.skipif(os.environ["FLOWLAB_PROFILE"] == "gpu", reason="on the gpu profile every chapter runs with them")
@pytest.mark.parametrize("number", SUITE)
def test_claims_hold_with_the_counts_of_the_gpu_profile(number):
    ran = run(next(text for text in TEXTS if text.stem.startswith(number)))
    assert not ran.error, ran.error
    assert len(ran.picks) == sum(pick.chapter == number for pick in ON_A_CPU)
    assert not ran.false, "\n".join(ran.false)


def test_every_branch_that_the_profile_or_the_device_decides_is_listed_with_a_test_that_exists():
    paths = [*TEXTS, *(path for path in COURSE.rglob("*.py") if EMULATOR not in path.parents)]
    assert {branch for path in paths for branch in branches_of(path)} == BRANCHES.keys()
    for proof in set(BRANCHES.values()):
        file, _, name = proof.partition("::")
        assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), proof


@pytest.mark.parametrize(
    "line",
    [
        "x if y.is_cuda else z", "if torch.cuda.is_available(): pass", "a = profile().name != 'laptop'",
        "if x.device.type in ('cpu', 'meta'): pass", "n = torch.cuda.device_count()", "launch.why_not()",
    ],
)  # fmt: skip
def test_a_new_branch_is_found_with_its_function(line, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.chapters.gpu_counts.COURSE", tmp_path)
    (tmp_path / "new.py").write_text(f"def f(x):\n    return 'cuda'\ndef g(x):\n    {line}\n")
    (found,) = branches_of(tmp_path / "new.py")
    assert found[:2] == ("new.py", "g")
    assert found.condition in ast.unparse(ast.parse(line))


def test_a_step_of_chapter_11_runs_at_the_gpu_profiles_width_and_rate(tmp_path):
    width, rate = (float(pick.gpu) for pick in NEEDS_A_GPU)
    config = recipe(
        "laptop", width=width, lr=rate, size=(64, 128), steps=1, pretrain_steps=0, augment="none", workers=0,
        device="cpu", batch=2, chairs=BOXES, cached_pairs=2, validate_pairs=0, tensorboard=False, out=str(tmp_path),
    )  # fmt: skip
    assert fit(config).finished
