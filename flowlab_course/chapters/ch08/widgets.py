"""The displacement explorer: what the correlation layer computes at one pixel, with every setting in reach.

The picture, two frames and the scores above, details below:

    frame 1, the pixel  |  frame 2, the window, the best match as an arrow, the truth as a ring  |  the D x D scores
    around the pixel    |  around the best match, around the truth                               |  the scale of grey
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import ipywidgets
import numpy as np

from flowlab_course.chapters.ch08.matching import COLOURS, PAIRS, Search, find, kinds, pair
from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture

Number = float | int | np.number
ZOOM = 1.4  # screen pixels for a pixel of the frames: a patch of a few of them should be seen
MAP = 224  # screen pixels of the score map's side
AXIS = 34  # and of the margin in front of it that holds its numbers
DETAIL, CLOSE = 21, 6  # pixels of a detail's side, and screen pixels for each
NEAR = 1.5  # a match is called right within so many pixels, or within half a step along both axes


def size_on_screen(name: str) -> tuple[int, int, int]:
    """Return the width of a frame on the screen, and width and height of the whole picture."""
    H, W = pair(name).img1.shape[:2]
    wide, high = round(ZOOM * W), round(ZOOM * H)
    above = max(high, MAP + canvas.TITLE) + canvas.TITLE
    return wide, 2 * wide + AXIS + MAP + 2 * canvas.GAP, above + canvas.GAP + canvas.TITLE + DETAIL * CLOSE


def pixel_under(cursor: Sequence[float], name: str) -> tuple[int, int]:
    """Return the pixel (x, y) under the cursor; in frame 2, the one at the same place in frame 1."""
    H, W = pair(name).img1.shape[:2]
    wide, width, height = size_on_screen(name)
    along = cursor[0] * width
    if along >= wide + canvas.GAP:
        along -= wide + canvas.GAP
    x, y = along / ZOOM, (cursor[1] * height - canvas.TITLE) / ZOOM
    return int(np.clip(x, 0, W - 1)), int(np.clip(y, 0, H - 1))


def cursor_over(point: tuple[int, int], name: str) -> tuple[float, float]:
    """Return the cursor over the centre of a pixel (x, y) of frame 1."""
    _, width, height = size_on_screen(name)
    x, y = point
    return (x + 0.5) * ZOOM / width, ((y + 0.5) * ZOOM + canvas.TITLE) / height


def compute(
    cursor: Sequence[float], name: str, kind: str, max_displacement: int, stride2: int, kernel_size: int, stride1: int
) -> Search:
    """Search for the pixel under the cursor in frame 2."""
    return find(pixel_under(cursor, name), name, kind, max_displacement, stride2, kernel_size, stride1)


def draw(s: Search) -> Picture:
    """Draw the pixel in frame 1, its window and best match in frame 2, the scores, and all three places from near."""
    above = canvas.side_by_side(
        canvas.titled(_frame1(s), "frame 1: pick a pixel"),
        canvas.titled(_frame2(s), "frame 2: window, best match (arrow), truth (ring)"),
        canvas.titled(_score_map(s), "the channels here, by (dx, dy)"),
    )
    (x, y), K = s.point, s.geometry.kernel_size
    details = [canvas.titled(_detail(s.pair.img1, (x, y), K), "the pixel")]
    details.append(canvas.titled(_detail(s.pair.img2, (x + s.peak[0], y + s.peak[1]), K), "best match"))
    if s.truth:
        u, v = s.truth
        truth = _detail(s.pair.img2, (round(x + u), round(y + v)), K)
    else:
        truth = np.full_like(details[0][canvas.TITLE :], canvas.GREY)
    details.append(canvas.titled(truth, "the truth" if s.truth else "truth unknown"))
    below = canvas.side_by_side(*details, _scale(s))
    return Picture(canvas.stacked(above, below), _alt(s), _text(s))


def _at(s: Search, dx: Number, dy: Number) -> tuple[float, float]:
    """Where the pixel's centre, moved by (dx, dy), lies on the screen."""
    x, y = s.point
    return float(ZOOM * (x + dx + 0.5) - 0.5), float(ZOOM * (y + dy + 0.5) - 0.5)


def _enlarged(image: np.ndarray) -> np.ndarray:
    return cv2.resize(image, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_LINEAR)


def _frame1(s: Search) -> np.ndarray:
    frame = _enlarged(s.pair.img1)
    canvas.square(frame, _at(s, 0, 0), ZOOM * s.geometry.kernel_size / 2)
    canvas.ring(frame, _at(s, 0, 0), 12)
    return frame


def _frame2(s: Search) -> np.ndarray:
    frame, g = _enlarged(s.pair.img2), s.geometry
    reach = g.radius * g.stride2
    canvas.square(frame, _at(s, 0, 0), ZOOM * (reach + g.kernel_size / 2))
    if g.stride2 * ZOOM > 4:  # where the layer looks; closer dots would be a grey square
        offsets = range(-reach, reach + 1, g.stride2)
        canvas.dots(frame, [_at(s, dx, dy) for dy in offsets for dx in offsets])
    if s.truth:
        canvas.ring(frame, _at(s, *s.truth), 8)
    canvas.arrow(frame, _at(s, 0, 0), _at(s, *s.peak))
    return frame


def _score_map(s: Search) -> np.ndarray:
    """Draw the scores, bright where they are high, with the displacements along both sides."""
    large = cv2.resize(_brightness(s.scores), (MAP, MAP), interpolation=cv2.INTER_NEAREST)
    rgb = cv2.cvtColor(cv2.applyColorMap(large, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    g, cell = s.geometry, MAP / s.geometry.side

    def place(d: Sequence[Number]) -> tuple[float, float]:
        return tuple(float(i / g.stride2 + g.radius + 0.5) * cell - 0.5 for i in d)

    if s.truth and max(map(abs, s.truth)) <= (g.radius + 0.5) * g.stride2:
        canvas.ring(rgb, place(s.truth), 8)
    canvas.square(rgb, place(s.peak), max(4.0, cell / 2))
    out = np.full((MAP + canvas.TITLE, AXIS + MAP, 3), 255, np.uint8)
    out[:MAP, AXIS:] = rgb
    reach = g.radius * g.stride2
    for d in {-reach, 0, reach}:
        along = place((d, d))[0]
        canvas.write(out, f"{d:+d}" if d else "0", (AXIS + along, MAP + 15), centred=True)
        canvas.write(out, f"{d:+d}" if d else "0", (AXIS / 2, min(max(along + 5, 12), MAP - 3)), centred=True)
    return out


def _brightness(scores: np.ndarray) -> np.ndarray:
    low, high = scores.min(), scores.max()
    return ((scores - low) / max(high - low, 1e-9) * 255).astype(np.uint8)


def _detail(image: np.ndarray, centre: tuple[int, int], K: int) -> np.ndarray:
    """Enlarge the pixels around a place, with the patch outlined; grey outside the picture."""
    r, (x, y) = DETAIL // 2, centre
    grey = cv2.copyMakeBorder(image, *(DETAIL,) * 4, cv2.BORDER_CONSTANT, value=canvas.GREY)
    H, W = image.shape[:2]
    left, top = (int(np.clip(i, -r, size - 1 + r)) + DETAIL - r for i, size in ((x, W), (y, H)))
    large = cv2.resize(
        grey[top : top + DETAIL, left : left + DETAIL], None, fx=CLOSE, fy=CLOSE, interpolation=cv2.INTER_NEAREST
    )
    middle = DETAIL * CLOSE / 2 - 0.5
    canvas.square(large, (middle, middle), CLOSE * K / 2)
    return large


def _scale(s: Search) -> np.ndarray:
    """Draw the scale of the score map, and what the signs mean."""
    out = np.full((canvas.TITLE + DETAIL * CLOSE, 330, 3), 255, np.uint8)
    ramp = np.broadcast_to(np.arange(256, dtype=np.uint8), (12, 256))
    out[30:42, 8:264] = cv2.cvtColor(cv2.applyColorMap(ramp.copy(), cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    low, high = (extreme(s.scores) for extreme in (np.min, np.max))
    canvas.write(out, f"low {low:.3g}", (8, 58))
    canvas.write(out, f"high {high:.3g}", (264, 58), right=True)
    kind = "a sum of products" if s.kind == COLOURS else "a cosine" if s.geometry.kernel_size == 1 else "a mean cosine"
    canvas.write(out, f"{s.features * low:.2f}", (8, 76))
    canvas.write(out, f"times C = {s.features}", (136, 76), centred=True)
    canvas.write(out, f"{s.features * high:.2f}", (264, 76), right=True)
    canvas.write(out, f"({kind})", (136, 93), centred=True)
    canvas.square(out, (16, 112), 6.0)
    canvas.write(out, "best score, where the arrow ends", (34, 117))
    canvas.ring(out, (16, 136), 7)
    canvas.write(out, "the truth", (34, 141))
    return out


def _verdict(s: Search) -> str:
    reach = s.geometry.radius * s.geometry.stride2
    if s.truth is None:
        return "the true place is not known, or hidden in frame 2"
    u, v = s.truth
    truth = f"the truth is ({u:+.1f}, {v:+.1f}) px"
    if max(abs(u), abs(v)) > reach + s.geometry.stride2 / 2:
        return f"{truth}, outside the window, and cannot be found"
    right = s.miss <= NEAR or np.abs(np.subtract(s.peak, s.truth)).max() <= s.geometry.stride2 / 2
    return f"{truth}, {'found' if right else 'missed'}: {s.miss:.1f} px away"


def _text(s: Search) -> str:
    g, (Ho, Wo), (x, y), (dx, dy) = s.geometry, s.output, s.point, s.peak
    return (
        f"<b>{g.side} × {g.side} = {s.channels:,} channels</b> for each pixel; the whole output is "
        f"{Ho} × {Wo} × {s.channels:,}, {Ho * Wo * s.channels * 4 / 1e6:,.0f} MB.<br>"
        f"<b>{s.products / 1e6:,.0f} million multiplications</b> = {Ho} · {Wo} places × {g.side}² displacements × "
        f"{g.kernel_size}² pixels × {s.features} features.<br>"
        f"Pixel ({x}, {y}): best match at <b>({dx:+d}, {dy:+d}) px</b> with a score of {s.scores.max():.3g}, "
        f"times C = {s.features} that is {s.features * s.scores.max():.2f}; {_verdict(s)}."
    )


def _alt(s: Search) -> str:
    g, (x, y), (dx, dy) = s.geometry, s.point, s.peak
    return (
        f"{s.pair.name}: pixel ({x}, {y}) of frame 1, its window of {2 * g.radius * g.stride2 + 1} pixels a side in "
        f"frame 2 and the best match there, ({dx:+d}, {dy:+d}) pixels away; {_verdict(s)}. "
        f"Beside them the {g.side} x {g.side} scores, below them the places from near."
    )


def displacement_explorer() -> Explorer:
    """Return the widget: pick a pixel of frame 1 and see every score that the correlation layer gives it."""
    slider, names = ipywidgets.IntSlider, list(PAIRS)
    controls = {
        "name": ipywidgets.Dropdown(options=names, description="Pair"),
        "kind": ipywidgets.Dropdown(options=kinds(), description="Features"),
        "max_displacement": slider(value=20, min=2, max=40, description="max displacement d, px"),
        "stride2": slider(value=2, min=1, max=8, description="stride2: step between displacements"),
        "kernel_size": slider(value=1, min=1, max=15, step=2, description="patch K, px"),
        "stride1": slider(value=1, min=1, max=8, description="stride1: step between pixels"),
    }
    wheel = cursor_over((201, 117), names[0])
    seat, post = ({"name": names[1], "cursor": cursor_over(at, names[1]), "stride2": 1} for at in ((95, 67), (80, 20)))
    film = [
        ("The wheel, d = 20, every second displacement: 441 channels, and the wheel is found", {}),
        ("The same with d = 8: the truth is outside the window", {"max_displacement": 8}),
        ("Colours as they are: the brightest place wins", {"kind": COLOURS}),
        ("A chair's seat, every displacement: 1,681 channels; found, but many other places score almost as high", seat),
        ("The chair's post: good matches all along it, and the best of them is wrong", post),
    ]
    _, width, height = size_on_screen(names[0])
    return Explorer(
        compute,
        draw,
        controls,
        title="The displacement explorer",
        film=film,
        pad="cursor",
        cursor=wheel,
        step=(2 * ZOOM / width, 2 * ZOOM / height),
        still=620,
    )
