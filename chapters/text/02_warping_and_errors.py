# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 · Warping and errors
#
# > At the end of this chapter you move a picture by a flow, see where no flow can, and put a number on how wrong a flow is, knowing what that number hides.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Warp frame 2 back onto frame 1, with your own loop and with one line.
# 2. Find the occluded pixels, and explain why nothing could have been found there.
# 3. Compute EPE, angular error and Fl-all, and choose between them.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 15 seconds.
#
# **Needs**: chapter 01: what a flow is, and which way $v$ points.
#
# **Symbols**: $\mathbf{w} = (u, v)$ an estimated flow, $\mathbf{w}^*$ the true one; $\hat I_1$ the warped frame; $\mathbf{w}_b$ the flow from frame 2 back to frame 1; $N$ the number of valid pixels.

# %%
# %matplotlib inline
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.classical import run
from flowlab.datasets.samples import motorcycle, moving_photograph, photograph
from flowlab_course.chapters.ch02 import figures, widgets

course.begin("02")

# %% [markdown]
# ## Which way does a warp move things?
#
# A *warp* takes frame 2 and a flow and builds a picture that should look like frame 1:
#
# $$\hat I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$$
#
# The right-hand side is chapter 01's equation, read as a recipe. Before you run it, a guess. More people are wrong here than anywhere else in this course.

# %%
guess = course.predict_first(
    "direction",
    "The flow is (+40, 0) at every pixel. "
    "In which direction does the warped picture move?",
    options=["to the left", "to the right", "it stays, only its edge changes"],
)

# %%
cup = photograph("coffee")[::2, ::2]
to_the_right = np.zeros((*cup.shape[:2], 2), np.float32)
to_the_right[..., 0] = 40
fetched = flowlab.warp(cup, to_the_right)
course.answer(
    guess,
    "to the left",
    "Each pixel fetches what lies 40 px to its right. "
    "What is fetched from the right arrives on the left.",
)

# %%
two = {"img2": cup, "warp(img2, flow), flow = (+40, 0)": fetched}
course.figure("which way", two, width=7)
course.claim(
    "The warped picture is img2 shifted 40 columns to the left.",
    (fetched[:, :-40] == cup[:, 40:]).all(),
)

# %% [markdown]
# This is as it should be. The flow says that things go to the right on their way from frame 1 to frame 2, so bringing frame 2 *back* to frame 1 must take them to the left. That is why it is called backward warping.
#
# Here is all of it, naively. A target between four pixels takes their weighted mean; a target outside the picture gives zero.

# %%
def naive_warp(img2, flow):
    """I2(x + w(x)) by bilinear interpolation, pixel by pixel; img2 is (H, W)."""
    H, W = img2.shape
    out = np.zeros((H, W))
    for y in range(H):
        for x in range(W):
            tx, ty = x + flow[y, x, 0], y + flow[y, x, 1]
            x0, y0 = int(np.floor(tx)), int(np.floor(ty))
            for yy, xx in ((y0, x0), (y0, x0 + 1), (y0 + 1, x0), (y0 + 1, x0 + 1)):
                if 0 <= yy < H and 0 <= xx < W:
                    weight = (1 - abs(tx - xx)) * (1 - abs(ty - yy))
                    out[y, x] += weight * img2[yy, xx]
    return out


# %%
rng = np.random.default_rng(0)
some_image = rng.random((24, 32)).astype(np.float32)
some_flow = rng.normal(0, 4, (24, 32, 2)).astype(np.float32)
slow, fast = naive_warp(some_image, some_flow), flowlab.warp(some_image, some_flow)
same = np.allclose(slow, fast, atol=1e-4)
course.claim("flowlab.warp does what the loop does.", same)

# %% [markdown]
# The same in a drawing: one row of pixels, fetched and pushed along the same flow, and the four weights.

# %% jupyter={"source_hidden": true}
# Draw a backward and a forward warp.
from flowlab_course.chapters.ch02 import diagrams

course.figure("fetch and push", diagrams.warping())

# %% [markdown]
# ### Exercise 2.1: fetch
#
# Warp with the nearest pixel in the place of the four around it: `img2` is `(H, W)`, targets are rounded with `np.rint`, and what lies outside the picture gives 0.

# %% tags=["exercise-2.1"]
def warp_nearest(img2, flow):
    """I2(x + w(x)) with rounded targets, 0 outside; img2 (H, W), flow (H, W, 2)."""
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    return ...


# %%
course.check("2.1", warp_nearest)

# %% [markdown]
# ## Paint a flow
#
# Drag on the cup below (with the keyboard: arrow keys move, Shift and an arrow key draw). You paint a flow, and the picture is fetched through it. Then turn *fetch* into *push* in the menu, and look at what happens to the same drag.

# %%
widgets.paint_a_flow()

# %% [markdown]
# What you should see: fetched, the cup goes against your drag, and stays whole. Pushed, it goes with your drag, and leaves holes, in magenta, where no pixel arrives; elsewhere two pixels arrive at one place. That is the reason for fetching: a picture that is fetched has an answer everywhere.

# %%
from flowlab.field import similarity_flow

H, W = cup.shape[:2]
grow = similarity_flow((H, W), scale=1.5)
y, x = np.mgrid[:H, :W]
tx = np.rint(x + grow[..., 0]).astype(int)
ty = np.rint(y + grow[..., 1]).astype(int)
lands = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
reached = np.zeros((H, W), bool)
reached[ty[lands], tx[lands]] = True
print(f"a zoom by 1.5, pushed: {1 - reached.mean():.0%} of the new picture is holes")
course.claim(
    "Pushed along a zoom by 1.5, more than half of the pixels stay empty.",
    reached.mean() < 0.5,
)

# %% [markdown]
# ## The warp as a test
#
# A warp needs no truth: it needs the two pictures. If the flow is right, the warped frame 2 looks like frame 1. Press play, or slide $t$ yourself, from 0, where frame 2 is as it was taken, to 1, where it has been carried along all of the flow. Then switch to the difference.

# %%
widgets.scrub_a_warp()

# %% [markdown]
# What you should see: at $t = 1$ most of the difference is gone, but bright rims remain beside the motorcycle, on the left of each part.

# %%
from flowlab.field import inside

bike = motorcycle(reduce=0.5)
seen = bike.valid & inside(bike.flow)
back = flowlab.warp(bike.img2, bike.flow)


def difference(img):
    """Mean absolute difference to frame 1 where it can be told, in grey levels."""
    return np.abs(img.astype(float) - bike.img1)[seen].mean()


before, after = difference(bike.img2), difference(back)
print(f"difference to frame 1: {before:.1f} grey levels, after the warp {after:.1f}")
course.claim(
    "The true flow takes away more than half of the difference.",
    after < 0.5 * before,
)

# %% [markdown]
# ## What no flow can fetch
#
# The rims are *occlusions*. There, frame 1 shows a piece of wall that the motorcycle hides in frame 2. Its flow exists (the wall did move), but at $\mathbf{x} + \mathbf{w}$ frame 2 shows the motorcycle.
#
# In a stereo pair we can find them from the truth: what moves further is nearer. Let every pixel go where its flow sends it. If something nearer arrives at the same place, the pixel is hidden there.

# %%
H, W = bike.valid.shape
y, x = np.mgrid[:H, :W]
near = -bike.flow[..., 0]  # the further to the left, the nearer
target = np.rint(x - near).astype(int)
arrives = seen & (target >= 0)
nearest = np.zeros((H, W))
np.maximum.at(nearest, (y[arrives], target[arrives]), near[arrives])
covered = np.zeros((H, W), bool)
covered[arrives] = near[arrives] < nearest[y[arrives], target[arrives]] - 1
print(f"{covered[arrives].mean():.1%} of the pixels are hidden in frame 2")

# %% [markdown]
# Without truth, it takes a flow in each direction. Go along the flow, and come back along the other: a point that is visible in both frames arrives where it started.
#
# $$\mathbf{w}(\mathbf{x}) + \mathbf{w}_b(\mathbf{x} + \mathbf{w}(\mathbf{x})) \approx \mathbf{0}$$

# %%
from flowlab.field import occlusion

forth, return_ = run("dis", bike.img1, bike.img2), run("dis", bike.img2, bike.img1)
lost = occlusion(forth, return_)

# %%
left_over = np.where(arrives, np.abs(back.astype(int) - bike.img1).mean(2), 0)
maps = {
    "left over after the true warp": left_over,
    "hidden, by the truth": covered,
    "does not come back (DIS)": lost,
}
course.figure("occlusions", maps, limit=60)

# %%
hidden, open_ = left_over[covered].mean(), left_over[arrives & ~covered].mean()
print(f"left over where hidden {hidden:.0f} grey levels, elsewhere {open_:.0f}")
course.claim(
    "Where frame 2 hides the scene, the true warp fits at least five times worse.",
    hidden > 5 * open_,
)
distance = np.linalg.norm(forth - bike.flow, axis=-1)
course.claim(
    "Where DIS does not come back, it is at least three times as wrong.",
    distance[lost & arrives].mean() > 3 * distance[~lost & arrives].mean(),
)

# %% [markdown]
# Remember it when a network looks bad at an edge: part of the error there is not the network's. Nothing in the two pictures says how the hidden wall moves. It has to be guessed from what is around, and learning is good at guessing.
#
# ## How wrong is a flow?
#
# The endpoint error is the distance between the two arrowheads, the estimated and the true one, averaged over the valid pixels:
#
# $$\mathrm{EPE} = \frac{1}{N} \sum_{\mathbf{x}} \lVert \mathbf{w}(\mathbf{x}) - \mathbf{w}^*(\mathbf{x}) \rVert
# = \frac{1}{N} \sum \sqrt{(u - u^*)^2 + (v - v^*)^2}$$
#
# Its unit is the pixel, and its yardstick is the flow *zero*: an estimate that is worse than "nothing moves" is worth less than nothing.

# %%
def naive_epe(w, truth, valid):
    """Mean distance of the arrowheads over the valid pixels, in px."""
    total = 0.0
    for y, x in np.argwhere(valid):
        du, dv = w[y, x] - truth[y, x]
        total += np.sqrt(du**2 + dv**2)
    return total / valid.sum()


zero_epe = flowlab.epe(np.zeros_like(bike.flow), bike.flow, bike.valid)
dis_epe = flowlab.epe(forth, bike.flow, bike.valid)
print(f"EPE of the flow zero {zero_epe:.1f} px, of DIS {dis_epe:.1f} px")
slow = naive_epe(forth, bike.flow, bike.valid)
course.claim("flowlab.epe is that mean.", np.isclose(slow, dis_epe, rtol=1e-4))
course.claim(
    "DIS has less than half of the error of the flow zero.",
    dis_epe < zero_epe / 2,
)

# %% [markdown]
# ### Exercise 2.2: the endpoint error
#
# Return the EPE of `flow` against `truth` over the pixels where `valid` is True, without a loop.

# %% tags=["exercise-2.2"]
def my_epe(flow, truth, valid):
    """Mean distance of the arrowheads over valid pixels; valid is (H, W)."""
    return ...


# %%
course.check("2.2", my_epe)

# %% [markdown]
# ## What an average hides
#
# One number for ninety thousand pixels hides most of them. Look at the same error sorted from the best pixel to the worst.

# %%
ranked = np.sort(distance[bike.valid])
course.figure("sorted errors", figures.sorted_errors(ranked, dis_epe))

# %%
worst = ranked[-len(ranked) // 10 :].sum() / ranked.sum()
print(f"median error {np.median(ranked):.2f} px")
print(f"the worst tenth of the pixels makes {worst:.0%} of the EPE")
course.claim(
    "Three pixels of four are better than the mean.",
    (ranked < dis_epe).mean() > 0.75,
)
course.claim(
    "The worst tenth of the pixels makes more than half of the error.",
    worst > 0.5,
)

# %% [markdown]
# That is why there are other measures.
#
# **Angular error** takes $(u, v, 1)$ as a direction in space-time, and measures the angle between the estimated one and the true one. The 1 keeps it defined where nothing moves. It punishes errors at slow pixels, and hardly sees an error in the length of a long vector.
#
# **Fl-all** counts: a pixel is wrong if it is off by more than 3 px *and* by more than 5 % of its true motion. The result is a percentage of the valid pixels.
#
# **Bands** take the EPE apart by how fast the truth is: s0-10, s10-40, s40+, in pixels.

# %%
def one(u, v):
    """A flow of a single pixel."""
    return np.array([[[u, v]]], np.float32)


degrees = {}
for speed in (0, 30):
    estimate, true = one(speed + 1, 0), one(speed, 0)
    degrees[speed] = flowlab.angular_error(estimate, true)
    print(f"truth {speed:2} px, estimate {speed + 1:2} px:", end=" ")
    print(f"EPE {flowlab.epe(estimate, true):.1f} px,", end=" ")
    print(f"angular error {degrees[speed]:.2f} degrees")

# %% jupyter={"source_hidden": true}
# Claims: what the angular error and Fl-all count.
course.claim(
    "The same error of one pixel is 45 degrees on a still pixel, "
    "and under one degree on a fast one.",
    bool(np.isclose(degrees[0], 45, atol=1e-3) and degrees[30] < 1),
)
course.claim(
    "Off by exactly 3 px is not yet wrong; a little more is.",
    flowlab.fl_all(one(13, 0), one(10, 0)) == 0
    and flowlab.fl_all(one(13.01, 0), one(10, 0)) == 100,
)
course.claim(
    "4 px of 100 are within 5 %.",
    bool(flowlab.fl_all(one(104, 0), one(100, 0)) == 0),
)

# %% [markdown]
# And over several pictures there are two means: over all pixels, where large pictures count more, and over pictures, where each counts the same. Papers use both, and rarely say which. `FlowMetrics` gives each by name.

# %%
from flowlab.field import FlowMetrics

metrics = FlowMetrics()
small = moving_photograph("coffee", translation=(4.0, -2.5), size=(64, 96))
for pair in (bike, small):
    metrics.update(run("dis", pair.img1, pair.img2), pair.flow, pair.valid)
table = metrics.compute()
for name in ("epe_over_pixels", "epe_over_images", "fl_all_over_pixels"):
    print(f"{name:20} {table[name]:.2f}")
course.claim(
    "The two means differ by more than a fifth: "
    "one picture is large and hard, the other small and easy.",
    table["epe_over_pixels"] > 1.2 * table["epe_over_images"],
)

# %% [markdown]
# ### Exercise 2.3: count the wrong ones
#
# Return Fl-all in percent: the share of the valid pixels whose error is more than 3 px and more than 5 % of the length of the truth.

# %% tags=["exercise-2.3"]
def my_fl_all(flow, truth, valid):
    """Percentage of valid pixels that are wrong by KITTI's rule."""
    return ...


# %%
course.check("2.3", my_fl_all)

# %% [markdown]
# ## The scoreboard opens
#
# From here on every chapter adds a bar. The pairs stay the same, five of them, from a photograph that slides to the motorcycle. The first bar is the flow zero. The second allows one vector for the whole picture, found by comparing the two as a whole: all that a hand-held camera's stabiliser needs.

# %%
import cv2


def zero_flow(img1, img2):
    """Nothing moves."""
    return np.zeros((*img1.shape[:2], 2), np.float32)


def one_shift(img1, img2):
    """The same vector everywhere: the shift at which the pictures correlate best."""
    grey1, grey2 = (cv2.cvtColor(img, cv2.COLOR_RGB2GRAY) for img in (img1, img2))
    H, W = grey1.shape
    window = cv2.createHanningWindow((W, H), cv2.CV_32F)
    (u, v), _ = cv2.phaseCorrelate(grey1, grey2, window)
    return np.full((H, W, 2), (u, v), np.float32)


zero_score = course.scoreboard.add("zero flow", zero_flow)
shift_score = course.scoreboard.add("one shift", one_shift)
course.scoreboard.show("zero flow", "one shift")

# %% jupyter={"source_hidden": true}
# Claims: where one shift is enough, and where it is not.
slides = {s.name: s.by_pair["coffee slides"] for s in (zero_score, shift_score)}
course.claim(
    "One shift takes away nine tenths of the error where the photograph slides.",
    slides["one shift"] < 0.1 * slides["zero flow"],
)
course.claim(
    "Over all pairs, one shift leaves more than a third of the error.",
    shift_score.mean > zero_score.mean / 3,
)

# %% [markdown]
# ## Recap
#
# - Warping fetches: $\hat I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$. A flow to the right brings the picture to the left.
# - Pushing leaves holes and collisions; fetching never does.
# - The warped frame 2 minus frame 1 tests a flow without truth, except where it is occluded.
# - A pixel that frame 2 hides fits nowhere; it usually fails to come back from there-and-back.
# - EPE is a distance in pixels, compared with the flow zero; the mean is made by the worst pixels. Fl-all counts them, bands sort them.

# %% [markdown]
# ## Quiz

# %%
course.quiz("02")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 2.4: there and back
#
# Return a mask, `(H, W)`, of the pixels that miss their start by more than `limit` pixels after going there and back. Look up the backward flow at the rounded target, as in exercise 2.1; a target outside the picture counts as a miss.

# %% tags=["exercise-2.4"]
def misses(flow, backward_flow, limit=1.0):
    """True where there-and-back ends too far from the start, or leaves the picture."""
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    return ...


# %%
course.check("2.4", misses)

# %% [markdown]
# ### Open task: it fits, and is wrong
#
# No checker here: this one is for a conversation. A warp tests a flow without truth. How far can you trust it? For every pixel of the motorcycle's frame 1, try all shifts from 0 to 30 px to the left, $v = 0$, and keep the one at which the colour of frame 2 differs least. Say first: will this flow leave a smaller `difference` than the true one, and will its EPE be smaller? Compute both, look at the flow, and explain.

# %% [markdown]
# ## Further reading
#
# - [Dense Point Trajectories by GPU-Accelerated Large Displacement Optical Flow](https://doi.org/10.1007/978-3-642-15549-9_32), Sundaram, Brox and Keutzer, 2010. Look for the two lines that define our occlusion test, and why the tolerance grows with the motion.
# - [Object Scene Flow for Autonomous Vehicles](https://doi.org/10.1109/CVPR.2015.7298925), Menze and Geiger, 2015. Look for the sentence that defines the 3 px and 5 % rule.
# - [A Naturalistic Open Source Movie for Optical Flow Evaluation](https://doi.org/10.1007/978-3-642-33783-3_44), Butler and others, 2012. Look at how they split the error into bands of speed and into matched and unmatched pixels.

# %%
course.end()
