"""torch.cuda as it is where there is a GPU: devices, streams, events, memory. What is CUDA's own is played here."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace
from typing import Any, ClassVar

import torch

from tests.standin.dispatch import no_waiting_in_a_capture, state

NAME = "no GPU, but a stand-in for one"
MEMORY = 80 * 2**30
current: dict[int, Stream] = {}
default: dict[int, Stream] = {}


def _index(device: Any = None) -> int:
    if device is None:
        return state.library.device()
    index = device if isinstance(device, int) else torch.device(device).index
    return state.library.device() if index is None else index


class Stream:
    """A queue of work, which is done as soon as it is put there; what is played is who waits for whom."""

    made = 0

    def __init__(self, device: Any = None, priority: int = 0, **_: Any) -> None:
        self.device = torch.device("cuda", _index(device))
        self.device_index, Stream.made = self.device.index, Stream.made + 1
        self.cuda_stream = 1000 + Stream.made

    def __cuda_stream__(self) -> tuple[int, int]:
        return 0, self.cuda_stream

    def synchronize(self) -> None:
        synchronize(self.device)

    def query(self) -> bool:
        return True

    def wait_stream(self, stream: Stream) -> None:
        assert isinstance(stream, Stream)

    def wait_event(self, event: Event) -> None:
        assert event.recorded

    def record_event(self, event: Event | None = None) -> Event:
        event = event or Event()
        event.record(self)
        return event


class Event:
    """A moment in a stream. It has not come before someone has waited for it: a GPU is behind the program."""

    waiting: ClassVar[list[Event]] = []

    def __init__(self, enable_timing: bool = False, **_: Any) -> None:
        self.timed, self.recorded, self.over, self.at = enable_timing, False, False, 0.0

    def record(self, stream: Stream | None = None) -> None:
        self.recorded, self.over, self.at = True, False, time.perf_counter()
        Event.waiting.append(self)

    def synchronize(self) -> None:
        no_waiting_in_a_capture("Event.synchronize")
        if self in Event.waiting:
            place = Event.waiting.index(self)
            for event in Event.waiting[: place + 1]:
                event.over = True
            del Event.waiting[: place + 1]

    def query(self) -> bool:
        return self.over or not self.recorded

    def wait(self, stream: Stream | None = None) -> None:
        pass

    def elapsed_time(self, end: Event) -> float:
        if not (self.timed and end.timed):
            raise ValueError("Both events must be created with argument 'enable_timing=True'.")
        if not (self.recorded and end.recorded):
            raise ValueError("Both events must be recorded before calculating elapsed time.")
        if not (self.over and end.over):
            raise RuntimeError("CUDA error: device not ready")
        return 1e3 * (end.at - self.at)


class Graph:
    """A CUDA graph: what was captured is done again, in the same memory."""

    def __init__(self, **_: Any) -> None:
        self.steps: list | None = None

    def replay(self) -> None:
        if self.steps is None:
            raise RuntimeError("Called CUDAGraph::replay without a preceding successful capture.")
        with torch.inference_mode():  # the captured tensors may be of either kind
            for step in self.steps:
                step()


class capture:
    def __init__(self, cuda_graph: Graph, pool: Any = None, stream: Any = None, **_: Any) -> None:
        self.graph = cuda_graph

    def __enter__(self) -> None:
        synchronize()
        state.recording = []

    def __exit__(self, kind: Any, *_: Any) -> None:
        steps, state.recording = state.recording, None
        if kind is None:
            self.graph.steps = steps


class use_stream:
    def __init__(self, stream: Stream | None) -> None:
        self.stream = stream

    def __enter__(self) -> Stream | None:
        if self.stream is not None:
            self.before = current_stream(self.stream.device)
            current[self.stream.device.index] = self.stream
        return self.stream

    def __exit__(self, *_: Any) -> None:
        if self.stream is not None:
            current[self.stream.device.index] = self.before


def default_stream(device: Any = None) -> Stream:
    index = _index(device)
    if index not in default:
        default[index] = Stream(index)
        default[index].cuda_stream = 0
    return default[index]


def current_stream(device: Any = None) -> Stream:
    return current.get(_index(device)) or default_stream(device)


def synchronize(device: Any = None) -> None:
    no_waiting_in_a_capture("synchronize")
    for event in Event.waiting:
        event.over = True
    Event.waiting.clear()


def _lazy_init() -> None:
    if state.forked:
        raise RuntimeError("Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you must "
                           "use the 'spawn' start method")  # fmt: skip
    torch.cuda._initialized = True


def _forked() -> None:
    state.forked = torch.cuda._initialized


def _manual_seed(seed: int) -> None:
    for chance in torch.cuda.default_generators:
        chance.manual_seed(seed)


def install() -> None:
    """Put all of it where torch's own Python looks for CUDA's library, or in the place of what asks it."""
    library = state.library
    low = {
        "_cuda_getDeviceCount": lambda: library.count(),  # torch hashes these, and ctypes' functions have none
        "_cuda_getDevice": lambda: library.device(),
        "_cuda_setDevice": lambda index: library.set_device(index),
        "_cuda_getCurrentRawStream": lambda index: current_stream(index).cuda_stream,
        "_cuda_synchronize": synchronize,
        "_cuda_emptyCache": lambda: None,
        "_cuda_isCurrentStreamCapturing": lambda: state.recording is not None,
    }
    for name, function in low.items():
        setattr(torch._C, name, function)

    def exchange(index: int) -> int:
        before = library.device()
        if index >= 0:
            library.set_device(index)
        return before

    properties = SimpleNamespace(
        name=NAME, major=9, minor=0, total_memory=MEMORY, multi_processor_count=132, L2_cache_size=50 * 2**20,
        clock_rate=1_980_000, memory_clock_rate=3_201_000, memory_bus_width=6144,
    )  # fmt: skip
    high = {
        "_lazy_init": _lazy_init,
        "device_count": lambda: library.count(),  # torch's own first asks the driver's library, which is not there
        "_exchange_device": exchange,
        "_maybe_exchange_device": exchange,
        "_is_in_bad_fork": lambda: state.forked,
        "get_device_properties": lambda device=None: properties,
        "get_device_name": lambda device=None: NAME,
        "get_device_capability": lambda device=None: (9, 0),
        "synchronize": synchronize,
        "Stream": Stream,
        "Event": Event,
        "CUDAGraph": Graph,
        "graph": capture,
        "stream": use_stream,
        "current_stream": current_stream,
        "default_stream": default_stream,
        "_sleep": lambda cycles: None,
        "mem_get_info": lambda device=None: (MEMORY - library.allocated(), MEMORY),
        "memory_reserved": lambda device=None: library.allocated(),  # nothing is kept for later
        "memory_allocated": lambda device=None: library.allocated(),
        "max_memory_allocated": lambda device=None: library.peak(),
        "reset_peak_memory_stats": lambda device=None: library.reset_peak(),
        "empty_cache": lambda: None,
        "manual_seed": _manual_seed,
        "manual_seed_all": _manual_seed,
    }
    high["default_generators"] = tuple(torch.Generator(f"cuda:{i}") for i in range(library.count()))
    for name, function in high.items():
        setattr(torch.cuda, name, function)
    for module in (torch.cuda.memory, torch.cuda.random):  # they have taken torch's own by name
        module._lazy_init = _lazy_init
    torch.version.cuda = "13.0"
    copied = torch.Tensor.__deepcopy__

    def deepcopy(self: torch.Tensor, memo: dict) -> torch.Tensor:
        """Copy without a new storage on the device, which torch makes only where it was built with CUDA."""
        if not (self.is_cuda and type(self) is torch.Tensor and self.is_leaf):
            return copied(self, memo)
        return memo.setdefault(id(self), self.detach().clone().requires_grad_(self.requires_grad))

    torch.Tensor.__deepcopy__ = deepcopy
    os.register_at_fork(after_in_child=_forked)
