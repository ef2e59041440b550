"""An example of JupyterHub for this course: one install that nobody writes to, a copy of the chapters for each student.

On the server, once, as an administrator (docs/teachers.md says more):

    git clone <this repository> /opt/flowlab && cd /opt/flowlab
    make .venv/.installed
    .venv/bin/pip install jupyterhub && npm install -g configurable-http-proxy
    .venv/bin/jupyterhub -f docs/jupyterhub_config.py

As it stands it is for a trial on one machine: anybody may come in under any name, and all are one user of the system.
For a class, replace the two lines that say so.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from flowlab_course.reader.lab import FIRST, write_settings

INSTALL = Path(__file__).resolve().parents[1]
PYTHON = INSTALL / ".venv" / "bin" / "python"

c = get_config()  # noqa: F821  JupyterHub defines it
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = "dummy"  # for a class: your own, such as "pam", or oauthenticator's
c.JupyterHub.spawner_class = "simple"  # for a class: "local" (users of the system), systemdspawner, dockerspawner
c.Authenticator.allow_all = True  # for a class: c.Authenticator.allowed_users = {"ana", "bo"}
c.SimpleLocalProcessSpawner.home_dir_template = str(Path.home() / "flowlab-students" / "{username}")

# A new folder that nobody can have prepared, which the students' servers read.
SETTINGS = write_settings(Path(tempfile.mkdtemp(prefix="flowlab-hub-")))
SETTINGS.chmod(0o755)

# Each start makes the copy where chapters are missing, and leaves alone what the student has written.
START = 'cd "$HOME" && "$0" -m flowlab_course status --into flowlab && exec "$0" -m jupyterhub.singleuser "$@"'
c.Spawner.cmd = ["/bin/sh", "-c", START, str(PYTHON)]
c.Spawner.notebook_dir = "~/flowlab"
c.Spawner.default_url = f"/lab/tree/{FIRST}"
c.Spawner.args = [
    "--LabApp.extension_manager=readonly",
    f"--LabApp.app_settings_dir={SETTINGS}",
    "--LanguageServerManager.autodetect=False",
    "--MappingKernelManager.cull_idle_timeout=3600",  # a kernel that an hour did nothing gives its memory back
]
c.Spawner.environment = {
    "FLOWLAB_PROFILE": "laptop",  # a GPU for one is none for thirty
    "FLOWLAB_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",  # the install is read-only
    "PATH": f"{PYTHON.parent}:/usr/local/bin:/usr/bin:/bin",
}
c.Spawner.mem_limit = "2G"  # systemd, Docker and Kubernetes hold to it; docs/teachers.md has the measured memory
c.Spawner.start_timeout = 120
