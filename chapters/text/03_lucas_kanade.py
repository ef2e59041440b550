# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 · Lucas-Kanade
#
# > At the end of this chapter you compute a flow from the brightness of two pictures alone, say where to believe it, and explain why a straight edge hides the motion along itself.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Say where the equation $I_x u + I_y v + I_t = 0$ comes from, and why one pixel is not enough.
# 2. Solve a window of pixels by least squares, and tell a corner from an edge by two numbers.
# 3. Predict what the window's size, noise, and a change of light do to the result.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 20 seconds.
#
# **Needs**: chapters 01 and 02; what a derivative is; two equations with two unknowns; the eigenvalues of a symmetric 2 by 2 matrix.
#
# **Symbols**: $I_1, I_2$ brightness, from 0 to 1; $I_x, I_y$ its slopes to the right and down, together the *gradient*; $I_t$ frame 2 minus frame 1; $g$ the weight of a pixel in its window; $T$ the structure tensor, $\lambda_1 \ge \lambda_2$ its eigenvalues; $\sigma$ the standard deviation of a Gaussian window in pixels.

# %%
# %matplotlib inline
import cv2
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.classical import lucas_kanade
from flowlab.classical.constancy import constraint, grey_float
from flowlab.datasets.samples import PHOTOGRAPHS, motorcycle, moving_photograph
from flowlab_course.chapters.ch03 import diagrams, figures, measure, widgets

course.begin("03")

# %% [markdown]
# ## Brightness is all we have
#
# Chapter 01 described a flow by an equation: $I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$. Now the pictures are given, and we look for $\mathbf{w}$. The equation is an assumption, called *brightness constancy*: a point keeps its brightness while it moves.
#
# This cat slides to the right by half a pixel.

# %%
cat = moving_photograph("chelsea", translation=(0.5, 0.0), size=(96, 128))
I1, I2 = grey_float(cat.img1), grey_float(cat.img2)
row, columns = 48, np.arange(48, 72)
course.figure("one row", figures.one_row(columns, I1[row, columns], I2[row, columns]))

# %% [markdown]
# The gap, frame 2 minus frame 1, is $I_t$. It is about the slope times the motion, with a minus sign: where brightness rises to the right and the picture moves to the right, each fixed pixel gets *darker*. So $u \approx -I_t / I_x$, and every steep pixel gives a reading of $u$.

# %%
def reading(photo, shift, blur):
    """Median of -It / Ix over the steepest third of a photo that slides by `shift`."""
    pair = moving_photograph(photo, translation=(shift, 0.0), size=(96, 128))
    greys = [grey_float(img) for img in (pair.img1, pair.img2)]
    if blur:
        greys = [cv2.GaussianBlur(grey, (0, 0), blur) for grey in greys]
    Ix, _, It = constraint(*greys)  # slopes right and down, frame 2 minus frame 1
    steep = np.abs(Ix) > np.quantile(np.abs(Ix), 2 / 3)
    return np.median(-It[steep] / Ix[steep])


sharp, blurred = [], []
for photo in PHOTOGRAPHS:
    for u in (0.5, 1.0):
        sharp.append(reading(photo, u, 0) / u)
        blurred.append(reading(photo, u, 2) / u)
        print(f"{photo:9} moves {u} px: reading / motion {sharp[-1]:.3f}", end=", ")
        print(f"after a blur of 2 px {blurred[-1]:.3f}")
course.claim(
    "Each reading is too long, by 2 to 30 percent; after the blur by less than 2.",
    min(sharp) > 1.02 and max(sharp) < 1.3 and min(blurred) > 1 and max(blurred) < 1.02,
)

# %% [markdown]
# Why are the readings too long? A slope is a difference of neighbouring pixels. In details that are only three or four pixels wide, this difference is smaller than the true slope, and we divide by it. A blur removes such details. A second cause grows with the motion: we treat brightness as a straight line over the whole step.
#
# ## One pixel, one line
#
# A picture has two slopes. For a small step $(u, v)$, brightness changes by slope times step. This is the *Taylor expansion* of $I_2$, cut off after its first term:
#
# $$I_2(x+u,\; y+v) \;\approx\; I_2(x, y) + I_x u + I_y v$$
#
# The left side equals $I_1(x, y)$ by brightness constancy. Subtract it, write $I_t = I_2 - I_1$, and the *optical flow constraint equation* remains (flowlab takes the mean of both frames' slopes, which is more accurate):
#
# $$I_x u + I_y v + I_t = 0.$$
#
# It is one equation for two unknowns. Its solutions $(u, v)$ form the *constraint line*. Here are the lines of all pixels in three windows of 7 x 7, on a photograph that moves by $(0.8, -0.6)$.

# %%
cup = moving_photograph("coffee", translation=(0.8, -0.6), size=(96, 128))
Ix, Iy, It = constraint(grey_float(cup.img1), grey_float(cup.img2))
places = {"corner": (76, 30), "edge": (37, 101), "nothing": (76, 59)}  # (y, x)
drawn = figures.lines_of_windows(cup.img1, (Ix, Iy, It), places, truth=(0.8, -0.6))
course.figure("lines of three windows", drawn)
turns = {name: measure.spread_of_lines(Ix, Iy, place) for name, place in places.items()}
course.claim(
    "The directions of the lines have a standard deviation of less than 10 degrees "
    "on the edge, and of more than 30 at the corner.",
    turns["edge"] < 10 and turns["corner"] > 30,
)

# %% [markdown]
# ## The barber's pole
#
# A barber's pole turns about its vertical axis. Its stripes are slanted, and every point of its paint moves sideways, to the right.

# %%
guess = course.predict_first(
    "pole",
    "You look through a small round hole at the middle of the turning pole. "
    "Which way do the stripes seem to go?",
    options=["to the right", "straight up", "slantwise, across the stripes"],
)

# %%
course.answer(
    guess,
    "slantwise, across the stripes",
    "Motion along a stripe changes nothing in the hole, so it cannot be "
    "measured there. Only the part across the stripes can.",
)
widgets.barbers_pole()

# %% [markdown]
# What you should see: the frames are the same, pixel by pixel, whether the pole turns or its paper slides upwards. A window in the middle finds a third motion, across the stripes. At the pole's left and right sides the stripes have ends that can be followed, and these ends climb. At its top and bottom the ends move right. A real pole has long sides and a narrow top, and we see it climb.
#
# This is the *aperture problem* (Stumpf, 1911; Wallach, 1935). It is not a weakness of one method: information outside the window cannot be recovered from it. A single line does fix one part of the motion: its point nearest to zero. This vector lies along the gradient, and is called the *normal flow*: $-I_t\,(I_x, I_y) / (I_x^2 + I_y^2)$.

# %% jupyter={"source_hidden": true}
# Claims about the pole, and a drawing of the aperture problem.
from flowlab_course.chapters.ch03.widgets.pole import found_flow

pole = found_flow(0)
course.claim(
    "In the middle the window finds (1, -1), half of the paint's two pixels "
    "in each direction.",
    np.allclose(pole[85, 75], (1, -1), atol=0.1),
)
course.claim(
    "At both sides of the pole it finds a climb of 2 px, at top and bottom 2 px right.",
    np.allclose([pole[85, 40], pole[85, 109]], (0, -2), atol=0.2)
    and np.allclose([pole[10, 75], pole[159, 75]], (2, 0), atol=0.2),
)
course.figure("aperture problem", diagrams.aperture())
edge = measure.window(Ix, Iy, It, places["edge"])
course.claim(
    "On the edge of the cup the normal flow is as long as the true motion's part "
    "across, to 0.1 px in the median.",
    np.median(measure.distance_to_line(*edge, motion=(0.8, -0.6))) < 0.1,
)

# %% [markdown]
# Move a hole over a rectangle that itself moves. The map on the right tries every motion $(u, v)$ and is dark where the motion explains what you see through the hole.

# %%
widgets.aperture_on_an_edge()

# %% [markdown]
# What you should see: along an edge the dark area is a valley that crosses the whole map. The arrow, the true motion, ends in the valley, but every other point of the valley explains the picture as well. A corner leaves one dark spot. A larger hole helps once it contains a corner.
#
# ## Many lines, one point
#
# Lucas and Kanade's answer, from 1981, for stereo pairs: all pixels of a small window share one motion. Take the motion with the smallest sum of squared *residuals*, by how much the equations miss zero: *least squares*. The weights $g$ let pixels near the middle of the window count more.
#
# $$E(u, v) = \sum g\, (I_x u + I_y v + I_t)^2$$
#
# At the minimum of $E$ both derivatives are zero. The one with respect to $u$, halved, is $\sum g\, (I_x u + I_y v + I_t)\, I_x = 0$; the one with respect to $v$ ends in $I_y$. Sort by $u$ and $v$, and you have two equations with two unknowns, the *normal equations*:
#
# $$\underbrace{\sum g \begin{pmatrix} I_x^2 & I_x I_y \\ I_x I_y & I_y^2 \end{pmatrix}}_{T}
# \begin{pmatrix} u \\ v \end{pmatrix} = - \sum g \begin{pmatrix} I_x I_t \\ I_y I_t \end{pmatrix}$$

# %% [markdown]
# ### Exercise 3.4: solve one window
#
# Here is one window: slopes, change in time and weights of its pixels, four arrays of one shape. Return its motion $(u, v)$, an array of two numbers. The window has a corner, so the normal equations have one solution; `np.linalg.solve(T, b)` finds the `x` with `T @ x = b`.

# %% tags=["exercise-3.4"]
def one_window(Ix, Iy, It, g):
    """The (u, v) with the smallest sum of g (Ix u + Iy v + It)^2; shape (2,)."""
    return ...


# %%
course.check("3.4", one_window)

# %% [markdown]
# ## All windows
#
# Now one window around each pixel. NumPy's `lstsq` solves least squares without our formula; each row is one equation, multiplied by the root of its weight. Two more rows ask weakly for $u = 0$ and $v = 0$ (*Tikhonov regularisation*, or damping). Without them, a window without texture would have no unique answer.

# %%
def naive_lucas_kanade(Ix, Iy, It, sigma):
    """The flow (H, W, 2): least squares in the Gaussian window around each pixel."""
    H, W = Ix.shape
    r = round(3 * sigma)
    side = np.exp(-(np.arange(-r, r + 1) ** 2) / (2 * sigma**2))
    root = np.sqrt(np.outer(side, side)) / side.sum()
    flow = np.zeros((H, W, 2))
    for y, x in np.ndindex(H, W):
        top, left = max(0, y - r), max(0, x - r)
        here = np.s_[top : y + r + 1, left : x + r + 1]
        h, w = Ix[here].shape
        root_g = root[top - y + r :, left - x + r :][:h, :w]
        rows = np.stack([(root_g * f[here]).ravel() for f in (Ix, Iy)], axis=1)
        rows = np.vstack([rows, np.sqrt(1e-5) * np.eye(2)])
        right = np.append(-(root_g * It[here]).ravel(), [0, 0])
        flow[y, x] = np.linalg.lstsq(rows, right, rcond=None)[0]
    return flow


# %%
from flowlab.classical.lucas_kanade import solve_window

small = [f[30:62, 40:88] for f in (Ix, Iy, It)]
slow, fast = naive_lucas_kanade(*small, sigma=2.0), solve_window(*small, sigma=2.0)
course.claim(
    "flowlab's solve_window, five blurs and the normal equations, "
    "gives the same flow to 0.001 px.",
    np.abs(slow - fast).max() < 0.001,
)

# %% [markdown]
# ### Exercise 3.1: the structure tensor
#
# The matrix $T$ is called the *structure tensor*. Return it at every pixel, shape `(H, W, 2, 2)`, from the slopes. The window is a plain square of `2 * radius + 1` pixels in which all weights are 1; pixels outside the picture count as 0. `cv2.boxFilter(f, -1, (n, n), normalize=False, borderType=cv2.BORDER_CONSTANT)` sums over such squares.

# %% tags=["exercise-3.1"]
def tensor(Ix, Iy, radius):
    """[[Ix Ix, Ix Iy], [Ix Iy, Iy Iy]], summed over each square; (H, W, 2, 2)."""
    n = 2 * radius + 1
    return ...


# %%
course.check("3.1", tensor)

# %% [markdown]
# ## Where to believe it
#
# $T$ depends on the slopes alone, so it judges a window before any motion is computed. Its *eigenvalues* are the summed squared slopes in the window's steepest direction ($\lambda_1$) and at right angles to it ($\lambda_2$). Both large: a corner, or fine texture. One large: an edge. Both small: no texture (Förstner and Gülch, 1987; Harris and Stephens, 1988; Shi and Tomasi, 1994).
#
# If all weights are 1 and $I_t$ carries Gaussian noise with standard deviation $s$, independent from pixel to pixel, the result scatters with the covariance matrix $s^2\, T^{-1}$. Its *uncertainty ellipse* has half-axes $s / \sqrt{\lambda_1}$ and $s / \sqrt{\lambda_2}$. By theory it holds 39 % of the results, and with twice its half-axes 86 %. Test it: solve the three windows two hundred times, with noise in $I_t$ alone, then with noise of one grey level in both frames.

# %%
s = np.sqrt(2) / 255  # of the difference of two frames with noise of one grey level
scatter, inside, cases = {}, {}, ("I_t alone", "both frames")
for name, at in places.items():
    for where in cases:
        alone = where == "I_t alone"
        clean, T, results = measure.solved_with_noise(cup, at, only_in_time=alone)
        away = results - clean
        distance = np.sqrt(np.einsum("ni,ij,nj->n", away, T, away)) / s
        inside[name, where] = (distance < 2).mean()  # on the ellipse it is 1
    scatter[name] = clean, T, results  # with noise in both frames
    long, short = s / np.sqrt(np.linalg.eigvalsh(T))
    print(f"{name:8} half-axes {long:.3f} and {short:.3f} px; twice these hold", end="")
    print(*(f" {inside[name, where]:.0%} ({where})" for where in cases), sep=",")

# %% jupyter={"source_hidden": true}
# Draw the results in their ellipses, and claim how many lie inside.
course.figure("uncertainty ellipses", figures.uncertainty_ellipses(scatter, s))
course.claim(
    "With noise in I_t alone, twice the ellipse holds 80 percent or more of the "
    "results at each of the three places (86 by theory).",
    min(inside[name, "I_t alone"] for name in places) >= 0.8,
)
course.claim(
    "With noise in both frames, and so in the slopes too, it holds fewer on the edge, "
    "and less than two thirds where there is nothing.",
    inside["edge", "both frames"] < inside["edge", "I_t alone"]
    and inside["nothing", "both frames"] < 2 / 3,
)
course.claim(
    "Where there is nothing, noise makes the result shorter: "
    "it is on average below two thirds of the one without noise.",
    np.linalg.norm(scatter["nothing"][2].mean(axis=0))
    < 2 / 3 * np.linalg.norm(scatter["nothing"][0]),
)

# %% [markdown]
# So $\lambda_2$ says how far noise scatters the result in its worse direction, unless the slopes are mostly noise. Noise in slopes shortens results: *errors-in-variables bias*. `lucas_kanade` returns $\lambda_2$, Shi and Tomasi's measure, as its *confidence*. Sort pixels by it, cut them into ten equal parts, and compare the errors: on a noisy cup that turns, and on the motorcycle, near to depth jumps and far from them.

# %%
def by_confidence(error, confidence, pixels):
    """Mean and median EPE in tenths of some pixels, the most trusted last; (2, 10)."""
    order = np.argsort(confidence[pixels])
    tenths = np.array_split(error[pixels][order], 10)
    return np.array([[part.mean(), np.median(part)] for part in tenths]).T


turn = moving_photograph("coffee", degrees=2.0, translation=(2.0, -1.0))
noisy = measure.with_noise(turn, grey_levels=5)
bike = motorcycle(reduce=0.5)
near = measure.distance_to_jump(bike.flow, bike.valid, jump=2.0) <= 12  # px
flow, trust = lucas_kanade(*noisy)
curves = {"cup": by_confidence(flowlab.epe_map(flow, turn.flow), trust, turn.valid)}
flow, trust = lucas_kanade(bike.img1, bike.img2)
error = flowlab.epe_map(flow, bike.flow)
curves["motorcycle, all"] = by_confidence(error, trust, bike.valid)
curves["near jumps"] = by_confidence(error, trust, bike.valid & near)
curves["far from jumps"] = by_confidence(error, trust, bike.valid & ~near)
for name, (mean, median) in curves.items():
    print(f"{name:15} EPE in px, least and most trusted tenth:", end=" ")
    print(f"mean {mean[0]:.2f} {mean[-1]:.2f}, median {median[0]:.2f} {median[-1]:.2f}")

# %% jupyter={"source_hidden": true}
# Draw the errors by confidence, and claim what the curves show.
drawn = figures.error_by_confidence(bike, near, trust, curves)
course.figure("error by confidence", drawn)
cup_mean, all_mean = curves["cup"][0], curves["motorcycle, all"][0]
close, far = curves["near jumps"], curves["far from jumps"]
course.claim(
    "On the cup, and on the motorcycle far from jumps, the most trusted tenth "
    "has less than half of the least trusted one's mean error.",
    cup_mean[-1] < cup_mean[0] / 2 and far[0, -1] < far[0, 0] / 2,
)
course.claim(
    "Over the whole motorcycle the most trusted tenth has the largest mean error.",
    all_mean[-1] == all_mean.max(),
)
course.claim(
    "Near jumps, in the most trusted tenth, the median is less than half of that in "
    "the least trusted one, the mean more than nine tenths.",
    close[1, -1] < close[1, 0] / 2 and close[0, -1] > 0.9 * close[0, 0],
)
most = trust > np.quantile(trust[bike.valid], 0.9)
course.claim(
    "Of the most trusted tenth more than four fifths lie near a jump, "
    "of all pixels less than three fifths.",
    near[most & bike.valid].mean() > 0.8 and near[bike.valid].mean() < 0.6,
)

# %% [markdown]
# Confidence says that the lines cross well. It does not say that they belong to one motion. A window across a depth jump holds two motions, and the least-squares answer can be far from both. Such *gross errors* change the mean far more than the median.

# %% [markdown]
# ### Exercise 3.2: what kind of place?
#
# Return a whole number for each pixel: 2 where both eigenvalues of `T`, `(H, W, 2, 2)`, are above `threshold`, 1 where only one is, 0 where none is. `np.linalg.eigvalsh` takes all of them at once.

# %% tags=["exercise-3.2"]
def kind(T, threshold):
    """2 for a corner, 1 for an edge, 0 for nothing; (H, W)."""
    return ...


# %%
course.check("3.2", kind)

# %% [markdown]
# ## How large a window?
#
# A disc moves in front of a background that moves the other way. Add noise, and look for the best window.

# %%
widgets.window_noise_and_light()

# %% [markdown]
# What you should see: small windows follow the noise, large ones blur the disc's edge. The best size lies in between, and strong noise makes it larger.

# %%
from flowlab_course.chapters.ch03.widgets.windows import SAME, SIGMAS, compute

best = {}
for noise in (0, 5, 10, 20):
    errors = [compute(sigma, noise, SAME).error.mean() for sigma in SIGMAS]
    best[noise] = SIGMAS[int(np.argmin(errors))]
    print(f"noise {noise:2}: best sigma {best[noise]:g} px", end=", ")
    print(f"EPE {min(errors):.2f} px", end=";")
    print(f" smallest {SIGMAS[0]:g} px, EPE {errors[0]:.2f} px")
course.claim(
    "In this scene noise of 10 or 20 grey levels makes the best window larger, noise "
    "of 5 does not; and the smallest window is not best even without noise.",
    min(best[10], best[20]) > best[5] == best[0] > SIGMAS[0],
)
least, good = (measure.error_by_crossing(sigma) for sigma in (SIGMAS[0], best[0]))
course.claim(
    "Sort the places far from the disc's edge by how parallel a window's lines are: in "
    "each quarter the smallest window has, without noise, over twice the best's error.",
    all(one > 2 * other for one, other in zip(least, good, strict=True)),
)
course.claim(
    "With both sizes the quarter with the most parallel lines has more than three "
    "times the mean error of the other three.",
    all(parts[0] > 3 * np.mean(parts[1:]) for parts in (least, good)),
)

# %% [markdown]
# Why is the smallest window not the best, even without noise? Each line is slightly wrong, if only because the slopes are underestimated, as above. A small window averages few lines. Where they are nearly parallel, a small fault moves their crossing far along the edge.
#
# ## One step, then another
#
# The equation is accurate for small motions only. So take the step, *warp* frame 2 back by the flow so far, and compute new lines for the motion that is left. Repeat. This *iteration*, a *Gauss-Newton method*, is the second half of the method.

# %%
def slid(shift, **how):
    """The EPE of each pixel, in px, on a cat that slides by `shift` pixels; (H, W)."""
    pair = moving_photograph("chelsea", translation=(shift, 0.0), size=(144, 208))
    flow = lucas_kanade(pair.img1, pair.img2, **how).flow
    return np.where(pair.valid, flowlab.epe_map(flow, pair.flow), np.nan)


off, maps = {}, {}
for shift in (4, 16):
    for steps in (1, 20, 50, 100):
        error = slid(float(shift), levels=1, iterations=steps)
        known = error[np.isfinite(error)]
        off[shift, steps] = known.mean(), np.median(known), (known < 1).mean()
        maps[shift, steps] = error
        mean, median, share = off[shift, steps]
        print(f"{shift:2} px, {steps:3} steps: EPE {mean:5.2f} px,", end=" ")
        print(f"median {median:6.3f} px, {share:4.0%} within 1 px")
pyramid = np.nanmean(slid(16.0))
print(f"16 px with a pyramid: EPE {pyramid:.3f} px")

# %% jupyter={"source_hidden": true}
# Draw where 16 px were found after 20, 50 and 100 steps, and claim what it shows.
shown = {f"after {n} steps": maps[16, n] for n in (20, 50, 100)}
course.figure("slow and patchy", figures.maps_of_error(shown, limit=16))
course.claim(
    "Twenty steps find 4 px where one falls short by more than 1 px.",
    off[4, 1][0] > 1 and off[4, 20][0] < 0.1,
)
course.claim(
    "At 16 px more steps find more, yet after 100 of them a fifth of the pixels "
    "or more is off by 1 px or more, while the median is below 0.1 px.",
    off[16, 20][2] < off[16, 50][2] < off[16, 100][2] <= 0.8 and off[16, 100][1] < 0.1,
)
course.claim("A pyramid finds 16 px, to 0.1 px on average.", pyramid < 0.1)
late, alone = measure.after_many_steps(200, 400), measure.share_without_average(100)
course.claim(
    "From 200 to 400 steps no pixel's flow changes by 1 px or more. Without flowlab's "
    "average, less than 5 percent of the pixels are found in 100 steps.",
    np.abs(late[1] - late[0]).max() < 1 and alone < 0.05,
)

# %% [markdown]
# Convergence is slow and patchy. Where the first steps happen to point the right way, the motion is found. Before each step flowlab averages the flow over the window (our addition), so a correct patch grows into its surroundings. Other patches are stuck in a *local minimum*, a wrong match. A pyramid begins with small copies of the pictures, in which 16 px are 1 or 2 px. Chapter 04 builds it.
#
# ## A change of light
#
# Make frame 2 brighter by a tenth and change nothing else (the last menu of the widget above does it too).

# %%
moved = moving_photograph("chelsea", translation=(2.0, -1.0), size=(144, 208))
brighter = (1.1 * moved.img2.astype(float)).clip(0, 255).astype(np.uint8)


def without_mean(img):
    """Brightness minus the mean around, moved to the middle of the range."""
    grey = grey_float(img)
    return 0.5 + grey - cv2.GaussianBlur(grey, (0, 0), 4)


pairs = {
    "same light": (moved.img1, moved.img2),
    "a tenth brighter": (moved.img1, brighter),
    "local mean removed": (without_mean(moved.img1), without_mean(brighter)),
}
lit = {}
for name, (first, second) in pairs.items():
    lit[name] = float(flowlab.epe(lucas_kanade(first, second).flow, moved.flow))
    print(f"{name:18} EPE {lit[name]:.2f} px")

# %% jupyter={"source_hidden": true}
# Claims: what a tenth more light costs, and what repairs it.
course.claim(
    "A tenth more light costs more than half a pixel, "
    "on a pair that was solved to a hundredth.",
    lit["a tenth brighter"] > 0.5 and lit["same light"] < 0.01,
)
course.claim(
    "Subtracting the mean around each pixel removes nine tenths of this error.",
    lit["local mean removed"] < 0.1 * lit["a tenth brighter"],
)

# %% [markdown]
# Lucas-Kanade explains every change by motion, because motion is the only cause in its equation. Brightness minus the local mean (a *high-pass filter*) is a small number, and a tenth of it is smaller still. OpenCV's DIS, in chapter 04, subtracts the mean of each patch. Other methods compare slopes (*gradient constancy*), or only which neighbours are brighter (*census transform*). A network has to learn it (chapter 06).
#
# ## The scoreboard

# %%
def no_motion(img1, img2):
    """Zero flow, (H, W, 2)."""
    return np.zeros((*img1.shape[:2], 2), np.float32)


def windows(img1, img2):
    """Lucas-Kanade with its defaults, (H, W, 2)."""
    return lucas_kanade(img1, img2).flow


course.scoreboard.add("zero flow", no_motion)
course.scoreboard.add("Lucas-Kanade", windows, note="sigma 4 px, pyramid")
course.scoreboard.show("zero flow", "Lucas-Kanade")

# %% [markdown]
# ## Recap
#
# - Brightness constancy and a Taylor expansion give each pixel one line: $I_x u + I_y v + I_t = 0$.
# - One line fixes the normal flow only. This is the aperture problem.
# - In a window, least squares leads to the normal equations. The eigenvalues of $T$ say how well the lines cross.
# - Small windows follow noise, large ones mix motions. Confidence shows the first fault, not the second.
# - Warp and repeat for larger motions: convergence is slow and patchy without a pyramid.
# - A change of light is taken for motion.

# %% [markdown]
# ## Quiz

# %%
course.quiz("03")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 3.3: the warping step
#
# You have a flow `w` so far. Bring frame 2 back with `flowlab.warp(I2, w, padding="border")`, and improve the flow with `solve(Ix, Iy, It)`, which returns the motion that these three leave to explain. Take the slopes of the warped picture alone, not the chapter's mean of both, with `Iy, Ix = np.gradient(...)`.

# %% tags=["exercise-3.3"]
def warping_step(I1, I2, w, solve):
    """A better flow (H, W, 2) than w; I1 and I2 are (H, W)."""
    back = flowlab.warp(I2, w, padding="border")
    return ...


# %%
course.check("3.3", warping_step)

# %% [markdown]
# ### Open task: a window of another size
#
# No checker here: this one is for a conversation. Run `lucas_kanade(img1, img2, sigma=...)` with 1, 4 and 16 px on the noisy cup (`noisy`), on the cup without noise (`turn`), and on the motorcycle (`bike`). Before you run anything, write down the best window of each pair. Then print the EPE, and draw the error as a map (`flowlab.epe_map`). Where in each picture does a larger window help, where does it hurt, and what would a method have to measure to choose the window by itself?

# %% [markdown]
# ## Terms
#
# - *brightness constancy* (亮度恒定假设): the assumption that a thing keeps its brightness as it moves.
# - *optical flow constraint equation* (光流约束方程): $I_x u + I_y v + I_t = 0$, one line for each pixel.
# - *aperture problem* (孔径问题): a straight edge in a window shows only the motion across itself.
# - *normal flow* (法向流): the part of the motion that one line fixes, along the slope.
# - *residual* (残差): what an equation lacks to zero at an estimate.
# - *least squares* (最小二乘法): the answer with the smallest sum of squared residuals.
# - *normal equations* (正规方程): the linear equations whose solution is that answer.
# - *structure tensor* (结构张量): the matrix $T$ of the normal equations, made of slopes alone.
# - *uncertainty ellipse* (误差椭圆): the region in which noise scatters a result.
# - *confidence* (置信度): a number that says how far to believe an estimate.
# - *gross error* (粗差): an error far larger than most.
# - *Gauss-Newton method* (高斯-牛顿法): linearise, solve least squares, repeat.
# - *local minimum* (局部极小值): best among its neighbours, not overall.

# %% [markdown]
# ## Further reading
#
# - [An Iterative Image Registration Technique with an Application to Stereo Vision](https://dl.acm.org/doi/10.5555/1623264.1623280), Lucas and Kanade, 1981. Read section 4: one dimension first, as here, and their weights.
# - [Good Features to Track](https://doi.org/10.1109/CVPR.1994.323794), Shi and Tomasi, 1994. Look for the smaller eigenvalue as a definition of "good", and for how they notice a window with two motions.
# - [Lucas-Kanade 20 Years On: A Unifying Framework](https://doi.org/10.1023/B:VISI.0000011205.11775.fd), Baker and Matthews, 2004. Look at the table of four ways to take the step, and at which of them are cheap.

# %%
course.end()
