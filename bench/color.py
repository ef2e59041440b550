"""flow_to_image against the plain NumPy formula at 1024 x 436: at least 3 times faster, and the same picture.

    python bench/color.py

The formula is Middlebury's, vectorised over the image as textbooks and repositories have it.
"""

from __future__ import annotations

import cv2
import numpy as np
from _timing import interleaved, ratio, table

import flowlab
from flowlab.field import color_wheel, similarity_flow

BAR = 3.0


def plain_formula(flow: np.ndarray, max_flow: float | None) -> np.ndarray:
    u, v = flow[..., 0], flow[..., 1]
    longest = np.sqrt(u**2 + v**2).max() if max_flow is None else max_flow
    u, v = u / longest, v / longest
    wheel = color_wheel().astype(np.float64)
    length = np.sqrt(u**2 + v**2)
    angle = np.arctan2(-v, -u) / np.pi
    place = (angle + 1) / 2 * (len(wheel) - 1)
    lower = np.floor(place).astype(np.int32)
    upper = lower + 1
    upper[upper == len(wheel)] = 0
    share = place - lower
    image = np.zeros((*u.shape, 3), np.uint8)
    for channel in range(3):
        first, second = wheel[lower, channel] / 255.0, wheel[upper, channel] / 255.0
        color = (1 - share) * first + share * second
        within = length <= 1
        color[within] = 1 - length[within] * (1 - color[within])
        color[~within] = color[~within] * 0.75
        image[..., channel] = np.floor(255 * color)
    return image


def main() -> None:
    rng = np.random.default_rng(0)
    smooth = cv2.GaussianBlur(rng.normal(size=(436, 1024, 2)).astype(np.float32), (0, 0), 12) * 200
    flow = np.ascontiguousarray(smooth + similarity_flow((436, 1024), degrees=2))
    batch = np.stack([flow] * 4)
    flowlab.flow_to_image(flow)  # the first call draws the wheel
    print(f"OpenCV {cv2.__version__}, NumPy {np.__version__}, {cv2.getNumThreads()} threads")
    ratios = []
    for title, max_flow in (("own scale", None), ("max_flow=10, a part beyond it", 10.0)):
        ours, theirs = flowlab.flow_to_image(flow, max_flow), plain_formula(flow, max_flow)
        levels = int(np.abs(ours.astype(int) - theirs).max())
        ways = {
            "flowlab.flow_to_image": lambda m=max_flow: flowlab.flow_to_image(flow, m),
            "plain NumPy formula": lambda m=max_flow: plain_formula(flow, m),
        }
        seconds = interleaved(ways, repeats=40)
        table(title, seconds)
        ratios.append(ratio(seconds, "plain NumPy formula", "flowlab.flow_to_image"))
        print(f"  {ratios[-1]:.1f} times faster (bar: {BAR}); largest difference {levels} of 255 levels (bar: 1)\n")
        if levels > 1:
            raise SystemExit("the pictures differ")
    seconds = interleaved({"batch of 4": lambda: flowlab.flow_to_image(batch)}, repeats=10)
    table("own scale, batch", seconds)
    if min(ratios) < BAR:
        raise SystemExit(f"below the bar of {BAR}")


if __name__ == "__main__":
    main()
