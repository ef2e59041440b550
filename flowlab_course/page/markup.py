"""The little markup of questions and hints: `code` between backticks, *emphasis* between stars."""

from __future__ import annotations

import html
import re


def to_html(text: str) -> str:
    """Return `text` as HTML, everything else escaped.

    Example:
        >>> to_html("`u < 0` means *left*")
        '<code>u &lt; 0</code> means <em>left</em>'
    """
    escaped = html.escape(text, quote=False)
    escaped = re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)
    # Not inside a word or a product: a * b * c stays as it is.
    return re.sub(r"(?<![\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])", r"<em>\1</em>", escaped)


def to_plain(text: str) -> str:
    """Return `text` without the marks, for labels that show no HTML.

    Example:
        >>> to_plain("`u < 0` means *left*")
        'u < 0 means left'
    """
    text = re.sub(r"`([^`]+)`", r"\1", text)
    return re.sub(r"(?<![\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])", r"\1", text)
