"""The doctor looks at everything, and a broken part does not stop it."""

import sys
from types import SimpleNamespace

import pytest
import torch

import flowlab_course.doctor as of_the_course
from flowlab import doctor
from flowlab._optional import OPTIONAL, optional


def look(name):
    return next(check for check in doctor.checks() if check.name == name)


def fake_cuda(monkeypatch, cupy):
    card = SimpleNamespace(name="Card", total_memory=8 * 2**30, major=8, minor=6)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: card)
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setitem(sys.modules, "cupy", cupy)


def test_in_this_environment_nothing_needed_is_missing():
    assert [check for check in doctor.checks() if check.ok is False] == []


def test_in_a_clone_it_looks_at_the_course_too():
    names = [check.name for check in doctor.checks()]
    assert names == [*doctor.LOOKS, *of_the_course.LOOKS]
    assert {"av", "onnx", "photographs", "memory"} <= set(names)


def test_the_report_says_sign_name_finding_and_advice(capsys):
    doctor.report(
        [
            doctor.Check("good", True, "there", "not said"),
            doctor.Check("bad", False, "missing", "do this"),
            doctor.Check("optional", None, "not there"),
        ]
    )
    assert capsys.readouterr().out == (
        f"✓ {'good':14} there\n✗ {'bad':14} missing\n  {'':14} do this\n– {'optional':14} not there\n"
    )


def test_without_cuda_neither_card_nor_cupy_is_needed(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert (look("GPU").ok, look("CuPy").ok) == (None, None)


def test_with_cuda_cupy_is_tried(monkeypatch):
    cupy = SimpleNamespace(arange=range, __version__="14")
    cupy.arange = lambda n: SimpleNamespace(sum=lambda: n * (n - 1) // 2)
    fake_cuda(monkeypatch, cupy)
    assert look("CuPy").ok is True
    assert look("GPU").found == "Card, 8 GB, compute capability 8.6"


def test_with_cuda_a_missing_cupy_names_the_extra_that_fits(monkeypatch):
    fake_cuda(monkeypatch, None)
    check = look("CuPy")
    assert check.ok is None
    assert "pip install 'cupy-cuda13x[ctk]'" in check.advice


def test_a_cpu_build_beside_a_driver_is_noticed(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/usr/bin/" + name)
    assert "torch is a CPU build" in look("GPU").advice


def test_a_missing_course_package_says_what_to_install(monkeypatch):
    def version(name):
        if name == "ipywidgets":
            raise of_the_course.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(of_the_course, "version", version)
    check = look("JupyterLab")
    assert check.ok is False
    assert "no ipywidgets" in check.found
    assert "pip install -r requirements.txt" in check.advice


def test_missing_photographs_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    check = look("photographs")
    assert check.ok is False
    assert "pip install -r requirements.txt" in check.advice


def test_a_part_that_breaks_is_a_finding(monkeypatch):
    def broken():
        raise RuntimeError("half installed")

    monkeypatch.setattr(doctor, "COURSE", "no_course_here")
    monkeypatch.setattr(doctor, "LOOKS", {"first": broken, "second": lambda: (True, "fine", "")})
    first, second = doctor.checks()
    assert (first.ok, first.found) == (False, "RuntimeError: half installed")
    assert second.ok


@pytest.mark.parametrize("name", OPTIONAL)
def test_each_optional_package_is_there_or_it_says_what_needs_it_and_what_to_type(monkeypatch, name):
    packages, users = OPTIONAL[name]
    monkeypatch.setattr(doctor, "find_spec", lambda asked: object() if asked != name else None)
    assert doctor.LOOKS[name]() == (None, f"not installed; {users} need it", f"pip install {packages}")
    monkeypatch.setattr(doctor, "find_spec", lambda asked: object())
    assert doctor.LOOKS[name]()[0] is True
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(
        ModuleNotFoundError, match=f"{users} need {name}, which is not installed: pip install {packages}"
    ):
        optional(name)


@pytest.mark.parametrize("folders", [0, 3, 12])
def test_data_sets_are_listed(monkeypatch, tmp_path, folders):
    for number in range(folders):
        (tmp_path / f"set{number:02}").mkdir()
    monkeypatch.setenv("FLOWLAB_DATA", str(tmp_path))
    check = look("data sets")
    assert check.ok is True
    assert check.found.count("set") - str(tmp_path).count("set") == min(folders, 8)
    assert ("4 more" in check.found) == (folders == 12)


def test_a_data_folder_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("FLOWLAB_DATA", str(tmp_path / "nowhere"))
    check = look("data sets")
    assert check.ok is False
    assert "nowhere" in check.found


def test_no_data_folder_is_no_fault(monkeypatch):
    monkeypatch.delenv("FLOWLAB_DATA", raising=False)
    assert look("data sets").ok is None
