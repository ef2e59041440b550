"""The gallery of failures against the truth that it shows."""

import re

import numpy as np
import pytest

import flowlab
from flowlab.classical import run
from flowlab_course.chapters.ch12 import widgets as gallery


def looked_at(x, y, pair=gallery.BIKE, method="DIS", metric=gallery.DISTANCE):
    return gallery.compute(gallery.at(pair, int(x), int(y)), pair, method, metric)


@pytest.mark.parametrize("pair", [gallery.BIKE, gallery.LEAP, *gallery.CHAIRS])
def test_the_pixel_under_the_pointer_is_found_in_each_of_the_four_tiles(pair):
    H, W = gallery.pair(pair).flow.shape[:2]
    total_W, total_H = 2 * W + gallery.canvas.GAP + gallery.fields.WHEEL_ROOM, 2 * (H + gallery.canvas.TITLE)
    for right in (0, W + gallery.canvas.GAP):
        for down in (0, H + gallery.canvas.TITLE):
            cursor = [(right + 31.5) / total_W, (down + gallery.canvas.TITLE + 47.5) / total_H]
            case = gallery.compute(cursor, pair, "zero flow", gallery.DISTANCE)
            assert (case.x, case.y) == (31, 47)


def test_the_pointer_never_leaves_the_pair():
    H, W = gallery.pair(gallery.BIKE).flow.shape[:2]
    for cursor in ([0.0, 0.0], [1.0, 1.0], [0.5, 0.5], [0.0, 0.51]):
        case = gallery.compute(cursor, gallery.BIKE, "zero flow", gallery.DISTANCE)
        assert 0 <= case.x < W
        assert 0 <= case.y < H


def test_the_flow_is_that_of_the_method_and_the_error_its_distance_from_the_truth():
    pair = gallery.pair(gallery.CHAIRS[0])
    case = looked_at(5, 5, gallery.CHAIRS[0])
    np.testing.assert_array_equal(case.flow, run("dis", pair.img1, pair.img2))
    off = np.sqrt(((case.flow.astype(float) - pair.flow) ** 2).sum(axis=2))
    np.testing.assert_allclose(case.error, off, atol=1e-4)
    share = looked_at(5, 5, gallery.CHAIRS[0], metric=gallery.SHARE).error
    np.testing.assert_allclose(share, 100 * off / np.linalg.norm(pair.flow, axis=2), rtol=1e-3)
    still = looked_at(5, 5, gallery.CHAIRS[0], "zero flow", gallery.ANGLE).error
    np.testing.assert_allclose(np.tan(np.radians(still)), np.linalg.norm(pair.flow, axis=2), rtol=1e-3)


def test_unknown_pixels_are_grey_and_said_to_be_unknown():
    pair = gallery.pair(gallery.BIKE)
    y, x = np.argwhere(~pair.valid)[len(np.argwhere(~pair.valid)) // 2]
    case = looked_at(x, y)
    assert (case.x, case.y) == (x, y)
    picture = gallery.draw(case)
    assert "the truth is not known here" in picture.text
    away = looked_at(3, 3)
    shown = gallery.draw(away).rgb[y + gallery.canvas.TITLE, pair.flow.shape[1] + gallery.canvas.GAP + x]
    assert shown.tolist() == list(gallery.canvas.GREY)


def test_what_is_said_of_the_pixel_is_so():
    pair = gallery.pair(gallery.CHAIRS[0])
    length = np.linalg.norm(pair.flow, axis=2)
    fast = length > 8
    for mask, hidden in ((fast & pair.occlusion, "hidden in frame 2"), (fast & ~pair.occlusion, "seen in frame 2")):
        y, x = np.argwhere(mask)[0]
        text = gallery.draw(looked_at(x, y, gallery.CHAIRS[0], "zero flow")).text
        off, share = re.search(r"off by <b>([\d.]+) px</b>, (\d+) % of the motion", text).groups()
        assert float(off) == pytest.approx(length[y, x], abs=0.06)
        assert share == "100"
        assert "an outlier of Fl-all" in text
        assert "no outlier" not in text
        assert hidden in text
    slow = np.argwhere(length < 2)[0]
    assert "no outlier of Fl-all" in gallery.draw(looked_at(slow[1], slow[0], gallery.CHAIRS[0], "zero flow")).text


def test_the_whole_pictures_numbers_are_under_it():
    pair = gallery.pair(gallery.BIKE)
    text = gallery.draw(looked_at(9, 9)).text
    flow = run("dis", pair.img1, pair.img2)
    assert f"EPE {flowlab.epe(flow, pair.flow, pair.valid):.2f} px" in text
    assert f"Fl-all {flowlab.fl_all(flow, pair.flow, pair.valid):.1f} %" in text


def test_only_networks_with_shipped_weights_are_offered(monkeypatch):
    monkeypatch.setattr("flowlab.models.shipped", lambda: ["flownetc-small"])
    assert gallery.offered() == ["zero flow", "Horn-Schunck", "DIS", "FlowNetC", "FlowNetC+v"]
    monkeypatch.setattr("flowlab.models.shipped", list)
    assert gallery.offered() == ["zero flow", "Horn-Schunck", "DIS"]
