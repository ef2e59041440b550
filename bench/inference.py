"""A pair through each network on a CPU, against plain PyTorch: S at least 1.1 times faster, C at least 1.4 times.

    python bench/inference.py            # 384 x 512, two threads, full width, random weights
    python bench/inference.py --memory   # a pair of 2160 x 3840 through FlowNetC: at most 8 GB
    python bench/inference.py --tiles    # a pair of 1080 x 1920 whole and in tiles: memory, time, error, difference

The plain version is torch.nn as one writes it down: two streams one after the other, a LeakyReLU after each layer, and
the correlation as 441 times shift, multiply and mean. Both have the same weights and must give the same flow.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from _timing import interleaved, ratio, table
from torch import Tensor, nn

import flowlab
from flowlab.chairs import LESSONS, make_pair
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.cli.common import height_and_width
from flowlab.models import shipped
from flowlab.models.predictor import OVERLAP

BARS = {"FlowNetS": 1.1, "FlowNetC": 1.4}
GIGABYTES = 8.0
SIZE = (384, 512)
TILED = (1080, 1920)
WHOLE = "whole"
PAIR = "pair.npz"
TILES = (WHOLE, "832x1088", "576x704", "448x512")
CHANNELS = {"conv1": (7, 2), "conv2": (5, 2), "conv3": (5, 2), "conv3_1": (3, 1)}
DEEPER = {
    name: (3, 2 if "_" not in name else 1) for name in ("conv4", "conv4_1", "conv5", "conv5_1", "conv6", "conv6_1")
}
MEAN = torch.tensor([0.450141, 0.432060, 0.411451]).view(3, 1, 1)


class Plain(nn.Module):
    """FlowNetS or FlowNetC as a first version would be written, with another network's weights."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.correlated = hasattr(network, "conv_redir")
        kernels = CHANNELS | DEEPER | ({"conv_redir": (1, 1)} if self.correlated else {})
        for name, (kernel, stride) in kernels.items():
            theirs = network.get_submodule(name)[0]
            layer = nn.Conv2d(theirs.in_channels, theirs.out_channels, kernel, stride, kernel // 2)
            self.add_module(name, nn.Sequential(layer, nn.LeakyReLU(0.1)))
        for level in (5, 4, 3, 2):
            theirs = network.get_submodule(f"deconv{level}")[0]
            up = nn.ConvTranspose2d(theirs.in_channels, theirs.out_channels, 4, 2, 1, bias=False)
            self.add_module(f"deconv{level}", nn.Sequential(up, nn.LeakyReLU(0.1)))
            self.add_module(f"upsampled_flow{level + 1}_to_{level}", nn.ConvTranspose2d(2, 2, 4, 2, 1, bias=False))
        for level in (6, 5, 4, 3, 2):
            channels = network.get_submodule(f"predict_flow{level}").in_channels
            self.add_module(f"predict_flow{level}", nn.Conv2d(channels, 2, 3, 1, 1))
        self.load_state_dict({key: value.contiguous() for key, value in network.state_dict().items()})

    def forward(self, img1: Tensor, img2: Tensor) -> Tensor:
        """Estimate the flow of images whose sides 64 divides."""
        a, b = img1 - MEAN, img2 - MEAN
        if self.correlated:
            conv2 = self.conv2(self.conv1(a))
            conv3a, conv3b = self.conv3(conv2), self.conv3(self.conv2(self.conv1(b)))
            cost = nn.functional.leaky_relu(shift_multiply_mean(conv3a, conv3b), 0.1)
            conv3 = self.conv3_1(torch.cat([self.conv_redir(conv3a), cost], 1))
        else:
            conv2 = self.conv2(self.conv1(torch.cat([a, b], 1)))
            conv3 = self.conv3_1(self.conv3(conv2))
        conv4 = self.conv4_1(self.conv4(conv3))
        conv5 = self.conv5_1(self.conv5(conv4))
        x = self.conv6_1(self.conv6(conv5))
        for level, skip in ((5, conv5), (4, conv4), (3, conv3), (2, conv2)):
            flow = self.get_submodule(f"predict_flow{level + 1}")(x)
            up = self.get_submodule(f"upsampled_flow{level + 1}_to_{level}")(flow)
            x = torch.cat([skip, self.get_submodule(f"deconv{level}")(x), up], 1)
        flow = 20 * self.predict_flow2(x)
        return nn.functional.interpolate(flow, scale_factor=4, mode="bilinear", align_corners=False)


def shift_multiply_mean(a: Tensor, b: Tensor) -> Tensor:
    """The correlation, one displacement after the other."""
    H, W = a.shape[-2:]
    padded = nn.functional.pad(b, (20, 20, 20, 20))
    steps = range(0, 41, 2)
    return torch.stack([(a * padded[..., y : y + H, x : x + W]).mean(1) for y in steps for x in steps], 1)


def quietly(network: nn.Module, images: tuple[Tensor, Tensor], dtype: torch.dtype | None = None) -> Tensor:
    with torch.inference_mode(), torch.autocast("cpu", dtype, enabled=dtype is not None):
        out = network(*images)
    return getattr(out, "flow", out)


def speed() -> bool:
    torch.set_num_threads(2)
    images = torch.rand(2, 1, 3, *SIZE, generator=torch.Generator().manual_seed(0)).unbind()
    reached = True
    for name, bar in BARS.items():
        torch.manual_seed(0)
        model = getattr(flowlab, name)().eval()
        plain = Plain(model).eval()
        off = (quietly(model, images) - quietly(plain, images)).abs().max().item()
        ways = {
            "plain PyTorch": partial(quietly, plain, images),
            "flowlab": partial(quietly, model, images),
            "flowlab, bfloat16": partial(quietly, model, images, torch.bfloat16),
        }
        seconds = interleaved(ways, repeats=9, warmup=2)
        table(f"{name}, {SIZE[0]} x {SIZE[1]}, {torch.get_num_threads()} threads", seconds)
        faster = ratio(seconds, "plain PyTorch", "flowlab")
        best = min(seconds["plain PyTorch"]) / min(seconds["flowlab"])
        half = ratio(seconds, "plain PyTorch", "flowlab, bfloat16")
        print(f"{faster:.2f} times faster (bar {bar}), {best:.2f} by the fastest of each, {half:.2f} in bfloat16; "
              f"the two flows differ by at most {off:.1e} px\n")  # fmt: skip
        reached &= faster >= bar and off < 1e-2
    return reached


def memory() -> bool:
    """Run a 4K pair in a process of its own, and read its peak."""
    return subprocess.run([sys.executable, __file__, "--child"], check=False).returncode == 0


def in_tiles() -> bool:
    """Run each shipped network on a large generated pair, whole and in tiles, each in a process of its own."""
    print(
        f"{TILED[0]} x {TILED[1]}, easy chairs\n{'':<34}{'GB':>7}{'s':>7}{'EPE':>8}{'differs by: mean':>18}{'99 %':>8}"
    )
    saved = True
    with tempfile.TemporaryDirectory() as folder:
        pair = make_pair(VALIDATION_SEED, 0, TILED, LESSONS["easy chairs"])
        np.savez(Path(folder, PAIR), img1=pair.img1, img2=pair.img2)
        for name in shipped():
            rows = {}
            for tile in TILES:
                path = Path(folder, f"{name}-{tile}.json")
                subprocess.run([sys.executable, __file__, "--tile", name, tile, str(path)], check=True)
                row, flow = json.loads(path.read_text(encoding="utf-8")), np.load(path.with_suffix(".npy"))
                whole = rows.setdefault("flow", flow)
                off = np.linalg.norm(flow - whole, axis=-1)
                title = f"{name}, {tile}" if tile == WHOLE else f"{name}, {tile} by {OVERLAP}"
                epe = flowlab.epe(flow, pair.flow)
                print(f"{title:<34}{row['gigabytes']:>7.2f}{row['seconds']:>7.1f}{epe:>8.3f}"
                      f"{off.mean():>18.3f}{np.quantile(off, 0.99):>8.2f}", flush=True)  # fmt: skip
                rows[tile] = row
            saved &= all(rows[tile]["gigabytes"] < rows[WHOLE]["gigabytes"] for tile in TILES if tile != WHOLE)
    return saved


def one_way(name: str, tile: str, path: Path) -> None:
    """Estimate the large pair one way; write what it took, and the flow."""
    pair = np.load(path.with_name(PAIR))
    img1, img2, model = pair["img1"], pair["img2"], flowlab.load_model(name)
    before, start = peak(), time.perf_counter()
    flow = flowlab.predict(model, img1, img2, tile=None if tile == WHOLE else height_and_width(tile))
    path.write_text(
        json.dumps({"seconds": time.perf_counter() - start, "gigabytes": peak() - before}), encoding="utf-8"
    )
    np.save(path.with_suffix(".npy"), flow)


def peak() -> float:
    """Return the most that this process has held so far, in GB; ru_maxrss counts what it was forked from, too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) * 1024 / 1e9
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def four_k() -> None:
    img1, img2 = torch.randint(0, 256, (2, 2160, 3840, 3), dtype=torch.uint8).numpy()
    model = flowlab.FlowNetC()
    start = time.perf_counter()
    flowlab.predict(model, img1, img2)
    seconds = time.perf_counter() - start
    print(f"FlowNetC, 2160 x 3840, {seconds:.1f} s: peak of the process {peak():.2f} GB (bar {GIGABYTES:.0f})")
    sys.exit(int(peak() > GIGABYTES))


if __name__ == "__main__":
    if "--child" in sys.argv:
        four_k()
    if "--tile" in sys.argv:
        sys.exit(one_way(*sys.argv[2:4], Path(sys.argv[4])))
    ways = {"--memory": memory, "--tiles": in_tiles}
    sys.exit(int(not ways.get(sys.argv[-1], speed)()))
