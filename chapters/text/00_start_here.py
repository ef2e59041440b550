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
# > In five minutes you will see the motion between two photographs of your own, and know how this course tells you, at once and in private, whether you are right.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Run a notebook of this course, move its widgets, and check the machine it runs on.
# 2. Say what the flow between two pictures is, and read one vector of it.
# 3. Use the four helpers that will accompany you: guesses, claims, quizzes and checked exercises.
#
# **Time**: about 25 minutes to read and do; a laptop runs all cells in 10 seconds.
#
# **Needs**: nothing but Python. Two photographs of your own, taken a moment apart, are welcome.
#
# **Symbols**: $I_1, I_2$ the two pictures; $(x, y)$ a pixel, $x$ to the right and $y$ down; $(u, v)$ its displacement in pixels.

# %% [markdown]
# ## Your first cell
#
# A notebook is a page of text and *cells* of code. Click into the cell below and press **Shift + Enter**: it runs, and its answer appears beneath it. Go on so, cell by cell, to the end of the page. *Run → Run All Cells* does all of it at one stroke.
#
# You are reading your own copy. Change what you like, break what you like: the original stays where it is, and `python -m flowlab_course fetch 00`, typed in a terminal (*File → New → Terminal*), brings it back.

# %%
# %matplotlib inline
import numpy as np

import flowlab
import flowlab_course as course
from flowlab_course.chapters.ch00 import widgets

course.begin("00")

# %% [markdown]
# `profile laptop` means: everything on the processor, small sizes, minutes rather than hours. On a machine with an NVIDIA card it says `gpu`, and the same cells run at full size. The next cell looks at your machine. A line with ✗ tells you what is missing and what to type; a line with – is something you can do without.

# %% tags=["nbval-ignore-output"]
from flowlab_course.doctor import report

report()

# %% [markdown]
# ## Two pictures
#
# Here are two pictures of a motorcycle in a garage. Between the first and the second, the camera moved a little to the right. Nothing else moved.

# %%
from flowlab.datasets.samples import motorcycle

bike = motorcycle(reduce=0.5)
course.figure("two frames", {"frame 1": bike.img1, "frame 2": bike.img2})

# %% [markdown]
# Before you go on, a guess. Write it down: a guess that you can take back afterwards teaches nothing.

# %%
guess = course.predict_first(
    "near or far",
    "The camera moved to the right. Which moves further between the two pictures, "
    "the motorcycle or the shelf behind it?",
    options=["the motorcycle", "the shelf", "both move alike"],
)

# %% [markdown]
# ## The flow between them
#
# *Optical flow* answers that question for every pixel at once. For each pixel $(x, y)$ of the first picture it gives two numbers, $u$ and $v$: how far to the right, and how far down, to go in the second picture in order to find the same point of the scene again.
#
# $$I_1(x, y) = I_2(x + u,\; y + v)$$
#
# One line computes it here. The method, DIS, has no network in it: it is the best of the fast classical ones, you meet it again in chapter 04, and the networks that you will train have to beat it.

# %%
from flowlab.classical import run

flow = run("dis", bike.img1, bike.img2)

# %% [markdown]
# A flow is an array with the height and width of the picture, and two numbers at each pixel. Let us read one of them, on the hub of the front wheel, and compare it with the shelf behind.

# %%
hub, shelf = (188, 303), (20, 200)  # (y, x): rows first, as in any NumPy array
near, far = -flow[hub][0], -flow[shelf][0]
course.answer(
    guess,
    "the motorcycle",
    "What is near moves further, as trees beside a train do: "
    "in a pair like this, flow is depth.",
)

# %%
print("pictures", bike.img1.shape, "  flow", flow.shape, flow.dtype)
for name, (y, x) in {"hub": hub, "shelf": shelf}.items():
    u, v = flow[y, x].round()
    print(f"{name:5} at x = {x}, y = {y}: u = {u:+.0f} px, v = {v:+.0f} px")
course.claim(
    "The wheel's hub moves at least three times as far to the left as the shelf.",
    near > 3 * far,
)

# %% [markdown]
# A line with ✓ is a *claim*. The cell would have stopped with an error if the sentence were not so on your machine, with your numbers. Whatever the text of this course asserts, a cell near it claims.
#
# ## A picture of the flow
#
# Ninety thousand pairs of numbers are nothing to look at. So a flow is drawn in colours: the hue says in which direction a pixel goes, the strength of the colour how far.

# %%
course.figure(
    "flow in colours",
    {"frame 1": bike.img1, "flow to frame 2": flow},
    arrows={"flow to frame 2": flow},
    limit=30,
)

# %% jupyter={"source_hidden": true}
# Claims: what you should see in the colours is so.
to_the_left = -flow[..., 0]
share = (to_the_left > 0).mean()
course.claim("At least 95 of 100 pixels move to the left.", share > 0.95)
course.claim(
    "The median motion is more than 5 and less than 30 pixels.",
    5 < np.median(to_the_left) < 30,
)

# %% [markdown]
# ## Your own two photographs
#
# Now yours. Take two photographs with the same camera, a moment apart: turn your head a little, let someone walk, push a cup. Upload both below. They stay on this machine: the notebook talks to nobody.
#
# No photographs at hand? Choose the other pair. The slider mixes frame 1 into frame 2, which is the quickest way to *see* a motion. And among the methods is a network already: `flownetc-small`, a quarter as wide as the one that you build in chapter 10, which has seen nothing but flying chairs in its life.

# %%
from flowlab.evaluation import method_of

widgets.flow_between_two_pictures(
    lambda method, img1, img2: method_of(method)(img1, img2),
    ["dis", "flownetc-small", "dis-ultrafast", "farneback"],
)

# %% [markdown]
# What you should see: where your pictures have texture, the colours are calm and follow the outlines of what moved. On white walls, in reflections, and beside things that cover what was visible before, they become strange. None of that is a mistake of yours. Those are the three difficulties of the whole field, and each has its chapter. The network's colours are softer: it thinks in coarse pixels, and it guesses where there is nothing to see.
#
# Try the fastest preset too. It is the same method with less care:

# %%
fast = run("dis-ultrafast", bike.img1, bike.img2)
careful_error = flowlab.epe(flow, bike.flow, bike.valid)
fast_error = flowlab.epe(fast, bike.flow, bike.valid)
zero_error = flowlab.epe(np.zeros_like(flow), bike.flow, bike.valid)
print(f"careful {careful_error:.1f} px, fast {fast_error:.1f} px", end=", ")
print(f"no motion {zero_error:.1f} px")

# %% jupyter={"source_hidden": true}
# Claims: which of the three is closer to the truth.
course.claim(
    "Both are closer to the measured truth than 'nothing moves'.",
    max(careful_error, fast_error) < zero_error,
)
course.claim(
    "The careful preset is closer than the fast one.",
    careful_error < fast_error,
)

# %% [markdown]
# "Closer" needs a measure and a truth. This pair has one: a scanner measured the depth of every point, so the true flow is known. Chapter 02 says how two flows are compared.
#
# ## How you find out that you are wrong
#
# Four helpers come with every chapter.
#
# - A **guess** like the one above, before a cell answers. Nobody sees it but you.
# - **Claims**, which keep the text honest.
# - A **quiz** of five questions at the end. Every answer, right or wrong, says why.
# - **Exercises**: a function with a gap, and a cell that checks what you wrote. It looks at shapes first, then at values, and it knows the mistakes that people make. `course.hint("0.1")` gives a hint, the next call the next one. `course.solution("0.1")` shows a solution. We trust you.
#
# What you solve is kept in `progress.json` beside your notebooks, on this machine only.
#
# A small exercise, so that you meet the checker before it matters. Replace the last line of the function, run the cell, then run the check below it. In later chapters a quick exercise follows the idea that it belongs to, and a larger one waits at the end.

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
# | 01, 02 | a feeling for flow fields, warping, and the measures of error |
# | 03, 04 | the two classical ideas, built by you, and where they break |
# | 05, 06 | your own supply of training pairs: chairs that fly |
# | 07, 08, 09, 10 | FlowNet in both versions, with the correlation layer down to its CUDA kernel |
# | 11, 12 | a network that you trained, judged honestly |
# | 13, 14 | your own project, and what came after FlowNet |

# %% [markdown]
# ## Recap
#
# - The flow between two pictures gives, for every pixel of the first, the displacement $(u, v)$ to the same point in the second: $u$ to the right, $v$ down, in pixels.
# - It is an array of shape `(H, W, 2)`. In colour, the hue is the direction and the strength the length.
# - When only the camera moves, near things move further than far ones.
# - Claims, guesses, quizzes and checks tell you where you stand.

# %% [markdown]
# ## Quiz

# %%
course.quiz("00")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 0.2: half the picture, half the flow?
#
# A picture is shrunk to half its height and width by keeping every second row and column. Return the flow that belongs to the small picture, in pixels of the small picture.

# %% tags=["exercise-0.2"]
def halve(flow):
    """The flow (H/2, W/2, 2) of the picture at half the size."""
    return ...


# %%
course.check("0.2", halve)

# %% [markdown]
# ### Open task: back again
#
# No checker here: this one is for a conversation. Exchange the two frames: `back = run("dis", bike.img2, bike.img1)`. Before you run it, say which way its arrows point. Then compare `back` with `-flow`, pixel by pixel: draw the length of their difference as a map. Where do the two agree, where do they not, and why is one not simply minus the other, even where both are right?

# %% [markdown]
# ## Further reading
#
# - [A Database and Evaluation Methodology for Optical Flow](https://doi.org/10.1007/s11263-010-0390-2), Baker and others, 2011. Look at its first figures: how flow with a known truth is made.
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read the abstract and look at Figure 2: you will have built both networks in it by chapter 10.
# - [Fast Optical Flow using Dense Inverse Search](https://arxiv.org/abs/1603.03590), Kroeger and others, 2016. Look at Figure 1: the trade of time against error, of which you have just tried two points.

# %%
course.end()
