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
# > At the end of this chapter your pairs reach a network in as many disguises as you like, and their flow is as true as before.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Load a data set, and know which of its pairs are for training and which are for checking.
# 2. Turn, zoom and crop a pair, and compute what its flow becomes.
# 3. Test an augmentation, your own or anybody's, by what it must leave true.
#
# **Time**: about 55 minutes to read and do; a laptop runs all cells in 15 seconds.
#
# **Needs**: chapters 02 and 05; matrices that turn and shift.
#
# **Symbols**: $\mathbf{w}$ the flow of a pair; $T_1, T_2$ the views: 3 × 3 matrices that take a pixel of a crop to the place in frame 1 or 2 where it looks; $\mathbf{w}'$ the flow between the crops.

# %%
# %matplotlib inline
import tempfile
from dataclasses import replace
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch06 import widgets

course.begin("06")

# %% [markdown]
# ## A folder of pairs
#
# Chapter 05 made pairs; now they go where a network can get at them. The generator writes the layout of the original Flying Chairs, three files a pair, so whatever reads ours reads theirs.

# %%
from flowlab.chairs import write_dataset

root = write_dataset(Path(tempfile.mkdtemp()) / "FlyingChairs", count=16, seed=2, size=(144, 192), progress=False)
names = sorted(path.name for path in (root / "data").iterdir())
print(len(names), "files:", ", ".join(names[:3]), "and so on; beside them", (root / "FlyingChairs_train_val.txt").name)

# %%
data = flowlab.datasets.FlyingChairs(root, split="train")
img1, img2, flow, valid = data[0]
for name, part in (("img1", img1), ("img2", img2), ("flow", flow), ("valid", valid)):
    print(f"{name:6}{tuple(part.shape)}  {part.dtype}")

# %%
on_disk, _ = flowlab.read_flow(root / "data" / f"{data.pairs[0].name}_flow.flo")
course.claim("The loader hands on what is in the file: pixels, u to the right, v down.",
             bool((flow.permute(1, 2, 0).numpy() == on_disk).all()))

# %% [markdown]
# Frames are RGB from 0 to 1, channels first, as PyTorch likes them. The mask `valid` says where the flow is known. Here that is everywhere; in a KITTI pair, measured with a laser, it is at a part of the pixels. A network must learn nothing from the rest.
#
# Sintel, KITTI, Middlebury, FlyingThings3D and a folder of your own load in the same way. Put them into `data/`, or say with the variable `FLOWLAB_DATA` where they are.
#
# ## Which pairs are for checking?
#
# A network that has learned its pairs by heart is worth nothing, and you notice only on pairs that it has not seen. So some are put aside. The file beside the data says which, a digit for each pair: 1 is for training, 2 for validation.

# %%
val = flowlab.datasets.FlyingChairs(root, split="val")
print("the file says", " ".join((root / "FlyingChairs_train_val.txt").read_text().split()))
print(len(data), "pairs to train on,", len(val), "to check with:", [pair.name for pair in val.pairs])
course.claim("No pair is in both.", not {pair.name for pair in data.pairs} & {pair.name for pair in val.pairs})

# %% [markdown]
# And without that file? You might expect a default. For the real set there is none, for a reason that the loader will tell you.

# %%
split_file = root / "FlyingChairs_train_val.txt"
marks = split_file.read_text()
split_file.unlink()
try:
    flowlab.datasets.FlyingChairs(root, split="val")
except FileNotFoundError as error:
    print(str(error).replace(str(root), "FlyingChairs"))
_ = split_file.write_text(marks)

# %% [markdown]
# Two papers that report "validation error on Chairs" may have measured different pairs. When you report a number, name the list.
#
# ## A broken file
#
# Twenty thousand pairs come over a network, get unpacked, copied and copied again. One file ends early, and training stops at night. Ask first:

# %%
victim = root / "data" / "00005_flow.flo"
whole = victim.read_bytes()
victim.write_bytes(whole[:5000])
for line in data.check(progress=False):
    print(line.replace(str(root), "FlyingChairs"))
victim.write_bytes(whole)
course.claim("Whole again, nothing is wrong with it.", data.check(progress=False) == [])

# %% [markdown]
# ## How often can you look at one pair?
#
# FlowNet was trained on batches of eight, for 600,000 steps, with some twenty thousand pairs.

# %%
looks = 600_000 * 8 / 22_232
print(f"each pair is seen {looks:.0f} times")

# %% [markdown]
# After that many looks a network of 38 million numbers knows each pair by heart. The cure is cheap: show it never twice the same. Turn the pair, zoom it, crop it elsewhere, change the light. This is *augmentation*, and for flow it has a trap. A guess:

# %%
guess = course.predict_first(
    "flip",
    "You flip both frames left and right, and the flow field with them. A thing moved by (5, 2). Which vector is right after the flip?",
    options=["(5, 2)", "(-5, 2)", "(5, -2)", "(-5, -2)"],
)

# %% [markdown]
# How would you know, without thinking? By the test of chapter 02. Fetch frame 2 along the flow: where both frames see the scene, frame 1 must come out. Call what remains the *misfit*, in grey levels of 255. It needs no truth, and so it can judge any augmentation.

# %%
def misfit(img1, img2, flow):
    """Median difference of frame 1 and frame 2 fetched along the flow, where it lands inside; grey levels."""
    fetched = flowlab.warp(img2.astype(float), flow)
    return np.median(np.abs(fetched - img1).mean(-1)[flowlab.inside(flow)])


pair = flowlab.datasets.samples.moving_photograph("chelsea", degrees=3, translation=(7, 4), size=(140, 200))
mirrored = [part[:, ::-1].copy() for part in (pair.img1, pair.img2, pair.flow)]
for signs in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
    print(f"u times {signs[0]:+d}, v times {signs[1]:+d}: misfit {misfit(*mirrored[:2], mirrored[2] * np.float32(signs)):.1f}")

# %%
right = misfit(*mirrored[:2], mirrored[2] * np.float32((-1, 1)))
left_alone = misfit(*mirrored)
course.answer(guess, "(-5, 2)", "What went right goes left now; up and down are as they were.")
course.claim("With u reversed the misfit is a tenth of what it is when vectors are left alone.", 10 * right < left_alone)

# %% [markdown]
# A flow field is not a picture. Its numbers are directions *in* the picture, and when the picture turns, they turn too. Zoom by 2, and motions double. Crop frame 2 elsewhere, and everything seems to move the other way.
#
# ## One rule for everything
#
# Rules for flips, zooms, turns and crops, one after the other, are many places for a sign to go wrong, and each step blurs a little. So do all of it at once. A crop is a *view*: its pixel $\mathbf{x}$ looks at the place $T_1 \mathbf{x}$ of frame 1. What stands there moves to $T_1 \mathbf{x} + \mathbf{w}(T_1 \mathbf{x})$ in frame 2. Which pixel of the second crop looks there? The one that $T_2$ takes to it. Hence
#
# $$\mathbf{w}'(\mathbf{x}) = T_2^{-1}\bigl(T_1 \mathbf{x} + \mathbf{w}(T_1 \mathbf{x})\bigr) - \mathbf{x}$$
#
# It holds for any two views.

# %% jupyter={"source_hidden": true}
# Draw both views and the way of one pixel.
from flowlab_course.chapters.ch06 import diagrams

course.figure("two views", diagrams.views())

# %% [markdown]
# In code, with the nearest pixel's vector for $\mathbf{w}$:

# %%
def new_flow(w, T1, T2, h, w_):
    """The flow between two views, (h, w_, 2)."""
    y, x = np.mgrid[:h, :w_]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    looks_at = points @ T1.T
    column, row = np.rint(looks_at[..., 0]).astype(int), np.rint(looks_at[..., 1]).astype(int)
    lands_at = looks_at.copy()
    lands_at[..., :2] += w[row, column]
    return (lands_at @ np.linalg.inv(T2).T - points)[..., :2]

# %% [markdown]
# flowlab's `view_flow` does this for batches, on a CPU or a GPU, between pixels where the flow is smooth, and keeps the mask of what is known. Are they the same? Let us turn, zoom and flip the crop of frame 1, and turn that of frame 2 by 4 degrees more.

# %%
from flowlab.datasets.augment import view_flow, view_matrix

crop, frame = (70, 100), (140, 200)
T1 = view_matrix(crop, frame, degrees=20, zoom=(-1.3, 1.3), translation=(10, -5))
T2 = T1 @ view_matrix(crop, crop, degrees=4)  # a view of a view
ours, known = view_flow(torch.from_numpy(pair.flow).permute(2, 0, 1)[None], torch.from_numpy(pair.valid)[None], T1[None], T2[None], crop)
ours = ours[0].permute(1, 2, 0).numpy()
gap = np.abs(ours - new_flow(pair.flow, T1, T2, *crop)).max()
print(f"largest difference {gap:.3f} px")
course.claim("The loop-free ten lines and the library agree to a twentieth of a pixel.", gap < 0.05)

# %%
look = {"dsize": crop[::-1], "flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP}
new1, new2 = cv2.warpAffine(pair.img1, T1[:2], **look), cv2.warpAffine(pair.img2, T2[:2], **look)
careless = cv2.warpAffine(pair.flow, T1[:2], **look)  # the field as if it were a picture
course.pictures(
    {"frame 1": pair.img1, "crop of frame 1": new1, "crop of frame 2": new2, "flow, recomputed": flowlab.flow_to_image(ours, max_flow=30), "flow, as a picture": flowlab.flow_to_image(careless, max_flow=30)},
    arrows={"flow, recomputed": ours, "flow, as a picture": careless},
    alt="A cat; two crops of it, turned and flipped; the recomputed flow, which goes down and left, and the flow warped like a picture, which goes right.",
    see="the two flows differ in colour and in the arrows' direction. The crops are turned and mirrored; only the first flow knows.",
)

# %%
before, after, wrong = misfit(pair.img1, pair.img2, pair.flow), misfit(new1, new2, ours), misfit(new1, new2, careless)
print(f"misfit before {before:.1f}, recomputed {after:.1f}, as a picture {wrong:.1f} grey levels")
course.claim("Recomputed, the flow explains the crops about as well as it explained the frames.", after < before + 1.5)
course.claim("Treated as a picture it does not: its misfit is at least five times as large.", wrong > 5 * after)

# %% [markdown]
# ## Try to break it
#
# A pair of chairs, a crop on each frame; the thick edge with the ring is the crop's upper edge. Below, the flow and its misfit. Switch to the flow that is merely looked up, then turn, zoom and flip.

# %%
widgets.augmentation_explorer()

# %% [markdown]
# What you should see: recomputed, the misfit stays dark but for thin lines along edges. Looked up, it is dark only when nothing is turned, zoomed or flipped. Turning frame 2 a little more makes a motion that the pair never had, and the flow knows it.
#
# ## Crops that stay inside
#
# Turn a crop too far and its corners hang out of the frame, where nothing is known. FlowNet's authors draw a view, look whether it fits, and draw again, fifty times if need be. These are forty draws with the paper's numbers: turned by up to 17 degrees, zoomed by 0.9 to 2, moved by up to a fifth of the width.

# %%
from flowlab.datasets.augment import PAPER
from flowlab.datasets.augment.spatial import draw_views

small, corners = (120, 168), np.array([[0, 167, 167, 0, 0], [0, 0, 119, 119, 0], [1, 1, 1, 1, 1]])
drawn = [draw_views(PAPER, np.random.default_rng(i), small, (144, 192)) for i in range(40)]
fig, ax = plt.subplots(figsize=(5.2, 3.9))
ax.imshow(data[6][0].permute(1, 2, 0), alpha=0.6)
for first, _ in drawn:
    ax.plot(*(first @ corners)[:2], lw=0.8, color="black")
ax.set(title="forty crops on one frame", xticks=[], yticks=[])
course.show(fig, alt="A red armchair, and on it forty outlines of crops, tilted and of many sizes, all within the frame.",
            see="tilted and straight, small where the zoom is large; none crosses the border.")

# %%
seen = np.concatenate([(T @ corners)[:2] for both in drawn for T in both], axis=1)
course.claim("All corners of all crops, on both frames, lie inside.",
             bool((seen >= -1e-6).all() and seen[0].max() <= 191 + 1e-6 and seen[1].max() <= 143 + 1e-6))

# %% [markdown]
# ## Light, and noise
#
# The flow does not mind light, and the network should not, either. Colour, gamma, brightness and contrast change alike for both frames, and a little more for the second: then brightness constancy, on which chapters 03 and 04 stood, is a little wrong on purpose. Noise comes last. The whole of it is one object:

# %%
from flowlab.datasets import Augmentation

augmentation = Augmentation(replace(PAPER, size=small))
disguised = flowlab.datasets.FlyingChairs(root, "train", augmentation, seed=7)
looks, arrows = {}, {}
for epoch in range(4):
    disguised.set_epoch(epoch)
    new1, _, w, _ = disguised[6]
    arrows[f"flow {epoch}"] = w.permute(1, 2, 0).numpy()
    looks |= {f"epoch {epoch}": new1.permute(1, 2, 0).numpy(), f"flow {epoch}": flowlab.flow_to_image(arrows[f"flow {epoch}"], max_flow=40)}
for row in (list(looks)[:4], list(looks)[4:]):
    course.pictures(
        {name: looks[name] for name in row},
        arrows={name: arrows[name] for name in row if name in arrows},
        alt="A red armchair before a carpet in two disguises, with other crops, colours and light, and the flow of each.",
        see="one pair, and each time another crop, tilt, size and light; the flow's edges follow the things.",
    )

# %% [markdown]
# ## The same sample, whoever asks
#
# Chance makes debugging hard: yesterday's bad batch does not come back. So every sample draws from a source of its own, seeded by three numbers: the seed, the epoch, and its place in the set. How many processes load, in what order, in batches of what size, changes nothing.

# %%
from torch.utils.data import DataLoader

disguised.set_epoch(3)
one_by_one = torch.stack([disguised[i][0] for i in range(len(disguised))])
in_batches = torch.cat([batch[0] for batch in DataLoader(disguised, batch_size=4, num_workers=2)])
course.claim("Two processes with batches of four give what one gives, bit by bit.", torch.equal(one_by_one, in_batches))
disguised.set_epoch(4)
course.claim("In another epoch the same pair looks different.", not torch.equal(disguised[0][0], one_by_one[0]))

# %% [markdown]
# ## Recap
#
# - A data set is pairs, a mask of what is known, and a list that says which pairs are for checking.
# - Flow is directions in a picture: when the picture turns, zooms or flips, the vectors do too.
# - Views do it at once, $\mathbf{w}' = T_2^{-1}(T_1\mathbf{x} + \mathbf{w}(T_1\mathbf{x})) - \mathbf{x}$, and each frame is sampled once.
# - The misfit tells a true flow from a false one, whoever wrote the augmentation.
# - A sample depends on seed, epoch and index alone.

# %% [markdown]
# ## Quiz

# %%
course.quiz("06")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 6.1: turn and zoom a vector
#
# Both frames turn clockwise by `degrees` and grow by `zoom`. Return what the `vectors`, an array (..., 2), become.

# %% tags=["exercise-6.1"]
def turned(vectors, degrees, zoom):
    """What vectors (..., 2) become when both frames turn clockwise by degrees and grow by zoom."""
    return ...


# %%
course.check("6.1", turned)

# %% [markdown]
# ### Exercise 6.2: find the bug
#
# The lines below turn a flow field with its frames. In one form or another they stand in many repositories: users of a well-known one asked in 2017 why two of its transforms turned the vectors in opposite directions. Here they do not turn at all. Write `turn_flow` so that the flow is true.
#
# ```python
# def turn_carelessly(flow, degrees):
#     H, W = flow.shape[:2]
#     matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
#     return cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
# ```

# %% tags=["exercise-6.2"]
def turn_flow(flow, degrees):
    """The flow (H, W, 2) after both frames were turned by degrees, as OpenCV counts: counter-clockwise."""
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    return ...


# %%
course.check("6.2", turn_flow)

# %% [markdown]
# ### Exercise 6.3: two crops
#
# Frame 1 is cropped at `corner1`, frame 2 at `corner2`, both (x, y) of the upper left pixel. Return the flow between the crops, `height` by `width`.

# %% tags=["exercise-6.3"]
def crop_apart(flow, corner1, corner2, height, width):
    """The flow between a crop of frame 1 at corner1 and one of frame 2 at corner2, corners (x, y)."""
    (x1, y1), (x2, y2) = corner1, corner2
    return ...


# %%
course.check("6.3", crop_apart)

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 5.2 for the ranges that `PAPER` holds; note which of them are the same for both frames.
# - [Rotation augmentation seems incorrect](https://github.com/ClementPinard/FlowNetPytorch/issues/97), a user's report, 2021. See how a turn that is computed where a pixel starts, and not where it lands, is found by thinking about one pixel.
# - [Models Matter, So Does Training: An Empirical Study of CNNs for Optical Flow Estimation](https://arxiv.org/abs/1809.05571), Sun and others, 2018. Look at how much of a network's score is its training, data and augmentation included.

# %%
course.end()
