"""`make lab`: JupyterLab on the reader's own copy, for this machine and this reader only, again within seconds."""

import contextlib
import json
import re
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import websocket

from tests.browser.server import free_port, reader_environment, stop, wait_until_up
from tests.budgets import ANSWER, HANG
from tests.chapters.paths import NAMES, ROOT, load

FIRST = f"{NAMES[0]}.ipynb" if NAMES else ""
SECOND_START = 30  # seconds; 4 on a free machine, most of them JupyterLab's own


@dataclass(frozen=True)
class Lab:
    """A `make lab` under way: its address, the token that it printed, its process and the reader's folder."""

    url: str
    token: str
    process: subprocess.Popen
    work: Path
    seconds: float

    def get(self, path, *, token=True):
        headers = {"Authorization": f"token {self.token}"} if token else {}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=ANSWER) as answer:
            return json.load(answer)


@contextlib.contextmanager
def make_lab(folder):
    """Run `make lab` without a browser, as a reader would type it, and wait until it answers."""
    port, work, log = free_port(), folder / "work", folder / f"log-{uuid.uuid4().hex[:8]}"
    environment = reader_environment(folder) | {"TMPDIR": str(folder)}
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "JUPYTER_TOKEN"):  # of the `make test` around this test
        environment.pop(name, None)
    start = time.perf_counter()
    with log.open("w") as out:
        process = subprocess.Popen(
            ["make", "lab", f"PORT={port}", f"WORK={work}", "LAB_ARGS=--no-browser"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_up(f"http://127.0.0.1:{port}/api", process, log)
        seconds = time.perf_counter() - start
        printed = re.search(rf"http://127\.0\.0\.1:{port}(/lab\S*)\?token=(\w+)", log.read_text())
        assert printed, f"no address with a token was printed:\n{log.read_text()}"
        assert printed[1] == f"/lab/tree/{FIRST}", "the first chapter is what opens"
        yield Lab(f"http://127.0.0.1:{port}", printed[2], process, work, seconds)
    finally:
        stop(process)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("make-lab")


@pytest.fixture(scope="module")
def lab(folder):
    with make_lab(folder) as running:
        yield running


def test_the_first_chapter_is_served_with_the_token(lab):
    served = lab.get(f"/api/contents/{FIRST}")["content"]
    assert [cell["source"] for cell in served["cells"]] == [cell.source for cell in load(NAMES[0]).cells]
    listed = {entry["name"] for entry in lab.get("/api/contents")["content"]}
    assert listed >= {f"{name}.ipynb" for name in NAMES}


@pytest.mark.parametrize("path", [f"/api/contents/{FIRST}", "/api/kernels", "/api/terminals"])
def test_without_the_token_nothing_is_served(lab, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        lab.get(path, token=False)
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
    request = urllib.request.Request(
        f"{lab.url}/api/sessions",
        data=json.dumps({"path": FIRST, "name": FIRST, "type": "notebook", "kernel": {"name": "python3"}}).encode(),
        headers={"Authorization": f"token {lab.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=HANG) as answer:
        kernel = json.load(answer)["kernel"]["id"]
    first = next(cell.source for cell in load(NAMES[0]).cells if cell.cell_type == "code")
    assert f"Chapter {NAMES[0][:2]}" in printed_by(lab, kernel, first)


def printed_by(lab, kernel, code):
    """Run code in a kernel over the websocket that JupyterLab itself uses; return what it prints."""
    channel = websocket.create_connection(
        f"{lab.url.replace('http', 'ws')}/api/kernels/{kernel}/channels?token={lab.token}", timeout=HANG
    )
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "session": "test",
        "username": "",
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    text = ""
    with contextlib.closing(channel):
        channel.send(json.dumps(message))
        while True:
            reply = json.loads(channel.recv())
            if reply["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            kind = reply["header"]["msg_type"]
            assert kind != "error", reply["content"]
            text += reply["content"].get("text", "") if kind == "stream" else ""
            if kind == "status" and reply["content"]["execution_state"] == "idle":
                return text


def test_a_second_start_is_quick_and_keeps_what_the_reader_changed(folder, within):
    with make_lab(folder):
        pass
    mine = folder / "work" / FIRST
    notebook = json.loads(mine.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "# My own title"
    mine.write_text(json.dumps(notebook), encoding="utf-8")
    with make_lab(folder) as again:
        within("the second `make lab`", again.seconds, SECOND_START)
        served = again.get(f"/api/contents/{FIRST}")["content"]
        assert served["cells"][0]["source"] == "# My own title"


def test_a_taken_port_is_told_and_nothing_else_is_opened(lab, folder):
    port = lab.url.rpartition(":")[2]
    environment = reader_environment(folder) | {"TMPDIR": str(folder)}
    done = subprocess.run(
        ["make", "lab", f"PORT={port}", f"WORK={lab.work}", "LAB_ARGS=--no-browser"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if not name.startswith("MAKE")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert done.returncode != 0
    assert port in done.stdout + done.stderr
    assert "in use" in done.stdout + done.stderr
