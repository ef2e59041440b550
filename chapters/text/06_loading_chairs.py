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
# 3. Test an augmentation, your own or another one, by what it must leave true.
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
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch06 import figures, widgets

course.begin("06")

# %% [markdown]
# ## A folder of pairs
#
# Chapter 05 made pairs; now a network has to load them. The generator writes the layout of the original Flying Chairs, three files a pair, so a loader that reads ours reads theirs, too.

# %%
from flowlab.chairs import write_dataset

root = Path(tempfile.mkdtemp()) / "FlyingChairs"
write_dataset(root, count=16, seed=2, size=(144, 192), progress=False)
names = sorted(path.name for path in (root / "data").iterdir())
print(len(names), "files:", ", ".join(names[:3]), "and so on;")
print("beside them", *(path.name for path in root.glob("*.txt")))

# %%
data = flowlab.datasets.FlyingChairs(root, split="train")
img1, img2, flow, valid = data[0]
for name, part in (("img1", img1), ("img2", img2), ("flow", flow), ("valid", valid)):
    print(f"{name:6}{tuple(part.shape)}  {part.dtype}")

# %%
on_disk, _ = flowlab.read_flow(root / "data" / f"{data.pairs[0].name}_flow.flo")
course.claim(
    "The loader returns the numbers that are in the file, unchanged.",
    np.array_equal(flow.permute(1, 2, 0).numpy(), on_disk),
)

# %% [markdown]
# Frames are RGB from 0 to 1, channels first, as PyTorch expects them; the flow is in pixels, $u$ to the right and $v$ down. The mask `valid` says where the flow is known. Here that is everywhere; in a KITTI pair, measured with a laser, it is at a part of the pixels. The loss leaves out the rest.
#
# Sintel, KITTI, Middlebury, FlyingThings3D and a folder of your own load in the same way. Put them into `data/`, or say with the variable `FLOWLAB_DATA` where they are.
#
# ## Which pairs are for checking?
#
# A network that has learned its pairs by heart is worth nothing, and only pairs that it has not seen will show it. So some are put aside. The file beside the data says which, a digit for each pair: 1 is for training, 2 for validation.

# %%
val = flowlab.datasets.FlyingChairs(root, split="val")
split_file = root / "FlyingChairs_train_val.txt"
marks = split_file.read_text()
print("the file says", *marks.split())
print(len(data), "pairs to train on,", len(val), "to check with:", end=" ")
print(*(pair.name for pair in val.pairs))
both = {pair.name for pair in data.pairs} & {pair.name for pair in val.pairs}
course.claim(
    "No pair is in both, and together they are all 16.",
    not both and len(data) + len(val) == 16,
)

# %% [markdown]
# And without that file? You might expect a default. For the real set there is none, for a reason that the loader will tell you.

# %%
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
# Twenty thousand pairs are downloaded, unpacked and copied. If one file ends early, the training stops in the middle of the night. So check the files first:

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
# With that many looks a network of 38 million parameters can learn each pair by heart. The remedy is cheap: never show a pair twice in the same form. Turn it, zoom it, crop it elsewhere, change the light. This is *augmentation*, and for flow it has a trap. A guess:

# %%
guess = course.predict_first(
    "flip",
    "You flip both frames left and right, and the flow field with them. "
    "A thing moved by (5, 2). Which vector is right after the flip?",
    options=["(5, 2)", "(-5, 2)", "(5, -2)", "(-5, -2)"],
)

# %% [markdown]
# How can you find out without a picture in your head? By the test of chapter 02. Fetch frame 2 along the flow: where both frames show the scene, the result must equal frame 1. Call the difference the *misfit*, in grey levels of 255. It needs no true flow, and so it can judge any augmentation that leaves the light alone.

# %%
def misfit(img1, img2, flow):
    """Median difference of frame 1 and frame 2 fetched along the flow, grey levels."""
    fetched = flowlab.warp(img2.astype(float), flow)
    difference = np.abs(fetched - img1).mean(axis=-1)
    return np.median(difference[flowlab.inside(flow)])


pair = flowlab.datasets.samples.moving_photograph(
    "chelsea", degrees=3, translation=(7, 4), size=(140, 200)
)
flipped1, flipped2, field = (
    part[:, ::-1].copy() for part in (pair.img1, pair.img2, pair.flow)
)
misfits = {}
for signs in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
    misfits[signs] = misfit(flipped1, flipped2, field * np.float32(signs))

# %%
course.answer(
    guess,
    "(-5, 2)",
    "Motion to the right becomes motion to the left; up and down stay as they were.",
)

# %%
for (a, b), value in misfits.items():
    print(f"u times {a:+d}, v times {b:+d}: misfit {value:.1f} grey levels")
course.claim(
    "With u reversed the misfit is less than a tenth of any other's.",
    10 * misfits[-1, 1] < min(misfits[1, 1], misfits[1, -1], misfits[-1, -1]),
)

# %% [markdown]
# A flow field is not a picture. Its numbers are directions *in* the picture, and when the picture turns, they turn too. Zoom by 2, and motions double. Crop frame 2 elsewhere, and everything seems to move the other way.

# %% [markdown]
# ### Exercise 6.1: turn and zoom a vector
#
# Both frames turn clockwise by `degrees` and grow by `zoom`. Return what the `vectors`, an array (..., 2), become.

# %% tags=["exercise-6.1"]
def turned(vectors, degrees, zoom):
    """Vectors (..., 2) after both frames turned clockwise and grew by zoom."""
    return ...


# %%
course.check("6.1", turned)

# %% [markdown]
# ## One rule for everything
#
# Rules for flips, zooms, turns and crops, one after the other, are many places for a wrong sign, and each step blurs a little. So do all of it at once. A crop is a *view*: its pixel $\mathbf{x}$ looks at the place $T_1 \mathbf{x}$ of frame 1. What stands there moves to $T_1 \mathbf{x} + \mathbf{w}(T_1 \mathbf{x})$ in frame 2. Which pixel of the second crop looks there? The one that $T_2$ takes to it. Hence
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
    nearest = np.rint(looks_at[..., :2]).astype(int)
    column, row = nearest[..., 0], nearest[..., 1]
    lands_at = looks_at.copy()
    lands_at[..., :2] += w[row, column]
    return (lands_at @ np.linalg.inv(T2).T - points)[..., :2]

# %% [markdown]
# flowlab's `view_flow` does this for batches, on a CPU or a GPU, interpolates the flow where it is smooth, and keeps the mask of what is known. Do both agree? Let us turn, zoom and flip the crop of frame 1, and turn that of frame 2 by 4 degrees more.

# %%
from flowlab.datasets.augment import view_flow, view_matrix

crop, frame = (70, 100), (140, 200)
T1 = view_matrix(crop, frame, degrees=20, zoom=(-1.3, 1.3), translation=(10, -5))
T2 = T1 @ view_matrix(crop, crop, degrees=4)  # a view of a view
flows = torch.from_numpy(pair.flow).permute(2, 0, 1)[None]
valid = torch.from_numpy(pair.valid)[None]
ours, known = view_flow(flows, valid, T1[None], T2[None], crop)
ours = ours[0].permute(1, 2, 0).numpy()
gap = np.abs(ours - new_flow(pair.flow, T1, T2, *crop)).max()
print(f"largest difference {gap:.3f} px")
course.claim("new_flow and the library agree to within 0.05 px.", gap < 0.05)

# %%
look = {"dsize": crop[::-1], "flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP}
new1 = cv2.warpAffine(pair.img1, T1[:2], **look)
new2 = cv2.warpAffine(pair.img2, T2[:2], **look)
careless = cv2.warpAffine(pair.flow, T1[:2], **look)  # as if it were a picture
crops = {"frame 1": pair.img1, "crop 1": new1, "crop 2": new2}
found = {"flow, recomputed": ours, "flow, as a picture": careless}
course.figure("flow or picture", crops | found, arrows=found, limit=30)

# %%
before = misfit(pair.img1, pair.img2, pair.flow)
after, wrong = misfit(new1, new2, ours), misfit(new1, new2, careless)
print(f"misfit of the frames {before:.1f} grey levels; of the crops:", end=" ")
print(f"recomputed {after:.1f}, as a picture {wrong:.1f}")
course.claim(
    "Recomputed, the flow's misfit grows by less than 1.5 grey levels.",
    after < before + 1.5,
)
course.claim(
    "Treated as a picture, its misfit is at least five times as large.",
    wrong >= 5 * after,
)

# %% [markdown]
# ### Exercise 6.3: two crops
#
# Frame 1 is cropped at `corner1`, frame 2 at `corner2`, both (x, y) of the upper left pixel. Return the flow between the crops, `height` by `width`.

# %% tags=["exercise-6.3"]
def crop_apart(flow, corner1, corner2, height, width):
    """The flow from a crop of frame 1 at corner1 to one of frame 2; corners (x, y)."""
    (x1, y1), (x2, y2) = corner1, corner2
    return ...


# %%
course.check("6.3", crop_apart)

# %% [markdown]
# ## Try to break it
#
# A pair of chairs, a crop on each frame; the thick edge with the ring is the crop's upper edge. Below, the flow and its misfit. Switch to the flow that is looked up like a picture, then turn, zoom and flip.

# %%
widgets.augmentation_explorer()

# %% [markdown]
# What you should see: recomputed, the misfit stays dark but for thin lines along edges. Looked up, it is dark only when nothing is turned, zoomed or flipped. Turning frame 2 a little more adds a motion that the pair did not have, and the recomputed flow contains it.
#
# ## Crops that stay inside
#
# Turn a crop too far and its corners leave the frame, where nothing is known. FlowNet's authors draw a view, look whether it fits, and otherwise draw again, up to fifty times. These are forty draws with the paper's numbers: turned by up to 17 degrees, zoomed by 0.9 to 2, moved by up to a fifth of the width.

# %%
from flowlab.datasets.augment import PAPER
from flowlab.datasets.augment.spatial import draw_views

small, frame = (120, 168), (144, 192)
corners = np.array([[0, 167, 167, 0, 0], [0, 0, 119, 119, 0], [1, 1, 1, 1, 1]])
drawn = [draw_views(PAPER, np.random.default_rng(i), small, frame) for i in range(40)]
outlines = [(T @ corners)[:2] for T, _ in drawn]
armchair = data[6][0].permute(1, 2, 0).numpy()
course.figure("forty crops", figures.crops_on(armchair, outlines))

# %% jupyter={"source_hidden": true}
# Claim: no outline crosses the border, on either frame.
x, y = np.concatenate([(T @ corners)[:2] for both in drawn for T in both], axis=1)
course.claim(
    "All corners of all crops, on both frames, lie inside.",
    min(x.min(), y.min()) >= -1e-6 and x.max() <= 191 + 1e-6 and y.max() <= 143 + 1e-6,
)

# %% [markdown]
# ## Light, and noise
#
# Light does not change the flow, so it should not change the network's answer. Colour, gamma, brightness and contrast change alike for both frames, and a little more for the second: then brightness constancy, the assumption of chapters 03 and 04, is slightly wrong, on purpose. Noise comes last. One object does all of this:

# %%
from flowlab.datasets import Augmentation

augmentation = Augmentation(replace(PAPER, size=small))
disguised = flowlab.datasets.FlyingChairs(root, "train", augmentation, seed=7)
looks, flows = {}, {}
for epoch in range(4):
    disguised.set_epoch(epoch)
    new1, _, w, _ = disguised[6]
    looks[f"epoch {epoch}"] = new1.permute(1, 2, 0).numpy()
    flows[f"flow {epoch}"] = w.permute(1, 2, 0).numpy()
course.figure("four epochs", looks)
course.figure("four flows", flows, arrows=flows, limit=40)

# %% [markdown]
# ## The same sample each time
#
# Chance makes debugging hard: yesterday's bad batch does not come back. So every sample has a random generator of its own, seeded by three numbers: the seed, the epoch, and the sample's index in the set. The number of processes, their order and the size of the batches change nothing.

# %%
from torch.utils.data import DataLoader

disguised.set_epoch(3)
one_by_one = torch.stack([disguised[i][0] for i in range(len(disguised))])
loader = DataLoader(disguised, batch_size=4, num_workers=2)
in_batches = torch.cat([batch[0] for batch in loader])
course.claim(
    "Two processes with batches of four give what one process gives, bit by bit.",
    torch.equal(one_by_one, in_batches),
)
disguised.set_epoch(4)
course.claim(
    "In another epoch the same pair looks different.",
    not torch.equal(disguised[0][0], one_by_one[0]),
)

# %% [markdown]
# ## Recap
#
# - A data set is pairs, a mask of what is known, and a list that says which pairs are for checking.
# - Flow is directions in a picture: when the picture turns, zooms or flips, the vectors do too.
# - A view for each frame does all of it at once, $\mathbf{w}' = T_2^{-1}(T_1\mathbf{x} + \mathbf{w}(T_1\mathbf{x})) - \mathbf{x}$, and each frame is sampled once.
# - The misfit tells a true flow from a false one, for any augmentation that leaves the light alone.
# - A sample depends on seed, epoch and index alone.

# %% [markdown]
# ## Quiz

# %%
course.quiz("06")

# %% [markdown]
# ## Exercises

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
    """The flow (H, W, 2) after both frames turned, as OpenCV counts: to the left."""
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    return ...


# %%
course.check("6.2", turn_flow)

# %% [markdown]
# ### Open task: a pair that stands still
#
# No checker here: this one is for a conversation. Take a pair in which nothing moves: `pair.img1` twice, and `still = np.zeros_like(pair.flow)`. Look at the second frame through `T2 = T1 @ view_matrix(crop, crop, translation=(5, 0))`, then with `degrees=4` in place of the translation, then with `zoom=(1.1, 1.1)`. For each, write down first how the flow between the crops looks in the middle and in the corners. Then run `new_flow(still, T1, T2, *crop)`, cut the crops with `cv2.warpAffine` as above, and print the misfit. At last make the second crop a tenth brighter: the flow is as true as before. What does the misfit say, and how would you test an augmentation of light?

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 5.2 for the ranges that `PAPER` holds; note which of them are the same for both frames.
# - [Rotation augmentation seems incorrect](https://github.com/ClementPinard/FlowNetPytorch/issues/97), a user's report, 2021. See how a turn that is computed where a pixel starts, and not where it lands, is found by thinking about one pixel.
# - [Models Matter, So Does Training: An Empirical Study of CNNs for Optical Flow Estimation](https://arxiv.org/abs/1809.05571), Sun and others, 2018. Look at how much of a network's score is its training, data and augmentation included.

# %%
course.end()
