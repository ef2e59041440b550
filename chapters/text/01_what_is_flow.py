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
# > At the end of this chapter you read a flow field in arrows, in colours and in bytes, and you have seen a shape that two frames show and one frame does not.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write down the flow field of a rotation, and recognise a shift, a rotation and a zoom in a picture.
# 2. Read direction and length from the colour code, and say when two colours may be compared.
# 3. Say what stands in each byte of the field's common file format, and read it.
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

import cv2
import numpy as np

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch01 import figures, widgets
from flowlab.field import color_wheel_legend

course.begin("01")

# %% [markdown]
# ## A displacement for every pixel
#
# A *flow field* gives each pixel of frame 1 a *displacement*. The formula to remember holds where frame 2 shows the same point of the scene, as bright as before:
#
# $$I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$$
#
# The flow is defined on the grid of frame 1: the point that frame 1 shows at $\mathbf{x}$ lies at $\mathbf{x} + \mathbf{w}(\mathbf{x})$ in frame 2. In the first case, pictures of 4 × 6 pixels, everything moves two pixels to the right and one up. The flow is $(2, -1)$ at every pixel. Up is negative, because rows are counted downwards.

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
course.claim(
    "Frame 2 shows at x + w(x) what frame 1 shows at x, wherever x + w(x) is inside.",
    (dot1[1:, :-2] == dot2[:-1, 2:]).all() and dot1.any(),
)

# %% [markdown]
# ## A photograph that turns
#
# Most flows differ from pixel to pixel. Turn a picture about its middle by an angle $\theta$: a point at $\mathbf{r}$ from the middle goes to $R\,\mathbf{r}$. Its displacement is the difference:
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
    axes=True,
)

# %% jupyter={"source_hidden": true}
# Claims: how long the arrows are, which way they run, and that they fit the frames.
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
course.claim(
    "Clockwise: right of the middle the flow points down, above it to the right.",
    pair.flow[71, 200, 1] > 0 and pair.flow[5, 103, 0] > 0,
)
fetched = flowlab.warp(pair.img2, pair.flow)  # I2(x + w), see chapter 02
before, after = (np.abs(img.astype(float) - pair.img1) for img in (pair.img2, fetched))
course.claim(
    "The frames fit: I2(x + w) is nearer to I1 than I2(x) is, by nine tenths.",
    after[radius < 70].mean() < 0.1 * before[radius < 70].mean(),
)

# %% [markdown]
# ### Exercise 1.1: the flow of a turn
#
# Return the flow of a picture of `height` × `width` pixels that turns about its middle, the point $((W-1)/2, (H-1)/2)$, by `degrees` clockwise. Use the formula above.

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
# A picture has room for few arrows: most pixels get none. Colours show all pixels. The usual *colour wheel* is that of the Middlebury benchmark (Baker and others, 2007 and 2011): hue for the direction, saturation for the length, white for no motion. Drag the arrow below (or click on the wheel and use the arrow keys), and watch the cat.

# %%
widgets.vector_on_the_wheel()

# %% [markdown]
# What you should see: red is right. Clockwise from there follow yellow (down), light blue (left) and violet (up). At the rim the colour is full; towards the middle it fades to white.
#
# The wheel has 55 colours in six stretches of different lengths. Its author, Daniel Scharstein, gave more colours to red–yellow than to yellow–green, because people tell more shades apart there. Here is its definition:

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
four = {"right": (6.0, 0.0), "down": (0, 6), "left": (-6, 0), "up": (0, -6)}
for name, (u, v) in four.items():
    print(f"{name:5} at full length: rgb {naive_color(u, v, max_flow=6).astype(int)}")
course.claim(
    "flow_to_image gives these colours to within one level of 255.",
    np.abs(slow - fast).max() <= 1,
)

# %% [markdown]
# ### Exercise 1.3: which way?
#
# Return the direction of every vector in degrees, from 0 to 360: 0 is right, 90 is down, 180 left, 270 up.

# %% tags=["exercise-1.3"]
def direction(flow):
    """The direction (H, W) of each vector in degrees, clockwise from right."""
    return ...


# %%
course.check("1.3", direction)

# %% [markdown]
# ## Which scale?
#
# A colour stands for a length only on a given scale. `max_flow=` sets the length that has full colour; a longer vector is drawn darker. Without `max_flow=`, the longest vector of *this* picture has full colour. So you can compare two flow pictures only if they have the same scale.

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
# Claims: two pictures are alike, two are not, and what is beyond the scale.
first, second, strong, pale = (picture.astype(float) for picture in looks.values())
course.claim(
    "Under automatic scale the two flows look the same, to within one level of 255.",
    np.abs(first - second).max() <= 1,
)
course.claim(
    "Under a fixed scale the small flow is paler, by more than 20 levels on average.",
    pale.mean() > strong.mean() + 20,
)
way = np.radians(np.arange(360))
ring = np.float32([np.stack([np.cos(way), np.sin(way)], axis=-1)])
inner, beyond = (flowlab.flow_to_image(k * ring, max_flow=6).sum(2) for k in (5.9, 6.1))
course.claim(
    "Under max_flow=6, a vector of 6.1 px is darker than one of 5.9 px, at each of "
    "360 directions.",
    (beyond < inner).all(),
)

# %% [markdown]
# About one man in twelve, and one woman in two hundred and fifty, of European descent has trouble telling red from green; among men in China and Japan it is about one in twenty ([Birch, 2012](https://doi.org/10.1364/JOSAA.29.000313)). For slides, this package has a second wheel, `palette="colorblind"`. The claim below compares both wheels in CIELAB, a space of colours whose distances are close to what people see. In any case, put arrows or numbers beside the colours.

# %%
both = {}
for palette in ("middlebury", "colorblind"):
    colours = flowlab.flow_to_image(pair.flow, max_flow=27, palette=palette)
    both[palette] = color_wheel_legend(144, max_flow=27, palette=palette)
    both[f"the cat, {palette}"] = colours
course.figure("two wheels", both)

# %% jupyter={"source_hidden": true}
# Claim: how far apart eight directions stay in each wheel, without green or red cones.
MISSING = {  # what linear RGB looks like without these cones; Machado and others, 2009
    "green": [[0.37, 0.28, -0.01], [0.86, 0.67, 0.04], [-0.23, 0.05, 0.97]],
    "red": [[0.15, 0.11, 0.0], [1.05, 0.79, -0.05], [-0.20, 0.10, 1.05]],
}
turns = np.radians(np.arange(8) * 45)
compass = np.stack([np.cos(turns), np.sin(turns)], axis=-1)[None]
nearest = {}  # CIELAB distance of the two most similar directions
for palette in ("middlebury", "colorblind"):
    colours = flowlab.flow_to_image(compass, max_flow=1, palette=palette)[0]
    for cones, matrix in MISSING.items():
        seen = ((colours / 255) ** 2.2 @ np.array(matrix)).clip(0, 1) ** (1 / 2.2)
        lab = cv2.cvtColor(seen[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
        distances = np.linalg.norm(lab[:, None] - lab, axis=-1)
        nearest[palette, cones] = distances[~np.eye(8, dtype=bool)].min()
course.claim(
    "Without green or without red cones, the two most similar of eight directions "
    "differ more than five times as much (CIELAB) in the second wheel.",
    all(nearest["colorblind", c] > 5 * nearest["middlebury", c] for c in MISSING),
)

# %% [markdown]
# ## A photograph that comes nearer
#
# First, a guess.

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

# %% [markdown]
# A flat picture that a camera approaches head-on gets larger, as under a lens that zooms. In such a *zoom* everything moves away from one point, here the middle. When a camera moves forward without turning, in a scene at rest, such a point is called the *focus of expansion* (Gibson, 1950): where the camera is heading. (A lens that zooms has a fixed point, but heads nowhere.) In a zoom by the factor $s$, the place $\mathbf{r}$ goes to $s\,\mathbf{r}$, so
#
# $$\mathbf{w} = s\,\mathbf{r} - \mathbf{r} = (s - 1)\,\mathbf{r}$$

# %%
panel = "the flow, arrows doubled"
course.figure(
    "a zoom",
    {"frame 1": near.img1, "frame 2": near.img2, panel: near.flow},
    arrows={panel: 2 * near.flow},
    axes=True,
)
ys, xs = np.mgrid[:192, :256]
offset = np.stack([xs - 127.5, ys - 95.5], axis=-1).astype(np.float32)
inner = (np.abs(offset) < (96, 72)).all(axis=-1)
misfit = {}  # mean difference in grey levels, for each supposed zoom s
for s in (1.05, 1.10, 1.15, 1.20, 1.25):
    fetched = flowlab.warp(near.img2, (s - 1) * offset)  # I2(x + w), see chapter 02
    misfit[s] = np.abs(fetched.astype(float) - near.img1)[inner].mean()
    print(f"s = {s:.2f}: the frames differ by {misfit[s]:4.1f} grey levels")
course.claim(
    "Of these zooms, 1.15 fits the two frames best.",
    min(misfit, key=misfit.get) == 1.15,
)
course.claim(
    "A zoom by 1.15 moves a point by 0.15 of its distance from the middle.",
    np.allclose(near.flow, 0.15 * offset, atol=1e-3),
)

# %% [markdown]
# ## Seen only in motion
#
# Now a shape that no single frame shows. The widget draws black and white dots at random. Inside the hidden shape the dots move to the right, elsewhere to the left. Béla Julesz (1960) showed such dots to the two eyes, Oliver Braddick (1974) in motion, as a *random-dot kinematogram*. Press play, or step through the frames with the slider. Then choose the flow in the menu *Show*.

# %%
widgets.random_dots()

# %% [markdown]
# What you should see: each frame looks like noise. While the slider moves, a disc stands out with a sharp edge; when the slider rests, the disc is gone. In one frame, a dot is black or white with the same probability inside and outside. The next cell measures the brightness in one frame and the flow between two, on the triangle.

# %%
from flowlab.classical import run
from flowlab_course.chapters.ch01.widgets.dots import dots_frame, shape_mask

first, second = dots_frame("triangle", 0, 2), dots_frame("triangle", 1, 2)
inside = shape_mask("triangle")
brightness = abs(first[inside].mean() - first[~inside].mean()) / 255
to_the_right = run("dis", first, second)[..., 0] > 0
print(f"inside and outside differ in brightness by {brightness:.1%}")
print(f"DIS finds 'to the right' at {to_the_right[inside].mean():.0%} of the triangle")
print(f"and at {to_the_right[~inside].mean():.0%} of the rest")
course.claim(
    "In one frame, inside and outside are equally bright, to within two percent.",
    brightness < 0.02,
)
course.claim(
    "With two frames, DIS tells right from left at nine tenths of this triangle "
    "or more, and of the rest.",
    min(to_the_right[inside].mean(), 1 - to_the_right[~inside].mean()) >= 0.9,
)

# %% [markdown]
# How far may a dot jump from one frame to the next? Braddick found about a quarter of a degree of visual angle. Set the widget's speed to 6 px, and compare what you see with what DIS finds. One drawing of dots may be an accident, so the next cell takes twenty at each speed, first the widget's. In its last two lines both textures are blurred by 3 px, and move as before.

# %%
disc, found, flows = shape_mask("disc"), {}, {}
for speed, blur in ((2, 0), (4, 0), (6, 0), (8, 0), (10, 0), (6, 3), (10, 3)):  # px
    shares = []  # of the disc that goes to the right by DIS, for each drawing
    for seed in range(20):
        frames = (dots_frame("disc", i, speed, seed=seed, blur=blur) for i in (0, 1))
        flow = run("dis", *frames)
        shares.append((flow[..., 0] > 0)[disc].mean())
        flows.setdefault((speed, blur), flow)  # keeps that of the first drawing
    found[speed, blur] = np.array(shares)
    lost = (found[speed, blur] < 0.5).sum()  # less than half of the disc found
    print(f"{speed:2} px, blur {blur} px: the disc is lost in {lost:2} of 20;", end=" ")
    print(f"in the first drawing, {shares[0]:.1%} of it is found")

# %%
two = {f"{speed} px a frame, arrows x 3": flows[speed, 0] for speed in (4, 6)}
tripled = {title: 3 * flow for title, flow in two.items()}
course.figure("a lost disc", two, arrows=tripled, limit=12, width=8)
lost = {case: (shares < 0.5).sum() for case, shares in found.items()}
course.claim(
    "In the widget's drawing DIS finds nine tenths of the disc at 4 px, "
    "under a tenth at 6 px.",
    found[4, 0][0] >= 0.9 and found[6, 0][0] < 0.1,
)
course.claim(
    "At 2 and 4 px DIS loses the disc in none of 20 drawings, at 10 px in 15 or more.",
    lost[2, 0] == lost[4, 0] == 0 and lost[10, 0] >= 15,
)
course.claim(
    "With blurred textures DIS loses it in none of 20 at 6 px, in 5 or fewer at 10 px.",
    lost[6, 3] == 0 and lost[10, 3] <= 5,
)

# %% [markdown]
# At 6 px DIS fails in some drawings, the widget's among them; at 10 px in most. Blurred textures help: DIS follows slopes of brightness (chapter 03), and between unrelated dots a slope says nothing about a place some pixels away. A blurred texture changes slowly from pixel to pixel.
#
# ## A real pair
#
# The motorcycle of chapter 00 is a real scene (Scharstein and others, 2014). Its two pictures are a *stereo pair*. They were resampled so that each point of the scene lies in the same row of both, which is called *rectification*. So $v = 0$ and $u = -d$, where $d$ is the *disparity*. The *ground truth*, the true $d$, was measured with *structured light*: patterns of stripes that a projector throws on the scene. Where the stripes could not be read, $d$ is unknown.

# %%
from flowlab.datasets.samples import motorcycle

bike = motorcycle(reduce=0.5)
known_flow = np.where(bike.valid[..., None], bike.flow, np.nan)
course.figure(
    "a stereo pair",
    {"frame 1": bike.img1, "true flow, unknown in grey": known_flow},
    limit=30,
    width=8,
    axes=True,
)
u = bike.flow[bike.valid][:, 0]  # of the known pixels
print(f"known: {bike.valid.mean():.1%} of the pixels")
print(f"u from {u.min():.1f} to {u.max():.1f} px")
course.claim("Every known pixel goes to the left.", (u < 0).all())
fit = {}  # mean difference of the frames in grey levels, if all rows moved by v
for v in (-2, -1, 0, 1, 2):
    fetched = flowlab.warp(bike.img2, bike.flow + np.float32([0, v]))
    fit[v] = np.abs(fetched.astype(float) - bike.img1)[bike.valid].mean()
print("v", *(f"{v:+d} px: {levels:.1f}" for v, levels in fit.items()), sep="   ")
course.claim(
    "Rows stay rows: of these v, 0 fits the two frames best.",
    min(fit, key=fit.get) == 0,
)

# %% [markdown]
# Functions that measure, draw or store a flow take a *mask* beside it, `valid`, of the same height and width. Where the mask is False, the flow is unknown, which is not the same as zero.
#
# ## Flow in a file
#
# The Middlebury benchmark stores flow as `.flo`: twelve bytes of header, then the vectors, row by row, $u$ and $v$ in turn, each four bytes. Two data sets that you meet later do so too: *Sintel*, an animated film whose renderer also wrote the flow (Butler and others, 2012), and *Flying Chairs*, the training set of FlowNet (Dosovitskiy and others, 2015).

# %%
path = Path(tempfile.mkdtemp()) / "shift.flo"
flowlab.write_flow(path, shift)
data = path.read_bytes()
print("the first four bytes:", data[:4])
print("as a number:", struct.unpack("<f", data[:4])[0])
print("width, height:", struct.unpack("<ii", data[4:12]))
print("the first pixel's u, v:", struct.unpack("<ff", data[12:20]))

# %% [markdown]
# The letters `PIEH` are the bytes of the number 202021.25. A program that reads this number knows that the format is right, and the order of the bytes too. The width comes first, then the height. An unknown vector is written as $10^{10}$, and any component beyond $10^9$ is read as unknown.

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
    "Known vectors come back bit by bit, the unknown one comes back as not valid.",
    (back[known] == shift[known]).all() and (valid == known).all(),
)

# %% [markdown]
# `read_flow` chooses the format by the suffix. It also reads `.pfm`, `.flo5`, `.npy`, and the 16-bit `.png` of *KITTI*. KITTI (Geiger and others, 2012; Menze and Geiger, 2015) shows streets, filmed from a car. Its flow was computed from the points of a laser scanner and the car's own motion, in 2015 also from 3D models that were fitted to other cars. It is *sparse*: unknown at about half of the pixels or more.
#
# ## What flow is not
#
# The flow is not the velocity of a thing in metres per second: by perspective, the same velocity gives a longer flow nearby.
#
# Chapter 00 spoke of points of the scene. Their motion as the camera sees it is called the *motion field*. The two frames alone show only *apparent motion*, a displacement that explains how frame 1 became frame 2. Berthold Horn (1986) calls the apparent motion optical flow; this course, like most data sets, means the motion of the points. In two examples of his they differ. Move a lamp around a ball at rest: the shading moves, the motion field is zero. Turn a smooth ball of one colour: the picture stays as it is, the motion field is not zero.
#
# Methods look for apparent motion; chapter 03 turns it into an equation. The ground truth of Middlebury, Sintel and KITTI is the motion field. So a method can be counted as wrong where the frames do not show the motion at all.

# %% [markdown]
# ## Recap
#
# - A flow field gives every pixel of frame 1 a displacement: $I_1(\mathbf{x}) = I_2(\mathbf{x} + \mathbf{w}(\mathbf{x}))$.
# - The flow of a rotation circles its centre, that of a zoom points away from one point, that of a rectified stereo pair lies along the rows.
# - Colours: the hue is the direction, the saturation the length. Two pictures can be compared only on one scale, `max_flow`.
# - Two frames can show a shape that neither shows alone. If the dots move too far, a method may lose it.
# - Unknown flow is marked by a mask, in files by a huge number. Estimates are compared with the motion field, where it is known.

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
# ### Exercise 1.4: read a colour
#
# A flow was drawn with `flow_to_image(flow, max_flow=max_flow)`. Return the displacement $(u, v)$ of one of its pixels, an array of two numbers, given the pixel's colour `rgb` (three numbers from 0 to 255). Whole $u$ and $v$ are near enough: the check accepts half a pixel.

# %% tags=["exercise-1.4"]
def motion_of_color(rgb, max_flow):
    """The displacement [u, v] in px that flow_to_image draws in the colour rgb."""
    y, x = np.mgrid[-max_flow : max_flow + 1, -max_flow : max_flow + 1]
    return ...


# %%
course.check("1.4", motion_of_color)

# %% [markdown]
# ### Open task: the pixel that stays
#
# No checker here: this one is for a conversation. In a turn about the middle, the middle stays where it is. Now let the picture turn and slide at once: `moving_photograph("chelsea", degrees=12, translation=(8, 0), size=(144, 208))`. Say first: is there still a point that does not move, and where? Then draw the flow and find its shortest vector. Change the angle and the slide, and add `scale=1.1`. Which motions have no such point at all, and why?

# %% [markdown]
# ## Terms
#
# - *flow field* (光流场): the flow of a whole picture: two numbers at every pixel.
# - *displacement* (位移): the vector from where something was to where it is, in pixels.
# - *colour wheel* (色轮): the key that gives each direction of flow a hue and each length a saturation.
# - *focus of expansion* (扩展焦点): the point from which the flow points away when a camera moves forward without turning, in a scene at rest.
# - *random-dot kinematogram* (随机点运动图): frames of random dots in which only motion shows a shape.
# - *motion field* (运动场): the motion of the scene's points as the camera sees it, whether the pictures show it or not.
# - *apparent motion* (表观运动): a displacement that explains how one frame became the next.
# - *stereo pair* (立体像对): two pictures of one scene, taken at once from two places side by side.
# - *rectification* (立体校正): resampling a stereo pair so that each point lies in the same row of both pictures.
# - *structured light* (结构光): known patterns thrown on a scene, by which its depth can be measured.
# - *disparity* (视差): how far a point shifts sideways between the two pictures of a stereo pair.
# - *ground truth* (真值): the answer known from elsewhere, measured or made, that an estimate is compared with.
# - *mask* (掩码): a binary image that marks the valid pixels.

# %% [markdown]
# ## Further reading
#
# - [A Database and Evaluation Methodology for Optical Flow](https://doi.org/10.1007/s11263-010-0390-2), Baker and others, 2011. Look for the colour wheel, and for how they measured flow with hidden fluorescent paint.
# - [Determining Optical Flow](https://doi.org/10.1016/0004-3702(81)90024-2), Horn and Schunck, 1981. Read the first two pages: what flow is, and the turning sphere, which moves without a flow.
# - [High-Resolution Stereo Datasets with Subpixel-Accurate Ground Truth](https://doi.org/10.1007/978-3-319-11752-2_3), Scharstein and others, 2014. Look at how the motorcycle's depth was measured, and at what they do where it is unknown.

# %%
course.end()
