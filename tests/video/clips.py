"""Clips made for the tests: a picture under a window that slides, so that the motion is known.

PyAV is imported by what makes or reads a video: the pictures alone do without it.
"""

import os
from contextlib import contextmanager
from fractions import Fraction

import cv2
import numpy as np

STEP = (3, 1)  # px to the left and up from frame to frame: the window goes right and down


def picture(height, width, seed=0):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 4).astype(np.float32)
    return np.uint8(np.clip(128 + 8 * (smooth - smooth.mean()), 0, 255))


def window(scene, index, size):
    (H, W), (dx, dy) = size, STEP
    y, x = index * dy % (scene.shape[0] - H), index * dx % (scene.shape[1] - W)
    return np.ascontiguousarray(scene[y : y + H, x : x + W])


def clip(path, count, size=(96, 128), codec="mpeg4", rate=25, scene=None, **metadata):
    """Write a video; return its frames as they went in (a codec changes them a little)."""
    import av

    H, W = size
    scene = picture(H + count, W + 3 * count) if scene is None else scene
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, options={} if codec == "libx264" else {"qmin": "2", "qmax": "2"})
        stream.width, stream.height = W, H
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for index in range(count):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(window(scene, index, size), format="rgb24")))
        out.mux(stream.encode(None))
    return [window(scene, index, size) for index in range(count)]


def damaged(path, of):
    """Overwrite the middle of these frames' bytes (numbers in the order of the file)."""
    import av

    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    for number in of:
        at, size = places[number]
        data[at + size // 3 : at + size // 3 + 400] = np.random.default_rng(0).bytes(400)
    path.write_bytes(data)
    return path


def numbered(index, size=(48, 64)):
    """A picture that carries its number in six bars, which survive every codec."""
    bits = [(index >> bit) & 1 for bit in range(6)]
    bars = np.repeat(np.where(bits, 235, 16), size[1] // 6)
    row = np.pad(bars, (0, size[1] - len(bars)), mode="edge").astype(np.uint8)
    return np.broadcast_to(row[None, :, None], (*size, 3)).copy()


def number(image):
    width = image.shape[1] // 6
    middle = image[16:32].mean(axis=(0, 2))
    return sum(1 << bit for bit in range(6) if middle[bit * width + 3 : (bit + 1) * width - 3].mean() > 125)


def numbered_clip(path, count, codec="libx264", times=None, pix_fmt="yuv420p", **options):
    """Write numbered frames, at these milliseconds or 25 a second."""
    import av

    with usual_scheduling(), av.open(str(path), "w") as out:
        options = {key.replace("_", "-"): str(value) for key, value in options.items()}
        stream = out.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pix_fmt
        if times:
            stream.codec_context.time_base = Fraction(1, 1000)
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(numbered(index), format="rgb24")
            if times:
                frame.pts, frame.time_base = times[index], Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@contextmanager
def usual_scheduling():
    """Take back that SVT-AV1, run by root, gives the calling thread real-time priority, which its children inherit.

    With it, a process of the tests leaves no time to anything else on the machine.
    """
    before = os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None
    try:
        yield
    finally:
        if before is not None:
            os.sched_setscheduler(0, before, os.sched_param(0))


def remuxed(path, to, change=lambda packets: packets, **options):
    """Write the packets of a video's first stream into another file."""
    import av

    with av.open(str(path)) as source, av.open(str(to), "w", options=options) as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in change([packet for packet in source.demux(video=0) if packet.size]):
            packet.stream = stream
            out.mux(packet)
    return to


def by_pyav(path):
    """Numbers and times of the frames that plain PyAV decodes: the oracle."""
    import av

    with av.open(str(path)) as container:
        return [(number(frame.to_ndarray(format="rgb24")), frame.time) for frame in container.decode(video=0)]
