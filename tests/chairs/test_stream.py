"""The stream: items depend on seed, epoch and number alone, in any process."""

import pickle
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from flowlab.chairs import ChairsStream, make_pair, pair_tensors

from .conftest import SMALL

SIZE = (32, 48)


def stream(length=6, seed=0, **kwargs):
    return ChairsStream(seed, length, SIZE, SMALL, **kwargs)


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def test_an_item_is_a_pair_as_tensors():
    img1, img2, flow, valid = stream(seed=4)[2]
    pair = make_pair(4, 2, SIZE, SMALL)
    for tensor, image in ((img1, pair.img1), (img2, pair.img2)):
        assert tensor.dtype == torch.float32
        np.testing.assert_array_equal((tensor * 255).round().numpy().astype(np.uint8), image.transpose(2, 0, 1))
    np.testing.assert_array_equal(flow.numpy(), pair.flow.transpose(2, 0, 1))
    assert valid.dtype == torch.bool
    assert valid.all()


def test_epochs_share_no_pair():
    data = stream(length=5)
    first = data[0]
    data.set_epoch(1)
    for i in range(5):
        assert torch.equal(data[i][2], pair_tensors(0, 5 + i, SIZE, SMALL)[1])
    assert not same(first, data[0])
    data.set_epoch(0)
    assert same(first, data[0])


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_give_what_one_process_gives_and_hear_of_a_new_epoch(method):
    data = stream(length=4)
    loader = DataLoader(
        data,
        batch_size=2,
        num_workers=2 if method == "fork" else 1,
        multiprocessing_context=method,
        persistent_workers=True,
    )
    for epoch in (0, 3):
        data.set_epoch(epoch)
        batches = list(loader)
        flows = torch.cat([flow for _, _, flow, _ in batches])
        expected = torch.stack([data[i][2] for i in range(4)])
        assert torch.equal(flows, expected)


def test_a_pair_enters_at_most_16_files_of_the_library():
    data, files = ChairsStream(0, 100, (96, 128)), set()
    data[0]  # makes what is made once

    def enter(frame, event, argument):
        if event == "call" and "/flowlab/" in frame.f_code.co_filename and frame.f_code.co_name[0] != "<":
            files.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(enter)
    try:
        data[1]
    finally:
        sys.setprofile(before)
    assert 4 < len(files) <= 16, sorted(files)  # fewer would mean that the profile was not taken


def test_numbers_outside_are_refused_and_negative_ones_count_from_the_end():
    data = stream()
    assert same(data[-1], data[5])
    with pytest.raises(IndexError, match="item 6 of a stream of 6"):
        data[6]


def test_a_stream_can_be_pickled():
    data = stream(length=6)
    data.set_epoch(1)
    assert same(pickle.loads(pickle.dumps(data))[2], data[2])


def test_the_trainings_pair_is_the_one_of_the_stream():
    frames, flow = pair_tensors(0, 5, SIZE, SMALL)
    img1, img2, streamed, _ = stream()[5]
    assert frames.dtype == torch.uint8
    assert same(((frames.float() / 255)[0], (frames.float() / 255)[1], flow), (img1, img2, streamed))
    assert frames.is_contiguous()  # sums over another order of memory differ in the last bit
    assert flow.is_contiguous()


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match="length must be at least 1"):
        stream(length=0)
    with pytest.raises(ValueError, match="epoch and step must be at least 0"):
        stream().set_epoch(-1)


def test_without_a_gpu_a_stream_on_one_is_refused_in_words():
    with pytest.raises(RuntimeError, match=r'cannot be made on cuda: torch sees no CUDA device.*; device="cpu" needs'):
        stream(device="cuda")
    with pytest.raises(ValueError, match="on the CPU or on a CUDA device, got meta"):
        stream(device="meta")


@pytest.fixture
def played(monkeypatch):
    """A GPU that is this CPU: the kernels' own text, run by the CUDA-on-CPU header, behind the public stream."""
    from flowlab.chairs import dataset, gpu
    from flowlab.kernels import launch
    from flowlab_course.cuda_on_cpu import flowlab_kernels
    from flowlab_course.cuda_on_cpu.compile import why_not

    if missing := why_not():
        pytest.skip(missing)
    monkeypatch.setattr(launch, "why_not", lambda: "")

    def on_cpu(atlas, where):
        return gpu.Compositor(atlas, torch.device("cpu"), flowlab_kernels.run)

    monkeypatch.setattr(dataset, "Compositor", on_cpu)


def test_a_stream_on_a_gpu_gives_the_pairs_of_the_cpu(played):
    config = replace(SMALL, bank=5, backgrounds=3)
    there, here = (ChairsStream(4, 5, SIZE, config, device=device) for device in ("cuda", "cpu"))
    for data in (there, here):
        data.set_epoch(2)
    for one, other in zip(DataLoader(there, 2), DataLoader(here, 2), strict=True):
        for ours, theirs in zip(one[:2], other[:2], strict=True):
            assert ours.dtype == torch.float32
            assert float((ours - theirs).abs().max()) <= 1.01 / 255
        torch.testing.assert_close(one[2], other[2])
        assert one[3].all()
    batch = next(iter(DataLoader(there, batch_size=3)))
    assert torch.equal(batch[0], torch.stack([there[i][0] for i in range(3)]))
    with pytest.raises(IndexError, match="item 7 of a stream of 5"):
        there.__getitems__([1, 7])


def test_on_a_gpu_what_makes_no_sense_is_refused(played):
    with pytest.raises(RuntimeError, match="give DataLoader num_workers=0"):
        next(iter(DataLoader(stream(device="cuda"), batch_size=2, num_workers=1)))


@pytest.mark.gpu
def test_a_stream_on_a_real_gpu_gives_the_pairs_of_the_cpu():
    config = replace(SMALL, bank=5, backgrounds=3)
    there, here = (ChairsStream(4, 6, SIZE, config, device=device) for device in ("cuda", "cpu"))
    for one, other in zip(DataLoader(there, 4), DataLoader(here, 4), strict=True):
        assert all(part.is_cuda for part in one)
        assert float((one[0].cpu() - other[0]).abs().max()) <= 2.01 / 255
        torch.testing.assert_close(one[2].cpu(), other[2], atol=1e-3, rtol=0)
