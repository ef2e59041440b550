"""Other people's files as plain tensors and texts: torch.save's, opened without running anything in them.

A pickle is a program. PyTorch's reader with ``weights_only=True`` runs none of it: it knows how to make tensors and
containers, and refuses every other name. Training scripts leave a few harmless names beside the weights, options and
numbers of NumPy; those are read as `Inert`, which keeps nothing, instead of as what they were.
"""

from __future__ import annotations

import pickle
import re
import warnings
from pathlib import Path
from typing import BinaryIO

import torch

from flowlab.field._disk import open_to_read

EXPECTED = (
    "expected the weights of a FlowNetS or a FlowNetC: flowlab's own safetensors, or a file of FlowNetPytorch, "
    "flownet2-pytorch or ptlflow"
)


class Inert:
    """Stands where a file has an object that is not wanted; takes anything and keeps nothing."""

    def __new__(cls, *_: object) -> Inert:
        """Take any arguments."""
        return super().__new__(cls)

    def __setstate__(self, state: object) -> None:
        """Forget the state."""


class InertDict:
    """Stands for a class of dictionaries: what is made of it is a plain one."""

    def __new__(cls, *_: object) -> dict:
        """Make a plain dictionary, which the reader lets be filled."""
        return {}


_LIGHTNING = ("pytorch_lightning", "lightning.pytorch")
HARMLESS = (
    "argparse.Namespace",
    "collections.namedtuple",
    "pathlib.PosixPath",
    "pathlib.WindowsPath",
    "numpy.dtype",
    *(f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("scalar", "_reconstruct")),
    "numpy.ndarray",
    *(f"{module}.callbacks.model_checkpoint.ModelCheckpoint" for module in _LIGHTNING),
    "jsonargparse.namespace.Namespace",
    "jsonargparse._namespace.Namespace",
)
HARMLESS_DICTS = (
    *(f"{module}.utilities.parsing.AttributeDict" for module in _LIGHTNING),
    "lightning_fabric.utilities.data.AttributeDict",
    "lightning.fabric.utilities.data.AttributeDict",
)

# What else people hand to a loader of weights, by its first bytes.
_KINDS = (
    (b"version https://git-lfs", "a Git LFS pointer in the place of the weights; fetch them with `git lfs pull`"),
    (b"<", "a web page or XML; the download may have given an error page: open it in a browser"),
    (b"{", "JSON text"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PIEH", "a flow field (.flo); read it with flowlab.read_flow"),
    (b"\x93NUMPY", "a NumPy array (.npy)"),
    (b"\x89HDF", "HDF5, such as Keras weights or a .flo5 flow"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"GGUF", "a GGUF file"),
)


def read_pickled(path: Path) -> object:
    """Read what torch.save wrote, tensors and containers only.

    Raises:
        ValueError: If it is no such file, is cut off, or needs code to be run; nothing is run.
    """
    try:
        inert = [(Inert, name) for name in HARMLESS] + [(InertDict, name) for name in HARMLESS_DICTS]
        with warnings.catch_warnings(), torch.serialization.safe_globals(inert):
            warnings.simplefilter("ignore")  # TorchScript archives are refused below
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL (\S+)", str(error)) or re.search(r"function <?(.+?)>?[\s.]", str(error))
        if name:
            raise ValueError(
                f"{path} wants to run or rebuild {name[1]}, which is code and no weights; nothing was run. If you "
                "trust the file, save only its state_dict() with torch.save where that code is at home"
            ) from error
        raise ValueError(f"{path} is a pickle without weights, or a broken one; {EXPECTED}") from error
    except (RuntimeError, EOFError, KeyError, IndexError, TypeError, AttributeError, ValueError, OSError) as error:
        text = str(error)
        if "TorchScript" in text:
            raise ValueError(
                f"{path} is a TorchScript program; {EXPECTED}. Load it with torch.jit.load and save its state_dict()"
            ) from error
        lines = text.strip().splitlines() or [type(error).__name__]
        raise ValueError(f"{path} cannot be read as a file of torch.save ({lines[0][:160]}); is it cut off?") from error


def kind_of(path: Path) -> str:
    """Tell by the first bytes how a file is to be read: "safetensors" or "torch".

    Raises:
        ValueError: If it is neither; the message says what it looks like.
        OSError: If it cannot be opened.
    """
    with open_to_read(path) as (stream, size):
        head = stream.read(32)
        if head[:4] == b"PK\x03\x04":
            return _zip_kind(path, stream)
    if size == 0:
        raise ValueError(f"{path} is empty (0 bytes); {EXPECTED}")
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= 100_000_000:
        return "safetensors"
    if head[:1] == b"\x80" and head[1:2] <= b"\x05":
        return "torch"
    looks = next((what for first, what in _KINDS if head.startswith(first)), "")
    if not looks and all(32 <= byte < 127 or byte in b"\r\n\t" for byte in head):
        looks = f"text that begins with {head[:16].decode()!r}"
    raise ValueError(f"{path} is {looks or f'no file of weights (it begins with {head[:4].hex()})'}; {EXPECTED}")


def _zip_kind(path: Path, stream: BinaryIO) -> str:
    import zipfile

    stream.seek(0)
    try:
        names = zipfile.ZipFile(stream).namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ValueError(f"{path} is a zip archive that is cut off or broken ({error}); copy it again") from error
    if any(name.endswith("data.pkl") for name in names):
        return "torch"
    if any(name.endswith(".npy") for name in names):
        raise ValueError(f"{path} is a NumPy archive (.npz); {EXPECTED}")
    raise ValueError(f"{path} is a zip archive of other files ({', '.join(names[:3])}); unpack it. {EXPECTED}")
