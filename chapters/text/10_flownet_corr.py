# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 · FlowNetC
#
# > At the end of this chapter you have built FlowNetCorr out of FlowNetS and a correlation, you can say what each of its 473 merged channels holds, and you know from experiments for which motions the built-in comparison helps.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Draw FlowNetC from memory, and assemble it: two streams, correlation, merge, skip connection.
# 2. Convert the reach of a correlation between feature maps and pixels of the image.
# 3. Test by experiment what a built-in comparison gives a network, with controls and several seeds.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 60 seconds. Exercise 10.5 and the open task take 30 minutes more.
#
# **Needs**: chapters 07 and 08; chapter 09 is not needed.
#
# **Symbols**: $f_1, f_2$ the features of both images, `conv3` of each; $d$ the largest displacement of their correlation; $s_2$ the step between displacements; $D$ displacements along an axis; $\mathbf{m}$ the mean feature vector of an image.

# %%
# %matplotlib inline
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab.datasets.samples import motorcycle, photograph
from flowlab_course.chapters.ch10 import diagrams, figures, widgets

course.begin("10")
device = course.profile().device
D = 21  # displacements along an axis: -160, -144, ..., 160 px

# %% [markdown]
# ## A trained network at work
#
# Here is `flownetc-small`, a FlowNetC of a quarter of the width. It was trained on textures that slide and on drawn chairs, and has seen no photograph. Inside, it compares both frames: for each place of frame 1 it computes 441 scores, one for each displacement. The square in the middle shows the scores of one place, with displacement (0, 0) in the middle.

# %%
trained = flowlab.load_model("flownetc-small").eval()
bike = motorcycle(reduce=0.5)
place = x, y = 200, 168
kept = {}
hook = trained.corr.register_forward_hook(lambda m, i, out: kept.update(scores=out))
flow = flowlab.predict(trained, bike.img1, bike.img2)
hook.remove()
square = kept["scores"][0, :, y // 8, x // 8].view(D, D).numpy()
drawn = figures.at_work(bike.img1, place, square, bike.flow[y, x], flow)
course.figure("at work", drawn)


def error_on_bike(w):
    """EPE on the motorcycle, in px."""
    return float(flowlab.epe(w, bike.flow, bike.valid))


one_vector = np.zeros_like(flow) + bike.flow[bike.valid].mean(axis=0)
whole_epe, vector_epe = error_on_bike(flow), error_on_bike(one_vector)
print(f"EPE of the network {whole_epe:.2f} px", end=", ")
print(f"of the true mean vector at all pixels {vector_epe:.2f} px")
course.claim(
    "The network has less than three quarters of the error of that one vector.",
    whole_epe < 0.75 * vector_epe,
)

# %% [markdown]
# ## A comparison is built in
#
# FlowNetS must learn to compare. Its filters read both frames from the first layer on, and nothing in the layers tells them to look for a patch of frame 1 in frame 2.
#
# The same authors (Dosovitskiy, Fischer and others, 2015) asked whether a built-in comparison helps. FlowNetCorr, FlowNetC for short, computes features of each image *alone*. The correlation of chapter 08 compares them. Training has to find features that compare well, and has to learn to read the scores.

# %%
with torch.device("meta"):  # shapes without memory
    S, C = flowlab.FlowNetS(), flowlab.FlowNetC()
print("conv1 of S reads", S.conv1[0].in_channels, "channels: both images")
print("conv1 of C reads", C.conv1[0].in_channels, "channels: one image")
course.figure("two streams", diagrams.two_streams(C))
course.claim(
    "The first layer of FlowNetC reads three channels, one image.",
    C.conv1[0].in_channels == 3,
)

# %% [markdown]
# ## Two streams, one set of weights
#
# `conv1` to `conv3` run on both images, in *two streams* with the same weights. Such a network is called a *Siamese network* (Bromley and others, 1993). The reason is not to save weights. A score is high if two vectors agree. With shared weights, two pictures of one patch get the same vector from the start. Streams with weights of their own can be trained to agree, but they do not begin so.

# %%
torch.manual_seed(0)
small = flowlab.FlowNetC(width=0.125).eval()  # untrained, for experiments


def stream(network, image):
    """Features of images by conv3, an eighth of their size."""
    return network.conv3(network.conv2(network.conv1(image)))


patch = torch.rand(1, 3, 64, 128)
with torch.no_grad():
    here, there = (stream(small, image) for image in (patch, patch.roll(8, 3)))
print("image", tuple(patch.shape), "-> features", tuple(here.shape))
inner = np.s_[..., 2:-2, 3:-2]  # what sees no border
course.claim(
    "Away from the border, features of a picture that slid by 8 px are the "
    "picture's features, one place further.",
    torch.allclose(there[inner], here.roll(1, 3)[inner], atol=1e-5),
)

# %% [markdown]
# ### Exercise 10.3: two streams in one pass
#
# A training needs features of two batches, `img1` and `img2`. Call `layers` once for both, and return the features of each. Use no `torch.no_grad`: the layers have to learn. One call is not only faster: batch normalisation then takes its statistics over both.

# %% tags=["exercise-10.3"]
def streams(layers, img1, img2):
    """Features of both images in one pass: a pair of (B, C, H, W)."""
    return ...


# %%
course.check("10.3", streams)

# %% [markdown]
# ## Features must be centred
#
# Take textures that slide as a whole, and average the scores over the picture. Does the best of the 441 stand at the slide?

# %%
from torch.nn.functional import interpolate


def textures(count, rng, size=256):
    """Pictures of blurred noise on three scales: (count, 3, size, size)."""
    out = torch.full((count, 3, size, size), 0.5)
    for cell in (4, 8, 16):
        coarse = size // cell + 2
        noise = torch.randn(count, 3, coarse, coarse, generator=rng)
        cells = interpolate(noise, scale_factor=cell, mode="bicubic")
        out += 0.15 * cells[..., :size, :size]
    return out.clamp(0, 1)


def sliding(pictures, count, rng, reach=40, side=128):
    """Pairs of squares that slid: (count, 3, side, side) twice, (count, 2, 1, 1)."""
    which = torch.randint(len(pictures), (count,), generator=rng).tolist()
    uv = torch.randint(-reach, reach + 1, (count, 2), generator=rng)
    room = pictures.shape[-1] - side - reach
    at = torch.randint(reach, room + 1, (count, 2), generator=rng)
    first, second = [], []
    for i, (x, y), (u, v) in zip(which, at.tolist(), uv.tolist(), strict=True):
        first.append(pictures[i, :, y : y + side, x : x + side])
        second.append(pictures[i, :, y - v : y - v + side, x - u : x - u + side])
    return torch.stack(first), torch.stack(second), uv.float()[..., None, None]


# %%
rng = torch.Generator().manual_seed(99)
exam = sliding(textures(16, rng), 16, rng)
farthest = int(exam[2].norm(dim=1).argmax())
frames = {f"frame {i + 1}": exam[i][0].permute(1, 2, 0).numpy() for i in (0, 1)}
course.figure("a sliding texture", frames, width=5)
u, v = (int(x) for x in exam[2][0].flatten())
alike = (exam[1][0].roll((-v, -u), (1, 2)) == exam[0][0]).all(dim=0)
course.claim(
    "All that both frames show is the same in both, moved by the flow.",
    int(alike.sum()) >= (128 - abs(u)) * (128 - abs(v)),
)
guess = course.predict_first(
    "untrained",
    "FlowNetC is untrained, and 16 textures slid by up to 40 px. In how many pairs "
    "does the best mean score stand within 8 px (half a step) of the slide?",
    options=["in one or two, by chance", "in about half", "in nearly all"],
)

# %%
def centred(f):
    """Subtract the mean of each channel over the picture."""
    return f - f.mean((2, 3), keepdim=True)


def mean_scores(f1, f2):
    """The score of each displacement, averaged over all places: (B, 441)."""
    with torch.no_grad():
        return flowlab.correlation(f1, f2).mean((2, 3))


def found(f1, f2):
    """In how many pairs of the exam the best score stands at the slide."""
    row, column = np.divmod(mean_scores(f1, f2).argmax(1).numpy(), D)
    best = 16 * np.stack([column - 10, row - 10], axis=1)
    return int((np.abs(best - exam[2][:, :, 0, 0].numpy()).max(1) <= 8).sum())


def described(network, other=None):
    """Features of both frames of the exam; frame 2 by the other network, if any."""
    img1, img2 = network.prepare(*exam[:2])  # minus the mean colour
    with torch.no_grad():
        return stream(network, img1), stream(other or network, img2)


# %%
rows = {"as they are": [], "of length 1": [], "centred": [], "centred, own weights": []}
for seed in (0, 1, 2):
    torch.manual_seed(seed)
    one, other = (flowlab.FlowNetC(width=0.125).eval() for _ in range(2))
    f1, f2 = described(one)
    apart = described(one, other)
    unit = [f / f.norm(dim=1, keepdim=True) for f in (f1, f2)]
    rows["as they are"].append(found(f1, f2))
    rows["of length 1"].append(found(*unit))
    rows["centred"].append(found(centred(f1), centred(f2)))
    rows["centred, own weights"].append(found(*map(centred, apart)))


def common(f):
    """Share of the squared length of features that is their mean vector's."""
    return float((f.mean((2, 3)) ** 2).sum() / (f**2).mean((2, 3)).sum())


learnt = described(trained)
course.answer(guess, "in about half", "Something in the features misleads the scores.")
for name, counts in rows.items():
    print(f"untrained, three seeds, {name:20} {counts} of 16 pairs")
print("trained, as they are", found(*learnt), "of 16 pairs")
print(f"share of the mean vector: {common(f1):.2f}, trained {common(learnt[0]):.2f}")

# %% jupyter={"source_hidden": true}
# Claims and a picture: what centring does, and what it takes besides.
course.claim(
    "Centred features find over nine tenths of the slides, the same features as "
    "they are at most six tenths, with three seeds together.",
    sum(rows["centred"]) > 0.9 * 48 and sum(rows["as they are"]) <= 0.6 * 48,
)
course.claim(
    "Length 1 alone, or centring without shared weights, finds at most half.",
    max(rows["of length 1"] + rows["centred, own weights"]) <= 8,
)
course.claim(
    "Trained features need no centring: they find at least three quarters, and "
    "the share of their mean vector is less than half as large.",
    found(*learnt) >= 12 and common(learnt[0]) < common(f1) / 2,
)
pairs = {
    "untrained, as they are": (f1, f2),
    "untrained, centred": (centred(f1), centred(f2)),
    "trained, as they are": learnt,
}
squares = {}
for name, pair in pairs.items():
    squares[name] = mean_scores(*pair)[farthest].view(D, D).numpy()
slide = exam[2][farthest].flatten().tolist()
course.figure("scores of three", figures.score_squares(squares, slide))

# %% [markdown]
# Why? After LeakyReLU most values are positive, so all vectors of an image contain their mean $\mathbf{m}$. Each product then contains $|\mathbf{m}|^2$, whether the places match or not. Outside of the picture the correlation reads zeros, so a long displacement collects fewer of these products. The mean scores form a hill around displacement zero, and the peak at the slide has to rise above it.
#
# *Centring*, subtracting $\mathbf{m}$, removes both effects. It is the step from NCC to ZNCC of chapter 08. FlowNetC has no such layer, and its training makes the mean vector small. So do not say that untrained networks can match: their features can, after they were centred, as the widget below does.

# %% [markdown]
# ## The merge
#
# Frame 2 enters the rest of the network through the scores alone. But a score does not tell what a place looks like. So features of frame 1 also go past the correlation, through `conv_redir`, a 1 × 1 convolution to 32 channels. Both are concatenated, and `conv3_1` reads them. From `conv4` on, FlowNetC is FlowNetS.
#
# What does each part do in the trained network? Take away the scores, and as a control the redirected features. A mean in place of a channel keeps its usual value, as in chapter 07.

# %%
redirected, sides = C.conv_redir[0].out_channels, C.corr.geometry.side
print(f"{redirected} redirected + {sides} x {sides} = {sides**2} scores", end=" ")
print(f"= {C.conv3_1[0].in_channels} channels into conv3_1")
count = {n.name: sum(p.numel() for p in n.parameters()) for n in (S, C)}
early = ("conv1", "conv2", "conv3", "conv_redir", "corr")
later = [name for name, _ in C.named_children() if not name.startswith(early)]
print("parameters:", count)
course.claim(
    "conv3_1 reads 473 channels.",
    C.conv3_1[0].in_channels == redirected + sides**2 == 473,
)
course.claim(
    "FlowNetC has 39,174,330 parameters, less than 2 % more than FlowNetS.",
    count["flownetc"] == 39_174_330 < 1.02 * count["flownets"],
)
course.claim(
    "From conv4 on, both have the same layers.",
    all(repr(S.get_submodule(n)) == repr(C.get_submodule(n)) for n in later),
)

# %%
guess = course.predict_first(
    "without scores",
    "In the trained network, replace each score by its mean over the picture. "
    "What becomes of the motorcycle's flow?",
    options=["nearly the same", "nearly one vector everywhere", "nearly zero"],
)

# %%
def without(channels):
    """Flow of the motorcycle if these inputs of conv3_1 are their means."""

    def average(layer, inputs):
        merged_maps = inputs[0].clone()
        part = merged_maps[:, channels]
        merged_maps[:, channels] = part.mean((2, 3), keepdim=True)
        return (merged_maps,)

    hook = trained.conv3_1.register_forward_pre_hook(average)
    changed = flowlab.predict(trained, bike.img1, bike.img2)
    hook.remove()
    return changed


def spread(w):
    """Mean distance of a flow's vectors from their mean, in px."""
    return float(np.linalg.norm(w - w.mean((0, 1)), axis=-1).mean())


# %%
known = np.where(bike.valid[..., None], bike.flow, np.nan)
flows = {"the true flow": known, "FlowNetC, trained": flow}
flows["without the scores"] = without(slice(-D * D, None))
flows["without the redirected features"] = without(slice(None, -D * D))
course.answer(guess, "nearly one vector everywhere", "The rest sees frame 1 alone.")
for name, w in list(flows.items())[1:]:
    print(f"{name:32} EPE {error_on_bike(w):.2f} px, spread {spread(w):.2f} px")
course.figure("without a part", figures.lengths(flows, longest=30))
course.claim(
    "Without scores the vectors spread less than half as far, and the error grows "
    "by over a quarter.",
    spread(flows["without the scores"]) < spread(flow) / 2
    and error_on_bike(flows["without the scores"]) > 1.25 * whole_epe,
)

# %% [markdown]
# The authors redirect features because later layers may need them. Whether this network needs them on this pair, the last line says; other weights and other pairs may answer otherwise.
#
# A point that popular diagrams leave open: the flow belongs to the *first* image. Its features are redirected, and its `conv2` is the skip connection. The flow of the swapped images lies on the other grid; it is not this one with a minus.

# %% [markdown]
# ### Exercise 10.1: why 473?
#
# Return the number of channels that `conv3_1` reads.

# %% tags=["exercise-10.1"]
def merged_channels(redirected, max_displacement, stride2):
    """Channels that conv3_1 reads: redirected ones and the scores."""
    return ...


# %%
course.check("10.1", merged_channels)

# %% [markdown]
# ### Exercise 10.4: the merge
#
# Build what `conv3_1` reads. `correlate(a, b)` gives the scores of the places of `a`; LeakyReLU with slope 0.1 follows the correlation. `redirect(f)` is `conv_redir` with its activation. Redirected features come first.

# %% tags=["exercise-10.4"]
def merged(f1, f2, redirect, correlate):
    """What conv3_1 reads: (B, 32 + 441, H/8, W/8) at full width."""
    return ...


# %%
course.check("10.4", merged)

# %% [markdown]
# ## How far it reaches
#
# The maps have an eighth of the image's size. A displacement of 20 places is one of 160 pixels, and a step of 2 is one of 16. Slide the texture, and look for the bright square. The features are untrained; the menu says whether they are centred. Their length is as it is.

# %%
near, far = (widgets.compute(*slide, 20, 2) for slide in ((96, -64), (200, 0)))
raw = widgets.compute(96, -64, 20, 2, widgets.RAW)
print("a slide by (96, -64) px: centred", near.best, "px, as they are", raw.best, "px")
course.claim(
    "Inside the reach, the best score of centred features stands at the slide.",
    near.best == (96, -64),
)
course.claim(
    "For a slide by 200 px the scores differ by less than half as much.",
    np.ptp(far.scores) < np.ptp(near.scores) / 2,
)
widgets.how_far_it_reaches()

# %% [markdown]
# What you should see: the bright square jumps in steps of 16 pixels. Between two steps, two neighbours share the light, and later layers can read the rest from that. With features as `conv3` gives them, a hill around the middle appears, and for far slides its top is brighter than the spot. A little outside of the reach the outermost column is still bright, because features overlap: each sees 31 pixels.

# %% [markdown]
# ### Exercise 10.2: in pixels of the image
#
# Features are `features_stride` pixels of the image apart. Return the pair (reach to one side, step between displacements), both in pixels of the image.

# %% tags=["exercise-10.2"]
def in_image_pixels(features_stride, max_displacement, stride2):
    """Reach of the correlation and its step, both in pixels of the image."""
    return ...


# %%
course.check("10.2", in_image_pixels)

# %% [markdown]
# ## A race, in two regimes
#
# Both networks learn from the same pairs of sliding textures: once with slides of up to 6 px, less than a step of the correlation, and once of up to 40 px. (Short slides get smaller pictures and half as many steps, to save time.) Each race runs with two seeds, for weights and pairs. Both networks have an eighth of the channels, and *batch normalisation* (Ioffe and Szegedy, 2015), which is not in the paper. It shortens the first minutes of training.

# %%
guess = course.predict_first(
    "race",
    "After a short training, which network has the smaller error on unseen slides?",
    options=["FlowNetS on both", "FlowNetC on both", "FlowNetC on far slides only"],
)


def one_step(model, optimizer, schedule, img1, img2, flow):
    """One step of training, with the loss of chapter 07."""
    loss = 0
    for level, w in enumerate(model.train()(img1, img2).pyramid):
        loss += (4 * 2**level * w - flow).norm(dim=1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()


def grade(model, pairs):
    """EPE on these pairs, in px."""
    with torch.no_grad():
        off = model.eval()(*pairs[:2]).flow - pairs[2]
    return float(off.norm(dim=1).mean())

# %%
def race(reach, seed, steps):
    """Train both on the same slides; the EPE on unseen ones, every 40 steps."""
    rng = torch.Generator().manual_seed(seed)
    side = 64 if reach == 6 else 128
    pictures, others = textures(64, rng, 2 * side), textures(16, rng, 2 * side)
    unseen = [t.to(device) for t in sliding(others, 32, rng, reach, side)]
    torch.manual_seed(seed)
    racers, training, errors = {}, {}, {"FlowNetS": [], "FlowNetC": []}
    for name in errors:
        network = getattr(flowlab, name)
        racers[name] = network(width=0.125, batch_norm=True).to(device)
        adam = torch.optim.Adam(racers[name].parameters())
        cycle = torch.optim.lr_scheduler.OneCycleLR(adam, 4e-3, total_steps=steps)
        training[name] = adam, cycle
    for step in range(1, steps + 1):
        batch = sliding(pictures, 8, rng, reach, side)
        img1, img2, flow = (t.to(device) for t in batch)
        for name, model in racers.items():
            one_step(model, *training[name], img1, img2, flow)
            if step % 40 == 0 or step == steps:
                errors[name].append(grade(model, unseen))
    return racers, unseen, errors


# %%
steps = course.profile().pick(laptop=160, gpu=800)
curves, zero = {}, {6: [], 40: []}


def run_and_keep(reach, seed, steps):
    """Run a race, keep its curves, and return the networks and the unseen pairs."""
    racers, unseen, errors = race(reach, seed, steps)
    zero[reach].append(float(unseen[2].norm(dim=1).mean()))
    for name, values in errors.items():
        curves[name, reach, seed] = values
    return racers, unseen


for seed in (0, 1):
    run_and_keep(6, seed, steps // 2)

# %%
run_and_keep(40, 1, steps)

# %%
racers, unseen = run_and_keep(40, 0, steps)  # used again below
course.answer(guess, "FlowNetC on far slides only", "See the two panels.")
for (name, reach, seed), errors in curves.items():
    shown = " ".join(f"{e:5.2f}" for e in errors)
    print(f"{name}, up to {reach:2} px, seed {seed}: {shown} px")
zero = {reach: sum(two) / 2 for reach, two in zero.items()}
print("zero flow:", {f"up to {reach} px": round(e, 2) for reach, e in zero.items()})
course.figure("the race", figures.race(curves, zero, every=40))
final = {key: errors[-1] for key, errors in curves.items()}

# %% jupyter={"source_hidden": true}
# Claims: what the curves show at their ends.
mean = {}
for name, reach, seed in final:
    mean[name, reach] = mean.get((name, reach), 0) + final[name, reach, seed] / 2
course.claim(
    "On far slides FlowNetC ends ahead with both seeds, in the mean below zero flow.",
    all(final["FlowNetC", 40, s] < final["FlowNetS", 40, s] for s in (0, 1))
    and mean["FlowNetC", 40] < zero[40],
)
course.claim(
    "On short slides, after 80 steps, both are worse than zero flow, and differ by "
    "less than a tenth.",
    steps != 160
    or (
        0.9 < mean["FlowNetC", 6] / mean["FlowNetS", 6] < 1.1
        and min(mean["FlowNetC", 6], mean["FlowNetS", 6]) > zero[6]
    ),
)

# %% [markdown]
# Up to 40 px, different displacements have the best score. FlowNetC has to learn which channel means which vector; FlowNetS has to learn to match.
#
# Up to 6 px FlowNetC has no such advantage. All slides lie within the first step of 16 px, so one displacement is the best for nearly all of them, and only small differences between scores tell them apart. After so few steps it is still better to answer zero.
#
# This is a short training of narrow networks. It says what is learnt *first*, not what can be learnt. In the paper FlowNetC is better on Flying Chairs and FlowNetS on Sintel's final pass. So try the shipped networks, which were trained for hours: a photograph slides to the right.

# %%
shipped = {"FlowNetS": flowlab.load_model("flownets-small"), "FlowNetC": trained}
coffee = photograph("coffee")[100:292]
slides = (4, 8, 16, 32, 64, 96, 128, 160, 200)
errors = {name: [] for name in shipped}
for slide in slides:
    img1, img2 = coffee[:, 300:556], coffee[:, 300 - slide : 556 - slide]
    for name, network in shipped.items():
        w = flowlab.predict(network.eval(), img1, img2)
        off = np.linalg.norm(w - (slide, 0), axis=-1)
        errors[name].append(float(off[:, : 256 - slide].mean()))  # what stays inside
for name, line in errors.items():
    print(name, "at", slides, "px:", " ".join(f"{e:.1f}" for e in line), "px")
course.figure("slides of a photograph", figures.over_slides(slides, errors))
course.claim(
    "Up to 16 px each network has less than a third of zero flow's error.",
    all(line[i] < slides[i] / 3 for line in errors.values() for i in range(3)),
)
course.claim(
    "At 200 px each has more than half of zero flow's error.",
    all(line[-1] > 200 / 2 for line in errors.values()),
)

# %% [markdown]
# A reach of 160 px is what the layer *could* deliver. The layers behind must have seen slides of that length in training to read them.

# %% [markdown]
# ## Shuffle the channels
#
# Neighbouring channels of the correlation stand for neighbouring displacements. But a convolution does not use the order of its input channels. Take FlowNetC of the last race (slides up to 40 px, seed 0), and shuffle its 441 scores. Then shuffle the weights of `conv3_1` that read them, in the same way.

# %%
order = torch.randperm(D * D, generator=torch.Generator().manual_seed(3)).to(device)
C8 = racers["FlowNetC"]


def shuffle(module, inputs, scores):
    """The scores in another order."""
    return scores[:, order]


as_trained = grade(C8, unseen)
hook = C8.corr_activation.register_forward_hook(shuffle)
shuffled = grade(C8, unseen)
with torch.no_grad():
    weight = C8.conv3_1[0].weight  # (out, redirected + 441, 3, 3)
    weight[:, -D * D :] = weight[:, -D * D :][:, order]
repaired = grade(C8, unseen)
hook.remove()
with torch.no_grad():
    weight[:, -D * D :] = weight[:, -D * D :][:, order.argsort()]
print(f"as trained {as_trained:.2f} px, scores shuffled {shuffled:.2f} px,", end=" ")
print(f"weights shuffled too {repaired:.2f} px")

# %% jupyter={"source_hidden": true}
# Claims: what each shuffle does to the error.
course.claim(
    "With its scores in another order the trained network has over 10 % more error.",
    shuffled > 1.1 * as_trained,
)
course.claim(
    "With the weights in the same order, the error is as before to 0.01 px.",
    abs(repaired - as_trained) < 0.01,
)

# %% [markdown]
# So any order would do, as long as training and use agree. The network is not told that the middle channel means "no motion", or which channels are neighbours; it learns what each channel stands for. If you load weights that others trained, keep *their* order of the scores.

# %% [markdown]
# ## Recap
#
# - Two streams with the same weights, then a correlation: 441 scores, and 32 redirected channels of frame 1 beside them.
# - Frame 2 enters through the scores alone. Without them little more than one vector is left.
# - Untrained features find nearly every slide after centring, and about half of them before. Training makes the mean vector small by itself.
# - The correlation reaches 160 pixels to each side, in steps of 16. What the network can use also depends on the motions in its training.
# - After a short training FlowNetC is ahead on far slides only. Slides shorter than a step give it no advantage.
# - The order of the scores is a convention that trained weights depend on.

# %% [markdown]
# ## Quiz

# %%
course.quiz("10")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 10.5: a small FlowNetC
#
# Assemble a FlowNetC whose correlation reaches `reach` pixels of the image to each side, in steps of `step` pixels; both are multiples of 8. `layers` is a dictionary: `layers["conv1"]`, `["conv2"]`, `["conv3"]`, `["conv_redir"]` and `["conv3_1"]` have their activations inside, and `layers["rest"](conv2, conv3_1)` is all that follows, up to the flow in pixels. Call `flowlab.correlation`, and give it the padding that keeps the size of `conv3`. The mean colour is subtracted already.

# %% tags=["exercise-10.5"]
def small_flownetc(img1, img2, layers, reach, step):
    """Flow (B, 2, H, W) of a FlowNetC with this reach and step, in px of the image."""
    return ...


# %%
course.check("10.5", small_flownetc)

# %% [markdown]
# ### Open task: slides of another photograph
#
# No checker here: this one is for a conversation. Repeat the curve of the slides with `face = photograph("astronaut")[160:352]`, `img1 = face[:, 10 + slide : 266 + slide]` and `img2 = face[:, 10:266]`. Before you run it, write down for each network the longest slide at which its error will stay below half of zero flow's. The correlation reaches 160 px: why do the networks give up before? Look up in chapter 05 how far things move in the pairs of the training. And the race had two seeds: what would you have to run before you reported it in a paper?

# %% [markdown]
# ## Terms
#
# - *two streams* (双流结构): two copies of the same first layers, one for each frame.
# - *Siamese network* (孪生网络): a network that describes two inputs with the same weights and compares the descriptions.
# - *centring* (中心化): subtracting the mean, so that products compare what differs.
# - *batch normalisation* (批归一化): scaling each channel to mean 0 and standard deviation 1 over a batch, before a learnt scale and shift.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 3 once more with figure 2, and compare both networks in the table of results: where does each win?
# - [FlowNet 2.0: Evolution of Optical Flow Estimation with Deep Networks](https://arxiv.org/abs/1612.01925), Ilg and others, 2017. Look for what they found out about FlowNetC against FlowNetS when both are trained longer.
# - [Computing the Stereo Matching Cost with a Convolutional Neural Network](https://arxiv.org/abs/1409.4326), Žbontar and LeCun, on arXiv in 2014. An earlier network for stereo: two streams, shared weights, a learnt comparison.

# %%
course.end()
