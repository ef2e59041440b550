"""How a correlation is cut into blocks: the numbers that one launch of correlation.cu needs, on whatever runs it."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from flowlab.kernels.source import TYPES, Instance, Whole

# Of the tiles, as in correlation.cu; a test compares them.
COLUMNS, ROWS, DISPLACEMENTS, WEIGHTS, CHANNELS = 32, 6, 11, 4, 16
GROUPS = 4  # at most, of 32 threads, in a block
SHARED_LIMIT = 48 * 1024  # bytes of shared memory that every card gives to a block without being asked
SHARED_WISH = 24 * 1024  # bytes with which an SM still holds enough blocks to hide the wait for memory
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
        (416, (32, 2), (32, 16, 32, 76))
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
    while _forward_tile(problem, columns, groups, 4)[0] * number > SHARED_LIMIT:
        groups, columns = (groups, columns // 2) if columns > 4 or groups == 1 else (groups - 1, columns)
    channels = min(16, fours(problem.shape[1]))
    while channels > 4 and _forward_tile(problem, columns, groups, channels)[0] * number > SHARED_WISH:
        channels -= 4
    tile, a_columns, b_columns = _forward_tile(problem, columns, groups, channels)
    hop, slope = s2 // gcd(s1, s2), s1 // gcd(s1, s2)
    rows = min(hop, Ho) * ceil_div(Ho, ROWS * hop) * (D + (ROWS - 1) * slope)
    blocks = problem.shape[0] * rows * ceil_div(Wo, columns) * ceil_div(D, groups * DISPLACEMENTS)
    numbers = (*problem.sizes, hop, slope, columns, channels, a_columns, b_columns)
    return _launch("corr", problem, blocks, groups, tile * number, numbers)


def fits(problem: Problem) -> bool:
    """Say whether `forward` finds a tile: always, but for steps between displacements of hundreds of pixels."""
    number = TYPES[problem.dtype][2]
    return _forward_tile(problem, columns=1, groups=1, channels=4)[0] * number <= SHARED_LIMIT


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
        (96, (21, 72))
    """
    s2, D = problem.stride2, problem.side
    B, C, H, W = problem.shape
    number = TYPES[problem.dtype][2]
    groups = min(GROUPS, ceil_div(C, CHANNELS))
    for chunk in range(D, 0, -1):  # displacements dx at a time
        slack = _slack(-(D // 2) * s2, COLUMNS, chunk * s2 if chunk < D else 0)
        columns = fours(slack + COLUMNS + (chunk - 1) * s2)
        shared = (columns * pitch_of(groups * CHANNELS) + chunk * WEIGHTS * COLUMNS) * number
        if shared <= SHARED_LIMIT:
            break
    rows = min(s2, H) * ceil_div(H, WEIGHTS * s2)
    blocks = B * rows * ceil_div(W, COLUMNS) * ceil_div(C, groups * CHANNELS)
    return _launch(f"corr_grad_{of}", problem, blocks, groups, shared, (*problem.sizes, chunk, columns))


def ceil_div(a: int, b: int) -> int:
    """Divide and round up."""
    return -(-a // b)


def fours(n: int) -> int:
    """Round up to a multiple of four."""
    return ceil_div(n, 4) * 4


def pitch_of(channels: int) -> int:
    """Numbers from one place of a tile to the next: an odd number of fours, for a multiple of four channels."""
    return channels | 4


def _forward_tile(problem: Problem, columns: int, groups: int, channels: int) -> tuple[int, int, int]:
    """Numbers in a forward tile, and the places of a row of a and of a row of b in it."""
    K, s1, s2 = problem.kernel_size, problem.stride1, problem.stride2
    first, window = problem.max_displacement - problem.pad_size, groups * DISPLACEMENTS
    a_slack = _slack(first, columns * s1)
    b_slack = _slack(first - problem.side // 2 * s2, columns * s1, window * s2 if window < problem.side else 0)
    a_columns = fours(a_slack + (columns - 1) * s1 + K)
    b_columns = fours(b_slack + (columns - 1) * s1 + (window - 1) * s2 + K)
    return (ROWS * a_columns + b_columns) * pitch_of(channels), a_columns, b_columns


def _slack(first: int, *steps: int) -> int:
    """Columns, at most, from a multiple of four to a tile's first column, which is `first` plus any of the steps."""
    common = gcd(4, *steps)
    return 4 - common + first % common


def _launch(kernel: str, problem: Problem, blocks: int, groups: int, shared: int, numbers: tuple[int, ...]) -> Launch:
    if blocks > MOST_BLOCKS:
        raise ValueError(f"{kernel} on {problem.shape} maps takes {blocks} blocks, and a launch has {MOST_BLOCKS}")
    return Launch(kernel, problem.instance, blocks, (COLUMNS, groups), shared, numbers)
