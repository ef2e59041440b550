"""``python -m flowlab_course``."""

from flowlab_course.cli import app

app(prog_name="python -m flowlab_course")
