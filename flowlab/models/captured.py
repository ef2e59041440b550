"""A network made ready for one size: in half the bits, channels last, and on a GPU as one CUDA graph."""

from __future__ import annotations

import copy

import torch
from jaxtyping import Float
from torch import Tensor

from flowlab.models.network import Network

WARM_UP = 3  # runs before the capture, in which kernels are chosen and compiled
HALVES = (torch.float32, torch.bfloat16, torch.float16)


class Captured:
    """Run a network again and again on batches of one size, as fast as it goes.

    A FlowNet is about a hundred small kernels: on a fast GPU it takes longer to launch them one by one than to run
    them. A CUDA graph launches all of them at once, with the same memory each time. The network itself is left as it
    is: this works on a copy.

    Args:
        model: A FlowNetS or FlowNetC, on its device.
        batch: Pairs at a time.
        size: Height and width.
        dtype: torch.bfloat16, torch.float16 or torch.float32, of weights and features. Flow is float32.
        graph: Whether to capture a CUDA graph; None where the network is on a GPU.

    Raises:
        ValueError: If a graph is asked for and the network is not on a GPU, or a number cannot be.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> run = Captured(FlowNetS(width=0.125), batch=2, size=(64, 64))
        >>> flow = run(torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64))
        >>> tuple(flow.shape), flow.dtype
        ((2, 2, 64, 64), torch.float32)
    """

    def __init__(
        self,
        model: Network,
        batch: int,
        size: tuple[int, int],
        *,
        dtype: torch.dtype = torch.bfloat16,
        graph: bool | None = None,
    ):
        device = next(model.parameters()).device
        if graph and device.type != "cuda":
            raise ValueError(f"a CUDA graph is captured on a GPU, and the network is on {device}; give graph=False")
        if batch < 1 or min(size) < 1:
            raise ValueError(f"batch and size must be at least 1, got {batch} and {size[0]} x {size[1]}")
        if dtype not in HALVES:
            raise ValueError(f"dtype must be torch.bfloat16, torch.float16 or torch.float32, got {dtype}")
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.model.to(dtype=dtype, memory_format=torch.channels_last)
        shape = batch, model.config.image_channels, *size
        self._images = tuple(
            torch.zeros(shape, device=device, dtype=dtype).contiguous(memory_format=torch.channels_last)
            for _ in range(2)
        )
        self._graph: torch.cuda.CUDAGraph | None = None
        if graph if graph is not None else device.type == "cuda":
            self._capture(device)

    def __call__(self, img1: Float[Tensor, "B C H W"], img2: Float[Tensor, "B C H W"]) -> Float[Tensor, "B 2 H W"]:
        """Estimate the flow of a batch.

        Args:
            img1: RGB in [0, 1], of the size that this was made for, on any device.
            img2: The same.

        Returns:
            The flow in pixels, on the network's device. With a graph it is overwritten by the next call: clone it to
            keep it.

        Raises:
            ValueError: If the images are of another size.
        """
        for ours, theirs in zip(self._images, (img1, img2), strict=True):
            if ours.shape != theirs.shape:
                said = f"{tuple(ours.shape)}, and the images are {tuple(theirs.shape)}"
                raise ValueError(f"this was made ready for {said}; make another one, or use flowlab.predict")
            ours.copy_(theirs, non_blocking=True)
        if self._graph is None:
            return self._run()
        self._graph.replay()
        return self._flow

    @torch.inference_mode()
    def _run(self) -> Tensor:
        return self.model(*self._images).flow

    def _capture(self, device: torch.device) -> None:
        with torch.cuda.device(device):
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                for _ in range(WARM_UP):
                    self._run()
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self._flow = self._run()
        self._graph = graph
