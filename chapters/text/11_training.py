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
# > At the end of this chapter you have trained a network from nothing, stopped it, gone on, broken it on purpose, and you know what its loss really weighs.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Write the multiscale loss, and say what its weights weigh as a sum and as a mean.
# 2. Train a small network, read its curves, stop it and go on as if nothing had happened.
# 3. Recognise a training that is broken, and say why.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 90 seconds.
#
# **Needs**: chapters 05 to 07: pairs, augmentation, and a network that predicts at five scales.
#
# **Symbols**: $w_\ell$ the weight of level $\ell$; $s$ its stride, 4 to 64; $\Delta u, \Delta v$ the error of a flow in units of 20 pixels; $\varepsilon$ the constant inside the root; $\eta$ the learning rate.

# %%
# %matplotlib inline
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab import training
from flowlab.chairs import LESSONS, HeavyTailed, make_pair
from flowlab_course.chapters.ch11 import figures, widgets
from flowlab_course.chapters.ch11.long_training import long_training, long_training_pair

course.begin("11")
runs = Path(tempfile.mkdtemp())

# %% [markdown]
# ## A loss at five scales
#
# The network predicts at a quarter of the size, an eighth, and so on down to a sixty-fourth. Each prediction is compared with the true flow, averaged down to the same grid. At one pixel the error is the length of a vector, where $\varepsilon$ rounds the root near zero; a level adds up its pixels; and the levels are weighted:
#
# $$L = \sum_\ell w_\ell \; \frac{1}{B} \sum_{\text{images}} \; \sum_{\text{pixels}} \sqrt{\Delta u^2 + \Delta v^2 + \varepsilon}$$
#
# The published weights, from coarse to fine, are 0.32, 0.08, 0.02, 0.01 and 0.005. All flows are divided by 20 first, and $\varepsilon = 0.01$, which stands for 2 pixels: $20 \sqrt{0.01}$. flowlab's loss takes a mask as well: a pixel whose true flow is not known adds nothing to the loss and has no gradient.

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

# %% jupyter={"source_hidden": true}
# Draw one step of a training.
from flowlab_course.chapters.ch11 import diagrams

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
# The coarsest level has the largest weight, 64 times that of the finest. Does coarse flow count most, then?

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
# Many write-ups copy the five numbers and take a mean. Their networks still train, but they minimise another loss. If you prefer a mean, which does not grow with the size of the image, take the *shares* of the sum as weights: 0.44, 0.22, 0.11, 0.11, 0.11. flowlab's recipe `modern` does, and `laptop` nearly.

# %% [markdown]
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
# ## How fast to walk
#
# The paper's *learning rate* begins at $\eta = 10^{-4}$ and is halved three times. FlowNetC, whose products of features make large gradients at the start, begins at a hundredth of it and climbs. Ten years later the usual rate climbs quickly, is higher, and falls along a cosine. Both are plain functions of the step.

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
# ## Which way to walk
#
# The rate says how far. The *optimiser* says which way. The paper uses Adam, which divides the gradient of each weight by how large it usually is. But a layer multiplies by a whole matrix, and a matrix has *directions* (its singular vectors), each with a length (its singular value). Look at the gradient of one layer of a fresh network, on pictures that slide:

# %%
from flowlab.training.optim import newton_schulz
from flowlab.training.pretrain import sliding_pairs

torch.manual_seed(0)
fresh = flowlab.FlowNetS(width=0.25)
img1, img2, flow = sliding_pairs(8, torch.Generator().manual_seed(1))
pyramid = fresh(img1, img2).pyramid
training.multiscale_loss(pyramid, flow, reduction="mean").backward()
gradient = fresh.conv4_1[0].weight.grad.flatten(1)
ways = {
    "the gradient": gradient,
    "Adam's first step": gradient.sign(),
    "Muon's first step": newton_schulz(gradient),
}
lengths = {name: torch.linalg.svdvals(way) for name, way in ways.items()}

# %%
course.figure("directions of a step", figures.directions(lengths))
share = {}
for name, length in lengths.items():
    share[name] = float(length[0] ** 2 / (length**2).sum())
    print(f"{name}: {share[name]:.0%} in one direction")
course.claim(
    "More than half of the gradient's square lies in one of 128 directions.",
    share["the gradient"] > 0.5,
)
course.claim(
    "Adam's first step has a smaller share in its longest direction, "
    "and Muon's less than a fifth of Adam's.",
    share["the gradient"] > share["Adam's first step"] > 5 * share["Muon's first step"],
)

# %% [markdown]
# The many short directions are learned slowly. *Muon* (2024) takes the momentum of the gradient as a matrix, $U S V^\top$, and steps by $U V^\top$: every direction equally far. A few products of matrices come close to it (`flowlab/training/optim.py`). The recipe `laptop` uses Muon, after some steps on sliding textures, where matching is easy to learn (chapter 10) if motions grow from 4 pixels to 40; with 40 at once FlowNetS learned nothing. On held-out chairs both together bring FlowNetS from a tenth above DIS's error to just below it (`bench/results/laptop.txt`).
#
# ## From nothing
#
# Now train. To see something within a minute, the pairs are small and easy, boxes that slide (chapter 05's first lesson, with longer ways), and the network has a quarter of the width (on a GPU, all of it). `pretrain_steps=0` leaves out the sliding textures. The rest is the real training: `python -m flowlab train` calls `training.fit`, too. The configuration is a frozen record; what you do not change has the recipe's value.

# %%
ways = {
    "background_translation": HeavyTailed(1, reach=30, norm=2),
    "chair_translation": HeavyTailed(1, reach=60, norm=2),
}
motion = replace(LESSONS["boxes"].motion, **ways)
boxes = replace(LESSONS["boxes"], bank=50, motion=motion)
unseen = make_pair(7, 2, (64, 128), boxes)
zero = float(np.linalg.norm(unseen.flow, axis=-1).mean())
print(f"mean motion of the pair that you will watch: {zero:.1f} px")

# %%
profile = course.profile()
config = training.recipe(
    "laptop",
    chairs=boxes,
    size=(64, 128),
    steps=900,
    pretrain_steps=0,
    augment="none",
    workers=0,
    device=str(profile.device),
    width=profile.pick(laptop=0.25, gpu=1.0),
    lr=profile.pick(laptop=2e-3, gpu=5e-4),
    log_every=50,
    validate_every=100,
    validate_pairs=16,
    snapshots=20,
    tensorboard=False,
    out=str(runs / "boxes"),
)

# %% tags=["nbval-ignore-output"]
from flowlab_course.chapters.ch11.live import Live
from flowlab_course.chapters.ch11.live import guess as predicted

result = training.fit(config, watch=Live(unseen, config.steps))

# %% [markdown]
# What you should see: a loss that falls fast and then ever more slowly, and a colour that appears: the ground's, since most pixels are ground. First the network learns to predict almost no motion; then it learns to *match* two pictures. Run it again with `optimiser="adamw"` and another `out`: it goes the same way, some hundred steps later, on harder pairs thousands. Do not stop a training on that plateau; `docs/not-learning.md` says how to tell that yours stands on it, and what to do.

# %% tags=["nbval-ignore-output"]
lines = [row for row in result.log if row["event"] == "train"]
scores = [row for row in result.log if row["event"] == "validation"]
held_out = {row["step"]: row["epe"] for row in scores}
print("held-out end-point error:", held_out)
last = lines[-1]
print(f"{last['steps_per_s']:.0f} steps/s, {last['data_wait']:.0%} waiting for pairs")
course.claim(
    "The loss falls by more than a quarter.",
    last["loss"] < 0.75 * lines[0]["loss"],
)
course.claim(
    "The held-out error falls, too, on pairs that are never trained on.",
    scores[-1]["epe"] < scores[0]["epe"],
)

# %% [markdown]
# Three numbers tell you how a training fares. The *loss* is minimised, and it is noisy. The *held-out error* is the one to lower: it is measured on pairs of another seed. And *waiting for pairs* says whether the processor or the data is too slow; with `workers=1` a second process makes the pairs meanwhile.
#
# ## Scrub through it
#
# The run kept its weights at twenty moments, close together at the beginning.

# %%
widgets.training_timelapse(result.out, unseen)

# %% [markdown]
# What you should see: noise; then almost no motion, which is a better guess than noise; then the motion of the ground, in blurs. The boxes are only hinted at: small things with edges come last, and this run is too short for them.
#
# Here is a longer run: the laptop's recipe on flying chairs, from nothing. Its weights at twenty moments would be a hundred megabytes, so the course keeps their predictions for one pair. (`--set snapshots=20` keeps the weights of a training of yours.)

# %%
widgets.long_training_timelapse()

# %% jupyter={"source_hidden": true}
# Claims: how the long training's error falls.
moments, plan = long_training()
size = "{} x {}".format(*plan["size"])
print(f"{plan['model']}, width {plan['width']}: {plan['steps']} steps", end=" ")
print(f"of {plan['batch']} pairs of {size}")
still = float(np.linalg.norm(long_training_pair().flow, axis=-1).mean())
early = min(m.error for m in moments if m.step <= plan["steps"] / 3)
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

# %% [markdown]
# What you should see: no plateau, since it learnt to match on textures: from the start there are blotches, mostly in wrong colours. Over some hundred steps they fade, and the ground's lilac comes, now and then too dark. Most is gained early; the lamp, which moves far, is a faint hint to the end.
#
# ## Kill it, go on
#
# Sessions end, machines reboot; so a training must be able to go on. What has to be kept? The weights, and what the optimiser keeps for each of them: its momentum, and Adam's average of squares. The learning rate follows from the step. So does the data, if sample $i$ of epoch $e$ is drawn from (seed, $e$, $i$) and from nothing else, whatever was drawn before. Then the step *is* the position.

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

# %%
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
# It was killed after step 8 and went on from step 5, where its last checkpoint was; the log's lines about steps 6 to 8 were removed. A checkpoint is written beside the old one and then takes its place in one move, so a training can be killed at any moment.
#
# ## Broken on purpose
#
# Things go wrong in a few typical ways. Make them happen once, and you will know them when you meet them. First: steps that are far too long, and nothing that shortens them.

# %%
wild = replace(config, steps=60, lr=1e3, grad_clip=0.0, validate_pairs=0, snapshots=0)
try:
    training.fit(replace(wild, out=str(runs / "wild")))
    broken = False
except training.TrainingError as error:
    broken = True
    print(str(error).split(", between")[0])
course.claim("With a rate of 1000 the training stops at NaN or infinity.", broken)

# %% [markdown]
# Second: a flow with the wrong scale. A file in which pixels were divided by the image's width, a resized image whose flow was not resized: the network then learns to predict almost no motion, the loss is small, and the pictures are wrong. Here is how small, for a network that always answers zero:

# %%
truth = torch.from_numpy(unseen.flow).permute(2, 0, 1)[None]
nothing = [torch.zeros(1, 2, 64 // s, 128 // s) for s in STRIDES]
loss_of = {}
for unit, flow in {"pixels": truth, "image widths": truth / 128}.items():
    loss_of[unit] = float(training.multiscale_loss(nothing, flow, reduction="mean"))
    print(f"zero flow: loss {loss_of[unit]:.4f} with the flow in {unit}")
least = 0.1 * sum(PUBLISHED)  # of a perfect network: the root of 0.01 at each pixel
course.claim(
    "In image widths zero flow's loss is within 5 % of the least possible, "
    "in pixels it is more than twice that.",
    loss_of["image widths"] < 1.05 * least and loss_of["pixels"] > 2 * least,
)

# %% [markdown]
# The remedy costs one line: print the error of *zero flow* beside your own.
#
# Third: no augmentation. With few pairs, a network learns them by heart: the loss on them falls, and the held-out error stays high. Here are sixteen pairs, shown again and again, and the same sixteen augmented (chapter 06).

# %% tags=["nbval-ignore-output"]
few = replace(config, cached_pairs=16, epochs_per_pair=16, steps=150, log_every=150)
few = replace(few, snapshots=0, validate_every=0)
losses = {}
for augment in ("none", "mild"):
    log = training.fit(replace(few, augment=augment, out=str(runs / augment))).log
    losses[augment] = next(row["loss"] for row in reversed(log) if "loss" in row)
    error = next(row["epe"] for row in reversed(log) if "epe" in row)
    print(f"{augment}: loss {losses[augment]:.2f}, held-out error {error:.2f} px")
course.claim(
    "The loss of the augmented pairs stays higher.",
    losses["mild"] > losses["none"],
)

# %% [markdown]
# ## Beside a long training
#
# Yours trained for a minute or a few. Here are the two networks that are shipped with this package, which trained for hours.

# %% tags=["nbval-ignore-output"]
from flowlab.models import shipped

yours = flowlab.epe(predicted(result.model, unseen), unseen.flow)
errors = {"zero flow": zero, "yours": yours}
for name in shipped():
    flow = predicted(flowlab.load_model(name), unseen)
    errors[name] = flowlab.epe(flow, unseen.flow)
print({name: f"{error:.2f} px" for name, error in errors.items()})
course.claim("On boxes, yours is better than no flow at all.", yours < zero)

# %% [markdown]
# The shipped networks never saw these boxes, and yours saw nothing else. Chapter 12 measures what the training's data is worth.
#
# To train the real thing, leave a machine alone with
#
#     python -m flowlab train --recipe laptop --model flownets --out runs/mine
#
# and look in now and then with `tensorboard --logdir runs`. Ctrl-C stops it with a checkpoint; the same command goes on. On several GPUs or machines, put `torchrun --nproc-per-node 2 -m` in the place of `python -m`. On a GPU the pairs are made there, too; `bench/train_cuda.py` trains so many minutes and writes down what came of it.

# %% tags=["nbval-ignore-output"]
from flowlab_course.page.gpu import measured_on_a_gpu

unit = "px, FlowNetC of half the width"
print(
    measured_on_a_gpu("train_cuda_0.5", "epe, held-out generated pairs", unit=unit)
)

# %% [markdown]
# ## Recap
#
# - The loss adds up five scales. In a *sum*, the finest level has most pixels and counts most, with the smallest weight; in a *mean*, it counts least.
# - Flow is divided by 20 and the root is rounded by $\varepsilon$: 2 pixels.
# - The learning rate, the order of the data and its augmentation are functions of the step. So the weights, the optimiser's memory and the step make a checkpoint.
# - A layer's gradient is long in a few directions and short in the others. Muon's step is nearly equally long in all.
# - Watch the held-out error beside zero flow's. A loss alone can be small and the flow wrong.
# - This network learned to predict almost no motion, then the motion of the ground; edges take longer.

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
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Section 5.2: find the learning rate at which FlowNetC exploded.
# - [What Makes Good Synthetic Training Data for Learning Disparity and Optical Flow Estimation?](https://arxiv.org/abs/1801.06397), Mayer and others, 2018. Look at what thin parts, textures and the order of data sets are worth.
# - [Models Matter, So Does Training: An Empirical Study of CNNs for Optical Flow Estimation](https://arxiv.org/abs/1809.05571), Sun and others, 2018. Look for what FlowNetC gains when nothing but its training is changed.

# %%
course.end()
