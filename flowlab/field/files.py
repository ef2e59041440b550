"""Flow fields on disk: .flo, KITTI's 16-bit .png, .pfm, .flo5 and .npy, told apart by suffix."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
from jaxtyping import Bool, Float32

from flowlab._disk import FilePath, open_to_read, write_atomically
from flowlab.field.arrays import Flow, Mask, flow_batch, mask_batch
from flowlab.field.formats import flo, flo5, kitti, npy, pfm
from flowlab.field.formats.common import UNKNOWN_ABOVE, FormatError, fill_unknown, known

_FORMATS = {".flo": flo, ".png": kitti, ".pfm": pfm, ".flo5": flo5, ".npy": npy}


def read_flow(path: FilePath, *, stride: int = 1) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
    """Read a flow field and the mask of its known pixels.

    Args:
        path: A file in .flo (Middlebury, Sintel, Flying Chairs), .png (KITTI, 16 bits), .pfm (FlyingThings3D),
            .flo5 (Spring; needs h5py) or .npy ((H, W, 2) floats).
        stride: Keep every so-many-th row and column. Spring's .flo5 files have twice the size of its images, in
            pixels of the images: ``stride=2`` gives the flow on the image's grid.

    Returns:
        (flow, valid): (H, W, 2) float32 in pixels, u right and v down; (H, W) bool. Unknown pixels (beyond 1e9
        or NaN in the file, or masked by KITTI) are 0 with valid False.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the suffix is none of these, or the file is truncated, too long, absurdly large or of
            another kind; the message gives the file, the byte or field, and what was expected there.
        ImportError: If a .flo5 file needs h5py and it is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_flow(f"{folder}/right.flo", np.full((2, 3, 2), (1.5, 0.0), np.float32))
        ...     flow, valid = read_flow(f"{folder}/right.flo")
        >>> flow[0, 0].tolist(), valid.all().item()
        ([1.5, 0.0], True)
    """
    if stride < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    file_format = _format(path)
    with open_to_read(path) as (stream, size):
        try:
            flow, valid = file_format.read(stream, size)
        except FormatError as error:
            raise ValueError(f"cannot read {path} as {Path(path).suffix}: {error}") from None
    if stride > 1:
        flow = flow[::stride, ::stride].copy()
        valid = None if valid is None else valid[::stride, ::stride].copy()
    valid = known(flow) if valid is None else valid
    return fill_unknown(flow, valid, 0.0), valid


def write_flow(path: FilePath, flow: Flow, valid: Mask | None = None) -> None:
    """Write a flow field, in one step: if it fails, the old file stands as it was.

    Args:
        path: Where to; the suffix gives the format, as in ``read_flow``.
        flow: (H, W, 2), or a tensor (2, H, W) or (1, 2, H, W), in pixels. All formats hold float32, but KITTI's
            .png holds 1/64 px, to which it is rounded.
        valid: (H, W) bool, False where the flow is unknown (1e10 is written, KITTI has a mask). If not given,
            a pixel that is NaN or beyond 1e9 is unknown.

    Raises:
        ValueError: If the suffix is unknown, the shapes do not fit, a pixel that ``valid`` vouches for is NaN or
            beyond 1e9, or a flow is too long for KITTI's .png (512 px).
        OSError: If the folder does not exist or may not be written to, or the disk is full.
        ImportError: If .flo5 needs h5py and it is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_flow(f"{folder}/half.png", np.full((1, 2, 2), 0.5), np.array([[True, False]]))
        ...     flow, valid = read_flow(f"{folder}/half.png")
        >>> flow.tolist(), valid.tolist()
        ([[[0.5, 0.5], [0.0, 0.0]]], [[True, False]])
    """
    file_format = _format(path)
    array, mask = _one_flow(flow, valid)
    try:
        pieces = file_format.encode(array, mask)
    except ValueError as error:
        raise ValueError(f"cannot write {path}: {error}") from None
    write_atomically(path, pieces)


def _format(path: FilePath) -> ModuleType:
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        known_suffixes = ", ".join(_FORMATS)
        raise ValueError(f"{path}: no flow format has the suffix {suffix!r}; expected one of {known_suffixes}")
    return _FORMATS[suffix]


def _one_flow(flow: Flow, valid: Mask | None) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
    """Return one field in NumPy's layout with its mask, whatever the caller has."""
    batch, layout = flow_batch(flow)
    mask_given = None if valid is None else mask_batch(valid, layout)[0].cpu().numpy()
    if len(batch) != 1:
        raise ValueError(f"flow of shape {layout.shape} is a batch of {len(batch)}; a file holds one: write each")
    array = batch[0].detach().movedim(0, -1).float().cpu().numpy()
    mask = known(array)
    if mask_given is None:
        return array, mask
    wrong = int((mask_given & ~mask).sum())
    if wrong:
        raise ValueError(f"flow is NaN or beyond {UNKNOWN_ABOVE:g} at {wrong} of {int(mask_given.sum())} valid pixels")
    return array, mask_given
