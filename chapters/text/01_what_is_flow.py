# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 · What is flow
#
# > At the end of this chapter you read a flow field in arrows, in colours and in bytes, and know why one frame can hide what two give away.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write down the flow field of a shift, a rotation and a zoom, and draw it.
# 2. Read direction and length from the colour code, and say when two colours may be compared.
# 3. Read and write the field's common file format, byte by byte.
#
# **Time**: about 55 minutes to read and do; a laptop runs all cells in 15 seconds.
#
# **Needs**: chapter 00. Some NumPy.
#
# **Symbols**: $\mathbf{x} = (x, y)$ a pixel; $\mathbf{w}(\mathbf{x}) = (u, v)$ its displacement in pixels, $u$ to the right, $v$ down; $I_1, I_2$ the frames; $H, W$ height and width.

# %%
# %matplotlib inline
import struct
import tempfile
from pathlib import Path

import numpy as np

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch01 import figures, widgets
from flowlab.field import color_wheel_legend, similarity_flow

course.begin("01")

# %% [markdown]
# ## A displacement for every pixel
#
# Start with the smallest case: pictures of 4 × 6 pixels, and everything moves two pixels to the right and one up. The flow holds $(2, -1)$ at every pixel. Up is minus, because rows are counted downwards.

# %%
H, W = 4, 6
shift = np.zeros((H, W, 2), np.float32)
shift[..., 0], shift[..., 1] = 2, -1

dot1 = np.zeros((H, W), int)
dot1[2, 1] = 1  # one bright dot, at x = 1, y = 2
x, y = np.array([1, 2]) + shift[2, 1].astype(int)
dot2 = np.zeros((H, W), int)
dot2[y, x] = 1
print("frame 1", dot1, "frame 2", dot2, sep="\n")

# %% [markdown]
# In a formula, and this is the one to remember:
#
# $$I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$$
#
# The flow lives on the grid of frame 1. It is asked at $\mathbf{x}$, a place in frame 1, and it answers where to look in frame 2.

# %%
course.claim(
    "What frame 1 shows at x, frame 2 shows at x + w(x).",
    dot1[2, 1] == dot2[2 + -1, 1 + 2],
)

# %% [markdown]
# ## A photograph that turns
#
# Flow is rarely the same everywhere. Turn a picture about its middle by an angle $\theta$, and a point at $\mathbf{r}$ from the middle goes to $R\,\mathbf{r}$. Its displacement is the difference:
#
# $$\mathbf{w} = R\,\mathbf{r} - \mathbf{r}, \qquad R = \begin{pmatrix} \cos\theta & -\sin\theta \\ \sin\theta & \cos\theta \end{pmatrix}$$
#
# With $v$ pointing down, a positive $\theta$ turns clockwise on the screen.

# %%
from flowlab.datasets.samples import moving_photograph

pair = moving_photograph("chelsea", degrees=12, size=(144, 208))
course.figure(
    "a turn",
    {"frame 1": pair.img1, "frame 2": pair.img2, "the flow": pair.img1},
    arrows={"the flow": pair.flow},
)

# %% jupyter={"source_hidden": true}
# Claims: how long the arrows are, in the middle and further out.
length = np.hypot(pair.flow[..., 0], pair.flow[..., 1])
ys, xs = np.mgrid[:144, :208]
radius = np.hypot(xs - 103.5, ys - 71.5)
chord = 2 * np.sin(np.radians(12) / 2)
course.claim(
    "The four pixels around the middle move less than a quarter of a pixel.",
    length[71:73, 103:105].max() < 0.25,
)
course.claim(
    "The length of the flow is the radius times 2 sin(θ/2).",
    np.allclose(length, chord * radius, atol=1e-3),
)

# %% [markdown]
# ### Exercise 1.1: the flow of a turn
#
# Return the flow of a picture of `height` × `width` pixels that turns about its middle, the point $((W-1)/2, (H-1)/2)$, by `degrees` clockwise. The formula stands above.

# %% tags=["exercise-1.1"]
def rotation_flow(height, width, degrees):
    """The flow (height, width, 2) of a clockwise turn about the middle."""
    y, x = np.mgrid[:height, :width]
    return ...


# %%
course.check("1.1", rotation_flow)

# %% [markdown]
# ## From arrows to colours
#
# Arrows are honest, but there is room for few of them: most pixels go unheard. Colours show all. The field has agreed on a wheel: hue for the direction, strength for the length, white for no motion. Drag the arrow below (or click on the wheel and use the arrow keys), and watch the cat.

# %%
widgets.vector_on_the_wheel()

# %% [markdown]
# What you should see: red is right, and going clockwise from there come yellow (down), light blue (left) and violet (up). Near the rim the colour is full; near the middle it fades to white.
#
# The wheel has 55 colours, in six stretches of unequal length, because the eye tells more steps between red and yellow than between green and cyan. Here is all of it, first naively, in the words of the definition:

# %%
STRETCHES = [  # how many colours, from which to which
    (15, (255, 0, 0), (255, 255, 0)),
    (6, (255, 255, 0), (0, 255, 0)),
    (4, (0, 255, 0), (0, 255, 255)),
    (11, (0, 255, 255), (0, 0, 255)),
    (13, (0, 0, 255), (255, 0, 255)),
    (6, (255, 0, 255), (255, 0, 0)),
]
wheel = []
for n, start, stop in STRETCHES:
    change = np.sign(np.subtract(stop, start))
    for i in range(n):
        step = np.floor(255 * i / n)  # whole grey levels, as in the original
        wheel.append(np.clip(start + change * step, 0, 255))
wheel = np.array(wheel)


# %%
def naive_color(u, v, max_flow):
    """The colour of one displacement, each channel from 0 to 255."""
    length = np.hypot(u, v) / max_flow  # 0 at the middle of the wheel, 1 at its rim
    place = (np.arctan2(-v, -u) / np.pi + 1) / 2 * 54  # 0 to 54 along the wheel
    k = int(place)
    hue = wheel[k] + (place - k) * (wheel[(k + 1) % 55] - wheel[k])
    return np.floor(255 - length * (255 - hue))  # from white to the full hue


# %%
rng = np.random.default_rng(0)
some = rng.uniform(-6, 6, (5, 8, 2)).astype(np.float32)
slow = np.array([[naive_color(u, v, max_flow=10) for u, v in row] for row in some])
fast = flowlab.flow_to_image(some, max_flow=10)
print(f"{len(wheel)} colours; the first three: {wheel[:3].astype(int).tolist()}")
course.claim(
    "flow_to_image gives these colours to within one grey level.",
    np.abs(slow - fast).max() <= 1,
)

# %% [markdown]
# ### Exercise 1.3: which way?
#
# Return the direction of every vector in degrees, from 0 up to but not including 360: 0 is right, 90 is down, 180 left, 270 up.

# %% tags=["exercise-1.3"]
def direction(flow):
    """The direction (H, W) of each vector in degrees, clockwise from right."""
    return ...


# %%
course.check("1.3", direction)

# %% [markdown]
# ## Which scale?
#
# A length becomes a strength only by a scale. `max_flow=` sets the length that has full colour. Leave it out, and the longest vector of *this* picture gets it. That is convenient, and it is how flow pictures mislead: two of them can be compared only on the same scale.

# %%
small = pair.flow / 10
looks = {
    "w, automatic": flowlab.flow_to_image(pair.flow),
    "w / 10, automatic": flowlab.flow_to_image(small),
    "w, max_flow=27": flowlab.flow_to_image(pair.flow, max_flow=27),
    "w / 10, max_flow=27": flowlab.flow_to_image(small, max_flow=27),
}
longest = float(np.linalg.norm(pair.flow, axis=2).max())
full = [longest, longest / 10, 27, 27]  # px, at the rim of each picture's wheel
course.figure("two scales", figures.under_wheels(looks, full))

# %% jupyter={"source_hidden": true}
# Claims: the first two pictures are alike, the last two are not.
first, second, strong, pale = (picture.astype(float) for picture in looks.values())
course.claim(
    "Under automatic scale the two flows look the same, to within one grey level.",
    np.abs(first - second).max() <= 1,
)
course.claim(
    "Under a fixed scale the small flow is paler, by more than 20 grey levels.",
    pale.mean() > strong.mean() + 20,
)

# %% [markdown]
# About one man in twelve and one woman in two hundred cannot tell this wheel's greens from its reds. For them, and for slides that many people will see, there is a second wheel, `palette="colorblind"`; the widget above has it too. And a good figure never trusts to colour alone: put arrows or numbers beside it, as ours do.

# %%
both = {}
for palette in ("middlebury", "colorblind"):
    colours = flowlab.flow_to_image(pair.flow, max_flow=27, palette=palette)
    both[palette] = color_wheel_legend(144, max_flow=27, palette=palette)
    both[f"the cat, {palette}"] = colours
course.figure("two wheels", both)

# %% jupyter={"source_hidden": true}
# Claim: how far apart the eight directions stay, to an eye without green cones.
NO_GREEN = np.array(  # of linear RGB; Machado and others, 2009
    [[0.37, 0.28, -0.01], [0.86, 0.67, 0.04], [-0.23, 0.05, 0.97]]
)
turns = np.radians(np.arange(8) * 45)
compass = np.stack([np.cos(turns), np.sin(turns)], axis=-1)[None]
nearest = {}
for palette in ("middlebury", "colorblind"):
    colours = flowlab.flow_to_image(compass, max_flow=1, palette=palette)[0]
    seen = (colours / 255) ** 2.2 @ NO_GREEN
    distances = np.linalg.norm(seen[:, None] - seen, axis=-1)
    nearest[palette] = distances[~np.eye(8, dtype=bool)].min()
course.claim(
    "To an eye without green cones, the eight directions stay at least three times "
    "as far apart in the second wheel.",
    nearest["colorblind"] > 3 * nearest["middlebury"],
)

# %% [markdown]
# ## A photograph that comes nearer
#
# Before the next figure, a guess.

# %%
guess = course.predict_first(
    "zoom",
    "The camera moves straight towards a picture. "
    "Which way does the flow point at its left edge?",
    options=["to the left", "to the right", "it is zero there"],
)

# %%
near = moving_photograph("astronaut", scale=1.15)
left_edge = near.flow[96, 0]
course.answer(
    guess,
    "to the left",
    "Everything moves away from the middle: "
    f"at the left edge u = {left_edge[0]:.1f} px.",
)

# %%
course.figure(
    "a zoom",
    {"frame 1": near.img1, "frame 2": near.img2, "the flow": near.flow},
    arrows={"the flow": near.flow},
)

# %% jupyter={"source_hidden": true}
# Claim: how far a zoom moves a point.
zoom = similarity_flow((192, 256), scale=1.15)
course.claim(
    "A zoom by 1.15 moves a point by 0.15 of its distance from the middle.",
    np.allclose(near.flow, zoom) and np.isclose(left_edge[0], -0.15 * 127.5),
)

# %% [markdown]
# ## Seen only in motion
#
# Now something that no photograph can show you. The widget draws black and white dots at random. In some region the dots go to the right; everywhere else they go to the left. Press play, or step through the frames with the slider. Only then switch the second menu to the flow.

# %%
widgets.random_dots()

# %% [markdown]
# What you should see: each frame is snow. While the slider moves, a disc stands out, sharp at the edge; when it rests, the disc is gone. Nothing in one frame tells inside from outside. The information is in the *pairs*.

# %%
from flowlab.classical import run
from flowlab_course.chapters.ch01.widgets.dots import dots_frame, shape_mask

first, second = dots_frame("triangle", 0, 2), dots_frame("triangle", 1, 2)
inside = shape_mask("triangle")
brightness = abs(first[inside].mean() - first[~inside].mean()) / 255
found = run("dis", first, second)[..., 0] > 0
print(f"inside and outside differ in brightness by {brightness:.1%}")
print(f"the sign of u is right at {(found == inside).mean():.0%} of the pixels")

# %% jupyter={"source_hidden": true}
# Claims: one frame hides the shape, two frames show it.
course.claim(
    "In one frame, inside and outside are equally bright, to within two percent.",
    brightness < 0.02,
)
course.claim(
    "The sign of u alone finds the shape: nine pixels of ten are right.",
    (found == inside).mean() > 0.9,
)

# %% [markdown]
# ## A real pair
#
# Photographs that were moved by a formula have perfect truth, and are a little too easy. The motorcycle of chapter 00 is a real scene. It was taken by two cameras side by side, and rectified: each point of the scene lies in the same row of both pictures. So $v = 0$, and $u = -d$, where $d$ is what stereo people call disparity. The true $d$ was measured with structured light, and where the light did not reach, it is unknown.

# %%
from flowlab.datasets.samples import motorcycle

bike = motorcycle(reduce=0.5)
known_flow = np.where(bike.valid[..., None], bike.flow, np.nan)
course.figure(
    "a stereo pair",
    {"frame 1": bike.img1, "true flow, unknown in grey": known_flow},
    limit=30,
)

# %%
u, v = bike.flow[bike.valid].T  # of the known pixels
print(f"known: {bike.valid.mean():.1%} of the pixels")
print(f"u from {u.min():.1f} to {u.max():.1f} px")
course.claim("Rows stay rows: v is 0 wherever it is known.", (v == 0).all())
course.claim("Every known pixel goes to the left.", (u < 0).all())

# %% [markdown]
# Unknown is not zero. Every function of this package that takes a flow takes `valid` beside it, a mask of the same height and width, and leaves out what is False.
#
# ## Flow in a file
#
# Most flow on the internet comes as `.flo`: twelve bytes of header, then the vectors, row by row, $u$ and $v$ in turn, each four bytes. Write one, and look at it.

# %%
path = Path(tempfile.mkdtemp()) / "shift.flo"
flowlab.write_flow(path, shift)
data = path.read_bytes()
print("the first four bytes:", data[:4])
print("as a number:", struct.unpack("<f", data[:4])[0])
print("width, height:", struct.unpack("<ii", data[4:12]))
print("the first pixel's u, v:", struct.unpack("<ff", data[12:20]))

# %% [markdown]
# The letters `PIEH` are not our joke: they are the bytes of the number 202021.25, which tells a program that it reads the right format, and the bytes in the right order. Mind that the width comes first. An unknown vector is written as $10^{10}$, and whatever exceeds $10^9$ is read as unknown.

# %%
known = np.ones((H, W), bool)
known[0, 0] = False
flowlab.write_flow(path, shift, valid=known)
back, valid = flowlab.read_flow(path)
course.claim(
    "A .flo file has 12 bytes and 8 for each pixel.",
    path.stat().st_size == 12 + 8 * H * W,
)
course.claim(
    "What was known comes back bit by bit, what was not comes back as not valid.",
    (back[known] == shift[known]).all() and (valid == known).all(),
)

# %% [markdown]
# `read_flow` goes by the suffix. It reads KITTI's 16-bit `.png`, `.pfm`, `.flo5` and `.npy` as well, always to the same two arrays.
#
# ## What flow is not
#
# Flow is not *velocity*: it counts pixels per frame, not metres per second, and near things win. Nor is it the motion of things: turn a lamp over a still ball, and the shading moves though nothing else does. Flow is the *apparent* motion, the one that explains how frame 1 became frame 2. Chapter 03 takes that sentence as its equation.

# %% [markdown]
# ## Recap
#
# - A flow field gives every pixel of frame 1 a displacement: $I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$.
# - A rotation makes arrows that circle, a zoom makes arrows that flee, a stereo pair makes arrows along the rows.
# - Colours: hue is direction, strength is length, and only a fixed `max_flow` makes two pictures comparable.
# - Motion can be visible in a pair of frames though neither frame shows anything.
# - Unknown flow is marked by a mask, in files by a huge number.

# %% [markdown]
# ## Quiz

# %%
course.quiz("01")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 1.2: read a .flo file
#
# Take the bytes of a `.flo` file and return its flow, `(H, W, 2)`. `np.frombuffer(data, "<f4", offset=n)` reads all four-byte floats from byte `n` on.

# %% tags=["exercise-1.2"]
def parse_flo(data):
    """The flow (H, W, 2) in the bytes of a .flo file."""
    width, height = struct.unpack("<ii", data[4:12])
    return ...


# %%
course.check("1.2", parse_flo)

# %% [markdown]
# ### Open task: the pixel that stays
#
# No checker here: this one is for a conversation. In a turn about the middle, the middle stays where it is. Now let the picture turn and slide at once: `moving_photograph("chelsea", degrees=12, translation=(8, 0), size=(144, 208))`. Say first: is there still a point that does not move, and where? Then draw the flow, and look for the shortest vector. Change the angle, the slide, and add `scale=1.1`. For which motions is there no such point at all, and why?

# %% [markdown]
# ## Further reading
#
# - [A Database and Evaluation Methodology for Optical Flow](https://doi.org/10.1007/s11263-010-0390-2), Baker and others, 2011. Look for the colour wheel, which became everybody's, and for how they made flow visible with hidden paint.
# - [Determining Optical Flow](https://doi.org/10.1016/0004-3702(81)90024-2), Horn and Schunck, 1981. Read the first two pages: what flow is, and the turning sphere that has none.
# - [High-Resolution Stereo Datasets with Subpixel-Accurate Ground Truth](https://doi.org/10.1007/978-3-319-11752-2_3), Scharstein and others, 2014. Look at how the motorcycle's truth was measured, and at what they do about the unknown.

# %%
course.end()
