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
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 120 seconds.
#
# **Needs**: chapters 02, 08 and 10.
#
# **Symbols**: $\mathbf{w}_1$ a first flow, $\mathbf{w}_2$ what is still missing; $d$ the search reach at one level; $L$ the number of levels; $\mathbf{w}^{(k)}$ the flow after $k$ iterations; $p$ a patch.

# %%
# %matplotlib inline
from dataclasses import replace

import numpy as np
import torch
from torch import nn

import flowlab
import flowlab_course as course
from flowlab.chairs import ChairsConfig, make_pair
from flowlab_course.chapters.ch14 import diagrams, widgets

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
# FlowNet 2 puts several FlowNets behind each other. The first gives $\mathbf{w}_1$. Frame 2 is warped back by it, and the second network looks at what is *left*: at frame 1, at the warped frame, at the first flow, and at the *brightness error* $\lvert I_1 - I_2(\mathbf{x} + \mathbf{w}_1) \rvert$, which shines where the first look was wrong. Then both flows are chained:
#
# $$\mathbf{w}(\mathbf{x}) = \mathbf{w}_2(\mathbf{x}) + \mathbf{w}_1(\mathbf{x} + \mathbf{w}_2(\mathbf{x}))$$
#
# In the paper the second network is a FlowNetS that trains for days. Yours has half a minute, so it is given a correlation and need not find out that one can match. Four places to each side are enough, since what is left is small. It trains on small generated chairs (chapter 05), and is judged on others, of a seed that it never sees. The first network, `flownets-small`, stays as it is.

# %%
from flowlab.models.layers import conv, predict_flow
from flowlab.training.optim import Muon


def mean_displacement(scores, d, sharpness):
    """(B, D * D, H, W) -> (B, 2, H, W): displacements weighed by the softmax of their scores."""
    steps = torch.arange(-d, d + 1.0)
    moves = torch.cartesian_prod(steps, steps).flip(1)  # dx runs fastest, and u comes first
    return torch.einsum("bdhw,dc->bchw", torch.softmax(sharpness * scores, 1), moves)


def centred(features):
    """Features (B, C, H, W) without what all places share, each of length 1."""
    return nn.functional.normalize(features - features.mean((2, 3), keepdim=True), dim=1)


# %%
class SecondLook(nn.Module):
    """The flow of two looks; the second one works at a quarter of the size."""

    def __init__(self):
        super().__init__()
        layers = [conv(3, 16, 5, 2, batch_norm=True), conv(16, 32, 3, 2, batch_norm=True), nn.Conv2d(32, 32, 3, 1, 1)]
        self.see, self.sharpness = nn.Sequential(*layers), nn.Parameter(torch.tensor(1.5))
        layers = [conv(81 + 32 + 5, 48, 1, batch_norm=True), conv(48, 32, 3, batch_norm=True), conv(32, 32, 3, batch_norm=True)]
        self.think = nn.Sequential(*layers, predict_flow(32))
        nn.init.zeros_(self.think[-1].weight)  # it begins with "nothing is left"

    def forward(self, img1, warped, first):
        """Two flows: the network's, and the one of its scores alone, from which its eyes learn."""
        a, b = (centred(self.see(image - 0.45)) for image in (img1, warped))
        scores = 32 * flowlab.correlation(a, b, max_displacement=4, stride2=1, pad_size=4)
        matched = mean_displacement(scores, 4, self.sharpness.exp())
        brightness = (warped - img1).abs().mean(1, keepdim=True)
        known = nn.functional.avg_pool2d(torch.cat([first / 20, brightness], 1), 4)
        rest = self.think(torch.cat([4 * scores, a, known, matched], 1))
        return [flowlab.compose(flowlab.resize_flow(flow, first.shape[-2:]), first) for flow in (rest, matched)]


# %% tags=["nbval-ignore-output"]
small = flowlab.load_model("flownets-small").eval()
world = replace(ChairsConfig(), bank=60)


def chairs(seed, count):
    """Frame 1, frame 2, the truth and the first look of as many pairs."""
    made = [make_pair(seed, i, (128, 192), world) for i in range(count)]
    img1, img2 = (torch.cat([tensor(getattr(pair, name)) for pair in made]) for name in ("img1", "img2"))
    truth = torch.from_numpy(np.stack([pair.flow for pair in made])).permute(0, 3, 1, 2)
    with torch.no_grad():
        first = torch.cat([small(x, y).flow for x, y in zip(img1.split(16), img2.split(16), strict=True)])
    return img1, img2, truth, first


train, unseen = chairs(141, 256), chairs(142, 32)
by_one = (unseen[3] - unseen[2]).norm(dim=1).mean((1, 2))
print(f"held out: no flow at all {unseen[2].norm(dim=1).mean():.2f} px, the first look {by_one.mean():.2f} px")

# %% [markdown]
# Is it the *warp* that helps, or would any second network do? Train twice: with frame 2 warped back, and with frame 2 as it is. All else is the same, the seed included.

# %%
guess = course.predict_first(
    "warp",
    "Of what the network gains that sees the warped frame, the other one gains in the same time",
    options=["about as much", "more than half", "less than half"],
)


# %%
def trained(warps, steps=300):
    """Train a second look, by Muon (chapter 11)."""
    torch.manual_seed(0)
    network, mirror = SecondLook(), torch.tensor([-1.0, 1.0]).view(2, 1, 1)
    kernels = [p for p in network.parameters() if p.ndim == 4 and len(p) > 2]  # all but the one that says a flow
    rest = [p for p in network.parameters() if p.ndim != 4 or len(p) == 2]
    free = {"weight_decay": 0.0}
    optimizer = Muon([{"params": kernels, "matrices": True, "outputs": 0} | free, {"params": rest, "matrices": False} | free], lr=0.025)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.025, steps, pct_start=0.1, cycle_momentum=False)
    for step in range(steps):
        which = torch.randint(len(train[0]), (6,))
        img1, img2, truth, first = (part[which].flip(-1) if step % 2 else part[which] for part in train)
        if step % 2:
            truth, first = mirror * truth, mirror * first
        second = flowlab.warp(img2, first, padding="border") if warps else img2
        # The root of the length: what is lost anyway pulls less than what can be saved.
        own, matched = (((flow - truth).square().sum(1) + 0.01) ** 0.25 for flow in network(img1, second, first))
        loss = own.mean() + 0.5 * matched.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rate.step()
    return network.eval()


# %% tags=["nbval-ignore-output"]
def twice(network, img1, img2, first, warps=True):
    with torch.no_grad():
        return network(img1, flowlab.warp(img2, first, padding="border") if warps else img2, first)[0]


second, unwarped = trained(warps=True), trained(warps=False)
img1, img2, truth, first = unseen
by_two = (twice(second, img1, img2, first) - truth).norm(dim=1).mean((1, 2))
without = (twice(unwarped, img1, img2, first, warps=False) - truth).norm(dim=1).mean((1, 2))
print(f"one {by_one.mean():.2f} px, two {by_two.mean():.2f} px, two without the warp {without.mean():.2f} px")
gain, other = (float(1 - errors.mean() / by_one.mean()) for errors in (by_two, without))
course.answer(guess, "less than half", "Behind a warp, what is left is small everywhere; without it, each place has to search as far as the first look did.")
course.claim("On held-out pairs, two looks have at least 6 % less error than one.", gain > 0.06)
course.claim("They are better on at least three pairs of four.", float((by_two < by_one).float().mean()) >= 0.75)
course.claim("Without the warp, less than half of that is gained.", other < gain / 2)

# %%
def brightness_error(flow):
    return (flowlab.warp(img2[best : best + 1], flow, padding="border") - img1[best : best + 1]).abs().mean(1)[0].numpy()


best = int((by_one - by_two).argmax())
looks = {"one look": first[best : best + 1], "two looks": twice(second, *(x[best : best + 1] for x in (img1, img2, first)))}
colour = {name: flowlab.flow_to_image(flow, max_flow=20)[0].permute(1, 2, 0).numpy() for name, flow in looks.items()}
colour["the truth"] = flowlab.flow_to_image(truth[best : best + 1], max_flow=20)[0].permute(1, 2, 0).numpy()
course.pictures(colour, width=8, alt="Flow of a held-out pair after one look, after two, and the truth.", see="the second look moves colours towards the truth.")
course.pictures(
    {f"brightness error, {name}": brightness_error(flow) for name, flow in looks.items()},
    limit=0.4, width=6,
    alt="Two maps of brightness error, the second one darker.",
    see="edges that do not yet lie on each other shine; after the second look there are fewer.",
)

# %% [markdown]
# ## Idea 2: a pyramid of small searches (PWC-Net)
#
# 441 channels are the price of searching far at one size. PWC-Net pays 81 at each of several sizes instead: search $d = 4$ places around the *present* flow, enlarge, warp, search again. A place at the coarsest of $L$ levels is worth $2^{L-1}$ of the finest, so four go far. It warps *features*, not pictures.
#
# To see what the structure does by itself, the flow at each level is the mean displacement, and nothing is trained for it.

# %%
def smoothed(flow, size=5):
    edge = (size // 2,) * 4
    return nn.functional.avg_pool2d(nn.functional.pad(flow, edge, mode="replicate"), size, 1)


@torch.no_grad()
def pyramid_flow(maps1, maps2, d=4, sharpness=30.0):
    """From features (1, C, h, w) of several sizes, finest first, to a flow on the finest."""
    flow = torch.zeros(1, 2, 1, 1)
    for u, v in zip(reversed(maps1), reversed(maps2), strict=True):
        flow = flowlab.resize_flow(flow, u.shape[-2:])
        v = flowlab.warp(v, flow, padding="border")
        scores = u.shape[1] * flowlab.correlation(u, v, 1, d, 1, 1, d)
        flow = smoothed(flow + mean_displacement(scores, d, sharpness))
    return flow


# %% [markdown]
# First with features that nobody trained: the 7 × 7 patches of chapter 08.

# %%
from flowlab_course.features import patches


def patch_maps(image, levels=4):
    """Patches of an image and of its smaller copies."""
    sizes = ([max(1, side >> level) for side in image.shape[-2:]] for level in range(levels))
    return [patches(nn.functional.interpolate(image, size, mode="area")) for size in sizes]


# %% tags=["nbval-ignore-output"]
by_levels = {n: errors(lambda a, b, n=n: pyramid_flow(patch_maps(a, n), patch_maps(b, n))) for n in (1, 2, 3, 4)}
for levels, values in by_levels.items():
    print(f"{levels} levels, reach {4 * (2**levels - 1):3} px:", values.round(1), "mean", values.mean().round(2))
course.claim("Four levels have less than a third of the error of one.", by_levels[4].mean() < by_levels[1].mean() / 3)
course.claim("Each further level up to the fourth helps.", all(by_levels[n + 1].mean() < by_levels[n].mean() for n in (1, 2, 3)))

# %% [markdown]
# The rocket's leap of more than 20 pixels is found by searches of four. Walk up and down the levels yourself, and look what a level too many costs: at the coarsest one, small things are gone, and what was lost there nobody looks for again.

# %%
widgets.levels_of_search(lambda a, b, levels, d: pyramid_flow(patch_maps(a, levels), patch_maps(b, levels), d))

# %% [markdown]
# What you should see: with one level whirls; with more levels the outline of what moves, softer the coarser the search began.
#
# PWC-Net learns its features, and you have some that were learned: FlowNetC's `conv1`, `conv2` and `conv3` *are* a pyramid, at a half, a quarter and an eighth of the size. Put them in, once trained, once with the random weights that a network begins with.

# %%
def encoder_maps(network, image):
    """FlowNetC's three first layers as a pyramid."""
    x, maps = image - torch.tensor(network.config.mean).view(-1, 1, 1), []
    for layer in (network.conv1, network.conv2, network.conv3):
        x = layer(x)
        maps.append(centred(x))
    return maps


@torch.no_grad()
def encoder_flow(network, a, b, first=0):
    """A flow from the levels of FlowNetC's encoder, the finest ones left out up to `first`."""
    maps = (encoder_maps(network, image)[first:] for image in (a, b))
    return flowlab.resize_flow(pyramid_flow(*maps, sharpness=80.0), a.shape[-2:])


# %% tags=["nbval-ignore-output"]
learned = flowlab.load_model("flownetc-small").eval()
torch.manual_seed(0)
random = flowlab.FlowNetC(width=0.25, batch_norm=learned.config.batch_norm).eval()
conv3_only = errors(lambda a, b: encoder_flow(learned, a, b, first=2))
by_learned, by_random = (errors(lambda a, b, net=net: encoder_flow(net, a, b)) for net in (learned, random))
rows = {"conv3 alone": conv3_only, "conv3, conv2, conv1": by_learned, "the same, untrained": by_random, "patches": by_levels[4]}
for name, values in rows.items():
    print(f"{name:20}", values.round(1), "mean", values.mean().round(2))
course.claim("Three levels of FlowNetC's features find more than its conv3 alone.", by_learned.mean() < conv3_only.mean())
course.claim("Trained features are better than random ones.", by_learned.mean() < by_random.mean())

# %% [markdown]
# Patches at full size are hard to beat on photographs that move as a whole. Learned features see coarser, and were never trained for this use; that even random ones find something shows how much the *structure* does. PWC-Net trains both together.
#
# ## Idea 3: all pairs, looked up again and again (RAFT)
#
# Whatever a coarse level has lost is lost. RAFT keeps one size and compares *every* place with *every* other, once: a table of $HW \times HW$ products. Too much at full size, affordable at an eighth of it, where `conv3` is. Then it iterates: look up the scores around where the flow points now, take a step, look up again.
#
# $$\mathbf{w}^{(k+1)} = \mathbf{w}^{(k)} + \Delta(\text{scores around } \mathbf{x} + \mathbf{w}^{(k)})$$
#
# In RAFT a small recurrent network reads the scores and gives $\Delta$. Ours is the mean displacement again, and it looks only two places far.

# %%
@torch.no_grad()
def lookup_flow(u, v, iterations=8, d=2, sharpness=80.0):
    """All pairs of two feature maps (1, C, H, W), then lookups; the flow after each."""
    _, C, H, W = u.shape
    table = (u.view(C, -1).T @ v.view(C, -1)).view(H * W, 1, H, W)  # every place against every other
    y, x = torch.meshgrid(torch.arange(float(H)), torch.arange(float(W)), indexing="ij")
    steps = torch.arange(-d, d + 1.0)
    moves = torch.cartesian_prod(steps, steps).flip(1)
    flow, flows = torch.zeros(1, 2, H, W), []
    for _ in range(iterations):
        to = torch.stack([x + flow[0, 0], y + flow[0, 1]], -1).view(-1, 1, 2) + moves  # (H * W, D * D, 2)
        grid = (2 * to + 1) / torch.tensor([W, H]) - 1
        scores = nn.functional.grid_sample(table, grid[:, None], align_corners=False)[:, 0, 0]  # (H * W, D * D)
        step = mean_displacement(scores.T.reshape(1, -1, H, W), d, sharpness)
        flow = smoothed(flow + step, 3)
        flows.append(flow)
    return flows


# %% tags=["nbval-ignore-output"]
def iterated(network, a, b):
    """Lookups in a table of conv3's features."""
    (*_, u), (*_, v) = (encoder_maps(network, image) for image in (a, b))
    return [flowlab.resize_flow(flow, a.shape[-2:]) for flow in lookup_flow(u, v)]


by_step = np.array([errors(lambda a, b, n=n: iterated(learned, a, b)[n - 1]).mean() for n in (1, 2, 4, 8)])
print("mean error after 1, 2, 4 and 8 iterations:", by_step.round(2))
course.claim("Each further iteration helps, with the same table.", bool((np.diff(by_step) < 0).all()))

# %%
H, W = 48, 64  # 384 x 512 pixels, divided by 8
all_pairs, flownet_c, pwc = (H * W) ** 2, H * W * 21 * 21, 81 * H * W
for name, count in {"all pairs": all_pairs, "FlowNetC's window": flownet_c, "one level of PWC-Net": pwc}.items():
    print(f"{name:21} {count / 1e6:6.2f} million scores")
course.figure("all pairs and lookups", diagrams.all_pairs())
course.claim("All pairs are almost seven times as many scores as FlowNetC's window.", 6.5 < all_pairs / flownet_c < 7.5)

# %%
bike = pairs[-1]
a, b = tensor(bike.img1), tensor(bike.img2)
views = {"conv3, one search": encoder_flow(learned, a, b, first=2), "a pyramid of three": encoder_flow(learned, a, b)}
views["eight lookups"] = iterated(learned, a, b)[-1]
colours = {name: flowlab.flow_to_image(flow, max_flow=30)[0].permute(1, 2, 0).numpy() for name, flow in views.items()}
course.pictures(
    colours | {"the truth": flowlab.flow_to_image(bike.flow, max_flow=30, valid=bike.valid)},
    width=8,
    alt="Flow of the motorcycle by one search, by the pyramid, by lookups, and the truth.",
    see="all find that the motorcycle moves to the left; finer levels show more of its outline, and more noise; lookups, at an eighth of the size, show neither.",
)

# %% [markdown]
# ## A patch that fools a network
#
# A network is differentiable from the flow back to the pixels. So one can ask a pixel the wrong question: *how must you change so that the flow gets worse?* Ranjan and others did it in 2019 with a small patch, pasted into both frames at the same place. It does not move. It should change nothing but the flow under it.
#
# The gradient goes back through the upconvolutions, through our correlation, and into the picture:

# %%
victim, scene = learned, pairs[1]  # the cat that turns
a, b = tensor(scene.img1), tensor(scene.img2)
side, (top, left) = 36, (60, 90)
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
def optimised(network, steps=80):
    """A patch (1, 3, side, side) that changes this network's flow as far as it finds."""
    knobs = torch.zeros(1, 3, side, side, requires_grad=True)
    optimizer = torch.optim.Adam([knobs], 0.1)
    for _ in range(steps):
        loss = -change(network, torch.sigmoid(3 * knobs))  # a sigmoid keeps it a picture
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.sigmoid(3 * knobs).detach()


torch.manual_seed(0)
patch, noise = optimised(victim), torch.rand(1, 3, side, side)

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
course.claim("The optimised patch changes FlowNetC at least five times as much as noise does.", fooled["FlowNetC"] > 5 * fooled["with mere noise"])
course.claim("FlowNetS, and DIS too, change less than a fifth as much.", max(fooled["FlowNetS"], fooled["DIS"]) < fooled["FlowNetC"] / 5)

# %% [markdown]
# DIS stands because it compares small windows, and no window far away contains the patch. Does FlowNetS stand because it is stronger, or because nobody asked *its* gradient?

# %% tags=["nbval-ignore-output"]
own = optimised(small)
with torch.no_grad():
    fell, stood = float(change(small, own)), float(change(small, noise))
print(f"FlowNetS: {fell:.1f} px with a patch of its own, {stood:.1f} px with noise")
course.claim("A patch of its own fools FlowNetS at least three times as much as noise does.", fell > 3 * stood)

# %% [markdown]
# So it falls, too. A patch is made for one network; whoever publishes weights publishes the way to fool them.
#
# Where does it enter FlowNetC? Its window reaches 20 places, on a map of 18 × 26. Almost every place has the patch among the 441 that it looks at.

# %% tags=["nbval-ignore-output"]
def channels(x, y):
    """FlowNetC's correlation of two images: (441, H / 8, W / 8)."""
    with torch.no_grad():
        fa, fb = (victim.conv3(victim.conv2(victim.conv1(image))) for image in victim.prepare(x, y))
        return victim.corr(fa, fb)[0]


with torch.no_grad():
    before, after = (victim(x, y).flow for x, y in ((a, b), (paste(a, patch), paste(b, patch))))
counts = ((channels(paste(a, patch), paste(b, patch)) - channels(a, b)).abs() > 1e-6).sum(0)
colour = {name: flowlab.flow_to_image(flow, max_flow=15)[0].permute(1, 2, 0).numpy() for name, flow in {"flow before": before, "flow with the patch": after}.items()}
course.pictures(
    {"with the patch": picture(paste(a, patch))} | colour | {"changed channels, logarithm": np.log10(1 + counts[:18, :26].numpy())},
    lowest=0, width=9,
    alt="The cat with the optimised patch, FlowNetC's flow without and with it, and a map of changed channels, bright under the patch, that glows everywhere.",
    see="the flow changes far from the patch; in the last map, all channels change under it, and at almost every other place the few that look at it.",
)
reached = float((counts > 0).float().mean())
print(f"places with a channel that the patch has changed: {reached:.0%}")
course.claim("More than nine in ten places are touched by a patch that covers a few.", reached > 0.9)

# %% [markdown]
# How can so few channels do that? A product grows with its factors. Look at how *long* the feature vectors are.

# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    x, _ = victim.prepare(paste(a, patch), b)
    length = victim.conv3(victim.conv2(victim.conv1(x))).norm(dim=1)[0]
rows, columns = slice(top // 8 + 1, (top + side) // 8), slice(left // 8 + 1, (left + side) // 8)
shout, usual = float(length[rows, columns].mean()), float(length.median())
print(f"length of conv3's vectors: {shout:.1f} under the patch, {usual:.1f} at a usual place")
course.claim("Under the patch, features are longer than usual by a third and more.", shout > 4 / 3 * usual)

# %% [markdown]
# The patch shouts. A defence: let no vector be longer than a limit, and nobody drowns the others. Exercise 14.3 builds it; `victim.conv3.register_forward_hook(lambda layer, given, out: limited(out, usual))` puts it into the network, and `change(victim, patch)` measures it. Do it: it takes off more than a third of what this patch does; the rest is not a matter of loudness. It is no proof, for an attacker who knows the defence takes its gradient, too.
#
# ## Where the field stands
#
# The four ideas are still there. After RAFT (2020), [GMFlow](https://arxiv.org/abs/2111.13680) (2022) matched all pairs globally with attention and needed few iterations; [FlowFormer](https://arxiv.org/abs/2203.16194) (2022) put transformers on the cost volume; [SEA-RAFT](https://arxiv.org/abs/2405.14793) (2024) made the iterations short and fast. Training data has mattered as much as networks all the while: ["Models Matter, So Does Training"](https://arxiv.org/abs/1809.05571) (2018) retrained FlowNetC with PWC-Net's recipe and took off more than half of its error. You own both halves now: a network, and the chairs it is trained on.

# %% [markdown]
# ## Recap
#
# - A second look at a warped frame has an easier task: two small networks beat one, and without the warp they do not. Flows are chained, not added.
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
