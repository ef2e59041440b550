"""Two sizes of every experiment: `laptop` runs in seconds on two cores, `gpu` at full size on CUDA."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import torch

T = TypeVar("T")
NAMES = ("laptop", "gpu")


@dataclass(frozen=True)
class Profile:
    """The size at which a chapter runs, and the device that it runs on.

    Attributes:
        name: "laptop" or "gpu".
        device: Where the chapter's tensors live.

    Example:
        >>> import torch
        >>> Profile("laptop", torch.device("cpu")).pick(laptop=200, gpu=20_000)
        200
    """

    name: str
    device: torch.device

    def pick(self, *, laptop: T, gpu: T) -> T:
        """Return the value meant for this profile, so that one cell serves both sizes."""
        return laptop if self.name == "laptop" else gpu


def profile() -> Profile:
    """Return the profile of this session: `FLOWLAB_PROFILE`, else `gpu` where CUDA is there, else `laptop`.

    Returns:
        The profile; its device is `cuda` for `gpu` and `cpu` for `laptop`.

    Raises:
        ValueError: If FLOWLAB_PROFILE is neither "laptop" nor "gpu".
        RuntimeError: If it asks for "gpu" and torch sees no CUDA device.

    Example:
        >>> profile().name in ("laptop", "gpu")
        True
    """
    import torch  # takes seconds to import; `import flowlab_course as course` should not

    asked = os.environ.get("FLOWLAB_PROFILE", "")
    if asked and asked not in NAMES:
        raise ValueError(f'FLOWLAB_PROFILE must be "laptop" or "gpu", got {asked!r}; unset it to let flowlab choose')
    cuda = torch.cuda.is_available()
    if asked == "gpu" and not cuda:
        raise RuntimeError(
            "FLOWLAB_PROFILE=gpu, but torch sees no CUDA device; unset it to run on the CPU, "
            "or see what `python -m flowlab doctor` finds"
        )
    name = asked or ("gpu" if cuda else "laptop")
    return Profile(name, torch.device("cuda" if name == "gpu" else "cpu"))
