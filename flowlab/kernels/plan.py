"""How a correlation is cut into blocks: the numbers that one launch of correlation.cu needs, on whatever runs it."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from flowlab.kernels.source import TYPES, Instance, Whole

COLUMNS, ROWS, DISPLACEMENTS, CHANNELS = 32, 4, 11, 8  # of the tiles, as in correlation.cu; a test compares them
GROUPS = 4  # at most, of 32 threads, in a block
SHARED_LIMIT = 48 * 1024  # bytes of shared memory that every card gives to a block without being asked
SHARED_WISH = 16 * 1024  # bytes with which an SM still holds enough blocks to hide the wait for memory
MOST_BLOCKS = 2**31 - 1


@dataclass(frozen=True)
class Launch:
    """One call of a kernel, but for its tensors.

    Attributes:
        kernel: Its name.
        instance: What has to be compiled.
        blocks: In one line, along x.
        block: Threads of a block, (x, y).
        shared: Bytes of dynamic shared memory.
        numbers: The arguments after the tensors.
    """

    kernel: str
    instance: Instance | Whole
    blocks: int
    block: tuple[int, int]
    shared: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """A correlation by its numbers; the names are those of `flowlab.correlation`.

    Attributes:
        shape: (B, C, H, W) of the two maps.
        output: (Ho, Wo).
        kernel_size: K.
        max_displacement: d.
        stride1: s1.
        stride2: s2.
        pad_size: p.
        dtype: One of source.TYPES.
    """

    shape: tuple[int, int, int, int]
    output: tuple[int, int]
    kernel_size: int
    max_displacement: int
    stride1: int
    stride2: int
    pad_size: int
    dtype: str

    @property
    def side(self) -> int:
        """Displacements along an axis, D."""
        return 2 * (self.max_displacement // self.stride2) + 1

    @property
    def instance(self) -> Instance:
        """What has to be compiled for it."""
        B, C, H, W = self.shape
        largest = B * max(C * H * W, self.side**2 * self.output[0] * self.output[1])
        return Instance("correlation.cu", self.dtype, self.kernel_size, wide=largest >= 2**31)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The arguments that all three kernels take."""
        d, s1, s2, p = self.max_displacement, self.stride1, self.stride2, self.pad_size
        return (*self.shape[1:], d, s1, s2, p)


def forward(problem: Problem) -> Launch:
    """Plan `corr`: the widest tile that fits, and as many channels at a time as leave room for other blocks.

    Raises:
        ValueError: If no tile fits into shared memory, or there are more blocks than a launch can have.

    Example:
        >>> flownetc = Problem((1, 256, 48, 64), (48, 64), 1, 20, 1, 2, 20, "float32")
        >>> forward(flownetc).blocks, forward(flownetc).block, forward(flownetc).numbers[-4:]
        (576, (32, 2), (32, 16, 36, 80))
    """
    s1, s2, D = problem.stride1, problem.stride2, problem.side
    Ho, Wo = problem.output
    number = TYPES[problem.dtype][2]
    if not fits(problem):
        raise ValueError(
            f"no tile of a correlation with kernel_size={problem.kernel_size} and stride2={s2} fits into the "
            f'{SHARED_LIMIT} bytes of shared memory that a block has; use a smaller stride2, or backend="cpu"'
        )
    groups, columns = min(GROUPS, ceil_div(D, DISPLACEMENTS)), COLUMNS
    while _per_channel(problem, columns, groups)[0] * number > SHARED_LIMIT:
        groups, columns = (groups, columns // 2) if columns > 4 or groups == 1 else (groups - 1, columns)
    numbers_per_channel, a_pitch, b_pitch = _per_channel(problem, columns, groups)
    per_channel = numbers_per_channel * number
    channels = max(1, min(problem.shape[1], 16, SHARED_WISH // per_channel))
    hop, slope = s2 // gcd(s1, s2), s1 // gcd(s1, s2)
    rows = min(hop, Ho) * ceil_div(Ho, ROWS * hop) * (D + (ROWS - 1) * slope)
    blocks = problem.shape[0] * rows * ceil_div(Wo, columns) * ceil_div(D, groups * DISPLACEMENTS)
    numbers = (*problem.sizes, hop, slope, columns, channels, a_pitch, b_pitch)
    return _launch("corr", problem, blocks, groups, channels * per_channel, numbers)


def fits(problem: Problem) -> bool:
    """Say whether `forward` finds a tile: always, but for steps between displacements of hundreds of pixels."""
    number = TYPES[problem.dtype][2]
    return _per_channel(problem, columns=1, groups=1)[0] * number <= SHARED_LIMIT


def gradient(problem: Problem, of: str) -> Launch:
    """Plan `corr_grad_a` or `corr_grad_b`.

    Args:
        problem: The correlation.
        of: "a" or "b".

    Raises:
        ValueError: As for `forward`.

    Example:
        >>> flownetc = Problem((1, 256, 48, 64), (48, 64), 1, 20, 1, 2, 20, "float32")
        >>> gradient(flownetc, "b").blocks, gradient(flownetc, "b").numbers[-2:]
        (192, (21, 76))
    """
    s2, D = problem.stride2, problem.side
    B, C, H, W = problem.shape
    number = TYPES[problem.dtype][2]
    groups = min(GROUPS, ceil_div(C, CHANNELS))
    for chunk in range(D, 0, -1):  # displacements dx at a time
        pitch = fours(3 + COLUMNS + (chunk - 1) * s2)
        shared = (groups * CHANNELS * pitch + chunk * ROWS * COLUMNS) * number
        if shared <= SHARED_LIMIT:
            break
    rows = min(s2, H) * ceil_div(H, ROWS * s2)
    blocks = B * rows * ceil_div(W, COLUMNS) * ceil_div(C, groups * CHANNELS)
    return _launch(f"corr_grad_{of}", problem, blocks, groups, shared, (*problem.sizes, chunk, pitch))


def ceil_div(a: int, b: int) -> int:
    """Divide and round up."""
    return -(-a // b)


def fours(n: int) -> int:
    """Round up to a multiple of four."""
    return ceil_div(n, 4) * 4


def _per_channel(problem: Problem, columns: int, groups: int) -> tuple[int, int, int]:
    """Numbers of a forward tile for one channel, and the lengths of its rows of a and of b."""
    K, s1, s2 = problem.kernel_size, problem.stride1, problem.stride2
    a_pitch = fours(3 + (columns - 1) * s1 + K)
    b_pitch = fours(3 + (columns - 1) * s1 + (groups * DISPLACEMENTS - 1) * s2 + K)
    return ROWS * a_pitch + b_pitch, a_pitch, b_pitch


def _launch(kernel: str, problem: Problem, blocks: int, groups: int, shared: int, numbers: tuple[int, ...]) -> Launch:
    if blocks > MOST_BLOCKS:
        raise ValueError(f"{kernel} on {problem.shape} maps takes {blocks} blocks, and a launch has {MOST_BLOCKS}")
    return Launch(kernel, problem.instance, blocks, (COLUMNS, groups), shared, numbers)
