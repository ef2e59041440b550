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
# > At the end of this chapter you move a picture by a flow, you know which pixels no flow can bring back, and you choose a measure of how wrong a flow is.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Warp frame 2 onto frame 1, with code of your own and with one line.
# 2. Find occluded pixels with and without the true flow, and say how far the second way can be trusted.
# 3. Compute EPE and Fl-all, say what the angular error measures, and choose between the three.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 15 seconds. Exercises 2.4 and 2.5 are extra: half an hour, on another day.
#
# **Needs**: chapter 01: what a flow is, and which way $v$ points.
#
# **Symbols**: $\mathbf{w} = (u, v)$ an estimated flow, $\mathbf{w}^*$ the true one; $\hat I_1$ the warped frame; $\mathbf{w}_b$ the flow from frame 2 back to frame 1; $N$ the number of valid pixels.

# %%
# %matplotlib inline
import cv2
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
# A *warp* builds, from frame 2 and a flow, a picture that should look like frame 1:
#
# $$\hat I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$$
#
# This is chapter 01's equation, read as a recipe: for each pixel $\mathbf{x}$, look up frame 2 at $\mathbf{x} + \mathbf{w}(\mathbf{x})$.

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
    "Each pixel fetches the value that lies 40 px to its right, "
    "so that value is now 40 px further left.",
)

# %%
two = {"img2": cup, "warp(img2, flow), flow = (+40, 0)": fetched}
course.figure("which way", two, width=7, axes=True)
course.claim(
    "The warped picture is img2 shifted 40 columns to the left.",
    (fetched[:, :-40] == cup[:, 40:]).all(),
)

# %% [markdown]
# The flow says that things move to the right from frame 1 to frame 2, so frame 2 has to move to the left to look like frame 1. The recipe goes from each pixel of the result back to its source: *backward warping*, in computer graphics also *inverse mapping*.
#
# Here is the whole warp. A target between four pixels takes their weighted mean, by *bilinear interpolation*. Pixels outside the picture count as zero.

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


rng = np.random.default_rng(0)
some_image = rng.random((24, 32)).astype(np.float32)
some_flow = rng.normal(0, 4, (24, 32, 2)).astype(np.float32)
slow, fast = naive_warp(some_image, some_flow), flowlab.warp(some_image, some_flow)
same = np.allclose(slow, fast, atol=1e-4)
course.claim("flowlab.warp does what the loop does, to within 0.0001.", same)

# %% jupyter={"source_hidden": true}
# Draw a backward and a forward warp.
from flowlab_course.chapters.ch02 import diagrams

course.figure("fetch and push", diagrams.warping())

# %% [markdown]
# ### Exercise 2.1: fetch
#
# Warp with the nearest pixel instead of the four around the target. `img2` is `(H, W)`. Round targets with `np.rint`; a target outside the picture gives 0.

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
# Drag on the cup below (with the keyboard: arrow keys move, Shift and an arrow key draw). You paint a flow, and the picture is warped backward by it: *fetch*. Then choose *push* in the menu, and see what the same drag does.

# %%
widgets.paint_a_flow()

# %% [markdown]
# What you should see: with *fetch* the cup moves against your drag, and the picture has no holes. With *push*, called *forward warping* or *splatting*, it moves with your drag: some pixels receive no value (holes, in magenta), others receive several.

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
# A warp tests a flow without the true one: it needs only the two frames. If the flow is right, the warped frame 2 looks like frame 1. Their difference is called the *photometric error*. Press play, or move $t$ yourself: at 0 frame 2 is as it was taken, at 1 it is warped by the whole true flow. Then choose the difference.

# %%
widgets.scrub_a_warp()

# %% [markdown]
# What you should see: at $t = 1$ most of the difference is gone. Bright rims remain, to the left of the motorcycle's parts.

# %%
from flowlab.field import inside

bike = motorcycle(reduce=0.5)
seen = bike.valid & inside(bike.flow)
back = flowlab.warp(bike.img2, bike.flow)


def difference(img):
    """Mean difference to frame 1 in grey levels, where the target is inside."""
    return np.abs(img.astype(float) - bike.img1)[seen].mean()


before, after = difference(bike.img2), difference(back)
print(f"difference to frame 1: {before:.1f} grey levels, after the warp {after:.1f}")
course.claim(
    "The true flow takes away more than three quarters of the difference.",
    after < before / 4,
)

# %% [markdown]
# ## What no flow can fetch
#
# The rims (over 40 grey levels) are mostly *occlusions*. There, frame 1 shows a piece of wall that the motorcycle hides in frame 2. The wall has a flow, since it moves too, but at $\mathbf{x} + \mathbf{w}$ frame 2 shows the motorcycle. So the warp copies a piece of motorcycle onto the wall, a *ghost*. Other points are not hidden: they leave the picture. KITTI's *noc* (non-occluded) results leave out only these; Sintel's *unmatched* pixels are of both kinds.
#
# In a stereo pair the true flow tells which pixels are hidden, because a longer flow means a nearer point. Move every pixel along its true flow, and keep at each pixel of frame 2 the nearest point, as a *z-buffer* does (Catmull, 1974). Others are hidden.

# %%
H, W = bike.valid.shape
y, x = np.mgrid[:H, :W]
near = -bike.flow[..., 0]  # the further to the left, the nearer
target = np.rint(x - near).astype(int)
arrives = seen & (target >= 0)
nearest = np.zeros((H, W))
np.maximum.at(nearest, (y[arrives], target[arrives]), near[arrives])
on_top = np.zeros((H, W))  # the largest disparity that lands on the same pixel
on_top[arrives] = nearest[y[arrives], target[arrives]]
covered = on_top > near + 1  # by more than 1 px
leaves = bike.valid & ~inside(bike.flow)
print(f"{covered.mean():.1%} of the pixels are hidden in frame 2", end=", ")
print(f"{leaves.mean():.1%} leave the picture")
rims = arrives & (np.abs(back.astype(int) - bike.img1).mean(axis=2) > 40)
course.claim(
    "Of the pixels at which the true warp leaves over 40 grey levels, "
    "at least seven of ten are hidden.",
    covered[rims].mean() >= 0.7,
)

# %% [markdown]
# If the true flow is unknown, estimate a flow in each direction. Follow the flow $\mathbf{w}$, then return along the backward flow $\mathbf{w}_b$: a point that is visible in both frames ends up where it began.
#
# $$\mathbf{w}(\mathbf{x}) + \mathbf{w}_b(\mathbf{x} + \mathbf{w}(\mathbf{x})) \approx \mathbf{0}$$
#
# This is the *forward-backward check*; in stereo it is the left-right check (Fua, 1993). `occlusion` reports a pixel if $\mathbf{s}$, the sum on the left, is long: $|\mathbf{s}|^2 > 0.01\,(|\mathbf{w}|^2 + |\mathbf{w}_b|^2) + 0.5$ (Sundaram, Brox and Keutzer, 2010). *Recall* is the share of the hidden pixels that it reports, *precision* the share of the reported pixels that are hidden.

# %%
from flowlab.field import consistency, occlusion

forth, return_ = run("dis", bike.img1, bike.img2), run("dis", bike.img2, bike.img1)
reported = occlusion(forth, return_)  # the sum is too long, or the target outside
hits = (reported & covered).sum()
recall, precision = hits / covered.sum(), hits / (reported & arrives).sum()
print(f"recall {recall:.0%}, precision {precision:.0%}, of pixels that stay inside")
print(f"of the pixels that leave, {reported[leaves].mean():.0%} are reported")
strict = consistency(forth, return_) > 0.5  # px, of the sum's length
found, right = (strict & covered).sum(), (strict & arrives).sum()
more, less = found / covered.sum(), found / right
print(f"with a limit of 0.5 px: recall {more:.0%}, precision {less:.0%}")
course.claim(
    "With a limit of 0.5 px, recall is higher and precision lower.",
    more > recall and less < precision,
)
left_over = np.where(arrives, np.abs(back.astype(int) - bike.img1).mean(2), 0)
drawn = figures.occlusions(left_over, covered, leaves, reported)
course.figure("occlusions", drawn)

# %%
distance = np.linalg.norm(forth - bike.flow, axis=-1)
missed = covered & ~reported
as_if_on_top = np.abs(-forth[..., 0] - on_top) < np.abs(-forth[..., 0] - near)
alarms = reported & arrives & ~covered
print(f"DIS gives {as_if_on_top[missed].mean():.0%} of the missed pixels")
print("a motion nearer to that of the thing in front than to their own")
wrong, usual = ((distance > 3)[at].mean() for at in (alarms, arrives & ~covered))
print(f"at {wrong:.0%} of the false alarms DIS is wrong by more than 3 px,")
print(f"at {usual:.0%} of all visible pixels")
course.claim(
    "Errors of over 3 px are at least five times as frequent at false alarms "
    "as at all visible pixels.",
    wrong >= 5 * usual,
)
course.claim(
    "The check reports less than half of the pixels where DIS is wrong by over 3 px.",
    reported[arrives & (distance > 3)].mean() < 0.5,
)

# %% jupyter={"source_hidden": true}
# Claims: what the true warp leaves over, and how good the check is.
hidden, open_ = left_over[covered].mean(), left_over[arrives & ~covered].mean()
course.claim(
    "Where frame 2 hides the scene, the true warp fits at least five times worse.",
    hidden > 5 * open_,
)
course.claim(
    "Recall and precision are both below one third.",
    max(recall, precision) < 1 / 3,
)
course.claim(
    "The check reports at least nine tenths of the pixels that leave the picture.",
    reported[leaves].mean() >= 0.9,
)
course.claim(
    "DIS gives at least eight of ten missed pixels a motion nearer to that "
    "of the thing in front.",
    as_if_on_top[missed].mean() >= 0.8,
)
course.claim(
    "Where the check reports a pixel, the mean error of DIS is at least three times "
    "that elsewhere.",
    distance[reported & arrives].mean() >= 3 * distance[~reported & arrives].mean(),
)

# %% [markdown]
# The check misses most of the hidden pixels because DIS carries the motorcycle's motion across its outline, in both directions, so the two flows cancel and the check is passed. A stricter limit finds more of them, and raises more false alarms. Most false alarms lie where DIS is wrong for another reason. So a report means "do not trust this flow", not "hidden", and silence proves nothing.
#
# The two frames do not show how a hidden pixel moves. Any method can only infer it from the pixels around, a network also from its training pairs (a *learnt prior*).
#
# ## How wrong is a flow?
#
# The *endpoint error* of a pixel (Otte and Nagel, 1994) is the distance between the heads of two arrows, the estimated and the true one. EPE (in some papers AEE) is its mean over the valid pixels:
#
# $$\mathrm{EPE} = \frac{1}{N} \sum_{\mathbf{x}} \lVert \mathbf{w}(\mathbf{x}) - \mathbf{w}^*(\mathbf{x}) \rVert
# = \frac{1}{N} \sum \sqrt{(u - u^*)^2 + (v - v^*)^2}$$
#
# Its unit is the pixel. Compare it with the EPE of *zero flow*: an estimate with a larger EPE is worse than the answer that nothing moves.

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
print(f"EPE of zero flow {zero_epe:.1f} px, of DIS {dis_epe:.1f} px")
slow = naive_epe(forth, bike.flow, bike.valid)
course.claim("flowlab.epe is that mean.", np.isclose(slow, dis_epe, rtol=1e-4))
course.claim(
    "DIS has less than a fifth of the error of zero flow.",
    dis_epe < zero_epe / 5,
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
# A mean over ninety thousand pixels does not say where the errors are, nor how large they get. Here they are as a map, and sorted.

# %%
ranked = np.sort(distance[bike.valid])
error_map = np.where(bike.valid, distance, np.nan)
course.figure("sorted errors", figures.sorted_errors(error_map, ranked, dis_epe))
worst = ranked[-len(ranked) // 10 :].sum() / ranked.sum()
print(f"median error {np.median(ranked):.2f} px, mean {dis_epe:.2f} px")
print(f"the worst tenth of the pixels accounts for {worst:.0%} of the EPE")
course.claim(
    "About eight pixels of ten (75 to 85 %) are better than the mean.",
    0.75 < (ranked < dis_epe).mean() < 0.85,
)
course.claim(
    "One pixel of twenty, or more, has over five times the mean error.",
    (ranked > 5 * dis_epe).mean() >= 0.05,
)
course.claim(
    "The worst tenth of the pixels accounts for more than half of the error.",
    worst > 0.5,
)

# %% jupyter={"source_hidden": true}
# Claim: where the errors lie.
known, jump = bike.valid, np.zeros((H, W), np.uint8)
across = np.abs(np.diff(near, axis=1)) > 2  # neighbours that differ by more than 2 px
down = np.abs(np.diff(near, axis=0)) > 2
jump[:, 1:] |= across & known[:, 1:] & known[:, :-1]
jump[1:] |= down & known[1:] & known[:-1]
beside = cv2.distanceTransform(1 - jump, cv2.DIST_L2, 5) < 6
course.claim(
    "Within 6 px of a jump of the true flow the mean error is at least "
    "three times that elsewhere.",
    distance[known & beside].mean() >= 3 * distance[known & ~beside].mean(),
)

# %% [markdown]
# So the mean depends most on a few gross errors. Other measures count them differently.
#
# The *angular error* (Fleet and Jepson, 1990; Barron, Fleet and Beauchemin, 1994) takes $(u, v, 1)$ as a direction in space and time. It is the angle between the estimated and the true one:
#
# $$\mathrm{AE} = \arccos \frac{u\,u^* + v\,v^* + 1}{\sqrt{u^2 + v^2 + 1}\,\sqrt{u^{*2} + v^{*2} + 1}}$$
#
# The 1 keeps it defined where nothing moves. The same error in pixels gives a large angle at a slow pixel, and a small one where it only changes the length of a long vector. Vectors well below 1 px are all near $(0, 0, 1)$: 0.1 px to the left in place of 0.1 px to the right costs 11 degrees, not half a turn.
#
# *Fl-all* is the measure of KITTI 2015 (Menze and Geiger): the percentage of *outliers*, pixels off by more than 3 px *and* by more than 5 % of their true motion. Fl stands for flow, *all* for moving cars (Fl-fg) and background (Fl-bg) together. Pixels that leave the picture count too, unless a table says *noc*.
#
# *Bands*, from Sintel (Butler and others, 2012), separate the EPE by how fast a pixel truly moves: s0-10, s10-40 and s40+, in pixels. On the motorcycle the slow band has the larger error, mostly beside the outlines: slow means far there, and DIS carries the motion of the near motorcycle onto the far wall.

# %%
def one(u, v):
    """A flow of a single pixel."""
    return np.array([[[u, v]]], np.float32)


def naive_angle(w, w_true):
    """The angle in degrees between (u, v, 1) and (u*, v*, 1)."""
    a, b = np.append(w, 1), np.append(w_true, 1)
    return np.degrees(np.arccos(a @ b / np.sqrt((a @ a) * (b @ b))))


degrees = {}
for speed in (0, 30):
    estimate, true = one(speed + 1, 0), one(speed, 0)
    degrees[speed] = flowlab.angular_error(estimate, true)
    print(f"truth {speed:2} px, estimate {speed + 1:2} px:", end=" ")
    print(f"EPE {flowlab.epe(estimate, true):.1f} px,", end=" ")
    print(f"angular error {degrees[speed]:.2f} degrees")
some = rng.normal(0, 3, (20, 2, 2)).astype(np.float32)  # 20 estimates and truths
loop = [naive_angle(w, w_true) for w, w_true in some]
course.claim(
    "flowlab.angular_error is the mean of these angles.",
    np.isclose(np.mean(loop), flowlab.angular_error(some[:, :1], some[:, 1:])),
)

# %% jupyter={"source_hidden": true}
# Claims: what the angular error and Fl-all count.
course.claim(
    "A motion of 0.1 px in the opposite direction costs between 11 and 12 degrees.",
    11 < flowlab.angular_error(one(-0.1, 0), one(0.1, 0)) < 12,
)
course.claim(
    "The same error of one pixel is 45 degrees on a still pixel, "
    "and under one degree on a fast one.",
    bool(np.isclose(degrees[0], 45, atol=1e-3) and degrees[30] < 1),
)
course.claim(
    "Of 10 px, an error of exactly 3 px is not yet an outlier; 3.01 px is.",
    flowlab.fl_all(one(13, 0), one(10, 0)) == 0
    and flowlab.fl_all(one(13.01, 0), one(10, 0)) == 100,
)
course.claim(
    "An error of 4 px of 100 px is not an outlier: it is within 5 %.",
    bool(flowlab.fl_all(one(104, 0), one(100, 0)) == 0),
)

# %% [markdown]
# Over several pairs there are two means: over all pixels, where large pictures count more, and over pairs, where each counts the same. Both are in use: find out which one a table has. `FlowMetrics` gives each by name.

# %%
from flowlab.field import FlowMetrics

alone, together = FlowMetrics(), FlowMetrics()
small = moving_photograph("coffee", translation=(4.0, -2.5), size=(64, 96))
alone.update(forth, bike.flow, bike.valid)
for pair in (bike, small):
    together.update(run("dis", pair.img1, pair.img2), pair.flow, pair.valid)
bands, table = alone.compute(), together.compute()
for name in ("epe_s0_10_over_pixels", "epe_s10_40_over_pixels"):
    print(f"motorcycle: {name:22} {bands[name]:5.2f} px")
for name in ("epe_over_pixels", "epe_over_images", "fl_all_over_pixels"):
    unit = "%" if name.startswith("fl") else "px"
    print(f"both pairs: {name:22} {table[name]:5.2f} {unit}")
course.claim(
    "The mean over pixels is larger by more than a fifth: "
    "one pair is large and hard, the other small and easy.",
    table["epe_over_pixels"] > 1.2 * table["epe_over_images"],
)

# %% jupyter={"source_hidden": true}
# Claims: the slow band, and where it is worse.
slow, lead = near < 10, {}
for name, place in {"beside": beside, "elsewhere": ~beside}.items():
    of_slow = distance[known & place & slow].mean()
    lead[name] = of_slow - distance[known & place & ~slow].mean()
course.claim(
    "On the motorcycle the slow band has the larger error.",
    bands["epe_s0_10_over_pixels"] > bands["epe_s10_40_over_pixels"],
)
course.claim(
    "Within 6 px of a jump it is larger by over 1 px, elsewhere by under half a pixel.",
    lead["beside"] > 1 and lead["elsewhere"] < 0.5,
)

# %% [markdown]
# ### Exercise 2.3: count the wrong ones
#
# Return Fl-all in percent: the share of the valid pixels whose error is more than 3 px and more than 5 % of the length of the true vector.

# %% tags=["exercise-2.3"]
def my_fl_all(flow, truth, valid):
    """Percentage of valid pixels that are wrong by KITTI's rule."""
    return ...


# %%
course.check("2.3", my_fl_all)

# %% [markdown]
# ### Exercise 2.6: which measure?
#
# Three users choose among several estimates of a flow, by one of `flowlab.epe`, `flowlab.fl_all` and `flowlab.angular_error`. Each takes `(estimate, truth, valid)`. Return the index of the best estimate for the `user`:
#
# - `"film"` draws frames in between, each pixel moved along its flow. The harm grows in proportion to the error: ten small errors are as bad as one error ten times as large.
# - `"brakes"` stops a car, and asks only how many pixels are badly wrong. Small errors do no harm, and an error twice as large does no more harm.
# - `"cells"` follows cells that creep by a tenth of a pixel, behind dust that moves by 60 px. At a cell an error of a fifth of a pixel counts; at the dust an error of a few pixels in its length hardly counts.

# %% tags=["exercise-2.6"]
def best_for(user, estimates, truth, valid):
    """The index of the estimate that a user should choose."""
    return ...


# %%
course.check("2.6", best_for)

# %% [markdown]
# ## The scoreboard opens
#
# From here on, chapters add bars to one scoreboard. The five pairs stay the same: four photographs under known motions, and the motorcycle. The first bar is zero flow. The second has one vector for the whole picture, found by *phase correlation* (Kuglin and Hines, 1975).

# %%
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
    "Over all pairs, one shift leaves more than half of the error.",
    shift_score.mean > zero_score.mean / 2,
)

# %% [markdown]
# ## Recap
#
# - A backward warp fetches: $\hat I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$. A flow to the right moves the picture to the left.
# - A forward warp leaves holes and collisions; a backward warp gives every pixel one value.
# - The photometric error, warped frame 2 minus frame 1, tests a flow without the true one: a large one speaks against the flow, a small one proves nothing.
# - The forward-backward check finds flow that should not be trusted. On the motorcycle it reported less than a third of the hidden pixels, and of those that it reported inside the picture most were visible.
# - EPE is a mean distance in pixels, to be compared with that of zero flow; a few gross errors can account for most of it. Fl-all counts outliers, bands separate slow from fast, the angular error is most sensitive at slow pixels.

# %% [markdown]
# ## Quiz

# %%
course.quiz("02")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 2.4: there and back
#
# Write a forward-backward check. Return a mask, `(H, W)`, True where a pixel ends up more than `limit` pixels from its start after going there and back. Look up the backward flow at the rounded target, as in exercise 2.1. A target outside the picture counts as a miss.

# %% tags=["exercise-2.4"]
def misses(flow, backward_flow, limit=1.0):
    """True where there-and-back ends too far from the start, or leaves the picture."""
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    return ...


# %%
course.check("2.4", misses)

# %% [markdown]
# ### Exercise 2.5: the bilinear warp
#
# Write `naive_warp` without the loops over pixels, for a `(H, W)` picture: the four pixels around each target, each with its weight. Pixels outside the picture count as 0.

# %% tags=["exercise-2.5"]
def warp_bilinear(img2, flow):
    """I2(x + w(x)) by bilinear interpolation, 0 outside; img2 (H, W)."""
    H, W = img2.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = x + flow[..., 0], y + flow[..., 1]
    return ...


# %%
course.check("2.5", warp_bilinear)

# %% [markdown]
# ### Open task: it fits, and is wrong
#
# No checker here: this one is for a conversation. For every pixel of the motorcycle's frame 1, try all shifts from 0 to 30 px to the left, $v = 0$, and keep the one at which the colour of frame 2 differs least. Say first: will this flow leave a smaller `difference` than the true one, and will its EPE be smaller? Compute both, look at the flow, and explain.

# %% [markdown]
# ## Terms
#
# - *backward warping* (后向扭曲): making a picture by fetching each of its pixels from where the flow points.
# - *forward warping* (前向扭曲): making a picture by moving each pixel to where the flow points, with holes and collisions.
# - *splatting* (前向溅射): forward warping.
# - *bilinear interpolation* (双线性插值): reading a picture between its pixels, as the weighted mean of the four around.
# - *photometric error* (光度误差): the difference in brightness between frame 1 and the warped frame 2.
# - *occlusion* (遮挡): a part of the scene that one frame shows is hidden in the other.
# - *z-buffer* (深度缓冲): for each place of a picture, the nearest thing that arrives there.
# - *forward-backward check* (前后向检查): following the flow and returning along the backward flow should end at the start.
# - *recall* (召回率): of the pixels that are to be found, the share that is found.
# - *precision* (精确率): of the pixels that are reported, the share that is right.
# - *endpoint error* (端点误差): the distance in pixels between the heads of the estimated and the true vector.
# - *outlier* (离群值): by KITTI's rule, a pixel whose error is over 3 px and over 5 % of its true motion.
# - *angular error* (角度误差): the angle between $(u, v, 1)$ and $(u^*, v^*, 1)$.
# - *Fl-all* (光流离群值比例): KITTI's percentage of outliers.

# %% [markdown]
# ## Further reading
#
# - [Dense Point Trajectories by GPU-Accelerated Large Displacement Optical Flow](https://doi.org/10.1007/978-3-642-15549-9_32), Sundaram, Brox and Keutzer, 2010. Look for the two lines that define the forward-backward check of `occlusion`, and why its tolerance grows with the motion.
# - [Object Scene Flow for Autonomous Vehicles](https://doi.org/10.1109/CVPR.2015.7298925), Menze and Geiger, 2015. Look for the sentence that defines the 3 px and 5 % rule.
# - [A Naturalistic Open Source Movie for Optical Flow Evaluation](https://doi.org/10.1007/978-3-642-33783-3_44), Butler and others, 2012. Look at how they split the error into bands of speed and into matched and unmatched pixels.

# %%
course.end()
