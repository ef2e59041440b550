"""A data set on disk in the layout of Flying Chairs, written pair by pair so that a kill costs one pair.

ROOT/flowlab-chairs.json          what it was made from
ROOT/FlyingChairs_train_val.txt   a 1 (train) or a 2 (validation) for each pair; written last
ROOT/data/00001_img1.ppm, 00001_img2.ppm, 00001_flow.flo, ...
"""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path

import cv2
from tqdm import tqdm

from flowlab.chairs.config import REFERENCE, VERSION, ChairsConfig
from flowlab.chairs.pair import make_pair
from flowlab.chairs.texture.photographs import fingerprint
from flowlab.field._disk import made_folder
from flowlab.field.files import write_flow

MANIFEST = "flowlab-chairs.json"
SPLIT = "FlyingChairs_train_val.txt"
VALIDATION_EVERY = 36  # 640 of 22,872 pairs


def write_dataset(
    root: str | os.PathLike[str],
    count: int,
    seed: int = 0,
    size: tuple[int, int] = REFERENCE,
    workers: int = 1,
    *,
    config: ChairsConfig | None = None,
    progress: bool = True,
) -> Path:
    """Write a data set, or what a killed run has left of it to write.

    The bytes do not depend on the number of workers nor on how often the writing was interrupted.

    Args:
        root: The folder: new, empty, or begun with the same seed, size, version and config.
        count: Pairs in all, at least 1; more than there are already, to add some.
        seed: Seed of the pairs.
        size: Height and width.
        workers: Processes; with 1 the work is done here. Each keeps a bank of sprites (0.4 GB at most at
            512 x 384). Start more than one only from under ``if __name__ == "__main__":``.
        config: What is in a pair; by default Flying Chairs.
        progress: Show a bar.

    Returns:
        The folder.

    Raises:
        ValueError: If the folder holds something else, or more pairs, or a number cannot be.
        OSError: If a file cannot be written. No half pair is left behind.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = write_dataset(folder, count=1, size=(48, 64), progress=False)
        ...     sorted(p.name for p in (root / "data").iterdir())
        ['00001_flow.flo', '00001_img1.ppm', '00001_img2.ppm']
    """
    root, config = Path(root), config or ChairsConfig()
    if not 1 <= count <= 99_999:
        raise ValueError(f"count must be between 1 and 99999, for names of five digits, got {count}")
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    _claim(root, count, seed, size, config)
    missing = [index for index in range(count) if not _complete(root, index, size)]
    with tqdm(total=count, initial=count - len(missing), unit="pair", disable=not progress) as bar:
        for _ in _make_all(root, missing, seed, size, config, min(workers, len(missing))):
            bar.update()
    marks = "".join("2\n" if index % VALIDATION_EVERY == 0 else "1\n" for index in range(count))
    _write(root / SPLIT, marks.encode())
    return root


def _claim(root: Path, count: int, seed: int, size: tuple[int, int], config: ChairsConfig) -> None:
    """Make the folder ours, or make sure that it is: same origin, no more pairs; clear away what a kill left."""
    source = {"generator": "flowlab.chairs", "version": VERSION, "seed": seed, "size": list(size)}
    source["config"] = config.record()
    if config.photographs:
        source["photographs"] = fingerprint(config.photographs)
    source = json.loads(json.dumps(source))  # as it will come back: tuples are lists
    made_folder(root)
    names = {p.name for p in root.iterdir()} - {"data"}
    manifest = root / MANIFEST
    if manifest.exists():
        theirs = json.loads(manifest.read_text(encoding="utf-8"))
        wrong = [key for key in source.keys() | theirs.keys() if source.get(key) != theirs.get(key)]
        if wrong:
            said = ", ".join(f"{key} {theirs.get(key)} instead of {source.get(key)}" for key in sorted(wrong))
            raise ValueError(f"{root} holds another data set: {said}; choose an empty folder")
    elif names or any((root / "data").glob("*")):
        raise ValueError(f"{root} holds something else ({min(names, default='data')}); choose a new or an empty folder")
    beyond = [p.name for p in (root / "data").glob("[0-9]*_flow.flo") if int(p.name[:5]) > count]
    if beyond:
        raise ValueError(f"{root} holds {max(beyond)} already, more than count = {count}; ask for at least as many")
    for scratch in root.glob(".part-*"):
        shutil.rmtree(scratch, ignore_errors=True)
    (root / "data").mkdir(exist_ok=True)
    _write(manifest, (json.dumps(source, indent=1) + "\n").encode())


def _names(index: int) -> list[str]:
    """Name the files of a pair; the flow comes last, so that a pair with a flow is whole."""
    return [f"{index + 1:05d}_{part}" for part in ("img1.ppm", "img2.ppm", "flow.flo")]


def _complete(root: Path, index: int, size: tuple[int, int]) -> bool:
    H, W = size
    image, flow = len(_ppm_head(size)) + 3 * H * W, 12 + 8 * H * W
    try:
        return [(root / "data" / name).stat().st_size for name in _names(index)] == [image, image, flow]
    except FileNotFoundError:
        return False


def _ppm_head(size: tuple[int, int]) -> bytes:
    return b"P6\n%d %d\n255\n" % (size[1], size[0])


def _make_all(root, missing: list[int], seed, size, config, workers: int) -> Iterator[int]:
    """Write the missing pairs here or in several processes; yield each one's number."""
    if workers <= 1:
        with _scratch(root) as scratch:
            for index in missing:
                yield _make_one(root, scratch, index, seed, size, config)
        return
    # Processes that start afresh: a fork would inherit the threads of torch and OpenCV in pieces.
    context = multiprocessing.get_context("spawn")
    processes, open_ends = [], []
    try:
        for w in range(workers):
            ours, theirs = context.Pipe(duplex=False)
            job = (theirs, root, missing[w::workers], seed, size, config)
            processes.append(context.Process(target=_work, args=job, daemon=True))
            processes[-1].start()
            theirs.close()
            open_ends.append(ours)
        while open_ends:
            for end in wait(open_ends):
                try:
                    said = end.recv()
                except EOFError:
                    open_ends.remove(end)
                    continue
                if isinstance(said, BaseException):
                    raise said
                yield said
        for process in processes:
            process.join()
            if process.exitcode:
                raise RuntimeError(f"a worker ended with code {process.exitcode}; call again to go on where it stopped")
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _work(end: Connection, root: Path, indices: list[int], seed, size, config) -> None:
    """Write some pairs in a process of its own, which ends when nobody listens any more."""
    cv2.setNumThreads(1)
    try:
        with _scratch(root) as scratch:
            for index in indices:
                end.send(_make_one(root, scratch, index, seed, size, config))
    except BrokenPipeError:
        pass
    except Exception as error:  # noqa: BLE001  the caller raises it
        end.send(error)


def _make_one(root: Path, scratch: Path, index: int, seed, size, config) -> int:
    """Write a pair aside, then move it in: when the disk is full, nothing of it has arrived."""
    pair = make_pair(seed, index, size, config)
    first, second, flow = names = _names(index)
    head = _ppm_head(size)
    (scratch / first).write_bytes(head + pair.img1.tobytes())
    (scratch / second).write_bytes(head + pair.img2.tobytes())
    write_flow(scratch / flow, pair.flow)
    for name in names:
        os.replace(scratch / name, root / "data" / name)
    return index


@contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """Give a hidden folder on the same disk, and take it away again."""
    folder = root / f".part-{secrets.token_hex(6)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    """Write a small file in one step."""
    with _scratch(path.parent) as scratch:
        (scratch / path.name).write_bytes(content)
        os.replace(scratch / path.name, path)
