"""The wheel in an empty environment: what is in it, what it needs, what importing it costs, and that it works."""

import json
import re
import zipfile

import pytest

from tests.budgets import factor
from tests.chapters.paths import ROOT
from tests.package.environment import required

NOTEBOOKS = {"jupyterlab", "ipywidgets", "anywidget", "ipython", "matplotlib", "scikit-image", "tensorboard"}
OPTIONAL = {"cupy-cuda12x", "cupy-cuda13x", "h5py", "av", "onnx", "onnxruntime", "onnxscript"}

IMPORTS = """
import gc, json, time, torch
gc.collect()  # one collection of all that torch has made takes longer than half of flowlab's import, wherever it falls
start = time.process_time()
import flowlab
for name in flowlab.__all__:
    getattr(flowlab, name)
print(json.dumps({"seconds": time.process_time() - start, "from": flowlab.__file__}))
"""
WORKS = """
import numpy as np, torch, flowlab
noise = torch.rand(1, 3, 16, 20, generator=torch.Generator().manual_seed(0))
scene = torch.nn.functional.interpolate(noise, scale_factor=8, mode="bicubic")[0]
image = (scene.permute(1, 2, 0) * 255).byte().numpy()
flow = flowlab.classical.run("dis", image, np.roll(image, 3, axis=1))
print(np.median(flow, axis=(0, 1)).round().tolist())
print(tuple(flowlab.correlation(scene[None], scene[None], max_displacement=4, stride2=2, pad_size=4).shape))
print(tuple(flowlab.FlowNetC(width=0.125)(scene[None], scene[None]).flow.shape))
print(flowlab.chairs.make_pair(seed=0, index=0, size=(48, 64)).flow.shape)
"""


def test_it_requires_the_library_and_nothing_of_the_notebooks(needs):
    names = set(required(needs))
    assert {"torch", "numpy", "opencv-python-headless", "safetensors", "typer", "tqdm"} <= names
    assert not names & (NOTEBOOKS | OPTIONAL)


def test_it_holds_every_file_of_the_package_and_no_other(wheel):
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = (path for path in (ROOT / "flowlab").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert inside == {str(path.relative_to(ROOT)) for path in files}
    assert "flowlab/py.typed" in inside
    assert "flowlab/kernels/correlation.cu" in inside
    assert not any("course" in name for name in inside)


def test_its_description_has_no_link_that_needs_the_repository_beside_it(metadata):
    assert metadata["Description-Content-Type"] == "text/markdown"
    links = re.findall(r"\]\(([^)]+)\)", metadata.get_payload().replace("\n", " "))
    assert len(links) > 15
    assert [link for link in links if not link.startswith("https://")] == []
    assert any(link.endswith("/docs/explorer.png") and "/raw/" in link for link in links)


def test_without_the_course_the_doctor_looks_at_the_library_alone(installed):
    said = installed("-m", "flowlab", "doctor").stdout
    assert "pip install h5py" in said
    assert "JupyterLab" not in said


def test_importing_all_of_it_takes_less_than_a_fifth_of_a_second_beyond_torch(installed, within):
    runs = [installed("-c", IMPORTS) for _ in range(3)]
    assert all(run.returncode == 0 for run in runs), runs[0].stderr
    said = [json.loads(run.stdout) for run in runs]
    assert all("site-packages" in one["from"] for one in said)
    within("importing all of flowlab", min(one["seconds"] for one in said), 0.2 * factor())


def test_it_works_there(installed):
    run = installed("-W", "error", "-c", WORKS)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "[3.0, 0.0]",
        "(1, 25, 128, 160)",
        "(1, 2, 128, 160)",
        "(48, 64, 2)",
    ]


def test_its_command_line_is_there(installed, tmp_path):
    made = installed("-m", "flowlab", "chairs", "--out", "set", "--count", "1", "--size", "48x64")
    assert made.returncode == 0, made.stderr
    one, two = (str(tmp_path / "set" / "data" / f"00001_img{i}.ppm") for i in (1, 2))
    done = installed("-m", "flowlab", "predict", one, two, "--out", "flow")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "flow" / "00001_img1.flo").exists()
    video = installed("-m", "flowlab", "predict", "clip.mp4")
    assert (video.returncode, "pip install av" in video.stderr) == (1, True), video.stderr


@pytest.mark.parametrize("command", ["doctor", "chairs", "train", "evaluate", "predict", "show", "bench", "convert"])
def test_every_command_explains_itself_there(installed, command):
    said = installed("-m", "flowlab", command, "--help")
    assert said.returncode == 0, said.stderr
    assert command in said.stdout
