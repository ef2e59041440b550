# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 05 · Making chairs
#
# > At the end of this chapter you make as many training pairs as you like, know their flow at every pixel, and can say why chairs that fly teach a network about the world.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Build a pair with exact flow from layers and matrices.
# 2. Explain heavy tails, and why a generator needs them.
# 3. Derive the backward flow and the occlusion of a pair that you made.
#
# **Time**: about 55 minutes to read and do; a laptop runs all cells in 20 seconds.
#
# **Needs**: chapters 01 and 02; matrices that turn and shift.
#
# **Symbols**: $A$ a 3 × 3 matrix that moves points $(x, y, 1)$; $A_0$ the background's, $A_i$ that of layer $i$; $z$ a normal random number.

# %%
# %matplotlib inline
import matplotlib.pyplot as plt
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.chairs import LESSONS, make_pair
from flowlab_course.chapters.ch05 import widgets

course.begin("05")

# %% [markdown]
# ## Where does truth come from?
#
# A network that learns flow needs pairs whose flow is known, and many: tens of thousands. Nobody can measure that many. The motorcycle of chapter 01 took a laboratory; the best real driving set has about two hundred pairs with truth, and at a part of their pixels only.
#
# The authors of FlowNet turned the question round. Do not measure what moved: *move it yourself*. They cut out pictures of chairs, pasted them on photographs, moved everything by known matrices, and called the result Flying Chairs. It looks absurd, and it worked. Their chairs cannot be handed on, so ours are built from scratch, and you may do with them what you like.
#
# ## A box that slides
#
# Everything is there in the smallest case: a background, a box, and one motion for each.

# %%
rng = np.random.default_rng(0)
H, W = 60, 90
ground = np.repeat(np.repeat(rng.integers(60, 200, (H // 6, W // 6, 3)), 6, 0), 6, 1).astype(np.uint8)
top, left, side, step = 20, 25, 18, 12


def draw(x):
    """The ground with a red box whose left edge stands at x; and a mask of the box."""
    image, box = ground.copy(), np.zeros((H, W), bool)
    box[top : top + side, x : x + side] = True
    image[box] = (200, 40, 40)
    return image, box


(img1, box1), (img2, box2) = draw(left), draw(left + step)
flow = np.zeros((H, W, 2), np.float32)
flow[box1, 0] = step  # known, because we did it
course.pictures(
    {"frame 1": img1, "frame 2": img2, "the flow": flowlab.flow_to_image(flow, max_flow=15)},
    alt="A red box on coloured tiles, the same box further right, and the flow: white with a red square where the box was.",
    see="the flow has the box's shape and place in frame 1. No method computed it: it is what we did.",
)

# %%
back = flowlab.warp(img2, flow)
course.claim("Frame 2, fetched along the flow, shows frame 1 wherever the box did not cover the ground.",
             bool((back == img1).all(-1)[~(box2 & ~box1)].all()))

# %% [markdown]
# ## Turn, grow, slide
#
# A box that slides would teach a network boxes that slide. So the generator grows: polygons, ellipses, thin bars; turning and scaling; several at once. Each step has a name in `LESSONS`. Here are six of them, up to furniture:

# %%
steps = ("boxes", "polygons", "rotation", "scaling", "thin", "flying chairs")
lessons = {name: make_pair(seed=1, index=3, size=(144, 192), config=LESSONS[name]) for name in steps}
for row in (steps[:3], steps[3:]):
    course.pictures(
        {name: lessons[name].img1 for name in row} | {f"flow, {name}": flowlab.flow_to_image(lessons[name].flow) for name in row},
        alt=f"First frames of the lessons {', '.join(row)}, and their flows in colours.",
        see="flat colours where things only slide, and shades within one thing where it turns or grows.",
    )
boxes = lessons["boxes"]
course.claim(
    "Where boxes only slide, each layer has one flow vector.",
    len(np.unique(boxes.flow.reshape(-1, 2), axis=0)) == len(np.unique(boxes.layers)),
)

# %% [markdown]
# Every layer moves by a *similarity*: it turns by an angle, grows by a factor, and slides. A chair moves first by itself, about its own centre, and is then carried along by the background:
#
# $$A_i = A_0 \cdot A_{\text{own}}, \qquad \mathbf{w}(\mathbf{x}) = A_i\,\mathbf{x} - \mathbf{x}$$
#
# where $i$ is the layer in front at $\mathbf{x}$. That is all there is to exact flow.

# %% jupyter={"source_hidden": true}
# Draw the layers of a scene, and the pair made of them.
from flowlab_course.chapters.ch05 import diagrams

course.figure("layers of a scene", diagrams.layers())

# %% [markdown]
# The pair keeps its matrices and its layers, so you can check:

# %%
pair = lessons["flying chairs"]
y, x = np.mgrid[: pair.flow.shape[0], : pair.flow.shape[1]]
points = np.stack([x, y, np.ones_like(x)], axis=-1)[..., None]  # (H, W, 3, 1)
matrices = pair.motions[pair.layers]  # (H, W, 2, 3): of the layer in front, pixel by pixel
moved = (matrices @ points)[..., 0]
course.claim("The flow is A x - x with the matrix of the layer in front.", np.allclose(moved - points[..., :2, 0], pair.flow, atol=1e-3))
print(f"{len(pair.motions)} matrices, {len(np.unique(pair.layers)) - 1} chairs visible in frame 1")

# %% [markdown]
# ## Furniture
#
# A chair is a good teacher: it has broad surfaces, straight and curved edges, and legs a few pixels wide with background between them. Ours are built in three dimensions, from parts as a joiner would use, and photographed from 62 views. Dress one.

# %%
widgets.dress_a_chair()

# %% [markdown]
# What you should see: the view walks around the chair, twice, from two heights. The seed changes measures, materials and light at once; a material of your choice leaves the shape as it is, and the alpha too. Without thin parts nothing is thinner than five centimetres, which looks clumsy and is kept for an experiment: how much do thin legs teach?
#
# ## Mostly still, now and then far
#
# How far should things move? Before you look, a guess.

# %%
guess = course.predict_first(
    "tails",
    "Chairs may slide by up to 120 px. What share of the draws slides by less than 12 px, a tenth of that?",
    options=["about a tenth", "about half", "about three quarters"],
)

# %%
from flowlab.chairs import MotionConfig

law = MotionConfig().chair_translation
draws = {name: law.sample(np.random.default_rng(0), 20_000, name) for name in ("heavy", "gaussian")}
fig, ax = plt.subplots(figsize=(7, 2.6))
for name, values in draws.items():
    ax.hist(values, bins=np.linspace(-120, 120, 81), histtype="step", lw=1.6, label=name, ls="-" if name == "heavy" else "--")
ax.set(yscale="log", xlabel="slide in px, at 512 x 384", ylabel="draws", title="two laws with the same standard deviation")
ax.legend()
course.show(
    fig,
    alt="Two histograms on a logarithmic axis: the heavy one with a tall peak at zero and long tails, the normal one a hump.",
    see="a needle at zero, and tails that reach to 120 px; the normal law with the same spread has neither.",
)

# %%
small = {name: np.mean(np.abs(values) < 12) for name, values in draws.items()}
far = {name: np.mean(np.abs(values) > 60) for name, values in draws.items()}
print({name: f"{small[name]:.0%} under 12 px, {far[name]:.1%} over 60 px" for name in draws})
course.answer(guess, "about three quarters", f"It is {small['heavy']:.0%}: the law is a power of a normal number, z cubed times 12.")
course.claim("The heavy law has more small slides than the normal one, and more large ones.",
             small["heavy"] > small["gaussian"] and far["heavy"] > far["gaussian"])

# %% [markdown]
# A power of a normal number does that: $z^3$ is tiny while $|z| < 1$ and large beyond. The world is like it. Most of what you see stands still; some of it crosses the picture. A network that never saw a far motion will not find one, and one that saw only far motions is no good at the rest.
#
# The flow of whole pairs follows. Here is ours beside what nine real pairs of the original measure: the share of pixels in four bands of length. Ours are made at an eighth of the size and counted in pixels of the full one.

# %%
lengths = []
for index in range(60):
    little = make_pair(seed=2, index=index, size=(48, 64))
    lengths.append(8 * np.linalg.norm(little.flow, axis=-1))  # (48, 64)
lengths = np.stack(lengths)
which = np.digitize(lengths, (1, 10, 40))  # the band of each pixel, 0 to 3
ours = np.stack([(which == band).mean(axis=(1, 2)) for band in range(4)], axis=1)  # (60, 4)
nine = np.array([0.13, 0.56, 0.29, 0.02])
fig, ax = plt.subplots(figsize=(7, 2.6))
places = np.arange(4)
ax.bar(places - 0.2, nine, 0.38, label="nine real pairs", hatch="//", edgecolor="0.2")
middle = np.percentile(ours, [25, 75], axis=0)
ax.bar(places + 0.2, ours.mean(0), 0.38, label="ours, 60 pairs; line: half of the pairs")
ax.vlines(places + 0.2, *middle, color="0.2")
ax.set(xticks=places, xticklabels=("under 1 px", "1 to 10", "10 to 40", "over 40"), ylabel="share of the pixels", ylim=(0, 1), title="how long is the flow?")
ax.legend()
course.show(
    fig,
    alt="Bars of four bands of flow length for nine real pairs and for ours: most pixels move 1 to 40 px, few more than 40.",
    see="the same order of bands. Ours has somewhat more beyond 40 px; and the line says how much single pairs differ.",
)

# %%
medians = np.median(lengths, axis=(1, 2))
median, most = np.percentile(lengths, (50, 95))
print(f"ours: median {median:.1f} px, 95 % below {most:.0f} px; medians of single pairs, middle half: "
      f"{np.percentile(medians, 25):.1f} to {np.percentile(medians, 75):.1f} px")
print("nine real pairs: median 4.7 px, 95 % below 28.5 px; medians of single pairs: 2.4 to 14 px")
course.claim("In both, most pixels move between 1 and 40 px, and one in ten or fewer moves further.",
             ours.mean(0)[1:3].sum() > 0.5 < nine[1:3].sum() and max(ours.mean(0)[3], nine[3]) < 0.11)
course.claim("The flow has heavy tails: one in twenty moves five times as far as the median, or more.", most > 5 * median)

# %% [markdown]
# Nine pairs are few, and their medians lie far apart: that is why an interval stands there and not a point. The laws themselves, drawn ten thousand times, agree with their formulas; the tests see to that.
#
# ## Is the flow exact?
#
# Chapter 02 gave us the test: fetch frame 2 along the flow. Where the scene is visible in both frames, frame 1 must come out, up to the rounding of two drawings.

# %%
fetched = flowlab.warp(pair.img2, pair.flow)
difference = np.abs(fetched.astype(float) - pair.img1).mean(-1)
course.pictures(
    {"frame 1": pair.img1, "frame 2": pair.img2, "difference after the warp": difference, "occluded, by layers": pair.occlusion},
    alt="A pair of flying chairs; the difference after fetching frame 2, dark but for some regions; the occlusion mask, white there.",
    see="the difference is dark except where the mask is white. Thin lines remain along edges, where a pixel is part chair, part ground.",
    limit=60,
)

# %%
visible, covered = np.median(difference[~pair.occlusion]) / 255, np.median(difference[pair.occlusion]) / 255
print(f"median difference: {visible:.4f} of full scale where visible, {covered:.3f} where occluded")
course.claim("Where visible, the median difference is below 0.02 of full scale.", visible < 0.02)
course.claim("Where occluded it is at least five times as large.", covered > 5 * visible)

# %% [markdown]
# Both frames are drawn from the same pictures of chairs, each once. Making frame 2 by warping frame 1 would be simpler and wrong: it would be blurred where frame 1 is sharp, and a network is quick to learn such a sign.
#
# ## What is hidden
#
# We also know what no method can see: which pixels of frame 1 are covered in frame 2. Their layer is not in front any more where they arrive. Move a layer, and watch.

# %%
widgets.move_a_layer()

# %% [markdown]
# What you should see: moving the front chair over the other hides a strip of it, and of the ground, on the side it goes to. Turning makes shades in its colour. When the ground slides, all slides, and a strip at the frame's edge leaves.
#
# Because the matrices can be inverted, the flow back from frame 2 is exact as well, and there-and-back gives zero where both frames see the scene:

# %%
from flowlab.field import consistency

gap = consistency(pair.flow, pair.backward_flow)
print(f"there and back: median miss {np.median(gap[~pair.occlusion]):.4f} px where visible")
course.claim("There-and-back misses by less than 0.05 px, in the median, where visible.", np.median(gap[~pair.occlusion]) < 0.05)
course.claim("Half of the occluded pixels and more do not come back to within a pixel.", np.median(gap[pair.occlusion]) > 1)

# %% [markdown]
# ## As many as you like
#
# A pair is named by two numbers, a seed and an index, and is the same bytes whenever it is made. So nothing need be stored: a training can make pairs as it goes. If you want files, one command writes the layout of the original, which any loader reads: `python -m flowlab chairs --count 2000 --out data/chairs`.

# %%
again = make_pair(seed=1, index=3, size=(144, 192), config=LESSONS["flying chairs"])
course.claim("The same seed and index give the same pair, bit by bit.",
             bool((again.img1 == pair.img1).all() and (again.img2 == pair.img2).all() and (again.flow == pair.flow).all()))

# %% [markdown]
# ## Beyond chairs
#
# A generator need not stop at what one paper did. `ChairsConfig` holds all its parameters: the shapes that fly, their number and sizes, and the distributions of their motions. Here cut-outs of any outline and combs of thin bars fly in place of chairs, more of them and smaller. The flow is as exact.

# %%
from flowlab.chairs import ChairsConfig

config = ChairsConfig(shapes=("cutout", "comb"), chairs=(30, 40), size_mean=120)
others = {index: make_pair(seed=4, index=index, size=(144, 192), config=config) for index in (1, 4)}
course.pictures(
    {f"{name}, {index}": image for index, p in others.items() for name, image in (("frame 1", p.img1), ("flow", flowlab.flow_to_image(p.flow)))},
    alt="Two frames with cut-outs and combs before painted backgrounds, and their flows in colours.",
    see="pieces of pictures with round or jagged outlines, and combs whose bars have the flow's colour, with the background between them.",
)


def median_difference(image, p):
    """Between an image and frame 1, in grey levels, where frame 2 shows the same points."""
    return float(np.median(np.abs(image.astype(float) - p.img1)[~p.occlusion]))


for index, p in others.items():
    print(f"pair {index}: {median_difference(p.img2, p):.0f} grey levels before the warp, {median_difference(flowlab.warp(p.img2, p.flow), p):.0f} after it")
course.claim("In both pairs the warp by the flow leaves less than a fifth of the median difference.",
             all(median_difference(flowlab.warp(p.img2, p.flow), p) < 0.2 * median_difference(p.img2, p) for p in others.values()))

# %% [markdown]
# ## Recap
#
# - Truth is cheap when you move things yourself: a layer, a matrix, and $\mathbf{w} = A\,\mathbf{x} - \mathbf{x}$.
# - A chair's matrix is the background's times its own; the flow is that of the layer in front.
# - Heavy tails: mostly small motions, now and then very large ones.
# - Both frames are drawn from the sprites; warping frame 1 would leave signs that a network learns.
# - Backward flow and occlusion come with the matrices and the layers.

# %% [markdown]
# ## Quiz

# %%
course.quiz("05")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 5.1: first your own, then the ground's
#
# Return the 3 × 3 matrix of a chair that moves by `own` and is then carried by `background`.

# %% tags=["exercise-5.1"]
def chain(background, own):
    """The 3 x 3 matrix of a chair: first its own motion, then the background's."""
    return ...


# %%
course.check("5.1", chain)

# %% [markdown]
# ### Exercise 5.2: the way back
#
# A whole picture moves by a 3 × 3 `matrix`. Return the flow from frame 2 back to frame 1, on frame 2's grid.

# %% tags=["exercise-5.2"]
def backward(matrix, height, width):
    """The flow (height, width, 2) from frame 2 back to frame 1, on frame 2's grid."""
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return ...


# %%
course.check("5.2", backward)

# %% [markdown]
# ### Exercise 5.3: hidden?
#
# Given the flow and the number of the layer in front in each frame, return a mask of the pixels of frame 1 that frame 2 does not show. Targets are rounded; what leaves the picture is hidden, too.

# %% tags=["exercise-5.3"]
def hidden(flow, layers1, layers2):
    """True where frame 2 does not show what frame 1 shows; (H, W)."""
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    return ...


# %%
course.check("5.3", hidden)

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 4.2: the original recipe, and how its motions were fitted to those of a film.
# - [What Makes Good Synthetic Training Data for Learning Disparity and Optical Flow Estimation?](https://arxiv.org/abs/1801.06397), Mayer and others, 2018. Look at the ladder from boxes to thin parts, which our lessons follow, and at what each rung is worth.
# - [AutoFlow: Learning a Better Training Set for Optical Flow](https://arxiv.org/abs/2104.14544), Sun and others, 2021. Look at how the numbers of a generator can themselves be learned.

# %%
course.end()
