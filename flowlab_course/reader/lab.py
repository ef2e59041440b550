"""Starts JupyterLab on the reader's copy of the course: on this machine only, with a token, asking nobody outside."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from flowlab._disk import write_json
from flowlab_course.private import private_folder, user_cache

FIRST = "00_start_here.ipynb"
QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def command(folder: Path, port: int, settings: Path, extra: list[str]) -> list[str]:
    """Return the command line that serves ``folder``.

    Args:
        folder: The reader's copy; JupyterLab sees nothing above it.
        port: On 127.0.0.1. If it is taken, JupyterLab says so and ends, rather than open another one.
        settings: A folder for JupyterLab's overrides; it is written by ``write_settings``.
        extra: Further options for JupyterLab.
    """
    root = getattr(os, "geteuid", lambda: 1)() == 0  # in a container; JupyterLab refuses root unless told
    return [
        *(sys.executable, "-m", "jupyter", "lab"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.extension_manager=readonly",
        "--LanguageServerManager.autodetect=False",  # its list of what is not installed would hide the address
        *(["--allow-root"] if root else []),
        *extra,
    ]


def write_settings(folder: Path) -> Path:
    """Write JupyterLab's overrides into a folder: it looks for no news and no updates, and so works offline."""
    folder.mkdir(exist_ok=True)
    write_json(folder / "overrides.json", QUIET)
    return folder


def serve(folder: Path, port: int, extra: list[str]) -> None:
    """Replace this process by JupyterLab, so that Ctrl-C and signals reach it directly."""
    try:
        settings = private_folder(user_cache() / "lab")
    except OSError:  # no home folder, or not ours: a new folder, which nobody can have prepared
        settings = Path(tempfile.mkdtemp(prefix="flowlab-lab-"))
    arguments = command(folder.resolve(), port, write_settings(settings), extra)
    # A terminal in JupyterLab then finds the Python that has flowlab.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    # Threads of OpenMP that wait for each other sleep. By default they spin: as soon as another program needs a core,
    # a training with two threads on two cores then takes up to 14 times as long. On an idle machine sleeping makes
    # small layers slower by a fifth to a third.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if os.name == "nt":  # there execv returns at once, and the prompt comes back into the server's output
        import subprocess

        raise SystemExit(subprocess.call(arguments))
    os.execv(arguments[0], arguments)
