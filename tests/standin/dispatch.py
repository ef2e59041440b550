"""Computes on the CPU what torch is asked to compute on CUDA, and refuses what a GPU refuses.

Every operator for which torch has no kernel of its own on CUDA, which in a CPU build is each one, comes by here, with
plain tensors whose device is cuda:0 or cuda:1. They are seen as CPU tensors over the same memory, the CPU's operator
runs, and what it returns is seen as a tensor on the device again. The rules of who may meet whom are torch's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

# Where a CPU tensor may stand beside those on the device, whatever its shape: torch copies indices by itself.
INDEXED = ("index.Tensor", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index.Tensor")
# What is no loop over elements, and takes a CPU number all the same.
TAKE_NUMBERS = ("fill_.Tensor", "where.self", "masked_fill.Tensor", "masked_fill_.Tensor", *INDEXED)
# What waits for the device: forbidden while a graph is captured.
WAIT = ("_local_scalar_dense", "nonzero", "equal", "masked_select", "_unique2", "unique_consecutive", "unique_dim")
# torch composes these of others before it asks for a kernel, of which some exist on the CPU alone.
WHOLE = ("convolution", "convolution_backward", "convolution_overrideable", "repeat_interleave.Tensor")

state = SimpleNamespace(library=None, recording=None, forked=False)


@cache
def traits(op: Any) -> SimpleNamespace:
    """What the schema says of an operator."""
    schema = op._schema
    name = f"{op._schema.name.partition('::')[2]}{'.' + schema.overload_name if schema.overload_name else ''}"
    written = {a.name for a in schema.arguments if a.alias_info is not None and a.alias_info.is_write}
    return SimpleNamespace(
        name=name,
        written=written,
        at={a.name: i for i, a in enumerate(schema.arguments)},
        draws="generator" in {a.name for a in schema.arguments},
        numbers=torch.Tag.pointwise in op.tags or name in TAKE_NUMBERS,
        indexed=name in INDEXED,
        waits=name.partition(".")[0] in WAIT,
        views=any(r.alias_info is not None and not r.alias_info.is_write for r in schema.returns),
    )


def on_cpu(t: Tensor) -> Tensor:
    """See a tensor's memory from the CPU."""
    return state.library.seen_from(t, -1, None) if t.is_cuda else t


def on_device(t: Tensor, index: int, like: Tensor | None = None) -> Tensor:
    """See a CPU tensor's memory from the device."""
    return state.library.seen_from(t, index, like)


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """Apply a function to what an operator takes or gives: values, and lists of them."""
    if isinstance(value, list | tuple):
        return type(value)([mapped(function, part) for part in value])
    return function(value)


def tensors(value: Any) -> list[Tensor]:
    """The tensors among what an operator takes or gives."""
    if isinstance(value, Tensor):
        return [value]
    return [t for part in value for t in tensors(part)] if isinstance(value, list | tuple) else []


def same_device(found: SimpleNamespace, args: tuple, kwargs: dict) -> int:
    """Refuse tensors that do not lie together, as torch does; give the device's number."""
    every = tensors([*args, *kwargs.values()])
    devices = sorted({t.device.index for t in every if t.is_cuda})
    strangers = [t for t in every if not t.is_cuda and (t.ndim or not found.numbers)]
    if found.indexed:
        indices = {id(t) for t in tensors(args[1])}
        strangers = [t for t in strangers if id(t) not in indices]
    for name in found.written:
        place = found.at[name]
        given = args[place] if place < len(args) else kwargs.get(name)
        strangers += [t for t in tensors(given) if not t.is_cuda]
    if not devices:  # a generator on the device has brought the operator here
        raise RuntimeError("Expected a 'cpu' device type for generator but found 'cuda'")
    if len(devices) > 1 or strangers:
        other = "cpu" if strangers else f"cuda:{devices[1]}"
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found at least two devices, cuda:{devices[0]} and "
            f"{other}! (in {found.name})"
        )
    return devices[0]


def fallback(op: Any, *args: Any, **kwargs: Any) -> Any:
    """Run an operator whose tensors are on the device."""
    found = traits(op)
    index = same_device(found, args, kwargs)
    if found.waits:
        no_waiting_in_a_capture(found.name)
    if kwargs.get("device") is not None:
        raise NotImplementedError(f"the stand-in for a GPU does not know {found.name} with device=")
    chance = kwargs.get("generator")
    if found.draws:
        chance = chance or torch.cuda.default_generators[index]
        kwargs = kwargs | {"generator": _twin(chance)}
    owners: dict[int, tuple[Tensor, Tensor]] = {}  # of each tensor that the CPU sees: whose memory it is
    inner_args = mapped(partial(_seen, owners), args)
    inner_kwargs = {name: mapped(partial(_seen, owners), value) for name, value in kwargs.items()}
    filled = []
    for name in found.written & kwargs.keys():  # out=: some of the CPU's kernels mistake another order of memory
        if isinstance(ours := kwargs[name], Tensor) and ours.numel():
            fresh = inner_kwargs[name] = torch.empty(0, dtype=ours.dtype)
            filled.append((on_cpu(ours), fresh))
            owners[id(fresh)] = fresh, ours

    def run() -> Any:
        result = op(*inner_args, **inner_kwargs)
        for out, fresh in filled:
            out.copy_(fresh)
        return result

    result = run()
    for theirs, ours in owners.values():
        if ours.is_cuda and ours.shape != theirs.shape:
            state.library.become(ours, on_device(theirs, index))  # an empty out=, filled
    if chance is not None:
        chance.set_state(kwargs["generator"].get_state())
    if state.recording is not None:
        state.recording.append(_replay(run, result, [theirs for theirs, _ in owners.values()]))
    like = tensors(args)[0] if found.views else None
    return mapped(partial(_given, owners, index, like), result)


def _twin(chance: torch.Generator) -> torch.Generator:
    """Give the CPU's generator that draws for one on the device."""
    if chance.device.type != "cuda":
        raise RuntimeError(f"Expected a 'cuda' device type for generator but found '{chance.device.type}'")
    twin = torch.Generator()
    twin.set_state(chance.get_state())
    return twin


def _seen(owners: dict[int, tuple[Tensor, Tensor]], value: Any) -> Any:
    if not isinstance(value, Tensor):
        return value
    theirs = on_cpu(value) if value.numel() or not value.is_cuda else torch.empty_like(value, device="cpu")
    owners[id(theirs)] = theirs, value
    return theirs


def _given(owners: dict[int, tuple[Tensor, Tensor]], index: int, like: Tensor | None, value: Any) -> Any:
    if not isinstance(value, Tensor):
        return value
    return owners[id(value)][1] if id(value) in owners else on_device(value, index, like)


def _replay(run: Callable[[], Any], result: Any, inputs: list[Tensor]) -> Callable[[], None]:
    """Make a step of a graph: run again, into the memory of the first time."""
    known = {t.untyped_storage().data_ptr() for t in inputs}
    first = tensors(result)

    def again() -> None:
        for old, new in zip(first, tensors(run()), strict=True):
            if old.untyped_storage().data_ptr() not in known:
                old.copy_(new)

    return again


def no_waiting_in_a_capture(what: str) -> None:
    """Refuse what waits for the device while a graph is captured."""
    if state.recording is not None:
        raise RuntimeError(f"CUDA error: operation not permitted when stream is capturing (in {what})")


def _copy(self: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    if self.is_cuda != src.is_cuda:
        if not (non_blocking and self.is_cuda and src.is_pinned()):
            no_waiting_in_a_capture("copy_")
        if non_blocking and src.is_cuda:
            raise RuntimeError("a copy to the CPU that nothing waits for: non_blocking=True is for the way to the GPU")
    ours, theirs = on_cpu(self), on_cpu(src)
    ours.copy_(theirs)
    if state.recording is not None:
        state.recording.append(lambda: ours.copy_(theirs))
    return self


def _index(device: torch.device) -> int:
    if state.forked:
        raise RuntimeError("Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must "
                           "use the 'spawn' start method")  # fmt: skip
    index = state.library.device() if device.index is None else device.index
    if not 0 <= index < state.library.count():
        raise RuntimeError(f"CUDA error: invalid device ordinal {index}, there are {state.library.count()}")
    return index


def _empty(size, *, dtype=None, layout=None, device=None, pin_memory=None, memory_format=None) -> Tensor:
    form = {} if memory_format is None else {"memory_format": memory_format}
    return on_device(torch.empty(size, dtype=dtype, device="cpu", **form), _index(device))


def _empty_strided(size, stride, *, dtype=None, layout=None, device=None, pin_memory=None) -> Tensor:
    return on_device(torch.empty_strided(size, stride, dtype=dtype, device="cpu"), _index(device))


def register() -> tuple:
    """Tell torch that CUDA's operators are these; what is returned must be kept."""
    rest, some = torch.library.Library("_", "IMPL"), torch.library.Library("aten", "IMPL")
    rest.fallback(fallback, "CUDA")
    own = {"copy_": _copy, "empty.memory_format": _empty, "empty_strided": _empty_strided}
    for name, function in own.items():
        some.impl(name, function, "CUDA")
    for name in WHOLE:
        packet, _, overload = name.partition(".")
        op = getattr(getattr(torch.ops.aten, packet), overload or "default")
        some.impl(name, partial(fallback, op), "CUDA")
    return rest, some
