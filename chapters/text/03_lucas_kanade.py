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
# > At the end of this chapter you find a flow from nothing but the brightness of two pictures, know where to believe it, and can say why nobody sees how a straight edge moves.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Derive the line $I_x u + I_y v + I_t = 0$, and say why one pixel is not enough.
# 2. Solve a window of pixels, and tell a corner from an edge by two numbers.
# 3. Predict what the window's size, noise, and a change of light do to the result.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 15 seconds.
#
# **Needs**: chapters 01 and 02; what a derivative is; two equations with two unknowns.
#
# **Symbols**: $I_1, I_2$ brightness, from 0 to 1; $I_x, I_y$ its slope to the right and down; $I_t$ frame 2 minus frame 1; $T$ the structure tensor, $\lambda_1 \ge \lambda_2$ its eigenvalues; $\sigma$ the size of a window in pixels.

# %%
# %matplotlib inline
import cv2
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.classical import lucas_kanade
from flowlab.classical.constancy import constraint, grey_float
from flowlab.datasets.samples import motorcycle, moving_photograph
from flowlab_course.chapters.ch03 import figures, widgets

course.begin("03")

# %% [markdown]
# ## Brightness is all we have
#
# Chapter 01 gave you an equation to describe a flow: $I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$. From now on we read it backwards. The pictures are given, and $\mathbf{w}$ is wanted. The assumption behind it has a name, *brightness constancy*: what moves keeps its brightness.
#
# Begin with one row of pixels. Here is a cat that slides to the right by half a pixel.

# %%
cat = moving_photograph("chelsea", translation=(0.5, 0.0), size=(96, 128))
I1, I2 = grey_float(cat.img1), grey_float(cat.img2)
row, columns = 48, np.arange(48, 72)
course.figure("one row", figures.one_row(columns, I1[row, columns], I2[row, columns]))

# %% [markdown]
# The height of the gap is $I_t$. It is the slope times the motion, with the sign turned: a rising curve that moves to the right *falls* at every fixed place. So $u \approx -I_t / I_x$, and steep pixels can be read off at once.

# %%
Ix, Iy, It = constraint(I1, I2)  # slopes right and down, and frame 2 minus frame 1
steep = np.abs(Ix) > 0.03
reading = np.median(-It[steep] / Ix[steep])
print(f"{steep.mean():.0%} of the pixels are steep; their median says {reading:.2f} px")
course.claim(
    "Read off at steep pixels, the motion of 0.5 px is found to within a fifth.",
    abs(reading - 0.5) < 0.1,
)

# %% [markdown]
# ## One pixel, one line
#
# In a picture there are two slopes. If the motion is small, frame 2 a little further on is frame 2 here, plus slope times way:
#
# $$I_2(x+u,\; y+v) \;\approx\; I_2(x, y) + I_x u + I_y v$$
#
# The left side should be $I_1(x, y)$. Subtract it, and with $I_t = I_2 - I_1$ there remains
#
# $$I_x u + I_y v + I_t = 0.$$
#
# One equation for two unknowns. It does not say where $(u, v)$ is; it says on which *line*. Let us draw the lines of all pixels in three small windows of a photograph that moves by $(0.8, -0.6)$.

# %%
cup = moving_photograph("coffee", translation=(0.8, -0.6), size=(96, 128))
Ix, Iy, It = constraint(grey_float(cup.img1), grey_float(cup.img2))
places = {"corner": (76, 30), "edge": (37, 101), "nothing": (76, 59)}  # (y, x)
drawn = figures.lines_of_windows(cup.img1, (Ix, Iy, It), places, truth=(0.8, -0.6))
course.figure("lines of three windows", drawn)

# %% [markdown]
# ## The barber's pole
#
# A barber's pole turns about its upright axis. Its stripes run aslant, and every point of its paint travels sideways, to the right.

# %%
guess = course.predict_first(
    "pole",
    "You look through a small round hole at the middle of the turning pole. "
    "Which way do the stripes seem to go?",
    options=["to the right", "straight up", "aslant, across the stripes"],
)

# %%
course.answer(
    guess,
    "aslant, across the stripes",
    "Motion along a stripe changes nothing in the hole, so nobody can see it: "
    "what is left points across.",
)

# %%
widgets.barbers_pole()

# %% [markdown]
# What you should see: whether the pole turns or its paper slides upwards, the frames are the same, pixel by pixel. A window in the middle finds a third motion, across the stripes. Along the pole's sides the ends of the stripes can be followed, and they climb; at top and bottom they go right. A real pole is tall, its sides are long, and so we see it climb.

# %% jupyter={"source_hidden": true}
# Claims: what a window finds in the middle of the pole and at its side.
from flowlab_course.chapters.ch03.widgets.pole import found_flow

middle, side = found_flow(0)[85, 75], found_flow(0)[85, 40]
course.claim(
    "In the middle the window finds (1, -1), half of the paint's two pixels "
    "in each direction.",
    np.allclose(middle, (1, -1), atol=0.1),
)
course.claim(
    "At the pole's side it finds the climb that you see at the barber's.",
    np.allclose(side, (0, -2), atol=0.2),
)

# %% [markdown]
# This is the *aperture problem*. It is not a weakness of a method: what the hole does not show cannot be found in it.

# %% jupyter={"source_hidden": true}
# Draw the aperture problem.
from flowlab_course.chapters.ch03 import diagrams

course.figure("aperture problem", diagrams.aperture())

# %% [markdown]
# Slide a hole of your own over a moving rectangle. The map on the right tries every motion $(u, v)$ and is dark where the motion would explain what you see.

# %%
widgets.aperture_on_an_edge()

# %% [markdown]
# What you should see: along an edge the dark is a valley as long as the map; the arrow, the true motion, ends in it, but so do others. Only a corner closes it. A larger hole helps as soon as it catches a corner.
#
# ## Many lines, one point
#
# Lucas and Kanade's answer, from 1981: let all pixels of a small window share one motion, and take the point that comes closest to all their lines. With weights $g$ that fade away from the window's middle,
#
# $$\min_{u, v} \sum g\, (I_x u + I_y v + I_t)^2
# \quad\Longrightarrow\quad
# \underbrace{\sum g \begin{pmatrix} I_x^2 & I_x I_y \\ I_x I_y & I_y^2 \end{pmatrix}}_{T}
# \begin{pmatrix} u \\ v \end{pmatrix} = - \sum g \begin{pmatrix} I_x I_t \\ I_y I_t \end{pmatrix}$$
#
# Here it is, window by window. A small number on the diagonal keeps it solvable where there is nothing.

# %%
def naive_lucas_kanade(Ix, Iy, It, sigma):
    """The flow (H, W, 2): in each Gaussian window the point closest to all lines."""
    H, W = Ix.shape
    r = round(3 * sigma)
    side = np.exp(-(np.arange(-r, r + 1) ** 2) / (2 * sigma**2))
    g = np.outer(side, side) / side.sum() ** 2
    flow = np.zeros((H, W, 2))
    for y in range(H):
        for x in range(W):
            top, left = max(0, y - r), max(0, x - r)
            here = np.s_[top : y + r + 1, left : x + r + 1]
            a, b, c = Ix[here], Iy[here], It[here]
            weight = g[top - y + r :, left - x + r :][: a.shape[0], : a.shape[1]]
            ab = (weight * a * b).sum()
            T = np.array([[(weight * a * a).sum(), ab], [ab, (weight * b * b).sum()]])
            rhs = -np.array([(weight * a * c).sum(), (weight * b * c).sum()])
            flow[y, x] = np.linalg.solve(T + 1e-5 * np.eye(2), rhs)
    return flow


# %%
from flowlab.classical.lucas_kanade import solve_window

small = [f[30:62, 40:88] for f in (Ix, Iy, It)]
slow, fast = naive_lucas_kanade(*small, sigma=2.0), solve_window(*small, sigma=2.0)
course.claim(
    "flowlab's solve_window, five Gaussian blurs and no loop, gives the same flow.",
    np.allclose(slow, fast, atol=1e-3),
)
print(f"median flow {np.median(fast, axis=(0, 1)).round(2)}, in truth [0.8, -0.6]")

# %% [markdown]
# ### Exercise 3.1: the structure tensor
#
# Return the structure tensor at every pixel, shape `(H, W, 2, 2)`, from the slopes. The window is a plain square of `2 * radius + 1` pixels in which all weights are 1; what lies outside the picture counts as 0. `cv2.boxFilter(f, -1, (n, n), normalize=False, borderType=cv2.BORDER_CONSTANT)` sums over such squares.

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
# $T$ knows how well the lines cross, before any motion is computed. Its eigenvalues are the squared slope across ($\lambda_1$) and along ($\lambda_2$) the window's main direction. Both large: a corner. One: an edge. None: nothing. So $\lambda_2$ is the *confidence*, and `lucas_kanade` returns it with the flow.

# %%
turn = moving_photograph("coffee", degrees=2.0, translation=(2.0, -1.0))
rng = np.random.default_rng(0)
img1, img2 = (img + rng.normal(0, 5, img.shape) for img in (turn.img1, turn.img2))
noisy1, noisy2 = (img.clip(0, 255).astype(np.uint8) for img in (img1, img2))
bike = motorcycle(reduce=0.5)


def error_by_confidence(img1, img2, truth, valid):
    """Mean EPE in tenths of the pixels, the most trusted last; and the confidence."""
    flow, confidence = lucas_kanade(img1, img2)
    order = np.argsort(confidence[valid])
    tenths = np.array_split(flowlab.epe_map(flow, truth)[valid][order], 10)
    return [tenth.mean() for tenth in tenths], confidence


cup_error, confidence = error_by_confidence(noisy1, noisy2, turn.flow, turn.valid)
bike_error, _ = error_by_confidence(bike.img1, bike.img2, bike.flow, bike.valid)
for name, error in {"cup": cup_error, "motorcycle": bike_error}.items():
    least, most = error[0], error[-1]
    print(f"{name:10} EPE {least:.2f} px where trusted least, {most:.2f} px where most")

# %%
errors = {"cup": cup_error, "motorcycle": bike_error}
drawn = figures.error_by_confidence(noisy1, confidence, errors)
course.figure("error by confidence", drawn)

# %% jupyter={"source_hidden": true}
# Claims: what the two curves show.
course.claim(
    "On the cup the most trusted tenth has less than half of the error "
    "of the least trusted.",
    cup_error[-1] < cup_error[0] / 2,
)
course.claim(
    "On the motorcycle the most trusted tenth is the worst of all.",
    bike_error[-1] == max(bike_error),
)

# %% [markdown]
# Do not skip that last claim. Confidence says that the lines cross well, not that they belong together. The best corners of the motorcycle are where a spoke ends and the wall begins. Such a window holds two motions, and their mean is neither.

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
# A disc moves before a ground that goes the other way. Add noise, and look for the best window. Leave the last menu alone for now.

# %%
widgets.window_noise_and_light()

# %% [markdown]
# What you should see: small windows follow the noise, large ones blur the disc's edge, and with more noise the best size grows. There is no right window, only a compromise.

# %%
from flowlab_course.chapters.ch03.widgets.windows import SAME, SIGMAS, compute

best = {}
for noise in (0, 20):
    errors = [compute(sigma, noise, SAME).error.mean() for sigma in SIGMAS]
    best[noise] = SIGMAS[int(np.argmin(errors))]
    print(f"noise {noise:2}: best window {best[noise]:g} px, EPE {min(errors):.2f} px")
course.claim("Noise asks for a larger window.", best[20] > best[0])

# %% [markdown]
# ## One step, then another
#
# The line holds for small motions only; you saw above that one step falls short. For more, go where it points, warp frame 2 back by the flow so far, and draw new lines for what is missing. That is the method's second half: *iterate*.

# %%
def error_after(shift, **how):
    """EPE in px on a cat that slides by `shift` pixels."""
    slid = moving_photograph("chelsea", translation=(shift, 0.0), size=(144, 208))
    flow = lucas_kanade(slid.img1, slid.img2, **how).flow
    return float(flowlab.epe(flow, slid.flow, slid.valid))


off = {}
for shift in (1, 4, 16):
    one_step = error_after(float(shift), levels=1, iterations=1)
    twenty = error_after(float(shift), levels=1, iterations=20)
    pyramid = error_after(float(shift))
    off[shift] = one_step, twenty, pyramid
    print(f"{shift:2} px: one step {one_step:5.2f} px off,", end=" ")
    print(f"twenty {twenty:5.2f}, with a pyramid {pyramid:5.2f}")
course.claim(
    "Twenty steps find 4 px where one falls short by more than 1 px.",
    off[4][0] > 1 and off[4][1] < 0.1,
)
course.claim(
    "Twenty steps do not find 16 px, a pyramid does.",
    off[16][1] > 4 and off[16][2] < 0.1,
)

# %% [markdown]
# Steps help as long as the first one points the right way. When the motion is longer than the details are wide, it points anywhere. The last column looks at small copies of the pictures first. How that works, and where even that ends, is chapter 04.
#
# ## A change of light
#
# Back to the assumption. Turn the lamp up by a tenth (the last menu of the widget above does it too), and nothing else.

# %%
slid = moving_photograph("chelsea", translation=(2.0, -1.0), size=(144, 208))
brighter = (1.1 * slid.img2.astype(float)).clip(0, 255).astype(np.uint8)


def without_mean(img):
    """Brightness minus the mean around, moved to the middle of the range."""
    grey = grey_float(img)
    return 0.5 + grey - cv2.GaussianBlur(grey, (0, 0), 4)


pairs = {
    "same light": (slid.img1, slid.img2),
    "a tenth brighter": (slid.img1, brighter),
    "local mean removed": (without_mean(slid.img1), without_mean(brighter)),
}
lit = {}
for name, (first, second) in pairs.items():
    lit[name] = float(flowlab.epe(lucas_kanade(first, second).flow, slid.flow))
    print(f"{name:18} EPE {lit[name]:.2f} px")

# %% jupyter={"source_hidden": true}
# Claims: what a tenth more light costs, and what repairs it.
course.claim(
    "A tenth more light costs more than half a pixel, "
    "on a pair that was solved to a hundredth.",
    lit["a tenth brighter"] > 0.5 and lit["same light"] < 0.01,
)
course.claim(
    "Comparing each pixel with its surroundings repairs nine tenths of it.",
    lit["local mean removed"] < 0.1 * lit["a tenth brighter"],
)

# %% [markdown]
# Lucas-Kanade explains every change by motion, because motion is all it knows. Look at what differs from the surroundings instead of brightness itself, and most of the lamp is gone; DIS, in chapter 04, does so within each of its patches. A network has to learn that; augmentation, in chapter 06, is how it gets the chance.
#
# ## The scoreboard

# %%
def no_motion(img1, img2):
    """The flow zero, (H, W, 2)."""
    return np.zeros((*img1.shape[:2], 2), np.float32)


def windows(img1, img2):
    """Lucas-Kanade with its defaults, (H, W, 2)."""
    return lucas_kanade(img1, img2).flow


course.scoreboard.add("zero flow", no_motion)
course.scoreboard.add("Lucas-Kanade", windows, note="window 4 px, pyramid")
course.scoreboard.show("zero flow", "Lucas-Kanade")

# %% [markdown]
# ## Recap
#
# - Brightness constancy, made linear, gives each pixel one line: $I_x u + I_y v + I_t = 0$.
# - One line is not a point. Through a hole on an edge only the motion across it can be seen.
# - A window of pixels with one motion has a point closest to all lines; $T$ says how well they cross.
# - Small windows follow noise, large ones mix motions. Confidence notices the first, not the second.
# - Warp and repeat for larger motions. A change of light is taken for motion.

# %% [markdown]
# ## Quiz

# %%
course.quiz("03")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 3.3: the warping step
#
# You have a flow `w` so far. Bring frame 2 back with `flowlab.warp(I2, w, padding="border")`, and improve the flow with `solve(Ix, Iy, It)`, which returns the motion that these three leave to explain. Take the slopes of the warped picture, with `Iy, Ix = np.gradient(...)`.

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
# No checker here: this one is for a conversation. Run `lucas_kanade(img1, img2, sigma=...)` with windows of 1, 4 and 16 px on the noisy cup, on the cup without noise (`turn`), and on the motorcycle (`bike`). Before you run anything, write down the best window of each pair. Then print the EPE, and draw the error as a map (`flowlab.epe_map`). Where in each picture does a larger window help, where does it hurt, and what would a method have to measure in order to choose the window by itself, pixel by pixel?

# %% [markdown]
# ## Further reading
#
# - [An Iterative Image Registration Technique with an Application to Stereo Vision](https://dl.acm.org/doi/10.5555/1623264.1623280), Lucas and Kanade, 1981. Read section 4: one dimension first, as here, and the weights they give to steep places.
# - [Good Features to Track](https://doi.org/10.1109/CVPR.1994.323794), Shi and Tomasi, 1994. Look for the smaller eigenvalue as a definition of "good", and for how they notice a window with two motions.
# - [Lucas-Kanade 20 Years On: A Unifying Framework](https://doi.org/10.1023/B:VISI.0000011205.11775.fd), Baker and Matthews, 2004. Look at the table of four ways to take the step, and at which of them are cheap.

# %%
course.end()
