"""Pictures come as RGB uint8 whatever they are on disk, and damaged ones do not come at all."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageOps

from flowlab import read_image, write_image
from flowlab.field import formats
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


UPRIGHT = {  # EXIF 2.32, tag 0x0112: the sides of the scene on which row 0 and column 0 lie
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, 1),
}
LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True, "exact": True}, "TIFF": {}}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", [*LOSSLESS, "JPEG"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_every_orientation_in_every_format_is_the_upright_picture(kind, orientation, mode, tmp_path):
    """Files by Pillow; its exif_transpose agrees with the definition, but for grey TIFF, whose rows it mixes up."""
    if (kind, mode) == ("JPEG", "RGBA"):
        return  # JPEG has no transparency
    pixels = RGB if mode != "L" else RGB[..., 0]
    if mode == "RGBA":
        pixels = np.dstack([RGB, np.full(RGB.shape[:2], 255, np.uint8)])
    if kind == "JPEG":
        pixels = np.kron(pixels // 128 * 255, np.ones((16, 16, 1)[: pixels.ndim], np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path, options = tmp_path / f"photo.{kind.lower()}", LOSSLESS.get(kind, {"quality": 100, "subsampling": 0})
    Image.fromarray(pixels).save(path, kind, exif=exif, **options)
    close = {"atol": 40 if kind == "JPEG" else 0}
    upright = UPRIGHT[orientation](pixels[..., :3] if mode != "L" else pixels[..., None].repeat(3, axis=2))
    np.testing.assert_allclose(read_image(path), upright, **close)
    if kind != "TIFF":
        np.testing.assert_allclose(ImageOps.exif_transpose(Image.open(path)).convert("RGB"), upright, **close)


def exif(orientation: int, order: str, *, at: int = 8, kind: int = 3) -> bytes:
    """An EXIF note with a second entry before the orientation, and its directory at any place."""
    value = struct.pack(f"{order}{'HH' if kind == 3 else 'I'}", *((orientation, 0) if kind == 3 else (orientation,)))
    entries = struct.pack(f"{order}HHII", 0x0100, 4, 1, 5) + struct.pack(f"{order}HHI", 0x0112, kind, 1) + value
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at)
    return head.ljust(at, b"\0") + struct.pack(f"{order}H", 2) + entries + bytes(4)


NOTES = {
    "big-endian": (exif(6, ">"), 6),
    "little-endian": (exif(6, "<"), 6),
    "directory far away": (exif(8, ">", at=50), 8),
    "with JPEG's prefix": (b"Exif\0\0" + exif(3, "<"), 3),
    "four bytes, big-endian": (exif(6, ">", kind=4), 6),
    "four bytes, little-endian": (exif(8, "<", kind=4), 8),
    "out of range": (exif(9, ">"), 1),
    "cut off": (exif(6, ">")[:20], 1),
    "empty": (b"", 1),
    "a directory outside": (b"MM\0*" + struct.pack(">I", 2**31), 1),
    "no TIFF": (b"hello, this is no note at all", 1),
}


@pytest.mark.parametrize("case", NOTES)
def test_a_note_made_by_hand_turns_the_picture_and_a_broken_one_does_not(case, tmp_path):
    note, orientation = NOTES[case]
    plain = png_of(RGB, 2)
    noted = plain[:33] + by_hand.png_chunk(b"eXIf", note) + plain[33:]  # after the header
    np.testing.assert_array_equal(read_image(put(tmp_path, "a.png", noted)), UPRIGHT[orientation](RGB))
    jpeg = cv2.imencode(".jpg", RGB)[1].tobytes()
    upright = UPRIGHT[orientation](read_image(put(tmp_path, "plain.jpg", jpeg)))
    noted = with_note(jpeg, b"Exif\0\0" + note.removeprefix(b"Exif\0\0"))
    np.testing.assert_array_equal(read_image(put(tmp_path, "a.jpg", noted)), upright)


TRANSPARENT = {  # bits, a row of levels, the level that tRNS names, and the row on white; PNG 1.2, section 4.2.9
    "8 bits": (8, b"\x00\x64\xc8", 0x64, [0, 255, 200]),
    "16 bits": (16, struct.pack(">2H", 257 * 100, 257 * 200), 257 * 100, [255, 200]),
    "16 bits, another low byte": (16, struct.pack(">2H", 257 * 100, 257 * 200), 257 * 100 + 1, [100, 200]),
    "4 bits": (4, b"\x5f", 5, [255, 255]),
    "2 bits": (2, b"\x1b", 1, [0, 255, 170, 255]),
    "1 bit": (1, b"\x40", 0, [255, 255, 255, 255, 255, 255, 255, 255]),
    "a level that no pixel has": (8, b"\x00\x64\xc8", 7, [0, 100, 200]),
}


@pytest.mark.parametrize("case", TRANSPARENT)
def test_a_transparent_level_of_grey_is_white(case, tmp_path):
    bits, row, level, expected = TRANSPARENT[case]
    file = by_hand.png(by_hand.png_header(len(expected), 1, bits, 0), b"\0" + row)
    clear = file[:33] + by_hand.png_chunk(b"tRNS", struct.pack(">H", level)) + file[33:]
    assert read_image(put(tmp_path, "a.png", clear))[0, :, 0].tolist() == expected


def test_a_transparent_colour_is_white(tmp_path):
    file = png_of(np.array([[[1, 2, 3], [3, 2, 1]]], np.uint8), 2)
    clear = file[:33] + by_hand.png_chunk(b"tRNS", struct.pack(">3H", 3, 2, 1)) + file[33:]
    assert read_image(put(tmp_path, "a.png", clear)).tolist() == [[[1, 2, 3], [255, 255, 255]]]


PNM = {  # the file, and its values from 0 to 1 as the format's definition says
    "15": (b"P5 2 1 15\n\x00\x0f", [0, 1]),
    "1": (b"P5 3 1 1\n\1\0\1", [1, 0, 1]),
    "100": (b"P5\n# made by hand\n2 1\n100\n\x32\x64", [0.5, 1]),
    "comments everywhere": (b"P5#c\n2 #width\n#\n1#height\n\t15\n\x00\x0f", [0, 1]),
    "a line's end of Windows, and a line after the end": (b"P5\r\n2 1\r\n15\n\x0f\x0f\r\n", [1, 1]),
    "pixels that look like blanks": (b"P5 2 1 255\n\n ", [10 / 255, 32 / 255]),
    "255": (b"P5 2 1 255\n\x00\x80", [0, 128 / 255]),
    "256": (b"P5 2 1 256\n" + struct.pack(">2H", 256, 64), [1, 0.25]),
    "4095": (b"P5 3 1 4095\n" + struct.pack(">3H", 0, 4095, 1000), [0, 1, 1000 / 4095]),
    "65535": (b"P5 2 1 65535\n" + struct.pack(">2H", 65535, 257), [1, 1 / 255]),
    "digits": (b"P2 3 1 15\n0 15\n# a comment\n5\n", [0, 1, 1 / 3]),
    "digits, 1000": (b"P2 2 1 1000\n0 1000\n", [0, 1]),
    "bits": (b"P4 8 1\n\x0f", [1, 1, 1, 1, 0, 0, 0, 0]),  # in PBM 1 is black
}


@pytest.mark.parametrize("case", PNM)
def test_the_maximum_of_a_pgm_is_white(case, tmp_path):
    data, values = PNM[case]
    read = read_image(put(tmp_path, "a.pgm", data))
    assert read.shape == (1, len(values), 3)
    assert read[0].tolist() == [[round(255 * value)] * 3 for value in values]


def test_the_maximum_of_a_ppm_is_white_in_every_channel(tmp_path):
    for data in (
        b"P6 1 1 15\n\x00\x0f\x05",
        b"P3 1 1 15\n0 15 5\n",
        b"P6 1 1 1500\n" + struct.pack(">3H", 0, 1500, 500),
    ):
        assert read_image(put(tmp_path, "a.ppm", data)).tolist() == [[[0, 255, 85]]]


CAMERA = np.array([[0, 1000, 4095]], np.uint16)  # 12 bits
LEVELS = [0, 62, 255]  # 255 * 1000 / 4095 = 62.3


@pytest.mark.parametrize("order", "<>")
def test_a_camera_of_12_bits_keeps_its_levels_when_white_is_given(order, tmp_path):
    path = put(tmp_path, "camera.tif", by_hand.tiff(CAMERA, 1, order))
    assert read_image(path, scale=4095)[0, :, 0].tolist() == LEVELS
    with pytest.warns(UserWarning, match=r"few of their 16 bits: .*if 4095 is white: read_image\(path, scale=4095\)"):
        assert read_image(path)[0, :, 0].tolist() == [0, 4, 16]
    png = put(tmp_path, "camera.png", png_of(CAMERA, 0))
    assert read_image(png, scale=4095)[0, :, 0].tolist() == LEVELS


def test_12_bits_packed_are_read_as_they_are(tmp_path):
    packed = bytes([0x00, 0x03, 0xE8, 0xFF, 0xF0])  # 0, 1000, 4095 of 12 bits each
    path = put(tmp_path, "packed.tif", by_hand.tiff(CAMERA, 1, bits=12, data=packed))
    assert read_image(path)[0, :, 0].tolist() == LEVELS


@pytest.mark.parametrize(
    ("values", "kind"),
    [(CAMERA.astype(np.int16), 2), (CAMERA.astype(np.uint32), 1), (CAMERA.astype(np.float32), 3), (CAMERA / 1.0, 3)],
    ids=["int16", "uint32", "float32", "float64"],
)
def test_numbers_whose_white_is_not_known_need_a_scale(values, kind, tmp_path):
    path = put(tmp_path, "a.tif", by_hand.tiff(values, kind))
    with pytest.raises(ValueError, match=rf"a\.tif .*its values are {values.dtype}, from 0 to 4095; .*scale=4095"):
        read_image(path)
    assert read_image(path, scale=4095)[0, :, 0].tolist() == LEVELS


def test_floats_from_0_to_1_need_none(tmp_path):
    for dtype in (np.float32, np.float64):
        path = put(tmp_path, "a.tif", by_hand.tiff(np.array([[-1e-7, 0.2, 1.0000002]], dtype), 3))
        assert read_image(path)[0, :, 0].tolist() == [0, 51, 255]
    assert read_image(path, scale=0.5)[0, :, 0].tolist() == [0, 102, 255]  # what is brighter is white


def test_a_dark_picture_of_8_bits_is_as_it_is(tmp_path):
    assert read_image(put(tmp_path, "a.png", png_of(np.array([[0, 1]], np.uint8), 0)))[0, :, 0].tolist() == [0, 1]
    assert not read_image(put(tmp_path, "b.png", png_of(np.zeros((1, 2), np.uint16), 0))).any()  # black, and no warning


@pytest.mark.parametrize("scale", [0, -1, np.nan, np.inf])
def test_a_scale_must_be_a_value(scale, tmp_path):
    with pytest.raises(ValueError, match="scale must be the value that is white"):
        read_image(put(tmp_path, "a.png", png_of(RGB, 2)), scale=scale)


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
    "PAM": (b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nENDHDR\n\1\2\3", "a PAM file; convert it to PPM or PNG"),
    "BMP cut": (cv2.imencode(".bmp", RGB)[1].tobytes()[:40], "not an image that OpenCV can read"),
    "floats": (cv2.imencode(".tiff", RGB.astype(np.float32))[1].tobytes(), "its values are float32, .* scale=255"),
    "not a number": (by_hand.tiff(np.array([[0, np.nan]], np.float32), 3), "has NaN or infinite values"),
    "PGM without a maximum": (b"P5 2 1 0\n\0\0", "the maximum is 0; expected 1 to 65535"),
    "PGM with too large a maximum": (b"P5 1 1 65536\n\0\0", "the maximum is 65536; expected 1 to 65535"),
    "PGM beyond its maximum": (b"P5 2 1 15\n\0\x10", "the value 16; expected at most the maximum 15"),
    "PGM of 16 bits cut": (b"P5 2 1 256\n\0\0\0", "1 bytes early"),
    "PGM of digits cut": (b"P2 2 2 15\n0 1 2\n", "the file ends here"),
    "PGM of words": (b"P2 2 1 15\n0 one\n", "the numbers: .*expected decimal numbers up to 15"),
    "PGM of digits below 0": (b"P2 2 1 15\n0 -1\n", "the numbers: .*expected decimal numbers up to 15"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_damaged_picture_is_refused_by_name(case, tmp_path):
    data, message = BAD[case]
    path = put(tmp_path, "bad.png", data)
    with pytest.raises(ValueError, match=message) as caught:
        read_image(path)
    assert str(path) in str(caught.value)


def test_a_scale_far_below_the_values_is_refused(tmp_path):
    """OpenCV fills packed 12 bits up to 16: with scale=4095 the picture would be white."""
    bright = np.full((2, 3), 60_000, np.uint16)
    with pytest.raises(ValueError, match=r"a\.png .*more than half of its values are above 4095.*up to 60000"):
        read_image(put(tmp_path, "a.png", png_of(bright, 0)), scale=4095)


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


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("kind", "code"), [(3, "H"), (4, "I")])
def test_a_tiff_file_that_states_too_many_pixels_is_refused_before_it_is_decoded(order, kind, code, tmp_path):
    """Bytes by hand, after TIFF 6.0, section 2: the header, and a directory with width and length."""
    side = 60_000
    value = struct.pack(order + code, side).ljust(4, b"\0")
    entries = b"".join(struct.pack(f"{order}HHI", tag, kind, 1) + value for tag in (256, 257))
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    (tmp_path / "a.tif").write_bytes(head + struct.pack(f"{order}H", 2) + entries + bytes(4))
    with pytest.raises(ValueError, match=r"a.tif .*3600000000 pixels.*at most 134217728"):
        read_image(tmp_path / "a.tif")
    (tmp_path / "cut.tif").write_bytes(head + b"\0")
    with pytest.raises(ValueError, match=r"cut.tif .*not an image that OpenCV can read, or damaged"):
        read_image(tmp_path / "cut.tif")


def test_the_size_of_a_real_tiff_file_is_read(tmp_path):
    cv2.imwrite(str(tmp_path / "a.tif"), np.zeros((30, 50, 3), np.uint8))
    assert formats.tiff_pixels((tmp_path / "a.tif").read_bytes()) == 1500


def test_a_phones_heic_file_is_named_with_the_way_out(tmp_path):
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40))
    with pytest.raises(ValueError, match=r"a.heic .*it is HEIC or AVIF.*convert it to JPEG or PNG"):
        read_image(tmp_path / "a.heic")
