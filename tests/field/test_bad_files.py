"""A file that is no good flow is refused by name, with the place and what was expected there."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc

import cv2
import h5py
import numpy as np
import pytest

from flowlab import read_flow, write_flow
from tests.field import by_hand
from tests.field.by_hand import SUFFIXES, npy_with, png, png_header, put

BIG = 2**31 - 1


def kitti_of(header: bytes) -> bytes:
    return png(header, b"\0" * 100)


def vkitti() -> bytes:
    """16-bit RGB like KITTI's, but blue is no mask: another data set's encoding."""
    return cv2.imencode(".png", np.full((3, 4, 3), 65535, np.uint16))[1].tobytes()


def bit_turned(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


def external(file):
    file["flow"] = h5py.ExternalLink("/etc/hostname", "flow")


def promised(shape, chunks=True):
    return lambda file: file.create_dataset("flow", shape=shape, dtype="f4", chunks=chunks, compression="gzip")


# suffix, bytes, what the message must say: where and what
BY_FIELD = {
    "flo: another tag": (".flo", b"PIEX" + by_hand.sample(".flo")[0][4:], r"byte 0: .*b'PIEX'; expected b'PIEH'"),
    "flo: bytes swapped": (".flo", b"HEIP" + bytes(300), r"byte 0: .*b'HEIP'"),
    "flo: header cut": (".flo", b"PIEH\1\0\0", r"byte 7: the header ends here; expected 12 bytes"),
    "flo: width negative": (".flo", b"PIEH" + struct.pack("<ii", -3, 4), r"bytes 4 to 11: width -3 and height 4"),
    "flo: height 0": (".flo", b"PIEH" + struct.pack("<ii", 3, 0), r"bytes 4 to 11: width 3 and height 0"),
    "flo: absurd": (
        ".flo",
        b"PIEH" + struct.pack("<ii", BIG, 1) + bytes(64),
        r"byte 76: the file ends .* 17179869188 b",
    ),
    "flo: 2^62 pixels": (".flo", b"PIEH" + struct.pack("<ii", BIG, BIG) + bytes(64), r"byte 76: the file ends here"),
    "flo: too short": (".flo", by_hand.sample(".flo")[0][:-1], r"byte 291: .* 1 bytes early; .*7 x 5 \(width x height"),
    "flo: too long": (".flo", by_hand.sample(".flo")[0] + b"xy", r"byte 292: 2 bytes too many"),
    "flo: a PNG inside": (".flo", by_hand.sample(".png")[0], r"like a PNG picture"),
    "flo: empty": (".flo", b"", r"byte 0: the file is empty"),
    "flo: a page": (".flo", b"<!DOCTYPE html><html>404</html>", r"like a web page or XML; the download may have"),
    "flo: not fetched": (".flo", b"version https://git-lfs.github.com/spec/v1\n", r"Git LFS pointer"),
    "png: 8 bits": (".png", kitti_of(png_header(3, 2, 8)), r"uint8 of shape \(2, 3, 3\); expected 16-bit RGB"),
    "png: grey": (
        ".png",
        kitti_of(png_header(3, 2, 16, 0)),
        r"the pixels: uint16 of shape \(2, 3\); expected 16-bit RGB, as KITTI's flow; read_image",
    ),
    "png: no such colour": (".png", kitti_of(png_header(3, 2, 16, 5)), r"the pixels do not unpack"),
    "png: absurd": (".png", kitti_of(png_header(BIG, BIG)), r"byte 16: 2147483647 x 2147483647 .*at most 134217728"),
    "png: rows missing": (".png", kitti_of(png_header(9, 9)), r"the pixels do not unpack; expected a whole PNG file"),
    "png: no pixels": (".png", kitti_of(png_header(0, 9)), r"the pixels do not unpack"),
    "png: first chunk": (".png", by_hand.png(b"short", b""), r"byte 16: .* at most 134217728"),
    "png: cut": (".png", by_hand.sample(".png")[0][:60], r"after byte 8 of 60: the pixels do not unpack"),
    "png: a bit turned": (".png", bit_turned(by_hand.sample(".png")[0], 60), r"after byte 8 .* do not unpack"),
    "png: end missing": (".png", by_hand.sample(".png")[0][:-12], r"the pixels do not unpack"),
    "png: blue": (".png", vkitti(), r"blue channel at row 0, column 0: 65535; .*Virtual KITTI"),
    "png: a flo inside": (".png", by_hand.sample(".flo")[0], r"like a Middlebury \.flo file"),
    "pfm: one channel": (
        ".pfm",
        b"Pf\n2 1\n-1.0\n" + bytes(8),
        r"byte 0: .*one channel \(a disparity or depth map\); expected b'PF', .*three channels",
    ),
    "pfm: four channels": (".pfm", b"PF4\n2 1\n-1.0\n" + bytes(32), r"byte 2: b'4"),
    "pfm: width": (
        ".pfm",
        b"PF\nxx 1\n-1.0\n" + bytes(24),
        r"byte 2: b'\\nxx 1\\n.*; expected width and height in digits",
    ),
    "pfm: height": (
        ".pfm",
        b"PF\n2 -1\n-1.0\n" + bytes(24),
        r"byte 2: b'\\n2 -1\\n.*; expected width and height in digits",
    ),
    "pfm: scale": (
        ".pfm",
        b"PF\n2 1\nnan\n" + bytes(24),
        r"byte 2: b'\\n2 1\\nnan\\n.*; expected .* and the scale \(below 0 for little",
    ),
    "pfm: scale 0": (
        ".pfm",
        b"PF\n2 1\n0\n" + bytes(24),
        r"byte 2: b'\\n2 1\\n0\\n.*; expected .* and the scale \(below 0 for little",
    ),
    "pfm: absurd": (".pfm", b"PF\n2147483647 2147483647\n-1.0\n" + bytes(24), r"byte 54: the file ends here"),
    "pfm: many digits": (
        ".pfm",
        b"PF\n" + b"9" * 40 + b" 1\n-1.0\n",
        r"byte 2: b'\\n9+'; expected width and height in digits",
    ),
    "pfm: too short": (".pfm", b"PF\n2 1\n-1.0\n" + bytes(23), r"byte 35: the file ends here, 1 bytes early"),
    "pfm: too long": (".pfm", b"PF\n2 1\n-1.0\n" + bytes(25), r"byte 36: 1 bytes too many"),
    "pfm: header only": (".pfm", b"PF\n2 1", r"byte 2: .*expected width and height in digits, and the scale"),
    "pfm: a photograph": (".pfm", by_hand.pfm(np.ones((2, 2, 2)), third=0.5), r"third channel at row 0, column 0: 0.5"),
    "flo5: another name": (".flo5", by_hand.flo5(lambda f: f.create_dataset("disp", data=[1.0])), r"it holds 'disp'"),
    "flo5: nothing": (".flo5", by_hand.flo5(lambda f: None), r"it holds nothing; expected a data set 'flow'"),
    "flo5: a group": (
        ".flo5",
        by_hand.flo5(lambda f: f.create_group("flow")),
        r"it holds 'flow'; expected a data set 'flow', not a group",
    ),
    "flo5: elsewhere": (".flo5", by_hand.flo5(external), r"it holds 'flow'; expected a data set"),
    "flo5: integers": (
        ".flo5",
        by_hand.flo5(lambda f: f.create_dataset("flow", data=np.ones((2, 2, 2), int))),
        r"int64",
    ),
    "flo5: flat": (
        ".flo5",
        by_hand.flo5(lambda f: f.create_dataset("flow", data=np.ones((4, 2)))),
        r"shape is \(4, 2\)",
    ),
    "flo5: absurd": (
        ".flo5",
        by_hand.flo5(promised((2**31, 1, 2))),
        r"\(2147483648, 1, 2\) in 0 bytes; expected an array of at most",
    ),
    "flo5: empty promise": (".flo5", by_hand.flo5(promised((500, 500, 2))), r"\(500, 500, 2\) in 0 bytes"),
    "flo5: too short": (
        ".flo5",
        by_hand.sample(".flo5")[0][:-1],
        r"inside the HDF5 file of \d+ bytes: .*truncated file",
    ),
    "flo5: eight bytes": (".flo5", b"\x89HDF\r\n\x1a\n", r"inside the HDF5 file of 8 bytes: .*; expected a readable"),
    "flo5: version": (
        ".flo5",
        b"\x89HDF\r\n\x1a\n\x09" + bytes(90),
        r"bad superblock version number",
    ),
    "npy: integers": (".npy", by_hand.npy(np.ones((2, 3, 2), int)), r"the array: its type is int64; expected floats"),
    "npy: torch's order": (
        ".npy",
        by_hand.npy(np.ones((2, 3, 4), np.float32)),
        r"its shape is \(2, 3, 4\); .*torch's order",
    ),
    "npy: flat": (".npy", by_hand.npy(np.ones(4)), r"its shape is \(4,\); expected \(height, width, 2\)"),
    "npy: no rows": (".npy", by_hand.npy(np.ones((0, 4, 2))), r"its shape is \(0, 4, 2\); expected"),
    "npy: version": (
        ".npy",
        b"\x93NUMPY\x09\x00" + bytes(99),
        r"inside the .npy file of 107 bytes: .*version .*\(9, 0\)",
    ),
    "npy: long header": (
        ".npy",
        b"\x93NUMPY\x02\x00\xff\xff\xff\x7f",
        r"inside the .npy file of 12 bytes: EOF: .* expected 2147483647 bytes got 0",
    ),
    "npy: header cut": (
        ".npy",
        by_hand.sample(".npy")[0][:50],
        r"inside the .npy file of 50 bytes: EOF: .* expected 118 bytes got 40",
    ),
    "npy: no dict": (".npy", npy_with("[1, 2]"), r"not a dictionary: \[1, 2\]; expected NumPy's header"),
    "npy: no Python": (
        ".npy",
        npy_with("{'descr': "),
        r"inside the .npy file of 21 bytes: .+; expected NumPy's header",
    ),
    "npy: nested": (".npy", npy_with("(" * 9000), r"inside the .npy file of 9011 bytes: .+; expected NumPy's header"),
    "npy: a field missing": (
        ".npy",
        npy_with("{'descr': '<f4', 'shape': (1, 1, 2)}"),
        r"correct keys: \['descr', 'shape'\]",
    ),
    "npy: order": (
        ".npy",
        npy_with("{'descr':'<f4','fortran_order':1,'shape':(1,1,2)}"),
        r"fortran_order is not a valid bool: 1",
    ),
    "npy: absurd": (
        ".npy",
        npy_with("{'descr':'<f4','fortran_order':False,'shape':(2147483648,2147483648,2)}", bytes(8)),
        r"inside the .npy file of 90 bytes: .+; expected NumPy's header",
    ),
    "npy: negative": (".npy", npy_with("{'descr':'<f4','fortran_order':False,'shape':(-1,-1,2)}", bytes(8)), r"nega"),
    "npy: an archive": (".npy", b"PK\x03\x04" + bytes(60), r"like a ZIP archive"),
}


@pytest.mark.parametrize("case", BY_FIELD)
def test_a_bad_field_is_named(case, tmp_path):
    suffix, data, message = BY_FIELD[case]
    path = put(tmp_path, f"bad{suffix}", data)
    with pytest.raises(ValueError, match=message) as caught:
        read_flow(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pickles_are_never_opened(suffix, tmp_path):
    buffer = io.BytesIO()
    np.save(buffer, np.array([[{"a": 1}]], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="expected"):
        read_flow(put(tmp_path, f"pickle{suffix}", buffer.getvalue()))


@pytest.mark.parametrize("case", [name for name in BY_FIELD if "absurd" in name or "2^" in name or "can hold" in name])
def test_an_absurd_header_allocates_nothing(case, tmp_path, as_users_run_it):
    suffix, data, _ = BY_FIELD[case]
    path = put(tmp_path, f"bad{suffix}", data)
    with pytest.raises(ValueError, match="bad"):
        read_flow(path)  # what is imported or cached on the way is not counted
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="bad"):
            read_flow(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["flow.txt", "flow", "flow.npz", ".flo"])
def test_an_unknown_suffix_is_told_the_known_ones(name, tmp_path):
    for call in (lambda: read_flow(tmp_path / name), lambda: write_flow(tmp_path / name, np.ones((1, 1, 2)))):
        with pytest.raises(ValueError, match=r"expected one of \.flo, \.png, \.pfm, \.flo5, \.npy"):
            call()


def test_a_missing_file_is_told_what_lies_there(tmp_path):
    put(tmp_path, "frame_0001.flo", b"")
    with pytest.raises(FileNotFoundError, match=r"did you mean frame_0001\.flo\?.*frame_001\.flo") as caught:
        read_flow(tmp_path / "frame_001.flo")
    assert caught.value.filename == str(tmp_path / "frame_001.flo")
    with pytest.raises(FileNotFoundError, match="nor the folder"):
        read_flow(tmp_path / "no" / "frame.flo")


def test_a_folder_or_a_pipe_is_no_file(tmp_path):
    (tmp_path / "folder.flo").mkdir()
    with pytest.raises(IsADirectoryError):
        read_flow(tmp_path / "folder.flo")
    if hasattr(os, "mkfifo"):  # opening one would wait for ever
        os.mkfifo(tmp_path / "pipe.flo")
        with pytest.raises(ValueError, match=r"pipe\.flo: it is a device or a pipe"):
            read_flow(tmp_path / "pipe.flo")


def test_a_stride_below_one_is_refused(tmp_path, as_users_run_it):
    path = put(tmp_path, "flow.flo", by_hand.sample(".flo")[0])
    with pytest.raises(ValueError, match="stride must be a whole number of at least 1, got 0"):
        read_flow(path, stride=0)
    with pytest.raises(ValueError, match=r"stride must be a whole number of at least 1, got 1\.5"):
        read_flow(path, stride=1.5)


REFUSED_ARRAYS = {
    "channels first": (np.ones((2, 5, 7), np.float32), None, ValueError, r"\(2, 5, 7\); that is torch's order of axes"),
    "three channels": (np.ones((5, 7, 3), np.float32), None, ValueError, r"got shape \(5, 7, 3\)"),
    "integers": (np.ones((5, 7, 2), int), None, TypeError, "floating point"),
    "nothing": (np.ones((0, 7, 2), np.float32), None, ValueError, r"empty: shape \(0, 7, 2\)"),
    "a batch": (np.ones((3, 5, 7, 2), np.float32), None, ValueError, "a batch of 3; a file holds one"),
    "a list": ([[[0.0, 0.0]]], None, TypeError, "NumPy array or a torch tensor, got list"),
    "another mask": (np.ones((5, 7, 2)), np.ones((7, 5), bool), ValueError, r"\(7, 5\) does not fit .*\(5, 7, 2\)"),
    "a mask of floats": (np.ones((5, 7, 2)), np.ones((5, 7)), TypeError, "valid must be bool, got float64"),
    "NaN called valid": (
        np.full((5, 7, 2), np.nan),
        np.ones((5, 7), bool),
        ValueError,
        "NaN or beyond 1e.09 at 35 of 35",
    ),
}


@pytest.mark.parametrize("case", REFUSED_ARRAYS)
def test_what_is_no_flow_is_not_written(case, tmp_path, as_users_run_it):
    flow, valid, kind, message = REFUSED_ARRAYS[case]
    with pytest.raises(kind, match=message):
        write_flow(tmp_path / "flow.flo", flow, valid)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".png", ".flo5"])
def test_bytes_after_the_end_of_a_format_with_an_end_do_not_matter(suffix, tmp_path):
    good = by_hand.sample(suffix)[0]
    whole, longer = put(tmp_path, f"whole{suffix}", good), put(tmp_path, f"longer{suffix}", good + b"x")
    for one, other in zip(read_flow(whole), read_flow(longer), strict=True):
        np.testing.assert_array_equal(one, other)
