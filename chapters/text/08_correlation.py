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
# > At the end of this chapter you can compute FlowNet's correlation layer by hand, say why it has 441 channels and what they cost, and find flow without a network, by the best match alone.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write equation 1 of the FlowNet paper as a loop, and say which channel holds which displacement.
# 2. Predict the shape and the cost of the layer from its five settings.
# 3. Explain what the layer needs from the features in front of it.
#
# **Time**: about 75 minutes to read and do; a laptop runs all cells in 30 seconds. 8.4, 8.5, the rocket and the open task are extra.
#
# **Needs**: chapters 01 to 04, what a convolution is, and from chapter 07 what a receptive field is.
#
# **Symbols**: $f_1, f_2$ feature maps of $C$ channels, `a` and `b` in code; $\mathbf{x}_1, \mathbf{x}_2$ a place in each; $K = 2k + 1$ the side of a patch; $d$ the largest displacement; $s_1$ the step between places, $s_2$ the step between displacements; $p$ the padding; $r = \lfloor d / s_2 \rfloor$ the steps to each side; $D = 2r + 1$ the displacements along an axis.

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
# To find where a thing is now, compare it with all places of the next frame near its old one. Here is a row of five pixels, and the same row a moment later. The peak in the middle has moved.

# %%
f1 = np.array([0, 1, 3, 1, 0])
f2 = np.array([0, 0, 1, 3, 1])

x1 = 2  # the middle of frame 1, where f1 has its peak
for dx in (-2, -1, 0, 1, 2):
    x2 = x1 + dx
    print(f"displacement {dx:+d}: {f1[x1]} * {f2[x2]} = {f1[x1] * f2[x2]}")

products = f1[x1] * f2
course.claim(
    "The largest product is at displacement +1, where the peak is now.",
    products.argmax() - x1 == 1,
)

# %% [markdown]
# This is *correlation*: multiply and sum. The match is where the result is largest. Chapter 04's block matching did the same with differences. A single pixel looks like many others. So equation 1 of FlowNet (Dosovitskiy and others, 2015) compares each *patch* with another, and sums the products over its pixels and over all channels:
#
# $$c(\mathbf{x}_1, \mathbf{x}_2) = \sum_{\mathbf{o} \in [-k, k]^2} \langle f_1(\mathbf{x}_1 + \mathbf{o}),\; f_2(\mathbf{x}_2 + \mathbf{o}) \rangle$$
#
# Each pair of places gets one number, its *score*. At full size, scores for all pairs would be too many, so $\mathbf{x}_2$ stays within $d$ pixels of $\mathbf{x}_1$, to each side. The scores of one place, row by row, become the channels of the output there. The whole output is a *cost volume*. The word comes from stereo, where a low cost means a good match. Here a high score does.
#
# ## On two real patches
#
# Two cameras took these photographs of a motorcycle. The first patch lies on the dark cover beside the engine: 7 × 7 pixels, $k = 3$, and its channels are the three colours. In frame 2 the cover is 17 pixels further left, and the engine is at the cover's old place.

# %%
from flowlab.datasets.samples import motorcycle, moving_photograph

bike = motorcycle(reduce=0.35)
f1, f2 = bike.img1 / 255, bike.img2 / 255
x1, y1, k = 111, 108, 3
u = round(float(bike.flow[y1, x1, 0]))  # the truth, in whole pixels


def patch(f, x, y):
    """The patch of 7 x 7 pixels around a place."""
    return f[y - k : y + k + 1, x - k : x + k + 1]


first = patch(f1, x1, y1)
cover, engine = patch(f2, x1 + u, y1), patch(f2, x1, y1)
looks = {"frame 1": first, f"frame 2, {u} px": cover, "frame 2, 0 px": engine}
course.figure("three patches", figures.patches_in_place(bike, looks, (x1, y1), u))

guess = course.predict_first(
    "which patch",
    "Equation 1 compares the first patch with the two of frame 2, "
    "by plain colours from 0 to 1. Which gets the higher score?",
    options=["the cover, at -17 px", "the engine, at 0 px"],
)

# %%
c_cover, c_engine = (first * cover).sum(), (first * engine).sum()
course.answer(
    guess,
    "the engine, at 0 px",
    "A product grows with its factors, and the engine is brighter.",
)
print(f"c at {u} px: {c_cover:.1f}, c at 0 px: {c_engine:.1f}")
course.claim(
    "Equation 1, on plain colours, gives the wrong patch more than twice the score.",
    c_engine > 2 * c_cover,
)
course.claim(
    "The engine is brighter than the cover at every pixel of the patch.",
    (engine.mean(2) > cover.mean(2)).all(),
)

# %% [markdown]
# ## Equation 1 as a loop
#
# The loop below has $K = 1$ and both strides 1, in the symbols of the formula. Outside the map it reads zeros. The paper does not divide by $C$, but the authors' code does: it divides the sum by $K \cdot K \cdot C$.

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
# In PyTorch the loops are usually turned inside out: for each displacement, shift the whole second map, multiply, and take the mean over the channels. `flowlab.correlation` is faster still.

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
    "The loop, the shifts and the layer give the same scores, to within 0.000001.",
    np.allclose(slow, fast[0].numpy(), atol=1e-6)
    and torch.allclose(by_shifts, fast, atol=1e-6),
)

# %% [markdown]
# ### Exercise 8.1: one score
#
# Return the score of one pair of places as the layer computes it: the mean product of the $K \times K$ patches around $(y_1, x_1)$ in `a` and $(y_2, x_2)$ in `b`, over the patch and the channels. Both patches lie inside the maps, `(C, H, W)`.

# %% tags=["exercise-8.1"]
def score(a, b, y1, x1, y2, x2, K):
    """Mean product of two K x K patches, centred at (y1, x1) and (y2, x2)."""
    k = K // 2
    return ...


# %%
course.check("8.1", score)

# %% [markdown]
# ## Vectors of equal length
#
# Why did the engine win? The product of two vectors is $\mathbf{a} \cdot \mathbf{b} = |\mathbf{a}|\,|\mathbf{b}| \cos\alpha$, with $\alpha$ the angle between them. At a fixed angle below 90° it grows with the length of $\mathbf{b}$. Colours are never negative, so their angle is at most 90°. If all vectors have length 1, the product is $\cos\alpha$, the *cosine similarity*. Then the vector with the largest product also has the smallest *SSD*, the sum of squared differences, because $|\mathbf{a} - \mathbf{b}|^2 = 2 - 2\,\mathbf{a} \cdot \mathbf{b}$.
#
# Here each pixel is described by the 7 × 7 patch around it. Its mean colour is subtracted, and the result is scaled to length 1. The product of two scaled patches is the *normalised cross-correlation*, NCC; with the mean taken off, as here, ZNCC (Lewis, 1995, computes it fast). `patches` prepares every pixel in this way, with 3 · 7 · 7 channels; a uniform patch stays 0. FlowNetC does not scale its features. The layers behind have to make sense of the scores.

# %%
def scaled(look):
    """The patch without its mean colour, scaled to length 1."""
    look = look - look.mean((0, 1))
    return look / np.linalg.norm(look)


visible = {name: np.clip(0.5 + 4 * scaled(look), 0, 1) for name, look in looks.items()}
course.figure("scaled patches", visible)
right, wrong = ((scaled(first) * scaled(look)).sum() for look in (cover, engine))
print(f"cosine at {u} px: {right:.2f}, at 0 px: {wrong:.2f}")
course.claim(
    "At length 1 the right patch has a cosine above 0.9, the wrong one below 0.",
    right > 0.9 and wrong < 0,
)

picture = torch.rand(1, 3, 20, 24, generator=torch.Generator().manual_seed(1))
unit = patches(picture)
itself = (unit * unit).sum(1)
scores = flowlab.correlation(unit, unit, max_displacement=4, stride2=1, pad_size=4)
print("channels:", unit.shape[1])
course.claim(
    "On noise every vector has length 1, and each pixel's best match is itself.",
    torch.allclose(itself, torch.ones(1), atol=1e-4)
    and bool((scores.argmax(1) == 40).all()),  # 40 of 81: displacement zero
)

# %% [markdown]
# ### Exercise 8.5: cosines
#
# Features of any length come in, `(B, C, H, W)` twice. Return the cosine of each vector of `a` with those of `b` up to `d` pixels away to each side, in steps of 1 px: `(B, D * D, H, W)`, in the order of the layer's channels, and 0 outside the map or where a vector has length 0. Use `flowlab.correlation`.

# %% tags=["exercise-8.5"]
def cosines(a, b, d):
    """Cosines (B, D * D, H, W) of features with neighbours up to d pixels away."""
    return ...


# %%
course.check("8.5", cosines)

# %% [markdown]
# ## The displacement explorer
#
# The explorer correlates the image itself, so $d = 20$ is 20 px, not 160 as in FlowNetC. Pick a pixel of frame 1 with the mouse or with the arrow keys, which move by two pixels. In frame 2 the square is the window that is searched, the arrow ends at the best match, and the ring is the true place. On the right are all scores of this pixel, the channels of the layer, arranged by displacement; the palest is the best score, which may still be a bad match. Below are close-ups. The layer divides by $C$, so the scores are small. Times $C$, the score of two features of length 1 is their cosine.

# %%
widgets.displacement_explorer()

# %% [markdown]
# What you should see, in this order:
#
# - At the wheel the arrow ends in the ring.
# - Make $d$ smaller than the motion. The true place is outside the window, and the arrow ends at a wrong place: there is always a largest score.
# - Set $d$ back to 20 and raise `stride2` from 2. The wheel is found in steps of 3 and 6 px, and lost in steps of 4 and 5. These come no nearer than 2 px to the best displacement, -18 px, and there the cosine is below 0.2.
# - Set `stride2` to 1, and the features to *colours as they are*. The arrow ends at the brightest pixel of the window. A larger patch $K$ does not help, because a patch of plain colours is not scaled either.
# - Choose patches again, and the chairs. On the uniform seat, at (95, 67), many displacements score almost as high as the best. At (80, 20), on the post, such displacements lie along the post: the aperture problem.
#
# The widget calls the layer, and so can you:

# %%
from flowlab_course.chapters.ch08.matching import COLOURS, PATCHES, find


def search(kind=PATCHES, d=20, stride2=1, K=1):
    """The explorer's search at the wheel."""
    wheel = (201, 117)
    return find(wheel, "motorcycle, two cameras", kind, d, stride2, K, stride1=1)


at_wheel = search()
cosine = at_wheel.scores * at_wheel.features  # C features, so times C
dx, dy = at_wheel.peak
print(f"best match ({dx}, {dy}) px: score {at_wheel.scores.max():.3f}", end=", ")
print(f"times {at_wheel.features} a cosine of {cosine.max():.2f}")
steps = {stride2: search(stride2=stride2).miss for stride2 in (1, 2, 3, 4, 5, 6)}
print("missed by", {stride2: round(pixels, 1) for stride2, pixels in steps.items()})
course.claim(
    "In steps of 4 or 5 px the match is more than 5 px off, "
    "in steps of 1, 2, 3 or 6 px less than 1 px.",
    min(steps[4], steps[5]) > 5 and max(steps[n] for n in (1, 2, 3, 6)) < 1,
)
course.claim(
    "Two pixels to the left and right of its peak the cosine is below 0.2.",
    cosine[20 + dy, [20 + dx - 2, 20 + dx + 2]].max() < 0.2,
)

# %% jupyter={"source_hidden": true}
# Claims: a window that is too small, plain colours, the seat and the post.
off = {d: search(d=d).miss for d in (16, 18)}
course.claim(
    "With d = 16, less than the motion, the match is more than 5 px off; "
    "with d = 18 less than 1 px.",
    off[16] > 5 and off[18] < 1,
)
by_colour = search(COLOURS)
window = by_colour.pair.img2[97:138, 181:222].sum(2, dtype=int)
course.claim(
    "By plain colours the arrow ends at the brightest pixel of the window; "
    "with each odd K from 1 to 15 it is more than 5 px off.",
    window[20 + by_colour.peak[1], 20 + by_colour.peak[0]] == window.max()
    and min(search(COLOURS, K=K).miss for K in range(1, 16, 2)) > 5,
)
chairs = "chairs, made by chapter 05"
seat, post = (find(at, chairs, PATCHES, 20, 1, 1, 1) for at in ((95, 67), (80, 20)))
(at_seat, _), (dy, dx), (here, _) = (
    np.nonzero(s.scores > 0.8 * s.scores.max()) for s in (seat, post, at_wheel)
)
course.claim(
    "On the seat over 50 displacements have over 80 % of the best score, at the wheel "
    "two. On the post they spread over 10 px along it, less than 3 px across.",
    len(at_seat) > 50 and len(here) == 2 and np.ptp(dy) > 10 and np.ptp(dx) < 3,
)

# %% [markdown]
# ## Why 441 channels
#
# FlowNetC correlates feature maps at an eighth of the image's size, with $K = 1$, $d = p = 20$, $s_1 = 1$ and $s_2 = 2$: 21 displacements along each axis. One feature serves in place of a patch, since it describes 31 × 31 pixels.
#
# The layer has no weights: the paper compares it with a convolution of data with *other data* in place of a filter. The layers around it learn.

# %%
d, s1, s2, p, K, C = 20, 1, 2, 20, 1, 256
H, W = 48, 64  # 384 x 512 pixels, divided by 8
D = 2 * (d // s2) + 1
maps = torch.zeros(1, C, H, W, device="meta")  # a tensor with a shape and no memory
out = flowlab.correlation(maps, maps)
print(f"D = {D}, channels {D * D}, output {tuple(out.shape)}")
print(f"reach {8 * d} image pixels in steps of {8 * s2}")
course.claim("FlowNetC's correlation has 441 channels.", out.shape[1] == D * D == 441)
course.claim("It reaches 160 image pixels in each direction.", 8 * d == 160)
layer = flowlab.Correlation()
print(layer)
course.claim("The layer has no parameters.", not list(layer.parameters()))
course.figure("search window", diagrams.window(layer.geometry))
course.claim(
    "Displacement zero is channel 220, the middle one of 441.",
    (d // s2) * D + d // s2 == D * D // 2 == 220,
)

# %% [markdown]
# The output has a place wherever the patch and all patches within $d$ pixels of it fit into the padded map; of these the layer keeps every $s_1$-th. So it has $H_o = \lceil (H + 2p - 2(d + k)) / s_1 \rceil$ rows, and columns likewise. With $p = d + k$ and $s_1 = 1$ that is the map's own size.

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
# Return the displacement `(dx, dy)` of a channel, in pixels of the feature map.

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
# For each place of the output and each displacement, the definition asks for $K \cdot K \cdot C$ products. The cell also counts those of the convolution behind, conv3_1, which reads the $D^2$ channels and the 32 of conv_redir (chapter 10): the step of 2 saves most there. All pairs are affordable at an eighth of the size (RAFT, chapter 14, takes them). At full size, with the same reach in steps of 2 image pixels, the scores of one pair take 20 GB.

# %%
def cost(H, W, C, D, K=1):
    """Multiplications of the definition, with s1 = 1."""
    return H * W * D * D * K * K * C


chosen, every, all_pairs = cost(H, W, C, D), cost(H, W, C, 41), H * W * H * W * C
behind, behind_every = (H * W * 3 * 3 * (n * n + 32) * 256 for n in (D, 41))
far = 2 * (8 * d // 2) + 1
full_size = cost(8 * H, 8 * W, C, far)
counts = {"stride2 = 2": chosen, "its conv3_1": behind}
counts |= {"stride2 = 1": every, "conv3_1 for it": behind_every}
counts |= {"all pairs": all_pairs, f"full size, D = {far}": full_size}
for name, n in counts.items():
    print(f"{name:18} {n / 1e6:11,.0f} million products")
gigabytes = [4e-9 * n for n in (H * W * D * D, (H * W) ** 2, 64 * H * W * far**2)]
print("scores in GB, stride2 = 2, all pairs, full size:", np.round(gigabytes, 3))
course.claim(
    "conv3_1 has over nine times the products; both over three times with stride2 = 1.",
    behind > 9 * chosen and every > 3 * chosen and behind_every > 3 * behind,
)
course.claim(
    "All pairs would be about seven times as many, and full size has 20 GB of scores.",
    round(all_pairs / chosen) == 7 and round(gigabytes[-1]) == 20,
)

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
# An argmax over the scores gives a flow. To take the best score and nothing else is called *winner takes all*, WTA (Scharstein and Szeliski, 2002). It needs no smoothness and no layer behind the correlation. We work at half the size, so a step of one pixel there is two pixels of the image, and $d = 20$ reaches 40 px.

# %%
from torch.nn.functional import avg_pool2d

from flowlab_course.chapters.ch08.features import (
    contrast,
    conv3_features,
    near_a_side,
    random_features,
    unit_length,
)


def best_match(img1, img2, describe, K=5, d=20):
    """Flow (H, W, 2) by the best score at half the size; images of floats."""
    frames = (torch.from_numpy(img).permute(2, 0, 1)[None] for img in (img1, img2))
    a, b = (describe(avg_pool2d(frame, 2)) for frame in frames)
    p = d + K // 2
    scores = flowlab.correlation(a, b, K, max_displacement=d, stride2=1, pad_size=p)[0]
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
    return unit_length(conv3_features(image))


ways = {"plain colours": colours, "patches": patches}
ways |= {"random filters": random_features, "trained filters": trained}
bike = motorcycle(reduce=0.5)
frames = [img.astype(np.float32) / 255 for img in (bike.img1, bike.img2)]
flows = {name: best_match(*frames, describe) for name, describe in ways.items()}
truth = np.where(bike.valid[..., None], bike.flow, np.nan)
drawn = figures.flows_in_rows(flows | {"the truth": truth}, limit=40)
course.figure("flow by the best match", drawn)

# %%
epe = {name: flowlab.epe(f, bike.flow, bike.valid) for name, f in flows.items()}
zero = float(np.linalg.norm(bike.flow, axis=-1)[bike.valid].mean())
print({name: round(error, 1) for name, error in epe.items()})
print("zero flow", round(zero, 1))
course.claim(
    "Plain colours have over twice the error of zero flow, patches less than half.",
    epe["plain colours"] > 2 * zero and epe["patches"] < zero / 2,
)
course.claim(
    "64 random filters have at most a fifth more error than patches of 147 numbers.",
    epe["random filters"] < 1.2 * epe["patches"],
)
course.claim(
    "All these flows go in steps of two pixels.",
    all((f % 2 == 0).all() for f in flows.values()),
)

# %% [markdown]
# The random filters were never trained (compare Jarrett and others, 2009). Patches that look alike get similar answers from any filters, and different patches get different answers from random ones. Linear *random projections* roughly keep distances (Johnson and Lindenstrauss, 1984).
#
# The trained filters are the first three layers of the small FlowNetC that comes with flowlab; chapter 10 builds it. Their receptive field is 31 × 31 pixels, not 7 × 7. So there are two controls: random filters of 31 × 31, and the same three layers *before* training, with random weights. We compare all four without a patch, $K = 1$, and the last two also as they are, without scaling.

# %%
def wide(image):
    """64 random filters with as large a field as the trained ones, 31 x 31."""
    return random_features(image, size=31)


torch.manual_seed(0)
random_network = flowlab.FlowNetC(width=0.25)  # the small network, not trained


def untrained(image):
    """The same three layers before training, scaled to length 1."""
    return unit_length(conv3_features(image, random_network))


def alone(describe):
    """EPE on the motorcycle of the best match without a patch, K = 1."""
    flow = best_match(*frames, describe, K=1)
    return flowlab.epe(flow, bike.flow, bike.valid)


# %%
ways = {"random 7 x 7": random_features, "random 31 x 31": wide}
ways |= {"untrained": untrained, "trained": trained}
scaled_to_1 = [alone(describe) for describe in ways.values()]
as_they_are = [alone(lambda image: conv3_features(image, random_network))]
as_they_are.append(alone(conv3_features))
print(f"{'EPE in px':15}", *(f"{name:>15}" for name in ways))
print(f"{'length 1':15}", *(f"{e:15.1f}" for e in scaled_to_1))
print(f"{'as they are':47}", *(f"{e:15.1f}" for e in as_they_are))
course.claim(
    "At length 1 a field of 31 x 31 has less error than one of 7 x 7 without training.",
    max(scaled_to_1[1:3]) < scaled_to_1[0],
)
course.claim(
    "As they are, untrained features have more error than zero flow, "
    "and trained ones less than untrained ones.",
    as_they_are[0] > zero and as_they_are[1] < as_they_are[0],
)
course.claim(
    "For the same untrained features scaling takes off more error than training does.",
    scaled_to_1[2] < as_they_are[1],
)

# %% [markdown]
# A larger field alone gives a lead over small random filters. Training makes plain products easier to compare; scaling does more, without training.
#
# ## On the scoreboard
#
# Here are the four at length 1, with patches of 5 × 5 around them. The small filters see 22 pixels of the image along an axis, 11 to each side, the large ones 70, 35 to each side.

# %%
def by(describe):
    """A method for the scoreboard: the best match of some features."""
    return lambda img1, img2: best_match(img1, img2, describe)


def no_motion(img1, img2):
    """Zero flow, (H, W, 2)."""
    return np.zeros((*img1.shape[:2], 2), np.float32)


kinds = ("wide", "untrained", "trained")
names = ["best match", *(f"best match, {kind}" for kind in kinds)]
zero_flow = course.scoreboard.add("zero flow", no_motion)
scores = [
    course.scoreboard.add(name, by(describe), note)
    for name, (note, describe) in zip(names, ways.items(), strict=True)
]
course.scoreboard.show("zero flow", *names)
print(f"{'EPE in px':15}", *(f"{name:>15}" for name in ways))
for pair in zero_flow.by_pair:
    print(f"{pair:15}", *(f"{s.by_pair[pair]:15.2f}" for s in scores))
*_, new, learnt = (s.by_pair for s in scores)
lost = sum(learnt[pair] > new[pair] for pair in new)
print(f"trained features lose to untrained ones on {lost} of {len(new)} pairs")

# %%
rocket = next(p for p in course.scoreboard.pairs() if p.name == "rocket leaps")
motion = {"degrees": -4.0, "scale": 0.94, "translation": (22.0, 9.0)}
larger = moving_photograph("rocket", size=(212, 320), **motion)
inside = np.s_[10:202, 32:288]  # the board's frames within the larger ones

why = course.predict_first(
    "rocket",
    "Both controls lose to the small filters on the rocket. Its photograph goes on "
    "beyond the frames. We put more of it around both, and look at the same pixels of "
    "the sky, 12 to 36 px from the old left or right border. Which errors fall there?",
    options=[
        "none: the sky is uniform everywhere",
        "those of the large fields",
        "all four, about alike",
    ],
)

# %%
def errors(pair, cut=np.s_[:], noise=0.0):
    """The error of each pixel in px, for each of the four ways, (4, 192, 256)."""
    rng = np.random.default_rng(0)
    pictures = [np.float32(img) / 255 for img in (pair.img1, pair.img2)]
    pictures = [img + np.float32(rng.normal(0, noise, img.shape)) for img in pictures]
    found = [best_match(*pictures, describe)[cut] for describe in ways.values()]
    return np.linalg.norm(np.stack(found) - rocket.flow, axis=-1)


tests = {"as it was": errors(rocket), "more around": errors(larger, inside)}
tests["and noise"] = errors(larger, inside, noise=1 / 255)  # one grey level
sky = near_a_side(rocket, 12, 36) & (contrast(rocket.img1) < 3)
course.answer(
    why,
    "those of the large fields",
    "There large fields reach beyond the border, up to 35 px. Small ones reach 11 px.",
)

# %%
rows = {name: off[:, rocket.valid].mean(axis=1) for name, off in tests.items()}
in_sky = {name: off[:, sky] for name, off in tests.items()}
rows |= {f"sky, {name}": off.mean(axis=1) for name, off in in_sky.items()}
rows |= {f"its median, {n}": np.median(off, axis=1) for n, off in in_sky.items()}
print(f"{'px':23}", *(f"{name:>15}" for name in ways))
for name, row in rows.items():
    print(f"{name:23}", *(f"{error:15.2f}" for error in row))
was, more, noisy = (rows[f"sky, {name}"] for name in tests)
course.claim(
    "In this part of the sky both controls lose over a third of their error, and the "
    "small filters, which see nothing of the border there, keep theirs.",
    max(more[1:3] / was[1:3]) < 2 / 3 and abs(more[0] - was[0]) < 0.01,
)
course.claim(
    "On the whole picture the three without training lose over half of their error. "
    "The small filters still have the least of the three.",
    (rows["more around"][:3] < rows["as it was"][:3] / 2).all()
    and rows["more around"][:3].argmin() == 0,
)
median = rows["its median, and noise"]
course.claim(
    "With noise of one grey level the small filters' error in the sky is over four "
    "times as large; their median is below half of the controls' error.",
    noisy[0] > 4 * more[0] and median[0] < min(median[1:3]) / 2,
)

# %% jupyter={"source_hidden": true}
# Claims: what the larger frames hold, and which pairs large fields win.
course.claim(
    "The larger frames hold the same pixels and the same motion.",
    all((b[inside] == a).all() for a, b in zip(rocket[1:3], larger[1:3], strict=True))
    and np.allclose(larger.flow[inside], rocket.flow),
)
of_small, *controls = (s.by_pair for s in scores[:3])
course.claim(
    "Each of the four has less than half of the error of zero flow, by the mean of the "
    "pairs. Both controls have less error than the small filters on the coffee, the "
    "cat and the astronaut, and more on the rocket.",
    max(s.mean for s in scores) < zero_flow.mean / 2
    and all(e[p] < of_small[p] for e in controls for p in list(of_small)[:3])
    and all(e["rocket leaps"] > of_small["rocket leaps"] for e in controls),
)

# %% [markdown]
# Each field loses where it reaches beyond the border: the outermost pixels are repeated, and in frame 2 these are other pixels than in frame 1. With more picture around, the small filters lead in the uniform sky. Both frames come from one photograph, so its grain moves along, and a small field can match the grain. A camera draws new noise for each frame: one grey level of it gives the small filters large misses; their median hardly changes.
#
# At length 1 training need not help: the features were trained for layers that read all scores, not for an argmax. Winner takes all also answers where a pixel is hidden in frame 2; chapter 02's forward-backward check reports some of these.

# %% [markdown]
# ## Recap
#
# - Correlation compares a patch with all patches within $d$: multiply, sum, one channel for each displacement.
# - With $d_x$ and $d_y$ counted in steps of $s_2$ pixels and $r = \lfloor d / s_2 \rfloor$, the channel is $(d_y + r) \cdot D + (d_x + r)$. There are $D^2$ channels; FlowNetC has 21 × 21 = 441.
# - The layer has no weights. Products compare directions only if all features have the same length; otherwise long ones tend to win, such as bright colours.
# - Its cost grows with $D^2$, and so does that of the layer behind. Hence the step of 2.
# - The best match alone gives a flow, in whole pixels of the map, and wrong where patches look alike.
# - A large receptive field sees more texture, and more of what lies beyond the border.

# %% [markdown]
# ## Quiz

# %%
course.quiz("08")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 8.4: leave some out
#
# Make `shift_multiply_mean` take every `stride2`-th displacement only, zero included. `max_displacement` need not be a multiple of it; call the largest displacement that is left `reach`.

# %% tags=["exercise-8.4"]
def strided(a, b, max_displacement, stride2):
    """Correlation (B, D * D, H, W) with displacements in steps of stride2 pixels."""
    H, W = a.shape[2:]
    return ...


# %%
course.check("8.4", strided)

# %% [markdown]
# ### Open task: a patch of another size
#
# No checker here: this one is for a conversation. `best_match(*frames, describe, K=K)` compares patches of $K \times K$ features. First write down the best of $K$ = 1, 3, 5, 9 and 15 on the motorcycle, for `random_features` and for `wide`. Then print the EPE, and look at the flow of the smallest and the largest $K$. Where in the picture does a larger patch help, and where does it hurt? Why can FlowNetC do with $K = 1$?

# %% [markdown]
# ## Terms
#
# - *correlation* (相关): comparing two feature maps: the products of each place in one with the places near it in the other.
# - *patch* (图像块): a small square cut out of a picture, to be compared as a whole.
# - *cost volume* (代价体): all scores of a comparison, by place and by displacement; the correlation's output is one.
# - *cosine similarity* (余弦相似度): the product of two vectors that were scaled to length 1.
# - *normalised cross-correlation* (归一化互相关): the cosine similarity of two patches, mostly with their means taken off.
# - *winner takes all* (赢者通吃): taking the displacement with the best score at each pixel by itself.
# - *random projection* (随机投影): describing data by products with random vectors, which roughly keep distances.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read the half page around equation 1, and find the sentence on the strides that make it affordable.
# - [A Taxonomy and Evaluation of Dense Two-Frame Stereo Correspondence Algorithms](https://doi.org/10.1023/A:1014573219977), Scharstein and Szeliski, 2002. Look for the steps that may follow a cost volume; the patch $K$ is one of them, aggregation.
# - [PWC-Net: CNNs for Optical Flow Using Pyramid, Warping, and Cost Volume](https://arxiv.org/abs/1709.02371), Sun and others, 2018. Look for what replaced 441 channels: nine by nine, after a warp.

# %%
course.end()
