"""The packages that flowlab can do without: what each is for, and how to install it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

OPTIONAL = {  # by the name in Python: the names for pip, and what needs the package
    "av": ("av", "videos"),
    "h5py": ("h5py", "files in .flo5"),
    "skimage": ("scikit-image", "sample photographs and the methods tvl1 and ilk"),
    "tensorboard": ("tensorboard", "training curves in TensorBoard"),
    "onnx": ("onnx onnxscript", "files in ONNX"),
    "onnxruntime": ("onnxruntime", "runs of files in ONNX"),
}


def optional(name: str) -> ModuleType:
    """Import a package of OPTIONAL; a ModuleNotFoundError says what needs it, and what to type."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        packages, users = OPTIONAL[name.removesuffix("script")]  # onnxscript comes with onnx
        message = f"{users} need {name}, which is not installed: pip install {packages}"
        raise ModuleNotFoundError(message, name=error.name) from error
