"""A long training, kept as what its network said of one pair at twenty moments; the weights would be a hundred MB.

``python -m flowlab_course.chapters.ch11.long_training RUN`` writes the record anew from a run with snapshots.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import torch

import flowlab
from flowlab._disk import write_atomically
from flowlab.chairs import Sample, make_pair
from flowlab.field import resize_flow
from flowlab.training.run_folder import SNAPSHOTS
from flowlab_course.chapters.ch11.live import guess

RECORD = "long_training.npz"
SEED, INDEX, SIZE = 7, 3, (192, 256)  # of the pair, which no run of ours was trained on


@dataclass(frozen=True)
class Moment:
    """What the network says at one moment of its training.

    Attributes:
        step: Updates made.
        flow: (H, W, 2), its guess.
        error: End-point error in pixels.
    """

    step: int
    flow: np.ndarray
    error: float


def moments(out: str | Path, pair: Sample) -> list[Moment]:
    """Predict a pair with every snapshot of a run.

    Raises:
        ValueError: If the run kept none.
    """
    paths = sorted((Path(out) / SNAPSHOTS).glob("step-*.safetensors"))
    if not paths:
        raise ValueError(f"{out} has no snapshots; train with snapshots=20 (--set snapshots=20)")
    found = []
    for path in paths:
        flow = guess(flowlab.load_model(path), pair)
        found.append(Moment(int(path.stem.split("-")[1]), flow, flowlab.epe(flow, pair.flow)))
    return found


def long_training_pair() -> Sample:
    """Make the pair that the record is about."""
    return make_pair(SEED, INDEX, SIZE)


def long_training() -> tuple[list[Moment], dict]:
    """Read the record of a long training.

    Returns:
        Its moments, from early to late, and the configuration that it was trained with.

    Example:
        >>> found, config = long_training()
        >>> len(found), config["model"], found[-1].error < found[0].error
        (20, 'flownets', True)
    """
    with resources.as_file(resources.files("flowlab_course.chapters.ch11") / RECORD) as path, np.load(path) as record:
        said = zip(record["steps"], record["flows"], record["errors"], strict=True)
        found = [Moment(int(step), resize_flow(np.float32(flow), SIZE), float(error)) for step, flow, error in said]
        return found, json.loads(str(record["config"]))


def write_record(run: Path, target: Path) -> None:
    """Predict the pair with every snapshot of a run, and keep what was said in one file.

    Raises:
        ValueError: If the run kept no snapshots.
    """
    pair = long_training_pair()
    found = moments(run, pair)
    finest = [_finest(flowlab.load_model(path), pair) for path in sorted((run / SNAPSHOTS).glob("step-*.safetensors"))]
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    del config["out"]  # where it lay is nobody's business
    content = io.BytesIO()
    np.savez_compressed(
        content,
        steps=[moment.step for moment in found],
        flows=np.float16(finest),
        errors=np.float32([moment.error for moment in found]),
        config=json.dumps(config),
    )
    write_atomically(target, [content.getvalue()])


def _finest(model: flowlab.models.Network, pair: Sample) -> np.ndarray:
    """Give a network's finest prediction, (H / 4, W / 4, 2) in pixels of its own grid: all that it said."""
    frames = (torch.from_numpy(frame).permute(2, 0, 1)[None].float() / 255 for frame in (pair.img1, pair.img2))
    with torch.no_grad():
        return model.eval()(*frames).pyramid[0][0].permute(1, 2, 0).numpy()


if __name__ == "__main__":
    write_record(Path(sys.argv[1]), Path(__file__).with_name(RECORD))
