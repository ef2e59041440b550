"""Networks from files: those that are shipped, our own, and other people's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from flowlab.field._disk import FilePath
from flowlab.models.families import FAMILIES, completed, family_of, in_rgb, network_of, part_of, state_of
from flowlab.models.files import build, fill, read_safetensors
from flowlab.models.network import Network
from flowlab.models.pickles import kind_of, read_pickled

WEIGHTS = Path(__file__).with_name("weights")


def shipped() -> list[str]:
    """List the names that `load_model` knows."""
    return sorted(path.stem for path in WEIGHTS.glob("*.safetensors"))


def load_model(
    name_or_path: FilePath,
    *,
    device: torch.device | str = "cpu",
    part: str | None = None,
    family: str | None = None,
    bgr: bool | None = None,
) -> Network:
    """Load a network, ready to be used: in evaluation mode, in float32, taking RGB in [0, 1].

    Files of FlowNetPytorch, flownet2-pytorch and ptlflow are recognised by names and shapes; what they want to be
    subtracted from the images comes with them. No code in a file is run.

    Args:
        name_or_path: A name out of `shipped`, or a file.
        device: Where it shall compute; "auto" for a GPU if there is one.
        part: Which network of several to take, for files of FlowNet 2: "flownetc" and the like.
        family: Whose file it is, where the guess is wrong: one of `families.FAMILIES`.
        bgr: Whether the weights are for B, G, R, as Caffe's are; the first layer is turned round. None takes files of
            FlowNetPytorch with "caffe" in their name for such.

    Returns:
        A FlowNetS or a FlowNetC; its `metadata` says where the weights come from.

    Raises:
        ValueError: If there is no such name, or the file holds no such network; the message says what it holds.
        OSError: If the file cannot be read.

    Example:
        >>> import tempfile
        >>> from flowlab.models import FlowNetC
        >>> path = tempfile.mkdtemp() + "/theirs.pth.tar"
        >>> state = FlowNetC(width=0.125, predict_bias=False).state_dict()
        >>> torch.save({"epoch": 300, "arch": "flownetc", "state_dict": state, "div_flow": 20}, path)
        >>> load_model(path).metadata["family"]
        'FlowNetPytorch'
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    path = located(name_or_path)
    if kind_of(path) == "safetensors":
        state, header = read_safetensors(path)
        if "flowlab" in header:
            return build(path, state, header).to(device).eval()
        content: object = state
    else:
        content = read_pickled(path)
    if family is not None and family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, got {family!r}")
    return adopt(path, content, part, family, bgr).to(device).eval()


def adopt(path: Path, content: object, part: str | None, family: str | None, bgr: bool | None) -> Network:
    """Make our network of the content of another code base's file.

    Raises:
        ValueError: If it holds no FlowNetS and no FlowNetC.
    """
    state, beside = state_of(content, path)
    state = part_of(state, part, path)
    family = family or family_of(state, beside)
    cls, config = network_of(state, family, scale_of(beside))
    if bgr is None:
        bgr = family == "FlowNetPytorch" and "caffe" in path.name.lower()
    if bgr:
        state, config = in_rgb(state, config)
    with torch.device("meta"):
        model = cls(**asdict(config))
    fill(model, completed(state, model.state_dict()), path)
    model.metadata = origin(path, family, bgr, beside)
    return model


def scale_of(beside: Mapping[str, Any]) -> float:
    """Return the pixels that a network calls 1: what FlowNetPytorch's files say, else 20."""
    scale = beside.get("div_flow", 20.0)
    return float(scale) if isinstance(scale, int | float | Tensor) else 20.0


def origin(path: Path, family: str, bgr: bool, beside: Mapping[str, Any]) -> dict[str, str]:
    """Note where weights come from."""
    notes = {
        "source": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "family": family,
        "order": "BGR, turned to RGB" if bgr else "RGB",
        "licence": "that of the source; flowlab does not know it",
    }
    if isinstance(beside.get("epoch"), int):
        notes["epoch"] = str(beside["epoch"])
    return notes


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
