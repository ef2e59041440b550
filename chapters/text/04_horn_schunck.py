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

import cv2
import matplotlib.pyplot as plt
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.classical import horn_schunck, lucas_kanade, run
from flowlab.classical.constancy import constraint, grey_float
from flowlab.classical.horn_schunck import relax
from flowlab_course.chapters.ch04 import widgets
from flowlab.datasets.samples import motorcycle, moving_disc, moving_photograph

course.begin("04")

# %% [markdown]
# ## Where windows are silent
#
# A plain square slides to the right by one pixel, over a textured ground that stays. At its rim there is something to see. In its middle nothing changes at all, and a window that reaches no rim has nothing to say.

# %%
from flowlab_course.widgets.fields import field_picture
from flowlab_course.chapters.ch04.widgets.smoothing import PLAIN, scene

I1, I2, truth = scene(PLAIN)
windows = lucas_kanade(I1, I2, sigma=2.0, levels=1, iterations=1).flow

fig, axes = plt.subplots(1, 3, figsize=(8, 2.2))
axes[0].imshow(I1, cmap="gray", vmin=0, vmax=1)
for ax, flow in zip(axes[1:], (truth, windows), strict=True):
    ax.imshow(field_picture(flow, max_flow=1.2, spacing=10, longer=5.0, zoom=3))
for ax, title in zip(axes, ("frame 1", "true flow", "Lucas-Kanade, window 2 px"), strict=True):
    ax.set(title=title, xticks=[], yticks=[])
course.show(
    fig,
    alt="A plain square on texture; its true flow, the square in one colour with arrows to the right; Lucas-Kanade's, two strips.",
    see="two strips, along the left and the right edge. The upper and lower edges slide along themselves, which nobody can see, and inside there is nothing.",
)
course.claim("In the middle of the square the windows find nothing.", np.abs(windows[32, 44]).max() < 0.05)

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
    """The paper's iteration from zero flow, pixel by pixel; outside the picture its edge repeats."""
    H, W = Ix.shape
    w = np.zeros((H, W, 2))
    for _ in range(iterations):
        new = np.empty_like(w)
        for y in range(H):
            for x in range(W):
                up, down, left, right = max(y - 1, 0), min(y + 1, H - 1), max(x - 1, 0), min(x + 1, W - 1)
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
course.claim("flowlab's relax takes the same steps, all pixels at once.", np.allclose(slow, fast, atol=1e-5))

# %% [markdown]
# Now with your hands. Scrub through the iterations, then change the smoothness.

# %%
widgets.smoothness_and_iterations()

# %% [markdown]
# What you should see: motion begins at the rim and flows inwards, slower and slower. A small $\alpha$ trusts the rim and leaves the middle behind; a large one fills the square, and takes the ground along. Somewhere between lies the least error, elsewhere for each picture.

# %%
def energy(w, Ix, Iy, It, alpha):
    """Both wishes, as far as they are missed."""
    lines = (Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2
    return lines.sum() + alpha**2 / 4 * sum((np.diff(w, axis=axis) ** 2).sum() for axis in (0, 1))


so_far = [relax(zero, *line, alpha=0.1, iterations=n, radius=0.0) for n in (0, 1, 10, 100, 1000)]
energies = [energy(w, *line, alpha=0.1) for w in so_far]
print("energy after 0, 1, 10, 100, 1000 iterations:", [round(float(E), 3) for E in energies])
course.claim("Every stretch of iterations lowers the energy.", bool((np.diff(energies) < 0).all()))
course.claim("In the end the silent middle moves, by more than half of the truth.", so_far[-1][32, 44, 0] > 0.5)

# %% [markdown]
# A thousand iterations for a picture of 88 columns: news travels one pixel at a time. flowlab lets each result swing on in the direction in which it moved. It ends at the same flow, sooner.

# %%
end = relax(zero, *line, alpha=0.1, iterations=5000, radius=0.0)
left = {name: np.abs(relax(zero, *line, alpha=0.1, iterations=100, radius=radius) - end).max()
        for name, radius in {"the paper's": 0.0, "with a swing": 0.98}.items()}
print({name: f"{value:.3f} px" for name, value in left.items()}, "from the end after 100 iterations")
course.claim("After 100 iterations the swing is ten times nearer to the end.", left["with a swing"] < left["the paper's"] / 10)

# %% [markdown]
# ## Coarse to fine
#
# Smoothness does not cure the other illness: the line is true for small motions only. But halve a picture, and its motions are halved (you did so in exercise 0.2). Halve it until the motion is about one pixel, solve there, double the flow, and start the next larger picture with it. It is a recursion of ten lines:

# %%
def coarse_to_fine(I1, I2, levels):
    """Horn-Schunck up a pyramid, with five warps at each level."""
    if levels > 1:
        small1, small2 = cv2.pyrDown(I1), cv2.pyrDown(I2)
        w = flowlab.resize_flow(coarse_to_fine(small1, small2, levels - 1), I1.shape)
    else:
        w = np.zeros((*I1.shape, 2), np.float32)
    for _ in range(5):
        Ix, Iy, It = constraint(I1, I2, w)
        rest = It - Ix * w[..., 0] - Iy * w[..., 1]  # so that the line is for the whole flow, not for what w lacks
        w = relax(w, Ix, Iy, rest, alpha=0.07, iterations=30)
    return w


leap = moving_photograph("coffee", translation=(22.0, -10.0))
grey = grey_float(leap.img1), grey_float(leap.img2)
off = {levels: float(flowlab.epe(coarse_to_fine(*grey, levels), leap.flow)) for levels in (1, 3, 5)}
print("a leap of 24 px, EPE with 1, 3, 5 levels:", [f"{value:.1f} px" for value in off.values()])
course.claim("One level loses the leap, five find it to within a pixel.", off[1] > 20 and off[5] < 1)

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
ways = {"as published": {"median": 0}, "with a median": {}, "median and robust": {"robust": True}}
flows = {name: horn_schunck(bike.img1, bike.img2, **how) for name, how in ways.items()}
errors = {name: float(flowlab.epe(flow, bike.flow, bike.valid)) for name, flow in flows.items()}
print({name: f"{value:.2f} px" for name, value in errors.items()})

fig, axes = plt.subplots(1, 4, figsize=(10, 1.9))
axes[0].imshow(flowlab.flow_to_image(bike.flow, max_flow=30, valid=bike.valid))
for ax, flow in zip(axes[1:], flows.values(), strict=True):
    ax.imshow(flowlab.flow_to_image(flow, max_flow=30))
for ax, title in zip(axes, ("true flow to the left", *flows), strict=True):
    ax.set(title=title, xticks=[], yticks=[])
course.show(
    fig,
    alt="The motorcycle's true leftward flow and three estimates in the same colours: with spots, calmer, and with firmer outlines.",
    see="one hue for leftward motion, stronger where nearer. The median wipes away the spots in other hues, and robust penalties draw saddle and tank with a firmer outline.",
)

# %%
published, median, robust = errors.values()
course.claim("Each repair lowers the error on the motorcycle.", robust < median < published)

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
    seconds[method], table[method] = min(times), float(flowlab.epe(flow, bike.flow, bike.valid))
    print(f"{method:14} EPE {table[method]:5.2f} px {1000 * seconds[method]:7.1f} ms")
course.claim("DIS is faster than our Horn-Schunck, and nearer to the truth on the motorcycle.",
             seconds["dis"] < seconds["horn-schunck"] and table["dis"] < table["horn-schunck"])

# %% [markdown]
# ## How fast can a thing move?
#
# The ball was one case. Let us measure. A textured disc of radius $r$ moves over a textured ground that stays at rest. We say that a method has *found* it if the disc's median pixel is nearer to the true step than to no motion.

# %%
guess = course.predict_first(
    "speed",
    "A disc of radius 8 px moves in one frame by more and more. How far can it go before the best of four methods loses it?",
    options=["about 6 px, less than its radius", "about 16 px, its diameter", "some 60 px, the pyramid sees to that"],
)

# %%
example = moving_disc(radius=8, step=24)

fig, axes = plt.subplots(1, 2, figsize=(6.5, 2.3))
for ax, img, title in zip(axes, (example.img1, example.img2), ("frame 1", "frame 2"), strict=True):
    ax.imshow(img)
    ax.set(title=title, xticks=[], yticks=[])
axes[0].annotate("", (108, 64), (84, 64), arrowprops={"arrowstyle": "->", "color": "tab:red", "lw": 2})
axes[1].plot(108, 64, "o", ms=22, mfc="none", mec="tab:red", mew=2)
course.show(
    fig,
    alt="Grey blotches in both frames; an arrow shows where a disc among them goes, a ring where it has arrived.",
    see="next to nothing, in a single frame: ground and disc have the same kind of texture. Only motion would set the disc apart, and it is gone from under the arrow's start.",
)
disc = example.flow[..., 0] > 0
course.claim("In frame 1 the disc is neither brighter nor darker than the ground, by half of what pixels differ anyway.",
             abs(example.img1[disc].mean() - example.img1[~disc].mean()) < example.img1.std() / 2)

# %%
def finds(method, radius, step):
    """Whether the disc's median pixel, over three pairs, is off by less than half of the step."""
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
        lost = next(i for i, step in enumerate(STEPS) if not finds(method, radius, step))
        farthest[method].append(STEPS[lost - 1] if lost else 0)
    print(f"{method:13} finds discs of radius {RADII} px up to steps of {tuple(farthest[method])} px")

# %%
fig, ax = plt.subplots(figsize=(8, 2.8))
places = np.arange(len(RADII))
for i, (method, steps) in enumerate(farthest.items()):
    bars = ax.bar(places + 0.2 * (i - 1.5), steps, width=0.18, label=method)
    ax.bar_label(bars)
for place, radius in zip(places, RADII, strict=True):
    ax.plot([place - 0.45, place + 0.45], [radius, radius], "k--", lw=1, label="a step of its own radius" if place == 0 else None)
ax.set(xlabel="radius of the disc, px", ylabel="largest step found, px", xticks=places, xticklabels=RADII, ylim=(0, 36))
ax.legend(loc="upper left", ncols=2)
course.show(
    fig,
    alt="Bars: the largest step at which each of four methods finds a disc, for four radii; all stay below the disc's own radius.",
    see="larger discs may move farther, and no bar reaches the dashed line, a step of the disc's own radius. A 0 says: not even one pixel.",
)

# %%
best = [max(steps) for steps in zip(*farthest.values(), strict=True)]
course.answer(guess, "about 6 px, less than its radius", f"The best of the four found it up to a step of {best[1]} px.")
course.claim("No method finds a disc that moves by more than its own radius.", all(b <= r for b, r in zip(best, RADII, strict=True)))
course.claim("The larger the disc, the farther the best method follows it.", bool((np.diff(best) > 0).all()))
course.claim("The whole photograph leapt farther than any of these discs, and was found.", off[5] < 1 and np.hypot(22, 10) > max(best))

# %% [markdown]
# (`python bench/speed.py` prints the whole table, for all eight methods of flowlab and every step.)
#
# So large motion is no problem, and a small thing is none. *Large motion of small things* is. It is the very bargain of the pyramid: to make a step small, shrink the picture; what is smaller than its own step is gone before the step is small. A hand that waves, a ball, a chair that flies: every photograph of people has such things.
#
# What would help? To look far away at full detail: compare each place with many places, and then choose. That is a correlation, and its volume is what FlowNetC is built around, in chapter 08. And to know from thousands of examples what usually moves how: that is what chapters 05 and 06 prepare.
#
# ## The scoreboard

# %%
course.scoreboard.add("zero flow", lambda img1, img2: np.zeros((*img1.shape[:2], 2), np.float32))
scores = {}
for name, method in {"Lucas-Kanade": "lucas-kanade", "Horn-Schunck": "horn-schunck", "DIS": "dis"}.items():
    scores[name] = course.scoreboard.add(name, lambda img1, img2, method=method: run(method, img1, img2)).by_pair
    print(f"{name:13}", {pair: round(error, 2) for pair, error in scores[name].items()})
course.scoreboard.show("zero flow", "Lucas-Kanade", "Horn-Schunck", "DIS")

# %%
course.claim("Of the three, Lucas-Kanade is best on the turning cat and DIS on the motorcycle.",
             [min(scores, key=lambda name: scores[name][pair]) for pair in ("cat turns", "motorcycle")] == ["Lucas-Kanade", "DIS"])

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
# ### Exercise 4.1: one step of Horn-Schunck
#
# Do one iteration for all pixels at once, without a loop over pixels. `w` is `(H, W, 2)`. Outside the picture the edge repeats: `np.pad(f, 1, mode="edge")` is a good start.

# %% tags=["exercise-4.1"]
def step(w, Ix, Iy, It, alpha):
    """The next flow (H, W, 2): the neighbours' mean, moved towards each pixel's line."""
    u, v = w[..., 0], w[..., 1]
    return ...


# %%
course.check("4.1", step)

# %% [markdown]
# ### Exercise 4.2: how much a miss counts
#
# Charbonnier's penalty is $\rho(s) = 2 e^2 \left(\sqrt{1 + s^2 / e^2} - 1\right)$: like $s^2$ for small misses, like $2 e |s|$ for large ones. To minimise it with equations made for squares, each miss gets the weight $\rho'(s) / (2 s)$. Work it out, and return it. It is 1 at $s = 0$.

# %% tags=["exercise-4.2"]
def weight(s, e):
    """The weight of a miss s (any array) under Charbonnier's penalty with constant e."""
    return ...


# %%
course.check("4.2", weight)

# %% [markdown]
# ### Exercise 4.3: climb
#
# You get two pyramids, lists of pictures with the finest first, and `improve(I1, I2, w)`, which betters a flow at one level. Start with no motion at the coarsest level, improve at every level, and return the finest flow.

# %% tags=["exercise-4.3"]
def climb(pyramid1, pyramid2, improve):
    """The flow of the finest level, (H, W, 2), from the coarsest upwards."""
    return ...


# %%
course.check("4.3", climb)

# %% [markdown]
# ## Further reading
#
# - [Determining Optical Flow](https://doi.org/10.1016/0004-3702(81)90024-2), Horn and Schunck, 1981. Look for the iteration that you programmed, and for how it fills plain regions from their rim.
# - [Secrets of Optical Flow Estimation and Their Principles](https://doi.org/10.1109/CVPR.2010.5539939), Sun, Roth and Black, 2010. Look at the tables: which of many tricks matter, and how much of it is the median.
# - [Large Displacement Optical Flow: Descriptor Matching in Variational Motion Estimation](https://doi.org/10.1109/TPAMI.2010.143), Brox and Malik, 2011. Read the introduction: small things that move far, four years before FlowNet, and matching as the cure.

# %%
course.end()
