"""Frames between two pictures: python examples/interpolate.py one.png two.png --frames 3 --out between.

The flow says where each pixel of frame 1 is in frame 2; at time t it has gone t of the way. Both frames are brought
there and mixed, frame 1 alone where frame 2 hides a pixel, and frame 2 alone where frame 1 does.
"""

import argparse
from pathlib import Path

import numpy as np

import flowlab
from flowlab.field import splat


def flow_at(t, flow):
    """Return the motion on the grid of time t: each vector is carried t of its own way; gaps take their neighbours'."""
    carried, weight = splat(flow, np.float32(t) * flow)
    empty = weight < 0.25
    while empty.any() and not empty.all():
        full = (~empty).astype(np.float32)
        around = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)]
        total = sum(np.roll(carried * full[..., None], shift, (0, 1)) for shift in around)
        count = sum(np.roll(full, shift, (0, 1)) for shift in around)
        grown = empty & (count > 0)
        carried[grown] = total[grown] / count[grown][:, None]
        empty &= ~grown
    return carried


def between(img1, img2, t, flow, back):
    """Return the frame at time t, 0 < t < 1; images (H, W, 3) float32, flows from 1 to 2 and from 2 to 1."""
    motion, return_motion = flow_at(t, flow), flow_at(1 - t, back)
    from1 = flowlab.warp(img1, np.float32(t) * return_motion, padding="border")
    from2 = flowlab.warp(img2, np.float32(1 - t) * motion, padding="border")
    seen1 = ~flowlab.occlusion(flow, back)  # what of frame 1 is seen in frame 2, and the other way round
    seen2 = ~flowlab.occlusion(back, flow)
    weight1 = (1 - t) * (0.05 + splat(seen1.astype(np.float32), np.float32(t) * flow)[0])
    weight2 = t * (0.05 + splat(seen2.astype(np.float32), np.float32(1 - t) * back)[0])
    share = (weight1 / (weight1 + weight2))[..., None]
    return share * from1 + (1 - share) * from2


def main() -> None:
    """Read two pictures, write the frames between them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs=2, type=Path)
    parser.add_argument("--frames", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("between"))
    options = parser.parse_args()
    one, two = (flowlab.read_image(path) for path in options.pictures)
    flow, back = flowlab.classical.run("dis", one, two), flowlab.classical.run("dis", two, one)
    options.out.mkdir(parents=True, exist_ok=True)
    one, two = one.astype(np.float32), two.astype(np.float32)
    for number in range(1, options.frames + 1):
        t = number / (options.frames + 1)
        frame = between(one, two, t, flow, back)
        flowlab.write_image(options.out / f"{number:03d}.png", frame.round().clip(0, 255).astype(np.uint8))


if __name__ == "__main__":
    main()
