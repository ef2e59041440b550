"""Keeps the keyboard for the widget that has the focus."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets


class _OwnKeys(anywidget.AnyWidget):
    """Invisible; sees to it that JupyterLab leaves the keys to whatever has the focus in the box around it."""

    _esm = Path(__file__).parent / "keys.js"


def own_keys(box: ipywidgets.Box) -> None:
    """Let everything in a box be used by keyboard: without this JupyterLab swallows the arrow keys.

    Args:
        box: Gets one invisible child more, at its end.
    """
    box.add_class("flowlab-own-keys")
    box.children = (*box.children, _OwnKeys())
