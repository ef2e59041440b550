# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 00 · Start here
#
# > At the end of this chapter you have seen the motion between two photographs of your own, and you know how this course tells you, at once and in private, whether an answer is right.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Run a notebook of this course, move its widgets, and check the machine it runs on.
# 2. Say what the flow between two pictures is, and read a vector of it.
# 3. Use the four helpers of every chapter: guesses, claims, quizzes and checked exercises.
#
# **Time**: about 25 minutes to read and do; a laptop runs all cells in 10 seconds.
#
# **Needs**: nothing but Python. Two photographs of your own, taken a moment apart, are welcome.
#
# **Symbols**: $I_1, I_2$ the two pictures; $(x, y)$ a pixel, $x$ to the right and $y$ down; $(u, v)$ its displacement in pixels; $Z$ the depth of what it shows.

# %% [markdown]
# ## Your first cell
#
# A notebook is a page of text and *cells* of code. Click into the cell below and press **Shift + Enter**: it runs, and its result appears below it. Carry on like this, cell by cell, to the end of the page. *Run → Run All Cells* runs them all.
#
# You are reading a copy of your own. Change anything, break anything: the original is kept elsewhere, and `python -m flowlab_course fetch 00`, typed in a terminal (*File → New → Terminal*), brings it back.

# %%
# %matplotlib inline
import numpy as np

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch00 import figures, widgets

course.begin("00")

# %% [markdown]
# `profile laptop` means that everything runs on the processor, at small sizes, in minutes. On a machine with an NVIDIA card it says `gpu`, and the same cells run at full size. The next cell checks your machine. A line with ✗ says what is missing and what to type; a line with – names something that you can do without.

# %% tags=["nbval-ignore-output"]
from flowlab_course.doctor import report

report()

# %% [markdown]
# ## Two pictures
#
# Here are two pictures of a motorcycle in a garage, from the Middlebury stereo data (Scharstein and others, 2014). Two cameras took them, side by side: the second camera stood to the right of the first. The pictures look as if one camera had moved to the right while the scene stood still. They are called *frame* 1 and frame 2, like two pictures of a film.

# %%
from flowlab.datasets.samples import motorcycle

bike = motorcycle(reduce=0.5)
two = {"frame 1": bike.img1, "frame 2": bike.img2}
course.figure("two frames", two, axes=True)

# %% [markdown]
# Before you go on, a guess. Choose one answer: a guess teaches you something only if you commit to it.

# %%
guess = course.predict_first(
    "near or far",
    "Frame 2 was taken further right. Which moves further between the two "
    "frames, the motorcycle or the shelf behind it?",
    options=["the motorcycle", "the shelf", "both move alike"],
)

# %% [markdown]
# ## The flow between them
#
# *Optical flow* answers that question for every pixel at once. The idea goes back to the psychologist James Gibson (1950), who described what a pilot sees while landing. For each pixel $(x, y)$ of frame 1 the flow gives two numbers, $u$ and $v$: in frame 2, the same point of the scene lies $u$ pixels further right and $v$ pixels further down. If the point is visible in frame 2 and has the same brightness, then
#
# $$I_1(x, y) = I_2(x + u,\; y + v)$$
#
# One line computes a flow here, with DIS (*dense inverse search*, Kroeger and others, 2016). DIS is a *classical* method: nothing in it was learnt from data. You meet it again in chapter 04, and later you compare your own networks with it.

# %%
from flowlab.classical import run

flow = run("dis", bike.img1, bike.img2)

# %% [markdown]
# A flow is an array with the height and width of the picture, and two numbers at each pixel. Read two of its vectors: on the hub of the front wheel, and on the shelf.

# %%
hub, shelf = (188, 303), (20, 200)  # (y, x): rows first, as in any NumPy array
near, far = -flow[hub][0], -flow[shelf][0]
course.answer(
    guess,
    "the motorcycle",
    "The motorcycle is nearer to the cameras, and near things move further, "
    "as the trees beside a train do.",
)

# %%
print("pictures", bike.img1.shape, "  flow", flow.shape, flow.dtype)
for name, (y, x) in {"hub": hub, "shelf": shelf}.items():
    u, v = flow[y, x].round()
    print(f"{name:5} at x = {x}, y = {y}: u = {u:+.0f} px, v = {v:+.0f} px")
course.claim(
    "By DIS and in truth, the hub moves more than three times as far to the left "
    "as the shelf.",
    near > 3 * far and bike.flow[hub][0] < 3 * bike.flow[shelf][0],
)

# %% [markdown]
# This is *parallax*: seen from two places side by side, near things move further than far ones. The depth $Z$ of a point is its distance along the camera's axis. For this pair
#
# $$-u = f B \,\frac{1}{Z} - c$$
#
# where $f$ is the focal length of the cameras in pixels and $B$ their distance. The *principal point* of a picture is where the camera's axis meets it; $c$ is its column in the right picture minus that in the left. So $u$ is an affine function of $1/Z$, the *inverse depth*, and depth follows from $u$. This is *stereo vision*.

# %%
f, B, c = 497.5, 0.193, 15.5  # px, m, px: published with the pair, here for half size
depth, true_depth = (f * B / (c - w[..., 0]) for w in (flow, bike.flow))
print(f"depth of the hub {depth[hub]:.1f} m, of the shelf {depth[shelf]:.1f} m")
course.claim(
    "Both are within 5 % of the depth that belongs to the true flow.",
    max(abs(depth[at] / true_depth[at] - 1) for at in (hub, shelf)) < 0.05,
)

# %% [markdown]
# A line with ✓ is a *claim*: a sentence with a test behind it. If the sentence were false on your machine, with your numbers, the cell would stop with an error. The explanations are not tested in this way; read them critically.
#
# ## A picture of the flow
#
# Nobody can read ninety thousand pairs of numbers. So a flow is drawn in colours (Baker and others, 2007): the *hue* gives the direction of a vector, and the strength of the colour, its *saturation*, gives the length. The small wheel beside the picture is the key.

# %%
places = {"hub": hub, "shelf": shelf}
course.figure("flow in colours", figures.flow_in_colours(bike.img1, flow, places, 30))

# %% jupyter={"source_hidden": true}
# Claims: what you should see in the colours is so.
degrees_from_left = np.degrees(np.arctan2(flow[..., 1], -flow[..., 0]))
course.claim(
    "One hue: at 95 of 100 pixels or more, the flow is within 20 degrees of left.",
    (np.abs(degrees_from_left) < 20).mean() >= 0.95,
)
lengths = np.linalg.norm(flow, axis=-1)
course.claim(
    "The flow is longer on the hub than in the median, and shorter on the shelf.",
    lengths[hub] > np.median(lengths) > lengths[shelf],
)
corner = np.s_[230:, :15]
arrival = np.arange(15) + bike.flow[corner][..., 0]
course.claim(
    "The lower left corner truly leaves the picture; the mean error of DIS there "
    "is over 3 px.",
    bike.valid[corner].all()
    and (arrival < 0).all()
    and flowlab.epe(flow[corner], bike.flow[corner], bike.valid[corner]) > 3,
)

# %% [markdown]
# ## Your own two photographs
#
# Now take two photographs with the same camera, a moment apart: move the camera a little, let someone walk, push a cup. Upload both below. They stay on this machine: the notebook sends nothing anywhere.
#
# No photographs at hand? Choose one of the pairs that are there. The slider mixes frame 1 into frame 2, and its play button makes the motion visible. One of the methods is a network: `flownetc-small`, a small version of FlowNetC (Dosovitskiy and others, 2015), which you build in chapter 10. It was trained on pictures that a program drew, sliding textures and flying chairs, and on nothing else.

# %%
from flowlab.evaluation import method_of

widgets.flow_between_two_pictures(
    lambda method, img1, img2: method_of(method)(img1, img2),
    ["dis", "flownetc-small", "dis-ultrafast", "farneback"],
)

# %% [markdown]
# What you should see: where your pictures have texture, the colours often follow what moved. Four things are hard for most methods, and the colours there are often wrong:
#
# - white walls, which have no texture (chapters 03 and 04);
# - places that one frame shows and the other hides, beside moving things (chapter 02);
# - small things that move far (chapter 04);
# - reflections and changes of light, which break an assumption of the classical methods (chapter 03 names it).
#
# DIS has several presets. The fastest, `dis-ultrafast`, takes fewer steps, on coarser pictures, and leaves out the last stage, the variational refinement. Is it worse?

# %%
fast = run("dis-ultrafast", bike.img1, bike.img2)
careful_error = flowlab.epe(flow, bike.flow, bike.valid)
fast_error = flowlab.epe(fast, bike.flow, bike.valid)
zero_error = flowlab.epe(np.zeros_like(flow), bike.flow, bike.valid)
print(f"mean error: dis {careful_error:.1f} px, dis-ultrafast {fast_error:.1f} px")
print(f"of the flow 'nothing moves' {zero_error:.1f} px")
print(f"the true flow is known at {bike.valid.mean():.1%} of the pixels")

# %% jupyter={"source_hidden": true}
# Claims: which of the three is closer to the truth.
course.claim(
    "Both are closer to the true flow than 'nothing moves'.",
    max(careful_error, fast_error) < zero_error,
)
course.claim(
    "dis is closer to the true flow than dis-ultrafast.",
    careful_error < fast_error,
)

# %% [markdown]
# An error needs a measure, and a true flow to compare with. The measure is the topic of chapter 02. The true flow of this pair comes from its depth, which was measured with patterns of light that a projector threw on the scene. Where the patterns could not be read, the true flow is unknown.
#
# ## How you find out whether you are right
#
# Four helpers come with every chapter.
#
# - A **guess** like the one above, before a cell answers. It stays in a file of yours.
# - **Claims**, which test the text.
# - A **quiz** of five questions at the end. Each option explains why it is right or wrong.
# - **Exercises**: a function with a gap, and a cell that checks what you wrote. It compares shapes first, then values, and it recognises common mistakes. `course.hint("0.1")` gives a hint; call it again for the next one. `course.solution("0.1")` shows a solution. We trust you.
#
# Guesses and results are kept in `progress.json` beside your notebooks, on this machine only; a teacher sees them only if you hand the file in.
#
# Here is a small exercise, to try the checker. Replace the last line of the function, run the cell, then run the check below it.

# %% [markdown]
# ### Exercise 0.1: how far does the fastest pixel go?
#
# Write a function that takes a flow of shape `(H, W, 2)` and returns the length of its longest vector, $\max \sqrt{u^2 + v^2}$, as one number.

# %% tags=["exercise-0.1"]
def longest(flow):
    """The length of the longest vector of a flow (H, W, 2), in pixels."""
    u, v = flow[..., 0], flow[..., 1]
    return ...


# %%
course.check("0.1", longest)

# %% [markdown]
# ## The way ahead
#
# | chapters | what you will have at the end |
# |---|---|
# | 01, 02 | flow fields read, warped, and their errors measured |
# | 03, 04 | the two classical ideas, built by you, and where they fail |
# | 05, 06 | your own supply of training pairs: chairs that fly |
# | 07, 08, 09, 10 | FlowNet in both versions, with the correlation layer down to its CUDA kernel |
# | 11, 12 | a network that you trained, compared with the classical methods |
# | 13, 14 | your own project, and what came after FlowNet |

# %% [markdown]
# ## Recap
#
# - The flow between two frames gives, for every pixel of frame 1, the displacement $(u, v)$ to the same point in frame 2: $u$ to the right, $v$ down, in pixels.
# - It is an array of shape `(H, W, 2)`. In a colour picture of it, the hue is the direction and the saturation the length.
# - Seen from two places side by side, near things move further than far ones: parallax. The flow between two such cameras gives the depth.
# - Guesses, claims, quizzes and checks tell you at once whether an answer is right.

# %% [markdown]
# ## Quiz

# %%
course.quiz("00")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 0.2: half the picture, half the flow?
#
# Both pictures are shrunk to half their height and width by keeping every second row and column, beginning with the first. Return the flow between the small pictures, in pixels of the small pictures.

# %% tags=["exercise-0.2"]
def halve(flow):
    """The flow (H/2, W/2, 2) of the picture at half the size."""
    return ...


# %%
course.check("0.2", halve)

# %% [markdown]
# ### Open task: back again
#
# No checker here: this one is for a conversation. Exchange the two frames: `back = run("dis", bike.img2, bike.img1)`. Before you run it, say which way its arrows point. Then compare `back` with `-flow`, pixel by pixel: draw the length of their difference as a map. Where do the two agree, and where do they differ? Why is `back` not equal to `-flow`, even where both flows are right?

# %% [markdown]
# ## Terms
#
# - *frame* (帧): one picture out of a sequence; the flow belongs to the pixels of the first of two.
# - *optical flow* (光流): for each pixel of one frame, the displacement to where the next frame has the same point of the scene.
# - *parallax* (运动视差): near things move further in the picture than far ones when the camera moves sideways.
# - *inverse depth* (逆深度): one divided by the distance along the camera's axis; between two cameras side by side the flow is an affine function of it.
# - *stereo vision* (立体视觉): finding depth from two pictures that were taken side by side.

# %% [markdown]
# ## Further reading
#
# - [A Database and Evaluation Methodology for Optical Flow](https://doi.org/10.1007/s11263-010-0390-2), Baker and others, 2011. Look at its first figures: how flow with a known truth is made.
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read the abstract and look at Figure 2: you will have built both networks in it by chapter 10.
# - [Fast Optical Flow using Dense Inverse Search](https://arxiv.org/abs/1603.03590), Kroeger and others, 2016. Look at Figure 1: time against error, with presets of DIS as points.

# %%
course.end()
