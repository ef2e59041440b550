"""One wheel and one environment for all tests of the package."""

import email
import subprocess
import zipfile

import pytest

from tests.budgets import HANG
from tests.environment import environment_of_reader
from tests.package.environment import build_wheel, make_environment


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


@pytest.fixture(scope="session")
def needs(metadata):
    """What the wheel requires when no extra is asked for."""
    return [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]


@pytest.fixture(scope="session")
def python(wheel, needs, tmp_path_factory):
    """The Python of an environment with the wheel and what it requires."""
    return make_environment(tmp_path_factory.mktemp("environment") / "venv", wheel, needs)


@pytest.fixture
def installed(python, tmp_path):
    """Call the environment's Python in an empty folder, with nothing of this checkout on its path."""

    def call(*arguments, timeout=HANG):
        line = [python, *(str(argument) for argument in arguments)]
        return subprocess.run(
            line, cwd=tmp_path, env=environment_of_reader(), capture_output=True, text=True, timeout=timeout
        )

    return call
