"""Pictures come as RGB uint8 whatever they are on disk, and damaged ones do not come at all."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from flowlab import read_image, write_image
from tests.field import by_hand
from tests.field.by_hand import put

RGB = np.random.default_rng(3).integers(0, 256, (6, 5, 3), dtype=np.uint8)


def png_of(rows: np.ndarray, colour: int) -> bytes:
    """A PNG of (H, W) or (H, W, C) numbers, 8 or 16 bits, by hand."""
    body = b"".join(b"\0" + row.astype(row.dtype.newbyteorder(">")).tobytes() for row in rows)
    return by_hand.png(by_hand.png_header(rows.shape[1], rows.shape[0], 8 * rows.itemsize, colour), body)


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    """The same JPEG with an EXIF note on how the camera was held."""
    tiff = b"MM\0*\0\0\0\x08\0\1" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + bytes(4)
    return with_note(jpeg, b"Exif\0\0" + tiff)


def with_note(jpeg: bytes, note: bytes) -> bytes:
    """The same JPEG with a segment of an application before its pixels."""
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note + jpeg[2:]


@pytest.mark.parametrize("suffix", [".png", ".ppm", ".bmp", ".tif"])
def test_red_stays_red(suffix, tmp_path):
    write_image(tmp_path / f"picture{suffix}", RGB)
    np.testing.assert_array_equal(read_image(tmp_path / f"picture{suffix}"), RGB)


def test_a_picture_made_by_hand_is_read(tmp_path):
    np.testing.assert_array_equal(read_image(put(tmp_path, "a.png", png_of(RGB, 2))), RGB)
    ppm = b"P6\n# a comment\n5 6\n255\n" + RGB.tobytes()
    np.testing.assert_array_equal(read_image(put(tmp_path, "a.ppm", ppm)), RGB)


def test_a_ppm_written_is_the_one_made_by_hand(tmp_path):
    write_image(tmp_path / "a.ppm", RGB)
    assert (tmp_path / "a.ppm").read_bytes().endswith(b"5 6\n255\n" + RGB.tobytes())


def test_grey_has_three_equal_channels(tmp_path):
    write_image(tmp_path / "grey.png", RGB[..., 0])
    np.testing.assert_array_equal(read_image(tmp_path / "grey.png"), RGB[..., :1].repeat(3, axis=2))
    by_hand_grey = read_image(put(tmp_path, "hand.png", png_of(RGB[..., 0], 0)))
    np.testing.assert_array_equal(by_hand_grey, RGB[..., :1].repeat(3, axis=2))


def test_sixteen_bits_are_rounded(tmp_path):
    deep = np.array([[[0, 128, 129], [65535, 65407, 65406]]], np.uint16)
    read = read_image(put(tmp_path, "deep.png", png_of(deep, 2)))
    assert read.tolist() == [[[0, 0, 1], [255, 255, 254]]]  # v / 257, to the nearest


@pytest.mark.parametrize("channels", [2, 4])
def test_what_is_transparent_stands_on_white(channels, tmp_path):
    rows = np.zeros((1, 3, channels), np.uint8)  # black
    rows[0, :, -1] = 0, 128, 255
    read = read_image(put(tmp_path, "clear.png", png_of(rows, 4 if channels == 2 else 6)))
    assert read[0, :, 0].tolist() == [255, 127, 0]
    assert (read == read[..., :1]).all()


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (6, -1), (3, 2), (8, 1)])
def test_photographs_are_turned_upright(orientation, turns, tmp_path):
    blocks = np.kron(np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]]), np.ones((16, 16, 1)))
    jpeg = cv2.imencode(".jpg", blocks[..., ::-1].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 100])[1].tobytes()
    read = read_image(put(tmp_path, "photo.jpg", with_orientation(jpeg, orientation)))
    assert np.abs(read - np.rot90(blocks, turns)).mean() < 12


@given(image=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9).map(lambda s: (*s, 3))))
def test_what_is_written_comes_back(image, tmp_path_factory):
    path = tmp_path_factory.mktemp("trip") / "picture.png"
    write_image(path, image)
    np.testing.assert_array_equal(read_image(path), image)


JPEG = cv2.imencode(".jpg", np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8))[1].tobytes()
HUGE_JPEG = JPEG.replace(struct.pack(">HH", 64, 64), struct.pack(">HH", 65000, 65000), 1)
BAD = {
    "text": (b"this is no picture\n", r"begins with b'this is ', and is not an image"),
    "empty": (b"", "it begins with b'', and is not an image"),
    "a flow": (by_hand.sample(".flo")[0], "begins with b'PIEH"),
    "PNG cut": (png_of(RGB, 2)[:-20], "not an image that OpenCV can read, or damaged"),
    "PNG damaged": (png_of(RGB, 2)[:45] + b"x" + png_of(RGB, 2)[46:], "not an image that OpenCV can read, or damaged"),
    "PNG absurd": (by_hand.png(by_hand.png_header(60000, 60000, 8), bytes(99)), "60000 x 60000"),
    "JPEG cut in its pixels": (JPEG[: len(JPEG) // 2 + 300], "the file ends within its header or its pixels"),
    "JPEG cut in its header": (JPEG[:30], "byte 30: the file ends within its header"),
    "JPEG absurd": (HUGE_JPEG, r"byte \d+: 65000 x 65000 .*expected at most 134217728"),
    "JPEG absurd behind a thumbnail": (
        with_note(HUGE_JPEG, JPEG),
        r"byte \d+: 65000 x 65000 .*expected at most 134217728",
    ),
    "JPEG cut behind a thumbnail": (with_note(JPEG, JPEG)[:-2], "the file ends within its header or its pixels"),
    "PPM cut": (b"P6 5 6 255\n" + RGB.tobytes()[:-7], "7 bytes early"),
    "PPM too long": (b"P6 5 6 255\n" + RGB.tobytes() + b"x", "1 bytes too many"),
    "PPM absurd": (b"P6 99999 99999 255\n" + bytes(50), "the file ends here"),
    "BMP cut": (cv2.imencode(".bmp", RGB)[1].tobytes()[:40], "not an image that OpenCV can read"),
    "floats": (cv2.imencode(".tiff", RGB.astype(np.float32))[1].tobytes(), "its values are float32"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_damaged_picture_is_refused_by_name(case, tmp_path):
    data, message = BAD[case]
    path = put(tmp_path, "bad.png", data)
    with pytest.raises(ValueError, match=message) as caught:
        read_image(path)
    assert str(path) in str(caught.value)


def test_a_thumbnail_changes_nothing(tmp_path):
    plain, noted = put(tmp_path, "plain.jpg", JPEG), put(tmp_path, "noted.jpg", with_note(JPEG, JPEG))
    np.testing.assert_array_equal(read_image(noted), read_image(plain))


def test_a_missing_picture_is_told_what_lies_there(tmp_path):
    put(tmp_path, "frame_10.png", b"")
    with pytest.raises(FileNotFoundError, match=r"did you mean frame_10\.png"):
        read_image(tmp_path / "frame_1.png")


REFUSED = {
    "floats": ("a.png", np.zeros((2, 2, 3)), TypeError, r"uint8 array, got float64; .*\(image \* 255"),
    "four channels": ("a.png", np.zeros((2, 2, 4), np.uint8), ValueError, r"got shape \(2, 2, 4\)"),
    "no pixels": ("a.png", np.zeros((0, 2, 3), np.uint8), ValueError, r"empty: shape \(0, 2, 3\)"),
    "suffix": ("a.gif", np.zeros((2, 2, 3), np.uint8), ValueError, r"no image has the suffix '\.gif'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_is_not_written(case, tmp_path, as_users_run_it):
    name, image, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        write_image(tmp_path / name, image)
    assert not list(tmp_path.iterdir())


def test_the_checksum_of_the_hand_made_png_is_the_standards():
    assert zlib.crc32(b"IEND") == 0xAE426082  # as at the end of every PNG file
