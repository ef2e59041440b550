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
# > At the end of this chapter you can build FlowNetCorr out of FlowNetS and a correlation, say what each of its 473 merged channels holds, and have seen on equal pairs what the comparison is worth.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Draw FlowNetC from memory: two streams, the merge, the detour.
# 2. Convert its reach between features and pixels.
# 3. Tell by experiment what a network gains from being told how to compare.
#
# **Time**: about 50 minutes to read and do; a laptop runs all cells in 50 seconds.
#
# **Needs**: chapters 07 and 08; chapter 09 is not needed.
#
# **Symbols**: $f_1, f_2$ the features of both images, `conv3` of each; $c$ their correlation; $d$ its largest displacement; $s_2$ the step between displacements; $D$ displacements along an axis.

# %%
# %matplotlib inline
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch10 import diagrams, figures, widgets

course.begin("10")
device = course.profile().device

# %% [markdown]
# ## Tell it how to compare
#
# FlowNetS has to invent comparing by itself. Somewhere in its first layers, a filter has to learn to look at a patch of one image and at the same patch, a little moved, in the other, and to do so for every direction and every kind of patch. Nothing in its architecture suggests that.
#
# The same authors asked whether it helps to build the comparison in: let the network find good features of each image *alone*, and compare those with a layer that does nothing else. You know the layer from chapter 08. What is left to learn is what to compare, and how to read the result.

# %%
with torch.device("meta"):  # shapes without memory
    S, C = flowlab.FlowNetS(), flowlab.FlowNetC()
print("conv1 of S reads", S.conv1[0].in_channels, "channels: both images")
print("conv1 of C reads", C.conv1[0].in_channels, "channels: one image")
print(C.corr)
course.claim(
    "The first layer of FlowNetC reads three channels, one image.",
    C.conv1[0].in_channels == 3,
)

# %% [markdown]
# ## Two streams, one set of weights
#
# `conv1` to `conv3` run on both images, with the same weights. The reason is not to save weights. A product tells whether two vectors agree, and vectors that different filters made cannot be compared. (Networks with shared weights are called *Siamese*.) In code it is one pass over a batch that is twice as long:

# %%
torch.manual_seed(0)
small = flowlab.FlowNetC(width=0.125).eval()
img1, img2 = torch.rand(2, 2, 3, 64, 128)


def stream(image):
    """Features of one image, an eighth of its size."""
    return small.conv3(small.conv2(small.conv1(image)))


with torch.no_grad():
    f1, f2 = stream(torch.cat([img1, img2])).chunk(2)
    apart = stream(img1), stream(img2)
print("images", tuple(img1.shape), "-> features", tuple(f1.shape))
course.claim(
    "One pass over both images gives the same features as two passes.",
    torch.allclose(f1, apart[0], atol=1e-5)
    and torch.allclose(f2, apart[1], atol=1e-5),
)

# %% [markdown]
# ## The merge
#
# Then the streams meet. The correlation turns $f_1$ and $f_2$ into one score for each displacement. But a score does not say *what* is there, and outlines are lost. So the first image's features also go past the correlation, through `conv_redir`, a 1 × 1 convolution to 32 channels. Both are laid side by side, and from `conv3_1` on, FlowNetC is FlowNetS.

# %%
def merged(network, f1, f2):
    """What conv3_1 reads: (B, 32 + 441, H/8, W/8) at full width."""
    scores = torch.nn.functional.leaky_relu(network.corr(f1, f2), 0.1)
    return torch.cat([network.conv_redir(f1), scores], dim=1)


with torch.no_grad():
    first, second = small.prepare(img1, img2)  # minus the mean brightness
    conv2 = small.conv2(small.conv1(first))  # kept for the way up
    by_hand = small.conv3_1(merged(small, stream(first), stream(second)))
    flow = small.refine(conv2, by_hand, 64, 128).flow
    expected = small(img1, img2).flow
course.claim(
    "Written out, with conv2 of the first image alone, the flow is the network's.",
    torch.allclose(flow, expected, atol=1e-5),
)

# %% jupyter={"source_hidden": true}
# Draw both streams and where they meet.
course.figure("two streams", diagrams.two_streams(C))

# %%
D = 2 * (20 // 2) + 1
redirected = C.conv_redir[0].out_channels
print(f"{redirected} redirected + {D} x {D} = {D * D} scores", end=" ")
print(f"= {redirected + D * D} channels into conv3_1")
course.claim(
    "conv3_1 reads 473 channels.",
    C.conv3_1[0].in_channels == redirected + D * D == 473,
)

# %%
nets = {"S": S, "C": C}
count = {name: sum(p.numel() for p in net.parameters()) for name, net in nets.items()}
early = ("conv1", "conv2", "conv3", "conv_redir", "corr")
later = [name for name, _ in C.named_children() if not name.startswith(early)]
more = count["C"] - count["S"]
print(f"S {count['S']:,}, C {count['C']:,}: {more:+,}, {more / count['S']:+.1%}")
print("equal from conv4 on:", len(later), "layers")
course.claim("FlowNetC has 39,174,330 parameters.", count["C"] == 39_174_330)
course.claim("That is less than 2 % more than FlowNetS.", 0 < more < 0.02 * count["S"])
course.claim(
    "From conv4 on, both have the same layers.",
    all(repr(S.get_submodule(n)) == repr(C.get_submodule(n)) for n in later),
)

# %% [markdown]
# The additional weights are few. If one network does better than the other, it is because of *where* its weights stand.
#
# A point that popular diagrams leave open: the flow belongs to the *first* image. Its features are redirected, its `conv2` is the skip on the way up. Swap the images, and you get another flow on another grid, not the same with a minus.

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
# ## How far it reaches
#
# The maps are an eighth of the image's size, so a displacement of 20 on them is one of 160 pixels, and a step of 2 is one of 16. Slide the texture, and look for the bright square.

# %%
widgets.how_far_it_reaches()

# %% [markdown]
# What you should see: the bright square jumps from place to place in steps of 16 pixels; between two steps, two neighbours share the light, and later layers can read the rest from that. At 184 pixels it is gone. The features come from an untrained network, as in chapter 08: products find motion before anybody has trained.

# %%
from flowlab_course.chapters.ch10.widgets import compute

near, far = compute(96, -64, 20, 2), compute(184, 0, 20, 2)
print("a slide by (96, -64) is found at", near.best, "; one by (184, 0) at", far.best)
course.claim(
    "Inside the reach, the best score stands at the slide.",
    near.best == (96, -64),
)
course.claim(
    "Outside of it the scores differ by less than half as much.",
    np.ptp(far.scores) < np.ptp(near.scores) / 2,
)

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
# ## A race
#
# Now the experiment. Both networks get the same pairs: a texture that slides as a whole, by up to 40 pixels in any direction, new at each step. To know how a texture has slid, one must compare. (Both are narrow, an eighth of all channels, and have batch normalisation, which is not in the paper. It makes the first minutes of training much shorter, and the race fits into this chapter.)

# %%
from torch.nn.functional import interpolate


def sliding(count, rng, reach=40, side=128):
    """Pairs of textures that slid: (count, 3, side, side) twice, (count, 2, 1, 1)."""
    size = side + 2 * reach
    texture = torch.full((count, 3, size, size), 0.5)
    for cell in (4, 8, 16):
        coarse = size // cell + 2
        noise = torch.randn(count, 3, coarse, coarse, generator=rng)
        cells = interpolate(noise, scale_factor=cell, mode="bicubic")
        texture += 0.15 * cells[..., :size, :size]
    uv = torch.randint(-reach, reach + 1, (count, 2), generator=rng)
    second = []
    for t, (u, v) in zip(texture, uv.tolist(), strict=True):
        second.append(t[:, reach - v :, reach - u :][:, :side, :side])
    first = texture[..., reach : reach + side, reach : reach + side]
    flow = uv.float()[..., None, None]
    return first.clamp(0, 1), torch.stack(second).clamp(0, 1), flow


# %%
exam = sliding(16, torch.Generator().manual_seed(99))
zero = float(exam[2].norm(dim=1).mean())
frames = {f"frame {i + 1}": exam[i][0].permute(1, 2, 0).numpy() for i in (0, 1)}
course.figure("a sliding texture", frames, width=5)
u, v = (int(x) for x in exam[2][0].flatten())
alike = (exam[1][0].roll((-v, -u), (1, 2)) == exam[0][0]).all(dim=0)
course.claim(
    "All that both frames show is the same in both, moved by the flow.",
    int(alike.sum()) >= (128 - abs(u)) * (128 - abs(v)),
)

# %%
guess = course.predict_first(
    "race",
    "After the same short training on equal pairs, which network has the smaller "
    "error on pairs that neither has seen?",
    options=["FlowNetS", "FlowNetC", "both about the same"],
)

# %%
def grade(model):
    """EPE on the exam."""
    with torch.no_grad():
        img1, img2, flow = (t.to(device) for t in exam)
        return float((model.eval()(img1, img2).flow - flow).norm(dim=1).mean())


# %%
def train(network, steps):
    """Train on sliding textures; return the network and its EPE every 40 steps."""
    torch.manual_seed(0)
    rng = torch.Generator().manual_seed(1)
    model = network(width=0.125, batch_norm=True).to(device)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    errors = [grade(model)]
    for step in range(1, steps + 1):
        img1, img2, flow = (t.to(device) for t in sliding(8, rng))
        loss = 0
        for level, w in enumerate(model.train()(img1, img2).pyramid):
            loss += (4 * 2**level * w - flow).norm(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 40 == 0:
            errors.append(grade(model))
    return model.eval(), errors


# %%
steps = course.profile().pick(laptop=160, gpu=800)
racers, curves = {}, {}
for network in (flowlab.FlowNetS, flowlab.FlowNetC):
    racers[network.__name__], curves[network.__name__] = train(network, steps)
final = {name: errors[-1] for name, errors in curves.items()}

# %%
course.answer(
    guess,
    "FlowNetC",
    "Its comparison is built in: it has to learn only features and how to read scores.",
)

# %% tags=["nbval-ignore-output"]
for name, errors in curves.items():
    print(name, [round(e, 1) for e in errors], "px; zero flow", round(zero, 1))
course.figure("the race", figures.race(curves, zero, every=40))

# %% jupyter={"source_hidden": true}
# Claims: what the two curves show.
course.claim(
    "FlowNetC has less than 85 % of zero flow's error, on unseen pairs.",
    final["FlowNetC"] < 0.85 * zero,
)
course.claim(
    "FlowNetS, after as many steps, has a larger error.",
    final["FlowNetC"] < final["FlowNetS"],
)

# %% [markdown]
# Think about what happened. At the start both networks guess something near zero, which is the best guess without any comparison. To do better, FlowNetS needs features that respond to the *relation* of two images, and before it has them the gradient hardly points to them. FlowNetC reads 441 scores, one of which is large where the texture has gone, even with filters that were not trained. All it has to learn is to translate "channel so and so is large" into "so many pixels".
#
# Do not conclude that FlowNetS cannot learn this. This was one short training with one seed. With more pairs and days it learns, and on some data it wins: in the paper FlowNetC is better on Flying Chairs and FlowNetS on Sintel's final pass.
#
# ## What they look at
#
# The same pair through both: how active each place is after `conv3_1`, and for FlowNetC the scores of all displacements, averaged over the picture.

# %%
def look(model, img1, img2):
    """The outputs of conv3_1 and of the correlation, where there is one."""
    kept, hooks = {}, []
    for name, layer in model.named_children():
        if name in ("conv3_1", "corr"):

            def keep(module, inputs, out, name=name):
                kept[name] = out[0].cpu()

            hooks.append(layer.register_forward_hook(keep))
    with torch.no_grad():
        model(img1[:1].to(device), img2[:1].to(device))
    for hook in hooks:
        hook.remove()
    return kept


# %%
seen = {name: look(model, *exam[:2]) for name, model in racers.items()}
scores = seen["FlowNetC"]["corr"].mean((1, 2)).view(D, D)
panels = {
    "FlowNetS, conv3_1": seen["FlowNetS"]["conv3_1"].abs().mean(0).numpy(),
    "FlowNetC, conv3_1": seen["FlowNetC"]["conv3_1"].abs().mean(0).numpy(),
    "C, all 441 scores": (scores - scores.min()).numpy(),
}
course.figure("what they look at", panels)
u, v = (int(x) for x in exam[2][0].flatten())
row, column = divmod(int(scores.argmax()), D)
best = 16 * (column - 10), 16 * (row - 10)
print(f"slid by ({u}, {v}) px; the best score stands at {best} px")
course.claim(
    "The best score stands within one step of 16 px from the slide.",
    max(abs(best[0] - u), abs(best[1] - v)) <= 16,
)

# %% [markdown]
# ## Shuffle the channels
#
# Neighbouring channels of the correlation stand for neighbouring displacements. A person who looks at the square of scores uses that: one bright spot, and less bright ones around it. But a convolution does not use the order of its input channels. What do later layers know about the order of the 441 scores? Shuffle them in the trained network, and see. Then shuffle the weights of `conv3_1` that read them, in the same way.

# %%
order = torch.randperm(D * D, generator=torch.Generator().manual_seed(3)).to(device)
C8 = racers["FlowNetC"]


def shuffle(module, inputs, scores):
    """The scores in another order."""
    return scores[:, order]


hook = C8.corr_activation.register_forward_hook(shuffle)
shuffled = grade(C8)
with torch.no_grad():
    weight = C8.conv3_1[0].weight  # (out, redirected + 441, 3, 3)
    weight[:, -D * D :] = weight[:, -D * D :][:, order]
repaired = grade(C8)
hook.remove()
as_trained = final["FlowNetC"]
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
# So the order is a convention, and any order would do. The network is not told that the middle channel means "no motion", or which channels are neighbours; it learns what each channel stands for. If you load weights that others trained, keep *their* order of the scores, or you get the second of the three errors.

# %% [markdown]
# ## Recap
#
# - Two streams with the same weights, then a correlation: 441 scores, and 32 redirected channels beside them.
# - 160 pixels to each side, in steps of 16; motions between two steps show in the scores of both neighbours.
# - All else is FlowNetS, and the flow is on the first image's grid.
# - In a short training the built-in comparison is ahead; FlowNetS has to find a comparison first.
# - The order of the scores is learnt; it matters to trained weights only.

# %% [markdown]
# ## Quiz

# %%
course.quiz("10")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 10.3: two streams in one pass
#
# Call `layers` once, without `torch.no_grad`, since they learn, and return the features of both images.

# %% tags=["exercise-10.3"]
def streams(layers, img1, img2):
    """Features of both images in one pass: a pair of (B, C, H, W)."""
    return ...


# %%
course.check("10.3", streams)

# %% [markdown]
# ### Open task: slides that the networks never saw
#
# No checker here: this one is for a conversation. Both racers were trained on slides of at most 40 px. `sliding(16, rng, reach=...)` makes exams with other slides. Before you run anything, say for a reach of 8, of 40 and of 80 px, and for the exam of 40 px with a second frame of half the brightness, whether each racer's error will be below that of zero flow. Then measure it, as `grade` does. The correlation reaches 160 px: why does the network not? And the race had one seed: what would you have to run before you reported it in a paper?

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 3 once more with figure 2, and compare both networks in the table of results: where does each win?
# - [FlowNet 2.0: Evolution of Optical Flow Estimation with Deep Networks](https://arxiv.org/abs/1612.01925), Ilg and others, 2017. Look for what they found out about FlowNetC against FlowNetS when both are trained longer.
# - [Computing the Stereo Matching Cost with a Convolutional Neural Network](https://arxiv.org/abs/1409.4326), Zbontar and LeCun, 2015. The same idea a year earlier, for stereo: two streams, shared weights, a comparison.

# %%
course.end()
