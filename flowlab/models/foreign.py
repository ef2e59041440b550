"""Files of other code bases: read safely, recognised by their tensors, made a network of ours.

A pickle is a program. PyTorch's reader with ``weights_only=True`` does not run it: it makes tensors and containers, and
refuses every other name. Training scripts leave a few harmless names beside the weights, such as options and numbers of
NumPy; those are read as a `Placeholder`, which keeps nothing.

Three public code bases have the same names for the same layers. They differ in biases, which the keys show, and in the
mean that they subtract from the images, which nothing in a file shows: that depends on the code base, the family.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import torch
from torch import Tensor

from flowlab._disk import open_to_read
from flowlab.field.formats import looks_like
from flowlab.models.flownet import FlowNetC, FlowNetS, Network, NetworkConfig

FIRST = "conv1.0.weight"
NEEDED = ("conv3_1.0.weight", "conv6.0.weight", "deconv2.0.weight", "predict_flow2.weight")
BESIDE = ("loss", "loss_fn", "train_metrics", "val_metrics")  # modules of training, not weights
EXPECTED = (
    "expected the weights of a FlowNetS or a FlowNetC: flowlab's own safetensors, or a file of FlowNetPytorch, "
    "flownet2-pytorch or ptlflow"
)
# How each code base prepares images: the mean that it subtracts, R, G, B, and `resize_mode`.
FAMILIES: dict[str, tuple[tuple[float, float, float] | Literal["pair", "image"], Literal["pad", "resize"]]] = {
    "FlowNetPytorch": ((0.411, 0.432, 0.45), "pad"),  # as its weights; main.py reversed it
    "flownet2-pytorch": ("pair", "pad"),
    "ptlflow": ("image", "resize"),
}


class Placeholder:
    """Replaces an object of a file that is not needed; takes any arguments and keeps nothing."""

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


HARMLESS = (
    "argparse.Namespace",
    "collections.namedtuple",
    *(f"pathlib.{name}" for name in ("PosixPath", "WindowsPath", "_local.PosixPath", "_local.WindowsPath")),  # 3.13's
    "numpy.dtype",
    "numpy.ndarray",
    *(f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("scalar", "_reconstruct")),
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
    "lightning.pytorch.callbacks.model_checkpoint.ModelCheckpoint",
    "jsonargparse.namespace.Namespace",
    "jsonargparse._namespace.Namespace",
)
HARMLESS_DICTS = (
    "pytorch_lightning.utilities.parsing.AttributeDict",
    "lightning.pytorch.utilities.parsing.AttributeDict",
    "lightning_fabric.utilities.data.AttributeDict",
    "lightning.fabric.utilities.data.AttributeDict",
)
ALLOWED: list[Any] = [(Placeholder, name) for name in HARMLESS] + [(dict, name) for name in HARMLESS_DICTS]


def read_pickled(path: Path) -> Any:
    """Read what torch.save wrote, tensors and containers only; a ValueError refuses what would run code."""
    try:
        with warnings.catch_warnings(action="ignore"), torch.serialization.safe_globals(ALLOWED):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL (\S+)", str(error)) or re.search(r"function <?(.+?)>?[\s.]", str(error))
        if name:
            raise ValueError(
                f"{path} would run or rebuild {name[1]}, which is code and not weights; nothing was run. If you "
                "trust the file, save only its state_dict() with torch.save where that code is installed"
            ) from error
        raise ValueError(f"{path} is a pickle without weights, or a broken one; {EXPECTED}") from error
    except Exception as error:
        if "TorchScript" in str(error):
            raise ValueError(
                f"{path} is a TorchScript program; {EXPECTED}. Load it with torch.jit.load and save its state_dict()"
            ) from error
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise ValueError(f"{path} cannot be read as a file of torch.save ({lines[0][:160]}); is it cut off?") from error


def kind_of(path: Path) -> str:
    """Recognise a file's format by its first bytes: "safetensors" or "torch"; a ValueError says what else it is."""
    with open_to_read(path) as (stream, size):
        head = stream.read(32)
        if head[:4] == b"PK\x03\x04":
            return _zip_kind(path, stream)
    if size == 0:
        raise ValueError(f"{path} is empty (0 bytes); {EXPECTED}")
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= 100_000_000:
        return "safetensors"
    if head[:1] == b"\x80" and head[1:2] <= b"\x05":
        return "torch"
    looks = looks_like(head)
    if not looks and all(32 <= byte < 127 or byte in b"\r\n\t" for byte in head):
        looks = f"text that begins with {head[:16].decode()!r}"
    raise ValueError(f"{path} is {looks or f'not a file of weights (it begins with {head[:4].hex()})'}; {EXPECTED}")


def _zip_kind(path: Path, stream: BinaryIO) -> str:
    stream.seek(0)
    try:
        names = zipfile.ZipFile(stream).namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ValueError(f"{path} is a zip archive that is cut off or broken ({error}); copy it again") from error
    if any(name.endswith("data.pkl") for name in names):
        return "torch"
    if any(name.endswith(".npy") for name in names):
        raise ValueError(f"{path} is a NumPy archive (.npz); {EXPECTED}")
    raise ValueError(f"{path} is a zip archive of other files ({', '.join(names[:3])}); unpack it. {EXPECTED}")


def recognise(
    path: Path, content: object, part: str | None, family: str | None, bgr: bool | None
) -> tuple[type[Network], NetworkConfig, dict[str, Tensor], dict[str, str]]:
    """Find a network of ours in another code base's file; options as in `load_model`.

    The result is its class, its options, its weights and their origin; a ValueError says why there is none.
    """
    if family is not None and family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, got {family!r}")
    state, beside = state_of(content, path)
    state = part_of(state, part, path)
    family = family or family_of(state, beside)
    cls, config = network_of(state, family, beside.get("div_flow", 20.0))
    if bgr is None:
        bgr = family == "FlowNetPytorch" and "caffe" in path.name.lower()
    if bgr:  # a network for B, G, R becomes one for R, G, B: the first layer and the mean
        state[FIRST] = state[FIRST].unflatten(1, (-1, 3)).flip(2).flatten(1, 2)  # one image after the other
        mean = config.mean if isinstance(config.mean, str) else tuple(reversed(config.mean))
        config = replace(config, mean=mean)
    origin = {
        "source": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "family": family,
        "order": "BGR, turned to RGB" if bgr else "RGB",
        "licence": "that of the source; flowlab does not know it",
    }
    if isinstance(beside.get("epoch"), int):
        origin["epoch"] = str(beside["epoch"])
    return cls, config, state, origin


def state_of(content: object, path: Path) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    """Find the state dict in the content of a file; return it with the entries beside it."""
    if not isinstance(content, Mapping):
        of_shape = f" of shape {tuple(content.shape)}" if isinstance(content, Tensor) else ""
        raise ValueError(f"{path} holds a {type(content).__name__.lower()}{of_shape}, not a state dict; {EXPECTED}")
    names = ("state_dict", "model_state_dict", "model")
    inner = next((content[name] for name in names if isinstance(content.get(name), Mapping)), None)
    state = content if inner is None else inner
    tensors = {key: value for key, value in state.items() if isinstance(key, str) and isinstance(value, Tensor)}
    if not tensors:
        names = ", ".join(repr(key) for key in list(content)[:5]) or "nothing"
        raise ValueError(f"{path} holds no tensors by name, but {names}; {EXPECTED}")
    return tensors, {} if inner is None else content


def part_of(state: Mapping[str, Tensor], part: str | None, path: Path) -> dict[str, Tensor]:
    """Take the network out of a state dict, or the one called `part`, and drop the prefix of its names."""
    prefixes = sorted(key.removesuffix(FIRST) for key in state if f".{key}".endswith(f".{FIRST}"))
    names = [prefix.removesuffix(".").removeprefix("module.") for prefix in prefixes]
    whole = {prefix for prefix in prefixes if all(f"{prefix}{key}" in state for key in NEEDED)}
    whole = {prefix for prefix in whole if f"{prefix}conv0.0.weight" not in state}  # FlowNetSD's
    parts = {name: prefix for name, prefix in zip(names, prefixes, strict=True) if prefix in whole}
    if part is not None and part not in parts:
        raise ValueError(
            f"{path} has no part {part!r} that is a FlowNetS or a FlowNetC, but: {', '.join(parts) or '-'}"
        )
    if not parts:
        first = ", ".join(list(state)[:3])
        sd = " (a FlowNetSD, it seems)" if any("inter_conv" in key for key in state) else ""
        raise ValueError(f"{path} holds {len(state)} tensors of another network{sd}: {first}, ...; {EXPECTED}")
    if part is None and len(prefixes) > 1:
        raise ValueError(
            f"{path} holds a network of several ({', '.join(names)}), such as FlowNet 2; take one with part=, of: "
            f"{', '.join(parts)}"
        )
    prefix = parts[part] if part is not None else next(iter(parts.values()))
    taken = {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    return {key: value for key, value in taken.items() if key.split(".")[0] not in BESIDE}


def family_of(state: Mapping[str, Tensor], beside: Mapping[str, Any]) -> str:
    """Guess the family: by the entries beside the weights, else by the biases.

    Both trainers keep an "arch": flownets, flownetc, flownets_bn, flownetc_bn or FlowNet2S, FlowNet2C and the like.
    """
    if {"pytorch-lightning_version", "hyper_parameters"} & set(beside):
        return "ptlflow"
    arch = str(beside.get("arch"))
    if arch.startswith("FlowNet2"):
        return "flownet2-pytorch"
    published = "div_flow" in beside or arch.startswith("flownet") or "deconv5.0.bias" not in state
    return "FlowNetPytorch" if published else "flownet2-pytorch"


def network_of(state: Mapping[str, Tensor], family: str, scale: object) -> tuple[type[Network], NetworkConfig]:
    """Return the network's class and options, from names and shapes; `scale` is the unit of its predictions, in px."""
    correlated = "conv_redir.0.weight" in state
    images = state[FIRST].shape[1] if correlated else state[FIRST].shape[1] // 2
    mean, resize_mode = FAMILIES[family]

    def biased(layers: str) -> bool:
        """Whether some bias of these layers is not 0: Caffe keeps biases that are frozen at 0."""
        return any(bool(state[key].any()) for key in state if key.startswith(layers) and key.endswith(".bias"))

    config = NetworkConfig(
        width=state["conv6.0.weight"].shape[0] / 1024,
        batch_norm="conv1.1.weight" in state,
        predict_bias=biased("predict_flow"),
        deconv_bias=biased("deconv"),
        upsample_bias=biased("upsampled_flow"),
        image_channels=images,
        mean=mean if images == 3 or isinstance(mean, str) else 0,
        resize_mode=resize_mode,
        flow_scale=float(scale) if isinstance(scale, int | float | Tensor) else 20.0,
    )
    return (FlowNetC if correlated else FlowNetS), config


def completed(state: Mapping[str, Tensor], ours: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Add zeros for biases and counters that a file leaves out, and drop biases that are zero."""
    kept = {key: value for key, value in state.items() if key in ours or not key.endswith(".bias") or value.any()}
    for key, value in ours.items():
        if key not in state and key.endswith((".bias", ".num_batches_tracked")):
            kept[key] = torch.zeros(value.shape, dtype=value.dtype)
    return kept
