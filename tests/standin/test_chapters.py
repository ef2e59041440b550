"""The gpu profile of the chapters, on a stand-in for a GPU: what the device concerns runs, and what is wrong is found.

Sizes are cut down, figures that need no device are left out, and claims about trained networks may fail; everything
else is as on a card. At full size, and all cells: python -m tests.standin.chapters.
"""

from __future__ import annotations

import copy
import re

import pytest
from nbformat.v4 import new_code_cell

from flowlab_course.build import read_text
from tests.chapters.paths import TEXTS
from tests.standin.chapters import run
from tests.standin.library import why_not
from tests.standin.slices import the_devices_part

needs_standin = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a stand-in for a GPU")
STEPS = 12  # chapter 11 is killed at step 8
BOOKS = {text.stem: read_text(text) for text in TEXTS}
PARTS = {name: part for name, book in BOOKS.items() if (part := the_devices_part(book))}
# What would take a tensor to a GPU without a word of it: a training, pairs, a network by name, the kernels' lesson.
BY_ITSELF = re.compile(
    r'\.fit\(|TrainConfig\(|device="auto"|ChairsStream\(|kernel_lab|measured_on_this_card|GraphRunner'
)


def test_the_chapters_that_ask_for_a_device_are_these():
    assert [name[:2] for name in PARTS] == ["07", "09", "10", "11"]


@pytest.mark.parametrize("name", [name for name in BOOKS if name not in PARTS])
def test_the_others_stay_on_the_cpu_by_themselves(name):
    code = "\n".join(cell.source for cell in BOOKS[name].cells if cell.cell_type == "code")
    assert not BY_ITSELF.findall(code)


@needs_standin
@pytest.mark.parametrize("name", PARTS)
def test_what_the_device_concerns_runs_there_and_leaves_nothing_behind(name):
    ran = run(name, PARTS[name], steps=STEPS)
    assert not ran.faults, "\n".join(map(str, ran.faults))
    assert ran.most > 1000, f"{name} put nothing on the GPU"
    assert ran.left < 100_000, f"{name} leaves {ran.left} bytes on the GPU after course.end()"


LINE = "img1, img2, flow = (t.to(device) for t in batch)"  # of chapter 10, in its training
APART = "RuntimeError: Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
FAULTS = {
    "tensors left on the CPU": ("img1, img2, flow = batch", APART),
    "zeros without a device": (f"{LINE}; flow += torch.zeros(flow.shape)", APART),
    "a device by name": (f'{LINE}; img1 = torch.cat([img1, torch.zeros(1, *img1.shape[1:], device="cpu")])', APART),
    "NumPy without .cpu()": (f"{LINE}; flow.numpy()", "TypeError: can't convert cuda:0 device type tensor to numpy"),
    "a generator of the CPU": (
        f"{LINE}; torch.rand(2, generator=rng, device=device)",
        "RuntimeError: Expected a 'cuda' device type for generator but found 'cpu'",
    ),
    "a generator of the GPU": (
        f"{LINE}; torch.rand(2, generator=torch.Generator(device))",
        "RuntimeError: Expected a 'cpu' device type for generator but found 'cuda'",
    ),
    "an event that nobody waited for": (
        f"{LINE}; e = torch.cuda.Event(enable_timing=True); e.record(); e.elapsed_time(e)",
        "RuntimeError: CUDA error: device not ready",
    ),
}


@needs_standin
def test_a_planted_fault_is_named_with_its_chapter_and_its_cell():
    (name,) = (name for name in PARTS if name.startswith("10"))
    book = copy.deepcopy(PARTS[name])
    at = next(i for i, cell in enumerate(book.cells) if LINE in cell.source)
    training = book.cells[at].source
    del book.cells[at:]
    for fault, _ in FAULTS.values():
        book.cells.append(new_code_cell(f"{training.replace(LINE, fault)}\nrace(6, 0, 4)"))
    ran = run(name, book, steps=STEPS, go_on=True)
    found = {fault.cell - at: fault for fault in ran.faults}
    assert list(found) == list(range(len(FAULTS)))
    for fault, (what, (_, said)) in zip(found.values(), FAULTS.items(), strict=True):
        assert fault.error.startswith(said), f"{what}: {fault}"
        assert str(fault).startswith(f"chapter 10, cell {fault.cell} (def race(reach, seed, steps):): ")
