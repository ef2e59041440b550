"""Muon: a step that moves every direction of a layer equally far.

The gradient of a layer, laid out as a matrix, has a few directions in which it is long and many in which it is short. Adam
scales numbers, not directions, and so learns the long ones first; a small network that has to find out how to match waits
for the short ones. Muon takes the momentum U S V^T and steps by U V^T: all that is left of it is where it points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

# x -> a x + b x^3 + c x^5 sends what is in (0, 1] towards 1, small numbers first: five times over, 0.003 is 0.7.
QUINTIC = (3.4445, -4.7750, 2.0315)
TIMES = 5
LIKE_ADAM = 0.2  # root mean square of Adam's steps, in learning rates, as Liu et al. measured it


def orthogonalised(matrix: Tensor) -> Tensor:
    """Bring all singular values of a matrix near 1 and keep its directions, without finding them.

    The polynomial is odd, so on a matrix it is a product: a polynomial of the square matrix X X^T, times X. All five
    rounds are done on the square one, which is much the smaller; the matrix itself takes part twice.

    Args:
        matrix: (M, N), of any size.

    Returns:
        (M, N): with U S V^T for the matrix, U T V^T, where T is from 0.68 to 1.21 for what is above 0.003 of the
        matrix's norm, and less for less.

    Source:
        Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; the coefficients are theirs.

    Example:
        >>> turned = orthogonalised(torch.diag(torch.tensor([100.0, 10.0, 5.0])))
        >>> all(0.68 < float(s) < 1.21 for s in turned.diagonal())
        True
    """
    a, b, c = QUINTIC
    x = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    x = x / x.norm().clamp(min=1e-12)
    squares = x @ x.T
    eye = torch.eye(len(squares), dtype=x.dtype, device=x.device)
    turn = once = a * eye + b * squares + c * (squares @ squares)
    for _ in range(TIMES - 1):
        squares = once @ squares @ once
        once = a * eye + b * squares + c * (squares @ squares)
        turn = once @ turn
    x = turn @ x
    return x if matrix.shape[0] <= matrix.shape[1] else x.T


class Muon(torch.optim.Optimizer):
    """Muon for the weights of layers, AdamW for all else, under one learning rate.

    A convolution's weight (out, in, K, K) is a matrix of ``out`` rows, a transposed one's (in, out, K, K) one of ``in``.
    Steps are made as long as Adam's would be, so that a rate that fits the one fits the other.

    Args:
        groups: Groups of parameters as any optimiser takes them; ``matrices`` says whether a group is Muon's, and its
            ``weight_decay`` is decoupled.
        lr: Learning rate.
        betas: Of AdamW's two averages; the first is Muon's momentum, too.

    Source:
        Jordan et al., 2024, with Nesterov's momentum; Liu et al., "Muon is scalable for LLM training", 2025, for the
        length of a step.

    Example:
        >>> weight = torch.nn.Parameter(torch.zeros(2, 2, 1, 1))
        >>> muon = Muon([{"params": [weight], "matrices": True, "weight_decay": 0.0}], lr=1.0)
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
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:
        """Make one update, from the gradients that are there."""
        loss = None
        if closure:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            if not group["matrices"]:
                continue
            for weight in group["params"]:
                if weight.grad is not None:
                    self._turn(weight, group)
        if self.adamw:
            self.adamw.step()
        return loss

    def _turn(self, weight: Tensor, group: dict) -> None:
        """Step by what is left of the momentum when its directions are made alike."""
        lr, beta = group["lr"], group["betas"][0]
        state = self.state[weight]
        if not state:
            state["momentum"] = torch.zeros_like(weight)
        momentum = state["momentum"].mul_(beta).add_(weight.grad)
        ahead = weight.grad.add(momentum, alpha=beta).flatten(1)  # (rows, the rest)
        length = LIKE_ADAM * max(ahead.shape) ** 0.5
        weight.mul_(1 - lr * group["weight_decay"])
        weight.sub_(orthogonalised(ahead).view(weight.shape), alpha=lr * length)
