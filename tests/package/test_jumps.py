"""Who follows a call through flowlab opens few files: a limit for each kind of call."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Before the house became smaller they were 12, 6, 29 and 42.
LIMITS = {
    "predict": 8,
    "correlation": 4,
    "a pair of ChairsStream": 16,
    "two steps of fit": 26,
}


@pytest.fixture(scope="module")
def entered() -> dict[str, list[str]]:
    # In a process of its own, where no other test has filled a cache.
    done = subprocess.run([sys.executable, "-m", "tests.package.jumps"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout[done.stdout.index("{") :])


@pytest.mark.parametrize("call", LIMITS)
def test_a_call_enters_few_files(call: str, entered: dict[str, list[str]]):
    files = entered[call]
    print(f"{call} enters {len(files)} files: {', '.join(files)}")
    assert 0 < len(files) <= LIMITS[call]


def test_calls_enter_what_they_must(entered: dict[str, list[str]]):
    """A profile that sees nothing would pass every limit."""
    for call, room in zip(LIMITS, ("models/", "costvolume/", "chairs/", "training/"), strict=True):
        assert any(file.startswith(room) for file in entered[call])
