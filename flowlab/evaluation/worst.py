"""The worst pairs as pictures: what there was to see, what was true, what was estimated, and where it went wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from flowlab.evaluation.methods import Method
from flowlab.evaluation.pairs import Pair, Pairs
from flowlab.field import epe_map, flow_to_image, write_image

if TYPE_CHECKING:
    from flowlab.evaluation.loop import Evaluation

GAP = 6  # px between pictures
FOLDER = "worst"


def write_worst(folder: Path, result: Evaluation, method: Method, pairs: Pairs, count: int) -> dict[str, str]:
    """Estimate the worst pairs once more and draw them.

    Returns:
        Where the pictures lie in ``folder``, by name of the pair, the worst first.
    """
    files = {}
    for rank, row in enumerate(result.worst(count), 1):
        pair = pairs[int(row["index"])]
        file = f"{FOLDER}/{rank:02d}_{re.sub(r'[^A-Za-z0-9.-]+', '_', pair.name)}.png"
        (folder / FOLDER).mkdir(exist_ok=True)
        write_image(folder / file, case(pair, method(pair.img1, pair.img2)))
        files[pair.name] = file
    return files


def case(pair: Pair, flow: Float[np.ndarray, "H W 2"]) -> UInt8[np.ndarray, "newH newW 3"]:
    """Draw a pair and an estimate: both frames above; below truth, estimate (same colours for both) and error.

    The longest true motion has full colour; an error as long as the tenth part of it, at least 3 px, is bright.
    """
    longest = max(float(np.linalg.norm(pair.flow, axis=-1)[pair.valid].max(initial=0.0)), 1.0)
    error = np.where(pair.valid, epe_map(np.float32(flow), pair.flow), 0)
    shade = (255 * np.clip(error / max(3.0, longest / 10), 0, 1)).astype(np.uint8)
    hot = cv2.cvtColor(cv2.applyColorMap(shade, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    blank = np.full_like(pair.img1, 255)
    estimate = flow_to_image(np.float32(flow), max_flow=longest)
    truth = flow_to_image(pair.flow, max_flow=longest, valid=pair.valid)
    return _stacked(_beside(pair.img1, pair.img2, blank), _beside(truth, estimate, hot))


def _beside(*pictures: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "H newW 3"]:
    gap = np.full((pictures[0].shape[0], GAP, 3), 255, np.uint8)
    return np.concatenate([part for picture in pictures for part in (picture, gap)][:-1], axis=1)


def _stacked(above: UInt8[np.ndarray, "H W 3"], below: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "newH W 3"]:
    return np.concatenate([above, np.full((GAP, above.shape[1], 3), 255, np.uint8), below])
