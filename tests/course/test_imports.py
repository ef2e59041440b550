"""The teaching layer costs nothing until it is used."""

import subprocess
import sys


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_package_does_not_import_the_course():
    assert run_python("import sys, flowlab; print('flowlab.course' in sys.modules)") == "False"


def test_the_course_imports_its_heavy_packages_only_when_they_are_used():
    code = (
        "import sys, flowlab; before = set(sys.modules)\n"
        "from flowlab import course\n"
        "heavy = {'torch', 'cv2', 'matplotlib', 'IPython', 'ipywidgets', 'skimage', 'cupy'}\n"
        "print(sorted(heavy & (set(sys.modules) - before)))"
    )
    assert run_python(code) == "[]"


def test_every_name_that_is_promised_is_there():
    from flowlab import course

    assert [name for name in course.__all__ if not hasattr(course, name)] == []


def test_the_doctor_runs_without_the_courses_packages():
    code = (
        "import sys; sys.modules |= dict.fromkeys(['matplotlib', 'ipywidgets', 'IPython', 'psutil', 'skimage'])\n"
        "from flowlab.course.doctor import checks\n"
        "print(*(check.name for check in checks() if check.ok is False))"
    )
    assert run_python(code) == "photographs"
