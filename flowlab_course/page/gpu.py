"""Give the GPU back at the end of a chapter, so that the next kernel finds it empty."""

from __future__ import annotations

import dataclasses
import gc
import json
import sys
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results"


def measured_on_a_gpu(name: str, figure: str, *, unit: str = "") -> str:
    """Say what bench/ has measured on a GPU, with its card and day; or that nothing was.

    Args:
        name: Of the file in bench/results, without its ending.
        figure: Which of its numbers.
        unit: What stands behind the number.

    Example:
        >>> measured_on_a_gpu("no_such_bench", "pairs/s")
        'no_such_bench: no figure was measured on a GPU for this text'
    """
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        return f"{name}: no figure was measured on a GPU for this text"
    known = json.loads(path.read_text(encoding="utf-8"))
    if known[figure] is None:
        return f"{name}: no {figure} on {known['card']}, {known['measured']}: its limit is not known"
    return f"{name}: {figure} {known[figure]}{unit and ' ' + unit}, on {known['card']}, {known['measured']}"


def free_gpu(names: dict | None = None) -> None:
    """Move what a notebook still names to the CPU and return the cached memory; without CUDA, do nothing.

    Args:
        names: The notebook's variables; by default those of the running IPython.
    """
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return
    if names is None:
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython else None
        names = shell.user_ns if shell else {}
    for name, value in list(names.items()):
        moved = to_cpu(value)
        if moved is not value:
            names[name] = moved
    gc.collect()
    torch.cuda.empty_cache()


def to_cpu(value: object, seen: set[int] | None = None) -> object:
    """Return `value` with its tensors on the CPU.

    It looks into modules, optimisers, records such as the result of a training, lists, tuples and dicts. All but
    tensors and tuples are changed in place. Anything else comes back as it is, as does what is on `meta`, where there
    is nothing to move.

    Args:
        value: Anything that a notebook names.
        seen: The ids of lists and dicts that were looked into already: one may hold itself.

    Example:
        >>> to_cpu("text")
        'text'
    """
    import torch

    seen = set() if seen is None else seen
    if isinstance(value, torch.nn.Module):
        only_shapes = any(t.is_meta for t in (*value.parameters(), *value.buffers()))
        return value if only_shapes else value.to("cpu")
    if isinstance(value, torch.Tensor):
        return value if value.device.type in ("cpu", "meta") else _here(value)
    if isinstance(value, torch.optim.Optimizer):
        for state in value.state.values():
            to_cpu(state, seen)
    elif type(value) in (dict, OrderedDict, list) and id(value) not in seen:  # exactly: IPython's tables are subclasses
        seen.add(id(value))
        for key, item in list(enumerate(value) if type(value) is list else value.items()):
            value[key] = to_cpu(item, seen)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type) and id(value) not in seen:
        seen.add(id(value))
        for field in dataclasses.fields(value):
            to_cpu(getattr(value, field.name, None), seen)  # a record may be frozen: its modules move, its tensors stay
    elif isinstance(value, tuple) and (type(value) is tuple or hasattr(value, "_make")):
        moved = [to_cpu(item, seen) for item in value]
        if any(a is not b for a, b in zip(moved, value, strict=True)):
            return type(value)._make(moved) if hasattr(value, "_make") else tuple(moved)
    return value


def _here(far: Tensor) -> Tensor:
    """Copy a tensor to the CPU without the graph behind it, which keeps a network's maps on the GPU."""
    return far.detach().cpu().requires_grad_(far.requires_grad and far.is_leaf)
