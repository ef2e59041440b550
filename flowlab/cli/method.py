"""A method by its name, as commands take it: classical ones, shipped networks, files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import numpy as np

Estimate = Callable[["np.ndarray", "np.ndarray"], "np.ndarray"]
MethodOption = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE",
        help="A classical method (dis, dis-fast, dis-ultrafast, farneback, tvl1, ilk, lucas-kanade, horn-schunck), a "
        "network that is shipped (flownets-small, flownetc-small), or a file of weights.",
    ),
]
DeviceOption = Annotated[
    str, typer.Option(metavar="auto|cpu|cuda", help="Where a network computes; auto takes the GPU if there is one.")
]


def estimator(method: str, device: str = "auto") -> Estimate:
    """Return the function that estimates the flow between two pictures (H, W, 3) uint8.

    Args:
        method: A name in ``flowlab.classical.METHODS``, a shipped network's, or a file.
        device: "auto", or a device of torch, for networks.

    Raises:
        ValueError: If there is no such method or device; the message names what there is.
        OSError: If there is no such file.
    """
    from flowlab.classical import METHODS, run

    if method in METHODS:
        return partial(run, method)
    import flowlab
    from flowlab.models import load_model, shipped

    if not ({"/", "\\", "."} & set(method)) and method not in shipped():
        networks = ", ".join(shipped()) or "none is shipped yet"
        raise ValueError(
            f"there is no method {method!r}; classical ones are {', '.join(METHODS)}; networks: {networks}; or give a "
            "file, such as runs/first/model.safetensors"
        )
    model = load_model(method, device=checked_device(device))
    return partial(flowlab.predict, model)


def checked_device(device: str) -> str:
    """Return a device of torch that is there; "auto" is the GPU if there is one.

    Raises:
        ValueError: If there is no such device.
    """
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        kind = torch.device(device).type
    except RuntimeError:
        raise ValueError(f"there is no device {device!r}; try cpu, cuda or cuda:1") from None
    if kind == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device cuda needs a GPU that torch sees, and there is none; python -m flowlab doctor")
    return device
