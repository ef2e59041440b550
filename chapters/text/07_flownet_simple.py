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
# > At the end of this chapter you know every layer of FlowNetSimple, how much of the picture each of its outputs sees and how many parameters each layer has, and you have trained it to learn four pairs by heart.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Follow two pictures down the contracting part and back up, with all shapes.
# 2. Compute the receptive field and the parameters of a layer, at any width.
# 3. Overfit one batch, and say what that proves and what it does not.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 60 seconds.
#
# **Needs**: chapters 01 and 02; to know what a convolution is and what `loss.backward()` does.
#
# **Symbols**: $k$ the side of a kernel; $s$ a stride; $r$ the side of a receptive field in pixels; $j$ the distance of two neighbouring outputs in pixels; $\ell$ a level, whose maps have $1/2^\ell$ of the picture's height and width; $\mathbf{w}_\ell$ the flow that is predicted there, $\mathbf{w}^*_\ell$ the true flow at that size, both in pixels of that size; $N_\ell$ its number of pixels.

# %%
# %matplotlib inline
from pathlib import Path

import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab.datasets.samples import motorcycle
from flowlab_course.chapters.ch07 import diagrams, figures, widgets

course.begin("07")
device = course.profile().device

# %% [markdown]
# ## A trained network at work
#
# Here is a network that is shipped with flowlab, `flownets-small`. It was trained on pairs that a program drew, like those of chapter 05. It has never seen a photograph.

# %%
trained = flowlab.load_model("flownets-small").eval()
bike = motorcycle(reduce=0.5)
flow = flowlab.predict(trained, bike.img1, bike.img2)
known = np.where(bike.valid[..., None], bike.flow, np.nan)
course.figure("at work", figures.at_work(bike.img1, flow, known, longest=30))


def error_on_bike(estimate):
    """EPE on the motorcycle, in px."""
    return flowlab.epe(estimate, bike.flow, bike.valid)


whole_epe, zero_epe = error_on_bike(flow), error_on_bike(np.zeros_like(flow))
print(f"EPE of the network {whole_epe:.2f} px, of zero flow {zero_epe:.2f} px")
course.claim(
    "The network has less than half of the error of zero flow.",
    whole_epe < zero_epe / 2,
)
guess = course.predict_first(
    "frame 1 twice",
    "Give this network frame 1 twice, in place of frame 1 and frame 2. "
    "What flow does it predict?",
    options=["nearly the same", "nearly zero", "noise"],
)

# %%
twice = flowlab.predict(trained, bike.img1, bike.img1)
both_length, twice_length = (np.linalg.norm(w, axis=-1).mean() for w in (flow, twice))
course.answer(
    guess,
    "nearly zero",
    "So its flow does depend on frame 2: training has taught it to compare.",
)
print(f"mean length with both frames {both_length:.1f} px", end=", ")
print(f"with frame 1 twice {twice_length:.1f} px")
course.claim(
    "With frame 1 twice the flow is on average less than a tenth as long.",
    twice_length < both_length / 10,
)

# %% [markdown]
# The methods of the chapters before compare the frames because their authors wrote a comparison into them. Dosovitskiy, Fischer and others (2015) asked whether a plain network can learn to compare. FlowNetSimple, FlowNetS for short, stacks the second picture behind the first, six channels in all, and convolves. Nothing in its layers says that there are two pictures. Now take it apart.

# %%
from flowlab_course.layers import layers_of

model = flowlab.FlowNetS()  # the paper's size; the shipped one is narrower
layers = layers_of(model, 384, 512)
print(model.conv1)
course.claim(
    "The first layer reads both pictures at once, as six channels.",
    layers["conv1"].inputs == 6,
)
course.figure("hourglass", diagrams.hourglass(model))

# %% [markdown]
# ## Down: the contracting part
#
# The *contracting part*, or *encoder*, has ten convolutions. Six of them have a stride of 2: each halves height and width. The channels grow from 6 to 1024. (The paper's text counts nine; the released network has one more, `conv6_1`.)
#
# Why so small? An output that has to find a motion of 100 pixels must see 100 pixels to each side. How far does an output see? Guess first.

# %%
for name, layer in layers.items():
    if name.startswith("conv"):
        print(f"{name:8} {layer.outputs:5} channels of", end=" ")
        print(f"{layer.height:3} x {layer.width:3}")
last = layers["conv6_1"]
course.claim(
    "Six strides of 2 leave 6 x 8 places of a picture of 384 x 512.",
    (last.height, last.width) == (6, 8),
)
guess = course.predict_first(
    "field",
    "Three convolutions, 7 x 7, 5 x 5 and 5 x 5, each with stride 2. "
    "How many pixels of the picture, side by side, does one output of the third see?",
    options=["17, the kernels added up", "31", "the whole picture"],
)

# %% [markdown]
# The part of the picture that an output depends on is its *receptive field*. Count its width $r$. One output of the first layer sees $k$ pixels. Each layer after it adds $k - 1$ taps, and these are as far apart as the outputs of the layer before:
#
# $$r \leftarrow r + (k - 1)\, j, \qquad j \leftarrow j\, s$$

# %%
from flowlab_course.chapters.ch07.widgets import LAYERS

r, j, fields, apart = 1, 1, {}, {}
for name, (k, s) in LAYERS.items():
    r, j = r + (k - 1) * j, j * s
    fields[name], apart[name] = r, j
course.answer(
    guess,
    "31",
    "7, then 4 taps more, 2 px apart, then 4 more, 4 px apart: 7 + 8 + 16.",
)
for name, (k, s) in LAYERS.items():
    print(f"{name:8} kernel {k}, stride {s}: sees {fields[name]:3} pixels,", end=" ")
    print(f"{fields[name] // 2:3} to each side; outputs {apart[name]:2} apart")
far_enough = [name for name in fields if fields[name] // 2 >= 100]
course.claim(
    "conv6 is the first layer whose outputs see 100 px to each side.",
    far_enough[0] == "conv6",
)

# %% [markdown]
# You may have seen a drawing of FlowNetC where these three convolutions turn 7 × 7 × 3 into 1 × 1 × 256. It is wrong: they turn 31 × 31 × 3 into 1 × 1 × 256.
#
# Check the formula by measuring. An output *sees* a pixel if it changes with that pixel: if the gradient of the output at that pixel is not zero.

# %%
image = torch.rand(1, 3, 448, 448, requires_grad=True)


def seen(layer, row, column):
    """Width in pixels of the part of the picture that one output depends on."""
    outputs = []
    module = trained.get_submodule(layer)
    hook = module.register_forward_hook(lambda m, i, output: outputs.append(output))
    trained(image, image.detach())
    hook.remove()
    (gradient,) = torch.autograd.grad(outputs[0][0, :, row, column].sum(), image)
    touched = gradient[0].abs().sum((0, 1)).nonzero()  # columns of the picture
    return int(touched.max() - touched.min() + 1)


places = {"conv3": (28, 28), "conv5": (7, 7), "conv6_1": (3, 3)}
measured = {layer: seen(layer, *place) for layer, place in places.items()}
print(measured)
course.claim(
    "For these three layers gradients reach exactly as far as the formula says.",
    measured == {layer: fields[layer] for layer in places},
)

# %% [markdown]
# ### Exercise 7.2: what does conv5 see?
#
# `layers` is a list of pairs (kernel, stride), first layer first. Return the side in pixels of the field that one output of the last layer sees.

# %% tags=["exercise-7.2"]
def field(layers):
    """Side in pixels of the field that an output of the last layer sees."""
    return ...


# %%
course.check("7.2", field)

# %% [markdown]
# ## See what it sees
#
# Choose a layer. Then choose one of its outputs with the mouse or the arrow keys. What you should see: an output of `conv1` sees a tiny square. At `conv3` it sees skin beside the eye, at `conv5` most of an eye, at `conv6_1` the face. Deep outputs see far, but they are few: two neighbours at `conv6_1` are 64 px apart, and share most of what they see. Outputs near the pixels are many, and each sees little.

# %%
widgets.receptive_field()

# %% jupyter={"source_hidden": true}
# Claims: what an output of conv6_1 sees, and what its neighbour does.
from flowlab_course.chapters.ch07.widgets import compute

face = compute("conv6_1", (0.45, 0.4))
shared = (fields["conv6_1"] - apart["conv6_1"]) / fields["conv6_1"]
print(f"the output of conv6_1 sees {face.share:.0%} of this picture")
print(f"its neighbour to the right sees {shared:.0%} of the same field")
course.claim("It sees more than half of the picture.", face.share > 0.5)
course.claim("Two neighbours share over four fifths of their fields.", shared > 0.8)

# %% [markdown]
# ## Up: the refinement
#
# A flow is wanted for every pixel, not for 6 × 8 places. The way up, the *refinement*, is made of *upconvolutions*. A convolution gathers many inputs into one output. An upconvolution spreads each input over 4 × 4 outputs. The outputs of the next input begin two further on, and where they overlap, the values are added. (Others call it *transposed convolution*, or *deconvolution* after Zeiler and others, 2010.)

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
# ## Three parts of a stack
#
# Each level on the way up *concatenates* (joins along the channels) three parts: features of the contracting part at this size (a *skip connection*, as in Long and others, 2015), the upconvolved features from the level below, and the flow predicted below, enlarged by an upconvolution of its own. From each stack, and from `conv6_1`, a 3 × 3 convolution predicts a flow: five predictions, at a 64th of the size up to a quarter.

# %%
skips = {5: "conv5_1", 4: "conv4_1", 3: "conv3_1", 2: "conv2"}
parts, read = {}, {}
for level, name in skips.items():
    skip, up = layers[name].outputs, layers[f"deconv{level}"].outputs
    parts[level], read[level] = skip + up + 2, layers[f"predict_flow{level}"].inputs
    print(f"level {level}: skip {skip} + features {up} + flow 2", end=" ")
    print(f"= {read[level]} channels of {layers[name].height} x {layers[name].width}")
course.claim("At each level the prediction reads all three parts.", read == parts)

# %% [markdown]
# According to the paper, the features from below carry information from a large part of the picture, and the skip carries local detail. Which of the three parts does the trained network use? Take one away and measure: an *ablation*. Zeros would be unusual values for the layers that follow. So replace each channel of the part by its mean over the picture: a usual value, the same everywhere. Then choose a part and a level yourself.

# %%
def without(part, levels=tuple(skips)):
    """Flow of the motorcycle if one part of these levels' stacks is its mean."""
    small, hooks = layers_of(trained), []
    for level in levels:
        a = small[skips[level]].outputs
        b = a + small[f"deconv{level}"].outputs
        channels = {"skip": (0, a), "features": (a, b), "flow": (b, b + 2)}[part]

        def flatten(module, inputs, own=slice(*channels)):
            stack = inputs[0].clone()
            stack[:, own] = stack[:, own].mean((2, 3), keepdim=True)
            return (stack,)

        for name in (f"predict_flow{level}", f"deconv{level - 1}"):
            if name in small:
                layer = trained.get_submodule(name)
                hooks.append(layer.register_forward_pre_hook(flatten))
    changed = flowlab.predict(trained, bike.img1, bike.img2)
    for hook in hooks:
        hook.remove()
    return changed


# %%
print(f"whole network: {whole_epe:.2f} px; zero flow: {zero_epe:.2f} px")
left_over = {part: without(part) for part in ("skip", "features", "flow")}
ablated = {part: error_on_bike(w) for part, w in left_over.items()}
for part, error in ablated.items():
    print(f"without the {part:8} of all four levels: {error:.2f} px")
finest_skip = error_on_bike(without("skip", [2]))
print(f"without the skip of the finest level alone: {finest_skip:.2f} px")
course.claim(
    "Without the skips, or without the features, the error grows by over a fifth.",
    min(ablated["skip"], ablated["features"]) > 1.2 * whole_epe,
)
course.claim(
    "Without the coarse flow, or the finest skip, it changes by less than a tenth.",
    max(abs(e - whole_epe) for e in (ablated["flow"], finest_skip)) < whole_epe / 10,
)
course.claim(
    "Without skips, or features, u varies less than half as much over the picture.",
    max(left_over[part][..., 0].std() for part in ("skip", "features"))
    < flow[..., 0].std() / 2,
)
widgets.take_a_part_away(without)

# %% [markdown]
# What you should see: without the skips or without the features, little more than one shift of the whole picture is left. Two parts hardly matter on this pair. The coarse flow was computed from the same stack as the features beside it, so it adds nothing that they could not contain. And `predict_flow2` is linear: its response to `conv2` is added to the flow, the same for any motion. An outline alone does not tell how the two sides of it move. (At coarser levels an upconvolution with an activation follows, which can combine the parts.) An ablation after training shows what *this* network uses. A network trained without the part might do as well.

# %% [markdown]
# ### Exercise 7.3: put the concatenation back
#
# Somebody lost the line in the middle of the refinement. `features` and `flow` come from the level below, `skip` has this level's size; `deconv` and `upsample` are the two layers that double a size. Return this level's stack: skip, features, flow, in this order. Later, `backward()` has to reach both layers, so do not switch gradients off: no `torch.no_grad()`, no `.detach()`.

# %% tags=["exercise-7.3"]
def refined(skip, features, flow, deconv, upsample):
    """The features of the next finer level, (B, C, 2H, 2W)."""
    return ...


# %%
course.check("7.3", refined)

# %% [markdown]
# ## Five predictions, in units of 20 pixels
#
# The authors' released network predicts in units of 20 px, and multiplies by 20 at the end. One good reason: with the initial weights of He and others (2015) a layer's values are about as large as its inputs, which lie between -1 and 1, and a flow of 30 px would be far from that. The finest prediction has a quarter of the height and width. Bilinear interpolation enlarges it: further upconvolutions hardly helped the authors.
#
# Six halvings also need sides that are multiples of 64. flowlab repeats the last row and column of the pictures until they are, and crops the flow.

# %%
img1, img2 = (
    torch.from_numpy(img).permute(2, 0, 1)[None] / 255 for img in (bike.img1, bike.img2)
)
raw = {}
hook = trained.predict_flow2.register_forward_hook(
    lambda m, i, output: raw.update(finest=output)
)
with torch.no_grad():  # keeps nothing for a backward pass: less memory
    out = trained(img1, img2)
hook.remove()
H, W = bike.valid.shape
enlarge = torch.nn.functional.interpolate
enlarged = enlarge(20 * raw["finest"], scale_factor=4, mode="bilinear")
print(f"mean length of the numbers {raw['finest'].norm(dim=1).mean():.2f}", end=", ")
print(f"of the flow {out.flow.norm(dim=1).mean():.1f} px")
course.claim(
    "The flow is the finest prediction, times 20 px, enlarged four times.",
    torch.allclose(out.flow, enlarged[..., :H, :W], atol=1e-3),
)
course.claim("250 x 370 became 256 x 384.", raw["finest"].shape[-2:] == (64, 96))

# %%
panels, off = {}, {}
for level, coarse in reversed(list(enumerate(out.pyramid, start=2))):
    size = [side * 2**level for side in coarse.shape[-2:]]  # multiples of 64
    large = flowlab.resize_flow(coarse, size, mode="nearest")[0, :, :H, :W]
    panels[f"1/{2**level}"] = large.permute(1, 2, 0).numpy()
    off[level] = error_on_bike(panels[f"1/{2**level}"])
panels["the true flow"] = known
print("EPE by level:", {level: round(error, 2) for level, error in off.items()})
course.figure("five predictions", figures.five_predictions(panels, longest=30))
course.claim(
    "Even the coarsest prediction has less than half of zero flow's error.",
    off[6] < zero_epe / 2,
)

# %% [markdown]
# ## What there is to learn
#
# A convolution with kernel $k$ from $a$ to $b$ channels has $k \cdot k \cdot a \cdot b$ weights, and $b$ biases. Upconvolutions have no biases here. For a laptop there is a smaller network: `width=0.25` has a quarter of the channels of every layer. How many parameters are left?

# %%
def parameters(layer, name):
    """Weights and biases of a layer."""
    biases = 0 if name.startswith(("deconv", "upsampled")) else layer.outputs
    return layer.kernel**2 * layer.inputs * layer.outputs + biases


narrow = layers_of(flowlab.FlowNetS(width=0.25))
full = {name: parameters(layer, name) for name, layer in layers.items()}
left = {name: parameters(layer, name) / full[name] for name, layer in narrow.items()}
quarter = sum(parameters(layer, name) for name, layer in narrow.items())
print(f"full width {sum(full.values()):,}, a quarter of the width {quarter:,}")
for name in ("conv1", "conv2", "deconv4", "predict_flow4", "upsampled_flow5_to_4"):
    layer, thin = layers[name], narrow[name]
    print(f"{name:20} {layer.inputs:3} -> {layer.outputs:3} channels", end="  ")
    print(f"{thin.inputs:3} -> {thin.outputs:3}: {left[name]:.3f} of its parameters")
course.claim(
    "FlowNetS has 38,675,546 parameters, as many as we counted.",
    sum(p.numel() for p in model.parameters()) == sum(full.values()) == 38_675_546,
)

# %%
course.figure("parameters", figures.parameters(full, left))
three = full["conv6"] + full["conv6_1"] + full["deconv5"]
course.claim(
    "More than half of all parameters lie in conv6, conv6_1 and deconv5.",
    three > sum(full.values()) / 2,
)
inner = [part for n, part in left.items() if n[:4] in ("conv", "deco") and n != "conv1"]
ends = [part for n, part in left.items() if n == "conv1" or n.startswith("predict")]
course.claim(
    "conv1 and the five predictions keep 25 to 26 % of their parameters, other "
    "convolutions and upconvolutions of features 6.2 to 6.4 %, about a sixteenth.",
    0.25 <= min(ends) <= max(ends) <= 0.26 and 0.062 < min(inner) <= max(inner) < 0.064,
)

# %% [markdown]
# A layer between two stacks of features keeps a sixteenth: a quarter of its inputs times a quarter of its outputs. `conv1` still reads 6 channels, and a prediction still gives 2, so these keep a quarter. An enlarged flow has 2 channels at both ends, at any width.
#
# ## One batch, by heart
#
# Before you train for days, take one batch and let the network *overfit* it: learn it by heart (a rule of Karpathy, 2019). The loss here is a *sum* over the five levels:
#
# $$L = \sum_{\ell = 2}^{6} 2^\ell\, \frac{1}{N_\ell} \sum_{\mathbf{x}} \lVert \mathbf{w}_\ell(\mathbf{x}) - \mathbf{w}^*_\ell(\mathbf{x}) \rVert$$
#
# A prediction of `pyramid` is in pixels of its own size. One such pixel is $2^\ell$ pixels of the picture: the factor brings the mean errors of all levels to one unit before they are added. (Chapter 11 has the paper's loss, with weights.)

# %%
from flowlab.datasets import FlyingChairs

sample = Path(flowlab.__file__).parents[1] / "data" / "sample"
pairs = FlyingChairs(sample, split="all")
stacks = [torch.stack([pairs[i][part] for i in range(5)]) for part in range(3)]
img1, img2, truth = (stack.to(device) for stack in stacks)
batch = slice(0, 4)
zero = truth[batch].norm(dim=1).mean().item()
small_truth = flowlab.resize_flow(truth[batch], (48, 64), mode="area")
unit = small_truth.norm(dim=1).mean().item()
print(f"mean motion {zero:.2f} px of the picture, {unit:.2f} px of level 2")

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
    for level, w in enumerate(out.pyramid, start=2):  # the finest, a quarter, first
        target = flowlab.resize_flow(truth[batch], w.shape[-2:], mode="area")
        loss = loss + 2**level * (w - target).norm(dim=1).mean()
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
by_heart = float(flowlab.epe(final.flow[batch], truth[batch]))
course.claim("Untrained, it does worse than zero flow.", errors[0] > zero)
course.claim(
    "It has learnt the batch: its error is less than a third of zero flow's.",
    by_heart < zero / 3,
)

# %% [markdown]
# ## Is the finest prediction the best?
#
# Two things make up the error of a level. A pixel of it covers $2^\ell \times 2^\ell$ pixels of the picture, so detail is lost even if the level is right. And the level may not be right. The *floor* is the error of the true flow itself after it was averaged to that size and enlarged again. The *own error* compares the prediction with the averaged flow.

# %%
print("level  own error  floor  error at full size (px of the picture, four pairs)")
own, floor, at_full = {}, {}, {}
for level, w in enumerate(final.pyramid, start=2):
    small = flowlab.resize_flow(truth[batch], w.shape[-2:], mode="area")
    own[level] = 2**level * (w[batch] - small).norm(dim=1).mean().item()
    pair = [flowlab.resize_flow(flow, (192, 256)) for flow in (small, w[batch])]
    floor[level], at_full[level] = (float(flowlab.epe(x, truth[batch])) for x in pair)
    print(f"{level:5} {own[level]:10.2f} {floor[level]:6.2f} {at_full[level]:9.2f}")
course.claim(
    "The finest level has the lowest floor, and the largest own error.",
    all(floor[n] < floor[n + 1] for n in range(2, 6)) and own[2] == max(own.values()),
)
course.claim(
    "The finest prediction is nearer to the truth than the coarsest.",
    at_full[2] < at_full[6],
)
course.claim(
    "After 200 steps the second-finest prediction is nearer than the finest.",
    steps > 200 or at_full[3] < at_full[2],
)

# %% [markdown]
# At levels 4 to 6 nearly all of the error is the floor. Level 3 is ahead of level 2 after 200 steps: its floor is higher, but it has only a quarter of the vectors to learn, and has learnt them better. Nothing forces a finer prediction to be the better one. With 1000 steps the finest takes the lead; try it.
#
# How good is the learner on pairs that it has never seen? Take the fifth pair and four new ones. The control is the trained network on the same pairs.

# %%
from flowlab.evaluation import Generated

fresh = [(img1[4], img2[4], truth[4])]
for pair in Generated(4, size=(192, 256)):
    fresh.append([torch.from_numpy(x).permute(2, 0, 1) for x in pair[1:4]])
mean = {"zero flow": 0.0, "by heart": 0.0, "trained": 0.0}
for first, second, true in fresh:
    mean["zero flow"] += float(true.norm(dim=0).mean()) / len(fresh)
    for name, network in {"by heart": learner, "trained": trained}.items():
        w = flowlab.predict(network, first, second)
        mean[name] += float(flowlab.epe(w[None], true[None])) / len(fresh)
print("five unseen pairs:", {name: f"{error:.1f} px" for name, error in mean.items()})
course.claim("By heart is worse than zero flow.", mean["by heart"] > mean["zero flow"])
course.claim("The trained network is better.", mean["trained"] < mean["zero flow"])

# %% [markdown]
# The learner has not learnt motion, it has learnt four pictures. The trained network has the same layers, and saw thousands of pairs. So a batch by heart is a test, not a result. If a network cannot do it, something is wrong, in the network, the loss, the units or the learning rate, and you know it before a long training.
#
# ## Recap
#
# - FlowNetS reads six channels, and training has to teach it that they are two pictures. With frame 1 twice, the trained network predicts almost no motion.
# - Down: ten convolutions, six halvings. Deep outputs see far, and are few.
# - Up: skip, upconvolved features and coarse flow, concatenated, and a prediction in units of 20 px at each of five sizes.
# - Most parameters lie in the three layers at the bottom. A quarter of the width leaves about a sixteenth of them, and a quarter in the first and the last layers.
# - One batch by heart shows that network, loss and units fit together, and nothing more.

# %% [markdown]
# ## Quiz

# %%
course.quiz("07")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 7.4: the whole way up
#
# Assemble the refinement. You get the five outputs of the contracting part that it reads, and `layers`, a dictionary of layers under their names in the diagram: `layers["predict_flow6"]`, `layers["deconv5"]`, `layers["upsampled_flow6_to_5"]` and so on. Return the flow in pixels, at the size of the picture. The check compares it with the flow of FlowNetS itself.

# %% tags=["exercise-7.4"]
def way_up(conv2, conv3_1, conv4_1, conv5_1, conv6_1, layers):
    """The flow (B, 2, H, W) in pixels; conv2 is (B, C, H/4, W/4)."""
    return ...


# %%
course.check("7.4", way_up)

# %% [markdown]
# ### Open task: frame 1, twice
#
# No checker here: this one is for a conversation. In the training loop write `learner(img1[batch], img1[batch])`, and in the cell below it `learner.eval()(img1, img1)`: now the input contains no motion at all. Before you run the loop again, with everything below it down to the floors, write down which error it will reach on the batch. Compare with the numbers that you had. What does a low error on one batch prove, and what does it not prove? Then give the trained network frames of two different pairs, `flowlab.predict(trained, img1[0], img2[1])`, and explain its flow.

# %% [markdown]
# ## Terms
#
# - *receptive field* (感受野): the part of the picture that one output of a layer depends on.
# - *contracting part* (收缩部分): the convolutions whose maps become smaller and deeper; also encoder.
# - *refinement* (细化): the way back up to a finer flow; also decoder.
# - *upconvolution* (上卷积): a layer that spreads each input over several outputs, with learnt weights; also transposed convolution.
# - *skip connection* (跳跃连接): a copy of earlier features that goes past the layers between.
# - *concatenate* (拼接): laying maps of one size side by side along their channels.
# - *ablation* (消融): taking a part away to measure what it did.
# - *overfit* (过拟合): to learn the training pairs by heart and nothing that holds beyond them.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Look at figures 2 and 3 with the shapes of this chapter beside them, and at what the authors say about stopping at a quarter of the size.
# - [Understanding the Effective Receptive Field in Deep Convolutional Neural Networks](https://arxiv.org/abs/1701.04128), Luo and others, 2016. Look for how much less an output depends on the rim of its field than on the centre.
# - [Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/), Odena and others, 2016. Play with kernel and stride, and find out why four and two go well together.

# %%
course.end()
