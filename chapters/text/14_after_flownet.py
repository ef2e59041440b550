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
# > At the end of this chapter you have built three ideas that came after FlowNet, each in a few lines on this package, you have measured what each of them changed, and you have fooled a network.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Stack two estimates with a warp between them, and say why the second one has an easier task.
# 2. Replace 441 channels by a pyramid of small searches, and by lookups into a table of all pairs, and compare what they reach.
# 3. Build a patch that fools a network, by the gradient from the flow back to the pixels, and name the controls that an explanation of it needs.
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
from flowlab_course.chapters.ch14.measure import dis, interval, picture

course.begin("14")

# %% [markdown]
# ## The board
#
# Every idea below is measured on the five pairs that you know from the scoreboard. They come as tensors, and `errors` takes any function of two images.

# %%
def tensor(image):
    """(H, W, 3) uint8 -> (1, 3, H, W) in [0, 1]."""
    return torch.tensor(image.copy()).permute(2, 0, 1)[None].float() / 255


def field(flow):  # (1, 2, H, W) tensor -> (H, W, 2) array
    return flow[0].permute(1, 2, 0).numpy()


pairs = course.scoreboard.pairs()


def errors(estimate):
    """The end-point error in pixels of each pair of the board."""
    found = []
    with torch.no_grad():
        for pair in pairs:
            flow = field(estimate(tensor(pair.img1), tensor(pair.img2)))
            found.append(flowlab.epe(flow, pair.flow, pair.valid))
    return np.array(found)


print(*(pair.name for pair in pairs), sep=", ")
still = errors(lambda a, b: torch.zeros(1, 2, *a.shape[-2:]))
print("no flow at all:", still.round(1), "mean", still.mean().round(2))

# %% [markdown]
# ## Idea 1: look twice (FlowNet 2)
#
# FlowNet 2 (Ilg and others, 2017) puts several FlowNets behind each other (*stacking*). The first network gives $\mathbf{w}_1$, and frame 2 is warped back by it. The second network gets frame 1, frame 2 as it is, the warped frame 2, the first flow, and the *brightness error* $\lvert I_1 - I_2(\mathbf{x} + \mathbf{w}_1) \rvert$, which is large where the warped frame does not fit. It answers with the whole flow.
#
# Our version differs: the second network does not see frame 2 as it is, and it estimates only the motion $\mathbf{w}_2$ that is left. So we have to chain the two flows:
#
# $$\mathbf{w}(\mathbf{x}) = \mathbf{w}_2(\mathbf{x}) + \mathbf{w}_1(\mathbf{x} + \mathbf{w}_2(\mathbf{x}))$$
#
# In the paper the second network is a FlowNetS that trains for days. Yours trains for half a minute, so we give it a correlation: it does not have to learn how to match. Four places to each side are enough if the motion that is left is small. It trains on small generated chairs (chapter 05), and is tested on 32 other chairs, of another seed. The first network, `flownets-small`, is not trained further.
#
# Is it the *warp* that helps, or would any second network do? We train twice: with frame 2 warped back, and with frame 2 as it is. All else is the same, the seed included. One seed each fits into this hour; a small difference needs more.

# %%
def mean_displacement(scores, d, sharpness):
    """(B, D * D, H, W) -> (B, 2, H, W): displacements weighed by softmax of scores."""
    steps = torch.arange(-d, d + 1.0)
    moves = torch.cartesian_prod(steps, steps).flip(1)  # dx runs fastest, u comes first
    weights = torch.softmax(sharpness * scores, 1)
    return torch.einsum("bdhw,dc->bchw", weights, moves)


def centred(features):
    """Features (B, C, H, W) minus their mean over all places, each of length 1."""
    features = features - features.mean((2, 3), keepdim=True)
    return nn.functional.normalize(features, dim=1)


def second_frame(img2, first, warps):
    return flowlab.warp(img2, first, padding="border") if warps else img2


def rooted(difference):
    """The root of each vector's length: large errors pull less than by the length."""
    return (difference.square().sum(1) + 0.01) ** 0.25


# %%
from flowlab.models.layers import conv, predict_flow


def encoder():
    """Features (B, 32, H / 4, W / 4) of an image."""
    return nn.Sequential(
        conv(3, 16, 5, 2, batch_norm=True),
        conv(16, 32, 3, 2, batch_norm=True),
        nn.Conv2d(32, 32, 3, 1, 1),
    )


def decoder():
    """A flow from 81 scores, 32 features and five more channels."""
    layers = nn.Sequential(
        conv(81 + 32 + 5, 48, 1, batch_norm=True),
        conv(48, 32, 3, batch_norm=True),
        conv(32, 32, 3, batch_norm=True),
        predict_flow(32),
    )
    nn.init.zeros_(layers[-1].weight)  # at first, it says that no motion is left
    return layers


# %%
class SecondLook(nn.Module):
    """The flow of two looks; the second one works at a quarter of the size."""

    def __init__(self):
        super().__init__()
        self.encoder = encoder()
        self.sharpness = nn.Parameter(torch.tensor(1.5))
        self.decoder = decoder()

    def forward(self, img1, warped, first):
        """Two flows: the decoder's, and that of the scores alone, for training."""
        a, b = (centred(self.encoder(image - 0.45)) for image in (img1, warped))
        scores = 32 * flowlab.correlation(a, b, 1, 4, 1, 1, 4)  # four places each way
        matched = mean_displacement(scores, 4, self.sharpness.exp())
        brightness = (warped - img1).abs().mean(1, keepdim=True)
        known = nn.functional.avg_pool2d(torch.cat([first / 20, brightness], 1), 4)
        left = self.decoder(torch.cat([4 * scores, a, known, matched], 1))
        size = first.shape[-2:]
        return [
            flowlab.compose(flowlab.resize_flow(flow, size), first)
            for flow in (left, matched)
        ]


# %% tags=["nbval-ignore-output"]
small = flowlab.load_model("flownets-small").eval()
world = replace(ChairsConfig(), bank=60)


def chairs(seed, count):
    """Frame 1, frame 2, the truth and the first look of as many pairs."""
    made = [make_pair(seed, i, (128, 192), world) for i in range(count)]
    img1 = torch.cat([tensor(pair.img1) for pair in made])
    img2 = torch.cat([tensor(pair.img2) for pair in made])
    truth = torch.stack([torch.from_numpy(pair.flow).permute(2, 0, 1) for pair in made])
    parts = zip(img1.split(16), img2.split(16), strict=True)
    with torch.no_grad():
        first = torch.cat([small(x, y).flow for x, y in parts])
    return img1, img2, truth, first


def mean_length(flow):
    """(B, 2, H, W) -> (B,): the mean length of each flow's vectors."""
    return flow.norm(dim=1).mean((1, 2))


train, unseen = chairs(141, 256), chairs(142, 32)

# %%
guess = course.predict_first(
    "warp",
    "One network gets the warped frame, the other one frame 2 as it is. "
    "How much of the first one's gain does the other one have?",
    options=["about as much", "more than half", "less than half"],
)


# %%
from flowlab.training.optim import Muon


def muon(network, steps, lr=0.025):
    """Muon and its schedule (chapter 11)."""
    parameters = list(network.parameters())
    kernels = [p for p in parameters if p.ndim == 4 and len(p) > 2]
    rest = [p for p in parameters if p.ndim != 4 or len(p) == 2]  # 2: the flow's layer
    kernels = {"params": kernels, "matrices": True, "outputs": 0, "weight_decay": 0.0}
    rest = {"params": rest, "matrices": False, "weight_decay": 0.0}
    optimizer = Muon([kernels, rest], lr=lr)
    cycle = {"pct_start": 0.1, "cycle_momentum": False}
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, steps, **cycle)


def batch(step, size=6):
    """Training pairs at random, mirrored in every second step."""
    which = torch.randint(len(train[0]), (size,))
    parts = [part[which] for part in train]
    if step % 2:
        mirror = torch.tensor([-1.0, 1.0]).view(2, 1, 1)
        img1, img2, truth, first = (part.flip(-1) for part in parts)
        parts = img1, img2, mirror * truth, mirror * first
    return parts


# %% tags=["nbval-ignore-output"]
def trained(warps, steps=300):
    """Train a second look, with frame 2 warped back or as it is."""
    torch.manual_seed(0)
    network = SecondLook()
    optimizer, rate = muon(network, steps)
    for step in range(steps):
        img1, img2, truth, first = batch(step)
        flows = network(img1, second_frame(img2, first, warps), first)
        own, matched = (rooted(flow - truth).mean() for flow in flows)
        optimizer.zero_grad()
        (own + 0.5 * matched).backward()
        optimizer.step()
        rate.step()
    return network.eval()


second, unwarped = trained(warps=True), trained(warps=False)
img1, img2, truth, first = unseen
with torch.no_grad():
    two_looks = second(img1, second_frame(img2, first, True), first)[0]
    no_warp = unwarped(img1, img2, first)[0]
one, two, other = (mean_length(flow - truth) for flow in (first, two_looks, no_warp))

# %% tags=["nbval-ignore-output"]
course.answer(
    guess,
    "less than half",
    "Behind a warp, the motion that is left is small; "
    "without it, each place has to search as far as the first look did.",
)
print(f"32 pairs: no flow {mean_length(truth).mean():.2f} px, ", end="")
print(f"one look {one.mean():.2f} px, two looks {two.mean():.2f} px, ", end="")
print(f"two looks without the warp {other.mean():.2f} px")
_, low, high = interval((one - two).numpy())
print(f"gain of the second look: 95 % interval {low:.2f} to {high:.2f} px")
course.claim("The interval lies above 0.", low > 0)
course.claim(
    "On held-out pairs, two looks have at least 6 % less error than one.",
    two.mean() <= 0.94 * one.mean(),
)
course.claim(
    "Without the warp, less than half of that is gained.",
    one.mean() - other.mean() < (one.mean() - two.mean()) / 2,
)

# %%
best = int((one - two).argmax())
here = slice(best, best + 1)
looks = {"one look": first[here], "two looks": two_looks[here]}
flows = looks | {"the truth": truth[here]}
drawn = {name: field(flow) for name, flow in flows.items()}
course.figure("flow of two looks", drawn, limit=20, width=8)

maps = {}
for name, flow in looks.items():
    warped = flowlab.warp(img2[here], flow, padding="border")
    maps[f"brightness error, {name}"] = (warped - img1[here]).abs().mean(1)[0].numpy()
course.figure("brightness error of two looks", maps, limit=0.4, width=6)
once, again = maps.values()
course.claim(
    "On this pair the error is smaller after the second look.",
    bool(two[best] < one[best]),
)
course.claim(
    "On this pair the mean brightness error is smaller, too.",
    bool(again.mean() < once.mean()),
)

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
# ## Idea 2: a pyramid of small searches (PWC-Net)
#
# Searching far at one size costs FlowNetC 441 channels. SPyNet (Ranjan and Black, 2017) put a small network at each level of an image pyramid, and warped frame 2 between the levels, as chapter 04 did. PWC-Net (Sun and others, 2018) searches at several sizes, too, and each search costs 81 channels: it looks $d = 4$ places around the *present* flow, enlarges the flow, warps, and searches again. One place at the coarsest of $L$ levels is as wide as $2^{L-1}$ places at the finest, so four of them reach far. PWC-Net warps *features*, not pictures. Its 81 scores are a *cost volume*.
#
# To see what this structure does without training, the flow at each level is the mean displacement. The first features are not trained either: the 7 × 7 patches of chapter 08.

# %%
def smoothed(flow, size=5):
    edge = (size // 2,) * 4
    padded = nn.functional.pad(flow, edge, mode="replicate")
    return nn.functional.avg_pool2d(padded, size, 1)


@torch.no_grad()
def pyramid_flow(maps1, maps2, d=4, sharpness=30.0):
    """From features (1, C, h, w) of several sizes, finest first, to a flow."""
    flow = torch.zeros(1, 2, 1, 1)
    for u, v in zip(reversed(maps1), reversed(maps2), strict=True):
        flow = flowlab.resize_flow(flow, u.shape[-2:])
        v = flowlab.warp(v, flow, padding="border")
        scores = u.shape[1] * flowlab.correlation(u, v, 1, d, 1, 1, d)
        flow = smoothed(flow + mean_displacement(scores, d, sharpness))
    return flow


# %%
from flowlab_course.features import patches


def patch_maps(image, levels=4):
    """Patches of an image and of its smaller copies."""
    maps = []
    for level in range(levels):
        size = [max(1, side >> level) for side in image.shape[-2:]]
        maps.append(patches(nn.functional.interpolate(image, size, mode="area")))
    return maps


def patch_flow(a, b, levels=4, d=4):
    return pyramid_flow(patch_maps(a, levels), patch_maps(b, levels), d)


# %% tags=["nbval-ignore-output"]
by_levels = {}
for n in (1, 2, 3, 4):
    by_levels[n] = errors(lambda a, b, n=n: patch_flow(a, b, n))
    print(f"{n} levels, reach {4 * (2**n - 1):3} px:", by_levels[n].round(1), end=" ")
    print("mean", by_levels[n].mean().round(2))
course.claim(
    "Four levels have less than a third of the mean error of one.",
    by_levels[4].mean() < by_levels[1].mean() / 3,
)
course.claim(
    "Each further level up to the fourth lowers the mean error.",
    all(by_levels[n + 1].mean() < by_levels[n].mean() for n in (1, 2, 3)),
)
course.claim(
    "Four levels leave less than a fifth of the rocket's motion as error.",
    by_levels[4][3] < still[3] / 5,
)

# %% [markdown]
# The rocket leaps by more than 20 pixels, and searches of 4 pixels find most of that. Change the number of levels yourself, and see what one level too many costs: small things are averaged away at the coarsest level, and the finer levels do not search far enough to find them again.

# %%
widgets.levels_of_search(patch_flow)

# %% [markdown]
# What you should see: with one level, whirls. With more levels, the outline of the thing that moves, which is softer where the search began coarser.
#
# PWC-Net learns its features, and you have learned features, too: FlowNetC's `conv1`, `conv2` and `conv3` are a pyramid, at a half, a quarter and an eighth of the size. Use them twice: trained, and with the random weights that a network begins with.

# %%
def encoder_maps(network, image):
    """FlowNetC's three first layers as a pyramid."""
    x = image - torch.tensor(network.config.mean).view(-1, 1, 1)
    maps = []
    for layer in (network.conv1, network.conv2, network.conv3):
        x = layer(x)
        maps.append(centred(x))
    return maps


@torch.no_grad()
def encoder_flow(network, a, b, first=0):
    """A flow from FlowNetC's encoder, without its `first` finest levels."""
    maps = (encoder_maps(network, image)[first:] for image in (a, b))
    return flowlab.resize_flow(pyramid_flow(*maps, sharpness=80.0), a.shape[-2:])


# %% tags=["nbval-ignore-output"]
learned = flowlab.load_model("flownetc-small").eval()
torch.manual_seed(0)
random = flowlab.FlowNetC(width=0.25, batch_norm=learned.config.batch_norm).eval()
conv3_only = errors(lambda a, b: encoder_flow(learned, a, b, first=2))
by_learned = errors(lambda a, b: encoder_flow(learned, a, b))
by_random = errors(lambda a, b: encoder_flow(random, a, b))
rows = {
    "conv3 alone": conv3_only,
    "conv3, conv2, conv1": by_learned,
    "the same, untrained": by_random,
    "patches": by_levels[4],
}
for name, values in rows.items():
    print(f"{name:20}", values.round(1), "mean", values.mean().round(2))
means = {name: values.mean() for name, values in rows.items()}
course.claim(
    "Three levels of FlowNetC's features have less error than conv3 alone.",
    means["conv3, conv2, conv1"] < means["conv3 alone"],
)
course.claim(
    "Trained features have less error than random ones, and patches the least.",
    means["patches"] == min(means.values()) and by_learned.mean() < by_random.mean(),
)

# %% [markdown]
# The comparison is not quite fair: patches begin at full size, FlowNetC's features at half of it, and these were not trained for this use. The row *untrained*, beside *no flow at all* above, says how much comes from the *structure* alone. PWC-Net trains its features and a decoder at each level together.

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
# ## Idea 3: all pairs, looked up again and again (RAFT)
#
# Where the coarsest level of a pyramid is wrong, the finer levels can mend it only within their short reach. RAFT (Teed and Deng, 2020) keeps one size and compares *every* place of frame 1 with *every* place of frame 2, once: a table of $HW \times HW$ products, the *all-pairs correlation volume*. At full size it would be too large; at an eighth of it, the size of `conv3`, it fits. RAFT keeps this table at four scales, averaged over 1, 2, 4 and 8 places of frame 2 each way, so that a lookup of few scores reaches far. Then it iterates: look up the scores around the point that the flow leads to now, take a step, look up again.
#
# $$\mathbf{w}^{(k+1)} = \mathbf{w}^{(k)} + \Delta(\text{scores around } \mathbf{x} + \mathbf{w}^{(k)})$$
#
# In RAFT a small *recurrent* network, trained with the features, reads four places each way at each of the four scales, and gives $\Delta$. Ours shows the mechanism only: one scale, two places each way, and the mean displacement as $\Delta$.

# %%
@torch.no_grad()
def lookup_flow(u, v, iterations=8, d=2, sharpness=80.0):
    """All pairs of two feature maps (1, C, H, W), then lookups; the flow after each."""
    _, C, H, W = u.shape
    table = (u.view(C, -1).T @ v.view(C, -1)).view(H * W, 1, H, W)  # all pairs
    rows, columns = torch.arange(float(H)), torch.arange(float(W))
    places = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), -1)  # x, y
    steps = torch.arange(-d, d + 1.0)
    moves = torch.cartesian_prod(steps, steps).flip(1)
    flow, flows = torch.zeros(1, 2, H, W), []
    for _ in range(iterations):
        there = places + flow[0].permute(1, 2, 0)
        to = there.reshape(-1, 1, 2) + moves  # (H * W, D * D, 2)
        grid = (2 * to + 1) / torch.tensor([W, H]) - 1
        scores = nn.functional.grid_sample(table, grid[:, None], align_corners=False)
        scores = scores[:, 0, 0]  # (H * W, D * D)
        step = mean_displacement(scores.T.reshape(1, -1, H, W), d, sharpness)
        flow = smoothed(flow + step, 3)
        flows.append(flow)
    return flows


# %% tags=["nbval-ignore-output"]
def iterated(network, a, b):
    """Lookups in a table of conv3's features."""
    (*_, u), (*_, v) = (encoder_maps(network, image) for image in (a, b))
    return [flowlab.resize_flow(flow, a.shape[-2:]) for flow in lookup_flow(u, v)]


by_step = []
for n in (1, 2, 4, 8):
    found = errors(lambda a, b, n=n: iterated(learned, a, b)[n - 1])
    by_step.append(found.mean())
print("mean error after 1, 2, 4 and 8 iterations:", np.round(by_step, 2))
course.claim(
    "From 1 to 2 to 4 to 8 iterations the mean error falls, with the same table.",
    bool((np.diff(by_step) < 0).all()),
)

# %% [markdown]
# Compare the last number with the rows of idea 2. When we wrote this, eight of our lookups were behind one search in conv3 (four places each way, 32 px), behind its pyramid, and far behind patches. Ours has no learnt update; RAFT's accuracy comes from its parts together.

# %%
H, W = 48, 64  # 384 x 512 pixels, divided by 8
all_pairs, flownet_c, pwc = (H * W) ** 2, H * W * 21 * 21, 81 * H * W
counts = {"all pairs": all_pairs, "FlowNetC's window": flownet_c, "one PWC level": pwc}
for name, count in counts.items():
    print(f"{name:17} {count / 1e6:5.2f} million scores")
course.figure("all pairs and lookups", diagrams.all_pairs())
course.claim(
    "All pairs are almost seven times as many scores as FlowNetC's window.",
    6.9 < all_pairs / flownet_c < 7,
)

# %% [markdown]
# ## All ideas on the same pairs
#
# Now every idea on 16 of the held-out pairs, beside FlowNetC and DIS, with 95 % intervals by a *bootstrap* over the pairs (chapter 05). A ranking needs the interval of the *difference*.

# %% tags=["nbval-ignore-output"]
methods = {
    "DIS": dis,
    "FlowNetS": lambda a, b: small(a, b).flow,
    "FlowNetC": lambda a, b: learned(a, b).flow,
    "pyramid, patches": patch_flow,
    "pyramid, conv1-3": lambda a, b: encoder_flow(learned, a, b),
    "lookups, conv3": lambda a, b: iterated(learned, a, b)[-1],
}
off = {"no flow": mean_length(truth)[:16].numpy(), "two looks": two[:16].numpy()}
with torch.no_grad():
    for name, method in methods.items():
        found = [method(img1[i : i + 1], img2[i : i + 1]) for i in range(16)]
        off[name] = mean_length(torch.cat(found) - truth[:16]).numpy()
print("mean, its interval, and the interval of the difference from FlowNetC, in px")
behind = {name: interval(values - off["FlowNetC"]) for name, values in off.items()}
for name, values in off.items():
    print("{:17} {:.2f} ({:.2f} to {:.2f})".format(name, *interval(values)), end=", ")
    print("{:+.2f} to {:+.2f}".format(*behind[name][1:]))
course.claim(
    "FlowNetC is ahead of both hand-made pyramids and of the lookups: "
    "no interval of the difference contains 0.",
    all(behind[name][1] > 0 for name in list(methods)[3:]),
)

# %% [markdown]
# None of the three hand-made versions is a match for a trained network here: nothing in them has learnt how things move. An interval that contains 0 ranks nothing.
#
# ## A patch that fools a network
#
# A network is differentiable from the flow back to the pixels. So the gradient also says how a pixel must change so that the flow gets *worse*. This is an *adversarial attack*. Ranjan, Janai, Geiger and Black (2019) did it with a small *adversarial patch*, pasted into both frames at the same place. The patch does not move, so only the flow under it should change. They found networks with an encoder and a decoder very sensitive, spatial pyramids less, and classical methods robust.
#
# The gradient goes back through the upconvolutions, through our correlation, and into the picture. As a control, a patch of random noise lies at the same place:

# %%
victim, scene = learned, pairs[1]  # the cat that turns
a, b = tensor(scene.img1), tensor(scene.img2)
side, (top, left) = 36, (60, 90)
far = torch.ones(a.shape[-2:])
rim = 8  # px around the patch that do not count either
far[top - rim : top + side + rim, left - rim : left + side + rim] = 0


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
def noise(seed):
    """A patch of random colours."""
    random = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, side, side, generator=random)


def optimised(network, seed, steps=40):
    """A patch (1, 3, side, side) that changes the flow of this network."""
    knobs = (noise(seed) - 0.5).requires_grad_()
    optimizer = torch.optim.Adam([knobs], 0.1)
    for _ in range(steps):
        loss = -change(network, torch.sigmoid(3 * knobs))  # sigmoid: from 0 to 1
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.sigmoid(3 * knobs).detach()


def change_of_dis(patch):
    before = flowlab.classical.run("dis", picture(a), picture(b))
    pasted = picture(paste(a, patch)), picture(paste(b, patch))
    length = np.linalg.norm(flowlab.classical.run("dis", *pasted) - before, axis=-1)
    return float((length * far.numpy()).sum() / far.sum())


# %% tags=["nbval-ignore-output"]
names = "FlowNetC", "C, noise", "FlowNetS", "S, C's patch", "S, noise", "DIS"
fooled, patches_of_c = {name: [] for name in names}, []
for seed in (0, 1):
    patch, own = optimised(victim, seed), optimised(small, seed)  # each its own
    patches_of_c.append(patch)
    with torch.no_grad():
        changes = change(victim, patch), change(victim, noise(seed)), change(small, own)
        more = change(small, patch), change(small, noise(seed)), change_of_dis(patch)
    for name, value in zip(names, (*changes, *more), strict=True):
        fooled[name].append(float(value))
for name, values in fooled.items():
    print(f"{name:13}", " and ".join(f"{value:.2f}" for value in values), "px")
worst = {name: max(values) for name, values in fooled.items()}
least = {name: min(values) for name, values in fooled.items()}
course.claim(
    "With both seeds a network's own patch changes its flow at least three times "
    "as much as noise, in FlowNetC and in FlowNetS.",
    all(least[n] >= 3 * worst[f"{n[-1]}, noise"] for n in ("FlowNetC", "FlowNetS")),
)
course.claim(
    "FlowNetC's patch changes the flows of FlowNetS and DIS less than a third as much.",
    max(worst["S, C's patch"], worst["DIS"]) < least["FlowNetC"] / 3,
)

# %% [markdown]
# DIS compares small windows, and a window far from the patch does not contain it. FlowNetS is fooled by a patch that is made with its own gradient. FlowNetS has no correlation, so the correlation cannot be the reason for which a network falls. Both networks have an encoder and a decoder behind it, whose deepest outputs each see more than the width of this picture (chapter 07). A patch is made for one network, and anybody who has the weights of a network can make one.
#
# Through what does the patch act in FlowNetC? The correlation's window reaches 20 places each way, on a map of 18 × 26. So the patch lies within the window of nearly every place. Do these far places carry the attack? The control: keep the scores of the clean pair, and put in the scores of the patched pair only at the patch and within two places of it, or only elsewhere.

# %% tags=["nbval-ignore-output"]
def scores_swapped(patch, near):
    """FlowNetC's flow with the patched pair's scores near the patch, or elsewhere."""
    kept, where = [], torch.zeros(1, 1, 24, 32)  # 192 x 256 padded pixels, by 8
    top8, left8, size8 = top // 8, left // 8, side // 8 + 1
    where[..., top8 - 2 : top8 + size8 + 2, left8 - 2 : left8 + size8 + 2] = 1
    where = where if near else 1 - where
    hook = victim.corr.register_forward_hook(lambda m, i, out: kept.append(out))
    victim(paste(a, patch), paste(b, patch))
    victim(a, b)
    hook.remove()
    mixed = where * kept[0] + (1 - where) * kept[1]
    hook = victim.corr.register_forward_hook(lambda m, i, out: mixed)
    flow = victim(a, b).flow
    hook.remove()
    return flow


# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    clean = victim(a, b).flow
    beside, elsewhere = [], []
    for patch in patches_of_c:
        for parts, near in ((beside, True), (elsewhere, False)):
            length = (scores_swapped(patch, near) - clean).norm(dim=1) * far
            parts.append(float(length.sum() / far.sum()))
print("scores at and beside the patch:", np.round(beside, 2), "px")
print("scores elsewhere:", np.round(elsewhere, 2), "px")
course.claim(
    "With both patches the scores at and beside the patch have at least twice the "
    "effect of all others.",
    min(beside) >= 2 * max(elsewhere),
)

# %%
patch = patches_of_c[0]
with torch.no_grad():
    before, after = clean, victim(paste(a, patch), paste(b, patch)).flow
    harmless = victim(paste(a, noise(0)), paste(b, noise(0))).flow
flows = {"flow before": field(before), "flow with the patch": field(after)}
frame = {"with the patch": picture(paste(a, patch))}
course.figure("a patch and its flow", frame | flows, limit=15)
lengths = {
    "change by the patch, px": (after - before).norm(dim=1)[0].numpy(),
    "change by noise, px": (harmless - before).norm(dim=1)[0].numpy(),
}
course.claim(
    "Far away each patch changes the flow by over 0.5 px on average.",
    least["FlowNetC"] > 0.5,
)
course.figure("change of the flow", lengths, lowest=0, limit=6, width=6)
course.claim(
    "Far from the patch noise changes the flow less than a third as much.",
    worst["C, noise"] < least["FlowNetC"] / 3,
)

# %% [markdown]
# So most of the attack goes through the scores at and beside the patch, and the layers behind the correlation spread it. Schrodi, Saikia and Brox (2022) trace the weakness to the aperture problem (chapter 03) together with details of the architecture, and mend these.
#
# A first idea for a defence: a product of two feature vectors grows with their lengths, so shorten every vector that is longer than a limit. Exercise 14.3 builds it. `usual = float(victim.conv3(victim.conv2(victim.conv1(victim.prepare(a, b)[0]))).norm(dim=1).median())` is the median length; `victim.conv3.register_forward_hook(lambda layer, given, out: limited(out, usual))` puts the limit into the network, and `change(victim, patch)` measures it. Run `errors(lambda a, b: victim(a, b).flow)` with and without the hook as a control: a limit changes the network on clean pairs, too. So a smaller effect of the patch does not prove that length was its cause. An attacker who knows the defence can also send the gradient through it.
#
# ## Where the field stands
#
# After RAFT (2020), [GMFlow](https://arxiv.org/abs/2111.13680) (2022) matched all pairs globally, with attention; [FlowFormer](https://arxiv.org/abs/2203.16194) (2022) put transformers on the cost volume; [SEA-RAFT](https://arxiv.org/abs/2405.14793) (2024) made RAFT faster.
#
# Training matters as well as the network. The abstract of ["Models Matter, So Does Training"](https://arxiv.org/abs/1809.05571) (Sun and others, 2018) says that FlowNetC, retrained as PWC-Net was, is "56% more accurate on Sintel final than the previously trained one and even 5% more accurate than the FlowNet2 model". The first number compares accuracies, as a ratio of the two errors: the error itself fell by little more than a third.
#
# ## Recap
#
# - A second look at a warped frame has an easier task: in our training (one seed) two small networks had less error than one, and without the warp less than half of that was gained. FlowNet 2's second network answers with the whole flow; ours with the rest, so its flows are chained, not added.
# - A pyramid of small searches reaches $d(2^L - 1)$ pixels with few channels, and can lose things that are small at the coarsest level.
# - A table of all pairs costs more, is computed once, and is read in each iteration.
# - A patch can be optimised to change the flow far away, in FlowNetC and in FlowNetS, which has no correlation. In FlowNetC most of it goes through the scores at and beside the patch. A patch needs its control, harmless noise.

# %% [markdown]
# ## Quiz

# %%
course.quiz("14")

# %% [markdown]
# ## Exercises

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
# ### Open task: the patch elsewhere
#
# No checker here: this one is for a conversation. The patch was made for FlowNetC on the cat, and for one place. Put it elsewhere: set `a` and `b` to the images of another pair of the board, or `top` and `left` to a corner, compute `far` again, and print `change(victim, patch)` and `change(victim, noise(0))`. Before you run it, say how much of the change remains on another photograph, and how much in a corner. Which of the two matters more, the photograph or the place? What does that say about what the patch has learned: the cat, or the network?

# %% [markdown]
# ## Further reading
#
# - [Towards Understanding Adversarial Robustness of Optical Flow Networks](https://arxiv.org/abs/2103.16255), Schrodi, Saikia and Brox, 2022. Look for the part that the aperture problem plays, and for the changes that make FlowNetC robust.
# - [FlowNet 2.0](https://arxiv.org/abs/1612.01925), Ilg and others, 2017. Look at Figure 2 for the stack, and at Table 1 for what the order of data sets does.
# - [Attacking Optical Flow](https://arxiv.org/abs/1910.10053), Ranjan and others, 2019. Look at how far from the patch the flow breaks, and for which networks it does not.

# %%
course.end()
