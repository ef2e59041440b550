# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 · Correlation
#
# > At the end of this chapter you compute FlowNet's correlation layer by hand, know why it has 441 channels and what they cost, and find flow with no network at all, by the best match alone.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write equation 1 of the FlowNet paper as a loop, and say which channel holds which displacement.
# 2. Predict shape and cost of the layer from its five numbers.
# 3. Explain what the layer needs from the features in front of it.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 15 seconds.
#
# **Needs**: chapters 01 and 02; to know what a convolution is.
#
# **Symbols**: $f_1, f_2$ feature maps of $C$ channels, `a` and `b` in code; $\mathbf{x}_1, \mathbf{x}_2$ a place in each; $K = 2k + 1$ the side of a patch; $d$ the largest displacement; $s_1, s_2$ the two strides; $p$ the padding; $D = 2\lfloor d / s_2 \rfloor + 1$ displacements along an axis.

# %%
# %matplotlib inline
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch08 import diagrams, figures, widgets
from flowlab_course.features import patches

course.begin("08")

# %% [markdown]
# ## Five pixels, by hand
#
# To find where something went, compare it with everything near where it was. Take a row of five pixels, and the same row a moment later. What stood in the middle has moved.

# %%
f1 = np.array([0, 1, 3, 1, 0])
f2 = np.array([0, 0, 1, 3, 1])

x1 = 2  # the middle of frame 1, where f1 has its peak
for dx in (-2, -1, 0, 1, 2):
    x2 = x1 + dx
    print(f"displacement {dx:+d}: {f1[x1]} * {f2[x2]} = {f1[x1] * f2[x2]}")

products = f1[x1] * f2
course.claim(
    "The largest product stands at displacement +1, where the peak has gone.",
    products.argmax() - x1 == 1,
)

# %% [markdown]
# That is *correlation*: multiply, and look for the largest product. A single pixel says little, so the paper compares *patches*, sums the products over a patch and over all channels, and calls it equation 1:
#
# $$c(\mathbf{x}_1, \mathbf{x}_2) = \sum_{\mathbf{o} \in [-k, k]^2} \langle f_1(\mathbf{x}_1 + \mathbf{o}),\; f_2(\mathbf{x}_2 + \mathbf{o}) \rangle$$
#
# Each pair of places gets one number. Comparing all pairs would be too much, so $\mathbf{x}_2$ stays within $d$ pixels of $\mathbf{x}_1$. The comparisons of one place, row by row, become the channels of the output there.
#
# ## On two real patches
#
# Two photographs of a motorcycle, from two cameras. The patch is 7 × 7 pixels at the front wheel, $k = 3$, and its channels are the three colours. In the second picture it stands 17 pixels further left. Equation 1 compares it with the patch there, and with the one where it was.

# %%
from flowlab.datasets.samples import motorcycle

bike = motorcycle(reduce=0.35)
f1, f2 = bike.img1 / 255, bike.img2 / 255
x1, y1, k = 201, 117, 3
u = round(float(bike.flow[y1, x1, 0]))  # the truth, in whole pixels


def patch(f, x, y):
    """The patch of 7 x 7 pixels around a place."""
    return f[y - k : y + k + 1, x - k : x + k + 1]


first = patch(f1, x1, y1)
there, where_it_was = patch(f2, x1 + u, y1), patch(f2, x1, y1)
looks = {"frame 1": first, f"frame 2, {u} px": there, "frame 2, 0 px": where_it_was}
course.figure("three patches", figures.enlarged(looks))

c_there, c_where_it_was = (first * there).sum(), (first * where_it_was).sum()
print(f"c at {u} px: {c_there:.2f}, c at 0 px: {c_where_it_was:.2f}")
course.claim(
    "Equation 1, on plain colours, gives the wrong patch the higher score.",
    c_where_it_was > c_there,
)

# %% [markdown]
# You will find out why in a moment. First, the same for all places at once.
#
# ## Equation 1 as a loop
#
# The loop below is for $K = 1$ and stride 1, in the symbols of the formula. What lies outside the picture counts as zero. The division by $C$ does not stand in the paper: it comes from the authors' Caffe code, where the sum is divided by $K \cdot K \cdot C$.

# %%
def naive_correlation(f1, f2, d):
    """Equation 1 for patches of one pixel: (C, H, W) twice -> (D * D, H, W)."""
    C, H, W = f1.shape
    D = 2 * d + 1
    c = np.zeros((D * D, H, W))
    for y in range(H):
        for x in range(W):
            for dy in range(-d, d + 1):
                for dx in range(-d, d + 1):
                    y2, x2 = y + dy, x + dx
                    if 0 <= y2 < H and 0 <= x2 < W:
                        channel = (dy + d) * D + (dx + d)
                        c[channel, y, x] = f1[:, y, x] @ f2[:, y2, x2] / C
    return c


# %% [markdown]
# In PyTorch one usually turns the loops inside out: for each displacement, shift the whole second map, multiply, and take the mean over the channels. Below it stands the layer of this package, in one line.

# %%
def shift_multiply_mean(a, b, d):
    """The same by shifts: (B, C, H, W) twice -> (B, D * D, H, W)."""
    H, W = a.shape[2:]
    padded = torch.nn.functional.pad(b, (d, d, d, d))
    scores = []
    for dy in range(2 * d + 1):
        for dx in range(2 * d + 1):
            shifted = padded[:, :, dy : dy + H, dx : dx + W]
            scores.append((a * shifted).mean(1))
    return torch.stack(scores, 1)


a, b = torch.randn(2, 1, 5, 6, 7, generator=torch.Generator().manual_seed(0))
fast = flowlab.correlation(a, b, max_displacement=2, stride2=1, pad_size=2)
slow = naive_correlation(a[0].numpy(), b[0].numpy(), d=2)
by_shifts = shift_multiply_mean(a, b, d=2)
print("output", tuple(fast.shape))
course.claim(
    "The loop, the shifts and the layer give the same scores.",
    np.allclose(slow, fast[0].numpy(), atol=1e-6)
    and torch.allclose(by_shifts, fast, atol=1e-6),
)

# %% [markdown]
# The layer does not go displacement by displacement. Along a row it takes one matrix product of all places in `a` with all places in `b`, and reads the displacements off the diagonals. `flowlab/costvolume/matmul.py` says how.

# %% [markdown]
# ### Exercise 8.1: one score
#
# Return $c$ for one pair of places: the mean product of the $K \times K$ patches around $(y_1, x_1)$ in `a` and $(y_2, x_2)$ in `b`, over the patch and the channels. Both patches lie inside the maps, `(C, H, W)`.

# %% tags=["exercise-8.1"]
def score(a, b, y1, x1, y2, x2, K):
    """Mean product of two K x K patches, centred at (y1, x1) and (y2, x2)."""
    k = K // 2
    return ...


# %%
course.check("8.1", score)

# %% [markdown]
# ## No weights
#
# It is sometimes written that the layer "learns" to match. It cannot: it has no weights that could be trained. It is a convolution of data with *other data*. The layers in front of it and behind it learn.

# %%
layer = flowlab.Correlation()
print(layer)
course.claim("The layer has no parameters.", not list(layer.parameters()))

# %% [markdown]
# ## Is the best match the largest product?
#
# Before the next cell, a guess. Colours are numbers from 0 to 1. A dark red pixel of frame 1 is correlated, by its plain colours, with the same dark red in frame 2 and with a white pixel beside it.

# %%
guess = course.predict_first(
    "brightness",
    "Which of the two gets the larger product?",
    options=["the same dark red", "the white pixel", "both the same"],
)

# %%
dark_red, white = np.array([0.4, 0.1, 0.1]), np.array([1.0, 1.0, 1.0])
course.answer(
    guess,
    "the white pixel",
    "A product grows with its factors, and white is larger in all three colours.",
)
print(f"with itself {dark_red @ dark_red:.2f}, with white {dark_red @ white:.2f}")
course.claim(
    "The wrong pixel's product is more than three times as large.",
    dark_red @ white > 3 * (dark_red @ dark_red),
)

# %% [markdown]
# So products compare vectors well only if these are *scaled alike*. If each vector has length 1, the product is the cosine of the angle between two of them (*cosine similarity*), and no vector has a larger product with it than the vector itself. Here each pixel is described by the 7 × 7 patch around it, with its mean taken off, and scaled to length 1; that score is the *normalised cross-correlation*. `patches` does this for every pixel, with 3 · 7 · 7 channels each. (FlowNetC does not scale its features: its first three convolutions have to learn features that can be compared.)

# %%
def scaled(look):
    """The patch without its mean colour, scaled to length 1."""
    look = look - look.mean((0, 1))
    return look / np.linalg.norm(look)


right, wrong = ((scaled(first) * scaled(look)).sum() for look in (there, where_it_was))
print(f"c at {u} px: {right:.2f}, c at 0 px: {wrong:.2f}")
course.claim(
    "Scaled alike, the right patch scores above 0.5, and the wrong one below.",
    right > 0.5 > wrong,
)

rng = torch.Generator().manual_seed(1)
picture = torch.rand(1, 3, 20, 24, generator=rng)
unit = patches(picture)
itself = (unit * unit).sum(1)
scores = flowlab.correlation(unit, unit, max_displacement=4, stride2=1, pad_size=4)
print("channels:", unit.shape[1])
course.claim(
    "Every vector has length 1, and each pixel's best match is the pixel itself.",
    torch.allclose(itself, torch.ones(1), atol=1e-4)
    and bool((scores.argmax(1) == 40).all()),  # 40 of 81: displacement zero
)

# %% [markdown]
# ## The displacement explorer
#
# Now look for yourself. Pick a pixel of frame 1 with the mouse or, two pixels at a time, with the arrow keys. The square in frame 2 is the window that is searched, the arrow goes to the best match, the ring is the truth. On the right are all the scores of this one pixel: the channels of the layer, laid out by displacement. Below, the places from near.

# %%
widgets.displacement_explorer()

# %% [markdown]
# What you should see, in this order:
#
# - At the wheel one score stands out, and the arrow ends in the ring.
# - Make $d$ smaller than the motion. The true place is outside the window, and the arrow ends at a wrong place.
# - Raise `stride2` instead. The channels become fewer. At 3 and 6 the wheel is found, at 4 and 5 it is not: the peak is barely two pixels wide, and the steps go past it.
# - Switch the features to *colours as they are*. The arrow goes to a bright place. Raise the patch $K$. It does not help: the fault is in the scale, not in the size.
# - Go to the chairs. On the even seat wide areas score alike. At pixel (80, 20), on the post, good matches lie along it: the aperture problem.
#
# The widget calls the layer; so can you:

# %%
from flowlab_course.chapters.ch08.matching import COLOURS, PATCHES, find


def miss(kind, d=20, stride2=1, K=1):
    """Pixels from the best match at the wheel to the truth."""
    wheel = (201, 117)
    return find(wheel, "motorcycle, two cameras", kind, d, stride2, K, stride1=1).miss


steps = {stride2: miss(PATCHES, stride2=stride2) for stride2 in (1, 2, 3, 4, 5, 6)}
print({stride2: round(pixels, 1) for stride2, pixels in steps.items()})
course.claim(
    "In steps of 4 or 5 px the match is more than 5 px off, "
    "in steps of 1, 2, 3 or 6 px less than 1 px.",
    min(steps[4], steps[5]) > 5 and max(steps[n] for n in (1, 2, 3, 6)) < 1,
)

# %% jupyter={"source_hidden": true}
# Claims: a window that is too small, patches of plain colours, and the post.
course.claim(
    "With d = 16, less than the motion, the match is more than 5 px off; "
    "with d = 18 less.",
    miss(PATCHES, d=16) > 5 > miss(PATCHES, d=18),
)
course.claim(
    "By plain colours the match is more than 5 px off with each odd K from 1 to 15.",
    min(miss(COLOURS, K=K) for K in range(1, 16, 2)) > 5,
)
post = find((80, 20), "chairs, made by chapter 05", PATCHES, 20, 1, 1, stride1=1)
good_dy, good_dx = np.nonzero(post.scores > 0.8 * post.scores.max())
course.claim(
    "On the post, scores above 80 % of the best spread more than 10 px along it, "
    "less than 3 px across.",
    np.ptp(good_dy) > 10 and np.ptp(good_dx) < 3,
)

# %% [markdown]
# ## Why 441 channels
#
# FlowNetC correlates at an eighth of the image's size, with $d = 20$ and $s_2 = 2$. That is 21 displacements along each axis:

# %%
d, s1, s2, p, K, C = 20, 1, 2, 20, 1, 256
H, W = 48, 64  # 384 x 512 pixels, divided by 8
D = 2 * (d // s2) + 1
maps = torch.zeros(1, C, H, W, device="meta")  # a tensor with a shape and no memory
out = flowlab.correlation(maps, maps)
print(f"D = {D}, channels {D * D}, output {tuple(out.shape)}")
print(f"reach {8 * d} image pixels in steps of {8 * s2}")
course.claim("FlowNetC's correlation has 441 channels.", out.shape[1] == D * D == 441)
course.claim("It reaches 160 pixels in each direction.", 8 * d == 160)

# %% jupyter={"source_hidden": true}
# Draw the search window and the channels of four displacements.
course.figure("search window", diagrams.window(flowlab.Correlation().geometry))
course.claim(
    "Displacement zero is channel 220, the middle one of 441.",
    (d // s2) * D + d // s2 == D * D // 2 == 220,
)

# %% [markdown]
# The output has a place wherever a patch and all its displacements fit into the padded map, every $s_1$-th of them: $H_o = \lceil (H + 2p - 2(d + k)) / s_1 \rceil$ rows, columns likewise. With $p = d + k$ and $s_1 = 1$ that is the map's own size.

# %%
# K = 3, so k = 1; d = p = 4; s1 = 2
rows, columns = (-(-(size + 2 * 4 - 2 * (4 + 1)) // 2) for size in (H, W))
out = flowlab.correlation(
    maps, maps, kernel_size=3, max_displacement=4, stride1=2, stride2=1, pad_size=4
)
print("predicted", (1, 81, rows, columns), "computed", tuple(out.shape))
course.claim(
    "The formula gives the layer's shape.",
    out.shape == (1, 81, rows, columns),
)

# %% [markdown]
# ### Exercise 8.2: which displacement is channel 7?
#
# Return the displacement `(dx, dy)` in pixels that a channel stands for.

# %% tags=["exercise-8.2"]
def displacement(channel, max_displacement, stride2):
    """The displacement (dx, dy) in pixels of a channel of the correlation layer."""
    r = max_displacement // stride2
    D = 2 * r + 1
    return ...


# %%
course.check("8.2", displacement)

# %% [markdown]
# ## What it costs
#
# For each place of the output and each displacement, the definition asks for $K \cdot K \cdot C$ products:

# %%
def cost(H, W, C, D, K=1):
    """Multiplications of the definition, with s1 = 1."""
    return H * W * D * D * K * K * C


chosen, every, all_pairs = cost(H, W, C, D), cost(H, W, C, 41), H * W * H * W * C
counts = {"stride2 = 2": chosen, "stride2 = 1": every, "all pairs": all_pairs}
for name, n in counts.items():
    print(f"{name:12} {n / 1e6:7,.0f} million products")
course.claim(
    "Leaving out every second displacement saves almost three quarters.",
    0.72 < 1 - chosen / every < 0.75,
)
course.claim(
    "The output has more channels than either map, and fewer than both together.",
    C < D * D < 2 * C,
)

# %% [markdown]
# This is also the reason for the eighth. At full size, the same reach of 160 pixels in steps of 2 would need about eight times as many displacements along each axis, at sixty-four times as many places.

# %% [markdown]
# ### Exercise 8.3: what does it cost?
#
# Return how many multiplications the definition asks for, when the output has `Ho` × `Wo` places.

# %% tags=["exercise-8.3"]
def multiplications(Ho, Wo, C, K, max_displacement, stride2):
    """Multiplications of the correlation layer by its definition."""
    return ...


# %%
course.check("8.3", multiplications)

# %% [markdown]
# ## Flow by the best match alone
#
# The scores of all displacements at a pixel give a flow: take the displacement of the best score (*winner takes all*). It needs no smoothness, no layer behind the correlation, and ten lines.

# %%
from torch.nn.functional import avg_pool2d

from flowlab_course.features import random_features, trained_features, unit_length


def best_match(img1, img2, describe, K=5, d=20):
    """Flow (H, W, 2) by the best score at half the size; images of floats."""
    frames = (torch.from_numpy(img).permute(2, 0, 1)[None] for img in (img1, img2))
    a, b = (describe(avg_pool2d(frame, 2)) for frame in frames)
    scores = flowlab.correlation(a, b, K, d, 1, 1, d + K // 2)[0]
    D = 2 * d + 1
    best = scores.argmax(0)  # the channel of the best displacement
    flow = torch.stack([best % D - d, best // D - d]).float()  # (2, H/2, W/2)
    full = flowlab.resize_flow(flow, img1.shape[:2], mode="nearest")
    return full.permute(1, 2, 0).numpy()


# %%
def colours(image):
    """The colours as they are."""
    return image


def trained(image):
    """The first three layers of a trained FlowNetC, scaled to length 1."""
    return unit_length(trained_features(image))


ways = {"plain colours": colours, "patches": patches}
ways |= {"random filters": random_features, "trained filters": trained}
bike = motorcycle(reduce=0.5)
frames = [img.astype(np.float32) / 255 for img in (bike.img1, bike.img2)]
flows = {name: best_match(*frames, describe) for name, describe in ways.items()}
truth = np.where(bike.valid[..., None], bike.flow, np.nan)
course.figure("flow by the best match", flows | {"the truth": truth}, limit=40)

# %%
epe = {name: flowlab.epe(f, bike.flow, bike.valid) for name, f in flows.items()}
zero = float(np.linalg.norm(bike.flow, axis=-1)[bike.valid].mean())
print({name: round(error, 1) for name, error in epe.items()})
print("zero flow", round(zero, 1))
course.claim(
    "Plain colours are worse than no flow at all.",
    epe["plain colours"] > zero,
)
course.claim(
    "Normalised patches have less than half of the error of zero flow.",
    epe["patches"] < zero / 2,
)
course.claim(
    "64 random filters have at most a fifth more error than patches of 147 numbers.",
    epe["random filters"] < 1.2 * epe["patches"],
)

# %%
alone = {}
for describe in (random_features, trained):
    flow = best_match(*frames, describe, K=1)
    alone[describe] = flowlab.epe(flow, bike.flow, bike.valid)
print({way.__name__: round(error, 1) for way, error in alone.items()})
course.claim(
    "Compared without a patch around them, trained filters are better "
    "than random ones.",
    alone[trained] < alone[random_features],
)

# %% [markdown]
# Look again at the random filters. They were not trained. Similar patches give similar answers to *any* filters, so an untrained network in front of a correlation finds motion already, and training has a good place to start. The trained ones are the first three layers of the small FlowNetC that comes with flowlab; chapter 10 builds it. Without a patch around them they are ahead; with patches of 5 × 5 pixels the difference is small.
#
# ## On the scoreboard

# %%
def no_motion(img1, img2):
    """Zero flow, (H, W, 2)."""
    return np.zeros((*img1.shape[:2], 2), np.float32)


def by_random(img1, img2):
    """The best match of random filters, (H, W, 2)."""
    return best_match(img1, img2, random_features)


def by_trained(img1, img2):
    """The best match of trained filters, (H, W, 2)."""
    return best_match(img1, img2, trained)


zero_flow = course.scoreboard.add("zero flow", no_motion)
match = course.scoreboard.add("best match", by_random, "random filters")
course.scoreboard.add("best match, trained", by_trained, "trained filters")
course.scoreboard.show("zero flow", "best match", "best match, trained")

# %% jupyter={"source_hidden": true}
# Claims: the best match against zero flow.
course.claim(
    "The best match alone has less than half of the error of zero flow.",
    match.mean < zero_flow.mean / 2,
)
course.claim(
    "On the rocket's leap, too, it has less than half of it.",
    match.by_pair["rocket leaps"] < zero_flow.by_pair["rocket leaps"] / 2,
)

# %% [markdown]
# ## Recap
#
# - Correlation compares a patch with all patches within $d$: multiply, sum, one channel for each displacement.
# - Channel $(d_y + r) \cdot D + (d_x + r)$, with $r = \lfloor d / s_2 \rfloor$; $D^2$ channels, for FlowNetC 21 × 21 = 441.
# - It has no weights. It needs features of equal scale, or bright places win.
# - Its cost grows with $D^2$; a stride of 2 and an eighth of the size make it affordable.
# - The best match alone is already a flow, with whole-pixel steps and errors wherever patches look alike.

# %% [markdown]
# ## Quiz

# %%
course.quiz("08")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 8.4: leave some out
#
# Make `shift_multiply_mean` take every `stride2`-th displacement only, zero included. `max_displacement` need not be a multiple of it.

# %% tags=["exercise-8.4"]
def strided(a, b, max_displacement, stride2):
    """Correlation (B, D * D, H, W) with displacements in steps of stride2 pixels."""
    H, W = a.shape[2:]
    reach = max_displacement // stride2 * stride2
    padded = torch.nn.functional.pad(b, (reach, reach, reach, reach))
    return ...


# %%
course.check("8.4", strided)

# %% [markdown]
# ### Open task: a patch of another size
#
# No checker here: this one is for a conversation. `best_match(*frames, describe, K=K)` compares patches of $K \times K$ features. Before you run anything, write down the best of $K$ = 1, 3, 5, 9 and 15 for random filters and for trained ones, and say which of the two changes more. Then print the EPE, and look at the flow of the smallest and the largest $K$. Where in the picture does a larger patch help, and where does it hurt? Which part of it did the trained filters learn, and why can FlowNetC do with $K = 1$?

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read the half page around equation 1, and find the sentence about stride that makes it affordable.
# - [DeepMatching: Hierarchical Deformable Dense Matching](https://arxiv.org/abs/1506.07656), Revaud and others, 2016. Look at how the same scores become good matches without any learning.
# - [PWC-Net: CNNs for Optical Flow Using Pyramid, Warping, and Cost Volume](https://arxiv.org/abs/1709.02371), Sun and others, 2018. Look for what replaced 441 channels: nine by nine, after a warp.

# %%
course.end()
