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
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 30 seconds.
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
print("frames", clip.frames.shape, " the table moves", PAN, "px a frame, the portrait", DRIFT)
course.pictures(
    {"frame 4": one, "frame 5": two, "true flow, arrows 4 times as long": flowlab.flow_to_image(clip.flow[4], max_flow=5)},
    arrows={"true flow, arrows 4 times as long": 4 * clip.flow[4]},
    alt="Two frames of a coffee cup with a round portrait before it, and their true flow: the table to the right, the disc to the lower left.",
    see="two motions and nothing between them: the table goes to the right, the portrait down to the left.",
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


ended = command("predict", "one.png", "two.png", "--as", "flo", "--as", "color", "--as", "mask")

# %% [markdown]
# Results are named after frame 1, and `--method` takes any name that you met in this course: `dis`, `horn-schunck`, `flownets-small`, a file that you trained. The numbers come back with one call:

# %%
flow, valid = flowlab.read_flow(folder / "flow" / "one.flo")
error = flowlab.epe(flow, clip.flow[4])
print(f"error of DIS on this pair: {error:.2f} px")
course.claim("The command has ended well, and every pixel has a flow.", ended == 0 and bool(valid.all()))
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

video_ended = command("predict", "clip.mp4", "--out", "clip", "--method", "dis-fast", "--as", "color", "--as", "video", "--no-progress")

# %%
again = command("predict", "clip.mp4", "--out", "clip", "--method", "dis-fast", "--as", "color", "--as", "video", "--no-progress")
made = list(flowlab.video.frames(folder / "clip" / "flow.mp4"))
course.claim("16 frames have 15 flows between them.", len(made) == 15 and again == video_ended == 0)

# %% [markdown]
# The second time nothing was left to do: results that are there are not computed again. If the lid of your laptop closes half way through a film, the same command goes on half way.
#
# In your own program the same is a loop, and each step carries its frames, its flow and, if you ask, the way back:

# %%
from functools import partial

from flowlab.classical import run

estimate = partial(run, "dis")
steps = flowlab.video.flows(flowlab.video.frames(folder / "clip.mp4"), estimate, backward=True)
believed = [step.consistent.mean() for step in steps]
print("believed, step by step:", " ".join(f"{share:.0%}" for share in believed[:6]), "...")

# %% [markdown]
# ## Reading colours
#
# Colours mean lengths only on a scale, and everyone who compares two flow pictures without looking at the scale has been fooled once. Here is one flow on three of them.

# %%
scales = {f"full colour at {scale} px": flowlab.flow_to_image(flow, max_flow=scale) for scale in (2, 5, 30)}
course.pictures(
    scales,
    width=7,
    alt="The same flow three times: strong and darkened colours, clear colours, and almost white.",
    see="on the left everything is beyond the scale and darkened; on the right the same motion looks like none.",
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
    options=["those that frame 2 hides", "those on even areas", "those that move fastest"],
)

# %%
back = estimate(two, one)
distance = flowlab.consistency(flow, back)
failed, hidden = distance > 1, ~clip.seen[4]
print(f"fail: {failed[hidden].mean():.0%} of the hidden pixels, {failed[~hidden].mean():.0%} of the others")
course.answer(guess, "those that frame 2 hides", "A hidden pixel lands on what hides it, and that goes its own way back.")
course.claim("Hidden pixels fail at least five times as often.", failed[hidden].mean() > 5 * failed[~hidden].mean())

# %%
errors = flowlab.epe_map(flow, clip.flow[4])
course.pictures(
    {"comes back to within 1 px": ~failed, "true error": errors, "what frame 2 hides": hidden},
    limit=4,
    width=7,
    alt="A mask that is black along the portrait's left rim and the frame's right edge, the true error, bright at the same places, and the hidden pixels.",
    see="the test never saw the truth, and yet its black pixels lie where the error is.",
)
course.claim("What passes has less than a quarter of the error of what fails.", errors[~failed].mean() < errors[failed].mean() / 4)

# %% [markdown]
# Move the limit yourself. A strict one keeps few pixels and good ones; where you draw the line depends on what a mistake costs you.

# %%
widgets.trust_by_consistency()

# %% [markdown]
# What you should see: with the pair *four frames on*, the portrait moves too far for DIS, and much of the disc turns grey by itself. The test caught a failure that nobody told it of. It is not proof: what is wrong in both directions alike, comes home.
#
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
truth = drifting_portrait(31, step=0.5).frames[9].astype(np.float32)  # half way from frame 4 to 5
start, end = one.astype(np.float32), two.astype(np.float32)
frames = {"the mean of both": (start + end) / 2, "along the flow": between(start, end, 0.5, flow, back), "the truth": truth}
off = {name: float(np.abs(frame - truth).mean()) for name, frame in frames.items()}
print({name: round(value, 2) for name, value in off.items()})
course.pictures(
    {name: frame.clip(0, 255).astype(np.uint8) for name, frame in frames.items()},
    width=8,
    alt="Three frames: the mean shows everything twice, the frame along the flow is sharp like the true one.",
    see="the mean is a double exposure; along the flow the face has one pair of eyes.",
)

# %%
course.claim("Along the flow the grey levels are off by less than a third of the mean's.", off["along the flow"] < off["the mean of both"] / 3)

# %% [markdown]
# `examples/interpolate.py` does it in sixty lines with a rule for what is hidden. Slow motion is no more than several values of $t$.
#
# ## What moves on its own
#
# The camera moves, so *everything* moves. Still, most pixels belong to the table, and the median of all vectors is its motion. Take it off, and what remains moved by itself.

# %%
camera = np.median(flow, axis=(0, 1))
own = np.linalg.norm(flow - camera, axis=-1)
found, portrait = own > 4, clip.portrait[4]
overlap = (found & portrait).sum() / (found | portrait).sum()
print(f"camera {camera.round(1).tolist()} px, overlap with the true disc {overlap:.0%}")
course.pictures(
    {"own motion": own, "more than 4 px": found, "the truth": portrait},
    alt="A map of own motion, bright on the disc, the mask above 4 pixels, and the true disc.",
    see="a disc with a soft rim: at its border DIS mixes both motions.",
)
course.claim("The camera's motion is found to within a fifth of a pixel.", np.abs(camera - PAN).max() < 0.2)
course.claim("Found and true disc overlap by more than two thirds.", overlap > 2 / 3)

# %% [markdown]
# A camera that turns or zooms moves each place differently. Then fit a matrix to the flow, as in chapter 01, and take that off.
#
# ## A network without PyTorch
#
# A telephone or a browser runs no PyTorch. It reads ONNX: a file with the network's operations and weights. The correlation goes into it as slices and products, so that any runtime understands it.

# %%
import onnxruntime

model = flowlab.load_model("flownetc-small").eval()  # or your own: flowlab.load_model("runs/first/model.safetensors")
flowlab.export_onnx(model, folder / "flownetc.onnx")
quiet = onnxruntime.SessionOptions()
quiet.log_severity_level = 3  # errors only
runtime = onnxruntime.InferenceSession(folder / "flownetc.onnx", quiet)
pair = [torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255 for image in (one, two)]
there = runtime.run(None, {"img1": pair[0].numpy(), "img2": pair[1].numpy()})[0]
with torch.no_grad():
    here = model(*pair).flow.numpy()
course.claim("Both give the same flow, to a hundredth of a pixel.", float(np.abs(there - here).max()) < 0.01)

# %% [markdown]
# ## The correlation layer in a network of your own
#
# Two cameras side by side, as two eyes: a point in the left picture stands $\delta$ pixels further left in the right one, and $\delta$ tells its distance. So stereo is flow along a row. Here is a matcher in twenty lines. Three convolutions describe each place; `flowlab.Correlation` compares; of its channels we keep the row without vertical motion, and the answer is the mean disparity, weighed by the scores.

# %%
from torch import nn


class Stereo(nn.Module):
    """Disparity (B, H, W) in pixels, from features at a quarter of the size."""

    def __init__(self, channels=24, reach=10):
        super().__init__()
        first, second = nn.Conv2d(3, channels, 5, 2, 2), nn.Conv2d(channels, channels, 5, 2, 2)
        self.features = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.Conv2d(channels, channels, 3, 1, 1))
        self.compare = flowlab.Correlation(max_displacement=reach, stride2=1, pad_size=reach)
        self.sharpness, self.reach = nn.Parameter(torch.tensor(2.0)), reach

    def forward(self, left, right):
        a, b = (nn.functional.normalize(self.features(image - 0.5), dim=1) for image in (left, right))
        D = 2 * self.reach + 1
        row = self.compare(a, b).unflatten(1, (D, D))[:, self.reach]  # dy = 0; dx from -reach to reach
        scores = a.shape[1] * row[:, : self.reach + 1].flip(1)  # to the left only: disparity 0, 1, ...
        share = torch.softmax(self.sharpness.exp() * scores, dim=1)
        disparity = (share * torch.arange(self.reach + 1.0).view(-1, 1, 1)).sum(1, keepdim=True)
        return nn.functional.interpolate(4 * disparity, left.shape[-2:], mode="bilinear")[:, 0]


# %% [markdown]
# It trains on pairs cut out of photographs, and is judged on a real one that it never saw: the motorcycle, with the scanner's truth.

# %%
from flowlab_course.chapters.ch13.stereo import stereo_batch
from flowlab.datasets.samples import motorcycle

bike = motorcycle(reduce=0.5)
eyes = [torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255 for image in (bike.img1, bike.img2)]


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
        print(f"step {step + 1}: {on_the_bike(stereo)[0]:.1f} px on the motorcycle, untrained {untrained:.1f} px")

# %%
trained, disparity = on_the_bike(stereo)
still = float(np.abs(bike.flow[..., 0])[bike.valid].mean())
course.pictures(
    {"left": bike.img1, "disparity, your network": disparity, "the truth": np.where(bike.valid, -bike.flow[..., 0], 0)},
    limit=30,
    alt="The motorcycle, its disparity by the small network, brighter where it is near, and the measured truth.",
    see="the near wheel and the far wall in the right order, with rims that a quarter of the size cannot draw.",
)

# %%
course.claim("Training has taken off more than a quarter of the error.", trained < 0.75 * untrained)
course.claim("The error is less than a third of the mean disparity.", trained < still / 3)

# %% [markdown]
# Half a minute of training, and the gradient went through a layer that has no weights, into the convolutions in front of it. That is how FlowNetC learns, too.

# %% [markdown]
# ## Recap
#
# - `predict` takes two pictures, a folder or a video, goes on where it was stopped, and says in one line what is wrong. In a program it is `flowlab.video.flows`.
# - Colours compare only on one scale.
# - There and back tells, without a truth, where not to believe. What is hidden fails first.
# - Frames in between are both frames pushed along the flow; what moves on its own is what is left when the camera's motion is taken off.
# - Networks leave as ONNX files, and the correlation layer works in any network that compares.

# %% [markdown]
# ## Quiz

# %%
course.quiz("13")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 13.1: whom to believe
#
# Return a mask that is True where a pixel comes back to within `limit` pixels of its start. `distance` is what `flowlab.consistency` returns: infinite where a pixel leaves the frame. A flow that is unknown there, NaN, is not to be believed either.

# %% tags=["exercise-13.1"]
def believed_within(distance, limit):
    """Mask (H, W) of the pixels to believe; distance (H, W) in pixels, perhaps inf or NaN."""
    return ...


# %%
course.check("13.1", believed_within)

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
# ## Further reading
#
# - [Dense Point Trajectories by GPU-accelerated Large Displacement Optical Flow](https://doi.org/10.1007/978-3-642-15549-9_32), Sundaram, Brox and Keutzer, 2010. Look at section 3 for the test there and back, with a limit that grows with the motion.
# - [Super SloMo](https://arxiv.org/abs/1712.00080), Jiang and others, 2018. Look at how two flows become the flow at time t, and at who decides what is hidden.
# - [Efficient Deep Learning for Stereo Matching](https://doi.org/10.1109/CVPR.2016.614), Luo, Schwing and Urtasun, 2016. Look for the product layer that compares left and right: you have just built it.

# %%
course.end()
