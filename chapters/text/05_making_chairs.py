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
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.chairs import LESSONS, make_pair
from flowlab_course.chapters.ch05 import figures, widgets

course.begin("05")

# %% [markdown]
# ## Where does truth come from?
#
# A network that learns flow needs pairs whose flow is known, and many: tens of thousands. Nobody has measured that many. The motorcycle of chapter 01 took a laboratory; the best-known driving set, KITTI 2015, has two hundred training pairs with truth, and at a part of their pixels only.
#
# The authors of FlowNet turned the question round. They did not measure what moved, they moved it themselves. They cut out pictures of chairs, pasted them on photographs, moved everything by known matrices, and called the result Flying Chairs. It looks absurd, and it worked. We may not hand their pictures of chairs on, so ours are built from scratch, and you may do with them what you like.
#
# ## A box that slides
#
# Everything is there in the smallest case: a background, a box, and one motion for each.

# %%
rng = np.random.default_rng(0)
H, W = 60, 90
tiles = rng.integers(60, 200, (H // 6, W // 6, 3), dtype=np.uint8)
ground = tiles.repeat(6, axis=0).repeat(6, axis=1)
top, left, side, step = 20, 25, 18, 12


def draw(x):
    """The ground with a red box whose left edge stands at x; and a mask of the box."""
    image, box = ground.copy(), np.zeros((H, W), bool)
    box[top : top + side, x : x + side] = True
    image[box] = (200, 40, 40)
    return image, box


(img1, box1), (img2, box2) = draw(left), draw(left + step)
flow = np.zeros((H, W, 2), np.float32)
flow[box1, 0] = step  # known, because we moved the box ourselves
sliding = {"frame 1": img1, "frame 2": img2, "the flow": flow}
course.figure("box that slides", sliding, limit=15)

# %%
back = flowlab.warp(img2, flow)
newly_covered = box2 & ~box1  # ground in frame 1, box in frame 2
same = (back == img1).all(axis=-1)
course.claim(
    "Frame 2, fetched along the flow, equals frame 1 "
    "except where the box covers new ground.",
    same[~newly_covered].all() and not same[newly_covered].any(),
)

# %% [markdown]
# ## Turn, grow, slide
#
# A box that slides would teach a network boxes that slide. So the generator adds one thing after another: polygons, ellipses, thin bars; turning and scaling; several at once. Each step has a name in `LESSONS`. Here are six of them, up to furniture:

# %%
steps = ("boxes", "polygons", "rotation", "scaling", "thin", "flying chairs")
lessons = {}
for name in steps:
    config = LESSONS[name]
    lessons[name] = make_pair(seed=1, index=3, size=(144, 192), config=config)
course.figure("six lessons", figures.lessons(lessons, longest=20))

# %%
def vectors(pair, layer):
    """The different flow vectors within one layer of a pair, (N, 2)."""
    return np.unique(pair.flow[pair.layers == layer], axis=0)


def counts(pair):
    """How many different flow vectors each visible layer of a pair has."""
    return [len(vectors(pair, layer)) for layer in np.unique(pair.layers)]


course.claim(
    "Where boxes only slide, each layer has one flow vector.",
    set(counts(lessons["boxes"])) == {1},
)
course.claim(
    "Where things turn, the layer with the most vectors has hundreds of them.",
    max(counts(lessons["rotation"])) >= 200,
)

# %% [markdown]
# Every layer moves by a *similarity*: it turns by an angle, grows by a factor, and slides. A chair moves first by itself, about its own centre, and is then carried along by the background:
#
# $$A_i = A_0 \cdot A_{\text{own}}, \qquad \mathbf{w}(\mathbf{x}) = A_i\,\mathbf{x} - \mathbf{x}$$
#
# where $i$ is the layer in front at $\mathbf{x}$. Nothing else is needed for exact flow.

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
matrices = pair.motions[pair.layers]  # (H, W, 2, 3): of the layer in front
moved = (matrices @ points)[..., 0]
gap = np.abs(moved - points[..., :2, 0] - pair.flow).max()
chairs = len(np.unique(pair.layers)) - 1
print(f"{len(pair.motions)} matrices, {chairs} chairs visible in frame 1")
course.claim(
    "The flow is A x - x with the matrix of the layer in front, "
    "to within a thousandth of a pixel.",
    gap < 1e-3,
)

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
# ## Furniture
#
# A chair is a good teacher: it has broad surfaces, straight and curved edges, and legs a few pixels wide with background between them. Ours are built in three dimensions, from parts as a joiner would use, and photographed from 62 views. Dress one.

# %%
widgets.dress_a_chair()

# %% [markdown]
# What you should see: the view walks around the chair, twice, from two heights. The seed changes measures, materials and light at once; a material of your choice leaves the shape as it is, and the alpha too. Without thin parts nothing is thinner than five centimetres, which looks clumsy and is kept for an experiment: how much do thin legs teach?
#
# ## How far should things move?
#
# The generator draws how far each chair slides from a random law. Before you look at that law, a guess.

# %%
guess = course.predict_first(
    "tails",
    "Chairs may slide by up to 120 px. "
    "What share of the draws slides by less than 12 px, a tenth of that?",
    options=["about a tenth", "about half", "about three quarters"],
)

# %%
from flowlab.chairs import MotionConfig

law = MotionConfig().chair_translation
draws, small, far = {}, {}, {}
for name in ("heavy", "gaussian"):
    draws[name] = law.sample(np.random.default_rng(0), 20_000, name)
    small[name] = np.mean(np.abs(draws[name]) < 12)
    far[name] = np.mean(np.abs(draws[name]) > 60)

# %%
course.answer(
    guess,
    "about three quarters",
    f"It is {small['heavy']:.0%}: a slide is 12 px times the cube "
    "of a normal random number.",
)

# %%
for name in draws:
    print(f"{name:8} {small[name]:.0%} under 12 px, {far[name]:.1%} over 60 px")
course.figure("two laws", figures.two_laws(draws))

# %% jupyter={"source_hidden": true}
# Claims: what the two histograms show.
course.claim(
    "The heavy law has more slides under 12 px than the normal one, "
    "and more over 60 px.",
    small["heavy"] > small["gaussian"] and far["heavy"] > far["gaussian"],
)

# %% [markdown]
# A power of a normal number does that: $z^3$ is close to zero for small $|z|$ and grows fast beyond 1. Such a law has *heavy tails*. Films are like it: often most of the scene stands still, and a few things cross the picture. A network learns the motions that its training pairs contain, so the pairs need both.
#
# The flow of whole pairs has heavy tails as well. Here is ours beside that of nine pairs of the original Flying Chairs: the share of pixels in four bands of length. Our pairs are made at an eighth of the size, and their lengths are given in pixels of the full size.

# %%
lengths = []
for index in range(60):
    little = make_pair(seed=2, index=index, size=(48, 64))
    lengths.append(8 * np.linalg.norm(little.flow, axis=-1))  # (48, 64)
lengths = np.stack(lengths)
which = np.digitize(lengths, (1, 10, 40))  # the band of each pixel, 0 to 3
shares = [(which == band).mean(axis=(1, 2)) for band in range(4)]
ours = np.stack(shares, axis=1)  # (60, 4)
nine = np.array([0.13, 0.56, 0.29, 0.02])
course.figure("how long flows are", figures.bands(nine, ours))

# %%
medians = np.median(lengths, axis=(1, 2))
low, high = np.percentile(medians, (25, 75))
median, most = np.percentile(lengths, (50, 95))
print(f"ours: median {median:.1f} px, 95 % below {most:.0f} px;")
print(f"  medians of single pairs, middle half: {low:.1f} to {high:.1f} px")
print("nine real pairs: median 4.7 px, 95 % below 28.5 px;")
print("  medians of single pairs: 2.4 to 14 px")
course.claim(
    "The flow has heavy tails: one pixel in twenty moves at least "
    "five times as far as the median.",
    most >= 5 * median,
)

# %% jupyter={"source_hidden": true}
# Claim: what the bars show.
mean = ours.mean(axis=0)
course.claim(
    "In both, more than half of the pixels move between 1 and 40 px, "
    "and fewer than one in ten moves further.",
    min(mean[1:3].sum(), nine[1:3].sum()) > 0.5 and max(mean[3], nine[3]) < 0.1,
)

# %% [markdown]
# Nine pairs are few, and their medians lie far apart: so two means that differ a little prove nothing. The laws themselves, drawn ten thousand times, agree with their formulas; flowlab's tests check that.
#
# ## Is the flow exact?
#
# Chapter 02 gave us the test: fetch frame 2 along the flow. Where the scene is visible in both frames, frame 1 must come out, up to the rounding of two drawings.

# %%
fetched = flowlab.warp(pair.img2, pair.flow)
difference = np.abs(fetched.astype(float) - pair.img1).mean(axis=-1)
judged = {"frame 1": pair.img1, "frame 2": pair.img2, "difference": difference}
judged["occluded"] = pair.occlusion
course.figure("difference and occlusion", judged, limit=60)

# %%
visible = np.median(difference[~pair.occlusion]) / 255
covered = np.median(difference[pair.occlusion]) / 255
print(f"median difference, of full scale: {visible:.4f} where visible,", end=" ")
print(f"{covered:.3f} where occluded")
course.claim(
    "Where visible, the median difference is below 0.02 of full scale.",
    visible < 0.02,
)
course.claim(
    "Where occluded it is at least five times as large.",
    covered >= 5 * visible,
)

# %% [markdown]
# Both frames are drawn from the same pictures of chairs, each once. Making frame 2 by warping frame 1 would be simpler, and wrong: frame 1 does not contain the places that frame 2 uncovers. The open task at the end looks at what would stand there.
#
# ## What is hidden
#
# We also know which pixels of frame 1 are covered in frame 2, or leave it: they are *occluded*. Where such a pixel arrives, its layer is not in front any more. Move a layer, and watch.

# %%
widgets.move_a_layer()

# %% [markdown]
# What you should see: moving the front chair over the other hides a strip of it, and of the ground, on the side it goes to. Turning makes shades in its colour. When the ground slides, everything slides, and a strip at the frame's edge leaves the picture.
#
# Because the matrices can be inverted, the flow back from frame 2 is exact as well, and the way there and back ends where it began, nearly, where both frames show the scene:

# %%
from flowlab.field import consistency

miss = consistency(pair.flow, pair.backward_flow)  # px, there and back
back_home, gone = np.median(miss[~pair.occlusion]), np.median(miss[pair.occlusion])
print(f"there and back: median miss {back_home:.4f} px where visible,", end=" ")
print(f"{gone:.1f} px where occluded")
course.claim(
    "Where visible, the median miss there and back is below 0.05 px.",
    back_home < 0.05,
)
course.claim(
    "More than half of the occluded pixels miss by more than 1 px.",
    gone > 1,
)

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
# ## As many as you like
#
# A pair is named by two numbers, a seed and an index, and is the same bytes whenever it is made. So you need not store anything: a training can make its pairs as it runs. If you want files, one command writes the layout of the original, which any loader reads: `python -m flowlab chairs --count 2000 --out data/chairs`.

# %%
config = LESSONS["flying chairs"]
again = make_pair(seed=1, index=3, size=(144, 192), config=config)
course.claim(
    "The same seed and index give the same frames and the same flow, bit by bit.",
    np.array_equal(again.img1, pair.img1)
    and np.array_equal(again.img2, pair.img2)
    and np.array_equal(again.flow, pair.flow),
)

# %% [markdown]
# ## Beyond chairs
#
# A generator need not stop at what one paper did. `ChairsConfig` holds all its parameters: the shapes that fly, their number and sizes, and the distributions of their motions. Here cut-outs of any outline and combs of thin bars fly in place of chairs, more of them and smaller. Their flow is exact, too.

# %%
from flowlab.chairs import ChairsConfig

config = ChairsConfig(shapes=("cutout", "comb"), chairs=(30, 40), size_mean=120)
others, panels = {}, {}
for index in (1, 4):
    other = make_pair(seed=4, index=index, size=(144, 192), config=config)
    panels |= {f"frame 1, pair {index}": other.img1, f"flow, pair {index}": other.flow}
    others[index] = other
course.figure("beyond chairs", panels, limit=20)

# %%
def median_difference(image, p):
    """Between an image and frame 1, in grey levels, where frame 2 shows the same."""
    difference = np.abs(image.astype(float) - p.img1)
    return float(np.median(difference[~p.occlusion]))


left_over = {}
for index, p in others.items():
    before = median_difference(p.img2, p)
    after = median_difference(flowlab.warp(p.img2, p.flow), p)
    left_over[index] = after / before
    print(f"pair {index}: {before:.0f} grey levels before the warp, {after:.0f} after")
course.claim(
    "In both pairs the warp leaves less than a fifth of the median difference.",
    max(left_over.values()) < 0.2,
)

# %% [markdown]
# ## Recap
#
# - Truth is cheap when you move things yourself: a layer, a matrix, and $\mathbf{w} = A\,\mathbf{x} - \mathbf{x}$.
# - A chair's matrix is the background's times its own; the flow is that of the layer in front.
# - Heavy tails: many small motions, and a few very large ones.
# - Both frames are drawn from the layers' pictures; a frame 2 warped from frame 1 would be wrong where it uncovers something.
# - Backward flow and occlusion come with the matrices and the layers.

# %% [markdown]
# ## Quiz

# %%
course.quiz("05")

# %% [markdown]
# ## Exercises

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
# ### Open task: frame 2, the simple way
#
# No checker here: this one is for a conversation. Somebody wants to save time and makes frame 2 from frame 1: `simple = flowlab.warp(pair.img1, pair.backward_flow)`. Before you run it, write down where `simple` will equal `pair.img2`, and what it will show in the places that frame 1 does not show (`pair.backward_occlusion`). Then look at both with `course.pictures({"drawn": pair.img2, "simple": simple}, alt="Frame 2, drawn and warped")`, and print the median difference inside that mask and outside. A network is trained on such pairs. How could it tell where an outline moves without comparing the frames, and why would that fail on a film?

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy and others, 2015. Read section 4.2: the original recipe, and how its motions were fitted to those of a film.
# - [What Makes Good Synthetic Training Data for Learning Disparity and Optical Flow Estimation?](https://arxiv.org/abs/1801.06397), Mayer and others, 2018. Look at the ladder from boxes to thin parts, which our lessons follow, and at what each rung is worth.
# - [AutoFlow: Learning a Better Training Set for Optical Flow](https://arxiv.org/abs/2104.14544), Sun and others, 2021. Look at how the numbers of a generator can themselves be learned.

# %%
course.end()
