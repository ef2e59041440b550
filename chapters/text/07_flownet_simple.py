# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 · FlowNetS
#
# > At the end of this chapter you know every layer of FlowNetSimple, what each of its outputs sees and weighs, and have made it learn four pairs by heart in front of you.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Follow two images through the contracting part and back up, with all shapes.
# 2. Compute what an output sees, and how many numbers a layer has to learn.
# 3. Overfit one batch, and say what that proves.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 45 seconds.
#
# **Needs**: chapters 01 and 02; to know what a convolution is and what `loss.backward()` does.
#
# **Symbols**: $k$ the side of a kernel; $s$ a stride; $r$ the side of a receptive field in pixels; $j$ the distance of two neighbouring outputs in pixels; $w_\ell$ the flow that level $\ell$ predicts.

# %%
# %matplotlib inline
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch07 import widgets

course.begin("07")
device = course.profile().device

# %% [markdown]
# ## A network that is told nothing
#
# All methods so far compared the frames, because we wrote it into them. In 2015 Dosovitskiy, Fischer and others asked whether a plain network can find out by itself. FlowNetSimple lays the second image behind the first, six channels in all, and convolves. It is not told that there are two images, nor what motion is.

# %%
model = flowlab.FlowNetS()
print(model.conv1)
course.claim("The first layer reads both images at once, as six channels.", model.conv1[0].in_channels == 6)

# %% [markdown]
# Here is all of it, as a map for this chapter.

# %% jupyter={"source_hidden": true}
# Draw all layers of FlowNetS.
from flowlab_course.chapters.ch07 import diagrams

course.figure("hourglass", diagrams.hourglass(model))

# %% [markdown]
# ## Down: the contracting part
#
# Ten convolutions. Six of them have a stride of 2, so that height and width are halved six times, while the channels grow from 6 to 1024. (The paper's text says nine; the released network has one more, `conv6_1`.) We let an image without content through, and watch the shapes.

# %%
def shapes_of(model, H, W):
    """Name and output shape of every layer, in the order in which they run."""
    found = {}
    hooks = [layer.register_forward_hook(lambda m, i, out, name=name: found.update({name: tuple(out.shape)}))
             for name, layer in model.named_children()]
    image = torch.zeros(1, 3, H, W, device="meta")  # a tensor with a shape and no memory
    model(image, image)
    [hook.remove() for hook in hooks]
    return found


with torch.device("meta"):
    blueprint = flowlab.FlowNetS()
shapes = shapes_of(blueprint, 384, 512)
for name, shape in shapes.items():
    if name.startswith("conv"):
        print(f"{name:8} {shape[1]:5} channels of {shape[2]:3} x {shape[3]:3}")
course.claim("After six strides of 2 an image of 384 x 512 has 6 x 8 places left.", shapes["conv6_1"] == (1, 1024, 6, 8))

# %% [markdown]
# Why so far down? To follow a thing that moves by a hundred pixels, an output must see both places where it stood. Before you compute what an output sees, guess.

# %%
guess = course.predict_first(
    "field",
    "Three convolutions, 7 x 7, 5 x 5 and 5 x 5, each with stride 2. How many pixels wide is what one output of the third sees?",
    options=["17, the kernels added up", "31", "the whole image"],
)

# %% [markdown]
# Count. One output of the first layer sees $k$ pixels. Each layer after it adds $k - 1$ taps, and these are as far apart as the outputs below:
#
# $$r \leftarrow r + (k - 1)\, j, \qquad j \leftarrow j\, s$$

# %%
from flowlab_course.chapters.ch07.widgets import LAYERS

r, j, fields = 1, 1, {}
for name, (k, s) in LAYERS.items():
    r, j = r + (k - 1) * j, j * s
    fields[name] = r
    print(f"{name:8} kernel {k}, stride {s}: sees {r:3} pixels, outputs {j:2} apart")
course.answer(guess, "31", "7, then 4 taps more at a distance of 2, then 4 more at a distance of 4: 7 + 8 + 16.")

# %% [markdown]
# Nothing forces us to believe a formula. A pixel is *seen* if the output changes with it, that is, if its gradient is not zero.

# %%
small = flowlab.FlowNetS(width=0.25)
image = torch.rand(1, 3, 448, 448, requires_grad=True)


def seen(layer, row, column):
    """Width in pixels of the part of the image that one output depends on."""
    outputs = {}
    hook = small.get_submodule(layer).register_forward_hook(lambda m, i, out: outputs.update(out=out))
    small(image, image.detach())
    hook.remove()
    (gradient,) = torch.autograd.grad(outputs["out"][0, :, row, column].sum(), image)
    touched = gradient[0].abs().sum((0, 1)).nonzero()  # columns of the image
    return int(touched.max() - touched.min() + 1)


measured = {"conv3": seen("conv3", 28, 28), "conv5": seen("conv5", 7, 7), "conv6_1": seen("conv6_1", 3, 3)}
print(measured)
course.claim("Gradients reach as far as the formula says.", measured == {name: fields[name] for name in measured})

# %% [markdown]
# A kind word to a popular drawing, in which three convolutions turn a patch of 7 × 7 × 3 into 1 × 1 × 256. After three convolutions an output sees 31 pixels, not 7.
#
# ## See what it sees
#
# Pick a layer. Then pick one of its outputs with the mouse or the arrow keys.

# %%
widgets.receptive_field()

# %% [markdown]
# What you should see: at `conv1`, a keyhole. At `conv3`, the corner of an eye. At `conv5`, the eye. At `conv6_1`, the face: the square is larger than half of the image, and its neighbours see almost the same. So the deep outputs know *what* goes on in the large, and the shallow ones know *where* exactly.

# %%
course.claim("An output of conv3 sees less than motions of 160 pixels span, one of conv6_1 sees more.",
             fields["conv3"] < 160 < fields["conv6_1"])

# %% [markdown]
# ## Up: the refinement
#
# A flow is wanted for every pixel, not for 6 × 8 places. The way up is made of *upconvolutions*, which are convolutions turned round: instead of gathering from 4 × 4 inputs, each input is spread over 4 × 4 outputs, two apart, and what overlaps is added.

# %%
def naive_upconvolution(x, kernel):
    """Spread each input over 4 x 4 outputs, 2 apart, and cut off one row all around: (H, W) -> (2H, 2W)."""
    H, W = x.shape
    out = np.zeros((2 * H + 2, 2 * W + 2))
    for y in range(H):
        for x_ in range(W):
            out[2 * y : 2 * y + 4, 2 * x_ : 2 * x_ + 4] += x[y, x_] * kernel
    return out[1:-1, 1:-1]


x, kernel = torch.randn(5, 7), torch.randn(4, 4)
fast = torch.nn.functional.conv_transpose2d(x[None, None], kernel[None, None], stride=2, padding=1)[0, 0]
print(tuple(x.shape), "->", tuple(fast.shape))
course.claim("The loop and PyTorch's transposed convolution agree.",
             np.allclose(naive_upconvolution(x.numpy(), kernel.numpy()), fast.numpy(), atol=1e-5))

# %% [markdown]
# Each step up puts three things side by side: features of the contracting part at this size (the *skip*), the upconvolved features from below, and the flow predicted below, enlarged by an upconvolution of its own.
#
# | | knows |
# |---|---|
# | skip | where outlines are |
# | upconvolved features | what moves, seen from afar |
# | coarse flow | the answer so far |

# %%
for level in (5, 4, 3, 2):
    skip = shapes[{5: "conv5_1", 4: "conv4_1", 3: "conv3_1", 2: "conv2"}[level]][1]
    up = shapes[f"deconv{level}"][1]
    read = blueprint.get_submodule(f"predict_flow{level}").in_channels
    print(f"level {level}: skip {skip} + features {up} + flow 2 = {read} channels of {shapes[f'deconv{level}'][2:]}")
    course.claim(f"predict_flow{level} reads all three.", read == skip + up + 2)

# %% [markdown]
# From each of these stacks, and from `conv6_1`, a 3 × 3 convolution predicts a flow. So there are five predictions, at a 64th of the size up to a quarter, and each is compared with the truth in training. The last is enlarged bilinearly: the authors found that going on with upconvolutions hardly helps.
#
# ## What there is to learn
#
# A convolution with kernel $k$ from $a$ to $b$ channels has $k \cdot k \cdot a \cdot b$ weights, and $b$ biases.

# %%
CHANNELS = [6, 64, 128, 256, 256, 512, 512, 512, 512, 1024, 1024]
kernels = [k for k, _ in LAYERS.values()]
down = sum(k * k * a * b + b for k, a, b in zip(kernels, CHANNELS, CHANNELS[1:], strict=False))
raised = sum(4 * 4 * a * b for a, b in ((1024, 512), (1026, 256), (770, 128), (386, 64)))
flows = sum(3 * 3 * a * 2 + 2 for a in (1024, 1026, 770, 386, 194)) + 4 * (4 * 4 * 2 * 2)
total = sum(p.numel() for p in model.parameters())
print(f"down {down:,} + up {raised:,} + flows {flows:,} = {down + raised + flows:,}")
course.claim("FlowNetS has 38,675,546 parameters, as many as we counted.", total == down + raised + flows == 38_675_546)

# %%
sizes = {name: sum(p.numel() for p in layer.parameters()) / 1e6 for name, layer in model.named_children()}
fig, ax = plt.subplots(figsize=(8, 2.6))
ax.bar(list(sizes), list(sizes.values()), color="tab:blue")
ax.set(ylabel="million parameters")
ax.tick_params(axis="x", rotation=75, labelsize=7)
course.show(
    fig,
    alt="Bars of parameters per layer: conv6 and conv6_1 and deconv5 tower, conv1 and all predictions are hardly there.",
    see="a mountain at the bottom of the network: conv6_1, conv6 and deconv5. The layers that touch pixels weigh next to nothing.",
)
course.claim("More than half of all parameters lie in three layers.",
             sizes["conv6"] + sizes["conv6_1"] + sizes["deconv5"] > sum(sizes.values()) / 2)

# %% [markdown]
# A number for the laptop: with a quarter of all channels, `width=0.25`, each layer has a sixteenth of the weights.

# %% [markdown]
# ## One batch, by heart
#
# Before anyone trains for days, they do this: take one batch, and see whether the network can learn it by heart. Four pairs from our generator, a network of a quarter width, and a loop of twelve lines. (Chapter 11 is about the loss and the schedule. Here the loss is the mean error of all five levels, each against the truth at its size.)

# %%
from flowlab.datasets import FlyingChairs

pairs = FlyingChairs(Path(flowlab.__file__).parents[1] / "data" / "sample", split="all")
img1, img2, truth = (torch.stack([pairs[i][part] for i in range(5)]).to(device) for part in range(3))
batch, unseen = slice(0, 4), slice(4, 5)
zero = truth[batch].norm(dim=1).mean().item()
print("images", tuple(img1[batch].shape), f"mean motion {zero:.2f} px")

# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
learner = flowlab.FlowNetS(width=0.25).to(device)
steps = course.profile().pick(laptop=200, gpu=1000)
optimizer = torch.optim.Adam(learner.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-3, total_steps=steps)
errors = []
for _ in range(steps):
    out = learner(img1[batch], img2[batch])
    loss = 0
    for level, flow in enumerate(out.pyramid):  # the finest first, each in pixels of its own grid
        target = flowlab.resize_flow(truth[batch], flow.shape[-2:], mode="area")
        loss = loss + 2 ** (level + 2) * (flow - target).norm(dim=1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    errors.append(flowlab.epe(out.flow.detach(), truth[batch]))
errors = [float(error) for error in errors]
print(f"EPE {errors[0]:.2f} px at first, {errors[-1]:.2f} px in the end; zero flow {zero:.2f} px")

# %%
with torch.no_grad():
    final = learner.eval()(img1, img2)
known = float(flowlab.epe(final.flow[batch], truth[batch]))
course.claim("It has learnt the batch: less than a third of the error of zero flow.", known < zero / 3)

fig, ax = plt.subplots(figsize=(7, 2.4))
ax.semilogy(errors)
ax.axhline(zero, color="k", ls="--", label="zero flow")
ax.set(xlabel="step", ylabel="EPE on the batch, px")
ax.legend()
course.show(
    fig,
    alt="The error on the batch over the steps, on a logarithmic axis: it starts above zero flow's dashed line and falls far below it.",
    see="a start above the dashed line, since a network that knows nothing is worse than silence; then a fall, first steep, then slower, with some jitter.",
)

# %% [markdown]
# ## Five answers to one question
#
# Look at the five predictions for the first pair, from coarse to fine, each enlarged.

# %%
def painted(flow):
    return flowlab.flow_to_image(flow, max_flow=float(truth[0].norm(dim=0).quantile(0.98)))


panels = {}
for level in (4, 3, 2, 1, 0):
    flow = flowlab.resize_flow(final.pyramid[level][:1].cpu(), (192, 256), mode="nearest")[0]
    panels[f"1/{2 ** (level + 2)}"] = painted(flow.permute(1, 2, 0).numpy())
panels["the truth"] = painted(truth[0].permute(1, 2, 0).cpu().numpy())
course.pictures(
    panels,
    alt="Five predictions of one flow, from a few coloured blocks to a picture with outlines, and the truth beside them.",
    see="a few blocks of colour that get the large motion, and with each level more of the outlines; the last has some spots. The colours hardly change: all five answer the same question.",
)

# %%
off = [float(flowlab.epe(flowlab.resize_flow(level[batch], (192, 256)), truth[batch])) for level in final.pyramid]
print("EPE of the levels, finest first:", [round(e, 2) for e in off])
course.claim("The finest prediction is nearer to the truth than the coarsest.", off[0] < off[-1])

# %% [markdown]
# And a fifth pair, which it has never seen?

# %%
still = truth[unseen].norm(dim=1).mean().item()
strange = float(flowlab.epe(final.flow[unseen], truth[unseen]))
print(f"known pairs: {known / zero:.0%} of zero flow's error; the unseen pair: {strange / still:.0%}")
course.claim("What it learnt by heart does not carry over: the unseen pair is at least twice as bad, by that measure.",
             strange / still > 2 * known / zero)

# %% [markdown]
# It has not learnt motion, it has learnt four pictures. For motion it takes thousands of pairs (chapter 11). But you know now that network, loss and units fit together, and that is worth a minute of everybody's time.
#
# ## Any size
#
# Six halvings want sides that 64 divides. Many implementations crop, or fail. flowlab repeats the last row and column, and cuts the flow.

# %%
odd = learner(torch.rand(1, 3, 97, 203, device=device), torch.rand(1, 3, 97, 203, device=device))
print("flow", tuple(odd.flow.shape), "coarsest prediction", tuple(odd.pyramid[-1].shape))
course.claim("The flow has the size of the images.", odd.flow.shape[-2:] == (97, 203))

# %% [markdown]
# ## Recap
#
# - FlowNetS sees six channels, and has to find out by itself that they are two images.
# - Down: ten convolutions, six halvings; deep outputs see far and know little about places.
# - Up: skip, upconvolved features and coarse flow side by side, and a prediction at each of five scales.
# - Most of its parameters lie at the bottom.
# - One batch by heart shows that the parts fit together, and nothing more.

# %% [markdown]
# ## Quiz

# %%
course.quiz("07")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 7.1: how large does it get?
#
# Return how many rows an upconvolution makes of `n` rows. The padding is cut off at both ends.

# %% tags=["exercise-7.1"]
def raised_size(n, kernel, stride, padding):
    """Rows that an upconvolution makes of n rows."""
    return ...


# %%
course.check("7.1", raised_size)

# %% [markdown]
# ### Exercise 7.2: what does conv5 see?
#
# `layers` is a list of pairs (kernel, stride), first layer first. Return the side in pixels of what one output of the last layer sees.

# %% tags=["exercise-7.2"]
def field(layers):
    """Side in pixels of what one output of the last layer sees; layers: (kernel, stride), first to last."""
    return ...


# %%
course.check("7.2", field)

# %% [markdown]
# ### Exercise 7.3: put the concatenation back
#
# Somebody lost the line in the middle of the refinement. `features` and `flow` come from the level below, `skip` has this level's size; `deconv` and `upsample` are the two layers that double a size. Return what this level goes on with, in the order skip, features, flow.

# %% tags=["exercise-7.3"]
def refined(skip, features, flow, deconv, upsample):
    """The features of the next finer level, (B, C, 2H, 2W)."""
    return ...


# %%
course.check("7.3", refined)

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Look at figures 2 and 3 with the shapes of this chapter beside them, and at what the authors say about stopping at a quarter of the size.
# - [Understanding the Effective Receptive Field in Deep Convolutional Neural Networks](https://arxiv.org/abs/1701.04128), Luo and others, 2016. Look for how much less an output is moved by the rim of its field than by the centre.
# - [Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/), Odena and others, 2016. Play with kernel and stride, and find out why four and two go well together.

# %%
course.end()
