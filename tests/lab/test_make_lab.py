"""`make lab`: JupyterLab on the reader's own copy, for this machine and this reader only, again within seconds."""

import json
import subprocess
import urllib.error

import psutil
import pytest

from tests.budgets import HANG, factor
from tests.chapters.paths import NAMES, ROOT, load
from tests.lab.lab import FIRST, make_lab, reader

SECOND_START = 30  # seconds; 4 on a free machine, most of them JupyterLab's own


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("make-lab")


@pytest.fixture(scope="module")
def lab(folder):
    with make_lab(folder) as running:
        yield running


def test_the_first_chapter_is_served_with_the_token(lab):
    served = lab.request(f"/api/contents/{FIRST}")["content"]
    assert [cell["source"] for cell in served["cells"]] == [cell.source for cell in load(NAMES[0]).cells]
    listed = {entry["name"] for entry in lab.request("/api/contents")["content"]}
    assert listed >= {f"{name}.ipynb" for name in NAMES}


@pytest.mark.parametrize("path", [f"/api/contents/{FIRST}", "/api/kernels", "/api/terminals"])
def test_without_the_token_nothing_is_served(lab, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        lab.request(path, token=False)
    refused.value.close()
    assert refused.value.code == 403


def test_it_listens_on_this_machine_only(lab):
    family = [psutil.Process(lab.process.pid), *psutil.Process(lab.process.pid).children(recursive=True)]
    listening = {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_a_kernel_runs_the_first_cell_of_the_first_chapter(lab):
    first = next(cell.source for cell in load(NAMES[0]).cells if cell.cell_type == "code")
    with lab.kernel(FIRST) as kernel:
        said = kernel.run(first, seconds=HANG)
    assert said.error == ""
    assert f"Chapter {NAMES[0][:2]}" in said.printed


def test_a_second_start_is_quick_and_keeps_what_the_reader_changed(folder, within):
    with make_lab(folder):
        pass
    mine = folder / "work" / FIRST
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "# My own title"
    mine.write_text(json.dumps(notebook), encoding="utf-8")
    with make_lab(folder) as again:
        within("the second `make lab`", again.seconds, SECOND_START * factor())
        served = again.request(f"/api/contents/{FIRST}")["content"]
        assert served["cells"][0]["source"] == "# My own title"


def test_a_taken_port_is_told_and_nothing_else_is_opened(lab, folder):
    port = lab.url.rpartition(":")[2]
    done = subprocess.run(
        ["make", "lab", f"PORT={port}", f"WORK={lab.work}", "LAB_ARGS=--no-browser"],
        cwd=ROOT,
        env=reader(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert done.returncode != 0
    assert port in done.stdout + done.stderr
    assert "in use" in done.stdout + done.stderr
