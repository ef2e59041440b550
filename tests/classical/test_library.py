"""All methods come out in our conventions, whatever comes in."""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from flowlab.classical import METHODS, run
from flowlab.datasets.samples import moving_photograph


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("u", "v"), [(3, 0), (0, -2), (2, 4)])
def test_a_shift_is_found_with_u_to_the_right_and_v_down(method, u, v):
    rng = np.random.default_rng(0)
    img1 = cv2.GaussianBlur(rng.integers(0, 256, (96, 128, 3), dtype=np.uint8), (0, 0), 2)
    img2 = np.roll(img1, (v, u), axis=(0, 1))
    flow = run(method, img1, img2)
    assert flow.shape == (96, 128, 2)
    assert flow.dtype == np.float32
    np.testing.assert_allclose(np.median(flow[20:-20, 20:-20], axis=(0, 1)), [u, v], atol=0.25)


@pytest.mark.parametrize("method", METHODS)
def test_float_and_grey_give_the_flow_of_uint8_and_colour(method):
    pair = moving_photograph("coffee", translation=(3.0, 1.0), size=(96, 128))
    expected = run(method, pair.img1, pair.img2)
    # Our own do not round grey to whole levels, so a picture that somebody rounded is another picture, by a little.
    close = 0.01 if method in ("lucas-kanade", "horn-schunck") else 0.0
    grey = [cv2.cvtColor(img, cv2.COLOR_RGB2GRAY) for img in (pair.img1, pair.img2)]
    assert np.abs(run(method, *grey) - expected).mean() <= close
    as_float = [(img / 255).astype(np.float32) for img in (pair.img1, pair.img2)]
    assert np.abs(run(method, *as_float) - expected).mean() <= close


SIZES = [(1, 1), (1, 50), (7, 9), (15, 100), (20, 300), (31, 400), (32, 32), (24, 700), (500, 3)]


def test_pictures_of_any_size_and_without_texture_give_zero_and_no_crash():
    # In a process of its own: OpenCV's DIS ends the process on small pictures when it is not kept from it.
    code = f"""
import numpy as np
from flowlab.classical import METHODS, run
for method in METHODS:
    for size in {SIZES}:
        flat = np.full((*size, 3), 90, np.uint8)
        flow = run(method, flat, flat)
        assert flow.shape == (*size, 2) and np.abs(flow).max() < 1e-3, (method, size, np.abs(flow).max())
    print(method, flush=True)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == list(METHODS), done.stderr[-2000:]


@pytest.mark.parametrize("method", METHODS)
def test_a_row_of_pixels_and_noise_give_a_finite_flow_and_no_warning(method):
    for size in [(1, 40), (12, 9)]:
        img1, img2 = np.random.default_rng(0).integers(0, 256, (2, *size, 3), dtype=np.uint8)
        flow = run(method, img1, img2)
        assert flow.shape == (*size, 2)
        assert np.isfinite(flow).all()


def test_an_unknown_method_is_refused_with_the_choice():
    with pytest.raises(ValueError, match="unknown method 'magic'; choose one of lucas-kanade, horn-schunck, far"):
        run("magic", np.zeros((9, 9), np.uint8), np.zeros((9, 9), np.uint8))


def test_pictures_that_do_not_fit_are_refused_before_any_method_sees_them():
    with pytest.raises(ValueError, match="img1 is 9 x 9, img2 9 x 8"):
        run("dis", np.zeros((9, 9), np.uint8), np.zeros((9, 8), np.uint8))


@pytest.mark.parametrize("method", ["tvl1", "ilk"])
def test_without_scikit_image_its_methods_say_what_to_install(method, monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    flat = np.zeros((9, 9), np.uint8)
    with pytest.raises(ModuleNotFoundError, match="pip install scikit-image"):
        run(method, flat, flat)


def test_dis_starts_from_a_flow_and_finds_what_is_too_far_for_it_alone():
    rng = np.random.default_rng(3)
    ground = cv2.GaussianBlur(rng.integers(0, 256, (128, 256, 3), dtype=np.uint8), (0, 0), 1.5)
    disc = cv2.GaussianBlur(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8), (0, 0), 1.5)
    img1, img2 = ground.copy(), ground.copy()
    img1[30:94, 40:104], img2[30:94, 140:204] = disc, disc  # 100 px to the right
    start = np.zeros((128, 256, 2), np.float32)
    start[30:94, 40:104] = 98, 1
    alone, led = run("dis", img1, img2), run("dis", img1, img2, initial=start)
    inside = np.s_[46:78, 56:88]
    assert np.abs(np.median(led[inside], axis=(0, 1)) - (100, 0)).max() < 0.5
    assert np.abs(np.median(alone[inside], axis=(0, 1)) - (100, 0)).max() > 20
    assert (start[60, 40] == (98, 1)).all(), "the start is the caller's"


@pytest.mark.parametrize("length", [1e9, -1e9])
@pytest.mark.parametrize("size", [(9, 20), (64, 80)])
def test_a_start_far_outside_is_no_crash(size, length):
    img1, img2 = np.random.default_rng(0).integers(0, 256, (2, *size, 3), dtype=np.uint8)
    flow = run("dis", img1, img2, initial=np.full((*size, 2), length, np.float32))
    assert flow.shape == (*size, 2)
    assert np.isfinite(flow).all()


@pytest.mark.parametrize(
    ("method", "initial", "message"),
    [
        ("farneback", np.zeros((40, 50, 2)), "takes no initial flow"),
        (
            "dis",
            np.zeros((50, 40, 2)),
            r"initial has shape \(50, 40, 2\), the images are 40 x 50: expected \(40, 50, 2\)",
        ),
        ("dis", np.full((40, 50, 2), np.nan), "finite"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(method, initial, message):
    img = np.zeros((40, 50, 3), np.uint8)
    with pytest.raises(ValueError, match=message):
        run(method, img, img, initial=initial)
