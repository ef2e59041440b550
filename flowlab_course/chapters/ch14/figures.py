"""The captions of chapter 14's figures."""

from __future__ import annotations

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "flow of two looks": Caption(
        alt="Flow of a held-out pair after one look, after two, and the truth; the colour wheel.",
        see="the second look moves colours towards the truth.",
    ),
    "brightness error of two looks": Caption(
        alt="Two maps of brightness error, the second one darker.",
        see="bright lines where edges do not yet lie on each other; after the second look there are fewer.",
    ),
    "a patch and its flow": Caption(
        alt="The cat with the optimised patch, FlowNetC's flow without and with the patch, and the colour wheel.",
        see="the flow changes far from the patch.",
    ),
    "change of the flow": Caption(
        alt="Two maps of how far FlowNetC's flow has changed, in pixels: with the patch large areas are bright, with "
        "noise at the same place most of the map is dark.",
        see="the patch changes the flow in large areas away from itself; noise of the same size changes little.",
    ),
    "all pairs and lookups": Caption(
        alt="A place x of frame 1 and the point x + w of frame 2; the scores of x with all places of frame 2 as a"
        " map, and three coarser means of it; in each a window of 9 by 9 scores around x + w; a box that "
        "takes a step with them and looks up again.",
        see="the window has 81 scores at each level and covers twice as much from level to level. At the first level "
        "the dark place beside the ring is the true match. RAFT has these four levels; ours reads the first one, two "
        "places far.",
    ),
}
