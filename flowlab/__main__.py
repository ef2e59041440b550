"""``python -m flowlab``."""

from flowlab.cli import app

app(prog_name="python -m flowlab")
