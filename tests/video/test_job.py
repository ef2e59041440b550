"""A folder of results: every kind is what it says, nothing is done twice, and no two runs are mixed."""

import contextlib
import json
import os

import av
import cv2
import numpy as np
import pytest

import flowlab
from flowlab.classical import run
from flowlab.field import write_image
from flowlab.video import Job, frames
from flowlab.video.job import MANIFEST, Outputs
from flowlab.video.manifest import inputs_of
from tests.video.clips import STEP, clip, damaged, numbered_clip, picture, window

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


def still_and_moving(folder, still, moving, size=(48, 64)):
    """Frames of which the first `still` are equal, and the others each one STEP further."""
    folder.mkdir(exist_ok=True)
    scene = picture(120, 300)
    for index in range(still + moving):
        write_image(folder / f"{index}.png", window(scene, max(0, index - still + 1), size))
    return folder


def u_of(path):
    return float(np.median(flowlab.read_flow(path)[0][12:-12, 12:-12, 0]))


def shifted(folder, step, names, seed=0, size=(96, 128)):
    """Write frames that move by `step` px to the left from one to the next."""
    scene = picture(140, 300, seed)
    for index, name in enumerate(names):
        at = 20 + step * index
        write_image(folder / name, np.ascontiguousarray(scene[20 : 20 + size[0], at : at + size[1]]))


@pytest.mark.parametrize("kinds", [("flo", "color"), ("flo", "kitti", "video"), ("flo", "arrows", "mask")])
def test_frames_that_were_replaced_under_their_names_are_estimated_again(tmp_path, kinds):
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    names = [f"{index}.png" for index in range(4)]
    shifted(source, 2, names)
    job(source, out, kinds=kinds).run()
    assert u_of(out / "1.flo") == pytest.approx(-2, abs=0.1)
    shifted(source, 8, names, seed=1)
    report = job(source, out, kinds=kinds).run()
    assert (report.estimated, report.kept, report.removed) == (3, 0, 3 + ("video" in kinds))
    assert [u_of(out / f"{index}.flo") for index in range(3)] == pytest.approx([-8] * 3, abs=0.2)
    job(source, tmp_path / "new", kinds=kinds).run()
    assert {**content(out), MANIFEST: 0, "flow.mp4": 0} == {**content(tmp_path / "new"), MANIFEST: 0, "flow.mp4": 0}


def test_one_frame_that_was_replaced_costs_its_two_flows(folder, tmp_path):
    out = tmp_path / "out"
    job(folder, out).run()
    write_image(folder / "1.png", np.zeros((96, 128, 3), np.uint8))
    report = job(folder, out).run()
    assert (report.estimated, report.kept, report.removed) == (2, 1, 2)


def test_a_frame_that_is_put_in_between_gives_its_neighbours_new_flows(tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    shifted(source, 2, ["0.png", "1.png", "1a.png", "2.png", "3.png"])
    hidden = (source / "1a.png").rename(tmp_path / "1a.png")
    job(source, out).run()
    assert u_of(out / "1.flo") == pytest.approx(-4, abs=0.2)
    hidden.rename(source / "1a.png")
    report = job(source, out).run()
    assert (report.estimated, report.kept) == (2, 2)
    assert [u_of(path) for path in sorted(out.glob("*.flo"))] == pytest.approx([-2] * 4, abs=0.1)
    (source / "2.png").unlink()
    (source / "3.png").unlink()
    assert job(source, out).run().removed == 2  # of 1a, the last one now, and of 2
    assert sorted(path.name for path in out.glob("*.flo")) == ["0.flo", "1.flo"]


def test_frames_of_another_size_leave_no_mix(folder, tmp_path):
    out = tmp_path / "out"
    job(folder, out, kinds=("flo", "video")).run()
    shifted(folder, 2, [f"{index}.png" for index in range(4)], size=(64, 80))
    job(folder, out, kinds=("flo", "video")).run()
    assert {flowlab.read_flow(path)[0].shape for path in out.glob("*.flo")} == {(64, 80, 2)}
    assert {frame.image.shape for frame in frames(out / "flow.mp4")} == {(64, 80, 3)}


def test_a_clip_that_was_recorded_anew_is_estimated_anew(tmp_path):
    out = tmp_path / "out"
    clip(tmp_path / "a.mp4", 6)
    job(tmp_path / "a.mp4", out, kinds=("flo", "video")).run()
    (tmp_path / "a.mp4").touch()
    assert job(tmp_path / "a.mp4", out, kinds=("flo", "video")).run().kept == 5  # its bytes are the same
    clip(tmp_path / "a.mp4", 4, scene=picture(200, 300, seed=1))
    report = job(tmp_path / "a.mp4", out, kinds=("flo", "video")).run()
    assert (report.estimated, report.kept) == (3, 0)
    assert sorted(path.name for path in out.glob("*.flo")) == [f"{index:06d}.flo" for index in range(3)]
    assert len(list(frames(out / "flow.mp4"))) == 3


def test_a_change_in_the_middle_of_a_long_video_is_seen(tmp_path):
    path = tmp_path / "a.bin"
    data = bytearray(np.random.default_rng(0).bytes(9 << 20))
    digests = set()
    for place in (0, 0, 5 << 20, len(data) - 1):
        data[place : place + (1 << 18)] = bytes(len(data[place : place + (1 << 18)]))
        path.write_bytes(data)
        digests.add(str(inputs_of(path)))
    assert len(digests) == 3


@pytest.mark.parametrize("name", ["1.flo", "3.flo", "flow.mp4"])  # 3 is the last frame, which has no flow
def test_a_users_own_file_of_a_results_name_is_neither_overwritten_nor_removed(name, folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_bytes(b"my own")
    (out / "notes.flo").write_bytes(b"my own")
    job(folder, out, kinds=("color",)).run()  # another kind does not touch it
    with pytest.raises(ValueError, match=rf"{name} is there and not a result of this run; choose another folder"):
        job(folder, out, kinds=("flo", "color", "video")).run()
    assert (out / name).read_bytes() == (out / "notes.flo").read_bytes() == b"my own"
    assert job(folder, out, kinds=("color",)).run().kept == 3

    other = tmp_path / "other"  # without any record
    other.mkdir()
    (other / name).write_bytes(b"my own")
    with pytest.raises(ValueError, match="not a result of this run"):
        job(folder, other, kinds=("flo", "video")).run()
    assert [path.name for path in other.iterdir()] == [name]


@pytest.mark.parametrize(
    "change",
    [
        {"files": ["{precious}"], "inputs": {"": "1"}},
        {"files": ["/../../precious"]},
        {"inputs": {"../precious": "1", "1.png": "1"}},
        {"files": None},
        {"files": [1]},
        {"inputs": []},
    ],
)
def test_a_record_that_names_other_files_is_damaged_and_removes_nothing(change, folder, tmp_path):
    out, precious = tmp_path / "out", tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "precious.flo").write_text("mine")
    job(folder, out).run()
    state = json.loads((out / MANIFEST).read_text())
    text = json.dumps(state | change).replace("{precious}", str(precious))
    (out / MANIFEST).write_text(text)
    (folder / "0.png").touch()
    with pytest.raises(ValueError, match="is damaged"):
        job(folder, out).run()
    assert precious.read_text() == (tmp_path / "precious.flo").read_text() == "mine"


def test_an_empty_result_is_made_again(folder, tmp_path):
    """As a computer that lost its power can leave it."""
    job(folder, tmp_path / "out").run()
    whole = content(tmp_path / "out")
    (tmp_path / "out" / "1.flo").write_bytes(b"")
    report = job(folder, tmp_path / "out").run()
    assert (report.estimated, report.kept) == (1, 2)
    assert content(tmp_path / "out") == whole


def test_frames_whose_results_would_have_one_name_are_refused(folder, tmp_path):
    (folder / "1.png").rename(folder / "0.backward.png")
    with pytest.raises(ValueError, match=r"two frames .*0\.backward\.flo; rename one, or omit --backward"):
        job(folder, tmp_path / "out", backward=True).run()
    assert job(folder, tmp_path / "out").run().estimated == 3


def test_frames_that_change_places_are_other_frames_whatever_their_times(folder, tmp_path):
    out = tmp_path / "out"
    for path in folder.iterdir():
        os.utime(path, (1e9, 1e9))
    job(folder, out).run()
    (folder / "0.png").rename(folder / "x.png")
    (folder / "3.png").rename(folder / "0.png")
    (folder / "x.png").rename(folder / "3.png")
    assert job(folder, out).run().estimated == 2  # 0 to 1, and 2 to 3
    assert job(folder, out).run().kept == 3


def test_a_folder_of_the_first_edition_is_made_again_and_not_refused(folder, tmp_path):
    out = tmp_path / "out"
    job(folder, out).run()
    state = json.loads((out / MANIFEST).read_text())
    old = {key: state[key] for key in ("source", "method", "max_flow", "size")}
    (out / MANIFEST).write_text(json.dumps(old))
    report = job(folder, out).run()
    assert (report.estimated, report.removed) == (3, 3)
    assert job(folder, out).run().kept == 3


@pytest.mark.parametrize("kinds", [("flo", "color"), ("color",), ("color", "video"), ("video",), ("kitti", "color")])
def test_frames_that_stand_still_do_not_choose_the_scale(tmp_path, kinds):
    source, moving = still_and_moving(tmp_path / "in", 3, 2), still_and_moving(tmp_path / "moving", 1, 2)
    report = job(source, tmp_path / "out", kinds=kinds).run()
    scale = job(moving, tmp_path / "alone", kinds=kinds).run().max_flow
    assert report.max_flow == scale > 3
    assert (report.frames, report.estimated, report.kept) == (5, 4, 0)
    known = job(source, tmp_path / "known", kinds=kinds, max_flow=scale).run()
    assert known.max_flow == scale
    ignore = {MANIFEST: 0, "flow.mp4": 0}
    assert {**content(tmp_path / "out"), **ignore} == {**content(tmp_path / "known"), **ignore}
    if "video" in kinds:
        one, two = ([frame.image for frame in frames(tmp_path / name / "flow.mp4")] for name in ("out", "known"))
        np.testing.assert_array_equal(one, two)


def test_a_run_that_stands_still_is_drawn_at_1_px_until_something_moves(tmp_path):
    source, out = still_and_moving(tmp_path / "in", 3, 0), tmp_path / "out"
    assert job(source, out, kinds=("color",)).run().max_flow == 1
    still_and_moving(tmp_path / "more", 3, 2)
    for index in (3, 4):
        (tmp_path / "more" / f"{index}.png").rename(source / f"{index}.png")
    report = job(source, out, kinds=("color",)).run()
    assert report.max_flow > 3
    job(source, tmp_path / "new", kinds=("color",), max_flow=report.max_flow).run()
    assert {**content(out), MANIFEST: 0} == {**content(tmp_path / "new"), MANIFEST: 0}


TIMES = [0, 33, 66, 400, 1500, 2000, 2800]


@pytest.mark.parametrize(("suffix", "codec"), [("webm", "libvpx"), ("mkv", "libx264"), ("mp4", "libx264")])
def test_the_video_of_flow_is_as_fast_as_the_source(tmp_path, suffix, codec):
    source = numbered_clip(tmp_path / f"a.{suffix}", 7, codec, TIMES)
    job(source, tmp_path / "out", kinds=("video",)).run()
    with av.open(str(tmp_path / "out" / "flow.mp4")) as container:
        assert container.duration == pytest.approx(2.8e6, abs=2000)
        times = [frame.time for frame in container.decode(video=0)]
    np.testing.assert_allclose(times, np.array(TIMES[:-1]) / 1000, atol=1e-3)


def test_a_broken_beginning_keeps_its_time_in_the_video(tmp_path):
    clip(tmp_path / "a.avi", 8, codec="mjpeg")
    report = job(damaged(tmp_path / "a.avi", of=[0, 1]), tmp_path / "out", kinds=("color", "video")).run()
    assert len(report.broken) == 2
    got = list(frames(tmp_path / "out" / "flow.mp4"))
    assert [frame.image.std() < 3 for frame in got] == [True, True] + 5 * [False]
    np.testing.assert_allclose([frame.time for frame in got], np.arange(7) / 25)


def test_results_do_not_go_into_the_source(folder, tmp_path):
    before = content(folder)
    (tmp_path / "link").symlink_to(folder)
    for out in (folder, tmp_path / "in" / ".." / "in", tmp_path / "link"):
        with pytest.raises(ValueError, match="is the source itself"):
            job(folder, out).run()
    assert content(folder) == before
    clip(tmp_path / "flow.mp4", 3)
    with pytest.raises(ValueError, match=r"flow\.mp4 is the source itself"):
        job(tmp_path / "flow.mp4", tmp_path, kinds=("video",)).run()
    assert not (tmp_path / MANIFEST).exists()


@pytest.mark.parametrize("last", range(2, 12, 3))
def test_a_stop_in_either_pass_and_broken_frames_change_nothing_in_the_end(tmp_path, last):
    source, out, whole = still_and_moving(tmp_path / "in", 4, 4), tmp_path / "out", tmp_path / "whole"
    for name in ("1.png", "6.png"):
        (source / name).write_text("not a picture")
    calls = []

    def fails(img1, img2):
        calls.append(1)
        if len(calls) == last:
            raise KeyboardInterrupt
        return dis(img1, img2)

    kinds = ("color", "video")
    with contextlib.suppress(KeyboardInterrupt):
        job(source, out, kinds=kinds, estimate=fails, backward=True).run()
    report = job(source, out, kinds=kinds, backward=True).run()
    assert report.max_flow == job(source, whole, kinds=kinds, backward=True).run().max_flow > 3
    ignore = {MANIFEST: 0, "flow.mp4": 0}
    assert {**content(out), **ignore} == {**content(whole), **ignore}
    shown = [[frame.image.mean() for frame in frames(path / "flow.mp4")] for path in (out, whole)]
    np.testing.assert_allclose(*shown, atol=1)
