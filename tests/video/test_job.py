"""A folder of results: every kind is what it says, nothing is done twice, and no two runs are mixed."""

import json

import cv2
import numpy as np
import pytest

import flowlab
from flowlab.classical import run
from flowlab.field import write_image
from flowlab.video import Job, frames
from flowlab.video.job import MANIFEST, Outputs, checked_kinds
from tests.video.clips import STEP, clip, damaged, picture, window

ALL = ("flo", "kitti", "color", "arrows", "mask", "video")


def dis(img1, img2):
    return run("dis", img1, img2)


@pytest.fixture
def folder(tmp_path):
    scene = picture(120, 200)
    (tmp_path / "in").mkdir()
    for index in range(4):
        write_image(tmp_path / "in" / f"{index}.png", window(scene, index, (96, 128)))
    return tmp_path / "in"


def job(source, out, *, kinds=("flo",), estimate=dis, backward=False, max_flow=None, method="dis"):
    return Job(source, Outputs(out, kinds, backward), estimate, method, max_flow)


def content(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_kind_holds_the_flow_between_its_two_frames(folder, tmp_path):
    out = tmp_path / "out"
    report = job(folder, out, kinds=ALL, backward=True, max_flow=10).run()
    assert (report.frames, report.estimated, report.kept, report.broken) == (4, 3, 0, [])
    flow, valid = flowlab.read_flow(out / "1.flo")
    middle = flow[20:-20, 20:-20]
    assert valid.all()
    assert np.abs(np.median(middle, axis=(0, 1)) + STEP).max() < 0.1  # the window goes right, so the picture left
    kitti, _ = flowlab.read_flow(out / "1.kitti.png")
    assert np.abs(kitti - flow).max() <= 1 / 128
    back, _ = flowlab.read_flow(out / "1.backward.flo")
    assert np.abs(np.median(back[20:-20, 20:-20], axis=(0, 1)) - STEP).max() < 0.1
    assert (flowlab.read_image(out / "1.color.png") == flowlab.flow_to_image(flow, max_flow=10)).all()
    mask = cv2.imread(str(out / "1.mask.png"), cv2.IMREAD_UNCHANGED)
    assert ((mask == 255) == ~flowlab.occlusion(flow, back)).all()
    arrows = flowlab.read_image(out / "1.arrows.png")
    changed = (arrows != flowlab.read_image(folder / "1.png")).any(axis=2).mean()
    assert 0.02 < changed < 0.5
    video = [frame.image for frame in frames(out / "flow.mp4")]
    assert len(video) == 3
    assert np.abs(video[1].astype(int) - flowlab.flow_to_image(flow, max_flow=10)).mean() < 8


def test_what_is_there_is_not_estimated_again(folder, tmp_path):
    asked = []

    def counted(img1, img2):
        asked.append(1)
        return dis(img1, img2)

    out = tmp_path / "out"
    job(folder, out, kinds=("flo", "color"), estimate=counted).run()
    before = content(out)
    (out / "1.flo").unlink()
    report = job(folder, out, kinds=("flo", "color"), estimate=counted).run()
    assert (len(asked), report.estimated, report.kept) == (4, 1, 2)
    assert content(out) == before
    job(folder, out, kinds=("mask",), estimate=counted).run()  # another kind: there and back, three times
    assert len(asked) == 10


def test_the_scale_of_colours_is_chosen_once_and_stays(folder, tmp_path):
    out = tmp_path / "out"
    first = job(folder, out).run()
    assert 3 < first.max_flow < 6  # the true motion is 3.16 px
    again = job(folder, out, kinds=("color",), estimate=lambda a, b: 9 * dis(a, b)).run()
    assert again.max_flow == first.max_flow


def test_a_video_of_a_folder_that_has_grown_is_made_anew(folder, tmp_path):
    out = tmp_path / "out"
    job(folder, out, kinds=("video",)).run()
    assert job(folder, out, kinds=("video",)).run().estimated == 0
    write_image(folder / "4.png", flowlab.read_image(folder / "3.png"))
    assert job(folder, out, kinds=("video",)).run().estimated == 4
    assert len(list(frames(out / "flow.mp4"))) == 4


def test_broken_frames_are_named_counted_and_grey_in_the_video(tmp_path):
    clip(tmp_path / "a.avi", 10, codec="mjpeg")
    out = tmp_path / "out"
    report = job(damaged(tmp_path / "a.avi", of=[3]), out, kinds=("flo", "video")).run()
    assert (report.frames, report.estimated) == (10, 7)
    (line,) = report.broken
    assert line.startswith("frame 000003: at 0.12 s")
    assert sorted(path.stem for path in out.glob("*.flo")) == [f"{i:06d}" for i in range(9) if i not in (2, 3)]
    video = [frame.image for frame in frames(out / "flow.mp4")]
    assert len(video) == 9
    assert [index for index, image in enumerate(video) if image.std() < 3] == [2, 3]


def test_an_error_midway_leaves_what_was_finished_and_the_rest_follows(folder, tmp_path):
    out, whole = tmp_path / "out", tmp_path / "whole"
    calls = []

    def fails_at_the_third(img1, img2):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return dis(img1, img2)

    with pytest.raises(KeyboardInterrupt):
        job(folder, out, kinds=ALL[:3], estimate=fails_at_the_third).run()
    assert (out / "1.flo").exists()
    assert not (out / "2.flo").exists()
    job(folder, out, kinds=ALL[:3]).run()
    job(folder, whole, kinds=ALL[:3]).run()
    assert content(out) == content(whole)


@pytest.mark.parametrize("kinds", [("color", "video"), ("flo", "video"), ("kitti", "video"), ("mask", "video")])
def test_after_a_stop_the_video_is_encoded_anew_from_the_files_that_hold_the_flow(folder, tmp_path, kinds):
    calls = []

    def fails_at(last):
        def estimate(img1, img2):
            calls.append(1)
            if len(calls) == last:
                raise KeyboardInterrupt
            return dis(img1, img2)

        return estimate

    out, whole = tmp_path / "out", tmp_path / "whole"
    job(folder, whole, kinds=kinds).run()
    with pytest.raises(KeyboardInterrupt):
        job(folder, out, kinds=kinds, estimate=fails_at(6 if "mask" in kinds else 3)).run()
    assert not (out / "flow.mp4").exists()
    (out / ".flowlab-00.part.mp4").touch()  # of a process that was killed
    report = job(folder, out, kinds=kinds).run()
    assert (report.estimated, report.kept) == ((3, 0) if "mask" in kinds else (1, 2))
    assert content(out).keys() == content(whole).keys()
    one, other = ([frame.image.astype(int) for frame in frames(path / "flow.mp4")] for path in (out, whole))
    assert len(one) == len(other) == 3
    assert max(np.abs(a - b).mean() for a, b in zip(one, other, strict=True)) < 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": "farneback"}, "method dis instead of farneback"),
        ({"max_flow": 3.0}, "max_flow .* instead of 3.0"),
    ],
)
def test_results_of_another_method_or_scale_are_not_mixed(folder, tmp_path, change, said):
    job(folder, tmp_path / "out").run()
    with pytest.raises(ValueError, match=said):
        job(folder, tmp_path / "out", **change).run()


def test_results_of_another_source_are_not_mixed(folder, tmp_path):
    job(folder, tmp_path / "out").run()
    folder.rename(tmp_path / "other")
    with pytest.raises(ValueError, match=r"source .*in instead of .*other"):
        job(tmp_path / "other", tmp_path / "out").run()


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"source": "x"})])
def test_a_damaged_note_is_said_to_be_damaged(folder, tmp_path, text):
    job(folder, tmp_path / "out").run()
    (tmp_path / "out" / MANIFEST).write_text(text)
    with pytest.raises(ValueError, match=f"{MANIFEST} is damaged"):
        job(folder, tmp_path / "out").run()


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_estimated(folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"file is a file") as caught:
        job(folder, tmp_path / "file" / "out", estimate=lambda a, b: pytest.fail("estimated")).run()
    assert str(tmp_path / "file" / "out") in str(caught.value)


def test_kinds_are_checked():
    assert checked_kinds(["video", "flo", "flo"]) == ("flo", "video")
    with pytest.raises(ValueError, match="one of flo, kitti, color, arrows, mask, video, got gif"):
        checked_kinds(["gif", "flo"])
