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
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 60 seconds. Exercise 7.4 and the open task take 20 more.
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
from flowlab_course.chapters.ch07 import ablation, diagrams, figures, widgets

course.begin("07")
device = course.profile().device

# %% [markdown]
# ## A trained network at work
#
# flowlab ships a trained network, `flownets-small`. It was trained on drawn pairs: first sliding textures, then chairs like those of chapter 05. It has seen no photograph.

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
vector_epe = error_on_bike(np.zeros_like(flow) + np.nanmean(known, axis=(0, 1)))
print(f"EPE of the network {whole_epe:.2f} px, of zero flow {zero_epe:.2f} px,")
print(f"of the true mean vector at all pixels {vector_epe:.2f} px")
course.claim(
    "The network has a smaller error than that one vector.",
    whole_epe < vector_epe,
)
guess = course.predict_first(
    "frame 1 twice",
    "Give this network frame 1 twice. What flow does it predict?",
    options=["nearly the same", "nearly zero", "noise"],
)

# %%
seconds = {"frame 2": bike.img2, "frame 1": bike.img1}
seconds["brighter frame 1"] = np.clip(bike.img1 + 20.0, 0, 255).astype(np.uint8)
torch.manual_seed(0)
untrained = flowlab.FlowNetS(width=0.25).eval()
long, blind = {}, {}  # mean lengths
for name, second in seconds.items():
    for network, length in ((trained, long), (untrained, blind)):
        w = flowlab.predict(network, bike.img1, second)
        length[name] = np.linalg.norm(w, axis=-1).mean()
course.answer(guess, "nearly zero", "So its flow depends on frame 2.")
print("mean length of the flow from frame 1 to")
for name in seconds:
    print(f"{name:16} trained {long[name]:4.1f} px, untrained {blind[name]:.1f} px")
course.claim(
    "With frame 1 twice, the trained network's flow is at most a tenth as long.",
    long["frame 1"] <= long["frame 2"] / 10,
)
course.claim(
    "The untrained network's flow is as long as before, to a fifth.",
    abs(blind["frame 1"] / blind["frame 2"] - 1) < 0.2,
)
course.claim(
    "With frame 1 made brighter the flow is over a quarter as long as with frame 2.",
    long["brighter frame 1"] > long["frame 2"] / 4,
)

# %% [markdown]
# The methods of the chapters before compare the frames because their authors wrote a comparison into them. Dosovitskiy, Fischer and others (2015) asked whether a plain network can learn to compare. FlowNetSimple, FlowNetS for short, stacks the second picture behind the first, six channels in all, and convolves. Nothing in its layers says that there are two pictures. Training has taught this network to react to differences of the pictures. A change of brightness is one, and it takes it for motion. Its layers, an *encoder-decoder*, are drawn below.

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
# The *contracting part*, or *encoder*, has ten convolutions. Six of them have a stride of 2: each halves height and width. LeakyReLU follows each (the paper says ReLU). The channels grow from 6 to 1024. The paper counts nine; the released network also has `conv6_1`.
#
# Why so small? An output that has to find a motion of 100 pixels must see frame 2 up to 100 pixels away. And at 6 x 8 places 1024 channels are cheap. How far does an output see?

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
    "How many pixels wide is the square that one output of the third sees?",
    options=["17, the kernels added up", "31", "as wide as the picture"],
)

# %% [markdown]
# The part of the picture that an output depends on is its *receptive field*. Count its width $r$. One output of the first layer sees $k$ pixels. Each later layer reads $k$ neighbouring outputs of the layer before, which are $j$ pixels apart. So one of its outputs sees $(k - 1)\, j$ pixels more:
#
# $$r \leftarrow r + (k - 1)\, j, \qquad j \leftarrow j\, s$$

# %%
course.answer(
    guess,
    "31",
    "7, then 4 outputs more, 2 px apart, then 4 more, 4 px apart: 7 + 8 + 16.",
)
counted = widgets.fields()  # the formula, layer by layer; exercise 7.2 is to write it
fields = {name: sides for name, (sides, _) in counted.items()}
apart = {name: distance for name, (_, distance) in counted.items()}
for name, (k, s) in widgets.LAYERS.items():
    print(f"{name:8} kernel {k}, stride {s}: sees {fields[name]:3} pixels,", end=" ")
    print(f"{fields[name] // 2:3} to each side; outputs {apart[name]:2} apart")
far_enough = [name for name in fields if fields[name] // 2 >= 100]
course.claim(
    "conv6 is the first layer whose outputs see 100 px to each side.",
    far_enough[0] == "conv6",
)

# %% [markdown]
# FlowNetC (chapter 10) begins with the same three convolutions. They turn 31 × 31 × 3 into 1 × 1 × 256, and not 7 × 7 × 3.
#
# Check the formula by measuring. An output *sees* a pixel if the gradient of the output at that pixel is not zero. Most of the gradient lies in the middle of the field (spread evenly, 90 % need nine tenths of the columns): the *effective* receptive field is smaller.

# %%
image = torch.rand(1, 3, 64, 1216, requires_grad=True)


def seen(layer):
    """Columns that the middle output depends on, and the middle ones with 90 %."""
    outputs, module = [], trained.get_submodule(layer)
    hook = module.register_forward_hook(lambda m, i, output: outputs.append(output))
    trained(image, image.detach())
    hook.remove()
    row, column = (side // 2 for side in outputs[0].shape[2:])
    (gradient,) = torch.autograd.grad(outputs[0][0, :, row, column].sum(), image)
    of_column = gradient[0].abs().sum((0, 1))
    touched, parts = of_column.nonzero(), (of_column / of_column.sum()).cumsum(0)
    columns = touched.max() - touched.min() + 1
    return int(columns), int(((parts > 0.05) & (parts < 0.95)).sum())


measured = {}
for name in ("conv3", "conv5", "conv6_1", "predict_flow6", "predict_flow2"):
    measured[name], middle = seen(name)
    print(f"{name:13} {measured[name]:3} columns, 90 % of the gradient in {middle:3}")
course.claim(
    "For the three convolutions gradients reach exactly as far as the formula says.",
    all(measured[name] == fields[name] for name in measured if name in fields),
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
# Choose a layer, and one of its outputs with the mouse or the arrow keys. What you should see: an output of `conv3` sees a corner of the eye, at `conv5` most of an eye, at `conv6_1` the face. Neighbours at `conv6_1` share most of what they see. The way up gives both, many outputs and a wide view: those of `predict_flow2` are 4 px apart, and one in the middle sees the whole picture.

# %%
face = widgets.compute("conv6_1", (0.45, 0.4))  # its output nearest to the left eye
shared = (fields["conv6_1"] - apart["conv6_1"]) / fields["conv6_1"]
print(f"the output of conv6_1 sees {face.share:.0%} of this picture")
print(f"its neighbour to the right sees {shared:.0%} of the same field")
finest = widgets.compute("predict_flow2", (0.45, 0.4))
course.claim(
    "conv6_1 sees over half of the picture there, predict_flow2 all of it.",
    face.share > 0.5 and finest.share == 1,
)
course.claim("Two neighbours share over four fifths of their fields.", shared > 0.8)
course.claim(
    "The finest prediction sees at least twice as far as conv6_1, as was measured.",
    measured["predict_flow2"] == finest.field >= 2 * fields["conv6_1"],
)
widgets.receptive_field()

# %% [markdown]
# ## Up: the refinement
#
# A flow is wanted for every pixel. The way up, the *refinement* or *decoder*, is made of *upconvolutions*. A convolution gathers many inputs into one output; an upconvolution spreads each input over 4 × 4 outputs. The next input's outputs begin two places further on. Where outputs overlap, their values are added. This is the *transposed convolution* of the released network, also *deconvolution* (Zeiler and others, 2010). The paper describes another kind: unpooling, then a convolution.

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
# Return how many rows an upconvolution makes of `n` rows. It cuts `padding` rows off at both ends.

# %% tags=["exercise-7.1"]
def raised_size(n, kernel, stride, padding):
    """Rows that an upconvolution makes of n rows."""
    return ...


# %%
course.check("7.1", raised_size)

# %% [markdown]
# ## Three parts of a stack
#
# Each level on the way up *concatenates* (joins along the channels) three parts: features of the contracting part at this size (a *skip connection*, as in U-Net by Ronneberger and others, 2015), the upconvolved features from the level below, and the flow predicted at the level below, enlarged by an upconvolution of its own. Level 6 is the lowest, level 2 the finest. From each stack, and from `conv6_1`, a 3 × 3 convolution predicts a flow: five predictions.

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
# According to the paper, the features from below carry information from afar, and the skip carries local detail. Which of the three parts does the trained network use? Take one away and measure the error: an *ablation*.
#
# A *hook* is a function that PyTorch calls with a layer's inputs; the layer then reads what the hook returns. The one below replaces each channel of `conv2`, the finest skip, by its mean over the picture. (Zeros would be unusual values.) `ablation.without` does this to any part. The control is the network's mean vector at all pixels. A flow's *spread* is the standard deviation of its vectors.

# %%
channels = layers_of(trained)["conv2"].outputs  # the first ones of the stack


def without_conv2(layer, inputs):
    """Hook: the stack of level 2 with the means of conv2's channels in their place."""
    stack = inputs[0].clone()
    skip = stack[:, :channels]
    stack[:, :channels] = skip.mean(dim=(2, 3), keepdim=True)
    return (stack,)


hook = trained.predict_flow2.register_forward_pre_hook(without_conv2)
no_conv2 = flowlab.predict(trained, bike.img1, bike.img2)
hook.remove()


def without(part, levels=(5, 4, 3, 2)):
    """The same for any part, at all of these levels: the flow of the motorcycle."""
    return ablation.without(trained, bike.img1, bike.img2, part, levels)


course.claim("Both give one flow.", np.array_equal(no_conv2, without("skip", [2])))

# %%
flows = {"whole network": flow, "its mean vector": flow.mean((0, 1)) + 0 * flow}
flows |= {f"without {part}": without(part) for part in ablation.PARTS}
error, spread = {}, {}
for name, w in flows.items():
    error[name] = error_on_bike(w)
    spread[name] = np.sqrt(w.var(axis=(0, 1), dtype=float).sum())
    print(f"{name:16} EPE {error[name]:5.2f} px, spread {spread[name]:5.2f} px")
for name in ("without skip", "without features"):
    course.claim(
        f"{name.capitalize()} less than a quarter of the spread is left.",
        spread[name] < spread["whole network"] / 4,
    )
    course.claim(
        f"{name.capitalize()} the error is that of the mean vector, to a tenth.",
        abs(error[name] / error["its mean vector"] - 1) < 0.1,
    )

# %%
alone = {}
for part in ablation.PARTS:
    print(f"without {part:8} at one level only:", end=" ")
    for level in skips:
        alone[part, level] = error_on_bike(without(part, [level]))
        print(f"{level}: {alone[part, level]:.2f} px", end="  ")
    print()
course.claim(
    "Of the single skips, a coarse one (level 5 or 4) costs most.",
    max(alone["skip", 5], alone["skip", 4]) > max(alone["skip", 3], alone["skip", 2]),
)
course.claim(
    "Without the coarse flow the error changes by less than a tenth.",
    abs(error["without flow"] / whole_epe - 1) < 0.1,
)
course.claim("So it does without conv2.", abs(alone["skip", 2] / whole_epe - 1) < 0.1)
course.claim(
    "The features of level 2 alone cost as much as those of all levels, to a tenth.",
    abs(alone["features", 2] / error["without features"] - 1) < 0.1,
)
widgets.take_a_part_away(without)

# %% [markdown]
# What you should see: without the skips, or the features, little more is left than one shift of the whole picture. All that deeper levels found passes `deconv2`, so the features of level 2 cost as much as those of all levels.
#
# Of the single skips, a coarse one costs most on this pair. A `deconv` with an activation reads it, and can combine it with the other parts. Only `predict_flow2` reads `conv2`. It is linear, and `conv2` sees 15 pixels of both frames, perhaps too few for long motions. The coarse flow adds little, perhaps because it was computed from the same stack as the features.

# %% [markdown]
# ### Exercise 7.3: put the concatenation back
#
# `features` and `flow` come from the level below; `skip` has this level's size. `deconv` and `upsample` are the two layers that double a size. Return this level's stack: skip, features, flow, in this order. Both layers have to learn: keep their gradients.

# %% tags=["exercise-7.3"]
def refined(skip, features, flow, deconv, upsample):
    """The features of the next finer level, (B, C, 2H, 2W)."""
    return ...


# %%
course.check("7.3", refined)

# %% [markdown]
# ## Five predictions, in units of 20 pixels
#
# The released network predicts in units of 20 px. Our guess at the reason: with the initial weights of He and others (2015) a layer's values are about as large as its inputs, which lie between -1 and 1 once the mean colour is subtracted (`trained.config.mean`). A flow of 30 px would be far from that. The finest prediction has a quarter of the picture's height and width. Bilinear interpolation enlarges it; further upconvolutions hardly helped the authors.
#
# Six halvings need sides that are multiples of 64. flowlab repeats the picture's last row and column, and crops the flow. (The released code resizes the pictures.)

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
    title = f"level {level}, 1/{2**level}"
    panels[title] = large.permute(1, 2, 0).numpy()
    off[level] = error_on_bike(panels[title])
panels["the true flow"] = known
print("EPE by level:", {level: f"{off[level]:.2f} px" for level in off})
course.figure("five predictions", figures.five_predictions(panels, longest=30))
course.claim(
    "The finest prediction has a smaller error than the coarsest.",
    off[2] < off[6],
)

# %% [markdown]
# ## What there is to learn
#
# A convolution with kernel $k$ from $a$ to $b$ channels has $k \cdot k \cdot a \cdot b$ weights, and $b$ biases. Upconvolutions have no biases here. For a laptop there is a smaller network: `width=0.25` gives each layer of features a quarter of its channels. A layer between features then keeps a sixteenth: a quarter of its inputs times a quarter of its outputs. `conv1` still reads 6 channels, and a prediction still gives 2, so these keep a quarter. An enlarged flow has 2 channels at both ends, at any width.

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
thin_ends = {name for name in left if name == "conv1" or name.startswith("predict")}
course.claim(
    "conv1 and the five predictions keep 25 to 26 % of their parameters.",
    all(0.25 <= left[name] <= 0.26 for name in thin_ends),
)
features = {name for name in left if name.startswith(("conv", "deconv"))} - thin_ends
course.claim(
    "The other layers of features keep 6.2 to 6.4 %, about a sixteenth.",
    all(0.062 < left[name] < 0.064 for name in features),
)

# %% [markdown]
# ### Exercise 7.5: the contracting part at any width
#
# `kernels` lists the layers' kernels, `channels` their output channels at full width. `width` multiplies the channels, but not the six of the frames. Return a list of each layer's number of parameters.

# %% tags=["exercise-7.5"]
def contracting_parameters(kernels, channels, width):
    """Parameters of each layer of the contracting part, first to last."""
    return ...


# %%
course.check("7.5", contracting_parameters)

# %% [markdown]
# ## One batch, by heart
#
# Before you train for days, take one batch and let the network *overfit* it, that is, learn it by heart (Karpathy, 2019). The loss here is a *multi-scale loss*, a sum over the five levels:
#
# $$L = \sum_{\ell = 2}^{6} 2^\ell\, \frac{1}{N_\ell} \sum_{\mathbf{x}} \lVert \mathbf{w}_\ell(\mathbf{x}) - \mathbf{w}^*_\ell(\mathbf{x}) \rVert$$
#
# The predictions in `pyramid` are in pixels of their own size. One such pixel is $2^\ell$ pixels of the picture. So the factor brings all errors to pixels of the picture before they are added; chapter 11 has the released factors.

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
errors, by_level = [], []
for _ in range(steps):
    out = learner(img1[batch], img2[batch])
    parts = []
    for level, w in enumerate(out.pyramid, start=2):  # the finest, a quarter, first
        target = flowlab.resize_flow(truth[batch], w.shape[-2:], mode="area")
        parts.append(2**level * (w - target).norm(dim=1).mean())
    loss = sum(parts)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    errors.append(float(flowlab.epe(out.flow.detach(), truth[batch])))
    by_level.append([float(part) for part in parts])
print(f"EPE {errors[0]:.2f} px at first, {errors[-1]:.2f} px in the end;", end=" ")
print(f"zero flow {zero:.2f} px")

# %%
drawn = figures.error_over_steps(errors, zero, by_level)
course.figure("error over the steps", drawn)
with torch.no_grad():
    final = learner.eval()(img1, img2)
by_heart = float(flowlab.epe(final.flow[batch], truth[batch]))
course.claim("Untrained, it does worse than zero flow.", errors[0] > zero)
halfway = by_level[steps // 2]
course.claim("Halfway the coarsest is ahead of the finest.", halfway[4] < halfway[0])
course.claim(
    "It has learnt the batch: its error is less than a third of zero flow's.",
    by_heart < zero / 3,
)

# %% [markdown]
# ## Is the finest prediction the best?
#
# A level has an error for two reasons. One of its pixels covers $2^\ell \times 2^\ell$ pixels of the picture, so detail is lost. And its prediction may be wrong. The *floor* is the error of the true flow after it was averaged to the level's size and enlarged again. The *own error* compares the prediction with the averaged flow.

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
best = min(at_full, key=at_full.get)
print(f"after {steps} steps level {best} is the nearest to the truth")
course.claim(
    "The nearest is level 3 if the training has 200 steps, level 2 if it has 1000.",
    best == {200: 3, 1000: 2}.get(steps, best),
)

# %% [markdown]
# At levels 4 to 6 nearly all of the error is the floor. Level 3 is ahead of level 2 after 200 steps: its floor is higher, but its own error is much smaller. With `steps = 1000` in the training cell (a few minutes) the finest takes the lead.
#
# How good is the learner on pairs that it has never seen, the fifth pair and four new ones? The control is the trained network.

# %%
from flowlab.evaluation import Generated

fresh = [(img1[4], img2[4], truth[4])]
for pair in Generated(4, size=(192, 256)):
    fresh.append([torch.from_numpy(x).permute(2, 0, 1) for x in pair[1:4]])
mean = {"zero flow": 0.0, "learner": 0.0, "trained": 0.0}
for first, second, true in fresh:
    mean["zero flow"] += float(true.norm(dim=0).mean()) / len(fresh)
    for name, network in {"learner": learner, "trained": trained}.items():
        w = flowlab.predict(network, first, second)
        mean[name] += float(flowlab.epe(w[None], true[None])) / len(fresh)
print("five unseen pairs:", {name: f"{error:.1f} px" for name, error in mean.items()})
course.claim(
    "On unseen pairs the learner does worse than zero flow.",
    mean["learner"] > mean["zero flow"],
)
course.claim(
    "The trained network does better than zero flow there.",
    mean["trained"] < mean["zero flow"],
)

# %% [markdown]
# The learner has not learnt motion. It has learnt four pictures. So overfitting a batch is a test. If it fails, look at the network, the loss, the learning rate and the number of steps. It does not find wrong flows in the data: a network learns those by heart as well.
#
# ## Recap
#
# - FlowNetS reads six channels, and training has to teach it that they are two pictures.
# - The contracting part has ten convolutions and six halvings. Deep outputs see far, and are few.
# - The refinement concatenates skip, upconvolved features and coarse flow. It predicts a flow in units of 20 px at five sizes.
# - Most parameters lie in three layers at the bottom. A quarter of the width leaves about a sixteenth of them.
# - A batch learnt by heart shows that the loss can teach the network. It does not show that the flows in the data are right.

# %% [markdown]
# ## Quiz

# %%
course.quiz("07")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 7.4: the whole way up
#
# Assemble the refinement. You get the five outputs of the contracting part that it reads, and `layers`, a dictionary from the names in the diagram to the layers: `layers["predict_flow6"]`, `layers["deconv5"]`, `layers["upsampled_flow6_to_5"]` and so on; activations are inside them. Return the flow in pixels, at the size of the picture.

# %% tags=["exercise-7.4"]
def way_up(conv2, conv3_1, conv4_1, conv5_1, conv6_1, layers):
    """The flow (B, 2, H, W) in pixels; conv2 is (B, C, H/4, W/4)."""
    return ...


# %%
course.check("7.4", way_up)

# %% [markdown]
# ### Open task: frame 1, twice
#
# No checker here: this one is for a conversation. In the training loop write `learner(img1[batch], img1[batch])`, and in the cell below it `learner.eval()(img1, img1)`: now the input contains no motion at all. Before you run these again, write down which error the batch will reach. What does a low error on one batch prove, and what does it not prove? Then restore both frames and train on wrong flows: `truth[batch] = truth[batch].roll(1, 0)` below the line that makes `truth`.

# %% [markdown]
# ## Terms
#
# - *receptive field* (感受野): the part of the picture that an output depends on.
# - *contracting part* (收缩部分): the convolutions down to small maps; also encoder.
# - *refinement* (细化): the way back up to a finer flow; also decoder.
# - *upconvolution* (上卷积): a layer that spreads each input over several outputs; also transposed convolution.
# - *skip connection* (跳跃连接): earlier features, handed past the layers between.
# - *concatenate* (拼接): laying maps of one size side by side along their channels.
# - *ablation* (消融): taking a part away to measure what it did.
# - *overfit* (过拟合): to learn the training pairs by heart.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Look at figures 2 and 3 with the shapes of this chapter beside them, and at what the authors say about stopping at a quarter of the size.
# - [Understanding the Effective Receptive Field in Deep Convolutional Neural Networks](https://arxiv.org/abs/1701.04128), Luo and others, 2016. Look for how much less an output depends on the rim of its field than on the centre.
# - [Deconvolution and Checkerboard Artifacts](https://distill.pub/2016/deconv-checkerboard/), Odena and others, 2016. Play with kernel and stride, and find out why four and two go well together.

# %%
course.end()
