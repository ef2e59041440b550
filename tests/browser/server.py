"""JupyterLab as a reader gets it from `make lab`, on a free port, with empty settings of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flowlab_course.build import kernel_environment
from flowlab_course.reader.lab import command, write_settings
from tests.budgets import HANG


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: where, with which token, what it logs, and the folder that it serves."""

    url: str
    token: str
    log: Path
    root: Path


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def reader_environment(folder: Path) -> dict[str, str]:
    """The environment of chapters in tests, but with widgets and answers left to the browser, and no settings yet."""
    environment = kernel_environment(folder)
    del environment["FLOWLAB_DRIVE_WIDGETS"], environment["FLOWLAB_SHOW_ANSWERS"]
    own = {
        name: str(folder / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    lab = {name: str(folder / name.lower()) for name in ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
    return environment | own | lab


def answers(url: str) -> bool:
    """Whether a server answers there, with whatever status."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def wait_until_up(url: str, process: subprocess.Popen, log: Path) -> None:
    """Wait for a server to answer; fail with its log where it does not."""
    deadline = time.monotonic() + HANG
    while not answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"JupyterLab did not answer at {url}:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.1)


def stop(process: subprocess.Popen) -> None:
    """Stop a server and the kernels in its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)


@contextlib.contextmanager
def jupyterlab(root: Path, folder: Path) -> Iterator[Server]:
    """Serve ``root`` with JupyterLab; ``folder`` takes its settings, its log and the reader's progress."""
    port, token, log = free_port(), secrets.token_hex(16), folder / "jupyterlab.log"
    environment = reader_environment(folder)
    arguments = command(root, port, write_settings(folder / "settings"), ["--no-browser"])
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*arguments, f"--IdentityProvider.token={token}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_up(f"{url}/api", process, log)
        yield Server(url, token, log, root)
    finally:
        stop(process)
