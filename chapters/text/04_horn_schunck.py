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
# > At the end of this chapter you carry motion into places without texture, work from coarse to fine, know which motions a pyramid loses, and write a matcher that finds them.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write down an energy of two terms, and the iteration that lowers it.
# 2. Build coarse to fine, and say which motions a pyramid finds and which it loses.
# 3. Say how a thing's size, speed and brightness decide whether *differential methods*, those that use slopes (Barron and others, 1994), find it; match blocks where they do not.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 25 seconds.
#
# **Needs**: chapter 03: the line $I_x u + I_y v + I_t = 0$, and the warping step.
#
# **Symbols**: $\alpha$ the weight of smoothness, in brightness per pixel; $\bar u, \bar v$ the means over a pixel's four neighbours; $E$ an energy; $r$ the radius of a disc in pixels.

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
from flowlab_course.chapters.ch04.disc import brightness_gap, moving_disc

course.begin("04")

# %% [markdown]
# ## Where windows find nothing
#
# A plain square slides to the right by one pixel, over a textured background at rest. In its middle nothing changes, and a window without an edge in it has no information about the motion.

# %%
from flowlab_course.chapters.ch04.widgets.smoothing import PHOTO, PLAIN, scene

I1, I2, truth = scene(PLAIN)
windows = lucas_kanade(I1, I2, sigma=2.0, levels=1, iterations=1).flow
course.figure("plain square", figures.plain_square(I1, truth, windows))
course.claim(
    "In the middle of the square the windows find less than 0.05 px of 1 px.",
    np.abs(windows[32, 44]).max() < 0.05 and truth[32, 44, 0] == 1,
)

# %% [markdown]
# But the square is one object, so its middle moves as its edges do. Horn and Schunck put this into a formula in 1981.
#
# ## Two terms
#
# The first wish: at every pixel, $(u, v)$ should solve the constraint equation. The second wish: neighbours should have similar motions. Square each residual, and add them all up. The sum is called an *energy*. In papers it is an integral:
#
# $$\iint \Big[ (I_x u + I_y v + I_t)^2 + \frac{\alpha^2}{4} \left(|\nabla u|^2 + |\nabla v|^2\right) \Big]\, dx\, dy$$
#
# On pixels, sums replace the integral and differences of neighbours the derivatives:
#
# $$E = \underbrace{\sum_{\text{pixels}} (I_x u + I_y v + I_t)^2}_{\text{data term}} \;+\; \underbrace{\frac{\alpha^2}{4} \sum_{\text{neighbours } p,\, q} \Big[ (u_p - u_q)^2 + (v_p - v_q)^2 \Big]}_{\text{smoothness term}}$$
#
# The $1/4$ is our choice of unit for $\alpha$; the next section says why. The flow with the smallest $E$ is the answer. The *data term* alone has many solutions, at each pixel a line or a plane. The *smoothness term* selects one, unless all gradients of the picture are parallel, as in stripes. Adding a term for this purpose is called *regularisation*. A method that looks for a whole field by its energy is called *variational*.

# %% [markdown]
# ### Exercise 4.5: the energy
#
# Return $E$ as one number. A pair of neighbours is a pixel and the one to its right, or a pixel and the one below it; each pair counts once.

# %% tags=["exercise-4.5"]
def energy(w, Ix, Iy, It, alpha):
    """The data term plus the smoothness term of the flow w, (H, W, 2); one number."""
    return ...


# %%
course.check("4.5", energy)

# %% [markdown]
# ## One step for all pixels
#
# At the minimum of $E$ its derivatives with respect to $u$ and $v$ of each pixel are zero. Halved, they are
#
# $$m\, I_x + \alpha^2 (u - \bar u) = 0, \qquad m\, I_y + \alpha^2 (v - \bar v) = 0, \qquad m = I_x u + I_y v + I_t.$$
#
# Here is the reason for $1/4$: the differences from four neighbours add up to $4(u - \bar u)$. (The integral leads to the *Euler-Lagrange equations*, with the Laplacian in place of $4(\bar u - u)$.) Now eliminate. Put $u = \bar u - m I_x / \alpha^2$ and $v = \bar v - m I_y / \alpha^2$ into the residual $m$, and get $m = \alpha^2 (I_x \bar u + I_y \bar v + I_t) / (\alpha^2 + I_x^2 + I_y^2)$. With the neighbours fixed, the solution is
#
# $$\begin{pmatrix} u \\ v \end{pmatrix} = \begin{pmatrix} \bar u \\ \bar v \end{pmatrix}
# - \frac{I_x \bar u + I_y \bar v + I_t}{\alpha^2 + I_x^2 + I_y^2} \begin{pmatrix} I_x \\ I_y \end{pmatrix}$$
#
# *Take the mean of the neighbours, then step towards the pixel's line.* Where the gradient is far above $\alpha$, the step goes nearly all the way. Where it is zero, the mean of the neighbours is the result. All pixels take the step at once, from the neighbours' old values, again and again: a *Jacobi iteration*.
#
# Horn and Schunck took a weighted mean of eight neighbours; ours has four. Their method had one picture size and no warps; these came later (Burt and Adelson, 1983; Anandan, 1989; Bergen and others, 1992; Brox and others, 2004).

# %%
def naive_horn_schunck(Ix, Iy, It, alpha, iterations):
    """Jacobi's iteration from zero flow; outside the picture its edge repeats."""
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
                residual = slope @ mean + It[y, x]
                new[y, x] = mean - residual / (alpha**2 + slope @ slope) * slope
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
widgets.smoothness_and_iterations()

# %% [markdown]
# Press play, then change the smoothness. What you should see: motion starts at the edges and spreads inwards, more and more slowly. With a small $\alpha$ the middle stays behind. With a larger one the middle follows, and the background moves along. The $\alpha$ with the smallest EPE lies in between and differs between the scenes. The square's best leaves its middle behind.
#
# Taking means is a *diffusion*: the iterations needed grow with the square of the distance. flowlab adds momentum: each result continues in the direction of its last change (*Chebyshev semi-iteration*, Golub and Varga, 1961). It ends at the same flow, sooner.

# %%
from flowlab_course.chapters.ch04.energy import best_alpha, energy_curve

counts = (0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300)
end = relax(zero, *line, alpha=0.1, iterations=5000, radius=0.0)
curves, left = {}, {}
for name, radius in {"Jacobi": 0.0, "Chebyshev": 0.98}.items():
    curves[name] = energy_curve(line, alpha=0.1, counts=counts, radius=radius)
    w = relax(zero, *line, alpha=0.1, iterations=100, radius=radius)
    left[name] = np.abs(w - end).max()
    print(f"{name:9} after 100 iterations: at most {left[name]:.3f} px from the end")
middle = {}
for count in (15, 100, 300):
    w = relax(zero, *line, alpha=0.1, iterations=count, radius=0.0)
    middle[count] = w[32, 44, 0]
    print(f"Jacobi, after {count:3}: middle of the square {middle[count]:.3f} px")
course.claim(
    "Ten pixels from the edges, the middle moves by less than a hundredth of the truth "
    "after 15 iterations of Jacobi's, by less than half after 100, at the end by more.",
    middle[15] < 0.01 and middle[100] < 0.5 < end[32, 44, 0],
)

# %% jupyter={"source_hidden": true}
# Draw the energy over the iterations, and claim what the curves show.
course.figure("energy", figures.energy_curves(counts, curves))
data, smoothness = curves["Jacobi"].T
course.claim(
    "From each of these counts to the next, Jacobi's iteration lowers the energy.",
    (np.diff(data + smoothness) < 0).all(),
)
course.claim(
    "Between the counts from 10 on, the data term rises and the smoothness term falls.",
    (np.diff(data[5:]) > 0).all() and (np.diff(smoothness[5:]) < 0).all(),
)
course.claim(
    "At this alpha, after 100 iterations, Chebyshev's is ten times nearer to the end.",
    left["Chebyshev"] < left["Jacobi"] / 10,
)
alphas = best_alpha(PLAIN), best_alpha(PHOTO)
w = relax(zero, *line, alpha=alphas[0], iterations=1000, radius=0.98)
course.claim(
    "The alpha with the smallest EPE differs between the widget's two scenes, is "
    "neither of the slider's ends, and leaves the middle of the square at less than "
    "half of its motion.",
    alphas[0] != alphas[1]
    and (min(alphas) > 0.01 and max(alphas) < 1)
    and w[32, 44, 0] < 0.5,
)

# %% [markdown]
# ### Exercise 4.1: one step of Horn-Schunck
#
# Do one iteration for all pixels at once, with the mean of four neighbours and without a loop over pixels. `w` is `(H, W, 2)`. Outside the picture the edge repeats: `np.pad(f, 1, mode="edge")` is a good start.

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
# Smoothness does not solve the other problem: the constraint equation is a *linearisation*, accurate for small motions only. Each warp linearises it anew, around the flow so far. And if you halve a picture, you halve its motions (exercise 0.2). So halve the pictures, to a *pyramid*, until the motion is about one pixel, solve there, enlarge and double the flow, and begin with it on the next larger picture, *coarse to fine*:

# %%
def coarse_to_fine(I1, I2, levels):
    """Horn-Schunck from coarse to fine, with five warps at each level."""
    w = np.zeros((*I1.shape, 2), np.float32)
    if levels > 1:
        small = coarse_to_fine(cv2.pyrDown(I1), cv2.pyrDown(I2), levels - 1)
        w = flowlab.resize_flow(small, I1.shape)
    for _ in range(5):
        Ix, Iy, It = constraint(I1, I2, w)
        rest = It - Ix * w[..., 0] - Iy * w[..., 1]  # the line of w, not of its change
        w = relax(w, Ix, Iy, rest, alpha=0.07, iterations=30)
    return w


leap = moving_photograph("coffee", translation=(22.0, -10.0))
grey1, grey2 = grey_float(leap.img1), grey_float(leap.img2)
leapt = {}
for levels in (1, 3, 5):
    error = flowlab.epe_map(coarse_to_fine(grey1, grey2, levels), leap.flow)
    leapt[levels] = mean, median = error.mean(), np.median(error)
    print(f"24 px, levels: {levels}, EPE {mean:.2f} px, median {median:.2f} px")
course.claim(
    "One level loses the leap; with five the mean is below 1 px, the median below 0.1.",
    leapt[1][0] > 20 and leapt[5][0] < 1 and leapt[5][1] < 0.1,
)

# %% jupyter={"source_hidden": true}
# Draw the pyramid and its flows.
from flowlab_course.chapters.ch04 import diagrams

course.figure("coarse to fine", diagrams.coarse_to_fine())
eighth = flowlab.resize_flow(leap.flow, (24, 32))  # the same pair as in the diagram
course.claim(
    "At an eighth of the size the leap of 24 px is one of 3 px.",
    bool((np.linalg.norm(eighth, axis=-1).round() == 3).all()),
)

# %% [markdown]
# `horn_schunck(img1, img2)` does this, with a filter that the next section explains. Descend the pyramid yourself, on the motorcycle, then on the ball.

# %%
widgets.pyramid_levels()

# %% [markdown]
# What you should see: at the coarsest level the motorcycle is a few grey squares that move by one or two pixels; each level adds detail. The ball is lost; *How fast can a thing move?* says why.

# %% [markdown]
# ### Exercise 4.3: descend
#
# The same as a loop. You get two pyramids, lists of pictures with the finest first, and `improve(I1, I2, w)`, which improves a flow at one level. A level may differ from the next by another factor than 2. Start with no motion at the coarsest level, improve at every level, and return the finest flow.

# %% tags=["exercise-4.3"]
def descend(pyramid1, pyramid2, improve):
    """The flow of the finest level, (H, W, 2), begun at the coarsest."""
    return ...


# %%
course.check("4.3", descend)

# %% [markdown]
# ## Edges, and two repairs
#
# Squaring penalises one large residual more than many small ones. Large residuals are unavoidable: the true flow jumps where one thing moves in front of another, and an occluded pixel has no match. They bend the flow around them. Two repairs are standard. A *median filter* on the flow after each warp (Wedel and others, 2009) removes single wrong vectors. A *robust penalty* (Black and Anandan, 1993) lets large residuals $s$ count less than their square; ours (Charbonnier and others, 1994) counts them like $|s|$.

# %%
bike = motorcycle(reduce=0.5)
ways = {
    "neither repair": {"median": 0},
    "robust alone": {"median": 0, "robust": True},
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
shown = {"true flow to the left": known_flow} | flows
del shown["neither repair"]
course.figure("two repairs", figures.four_flows(shown, limit=30))
neither, alone, median, both = errors.values()
course.claim(
    "The median lowers the mean error on the motorcycle, and robust penalties on top "
    "of it lower it further; without the median they more than double it.",
    both < median < neither and alone > 2 * neither,
)
again = {"three times the warps": {"warps": 15}, "alpha 0.2": {"alpha": 0.2}}
for name, how in again.items():
    flow = horn_schunck(bike.img1, bike.img2, median=0, robust=True, **how)
    again[name] = float(flowlab.epe(flow, bike.flow, bike.valid))
    print(f"robust alone, {name}: EPE {again[name]:.2f} px")
course.claim(
    "Robust penalties alone get worse with three times the warps, "
    "and lose more than half of their error with alpha 0.2 in place of 0.07.",
    again["three times the warps"] > alone > 2 * again["alpha 0.2"],
)

# %% [markdown]
# ### Exercise 4.2: how much a residual counts
#
# Charbonnier's penalty is $\rho(s) = 2 e^2 \left(\sqrt{1 + s^2 / e^2} - 1\right)$: like $s^2$ for small residuals, like $2 e |s|$ for large ones. To minimise it with *iteratively reweighted least squares*, give each residual the weight $\rho'(s) / (2 s)$. Work out this weight, and return it. It is 1 at $s = 0$.

# %% tags=["exercise-4.2"]
def weight(s, e):
    """The weight of a residual s (any array) under Charbonnier's penalty."""
    return ...


# %%
course.check("4.2", weight)

# %% [markdown]
# ## DIS, the baseline
#
# DIS (Kroeger and others, 2016) combines windows and smoothness. It lays a grid of small patches over each level of a pyramid. Each patch searches by Lucas-Kanade in its *inverse compositional* form (Baker and Matthews, 2001): the frames exchange their roles, so the structure tensor is computed only once. The patches' results are averaged into a dense flow, which a few iterations of a robust variational method refine. Farnebäck's method (2003) fits a quadratic polynomial around each pixel of both frames; the change of its coefficients gives the motion.

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
    "DIS is faster than our Horn-Schunck, and has a smaller EPE on the motorcycle.",
    seconds["dis"] < seconds["horn-schunck"] and table["dis"] < table["horn-schunck"],
)
taller = motorcycle(reduce=0.52)  # 260 rows; OpenCV's Farneback makes no level below 32
flow = run("farneback", taller.img1, taller.img2)
one_more = float(flowlab.epe(flow, taller.flow, taller.valid))
print(f"farneback with one more level: EPE {one_more:.2f} px")
course.claim(
    "Farneback's error falls to less than half with a picture of 260 rows, "
    "not 250: its pyramid then has one level more.",
    one_more < table["farneback"] / 2,
)

# %% [markdown]
# Why 12 px for Farneback? OpenCV's version makes no level with fewer than 32 rows. At 250 rows it stops at a quarter of the size, where motions of 30 px are still more than 7 px long.
#
# ## How fast can a thing move?
#
# A textured disc of radius $r$ moves over a textured background at rest. A method *finds* the disc if the median of the endpoint error, over the pixels of three discs, is below half a step.

# %%
example = moving_disc(radius=8, step=24)
drawn = figures.moved_disc(example.img1, example.img2, start=(84, 64), stop=(108, 64))
course.figure("a disc that moves", drawn)
course.claim(
    "In frame 1 the mean brightness of disc and background differs by less than half "
    "of the background's standard deviation.",
    brightness_gap(example) < 0.5,
)

# %%
guess = course.predict_first(
    "speed",
    "A disc of radius 8 px moves in one frame by more and more. How far can it go "
    "before Lucas-Kanade, Horn-Schunck, Farneback and DIS have all lost it?",
    options=[
        "about 6 px, less than its radius",
        "about 16 px, its diameter",
        "about 22 px: the ball was lost at 24",
    ],
)

# %%
def off_on_disc(method, radius, px, size=(128, 192), seeds=3, **look):
    """The endpoint error of each pixel of a few discs, in px."""
    off = []
    for seed in range(seeds):
        pair = moving_disc(radius, px, seed=seed, size=size, **look)
        flow = method(pair.img1, pair.img2)
        off.append(flowlab.epe_map(flow, pair.flow)[pair.flow[..., 0] > 0])
    return np.concatenate(off)


# %%
RADII, STEPS = (4, 8, 16, 32), (1, 2, 3, 4, 6, 8, 12, 16, 24, 48)
slopes = ("lucas-kanade", "horn-schunck", "farneback", "dis")
farthest, found = {name: [] for name in slopes}, {}
for name in slopes:
    for radius in RADII:
        for px in (px for px in STEPS if px <= 3 * radius):
            off = np.median(off_on_disc(partial(run, name), radius, px))
            found[name, radius, px] = off < px / 2
        lost = next(i for i, d in enumerate(STEPS) if not found.get((name, radius, d)))
        farthest[name].append(STEPS[lost - 1] if lost else 0)
best = np.max(list(farthest.values()), axis=0)  # of the four, for each radius
course.answer(
    guess,
    "about 6 px, less than its radius",
    f"The best of the four found it up to a step of {best[1]} px.",
)

# %% jupyter={"source_hidden": true}
# Draw the largest steps, and claim what the bars and the whole photograph show.
course.figure("largest steps", figures.largest_steps(RADII, farthest))
for name, steps in farthest.items():
    print(f"{name:13} finds radii {RADII} px up to steps of {tuple(steps)} px")
course.claim(
    "None of the four finds one of these discs at any of these steps beyond its own "
    "radius.",
    not any(ok and px > radius for (_, radius, px), ok in found.items()),
)
course.claim(
    "The larger the disc, the farther the best method follows it.",
    (np.diff(best) > 0).all(),
)
course.claim(
    "The whole photograph leapt farther than any of these discs, and was found.",
    leapt[5][0] < 1 and np.hypot(22, 10) > best.max(),
)

# %% jupyter={"source_hidden": true}
# DIS at full size, and at half size with patches of 4 px: the disc of radius 8 again.
def dis(img1, img2, scale, patch, stride):
    """DIS with another finest scale and other patches, (H, W, 2)."""
    method = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    method.setFinestScale(scale)
    method.setPatchSize(patch)
    method.setPatchStride(stride)
    return method.calc(img1[..., 0], img2[..., 0], None)


ways = {"as it is": (1, 8, 3), "full size": (0, 8, 3), "patches of 4 px": (1, 4, 2)}
part = {}
for way, (scale, patch, stride) in ways.items():
    method = partial(dis, scale=scale, patch=patch, stride=stride)
    off = [np.median(off_on_disc(method, 8, px)) / px for px in (1, 2, 3, 4)]
    part[way] = np.array(off)
    print(f"DIS, {way:15} median error / step at 1, 2, 3, 4 px:", part[way].round(2))
course.claim(
    "DIS misses more than a third of each step of 1 to 4 px on the disc of radius 8, "
    "less than a tenth at full size, less than half with patches of 4 px.",
    min(part["as it is"]) > 1 / 3
    and max(part["full size"]) < 0.1
    and max(part["patches of 4 px"]) < 0.5,
)

# %%
find, px = {}, 16  # discs of radius 8, steps of twice the radius
for brighter in (0, 102):
    look = {"contrast": 0.5, "brighter": brighter}
    gaps = [brightness_gap(moving_disc(8, px, seed=i, **look)) for i in range(9)]
    print(f"{brighter} grey levels brighter: means {min(gaps):.1f} to", end=" ")
    print(f"{max(gaps):.1f} standard deviations apart. Found, of nine:", end="\n   ")
    for name in slopes:
        off = off_on_disc(partial(run, name), 8, px, seeds=9, **look).reshape(9, -1)
        find[name, brighter] = (np.median(off, axis=1) < px / 2).sum()
        print(f" {name} {find[name, brighter]}", end="")
    print()
course.claim(
    "At a step of twice its radius each of the four finds more than half of the nine "
    "brighter discs, and none of the nine that are not.",
    min(find[name, 102] for name in slopes) > 4
    and not any(find[name, 0] for name in slopes),
)

# %% [markdown]
# Why does DIS do badly at $r = 8$? To be fast, it stops at half of the picture's size, where its patches of 8 px cover the whole disc. Smaller patches, or the full size, help.
#
# Both size and mean brightness decide. All four methods improve a guess by looking nearby, so they have to begin within a few pixels of the answer. A pyramid makes the step small by making the picture small: its low-pass filter removes fine texture, and a disc that differs from its background by nothing else disappears. A much brighter disc stays visible there, and is found farther away. The problem is *large motion of small things that resemble their background*.
#
# ## Look far, at full detail
#
# Here is a method without gradients and without a pyramid. Take the block of pixels around a pixel of frame 1. Compare it with the block at every displacement in frame 2, up to `reach` pixels, by the sum of absolute differences. Keep the displacement with the smallest sum. This is *block matching* (Jain and Jain, 1981), with a full search. You write it in exercise 4.4.

# %%
from flowlab_course.chapters.ch04.matching import match_blocks, share_found

matcher = partial(match_blocks, reach=50, radius=5)  # blocks of 11 x 11 px
medians = {}
for px in (8, 16, 24, 32, 48):
    off = off_on_disc(matcher, 8, px, size=(64, 192))
    medians[px] = np.median(off)
    print(f"radius 8, step {px:2} px: median error {medians[px]:.1f} px", end=", ")
    print(f"{(off < 1).mean():.0%} within 1 px")
course.claim(
    "The matcher finds the disc of radius 8 at each of these steps, "
    "with a median error of 0 px.",
    set(medians.values()) == {0},
)
flows = {
    "true flow": example.flow,
    "DIS": run("dis", example.img1, example.img2),
    "blocks of 11 px": matcher(example.img1, example.img2),
}
middle = {name: flow[34:94, 46:146] for name, flow in flows.items()}
course.figure("blocks find the disc", middle, limit=30, width=7.5)

# %%
share = {}
for noise in (0, 10):
    for side in (3, 11, 17):
        for radius in (4, 8, 16):
            share[noise, side, radius] = share_found(radius, side // 2, noise).mean()
        cells = [f"r = {r}: {share[noise, side, r]:4.0%}" for r in (4, 8, 16)]
        print(f"noise {noise:2}, blocks of {side:2} px:", *cells)
flow = match_blocks(bike.img1, bike.img2, reach=32, radius=8)
matched = float(flowlab.epe(flow, bike.flow, bike.valid))
print(f"motorcycle, blocks of 17 px: EPE {matched:.2f} px, DIS {table['dis']:.2f} px")

# %% jupyter={"source_hidden": true}
# Claims: what a block finds, at a step of 24 px, and what it costs.
each = share_found(4, 5, 0, seeds=12)
print("r = 4, blocks of 11 px, 12 seeds:", *(f"{found:.0%}" for found in each))
course.claim(
    "Blocks of 11 px match no pixel of ten discs of radius 4 out of twelve, "
    "and more than half of one.",
    (each == 0).sum() == 10 and each.max() > 0.5,
)
course.claim(
    "Blocks of 17 px match less than half of the pixels of the discs of radius 8, "
    "blocks of 11 px more than half.",
    share[0, 17, 8] < 0.5 < share[0, 11, 8],
)
course.claim(
    "Blocks of 3 px find on average more than half of each size without noise, "
    "and less than a fifth of any with noise of 10 grey levels.",
    min(share[0, 3, r] for r in (4, 8, 16)) > 0.5
    and max(share[10, 3, r] for r in (4, 8, 16)) < 0.2,
)
course.claim(
    "On the motorcycle the matcher has twice the EPE of DIS.",
    matched > 2 * table["dis"],
)

# %% [markdown]
# So a method without learning can find large motion of small things. The block decides. If it is larger than the disc, the background's match wins nearly always. If it is very small, noise makes many places look like it. And a matcher has no smoothness term: its mean error on the motorcycle is twice that of DIS.
#
# A layer that compares each place with many displacements is called a *correlation layer*; FlowNetC is built around it (chapter 08).

# %% [markdown]
# ## The scoreboard

# %%
def no_motion(img1, img2):
    """Zero flow, (H, W, 2)."""
    return np.zeros((*img1.shape[:2], 2), np.float32)


course.scoreboard.add("zero flow", no_motion)
methods = {
    "Lucas-Kanade": "lucas-kanade",
    "Horn-Schunck": "horn-schunck",
    "DIS": "dis",
}
scores = {}
for name, method in methods.items():
    scores[name] = course.scoreboard.add(name, partial(run, method))
course.scoreboard.show("zero flow", *methods)

# %% jupyter={"source_hidden": true}
# The EPE of each pair in px, and claims about them.
print(f"{'EPE in px':15}", *(f"{name:>12}" for name in methods))
for pair in scores["DIS"].by_pair:
    errors = {name: scores[name].by_pair[pair] for name in methods}
    print(f"{pair:15}", *(f"{error:12.2f}" for error in errors.values()))
means = {name: score.mean for name, score in scores.items()}
print(f"{'mean':15}", *(f"{mean:12.2f}" for mean in means.values()))
course.claim(
    "By the mean over the pairs, Lucas-Kanade is ahead of DIS.",
    means["Lucas-Kanade"] < means["DIS"],
)
by_windows, by_dis = (scores[name].by_pair for name in ("Lucas-Kanade", "DIS"))
course.claim(
    "Lucas-Kanade is ahead of DIS on each of the four photographs, and DIS is ahead "
    "of Lucas-Kanade on the motorcycle.",
    all((by_windows[p] < by_dis[p]) == (p != "motorcycle") for p in by_dis),
)

# %% [markdown]
# Lucas-Kanade is ahead of DIS on this board because of its pairs. In four of the five a whole photograph moves as one. The motorcycle has depth jumps, and there DIS leads.
#
# ## Recap
#
# - Horn-Schunck minimises a data term plus a smoothness term. $\alpha$ weighs the second one.
# - Its iteration takes the neighbours' mean and steps towards the line. So motion spreads into places without texture.
# - Coarse to fine makes large motions small, with the warping step at each level.
# - A median filter after each warp removes single wrong vectors. Robust penalties let the flow jump, and need the median or a larger $\alpha$.
# - Differential methods lose small things that move far, especially when they are as bright as the background.
# - Block matching finds them, if the block is smaller than the thing and not too small for the noise.

# %% [markdown]
# ## Quiz

# %%
course.quiz("04")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 4.4: match blocks
#
# Return for every pixel the displacement $(u, v)$ of the best block, `(H, W, 2)`: whole pixels from `-reach` to `reach` in both directions. The error of a displacement is $|I_1(x, y) - I_2(x + u, y + v)|$, averaged over the square of `2 * radius + 1` pixels by `cv2.blur(error, (n, n))`. Pixels outside frame 2 repeat its edge, as in `wide`. Try $v$ in the outer loop and $u$ in the inner one, both upwards; of equal errors the first counts. The pictures are float arrays.

# %% tags=["exercise-4.4"]
def block_match(I1, I2, reach, radius):
    """The whole-pixel flow (H, W, 2) with the smallest mean absolute difference."""
    wide = np.pad(I2, reach, mode="edge")  # I2[y, x] is wide[y + reach, x + reach]
    return ...


# %%
course.check("4.4", block_match)

# %% [markdown]
# ### Open task: how smooth is too smooth?
#
# No checker here: this one is for a conversation. `horn_schunck(img1, img2, alpha=...)` weighs the smoothness term. Try values from a hundredth to ten times its default on the motorcycle (`bike`) and on the leaping photograph (`leap`). Say first, for each pair, whether the EPE will rise or fall at both ends, and where in the picture. Is there one best $\alpha$ for both pairs? Which property of a picture decides?

# %% [markdown]
# ## Terms
#
# - *energy* (能量): the sum of all penalties of a flow; the answer has the smallest.
# - *data term* (数据项): the part of the energy that asks for a fit to the pictures.
# - *smoothness term* (平滑项): the part that asks for neighbours that move alike.
# - *regularisation* (正则化): a term added to select one of many solutions.
# - *Jacobi iteration* (雅可比迭代): all unknowns updated at once, from the old values of the others.
# - *Chebyshev semi-iteration* (切比雪夫半迭代): momentum for a Jacobi iteration.
# - *pyramid* (图像金字塔): one picture at ever smaller sizes.
# - *coarse to fine* (由粗到精): the flow of a small picture first, refined on each larger one.
# - *median filter* (中值滤波): each value replaced by its neighbourhood's median.
# - *robust penalty* (鲁棒惩罚): under it one large residual costs less than its square.
# - *block matching* (块匹配): comparing a block with the blocks at many displacements.

# %% [markdown]
# ## Further reading
#
# - [Determining Optical Flow](https://doi.org/10.1016/0004-3702(81)90024-2), Horn and Schunck, 1981. Look for the weights of their mean, and for how the iteration fills plain regions from their edges.
# - [Secrets of Optical Flow Estimation and Their Principles](https://doi.org/10.1109/CVPR.2010.5539939), Sun, Roth and Black, 2010. Look at the tables: which of many tricks matter, and how much of it is the median.
# - [Large Displacement Optical Flow: Descriptor Matching in Variational Motion Estimation](https://doi.org/10.1109/TPAMI.2010.143), Brox and Malik, 2011. Read the introduction: small things that move far, four years before FlowNet, and matching as the remedy.

# %%
course.end()
