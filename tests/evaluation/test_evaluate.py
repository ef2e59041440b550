"""A method on a data set: what goes in, what comes out, and what survives a kill."""

import csv
import importlib
import json
import math
import sys

import numpy as np
import pytest
import torch

import flowlab
from flowlab.chairs import make_pair, write_dataset
from flowlab.classical import fuse, horn_schunck, refine, run
from flowlab.datasets.samples import moving_photograph
from flowlab.evaluation import Generated, evaluate, method_of
from flowlab.field import read_image, resize_flow, write_flow, write_image
from flowlab_course.chapters.ch04.disc import moving_disc

SIZE = (48, 64)


@pytest.fixture(scope="module")
def discs():
    return [moving_disc(8, 3, seed=seed, size=SIZE) for seed in range(3)]


class Constant(torch.nn.Module):
    """Says (u, v) = bias everywhere, and remembers what it was given."""

    def __init__(self, u, v):
        super().__init__()
        self.bias = torch.nn.Parameter(torch.tensor([float(u), float(v)]))

    def forward(self, img1, img2):
        self.seen = img1, img2, self.training
        return self.bias[None, :, None, None].expand(len(img1), 2, *img1.shape[2:])


def test_zero_flow_is_off_by_the_motion(discs):
    result = evaluate("zero", discs)
    lengths = [np.linalg.norm(pair.flow, axis=-1) for pair in discs]
    assert result["epe"] == pytest.approx(np.mean(lengths))
    assert result["images"] == 3
    assert [row["name"] for row in result.samples] == [pair.name for pair in discs]


@pytest.mark.parametrize("name", ["dis", "farneback", "horn-schunck"])
def test_a_classical_method_by_name_is_that_method(name, discs):
    errors = [flowlab.epe(run(name, pair.img1, pair.img2), pair.flow) for pair in discs]
    assert evaluate(name, discs)["epe_over_images"] == pytest.approx(np.mean(errors), rel=1e-6)


def test_a_function_is_given_bytes_and_timed(discs):
    seen = []

    def still(img1, img2):
        seen.append((img1.dtype, img1.shape, img2.dtype))
        return np.zeros((*img1.shape[:2], 2))

    result = evaluate(still, discs)
    assert result.method == "still"
    assert seen == [(np.uint8, (*SIZE, 3), np.uint8)] * 3
    assert 0 <= result["seconds_per_pair"] < 1
    assert all(row["seconds"] >= 0 for row in result.samples)


def test_a_network_is_given_batches_of_one_in_0_to_1_in_evaluation_mode_and_left_as_it_was(discs):
    model = Constant(3, 0).train()
    result = evaluate(model, discs[:1])
    img1, img2, training = model.seen
    assert (img1.shape, img1.dtype, training) == ((1, 3, *SIZE), torch.float32, False)
    np.testing.assert_allclose(img2[0].permute(1, 2, 0), discs[0].img2 / 255, atol=1e-6)
    assert model.training
    on = discs[0].flow[..., 0] > 0
    assert result["epe"] == pytest.approx(3 * (~on).mean(), rel=1e-5)


def test_enlarged_pictures_give_a_flow_in_the_pixels_of_the_original():
    model = Constant(5, -2.5)
    flow = method_of(model, scale=1.25)(*np.zeros((2, 40, 60, 3), np.uint8))
    assert model.seen[0].shape == (1, 3, 50, 75)
    np.testing.assert_allclose(flow, np.broadcast_to(np.float32([4, -2]), (40, 60, 2)), atol=1e-5)


def test_enlargement_reaches_classical_methods_too():
    pair = moving_photograph("coffee", translation=(3.0, 1.0), size=(96, 128))
    from cv2 import INTER_LINEAR, resize

    large = [resize(img, (160, 120), interpolation=INTER_LINEAR) for img in (pair.img1, pair.img2)]
    expected = resize_flow(horn_schunck(*large), (96, 128))
    np.testing.assert_allclose(method_of("horn-schunck", scale=1.25)(pair.img1, pair.img2), expected, atol=1e-6)


def test_plus_v_refines():
    pair = moving_photograph("coffee", translation=(3.0, 1.0), size=(96, 128))
    expected = refine(pair.img1, pair.img2, run("dis", pair.img1, pair.img2))
    method = method_of("dis+v")
    assert method.name == "dis+v"
    np.testing.assert_array_equal(method(pair.img1, pair.img2), expected)


def test_plus_flips_is_the_mean_over_the_mirrored_pairs():
    pair = moving_photograph("coffee", translation=(3.0, 1.0), size=(96, 128))

    def dis(flip):
        return run("dis", *(np.ascontiguousarray(flip(img)) for img in (pair.img1, pair.img2)))

    as_it_is = dis(lambda img: img)
    mirrored = np.fliplr(dis(np.fliplr)) * (-1, 1)
    upside_down = np.flipud(dis(np.flipud)) * (1, -1)
    turned = np.rot90(dis(lambda img: np.rot90(img, 2)), 2) * (-1, -1)
    expected = (as_it_is + mirrored + upside_down + turned) / 4
    flow = method_of("dis+flips")(pair.img1, pair.img2)
    np.testing.assert_allclose(flow, expected, atol=1e-5)
    assert np.abs(flow - as_it_is).max() > 0.01


def test_suffixes_are_applied_from_left_to_right():
    pair = moving_photograph("coffee", translation=(3.0, 1.0), size=(96, 128))
    forward, backward = (pair.img1, pair.img2), (pair.img2, pair.img1)

    def flipped(pair):
        return method_of("farneback+flips")(*pair)

    closer = run("dis", *forward, initial=flipped(forward))
    chosen = [(flipped(forward), flipped(backward)), (closer, run("dis", *backward, initial=flipped(backward)))]
    chosen += [(run("dis", *forward), run("dis", *backward))]
    expected = {
        "farneback+flips+dis": closer,
        "farneback+flips+dis+v": refine(*forward, closer),
        "farneback+flips+fuse": fuse(*forward, chosen),
        "farneback+flips+fuse+v": refine(*forward, fuse(*forward, chosen)),
    }
    for name, flow in expected.items():
        method = method_of(name)
        assert method.name == name
        np.testing.assert_array_equal(method(*forward), flow, err_msg=name)


@pytest.mark.parametrize("name", ["dis+v+v", "dis+v+flips", "dis+dis+flips", "zero+dis+fuse", "dis+flips+flips+v"])
def test_suffixes_in_another_order_are_refused(name):
    with pytest.raises(ValueError, match=r"each once, in the order \+flips, \+dis or \+fuse, \+v"):
        method_of(name)


def test_a_network_with_suffixes_keeps_its_digest_and_finds_a_leap():
    plain, chain = method_of("flownets-small"), method_of("flownets-small+flips+fuse+v")
    assert chain.digest == plain.digest != ""
    pair = make_pair(3, 0, (128, 192))

    def error(flow):
        return np.linalg.norm(flow - pair.flow, axis=-1).mean()

    assert error(chain(pair.img1, pair.img2)) < error(plain(pair.img1, pair.img2))


def test_what_is_hidden_is_judged_apart():
    pair = make_pair(3, 0, SIZE)
    assert 0 < pair.occlusion.mean() < 1
    error = np.linalg.norm(pair.flow, axis=-1)
    result = evaluate("zero", [pair])
    assert result["epe_occluded_over_pixels"] == pytest.approx(error[pair.occlusion].mean(), rel=1e-5)
    assert result["epe_visible_over_pixels"] == pytest.approx(error[~pair.occlusion].mean(), rel=1e-5)


def test_items_in_torchs_layout_and_in_numpys_are_the_same_pairs(discs):
    def tensors(pair):
        frames = (torch.from_numpy(img).permute(2, 0, 1).float() / 255 for img in (pair.img1, pair.img2))
        return (*frames, torch.from_numpy(pair.flow).permute(2, 0, 1), torch.from_numpy(pair.valid))

    ours, theirs = evaluate("dis", discs), evaluate("dis", [tensors(pair) for pair in discs])
    without_time = [{k: v for k, v in r.items() if k != "seconds_per_pair"} for r in (ours, theirs)]
    assert str(without_time[0]) == str(without_time[1])  # as text, in which NaN equals NaN


def test_a_stream_of_chairs_is_a_data_set():
    stream = flowlab.chairs.ChairsStream(seed=0, length=2, size=SIZE)
    expected = np.mean([np.linalg.norm(make_pair(0, i, SIZE).flow, axis=-1).mean() for i in range(2)])
    assert evaluate("zero", stream)["epe"] == pytest.approx(expected, rel=1e-4)


def test_held_out_chairs_are_other_than_those_of_small_seeds_and_the_same_every_time():
    first, again = (Generated(2, SIZE)[1] for _ in range(2))
    np.testing.assert_array_equal(first.img1, again.img1)
    assert (first.img1 != make_pair(0, 1, SIZE).img1).any()
    np.testing.assert_array_equal(Generated(2, SIZE, seed=0)[1].img1, make_pair(0, 1, SIZE).img1)
    assert first.occlusion is not None


def test_only_so_many_pairs_as_asked_for(discs):
    assert evaluate("zero", discs, limit=2)["images"] == 2
    assert evaluate("zero", discs, limit=9)["images"] == 3
    with pytest.raises(ValueError, match="limit must be at least 1, got 0"):
        evaluate("zero", discs, limit=0)


def test_a_folder_of_pairs_is_read_and_others_in_it_are_passed_over(tmp_path, discs):
    for pair in discs[:2]:
        place = tmp_path / pair.name.replace(" ", "_")
        place.mkdir(exist_ok=True)
    (tmp_path / "notes").mkdir()
    for i, name in enumerate(("a", "b")):
        (tmp_path / name).mkdir()
        write_image(tmp_path / name / "img1.png", discs[i].img1)
        write_image(tmp_path / name / "img2.png", discs[i].img2)
        write_flow(tmp_path / name / "gt.flo", discs[i].flow)
    result = evaluate("dis", tmp_path)
    assert [row["name"] for row in result.samples] == ["a", "b"]
    assert result["epe"] == pytest.approx(evaluate("dis", discs[:2])["epe"])


def test_the_data_sets_of_others_are_judged_by_their_names_and_masks(tmp_path):
    root = write_dataset(tmp_path / "chairs", count=3, size=SIZE, progress=False)
    by_hand = [np.linalg.norm(make_pair(0, i, SIZE).flow, axis=-1).mean() for i in range(3)]
    for data in (root, flowlab.datasets.FlyingChairs(root, "all")):
        result = evaluate("zero", data)
        assert [row["name"] for row in result.samples] == ["00001", "00002", "00003"]
        assert result["epe"] == pytest.approx(np.mean(by_hand), rel=1e-4)

    pair, mine = make_pair(3, 0, SIZE), tmp_path / "mine"
    mine.mkdir()
    write_image(mine / "a_img1.png", pair.img1)
    write_image(mine / "a_img2.png", pair.img2)
    write_flow(mine / "a_flow.flo", pair.flow)
    write_image(mine / "a_occlusion.png", (255 * pair.occlusion[..., None].repeat(3, axis=2)).astype(np.uint8))
    result = evaluate("zero", mine)
    error = np.linalg.norm(pair.flow, axis=-1)
    assert result["epe_occluded_over_pixels"] == pytest.approx(error[pair.occlusion].mean(), rel=1e-5)


def test_the_report_holds_every_pair_as_csv_json_and_markdown(tmp_path, discs):
    pairs = [*discs, make_pair(3, 0, SIZE)]
    result = evaluate("dis", pairs, out=tmp_path)
    with (tmp_path / "samples.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["epe"]) for row in rows] == [row["epe"] for row in result.samples]
    assert rows[0]["epe_occluded"] == ""
    assert float(rows[3]["epe_occluded"]) == result.samples[3]["epe_occluded"]
    whole = json.loads((tmp_path / "evaluation.json").read_text())
    assert (whole["method"], len(whole["samples"])) == ("dis", 4)
    assert whole["metrics"]["epe"] == result["epe"]
    assert math.isnan(result["epe_s40_plus_over_pixels"])
    assert whole["metrics"]["epe_s40_plus_over_pixels"] is None
    text = (tmp_path / "evaluation.md").read_text()
    assert f"| epe | px | {result['epe']:.3f} | {result['epe_over_images']:.3f} |" in text
    assert all(f"| {row['name']} | {row['epe']:.3f} |" in text for row in result.samples)


def test_the_worst_pairs_are_drawn_the_worst_first(tmp_path):
    pairs = [moving_disc(8, step, size=SIZE) for step in (2, 20, 9)]
    result = evaluate("zero", pairs, out=tmp_path, worst=2)
    assert [row["name"] for row in result.worst(2)] == [pairs[1].name, pairs[2].name]
    files = sorted((tmp_path / "worst").iterdir())
    assert [file.name for file in files] == [
        "01_disc_of_radius_8_px_by_20_px.png",
        "02_disc_of_radius_8_px_by_9_px.png",
    ]
    picture = read_image(files[0])
    np.testing.assert_array_equal(picture[: SIZE[0], : SIZE[1]], pairs[1].img1)
    truth, found, error = (picture[SIZE[0] + 6 :, x * (SIZE[1] + 6) :][:, : SIZE[1]] for x in range(3))
    np.testing.assert_array_equal(truth, flowlab.flow_to_image(pairs[1].flow, max_flow=20))
    assert (found == 255).all()  # no motion is white
    bright = error.astype(int).sum(axis=2) > 400
    np.testing.assert_array_equal(bright, pairs[1].flow[..., 0] > 0)
    assert str(files[0].name) in (tmp_path / "evaluation.md").read_text()
    with pytest.raises(ValueError, match="give out="):
        evaluate("zero", pairs, worst=1)


class Killed(Exception):
    """Stands for a kill."""


def dying(after):
    """A method that is killed when it has done so many pairs; counts its calls."""

    def still(img1, img2):
        if len(still.calls) == after:
            raise Killed
        still.calls.append(1)
        return np.zeros((*img1.shape[:2], 2), np.float32)

    still.calls = []
    return still


def test_a_run_that_was_killed_goes_on_and_ends_as_one_that_was_not(tmp_path, discs):
    with pytest.raises(Killed):
        evaluate(dying(2), discs, out=tmp_path)
    with (tmp_path / "samples.jsonl").open("a") as stream:
        stream.write('{"index": 2, "na')  # what a kill leaves of a line
    second = dying(None)
    result = evaluate(second, discs, out=tmp_path)
    assert len(second.calls) == 1
    whole = evaluate(dying(None), discs)
    assert {k: v for k, v in result.items() if v == v and k != "seconds_per_pair"} == {
        k: v for k, v in whole.items() if v == v and k != "seconds_per_pair"
    }
    third = dying(None)
    evaluate(third, discs, out=tmp_path)
    assert not third.calls


def test_the_rows_of_other_weights_are_not_taken_for_these(tmp_path, discs):
    evaluate(Constant(1, 0), discs, out=tmp_path)
    with pytest.raises(ValueError, match=r"samples.jsonl holds another evaluation: digest [0-9a-f]{16} instead of"):
        evaluate(Constant(2, 0), discs, out=tmp_path)
    with pytest.raises(ValueError, match="method Constant instead of zero"):
        evaluate("zero", discs, out=tmp_path)


def test_the_rows_of_another_edition_of_a_function_are_not_taken_for_these(tmp_path, discs, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    for right in (1, 2):
        monkeypatch.delitem(sys.modules, "judged", raising=False)
        code = "import numpy as np\ndef still(a, b):\n    return np.full((*a.shape[:2], 2), {}, np.float32)\n"
        (tmp_path / "judged.py").write_text(code.format(f"{right}.0" + "0" * right))  # of another length, too
        importlib.invalidate_caches()
        if right == 1:
            evaluate("judged:still", discs, out=tmp_path / "out")
    with pytest.raises(ValueError, match=r"holds another evaluation: digest [0-9a-f]{16} instead of"):
        evaluate("judged:still", discs, out=tmp_path / "out")


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_weights_are_told_apart_whatever_their_type_and_layout(layout):
    def digest(change, dtype):
        net = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.BatchNorm2d(2))
        for value in net.state_dict().values():
            value.fill_(1)
        net[0].bias.data[1] += change
        return method_of(net.to(dtype).to(memory_format=layout)).digest

    for dtype in (torch.float32, torch.bfloat16):
        assert digest(0, dtype) == digest(0, dtype) != digest(1, dtype)


def test_a_journal_that_is_none_is_named(tmp_path, discs):
    (tmp_path / "samples.jsonl").write_text("hello\n")
    with pytest.raises(ValueError, match=r"samples.jsonl is not a journal of an evaluation"):
        evaluate("zero", discs, out=tmp_path)


IMAGE, DISC = np.zeros((4, 4, 3)), moving_disc(8, 3, size=SIZE)


def too_small(img1, img2):
    return np.zeros((3, 3, 2))


@pytest.mark.parametrize(
    ("model", "data", "error", "said"),
    [
        ("magic", [DISC], ValueError, "unknown method 'magic'; choose one of zero, lucas-kanade"),
        (3, [DISC], TypeError, "cannot judge a int"),
        ("zero", [], ValueError, "the data set is empty"),
        ("zero", 3, TypeError, "a data set has a length and items by number, got int"),
        ("zero", "nowhere", ValueError, "no data set 'nowhere', and no such folder; choose one of chairs, motions"),
        ("zero", [(IMAGE, IMAGE)], ValueError, r"pair 00000 must be \(img1, img2, flow, valid\), got a tuple"),
        ("zero", [(IMAGE, IMAGE, np.zeros((4, 5, 2)))], ValueError, "one size, got 4 x 4, 4 x 4, 4 x 5"),
        (too_small, [DISC], ValueError, r"too_small returned shape \(3, 3, 2\), expected \(48, 64, 2\)"),
    ],
)
def test_what_cannot_be_judged_is_refused(model, data, error, said):
    with pytest.raises(error, match=said):
        evaluate(model, data)


def test_a_scale_of_zero_is_refused():
    with pytest.raises(ValueError, match=r"scale must be from 0.01 to 100, got 0"):
        method_of("zero", scale=0)
