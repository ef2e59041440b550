"""A network in Chromium: its flow is PyTorch's, on pairs, a video and a camera; what it weighs is said before."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

import flowlab
from flowlab.models import shipped
from tests.browser.notebook import eventually
from tests.budgets import HANG
from tests.page.conftest import ROOT, served, visit

pytestmark = pytest.mark.browser
MOST = 30e6  # bytes of the whole page
UNTRAINED = """
import sys, torch, flowlab
torch.manual_seed(0)
model = flowlab.FlowNetC(width=0.25, batch_norm=True)
flowlab.export_onnx(model, sys.argv[1] + ".onnx", half=True)
flowlab.models.save_model(model, sys.argv[1] + ".safetensors")
"""


def load(page):
    page.locator("#lab-load").click()
    expect(page.locator("#lab-rate")).to_have_text(re.compile(r"^\d+\.\d$"), timeout=1000 * HANG)


def megabytes(page, where):
    """What an element says of megabytes."""
    return float(re.search(r"(\d+\.\d) MB", page.locator(where).inner_text())[1])


def flow_of(page):
    """The flow as the page saves it."""
    with page.expect_download() as download:
        page.get_by_text("Save this flow as .flo").click()
    flow, valid = flowlab.read_flow(shutil.copy(download.value.path(), Path(download.value.path()).with_suffix(".flo")))
    assert valid.all()
    return flow


def by_pytorch(model, folder, name):
    images = [cv2.imread(str(folder / f"pairs/{name}-{number}.webp"))[..., ::-1].copy() for number in (1, 2)]
    return flowlab.predict(model, *images)


def test_nothing_heavy_is_loaded_before_its_weight_is_said(chromium, url, built):
    with visit(chromium, url) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload()
        weight = page.locator("#lab-weight")
        expect(weight).to_contain_text("The whole page, all its networks included, weighs")
        said = float(re.search(r"weighs (\d+\.\d) MB", weight.inner_text())[1])
        assert not [url for url in asked if "/ort/" in url or "/networks/" in url]
        expect(page.locator("#lab-load")).to_have_text(re.compile(r"Load the network, \d+\.\d MB"))
    files = [path for path in built.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST, "both runtimes and all networks together"
    other = [path for path in files if "jspi" not in path.name and path.name != "offline.js"]
    assert said == pytest.approx(sum(path.stat().st_size for path in other) / 1e6, abs=0.1)


@pytest.mark.parametrize("name", shipped())
def test_flow_of_a_bundled_pair_is_pytorchs_to_a_tenth_of_a_pixel(chromium, url, built, name):
    with visit(chromium, url) as page:
        page.locator("#lab-network").select_option(name)
        before, promised = (megabytes(page, where) for where in ("#page-weight", "#lab-load"))
        load(page)
        assert megabytes(page, "#page-weight") == pytest.approx(before + promised, abs=0.11)
        flow = flow_of(page)
        expected = by_pytorch(flowlab.load_model(name), built, "mountains")
        assert np.abs(expected).max() > 5  # pixels: there is something to agree on
        assert np.abs(flow - expected).max() < 0.1
        expect(page.locator("#lab-judgement")).to_contain_text("Its mean error here is")


@pytest.mark.skipif("flownetc-small" in shipped(), reason="a trained FlowNetC is shipped, and runs in the test above")
def test_the_graph_of_a_flownetc_runs_and_is_pytorchs(chromium, course, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(course, site)
    networks = site / "explorer/networks"
    arguments = [sys.executable, "-c", UNTRAINED, str(networks / "untrained")]
    subprocess.run(arguments, check=True, cwd=ROOT, capture_output=True)
    listed = site / "explorer/networks.json"
    size = (networks / "untrained.onnx").stat().st_size
    listed.write_text(json.dumps([{"name": "untrained", "bytes": size, "parameters": 0, "correlates": True}]))
    with served(site) as address, visit(chromium, f"{address}explorer/") as page:
        load(page)
        flow = flow_of(page)
    model = flowlab.load_model(networks / "untrained.safetensors")
    expected = by_pytorch(model, site / "explorer", "mountains")
    assert np.abs(expected).max() > 1  # pixels
    assert np.abs(flow - expected).max() < 0.1


def test_a_camera_gives_flow_at_a_rate_that_is_shown(chromium, url):
    with visit(chromium, url) as page:
        load(page)
        page.locator("#lab-size").select_option("256")
        page.locator("label", has_text="Webcam").click()
        expect(page.locator("#lab-details")).to_contain_text("256 × 192 px")
        expect(page.locator("#lab-rate")).to_have_text(re.compile(r"^[1-9]\d*\.\d$|^0\.[1-9]$"))
        first = flow_of(page)
        assert first.shape == (192, 256, 2)
        page.locator("#lab-rate").filter(has_text=re.compile(r"\d")).wait_for()
        eventually(page, lambda: not np.array_equal(flow_of(page), first), "the camera's picture and its flow move")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Go on")).to_be_visible()
        page.get_by_text("Two pictures", exact=True).click()
        expect(page.locator("#lab-judgement")).to_contain_text("Its mean error here is")


def test_a_video_file_gives_flow_and_a_bad_one_a_sentence(chromium, url, tmp_path):
    import av

    view = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (192, 256, 3), np.uint8), (0, 0), 4)
    with av.open(str(tmp_path / "moving.webm"), "w") as file:
        stream = file.add_stream("libvpx", rate=15, width=256, height=192, pix_fmt="yuv420p", bit_rate=2_000_000)
        for shift in range(45):
            frame = av.VideoFrame.from_ndarray(np.roll(view, 2 * shift, axis=1), format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    (tmp_path / "letter.mp4").write_text("Dear visitor", encoding="utf-8")
    with visit(chromium, url) as page:
        load(page)
        page.locator("label", has_text="Video file").click()
        page.locator("#lab-video").set_input_files(tmp_path / "letter.mp4")
        expect(page.locator("#lab-error")).to_contain_text("letter.mp4 cannot be played here.")
        page.locator("#lab-video").set_input_files(tmp_path / "moving.webm")
        expect(page.locator("#lab-details")).to_contain_text("384 × 288 px")
        expect(page.locator("#lab-rate")).to_have_text(re.compile(r"^\d+\.\d$"))
        assert flow_of(page).shape == (288, 384, 2)


def test_no_camera_is_said_in_words(chromium, url):
    with visit(chromium, url) as page:
        page.add_init_script("delete Navigator.prototype.mediaDevices")
        page.reload()
        load(page)
        page.locator("label", has_text="Webcam").click()
        expect(page.locator("#lab-error")).to_contain_text("A camera is lent only to pages that come over https")


def test_a_page_that_was_used_once_works_offline_and_with_threads(chromium, course, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(course, site)
    with served(site) as address:
        visitor = chromium.new_context()
        page = visitor.new_page()
        page.goto(f"{address}explorer/")
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        page.wait_for_function("navigator.serviceWorker.controller")  # it takes the page over
        load(page)
        expect(page.locator("#lab-details")).to_contain_text("one thread")
    page.reload()  # the server is gone
    expect(page.locator("#explorer-verdict")).to_contain_text("best match")
    assert page.evaluate("crossOriginIsolated")
    load(page)
    expect(page.locator("#lab-details")).to_contain_text(
        "threads" if page.evaluate("navigator.hardwareConcurrency > 1") else "one thread"
    )
    visitor.close()
