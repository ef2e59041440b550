"""Which profile a session has."""

import pytest
import torch

from flowlab_course.page.profile import Profile, profile


def test_the_variable_decides(monkeypatch):
    monkeypatch.setenv("FLOWLAB_PROFILE", "laptop")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert profile() == Profile("laptop", torch.device("cpu"))


@pytest.mark.parametrize(("cuda", "name", "device"), [(True, "gpu", "cuda"), (False, "laptop", "cpu")])
def test_without_the_variable_cuda_decides(monkeypatch, cuda, name, device):
    monkeypatch.delenv("FLOWLAB_PROFILE")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    assert profile() == Profile(name, torch.device(device))


def test_gpu_without_cuda_says_what_to_do(monkeypatch):
    monkeypatch.setenv("FLOWLAB_PROFILE", "gpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match="no CUDA device; unset it"):
        profile()


def test_an_unknown_profile_is_refused(monkeypatch):
    monkeypatch.setenv("FLOWLAB_PROFILE", "tpu")
    with pytest.raises(ValueError, match="'tpu'"):
        profile()


def test_pick_takes_the_profiles_value():
    assert Profile("gpu", torch.device("cuda")).pick(laptop=1, gpu=2) == 2
    assert Profile("laptop", torch.device("cpu")).pick(laptop=1, gpu=2) == 1


@pytest.mark.parametrize(("name", "where"), [("gpu", "on the GPU through CuPy"), ("laptop", "on the CPU, thread for")])
def test_chapter_09_says_where_kernels_run(name, where, monkeypatch):
    from flowlab_course.chapters.ch09 import lab

    monkeypatch.setenv("FLOWLAB_PROFILE", name)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(lab, "_require_compiler", lambda: None)
    assert lab.where().startswith(f"Kernels run {where}")
