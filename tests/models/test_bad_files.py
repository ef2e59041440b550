"""Corrupted and foreign files are refused with what they are and what to do; nothing in a pickle is run."""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
import types
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

import flowlab
from flowlab.models import FlowNetS, save_model
from tests.models import paper


def torch_bytes(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def good_state(correlated: bool = False) -> dict:
    return paper.weights(correlated, predict=False, shrink=16)


def without(key: str) -> dict:
    state = good_state()
    del state[key]
    return state


def ours(tmp_path: Path, change) -> bytes:
    """A file of our own, with its header changed."""
    save_model(FlowNetS(width=0.0625), tmp_path / "good")
    data = (tmp_path / "good").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def safetensors_of(tmp_path: Path, state: dict, header: dict | None = None) -> bytes:
    save_file(state, tmp_path / "foreign", header)
    return (tmp_path / "foreign").read_bytes()


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, conv1=np.zeros(3))
    return stream.getvalue()


def scripted() -> bytes:
    stream = io.BytesIO()
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.zeros(1, 2)), stream)
    return stream.getvalue()


RESNET = {"conv1.weight": torch.zeros(64, 3, 7, 7), "bn1.weight": torch.zeros(64), "fc.bias": torch.zeros(9)}
SD = {"conv0.0.weight": torch.zeros(8, 6, 3, 3), "inter_conv5.0.weight": torch.zeros(4, 4, 3, 3)} | good_state()
GOOD = good_state()

FILES = {
    "nothing": (lambda _: b"", r"is empty \(0 bytes\); expected the weights of a FlowNetS"),
    "noise": (lambda _: bytes(range(200, 256)), r"not a file of weights \(it begins with c8c9cacb\)"),
    "a web page": (lambda _: b"<!DOCTYPE html><title>Sign in</title>", "is a web page or XML; the download may have"),
    "an LFS pointer": (lambda _: b"version https://git-lfs.github.com/spec/v1\noid x\n", "`git lfs pull`"),
    "a flow": (lambda _: b"PIEH" + bytes(20), "read it with flowlab.read_flow"),
    "a picture": (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(20), "is a PNG picture"),
    "Keras weights": (lambda _: b"\x89HDF\r\n\x1a\n" + bytes(20), "is HDF5, such as Keras weights"),
    "a prototxt": (lambda _: b'name: "FlowNetS"\nlayer {\n}' * 2, "is text that begins with 'name: "),
    "a NumPy archive": (lambda _: npz(), r"is a NumPy archive \(.npz\)"),
    "another zip": (lambda _: zipped(readme=b"hello"), r"a zip archive of other files \(readme\); unpack it"),
    "half a torch file": (lambda _: truncated(torch_bytes(GOOD)), "a zip archive that is cut off or broken"),
    "half an old pickle": (lambda _: pickle.dumps(list(range(999)))[:200], "a pickle without weights, or a broken one"),
    "half a safetensors": (lambda p: truncated(safetensors_of(p, GOOD)), "as safetensors: .*is it cut off"),
    "a header cut off": (lambda p: safetensors_of(p, GOOD)[:60], "as safetensors: "),
    "a whole model": (
        lambda _: torch_bytes(torch.nn.Linear(1, 1)),
        r"torch\.nn\.modules\.linear\.Linear.*state_dict\(\)",
    ),
    "TorchScript": (lambda _: scripted(), "is a TorchScript program"),
    "a list": (lambda _: torch_bytes([1, 2]), "holds a list, not a state dict"),
    "a tensor": (lambda _: torch_bytes(torch.zeros(2, 3)), r"holds a tensor of shape \(2, 3\), not a state dict"),
    "options only": (lambda _: torch_bytes({"epoch": 3, "lr": 0.1}), "holds no tensors by name, but 'epoch', 'lr'"),
    "a ResNet": (lambda _: torch_bytes(RESNET), "holds 3 tensors of another network: conv1.weight, bn1.weight"),
    "a FlowNetSD": (lambda _: torch_bytes(SD), r"of another network \(a FlowNetSD, it seems\)"),
    "a missing layer": (
        lambda _: torch_bytes(without("conv5_1.0.weight")),
        "do not fit FlowNetS: conv5_1.0.weight is missing",
    ),
    "a layer too many": (
        lambda _: torch_bytes(GOOD | {"conv7.0.weight": torch.ones(1)}),
        "conv7.0.weight does not belong to it",
    ),
    "a wrong shape": (
        lambda _: torch_bytes(GOOD | {"conv4.0.weight": torch.ones(32, 16, 5, 5)}),
        r"conv4.0.weight is \(32, 16, 5, 5\), not \(32, 16, 3, 3\)",
    ),
    "four wrong shapes": (
        lambda _: torch_bytes(GOOD | {f"conv{i}.0.bias": torch.ones(3) for i in (2, 3, 4, 5)}),
        r"conv4.0.bias is \(3,\), not \(32,\) and 1 more$",
    ),
    "NaN": (
        lambda _: torch_bytes(GOOD | {"conv4.0.weight": torch.full((32, 16, 3, 3), float("nan"))}),
        "NaN or infinity in conv4.0.weight; a training that diverged",
    ),
    "our header without a network": (
        lambda p: ours(p, lambda h: h["__metadata__"].update(model="raft")),
        "its header describes no network: KeyError: 'raft'",
    ),
    "our header with unknown options": (
        lambda p: ours(p, lambda h: h["__metadata__"].update(config='{"depth": 3}')),
        "its header describes no network: TypeError: .*'depth'",
    ),
    "our header with no JSON": (
        lambda p: ours(p, lambda h: h["__metadata__"].update(config="{")),
        "its header describes no network: JSONDecodeError",
    ),
    "our header for another width": (
        lambda p: ours(p, lambda h: h["__metadata__"].update(config='{"width": 0.125}')),
        r"conv1.0.weight is \(4, 6, 7, 7\), not \(8, 6, 7, 7\); .* more$",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_none_is_refused_in_words(name, tmp_path, as_users_run_it):
    make, said = FILES[name]
    path = tmp_path / "weights.pth"
    path.write_bytes(make(tmp_path))
    with pytest.raises(ValueError, match=said) as caught:
        flowlab.load_model(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 500


def test_twenty_and_more_files_are_tried():
    assert len(FILES) >= 20


class Attack:
    """A pickle that makes a file, if anybody lets it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (os.system, (f"touch {self.path}",))


class Quiet(Attack):
    """The same by a name that the loader reads as inert."""

    def __reduce__(self):
        import argparse

        return (argparse.Namespace, (), {"state": Attack(self.path)})


class Evaluated(Attack):
    def __reduce__(self):
        return (eval, (f"open({str(self.path)!r}, 'w').close()",))


@pytest.mark.parametrize("attack", [Attack, Quiet, Evaluated])
@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "old"])
def test_nothing_in_a_pickle_is_run(attack, zipped, tmp_path):
    target = tmp_path / "was_here"
    torch.save(
        {"state_dict": good_state(), "extra": attack(target)},
        tmp_path / "evil.pth",
        _use_new_zipfile_serialization=zipped,
    )
    with pytest.raises(ValueError, match=r"(system|eval).* is code and not weights; nothing was run"):
        flowlab.load_model(tmp_path / "evil.pth")
    assert not target.exists()
    pickle.loads(pickle.dumps(attack(target)))  # it would have been
    assert target.exists()


def test_a_pickle_of_its_own_is_not_run_either(tmp_path):
    (tmp_path / "evil.pth").write_bytes(pickle.dumps({"a": Attack(tmp_path / "was_here")}, protocol=2))
    with pytest.raises(ValueError, match=r"evil\.pth"):
        flowlab.load_model(tmp_path / "evil.pth")
    assert not (tmp_path / "was_here").exists()


def test_what_training_code_leaves_beside_the_weights_is_kept_out(tmp_path, monkeypatch):
    """Lightning's own dict of options, paths and NumPy's numbers are read as nothing."""
    home = types.ModuleType("lightning_fabric.utilities.data")  # stands for a package that is not installed
    home.AttributeDict = type("AttributeDict", (dict,), {"__module__": home.__name__})
    for name in ("lightning_fabric", "lightning_fabric.utilities", home.__name__):
        monkeypatch.setitem(sys.modules, name, home)
    torch.save({"state_dict": good_state(), "hyper_parameters": home.AttributeDict(lr=1e-4, b=2)}, tmp_path / "b.ckpt")
    monkeypatch.undo()
    assert flowlab.load_model(tmp_path / "b.ckpt").metadata["family"] == "ptlflow"
    content = {"state_dict": good_state(), "best_EPE": np.float64(2.0), "errors": np.zeros(3), "to": Path("/tmp")}
    torch.save(content, tmp_path / "a.pth")
    assert isinstance(flowlab.load_model(tmp_path / "a.pth"), FlowNetS)


@pytest.mark.parametrize("module", ["pathlib", "pathlib._local"])  # Python 3.13 pickles paths under the second name
def test_a_path_that_another_python_pickled_is_kept_out(tmp_path, module):
    path = f"c{module}\nPosixPath\n(X\x04\x00\x00\x00/tmptR".encode()  # protocol 2, by hand
    torch.save({"state_dict": good_state(), "to": "THE PATH"}, tmp_path / "a.pth", _use_new_zipfile_serialization=True)
    with zipfile.ZipFile(tmp_path / "a.pth") as saved, zipfile.ZipFile(tmp_path / "b.pth", "w") as changed:
        for name in saved.namelist():
            data = saved.read(name)
            if name.endswith("data.pkl"):
                text = b"X\x08\x00\x00\x00THE PATH"
                assert data.count(text) == 1
                data = data.replace(text, path)
            changed.writestr(name, data)
    assert isinstance(flowlab.load_model(tmp_path / "b.pth"), FlowNetS)


def test_a_folder_and_a_family_that_is_none_are_refused(tmp_path):
    with pytest.raises(OSError, match="directory"):
        flowlab.load_model(tmp_path)
    torch.save(good_state(), tmp_path / "a.pth")
    with pytest.raises(
        ValueError, match="family must be one of FlowNetPytorch, flownet2-pytorch, ptlflow, got 'mmflow'"
    ):
        flowlab.load_model(tmp_path / "a.pth", family="mmflow")
