"""The published results, to compare with those measured here."""

from __future__ import annotations

import math
from dataclasses import dataclass

UNKNOWN = math.nan


@dataclass(frozen=True)
class Published:
    """A row of the paper's table: mean end-point errors in pixels, NaN where it gives none.

    Attributes:
        method: As the paper calls it.
        clean_train: Sintel clean, its training set, on which no network of these rows was trained.
        clean_test: Sintel clean, its test set.
        final_train: Sintel final, its training set.
        final_test: Sintel final, its test set.
        chairs: Flying Chairs, its test set of 640 pairs.
        seconds: For a pair of Sintel, on the paper's GPU, or on a CPU where ``cpu`` says so.
        cpu: Whether the time is a CPU's.
    """

    method: str
    clean_train: float
    clean_test: float
    final_train: float
    final_test: float
    chairs: float
    seconds: float
    cpu: bool = False


# Dosovitskiy et al., "FlowNet: Learning optical flow with convolutional networks", ICCV 2015, table 2. Networks without
# "ft" saw nothing but Flying Chairs.
PAPER = (
    Published("EpicFlow", UNKNOWN, 4.12, UNKNOWN, 6.29, 2.94, 16.0, cpu=True),
    Published("DeepFlow", UNKNOWN, 5.38, UNKNOWN, 7.21, 3.53, 17.0, cpu=True),
    Published("LDOF", UNKNOWN, 7.56, UNKNOWN, 9.12, 3.47, 2.5),
    Published("FlowNetS", 4.50, 7.42, 5.45, 8.43, 2.71, 0.08),
    Published("FlowNetS+v", UNKNOWN, 6.45, UNKNOWN, 7.67, 2.86, 1.05),
    Published("FlowNetS+ft+v", UNKNOWN, 6.16, UNKNOWN, 7.22, 3.03, 1.05),
    Published("FlowNetC", 4.31, 7.28, 5.87, 8.81, 2.19, 0.15),
    Published("FlowNetC+v", UNKNOWN, 6.27, UNKNOWN, 8.01, 2.61, 1.12),
    Published("FlowNetC+ft+v", UNKNOWN, 6.08, UNKNOWN, 7.88, 2.67, 1.12),
)


@dataclass(frozen=True)
class Retrained:
    """The same network, trained again by others: end-point errors in pixels, NaN where they give none.

    Attributes:
        who: Whose training.
        network: "FlowNetS" or "FlowNetC".
        chairs: Flying Chairs, validation.
        clean: Sintel clean, its training set.
        final: Sintel final, its training set.
    """

    who: str
    network: str
    chairs: float
    clean: float
    final: float


# As the projects publish it beside their weights; the last row went on to FlyingThings3D after Flying Chairs.
LATER = (
    Retrained("FlowNetPytorch", "FlowNetS", 1.95, UNKNOWN, UNKNOWN),
    Retrained("FlowNetPytorch", "FlowNetC", 1.77, UNKNOWN, UNKNOWN),
    Retrained("mmflow", "FlowNetS", 2.03, UNKNOWN, UNKNOWN),
    Retrained("mmflow", "FlowNetC", 1.78, 3.60, 4.93),
    Retrained("mmflow, then Things", "FlowNetC", UNKNOWN, 2.74, 4.52),
)
