# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 · Loading chairs
#
# > At the end of this chapter you load pairs, change them at random, and give a network frames and a flow that still belong together.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Load a data set, and say which of its pairs are for training and which for validation.
# 2. Turn, zoom, flip and crop a pair, and compute its new flow.
# 3. Test an augmentation, and say what the test cannot find.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 15 seconds. 6.4 and the open task take 25 minutes more.
#
# **Needs**: chapters 02 and 05; matrices that turn and shift.
#
# **Symbols**: $\mathbf{w}$ the flow of a pair; $T_1, T_2$ the views: 3 × 3 matrices, from a pixel of a crop to the point of frame 1 or 2 that it shows; $\mathbf{w}'$ the flow between the crops; $M$ a known motion's matrix.

# %%
# %matplotlib inline
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch06 import figures, widgets

course.begin("06")

# %% [markdown]
# ## A folder of pairs
#
# The generator of chapter 05 writes the original's layout, three files a pair, so one loader reads both.

# %%
from flowlab.chairs import write_dataset

root = Path(tempfile.mkdtemp()) / "FlyingChairs"
write_dataset(root, count=16, seed=2, size=(144, 192), progress=False)
names = sorted(path.name for path in (root / "data").iterdir())
print(len(names), "files:", ", ".join(names[:3]), "and so on;")
print("beside them", *(path.name for path in root.glob("*.txt")))

data = flowlab.datasets.FlyingChairs(root, split="train")
img1, img2, flow, valid = data[0]
for name, part in (("img1", img1), ("img2", img2), ("flow", flow), ("valid", valid)):
    print(f"{name:6}{tuple(part.shape)}  {part.dtype}")
files = [root / "data" / f"{pair.name}_flow.flo" for pair in data.pairs]
course.claim(
    "For each pair the loader returns the flow that is in its file, unchanged.",
    all(
        np.array_equal(data[i][2].permute(1, 2, 0), flowlab.read_flow(file)[0])
        for i, file in enumerate(files)
    ),
)

# %% [markdown]
# Frames are RGB from 0 to 1, with the channels first. The flow is in pixels. The mask `valid` is True where the flow is known: in a generated pair everywhere, in KITTI 2012 only where a laser scanner measured it. The loss leaves out the other pixels.
#
# Sintel, KITTI and your own folder load in the same way, from `data/` or the folder that `FLOWLAB_DATA` names.
#
# ## Which pairs are for validation?
#
# A network can *overfit*: it learns its training pairs by heart, and the error on these pairs does not show it. So some pairs are never trained on. They are the *validation set*. A file beside the data holds this *split*, a digit for each pair: 1 for training, 2 for validation.

# %%
val = flowlab.datasets.FlyingChairs(root, split="val")
split_file = root / "FlyingChairs_train_val.txt"
marks = split_file.read_text()
print("the file says", *marks.split())
print(len(data), "pairs to train on,", len(val), "for validation:", end=" ")
print(*(pair.name for pair in val.pairs))
to_train, to_check = ({pair.name for pair in part.pairs} for part in (data, val))
course.claim(
    "No pair is in both, and together they are all 16.",
    not to_train & to_check and len(to_train | to_check) == 16,
)

# Without that file the loader stops, and says why.
split_file.unlink()
try:
    flowlab.datasets.FlyingChairs(root, split="val")
except FileNotFoundError as error:
    print(textwrap.fill(str(error).replace(str(root), "FlyingChairs"), 80))
_ = split_file.write_text(marks)
uses = 22_872 / (964 * 4)  # pairs; photographs, each cut into four backgrounds
print(f"\neach background of the original is in {uses:.1f} pairs on average")

# %% [markdown]
# Two papers with different lists report errors on different pairs. Name the list with the number.
#
# The last line shows a trap. A random split by pair puts pairs with one background on both sides. This is *data leakage* (Kaufman and others, 2012): the error is then measured on backgrounds that the network has seen.
#
# ## A broken file
#
# If one file of thousands is cut short, the training stops in the middle of the night. So check all files first, those for validation too:

# %%
everything = flowlab.datasets.FlyingChairs(root, split="all")
victim, other = (
    root / "data" / f"{part.pairs[0].name}_flow.flo" for part in (val, data)
)
whole = victim.read_bytes()
victim.write_bytes(whole[:5000])
cut, unseen = everything.check(progress=False), data.check(progress=False)
print(textwrap.fill(cut[0].replace(str(root), "FlyingChairs"), 80))
victim.write_bytes(other.read_bytes())
exchanged = everything.check(progress=False)
victim.write_bytes(whole)
course.claim(
    "The check of all pairs finds the file that ends early, for validation.",
    victim.name in cut[0],
)
course.claim("The check of the training pairs alone does not read it.", unseen == [])
course.claim("This check does not find a flow of another pair.", exchanged == [])

# %% [markdown]
# A wrong flow in a readable file needs another test: see below.
#
# ## How often is one pair seen?
#
# One step of the training is computed from a *batch* of pairs. One pass through all pairs is an *epoch*. FlowNet's training takes 600,000 steps with batches of eight from 22,232 pairs: 216 epochs.
#
# A cheap remedy against overfitting is *augmentation*: never show a pair the same way twice. *Spatial augmentation* turns, zooms and crops it; *photometric augmentation* changes its light. Without augmentation, the authors report, a network trained on Chairs has an error about 2 px larger on Sintel (section *Analysis*). FlowNet's authors do not flip; flowlab's `MILD` does, and a flip is the simplest case:

# %%
print(f"epochs of FlowNet's training: {600_000 * 8 / 22_232:.0f}")
guess = course.predict_first(
    "flip",
    "You flip both frames left and right, and the flow field with them. "
    "A thing moved by (5, 2). Which vector is right after the flip?",
    options=["(5, 2)", "(-5, 2)", "(5, -2)", "(-5, -2)"],
)

# %% [markdown]
# Test it with the photometric error of chapter 02: compare frame 1 with frame 2 warped along the flow.

# %%
def photometric_error(img1, img2, flow):
    """Difference of frame 1 and warped frame 2, (H, W), grey levels; NaN outside."""
    fetched = flowlab.warp(img2.astype(float), flow)
    difference = np.abs(fetched - img1).mean(axis=-1)  # over red, green and blue
    return np.where(flowlab.inside(flow), difference, np.nan)


frame = (132, 196)
pair = flowlab.datasets.samples.moving_photograph(
    "chelsea", degrees=3, translation=(6, 3), size=frame
)
flipped1, flipped2, field = (
    part[:, ::-1].copy() for part in (pair.img1, pair.img2, pair.flow)
)
means = {}
for signs in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
    error = photometric_error(flipped1, flipped2, field * np.float32(signs))
    means[signs] = np.nanmean(error)

# %%
course.answer(
    guess,
    "(-5, 2)",
    "Motion to the right becomes motion to the left; up and down stay as they were.",
)
for (a, b), value in means.items():
    print(f"u times {a:+d}, v times {b:+d}: photometric error {value:.1f} grey levels")
course.claim(
    "With u reversed, the mean error is less than a tenth of any other's.",
    10 * means[-1, 1] < min(means[1, 1], means[1, -1], means[-1, -1]),
)

# %% [markdown]
# A flow field is not a picture. Its numbers are directions *in* the picture: if both frames turn, the vectors turn with them, and if both are zoomed by 2, the vectors double. This is *equivariance*. A change of frame 2 alone, a *relative transform*, adds a motion: move crop 2 by 5 px to the right, and $u$ becomes 5 px smaller.

# %% [markdown]
# ### Exercise 6.1: turn and zoom a vector
#
# Both frames turn clockwise by `degrees` and grow by `zoom`. Return the vectors after that; `vectors` is (..., 2).

# %% tags=["exercise-6.1"]
def turned(vectors, degrees, zoom):
    """Vectors (..., 2) after both frames turned clockwise and grew by zoom."""
    return ...


# %%
course.check("6.1", turned)

# %% [markdown]
# ## What this test cannot find
#
# A large photometric error speaks against a flow. Does a small error prove that a flow is right? Make a true flow wrong, by the same 5 px in two squares: first to the right, then downwards.

# %%
motion = {"degrees": 3, "translation": (7, 4), "size": (140, 200)}
rocket = flowlab.datasets.samples.moving_photograph("rocket", **motion)
squares = {"sky": np.s_[60:100, 40:80], "rocket": np.s_[60:100, 80:120]}
maps, more = {}, {}
for name, step in (("true", (0, 0)), ("right", (5, 0)), ("down", (0, 5))):
    w = rocket.flow.copy()
    for square in squares.values():
        w[square] += np.float32(step)
    maps[name] = photometric_error(rocket.img1, rocket.img2, w)
    added = maps[name] - maps["true"]
    sky, ship = more[name] = [np.nanmean(added[square]) for square in squares.values()]
    mean, median = np.nanmean(maps[name]), np.nanmedian(maps[name])
    print(f"{name:5}: sky {sky:+.1f} levels, rocket {ship:+.1f};", end=" ")
    print(f"whole picture: mean {mean:.2f}, median {median:.2f}")
course.figure("two squares", figures.two_squares(rocket.img1, maps, squares))
course.claim(
    "To the right, 5 px cost over ten times as much on the rocket as in the sky.",
    more["right"][1] > 10 * more["right"][0] > 0,
)
course.claim(
    "Downwards, they cost less than a quarter of that on the rocket.",
    more["down"][1] < more["right"][1] / 4,
)

# %% [markdown]
# In a flat region a wrong vector fetches nearly the right colour, and *along* an edge, too: the rocket's edges are upright. This is the aperture problem of chapter 03. The median hardly changes, since fewer than half of the pixels are wrong. So take the mean, and look at the map.
#
# Does the test find a flow of another pair? Give each pair the flow of the next.

# %%
pairs = [
    [part.permute(1, 2, 0).numpy() for part in sample[:3]] for sample in everything
]
own, others = [], []
for i, (one, two, w) in enumerate(pairs):
    other = pairs[(i + 1) % len(pairs)][2]
    own.append(np.nanmean(photometric_error(255 * one, 255 * two, w)))
    others.append(np.nanmean(photometric_error(255 * one, 255 * two, other)))
for name, values in (("own flow", own), ("another pair's flow", others)):
    print(f"{name}: {min(values):.1f} to {max(values):.1f} grey levels")
course.claim(
    "The error is larger with another pair's flow, for each of the 16 pairs.",
    all(a < b for a, b in zip(own, others, strict=True)),
)
course.claim(
    "No threshold separates the two: the largest error of an own flow is larger "
    "than the smallest of another pair's.",
    max(own) > min(others),
)

# %% [markdown]
# A true flow has a large error where frame 2 hides the pixel (chapter 02), and where light or noise differ. So sort the pairs by their error, and look at the worst.
#
# ## Turn, zoom and flip by hand
#
# Here is a pair of chairs, with a crop on each frame. The thick edge is the crop's upper edge, and the ring its upper left corner. Below the crops you see the flow between them and its photometric error (black where frame 2 hides the pixel). Turn, zoom and flip. Then repeat it with the flow looked up like a picture.

# %%
widgets.augmentation_explorer()

# %% [markdown]
# What you should see: with the flow recomputed, the error map is dark but for thin lines along edges. Looked up, the flow makes it bright after a flip, a turn of 20 degrees or a zoom of 1.5. *Turn frame 2 more* adds a motion that the pair did not have; the recomputed flow contains it.
#
# ## One rule for everything
#
# With separate rules for flips, zooms and turns it is easy to get a sign wrong, and each interpolation blurs the frames. So do everything in one step. A crop is a *view* of a frame: its pixel $\mathbf{x}$ shows the point $T_1 \mathbf{x}$ of frame 1. $T_1$ goes backward, from the crop to the frame: so each pixel of the crop gets one value. Write pixels in *homogeneous coordinates*, $\mathbf{x} = (x, y, 1)$. Then one 3 × 3 matrix turns, zooms, flips and shifts them: an *affine* map.

# %% jupyter={"source_hidden": true}
# Draw both views and the way of one pixel.
from flowlab.datasets.augment import view_flow, view_matrix
from flowlab_course.chapters.ch06 import diagrams

course.figure("two views", diagrams.views())

# %% [markdown]
# Follow the arrows. In frame 2 the point $T_1 \mathbf{x}$ lies at $T_1 \mathbf{x} + \mathbf{w}(T_1 \mathbf{x})$. The inverse of $T_2$ gives the pixel of crop 2 that shows it. Subtract $\mathbf{x}$, and you have the new flow:
#
# $$\mathbf{w}'(\mathbf{x}) = T_2^{-1}\bigl(T_1 \mathbf{x} + \mathbf{w}(T_1 \mathbf{x})\bigr) - \mathbf{x}$$
#
# FlowNet's released code computes its flows by this rule. But $T_1 \mathbf{x}$ lies between pixels. Which vector does it take? Look at a crop of each of the 16 pairs:

# %%
T = view_matrix((96, 128), (144, 192), degrees=5, zoom=(1.3, 1.3))
gap = []
for _, _, w in pairs:
    mixed, nearest = (
        cv2.warpAffine(w, T[:2], (128, 96), flags=kind | cv2.WARP_INVERSE_MAP)
        for kind in (cv2.INTER_LINEAR, cv2.INTER_NEAREST)
    )
    gap.append(np.abs(mixed - nearest).max(axis=-1))  # the larger of u's and v's
print("interpolated vector and nearest vector differ by more than 0.5 px")
share = np.mean(np.array(gap) > 0.5)
print(f"at {share:.1%} of the pixels, by {np.max(gap):.0f} px at most")
course.claim("They differ by more than 10 px somewhere.", np.max(gap) > 10)

# %% [markdown]
# They differ at motion boundaries, where a mean of two motions is the motion of no object. There flowlab's `view_flow` takes the nearest vector; elsewhere it interpolates.
#
# For the strict test, flip and turn the crop of frame 1, and that of frame 2 by 4 degrees more. The cat moves by a known matrix $M$, so the true flow is $T_2^{-1} M\, T_1 \mathbf{x} - \mathbf{x}$. Mind how a turn is counted:
#
# | | positive degrees turn |
# |---|---|
# | exercise 6.1 | the frames clockwise |
# | `view_matrix` | the crop clockwise on the frame (flipped first); so the content anticlockwise |
# | OpenCV, exercise 6.3 | the picture anticlockwise |

# %%
from flowlab.field import similarity_matrix

crop = (90, 130)
T1 = view_matrix(crop, frame, degrees=15, zoom=(-1, 1))
T2 = T1 @ view_matrix(crop, crop, degrees=4)  # a view of a view
flows = torch.from_numpy(pair.flow).permute(2, 0, 1)[None]
known = torch.from_numpy(pair.valid)[None]
ours = view_flow(flows, known, T1[None], T2[None], crop)[0]
ours = ours[0].permute(1, 2, 0).numpy()
M = similarity_matrix(3, 1, (6, 3), centre=((frame[1] - 1) / 2, (frame[0] - 1) / 2))
y, x = np.mgrid[: crop[0], : crop[1]]
points = np.stack([x, y, np.ones_like(x)], axis=-1)
exact = (points @ (np.linalg.inv(T2) @ M @ T1).T - points)[..., :2]
error = np.abs(ours - exact).max()
print(f"largest error of view_flow: {error:.2g} px")
course.claim("view_flow is right to within 0.001 px at every pixel.", error < 0.001)

# %%
# T goes from the crop to the frame. Without WARP_INVERSE_MAP OpenCV would invert it.
look = {"dsize": crop[::-1], "flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP}
new1 = cv2.warpAffine(pair.img1, T1[:2], **look)
new2 = cv2.warpAffine(pair.img2, T2[:2], **look)
careless = cv2.warpAffine(pair.flow, T1[:2], **look)  # as if it were a picture
first = {"frame 1": figures.outlined(pair.img1, T1, crop), "crop 1": new1}
second = {"frame 2": figures.outlined(pair.img2, T2, crop), "crop 2": new2}
course.figure("both crops", first | second)
found = {"flow, recomputed": ours, "flow, as a picture": careless}
course.figure("flow or picture", found, arrows=found, limit=30, width=6)
before, after, as_picture = (
    np.nanmean(photometric_error(*these))
    for these in (pair[1:4], (new1, new2, ours), (new1, new2, careless))
)
print(f"photometric error of the frames {before:.1f} levels;")
print(f"of the crops {after:.1f} with flow recomputed, {as_picture:.1f} as a picture")
course.claim("Recomputed, it grows by less than 1 grey level.", after < before + 1)
course.claim("As a picture, it is ten times as large.", as_picture >= 10 * after)

# %% [markdown]
# ### Exercise 6.2: the flow between two views
#
# Write the rule. For $\mathbf{w}(T_1\mathbf{x})$ take the nearest pixel's vector. All crops lie inside.

# %% tags=["exercise-6.2"]
def between_views(w, T1, T2, height, width):
    """The flow (height, width, 2) between the views T1 and T2 of a pair with flow w."""
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)  # every pixel (x, y, 1)
    return ...


# %%
course.check("6.2", between_views)

# %% [markdown]
# ## Crops that stay inside
#
# Part of a turned or shifted crop may leave the frame. FlowNet's released code draws a view at random, checks whether it fits, and otherwise draws again, up to fifty times: *rejection sampling* (von Neumann, 1951). If none fits, flowlab takes the middle of the frame, straight. `CAFFE` holds the code's ranges. Its zooms go from $e^{-0.2}$ to $e^{0.6}$, uniform in the exponent, so a quarter is drawn below 1.

# %%
kept = course.predict_first(
    "rejected",
    "Of 100 crops that fit, how many have a zoom below 1?",
    options=["about 25, as drawn", "about 10", "at most 1"],
)

# %%
from flowlab.datasets.augment import CAFFE, PAPER
from flowlab.datasets.augment.spatial import draw_views

small, large = (120, 168), (144, 192)  # the paper's 320 x 448 of 384 x 512, smaller
views, drawn, fitting = {}, {}, {}
for name, config in (("CAFFE", CAFFE), ("PAPER", PAPER)):
    rng = np.random.default_rng(0)
    drawn[name] = config.spatial.zoom.sample(rng, (4000,), 1.0)
    views[name] = [draw_views(config, rng, small, large) for _ in range(400)]
    # A view divides areas by the square of its zoom.
    scales = [np.linalg.det(T[:2, :2]) ** -0.5 for T, _ in views[name]]
    fitting[name] = np.array(scales)
corners = np.array([[0, 167, 167, 0, 0], [0, 0, 119, 119, 0], [1, 1, 1, 1, 1]])
outlines = np.array([[(T @ corners)[:2] for T in both] for both in views["CAFFE"]])
course.answer(
    kept,
    "at most 1",
    "At zoom 0.9 a crop fits only if it is nearly straight and in the middle.",
)

# %%
frames = [part.permute(1, 2, 0).numpy() for part in data[6][:2]]
zooms = drawn["CAFFE"], fitting["CAFFE"]
course.figure("crops that fit", figures.crops_that_fit(frames, outlines, *zooms))
for name, inside in fitting.items():
    before, after = np.mean(drawn[name] < 1), np.mean(inside < 1)
    print(f"{name}: {before:.0%} of draws, {after:.0%} of crops that fit are below 1;")
    print(f"       median {np.median(drawn[name]):.2f} and {np.median(inside):.2f}")
x, y = outlines[:, :, 0], outlines[:, :, 1]
course.claim(
    "All corners of all 800 crops, on both frames, lie inside.",
    min(x.min(), y.min()) >= -1e-6 and x.max() <= 191 + 1e-6 and y.max() <= 143 + 1e-6,
)
course.claim(
    "With both ranges at most 1 of 100 crops that fit has a zoom below 1, and the "
    "median zoom grows by more than 0.1.",
    all(
        np.mean(inside < 1) <= 0.01 and np.median(inside) > np.median(drawn[name]) + 0.1
        for name, inside in fitting.items()
    ),
)

# %% [markdown]
# Rejection favours enlarged crops. (`PAPER` holds the paper's ranges. The paper gives no law; ours is uniform.)
#
# ## Light, and noise
#
# Light does not change the flow: an *invariance* to learn. Colours, gamma (an exponent), brightness and contrast (a factor about mid-grey) change alike in both frames, and then a little more in frame 2. This breaks brightness constancy (chapters 03 and 04) on purpose. Noise comes last, different in each frame.

# %%
from flowlab.datasets import Augmentation
from flowlab.datasets.augment import PhotometricConfig, uniform

augmentation = Augmentation(replace(PAPER, size=small))
changed = flowlab.datasets.FlyingChairs(root, "train", augmentation, seed=7)
looks, flows = {}, {}
for epoch in range(3):
    changed.set_epoch(epoch)
    new1, _, w, _ = changed[6]
    looks[f"epoch {epoch}"] = new1.permute(1, 2, 0).numpy()
    flows[f"flow {epoch}"] = w.permute(1, 2, 0).numpy()
course.figure("three epochs", looks, width=6.2)
course.figure("three flows", flows, arrows=flows, limit=40, width=6.6)

# %% [markdown]
# The photometric error cannot judge this part: light and noise change grey levels. So test the invariance itself: repeat the same draws with light alone, noise alone, both and neither, and compare the flows. (A vector that ends outside crop 2 is still true.)

# %%
paper, same = augmentation.config, PhotometricConfig()  # same changes nothing
unlit = {"photometric": same, "relative_photometric": same}
light, noise = replace(paper, noise=uniform(0, 0)), replace(paper, **unlit)
neither = replace(light, **unlit)
configs = {"neither": neither, "light": light, "noise": noise, "both": paper}
errors, larger, kept_flows = {}, {}, {}
for name, config in configs.items():
    part = flowlab.datasets.FlyingChairs(root, "train", Augmentation(config), seed=7)
    samples = [[p.permute(1, 2, 0).numpy() for p in s[:3]] for s in part]
    kept_flows[name] = np.array([w for _, _, w in samples])
    errors[name] = [
        np.nanmean(photometric_error(255 * one, 255 * two, w))
        for one, two, w in samples
    ]
    larger[name] = np.sum(np.greater(errors[name], errors["neither"]))
    print(f"{name:8} error {np.mean(errors[name]):4.1f} levels,", end=" ")
    print(f"larger than with neither for {larger[name]} of 15 pairs")

# %%
outside = [~flowlab.inside(w) for w in kept_flows["both"]]
print(f"{np.mean(outside):.1%} of the flow vectors end outside crop 2")
course.claim(
    "All 15 flows are the same in all four, bit by bit.",
    all(np.array_equal(kept_flows["neither"], w) for w in kept_flows.values()),
)
course.claim(
    "Noise makes the error of the true flow larger for all 15 pairs, light for some.",
    larger["noise"] == 15 and 0 < larger["light"] < 15,
)
course.claim(
    "Some vectors end outside crop 2, and all are marked as known.",
    np.any(outside) and all(changed[i][3].all() for i in range(15)),
)

# %% [markdown]
# ## The same sample each time
#
# A fault is hard to find if yesterday's batch cannot be made again. And processes that load in parallel can inherit one state of NumPy's generator: then all of them draw the same changes. So every sample has a random generator of its own, seeded by the set's seed, the epoch and the sample's index.

# %%
from torch.utils.data import DataLoader

changed.set_epoch(3)
one_by_one = [changed[i] for i in range(len(changed))]
backwards = range(len(changed))[::-1]
loader = DataLoader(changed, batch_size=4, num_workers=2, sampler=backwards)
in_batches = [sample for batch in loader for sample in zip(*batch, strict=True)]
course.claim(
    "Two processes with batches of four, in reverse order, give the frames, flows and "
    "masks of one process, bit by bit.",
    all(
        torch.equal(a, b)
        for i, sample in zip(backwards, in_batches, strict=True)
        for a, b in zip(one_by_one[i], sample, strict=True)
    ),
)
changed.set_epoch(4)
course.claim(
    "In another epoch all 15 pairs look different.",
    not any(torch.equal(changed[i][0], one_by_one[i][0]) for i in range(len(changed))),
)

# %% [markdown]
# ## Recap
#
# - A data set is pairs, a mask of what is known, and a split. Name the split with every number.
# - Flow vectors turn, flip and grow with the frames. Light does not change them.
# - One rule holds for all views, $\mathbf{w}' = T_2^{-1}(T_1\mathbf{x} + \mathbf{w}(T_1\mathbf{x})) - \mathbf{x}$.
# - A large photometric error speaks against a flow, if light and noise are the same and frame 2 shows the pixel. A small one proves little in flat regions and along edges. A motion known by a formula tests every pixel.
# - Crops that have to fit are enlarged more than the ranges of the draws suggest.
# - A sample depends on its index, the epoch and the seed, and not on processes, batches or their order.

# %% [markdown]
# ## Quiz

# %%
course.quiz("06")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 6.3: find the bug
#
# The lines below should turn a flow field with its frames, but their result is wrong. Write `turn_flow` so that it is right. In the corners that no pixel reaches, repeat the border as here (a loader would mark them unknown). `matrix` goes forward, from the old picture to the new one.
#
# ```python
# def turn_carelessly(flow, degrees):
#     H, W = flow.shape[:2]
#     matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
#     return cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
# ```

# %% tags=["exercise-6.3"]
def turn_flow(flow, degrees):
    """The flow (H, W, 2) after both frames turned counter-clockwise by degrees."""
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    return ...


# %%
course.check("6.3", turn_flow)

# %% [markdown]
# ### Exercise 6.4: test an augmentation
#
# `transform` takes the four tensors of a pair and returns four; `FlyingChairs(root, split, transform)` applies it to each pair. Load the pairs of `split` without and with it. Return by how many grey levels each pair's mean photometric error grows, an array (n,). You may call `photometric_error`.
#
# One of the checker's pairs is flat. A flip that leaves $u$ as it was does not change its error: there the test cannot find the fault. Nor does a smaller error prove a better flow: half the light makes it smaller.

# %% tags=["exercise-6.4"]
def grown(root, split, transform):
    """By how many grey levels transform raises each pair's mean photometric error."""
    return ...


# %%
course.check("6.4", grown)

# %% [markdown]
# ### Open task: a pair that does not move
#
# No checker here: this one is for a conversation. Solve 6.2 first. Take a pair in which nothing moves: `pair.img1` twice, and `still_flow = np.zeros_like(pair.flow)`. View frame 2 through `T2 = T1 @ view_matrix(crop, crop, translation=(5, 0))`, then with `degrees=4` instead, then with `zoom=(1.1, 1.1)`. Write down first how the flow looks in the middle and in the corners. Then run `between_views(still_flow, T1, T2, *crop)`, cut the crops with `cv2.warpAffine` as above, and print the mean photometric error. Last, make crop 2 a tenth brighter. What does the error say?

# %% [markdown]
# ## Terms
#
# - *overfit* (过拟合): to learn the training pairs by heart.
# - *validation set* (验证集): pairs that are never trained on.
# - *split* (数据集划分): which pairs are for training and which for validation.
# - *data leakage* (数据泄漏): validation pairs share something with training pairs that new data would not share.
# - *batch* (批次): the pairs of one step of the training.
# - *epoch* (训练轮次): one pass through all the training data.
# - *augmentation* (数据增强): changing training pairs at random.
# - *spatial augmentation* (空间增强): flips, turns, zooms and crops, which change the flow.
# - *photometric augmentation* (光度增强): changes of light and noise, which leave the flow.
# - *relative transform* (相对变换): what frame 2 alone gets in addition.
# - *equivariance* (等变性): if the input is turned, the result turns with it.
# - *invariance* (不变性): if the input is changed, the result stays the same.
# - *homogeneous coordinates* (齐次坐标): a point (x, y) written as (x, y, 1), so that one matrix can also shift it.
# - *affine* (仿射变换): keeping straight lines straight and parallel ones parallel; six numbers.
# - *rejection sampling* (拒绝采样): drawing again until a draw meets a condition.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 4.3, *Data Augmentation*, for the ranges that `PAPER` holds; note which changes both frames share.
# - [Rotation augmentation seems incorrect](https://github.com/ClementPinard/FlowNetPytorch/issues/97), a user's report, 2021. A turn of frame 2 was computed where a pixel starts, and not where it lands. See how one pixel shows the fault. In [an earlier report](https://github.com/ClementPinard/FlowNetPytorch/issues/9), of 2017, two transforms turn the vectors in opposite directions.
# - [Models Matter, So Does Training: An Empirical Study of CNNs for Optical Flow Estimation](https://arxiv.org/abs/1809.05571), Sun and others, 2018. Look at how much of a network's score is its training, data and augmentation included.

# %%
course.end()
