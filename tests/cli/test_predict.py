"""predict: two pictures, a folder, a video; how it ends, what it says, and that it refuses before it works."""

import importlib
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
import torch

import flowlab
from flowlab.field import write_image
from flowlab.models import FlowNetC, FlowNetS, save_model
from tests.cli.commands import run
from tests.video.clips import STEP, clip, damaged, picture, window


@pytest.fixture
def pair(tmp_path):
    scene = picture(120, 200)
    for index, name in enumerate(("one", "two")):
        write_image(tmp_path / f"{name}.png", window(scene, index, (96, 128)))
    return tmp_path / "one.png", tmp_path / "two.png"


def test_two_pictures_make_files_named_after_the_first(pair, tmp_path):
    result = run("predict", *pair, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["one.color.png", "one.flo"]
    flow, _ = flowlab.read_flow(tmp_path / "out" / "one.flo")
    assert np.abs(np.median(flow, axis=(0, 1)) + STEP).max() < 0.1
    assert "96 x 128" in result.output
    assert "median u -3.0" in result.output


def test_backward_and_mask(pair, tmp_path):
    asked = ("--backward", "--as", "flo", "--as", "mask", "--as", "kitti", "--as", "arrows")
    result = run("predict", *pair, "--out", tmp_path / "out", *asked)
    assert result.exit_code == 0, result.output
    back, _ = flowlab.read_flow(tmp_path / "out" / "one.backward.flo")
    assert np.abs(np.median(back, axis=(0, 1)) - STEP).max() < 0.1
    mask = cv2.imread(str(tmp_path / "out" / "one.mask.png"), cv2.IMREAD_UNCHANGED)
    assert set(np.unique(mask)) == {0, 255}
    assert f"{(mask > 0).mean():.1%} of the pixels come back" in result.output
    assert (tmp_path / "out" / "one.backward.kitti.png").exists()


@pytest.mark.parametrize("network", [FlowNetS, FlowNetC])
def test_a_network_from_a_file_is_a_method(network, pair, tmp_path):
    torch.manual_seed(0)
    model = network(width=0.25)
    save_model(model, tmp_path / "small.safetensors")
    out = tmp_path / "out"
    result = run("predict", *pair, "--out", out, "--method", tmp_path / "small.safetensors", "--device", "cpu")
    assert result.exit_code == 0, result.output
    images = (torch.from_numpy(flowlab.read_image(path)).permute(2, 0, 1)[None] / 255 for path in pair)
    with torch.no_grad():
        expected = model.eval()(*images).flow[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(flowlab.read_flow(out / "one.flo")[0], expected, atol=1e-3)


def test_tiles_are_a_networks_and_other_tiles_another_method(tmp_path):
    clip(tmp_path / "a.mp4", 3, size=(64, 640))
    model = FlowNetS(width=0.125)
    save_model(model, tmp_path / "m.safetensors")
    arguments = ("predict", tmp_path / "a.mp4", "--out", tmp_path / "out", "--method", tmp_path / "m.safetensors")
    result = run(*arguments, "--tile", "320x384", "--device", "cpu")
    assert result.exit_code == 0, result.output
    one, two, *_ = (frame.image for frame in flowlab.video.frames(tmp_path / "a.mp4"))
    expected = flowlab.predict(model, one, two, tile=(320, 384))
    np.testing.assert_allclose(flowlab.read_flow(tmp_path / "out" / "000000.flo")[0], expected, atol=1e-3)
    again = run(*arguments)
    assert again.exit_code == 1
    assert "in tiles of 320x384" in again.output


def test_other_weights_under_the_same_name_are_another_method(tmp_path):
    clip(tmp_path / "a.mp4", 3)
    arguments = ("predict", tmp_path / "a.mp4", "--out", tmp_path / "out", "--method", tmp_path / "m.safetensors")
    for code in (0, 1):
        save_model(FlowNetS(width=0.125), tmp_path / "m.safetensors")
        result = run(*arguments)
        assert result.exit_code == code, result.output
    assert "holds other results: method" in result.output


def test_a_refined_method_is_a_method(pair, tmp_path):
    assert run("predict", *pair, "--out", tmp_path / "out", "--method", "dis+v").exit_code == 0
    refined, plain = (
        flowlab.read_flow(tmp_path / "out" / "one.flo")[0],
        flowlab.classical.run("dis", *map(flowlab.read_image, pair)),
    )
    assert 0 < np.abs(refined - plain).max() < 3


def test_a_video_is_resumed_and_says_what_was_there(tmp_path):
    clip(tmp_path / "a.mp4", 5)
    arguments = ("predict", tmp_path / "a.mp4", "--out", tmp_path / "out", "--method", "dis-ultrafast")
    first = run(*arguments)
    assert (first.exit_code, "5 frames: 4 flows estimated; in" in first.output) == (0, True), first.output
    (tmp_path / "out" / "000002.flo").unlink()
    again = run(*arguments)
    assert "5 frames: 1 flows estimated, 3 were there already" in again.output


def test_broken_frames_are_named_and_end_with_3(tmp_path):
    clip(tmp_path / "a.avi", 6, codec="mjpeg")
    result = run("predict", damaged(tmp_path / "a.avi", of=[2]), "--out", tmp_path / "out", "--method", "dis-ultrafast")
    assert result.exit_code == 3
    assert "broken frame 000002: at 0.08 s" in result.output
    assert "1 of 6 frames are broken" in result.output


def test_frames_that_have_changed_are_made_again_and_it_is_said(tmp_path):
    (tmp_path / "in").mkdir()
    for seed, said in ((0, "3 flows estimated; in"), (1, "3 results of changed or unknown frames were removed")):
        scene = picture(120, 200, seed)
        for index in range(4):
            write_image(tmp_path / "in" / f"{index}.png", window(scene, index, (96, 128)))
        result = run("predict", tmp_path / "in", "--out", tmp_path / "out", "--method", "dis-ultrafast")
        assert said in result.output
        assert "4 frames: 3 flows estimated; in" in result.output


def test_the_source_is_not_overwritten(pair, tmp_path):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    two = tmp_path / "one.color.png"
    pair[1].rename(two)
    for inputs, said in (([pair[0], two], "one.color.png is an input"), ([tmp_path], "is the source itself")):
        result = run("predict", *inputs, "--out", tmp_path)
        assert (result.exit_code, said in result.output) == (1, True), result.output
    assert sorted(before.values()) == sorted(path.read_bytes() for path in tmp_path.iterdir())


def test_two_pictures_do_not_go_between_the_results_of_a_folder(pair, tmp_path):
    assert run("predict", tmp_path, "--out", tmp_path / "out", "--method", "dis-ultrafast").exit_code == 0
    result = run("predict", *pair, "--out", tmp_path / "out")
    assert (result.exit_code, "holds the results of a run" in result.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.png", "two.png"], 1, "there is no such file"),
        (["on.png", "two.png"], 1, "did you mean one.png?"),
        (["letter.png", "two.png"], 1, "is not an image that OpenCV can read"),
        (["one.png", "small.png"], 1, "one is 96 x 128 (height x width) and small is 50 x 60"),
        (["one.png"], 2, "one.png is one picture; the flow is between two"),
        (["letter.mp4"], 1, "cannot read letter.mp4 as a video"),
        (["gone.mp4"], 1, "there is no such file"),
        (["empty"], 1, "empty holds no image"),
        (["one.png", "two.png", "--out", "letter.mp4/flow"], 1, "letter.mp4 is a file"),
        (["frames", "--out", "letter.mp4/flow"], 1, "letter.mp4 is a file"),
        (["one.png", "two.png", "--as", "gif"], 2, "one of flo, kitti, color, arrows, mask, video, got gif"),
        (["one.png", "two.png", "--as", "video"], 2, "two pictures make one flow and no video"),
        (["one.png", "two.png", "--method", "magic"], 2, "unknown method 'magic'; choose one of zero"),
        (["one.png", "two.png", "--tile", "512x512"], 2, "tiles are for networks, and dis is not one"),
        (["one.png", "two.png", "--tile", "large"], 2, "size is height x width, such as 384x512, got 'large'"),
        (["one.png", "two.png", "--tile", "²x²"], 2, "size is height x width, such as 384x512, got '²x²'"),
        (["one.png", "two.png", "--scale", "inf"], 2, "scale must be from 0.01 to 100, got inf"),
        (["one.png", "two.png", "--scale", "1e9"], 2, "scale must be from 0.01 to 100, got 1000000000.0"),
        (["one.png", "two.png", "--method", "flownets-small", "--tile", "64x64"], 2, "larger than their overlap"),
        (["one.png", "two.png", "--method", "gone.safetensors"], 1, "there is no such file"),
        (["one.png", "two.png", "--method", "letter.mp4"], 1, "letter.mp4"),
        (["one.png", "two.png", "small.png"], 2, "give two pictures, or one folder, or one video"),
        (["one.png", "two.png", "--max-flow", "0"], 2, "should be greater than or equal to 0.001"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(pair, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    write_image("small.png", picture(50, 60))
    for name in ("letter.png", "letter.mp4"):
        (tmp_path / name).write_text("Dear aunt, this is no picture.")
    (tmp_path / "empty").mkdir()
    (tmp_path / "frames").mkdir()
    write_image("frames/a.png", picture(50, 60))
    before = sorted(tmp_path.rglob("*"))
    result = run("predict", *arguments)
    assert result.exit_code == code, result.output
    words = " ".join(result.output.replace("│", " ").split())
    assert said in words
    assert "Traceback" not in words
    if code == 1 or words.startswith("flowlab predict: "):
        assert words.startswith("flowlab predict: ")
        assert len(result.output.strip().splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before, "a refused command left something behind"


def test_a_folder_that_may_not_be_written_to_is_named(pair, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    allowed = os.access  # root may write everywhere, so what the system would say is said here

    def access(path, mode, **options):
        return not (path == tmp_path / "out" and mode & os.W_OK) and allowed(path, mode, **options)

    monkeypatch.setattr(os, "access", access)
    result = run("predict", *pair, "--out", tmp_path / "out")
    assert result.exit_code == 1, result.output
    assert "cannot write to this folder" in result.output
    assert str(tmp_path / "out") in result.output


@pytest.mark.parametrize(("device", "code"), [("cuda", 2), ("abacus", 2), ("meta", 2)])
def test_a_device_that_is_not_there_is_refused(pair, tmp_path, device, code):
    save_model(FlowNetS(width=0.125), tmp_path / "small.safetensors")
    result = run("predict", *pair, "--method", tmp_path / "small.safetensors", "--device", device)
    assert result.exit_code == code
    assert f"device {device}" in result.output.replace("'", "")


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate", "zero", "--data", "motions", "--no-progress"],
        ["chairs", "--count", "1", "--size", "48x64"],
        ["train", "--steps", "1", "--size", "64x64", "--no-progress"],
    ],
    ids=lambda command: command[0],
)
def test_a_folder_that_cannot_be_made_is_named_with_a_way_out(command, tmp_path):
    (tmp_path / "notes").write_text("mine")
    result = run(*command, "--out", tmp_path / "notes")
    assert result.exit_code == 1
    assert "notes is a file; choose another with --out" in result.output
    assert (tmp_path / "notes").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix", reason="a terminal of Windows cannot be opened here")
@pytest.mark.parametrize(("place", "drawn"), [("file", False), ("terminal", True)])
def test_a_bar_is_drawn_on_a_terminal_alone(tmp_path, place, drawn):
    for number in range(3):
        write_image(tmp_path / f"{number}.png", np.full((40, 50, 3), 50 * number, np.uint8))
    inside, outside = os.openpty() if place == "terminal" else os.pipe()
    if place == "terminal":
        import termios

        termios.tcsetwinsize(outside, (24, 80))
    command = [sys.executable, "-m", "flowlab", "predict", str(tmp_path), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, stderr=outside, stdout=subprocess.DEVNULL, timeout=600)
    os.write(outside, b"end")
    said = b""
    while not said.endswith(b"end"):
        said += os.read(inside, 4096)
    os.close(inside)
    os.close(outside)
    assert done.returncode == 0, said
    assert (b"3/3" in said) == drawn
    assert drawn or said == b"end"


def test_images_are_reduced_and_the_flow_keeps_their_size_and_unit(pair, tmp_path):
    for name, option in (("half", ("--scale", 0.5)), ("most", ("--max-side", 64))):
        result = run("predict", *pair, "--out", tmp_path / name, *option)
        assert result.exit_code == 0, result.output
        flow, _ = flowlab.read_flow(tmp_path / name / "one.flo")
        assert flow.shape == (96, 128, 2)
        assert np.abs(np.median(flow, axis=(0, 1)) + STEP).max() < 0.2
    np.testing.assert_array_equal(
        *(flowlab.read_flow(tmp_path / name / "one.flo")[0] for name in ("half", "most"))
    )  # 128 px and at most 64 are a factor of a half
    assert run("predict", *pair, "--out", tmp_path / "as-is", "--max-side", 128).exit_code == 0
    assert run("predict", *pair, "--out", tmp_path / "plain").exit_code == 0
    assert (tmp_path / "as-is" / "one.flo").read_bytes() == (tmp_path / "plain" / "one.flo").read_bytes()


def test_a_network_on_large_images_says_what_to_type_and_says_it_once(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["flowlab.cli.predict"], "LARGE", 64 * 64 - 1)
    scene = picture(120, 200)
    for index in range(3):
        write_image(tmp_path / f"{index}.png", window(scene, index, (64, 64)))
    asked = ("predict", tmp_path, "--method", "flownets-small")
    result = run(*asked, "--out", tmp_path / "a", "--no-progress")
    assert result.exit_code == 0, result.output
    assert result.stderr.count("the images have 64 x 64 pixels") == 1
    assert "--max-side 1024" in result.stderr
    assert "the images have" not in run(*asked, "--out", tmp_path / "b", "--max-side", 64, "--no-progress").stderr
    assert "the images have" not in run("predict", tmp_path, "--out", tmp_path / "c", "--no-progress").stderr  # dis


def test_a_network_in_bfloat16_is_near_the_one_in_float32(pair, tmp_path):
    for dtype in ("float32", "bfloat16"):
        asked = ("--method", "flownets-small", "--dtype", dtype)
        assert run("predict", *pair, "--out", tmp_path / dtype, *asked).exit_code == 0
    full, half = (flowlab.read_flow(tmp_path / dtype / "one.flo")[0] for dtype in ("float32", "bfloat16"))
    assert 0 < np.abs(full - half).mean() < 0.1


OWN = """
import numpy as np
def two_down(img1, img2):
    return np.broadcast_to(np.float32((0, 2)), (*img1.shape[:2], 2))
class Network: pass
number = 3
"""


def test_a_function_of_ones_own_is_a_method(pair, tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    result = run("predict", *pair, "--out", tmp_path / "out", "--method", "mine:two_down")
    assert result.exit_code == 0, result.output
    assert (flowlab.read_flow(tmp_path / "out" / "one.flo")[0] == (0, 2)).all()
    for name, said in (
        ("mine:nothing", "no 'nothing'"),
        ("mine:Network", "function of"),
        ("mine:number", "function of"),
    ):
        result = run("predict", *pair, "--out", tmp_path / "out", "--method", name)
        assert (result.exit_code, said in " ".join(result.output.replace("│", " ").split())) == (2, True), result.output


def test_another_edition_of_ones_own_function_is_another_method(tmp_path, monkeypatch):
    (tmp_path / "frames").mkdir()
    for number in range(2):
        write_image(tmp_path / "frames" / f"{number}.png", np.zeros((8, 9, 3), np.uint8))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for down, code in ((2, 0), (2, 0), (5, 1)):
        (tmp_path / "edited.py").write_text(OWN.replace("(0, 2)", f"(0, {down})"))
        monkeypatch.delitem(sys.modules, "edited", raising=False)
        importlib.invalidate_caches()
        result = run("predict", "frames", "--out", "out", "--method", "edited:two_down")
        assert result.exit_code == code, result.output
    assert "holds other results" in result.output
    assert (flowlab.read_flow(tmp_path / "out" / "0.flo")[0] == (0, 2)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--method", "diss"),
        ("--method", "dis+v+flips"),
        ("--tile", "512x512"),
        ("--as", "gif"),
        ("--as", "video"),
        ("--device", "tpu9"),
        ("--dtype", "int8"),
        ("--max-side", "0"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_writes_nothing(wrong, pair, tmp_path):
    result = run("predict", *pair, "--out", tmp_path / "out", *wrong)
    assert result.exit_code == 2, result.output
    assert not (tmp_path / "out").exists()
