"""chairs.cu through the CUDA-on-CPU header: the pairs that the CPU's generator makes, and no access out of place."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from flowlab.chairs import LESSONS, ChairsConfig, composite, gpu, make_pair
from flowlab.chairs.gpu import Atlas, Compositor, pack
from flowlab.chairs.motion import similarity
from flowlab.chairs.pair import Plan, draw_plan
from flowlab.kernels.launch import KERNELS, source
from flowlab_course.cuda_on_cpu import flowlab_kernels, trace
from tests.kernels import nvrtc
from tests.kernels.grid import needs_gcc
from tests.kernels.test_compile import ARCHITECTURES, needs_nvrtc

SIZE = (48, 64)
CHAIRS = ChairsConfig(bank=5, backgrounds=2)
WORLDS = {
    "flying chairs": CHAIRS,
    "cut-outs and combs": replace(CHAIRS, shapes=("chair", "cutout", "comb")),
    "combs that grow": replace(LESSONS["thin"], bank=5, backgrounds=2),
}
# What is allowed, over 20 seeds; measured on this header: 6e-5 of all values a level off, all else equal.
OFF_BY_ONE, OFF_BY_MORE, OTHER_LAYER, OTHER_OCCLUSION, PIXELS = 2e-3, 1e-5, 1e-4, 2e-4, 1e-3
ON_CPU = partial(Compositor, device=torch.device("cpu"))


@cache
def atlas_of(world: str, seed: int, size: tuple[int, int] = SIZE) -> Atlas:
    return Atlas(seed, size, WORLDS[world])


def as_made(seed: int, index: int, config: ChairsConfig, size: tuple[int, int] = SIZE) -> SimpleNamespace:
    """The generator's own pair, in the order of the kernels' results."""
    pair = make_pair(seed, index, size, config)
    return SimpleNamespace(
        frames=np.stack([pair.img1, pair.img2]).transpose(0, 3, 1, 2).astype(int),
        flow=pair.flow.transpose(2, 0, 1),
        occlusion=pair.occlusion,
        layers=np.stack([pair.layers, pair.backward_layers]),
    )


def compare(made: gpu.Made, pairs: list[SimpleNamespace]) -> None:
    """Hold a batch against the generator's pairs, by the figures above."""
    ours = SimpleNamespace(**{name: getattr(made, name).cpu().numpy() for name in made._fields})
    truth = SimpleNamespace(**{name: np.stack([getattr(p, name) for p in pairs]) for name in made._fields})
    off = np.abs(ours.frames.astype(int) - truth.frames)
    same = ours.layers == truth.layers
    assert (off > 0).mean() <= OFF_BY_ONE
    assert (off > 1).mean() <= OFF_BY_MORE
    assert (~same).mean() <= OTHER_LAYER
    assert (ours.occlusion != truth.occlusion).mean() <= OTHER_OCCLUSION
    assert np.abs(ours.flow - truth.flow).max(axis=1)[same[:, 0]].max() <= PIXELS


@needs_gcc
@pytest.mark.parametrize("world", WORLDS)
def test_on_20_seeds_the_pairs_are_those_of_the_cpu(world):
    for seed in range(20):
        atlas, indices = atlas_of(world, seed % 5), (seed, 1000 * seed + 7)
        made = ON_CPU(atlas, run=flowlab_kernels.run).pairs(indices)
        compare(made, [as_made(seed % 5, index, WORLDS[world]) for index in indices])


@needs_gcc
def test_a_size_that_no_block_divides():
    size = (37, 75)
    made = ON_CPU(Atlas(0, size, CHAIRS), run=flowlab_kernels.run).pairs([4])
    compare(made, [as_made(0, 4, CHAIRS, size)])


@needs_gcc
def test_far_beyond_its_edges_a_background_is_mirrored_again_and_again():
    atlas, nothing = atlas_of("combs that grow", 0), np.zeros((0, 2, 3))
    pose, motion = similarity(np.zeros(2), 0.3, 20, (70.3, -81.2)), similarity(np.array([9.0, 4.0]), 1.1, 5, (30, 3))
    plan = Plan(pose, motion, np.zeros(0, int), nothing, nothing, 1, np.random.default_rng(0))
    made = ON_CPU(atlas, run=flowlab_kernels.run).make(pack(atlas, [plan]))
    texture = np.ascontiguousarray(atlas.backgrounds[1].view(np.uint8).reshape(*atlas.backgrounds[1].shape, 4)[..., :3])
    truth = composite(texture, pose, motion, [], SIZE)
    for ours, frame in zip(made.frames[0].numpy(), (truth.img1, truth.img2), strict=True):
        assert np.abs(ours.transpose(1, 2, 0).astype(int) - frame).max() <= 1
        assert (ours.transpose(1, 2, 0) != frame).mean() <= OFF_BY_ONE
    np.testing.assert_allclose(made.flow[0].numpy().transpose(1, 2, 0), truth.flow, atol=PIXELS)


@needs_gcc
def test_a_pair_is_the_same_whatever_is_made_beside_it():
    world = "cut-outs and combs"
    maker = ON_CPU(atlas_of(world, 1), run=flowlab_kernels.run)
    together, alone = maker.pairs([3, 4, 5, 6]), [maker.pairs([index]) for index in (3, 4, 5, 6)]
    for name in together._fields:
        assert torch.equal(getattr(together, name), torch.cat([getattr(one, name) for one in alone]))


@needs_gcc
@pytest.mark.parametrize("order", trace.ORDERS)
def test_no_access_is_out_of_place_and_no_two_threads_meet(order):
    """Watched: whatever leaves an array or races is an error; each pixel is written once."""
    size = (16, 40)
    config = replace(CHAIRS, shapes=("comb", "box"))
    maker = ON_CPU(Atlas(0, size, config), run=partial(flowlab_kernels.run, build="watched", order=order))
    fast = ON_CPU(maker.atlas, run=flowlab_kernels.run)
    for one, other in zip(maker.pairs([2, 9]), fast.pairs([2, 9]), strict=True):
        assert torch.equal(one, other)


BUGS = {
    "the right border forgotten": ("x >= W || y >= H) return;\n\n    const View", "y >= H) return;\n\n    const View"),
    "the next pair's frame": ("there = here + area", "there = here + 2 * area"),
    "rounded down": ("rintf(above", "floorf(above"),
    "a layer that owns no pixel": ("over.at[3] > 127", "over.at[3] > 0"),
    "the next pair's moves": ("first_moves[pair]", "first_moves[pair + 1]"),
    "another layer's move": ("[pair] + number]", "[pair] + number + 1]"),
    "hidden by what lies behind": ("(long long)(column)] > number", "(long long)(column)] >= number"),
}


@needs_gcc
@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found_by_what_watches_or_by_the_comparison(bug, monkeypatch):
    text, (old, new), world = source("chairs.cu"), BUGS[bug], "cut-outs and combs"
    assert text.count(old) == 1
    broken = trace.Program(text.replace(old, new), KERNELS["chairs.cu"], "watched", "chairs.cu")
    monkeypatch.setattr(flowlab_kernels, "program", lambda file, template, build: broken)
    maker = ON_CPU(atlas_of(world, 0, (24, 40)), run=flowlab_kernels.run)

    def go() -> None:
        for index in range(20):
            compare(maker.pairs([index]), [as_made(0, index, WORLDS[world], (24, 40))])

    with pytest.raises((trace.KernelError, AssertionError)):
        go()


def test_tables_and_blocks_are_those_of_the_text():
    text = source("chairs.cu")
    blocks = re.search(r"COLUMNS = (\d+), ROWS = (\d+)", text)
    assert (int(blocks[1]), int(blocks[2])) == (gpu.COLUMNS, gpu.ROWS)
    bytes_of = {"int": 4, "float": 4, "double": 8, "long long": 8}
    for name in ("VIEW", "PLACED", "MOVE"):
        row = re.search(rf"struct {name.title()} {{ (.*?) }};", text)[1]
        fields, at = [], 0
        for kind, names in re.findall(r"(long long|int|float|double) ([^;]+);", row):
            for field, count in re.findall(r"(\w+)(?:\[(\d+)\])?", names):
                at += -at % bytes_of[kind]
                fields.append((field, at))
                at += bytes_of[kind] * int(count or 1)
        ours = getattr(gpu, name, np.dtype(("f4", 6)))
        assert ours.itemsize == at + -at % max(bytes_of[kind] for kind in bytes_of if kind in row)
        if ours.names:
            assert [(field, ours.fields[field][1]) for field in ours.names] == fields


@needs_nvrtc
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_nvrtc_compiles_it(architecture):
    code, names = nvrtc.cubin(source("chairs.cu"), architecture, KERNELS["chairs.cu"])
    assert code[:4] == b"\x7fELF"
    assert all(name.encode() in code for name in names.values())


def test_a_batch_is_packed_without_the_pictures():
    """What goes to the GPU for a pair: some kilobytes, not its pixels."""
    atlas = Atlas(0, (96, 128), CHAIRS)
    packed = pack(atlas, [draw_plan(atlas, index) for index in range(8)])
    assert sum(map(len, packed)) < 8 * 4096


@pytest.mark.gpu
@pytest.mark.parametrize("world", WORLDS)
def test_on_a_gpu_the_pairs_are_those_of_the_cpu(world):
    for seed in range(5):
        indices = range(seed, seed + 4)
        made = Compositor(atlas_of(world, seed), torch.device("cuda", 0)).pairs(indices)
        compare(made, [as_made(seed, index, WORLDS[world]) for index in indices])


@pytest.mark.gpu
def test_on_a_gpu_two_runs_give_the_same_bits_at_full_size():
    maker = Compositor(Atlas(0, (384, 512), CHAIRS, workers=4), torch.device("cuda", 0))
    for one, other in zip(maker.pairs(range(16)), maker.pairs(range(16)), strict=True):
        assert torch.equal(one, other)
    compare(maker.pairs([5]), [as_made(0, 5, CHAIRS, (384, 512))])
