"""The stream: items depend on seed, epoch and number alone, in any process; the pool is filled behind the scenes."""

import gc
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from flowlab.chairs import ChairsStream, make_pair
from flowlab.chairs.maker import PATIENCE
from flowlab.chairs.pool import Pool
from tests.budgets import HANG

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
    seen = [data.index_of(epoch, i) for epoch in range(4) for i in range(5)]
    assert sorted(seen) == list(range(20))
    first = data[0]
    data.set_epoch(1)
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


def test_numbers_outside_are_refused_and_negative_ones_count_from_the_end():
    data = stream()
    assert same(data[-1], data[5])
    with pytest.raises(IndexError, match="item 6 of a stream of 6"):
        data[6]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"length": 0}, "length must be at least 1"),
        ({"pool": 7}, "pool must be between 0 and length"),
        ({"pool": 2, "refresh": 3}, "refresh must be between 0 and pool"),
        ({"makers": -1}, "makers must be at least 0"),
    ],
)
def test_impossible_numbers_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        stream(**change)
    with pytest.raises(ValueError, match="epoch must be at least 0"):
        stream().set_epoch(-1)


@pytest.mark.parametrize(("pool", "refresh"), [(5, 0), (5, 1), (5, 2), (5, 3), (5, 5), (1, 1)])
def test_a_pool_replaces_its_oldest_pairs_and_never_repeats_one(pool, refresh):
    data = ChairsStream(0, 11, SIZE, SMALL, pool=pool, refresh=refresh)
    slots, fresh = list(range(pool)), pool
    replaced = 0
    for epoch in range(9):
        assert [data.index_of(epoch, i) for i in range(11)] == [slots[i % pool] for i in range(11)]
        for _ in range(refresh):
            slots[replaced % pool] = fresh
            replaced, fresh = replaced + 1, fresh + 1


def test_items_of_a_pool_are_the_pairs_it_says_in_any_order():
    data = stream(length=8, pool=3, refresh=1)
    for epoch in (0, 1, 4, 2):
        data.set_epoch(epoch)
        for i in (7, 0, 5, 1):
            pair = make_pair(0, data.index_of(epoch, i), SIZE, SMALL)
            np.testing.assert_array_equal(data[i][2].numpy(), pair.flow.transpose(2, 0, 1))


def wait_for_the_threads():
    deadline = time.monotonic() + HANG
    while any(thread.name == "chairs" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_thread_makes_the_next_epoch_while_this_one_runs():
    made = []

    def watched(index):
        made.append((index, threading.current_thread().name))
        return f"pair {index}"

    data = stream(length=6, pool=3, refresh=2, makers=0)
    data._pairs = pool = Pool(watched)
    data.set_epoch(0)
    wait_for_the_threads()
    assert sorted(made) == [(n, "chairs") for n in range(5)]  # three of this epoch, two of the next
    data.set_epoch(1)
    for i in range(6):
        assert pool.get(data.index_of(1, i)) == f"pair {data.index_of(1, i)}"
    wait_for_the_threads()
    assert all(name == "chairs" for _, name in made)  # no item had to wait for its making
    assert sorted(index for index, _ in made) == list(range(7))  # each once
    assert len(pool._kept) <= 5


def never(index):
    raise AssertionError(f"pair {index} was made by the training itself")


def test_what_makers_make_is_what_the_stream_would_have_made(monkeypatch):
    data = stream(length=6, pool=4, refresh=3, makers=2)
    for epoch in range(3):
        data.set_epoch(epoch)
        wait_for_the_threads()
        monkeypatch.setattr(data._pairs, "_make", never)
        for i in (5, 0, 3):
            pair = make_pair(0, data.index_of(epoch, i), SIZE, SMALL)
            img1, img2, flow, _ = data[i]
            np.testing.assert_array_equal(flow.numpy(), pair.flow.transpose(2, 0, 1))
            for tensor, image in ((img1, pair.img1), (img2, pair.img2)):
                np.testing.assert_array_equal((tensor * 255).round().numpy(), image.transpose(2, 0, 1))


@pytest.mark.parametrize("makers", [0, 1])
def test_a_pair_that_cannot_be_made_says_so_where_it_is_asked_for(makers, tmp_path):
    (tmp_path / "a.png").write_bytes(b"not a picture")
    config = replace(SMALL, photographs=str(tmp_path))
    data = ChairsStream(0, 2, SIZE, config, pool=2, makers=makers)
    data.set_epoch(0)
    wait_for_the_threads()
    with pytest.raises(ValueError, match="not an image that OpenCV can read"):
        data[0]


def test_when_its_maker_dies_the_stream_says_so_and_goes_on(caplog):
    data = stream(length=4, pool=4, refresh=4)
    data.set_epoch(0)
    wait_for_the_threads()
    maker = data._pairs._makers[0]
    maker._process.kill()
    data.set_epoch(1)
    wait_for_the_threads()
    assert "which has to wait for them: the process that makes pairs has ended with code -9" in caplog.text or (
        "Broken pipe" in caplog.text  # it was gone before it was asked
    )
    for epoch in (1, 2):
        data.set_epoch(epoch)
        np.testing.assert_array_equal(
            data[3][2].numpy(), make_pair(0, data.index_of(epoch, 3), SIZE, SMALL).flow.transpose(2, 0, 1)
        )


def test_its_makers_end_with_the_stream(caplog):
    data = stream(length=4, pool=4, refresh=1, makers=2)
    data.set_epoch(0)
    wait_for_the_threads()
    processes = [maker._process for maker in data._pairs._makers if maker._process]
    assert processes
    assert all(process.poll() is None for process in processes)
    if hasattr(os, "nice"):  # they let the training go first
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert all(os.getpriority(os.PRIO_PROCESS, p.pid) == min(ours + PATIENCE, 19) for p in processes)
    del data
    gc.collect()
    assert all(process.returncode is not None for process in processes)
    assert caplog.text == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for the maker in /proc")
def test_makers_end_when_their_training_is_killed():
    code = """
        import time
        from flowlab.chairs import ChairsConfig, ChairsStream
        data = ChairsStream(0, 4, (32, 48), ChairsConfig(bank=5), pool=4, refresh=1)
        data.set_epoch(0)
        while not data._pairs._makers[0]._process:
            time.sleep(0.01)
        print(data._pairs._makers[0]._process.pid, flush=True)
        time.sleep(60)
    """
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    training = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], env=env, stdout=subprocess.PIPE)
    with training:
        pid = int(training.stdout.readline())
        training.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + HANG
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_script_needs_no_guard_and_says_nothing_when_it_ends_in_the_middle(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from flowlab.chairs import ChairsConfig, ChairsStream\n"
        "data = ChairsStream(0, 50, (32, 48), ChairsConfig(bank=5), pool=50, refresh=50)\n"
        "data.set_epoch(0)\n"
        "while len(data._pairs._kept) < 3: pass\n"
        "print(tuple(data[0][0].shape))\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, str(script)], env=env, capture_output=True, text=True, timeout=HANG, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "(3, 32, 48)\n", "")


def test_workers_of_a_loader_leave_the_makers_alone():
    data = stream(length=4, pool=4, refresh=2)
    data.set_epoch(0)
    wait_for_the_threads()
    for epoch in range(2):
        data.set_epoch(epoch)
        flows = torch.cat([flow for _, _, flow, _ in DataLoader(data, batch_size=2, num_workers=1)])
        assert torch.equal(flows, torch.stack([data[i][2] for i in range(4)]))
    wait_for_the_threads()
    assert data._pairs._makers[0]._process.poll() is None


def test_a_stream_can_be_pickled_with_its_threads_at_work():
    data = stream(length=6, pool=4, refresh=1)
    data.set_epoch(1)
    copy = pickle.loads(pickle.dumps(data))
    assert same(copy[2], data[2])
    wait_for_the_threads()


def test_without_a_gpu_a_stream_on_one_is_refused_in_words():
    with pytest.raises(RuntimeError, match=r'cannot be made on cuda: torch sees no CUDA device.*; device="cpu" needs'):
        stream(device="cuda")
    with pytest.raises(ValueError, match="on the CPU or on a CUDA device, got meta"):
        stream(device="meta")


@pytest.fixture
def played(monkeypatch):
    """A GPU that is this CPU: the kernels' own text, run by the CUDA-on-CPU header, behind the public stream."""
    from flowlab.chairs import device
    from flowlab.chairs import stream as module
    from flowlab.kernels import host, launch, trace

    if host.why_not():
        pytest.skip(host.why_not())
    monkeypatch.setattr(launch, "why_not", lambda: "")
    on_cpu = lambda atlas, where: device.Compositor(atlas, torch.device("cpu"), trace.run)  # noqa: E731
    monkeypatch.setattr(module, "Compositor", on_cpu)
    monkeypatch.setattr(module, "Atlas", lambda *job, workers: device.Atlas(*job))


def test_a_stream_on_a_gpu_gives_the_pairs_of_the_cpu(played):
    config = replace(SMALL, bank=5, backgrounds=3)
    there, here = (ChairsStream(4, 5, SIZE, config, device=device) for device in ("cuda", "cpu"))
    for data in (there, here):
        data.set_epoch(2)
    for one, other in zip(there.batches(2), here.batches(2), strict=True):
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
    with pytest.raises(ValueError, match=r"pool is for pairs that are made on the CPU; .* give pool=0, got 3"):
        stream(device="cuda", pool=3)
    from flowlab.chairs import VARIED

    with pytest.raises(ValueError, match=r"chairs\.camera"):
        ChairsStream(0, 4, SIZE, VARIED, device="cuda")
    with pytest.raises(RuntimeError, match="give DataLoader num_workers=0"):
        next(iter(DataLoader(stream(device="cuda"), batch_size=2, num_workers=1)))


@pytest.mark.gpu
def test_a_stream_on_a_real_gpu_gives_the_pairs_of_the_cpu():
    config = replace(SMALL, bank=5, backgrounds=3)
    there, here = (ChairsStream(4, 6, SIZE, config, device=device) for device in ("cuda", "cpu"))
    for one, other in zip(there.batches(4), here.batches(4), strict=True):
        assert all(part.is_cuda for part in one)
        assert float((one[0].cpu() - other[0]).abs().max()) <= 2.01 / 255
        torch.testing.assert_close(one[2].cpu(), other[2], atol=1e-3, rtol=0)
