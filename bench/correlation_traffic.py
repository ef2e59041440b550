"""What the correlation's kernels ask of a GPU, counted access by access, and the time that this takes at the least.

    python bench/correlation_traffic.py

It takes no GPU: the kernels run on the CPU, thread for thread, at FlowNetC's size (256 channels of 48 x 64 places,
batch 8, fp32), and flowlab.kernels.traffic puts their accesses together as a warp would make them. One sample and few
channels are traced; from one tile of channels to the next, and from one sample to the next, the counts grow by the
same.

Each part of a card has its own speed, and "times the limit" is how long it would be busy, if nothing else took time,
divided by the card's limit for the layer: its FLOP or its bytes, each number moved once. The largest of them, times
how much longer the busiest SM has blocks than the mean, is a LOWER BOUND of the kernel's time. It is no measurement:
no wait for memory and no index arithmetic is in it. bench/correlation_cuda.py measures. Where nvcc is installed, it
also says how many blocks an SM holds at once.
"""

from __future__ import annotations

import heapq
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from flowlab.kernels import host, plan, traffic
from flowlab.kernels.source import text
from flowlab.kernels.trace import SHARED

BAR = 4.0
BATCH, C, H, W, D = 8, 256, 48, 64, 21
# An H200, whose SMs are an H100's. NVIDIA's numbers, but for the memory, of whose 4.8 TB/s a copy reaches 4.3. For an
# H100's L2 none is printed; 5,120 bytes a clock is an A100's.
SMS, LANES, ISSUES, FLOPS, MEMORY, L2 = 132, 128, 4, 67e12, 4.3e12, 5120
CLOCK = FLOPS / (2 * SMS * LANES)
REGISTERS, SHARED_OF_SM, RESERVED, MOST_THREADS, MOST_BLOCKS = 65536, 228 * 1024, 1024, 2048, 32
KERNELS = {  # products of a thread at a time, left and right; channels of a tile
    "corr": (plan.ROWS, plan.DISPLACEMENTS, 16),
    "corr_grad_a": (plan.WEIGHTS, plan.CHANNELS, 64),
    "corr_grad_b": (plan.WEIGHTS, plan.CHANNELS, 64),
}


def planned(kernel: str, channels: int) -> tuple[plan.Launch, list[np.ndarray]]:
    """Plan one sample of so many channels, with arrays for it."""
    problem = plan.Problem((1, channels, H, W), (H, W), 1, 20, 1, 2, 20, "float32")
    scores = (1, D * D, H, W)
    shapes = (problem.shape, problem.shape, scores) if kernel == "corr" else (scores, problem.shape, problem.shape)
    launch = plan.forward(problem) if kernel == "corr" else plan.gradient(problem, kernel[-1])
    return launch, [np.zeros(shape, np.float32) for shape in shapes]


def counted(kernel: str) -> tuple[traffic.Traffic, np.ndarray]:
    """Count the whole launch, and the shared wavefronts of each block."""
    step = KERNELS[kernel][2]
    more = C // step - 1
    one = traffic.of_launch(*planned(kernel, step))
    if kernel != "corr":  # other channels are other blocks
        return traffic.scaled(one.traffic, BATCH * (more + 1)), np.tile(one.blocks, BATCH * (more + 1))
    two = traffic.of_launch(*planned(kernel, 2 * step))
    blocks = one.blocks + more * (two.blocks - one.blocks)
    return traffic.scaled(two.traffic, BATCH * more, one.traffic, BATCH * (1 - more)), np.tile(blocks, BATCH)


def uneven(blocks: np.ndarray) -> float:
    """How much longer the busiest SM works than all on average, if each takes the next block when it is free."""
    busy = [0.0] * SMS
    for cost in blocks:
        heapq.heapreplace(busy, busy[0] + float(cost))
    return max(busy) / (sum(busy) / SMS)


def limit() -> float:
    """Clocks that the card cannot go below: FLOP, or bytes if each number moves once."""
    products, numbers = BATCH * D * D * H * W * C, BATCH * H * W * (2 * C + D * D)
    return max(products / (SMS * LANES), 4 * numbers / (MEMORY / CLOCK))


def products_of(kernel: str, asked: traffic.Traffic) -> int:
    """Count the products: every number read from shared memory is one of a tile of left times right."""
    left, right, _ = KERNELS[kernel]
    return asked[SHARED, False].bytes // 4 * left * right // (left + right)


def wavefronts_of(asked: traffic.Traffic) -> int:
    """Add up the wavefronts of shared memory."""
    return sum(some.units for (array, _), some in asked.items() if array == SHARED)


def times_the_limit(kernel: str, asked: traffic.Traffic) -> dict[str, float]:
    """Divide the clocks that each part of the card needs by the limit's."""
    products = products_of(kernel, asked)
    instructions = products / 32 + sum(some.instructions for some in asked.values())
    sectors = sum(some.units for (array, _), some in asked.items() if array != SHARED)
    clocks = {
        "arithmetic": products / (SMS * LANES),
        "instructions": instructions / (SMS * ISSUES),
        "shared memory": (wavefronts_of(asked) + sectors / 4)
        / SMS,  # what is global comes the same way, 128 bytes a clock
        "L2": 32 * sectors / L2,
    }
    return {part: needed / limit() for part, needed in clocks.items()}


def compiled(folder: str) -> dict[str, int]:
    """Compile for an H100 or H200 into all.cubin; return how many registers the kernels take. Without nvcc, nothing."""
    if shutil.which("nvcc") is None:
        return {}
    lines = [text("correlation.cu")]
    for kernel in KERNELS:
        numbers = ", ".join(["int"] * (13 if kernel == "corr" else 9))
        arguments = f"const float*, const float*, float*, {numbers}"
        lines.append(f"template __global__ void {kernel}<float, 1, int>({arguments});")
    Path(folder, "all.cu").write_text("\n".join(lines), encoding="utf-8")
    command = ["nvcc", "-cubin", "-arch=sm_90", "-std=c++17", "-Xptxas=-v", "all.cu", "-o", "all.cubin"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stderr
    found = re.findall(r"entry function '_Z\d+(corr\w*?)I.*?Used (\d+) registers", said, re.DOTALL)
    return {name: int(number) for name, number in found}


def innermost(folder: str) -> dict[str, tuple[int, int]]:
    """Read the loop with the most products in each kernel of all.cubin: its instructions, and its products.

    It takes nvdisasm, of the CUDA toolkit or the wheel nvidia-cuda-nvdisasm; without it, nothing.
    """
    if shutil.which("nvdisasm") is None or not Path(folder, "all.cubin").exists():
        return {}
    said = subprocess.run(["nvdisasm", "-c", f"{folder}/all.cubin"], capture_output=True, text=True, check=True).stdout
    loops: dict[str, tuple[int, int]] = {}
    for kernel, code in re.findall(
        r"^\.text\._Z\d+(corr\w*?)I\w+:$(.*?)(?=^\.text\.|\Z)", said, re.DOTALL | re.MULTILINE
    ):
        labels: dict[str, int] = {}
        lines: list[str] = []
        for line in code.splitlines():
            if label := re.match(r"(\.L_x_\d+):", line):
                labels[label[1]] = len(lines)
            elif re.match(r"\s+/\*[0-9a-f]+\*/\s+.*;", line):
                lines.append(line)
                jump = re.search(r"BRA.*`\((\.L_x_\d+)\)", line)
                if jump and jump[1] in labels:
                    loop = lines[labels[jump[1]] :]
                    found = len(loop), sum(" FFMA" in one for one in loop)
                    if found[1] > loops.get(kernel, (0, 0))[1]:  # the innermost ends first
                        loops[kernel] = found
    return loops


def blocks_of_an_sm(launch: plan.Launch, of_a_thread: int) -> int:
    """Count the blocks that registers, shared memory and threads leave room for."""
    threads = launch.block[0] * launch.block[1]
    by_registers = REGISTERS // (threads * plan.ceil_div(of_a_thread, 8) * 8)
    return min(by_registers, SHARED_OF_SM // (launch.shared + RESERVED), MOST_THREADS // threads, MOST_BLOCKS)


def show(kernel: str, asked: traffic.Traffic, blocks: np.ndarray, of_a_thread: int | None) -> float:
    """Print one kernel's counts, and return its bound."""
    launch, _ = planned(kernel, C)
    threads = launch.block[0] * launch.block[1]
    print(f"{kernel}: {len(blocks)} blocks of {threads} threads, {launch.shared} bytes of shared memory each")
    for (array, writes), (instructions, bytes_, units) in sorted(asked.items()):
        name = "shared memory" if array == SHARED else f"array {array}"
        used = (
            f"{bytes_ / 32 / units:.0%} of each sector" if array != SHARED else f"{units / instructions:.2f} wavefronts"
        )
        print(f"    {name + (', written' if writes else ', read'):24}{instructions:>12,} instructions of warps"
              f"{bytes_ / 2**20:>10,.1f} MiB   {used}")  # fmt: skip
    left, right, _ = KERNELS[kernel]
    fed = products_of(kernel, asked) / 32 / wavefronts_of(asked)
    print(f"    {left} x {right} products for {left + right} numbers: {fed:.2f} warps' products for each wavefront")
    parts, waits = times_the_limit(kernel, asked), uneven(blocks)
    said = ", ".join(f"{part} {value:.2f}" for part, value in parts.items())
    bound = max(parts.values()) * waits
    print(f"    times the limit: {said}; the busiest SM {waits:.2f} of the mean; AT LEAST {bound:.2f}")
    if of_a_thread:
        held = blocks_of_an_sm(launch, of_a_thread)
        print(f"    {of_a_thread} registers a thread: an SM holds {held} blocks, {held * launch.block[1]} warps")
    return bound


def main() -> None:
    if missing := host.why_not():
        print(f"no figures: {missing}")
        raise SystemExit(77)
    print(f"maps {(BATCH, C, H, W)}, {D * D} displacements, fp32; an H200 at {CLOCK / 1e9:.2f} GHz")
    print(f"limit: {limit():,.0f} clocks, {1e6 * limit() / CLOCK:.1f} us. Below are counts and lower bounds, no times:")
    bounds = []
    with tempfile.TemporaryDirectory() as folder:
        registers, loops = compiled(folder), innermost(folder)
    for kernel in KERNELS:
        bounds.append(show(kernel, *counted(kernel), registers.get(kernel)))
        if kernel in loops:
            print("    of the {} machine instructions of its innermost loop, {} make products".format(*loops[kernel]))
    together = sum(bounds) / len(bounds)
    print(f"forward at least {bounds[0]:.2f}, with both gradients {together:.2f} times the limit (aim: below {BAR})")
    if max(bounds) > BAR:
        raise SystemExit(f"no card can stay below {BAR} times the limit with these accesses")


if __name__ == "__main__":
    main()
