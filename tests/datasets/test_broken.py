"""A set that is not there, half there or damaged says what is wrong, and where."""

import re

import pytest
from torch.utils.data import DataLoader

from flowlab import datasets

from .trees import SIZE, TREES, flow, picture


@pytest.fixture(params=TREES)
def name(request):
    return request.param


def test_a_set_that_is_not_there_says_where_it_looked_and_what_it_expects(name, tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        TREES[name].load(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(error.value)


def test_an_empty_folder_is_no_set(name, tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        TREES[name].load(tmp_path)
    said = str(error.value)
    assert str(tmp_path) in said
    if name != "own":
        assert f"{tmp_path}: has no " in said
        assert "Expected a folder such as " in said
        assert "http" in said


@pytest.mark.parametrize("name", [name for name in TREES if name != "own"])
def test_an_archive_that_was_not_unpacked_is_pointed_at(name, tmp_path):
    (tmp_path / TREES[name].archive).write_bytes(b"PK")
    with pytest.raises(FileNotFoundError, match=re.escape(f"{tmp_path / TREES[name].archive} lies there: unpack it")):
        TREES[name].load(tmp_path)


def test_folders_without_files_are_an_unpacking_that_failed(name, tmp_path):
    if name == "own":
        (tmp_path / "mine").mkdir()
    else:
        root = TREES[name].write(tmp_path)
        for path in sorted(root.rglob("*"), reverse=True):
            if path.is_file():
                path.unlink()
    with pytest.raises(FileNotFoundError, match=r"holds none of its files|is incomplete: 6 files"):
        TREES[name].load(tmp_path)


@pytest.mark.parametrize("part", [0, 1, 2], ids=["frame 1", "frame 2", "flow"])
def test_a_file_that_is_missing_is_named_before_training_begins(name, part, tmp_path):
    tree = TREES[name]
    root = tree.write(tmp_path)
    (root / tree.pairs[0][part]).unlink()
    with pytest.raises(FileNotFoundError, match="is incomplete: 1 files are missing") as error:
        tree.load(tmp_path)
    stem = tree.pairs[0][part].rsplit(".", 1)[0]
    assert str(root / stem) in str(error.value)


@pytest.mark.parametrize("name", ["chairs", "sintel clean", "sintel final"])
def test_a_pair_that_is_missing_altogether_shows_by_its_number(name, tmp_path):
    tree = TREES[name]
    root = tree.write(tmp_path)
    for path in tree.pairs[1] if name == "chairs" else (tree.pairs[0][0], tree.pairs[0][2]):
        (root / path).unlink()
    with pytest.raises(FileNotFoundError, match=r"is incomplete: [23] files are missing"):
        tree.load(tmp_path)


def _cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _pointer(path):
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n")


def _empty(path):
    path.write_bytes(b"")


def _page(path):
    path.write_bytes(b"<html>404 not found</html>")


DAMAGE = {
    "a flow cut off": (2, _cut),
    "a flow that is empty": (2, _empty),
    "a flow that is a Git LFS pointer": (2, _pointer),
    "a flow that is a web page": (2, _page),
    "a frame cut off": (0, _cut),
    "a frame that is empty": (1, _empty),
    "a frame that is a Git LFS pointer": (1, _pointer),
    "a frame of another size": (1, lambda path: picture(path, (SIZE[0], SIZE[1] + 1))),
    "a flow of another size": (2, lambda path: flow(path, (SIZE[0] - 1, SIZE[1]))),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_broken_file_is_named_when_it_is_read_and_by_check(name, damage, tmp_path):
    tree, (part, harm) = TREES[name], DAMAGE[damage]
    root = tree.write(tmp_path)
    broken = root / tree.pairs[-1][part]
    harm(broken)
    data = tree.load(tmp_path)
    at = len(data) - 1
    with pytest.raises(ValueError, match=re.escape(str(broken))):
        data[at]
    wrong = [line for line in data.check(progress=False) if "the complete set" not in line]
    assert len(wrong) == 1 or name.startswith("things")  # there a frame belongs to several pairs
    assert all(str(broken) in line for line in wrong)
    data[0]


def test_a_broken_file_is_named_through_a_loaders_workers(tmp_path):
    root = TREES["chairs"].write(tmp_path)
    _cut(root / "data" / "00003_flow.flo")
    loader = DataLoader(datasets.FlyingChairs(root, "all"), num_workers=1)
    with pytest.raises(ValueError, match=r"00003_flow\.flo"):
        list(loader)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"1\n2\n1\n",
            "has 3 lines, but there are 5 pairs .the last is 00005.: the data set is not unpacked",
        ),
        (b"1\n2\n3\n1\n1\n", "line 3: expected 1 .training. or 2 .validation., got '3'"),
        (b"1\n2\n\xff", "byte 4 is no text"),
    ],
)
def test_a_split_file_that_does_not_fit_is_refused(content, message, tmp_path):
    root = TREES["chairs"].write(tmp_path)
    (root / "FlyingChairs_train_val.txt").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        datasets.FlyingChairs(root, "train")


def test_the_pass_that_is_not_unpacked_is_named(tmp_path):
    TREES["sintel clean"].write(tmp_path)
    with pytest.raises(FileNotFoundError, match="Sintel: has no training/final/"):
        datasets.Sintel(tmp_path, pass_name="final")


def test_kitti_2012_is_not_2015(tmp_path):
    root = TREES["kitti 2012"].write(tmp_path)
    with pytest.raises(
        FileNotFoundError, match=re.escape(f"{root}: has no training/image_2/ and no training/flow_occ/")
    ):
        datasets.KittiFlow(root)


def test_a_set_with_fewer_pairs_than_the_complete_one_is_said_to_be(tmp_path, caplog):
    TREES["kitti 2015"].write(tmp_path)
    data = datasets.KittiFlow(tmp_path)
    assert "has 3 pairs, the complete set 200" in caplog.text
    assert "has 3 pairs, the complete set 200" in data.check(progress=False)[0]


def test_a_flow_that_is_known_nowhere_is_found_by_check(tmp_path):
    root = TREES["chairs"].write(tmp_path)
    path = root / "data" / "00002_flow.flo"
    head = path.read_bytes()[:12]
    path.write_bytes(head + b"\xff" * (path.stat().st_size - 12))  # NaN
    wrong = datasets.FlyingChairs(root, "train").check(progress=False) + datasets.FlyingChairs(root, "val").check(
        progress=False
    )
    assert wrong == [f"{path}: the flow is known nowhere"]


def test_two_files_for_one_thing_are_refused(tmp_path):
    TREES["own"].write(tmp_path)
    picture(tmp_path / "mine" / "a_img1.png")
    with pytest.raises(ValueError, match=r"a_img1\.\w+ and .*a_img1\.\w+ are two files for one thing"):
        datasets.FlowFolder(tmp_path)


def test_without_flowlab_data_the_message_mentions_it(tmp_path, monkeypatch):
    monkeypatch.delenv("FLOWLAB_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="FLOWLAB_DATA is not set"):
        datasets.Middlebury()
