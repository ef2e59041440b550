"""Train a FlowNet: configuration, data, loss, optimisers, loop and the run's folder."""

from flowlab.training.config import RECIPES, TrainConfig, recipe
from flowlab.training.loop import Report, Result, TrainingError, fit
from flowlab.training.optim import learning_rate
from flowlab.training.pretrain import learn_to_match
from flowlab.training.step import multiscale_loss

__all__ = [
    "RECIPES",
    "Report",
    "Result",
    "TrainConfig",
    "TrainingError",
    "fit",
    "learn_to_match",
    "learning_rate",
    "multiscale_loss",
    "recipe",
]
