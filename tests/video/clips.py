"""Clips made for the tests: a picture under a window that slides, so that the motion is known."""

import av
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
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    for number in of:
        at, size = places[number]
        data[at + size // 3 : at + size // 3 + 400] = np.random.default_rng(0).bytes(400)
    path.write_bytes(data)
    return path
