"""The widgets of chapter 09 against what must be true at chosen values."""

import numpy as np
import pytest

from flowlab_course.chapters.ch09.widgets import reads as kernel_reads
from flowlab_course.chapters.ch09.widgets import tiles as kernel_tiles
from tests.course.widgets.kernel_runs import run_named_kernels

FIRST, TILED, PACKAGE = kernel_reads.KERNELS


@pytest.fixture
def _kernels_ran():
    run_named_kernels()


after_the_runs = pytest.mark.usefixtures("_kernels_ran")


@after_the_runs
@pytest.mark.parametrize("thread", [4, 17, 31])
def test_a_thread_of_the_first_kernel_reads_one_place_of_each_map_in_each_channel(thread):
    seen = kernel_reads.compute(FIRST, thread)
    for name, dx in (("a", 0), ("b", -1)):  # the recorded block is at dy = dx = -1
        (y,), (x,) = np.nonzero(seen.by_thread[name])
        assert (y, x) == (3 + dx, thread + dx)
        assert seen.by_thread[name].sum() == 4
    assert "shared memory" not in seen.by_block


@after_the_runs
@pytest.mark.parametrize("thread", [0, 5, 31])
def test_a_thread_of_the_tiled_kernel_takes_nine_neighbours_from_shared_memory(thread):
    seen = kernel_reads.compute(TILED, thread)
    assert np.flatnonzero(seen.by_thread["shared memory"]).tolist() == list(range(thread, thread + 9))
    assert (seen.by_block["b"][3, :36] == 4).all()  # each number once a channel
    assert seen.by_block["b"].sum() == 36 * 4


@after_the_runs
def test_the_packages_block_reads_six_rows_of_a_and_one_of_b_once():
    seen = kernel_reads.compute(PACKAGE, 0)
    assert np.flatnonzero(seen.by_block["a"].any(1)).tolist() == [0, 1, 2, 3, 4, 5]
    assert len(np.flatnonzero(seen.by_block["b"].any(1))) == 1
    assert {int(n) for n in seen.by_block["a"].ravel()} == {0, 4}
    assert (seen.by_thread["shared memory"] > 0).sum() == 4 * (6 + 11)


@after_the_runs
@pytest.mark.parametrize("kernel", kernel_reads.KERNELS)
def test_what_the_picture_says_is_what_was_counted(kernel):
    seen = kernel_reads.compute(kernel, 5)
    picture = kernel_reads.draw(seen)
    numbers = [int(word) for word in picture.text.replace(".", " ").replace(";", " ").split() if word.isdigit()]
    own = [
        seen.by_thread["a"].sum() + seen.by_thread["b"].sum(),
        seen.by_thread.get("shared memory", np.zeros(1)).sum(),
    ]
    whole = [seen.by_block["a"].sum() + seen.by_block["b"].sum(), seen.by_block.get("shared memory", np.zeros(1)).sum()]
    assert numbers == [5, *map(int, own), *map(int, whole)]
    assert "blue" in picture.alt


PWC, FLOWNETC = kernel_tiles.WINDOWS


def test_the_packages_tile_reads_seventeen_numbers_for_66_products():
    tile = kernel_tiles.compute(6, 11, FLOWNETC)
    assert tile.asked == pytest.approx(21 / 26 * 21 / 22)
    assert tile.reads == pytest.approx(17 / 66 / tile.asked)
    assert "shared memory is the limit" in kernel_tiles.draw(tile).text


def test_one_product_at_a_time_takes_two_reads_and_wastes_nothing():
    tile = kernel_tiles.compute(1, 1, PWC)
    assert (tile.asked, tile.reads) == (1, 2)


def test_a_tile_that_is_wider_than_the_window_shows_what_stays_empty():
    pale = [
        (kernel_tiles.draw(kernel_tiles.compute(2, m, PWC)).rgb == kernel_tiles.WASTED).all(-1).sum() for m in (9, 11)
    ]
    assert pale[0] == 0
    assert pale[1] > 2 * 2 * 300  # two columns of two cells
