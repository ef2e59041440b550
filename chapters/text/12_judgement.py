# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12 · Judgement
#
# > At the end of this chapter you can say how good a flow method is, where it fails, and what its one number in a table keeps from you.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Take an average apart: by pixel, by pair, by speed, by what is hidden, by how thin a thing is.
# 2. Look at failures one by one, and say what kind each is.
# 3. Read the table of the FlowNet paper, and know what may be compared in it.
#
# **Time**: about 60 minutes to read and do; a laptop runs all cells in 60 seconds.
#
# **Needs**: chapter 02 for the errors, 04 for what the classical methods do, 10 for FlowNetC.
#
# **Symbols**: EPE the mean end-point error in pixels; Fl-all the percentage of pixels that are off by more than 3 px and 5 % of their motion; s0-10, s10-40, s40+ bands of true speed in pixels; $s_b$ the share of the pixels that lie in band $b$; "+v" a flow refined by a variational method.

# %%
# %matplotlib inline
import cv2
import matplotlib.pyplot as plt
import numpy as np

import flowlab
import flowlab_course as course
from flowlab.chairs import make_pair
from flowlab_course.chapters.ch12 import widgets
from flowlab_course.chapters.ch12.widgets import METHODS
from flowlab.evaluation import Generated, evaluate, method_of
from flowlab_course.chapters.ch12.published import LATER, PAPER

course.begin("12")

# %% [markdown]
# ## One number
#
# Six ways to get a flow, from nothing at all to a network whose result is polished. The networks are the small ones that come with flowlab: a quarter of the paper's channels, trained on generated chairs. They are judged on chairs that no training may see: their seed is refused by `flowlab train`.

# %%
print(METHODS)
chairs = Generated(course.profile().pick(laptop=10, gpu=64), size=(288, 384))
first = chairs[0]

fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.1))
for ax, picture, title in zip(axes, (first.img1, first.img2, flowlab.flow_to_image(first.flow)), ("frame 1", "frame 2", "true flow"), strict=True):
    ax.imshow(picture)
    ax.set(title=title, xticks=[], yticks=[])
course.show(
    fig,
    alt="Frame 1 and 2 of a generated pair, furniture before a textured ground, and its true flow in colours.",
    see="furniture that has moved, each piece by itself, and the colours that say where to.",
)

# %% tags=["nbval-ignore-output"]
results = {name: evaluate(key, chairs) for name, key in METHODS.items()}
for name, r in results.items():
    print(f"{name:13} EPE {r['epe']:6.2f} px   Fl-all {r['fl_all']:5.1f} %   angle {r['angular_error']:5.1f} degrees   {1000 * r['seconds_per_pair']:7.1f} ms")
standing = results["zero flow"]["epe"]
course.claim("The classical methods, and the better of the two networks, are nearer to the truth than standing still.",
             max(results["DIS"]["epe"], results["Horn-Schunck"]["epe"], min(results[n]["epe"] for n in ("FlowNetS", "FlowNetC"))) < standing)

# %% [markdown]
# `flowlab.evaluate(model, dataset)` takes a network, a name, or any function of two pictures, and any data set. It returns every metric by name, and keeps a row for each pair in `.samples`. `python -m flowlab evaluate` does the same from the command line, with tables and pictures of the worst pairs.
#
# A ranking like this is where most reports end. It is where we begin.
#
# ## What a mean hides: most pixels
#
# An EPE of some pixels sounds as if pixels were off by some pixels.

# %%
guess = course.predict_first(
    "mean",
    "Take DIS and its mean error on these chairs. Which share of the pixels is better than the mean?",
    options=["about a half, as a mean should be", "more than two thirds", "less than a third"],
)

# %%
pairs = [chairs[i] for i in range(len(chairs))]
shown = ("DIS", "FlowNetS", "FlowNetC")
flows = {name: [np.float32(method_of(METHODS[name])(pair.img1, pair.img2)) for pair in pairs] for name in shown}
errors = {name: [flowlab.epe_map(flow, pair.flow) for flow, pair in zip(flows[name], pairs, strict=True)] for name in shown}

fig, ax = plt.subplots(figsize=(7, 2.8))
below = {}
for (name, maps), style in zip(errors.items(), ("-", "--", ":"), strict=True):
    values = np.sort(np.concatenate([m.ravel() for m in maps]))
    share = np.linspace(0, 100, len(values))
    (line,) = ax.semilogx(values[::500], share[::500], style, label=name)
    below[name] = float((values < values.mean()).mean())
    ax.plot(values.mean(), 100 * below[name], "o", color=line.get_color(), mec="k")
ax.set(xlabel="error of a pixel, px", ylabel="% of the pixels below it", xlim=(0.05, 200), ylim=(0, 100))
ax.legend()
course.show(
    fig,
    alt="Three rising curves: the share of pixels whose error is below a value, on a logarithmic axis; dots mark the means.",
    see="each method's mean, the dot, far up its curve. Most pixels are much better than it; a few are off by tens of pixels and pay for it. Where two curves cross, the better method depends on what you call good.",
)

# %%
course.answer(guess, "more than two thirds", f"For DIS {below['DIS']:.0%} of the pixels are better than its mean.")
course.claim("More than two thirds of the pixels are better than DIS's mean, and more than half better than each network's.",
             below["DIS"] > 2 / 3 and min(below.values()) > 1 / 2)

# %% [markdown]
# ## What a mean hides: pairs
#
# Pairs differ as much as pixels do. Never trust a comparison on a handful of them without looking at each.

# %%
by_pair = {name: np.array([m.mean() for m in maps]) for name, maps in errors.items()}
order = np.argsort(by_pair["DIS"])

fig, ax = plt.subplots(figsize=(7, 2.6))
for (name, values), marker in zip(by_pair.items(), "osx", strict=True):
    ax.semilogy(np.arange(len(order)), values[order], marker, label=name, ms=7, alpha=0.8)
ax.set(xlabel="pair, in the order of DIS's error", ylabel="EPE, px", xticks=range(len(order)))
ax.legend()
course.show(
    fig,
    alt="The error of three methods on each pair, on a logarithmic axis, pairs in the order of DIS's error.",
    see="easy pairs on the left, hard ones on the right, several times as hard; the methods change places from pair to pair.",
)
course.claim("For every method the hardest pair has more than twice the error of the median pair.", all(v.max() > 2 * np.median(v) for v in by_pair.values()))

# %% [markdown]
# ## Bands of speed
#
# In chapter 04 speed decided who finds a thing. So split the pixels by their true motion, as the Sintel benchmark does: below 10 px, 10 to 40, and above. The mean over all is then a mean of the bands, each weighed by its share $s_b$ of the pixels, and a table that gives only the left side has decided the shares for you:
#
# $$\text{EPE} = \sum_b s_b \, \text{EPE}_b$$

# %% tags=["nbval-ignore-output"]
BANDS = {"s0-10": "s0_10", "s10-40": "s10_40", "s40+": "s40_plus"}
banded = {name: [r[f"epe_{band}_over_pixels"] for band in BANDS.values()] for name, r in results.items()}
for name, values in banded.items():
    print(f"{name:13}", "  ".join(f"{band} {value:6.2f} px" for band, value in zip(BANDS, values, strict=True)))

fig, ax = plt.subplots(figsize=(8, 2.8))
for i, (name, values) in enumerate(banded.items()):
    ax.bar(np.arange(3) + 0.14 * (i - 2.5), values, width=0.13, label=name)
ax.set(yscale="log", ylabel="EPE, px", xticks=range(3), xticklabels=[f"{band} px" for band in BANDS])
ax.legend(ncols=3, loc="upper left")
ax.set_ylim(top=400)
course.show(
    fig,
    alt="Bars of the error of six methods in three bands of speed, on a logarithmic axis; errors grow with speed.",
    see="errors that grow with speed for every method, and an order of the methods that is not the same in each band.",
)

# %%
course.claim("For every method fast pixels are worse than middling ones, and these worse than slow ones.", all(a < b < c for a, b, c in banded.values()))
still, smooth, dis = (np.array(banded[name]) for name in ("zero flow", "Horn-Schunck", "DIS"))
course.claim("On these pairs DIS is ahead of Horn-Schunck on slow pixels; on fast ones neither error is less than three quarters of the other.",
             dis[0] < smooth[0] and min(smooth[2], dis[2]) > 0.75 * max(smooth[2], dis[2]))
course.claim("On these pairs neither of them gains a third on standing still, in the mean over slow pixels.", min(smooth[0], dis[0]) > still[0] * 2 / 3)
speed = np.stack([np.linalg.norm(pair.flow, axis=-1) for pair in pairs])  # what standing still is off by
middle = {"zero flow": np.median(speed[speed < 10]), "DIS": np.median(np.stack(errors["DIS"])[speed < 10])}
course.claim("At the median slow pixel DIS's error is less than a fifth of standing still's.", middle["DIS"] < middle["zero flow"] / 5)
course.claim("On slow pixels both networks are better than standing still.", max(banded[name][0] for name in ("FlowNetS", "FlowNetC")) < still[0])
course.claim("On the fastest pixels FlowNetC is ahead of DIS by at least a tenth.", banded["FlowNetC"][2] < 0.9 * dis[2])
course.claim("Measured by DIS, both networks do better on the fastest pixels than on middling ones.",
             all(banded[name][2] / dis[2] < banded[name][1] / dis[1] for name in ("FlowNetS", "FlowNetC")))

# %% [markdown]
# None of this shows in one number. At most slow pixels DIS is hardly off. But smoothness carries the motion of a chair over the quiet ground beside it, and there DIS is off by many pixels: in the mean, little or nothing is left of what it gains on standing still. The networks have seen so much quiet ground that they know it. Between, where a pyramid is at home, FlowNetS is behind. Fast pixels are where everybody fails, and where there is most to gain: a pyramid drops what leaps, and a network that has seen thousands of things leap may find it.
#
# ## What frame 2 does not show
#
# Ground that a chair covers in frame 2 cannot be compared with anything. The generator knows which pixels these are.

# %% tags=["nbval-ignore-output"]
hidden = np.mean([pair.occlusion.mean() for pair in pairs])
for name, r in results.items():
    seen, gone = r["epe_visible_over_pixels"], r["epe_occluded_over_pixels"]
    share = hidden * gone / (hidden * gone + (1 - hidden) * seen)
    print(f"{name:13} seen {seen:6.2f} px   hidden {gone:6.2f} px   hidden pixels, {hidden:.0%} of all, make {share:.0%} of the error")
course.claim("Every method that looks at frame 2 is at least one and a half times as far off where frame 2 hides the pixel.",
             all(r["epe_occluded_over_pixels"] >= 1.5 * r["epe_visible_over_pixels"] for name, r in results.items() if name != "zero flow"))

# %% [markdown]
# No matching can mend that. What is left is to know how things usually move on behind others: smoothness is such a belief, and training is another.
#
# ## Thin things
#
# Chairs have legs. A pixel is *thin* if no disc of radius 4 that fits into its layer covers it; that is an opening, two lines with OpenCV.

# %%
def thin(layers, radius=4):
    """The pixels of things, (H, W), that are thinner than a disc of this radius."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    masks = [np.uint8(layers == n) for n in np.unique(layers[layers > 0])]
    return np.any([(mask > 0) & (cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc) == 0) for mask in masks], axis=0)


scenes = [make_pair(chairs.seed, i, chairs.size) for i in range(len(chairs))]
legs = [thin(scene.layers) & ~scene.occlusion for scene in scenes]
bodies = [(scene.layers > 0) & ~thin(scene.layers) & ~scene.occlusion for scene in scenes]

fig, axes = plt.subplots(1, 3, figsize=(7.6, 2.1))
worst = int(np.argmax([mask.sum() for mask in legs]))
pictures = {"frame 1": scenes[worst].img1, "thin parts, in white": legs[worst], "FlowNetC's error, 0 to 10 px": errors["FlowNetC"][worst]}
for ax, (title, picture) in zip(axes, pictures.items(), strict=True):
    ax.imshow(picture, cmap="gray" if "thin" in title else "inferno", vmax=None if picture.ndim == 3 else {"thin parts, in white": 1}.get(title, 10))
    ax.set(title=title, xticks=[], yticks=[])
course.show(
    fig,
    alt="A scene of furniture; its thin parts, legs and bars, in white; and FlowNetC's error, dark where it is small.",
    see="legs, bars and rims picked out, and errors that gather along them.",
)

# %% tags=["nbval-ignore-output"]
on_thin = {name: [np.concatenate([m[mask] for m, mask in zip(maps, masks, strict=True)]).mean() for masks in (legs, bodies)] for name, maps in errors.items()}
print({name: f"thin {a:.1f} px, body {b:.1f} px" for name, (a, b) in on_thin.items()})
course.claim("Every method is farther off on thin parts than on bodies, though both are seen in frame 2.", all(a > b for a, b in on_thin.values()))

# %% [markdown]
# ## The gallery
#
# Now leave the means alone and walk through the failures. Choose a pair and a method, drag the pointer over what glows, and ask of each failure what kind it is: too fast, hidden, thin, without texture, or near an edge.

# %%
widgets.failure_gallery()

# %% [markdown]
# What you should see: DIS loses whole things that leap, and smears the motion of others over the ground; the networks' flow has soft borders, as if seen through frosted glass, since it is predicted at a quarter of the size. On the rocket, whose sky is empty, look at what each invents where there is nothing to see. The same pixel may be an outlier by Fl-all and fine by the share of its motion.
#
# ## Polishing: the "+v"
#
# The paper gives a second result for each network, "+v": the flow, at a quarter of the size, starts a classical variational method that climbs to full size in 20 steps and takes 5 more there. It is Horn-Schunck's grandchild: brightness and slopes stay, the flow is smooth, except at the picture's edges.

# %%
bike = flowlab.datasets.samples.motorcycle(reduce=0.5)
raw = np.float32(method_of(METHODS["FlowNetC"])(bike.img1, bike.img2))
polished = flowlab.classical.refine(bike.img1, bike.img2, raw)

fig, axes = plt.subplots(1, 4, figsize=(8, 1.6))
axes[0].imshow(bike.img1)
for ax, flow, valid in zip(axes[1:], (raw, polished, bike.flow), (None, None, bike.valid), strict=True):
    ax.imshow(flowlab.flow_to_image(flow, max_flow=33, valid=valid))
for ax, title in zip(axes, ("frame 1", "FlowNetC", "FlowNetC+v", "true flow to the left"), strict=True):
    ax.set(title=title, xticks=[], yticks=[])
course.show(
    fig,
    alt="The motorcycle; FlowNetC's flow in soft blotches; refined, with firm borders; and the true flow, in the same colours.",
    see="one hue for leftward motion. Soft blotches become areas with borders, and what was about right takes the shape of things; what is wrong altogether stays wrong.",
)

# %% tags=["nbval-ignore-output"]
after = {"FlowNetC": flowlab.epe(raw, bike.flow, bike.valid), "FlowNetC+v": flowlab.epe(polished, bike.flow, bike.valid)}
print("motorcycle:", {name: f"{value:.2f} px" for name, value in after.items()})
print("chairs:    ", {name: f"{results[name]['epe']:.2f} px" for name in after})
course.claim("On the real pair the polish lowers FlowNetC's error.", after["FlowNetC+v"] < after["FlowNetC"])

# %% [markdown]
# On real pictures it helps, in the paper too. On the paper's chairs it *hurt*: what is wrong there are leaps, which no slope leads back from, and a network that was trained on chairs has learnt their borders better than an energy knows them. What our small network makes of it stands in the line above, as it is.
#
# ## The whole scoreboard

# %%
for name, key in METHODS.items():
    method = method_of(key)
    course.scoreboard.add(name, lambda a, b, method=method: method(*(np.uint8(np.round(255 * img)) for img in (a, b))))
course.scoreboard.add("Lucas-Kanade", lambda a, b: flowlab.classical.run("lucas-kanade", a, b), note="window 4 px, pyramid")
course.scoreboard.show("zero flow", "Lucas-Kanade", "Horn-Schunck", "DIS", "FlowNetS", "FlowNetC", "FlowNetC+v")

# %% [markdown]
# Photographs that move as one are a gift to windows and pyramids: no thing in them leaps alone. Set against DIS, how does the network fare on what it was trained on, and how on photographs of the world?

# %% tags=["nbval-ignore-output"]
scores = course.scoreboard.scores()
against = {"chairs": results["FlowNetC"]["epe"] / results["DIS"]["epe"],
           **{pair: scores["FlowNetC"].by_pair[pair] / scores["DIS"].by_pair[pair] for pair in scores["DIS"].by_pair}}
for name, value in against.items():
    print(f"{name:16} FlowNetC's error is {value:.1f} times DIS's")
course.claim("Against DIS the network is better off on chairs than on any pair of the board.", against["chairs"] == min(against.values()))

# %% [markdown]
# That gap has a name, *domain gap*, and chairs were chosen to keep it small: what matters is that things move, in front of others, by all distances; not that they are chairs.
#
# ## What the data is worth
#
# A network is what it was shown. So take something away from the pairs and train again: motions without their heavy tails, so that nothing leaps; chairs without thin parts; grounds without photographs; no augmentation. Each time it is the same small FlowNetS, trained for as many steps, and judged on generated pairs and on a few real ones. That took an hour, so the numbers come with the course; `python bench/ablation.py` makes them anew.

# %%
from flowlab_course.chapters.ch12.ablation import ablation

trainings, steps = ablation()
whole = trainings["everything"]
print(f"{steps} steps each; EPE in px, and in brackets times that of everything")
print(" " * 16, "  ".join(f"{where:>16}" for where in whole))
for name, by_set in trainings.items():
    print(f"{name:16}", "  ".join(f"{error:8.2f} ({error / whole[where]:4.2f}x)" for where, error in by_set.items()))

fig, ax = plt.subplots(figsize=(7, 2.4))
for i, (name, by_set) in enumerate(list(trainings.items())[1:]):
    ax.bar(np.arange(len(whole)) + 0.2 * (i - 1.5), [by_set[w] / whole[w] for w in whole], width=0.18, label=name)
ax.axhline(1, color="k", lw=1)
ax.set_xticks(range(len(whole)), whole, fontsize=8)
ax.set(ylabel="error / everything's")
ax.legend(ncols=4, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1))
course.show(
    fig,
    alt="Bars for four trainings, each without one thing, on generated and real data sets: their error as a multiple of the training with everything.",
    see="most bars within a tenth of the line, which says little. Where all four lie below it, as on Sintel final, it is the training with everything that was unlucky. What stands out is Sintel clean, the fastest pair, without heavy tails and without augmentation; and chairs-spynet, most like the training's pairs, without augmentation.",
)

# %%
without = {name: {where: by_set[where] / whole[where] for where in whole} for name, by_set in trainings.items()}
course.claim("Without heavy tails the fastest real pair, Sintel clean, gets worse by more than a tenth.", without["no heavy tails"]["sintel-clean"] > 1.1)
course.claim("Without augmentation it does, too, while the pairs most like the training's get better.",
             without["no augmentation"]["sintel-clean"] > 1.1 and max(without["no augmentation"][w] for w in ("generated chairs", "chairs-spynet")) < 1)
course.claim("Thin parts and photographs make less than a tenth of difference on chairs.", all(abs(without[name][w] - 1) < 0.1 for name in ("no thin parts", "no photographs") for w in ("generated chairs", "chairs-spynet")))

# %% [markdown]
# So the tails pay where things are fast, and augmentation is a trade: in a training this short it costs on what the network knows and pays on what it does not. Thin parts and photographs may pay later; these trainings are too short to see it, and one seed is too few. That, too, is judgement: knowing what a table does *not* show.
#
# ## The paper's table
#
# Now you can read it. Errors in pixels; "train" is Sintel's training set, on which none of the rows without "ft" was trained. A dash: not given.

# %%
def cell(value):
    """A number for a table; a dash where there is none."""
    return f"{value:8.2f}" if value == value else f"{'-':>8}"


print(" " * 15, "  clean train   test   final train   test   chairs   seconds")
for row in PAPER:
    errors_of = (cell(v) for v in (row.clean_train, row.clean_test, row.final_train, row.final_test, row.chairs, row.seconds))
    print(f"{row.method:15}", "  ".join(errors_of), "on a CPU" if row.cpu else "")

rows = {row.method: row for row in PAPER}
C, S = rows["FlowNetC"], rows["FlowNetS"]
course.claim("FlowNetC is ahead on chairs and on Sintel clean, FlowNetS on Sintel final.", C.chairs < S.chairs and C.clean_test < S.clean_test and S.final_test < C.final_test)
course.claim("The polish helps on Sintel and hurts on chairs, both networks.", all(rows[f"{n}+v"].clean_test < rows[n].clean_test and rows[f"{n}+v"].chairs > rows[n].chairs for n in ("FlowNetS", "FlowNetC")))
course.claim("On Sintel the classical EpicFlow is ahead of every row of FlowNet; on chairs every FlowNetC is ahead of EpicFlow.",
             rows["EpicFlow"].clean_test < min(r.clean_test for n, r in rows.items() if "Net" in n) and rows["EpicFlow"].chairs > max(r.chairs for n, r in rows.items() if "NetC" in n))

# %% [markdown]
# So the paper did not win Sintel. It showed that a network can learn flow at all, from pictures of chairs, in a tenth of a second. The same two networks were trained again and again since, with longer schedules and more augmentation, without a change to a layer:

# %%
for row in LATER:
    print(f"{row.who:20} {row.network}: chairs {cell(row.chairs)}   Sintel train, clean {cell(row.clean)}, final {cell(row.final)}")
again = [row for row in LATER if row.network == "FlowNetC"]
course.claim("Trained anew FlowNetC is better on chairs, and after a second data set much better on Sintel.",
             max(row.chairs for row in again[:2]) < C.chairs and again[-1].clean < 0.7 * C.clean_train)

# %% [markdown]
# Keep that for your own tables: a number belongs to a network *and* a training. README's results are written by `python bench/accuracy.py`, which sets your networks beside these rows on all data that you have.
#
# ## Recap
#
# - A mean over pixels is carried by the few that are lost; most are far better than it.
# - Split by speed, by occlusion and by thickness before you say who wins, and look at single pairs.
# - Fast pixels are few, and carry much of the mean; on slow ones DIS is far ahead of standing still at the median pixel, and hardly in the mean.
# - Against DIS a network is at its best on what it was trained on, and loses fractions of a pixel on photographs.
# - "+v" polishes what is about right, and repairs nothing that is lost.
# - In the paper's table compare what was trained on the same data; later trainings moved the same networks by a lot.

# %% [markdown]
# ## Quiz

# %%
course.quiz("12")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 12.1: Fl-all
#
# Return KITTI's Fl-all in per cent: the share of the valid pixels whose error is more than 3 px *and* more than 5 % of the true motion.

# %% tags=["exercise-12.1"]
def outliers(pred, truth, valid):
    """KITTI's Fl-all in per cent; flows (H, W, 2), valid (H, W)."""
    error = np.linalg.norm(pred - truth, axis=-1)
    return ...


# %%
course.check("12.1", outliers)

# %% [markdown]
# ### Exercise 12.2: the pair where DIS wins, and why
#
# You get error maps of a network and of DIS, and maps of true speed, a list of each with an `(H, W)` array for each pair. Find the pair on which DIS leads by most in the mean, and the band (0 below 10 px, 1 from 10, 2 from 40) whose pixels, summed, bring most of that lead. When you have it, call it with `errors["FlowNetC"]` and `errors["DIS"]`, and look at that pair.

# %% tags=["exercise-12.2"]
def where_dis_wins(network, dis, speed):
    """(pair, band) at which DIS leads by most; lists of (H, W) maps; bands 0, 1, 2 are s0-10, s10-40, s40+."""
    lead = [n - d for n, d in zip(network, dis, strict=True)]
    return ...


# %%
course.check("12.2", where_dis_wins)

# %% [markdown]
# ### Exercise 12.3: weigh the bands
#
# A method's errors in the three bands are known. What would its EPE be on a data set whose pixels have other speeds? `share` says how the speeds are distributed there, as shares or as counts. A band in which the method was never tried is NaN: leave it out.

# %% tags=["exercise-12.3"]
def weighed(epe, share):
    """EPE on a data set with these shares of speeds; bands without an error (NaN) are left out; two arrays of three."""
    known = ~np.isnan(epe)
    return ...


# %%
course.check("12.3", weighed)

# %% [markdown]
# ## Further reading
#
# - [FlowNet: Learning Optical Flow with Convolutional Networks](https://arxiv.org/abs/1504.06852), Dosovitskiy et al., 2015. Read section 5 with table 2 beside you, and find the sentence on what FlowNetC does worse at large displacements.
# - [A Naturalistic Open Source Movie for Optical Flow Evaluation](https://doi.org/10.1007/978-3-642-33783-3_44), Butler et al., 2012. Look at how Sintel measures matched and unmatched pixels and speeds apart, and why clean and final both exist.
# - [Models Matter, So Does Training](https://arxiv.org/abs/1809.05571), Sun et al., 2018. Look for FlowNetC, retrained: how much of three years' progress was the training.

# %%
course.end()
