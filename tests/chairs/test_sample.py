"""The six pairs in data/sample are what the generator makes: who changes bytes raises VERSION and writes them anew."""

import json
from pathlib import Path

import cv2
import numpy as np

from flowlab.chairs import VERSION, make_pair
from flowlab.chairs.dataset import MANIFEST, SPLIT
from flowlab.field import read_flow

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


def test_the_sample_is_six_pairs_of_this_version_and_small():
    said = json.loads((SAMPLE / MANIFEST).read_text())
    assert (said["version"], said["seed"], said["size"]) == (VERSION, 1, [192, 256])
    assert len(list((SAMPLE / "data").iterdir())) == 18
    assert (SAMPLE / SPLIT).read_text().split() == ["2", "1", "1", "1", "1", "1"]
    assert sum(p.stat().st_size for p in SAMPLE.rglob("*")) < 5_000_000


def test_the_generator_makes_the_sample_again():
    for index in (0, 4):
        pair = make_pair(1, index, (192, 256))
        flow, _ = read_flow(SAMPLE / "data" / f"{index + 1:05d}_flow.flo")
        # Another processor rounds some pixels the other way; another version moves chairs.
        assert np.mean(np.abs(flow - pair.flow) > 0.01) < 0.002
        for n, image in ((1, pair.img1), (2, pair.img2)):
            kept = cv2.imread(str(SAMPLE / "data" / f"{index + 1:05d}_img{n}.ppm"))[..., ::-1]
            assert np.abs(kept.astype(int) - image).mean() < 0.5
