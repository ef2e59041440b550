"""The widgets of chapters 07 and 10 against what must be true at chosen values."""

import numpy as np
import pytest
import torch

from flowlab.datasets.samples import motorcycle
from flowlab.models import FlowNetS
from flowlab_course.chapters.ch07 import widgets as receptive
from flowlab_course.chapters.ch10 import widgets as reach

# What the paper's architecture implies, counted by hand.
FIELDS = [7, 15, 31, 47, 63, 95, 127, 191, 255, 383]


def test_receptive_fields_are_those_counted_by_hand():
    assert [field for field, _ in receptive.fields().values()] == FIELDS
    assert [step for _, step in receptive.fields().values()] == [2, 4, 8, 8, 16, 16, 32, 32, 64, 64]


@pytest.mark.parametrize("layer", ["conv1", "conv3_1", "conv5"])
def test_the_box_is_where_gradients_of_the_real_network_reach(layer):
    torch.manual_seed(0)
    model = FlowNetS(width=0.0625)
    image = torch.rand(1, 3, *receptive.SIZE, requires_grad=True)
    kept = {}
    model.get_submodule(layer).register_forward_hook(lambda m, i, out: kept.update(out=out))
    model(image, image.detach())
    seen = receptive.compute(layer, [0.5, 0.5])
    row, column = seen.place
    assert kept["out"].shape[-2:] == seen.size
    (gradient,) = torch.autograd.grad(kept["out"][0, :, row, column].abs().sum(), image)
    rows, columns = np.nonzero(gradient[0].abs().sum(0).numpy())
    assert (columns.min(), rows.min(), columns.max(), rows.max()) == seen.box


@pytest.mark.parametrize("layer", ["predict_flow6", "predict_flow4", "predict_flow2"])
def test_a_prediction_sees_what_gradients_of_the_real_network_reach(layer):
    torch.manual_seed(0)
    model = FlowNetS(width=0.0625)
    image = torch.rand(1, 3, 64, 1216, requires_grad=True)  # wide: no field is cut
    kept = {}
    model.get_submodule(layer).register_forward_hook(lambda m, i, out: kept.update(out=out))
    model(image, image.detach())
    for column in (kept["out"].shape[-1] // 2, kept["out"].shape[-1] // 2 + 1):  # even and odd places differ
        (gradient,) = torch.autograd.grad(kept["out"][0, :, 0, column].sum(), image, retain_graph=True)
        columns = gradient[0].abs().sum((0, 1)).nonzero()
        assert (int(columns.min()), int(columns.max())) == receptive.interval(layer, column, column)


def test_the_field_follows_the_cursor_and_is_cut_at_the_border():
    left, right = receptive.compute("conv5", [0.0, 0.5]), receptive.compute("conv5", [1.0, 0.5])
    assert left.place[1] == 0
    assert right.place[1] == left.size[1] - 1
    assert left.box[0] < 0
    whole = receptive.compute("conv4", [0.5, 0.5])
    assert whole.share == pytest.approx(63 * 63 / (384 * 512))
    assert receptive.compute("conv4", [0.0, 0.0]).share == pytest.approx(32 * 32 / (384 * 512))


def test_without_a_part_the_error_is_that_of_the_flow_that_is_left():
    calls = []

    def without(part, levels):
        calls.append((part, tuple(levels)))
        return np.zeros((250, 370, 2), np.float32) if levels else np.full((250, 370, 2), (3.0, 4.0), np.float32)

    found = receptive.ablate(without, "skip", "2, the finest")
    bike = motorcycle(reduce=0.5)
    assert calls == [("skip", (2,)), ("skip", ())]
    assert found.error == pytest.approx(np.linalg.norm(bike.flow, axis=-1)[bike.valid].mean())
    assert found.whole == pytest.approx(np.linalg.norm(bike.flow - (3, 4), axis=-1)[bike.valid].mean())
    assert receptive.ablate(without, "nothing", "4").error == found.whole
    picture = receptive.draw_ablated(found)
    assert f"{found.error:.2f} px" in picture.text
    assert "without the skip" in picture.text
    assert (picture.rgb[22:272, :370] == picture.rgb[22, 0]).all()  # zero everywhere: one colour


@pytest.mark.parametrize("slide", [(0, 0), (48, -32), (-144, 112), (160, 0)])
def test_the_best_score_stands_at_the_slide_where_a_displacement_meets_it(slide):
    assert reach.compute(*slide, 20, 2).best == slide


def test_between_two_steps_the_nearest_wins():
    u, v = reach.compute(72, 0, 20, 2).best
    assert (u, v) in ((64, 0), (80, 0))
    assert reach.compute(72, 0, 20, 1).best == (72, 0)


def test_features_as_they_are_have_a_hill_around_displacement_zero():
    def middle(kind):
        scores = reach.compute(96, -64, 20, 2, kind).scores
        return (scores[8:13, 8:13].mean() - scores.min()) / np.ptp(scores)

    assert middle(reach.CENTRED) < 0.2 < 0.4 < middle(reach.RAW)
    assert reach.compute(-144, 112, 20, 2, reach.RAW).best == (0, 0)  # the hill is higher than the peak


def test_out_of_reach_no_score_stands_out():
    inside, outside = reach.compute(152, 0, 20, 2), reach.compute(200, 0, 20, 2)
    assert np.ptp(outside.scores) < np.ptp(inside.scores) / 2
    assert "outside" in reach.draw(outside).text
    assert "inside" in reach.draw(reach.compute(48, -32, 20, 2)).text


def test_fewer_displacements_are_fewer_channels():
    for d, stride2, side in ((20, 2, 21), (20, 4, 11), (4, 1, 9)):
        assert reach.compute(48, -32, d, stride2).scores.shape == (side, side)
