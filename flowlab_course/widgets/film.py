"""A widget's film-strip: the same picture at a few chosen values, for readers without a kernel."""

from __future__ import annotations

import html
from collections.abc import Sequence

import cv2
import numpy as np

from flowlab_course.page.figures import img_tag, small_picture

WIDTH = 300  # px of one still: three stand side by side in a notebook
LIMIT = 30_000  # bytes of one still: a chapter has up to ten of them


def film_html(title: str, stills: Sequence[tuple[str, np.ndarray, str]], *, width: int = WIDTH) -> str:
    """Lay stills side by side in a ``<details>`` block.

    Args:
        title: Names the widget.
        stills: (caption, picture, alt) with pictures (H, W, 3) uint8.
        width: Of a still, in pixels; larger pictures are made smaller.

    Returns:
        HTML with the pictures inside it; needs no kernel and no network.
    """
    frames = "".join(_frame(*still, width) for still in stills)
    return (
        f"<details class='flowlab-film'><summary>No kernel? {html.escape(title)}, as a film-strip</summary>"
        f"<div style='display:flex;flex-wrap:wrap;gap:12px'>{frames}</div></details>"
    )


def _frame(caption: str, rgb: np.ndarray, alt: str, width: int) -> str:
    H, W = rgb.shape[:2]
    if width < W:
        rgb = cv2.resize(rgb, (width, round(H * width / W)), interpolation=cv2.INTER_AREA)
    image = img_tag(small_picture(rgb, limit=LIMIT), alt)
    return (
        f"<figure style='margin:0;max-width:{width}px'>{image}<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
