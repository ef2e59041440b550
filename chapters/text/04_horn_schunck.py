# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 · Horn-Schunck
#
# > At the end of this chapter you let motion flow into places where a picture is silent, climb a pyramid, and know which motion every method without learning loses.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write down an energy with two wishes in it, and the iteration that lowers it.
# 2. Build coarse to fine, and say what a pyramid carries and what it drops.
# 3. Predict from the size of a thing and its speed whether a classical method finds it.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 20 seconds.
#
# **Needs**: chapter 03: the line $I_x u + I_y v + I_t = 0$, and the warping step.
#
# **Symbols**: $\alpha$ the weight of smoothness, in brightness per pixel; $\bar u, \bar v$ the means over a pixel's four neighbours; $E$ the energy; $r$ the radius of a disc in pixels.

# %%
# %matplotlib inline
import time
from functools import partial

import cv2
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.classical import horn_schunck, lucas_kanade, run
from flowlab.classical.constancy import constraint, grey_float
from flowlab.classical.horn_schunck import relax
from flowlab.datasets.samples import motorcycle, moving_photograph
from flowlab_course.chapters.ch04 import figures, widgets
from flowlab_course.chapters.ch04.disc import moving_disc

course.begin("04")

# %% [markdown]
# ## Where windows are silent
#
# A plain square slides to the right by one pixel, over a textured ground that stays. At its rim there is something to see. In its middle nothing changes at all, and a window that reaches no rim has nothing to say.

# %%
from flowlab_course.chapters.ch04.widgets.smoothing import PLAIN, scene

I1, I2, truth = scene(PLAIN)
windows = lucas_kanade(I1, I2, sigma=2.0, levels=1, iterations=1).flow
course.figure("plain square", figures.plain_square(I1, truth, windows))
course.claim(
    "In the middle of the square the windows find nothing.",
    np.abs(windows[32, 44]).max() < 0.05,
)

# %% [markdown]
# You know better. The square is one thing, so its middle goes where its rim goes. Horn and Schunck, in 1981, gave that knowledge to a program.
#
# ## Two wishes
#
# First wish: at every pixel, $(u, v)$ should lie on the pixel's line. Second wish: neighbours $p, q$ should move alike. Add up how far both are missed:
#
# $$E = \sum_{\text{pixels}} (I_x u + I_y v + I_t)^2 \;+\; \frac{\alpha^2}{4} \sum_{\text{neighbours } p,\, q} (u_p - u_q)^2 + (v_p - v_q)^2$$
#
# The flow with the least $E$ is the answer. Set its derivative at one pixel to zero, hold the neighbours fixed, and solve:
#
# $$\begin{pmatrix} u \\ v \end{pmatrix} = \begin{pmatrix} \bar u \\ \bar v \end{pmatrix}
# - \frac{I_x \bar u + I_y \bar v + I_t}{\alpha^2 + I_x^2 + I_y^2} \begin{pmatrix} I_x \\ I_y \end{pmatrix}$$
#
# Read it aloud: *take what your neighbours say, then step towards your line*. Where the slope is far above $\alpha$ the step goes all the way; where there is no slope, it does not go at all, and the neighbours have the last word. All pixels do this at once, again and again.

# %%
def naive_horn_schunck(Ix, Iy, It, alpha, iterations):
    """The paper's iteration from zero flow; outside the picture its edge repeats."""
    H, W = Ix.shape
    w = np.zeros((H, W, 2))
    for _ in range(iterations):
        new = np.empty_like(w)
        for y in range(H):
            for x in range(W):
                up, down = max(y - 1, 0), min(y + 1, H - 1)
                left, right = max(x - 1, 0), min(x + 1, W - 1)
                mean = (w[up, x] + w[down, x] + w[y, left] + w[y, right]) / 4
                slope = np.array([Ix[y, x], Iy[y, x]])
                miss = slope @ mean + It[y, x]
                new[y, x] = mean - miss / (alpha**2 + slope @ slope) * slope
        w = new
    return w


# %%
line = constraint(I1, I2)
zero = np.zeros_like(truth)
corner = [f[16:40, 28:60] for f in line]
slow = naive_horn_schunck(*corner, alpha=0.1, iterations=20)
fast = relax(zero[16:40, 28:60], *corner, alpha=0.1, iterations=20, radius=0.0)
course.claim(
    "flowlab's relax takes the same steps, all pixels at once.",
    np.allclose(slow, fast, atol=1e-5),
)

# %% [markdown]
# Now with your hands. Press play to watch the iterations, then change the smoothness.

# %%
widgets.smoothness_and_iterations()

# %% [markdown]
# What you should see: motion begins at the rim and flows inwards, slower and slower. A small $\alpha$ trusts the rim and leaves the middle behind; a large one fills the square, and takes the ground along. Somewhere between lies the least error, elsewhere for each picture.

# %%
def energy(w, Ix, Iy, It, alpha):
    """Both wishes, as far as they are missed."""
    lines = (Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2
    jumps = sum((np.diff(w, axis=axis) ** 2).sum() for axis in (0, 1))
    return lines.sum() + alpha**2 / 4 * jumps


energies = []
for n in (0, 1, 10, 100, 1000):
    w = relax(zero, *line, alpha=0.1, iterations=n, radius=0.0)
    energies.append(energy(w, *line, alpha=0.1))
    print(f"after {n:4} iterations the energy is {energies[-1]:.3f}")
course.claim(
    "Every stretch of iterations lowers the energy.",
    (np.diff(energies) < 0).all(),
)
course.claim(
    "In the end the silent middle moves, by more than half of the truth.",
    w[32, 44, 0] > 0.5,
)

# %% [markdown]
# A thousand iterations for a picture of 88 columns: news travels one pixel at a time. flowlab lets each result swing on in the direction in which it moved. It ends at the same flow, sooner.

# %%
end = relax(zero, *line, alpha=0.1, iterations=5000, radius=0.0)
left = {}
for name, radius in {"the paper's": 0.0, "with a swing": 0.98}.items():
    w = relax(zero, *line, alpha=0.1, iterations=100, radius=radius)
    left[name] = np.abs(w - end).max()
    print(f"{name:12} after 100 iterations at most {left[name]:.3f} px from the end")
course.claim(
    "After 100 iterations the swing is ten times nearer to the end.",
    left["with a swing"] < left["the paper's"] / 10,
)

# %% [markdown]
# ### Exercise 4.1: one step of Horn-Schunck
#
# Do one iteration for all pixels at once, without a loop over pixels. `w` is `(H, W, 2)`. Outside the picture the edge repeats: `np.pad(f, 1, mode="edge")` is a good start.

# %% tags=["exercise-4.1"]
def step(w, Ix, Iy, It, alpha):
    """The next flow (H, W, 2): the neighbours' mean, moved towards the line."""
    u, v = w[..., 0], w[..., 1]
    return ...


# %%
course.check("4.1", step)

# %% [markdown]
# ## Coarse to fine
#
# Smoothness does not cure the other illness: the line is true for small motions only. But halve a picture, and its motions are halved (you did so in exercise 0.2). Halve it until the motion is about one pixel, solve there, double the flow, and start the next larger picture with it. It is a recursion of ten lines:

# %%
def coarse_to_fine(I1, I2, levels):
    """Horn-Schunck up a pyramid, with five warps at each level."""
    if levels > 1:
        small = coarse_to_fine(cv2.pyrDown(I1), cv2.pyrDown(I2), levels - 1)
        w = flowlab.resize_flow(small, I1.shape)
    else:
        w = np.zeros((*I1.shape, 2), np.float32)
    for _ in range(5):
        Ix, Iy, It = constraint(I1, I2, w)
        rest = It - Ix * w[..., 0] - Iy * w[..., 1]  # the line is for all of the flow
        w = relax(w, Ix, Iy, rest, alpha=0.07, iterations=30)
    return w


# %%
leap = moving_photograph("coffee", translation=(22.0, -10.0))
grey1, grey2 = grey_float(leap.img1), grey_float(leap.img2)
off = {}
for levels in (1, 3, 5):
    off[levels] = float(flowlab.epe(coarse_to_fine(grey1, grey2, levels), leap.flow))
    print(f"a leap of 24 px, {levels} levels: EPE {off[levels]:.1f} px")
course.claim(
    "One level loses the leap, five find it to within a pixel.",
    off[1] > 20 and off[5] < 1,
)

# %% [markdown]
# The same in a drawing, with four levels.

# %% jupyter={"source_hidden": true}
# Draw the pyramid and its flows.
from flowlab_course.chapters.ch04 import diagrams

course.figure("coarse to fine", diagrams.coarse_to_fine())
eighth = flowlab.resize_flow(leap.flow, (24, 32))
course.claim(
    "At an eighth of the size the leap of 24 px is one of 3 px.",
    bool((np.linalg.norm(eighth, axis=-1).round() == 3).all()),
)

# %% [markdown]
# `horn_schunck(img1, img2)` is this, with a few refinements to come. Climb it yourself, first on the motorcycle, then on the ball.

# %%
widgets.pyramid_levels()

# %% [markdown]
# What you should see: at the coarsest level the motorcycle is a few grey squares, and their motion is a pixel or so; each level adds detail. The ball is another story. Where its leap has become small, so has the ball: there is none. Where there is a ball, it is too far away.
#
# ## Edges, and two repairs
#
# Squares punish one large miss harder than many small ones. At the edge of a thing, where flow *must* jump, and in occlusions, where no line is true, Horn-Schunck bends everything around rather than miss once. Two repairs became standard. A *median* over the flow after each warp throws out what stands alone. *Robust* penalties let a miss $s$ count like $s^2$ while it is small and like $|s|$ when it is large.

# %%
bike = motorcycle(reduce=0.5)
ways = {
    "as published": {"median": 0},
    "with a median": {},
    "median and robust": {"robust": True},
}
flows, errors = {}, {}
for name, how in ways.items():
    flows[name] = horn_schunck(bike.img1, bike.img2, **how)
    errors[name] = float(flowlab.epe(flows[name], bike.flow, bike.valid))
    print(f"{name:17} EPE {errors[name]:.2f} px")

# %%
known_flow = np.where(bike.valid[..., None], bike.flow, np.nan)
course.figure("two repairs", {"true flow to the left": known_flow} | flows, limit=30)
published, median, robust = errors.values()
course.claim(
    "Each repair lowers the error on the motorcycle.",
    robust < median < published,
)

# %% [markdown]
# ### Exercise 4.2: how much a miss counts
#
# Charbonnier's penalty is $\rho(s) = 2 e^2 \left(\sqrt{1 + s^2 / e^2} - 1\right)$: like $s^2$ for small misses, like $2 e |s|$ for large ones. To minimise it with equations made for squares, each miss gets the weight $\rho'(s) / (2 s)$. Work it out, and return it. It is 1 at $s = 0$.

# %% tags=["exercise-4.2"]
def weight(s, e):
    """The weight of a miss s (any array) under Charbonnier's penalty."""
    return ...


# %%
course.check("4.2", weight)

# %% [markdown]
# ## DIS, the one to beat
#
# Thirty-five years later the same two ideas run in milliseconds. DIS, which you used in chapter 00, lays a grid of small patches over each level. Each patch searches by Lucas-Kanade, turned round so that the structure tensor is computed only once. The answers are averaged into a dense flow, and a few iterations of a robust Horn-Schunck polish it.

# %% tags=["nbval-ignore-output"]
seconds, table = {}, {}
for method in ("lucas-kanade", "horn-schunck", "farneback", "dis", "dis-ultrafast"):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        flow = run(method, bike.img1, bike.img2)
        times.append(time.perf_counter() - start)
    seconds[method] = min(times)
    table[method] = float(flowlab.epe(flow, bike.flow, bike.valid))
    print(f"{method:14} EPE {table[method]:5.2f} px {1000 * seconds[method]:7.1f} ms")
course.claim(
    "DIS is faster than our Horn-Schunck, and nearer to the truth on the motorcycle.",
    seconds["dis"] < seconds["horn-schunck"] and table["dis"] < table["horn-schunck"],
)

# %% [markdown]
# ## How fast can a thing move?
#
# The ball was one case. Let us measure. A textured disc of radius $r$ moves over a textured ground that stays at rest. We say that a method has *found* it if the disc's median pixel is nearer to the true step than to no motion.

# %%
example = moving_disc(radius=8, step=24)
drawn = figures.moved_disc(example.img1, example.img2, start=(84, 64), stop=(108, 64))
course.figure("a disc that moves", drawn)
disc = example.flow[..., 0] > 0
gap = abs(example.img1[disc].mean() - example.img1[~disc].mean())
course.claim(
    "In frame 1 the mean brightness of disc and ground differs by less than half "
    "of the standard deviation of the pixels.",
    gap < example.img1.std() / 2,
)

# %%
guess = course.predict_first(
    "speed",
    "A disc of radius 8 px moves in one frame by more and more. "
    "How far can it go before the best of four methods loses it?",
    options=[
        "about 6 px, less than its radius",
        "about 16 px, its diameter",
        "some 60 px, the pyramid sees to that",
    ],
)

# %%
def finds(method, radius, step):
    """Whether the median pixel of three discs is off by less than half a step."""
    off = []
    for seed in range(3):
        pair = moving_disc(radius, step, seed=seed)
        flow = run(method, pair.img1, pair.img2)
        off.append(flowlab.epe_map(flow, pair.flow)[pair.flow[..., 0] > 0])
    return np.median(np.concatenate(off)) < step / 2


# %%
RADII, STEPS = (4, 8, 16, 32), (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
farthest = {}
for method in ("lucas-kanade", "horn-schunck", "farneback", "dis"):
    farthest[method] = []
    for radius in RADII:
        lost = next(i for i, d in enumerate(STEPS) if not finds(method, radius, d))
        farthest[method].append(STEPS[lost - 1] if lost else 0)
best = np.max(list(farthest.values()), axis=0)  # of the four, for each radius
course.answer(
    guess,
    "about 6 px, less than its radius",
    f"The best of the four found it up to a step of {best[1]} px.",
)

# %%
course.figure("largest steps", figures.largest_steps(RADII, farthest))
for method, steps in farthest.items():
    print(f"{method:13} finds radii {RADII} px up to steps of {tuple(steps)} px")

# %% jupyter={"source_hidden": true}
# Claims: what the bars show, and what a whole photograph does.
course.claim(
    "None of the four finds a disc that moves by more than its own radius.",
    (best <= RADII).all(),
)
course.claim(
    "The larger the disc, the farther the best method follows it.",
    (np.diff(best) > 0).all(),
)
course.claim(
    "The whole photograph leapt farther than any of these discs, and was found.",
    off[5] < 1 and np.hypot(22, 10) > best.max(),
)

# %% [markdown]
# (`python bench/speed.py` prints the whole table, for all eight methods of flowlab and every step.)
#
# Large motion alone is not the problem, and neither is a small thing alone. The problem is *large motion of small things*. It is the very bargain of the pyramid: to make a step small, shrink the picture; what is smaller than its own step is gone before the step is small. A hand that waves, a ball, a chair that flies: every photograph of people has such things.
#
# What would help? To look far away at full detail: compare each place with many places, and then choose. That is a correlation, and its volume is what FlowNetC is built around, in chapter 08. And to know from thousands of examples what usually moves how: that is what chapters 05 and 06 prepare.
#
# ## The scoreboard

# %%
def no_motion(img1, img2):
    """The flow zero, (H, W, 2)."""
    return np.zeros((*img1.shape[:2], 2), np.float32)


course.scoreboard.add("zero flow", no_motion)
methods = {
    "Lucas-Kanade": "lucas-kanade",
    "Horn-Schunck": "horn-schunck",
    "DIS": "dis",
}
by_pair = {}
for name, method in methods.items():
    score = course.scoreboard.add(name, partial(run, method))
    by_pair[name] = score.by_pair
course.scoreboard.show("zero flow", *methods)

# %% jupyter={"source_hidden": true}
# The EPE of each pair in px, and a claim about two of them.
winner = {}
print(f"{'EPE in px':15}", *(f"{name:>12}" for name in methods))
for pair in by_pair["DIS"]:
    errors = {name: by_pair[name][pair] for name in methods}
    winner[pair] = min(errors, key=errors.get)
    print(f"{pair:15}", *(f"{error:12.2f}" for error in errors.values()))
course.claim(
    "Of the three, Lucas-Kanade is best on the turning cat and DIS on the motorcycle.",
    (winner["cat turns"], winner["motorcycle"]) == ("Lucas-Kanade", "DIS"),
)

# %% [markdown]
# Look at the single pairs before you rank. Windows win where a whole photograph moves as one; where things have outlines, smoothness and DIS do better. Every bar here was computed without having learnt anything. Whatever you train has to beat them.

# %% [markdown]
# ## Recap
#
# - Horn-Schunck minimises two wishes: fit your line, move like your neighbours. $\alpha$ weighs them.
# - Its iteration takes the neighbours' mean and steps towards the line; motion flows into silent places.
# - Coarse to fine makes large motions small, with the warping step at each level.
# - Medians and robust penalties let flow jump where things end.
# - A pyramid drops what is smaller than its own step. Every method on it loses small things that move far.

# %% [markdown]
# ## Quiz

# %%
course.quiz("04")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 4.3: climb
#
# You get two pyramids, lists of pictures with the finest first, and `improve(I1, I2, w)`, which betters a flow at one level. A level may differ from the next by another factor than 2. Start with no motion at the coarsest level, improve at every level, and return the finest flow.

# %% tags=["exercise-4.3"]
def climb(pyramid1, pyramid2, improve):
    """The flow of the finest level, (H, W, 2), from the coarsest upwards."""
    return ...


# %%
course.check("4.3", climb)

# %% [markdown]
# ### Open task: how smooth is too smooth?
#
# No checker here: this one is for a conversation. `horn_schunck(img1, img2, alpha=...)` has one number that says how much the second wish weighs. Try it from a hundredth to ten times its default on the motorcycle (`bike`) and on the leaping photograph (`leap`). Say first, for each pair, which way the EPE will go at both ends, and where the picture will suffer. Is there one $\alpha$ for both, and what in a picture decides?

# %% [markdown]
# ## Further reading
#
# - [Determining Optical Flow](https://doi.org/10.1016/0004-3702(81)90024-2), Horn and Schunck, 1981. Look for the iteration that you programmed, and for how it fills plain regions from their rim.
# - [Secrets of Optical Flow Estimation and Their Principles](https://doi.org/10.1109/CVPR.2010.5539939), Sun, Roth and Black, 2010. Look at the tables: which of many tricks matter, and how much of it is the median.
# - [Large Displacement Optical Flow: Descriptor Matching in Variational Motion Estimation](https://doi.org/10.1109/TPAMI.2010.143), Brox and Malik, 2011. Read the introduction: small things that move far, four years before FlowNet, and matching as the cure.

# %%
course.end()
