"""Figures that a reader who cannot see them can read too: one output, a small picture with its description."""

from __future__ import annotations

import html
import io
from base64 import b64encode
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

DPI = 96
PNG_LIMIT = 20_000  # bytes: up to here a picture is a PNG; above, WebP without loss is about half of it
LIMIT = 60_000  # bytes of a picture: a chapter of ten figures stays below a megabyte in the repository
SHORTEST_ALT = 20


def show(fig: Figure, *, alt: str, see: str | None = None) -> None:
    """Show a figure with its description, and close it.

    Args:
        fig: A matplotlib figure.
        alt: What the figure shows, for a reader who does not see it: at least 20 characters.
        see: One sentence, shown below as "What you should see: ...".

    Raises:
        TypeError: If `fig` is not a figure.
        ValueError: If `alt` is too short, or the picture stays above 60 kB.
    """
    from IPython.display import display
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    if not isinstance(fig, Figure):
        raise TypeError(f"show takes a matplotlib figure, got {type(fig).__name__}; make one with plt.subplots()")
    try:
        if not isinstance(alt, str) or len(alt.strip()) < SHORTEST_ALT:
            raise ValueError(f"alt must say in at least {SHORTEST_ALT} characters what the figure shows, got {alt!r}")
        data = small_picture(fig)
    finally:
        plt.close(fig)
    # HTML and not image/png: JupyterLab does not put the alt text of an image/png output into the page.
    display({"text/html": picture_html(data, alt, see), "text/plain": f"[figure] {alt}"}, raw=True)


def small_picture(picture: Figure | UInt8[np.ndarray, "H W 3"], *, limit: int = LIMIT) -> bytes:
    """Encode a figure or an RGB image in at most ``limit`` bytes: as PNG where that is small, else as WebP.

    Lines and flat colours are exact: a PNG, or a WebP without loss. Photographs are not: they come out as WebP of
    quality 90 or as low as 60. Every browser shows both.

    Raises:
        TypeError: If it is neither.
        ValueError: If it is too large even so.
    """
    from PIL import Image

    data = png_bytes(picture)
    if len(data) <= min(limit, PNG_LIMIT):
        return data
    image = Image.open(io.BytesIO(data))
    exact = _encode(image, "WEBP", lossless=True)
    if len(data) <= limit:
        return min(data, exact, key=len)
    for quality in (90, 80, 70, 60):
        lossy = _encode(image.convert("RGB"), "WEBP", quality=quality, method=6)
        if len(lossy) <= limit:
            return min(exact, lossy, key=len)
    raise ValueError(
        f"the picture is {len(data) // 1000} kB as PNG, and {len(lossy) // 1000} kB as WebP of quality {quality}; "
        f"at most {limit // 1000} kB may be saved in a chapter: make the figure smaller, or its photographs"
    )


def png_bytes(picture: Figure | UInt8[np.ndarray, "H W 3"]) -> bytes:
    """Encode a figure or an RGB image as PNG.

    Args:
        picture: A matplotlib figure, drawn at 96 dpi, or an RGB image (H, W, 3), uint8.

    Raises:
        TypeError: If it is neither.

    Example:
        >>> png_bytes(np.zeros((4, 6, 3), np.uint8))[1:4]
        b'PNG'
    """
    if isinstance(picture, np.ndarray):
        data = _encode(_from_array(picture), "PNG")
    elif hasattr(picture, "savefig"):
        buffer = io.BytesIO()
        # No Software entry: the bytes should not change with matplotlib's version number.
        picture.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        data = buffer.getvalue()
    else:
        raise TypeError(f"png_bytes takes a figure or an RGB array, got {type(picture).__name__}")
    return data


def picture_html(data: bytes, alt: str, see: str | None = None) -> str:
    """Return an HTML figure that holds the picture, its description and, when given, what to see in it.

    Example:
        >>> picture_html(b"", 'a "red" dot').partition("alt=")[2]
        '"a &quot;red&quot; dot"/></figure>'
    """
    image = img_tag(data, alt)
    caption = f"<figcaption>What you should see: {html.escape(see)}</figcaption>" if see else ""
    return f'<figure class="flowlab-figure" style="margin: 1rem 0">{image}{caption}</figure>'


def img_tag(data: bytes, alt: str) -> str:
    """Return an ``<img>`` that holds a PNG or a WebP, with its description."""
    kind = "webp" if data[:4] == b"RIFF" else "png"
    return f'<img src="data:image/{kind};base64,{b64encode(data).decode()}" alt="{html.escape(alt)}"/>'


def _from_array(array: np.ndarray) -> Image:
    from PIL import Image

    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or 0 in array.shape:
        raise TypeError(f"an RGB image is (H, W, 3) uint8, got {array.shape} {array.dtype}")
    return Image.fromarray(array)


def _encode(image: Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
