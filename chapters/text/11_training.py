# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 · Training
#
# > At the end of this chapter you have found a learning rate, trained a network from nothing, resumed it and broken it on purpose, and you judge a training by its held-out error beside that of zero flow.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write the multiscale loss, and say what its weights weigh as a sum and as a mean.
# 2. Prepare a training (activations, learning rate, one batch), run it, and resume it to the same bits.
# 3. Read its curves, and tell a network that learns from one that stands still, overfits or diverges.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 80 seconds.
#
# **Needs**: chapters 05 to 07: pairs, augmentation, and a network that predicts at five scales.
#
# **Symbols**: $w_\ell$ the weight of level $\ell$; $s$ its stride, 4 to 64; $\Delta u, \Delta v$ the error of a flow in units of 20 pixels; $\varepsilon$ the constant inside the root; $\eta$ the learning rate; $\theta$ the weights of a network, $g$ the gradient of $L$ by them.

# %%
# %matplotlib inline
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab import training
from flowlab.chairs import LESSONS, HeavyTailed, make_pair
from flowlab_course.chapters.ch11 import diagrams, figures, widgets
from flowlab_course.chapters.ch11.long_training import long_training, long_training_pair

course.begin("11")
runs = Path(tempfile.mkdtemp())

# %% [markdown]
# ## A loss at five scales
#
# The network predicts at a quarter of the size, an eighth, and so on down to a sixty-fourth. The *multiscale loss* compares each prediction with the true flow, averaged down to the same grid. At one pixel the error is the length of a vector; $\varepsilon$ rounds the root near zero (a Charbonnier penalty). A level adds up its pixels, and the levels are weighted:
#
# $$L = \sum_\ell w_\ell \; \frac{1}{B} \sum_{\text{images}} \; \sum_{\text{pixels}} \sqrt{\Delta u^2 + \Delta v^2 + \varepsilon}$$
#
# The published weights, from coarse to fine, are 0.32, 0.08, 0.02, 0.01 and 0.005. All flows are divided by 20 first; $\varepsilon = 0.01$ then stands for 2 pixels: $20 \sqrt{0.01}$. ($\varepsilon$ is that of the released code.)

# %%
STRIDES = (4, 8, 16, 32, 64)
PUBLISHED = (0.005, 0.01, 0.02, 0.08, 0.32)


def naive_loss(pyramid, target, eps=0.01):
    """The formula, level by level; each prediction is in pixels of its own grid."""
    total = 0.0
    for flow, s, w in zip(pyramid, STRIDES, PUBLISHED, strict=True):
        truth = torch.nn.functional.avg_pool2d(target, s) / 20
        off = flow * s / 20 - truth  # (B, 2, h, w)
        error = torch.sqrt((off**2).sum(1) + eps)  # (B, h, w)
        total += w * error.sum((1, 2)).mean()
    return total


# %%
rng = torch.Generator().manual_seed(0)
target = 10 * torch.randn(2, 2, 64, 128, generator=rng)
pyramid = [torch.randn(2, 2, 64 // s, 128 // s, generator=rng) for s in STRIDES]
slow, fast = naive_loss(pyramid, target), training.multiscale_loss(pyramid, target)
print(f"the formula {float(slow):.4f}, flowlab {float(fast):.4f}")
course.claim("flowlab's loss is the formula.", torch.allclose(slow, fast, rtol=1e-5))
course.figure("one step", diagrams.step())
course.claim(
    "flowlab trains with the published weights.",
    training.TrainConfig().loss_weights == PUBLISHED,
)

# %% [markdown]
# ### Exercise 11.1: the error of a level
#
# `off` is flow minus truth, a NumPy array `(2, h, w)`. Return the sum, or the mean, of $\sqrt{\Delta u^2 + \Delta v^2 + \varepsilon}$ over its pixels.

# %% tags=["exercise-11.1"]
def level_error(off, eps, form):
    """Error of a level: off is (2, h, w), a NumPy array; form is "sum" or "mean"."""
    return ...


# %%
course.check("11.1", level_error)

# %% [markdown]
# ## What do the weights weigh?
#
# The coarsest level has the largest weight, 64 times that of the finest. Does the coarsest level count most, then?

# %%
guess = course.predict_first(
    "weights",
    "All pixels of all levels are equally wrong. "
    "Which level makes up most of the loss?",
    options=["the coarsest", "the finest", "all the same"],
)

# %%
# A level of stride s has 1 / s^2 of the image's pixels.
one_pixel = np.array(PUBLISHED)
level = one_pixel / np.square(STRIDES)
as_sum, as_mean = level / level.sum(), one_pixel / one_pixel.sum()
course.answer(
    guess,
    "the finest",
    "It has 256 times as many pixels as the coarsest, and a sum counts each of them.",
)
print("shares as a sum, fine to coarse:", as_sum.round(2).tolist())
drawn = figures.shares_of_loss(as_sum, as_mean, STRIDES)
course.figure("shares of the loss", drawn)
course.claim(
    "As a sum, the finest level counts four times the coarsest.",
    abs(as_sum[0] / as_sum[-1] - 4) < 1e-9,
)
course.claim(
    "As a mean, the coarsest counts 64 times the finest.",
    abs(as_mean[-1] / as_mean[0] - 64) < 1e-9,
)

# %% [markdown]
# Some reimplementations copy the five numbers and take a mean. Their networks still train, but they minimise another loss. If you prefer a mean, which does not grow with the picture, take the *shares* of the sum as weights: 0.44, 0.22, 0.11, 0.11, 0.11. flowlab's recipe `modern` does, and `laptop` nearly.
#
# ### Exercise 11.2: what a weight weighs
#
# Return each level's share of a loss that *sums* over pixels, when all pixels of all levels are equally wrong.

# %% tags=["exercise-11.2"]
def shares(weights, strides):
    """Share of each level in a loss that sums over pixels; all pixels equally wrong."""
    return ...


# %%
course.check("11.2", shares)

# %% [markdown]
# ## Before the first step
#
# Karpathy's recipe for training (2019) begins with tests that take seconds. Make small, easy pairs: boxes that slide, chapter 05's first lesson with longer motions. Feed eight of them to an untrained network.
#
# Test 1: its loss should be near that of *zero flow*, the answer that nothing moves. Test 2: look at the *activations*, the outputs of the layers. Small weights shrink them from layer to layer, large ones make them grow. He and others (2015) draw weights with a variance of $2 / n$, where $n$ counts the inputs of an output; then the spread changes little. Halve all weights, or double them.

# %%
ways = {
    "background_translation": HeavyTailed(1, reach=30, norm=2),
    "chair_translation": HeavyTailed(1, reach=60, norm=2),
}
motion = replace(LESSONS["boxes"].motion, **ways)
boxes = replace(LESSONS["boxes"], bank=50, motion=motion)
sixteen = [make_pair(5, i, (64, 128), boxes) for i in range(16)]
stacks = [np.stack([pair[part] for pair in sixteen[:8]]) for part in range(3)]
img1, img2, flow = (torch.from_numpy(x).permute(0, 3, 1, 2).float() for x in stacks)
img1, img2 = img1 / 255, img2 / 255
recipe = training.recipe("laptop")
as_laptop = {"weights": recipe.loss_weights, "eps": recipe.loss_eps}


def loss_of(pyramid, flow):
    """The loss of the recipe `laptop`, a mean over pixels."""
    return training.multiscale_loss(pyramid, flow, reduction="mean", **as_laptop)


# %%
def spreads(factor):
    """Standard deviation of each layer's activations, its weights times a factor."""
    torch.manual_seed(0)
    network, found = flowlab.FlowNetS(width=0.25), {}
    for name, layer in network.named_children():
        if name.startswith(("conv", "deconv")):
            layer[0].weight.data *= factor
            layer.register_forward_hook(
                lambda m, i, out, name=name: found.update({name: float(out.std())})
            )
    with torch.no_grad():
        out = network(img1, img2)
    return found, float(loss_of(out.pyramid, flow)), out


names = {1: "as He and others", 0.5: "half of that", 2: "twice that"}
spread, first_loss = {}, {}
for factor, name in names.items():
    spread[name], first_loss[factor], out = spreads(factor)
zero_loss = float(loss_of([0 * level for level in out.pyramid], flow))
print(f"first loss {first_loss[1]:.2f}, of zero flow {zero_loss:.2f},", end=" ")
print(f"with weights twice as large {first_loss[2]:.1f}")
course.figure("activations", figures.activations(spread))

# %% jupyter={"source_hidden": true}
# Claims: the first loss, and what the factor does to the activations.
as_he, half, twice = ([*one.values()] for one in spread.values())
course.claim(
    "The first loss is less than twice zero flow's; with doubled weights it is "
    "more than a hundred times as large.",
    first_loss[1] < 2 * zero_loss and first_loss[2] > 100 * zero_loss,
)
course.claim(
    "From the first layer to the tenth the spread keeps more than a tenth; "
    "with halved weights it keeps less than a thousandth.",
    as_he[9] > as_he[0] / 10 and half[9] < half[0] / 1000,
)
course.claim(
    "With doubled weights it grows more than fiftyfold.",
    twice[9] > 50 * twice[0],
)

# %% [markdown]
# ## Which way to step
#
# An *optimiser* turns the gradient into a step. *Gradient descent* steps by $-\eta g$. In a long valley that is slow: one rate has to suit the steep direction and the flat one. *Momentum* (Polyak, 1964) adds up past gradients, so that opposite ones cancel: $m \leftarrow \beta m + g$, and the step is $-\eta m$. *Adam* (Kingma and Ba, 2015), the paper's choice, averages each weight's gradient and its square:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \quad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2, \quad
# \theta \leftarrow \theta - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + 10^{-8}}$$
#
# with $\beta_1 = 0.9$, $\beta_2 = 0.999$. Both averages begin at 0; the divisions at step $t$ correct that. Here each optimiser has the best of forty rates, judged by its loss after 60 steps.

# %%
def valley(x, y):
    """Fifty times as steep in y as in x."""
    return (x**2 + 50 * y**2) / 2


def descend(optimiser, eta, scale=1.0):
    """Sixty steps from (-8, 1): the path and the loss at each step."""
    theta = torch.tensor([-8.0, 1.0], requires_grad=True)
    walker, path = optimiser([theta], lr=eta), [[-8.0, 1.0]]
    for _ in range(60):
        walker.zero_grad()
        (scale * valley(*theta)).backward()
        walker.step()
        path.append(theta.tolist())
    return np.array(path), valley(*np.array(path).T)


SGD, Adam = torch.optim.SGD, torch.optim.Adam
kinds = {"gradient descent": SGD, "momentum": partial(SGD, momentum=0.9), "Adam": Adam}
paths, valley_loss = {}, {}
for name, kind in kinds.items():
    tries = [descend(kind, eta) for eta in np.geomspace(1e-3, 3, 40)]
    ends = [losses[-1] if np.isfinite(losses[-1]) else np.inf for _, losses in tries]
    paths[name], valley_loss[name] = tries[np.argmin(ends)]
    print(f"{name}: loss {valley_loss[name][-1]:.4f} after 60 steps, 57 before")

# %% jupyter={"source_hidden": true}
# Draw the three paths; claims on them.
drawn = figures.three_optimisers(paths, valley_loss, valley)
course.figure("three optimisers", drawn)
end = {name: losses[-1] for name, losses in valley_loss.items()}
course.claim(
    "Momentum and Adam each end with less than a tenth of gradient descent's loss.",
    max(end["momentum"], end["Adam"]) < end["gradient descent"] / 10,
)
(one, _), (other, _) = (descend(Adam, 0.1, scale) for scale in (1.0, 4.0))
course.claim(
    "A loss four times as large leaves Adam's path as it is; "
    "gradient descent then needs a quarter of the rate for the same path.",
    np.allclose(one, other, atol=1e-4)
    and np.allclose(descend(SGD, 0.02)[0], descend(SGD, 0.005, 4.0)[0], atol=1e-4),
)

# %% [markdown]
# ### Exercise 11.4: one step of Adam
#
# `w`, `g`, `m` and `v` are NumPy arrays of one shape; `t` counts the steps from 1. Return the new `w`, `m` and `v`. The decay rates are 0.9 and 0.999, and 1e-8 is added to the root.

# %% tags=["exercise-11.4"]
def adam(w, g, m, v, t, rate):
    """One step of Adam: the new w, m and v."""
    return ...


# %%
course.check("11.4", adam)

# %% [markdown]
# ## How far to step
#
# Smith's *range test* (2015) finds a *learning rate* within a minute: let the rate grow from step to step, and watch the loss. Our rule takes a tenth of the rate at which the loss has doubled. Then comes the test of chapter 07: the network has to *overfit* one batch, here eight pairs. The controls are a rate a hundred times smaller and one ten times larger.

# %%
def losses_with(rates):
    """Train a fresh network on the eight pairs: each step's loss, and the last EPE."""
    torch.manual_seed(0)
    network = flowlab.FlowNetS(width=0.25)
    optimiser, losses = torch.optim.Adam(network.parameters()), []
    for rate in rates:
        optimiser.param_groups[0]["lr"] = rate
        out = network(img1, img2)
        loss = loss_of(out.pyramid, flow)
        losses.append(float(loss.detach()))
        if not np.isfinite(losses[-1]):
            break
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return losses, (out.flow.detach() - flow).norm(dim=1).mean().item()


growing = np.geomspace(1e-6, 1, 60)
found, _ = losses_with(growing)
doubled = next(n for n, loss in enumerate(found) if not loss < 2 * found[0])
chosen = growing[doubled] / 10

# %%
batch, epe = {}, {}
for name, eta in {
    "chosen rate": chosen,
    "a hundredth": chosen / 100,
    "ten times": 10 * chosen,
}.items():
    batch[name], epe[name] = losses_with([eta] * 100)
    print(f"{name} ({eta:.1g}): {len(batch[name])} steps, EPE {epe[name]:.3g} px")
zero_epe = flow.norm(dim=1).mean().item()
print(f"zero flow: EPE {zero_epe:.2f} px")
drawn = figures.find_the_rate(growing[: len(found)], found, chosen, batch, zero_loss)
course.figure("find the rate", drawn)
course.claim(
    "With the chosen rate the batch's error falls below a third of zero flow's; "
    "with a hundredth of it, it stays above nine tenths.",
    epe["chosen rate"] < zero_epe / 3 and epe["a hundredth"] > 0.9 * zero_epe,
)
course.claim(
    "With ten times the rate the loss ends above zero flow's, or at NaN.",
    not batch["ten times"][-1] < zero_loss,
)

# %% [markdown]
# The rate changes during a training. The paper begins at $\eta = 10^{-4}$ and halves it three times. FlowNetC's gradients exploded at that rate, so it begins at a hundredth of it and climbs (*warm-up*). The *one-cycle* schedule (Smith and Topin, 2017) climbs quickly, goes higher, and falls, here along a cosine.

# %%
plans = {
    "paper, FlowNetS": training.recipe("paper"),
    "paper, FlowNetC": training.recipe("paper", model="flownetc"),
    "modern": training.recipe("modern", steps=600_000),
}
steps = [*range(0, 12_000, 200), *range(12_000, 600_000, 2_000), 599_999]
rates = {
    name: [training.learning_rate(plan, step) for step in steps]
    for name, plan in plans.items()
}
course.figure("learning rates", figures.learning_rates(np.array(steps), rates))
course.claim(
    "The paper's rate for FlowNetS ends at an eighth of its first value.",
    abs(rates["paper, FlowNetS"][-1] * 8 - rates["paper, FlowNetS"][0]) < 1e-12,
)

# %% [markdown]
# ## From nothing
#
# Now train on boxes that are made on the way, with a quarter of the width (on a GPU, all of it). AdamW is Adam with *weight decay*, a small pull of the weights towards zero (Loshchilov and Hutter, 2019). What you do not change has the recipe's value. `pretrain_steps=0` leaves out a first part that the appendix explains.
#
# You want a network that is right on new pairs. So every 50 steps `fit` measures it on 16 *held-out* pairs of another seed, and zero flow beside it.

# %%
unseen = make_pair(7, 2, (64, 128), boxes)
profile = course.profile()
config = training.recipe(
    "laptop",
    chairs=boxes,
    size=(64, 128),
    steps=500,
    pretrain_steps=0,
    augment="none",
    optimiser="adamw",
    lr=profile.pick(laptop=1e-3, gpu=4e-4),
    width=profile.pick(laptop=0.25, gpu=1.0),
    workers=0,
    device=str(profile.device),
    log_every=25,
    validate_every=50,
    validate_pairs=16,
    snapshots=20,
    tensorboard=False,
    out=str(runs / "boxes"),
)

# %% tags=["nbval-ignore-output"]
from flowlab_course.chapters.ch11.live import Live

result = training.fit(config, watch=Live(unseen, config.steps))
drawn = figures.curves({"boxes": result.log}, first=first_loss[1])
course.figure("held-out error", drawn)

# %% tags=["nbval-ignore-output"]
lines = [row for row in result.log if row["event"] == "train"]
scores = [row for row in result.log if row["event"] == "validation"]
early, last = scores[0], scores[-1]
loss_at = {row["step"]: row["loss"] for row in lines}
fall = {row["step"]: first_loss[1] - loss_at[row["step"]] for row in (early, last)}
fallen = fall[early["step"]] / fall[last["step"]]
print(f"step {early['step']:3}: {fallen:.0%} of the loss's fall is over", end=", ")
print(f"error {early['epe']:.2f} px, zero flow {early['zero_epe']:.2f} px")
print(f"step {last['step']:3}: error {last['epe']:.2f} px")
course.claim(
    "By step 50 more than half of the loss's fall is over, and the held-out error "
    "is within a tenth of zero flow's.",
    fallen > 0.5 and abs(early["epe"] / early["zero_epe"] - 1) < 0.1,
)
course.claim(
    "At the end the held-out error is below 85 % of zero flow's.",
    last["epe"] < 0.85 * last["zero_epe"],
)

# %% [markdown]
# This is the chapter's main advice: **draw the held-out error, and zero flow's beside it.** The loss falls steeply while the network only learns to predict almost no motion. As long as the error stays at zero flow's, the training is on a *plateau*. On harder pairs that can take thousands of steps. The page "My FlowNet does not learn" (`docs/not-learning.md`) says how to recognise a plateau, and what ended it.
#
# The run kept its weights at twenty moments:

# %%
widgets.training_timelapse(result.out, unseen)

# %% [markdown]
# What you should see: noise; then almost no motion; then blurs with the ground's motion. The boxes are hardly there: this run is too short for them.
#
# A longer run is the recipe `laptop` itself on flying chairs: 6,000 steps, 14 minutes on two free cores. The course keeps its predictions for one pair.

# %% jupyter={"source_hidden": true}
# Show the long training, with claims on how its error falls.
moments, plan = long_training()
size = "{} x {}".format(*plan["size"])
print(f"{plan['model']}, width {plan['width']}: {plan['steps']:,} steps", end=" ")
print(f"of {plan['batch']} pairs of {size}")
still = float(np.linalg.norm(long_training_pair().flow, axis=-1).mean())
early = min(m.error for m in moments if m.step <= plan["steps"] / 3)
print(f"this pair: zero flow {still:.1f} px, at the end {moments[-1].error:.1f} px")
course.claim(
    "At its end its error is below three quarters of zero flow's.",
    moments[-1].error < 0.75 * still,
)
course.claim(
    "After the first moment, ten steps on chairs, it is below nine tenths.",
    moments[0].step == 10 and moments[0].error < 0.9 * still,
)
course.claim(
    "Of its gain on zero flow more than half comes in the first third of its steps.",
    still - early > (still - moments[-1].error) / 2,
)
widgets.long_training_timelapse()

# %% [markdown]
# What you should see: no plateau, since this network learnt to match on textures first (appendix). At first there are blotches, mostly in wrong colours; then the ground's lilac. The lamp, which moves far, stays a faint hint.
#
# ## Kill it, go on
#
# Machines reboot, so a training must be able to resume. A *checkpoint* keeps the weights, the optimiser's averages and the step. The learning rate follows from the step. So does the data, if sample $i$ of epoch $e$ is drawn from (seed, $e$, $i$) and from nothing else.

# %%
short = replace(
    config, steps=12, checkpoint_every=5, log_every=1, validate_pairs=0, snapshots=0
)
alone = training.fit(replace(short, out=str(runs / "left alone")))


def pull_the_plug(report):
    if report.step == 8:
        raise OSError("someone pulled the plug")


killed = replace(short, out=str(runs / "killed"))
try:
    training.fit(killed, watch=pull_the_plug)
except training.TrainingError as error:
    print(str(error).replace(str(runs), "..."))
again = training.fit(killed)
end, same_end = alone.model.state_dict(), again.model.state_dict()
same = all(torch.equal(end[name], same_end[name]) for name in end)
starts = [row["step"] for row in again.log if row["event"] == "start"]
print("it went on from step", starts[-1])
course.claim(
    "On a CPU, the weights after the kill end with the same bits.",
    same or profile.name == "gpu",
)

# %% [markdown]
# It was killed after step 8 and went on from step 5, its last checkpoint. A checkpoint is written beside the old one and then replaces it in one move, so you can safely kill a training at any moment.
#
# ## Broken on purpose
#
# You have seen the first fault, a rate that is too high; `fit` stops when the loss becomes NaN or infinite.
#
# The second is a flow with the wrong scale, such as parts of the image's width in place of pixels. The network then learns to predict almost no motion, and the loss is small. Here is how small, with the released $\varepsilon$, for a network that always predicts zero:

# %%
truth = torch.from_numpy(unseen.flow).permute(2, 0, 1)[None]
nothing = [torch.zeros(1, 2, 64 // s, 128 // s) for s in STRIDES]
at_zero = {}
for unit, scaled in {"pixels": truth, "image widths": truth / 128}.items():
    at_zero[unit] = float(training.multiscale_loss(nothing, scaled, reduction="mean"))
    print(f"zero flow: loss {at_zero[unit]:.4f} with the flow in {unit}")
least = 0.1 * sum(PUBLISHED)  # of a perfect network: the root of 0.01 at each pixel
course.claim(
    "In image widths zero flow's loss is within 5 % of the least possible, "
    "in pixels it is more than twice that.",
    at_zero["image widths"] < 1.05 * least and at_zero["pixels"] > 2 * least,
)

# %% [markdown]
# Zero flow's loss, printed beside your own, shows that almost nothing was gained. The third fault is too few pairs: the network overfits them. Here are sixteen, shown again and again, without and with augmentation (chapter 06). The control is the training above, on ever new pairs.

# %% tags=["nbval-ignore-output"]
few = replace(config, steps=150, snapshots=0, holdout=0.0)
known = np.ones((64, 128), bool)
items = [(pair.img1, pair.img2, pair.flow, known) for pair in sixteen]
others = [make_pair(6, i, (64, 128), boxes) for i in range(16)]
held_out = [(pair.img1, pair.img2, pair.flow, known) for pair in others]
logs, losses = {}, {}
for augment in ("none", "mild"):
    run = replace(few, augment=augment, out=str(runs / augment))
    log = logs[augment] = training.fit(run, data=items, validation=held_out).log
    losses[augment] = [row["loss"] for row in log if "loss" in row][-1]
end = [row for row in logs["none"] if "epe" in row][-1]
print(f"held-out {end['epe']:.2f} px, zero flow {end['zero_epe']:.2f} px")
course.figure("sixteen pairs", figures.curves(logs))
course.claim(
    "Without augmentation the loss falls below half of zero flow's on the batch above; "
    "the held-out error gains less than a tenth on zero flow.",
    losses["none"] < zero_loss / 2 and end["epe"] > 0.9 * end["zero_epe"],
)
course.claim("With augmentation it stays higher.", losses["mild"] > losses["none"])

# %% [markdown]
# ### Exercise 11.5: read the curves
#
# `loss` and `error` are NumPy arrays, one value a validation: the loss and the held-out EPE in px. `zero` is zero flow's EPE. Return the first name that fits: `"diverged"` if any loss is NaN or infinite; `"overfits"` if the last error is more than a fifth above the lowest; `"stands still"` if the last error is more than nine tenths of zero flow's; else `"learns"`.

# %% tags=["exercise-11.5"]
def verdict(loss, error, zero):
    """Name the state of a training."""
    return ...


# %%
course.check("11.5", verdict)

# %% [markdown]
# ## On a photograph
#
# Your network saw boxes for a minute. The shipped `flownets-small` saw generated chairs for hours. Neither has seen a photograph. Here are both on the scoreboard's pairs, and on one of its photographs.

# %% tags=["nbval-ignore-output"]
shipped = flowlab.load_model("flownets-small")
methods = {
    "zero flow": lambda img1, img2: np.zeros((*img1.shape[:2], 2), np.float32),
    "yours": partial(flowlab.predict, result.model.cpu()),
    "shipped": partial(flowlab.predict, shipped),
}
board, mean = {pair.name: pair for pair in course.scoreboard.pairs()}, {}
print(", ".join(board))
cat = board["cat turns"]
panels = {"frame 1": cat.img1, "true flow": cat.flow}
for name, method in methods.items():
    flows = {pair.name: method(pair.img1, pair.img2) for pair in board.values()}
    errors = [flowlab.epe(flows[p.name], p.flow, p.valid) for p in board.values()]
    mean[name] = np.mean(errors)
    each = ", ".join(f"{error:.1f}" for error in errors)
    print(f"{name:9} mean {mean[name]:5.2f} px, by pair: {each}")
    panels[name] = flows["cat turns"]
del panels["zero flow"]
course.figure("photograph", panels, limit=10, width=8)
course.claim(
    "The shipped network has the lowest error, below three quarters of zero flow's.",
    mean["shipped"] < min(mean["yours"], 0.75 * mean["zero flow"]),
)

# %% [markdown]
# Networks that have seen only drawn pairs can work on photographs; chapter 12 measures where they fail. To train one, leave a machine alone with
#
#     python -m flowlab train --recipe laptop --model flownets --out runs/mine
#
# and look in with `tensorboard --logdir runs`. That takes a quarter of an hour on two free cores. Ctrl-C stops it with a checkpoint; the same command resumes it. For two GPUs, replace `python -m` by `torchrun --nproc-per-node 2 -m`.
#
# ## Appendix: Muon, and textures first
#
# The recipe `laptop` begins with steps on sliding textures, where matching is all that there is to learn, and its optimiser is *Muon* (Jordan and others, 2024). Adam scales single weights. But a layer's gradient is a matrix $U S V^\top$, long in a few directions (singular vectors) and short in the others. Muon steps by about $U V^\top$, equally far in each. Here is one layer of a fresh network:

# %%
from flowlab.training.optim import newton_schulz
from flowlab.training.pretrain import sliding_pairs

torch.manual_seed(0)
fresh = flowlab.FlowNetS(width=0.25)
slid1, slid2, slid = sliding_pairs(8, torch.Generator().manual_seed(1))
loss_of(fresh(slid1, slid2).pyramid, slid).backward()
gradient = fresh.conv4_1[0].weight.grad.flatten(1)
first_steps = {
    "the gradient": gradient,
    "Adam's first step": gradient.sign(),
    "Muon's first step": newton_schulz(gradient),
}
lengths = {name: torch.linalg.svdvals(step) for name, step in first_steps.items()}
course.figure("directions of a step", figures.directions(lengths))
share = {name: float(s[0] ** 2 / (s**2).sum()) for name, s in lengths.items()}
for name, part in share.items():
    print(f"{name}: {part:.0%} of its square in one direction")
course.claim(
    "Adam's first step has a smaller share in its longest direction than the gradient, "
    "and Muon's less than a fifth of Adam's.",
    share["the gradient"] > share["Adam's first step"] > 5 * share["Muon's first step"],
)

# %% [markdown]
# ## Recap
#
# - The loss adds up five scales. In a *sum*, the finest level has most pixels and counts most, with the smallest weight; in a *mean*, it counts least.
# - Before a training: compare the first loss with zero flow's, look at the activations, find the rate, overfit one batch.
# - Momentum averages gradients over time; Adam also divides each weight's step by the size of its gradient.
# - Draw the held-out error beside zero flow's. A loss can fall far while the network learns nothing about motion.
# - Weights, the optimiser's averages and the step make a checkpoint; all else is a function of the step.
# - A rate that is too high, a flow with a wrong scale and too few pairs each have their own picture in the curves.

# %% [markdown]
# ## Quiz

# %%
course.quiz("11")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 11.3: one cycle
#
# Over the first 5 % of the steps the rate climbs in a line from `peak / 25` to `peak`. Then it falls to 0 along half a cosine.

# %% tags=["exercise-11.3"]
def rate(step, steps, peak):
    """One cycle: a line from peak / 25 up to the peak, then half a cosine to 0."""
    return ...


# %%
course.check("11.3", rate)

# %% [markdown]
# ### Open task: a picture four times as large
#
# No checker here: this one is for a conversation. Tile `truth` twice in each direction (`truth.tile(1, 1, 2, 2)`), and compute zero flow's `training.multiscale_loss` on both, with `reduction="sum"` and with `"mean"`. Say the four numbers' ratios first. Then: what does a loss four times as large change for plain gradient descent, for Adam, and for a gradient that is clipped at a fixed length?

# %% [markdown]
# ## Terms
#
# - *multiscale loss* (多尺度损失): a loss that judges the flow at several sizes at once.
# - *activation* (激活值): a number that a layer gives, for one input.
# - *optimiser* (优化器): the rule that makes a step of the weights from the gradient.
# - *gradient descent* (梯度下降): stepping against the gradient, in proportion to it.
# - *momentum* (动量): a decaying sum of past gradients, used as the direction of a step.
# - *learning rate* (学习率): how far the weights go in one step of training.
# - *range test* (学习率范围测试): letting the learning rate grow from step to step, to see where the loss explodes.
# - *warm-up* (学习率预热): beginning with a small learning rate that climbs.
# - *held-out* (留出): kept away from training, to measure the error on.
# - *plateau* (平台期): the part of a training in which the error stays where it is.
# - *checkpoint* (检查点): everything that a training needs in order to go on from where it was.

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Section 5.1: find the learning rate at which FlowNetC's gradients exploded, and how the authors began instead.
# - [A Recipe for Training Neural Networks](https://karpathy.github.io/2019/04/25/recipe/), Karpathy, 2019. Look for the tests that come before any long training, and find those of this chapter among them.
# - [Models Matter, So Does Training: An Empirical Study of CNNs for Optical Flow Estimation](https://arxiv.org/abs/1809.05571), Sun and others, 2018. Look for what FlowNetC gains when nothing but its training is changed.

# %%
course.end()
