"""show: what a flow file is like, in numbers, as a picture, in the terminal, against a truth."""

import numpy as np
import pytest

import flowlab
from flowlab.cli.predict import in_terminal
from tests.cli.commands import run


@pytest.fixture
def flow(tmp_path):
    flow = np.zeros((6, 8, 2), np.float32)
    flow[..., 0] = 3
    flow[:, 4:, 1] = 4
    valid = np.ones((6, 8), bool)
    valid[:3, :4] = False
    flowlab.write_flow(tmp_path / "a.flo", flow, valid)
    return tmp_path / "a.flo"


def test_the_numbers_are_those_of_the_known_pixels(flow):
    result = run("show", flow)
    assert result.exit_code == 0, result.output
    assert "6 x 8 pixels (height x width), 75.0% of them known" in result.output
    # 12 pixels of length 3 and 24 of length 5
    assert "mean 4.33 px, median 5.00" in result.output
    assert "u (right) +3.00 to +3.00, v (down) +0.00 to +4.00" in result.output
    assert "\x1b" not in result.output


def test_a_flow_without_a_known_pixel_has_no_motion_to_describe(tmp_path):
    flowlab.write_flow(tmp_path / "a.flo", np.zeros((2, 3, 2), np.float32), np.zeros((2, 3), bool))
    result = run("show", tmp_path / "a.flo")
    assert (result.exit_code, result.output.strip()) == (0, "2 x 3 pixels (height x width), 0.0% of them known")


def test_errors_are_taken_where_both_are_known(flow, tmp_path):
    flowlab.write_flow(tmp_path / "truth.npy", np.zeros((6, 8, 2), np.float32))
    result = run("show", flow, "--truth", tmp_path / "truth.npy")
    assert "over 75.0% of the pixels: EPE 4.333 px" in result.output
    assert "Fl-all 66.67 %" in result.output  # exactly 3 px is no outlier


def test_the_picture_is_the_flow_in_colours_or_arrows_on_frame_1(flow, tmp_path):
    field, valid = flowlab.read_flow(flow)
    assert run("show", flow, "--out", tmp_path / "a.png", "--max-flow", "10").exit_code == 0
    expected = flowlab.flow_to_image(field, max_flow=10, valid=valid)
    assert (flowlab.read_image(tmp_path / "a.png") == expected).all()
    frame = np.full((6, 8, 3), 128, np.uint8)
    flowlab.write_image(tmp_path / "frame.png", frame)
    assert run("show", flow, "--out", tmp_path / "b.png", "--arrows", tmp_path / "frame.png").exit_code == 0
    assert (flowlab.read_image(tmp_path / "b.png") == flowlab.draw_arrows(frame, field, valid=valid)).all()


def test_the_terminal_gets_a_line_of_coloured_spaces_for_two_rows(flow):
    drawn = run("show", flow, "--terminal").output
    assert drawn.count("\x1b[48;2;") == 8 * 3
    red, blue = [255, 0, 0], [0, 0, 255]
    assert in_terminal(np.uint8([[red, blue], [red, blue]]), 80) == "\x1b[48;2;255;0;0m \x1b[48;2;0;0;255m \x1b[0m"
    lines = in_terminal(np.zeros((100, 300, 3), np.uint8), 60).split("\n")
    assert [line.count(" ") for line in lines] == [60] * 10


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gone.flo"], 1, "there is no such file"),
        (["letter.flo"], 1, "the file begins with b'Dear'"),
        (["letter.txt"], 1, "no flow format has the suffix '.txt'"),
        (["a.flo", "--truth", "small.npy"], 1, "the flow is 6 x 8 (height x width), the truth 2 x 3"),
        (["a.flo", "--truth", "unknown.flo"], 1, "no pixel is known in both"),
        (["a.flo", "--out", "gone/a.png"], 1, "the folder does not exist"),
        (["a.flo", "--out", "a.gif"], 2, "flowlab show: --out a.gif: an image is one of .png, .jpg"),
        (["a.flo", "--palette", "rainbow"], 2, "'rainbow' is not one of"),
        (["a.flo", "--arrows", "a.png"], 2, "give both"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(flow, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    flowlab.write_flow("small.npy", np.zeros((2, 3, 2), np.float32))
    flowlab.write_flow("unknown.flo", np.zeros((6, 8, 2), np.float32), np.zeros((6, 8), bool))
    for name in ("letter.flo", "letter.txt"):
        (tmp_path / name).write_text("Dear aunt")
    result = run("show", *arguments)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.replace("│", " ").split())
