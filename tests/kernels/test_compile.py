"""correlation.cu compiles for the cards that it is meant for, by the compilers that would compile it there."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import torch

from flowlab.costvolume.cuda import TYPES
from flowlab.kernels.launch import KERNELS, PROBE, source
from tests.kernels import nvrtc

ARCHITECTURES = ("sm_75", "sm_80", "sm_90")
SOURCE = source("correlation.cu")
needs_nvrtc = pytest.mark.skipif(
    nvrtc.folder() is None, reason="the wheel nvidia-cuda-nvrtc is not installed (Linux; requirements.txt has it)"
)
needs_nvcc = pytest.mark.skipif(shutil.which("nvcc") is None, reason="nvcc is not installed; NVRTC compiles the same")


def expressions(dtype: torch.dtype, kernel_sizes: tuple[int, ...]) -> list[str]:
    templates = [f"<{TYPES[dtype][0]}, {k}, {index}>" for k in kernel_sizes for index in ("int", "long long")]
    return [kernel + template for template in templates for kernel in KERNELS["correlation.cu"]]


@needs_nvrtc
@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_nvrtc_compiles_every_instance(architecture, dtype):
    wanted = expressions(dtype, (1, 3))
    code, names = nvrtc.cubin(SOURCE, architecture, wanted)
    assert code[:4] == b"\x7fELF"
    assert all(names[name].encode() in code for name in wanted)


@needs_nvrtc
def test_nvrtc_compiles_large_patches():
    wanted = expressions(torch.float32, (5, 7, 9))
    code, names = nvrtc.cubin(SOURCE, "sm_90", wanted)
    assert all(names[name].encode() in code for name in wanted)


@needs_nvrtc
def test_nvrtc_names_the_line_of_an_error():
    with pytest.raises(RuntimeError, match=r"kernel.cu\(\d+\): error"):
        nvrtc.cubin(SOURCE.replace("u - k < D) four", "u - l < D) four"), "sm_90", expressions(torch.float32, (1,)))


@needs_nvrtc
def test_the_probe_compiles_and_asks_for_every_header_of_the_kernels():
    nvrtc.cubin(PROBE, "sm_75", ["probe"])
    for file in KERNELS:
        assert set(re.findall("#include.*", source(file))) <= set(re.findall("#include.*", PROBE))


@needs_nvcc
def test_nvcc_compiles_without_a_warning_and_keeps_sums_in_registers(tmp_path):
    """What does not fit into registers goes through memory; a few bytes beside the innermost loop do no harm."""
    lines = ['#include "correlation.cu"']
    for dtype, (t, *_) in TYPES.items():
        for name in expressions(dtype, (1,)):
            numbers = ", ".join(["int"] * (13 if name.startswith("corr<") else 9))
            lines.append(f"template __global__ void {name}(const {t}*, const {t}*, {t}*, {numbers});")
    (tmp_path / "correlation.cu").write_text(SOURCE)
    (tmp_path / "all.cu").write_text("\n".join(lines))
    command = ["nvcc", "-cubin", "-arch=sm_90", "-std=c++17", "-Xptxas=-v", "-Werror=all-warnings"]
    done = subprocess.run(
        [*command, "all.cu", "-o", "all.cubin"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    spilled = [int(stores) for stores in re.findall(r"(\d+) bytes spill stores", done.stderr)]
    registers = [int(used) for used in re.findall(r"Used (\d+) registers", done.stderr)]
    names = re.findall(r"Compiling entry function '(\w+)'", done.stderr)
    assert len(names) == len(registers) == len(spilled) == len(TYPES) * 2 * 3
    for name, bytes_, used in zip(names, spilled, registers, strict=True):
        wide, double = re.search(r"Li1E([ix])E", name)[1] == "x", re.search(r"I(\w+?)Li1E", name)[1] == "d"
        assert bytes_ <= (64 if wide else 0), name
        assert used <= (255 if double else 128), name
