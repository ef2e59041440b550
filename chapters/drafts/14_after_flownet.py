# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 14 · After FlowNet
#
# > At the end of this chapter you have built the four ideas that came after FlowNet, each in a few lines on this package, and you have seen what each of them changed, and how a network can be fooled.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Stack two estimates with a warp between them, and say why the second one has an easier task.
# 2. Replace 441 channels by a pyramid of small searches, and by lookups into a table of all pairs, and compare what they reach.
# 3. Build a patch that fools a network through the gradient of its correlation, and name a defence.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 30 seconds.
#
# **Needs**: chapters 02, 08 and 10.
#
# **Symbols**: $\mathbf{w}_1$ a first flow, $\mathbf{w}_2$ what is still missing; $d$ the search reach at one level; $L$ the number of levels; $\mathbf{w}^{(k)}$ the flow after $k$ iterations; $p$ a patch.

# %%
# %matplotlib inline
import numpy as np
import torch
from torch import nn

import flowlab
from flowlab import course
from flowlab.course import widgets

course.begin("14")

# %% [markdown]
# ## The board
#
# Every idea below is measured on the five pairs that you know from the scoreboard. They come as tensors, and `errors` takes any function of two images.

# %%
def tensor(image):
    """(H, W, 3) uint8 -> (1, 3, H, W) in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 255


def error(flow, pair):
    """End-point error in pixels of a flow (1, 2, H, W)."""
    return flowlab.epe(flow[0].permute(1, 2, 0).numpy(), pair.flow, pair.valid)


pairs = course.scoreboard.pairs()


def errors(estimate):
    """The error of each pair of the board."""
    with torch.no_grad():
        return np.array([error(estimate(tensor(pair.img1), tensor(pair.img2)), pair) for pair in pairs])


still = errors(lambda a, b: torch.zeros(1, 2, *a.shape[-2:]))
print("no flow at all:", still.round(1), "mean", still.mean().round(2))

# %% [markdown]
# ## Idea 1: look twice (FlowNet 2)
#
# FlowNet 2 put several FlowNets behind each other. The first one gives $\mathbf{w}_1$. Frame 2 is warped back by it, and the second network sees frame 1 and the warped frame: what is left to find is small. Both flows are then chained:
#
# $$\mathbf{w}(\mathbf{x}) = \mathbf{w}_2(\mathbf{x}) + \mathbf{w}_1(\mathbf{x} + \mathbf{w}_2(\mathbf{x}))$$
#
# In the paper the second network is trained for its place in the stack. We do less, and look how far it goes: the *same* small FlowNetS, used twice.

# %%
small = flowlab.load_model("flownets-small")


def once(a, b):
    return small(a, b).flow


def twice(a, b):
    """Estimate, warp, estimate what is left, chain."""
    first = once(a, b)
    rest = once(a, flowlab.warp(b, first, padding="border"))
    return flowlab.compose(rest, first)


# %%
guess = course.predict_first(
    "twice",
    "The second look uses the same weights. The mean error over the board becomes",
    options=["smaller", "larger", "the same"],
)

# %% tags=["nbval-ignore-output"]
by_one, by_two = errors(once), errors(twice)
for name, values in {"once": by_one, "twice": by_two}.items():
    print(f"{name:6}", values.round(2), "mean", values.mean().round(2))
course.answer(guess, "smaller", "What is left after a warp is a smaller motion, and small motions are what a small network does best.")
course.claim("Looking twice has a smaller mean error than looking once.", by_two.mean() < by_one.mean())

# %% [markdown]
# How would a network know where its first look went wrong? FlowNet 2 shows it: beside the images and the first flow, the second network gets the *brightness error*, $\lvert I_1 - I_2(\mathbf{x} + \mathbf{w}_1) \rvert$. Where that is dark, nothing is left to do.

# %%
bike = pairs[-1]
a, b = tensor(bike.img1), tensor(bike.img2)


def brightness_error(flow):
    return (flowlab.warp(b, flow, padding="border") - a).abs().mean(1)[0].numpy()


with torch.no_grad():
    looks = {"after no look": torch.zeros_like(a[:, :2]), "after one": once(a, b), "after two": twice(a, b)}
maps = {name: brightness_error(flow) for name, flow in looks.items()}
course.pictures(
    maps, limit=0.4, width=8,
    alt="Three maps of brightness error on the motorcycle, darker from left to right.",
    see="edges that do not yet lie on each other shine; with each look there are fewer.",
)

# %% tags=["nbval-ignore-output"]
left_over = [float(values.mean()) for values in maps.values()]
print("mean brightness error:", np.round(left_over, 3))
course.claim("Two looks leave less brightness error than none.", left_over[2] < left_over[0])

# %% [markdown]
# ## Idea 2: a pyramid of small searches (PWC-Net)
#
# 441 channels are the price of searching far at one size. PWC-Net pays 81 at each of several sizes instead: search $d = 4$ pixels around the *present* flow, enlarge, warp, search again. A pixel at the coarsest of $L$ levels is worth $2^{L-1}$ pixels, so four pixels there go far.
#
# To see what the *structure* does, we leave out all training. The features are the plain 7 × 7 patches of chapter 08, and the flow is the mean displacement, weighed by the scores.

# %%
from flowlab.course.features import patches


def mean_displacement(scores, d, sharpness=30.0):
    """(B, D * D, H, W) -> (B, 2, H, W): displacements weighed by the softmax of their scores."""
    steps = torch.arange(-d, d + 1.0)
    moves = torch.cartesian_prod(steps, steps).flip(1)  # dx runs fastest, and u comes first
    return torch.einsum("bdhw,dc->bchw", torch.softmax(sharpness * scores, 1), moves)


def pyramid_flow(a, b, levels=4, d=4):
    """Coarse to fine: warp, correlate within d pixels, add, smooth; flow (1, 2, H, W)."""
    flow = torch.zeros(1, 2, 1, 1)
    for level in reversed(range(levels)):
        size = [max(1, side >> level) for side in a.shape[-2:]]
        x, y = (nn.functional.interpolate(image, size, mode="area") for image in (a, b))
        flow = flowlab.resize_flow(flow, size)
        u, v = patches(x), patches(flowlab.warp(y, flow, padding="border"))
        scores = u.shape[1] * flowlab.correlation(u, v, 1, d, 1, 1, d)
        flow = flow + mean_displacement(scores, d)
        flow = nn.functional.avg_pool2d(nn.functional.pad(flow, (2, 2, 2, 2), mode="replicate"), 5, 1)
    return flow


# %% tags=["nbval-ignore-output"]
by_levels = {levels: errors(lambda a, b, n=levels: pyramid_flow(a, b, n)) for levels in (1, 2, 3, 4)}
for levels, values in by_levels.items():
    print(f"{levels} levels, reach {4 * (2**levels - 1):3} px:", values.round(1), "mean", values.mean().round(2))
course.claim("Four levels have less than a third of the error of one.", by_levels[4].mean() < by_levels[1].mean() / 3)
course.claim("Each further level up to the fourth helps.", all(by_levels[n + 1].mean() < by_levels[n].mean() for n in (1, 2, 3)))

# %% [markdown]
# No weight was trained, and the rocket's leap of more than 20 pixels is found by searches of four. Walk up and down the levels yourself, and look what a level too many costs: at the coarsest one, small things are gone, and what was lost there nobody looks for again.

# %%
widgets.levels_of_search(pyramid_flow)

# %% [markdown]
# What you should see: with one level whirls; with more levels the outline of what moves, softer the coarser the search began. That loss is the weak place of all pyramids, and the reason for the next idea.
#
# ## Idea 3: all pairs, looked up again and again (RAFT)
#
# RAFT keeps one size and compares *every* place with *every* other, once: a table of $HW \times HW$ products. Too much at full size, affordable at an eighth of it. Then it iterates: look up the scores around where the flow points now, take a step, look up again.
#
# $$\mathbf{w}^{(k+1)} = \mathbf{w}^{(k)} + \Delta(\text{scores around } \mathbf{x} + \mathbf{w}^{(k)})$$
#
# In RAFT a small recurrent network reads the scores and gives $\Delta$. Ours is the mean displacement again.

# %%
def lookup_flow(a, b, iterations=8, d=4, shrink=4, sharpness=40.0):
    """All pairs at a quarter of the size, then iterated lookups; a flow (1, 2, H, W) after each."""
    u, v = (patches(nn.functional.avg_pool2d(image, shrink))[0] for image in (a, b))
    C, H, W = u.shape
    table = (u.flatten(1).T @ v.flatten(1)).view(H * W, 1, H, W)  # every place against every other
    y, x = torch.meshgrid(torch.arange(float(H)), torch.arange(float(W)), indexing="ij")
    steps = torch.arange(-d, d + 1.0)
    moves = torch.cartesian_prod(steps, steps).flip(1)
    flow, flows = torch.zeros(2, H, W), []
    for _ in range(iterations):
        to = torch.stack([x + flow[0], y + flow[1]], -1).view(-1, 1, 2) + moves  # (H * W, 81, 2)
        grid = (2 * to + 1) / torch.tensor([W, H]) - 1
        scores = nn.functional.grid_sample(table, grid[:, None], align_corners=False)[:, 0, 0]  # (H * W, 81)
        flow = flow + (torch.softmax(sharpness * scores, 1) @ moves).T.view(2, H, W)
        flow = nn.functional.avg_pool2d(nn.functional.pad(flow[None], (1, 1, 1, 1), mode="replicate"), 3, 1)[0]
        flows.append(flowlab.resize_flow(flow[None], a.shape[-2:]))
    return flows


# %% tags=["nbval-ignore-output"]
by_step = np.array([errors(lambda a, b, n=n: lookup_flow(a, b, n)[-1]).mean() for n in (1, 2, 4, 8)])
print("mean error after 1, 2, 4 and 8 iterations:", by_step.round(2))
course.claim("Each further iteration helps, with the same table.", bool((np.diff(by_step) < 0).all()))

# %%
H, W = 48, 64  # 384 x 512 pixels, divided by 8
all_pairs, flownet_c, pwc = (H * W) ** 2, H * W * 21 * 21, 81 * H * W
for name, count in {"all pairs": all_pairs, "FlowNetC's window": flownet_c, "one level of PWC-Net": pwc}.items():
    print(f"{name:21} {count / 1e6:6.2f} million scores")
course.claim("All pairs are almost seven times as many scores as FlowNetC's window.", 6.5 < all_pairs / flownet_c < 7.5)

# %%
with torch.no_grad():
    views = {"one level": pyramid_flow(a, b, 1), "pyramid": pyramid_flow(a, b, 4), "lookups": lookup_flow(a, b)[-1]}
colours = {name: flowlab.flow_to_image(flow, max_flow=30)[0].permute(1, 2, 0).numpy() for name, flow in views.items()}
course.pictures(
    colours | {"the truth": flowlab.flow_to_image(bike.flow, max_flow=30, valid=bike.valid)},
    width=8,
    alt="Flow of the motorcycle by one level, by the pyramid, by lookups, and the truth.",
    see="pyramid and lookups find the motorcycle; the lookups are coarse, since they live at a quarter of the size.",
)

# %% [markdown]
# ## A patch that fools a network
#
# A network is differentiable from the flow back to the pixels. So one can ask a pixel the wrong question: *how must you change so that the flow gets worse?* Ranjan and others did it in 2019 with a small patch, pasted into both frames at the same place. It does not move. It should change nothing but the flow under it.
#
# The gradient goes through the deconvolutions, through our correlation, and into the picture:

# %%
victim = flowlab.load_model("flownetc-small")
scene = pairs[2]
a, b = tensor(scene.img1), tensor(scene.img2)
side, (top, left) = 36, (78, 110)
far = torch.ones(a.shape[-2:])
far[top - 8 : top + side + 8, left - 8 : left + side + 8] = 0  # what counts: everything but the patch and its rim


def paste(image, patch):
    """The patch laid over the image; differentiable with respect to the patch."""
    edges = (left, image.shape[-1] - left - side, top, image.shape[-2] - top - side)
    mask = nn.functional.pad(torch.ones(1, 1, side, side), edges)
    return image * (1 - mask) + nn.functional.pad(patch, edges)


def change(network, patch):
    """Mean change of the flow in pixels, far from the patch."""
    moved = network(paste(a, patch), paste(b, patch)).flow - network(a, b).flow
    return (moved.square().sum(1).add(1e-6).sqrt() * far).sum() / far.sum()


# %%
torch.manual_seed(0)
knobs = torch.zeros(1, 3, side, side, requires_grad=True)
optimizer = torch.optim.Adam([knobs], 0.1)
for _ in range(60):
    loss = -change(victim, torch.sigmoid(3 * knobs))  # a sigmoid keeps it a picture
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
patch, noise = torch.sigmoid(3 * knobs).detach(), torch.rand(1, 3, side, side)

# %% tags=["nbval-ignore-output"]
def picture(image):
    return (255 * image[0].permute(1, 2, 0)).round().byte().numpy()


def change_of_dis(patch):
    found, before = (flowlab.classical.run("dis", picture(x), picture(y)) for x, y in ((paste(a, patch), paste(b, patch)), (a, b)))
    return float((np.linalg.norm(found - before, axis=-1) * far.numpy()).sum() / far.sum())


with torch.no_grad():
    fooled = {"FlowNetC": float(change(victim, patch)), "with mere noise": float(change(victim, noise))}
    fooled |= {"FlowNetS": float(change(small, patch)), "DIS": change_of_dis(patch)}
print({name: round(value, 2) for name, value in fooled.items()}, "px, far from the patch")
course.claim("The optimised patch changes FlowNetC at least twice as much as noise does.", fooled["FlowNetC"] > 2 * fooled["with mere noise"])
course.claim("DIS, which compares small windows, changes less than half as much.", fooled["DIS"] < fooled["FlowNetC"] / 2)

# %% [markdown]
# Look into the 441 channels. With a reach of 20 places on a map of 24 × 32, almost every place has the patch in its window: a loud feature at one place speaks to nearly all others.

# %%
def channels(x, y):
    """FlowNetC's correlation of two images: (441, H / 8, W / 8)."""
    with torch.no_grad():
        fa, fb = (victim.conv3(victim.conv2(victim.conv1(image))) for image in victim.prepare(x, y))
        return victim.corr(fa, fb)[0]


before, after = channels(a, b), channels(paste(a, patch), paste(b, patch))
moved = (after - before).abs()
touched = (moved > 1e-6).float()
counts = touched.sum(0)
course.pictures(
    {"with the patch": picture(paste(a, patch)), "channels that changed (lightest: 60 and more)": counts.numpy()},
    width=7, limit=60,
    alt="The picture with the optimised patch, and a map that is bright under the patch and glows everywhere around it.",
    see="under the patch all channels change; around it, at almost every place, the few that look at it.",
)

# %% tags=["nbval-ignore-output"]
reached = float((counts > 0).float().mean())
print(f"places with a channel that the patch has changed: {reached:.0%}")
course.claim("More than nine in ten places are touched by a patch that covers a few.", reached > 0.9)

# %% [markdown]
# A defence? What shouts is a feature of great length: products grow with their factors. If no feature vector may be longer than a limit, no place can drown the others. Exercise 14.3 builds it. It costs little, it helps some, and it is no proof: an attacker who knows the defence takes its gradient, too.
#
# ## Where the field stands
#
# The four ideas are still there. After RAFT (2020), [GMFlow](https://arxiv.org/abs/2111.13680) (2022) matched all pairs globally with attention and needed few iterations; [FlowFormer](https://arxiv.org/abs/2203.16194) (2022) put transformers on the cost volume; [SEA-RAFT](https://arxiv.org/abs/2405.14793) (2024) made the iterations short and fast. Training data has mattered as much as networks all the while: ["Models Matter, So Does Training"](https://arxiv.org/abs/1809.05571) (2018) retrained FlowNetC with PWC-Net's recipe and took off more than half of its error. You own both halves now: a network, and the chairs it is trained on.

# %% [markdown]
# ## Recap
#
# - A second look at a warped frame has an easier task; flows are chained, not added.
# - A pyramid of small searches reaches $d(2^L - 1)$ pixels with few channels, and loses what is small at the coarsest level.
# - A table of all pairs costs more, is made once, and can be looked up as often as one likes.
# - A correlation with a wide window lets one loud place speak to nearly all; a patch can be optimised to do it, and limits on feature length are a first defence.

# %% [markdown]
# ## Quiz

# %%
course.quiz("14")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 14.1: chain two looks
#
# `first` is the flow of the first look; `rest` is what the second look found between frame 1 and the frame that was warped back by `first`. Return the whole flow from frame 1 to frame 2. Both are `(H, W, 2)`. `flowlab.warp(image, flow, padding="border")` may help: a flow is an image with two channels.

# %% tags=["exercise-14.1"]
def chained(first, rest):
    """The flow (H, W, 2) of two looks, one behind the other."""
    return ...


# %%
course.check("14.1", chained)

# %% [markdown]
# ### Exercise 14.2: how far does a pyramid reach?
#
# Return how many pixels of the image a pyramid can find at most, along one axis, with `levels` levels that each search `d` of their own pixels. Each level is half the size of the one below.

# %% tags=["exercise-14.2"]
def reach(levels, d):
    """The largest motion in pixels of the image."""
    return ...


# %%
course.check("14.2", reach)

# %% [markdown]
# ### Exercise 14.3: no shouting
#
# Limit the length of each feature vector: at each place, a vector longer than `most` is scaled to that length, and shorter ones stay as they are. `features` is a tensor `(B, C, H, W)`.

# %% tags=["exercise-14.3"]
def limited(features, most):
    """Features (B, C, H, W), none of whose vectors is longer than most."""
    length = features.norm(dim=1, keepdim=True)
    return ...


# %%
course.check("14.3", limited)

# %% [markdown]
# ## Further reading
#
# - [FlowNet 2.0](https://arxiv.org/abs/1612.01925), Ilg and others, 2017. Look at Figure 2 for the stack, and at Table 1 for what the order of data sets does.
# - [RAFT: Recurrent All-Pairs Field Transforms for Optical Flow](https://arxiv.org/abs/2003.12039), Teed and Deng, 2020. Look at Figure 1, and find the table and the lookup in it.
# - [Attacking Optical Flow](https://arxiv.org/abs/1910.10053), Ranjan and others, 2019. Look at how far from the patch the flow breaks, and for which networks it does not.

# %%
course.end()
