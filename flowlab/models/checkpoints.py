"""Networks from files: those that are shipped, our own, and other people's."""

from __future__ import annotations

from pathlib import Path

import torch

from flowlab.field._disk import FilePath
from flowlab.models.files import build, read_safetensors
from flowlab.models.network import Network

WEIGHTS = Path(__file__).with_name("weights")


def shipped() -> list[str]:
    """List the names that `load_model` knows."""
    return sorted(path.stem for path in WEIGHTS.glob("*.safetensors"))


def load_model(name_or_path: FilePath, *, device: torch.device | str = "cpu") -> Network:
    """Load a network, ready to be used: in evaluation mode, in float32.

    Args:
        name_or_path: A name out of `shipped`, or a file.
        device: Where it shall compute.

    Returns:
        A FlowNetS or a FlowNetC that takes RGB in [0, 1]; its `metadata` says where the weights come from.

    Raises:
        ValueError: If there is no such name, or the file is none that can be read.
        OSError: If there is no such file.
    """
    path = located(name_or_path)
    state, header = read_safetensors(path)
    if "flowlab" not in header:
        raise ValueError(f"{path} was not written by flowlab.models.save_model")
    return build(path, state, header).to(device).eval()


def located(name_or_path: FilePath) -> Path:
    """Find the file that a shipped name or a path means.

    Raises:
        ValueError: If it looks like a name and is none.
    """
    path = Path(name_or_path)
    if path.suffix or len(path.parts) > 1 or path.exists():
        return path
    if path.name not in shipped():
        names = ", ".join(shipped()) or "none yet"
        raise ValueError(f"no network {path.name!r} is shipped; there are: {names}. A file needs its suffix")
    return WEIGHTS / f"{path.name}.safetensors"
