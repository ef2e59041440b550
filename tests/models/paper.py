"""Both networks once more, from the table of the paper's prototxts: names, shapes, and a plain forward pass."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from flowlab.costvolume import Geometry, reference

# name: kernel, stride, padding, inputs, outputs
ENCODER = {
    "conv1": (7, 2, 3, 6, 64),
    "conv2": (5, 2, 2, 64, 128),
    "conv3": (5, 2, 2, 128, 256),
    "conv3_1": (3, 1, 1, 256, 256),
    "conv4": (3, 2, 1, 256, 512),
    "conv4_1": (3, 1, 1, 512, 512),
    "conv5": (3, 2, 1, 512, 512),
    "conv5_1": (3, 1, 1, 512, 512),
    "conv6": (3, 2, 1, 512, 1024),
    "conv6_1": (3, 1, 1, 1024, 1024),
}
CORRELATED = {"conv1": (7, 2, 3, 3, 64), "conv_redir": (1, 1, 0, 256, 32), "conv3_1": (3, 1, 1, 473, 256)}
DECODER = {"deconv5": (1024, 512), "deconv4": (1026, 256), "deconv3": (770, 128), "deconv2": (386, 64)}
PREDICTED = {6: 1024, 5: 1026, 4: 770, 3: 386, 2: 194}


def weights(
    correlated: bool,
    *,
    predict: bool = True,
    deconv: bool = False,
    upsample: bool = False,
    batch_norm: bool = False,
    images: int = 6,
    shrink: int = 1,
    seed: int = 0,
) -> dict[str, Tensor]:
    """Random weights under the published names; `shrink` divides the channels, but those of 441 and of flows."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return (
            torch.randn(shape, generator=generator)
            / max(1, shape[-1] ** 2 * shape[-3] if len(shape) == 4 else 9) ** 0.5
        )

    def narrow(channels: int) -> int:
        over = channels % 64  # conv_redir and the correlation, or a flow
        if channels == 473:
            return 32 // shrink + 441
        return (channels - over) // shrink + over if channels > 32 else max(1, channels // shrink)

    state: dict[str, Tensor] = {}
    for name, (k, _, _, inputs, outputs) in {
        **ENCODER,
        **(CORRELATED if correlated else {"conv1": (7, 2, 3, images, 64)}),
    }.items():
        inside = inputs if name == "conv1" else narrow(inputs)
        state[f"{name}.0.weight"] = draw(narrow(outputs), inside, k, k)
        if batch_norm:
            for entry in ("weight", "bias", "running_mean"):
                state[f"{name}.1.{entry}"] = draw(narrow(outputs)) + (entry == "weight")
            state[f"{name}.1.running_var"] = draw(narrow(outputs)).abs() + 0.5
            state[f"{name}.1.num_batches_tracked"] = torch.tensor(7)
        else:
            state[f"{name}.0.bias"] = draw(narrow(outputs))
    for name, (inputs, outputs) in DECODER.items():
        state[f"{name}.0.weight"] = draw(narrow(inputs), narrow(outputs), 4, 4)
        if deconv:
            state[f"{name}.0.bias"] = draw(narrow(outputs))
    for level, inputs in PREDICTED.items():
        state[f"predict_flow{level}.weight"] = draw(2, narrow(inputs), 3, 3)
        if predict:
            state[f"predict_flow{level}.bias"] = draw(2)
        if level > 2:
            state[f"upsampled_flow{level}_to_{level - 1}.weight"] = draw(2, 2, 4, 4)
            if upsample:
                state[f"upsampled_flow{level}_to_{level - 1}.bias"] = draw(2)
    return state


def forward(state: dict[str, Tensor], a: Tensor, b: Tensor) -> dict[str, Tensor]:
    """Compute every layer of two images that are prepared already; 64 divides their height and width."""
    table = {**ENCODER, **CORRELATED}
    out: dict[str, Tensor] = {}

    def conv(name: str, x: Tensor) -> Tensor:
        x = F.conv2d(x, state[f"{name}.0.weight"], state.get(f"{name}.0.bias"), table[name][1], table[name][2])
        if f"{name}.1.weight" in state:
            mean, var, weight, bias = (
                state[f"{name}.1.{entry}"].view(1, -1, 1, 1)
                for entry in ("running_mean", "running_var", "weight", "bias")
            )
            x = (x - mean) / (var + 1e-5).sqrt() * weight + bias
        out[name] = torch.where(x > 0, x, 0.1 * x)
        return out[name]

    def up(name: str, x: Tensor) -> Tensor:
        return F.conv_transpose2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), stride=2, padding=1)

    if "conv_redir.0.weight" in state:
        b3 = conv("conv3", conv("conv2", conv("conv1", b)))
        a3 = conv("conv3", conv("conv2", conv("conv1", a)))
        cost = reference.corr(a3, b3, Geometry(1, 20, 1, 2, 20))
        out["corr"] = torch.where(cost > 0, cost, 0.1 * cost)
        x = torch.cat([conv("conv_redir", a3), out["corr"]], 1)
    else:
        x = conv("conv3", conv("conv2", conv("conv1", torch.cat([a, b], 1))))
    x = conv("conv3_1", x)
    for name in ("conv4", "conv4_1", "conv5", "conv5_1", "conv6", "conv6_1"):
        x = conv(name, x)
    for level, skip in ((6, "conv5_1"), (5, "conv4_1"), (4, "conv3_1"), (3, "conv2"), (2, "")):
        name = f"predict_flow{level}"
        out[name] = F.conv2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), padding=1)
        if skip:
            raised = up(f"deconv{level - 1}.0", x)
            out[f"deconv{level - 1}"] = torch.where(raised > 0, raised, 0.1 * raised)
            out[f"upsampled_flow{level}_to_{level - 1}"] = up(f"upsampled_flow{level}_to_{level - 1}", out[name])
            x = torch.cat([out[skip], out[f"deconv{level - 1}"], out[f"upsampled_flow{level}_to_{level - 1}"]], 1)
    return out
