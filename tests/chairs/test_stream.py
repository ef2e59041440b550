"""The stream: items depend on seed, epoch and number alone, in any process; the pool is filled behind the scenes."""

import pickle
import threading
import time

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from flowlab.chairs import ChairsStream, make_pair

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


def wait_for_the_thread():
    deadline = time.monotonic() + 60
    while any(thread.name == "chairs" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_pool_makes_the_next_epoch_while_this_one_runs(monkeypatch):
    data = stream(length=6, pool=3, refresh=2)
    made = []

    def watched(index):
        made.append((index, threading.current_thread().name))
        return make_pair(0, index, SIZE, SMALL)

    monkeypatch.setattr(data._pairs, "_make", watched)
    data.set_epoch(0)
    wait_for_the_thread()
    assert sorted(made) == [(n, "chairs") for n in range(5)]  # three of this epoch, two of the next
    data.set_epoch(1)
    for i in range(6):
        data[i]
    wait_for_the_thread()
    assert all(name == "chairs" for _, name in made)  # no item had to wait for its making
    assert sorted(index for index, _ in made) == list(range(7))  # each once
    assert len(data._pairs._kept) <= 5


def test_a_pair_that_cannot_be_made_says_so_where_it_is_asked_for(monkeypatch):
    data = stream(length=2, pool=2)

    def broken(index):
        raise ValueError("no such photograph")

    monkeypatch.setattr(data._pairs, "_make", broken)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    data.set_epoch(0)
    wait_for_the_thread()
    with pytest.raises(ValueError, match="no such photograph"):
        data[0]


def test_a_stream_can_be_pickled_with_its_thread_at_work():
    data = stream(length=6, pool=4, refresh=1)
    data.set_epoch(1)
    copy = pickle.loads(pickle.dumps(data))
    assert same(copy[2], data[2])
    wait_for_the_thread()
