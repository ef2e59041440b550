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
# > At the end of this chapter you know every layer of FlowNetSimple, how much of the image each of its outputs sees and how many parameters each layer has, and have watched it learn four pairs by heart.

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

import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch07 import figures, widgets

course.begin("07")
device = course.profile().device

# %% [markdown]
# ## A network that is told nothing
#
# All methods so far compared the frames, because we wrote it into them. In 2015 Dosovitskiy, Fischer and others asked whether a plain network can learn by itself to compare them. FlowNetSimple stacks the second image behind the first, six channels in all, and convolves. It is not told that there are two images, nor what motion is.

# %%
model = flowlab.FlowNetS()
print(model.conv1)
course.claim(
    "The first layer reads both images at once, as six channels.",
    model.conv1[0].in_channels == 6,
)

# %% [markdown]
# Here are all its layers, as a map for this chapter.

# %% jupyter={"source_hidden": true}
# Draw all layers of FlowNetS.
from flowlab_course.chapters.ch07 import diagrams

course.figure("hourglass", diagrams.hourglass(model))

# %% [markdown]
# ## Down: the contracting part
#
# Ten convolutions. Six of them have a stride of 2, so that height and width are halved six times, while the channels grow from 6 to 1024. (The paper's text says nine; the released network has one more, `conv6_1`.) We pass an image without content through the network, and record the shapes.

# %%
def shapes_of(model, H, W):
    """Name and output shape of every layer, in the order in which they run."""
    found, hooks = {}, []
    for name, layer in model.named_children():
        hook = layer.register_forward_hook(
            lambda m, i, out, name=name: found.update({name: tuple(out.shape)})
        )
        hooks.append(hook)
    image = torch.zeros(1, 3, H, W, device="meta")  # a shape, and no memory
    model(image, image)
    for hook in hooks:
        hook.remove()
    return found


with torch.device("meta"):
    blueprint = flowlab.FlowNetS()
shapes = shapes_of(blueprint, 384, 512)
for name, shape in shapes.items():
    if name.startswith("conv"):
        print(f"{name:8} {shape[1]:5} channels of {shape[2]:3} x {shape[3]:3}")
course.claim(
    "Six strides of 2 leave 6 x 8 places of an image of 384 x 512.",
    shapes["conv6_1"] == (1, 1024, 6, 8),
)

# %% [markdown]
# Why so far down? To find the motion of a thing that moves by a hundred pixels, an output must see the places where it was before and after. Before you compute what an output sees, guess.

# %%
guess = course.predict_first(
    "field",
    "Three convolutions, 7 x 7, 5 x 5 and 5 x 5, each with stride 2. "
    "How many pixels wide is what one output of the third sees?",
    options=["17, the kernels added up", "31", "the whole image"],
)

# %% [markdown]
# The part of the image that an output depends on is its *receptive field*. Count its width $r$. One output of the first layer sees $k$ pixels. Each layer after it adds $k - 1$ taps, and these are as far apart as the outputs of the layer before:
#
# $$r \leftarrow r + (k - 1)\, j, \qquad j \leftarrow j\, s$$

# %%
from flowlab_course.chapters.ch07.widgets import LAYERS

r, j, fields, apart = 1, 1, {}, {}
for name, (k, s) in LAYERS.items():
    r, j = r + (k - 1) * j, j * s
    fields[name], apart[name] = r, j

# %%
course.answer(
    guess,
    "31",
    "7, then 4 taps more, 2 px apart, then 4 more, 4 px apart: 7 + 8 + 16.",
)
for name, (k, s) in LAYERS.items():
    print(f"{name:8} kernel {k}, stride {s}: sees {fields[name]:3} pixels,", end=" ")
    print(f"outputs {apart[name]:2} apart")

# %% [markdown]
# You need not believe the formula; measure it. An output *sees* a pixel if it changes with that pixel, that is, if the gradient there is not zero.

# %%
small = flowlab.FlowNetS(width=0.25)
image = torch.rand(1, 3, 448, 448, requires_grad=True)


def seen(layer, row, column):
    """Width in pixels of the part of the image that one output depends on."""
    outputs = []
    module = small.get_submodule(layer)
    hook = module.register_forward_hook(lambda m, i, output: outputs.append(output))
    small(image, image.detach())
    hook.remove()
    (gradient,) = torch.autograd.grad(outputs[0][0, :, row, column].sum(), image)
    touched = gradient[0].abs().sum((0, 1)).nonzero()  # columns of the image
    return int(touched.max() - touched.min() + 1)


places = {"conv3": (28, 28), "conv5": (7, 7), "conv6_1": (3, 3)}
measured = {layer: seen(layer, *place) for layer, place in places.items()}
print(measured)
course.claim(
    "For these three layers gradients reach exactly as far as the formula says.",
    measured == {layer: fields[layer] for layer in places},
)

# %% [markdown]
# A popular drawing shows three convolutions that turn a patch of 7 × 7 × 3 into 1 × 1 × 256. It is easy to think so, but after three convolutions an output sees 31 pixels a side, not 7.

# %% [markdown]
# ### Exercise 7.2: what does conv5 see?
#
# `layers` is a list of pairs (kernel, stride), first layer first. Return the side in pixels of what one output of the last layer sees.

# %% tags=["exercise-7.2"]
def field(layers):
    """Side in pixels of what an output of the last layer sees."""
    return ...


# %%
course.check("7.2", field)

# %% [markdown]
# ## See what it sees
#
# Pick a layer. Then pick one of its outputs with the mouse or the arrow keys.

# %%
widgets.receptive_field()

# %% [markdown]
# What you should see: at `conv1`, a keyhole. At `conv3`, the corner of an eye. At `conv5`, the eye. At `conv6_1`, the face: the square is larger than half of the image, and its neighbours see almost the same. So the deep outputs contain *what* moves on the large scale, and the shallow ones contain *where* it is, precisely.

# %%
course.claim(
    "An output of conv3 sees fewer than 100 pixels a side, "
    "one of conv6_1 more than 300.",
    fields["conv3"] < 100 and fields["conv6_1"] > 300,
)

# %% [markdown]
# ## Up: the refinement
#
# A flow is wanted for every pixel, not for 6 × 8 places. The way up is made of *upconvolutions*, which are convolutions turned round: instead of gathering from 4 × 4 inputs, each input is spread over 4 × 4 outputs, two apart, and what overlaps is added.

# %%
def naive_upconvolution(x, kernel):
    """Spread each input over 4 x 4 outputs, 2 apart, cut the rim: (2H, 2W)."""
    H, W = x.shape
    out = np.zeros((2 * H + 2, 2 * W + 2))
    for y in range(H):
        for x_ in range(W):
            out[2 * y : 2 * y + 4, 2 * x_ : 2 * x_ + 4] += x[y, x_] * kernel
    return out[1:-1, 1:-1]


x, kernel = torch.randn(5, 7), torch.randn(4, 4)
slow = naive_upconvolution(x.numpy(), kernel.numpy())
transposed = torch.nn.functional.conv_transpose2d
fast = transposed(x[None, None], kernel[None, None], stride=2, padding=1)[0, 0]
print(tuple(x.shape), "->", tuple(fast.shape))
course.claim(
    "The loop and PyTorch's transposed convolution agree.",
    np.allclose(slow, fast.numpy(), atol=1e-5),
)

# %% [markdown]
# Each step up puts three things side by side: features of the contracting part at this size (the *skip*), the upconvolved features from below, and the flow predicted below, enlarged by an upconvolution of its own.
#
# | part | contains |
# |---|---|
# | skip | where outlines are |
# | upconvolved features | what moves, seen from afar |
# | coarse flow | the answer so far |

# %%
skips = {5: "conv5_1", 4: "conv4_1", 3: "conv3_1", 2: "conv2"}
parts, read = {}, {}
for level, name in skips.items():
    skip, up = shapes[name][1], shapes[f"deconv{level}"][1]
    parts[level] = skip + up + 2
    read[level] = blueprint.get_submodule(f"predict_flow{level}").in_channels
    print(f"level {level}: skip {skip} + features {up} + flow 2", end=" ")
    print(f"= {read[level]} channels of {shapes[name][2:]}")
course.claim("At each level the prediction reads all three parts.", read == parts)

# %% [markdown]
# From each of these stacks, and from `conv6_1`, a 3 × 3 convolution predicts a flow. So there are five predictions, at a 64th of the size up to a quarter, and each is compared with the truth in training. The last is enlarged bilinearly: the authors found that going on with upconvolutions hardly helps.

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
# ## What there is to learn
#
# A convolution with kernel $k$ from $a$ to $b$ channels has $k \cdot k \cdot a \cdot b$ weights, and $b$ biases.

# %%
CHANNELS = [6, 64, 128, 256, 256, 512, 512, 512, 512, 1024, 1024]
kernels = [k for k, _ in LAYERS.values()]
down = raised = flows = 0
for k, a, b in zip(kernels, CHANNELS[:-1], CHANNELS[1:], strict=True):
    down += k * k * a * b + b
for a, b in ((1024, 512), (1026, 256), (770, 128), (386, 64)):
    raised += 4 * 4 * a * b  # upconvolutions of features have no biases
for a in (1024, 1026, 770, 386, 194):
    flows += 3 * 3 * a * 2 + 2
flows += 4 * (4 * 4 * 2 * 2)  # and four upconvolutions of flows
counted = down + raised + flows
print(f"down {down:,} + up {raised:,} + flows {flows:,} = {counted:,}")
course.claim(
    "FlowNetS has 38,675,546 parameters, as many as we counted.",
    sum(p.numel() for p in model.parameters()) == counted == 38_675_546,
)

# %%
sizes = {}
for name, layer in model.named_children():
    sizes[name] = sum(p.numel() for p in layer.parameters()) / 1e6
course.figure("parameters", figures.parameters(sizes))
three = sizes["conv6"] + sizes["conv6_1"] + sizes["deconv5"]
course.claim(
    "More than half of all parameters lie in conv6, conv6_1 and deconv5.",
    three > sum(sizes.values()) / 2,
)

# %% [markdown]
# For a laptop there is a smaller network: `width=0.25` has a quarter of the channels. A layer between two stacks of features then has a sixteenth of the weights: a quarter of its inputs times a quarter of its outputs.
#
# ## One batch, by heart
#
# Before you train for days, take one batch, and see whether the network can learn it by heart. Four pairs from our generator, a network of a quarter width, and a short loop. (Chapter 11 is about the loss and the schedule. Here the loss is the sum of the mean errors of all five levels, each against the truth at its size, in pixels of the full image.)

# %%
from flowlab.datasets import FlyingChairs

sample = Path(flowlab.__file__).parents[1] / "data" / "sample"
pairs = FlyingChairs(sample, split="all")
stacks = [torch.stack([pairs[i][part] for i in range(5)]) for part in range(3)]
img1, img2, truth = (stack.to(device) for stack in stacks)
batch, unseen = slice(0, 4), slice(4, 5)
zero = truth[batch].norm(dim=1).mean().item()
print("images", tuple(img1[batch].shape), f"mean motion {zero:.2f} px")

# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
learner = flowlab.FlowNetS(width=0.25).to(device)
steps = course.profile().pick(laptop=200, gpu=1000)
optimizer = torch.optim.Adam(learner.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
errors = []
for _ in range(steps):
    out = learner(img1[batch], img2[batch])
    loss = 0
    for level, flow in enumerate(out.pyramid, start=2):  # the finest, a quarter, first
        target = flowlab.resize_flow(truth[batch], flow.shape[-2:], mode="area")
        loss = loss + 2**level * (flow - target).norm(dim=1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    errors.append(flowlab.epe(out.flow.detach(), truth[batch]))
errors = [float(error) for error in errors]
print(f"EPE {errors[0]:.2f} px at first, {errors[-1]:.2f} px in the end;", end=" ")
print(f"zero flow {zero:.2f} px")

# %%
course.figure("error over the steps", figures.error_over_steps(errors, zero))
with torch.no_grad():
    final = learner.eval()(img1, img2)
known = float(flowlab.epe(final.flow[batch], truth[batch]))
course.claim(
    "It has learnt the batch: its error is less than a third of zero flow's.",
    known < zero / 3,
)

# %% [markdown]
# ## Five answers to one question
#
# Look at the five predictions for the first pair, from coarse to fine, each enlarged.

# %%
panels = {}
for level in (6, 5, 4, 3, 2):  # the coarsest first
    coarse = final.pyramid[level - 2][:1].cpu()
    large = flowlab.resize_flow(coarse, (192, 256), mode="nearest")[0]
    panels[f"1/{2**level}"] = large.permute(1, 2, 0).numpy()
panels["the truth"] = truth[0].permute(1, 2, 0).cpu().numpy()
longest = float(truth[0].norm(dim=0).quantile(0.98))
course.figure("five predictions", panels, limit=longest)

# %%
off = []
for flow in final.pyramid:
    large = flowlab.resize_flow(flow[batch], (192, 256))
    off.append(float(flowlab.epe(large, truth[batch])))
print("EPE of the levels, finest first:", [round(error, 2) for error in off])
course.claim(
    "The finest prediction is nearer to the truth than the coarsest.",
    off[0] < off[-1],
)

# %% [markdown]
# And a fifth pair, which it has never seen?

# %%
still = truth[unseen].norm(dim=1).mean().item()
strange = float(flowlab.epe(final.flow[unseen], truth[unseen]))
print(f"known pairs: {known / zero:.0%} of zero flow's error;", end=" ")
print(f"the unseen pair: {strange / still:.0%}")
course.claim(
    "Relative to zero flow, the unseen pair's error is more than twice "
    "that of the known pairs.",
    strange / still > 2 * known / zero,
)

# %% [markdown]
# It has not learnt motion, it has learnt four pictures. For motion it takes thousands of pairs (chapter 11). But you know now that network, loss and units fit together, and that is worth a minute before each long training.
#
# ## Any size
#
# Six halvings need sides that are multiples of 64. Many implementations crop the images, or fail. flowlab repeats the last row and column, and crops the flow to the images' size.

# %%
frames = torch.rand(2, 1, 3, 97, 203, device=device)
odd = learner(*frames)
print("flow", tuple(odd.flow.shape), "coarsest", tuple(odd.pyramid[-1].shape))
course.claim(
    "The flow has the size of the images.",
    odd.flow.shape[-2:] == frames.shape[-2:],
)

# %% [markdown]
# ## Recap
#
# - FlowNetS sees six channels, and has to find out by itself that they are two images.
# - Down: ten convolutions, six halvings; deep outputs see far and are coarse in place.
# - Up: skip, upconvolved features and coarse flow side by side, and a prediction at each of five scales.
# - More than half of its parameters lie in the three layers at the bottom.
# - One batch by heart shows that the parts fit together, and nothing more.

# %% [markdown]
# ## Quiz

# %%
course.quiz("07")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 7.3: put the concatenation back
#
# Somebody lost the line in the middle of the refinement. `features` and `flow` come from the level below, `skip` has this level's size; `deconv` and `upsample` are the two layers that double a size. Return what this level goes on with, in the order skip, features, flow, without `torch.no_grad`: gradients have to reach the layers.

# %% tags=["exercise-7.3"]
def refined(skip, features, flow, deconv, upsample):
    """The features of the next finer level, (B, C, 2H, 2W)."""
    return ...


# %%
course.check("7.3", refined)

# %% [markdown]
# ### Open task: frame 1, twice
#
# No checker here: this one is for a conversation. In the training loop write `learner(img1[batch], img1[batch])`, and in the cell below it `learner.eval()(img1, img1)`: now the input contains no motion at all. Before you run the loop again, with everything below it down to the fifth pair, write down which error it will reach on the batch, and which on the fifth pair. Compare both with the numbers that you had. What does a low error on one batch prove, and what does it not prove? Which experiment would show that a trained network does compare the two frames?

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Look at figures 2 and 3 with the shapes of this chapter beside them, and at what the authors say about stopping at a quarter of the size.
# - [Understanding the Effective Receptive Field in Deep Convolutional Neural Networks](https://arxiv.org/abs/1701.04128), Luo and others, 2016. Look for how much less an output is moved by the rim of its field than by the centre.
# - [Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/), Odena and others, 2016. Play with kernel and stride, and find out why four and two go well together.

# %%
course.end()
