"""Each diagram of the course carries the right numbers, at a size that can be read, with no text over another."""

import itertools

import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg

import flowlab
from flowlab.costvolume import Geometry
from flowlab_course.chapters.ch02 import diagrams as warping
from flowlab_course.chapters.ch03 import diagrams as aperture
from flowlab_course.chapters.ch04 import diagrams as pyramid
from flowlab_course.chapters.ch05 import diagrams as generator
from flowlab_course.chapters.ch06 import diagrams as augmentation
from flowlab_course.chapters.ch07 import diagrams as hourglass
from flowlab_course.chapters.ch08 import diagrams as window
from flowlab_course.chapters.ch09 import diagrams as tiles
from flowlab_course.chapters.ch10 import diagrams as streams
from flowlab_course.chapters.ch11 import diagrams as training
from flowlab_course.chapters.ch14 import diagrams as raft
from flowlab_course.page.diagram import COLOURS, SMALL, WIDTH
from flowlab_course.page.figures import small_picture

TILED = ((2, 8, 9), 32, (4, 8, 60), 4)  # grid, threads, shape and radius of chapter 09's kernel
# What each must say: the papers' numbers, written out here and not computed.
DIAGRAMS = {
    "02": (warping.warping, "0.12 0.28 0.18 0.42 (2,4) (3,5) x+w=(2.7,4.6) hole twovalues"),
    "03": (aperture.aperture, "(u,v)=(2,1)"),
    "04": (pyramid.coarse_to_fine, "motion3px:findw motion6px:warpframe2byw, motion12px:warpframe2byw,"),
    "05": (generator.layers, "±120px,±30°, ×0.8to1.2 ±40px,±10°, ×0.93to1.07 A1=A0·itsownmotion"),
    "06": (
        augmentation.views,
        "shiftbyupto20%ofthewidth rotationbyupto17°,zoom0.9to2 colours×0.5to2,gamma0.7to1.5 "
        "contrast×0.2to1.4 brightnessbyabout0.2 rotationbyabout1.7°,zoombyabout3% "
        "brightnessbyabout0.02 noise,standarddeviationupto0.04 T1 T2⁻¹ w w′",
    ),
    "07": (
        lambda: hourglass.hourglass(flowlab.FlowNetS()),
        "6channels conv1:64 conv2:128 conv3:256 conv3_1:256 conv4:512 conv4_1:512 conv5:512 conv5_1:512 conv6:1024 "
        "conv6_1:1024 7×7,stride2 5×5,stride2 1024 1026 770 386 194 predict_flow6:2 predict_flow2:2 deconv5 deconv2 "
        "384×512 48×64 6×8 384×512×2 ×20,bilinear×4",
    ),
    "08": (
        lambda: window.window(Geometry()),
        "21×21displacements,every2placesupto20 21×21=441channelsof48×64 441 −20 +20 "
        "dxinplaces;20placesare160pxoftheimage channel0 channel220 channel440",
    ),
    "09": (lambda: tiles.tiles(*TILED), "2×8×9=144blocks z:9displacementsdy 9scoresoftheoutput rowyofa:32numbers"),
    "10": (
        lambda: streams.two_streams(flowlab.FlowNetC()),
        "473 441 32 corr:441 21×21shifts conv_redir:32 conv3_1:256 1×1,stride1 conv3:256 upto20,instepsof2: "
        "±160px,stepsof16 sameweights",
    ),
    "11": (training.step, "8pairs, 320×448 80×112 5×7 ×0.005 ×0.01 ×0.02 ×0.08 ×0.32 Adam,learningrate0.0001"),
    "14": (raft.all_pairs, "4×9×9=324scoresaroundx+w 3,072×3,072scores 48×64places 6×8places ±32px ±256px"),
}


@pytest.fixture(scope="module")
def drawn():
    """Each diagram is drawn once."""
    return {name: draw() for name, (draw, _) in DIAGRAMS.items()}


def labels(figure):
    return {text.get_text().replace(" ", "") for text in figure.axes[0].texts}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_it_says_the_papers_numbers(drawn, name):
    missing = set(DIAGRAMS[name][1].split()) - labels(drawn[name])
    assert not missing


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_text_is_cut_small_or_over_another(drawn, name):
    figure = drawn[name]
    renderer = FigureCanvasAgg(figure).get_renderer()
    width, height = figure.get_size_inches() * 96
    assert round(width) == WIDTH
    boxes = {}
    for text in figure.axes[0].texts:
        assert text.get_size() >= SMALL
        box = boxes[text] = text.get_window_extent(renderer)
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0, text
    over = [(a, b) for (a, p), (b, q) in itertools.combinations(boxes.items(), 2) if p.shrunk(1, 0.8).overlaps(q)]
    assert over == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_it_is_small_enough_for_a_chapter(drawn, name):
    assert len(small_picture(drawn[name])) <= 60_000


def test_lines_and_texts_have_contrast_on_white():
    for line, _ in COLOURS.values():
        parts = np.array([int(line[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        assert 1.05 / (linear @ (0.2126, 0.7152, 0.0722) + 0.05) > 4.5, line  # WCAG AA


def test_the_networks_are_read_and_not_written_down():
    assert {"conv1:16", "conv6_1:256", "258"} <= labels(hourglass.hourglass(flowlab.FlowNetS(width=0.25)))
    assert {"449", "8", "441"} <= labels(streams.two_streams(flowlab.FlowNetC(width=0.25)))


def test_the_window_follows_the_layer():
    geometry = Geometry(max_displacement=4, stride2=1, pad_size=4)
    assert "9×9=81channelsof48×64" in labels(window.window(geometry))


def test_the_picked_displacement_has_the_layers_channel():
    dx, dy = window.PICKED
    a, b = torch.zeros(2, 1, 1, 48, 64)
    a[..., 20, 30] = b[..., 20 + dy, 30 + dx] = 1
    channel = int(flowlab.correlation(a, b)[0, :, 20, 30].argmax())
    assert f"channel{channel}" in labels(window.window(Geometry()))


def test_the_warps_are_the_librarys():
    flow = np.zeros((1, 8, 2), np.float32)
    flow[..., 0] = warping.FLOW
    row = np.arange(8, dtype=np.float32)[None]
    assert flowlab.warp(row, flow)[0].tolist() == [warping.VALUES.index(value) for value in warping.fetched()]
    x, y = warping.TARGET
    for (column, line), weight in warping.weights().items():
        image = np.zeros((8, 8), np.float32)
        image[line, column] = 1
        assert flowlab.warp(image, np.full((8, 8, 2), (x, y), np.float32))[0, 0] == pytest.approx(weight, abs=1e-5)


def test_what_a_forward_warp_leaves_out_is_a_hole():
    assert [len(value) for value in warping.pushed()].count(0) == 1
    assert sorted("".join(warping.pushed())) == sorted(warping.VALUES)


def test_motions_behind_a_hole_cannot_be_told_apart():
    normal = np.array((0.6, 0.8))
    assert np.ptp(aperture.motions(normal) @ normal) < 1e-9 < np.ptp(aperture.motions(normal), axis=0).min()
