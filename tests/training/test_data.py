"""Sample i of epoch e is the same on any number of workers and ranks, and each pair is made once."""

import itertools

import numpy as np
import pytest
import torch

from flowlab.chairs import make_pair, pair_tensors
from flowlab.training import data as module
from flowlab.training.data import Batches, TrainBatches
from flowlab.training.distributed import DistributedContext

from .small import BOXES, small

ALONE = DistributedContext(0, 1, torch.device("cpu"))


def all_batches(first=0, **changes):
    config = small("unused", steps=8, **{"augment": "none", **changes})
    return list(Batches(config, first, ALONE))


def same(one, other):
    return all(torch.equal(x, y) for a, b in zip(one, other, strict=True) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("augment", ["none", "mild"])
def test_workers_change_nothing(augment):
    expected = all_batches(augment=augment)
    assert same(all_batches(workers=2, augment=augment), expected)
    assert same(all_batches(workers=1, augment=augment, first=5), expected[5:])


def test_ranks_share_the_batch_of_one():
    config = small("unused", steps=4, augment="mild")
    whole = Batches(config, 0, ALONE)
    parts = [Batches(config, 0, DistributedContext(rank, 2, torch.device("cpu"))) for rank in (0, 1)]
    for batch, *shares in zip(whole, *parts, strict=True):
        for n, tensor in enumerate(batch):
            assert torch.equal(tensor, torch.cat([share[n] for share in shares]))


def test_a_sample_is_the_pair_of_its_number():
    config = small("unused", steps=6, augment="none")
    data = TrainBatches(config)
    for step, (img1, img2, flow, valid) in enumerate(Batches(config, 0, ALONE)):
        for n, sample in enumerate(data.samples(step)):
            pair = make_pair(0, data.number(*sample), (64, 64), BOXES)
            np.testing.assert_array_equal((img1[n] * 255).round().byte().permute(1, 2, 0), pair.img1)
            np.testing.assert_array_equal((img2[n] * 255).round().byte().permute(1, 2, 0), pair.img2)
            np.testing.assert_array_equal(flow[n].permute(1, 2, 0), pair.flow)
            assert valid[n].all()


def test_each_pair_is_made_once_and_shown_as_often_as_asked(monkeypatch):
    made = []

    def count(seed, number, size, config):
        made.append(number)
        return pair_tensors(seed, number, size, config)

    monkeypatch.setattr(module, "pair_tensors", count)
    config = small("unused", steps=16, cached_pairs=8, epochs_per_pair=4, batch=4, augment="none")
    data = TrainBatches(config)
    shown = [data.number(*sample) for step, _ in enumerate(Batches(config, 0, ALONE)) for sample in data.samples(step)]
    assert len(made) == len(set(made)) == 8 + 7 * 2  # eight epochs, two new pairs in each but the first
    assert sorted(made) == sorted(set(shown))
    inner = [shown.count(number) for number in range(6, 16)]  # those whose whole life was in the run
    assert inner == [4] * len(inner)


def test_a_pair_looks_different_each_time_it_is_shown():
    config = small("unused", steps=4, cached_pairs=4, epochs_per_pair=4, batch=4, augment="mild")
    data = TrainBatches(config)
    seen = {}
    for step, (img1, *_) in enumerate(Batches(config, 0, ALONE)):
        for n, sample in enumerate(data.samples(step)):
            seen.setdefault(data.number(*sample), []).append(img1[n])
    views = next(views for views in seen.values() if len(views) > 1)
    assert not any(torch.equal(a, b) for a, b in itertools.combinations(views, 2))


def test_epochs_have_other_orders():
    data = TrainBatches(small("unused", cached_pairs=64, epochs_per_pair=1))
    orders = [[data.number(epoch, i) - 64 * epoch for i in range(64)] for epoch in range(3)]
    assert all(sorted(order) == list(range(64)) for order in orders)
    assert orders[0] != orders[1] != orders[2]


def test_steps_number_the_samples_through():
    data = TrainBatches(small("unused", cached_pairs=5, batch=3))
    assert [data.samples(step) for step in range(7)] == [[divmod(3 * s + k, 5) for k in range(3)] for s in range(7)]
    second = TrainBatches(small("unused", cached_pairs=5, batch=4), rank=1, world=2)
    assert [second.samples(s) for s in range(3, 7)] == [[divmod(4 * s + 2 + k, 5) for k in (0, 1)] for s in range(3, 7)]


def test_a_folder_gives_its_training_pairs_each_once_an_epoch(tmp_path):
    from flowlab.chairs import write_dataset

    root = write_dataset(tmp_path / "chairs", count=5, size=(64, 64), config=BOXES, progress=False)
    (root / "FlyingChairs_train_val.txt").write_text("1\n2\n1\n1\n1\n")
    config = small("unused", data=str(root), steps=4, batch=2, augment="none")
    flows = [flow for _, _, flows, _ in Batches(config, 0, ALONE) for flow in flows]
    expected = [torch.from_numpy(make_pair(0, n, (64, 64), BOXES).flow).permute(2, 0, 1) for n in (0, 2, 3, 4)]
    for epoch in (flows[:4], flows[4:]):
        assert all(sum(torch.equal(flow, truth) for flow in epoch) == 1 for truth in expected)
