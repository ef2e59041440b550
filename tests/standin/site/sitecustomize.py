"""On the path of a process, this plays a GPU from its start: see tests/standin."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3]))

from tests.standin.hook import watch_for_torch

watch_for_torch()
