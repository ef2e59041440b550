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
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 15 seconds.
#
# **Needs**: chapters 02 and 05; matrices that turn and shift.
#
# **Symbols**: $\mathbf{w}$ the flow of a pair; $T_1, T_2$ the views: 3 × 3 matrices, from a pixel of a crop to the point of frame 1 or 2 that it shows; $\mathbf{w}'$ the flow between the crops; $M$ the matrix of a known motion.

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
# Chapter 05 made pairs. Now a network has to load them. The generator writes the layout of the original Flying Chairs, three files a pair, so one loader reads both.

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
files = [root / "data" / f"{pair.name}_flow.flo" for pair in data.pairs]
course.claim(
    "For each pair the loader returns the flow that is in its file, unchanged.",
    all(
        np.array_equal(data[i][2].permute(1, 2, 0), flowlab.read_flow(file)[0])
        for i, file in enumerate(files)
    ),
)

# %% [markdown]
# Frames are RGB from 0 to 1, with the channels first, as PyTorch expects. The flow is in pixels. The mask `valid` is True where the flow is known: everywhere in a generated pair, at a part of the pixels in KITTI, where a laser scanner measured it. The loss leaves out the other pixels.
#
# Sintel, KITTI, Middlebury, FlyingThings3D and a folder of your own load in the same way. Put them into `data/`, or set the variable `FLOWLAB_DATA` to their folder.
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

# %% [markdown]
# Without that file you might expect a default split. For the original set the loader has none, and says why:

# %%
split_file.unlink()
try:
    flowlab.datasets.FlyingChairs(root, split="val")
except FileNotFoundError as error:
    print(str(error).replace(str(root), "FlyingChairs"))
_ = split_file.write_text(marks)
uses = 22_872 / (964 * 4)  # pairs; photographs, each cut into four backgrounds
print(f"each background of the original is in {uses:.1f} pairs on average")

# %% [markdown]
# So two papers that report a validation error on Chairs may have measured it on different pairs. When you report a number, name the list.
#
# The last line shows a second trap. A random split by pair puts pairs with the same background on both sides. This is *data leakage* (Kaufman and others, 2012): the error then holds for known backgrounds, and not for new scenes.
#
# ## A broken file
#
# Twenty thousand pairs are downloaded, unpacked and copied. If one file is cut short, the training can stop in the middle of the night. So check the files first:

# %%
victim, other = (root / "data" / f"0000{n}_flow.flo" for n in (5, 6))
whole = victim.read_bytes()
victim.write_bytes(whole[:5000])
cut = data.check(progress=False)
print(cut[0].replace(str(root), "FlyingChairs"))
victim.write_bytes(other.read_bytes())
exchanged = data.check(progress=False)
victim.write_bytes(whole)
course.claim("The check finds the file that ends early.", victim.name in cut[0])
course.claim("It does not find a flow of another pair.", exchanged == [])

# %% [markdown]
# The check finds files that cannot be read. Wrong numbers in a readable file need another test, which follows below.
#
# ## How often is one pair seen?
#
# One step of the training is computed from a *batch* of pairs. One pass through all pairs is an *epoch*. FlowNet's released training files take 600,000 steps with batches of eight: each of the 22,232 training pairs is seen 216 times on average.
#
# A cheap remedy against overfitting is *augmentation*: never show a pair the same way twice. Turn it, zoom it, crop it elsewhere, change the light. Without it, the authors report, a network trained on Chairs has an error about 2 px larger on Sintel (in the section *Analysis* of the paper). For flow it has a trap. Guess first:

# %%
print(f"epochs of FlowNet's training: {600_000 * 8 / 22_232:.0f}")
guess = course.predict_first(
    "flip",
    "You flip both frames left and right, and the flow field with them. "
    "A thing moved by (5, 2). Which vector is right after the flip?",
    options=["(5, 2)", "(-5, 2)", "(5, -2)", "(-5, -2)"],
)

# %% [markdown]
# An experiment can tell. Take the photometric error of chapter 02: warp frame 2 along the flow, and compare the result with frame 1. It needs no true flow.

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
# A flow field is not a picture. Its numbers are directions *in* the picture: if the frames turn, they turn too, and if the frames are zoomed by 2, they double. This property is called *equivariance*. Move crop 2 alone by 5 px to the right, and $u$ becomes 5 px smaller.

# %% [markdown]
# ### Exercise 6.1: turn and zoom a vector
#
# Both frames turn clockwise by `degrees` and grow by `zoom`. Return the vectors after that, for `vectors` of shape (..., 2).

# %% tags=["exercise-6.1"]
def turned(vectors, degrees, zoom):
    """Vectors (..., 2) after both frames turned clockwise and grew by zoom."""
    return ...


# %%
course.check("6.1", turned)

# %% [markdown]
# ## What this test cannot find
#
# A large photometric error speaks against a flow. Does a small one speak for it? Let us make a true flow wrong, by the same 5 px in two squares.

# %%
motion = {"degrees": 3, "translation": (7, 4), "size": (140, 200)}
rocket = flowlab.datasets.samples.moving_photograph("rocket", **motion)
squares = {"sky": np.s_[60:100, 40:80], "rocket": np.s_[60:100, 80:120]}
spoiled = rocket.flow.copy()
for square in squares.values():
    spoiled[square] += np.float32((5, 0))
true, wrong = (
    photometric_error(rocket.img1, rocket.img2, w) for w in (rocket.flow, spoiled)
)
course.figure("two squares", figures.two_squares(rocket.img1, wrong, squares))
more = {name: np.nanmean((wrong - true)[square]) for name, square in squares.items()}
print(*(f"{name} square: {add:+.1f} levels" for name, add in more.items()), sep="\n")
for name, total in (("mean", np.nanmean), ("median", np.nanmedian)):
    print(f"{name} of the picture: {total(true):.2f}, then {total(wrong):.2f}")
course.claim(
    "The same wrong flow costs over ten times as much on the rocket as in the sky.",
    more["rocket"] > 10 * more["sky"] > 0,
)
course.claim(
    "The mean more than doubles, and the median rises by less than a tenth of a level.",
    np.nanmean(wrong) > 2 * np.nanmean(true)
    and np.nanmedian(wrong) < np.nanmedian(true) + 0.1,
)

# %% [markdown]
# In a flat region a wrong vector fetches nearly the right colour. And while fewer than half of the pixels are wrong, the median cannot exceed the errors of the right ones. So take the mean, and look at the map. A true flow has a large error, too, where frame 2 hides the pixel (chapter 02) or the light changes.
#
# A stricter test judges every pixel, on pairs whose motion you know by a formula. Both tests follow below.
#
# ## Try to break it
#
# Here is a pair of chairs, with a crop on each frame. Both crops begin in the middle, straight, at zoom 1. The thick edge is the crop's upper edge, and the ring its upper left corner. Beside the frames you see both crops, enlarged, and below them the flow between them and its photometric error (pixels that frame 2 hides are black). Turn, zoom and flip. Then do it again with the flow that is looked up like a picture.

# %%
widgets.augmentation_explorer()

# %% [markdown]
# What you should see: recomputed, the error map stays dark but for thin lines along edges. Looked up, it is bright after a flip, a turn of 20 degrees or a zoom of 1.5. *Turn frame 2 more* adds a motion that the pair did not have, and the recomputed flow contains it.
#
# ## One rule for everything
#
# Separate rules for flips, zooms, turns and crops offer many places for a wrong sign, and each interpolation blurs the frames a little. So do everything in one step. A crop is a *view* of a frame: its pixel $\mathbf{x}$ shows the point $T_1 \mathbf{x}$ of frame 1. Write pixels in *homogeneous coordinates*, $\mathbf{x} = (x, y, 1)$. Then one 3 × 3 matrix turns, zooms, flips and shifts them: an *affine* map.

# %% jupyter={"source_hidden": true}
# Draw both views and the way of one pixel.
from flowlab_course.chapters.ch06 import diagrams

course.figure("two views", diagrams.views())

# %% [markdown]
# Follow the arrows. Pixel $\mathbf{x}$ of crop 1 shows the point $T_1 \mathbf{x}$. In frame 2 this point lies at $T_1 \mathbf{x} + \mathbf{w}(T_1 \mathbf{x})$. The pixel of crop 2 that shows it is found with the inverse of $T_2$. Subtract $\mathbf{x}$, and you have the new flow:
#
# $$\mathbf{w}'(\mathbf{x}) = T_2^{-1}\bigl(T_1 \mathbf{x} + \mathbf{w}(T_1 \mathbf{x})\bigr) - \mathbf{x}$$
#
# FlowNet's released code computes its flows by this rule. In code, with the nearest pixel's vector for $\mathbf{w}$:

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
# flowlab's `view_flow` does this for batches, on a CPU or a GPU. Where the flow is smooth, it interpolates $\mathbf{w}$. At a motion boundary it takes the nearest vector: a mean of two motions would belong to nothing in the picture.
#
# For the strict test, flip and turn the crop of frame 1, and turn that of frame 2 by 4 degrees more. The cat moves by a known matrix $M$, so the true flow between the crops is $T_2^{-1} M\, T_1 \mathbf{x} - \mathbf{x}$.

# %%
from flowlab.datasets.augment import view_flow, view_matrix
from flowlab.field import similarity_matrix

crop = (90, 130)
# Clockwise for the crop: what it shows turns the other way.
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
naive = new_flow(pair.flow, T1, T2, *crop)
gaps = [np.abs(w - exact).max() for w in (naive, ours)]
print("largest error: new_flow {:.2g} px, view_flow {:.2g} px".format(*gaps))
course.claim("new_flow is right to within 0.1 px at every pixel.", gaps[0] < 0.1)
course.claim("view_flow is right to within 0.001 px at every pixel.", gaps[1] < 0.001)

# %%
look = {"dsize": crop[::-1], "flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP}
new1 = cv2.warpAffine(pair.img1, T1[:2], **look)
new2 = cv2.warpAffine(pair.img2, T2[:2], **look)
careless = cv2.warpAffine(pair.flow, T1[:2], **look)  # as if it were a picture
first = {"frame 1": figures.outlined(pair.img1, T1, crop), "crop 1": new1}
second = {"frame 2": figures.outlined(pair.img2, T2, crop), "crop 2": new2}
course.figure("both crops", first | second)
found = {"flow, recomputed": ours, "flow, as a picture": careless}
course.figure("flow or picture", found, arrows=found, limit=30, width=6)
before, after, wrong = (
    np.nanmean(photometric_error(*these))
    for these in (pair[1:4], (new1, new2, ours), (new1, new2, careless))
)
print(f"photometric error of the frames {before:.1f} levels; of the crops", end=" ")
print(f"{after:.1f} with the flow recomputed, {wrong:.1f} as a picture")
course.claim("Recomputed, it grows by less than 1 grey level.", after < before + 1)
course.claim("As a picture, it is at least ten times as large.", wrong >= 10 * after)

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
# ## Crops that stay inside
#
# Part of a turned or shifted crop may leave the frame. FlowNet's released code draws a view at random, checks whether it fits, and otherwise draws again, up to fifty times: *rejection sampling* (von Neumann, 1951). In the paper's ranges, turns go up to 17 degrees, shifts up to a fifth of the width, and zooms from 0.9 to 2. Drawn uniformly, about 9 of 100 zooms are below 1.

# %%
kept = course.predict_first(
    "rejected",
    "Of 100 crops that fit, how many have a zoom below 1?",
    options=["about 9, as drawn", "about 5", "at most 1"],
)

# %%
from flowlab.datasets.augment import PAPER
from flowlab.datasets.augment.spatial import draw_views

small, large = (120, 168), (144, 192)  # the paper's 320 x 448 of 384 x 512, smaller
rng = np.random.default_rng(0)
drawn = [draw_views(PAPER, rng, small, large) for _ in range(400)]
corners = np.array([[0, 167, 167, 0, 0], [0, 0, 119, 119, 0], [1, 1, 1, 1, 1]])
outlines = np.array([[(T @ corners)[:2] for T in views] for views in drawn])
zooms = np.array([np.linalg.det(T[:2, :2]) ** -0.5 for T, _ in drawn])
course.answer(
    kept,
    "at most 1",
    "At zoom 0.9 a crop covers over nine tenths of the height and of the width: "
    "it fits only if it is nearly straight and in the middle.",
)

# %%
frames = [part.permute(1, 2, 0).numpy() for part in data[6][:2]]
course.figure("crops that fit", figures.crops_that_fit(frames, outlines, zooms))
below = np.mean(zooms < 1)
print(f"zoom below 1: {below:.1%}; median {np.median(zooms):.2f}, of all draws 1.45")
x, y = outlines[:, :, 0], outlines[:, :, 1]
course.claim(
    "All corners of all 800 crops, on both frames, lie inside.",
    min(x.min(), y.min()) >= -1e-6 and x.max() <= 191 + 1e-6 and y.max() <= 143 + 1e-6,
)
course.claim("At most one of 100 crops that fit has a zoom below 1.", below <= 0.01)
course.claim(
    "Their median zoom is larger than that of all draws by more than 0.1.",
    np.median(zooms) > 1.45 + 0.1,
)

# %% [markdown]
# So the paper's ranges say what is drawn, and not what the network gets: rejection favours crops that are enlarged.
#
# ## Light, and noise
#
# Light does not change the flow. The network should learn this *invariance*. Colours, gamma, brightness and contrast change alike in both frames, and then a little more in frame 2. This breaks brightness constancy, the assumption of chapters 03 and 04, on purpose. Noise comes last, different in each frame. One object does all of this:

# %%
from flowlab.datasets import Augmentation

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
# The photometric error cannot judge this part: after a change of light it is larger for the true flow, too. So test the invariance itself: repeat the draws without light and noise, and compare the flows. (Both errors include the pixels that frame 2 hides.)

# %%
from flowlab.datasets.augment import PhotometricConfig, uniform

still = PhotometricConfig()  # changes nothing
plain = replace(augmentation.config, photometric=still, relative_photometric=still)
plain = Augmentation(replace(plain, noise=uniform(0, 0)))
unlit = flowlab.datasets.FlyingChairs(root, "train", plain, seed=7)
changed.set_epoch(0)
levels, same = {"with": [], "without": []}, []
for i in range(len(data)):
    samples = {"with": changed[i], "without": unlit[i]}
    same.append(torch.equal(samples["with"][2], samples["without"][2]))
    for name, parts in samples.items():
        one, two, w = (part.permute(1, 2, 0).numpy() for part in parts[:3])
        error = photometric_error(255 * one, 255 * two, w)
        levels[name].append(np.nanmean(error))
for name, values in levels.items():
    print(f"photometric error {name} light and noise: {np.mean(values):.1f} levels")
course.claim("All 15 flows are the same in both, bit by bit.", all(same))
course.claim(
    "With light and noise, the photometric error of the true flow is larger.",
    np.mean(levels["with"]) > np.mean(levels["without"]),
)

# %% [markdown]
# ## The same sample each time
#
# A fault is hard to find if yesterday's batch cannot be made again. So every sample has a random generator of its own, seeded by three numbers: the seed, the epoch, and the index of the sample in the set. The number of processes, the order of the samples and the size of the batches change nothing.

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
# - A data set is pairs, a mask of what is known, and a split. Name the split with every number that you report.
# - Flow vectors are directions in the picture: they turn, flip and grow with the frames. Light does not change them.
# - A view for each frame does all of it at once, $\mathbf{w}' = T_2^{-1}(T_1\mathbf{x} + \mathbf{w}(T_1\mathbf{x})) - \mathbf{x}$, and each frame is interpolated once.
# - A large photometric error speaks against a flow, if the light is the same and frame 2 shows the pixel. A small one proves little in flat regions. A motion known by a formula tests every pixel.
# - Crops that have to fit are enlarged more, on average, than the paper's ranges suggest.
# - A sample depends on the data, the configuration, the seed, the epoch and its index, and on nothing else.

# %% [markdown]
# ## Quiz

# %%
course.quiz("06")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 6.2: find the bug
#
# The lines below should turn a flow field with its frames, and do not turn the vectors. In 2017 a reader of a well-known repository found that two of its transforms turn the vectors in opposite directions. Write `turn_flow` so that the flow is true.
#
# ```python
# def turn_carelessly(flow, degrees):
#     H, W = flow.shape[:2]
#     matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
#     return cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
# ```

# %% tags=["exercise-6.2"]
def turn_flow(flow, degrees):
    """The flow (H, W, 2) after both frames turned counter-clockwise by degrees."""
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    return ...


# %%
course.check("6.2", turn_flow)

# %% [markdown]
# ### Open task: a pair that does not move
#
# No checker here: this one is for a conversation. Take a pair in which nothing moves: `pair.img1` twice, and `still_flow = np.zeros_like(pair.flow)`. View the second frame through `T2 = T1 @ view_matrix(crop, crop, translation=(5, 0))`, then with `degrees=4` in place of the translation, then with `zoom=(1.1, 1.1)`. For each, write down first how the flow between the crops looks in the middle and in the corners. Then run `new_flow(still_flow, T1, T2, *crop)`, cut the crops with `cv2.warpAffine` as above, and print the mean photometric error. Last, make the second crop a tenth brighter: the flow is as true as before. What does the photometric error say?

# %% [markdown]
# ## Terms
#
# - *overfit* (过拟合): to learn the training pairs by heart and nothing that holds beyond them.
# - *validation set* (验证集): pairs that are never trained on, to measure the error on.
# - *split* (数据集划分): the division of a data set into pairs for training and pairs for validation.
# - *data leakage* (数据泄漏): validation pairs share something with training pairs that new data would not share.
# - *batch* (批次): the pairs from which one step of the training is computed.
# - *epoch* (训练轮次): one pass through all the training data.
# - *augmentation* (数据增强): changing training pairs at random, pictures and flow alike, so that a network never sees one the same way twice.
# - *equivariance* (等变性): if the input is turned, the result turns with it.
# - *invariance* (不变性): if the input is changed, the result stays the same.
# - *homogeneous coordinates* (齐次坐标): a point (x, y) written as (x, y, 1), so that one matrix can also shift it.
# - *affine* (仿射变换): keeping straight lines straight and parallel ones parallel; six numbers.
# - *rejection sampling* (拒绝采样): drawing again until a draw meets a condition.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 4.3, *Data Augmentation*, for the ranges that `PAPER` holds; note which changes both frames share.
# - [Rotation augmentation seems incorrect](https://github.com/ClementPinard/FlowNetPytorch/issues/97), a user's report, 2021. A turn of frame 2 was computed where a pixel starts, and not where it lands. See how one pixel shows the fault.
# - [Models Matter, So Does Training: An Empirical Study of CNNs for Optical Flow Estimation](https://arxiv.org/abs/1809.05571), Sun and others, 2018. Look at how much of a network's score is its training, data and augmentation included.

# %%
course.end()
