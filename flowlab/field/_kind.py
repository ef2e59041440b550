"""For type checkers: what comes in as NumPy goes out as NumPy, and torch as torch."""

from typing import TypeVar

import numpy as np
from torch import Tensor

Kind = TypeVar("Kind", np.ndarray, Tensor)
