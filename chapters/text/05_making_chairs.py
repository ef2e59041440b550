# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 05 · Making chairs
#
# > At the end of this chapter you can compose training pairs whose flow is known at every pixel, and say how ours differ from the original Flying Chairs.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Compose a pair with exact flow from layers and matrices.
# 2. Explain heavy tails, and compare two distributions of motion honestly.
# 3. Derive the backward flow and the occlusion of a pair that you made.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 25 seconds. Exercise 5.4 and the open task take 25 minutes more.
#
# **Needs**: chapters 01 and 02; the product and the inverse of matrices.
#
# **Symbols**: $F_i$, $\alpha_i$ the colours and the alpha of layer $i$; layer 0 is the background; $A_i$ the 3 × 3 matrix that moves layer $i$ from frame 1 to frame 2; $\ell_1, \ell_2$ the number of the layer in front, in frame 1 and in frame 2.

# %%
# %matplotlib inline
import cv2
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.chairs import LESSONS, make_pair
from flowlab_course.chapters.ch05 import diagrams, figures, widgets

course.begin("05")

# %% [markdown]
# ## A training pair
#
# This chapter makes pairs like the one below. A program draws both frames, so the flow is known. Change the index for another pair.

# %%
pair = make_pair(seed=7, index=3, size=(192, 256))
panels = {"frame 1": pair.img1, "frame 2": pair.img2, "flow": pair.flow}
course.figure("a training pair", panels, limit=60, width=8)
course.claim(
    "The flow has numbers at every pixel of frame 1, also at the occluded ones, which "
    "frame 2 does not show.",
    np.isfinite(pair.flow).all() and pair.occlusion.any(),
)

# %% [markdown]
# ## Where does truth come from?
#
# FlowNet was trained on more than twenty thousand pairs with known flow. Measured flow is rare: KITTI 2015, driving scenes, has two hundred training pairs, with known flow at part of the pixels.
#
# Motion can be made instead of measured. The sequence Yosemite (Barron and others, 1994) was rendered, and so was the film Sintel (Butler and others, 2012), which gives about a thousand training pairs. The authors of FlowNet (Dosovitskiy and others, 2015) pasted renderings of 3D chair models (Aubry and others, 2014) on photographs from Flickr, and moved both by known matrices. This *synthetic* data set is called Flying Chairs. Its pictures do not look like a film; such a difference between the data in training and in use is a *domain gap*. FlowNetS, trained on it alone, has a slightly smaller error on Sintel's test set than the classical method LDOF (Brox and Malik, 2011), and a much larger one than EpicFlow (Revaud and others, 2015).
#
# The original is free for research only. Our chairs are free for any use.
#
# ## A box that slides
#
# The smallest case has a background at rest and a box.

# %%
rng = np.random.default_rng(0)
H, W = 60, 90
tiles = rng.integers(60, 200, (H // 6, W // 6, 3), dtype=np.uint8)
ground = tiles.repeat(6, axis=0).repeat(6, axis=1)
top, left, side, step = 20, 25, 18, 12


def draw(x):
    """The ground with a red box whose left edge lies at x; and a mask of the box."""
    image, box = ground.copy(), np.zeros((H, W), bool)
    box[top : top + side, x : x + side] = True
    image[box] = (200, 40, 40)
    return image, box


(img1, box1), (img2, box2) = draw(left), draw(left + step)
flow = np.zeros((H, W, 2), np.float32)
flow[box1, 0] = step  # known, because we moved the box ourselves
sliding = {"frame 1": img1, "frame 2": img2, "the flow": flow}
course.figure("box that slides", sliding, limit=15)

# %%
back = flowlab.warp(img2, flow)
newly_covered = box2 & ~box1  # ground in frame 1, box in frame 2
same = (back == img1).all(axis=-1)
course.claim(
    "Frame 2, warped by the flow, equals frame 1 "
    "except where the box covers new ground.",
    same[~newly_covered].all() and not same[newly_covered].any(),
)

# %% [markdown]
# ## Layers and matrices
#
# A scene is a stack of *layers* (Wang and Adelson, 1994): a background, and chairs in front of it. Each layer is a picture that moves by a matrix. Both frames, the flow and the *occluded* pixels, which frame 2 does not show, follow from the layers and their matrices.

# %% jupyter={"source_hidden": true}
# Draw the layers of a scene, and the pair made of them.
course.figure("layers of a scene", diagrams.layers())

# %% [markdown]
# A layer has colours $F_i$ and an *alpha* $\alpha_i$, the share of each pixel that it covers. *Compositing* builds a frame from back to front. It lays each layer over the picture behind it by the *over* operator (Porter and Duff, 1984):
#
# $$C_0 = F_0, \qquad C_i = (1 - \alpha_i)\,C_{i-1} + \alpha_i F_i$$
#
# The last $C_i$ is the frame. Layer $i$ moves by the matrix $A_i$, which acts on *homogeneous coordinates* $(x, y, 1)$. Each motion is a *similarity*: it turns by $R$ (a positive angle is clockwise, as $y$ points down) and scales by $S$ about a centre $\mathbf{c}$, then shifts by $\mathbf{t}$. With $T(\mathbf{t})$ for the matrix of a shift by $\mathbf{t}$:
#
# $$A = T(\mathbf{t})\,T(\mathbf{c})\,R\,S\,T(-\mathbf{c})$$

# %%
def about(centre, degrees=0.0, scale=1.0, shift=(0, 0)):
    """T(t) T(c) R S T(-c), 3 x 3: turn and scale about a centre, then shift."""

    def T(x, y):
        return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])

    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    R, S = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]), np.diag([scale, scale, 1])
    return T(*shift) @ T(*centre) @ R @ S @ T(-centre[0], -centre[1])


course.claim(
    "The centre itself only shifts, whatever the angle and the scale.",
    np.allclose(about((7, 4), 35, 1.5, (2, -3)) @ [7, 4, 1], [9, 1, 1]),
)

# %% [markdown]
# A chair moves by its own matrix first, about its own centre, and then with the background: $A_i = A_0\,A_{\text{own}}$.
#
# Frame 2 is composited from the moved layers. It shows at $\mathbf{x}$ what was at $A_i^{-1}\mathbf{x}$ in frame 1, so a moved layer has the colours $F_i(A_i^{-1}\mathbf{x})$ and the alpha $\alpha_i(A_i^{-1}\mathbf{x})$.
#
# The layer in front is the last one with $\alpha > 1/2$. Its matrix gives the flow. A pixel is occluded if a nearer layer is in front at its target, or if the target lies outside the picture:
#
# $$\mathbf{w}(\mathbf{x}) = A_{\ell_1(\mathbf{x})}\,\mathbf{x} - \mathbf{x}, \qquad \ell_2(\mathbf{x}') > \ell_1(\mathbf{x}) \;\text{ or }\; \mathbf{x}' \text{ outside}, \qquad \mathbf{x}' = \text{round}(\mathbf{x} + \mathbf{w})$$
#
# Here is a whole generator for one chair. Chairs are stored in four channels, $\alpha F$ and $\alpha$ (*premultiplied alpha*), so the code adds $\alpha F$ as it is.

# %%
def moved(layer, A, border):
    """The layer after the motion A: at x the value from A^-1 x; OpenCV inverts A."""
    return cv2.warpAffine(layer, A[:2], layer.shape[1::-1], borderMode=border)


def little_pair(ground, chair, A0, A1):
    """Frames 1 and 2, flow and occlusion of a ground (RGB) and a chair (RGBA)."""
    H, W = ground.shape[:2]
    ground2 = moved(ground, A0, cv2.BORDER_REFLECT_101)  # mirrored beyond its edges
    frames, front = [], []
    for B, aF in ((ground, chair), (ground2, moved(chair, A1, cv2.BORDER_CONSTANT))):
        a = aF[..., 3:] / 255
        frames.append(np.rint((1 - a) * B + aF[..., :3]).astype(np.uint8))
        front.append(a[..., 0] > 0.5)
    y, x = np.mgrid[:H, :W]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)[..., None]  # (H, W, 3, 1)
    A = np.where(front[0][..., None, None], A1, A0)  # (H, W, 3, 3)
    target = (A @ points)[..., :2, 0]
    flow = target - points[..., :2, 0]
    tx, ty = np.rint(np.moveaxis(target, -1, 0)).astype(int)  # (H, W) each
    inside = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    covers = front[1][ty.clip(0, H - 1), tx.clip(0, W - 1)]  # the chair, in frame 2
    return *frames, flow.astype(np.float32), ~inside | (covers & ~front[0])


# %% [markdown]
# Now make a pair. Change the chair's seed, place (it has to fit into the picture) and motion, and run the cell again. Draw the chair at least 0.6 times as large: flowlab averages the pixels of smaller ones first, and `little_pair` does not.

# %%
from flowlab.chairs.furniture import picture
from flowlab.datasets.samples import photograph

cat = photograph("chelsea")[:280:2, :400:2]
left, top, thing = 80, 25, picture(np.random.default_rng(3), 90)
h, w = thing.shape[:2]
chair = np.zeros((*cat.shape[:2], 4), np.uint8)
chair[top : top + h, left : left + w] = thing

A0 = about((99.5, 69.5), degrees=3, scale=1.02, shift=(8, 4))
middle = (left + (w - 1) / 2, top + (h - 1) / 2)
own = about(middle, degrees=25, scale=1.2, shift=(-50, -10))  # 1.02 * 1.2 >= 0.6
img1, img2, flow, occlusion = little_pair(cat, chair, A0, A0 @ own)
made = {"frame 1": img1, "frame 2": img2, "flow": flow, "occluded": occlusion}
course.figure("a pair of your own", figures.two_by_two(made, longest=60))

# %%
from flowlab.chairs import Layer, composite

still = np.eye(2, 3)  # frame 1 shows both pictures where they are
layer = Layer(chair, still, (A0 @ own)[:2])
fast = composite(cat, still, A0[:2], [layer], cat.shape[:2])
grey = np.abs(np.stack([img1, img2]).astype(int) - np.stack([fast.img1, fast.img2]))
course.claim(
    "flowlab.chairs.composite makes the same frames, to within one grey level, "
    "the same flow, to within a thousandth of a pixel, and the same occlusion "
    "at more than 999 of 1,000 pixels.",
    grey.max() <= 1
    and np.abs(flow - fast.flow).max() < 1e-3
    and (occlusion == fast.occlusion).mean() > 0.999,
)

# %% [markdown]
# ### Exercise 5.1: what the chair did by itself
#
# Given are the matrices of a pair, `background` and `chair`, both 3 × 3 and from frame 1 to frame 2. The chair's includes the motion of the background. Return the matrix of its own motion.

# %% tags=["exercise-5.1"]
def own_motion(background, chair):
    """The 3 x 3 matrix of the motion that the chair adds to the background's."""
    return ...


# %%
course.check("5.1", own_motion)

# %% [markdown]
# ## From boxes to furniture
#
# A network that is trained on sliding boxes sees no rotation and no round outline. flowlab's generator adds one difficulty after another. Three of its `LESSONS` follow; the last one, `flying chairs`, made the pair at the top.

# %%
lessons = {}
for name in ("boxes", "rotation", "thin"):
    config = LESSONS[name]
    lessons[name] = make_pair(seed=1, index=3, size=(144, 192), config=config)
full = [int(np.linalg.norm(p.flow, axis=-1).max()) + 1 for p in lessons.values()]
course.figure("three lessons", figures.lessons(lessons, longest=full))


def counts(pair):
    """How many different flow vectors each visible layer of a pair has."""
    numbers = np.unique(pair.layers)
    return [len(np.unique(pair.flow[pair.layers == n], axis=0)) for n in numbers]


course.claim(
    "In this pair of the lesson `boxes` each layer has one flow vector.",
    set(counts(lessons["boxes"])) == {1},
)
background, *things = counts(lessons["rotation"])
course.claim(
    "In this pair of the lesson `rotation` the background slides and has one "
    "vector; each thing in front of it turns and has more than two hundred.",
    background == 1 and min(things) > 200,
)

# %% [markdown]
# ## Furniture
#
# A chair has what makes flow hard to estimate: thin legs with background between them, curved edges, plain surfaces. Ours are built in three dimensions and rendered from 62 views. Make one.

# %%
widgets.dress_a_chair()

# %% [markdown]
# What you should see: the view goes around the chair. The seed changes measures, materials and light.
#
# ## How far should things move?
#
# The generator draws the shift of each chair along $x$ from a random distribution, and the shift along $y$ as well.

# %%
guess = course.predict_first(
    "tails",
    "A chair may shift by up to 120 px along x. "
    "What share of the draws is shorter than 12 px, a tenth of that?",
    options=["about a tenth", "about a third", "about seven tenths"],
)

# %%
from flowlab.chairs import MotionConfig

shift = MotionConfig().chair_translation
draws, small, far, kurtosis = {}, {}, {}, {}
for name in ("heavy", "gaussian"):  # gaussian: of the same standard deviation
    d = draws[name] = shift.sample(np.random.default_rng(0), 20_000, name)
    small[name], far[name] = np.mean(np.abs(d) < 12), np.mean(np.abs(d) > 60)
    kurtosis[name] = np.mean(((d - d.mean()) / d.std()) ** 4)
course.answer(
    guess,
    "about seven tenths",
    f"It is {small['heavy']:.0%}: a shift is 12 px times z cubed, z a normal random "
    "number.\n68 % of all z lie between -1 and 1. Another 3 % would give "
    "shifts beyond 120 px; those are set to 0.",
)

# %%
for name in draws:
    shares = f"{small[name]:.0%} under 12 px, {far[name]:.1%} over 60 px"
    print(f"{name:8} {shares}, kurtosis {kurtosis[name]:.1f}")
course.figure("two distributions", figures.two_distributions(draws))
course.claim(
    "The heavy one has at least 1.8 times as many shifts under 12 px as the normal "
    "distribution, and at least 2.5 times as many over 60 px.",
    small["heavy"] >= 1.8 * small["gaussian"] and far["heavy"] >= 2.5 * far["gaussian"],
)
course.claim(
    "Its kurtosis is at least twice that of the normal distribution.",
    kurtosis["heavy"] >= 2 * kurtosis["gaussian"],
)

# %% [markdown]
# $z^3$ is close to zero for small $|z|$ and grows fast beyond 1. A distribution has *heavy tails* if very large values are more frequent than in a normal distribution of the same standard deviation. (Statisticians ask for tails that fall more slowly than an exponential one. Those of $z^3$ do; ours are cut at 120 px.) A measure is the *kurtosis*, with the mean $\mu$ and the standard deviation $\sigma$. It is 3 for a normal distribution:
#
# $$\text{kurtosis} = \text{mean of } \left(\frac{X - \mu}{\sigma}\right)^4$$

# %% [markdown]
# ### Exercise 5.5: heavy tails
#
# `z` holds normal random numbers. Each gives a shift of $|z|^p \cdot r / n$ px with the sign of its $z$; $p$ is `power`, $r$ `reach`, $n$ `norm`. A shift longer than `reach` becomes 0. Return all shifts and their kurtosis. With 3, 120 and 10 these are the shifts of our chairs. What kurtosis do you expect with power 1?

# %% tags=["exercise-5.5"]
def heavy_tailed(z, power, reach, norm):
    """The shifts that the numbers z give, as many as z has, and their kurtosis."""
    return ...


# %%
course.check("5.5", heavy_tailed)

# %% [markdown]
# ## Ours and the original
#
# The authors of FlowNet adjusted their distributions to the lengths of flow in Sintel. Ours have the parameters of a generator by the same group. Do they give the same lengths?
#
# We measured nine pairs of the original, those that its authors publish [with the code of FlowNet 2](https://github.com/lmb-freiburg/flownet2/tree/master/data/FlyingChairs_examples). How much do nine of *ours* vary by chance? Draw nine of our hundred with replacement, again and again, in the manner of the *bootstrap* (Efron, 1979). Compare the shares of the pixels in four bands of length, and the median of each pair. Our pairs are made at an eighth of the size; lengths are given at full size.

# %%
lengths = []
for index in range(100):
    little = make_pair(seed=2, index=index, size=(48, 64))
    lengths.append(8 * np.linalg.norm(little.flow, axis=-1))  # (48, 64)
lengths = np.stack(lengths)
band = np.digitize(lengths, (1, 10, 40))  # of each pixel, 0 to 3
ours = np.stack([(band == b).mean(axis=(1, 2)) for b in range(4)], axis=1)
picks = np.random.default_rng(0).integers(0, len(ours), (10_000, 9))
of_nine = ours[picks].mean(axis=1)  # (10 000, 4), each the mean of nine pairs
original = np.array([0.13, 0.56, 0.29, 0.02])  # the nine real pairs
course.figure("how long flows are", figures.bands(original, ours, of_nine))

# %%
medians = np.median(lengths, axis=(1, 2))  # (100,), one of each pair
low, high = np.percentile(medians, (10, 90))
drawn = np.sort(medians[picks], axis=1)  # nine medians of each draw
narrow = (drawn[:, -1] / drawn[:, 0] < 14.5 / 2.35).mean()  # with room for rounding
rare = (of_nine[:, 3] < 0.025).mean()  # the original's 2 % is rounded
print("original: over 40 px 2 %, medians of the nine pairs 2.4 to 14 px")
print(f"ours: over 40 px {ours[:, 3].mean():.1%},", end=" ")
print(f"medians of 8 in 10 pairs {low:.1f} to {high:.1f} px")
print(f"draws of nine of ours with 2 % or less over 40 px: {rare:.1%};", end=" ")
print(f"with medians as close together: {narrow:.2%}")
course.claim(
    "Ours have at least twice as many pixels over 40 px, and fewer than one in ten "
    "draws of nine has as few as the original.",
    ours[:, 3].mean() >= 2 * 0.025 and rare < 0.1,
)
course.claim(
    "Ours differ more from pair to pair: in fewer than one in twenty draws is the "
    "ratio of the largest to the smallest median as small as the original's.",
    narrow < 0.05,
)

# %% jupyter={"source_hidden": true}
# Claim: what the bars and lines of the other three bands show.
low, high = np.percentile(of_nine, (2.5, 97.5), axis=0)
course.claim(
    "In the other three bands the original lies within the middle 95 % of the draws.",
    ((low <= original) & (original <= high))[:3].all(),
)

# %% [markdown]
# No: more of our pixels move over 40 px, and our pairs differ more from each other. Some nearly stand still, others move far. The test of the band leans towards a difference, as we chose that band out of four. The medians are the stronger evidence. `ChairsConfig(motion=...)` takes other distributions.
#
# ## Is the flow exact?
#
# Chapter 02 gave us a test: warp frame 2 by the flow. Where the scene is visible in both frames, the result must equal frame 1, up to the error of interpolation. A *control* shows that the test can fail: the same flow, but wrong by 2 px in $u$ and $v$ on the chairs. Judge the chairs alone: most visible pixels are background and would decide the median.

# %%
on_chairs = pair.layers > 0
wrong = pair.flow + 2 * on_chairs[..., None].astype(np.float32)


def difference(flow):
    """Frame 2, warped by a flow, against frame 1: mean over the colours, of 1."""
    warped = flowlab.warp(pair.img2, flow).astype(float)
    return np.abs(warped - pair.img1).mean(axis=-1) / 255


warped, control = difference(pair.flow), difference(wrong)
judged = {"exact flow": warped, "wrong on the chairs": control}
judged["occluded"] = pair.occlusion
course.figure("difference and control", judged, limit=0.25, width=5.5)

# %%
chairs, ground = on_chairs & ~pair.occlusion, ~on_chairs & ~pair.occlusion
on_ground, right = np.median(warped[ground]), np.median(warped[chairs])
off = np.median(control[chairs])
covered = np.median(warped[pair.occlusion])
print(f"median difference, of full scale: background {on_ground:.4f},", end=" ")
print(f"chairs {right:.4f};")
print(f"chairs with the wrong flow {off:.4f}; occluded {covered:.4f}")
course.claim(
    "Where visible, the median difference is below 0.01 of full scale, on the "
    "background and on the chairs.",
    max(on_ground, right) < 0.01,
)
course.claim(
    "With a flow that is wrong by 2 px in u and v, it is at least five times as large "
    "on the chairs. Occluded, the exact flow leaves at least five times as much, too.",
    min(off, covered) >= 5 * right,
)

# %% [markdown]
# ## What is occluded
#
# Move a layer, and look at the last map. The front chair goes where you click, in any of the four pictures.

# %%
widgets.move_a_layer()

# %% [markdown]
# What you should see: the front chair hides ground on the side to which it moves, and the other chair if it moves over that. When the background slides, the chair behind slides with it, and a strip at the frame's edge leaves the picture. The front chair still ends where you clicked, so its own motion undoes the slide.
#
# The matrices have inverses, so the *backward flow* from frame 2 to frame 1 is exact as well:
#
# $$\mathbf{w}_b(\mathbf{x}) = A_{\ell_2(\mathbf{x})}^{-1}\,\mathbf{x} - \mathbf{x}$$
#
# Chapter 02's forward-backward check missed most occluded pixels with estimated flows. Here both flows are exact. Most false alarms lie where the backward flow is interpolated between two layers, and within half a pixel of the picture's edge.

# %%
from flowlab.field import consistency

miss = consistency(pair.flow, pair.backward_flow)  # px, there and back
flagged = miss > 1
found, alarms = flagged[pair.occlusion].mean(), flagged[~pair.occlusion].mean()
stray = consistency(wrong, pair.backward_flow)[chairs]
print(f"more than 1 px: {found:.1%} of the occluded pixels,", end=" ")
print(f"{alarms:.1%} of the visible ones (false alarms)")
print(f"chairs with the wrong flow: median miss {np.median(stray):.2f} px")
course.claim(
    "On the visible pixels of the chairs the median miss is below 0.05 px; with the "
    "wrong flow it is over 2 px.",
    np.median(miss[chairs]) < 0.05 and np.median(stray) > 2,
)
course.claim(
    "More than nine in ten occluded pixels miss by more than 1 px, and fewer than "
    "one in ten visible ones.",
    found > 0.9 and alarms < 0.1,
)

# %% [markdown]
# ### Exercise 5.2: the way back
#
# A whole picture moves by a 3 × 3 `matrix`. Return the flow from frame 2 back to frame 1, on frame 2's grid.

# %% tags=["exercise-5.2"]
def backward(matrix, height, width):
    """The flow (height, width, 2) from frame 2 back to frame 1, on frame 2's grid."""
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return ...


# %%
course.check("5.2", backward)

# %% [markdown]
# ### Exercise 5.3: hidden?
#
# Given the flow and the number of the layer in front in each frame, return a mask of the occluded pixels of frame 1. Round the targets with `np.rint`. A pixel is occluded if a nearer layer than its own is in front at the target (a larger number), or if the target lies outside.

# %% tags=["exercise-5.3"]
def hidden(flow, layers1, layers2):
    """True where frame 2 does not show what frame 1 shows; (H, W)."""
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    return ...


# %%
course.check("5.3", hidden)

# %% [markdown]
# ## As many as you like, of anything
#
# A pair has a seed and an index, and is the same each time it is made, so a training can make its pairs while it runs. This writes files in the layout of the original: `python -m flowlab chairs --count 2000 --out data/chairs`.
#
# `ChairsConfig` holds all parameters. Here pieces of pictures (*cut-outs*) and combs of thin bars fly in place of chairs.

# %%
from flowlab.chairs import ChairsConfig

config = ChairsConfig(shapes=("cutout", "comb"), chairs=(30, 40), size_mean=120)
other = make_pair(seed=4, index=4, size=(144, 192), config=config)
panels = {"frame 1": other.img1, "flow": other.flow}
course.figure("beyond chairs", panels, limit=40, width=5)

again = make_pair(seed=4, index=4, size=(144, 192), config=config)
course.claim(
    "The same seed, index and parameters give the same frames and flow, bit by bit.",
    all(np.array_equal(getattr(again, n), getattr(other, n)) for n in other._fields),
)
before, after = (
    np.median(np.abs(image.astype(float) - other.img1)[~other.occlusion])
    for image in (other.img2, flowlab.warp(other.img2, other.flow))
)
print(f"median difference, where visible: {before:.0f} grey levels,", end=" ")
print(f"{after:.0f} after the warp")
course.claim(
    "In this pair, too, the warp leaves less than a fifth of the median difference.",
    after < before / 5,
)

# %% [markdown]
# ## Recap
#
# - Flow is known if you move the layers yourself: $\mathbf{w} = A\,\mathbf{x} - \mathbf{x}$, with the matrix of the layer in front.
# - A frame is composited from back to front: $C_i = (1 - \alpha_i)\,C_{i-1} + \alpha_i F_i$. A chair's matrix is the background's times its own.
# - Heavy tails: many small shifts, and more very large ones than a normal distribution has.
# - Backward flow and occlusion follow from the matrices and the layers.

# %% [markdown]
# ## Quiz

# %%
course.quiz("05")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 5.4: compose a pair
#
# Compose a pair of any number of layers. `drawn1` and `drawn2` hold them as frame 1 and frame 2 show them, the farthest first: `(L, H, W, 4)`, colours times alpha, then alpha, all from 0 to 1. The first layer is the ground, and covers everything. `motions` are the 3 × 3 matrices of the layers, `(L, 3, 3)`, each with the ground's motion already in it. Return frame 1, frame 2 and the flow; the layer in front is the last one that covers more than half of the pixel.

# %% tags=["exercise-5.4"]
def compose(drawn1, drawn2, motions):
    """Frame 1 and frame 2, (H, W, 3) each, and the flow (H, W, 2)."""
    L, H, W = drawn1.shape[:3]
    y, x = np.mgrid[:H, :W]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return ...


# %%
course.check("5.4", compose)

# %% [markdown]
# ### Open task: frame 2, the simple way
#
# No checker here: this one is for a conversation. Somebody makes frame 2 from frame 1: `simple = flowlab.warp(pair.img1, pair.backward_flow)`. Write down where `simple` will equal `pair.img2`, and what it will show where frame 1 does not show the scene (`pair.backward_occlusion`). Then look at both with `course.pictures({"drawn": pair.img2, "simple": simple}, alt="Frame 2, drawn and warped")`, and print the median difference inside that mask and outside. How could a network that is trained on such pairs find moving outlines in frame 2 alone, and why would that fail on a film?

# %% [markdown]
# ## Terms
#
# - *synthetic* (合成数据): training data that a program draws, so that the right answer is known at every pixel.
# - *domain gap* (域差异): what is different between the data a network learned from and the data it meets.
# - *layer* (图层): a picture in a stack of pictures, with a motion of its own.
# - *alpha* (不透明度): how much of a pixel a thing covers, from 0 to 1.
# - *compositing* (图像合成): laying layers over each other, each weighted with its alpha.
# - *premultiplied alpha* (预乘透明度): colours that are stored times their alpha.
# - *homogeneous coordinates* (齐次坐标): a point (x, y) written as (x, y, 1), so that one matrix can also shift it.
# - *similarity* (相似变换): a motion made of a shift, a turn and a change of scale, which keeps all angles.
# - *heavy tails* (重尾分布): very large values that are more frequent than in a normal distribution of the same standard deviation.
# - *kurtosis* (峰度): the mean fourth power of the standardised values; 3 for a normal distribution.
# - *bootstrap* (自助法): drawing again and again from a sample, with replacement, to see how much a result varies by chance.
# - *backward flow* (后向光流): the flow from frame 2 to frame 1.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Section 4.2: how Flying Chairs was made.
# - [What Makes Good Synthetic Training Data for Learning Disparity and Optical Flow Estimation?](https://arxiv.org/abs/1801.06397), Mayer and others, 2018. Look at how much each step from boxes to thin parts improves the network.
# - [AutoFlow: Learning a Better Training Set for Optical Flow](https://arxiv.org/abs/2104.14544), Sun and others, 2021. The parameters of a generator can be learned, too.

# %%
course.end()
