# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 13 · Your own project
#
# > At the end of this chapter flow is a tool in your hands: from the command line, in a video, with a measure of trust, and as a layer in a network that you designed.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Get the flow of your own pictures and videos, read its colours rightly, and know which pixels to believe.
# 2. Use flow for something: frames that were never taken, and finding what moves on its own.
# 3. Take the parts of this package elsewhere: a network as an ONNX file, the correlation layer in a network of your own.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 40 seconds.
#
# **Needs**: chapters 01, 02 and 08; a terminal, for your own files.
#
# **Symbols**: $\mathbf{w}$ the flow from frame 1 to frame 2; $\mathbf{w}_b$ the flow back; $t$ a time between 0 (frame 1) and 1 (frame 2); $\delta$ a disparity in pixels.

# %%
# %matplotlib inline
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch13 import widgets

course.begin("13")

# %% [markdown]
# ## A clip whose motion we know
#
# You will soon use your own pictures. To find out whom to trust, we begin with a clip that we made ourselves: a camera pans over a table, and a portrait drifts across it the other way. So there is a true flow, and a true answer to "what moves on its own?".

# %%
from flowlab_course.chapters.ch13.clips import DRIFT, PAN, drifting_portrait

clip = drifting_portrait(16)
one, two = clip.frames[4], clip.frames[5]
print("frames", clip.frames.shape)
print("the table moves", PAN, "px a frame, the portrait", DRIFT)
true_flow = "true flow, arrows 4 times as long"
course.figure(
    "two frames and their flow",
    {
        "frame 4": one,
        "frame 5": two,
        true_flow: clip.flow[4],
    },
    arrows={true_flow: 4 * clip.flow[4]},
    limit=5,
)

# %% [markdown]
# ## From the command line
#
# In a terminal you would type `python -m flowlab predict one.png two.png`. A notebook has no terminal, so this cell starts the same command and prints what it says.

# %%
folder = Path(tempfile.mkdtemp())
flowlab.write_image(folder / "one.png", one)
flowlab.write_image(folder / "two.png", two)


def command(*words):
    """Run python -m flowlab in the folder; print what it says, return how it ended."""
    line = [sys.executable, "-m", "flowlab", *words]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True)
    print(done.stdout + done.stderr, end="")
    return done.returncode


kinds = ("--as", "flo", "--as", "color", "--as", "mask")
ended = command("predict", "one.png", "two.png", *kinds)

# %% [markdown]
# Results are named after frame 1, and `--method` takes any name that you met in this course: `dis`, `horn-schunck`, `flownets-small`, a file that you trained. The numbers come back with one call:

# %%
flow, valid = flowlab.read_flow(folder / "flow" / "one.flo")
error = flowlab.epe(flow, clip.flow[4])
print(f"error of DIS on this pair: {error:.2f} px")
course.claim(
    "The command has ended well, and every pixel has a flow.",
    ended == 0 and bool(valid.all()),
)
course.claim("The error is below half a pixel, of motions of 2 and more.", error < 0.5)

# %% [markdown]
# Mistakes are answered in one line, and the exit code says the same to a script: 0 is done, 1 could not be done, 2 was called wrongly, 3 is done but frames were broken.

# %%
wrong = command("predict", "one.png", "tow.png")
course.claim("A file that is not there ends with 1.", wrong == 1)

# %% [markdown]
# ## A video
#
# A video is read as it goes: two frames in memory, whatever its length. We write ours to a file first; yours comes from your telephone.

# %%
with flowlab.video.VideoWriter(folder / "clip.mp4", rate=12) as video:
    for frame in clip.frames:
        video.add(frame)

words = ["predict", "clip.mp4", "--out", "clip", "--method", "dis-fast"]
words += ["--as", "color", "--as", "video", "--no-progress"]
video_ended = command(*words)
again = command(*words)
made = list(flowlab.video.frames(folder / "clip" / "flow.mp4"))
course.claim(
    "Both runs have ended well, and the video of 16 frames has 15 flows.",
    len(made) == 15 and again == video_ended == 0,
)

# %% [markdown]
# The second time nothing was left to do: results that are there are not computed again. If the lid of your laptop closes half way through a film, the same command goes on half way.
#
# In your own program the same is a loop, and each step carries its frames, its flow and, if you ask, the way back:

# %%
from functools import partial

from flowlab.classical import run

estimate = partial(run, "dis")
frames = flowlab.video.frames(folder / "clip.mp4")
steps = flowlab.video.flows(frames, estimate, backward=True)
believed = [f"{step.consistent.mean():.0%}" for step in steps]
print("believed, step by step:", *believed[:6], "...")

# %% [markdown]
# ## Reading colours
#
# Colours mean lengths only on a scale, and everyone who compares two flow pictures without looking at the scale has been fooled once. Here is one flow on three of them.

# %%
scales = {
    f"full colour at {scale} px": flowlab.flow_to_image(flow, max_flow=scale)
    for scale in (2, 5, 30)
}
course.figure("three scales", scales, width=7)
whiteness = [picture.min(axis=-1).mean() for picture in scales.values()]
course.claim(
    "The longer the scale, the whiter the same flow is drawn.",
    whiteness[0] < whiteness[1] < whiteness[2],
)

# %% [markdown]
# `predict` therefore takes one scale for a whole run and prints it; `--max-flow` chooses it. Never let each frame choose its own: a video would flicker without anything changing its speed.
#
# ## Which pixels to believe
#
# No method knows when it is wrong. But you can ask it twice. Go from frame 1 to frame 2 with $\mathbf{w}$, and back with $\mathbf{w}_b$:
#
# $$c(\mathbf{x}) = \lVert\, \mathbf{w}(\mathbf{x}) + \mathbf{w}_b(\mathbf{x} + \mathbf{w}(\mathbf{x})) \,\rVert$$
#
# Whoever does not come home went wrong somewhere. Before you look, a guess:

# %%
guess = course.predict_first(
    "distrust",
    "Which pixels fail this test most often?",
    options=[
        "those that frame 2 hides",
        "those on even areas",
        "those that move fastest",
    ],
)

# %%
back = estimate(two, one)
distance = flowlab.consistency(flow, back)
failed, hidden = distance > 1, ~clip.seen[4]
course.answer(
    guess,
    "those that frame 2 hides",
    "A hidden pixel lands on what hides it, and that goes its own way back.",
)

# %%
of_hidden, of_others = failed[hidden].mean(), failed[~hidden].mean()
print(f"fail: {of_hidden:.0%} of the hidden pixels, {of_others:.0%} of the others")
course.claim(
    "Hidden pixels fail at least five times as often as the others.",
    of_hidden > 5 * of_others,
)
errors = flowlab.epe_map(flow, clip.flow[4])
course.figure(
    "there and back",
    {
        "comes back to within 1 px": ~failed,
        "true error": errors,
        "what frame 2 hides": hidden,
    },
    limit=4,
    width=7,
)
course.claim(
    "The mean error of what passes is less than a quarter of that of what fails.",
    errors[~failed].mean() < errors[failed].mean() / 4,
)

# %% [markdown]
# Move the limit yourself. A strict one keeps few pixels and good ones; where you draw the line depends on what a mistake costs you.

# %%
widgets.trust_by_consistency()

# %% [markdown]
# What you should see: with the pair *four frames on*, the portrait moves too far for DIS, and much of the disc turns grey by itself. The test caught a failure that nobody told it of. It is not proof: what is wrong in both directions alike, comes home.

# %% [markdown]
# ### Exercise 13.1: whom to believe
#
# Return a mask that is True where a pixel comes back to within `limit` pixels of its start. `distance` is what `flowlab.consistency` returns: infinite where a pixel leaves the frame. A flow that is unknown there, NaN, is not to be believed either.

# %% tags=["exercise-13.1"]
def believed_within(distance, limit):
    """Mask (H, W) of the pixels to believe; distance (H, W), perhaps inf or NaN."""
    return ...

# %%
course.check("13.1", believed_within)

# %% [markdown]
# ## Frames that were never taken
#
# At time $t$ a pixel of frame 1 has gone $t\,\mathbf{w}$, and one of frame 2 has $(1 - t)\,\mathbf{w}_b$ left to go back. Push both there (chapter 02 called it splatting), and mix.

# %%
from flowlab.field import splat


def between(img1, img2, t, flow, back):
    """The frame at time t, 0 < t < 1; frames (H, W, 3) float32, flows both ways."""
    pushed1, weight1 = splat(img1, np.float32(t) * flow)
    pushed2, weight2 = splat(img2, np.float32(1 - t) * back)
    weight1, weight2 = (1 - t) * weight1[..., None], t * weight2[..., None]
    return (weight1 * pushed1 + weight2 * pushed2) / np.maximum(weight1 + weight2, 1e-6)

# %%
half_way = drifting_portrait(31, step=0.5).frames[9]  # from frame 4 to 5
truth = half_way.astype(np.float32)
start, end = one.astype(np.float32), two.astype(np.float32)
middle = {
    "the mean of both": (start + end) / 2,
    "along the flow": between(start, end, 0.5, flow, back),
    "the truth": truth,
}
off = {name: float(np.abs(frame - truth).mean()) for name, frame in middle.items()}
print({name: round(value, 2) for name, value in off.items()})
middle = {name: frame.clip(0, 255).astype(np.uint8) for name, frame in middle.items()}
course.figure("frames between", middle, width=8)
course.claim(
    "Along the flow the grey levels are off by less than a third of the mean's.",
    off["along the flow"] < off["the mean of both"] / 3,
)

# %% [markdown]
# `examples/interpolate.py` does it in sixty lines with a rule for what is hidden. Slow motion is no more than several values of $t$.
#
# ## What moves on its own
#
# The camera moves, so *everything* moves. Still, most pixels belong to the table, and the median of all vectors is its motion. Take it off, and what remains moved by itself. A camera that turns or zooms moves each place differently: then fit a matrix to the flow, as in chapter 01, and take that off.

# %%
camera = np.median(flow, axis=(0, 1))
own = np.linalg.norm(flow - camera, axis=-1)
found, portrait = own > 4, clip.portrait[4]
overlap = (found & portrait).sum() / (found | portrait).sum()
print(f"camera {camera.round(1).tolist()} px, overlap with the true disc {overlap:.0%}")
course.figure(
    "own motion",
    {"own motion": own, "more than 4 px": found, "the truth": portrait},
)
course.claim(
    "The camera's motion is found to within a fifth of a pixel.",
    np.abs(camera - PAN).max() < 0.2,
)
course.claim(
    "The overlap of the found and the true disc, over their union, is above 2 / 3.",
    overlap > 2 / 3,
)

# %% [markdown]
# ### Exercise 13.2: take the camera off
#
# Return how far each pixel moves by itself, $\lVert \mathbf{w} - \tilde{\mathbf{w}} \rVert$, where $\tilde{\mathbf{w}}$ is the median of $u$ and the median of $v$ over the pixels that `valid` vouches for.

# %% tags=["exercise-13.2"]
def own_motion(flow, valid):
    """Own motion (H, W) in pixels, of a flow (H, W, 2) and a mask (H, W)."""
    camera = ...
    return ...

# %%
course.check("13.2", own_motion)

# %% [markdown]
# ## A network without PyTorch
#
# A telephone or a browser runs no PyTorch. It reads ONNX: a file with the network's operations and weights. The correlation goes into it as slices and products, so that any runtime understands it.

# %%
import onnxruntime

# Or your own: flowlab.load_model("runs/first/model.safetensors").
model = flowlab.load_model("flownetc-small").eval()
flowlab.export_onnx(model, folder / "flownetc.onnx")
quiet = onnxruntime.SessionOptions()
quiet.log_severity_level = 3  # errors only
runtime = onnxruntime.InferenceSession(folder / "flownetc.onnx", quiet)


def as_tensor(image):
    """An image (H, W, 3) uint8 as a batch (1, 3, H, W) of floats from 0 to 1."""
    return torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255


pair = [as_tensor(one), as_tensor(two)]
there = runtime.run(None, {"img1": pair[0].numpy(), "img2": pair[1].numpy()})[0]
with torch.no_grad():
    here = model(*pair).flow.numpy()
course.claim(
    "Both give the same flow, to a hundredth of a pixel.",
    float(np.abs(there - here).max()) < 0.01,
)

# %% [markdown]
# ## The correlation layer in a network of your own
#
# Two cameras side by side, as two eyes: a point in the left picture stands $\delta$ pixels further left in the right one, and $\delta$ tells its distance. So stereo is flow along a row. Here is a matcher in twenty lines. Three convolutions describe each place; `flowlab.Correlation` compares; of its channels we keep the row without vertical motion, and the answer is the mean disparity, weighed by the scores.

# %%
from torch import nn


def features(channels):
    """Three convolutions: an image in, features at a quarter of its size out."""
    return nn.Sequential(
        nn.Conv2d(3, channels, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Conv2d(channels, channels, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Conv2d(channels, channels, 3, padding=1),
    )


# %%
class Stereo(nn.Module):
    """Disparity (B, H, W) in pixels, from features at a quarter of the size."""

    def __init__(self, channels=24, reach=10):
        super().__init__()
        self.features = features(channels)
        self.compare = flowlab.Correlation(
            max_displacement=reach, stride2=1, pad_size=reach
        )
        self.sharpness, self.reach = nn.Parameter(torch.tensor(2.0)), reach

    def describe(self, image):
        return nn.functional.normalize(self.features(image - 0.5), dim=1)

    def forward(self, left, right):
        a, b = self.describe(left), self.describe(right)
        D = 2 * self.reach + 1  # channels along dy and along dx; dy = 0 is the middle
        row = self.compare(a, b).unflatten(1, (D, D))[:, self.reach]
        # To the left only: disparity 0, 1, ..., reach.
        scores = a.shape[1] * row[:, : self.reach + 1].flip(1)
        share = torch.softmax(self.sharpness.exp() * scores, dim=1)
        steps = torch.arange(self.reach + 1.0).view(-1, 1, 1)
        disparity = 4 * (share * steps).sum(1, keepdim=True)
        size = {"size": left.shape[2:], "mode": "bilinear"}
        return nn.functional.interpolate(disparity, **size)[:, 0]

# %% [markdown]
# It trains on pairs cut out of photographs, and is judged on a real one that it never saw: the motorcycle, with the scanner's truth.

# %%
from flowlab_course.chapters.ch13.stereo import stereo_batch
from flowlab.datasets.samples import motorcycle

bike = motorcycle(reduce=0.5)
eyes = [as_tensor(bike.img1), as_tensor(bike.img2)]


def on_the_bike(model):
    """Mean error in pixels on the motorcycle, and the disparity."""
    with torch.no_grad():
        disparity = model(*eyes)[0].numpy()
    return float(np.abs(disparity + bike.flow[..., 0])[bike.valid].mean()), disparity

# %% tags=["nbval-ignore-output"]
torch.manual_seed(0)
stereo, rng = Stereo(), np.random.default_rng(0)
untrained, _ = on_the_bike(stereo)
optimizer = torch.optim.Adam(stereo.parameters(), 2e-3)
for step in range(120):
    left, right, disparity = stereo_batch(rng)
    loss = nn.functional.smooth_l1_loss(stereo(left, right), disparity)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 39:
        error = on_the_bike(stereo)[0]
        print(f"step {step + 1}: {error:.1f} px, untrained {untrained:.1f} px")

# %%
trained, disparity = on_the_bike(stereo)
still = float(np.abs(bike.flow[..., 0])[bike.valid].mean())
measured = np.where(bike.valid, -bike.flow[..., 0], 0)
course.figure(
    "motorcycle",
    {
        "left": bike.img1,
        "disparity, your network": disparity,
        "the truth": measured,
    },
    limit=30,
)
course.claim(
    "Training has taken off more than a quarter of the error.",
    trained < 0.75 * untrained,
)
course.claim(
    "The error is less than a third of the mean disparity.",
    trained < still / 3,
)

# %% [markdown]
# Half a minute of training, and the gradient went through a layer that has no weights, into the convolutions in front of it. That is how FlowNetC learns, too.
#
# ## A network trained further on your own pairs
#
# The networks of this package have learnt from flying chairs. Your pictures may be of another kind: in a stereo pair, for example, everything moves to the left. If you have pairs with a known flow, the command `train` goes on from a network's weights. This is called *fine-tuning*. A pair is three files: `x_img1.png`, `x_img2.png` and `x_flow.flo`, for any x. We write 48 of the stereo pairs made of photographs. The command holds out a tenth of them, and measures the error on these before the first step and after the last one. The motorcycle, a real stereo pair, is not among the 48.

# %% tags=["nbval-ignore-output"]
from flowlab.training.run_folder import read_log
from flowlab_course.chapters.ch13.stereo import write_pairs

write_pairs(folder / "pairs", count=48)
words = ["train", "--data", "pairs", "--init", "flownets-small", "--out", "tuned"]
tuned = command(*words, "--steps", "60", "--no-progress")
rows = [row for row in read_log(folder / "tuned") if "epe" in row]
held_out = {row["event"]: row["epe"] for row in rows}
course.claim(
    "The error on the pairs held out has fallen by at least 10 %.",
    tuned == 0 and held_out["validation"] < 0.9 * held_out["before"],
)
network = flowlab.load_model(folder / "tuned" / "model.safetensors")
before = flowlab.evaluate("flownets-small", [bike])["epe"]
after = flowlab.evaluate(network, [bike])["epe"]
print(f"motorcycle: {before:.2f} px before, {after:.2f} px after")
course.claim("The error on the motorcycle is lower than before.", after < before)

# %% [markdown]
# A network that learns a new kind of pairs forgets some of the old kind. The recipe does two things against it. Half of the pairs that it trains on are generated chairs, which is called *rehearsal*. And the result is the mean of the weights from before and the trained ones, as Wortsman and others proposed in 2022. `docs/training.md` has a table of what this gains and what it costs, and the options: several data sets, sparse flow, pairs of several sizes, and which pairs are held out.
#
# ## Recap
#
# - `predict` takes two pictures, a folder or a video, goes on where it was stopped, and says in one line what is wrong. In a program it is `flowlab.video.flows`.
# - Colours compare only on one scale.
# - There and back tells, without a truth, where not to believe. What is hidden fails first.
# - Frames in between are both frames pushed along the flow; what moves on its own is what is left when the camera's motion is taken off.
# - Networks leave as ONNX files, and the correlation layer works in any network that compares.
# - `train --init` trains a network further on pairs of your own; the error on held-out pairs says what that is worth.

# %% [markdown]
# ## Quiz

# %%
course.quiz("13")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 13.3: a disparity from scores
#
# `scores` has the shape `(D, H, W)`: at each place, how well disparity $0, 1, \dots, D - 1$ fits. Return the mean disparity, weighed by the softmax of `sharpness` times the scores.

# %% tags=["exercise-13.3"]
def mean_disparity(scores, sharpness):
    """Disparity (H, W), a tensor, from scores (D, H, W)."""
    share = torch.softmax(sharpness * scores, dim=0)
    return ...

# %%
course.check("13.3", mean_disparity)

# %% [markdown]
# ### Open task: a limit that fits the motion
#
# No checker here: this one is for a conversation. The test there and back had one limit, 1 pixel, for all pixels. Take frames 4 and 8 of the clip, between which everything moves four times as far, with `estimate` there and back, and the limits 0.25, 1 and 4 pixels. Before you run it, say for each limit which share of the pixels passes, and how large the mean error of those is. The true flow is four times `clip.flow[4]`. Then let the limit grow with the motion, as the first paper below does. Which limit would you take for slow motion, which to measure a speed? Why?

# %% [markdown]
# ## Further reading
#
# - [Dense Point Trajectories by GPU-accelerated Large Displacement Optical Flow](https://doi.org/10.1007/978-3-642-15549-9_32), Sundaram, Brox and Keutzer, 2010. Look at section 3 for the test there and back, with a limit that grows with the motion.
# - [Super SloMo](https://arxiv.org/abs/1712.00080), Jiang and others, 2018. Look at how two flows become the flow at time t, and at who decides what is hidden.
# - [Efficient Deep Learning for Stereo Matching](https://doi.org/10.1109/CVPR.2016.614), Luo, Schwing and Urtasun, 2016. Look for the product layer that compares left and right: you have just built it.

# %%
course.end()
