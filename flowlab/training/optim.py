"""The optimisers of a training: Adam, AdamW or Muon, the learning rate, and the state that a checkpoint keeps.

Muon moves the weights equally far in every direction. The gradient of a layer, as a matrix, is long in a few of its
singular directions and short in many. Adam scales single numbers, not directions, so it learns the long ones first; a
small network that has to learn to match waits for the short ones. Muon takes the momentum U S V^T and steps by U V^T.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from flowlab.models import Network
from flowlab.training.config import TrainConfig

RISE = 0.05  # part of a one-cycle run in which the learning rate rises
START = 1 / 25  # of the highest rate, where the rise begins
FALL = 0.2  # part of a flat run in which the rate falls to 0

STATE_KEYS = ("step", "exp_avg", "exp_avg_sq", "momentum")  # of Adam, and the last of Muon

# x -> a x + b x^3 + c x^5 sends what is in (0, 1] towards 1; five times over, 0.003 is 0.7.
QUINTIC = (3.4445, -4.7750, 2.0315)
NS_STEPS = 5
BLOCK = 64  # outputs that are orthogonalised together; the work grows with the square of it
LIKE_ADAM = 0.2  # root mean square of Adam's steps, in learning rates, as Liu et al. measured it


def learning_rate(config: TrainConfig, step: int) -> float:
    """Return the learning rate of a step, counted from 0. A run that is resumed restores nothing.

    Source:
        "steps": the paper, section 5.1. "one-cycle": Smith and Topin, 2017, with a cosine.

    Example:
        >>> [learning_rate(TrainConfig(), step) for step in (0, 299_999, 300_000, 500_000)]
        [0.0001, 0.0001, 5e-05, 1.25e-05]
    """
    if config.schedule == "steps":
        rate = config.lr * 0.5 ** sum(step >= milestone for milestone in config.milestones)
    elif config.schedule == "flat":
        rate = config.lr * min(1.0, (config.steps - step) / (FALL * config.steps))
    elif step < (rise := RISE * config.steps):
        rate = config.lr * (START + (1 - START) * step / rise)
    else:
        rate = config.lr * (1 + math.cos(math.pi * (step - rise) / (config.steps - rise))) / 2
    if step < config.warmup_steps:
        rate = min(rate, config.warmup_lr + (config.lr - config.warmup_lr) * step / config.warmup_steps)
    return rate


def make_optimiser(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """Make the optimiser of a training, for a network on its device.

    Adam and AdamW have two groups of parameters: all weights but those of upconvolutions and upsamplings, with
    weight decay, and the rest without; of another network, parameters of two axes or more, and the rest. Muon has two
    groups of matrices, the weights of convolutions and of upconvolutions but not of the flow-prediction layers, with
    weight decay, and the rest, for AdamW, without.
    """
    named = dict(model.named_parameters())

    def group(names: Collection[str], **options: object) -> dict:
        """Make a group of the parameters with these names."""
        return {"params": [parameter for name, parameter in named.items() if name in names], **options}

    options = {"lr": config.lr, "betas": tuple(config.betas)}
    if config.optimiser == "muon":
        # conv1.0.weight is a convolution's; conv1.1.weight would be its batch normalisation's.
        convolutions, upconvolutions = (
            {name for name in named if name.startswith(kind) and name.endswith(".0.weight")}
            for kind in ("conv", "deconv")
        )
        matrices = {"matrices": True, "weight_decay": config.weight_decay}
        rest = named.keys() - convolutions - upconvolutions
        groups = [group(convolutions, outputs=0, **matrices), group(upconvolutions, outputs=1, **matrices)]
        return Muon([*groups, group(rest, matrices=False, weight_decay=0.0)], **options)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.optimiser]
    if isinstance(model, Network):
        free = {name for name in named if not name.endswith("weight") or name.startswith(("deconv", "upsampled_flow"))}
    else:
        free = {name for name, parameter in named.items() if parameter.ndim < 2}
    decayed = group(named.keys() - free, weight_decay=config.weight_decay)
    return kind([decayed, group(free, weight_decay=0.0)], **options, fused=True)


def state_by_name(model: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return the optimiser's tensors by the names of the parameters that they belong to."""
    return {
        f"{name}.{key}": value
        for name, parameter in model.named_parameters()
        for key, value in optimiser.state[parameter].items()
    }


def load_by_name(model: nn.Module, optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Restore what ``state_by_name`` returned; ValueError if it is of other parameters."""
    for name, parameter in model.named_parameters() if tensors else ():
        found = {key: tensors[f"{name}.{key}"] for key in STATE_KEYS if f"{name}.{key}" in tensors}
        if not found and isinstance(model, Network):  # another may have some without
            raise ValueError(f"the checkpoint has no optimiser state for {name}; remove it to begin anew")
        # Moments in the parameter's own order of memory, channels last or not.
        optimiser.state[parameter] = {
            key: value.clone().to(parameter.device) if key == "step" else torch.empty_like(parameter).copy_(value)
            for key, value in found.items()
        }


def newton_schulz(matrix: Tensor) -> Tensor:
    """Bring all singular values of a matrix near 1, and keep its singular vectors.

    The polynomial is odd, so on a matrix it is a product: a polynomial of the square matrix X X^T, times X. All five
    steps work on the square matrix, which is much smaller; the matrix itself is multiplied twice.

    A matrix U S V^T, of any size, becomes U T V^T, where T is from 0.68 to 1.21 for what is above
    0.003 of the matrix's norm, and less for less.

    Source:
        Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.
    """
    x = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x = x / x.norm().clamp(min=1e-12)
    a, b, c = QUINTIC

    def polynomial(squares: Tensor) -> Tensor:
        """Return a + b S + c S^2 for the square matrix S = X X^T, the factor of X in one step."""
        value = torch.addmm(squares, squares, squares, beta=b, alpha=c)
        value.diagonal().add_(a)
        return value

    squares = x @ x.T
    product = once = polynomial(squares)
    for _ in range(NS_STEPS - 1):
        squares = once @ squares @ once
        once = polynomial(squares)
        product = once @ product
    x = product @ x
    return x if matrix.shape[0] <= matrix.shape[1] else x.T


class Muon(torch.optim.Optimizer):
    """Muon for the weights of layers, AdamW for all else, under one learning rate.

    A layer's weight is a matrix of as many rows as the layer has outputs, cut into blocks of at
    most 64. Steps are scaled to the length of Adam's, so that one learning rate fits both.

    ``matrices`` says of each group whether Muon updates it, and ``outputs`` then which dimension of its weights
    counts the outputs: 0 for convolutions, (out, in, K, K), 1 for transposed ones, (in, out, K, K).
    ``weight_decay`` is decoupled. The first of ``betas``, those of AdamW's averages, is Muon's momentum, too.

    Source:
        Jordan et al., 2024, with Nesterov's momentum; Liu et al., "Muon is scalable for LLM
        training", 2025, for the length of a step.

    Example:
        >>> weight = torch.nn.Parameter(torch.zeros(2, 2, 1, 1))
        >>> muon = Muon([{"params": [weight], "matrices": True, "outputs": 0, "weight_decay": 0.0}], lr=1.0)
        >>> weight.grad = torch.tensor([[1.0, 0.0], [0.0, 0.1]])[..., None, None]
        >>> muon.step()
        >>> [round(float(w), 1) for w in weight.detach().flatten()]  # a tenth of the gradient, and as far to go
        [-0.2, 0.0, 0.0, -0.2]
    """

    def __init__(self, groups: Iterable[dict], lr: float, betas: tuple[float, float] = (0.9, 0.98)):
        groups = list(groups)
        rest = [group for group in groups if not group["matrices"]]
        self.adamw = torch.optim.AdamW(rest, lr=lr, betas=betas, fused=True) if rest else None
        own = [group for group in groups if group["matrices"]]
        super().__init__([*own, *(self.adamw.param_groups if self.adamw else [])], {"lr": lr, "betas": betas})
        if self.adamw:  # one set of groups and one state for both
            self.adamw.param_groups = [group for group in self.param_groups if not group["matrices"]]
            self.adamw.state = self.state

    @torch.no_grad()
    def step(self) -> None:
        """Update the weights from their gradients."""
        with threads(1):  # waking a second one takes longer than matrix products this small
            for group in self.param_groups:
                for weight in group["params"] if group["matrices"] else ():
                    if weight.grad is not None:
                        self._update(weight, group)
        if self.adamw:
            self.adamw.step()

    def _update(self, weight: Tensor, group: dict) -> None:
        """Step by the orthogonalised momentum."""
        lr, beta = group["lr"], group["betas"][0]
        state = self.state[weight]
        if not state:
            state["momentum"] = torch.zeros_like(weight)
        momentum = state["momentum"].mul_(beta).add_(weight.grad)
        ahead = weight.grad.add(momentum, alpha=beta)
        weight.mul_(1 - lr * group["weight_decay"])
        # Views of at most BLOCK outputs each, in memory's order (outputs, K, K, inputs).
        rows = (tensor.movedim(group["outputs"], 0).movedim(1, -1) for tensor in (weight, ahead))
        blocks = (tensor.split(BLOCK) for tensor in rows)
        for part, direction in zip(*blocks, strict=True):
            matrix = direction.flatten(1)
            step = newton_schulz(matrix).view(direction.shape)
            part.sub_(step, alpha=lr * LIKE_ADAM * max(matrix.shape) ** 0.5)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let PyTorch use this many threads on the CPU, 0 for as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
