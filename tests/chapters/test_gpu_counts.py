"""What the gpu profile changes besides the device is tried on the CPU, where a GPU is not needed for it."""

import os

import pytest

from tests.chapters.gpu_counts import NEEDS_A_GPU, ON_A_CPU, picks_of, run
from tests.chapters.paths import TEXTS

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
