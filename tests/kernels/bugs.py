"""Bugs planted in correlation.cu, one at a time, and what is expected to catch each; plain text, no torch."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import flowlab.kernels

SOURCE = (Path(flowlab.kernels.__file__).parent / "correlation.cu").read_text(encoding="utf-8")
COMPLETE = "__syncthreads();  // the new tile is complete"
OLD = "__syncthreads();  // all reads of the old tile are done"


class Bug(NamedTuple):
    """One edit of the kernel.

    Attributes:
        name: What is wrong.
        kernel: In which it shows.
        old: The text that is replaced.
        new: By what.
        count: Which occurrence, from 0.
        watched: The kind of KernelError that the watched build raises; "" if none.
        plain: What a build that is not watched shows, in every order of the threads: "wrong numbers", "divergent
            barrier", "nothing"; "" where it is not run, since it would write where it must not.
        address: Whether AddressSanitizer stops it.
    """

    name: str
    kernel: str
    old: str
    new: str
    count: int = 0
    watched: str = ""
    plain: str = "wrong numbers"
    address: bool = False

    @property
    def source(self) -> str:
        """The kernel with the bug in it."""
        parts = SOURCE.split(self.old)
        if len(parts) < self.count + 2:
            raise ValueError(f"correlation.cu no longer has the place of {self.name!r}: {self.old!r}")
        head, tail = parts[: self.count + 1], parts[self.count + 1 :]
        return self.old.join(head) + self.new + self.old.join(tail)


RACE, UNWRITTEN, DIVERGENT, OUTSIDE = "shared race", "unwritten", "divergent barrier", "outside"
BUGS = (
    Bug("no barrier after the tile is fetched, forward", "corr", COMPLETE, "", 0, UNWRITTEN),
    Bug("no barrier before the tile is overwritten, forward", "corr", OLD, "", 0, RACE),
    Bug("no barrier after the tile is fetched, gradient of a", "corr_grad_a", COMPLETE, "", 1, UNWRITTEN),
    Bug("no barrier before the tile is overwritten, gradient of b", "corr_grad_b", OLD, "", 1, RACE),
    Bug("a barrier that one thread skips", "corr", COMPLETE, f"if (threadIdx.x < 31) {COMPLETE}", 0, RACE, DIVERGENT),
    Bug("threads beyond the border leave before the barrier", "corr_grad_a", "    g += n * D * D",
        "    if (x >= W) return;\n    g += n * D * D", 0, DIVERGENT, DIVERGENT),
    Bug("a row of the image too many", "corr", "0 <= y && y < H", "0 <= y && y <= H", 0, OUTSIDE, "", True),
    Bug("a column too many", "corr", "x + f < W) four", "x + f <= W) four", 0, OUTSIDE, "", True),
    Bug("the upper border forgotten", "corr_grad_b", "0 <= dy && dy < D &&", "dy < D &&", 0, OUTSIDE, "", True),
    Bug("channels that the map does not have", "corr_grad_a", "present - c : 0;", "4 : 0;",
        0, OUTSIDE, "nothing", True),
    Bug("a row of the output too many", "corr", "if (y >= Ho ||", "if (y > Ho ||", 0, OUTSIDE, "", True),
    Bug("the right border of the output forgotten", "corr", "|| first_x + x >= Wo) return", ") return",
        0, OUTSIDE, "", True),
    Bug("the end of each row of the tile left empty", "corr", "i >= columns) continue", "i >= columns - 4) continue",
        0, UNWRITTEN),
    Bug("a displacement too far", "corr", "+ my_m * s2) * pitch", "+ (my_m + 1) * s2) * pitch", 0, OUTSIDE),
    Bug("a warp that misses its turn", "corr", "turn = blockDim.y - 1;", "turn = blockDim.y;", 0, UNWRITTEN),
    Bug("the weights of rows in the wrong order", "corr_grad_b", "number(first[k * step])",
        "number(first[(3 - k) * step])", 0, OUTSIDE, "", True),
    Bug("a row of b too low", "corr", "(u - layer.r) * s2;", "(u - layer.r + 1) * s2;"),
    Bug("one displacement less", "corr_grad_b", "(D - 1 - m) :", "(D - 2 - m) :", 0, OUTSIDE, "", True),
    Bug("a patch too many", "corr_grad_a", "last = min(last, count - 1);", "last = min(last, count);",
        0, OUTSIDE, "", True),
    Bug("rows one apart, not stride2", "corr_grad_a", "first_y + k * s2, channel", "first_y + k, channel",
        0, "global race"),
    Bug("not divided by the patch", "corr", "/ (K * K * C)", "/ C"),
    Bug("the displacement not turned round", "corr_grad_b",
        "OF_B ? (D - 1 - dy) * D + (D - 1 - m) : dy * D + m", "dy * D + m"),
)  # fmt: skip
