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
import matplotlib.pyplot as plt
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch10 import widgets

course.begin("10")
device = course.profile().device

# %% [markdown]
# ## Tell it how to compare
#
# FlowNetS has to invent comparing by itself. Somewhere in its first layers, a filter has to learn to look at a patch of one image and at the same patch, a little moved, in the other, and to do so for every direction and every kind of patch. Nothing in its architecture suggests that.
#
# The same authors asked whether it helps to give it away: let the network find good features of each image *alone*, and compare those with a layer that does nothing else. You know the layer from chapter 08. What is left to learn is what to compare, and how to read the result.

# %%
with torch.device("meta"):  # shapes without memory
    S, C = flowlab.FlowNetS(), flowlab.FlowNetC()
print("S reads", S.conv1[0].in_channels, "channels at once; C reads", C.conv1[0].in_channels, "of one image")
print(C.corr)
course.claim("The first layer of FlowNetC sees one image only.", C.conv1[0].in_channels == 3)

# %% [markdown]
# ## Two streams, one set of weights
#
# `conv1` to `conv3` run on both images, with the same weights. That is not thrift. A product tells whether two vectors agree, and two vectors can only agree if the same filters made them. In code it is one pass over a batch that is twice as long:

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
course.claim("One pass over both is the same as two passes.",
             torch.allclose(f1, apart[0], atol=1e-5) and torch.allclose(f2, apart[1], atol=1e-5))

# %% [markdown]
# ## The merge
#
# Then the streams meet. The correlation turns $f_1$ and $f_2$ into one score for each displacement. But a score does not say *what* is there, and outlines are lost. So the first image's features go past the correlation on a detour, `conv_redir`, a 1 × 1 convolution to 32 channels. Both are laid side by side, and from `conv3_1` on, FlowNetC is FlowNetS.

# %%
def merged(network, f1, f2):
    """What conv3_1 reads: (B, 32 + 441, H/8, W/8) at full width."""
    scores = torch.nn.functional.leaky_relu(network.corr(f1, f2), 0.1)
    return torch.cat([network.conv_redir(f1), scores], dim=1)


with torch.no_grad():
    by_hand = small.conv3_1(merged(small, f1, f2))
    conv2, inside = small.first_layers(img1, img2)
course.claim("Written out, the merge is what the network computes.", torch.allclose(by_hand, inside, atol=1e-5))
course.claim("Only the first image's conv2 is kept for the way up.", len(conv2) == len(img1))

# %%
D = 2 * (20 // 2) + 1
redirected = C.conv_redir[0].out_channels
print(f"{redirected} redirected + {D} x {D} = {D * D} scores = {redirected + D * D} channels into conv3_1")
course.claim("conv3_1 reads 473 channels.", C.conv3_1[0].in_channels == redirected + D * D == 473)

# %% jupyter={"source_hidden": true}
# Draw both streams and where they meet.
from flowlab_course.chapters.ch10 import diagrams

course.figure("two streams", diagrams.two_streams(C))

# %%
count = {name: sum(p.numel() for p in net.parameters()) for name, net in {"S": S, "C": C}.items()}
later = [name for name, _ in C.named_children() if name[-1:].isdigit() and not name.startswith(("conv1", "conv2", "conv3"))]
print(f"S {count['S']:,}, C {count['C']:,}: {count['C'] - count['S']:+,}; equal from conv4 on: {len(later)} layers")
course.claim("FlowNetC has 39,174,330 parameters, hardly more than FlowNetS.", count["C"] == 39_174_330)
course.claim("From conv4 on, both have the same layers.",
             all(repr(S.get_submodule(name)) == repr(C.get_submodule(name)) for name in later))

# %% [markdown]
# The additional weights are a drop in the sea. If one network does better than the other, it is because of *where* its weights stand.
#
# What popular diagrams leave open: the flow belongs to the *first* image. Its features are redirected, its `conv2` is the skip on the way up. Swap the images, and you get another flow on another grid, not the same with a minus.
#
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
course.claim("Inside the reach, the best score stands at the slide.", near.best == (96, -64))
course.claim("Outside of it no score stands out as much.", np.ptp(far.scores) < np.ptp(near.scores) / 2)

# %% [markdown]
# ## A race
#
# Now the experiment. Both networks get the same pairs: a texture that slides as a whole, by up to 40 pixels in any direction, new at each step. To know how a texture has slid, one must compare. (Both are narrow, an eighth of all channels, and have batch normalisation, which is not in the paper. It makes the first minutes of training much shorter, and the race fits into this chapter.)

# %%
def sliding(count, rng, reach=40, side=128):
    """Pairs of textures and how they slid: images (count, 3, side, side) twice, flow (count, 2, 1, 1)."""
    size = side + 2 * reach
    texture = torch.full((count, 3, size, size), 0.5)
    for cell in (4, 8, 16):
        noise = torch.randn(count, 3, size // cell + 2, size // cell + 2, generator=rng)
        texture += 0.15 * torch.nn.functional.interpolate(noise, scale_factor=cell, mode="bicubic")[..., :size, :size]
    uv = torch.randint(-reach, reach + 1, (count, 2), generator=rng)
    second = [t[:, reach - v :, reach - u :][:, :side, :side] for t, (u, v) in zip(texture, uv.tolist(), strict=True)]
    first = texture[..., reach : reach + side, reach : reach + side]
    return first.clamp(0, 1), torch.stack(second).clamp(0, 1), uv.float()[..., None, None]


exam = sliding(16, torch.Generator().manual_seed(99))
zero = float(exam[2].norm(dim=1).mean())
course.pictures(
    {f"frame {i + 1}": exam[i][0].permute(1, 2, 0).numpy() for i in (0, 1)},
    alt="The same coloured texture twice, slid by some pixels from the first square to the second.",
    see="one texture, in the second frame a little elsewhere. No objects, no outlines: whoever wants the flow has to match.",
    width=5,
)
u, v = (int(x) for x in exam[2][0].flatten())
alike = (exam[1][0].roll((-v, -u), (1, 2)) == exam[0][0]).all(dim=0)
course.claim("All that both frames see is the same in both, moved by the flow.", int(alike.sum()) >= (128 - abs(u)) * (128 - abs(v)))

# %%
guess = course.predict_first(
    "race",
    "After the same short training on equal pairs, who has the smaller error on pairs that neither has seen?",
    options=["FlowNetS", "FlowNetC", "both about the same"],
)

# %%
def train(network, steps):
    """Train on sliding textures; return the EPE on the exam, before and every 40 steps."""
    torch.manual_seed(0)
    model, rng = network(width=0.125, batch_norm=True).to(device), torch.Generator().manual_seed(1)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    errors = []
    for step in range(steps + 1):
        if step % 40 == 0:
            errors.append(grade(model))
        if step < steps:
            img1, img2, flow = (t.to(device) for t in sliding(8, rng))
            loss = sum((4 * 2**level * w - flow).norm(dim=1).mean() for level, w in enumerate(model.train()(img1, img2).pyramid))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval(), errors


def grade(model):
    """EPE on the exam."""
    with torch.no_grad():
        img1, img2, flow = (t.to(device) for t in exam)
        return float((model.eval()(img1, img2).flow - flow).norm(dim=1).mean())


# %% tags=["nbval-ignore-output"]
steps = course.profile().pick(laptop=160, gpu=800)
racers, curves = {}, {}
for network in (flowlab.FlowNetS, flowlab.FlowNetC):
    name = network.__name__
    racers[name], curves[name] = train(network, steps)
    print(name, [round(e, 1) for e in curves[name]], "px; zero flow", round(zero, 1))

# %%
fig, ax = plt.subplots(figsize=(7, 2.6))
for (name, errors), marker in zip(curves.items(), "so", strict=True):
    ax.plot(range(0, steps + 1, 40), errors, marker=marker, label=name)
ax.axhline(zero, color="k", ls="--", label="zero flow")
ax.set(xlabel="step", ylabel="EPE on unseen pairs, px", ylim=(0, 1.5 * zero))
ax.legend()
course.show(
    fig,
    alt="Errors on unseen pairs over the steps: FlowNetS, squares, stays near zero flow's dashed line; FlowNetC, circles, falls below it.",
    see="the circles of FlowNetC fall, and the squares of FlowNetS stay where zero flow is: it has not found out yet that there is something to compare.",
)

# %%
final = {name: errors[-1] for name, errors in curves.items()}
course.answer(guess, "FlowNetC", "It begins where the other has yet to arrive: the comparison is given, only features and reading are learnt.")
course.claim("FlowNetC has begun to match: less than 85 % of zero flow's error, on unseen pairs.", final["FlowNetC"] < 0.85 * zero)
course.claim("FlowNetS, after as many steps, is not as good.", final["FlowNetC"] < final["FlowNetS"])

# %% [markdown]
# Think about what happened. At the start both networks guess something near zero, which is the best guess for somebody who sees nothing. To leave that place, FlowNetS needs features of two images that respond to their *relation*, and until it has them no gradient tells it where they are. FlowNetC has 441 numbers in front of it, one of which is large where the texture has gone, even with filters that nobody trained. All it has to learn is to translate "channel so and so is large" into "so many pixels".
#
# Do not conclude that FlowNetS cannot. With enough pairs and days it learns, and on some data it wins: in the paper FlowNetC is better on Flying Chairs and FlowNetS on Sintel's final pass. What is given away saves search.
#
# ## What they look at
#
# The same pair through both: how active each place is after `conv3_1`, and for FlowNetC the scores of all displacements, averaged over the picture.

# %%
def look(model, img1, img2):
    """Mean activity (H/8, W/8) of conv3_1, and of the correlation where there is one."""
    kept = {}
    hooks = [layer.register_forward_hook(lambda m, i, out, name=name: kept.update({name: out[0].cpu()}))
             for name, layer in model.named_children() if name in ("conv3_1", "corr")]
    with torch.no_grad():
        model(img1[:1].to(device), img2[:1].to(device))
    [hook.remove() for hook in hooks]
    return kept


seen = {name: look(model, *exam[:2]) for name, model in racers.items()}
scores = seen["FlowNetC"]["corr"].mean((1, 2)).view(D, D)
panels = {f"{name}, conv3_1": kept["conv3_1"].abs().mean(0).numpy() for name, kept in seen.items()}
course.pictures(
    panels | {"C, all 441 scores": (scores - scores.min()).numpy()},
    alt="Activity of conv3_1 in both networks as maps from dark to light, and the correlation's 21 by 21 mean scores with a bright spot.",
    see="two maps of activity, and on the right what only FlowNetC has: a square of scores that is brightest near the displacement by which the texture slid.",
)
u, v = (int(x) for x in exam[2][0].flatten())
row, column = divmod(int(scores.argmax()), D)
print(f"slid by ({u}, {v}) px; the best score stands at ({16 * (column - 10)}, {16 * (row - 10)}) px")

# %% [markdown]
# ## Shuffle the channels
#
# Neighbouring channels of the correlation stand for neighbouring displacements. A person who looks at the square of scores uses that: one bright spot, and a glow around it. But a convolution treats its input channels as a bag. What do later layers know about the order of the 441 scores? Shuffle them in the trained network, and see. Then shuffle the weights of `conv3_1` that read them, in the same way.

# %%
order = torch.randperm(D * D, generator=torch.Generator().manual_seed(3)).to(device)
C8 = racers["FlowNetC"]
hook = C8.corr_activation.register_forward_hook(lambda module, inputs, scores: scores[:, order])
shuffled = grade(C8)
with torch.no_grad():
    weight = C8.conv3_1[0].weight  # (out, redirected + 441, 3, 3)
    weight[:, -D * D :] = weight[:, -D * D :][:, order]
repaired = grade(C8)
hook.remove()
print(f"as trained {final['FlowNetC']:.2f} px, scores shuffled {shuffled:.2f} px, weights shuffled too {repaired:.2f} px")

# %%
course.claim("With its scores in another order the trained network is lost.", shuffled > 1.1 * final["FlowNetC"])
course.claim("With the weights in the same order, all is as before.", abs(repaired - final["FlowNetC"]) < 0.01)

# %% [markdown]
# So the order is a habit and not a need. Nobody tells the network that the middle channel means "no motion", or which channels are its neighbours; it learns what each channel stands for. Whoever loads foreign weights must keep *their* order, or gets the middle line.
#
# ## Recap
#
# - Two streams with the same weights, then a correlation: 441 scores, and 32 redirected channels beside them.
# - 160 pixels to each side, in steps of 16; what lies between is read from how neighbours share.
# - All else is FlowNetS, and the flow is on the first image's grid.
# - Being told how to compare saves the network a long search.
# - The order of the scores is learnt; it matters to trained weights only.

# %% [markdown]
# ## Quiz

# %%
course.quiz("10")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 10.1: why 473?
#
# Return the number of channels that `conv3_1` reads.

# %% tags=["exercise-10.1"]
def merged_channels(redirected, max_displacement, stride2):
    """Channels that conv3_1 reads: redirected features and one score for each displacement."""
    return ...


# %%
course.check("10.1", merged_channels)

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
# ### Exercise 10.3: two streams in one pass
#
# Call `layers` once, and return the features of both images.

# %% tags=["exercise-10.3"]
def streams(layers, img1, img2):
    """Features of both images by the same layers in one pass: a pair of (B, C, H, W)."""
    return ...


# %%
course.check("10.3", streams)

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 3 once more with figure 2, and compare both networks in the table of results: where does each win?
# - [FlowNet 2.0: Evolution of Optical Flow Estimation with Deep Networks](https://arxiv.org/abs/1612.01925), Ilg and others, 2017. Look for what they found out about FlowNetC against FlowNetS when both are trained longer.
# - [Computing the Stereo Matching Cost with a Convolutional Neural Network](https://arxiv.org/abs/1409.4326), Zbontar and LeCun, 2015. The same idea a year earlier, for stereo: two streams, shared weights, a comparison.

# %%
course.end()
