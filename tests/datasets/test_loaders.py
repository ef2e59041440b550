"""Each data set in its real layout: the right files become the right item, wherever the set lies."""

import logging

import cv2
import numpy as np
import pytest
import torch

from flowlab import datasets

from .trees import SIZE, TREES, chairs, flow, hd1k, kitti, picture, sintel, vectors


@pytest.fixture(params=TREES)
def tree(request):
    return TREES[request.param]


def expected_item(root, first, second, truth):
    frames = [cv2.imread(str(root / name))[..., ::-1].transpose(2, 0, 1) / 255 for name in (first, second)]
    known = np.ones(SIZE, bool)
    if truth.endswith(".png"):
        known[::2] = False
    return *frames, np.where(known[..., None], vectors(root / truth), 0).transpose(2, 0, 1), known


def test_items_are_the_files_in_their_order(tree, tmp_path):
    root = tree.write(tmp_path)
    data = tree.load(tmp_path)
    assert len(data) == len(tree.pairs)
    for (first, second, truth), item in zip(tree.pairs, data, strict=True):
        assert [t.dtype for t in item] == [torch.float32] * 3 + [torch.bool]
        assert all(t.is_contiguous() for t in item)
        expected = expected_item(root, first, second, truth)
        if tree is TREES["sintel clean"]:
            expected[3][:, :5] = False  # training/invalid
        for got, want in zip(item, expected, strict=True):
            np.testing.assert_allclose(got.numpy(), want, atol=1e-6)


def test_a_whole_set_has_nothing_wrong_but_that_it_is_small(tree, tmp_path, capsys):
    tree.write(tmp_path)
    wrong = tree.load(tmp_path).check(progress=False)
    assert all("the complete set" in line for line in wrong)
    assert len(wrong) <= 1
    assert capsys.readouterr().err == ""


def test_a_check_shows_how_far_it_is(tmp_path, capsys):
    TREES["chairs"].write(tmp_path)
    datasets.FlyingChairs(tmp_path, "train").check()
    shown = capsys.readouterr().err
    assert "FlyingChairs train" in shown
    assert "3/3" in shown


@pytest.mark.parametrize("name", [name for name in TREES if name != "own"])
def test_a_set_is_found_by_its_folder_by_the_folder_around_it_and_by_the_environment(name, tmp_path, monkeypatch):
    tree = TREES[name]
    root = tree.write(tmp_path / "sets")
    assert tree.load(root).folder == root
    assert tree.load(tmp_path / "sets").folder == root
    monkeypatch.setenv("FLOWLAB_DATA", str(tmp_path / "sets"))
    assert tree.load(None).folder == root
    monkeypatch.delenv("FLOWLAB_DATA")
    (tmp_path / "sets").rename(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    assert (tmp_path / tree.load(None).folder) == tmp_path / "data" / tree.folder


def test_the_committed_sample_is_a_flying_chairs_and_has_both_splits():
    from pathlib import Path

    root = Path(__file__).parents[2] / "data" / "sample"
    train, val = (datasets.FlyingChairs(root, split) for split in ("train", "val"))
    assert (len(train), len(val)) == (5, 1)
    assert val.pairs[0].name == "00001"
    assert train.check(progress=False) == []


def test_the_split_is_the_files_and_the_loader_says_which(tmp_path, caplog):
    root = TREES["chairs"].write(tmp_path)
    with caplog.at_level(logging.INFO):
        train, val = (datasets.FlyingChairs(root, split) for split in ("train", "val"))
    assert [pair.name for pair in train.pairs] == ["00001", "00003", "00004"]
    assert [pair.name for pair in val.pairs] == ["00002", "00005"]
    assert val.split_file == root / "FlyingChairs_train_val.txt"
    assert str(val.split_file) in repr(val)
    assert str(val.split_file) in caplog.text


def test_without_a_split_file_only_all_pairs_can_be_had(tmp_path):
    root = TREES["chairs"].write(tmp_path)
    (root / "FlyingChairs_train_val.txt").unlink()
    assert len(datasets.FlyingChairs(root, "all")) == 5
    with pytest.raises(FileNotFoundError, match=r"no split file in .*35 of 640 pairs.*split='all' instead of 'val'"):
        datasets.FlyingChairs(root, "val")


def test_two_split_files_that_differ_are_a_choice_for_people(tmp_path):
    root = TREES["chairs"].write(tmp_path)
    (root / "chairs_split.txt").write_text("2\n1\n1\n1\n1\n")
    with pytest.raises(ValueError, match="say different things; choose one with split_file="):
        datasets.FlyingChairs(root, "train")
    chosen = datasets.FlyingChairs(root, "val", split_file=root / "chairs_split.txt")
    assert [pair.name for pair in chosen.pairs] == ["00001"]


def test_the_nearest_split_file_counts(tmp_path):
    root = TREES["chairs"].write(tmp_path)
    (tmp_path / "FlyingChairs_train_val.txt").write_text("2\n2\n2\n2\n2\n")
    assert len(datasets.FlyingChairs(root, "train")) == 3
    (root / "FlyingChairs_train_val.txt").unlink()
    assert len(datasets.FlyingChairs(root, "val")) == 5


def test_sintels_two_passes_share_their_flow(tmp_path):
    for name in ("sintel clean", "sintel final"):
        for first, second, truth in TREES[name].pairs:
            for path in (first, second):
                picture(tmp_path / path)
            flow(tmp_path / truth)
    both = datasets.Sintel(tmp_path, pass_name="both")
    assert [p.name.split("/")[0] for p in both.pairs] == ["clean"] * 3 + ["final"] * 3
    assert torch.equal(both[0][2], both[3][2])
    assert not torch.equal(both[0][0], both[3][0])


def test_sintels_occlusions(tmp_path):
    TREES["sintel clean"].write(tmp_path)
    hidden = datasets.Sintel(tmp_path).occlusion(1)
    assert hidden[:, :5].all()
    assert not hidden[:, 5:].any()
    TREES["sintel final"].write(tmp_path / "bare")
    with pytest.raises(ValueError, match="Sintel train final has no occlusion mask for final/alley_1/frame_0001"):
        datasets.Sintel(tmp_path / "bare", pass_name="final").occlusion(0)


@pytest.mark.parametrize(
    ("load", "files"),
    [
        (lambda root: datasets.Sintel(root, "test"), sintel("clean", "test")),
        (lambda root: datasets.KittiFlow(root, "test"), kitti("image_2", None)),
        (lambda root: datasets.HD1K(root, "test"), hd1k("hd1k_challenge")),
        (
            lambda root: datasets.Middlebury(root, "test"),
            [("eval-data/Army/frame10.png", "eval-data/Army/frame11.png", None)],
        ),
    ],
)
def test_in_a_test_set_the_flow_is_known_nowhere(load, files, tmp_path):
    for first, second, _ in files:
        picture(tmp_path / first)
        picture(tmp_path / second)
    data = load(tmp_path)
    assert len(data) == len(files)
    img1, _, w, valid = data[0]
    assert img1.any()
    assert w.shape == (2, *SIZE)
    assert not w.any()
    assert not valid.any()
    assert "known nowhere" not in "".join(data.check(progress=False))


def test_a_set_numbered_from_0_keeps_its_first_pair(tmp_path):
    for n in range(3):
        picture(tmp_path / f"Sintel/training/clean/own/frame_{n:04d}.png")
        for part in ("img1", "img2"):
            picture(tmp_path / f"FlyingChairs/data/{n:05d}_{part}.ppm")
        flow(tmp_path / f"FlyingChairs/data/{n:05d}_flow.flo")
    for n in range(2):
        flow(tmp_path / f"Sintel/training/flow/own/frame_{n:04d}.flo")
    assert [pair.name for pair in datasets.Sintel(tmp_path).pairs] == ["clean/own/frame_0000", "clean/own/frame_0001"]
    assert [pair.name for pair in datasets.FlyingChairs(tmp_path, "all").pairs] == ["00000", "00001", "00002"]
    (tmp_path / "Sintel/training/clean/own/frame_0000.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"is incomplete: 1 files are missing .*frame_0000\.png"):
        datasets.Sintel(tmp_path)


def test_hd1k_pairs_frames_of_one_sequence(tmp_path):
    root = TREES["hd1k"].write(tmp_path)
    assert [pair.name for pair in datasets.HD1K(tmp_path).pairs] == ["000000_0009", "000000_0010", "000003_0010"]
    assert datasets.HD1K(root).check(progress=False) == []


def test_own_pairs_lie_in_linked_folders_too(tmp_path):
    """2 pairs in the folder itself, 2 behind a link, 2 behind a link in a sub-folder; and a link back up."""
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere"
    for folder, names in ((own, "ab"), (elsewhere / "one", "cd"), (elsewhere / "two", "ef")):
        for name in names:
            for part in ("img1.png", "img2.png"):
                picture(folder / f"{name}_{part}")
            flow(folder / f"{name}_flow.flo")
    (own / "sub").mkdir()
    (own / "linked").symlink_to(elsewhere / "one")
    (own / "sub" / "linked").symlink_to("../../elsewhere/two")
    (own / "sub" / "up").symlink_to(own)
    (elsewhere / "one" / "round").symlink_to(elsewhere / "one")
    names = ["a", "b", "linked/c", "linked/d", "sub/linked/e", "sub/linked/f"]
    data = datasets.FlowFolder(own)
    assert [pair.name for pair in data.pairs] == names
    assert data.check(progress=False) == []
    (tmp_path / "all").symlink_to(own)
    assert [pair.name for pair in datasets.FlowFolder(tmp_path / "all").pairs] == names
    only_links = tmp_path / "only"
    only_links.mkdir()
    (only_links / "x").symlink_to(elsewhere / "one")
    assert len(datasets.FlowFolder(only_links)) == 2


@pytest.mark.parametrize("name", ["z_img1.png", "z_img2.png", "z_flow.flo", "mine/a_invalid.png"])
def test_a_link_to_a_file_that_is_gone_is_named(name, tmp_path):
    """A pair of which only such links are left disappeared, and a mask was left out, without a word."""
    TREES["own"].write(tmp_path)
    (tmp_path / name).symlink_to("/gone/away")
    with pytest.raises(FileNotFoundError, match=rf"{name} is a link to nowhere; mend or remove it"):
        datasets.FlowFolder(tmp_path)


def test_chairs_of_more_than_99999_pairs_are_in_the_order_of_their_numbers(tmp_path):
    """The order is that of the lines of a split file."""
    for number in ("99999", "100000", "00001"):
        for part in ("img1.ppm", "img2.ppm"):
            picture(tmp_path / f"data/{number}_{part}")
        flow(tmp_path / f"data/{number}_flow.flo")
    (tmp_path / "FlyingChairs_train_val.txt").write_text("1\n1\n2\n")
    assert [pair.name for pair in datasets.FlyingChairs(tmp_path, "train").pairs] == ["00001", "99999"]


def test_things_into_the_past_goes_from_the_later_frame_to_the_earlier(tmp_path):
    TREES["things"].write(tmp_path)
    past = datasets.FlyingThings3D(tmp_path, direction="past")
    assert [(p.img1.name, p.img2.name) for p in past.pairs[:2]] == [("0007.png", "0006.png"), ("0008.png", "0007.png")]


def test_own_pairs_heed_masks(tmp_path):
    TREES["own"].write(tmp_path)
    white = np.zeros(SIZE, np.uint8)
    white[3] = 255
    cv2.imwrite(str(tmp_path / "mine" / "a_invalid.png"), white)
    cv2.imwrite(str(tmp_path / "mine" / "a_occlusion.png"), white.T.reshape(SIZE))
    data = datasets.FlowFolder(tmp_path)
    np.testing.assert_array_equal(data[0][3].numpy(), white == 0)
    np.testing.assert_array_equal(data.occlusion(0), white.T.reshape(SIZE) > 0)
    assert data[1][3].all()
    cv2.imwrite(str(tmp_path / "mine" / "a_invalid.png"), white // 255)
    with pytest.raises(ValueError, match=r"a_invalid\.png has values up to 1; a mask is white \(255\)"):
        data[0]


def test_a_function_may_transform_as_in_torchvision(tmp_path):
    TREES["chairs"].write(tmp_path)
    data = datasets.FlyingChairs(tmp_path, "all", lambda *item: [part.flip(-1) for part in item])
    plain = datasets.FlyingChairs(tmp_path, "all")
    assert torch.equal(data[2][0], plain[2][0].flip(-1))


def test_copies_leftovers_are_no_pairs(tmp_path):
    root = TREES["chairs"].write(tmp_path)
    (root / "data" / "._00001_img1.ppm").write_bytes(b"\0")
    (root / "data" / "readme.txt").write_text("hello")
    assert len(datasets.FlyingChairs(root, "all")) == len(chairs(5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: datasets.FlyingChairs(split="test"), "split must be one of train, val, all, got 'test'"),
        (lambda: datasets.Sintel(pass_name="albedo"), "pass_name must be one of clean, final, both, got 'albedo'"),
        (lambda: datasets.KittiFlow(year=2013), "year must be 2012 or 2015, got 2013"),
        (lambda: datasets.FlyingThings3D(camera="top"), "camera must be one of left, right, both, got 'top'"),
    ],
)
def test_an_unknown_choice_is_refused_with_the_choices(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_numbers_outside_are_refused_and_negative_ones_count_from_the_end(tmp_path):
    TREES["chairs"].write(tmp_path)
    data = datasets.FlyingChairs(tmp_path, "all")
    assert torch.equal(data[-1][0], data[4][0])
    with pytest.raises(IndexError, match="item 5 of 5 of FlyingChairs all"):
        data[5]
