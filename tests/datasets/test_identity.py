"""Item i of epoch e is one sample, whatever reads it: workers, ranks, batches of any size."""

from dataclasses import replace

import pytest
import torch
from torch.utils.data import DataLoader
from torch.utils.data.distributed import DistributedSampler

from flowlab.datasets import Augmentation, FlyingChairs
from flowlab.datasets.augment import CAFFE, MILD

from .trees import TREES

SMALL = replace(MILD, size=(16, 24))


@pytest.fixture
def data(tmp_path):
    TREES["chairs"].write(tmp_path)
    return FlyingChairs(tmp_path, "all", Augmentation(SMALL), seed=3)


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def items(data, epoch):
    data.set_epoch(epoch)
    return [data[i] for i in range(len(data))]


def test_an_item_is_itself_again_and_another_in_another_epoch_or_of_another_seed(data, tmp_path):
    first = items(data, 2)
    assert all(same(a, b) for a, b in zip(first, items(data, 2)[::1], strict=True))
    assert not any(same(a, b) for a, b in zip(first, items(data, 3), strict=True))
    other = FlyingChairs(tmp_path, "all", Augmentation(SMALL), seed=4)
    assert not any(same(a, b) for a, b in zip(first, items(other, 2), strict=True))


@pytest.mark.parametrize(("method", "workers"), [(None, 0), ("fork", 2), ("spawn", 1)])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_workers_and_batches_change_nothing(data, method, workers, batch_size):
    loader = DataLoader(
        data,
        batch_size,
        num_workers=workers,
        multiprocessing_context=method,
        persistent_workers=workers > 0,
    )
    for epoch in (0, 5):  # workers live on and hear of the new epoch
        expected = items(data, epoch)
        got = [torch.cat(parts) for parts in zip(*loader, strict=True)]
        for i, item in enumerate(expected):
            assert same(item, [part[i] for part in got])


def test_ranks_change_nothing(data):
    expected = items(data, 4)
    for rank in (0, 1):
        sampler = DistributedSampler(data, num_replicas=2, rank=rank, shuffle=True, seed=1)
        sampler.set_epoch(4)
        order = list(sampler)
        for i, item in zip(order, DataLoader(data, None, sampler=sampler), strict=True):
            assert same(item, expected[i])


def test_the_ramp_follows_the_step(tmp_path):
    TREES["chairs"].write(tmp_path)
    data = FlyingChairs(tmp_path, "all", Augmentation(replace(CAFFE, size=(12, 16))))
    late = items(data, 0)
    data.set_epoch(0, step=0)
    early = data[0]
    assert not same(early, late[0])
    data.set_epoch(0)
    assert same(data[0], late[0])


def test_an_epoch_below_0_is_refused(data):
    with pytest.raises(ValueError, match="epoch and step must be at least 0, got -1 and None"):
        data.set_epoch(-1)
