"""Flow files that are right are read to the right values, and written to the right bytes."""

from __future__ import annotations

import struct
import sys

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from flowlab import read_flow, write_flow
from tests.field import by_hand
from tests.field.by_hand import SUFFIXES, put

FLOATS = st.floats(-500, 500, width=32)


def fields(**bounds):
    return hnp.arrays(
        np.float32, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(2)), elements=FLOATS, **bounds
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_made_by_hand_is_read(suffix, tmp_path):
    data, expected = by_hand.sample(suffix)
    flow, valid = read_flow(put(tmp_path, f"flow{suffix}", data))
    np.testing.assert_array_equal(flow, expected)
    assert flow.dtype == np.float32
    assert flow.flags.c_contiguous
    assert flow.flags.writeable
    assert valid.all()
    assert valid.shape == expected.shape[:2]


@pytest.mark.parametrize("suffix", [".flo", ".pfm"])
def test_the_bytes_written_are_those_made_by_hand(suffix, tmp_path):
    data, flow = by_hand.sample(suffix)
    write_flow(tmp_path / f"flow{suffix}", flow)
    assert (tmp_path / f"flow{suffix}").read_bytes() == data


def test_flo_agrees_with_opencv_both_ways(tmp_path, rng):
    flow = rng.normal(scale=20, size=(23, 31, 2)).astype(np.float32)
    ours, theirs = tmp_path / "ours.flo", tmp_path / "theirs.flo"
    write_flow(ours, flow)
    cv2.writeOpticalFlow(str(theirs), flow)
    assert ours.read_bytes() == theirs.read_bytes()
    np.testing.assert_array_equal(cv2.readOpticalFlow(str(ours)), read_flow(theirs)[0])


def test_npy_is_numpys_own(tmp_path):
    _, flow = by_hand.sample(".npy")
    write_flow(tmp_path / "flow.npy", flow)
    np.testing.assert_array_equal(np.load(tmp_path / "flow.npy"), flow)
    for saved in (flow.astype(">f8"), np.asfortranarray(flow), flow.astype(np.float16)):
        np.save(tmp_path / "other.npy", saved)
        np.testing.assert_array_equal(read_flow(tmp_path / "other.npy")[0], saved.astype(np.float32))


def test_flo5_is_a_data_set_that_h5py_reads(tmp_path):
    import h5py

    _, flow = by_hand.sample(".flo5")
    write_flow(tmp_path / "flow.flo5", flow)
    with h5py.File(tmp_path / "flow.flo5") as file:
        np.testing.assert_array_equal(file["flow"][()], flow)


@pytest.mark.parametrize("libver", ["earliest", "v108", "latest"])
def test_flo5_of_every_hdf5_version_is_read(libver, tmp_path):
    _, flow = by_hand.sample(".flo5")
    path = put(tmp_path, "flow.flo5", by_hand.spring(flow, libver=libver))
    np.testing.assert_array_equal(read_flow(path)[0], flow)


def test_springs_double_size_comes_down_with_a_stride(tmp_path):
    _, flow = by_hand.sample(".flo5", 6, 8)
    path = put(tmp_path, "flow.flo5", by_hand.spring(flow))
    half, valid = read_flow(path, stride=2)
    np.testing.assert_array_equal(half, flow[::2, ::2])  # the values are in pixels of the image already
    assert valid.shape == (3, 4)


def test_pfm_of_either_byte_order_is_read(tmp_path):
    _, flow = by_hand.sample(".pfm")
    for order in "<>":
        path = put(tmp_path, "flow.pfm", by_hand.pfm(flow, order))
        np.testing.assert_array_equal(read_flow(path)[0], flow)


@pytest.mark.parametrize("first", [1.5, np.frombuffer(b"\x0a\x0a\x0a\x3f", "<f4")[0]])
def test_a_pfm_header_may_end_its_lines_as_windows_does(first, tmp_path):
    rows = np.array([first, -2, 0, 3, 4, 0], "<f4").tobytes()
    for header in (b"PF\r\n2 1\r\n-1.0\r\n", b"PF\n2 1\n-1.0\n", b"PF 2 1 -7.5 "):  # of the scale its sign counts
        flow, valid = read_flow(put(tmp_path, "flow.pfm", header + rows))
        assert flow.tolist() == [[[first, -2], [3, 4]]]
        assert valid.all()


def test_a_pfm_may_mark_its_unknown_pixels_in_the_third_channel(tmp_path):
    """As SelFlow's writer does, and ptlflow's: NaN, and 1 beside it; the same 1 beside a number has no one meaning."""
    nan = np.nan
    unknown = struct.pack("<9f", 1, 2, 0, nan, 5, 1, nan, nan, 1)
    flow, valid = read_flow(put(tmp_path, "flow.pfm", b"PF\n3 1\n-1.000000\n" + unknown))
    assert flow.tolist() == [[[1, 2], [0, 0], [0, 0]]]
    assert valid.tolist() == [[True, False, False]]
    for third in (1, nan):
        known = struct.pack("<9f", 1, 2, third, nan, 5, 1, nan, nan, 1)
        path = put(tmp_path, "mask.pfm", b"PF\n3 1\n-1.000000\n" + known)
        with pytest.raises(ValueError, match=rf"row 0, column 0: {third}; expected 0 where the flow is known"):
            read_flow(path)


def test_pfm_begins_with_the_lowest_row(tmp_path):
    rows = struct.pack("<6f", 1, 2, 0, 3, 4, 0)
    flow, _ = read_flow(put(tmp_path, "flow.pfm", b"PF\n1 2\n-1.0\n" + rows))
    assert flow[:, 0].tolist() == [[3, 4], [1, 2]]


@pytest.mark.parametrize("suffix", [".flo", ".pfm", ".flo5", ".npy"])
def test_unknown_pixels_are_read_as_zero_and_written_as_1e10(suffix, tmp_path):
    flow = np.ones((2, 3, 2), np.float32)
    flow[0, 0] = 1e10
    flow[0, 1, 1] = np.nan
    flow[0, 2, 0] = -2e9
    flow[1, 0, 1] = np.inf
    expected = np.array([[False, False, False], [False, True, True]])
    write_flow(tmp_path / f"first{suffix}", flow)
    read, valid = read_flow(tmp_path / f"first{suffix}")
    np.testing.assert_array_equal(valid, expected)
    np.testing.assert_array_equal(read, expected[..., None] * np.ones(2))
    write_flow(tmp_path / "bytes.flo", read, valid)
    raw = cv2.readOpticalFlow(str(tmp_path / "bytes.flo"))
    np.testing.assert_array_equal(raw[~expected], np.float32(1e10))


def test_exactly_1e9_is_known(tmp_path):
    flow = np.full((1, 2, 2), 1e9, np.float32)
    flow[0, 1, 0] = np.nextafter(np.float32(1e9), np.float32(2e9))
    path = put(tmp_path, "flow.flo", by_hand.flo(flow))
    assert read_flow(path)[1].tolist() == [[True, False]]


@given(flow=fields(), data=st.data())
def test_kitti_rounds_to_the_nearest_64th_and_keeps_the_mask(flow, data, tmp_path_factory):
    valid = data.draw(hnp.arrays(np.bool_, flow.shape[:2]))
    path = tmp_path_factory.mktemp("kitti") / "flow.png"
    write_flow(path, flow, valid)
    bgr = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert bgr.dtype == np.uint16
    np.testing.assert_array_equal(bgr[..., 0], valid)
    error = (bgr[..., :0:-1].astype(np.float64) - 32768) / 64 - flow
    assert np.abs(error[valid]).max(initial=0) <= 1 / 128
    assert (bgr[~valid] == [0, 32768, 32768]).all()  # blue, green, red: as in KITTI's own files
    read, mask = read_flow(path)
    np.testing.assert_array_equal(mask, valid)
    np.testing.assert_array_equal(read[valid], (flow + error)[valid].astype(np.float32))
    assert not read[~valid].any()


def test_what_kitti_does_not_know_is_read_whatever_its_colour(tmp_path):
    """(32768, 32768, 0) is KITTI's own; files that flowlab wrote before have (0, 0, 0)."""
    pixels = b"\0" + struct.pack(">9H", 32768, 32768, 0, 0, 0, 0, 32768 + 64, 32768 - 128, 1)
    flow, valid = read_flow(put(tmp_path, "flow.png", by_hand.png(by_hand.png_header(3, 1), pixels)))
    assert flow.tolist() == [[[0, 0], [0, 0], [1, -2]]]
    assert valid.tolist() == [[False, False, True]]


def test_a_png_with_other_steps_is_read_and_written_in_pixels(tmp_path):
    """DSEC's files are KITTI's with 128 steps per pixel."""
    pixels = b"\0" + struct.pack(">6H", 32768 + 640, 32768 - 1, 1, 0, 65535, 1)
    path = put(tmp_path, "dsec.png", by_hand.png(by_hand.png_header(2, 1), pixels))
    flow, _ = read_flow(path, scale=128)
    assert flow.tolist() == [[[5, -1 / 128], [-256, 32767 / 128]]]
    assert read_flow(path)[0][0, 0].tolist() == [10, -1 / 64]
    write_flow(tmp_path / "ours.png", flow, scale=128)
    same = (cv2.imread(str(tmp_path / name), cv2.IMREAD_UNCHANGED) for name in ("dsec.png", "ours.png"))
    np.testing.assert_array_equal(*same)
    with pytest.raises(ValueError, match=r"1 pixels move farther .*\(-256 to 255\.99 px\)"):
        write_flow(tmp_path / "far.png", np.full((1, 1, 2), 256.0), scale=128)


@pytest.mark.parametrize(("name", "scale"), [("a.flo", 128), ("a.png", 1 / 128), ("a.png", 0), ("a.png", np.nan)])
def test_a_scale_that_cannot_be_is_refused(name, scale, tmp_path):
    what = "scale is for .png files" if name == "a.flo" else "scale must be steps per pixel"
    for call in (
        lambda path: read_flow(path, scale=scale),
        lambda path: write_flow(path, np.zeros((1, 1, 2)), scale=scale),
    ):
        with pytest.raises(ValueError, match=what):
            call(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_kitti_does_not_truncate(tmp_path):
    write_flow(tmp_path / "flow.png", np.array([[[0.9 / 64, -0.9 / 64]]], np.float32))
    assert read_flow(tmp_path / "flow.png")[0].tolist() == [[[1 / 64, -1 / 64]]]


def test_kitti_holds_what_it_can_and_refuses_the_rest(tmp_path):
    path = tmp_path / "flow.png"
    edge = np.array([[[511.984375, -512.0]]], np.float32)
    write_flow(path, edge)
    np.testing.assert_array_equal(read_flow(path)[0], edge)
    far = np.array([[[512.0, 0.0], [0.0, -512.01], [1.0, 1.0]]], np.float32)
    with pytest.raises(ValueError, match=r"flow\.png: 2 pixels move farther .* \.flo"):
        write_flow(path, far)
    np.testing.assert_array_equal(read_flow(path)[0], edge)  # the old file stands
    write_flow(path, far, np.array([[False, False, True]]))
    assert read_flow(path)[1].tolist() == [[False, False, True]]


@given(flow=fields(), suffix=st.sampled_from([".flo", ".pfm", ".flo5", ".npy"]), data=st.data())
def test_what_is_written_comes_back(flow, suffix, data, tmp_path_factory):
    valid = data.draw(hnp.arrays(np.bool_, flow.shape[:2]))
    path = tmp_path_factory.mktemp("trip") / f"flow{suffix}"
    write_flow(path, flow, valid)
    read, mask = read_flow(path)
    np.testing.assert_array_equal(mask, valid)
    np.testing.assert_array_equal(read, np.where(valid[..., None], flow, 0))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_tensor_is_written_like_its_array(suffix, tmp_path):
    _, flow = by_hand.sample(suffix)
    for tensor in (torch.from_numpy(flow).permute(2, 0, 1), torch.from_numpy(flow).permute(2, 0, 1)[None].double()):
        write_flow(tmp_path / f"flow{suffix}", tensor.requires_grad_())
        np.testing.assert_array_equal(read_flow(tmp_path / f"flow{suffix}")[0], flow)


def test_the_suffix_may_be_in_capitals_and_the_path_a_string(tmp_path):
    data, flow = by_hand.sample(".flo")
    np.testing.assert_array_equal(read_flow(str(put(tmp_path, "FLOW.FLO", data)))[0], flow)


def test_views_and_read_only_arrays_are_written_as_they_look(tmp_path):
    _, flow = by_hand.sample(".flo")
    flow.flags.writeable = False
    for view in (flow, flow[::-1, ::2], np.asfortranarray(flow), flow.astype(">f4"), flow[..., ::-1]):
        write_flow(tmp_path / "flow.flo", view)
        np.testing.assert_array_equal(read_flow(tmp_path / "flow.flo")[0], view)


def test_a_missing_h5py_is_named_with_the_way_to_install_it(tmp_path, monkeypatch):
    data, flow = by_hand.sample(".flo5")
    path = put(tmp_path, "flow.flo5", data)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ImportError, match="pip install h5py"):
        read_flow(path)
    with pytest.raises(ImportError, match="h5py"):
        write_flow(path, flow)
    assert path.read_bytes() == data
