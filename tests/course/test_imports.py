"""The teaching layer costs nothing until it is used."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.chapters.paths import ROOT


def run_python(code: str, **how: object) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, **how)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_library_does_not_import_the_course():
    code = "[getattr(flowlab, name) for name in flowlab.__all__]; print('flowlab_course' in sys.modules)"
    assert run_python(f"import sys, flowlab; {code}") == "False"


def test_an_editable_install_shows_both_packages_from_any_folder(tmp_path):
    """`pip install -e .` takes the wheel that the back end makes here: a .pth file with the folders to import from."""
    make = f"from hatchling.build import build_editable; build_editable({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", make], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        (paths,) = [wheel.read(name).decode() for name in wheel.namelist() if name.endswith(".pth")]
    code = f"import sys; sys.path[:0] = {paths.split()!r}; import flowlab_course; print(flowlab_course.__file__)"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    assert Path(run_python(code, cwd=tmp_path, env=environment)) == ROOT / "flowlab_course" / "__init__.py"


def test_the_course_imports_its_heavy_packages_only_when_they_are_used():
    code = (
        "import sys, flowlab; before = set(sys.modules)\n"
        "import flowlab_course as course\n"
        "heavy = {'torch', 'cv2', 'matplotlib', 'IPython', 'ipywidgets', 'skimage', 'cupy'}\n"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )
    assert run_python(code) == "[]"


def test_every_name_that_is_promised_is_there():
    import flowlab_course as course

    assert [name for name in course.__all__ if not hasattr(course, name)] == []


def test_the_doctor_runs_without_the_courses_packages():
    code = (
        "import sys; sys.modules |= dict.fromkeys(['matplotlib', 'ipywidgets', 'IPython', 'psutil', 'skimage'])\n"
        "from flowlab.doctor import checks\n"
        "print(*(check.name for check in checks() if check.ok is False))"
    )
    assert run_python(code) == "photographs"
