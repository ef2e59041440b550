"""The learning rate as a closed form of the step, so that a resumed run has nothing to restore."""

from __future__ import annotations

import math

from flowlab.training.config import TrainConfig

RISE = 0.05  # part of a one-cycle run in which the rate climbs
START = 1 / 25  # of the highest rate, where the climb begins
FALL = 0.2  # part of a flat run in which the rate falls to 0


def learning_rate(config: TrainConfig, step: int) -> float:
    """Give the learning rate of update number ``step``, the first being 0.

    Source:
        "steps": the paper, section 5.2. "one-cycle": Smith and Topin, 2017, with a cosine to fall by.

    Example:
        >>> [learning_rate(TrainConfig(), step) for step in (0, 299_999, 300_000, 500_000)]
        [0.0001, 0.0001, 5e-05, 1.25e-05]
    """
    rate = _BY_NAME[config.schedule](config, step)
    if step < config.warmup_steps:
        rate = min(rate, config.warmup_lr + (config.lr - config.warmup_lr) * step / config.warmup_steps)
    return rate


def _steps(config: TrainConfig, step: int) -> float:
    return config.lr * 0.5 ** sum(step >= milestone for milestone in config.milestones)


def _one_cycle(config: TrainConfig, step: int) -> float:
    rise = RISE * config.steps
    if step < rise:
        return config.lr * (START + (1 - START) * step / rise)
    done = (step - rise) / (config.steps - rise)
    return config.lr * (1 + math.cos(math.pi * done)) / 2


def _flat(config: TrainConfig, step: int) -> float:
    return config.lr * min(1.0, (config.steps - step) / (FALL * config.steps))


_BY_NAME = {"steps": _steps, "one-cycle": _one_cycle, "flat": _flat}
