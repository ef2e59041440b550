"""A method by its name, as commands take it: classical ones, shipped networks, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flowlab.evaluation import Method

MethodOption = Annotated[
    str,
    typer.Option(
        metavar="NAME|FILE",
        help="A classical method (dis, dis-fast, dis-ultrafast, farneback, tvl1, ilk, lucas-kanade, horn-schunck), a "
        "network that is shipped (flownets-small, flownetc-small), or a file of weights; +v at the end refines.",
    ),
]
DeviceOption = Annotated[
    str, typer.Option(metavar="auto|cpu|cuda", help="Where a network computes; auto takes the GPU if there is one.")
]


def estimator(method: str, device: str = "auto", tile: tuple[int, int] | None = None) -> Method:
    """Return the method of this name, to be called with two pictures (H, W, 3) uint8.

    Args:
        method: A classical method, a shipped network or a file; with "+v" at its end it is refined.
        device: "auto", or a device of torch, for networks.
        tile: Height and width of the tiles in which a network sees the pictures; None for whole ones.

    Raises:
        ValueError: If there is no such method or device, or tiles are no network's; the message names what there is.
        OSError: If there is no such file.
    """
    from flowlab.evaluation import method_of

    return method_of(method, device=checked_device(device), tile=tile)


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
