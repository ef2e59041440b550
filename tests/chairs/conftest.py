"""Pairs that several files look at, made once: small, from a bank of few chairs."""

import pytest

from flowlab.chairs import ChairsConfig, make_pair

SMALL = ChairsConfig(bank=20)
SIZE = (96, 128)


@pytest.fixture(scope="session")
def pairs():
    return [make_pair(0, index, SIZE, SMALL) for index in range(40)]
