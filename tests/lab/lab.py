"""`make lab` as a reader types it, and the kernels of its server."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import websocket

from tests.browser.server import free_port, stop, wait_until_up
from tests.budgets import ANSWER
from tests.chapters.paths import NAMES, ROOT
from tests.environment import environment_of_reader

FIRST = f"{NAMES[0]}.ipynb" if NAMES else ""


@dataclass(frozen=True)
class Lab:
    """A `make lab` under way: its address, the token that it printed, its process and the reader's folder."""

    url: str
    token: str
    process: subprocess.Popen
    work: Path
    seconds: float

    def request(self, path: str, *, token: bool = True, method: str = "GET", body: dict | None = None) -> dict:
        """Ask the server; return its answer, {} where that is empty."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"token {self.token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(asked, timeout=ANSWER) as answer:
            return json.loads(answer.read() or b"{}")

    @contextlib.contextmanager
    def kernel(self, notebook: str) -> Iterator[Kernel]:
        """Open a notebook of the reader's copy with a kernel, as JupyterLab does; end the kernel afterwards."""
        body = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        session = self.request("/api/sessions", method="POST", body=body)
        kernel = session["kernel"]["id"]
        address = f"{self.url.replace('http', 'ws')}/api/kernels/{kernel}/channels?token={self.token}"
        try:
            with contextlib.closing(websocket.create_connection(address, timeout=ANSWER)) as channel:
                channel.settimeout(10)  # how often `run` looks at its own deadline
                yield Kernel(channel)
        finally:
            self.request(f"/api/sessions/{session['id']}", method="DELETE")


@dataclass(frozen=True)
class Said:
    """What a cell printed, what it wrote to stderr, and its error or an empty text."""

    printed: str
    stderr: str
    error: str


@dataclass(frozen=True)
class Kernel:
    """A kernel behind the websocket that JupyterLab itself uses."""

    channel: websocket.WebSocket
    session: str = field(default_factory=lambda: uuid.uuid4().hex)

    def run(self, code: str, *, seconds: float) -> Said:
        """Run code; a cell that is not idle after ``seconds`` ends with the error "TimeoutError"."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "session": self.session,
            "username": "",
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self.channel.send(json.dumps(message))
        text, error, deadline = {"stdout": "", "stderr": ""}, "", time.monotonic() + seconds
        while True:
            try:
                received = self.channel.recv()
            except websocket.WebSocketTimeoutException:
                if time.monotonic() > deadline:
                    return Said(text["stdout"], text["stderr"], f"TimeoutError: no end after {seconds:.0f} s")
                continue
            if isinstance(received, bytes):  # pixels of a widget
                continue
            reply = json.loads(received)
            if reply["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            kind, said = reply["header"]["msg_type"], reply["content"]
            if kind == "stream":
                text[said["name"]] += said["text"]
            elif kind == "error":
                error = "\n".join(said["traceback"]) or f"{said['ename']}: {said['evalue']}"
            elif kind == "status" and said["execution_state"] == "idle":
                return Said(text["stdout"], text["stderr"], error)


@contextlib.contextmanager
def make_lab(folder: Path) -> Iterator[Lab]:
    """Run `make lab` without a browser, as a reader types it, and wait until it answers.

    Args:
        folder: Stands for the reader's home and their folder of temporary files.
    """
    port, work, log = free_port(), folder / "work", folder / f"log-{uuid.uuid4().hex[:8]}"
    start = time.perf_counter()
    with log.open("w") as out:
        process = subprocess.Popen(
            ["make", "lab", f"PORT={port}", f"WORK={work}", "LAB_ARGS=--no-browser"],
            cwd=ROOT,
            env=reader(folder),
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


def reader(folder: Path) -> dict[str, str]:
    """Return the environment of a reader whose home is ``folder``."""
    return environment_of_reader(HOME=str(folder), TMPDIR=str(folder))
