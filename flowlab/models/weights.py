"""Load and save networks: shipped ones, our own files, and files of other code bases.

Our files are safetensors, with the network's configuration and the origin of the weights in the header.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors import torch as safetensors
from torch import Tensor

from flowlab._disk import FilePath, UsageError, write_atomically
from flowlab.models.flownet import FlowNetC, FlowNetS, Network, NetworkConfig
from flowlab.models.foreign import completed, kind_of, read_pickled, recognise
from flowlab.models.layers import usable_device

WEIGHTS = Path(__file__).with_name("weights")
NETWORKS: dict[str, type[Network]] = {cls.name: cls for cls in (FlowNetS, FlowNetC)}
FORMAT = "1"
RENAMED = {"fit": "resize_mode"}  # options of a network, in files that were written before


def shipped() -> list[str]:
    """List the names of the shipped networks."""
    return sorted(path.stem for path in WEIGHTS.glob("*.safetensors"))


def load_model(
    name_or_path: FilePath,
    *,
    device: torch.device | str = "cpu",
    part: str | None = None,
    family: str | None = None,
    bgr: bool | None = None,
) -> Network:
    """Load a network for inference: in evaluation mode, in float32, for RGB in [0, 1].

    Files of FlowNetPytorch, flownet2-pytorch and ptlflow are recognised by the names and shapes of
    their tensors; the network then subtracts the mean that they expect. No code in a file is run.
    Where 64 does not divide a side, flows differ from those of FlowNetPytorch, which does not pad,
    and of ptlflow, which aligns corners (by 2.3 and 0.05 px in one comparison).

    Args:
        name_or_path: One of the names of `shipped`, or a file.
        device: Where the network computes; "auto" for a GPU if there is one.
        part: Which network to take from a file with several, such as those of FlowNet 2: "flownetc" and the like.
        family: The code base that wrote the file, if the guess is wrong: one of `foreign.FAMILIES`.
        bgr: Whether the weights expect B, G, R, as Caffe's do; the first layer is then reordered.
            None assumes so for files of FlowNetPytorch with "caffe" in their name.

    Returns:
        A FlowNetS or a FlowNetC; its `metadata` holds the origin of the weights.

    Raises:
        ValueError: If there is no such name, or the file holds no such network; the message says what it holds instead.
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
    path = located(name_or_path)
    state, header = read_safetensors(path) if kind_of(path) == "safetensors" else (read_pickled(path), {})
    if "flowlab-checkpoint" in header:
        state, header = network_in_checkpoint(state, header)
    if ":" in (module := header.get("model", "")):
        advice = "make one, and give it safetensors.torch.load_file(path) with load_state_dict"
        raise ValueError(f"{path} holds weights of a {module}, which is not a FlowNet; {advice}")
    ours = "flowlab" in header
    if ours:
        cls, config, metadata = described(path, header)
    else:
        cls, config, state, metadata = recognise(path, state, part, family, bgr)
    with torch.device("meta"):  # no memory and no random numbers for weights that are replaced
        model = cls(**asdict(config))
    fill(model, state if ours else completed(state, model.state_dict()), path)
    model.metadata = metadata
    return model.to(usable_device(device)).eval()


def located(name_or_path: FilePath) -> Path:
    """Return the file of a shipped name or a path; a name that is not shipped is a ValueError."""
    path = Path(name_or_path)
    if path.suffix or len(path.parts) > 1 or path.exists():
        return path
    if path.name not in shipped():
        names = ", ".join(shipped()) or "none yet"
        raise UsageError(
            f"no network {path.name!r} is shipped; there are: {names}. The path of a file needs its suffix"
        )
    return WEIGHTS / f"{path.name}.safetensors"


def save_model(
    model: Network, path: FilePath, metadata: Mapping[str, str] | None = None, *, dtype: torch.dtype | None = None
) -> None:
    """Write a network to a safetensors file, in one step.

    Args:
        model: A FlowNetS or a FlowNetC.
        path: The file; an existing one is replaced.
        metadata: About the weights, for people: licence, training data, error. None for ``model.metadata``.
        dtype: Of the stored floats, float16 for half the bytes; None keeps theirs.

    Raises:
        TypeError: If `model` is another module, or a value of the metadata is not a string.
        OSError: If the file cannot be written.

    Example:
        >>> import tempfile
        >>> from flowlab.models import FlowNetS, load_model
        >>> path = tempfile.mkdtemp() + "/small.safetensors"
        >>> save_model(FlowNetS(width=0.125), path, {"licence": "MIT"}, dtype=torch.float16)
        >>> load_model(path).metadata
        {'licence': 'MIT'}
    """
    if not isinstance(model, Network):
        raise TypeError(f"save_model takes a FlowNetS or a FlowNetC, got {type(model).__name__}")
    metadata = dict(model.metadata if metadata is None else metadata)
    for key, value in metadata.items():
        if not (isinstance(key, str) and isinstance(value, str)):
            raise TypeError(f"metadata must be strings by name, got {key!r}: {value!r}; write {key!s}={str(value)!r}")
    state = model.state_dict()
    if dtype:
        state = {key: value.to(dtype) if value.is_floating_point() else value for key, value in state.items()}
    header = {
        "format": "pt",
        "flowlab": FORMAT,
        "model": model.name,
        "config": json.dumps(asdict(model.config)),
        "metadata": json.dumps(metadata),
    }
    write_safetensors(path, state, header)


def write_safetensors(path: FilePath, tensors: Mapping[str, Tensor], header: Mapping[str, str]) -> None:
    """Write tensors from any device and a header to a safetensors file, in one step."""
    # A copy: safetensors refuses tensors that share memory, such as weights that two layers share.
    tensors = {
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format) for name, value in tensors.items()
    }
    write_atomically(path, [safetensors.save(tensors, dict(header))])


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read the tensors of a safetensors file, and its header."""
    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118 - no dict
    except SafetensorError as error:
        raise ValueError(f"cannot read {path} as safetensors: {error}; is it cut off or of another format?") from error


def network_in_checkpoint(
    tensors: Mapping[str, Tensor], header: Mapping[str, str]
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the weights in the checkpoint of a training, and the header that their own file would have."""
    training = json.loads(header["config"])
    state = {name.removeprefix("model."): value for name, value in tensors.items() if name.startswith("model.")}
    # Older checkpoints have the options of new networks alone.
    network = header.get("network") or json.dumps({name: training[name] for name in ("width", "batch_norm")})
    return state, {"flowlab": FORMAT, "model": training["model"], "config": network}


def described(path: Path, header: Mapping[str, str]) -> tuple[type[Network], NetworkConfig, dict[str, str]]:
    """Return the network's class, its options and the weights' origin from our file's header."""
    try:
        options = {RENAMED.get(name, name): value for name, value in json.loads(header["config"]).items()}
        return NETWORKS[header["model"]], NetworkConfig(**options), json.loads(header.get("metadata", "{}"))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is a file of flowlab, but its header describes no network: {type(error).__name__}: {error}"
        ) from error


def differences(state: Mapping[str, Tensor], needed: Mapping[str, Tensor]) -> str:
    """Say which tensors of a state dict, the first few, are not a network's; "" if all fit."""
    problems = [f"{key} is missing" for key in needed if key not in state]
    problems += [f"{key} does not belong to it" for key in state if key not in needed]
    both = ((key, tuple(state[key].shape), tuple(value.shape)) for key, value in needed.items() if key in state)
    problems += [f"{key} is {found}, not {wanted}" for key, found, wanted in both if found != wanted]
    return "; ".join(problems[:3]) + (f" and {len(problems) - 3} more" if len(problems) > 3 else "")


def fill(model: Network, state: Mapping[str, Tensor], path: Path) -> None:
    """Load weights into a network, as float32; a ValueError names the first few that do not fit."""
    if wrong := differences(state, model.state_dict()):
        raise ValueError(f"the weights in {path} do not fit {type(model).__name__}: {wrong}")
    broken = [key for key, value in state.items() if not torch.isfinite(value).all()]
    if broken:
        raise ValueError(f"{path} holds NaN or infinity in {', '.join(broken[:3])}; a training that diverged, perhaps")
    weights = {key: value.float() if value.is_floating_point() else value for key, value in state.items()}
    model.load_state_dict(weights, assign=True)
