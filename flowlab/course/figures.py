"""Figures that a reader who cannot see them can read too: one output, a small PNG with its description."""

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
LIMIT = 60_000  # bytes of PNG: a chapter of ten figures stays below a megabyte in the repository
SHORTEST_ALT = 20


def show(fig: Figure, *, alt: str, see: str | None = None) -> None:
    """Show a figure with its description, and close it.

    Args:
        fig: A matplotlib figure.
        alt: What the figure shows, for a reader who does not see it: at least 20 characters.
        see: One sentence, shown below as "What you should see: ...".

    Raises:
        TypeError: If `fig` is not a figure.
        ValueError: If `alt` is too short, or the picture stays above 60 kB with a palette of 64 colours.
    """
    from IPython.display import display
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    if not isinstance(fig, Figure):
        raise TypeError(f"show takes a matplotlib figure, got {type(fig).__name__}; make one with plt.subplots()")
    try:
        if not isinstance(alt, str) or len(alt.strip()) < SHORTEST_ALT:
            raise ValueError(f"alt must say in at least {SHORTEST_ALT} characters what the figure shows, got {alt!r}")
        png = png_bytes(fig, limit=LIMIT)
    finally:
        plt.close(fig)
    # HTML and not image/png: JupyterLab does not put the alt text of an image/png output into the page.
    display({"text/html": picture_html(png, alt, see), "text/plain": f"[figure] {alt}"}, raw=True)


def png_bytes(picture: Figure | UInt8[np.ndarray, "H W 3"], *, limit: int | None = None) -> bytes:
    """Encode a figure or an RGB image as PNG.

    Args:
        picture: A matplotlib figure, drawn at 96 dpi, or an RGB image (H, W, 3), uint8.
        limit: The most bytes allowed; above it colours are reduced to 256, 128, 64.

    Raises:
        TypeError: If it is neither.
        ValueError: If 64 colours are still too many bytes.

    Example:
        >>> png_bytes(np.zeros((4, 6, 3), np.uint8))[1:4]
        b'PNG'
    """
    if isinstance(picture, np.ndarray):
        data = _encode(_from_array(picture))
    elif hasattr(picture, "savefig"):
        buffer = io.BytesIO()
        # No Software entry: the bytes should not change with matplotlib's version number.
        picture.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        data = buffer.getvalue()
    else:
        raise TypeError(f"png_bytes takes a figure or an RGB array, got {type(picture).__name__}")
    return data if limit is None or len(data) <= limit else _with_fewer_colours(data, limit)


def picture_html(png: bytes, alt: str, see: str | None = None) -> str:
    """Return an HTML figure that holds the picture, its description and, when given, what to see in it.

    Example:
        >>> picture_html(b"", 'a "red" dot').partition("alt=")[2]
        '"a &quot;red&quot; dot"/></figure>'
    """
    image = f'<img src="data:image/png;base64,{b64encode(png).decode()}" alt="{html.escape(alt)}"/>'
    caption = f"<figcaption>What you should see: {html.escape(see)}</figcaption>" if see else ""
    return f'<figure class="flowlab-figure">{image}{caption}</figure>'


def _from_array(array: np.ndarray) -> Image:
    from PIL import Image

    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or 0 in array.shape:
        raise TypeError(f"an RGB image is (H, W, 3) uint8, got {array.shape} {array.dtype}")
    return Image.fromarray(array)


def _encode(image: Image, *, optimize: bool = False) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=optimize)
    return buffer.getvalue()


def _with_fewer_colours(data: bytes, limit: int) -> bytes:
    from PIL import Image

    image = Image.open(io.BytesIO(data)).convert("RGB")
    sizes = []
    for colours in (256, 128, 64):
        # No dithering: its noise costs more bytes than the colours save, and blurs thin lines.
        few = image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        smaller = _encode(few, optimize=True)
        if len(smaller) <= limit:
            return smaller
        sizes.append(len(smaller))
    raise ValueError(
        f"the picture is {len(data) // 1000} kB, and {sizes[-1] // 1000} kB with 64 colours; at most "
        f"{limit // 1000} kB may be saved in a chapter: make the figure smaller, or its photographs"
    )
