"""The captions of chapter 14's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "all pairs and lookups": Caption(
        alt="A place x of frame 1 and the point x + w of frame 2; the scores of x with all places of frame 2 as a"
        " map, and three coarser means of it; in each a window of 9 by 9 scores around x + w; a box that "
        "takes a step with them and looks up again.",
        see="the window has 81 scores at each level and covers twice as much from level to level. At the first level "
        "the dark place beside the ring is the true match. RAFT has these four levels; ours reads the first one, two "
        "places far.",
    ),
}
