"""Wrong answers to the exercises of chapter 11 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "11.1": """
eps outside: eps belongs inside the root: outside it only shifts the loss.
    ((off**2).sum(axis=0) + eps) => ((off**2).sum(axis=0)) + eps
u and v apart: A pixel has one error, the length of (du, dv): add the squares first.
    (off**2).sum(axis=0) => off**2
always the mean: form "sum" adds up the pixels, and does not divide.
    error.sum() if form == "sum" else error.mean() => error.mean()
no root: Squared errors listen to the worst pixels only: take the root.
    np.sqrt((off**2).sum(axis=0) + eps) => (off**2).sum(axis=0) + eps
eps once: You add eps once, to the result. It belongs inside the root of each pixel.
    return level_error(off, 0.0, form) + eps
root of eps: You take the root of eps apart. The root of a sum is not the sum of two roots: one root.
    .sum(axis=0) + eps) => .sum(axis=0)) + np.sqrt(eps)
eps left out: eps is missing: it belongs inside the root.
    + eps) => )
eps twice: You add eps to both squares, before their sum: it counts twice.
    + eps => + 2 * eps
eps squared: You square eps. It is added as it is.
    + eps => + eps**2
always the sum: form "mean" divides by the number of pixels.
    error.sum() if form == "sum" else error.mean() => error.sum()
forms swapped: The two forms are swapped: you give the mean for the sum, and the sum for the mean.
    "sum" => "mean"
not added up: You return one error for each pixel. Take their sum, or their mean.
    error.sum() if form == "sum" else error.mean() => error
one axis added up: You add up the rows only, and one number for each column is left.
    error.sum() if form == "sum" else error.mean() => error.sum(axis=0) if form == "sum" else error.mean(axis=0)
along the columns: You sum squares along a row of pixels, axis -1. u and v lie along the first axis.
    axis=0 => axis=-1
along the rows: You sum squares along axis 1, a column of pixels. u and v lie along axis 0.
    axis=0 => axis=1
components last: off[..., 0] and off[..., 1] are two columns of pixels here: u and v come first, (2, h, w).
    (off**2).sum(axis=0) => off[..., 0] ** 2 + off[..., 1] ** 2
absolute values: You add |du| and |dv|. The error is the length of (du, dv): squares, then a root.
    np.sqrt((off**2).sum(axis=0) + eps) => np.abs(off).sum(axis=0) + eps
nothing squared: You add du and dv as they are, so that opposite signs cancel: square them first.
    np.sqrt((off**2).sum(axis=0) + eps) => off.sum(axis=0) + eps
squared too late: You add du and dv, then square. Square each first: opposite signs cancel otherwise.
    (off**2).sum(axis=0) => off.sum(axis=0) ** 2
mean of u and v: You take the mean of the two squares, which halves them: the length needs their sum.
    (off**2).sum => (off**2).mean
one root for all: You take one root, of the whole level. Each pixel has its root; the sum comes last.
    error = (off**2).sum(axis=0)
    return np.sqrt((error.sum() if form == "sum" else error.mean()) + eps)
one root, eps in each: Each pixel has its eps, but all have one root. Take the root of each pixel first.
    error = (off**2).sum(axis=0) + eps
    return np.sqrt(error.sum() if form == "sum" else error.mean())
norm of all: A norm without axis= is one length of all numbers. Take one length for each pixel.
    return np.linalg.norm(off) + eps
divided by 2hw: off.size counts u and v apart: your mean is half. Divide by the number of pixels.
    error = np.sqrt((off**2).sum(axis=0) + eps) => total = level_error(off, eps, "sum")
    error.sum() if form == "sum" else error.mean() => total if form == "sum" else total / off.size
a root for each component: You take a root for u and one for v. A pixel has one root, of the sum of both squares.
    np.sqrt((off**2).sum(axis=0) + eps) => np.sqrt(off**2 + eps).sum(axis=0)
u twice: You square u twice. The second square is of v.
    (off**2).sum(axis=0) => 2 * off[0] ** 2
v twice: You square v twice. The first square is of u.
    (off**2).sum(axis=0) => 2 * off[1] ** 2
divided by the rows: len counts rows. A mean over pixels divides by rows times columns.
    error.sum() if form == "sum" else error.mean() => error.sum() if form == "sum" else error.sum() / len(error)
eps added to v: You add eps to v before it is squared. It is added to the sum of the squares.
    (off**2).sum(axis=0) + eps => off[0] ** 2 + (off[1] + eps) ** 2
eps added to u and v: You add eps to u and v before they are squared. It is added to the sum of the squares.
    (off**2).sum(axis=0) + eps => ((off + eps) ** 2).sum(axis=0)
a floor: Your eps is a floor below which no error falls. It is added, also to large ones.
    (off**2).sum(axis=0) + eps => np.maximum((off**2).sum(axis=0), eps)
cut to a whole number: You cut the sum to a whole number: keep its fraction.
    error.sum() if form == "sum" else error.mean() => int(error.sum()) if form == "sum" else error.mean()
    or
    error.sum() if form == "sum" else error.mean() => int(error.sum() if form == "sum" else error.mean())
torch for NumPy: off is a NumPy array here: torch's functions take tensors, NumPy's take arrays.
    error = np.sqrt => error = torch.sqrt
    or
    error.sum() if form == "sum" else error.mean() => torch.sum(error) if form == "sum" else torch.mean(error)
    or
    np.sqrt((off**2).sum(axis=0) + eps) => torch.linalg.norm(off, dim=0)
a tensor's numel: off is a NumPy array here: numel belongs to tensors. Divide by the number of pixels.
    error = np.sqrt((off**2).sum(axis=0) + eps) => total = level_error(off, eps, "sum")
    error.sum() if form == "sum" else error.mean() => total if form == "sum" else total / off.numel()
sum over u and v: Your sum counts each pixel twice, for u and for v. A pixel has one error.
    error.sum() if => 2 * error.sum() if
v not squared: u is squared and v is not: both squares are added.
    (off**2).sum(axis=0) => off[0] ** 2 + off[1]
u not squared: v is squared and u is not: both squares are added.
    (off**2).sum(axis=0) => off[0] + off[1] ** 2
""",
    "11.2": """
as a mean: Those are the shares in a mean. In a sum, a fine level has more pixels.
    w / s**2 => w
one axis: A stride of 2 leaves a quarter of the pixels, not a half.
    s**2 => s
not shares: Nearly: divide by their sum, so that they add up to 1.
    value / sum(weighed) => value
turned round: A coarser level has fewer pixels: divide by s**2.
    w / => w *
line of strides: A coarser level has fewer pixels, along both axes: divide by the square of the stride.
    w / s**2 => w * s
weights left out: You compare numbers of pixels only. A pixel counts as much as its level's weight.
    w / s**2 => 1 / s**2
position for stride: You go by a level's position, as if each had twice the stride of the one before.
    w / s**2 for w, s in zip(weights, strides, strict=True) => w / 4**level for level, w in enumerate(weights)
power of the stride: You raise 4 to the stride. A stride of s leaves one pixel in s * s.
    s**2 => 4**s
two to the stride: You raise 2 to the stride; the stride itself is squared.
    s**2 => 2**s
strides reversed: Your strides run the other way: a level gets the pixels of another one.
    weights, strides, => weights, strides[::-1],
levels reversed: Your shares come in opposite order: the levels have changed places.
    return shares(weights, strides)[::-1]
weight squared: You square the weight together with the stride: only the stride is squared.
    w / s**2 => (w / s) ** 2
divided by the levels: You divide by the number of levels. Shares add up to 1: divide by the sum.
    sum(weighed) => len(weighed)
divided by the weights: You divide by the sum of the weights. Divide by the sum of weight times pixels.
    sum(weighed) => sum(weights)
divided by the pixels: You divide by the number of pixels. The weights belong into that sum, too.
    weighed = [w / s**2 for w, s in zip(weights, strides, strict=True)] => pixels = [1 / s**2 for s in strides]
    value / sum(weighed) for value in weighed => w * n / sum(pixels) for w, n in zip(weights, pixels, strict=True)
two shares: You multiply a share of weights by a share of pixels: the products do not add up to 1.
    pixels = [1 / s**2 for s in strides]
    return tuple(w / sum(weights) * n / sum(pixels) for w, n in zip(weights, pixels, strict=True))
sums apart: You take the sum of the weights and that of the squared strides apart. Divide each w / s**2 by the sum of
all of them.
    value / sum(weighed) for => value / sum(weights) / sum(s**2 for s in strides) for
    or
    value / sum(weighed) for => value / sum(weights) * sum(s**2 for s in strides) for
softmax: Your shares are those of exponentials, a softmax. Divide the numbers themselves by their sum.
    w / s**2 => np.exp(w / s**2)
rounded: You round the shares to two places: return them as they are.
    value / sum(weighed) => round(value / sum(weighed), 2)
by the largest: You divide by the largest. Shares add up to 1: divide by the sum.
    sum => max
whole numbers: // keeps whole numbers only: a coarse level loses its part. Divide by /.
    w / s**2 => w // s**2
caret: In Python, ^ is a bitwise operation (exclusive or). A square is written **2.
    s**2 => (s ^ 2)
""",
    "11.3": """
from zero: The climb begins at peak / 25: at 0 the first step would do nothing.
    peak / 25 + (peak - peak / 25) => peak
whole cosine: The cosine begins where the climb ends, not at step 0.
    (step - rise) / (steps - rise) => step / steps
a line down: Down it goes by a cosine: slowly, fast, slowly.
    (1 + np.cos(np.pi * (step - rise) / (steps - rise))) / 2 => (steps - step) / (steps - rise)
no climb: The first 5 % climb: Adam's averages are not worth much yet.
    return max(rate(step, steps, peak), peak if step < 0.05 * steps else 0)
line from step 0: Your line falls from step 0. It is half a cosine, and begins where the climb ends.
    (1 + np.cos(np.pi * (step - rise) / (steps - rise))) / 2 => (1 - step / steps)
brackets: Brackets are missing: only the cosine is divided by 2, and the peak multiplies 1 alone.
    peak * (1 + => peak + (
always 50 steps: Your climb takes 50 steps whatever `steps` is: 5 % of it.
    0.05 * steps => 50
half of the steps: Your climb takes half of the steps, 0.5 of them: 5 % are 0.05.
    0.05 => 0.5
climb cut off: You cut 5 % of the steps off to a whole number. Here they are not whole: keep the fraction.
    0.05 * steps => int(0.05 * steps)
cosine from step 0: The climb is missing: your cosine falls from the first step.
    return peak * (1 + np.cos(np.pi * step / steps)) / 2
peak left out: Your rates go up to 1: multiply them by the peak.
    return rate(step, steps, 1.0)
never falls: Your line goes on after 5 %: choose by the step which part is meant.
    return peak * (1 + 24 * step / (0.05 * steps)) / 25
constant start: The climb begins at 1 / 25 whatever the peak is: a twenty-fifth of the peak is meant.
    peak / 25 + (peak - peak / 25) => 1 / 25 + (peak - 1 / 25)
share for steps: 0.05 is a share. The climb takes that share of the steps: multiply it by `steps`.
    0.05 * steps => 0.05
line plus peak: Your climb adds the whole peak to peak / 25, and ends above the peak.
    (peak - peak / 25) => peak
climb over all steps: Your line would reach the peak at the last step. It reaches it after 5 %.
    step / rise => step / steps
floor: Your line begins at 0, and max holds it up for a while. It begins at peak / 25.
    peak / 25 + (peak - peak / 25) * step / rise => max(peak / 25, peak * step / rise)
climb downwards: Your first 5 % go down, from the peak to a twenty-fifth: begin and end have changed places.
    peak / 25 + (peak - peak / 25) => peak + (peak / 25 - peak)
climb along a cosine: You climb along a cosine, too. The climb is a straight line.
    step / rise => (1 - np.cos(np.pi * step / rise)) / 2
flat at first: Your rate stays at peak / 25 for the first 5 %: the line upwards is missing.
    + (peak - peak / 25) * step / rise =>
quarter cosine: You take a quarter of a cosine, which is steepest at the end. Half of one is flat there.
    (1 + np.cos(np.pi * (step - rise) / (steps - rise))) / 2 => np.cos(np.pi / 2 * (step - rise) / (steps - rise))
quarter sine: You take a quarter of a sine, which is steepest at the peak. Half a cosine is flat there.
    (1 + np.cos(np.pi * (step - rise) / (steps - rise))) / 2 => (1 - np.sin(np.pi / 2 * (step - rise) / (steps - rise)))
a whole wave: 2 pi is a whole wave: the rate comes up again. Half a wave is pi.
    np.pi => 2 * np.pi
not halved: 1 + cos begins at 2, so that your fall begins at twice the peak: divide by 2.
    rise))) / 2 => rise)))
negative: A cosine alone goes from 1 to -1, and your rate below 0. Lift it by 1 and halve it.
    (1 + np.cos(np.pi * (step - rise) / (steps - rise))) / 2 => np.cos(np.pi * (step - rise) / (steps - rise))
only halved: Half of the cosine goes from 1/2 to -1/2: it is not lifted by 1 before.
    1 + np => np
degrees: np.cos takes radians: half a turn is pi, not 180.
    np.pi => 180
upwards: Your cosine rises from 0 to the peak. It should fall from the peak to 0.
    1 + np => 1 - np
by all steps: You divide by all steps, and the fall does not reach 0: it has fewer, those after the peak.
    / (steps - rise) => / steps
ends above zero: Your fall ends at peak / 25. It ends at 0.
    return peak * (1 => return peak / 25 + (peak - peak / 25) * (1
climb by factors: Your climb multiplies from step to step. A line adds the same at each step.
    peak / 25 + (peak - peak / 25) * step / rise => peak / 25 * 25 ** (step / rise)
ends a step early: Your fall ends at step steps - 1. It ends at `steps`.
    (steps - rise) => (steps - 1 - rise)
a step ahead: Your climb is a step ahead: at step 0 it has not begun.
    * step / rise => * (step + 1) / rise
pi forgotten: The factor pi is missing: half a cosine goes from 0 to pi, not from 0 to 1.
    np.pi * (step => (step
half of the cosine alone: Only the cosine is halved in yours, so that you begin at 1.5 times the peak: brackets around
the sum.
    / (steps - rise))) / 2 => / (steps - rise)) / 2)
5 steps: Your climb takes 5 steps. It takes 5 % of them: 0.05 times `steps`.
    0.05 * steps => 5
counted to steps - 1: Your climb and your fall both end a step early, as torch's OneCycleLR does. Here the fall ends at
`steps`.
    0.05 * steps => 0.05 * steps - 1
    (steps - rise) => (steps - 1 - rise)
1 / 25 taken off: You subtract 1 / 25 where the line begins at peak / 25: the climb misses the peak.
    (peak - peak / 25) => (peak - 1 / 25)
rise not taken off: You divide by the steps of the fall, and count the step from 0. Where the fall begins, the cosine's
argument is 0: take the climb's steps off.
    (step - rise) / (steps => step / (steps
both multiplied: You multiply a climb and a fall. First there is the line alone, from peak / 25, then the cosine alone.
    return peak * min(1, step / (0.05 * steps)) * (1 + np.cos(np.pi * step / steps)) / 2
""",
    "11.4": """
not corrected: Both averages begin at 0, so they are too small at first: divide them by 1 - 0.9**t and 1 - 0.999**t.
    m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8) => m / (np.sqrt(v) + 1e-8)
m not corrected: You correct v alone. m begins at 0 too: divide it by 1 - 0.9**t.
    m / (1 - 0.9**t) / => m /
v not corrected: You correct m alone. v begins at 0 too: divide it by 1 - 0.999**t.
    v / (1 - 0.999**t) => v
no root: v is an average of squares: take its root before you divide.
    np.sqrt(v / (1 - 0.999**t)) => v / (1 - 0.999**t)
root before the correction: You take the root of v, then correct it. The correction belongs inside the root.
    np.sqrt(v / (1 - 0.999**t)) => np.sqrt(v) / (1 - 0.999**t)
not squared: v averages the squares of the gradient: square g.
    g**2 => g
m squared: v averages the squared gradients. You squared their average m.
    g**2 => m**2
uphill: The sign is wrong: a step goes against the gradient, so it is subtracted from w.
    w - rate => w + rate
step alone: You return the step. Subtract it from w.
    w - rate * step => rate * step
rate left out: The learning rate is missing: it multiplies the step.
    rate * step => step
corrected ones returned: Return the averages m and v as they are, not corrected: the next step goes on from them.
    step, m, v => step, m / (1 - 0.9**t), v / (1 - 0.999**t)
sum for average: Your m adds the whole gradient, as plain momentum does. Adam's m is an average: a tenth of g.
    0.1 * g => g
decay rates swapped: The decay rates have changed places: 0.9 belongs to m, and 0.999 to v.
    m = 0.9 * m + 0.1 * g => m = 0.999 * m + 0.001 * g
    v = 0.999 * v + 0.001 * g**2 => v = 0.9 * v + 0.1 * g**2
weights swapped: 0.9 is the share of the old average. You gave it to the new gradient.
    0.9 * m + 0.1 * g => 0.1 * m + 0.9 * g
gradient for m: You divide the gradient itself. The step is the averaged gradient m, corrected.
    step = m / (1 - 0.9**t) => step = g
old averages: You step with the averages of the last step: update m and v first, with the new gradient.
    return w - rate * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), 0.9 * m + 0.1 * g, (
        0.999 * v + 0.001 * g**2
    )
eps inside: You add 1e-8 inside the root, where it is far larger: add it to the root.
    np.sqrt(v / (1 - 0.999**t)) + 1e-8 => np.sqrt(v / (1 - 0.999**t) + 1e-8)
eps left out: 1e-8 is missing: it is added to the root, so that nothing is divided by 0.
    (np.sqrt(v / (1 - 0.999**t)) + 1e-8) => np.sqrt(v / (1 - 0.999**t))
times t: You multiply by t. The corrections have powers: 0.9**t.
    0.9**t => 0.9 * t
a step late: You count from 0 in the corrections. t is 1 at the first step: 0.9**t as it stands.
    0.9**t => 0.9 ** (t + 1)
    0.999**t => 0.999 ** (t + 1)
weights alone: Return three things, in this order: w, m and v. Your result is one array.
    return adam(w, g, m, v, t, rate)[0]
momentum: That is a step of plain momentum. Adam divides by the root of v as well.
    return w - rate * (0.9 * m + g), 0.9 * m + g, v
""",
    "11.5": """
NaN not asked for: A comparison with NaN is False, so that a broken training seems to learn. Ask for it first.
    if not np.isfinite(loss).all(): => if False:
NaN alone: You look for NaN alone. A loss can be infinite as well: np.isfinite knows both.
    not np.isfinite(loss).all() => np.isnan(loss).any()
last loss alone: You look at the last loss alone. One NaN at any step is enough.
    np.isfinite(loss).all() => np.isfinite(loss[-1])
all broken: You ask whether all losses are broken. One of them is enough.
    .all() => .any()
above the first: You compare with the first error. Compare the last one with the lowest.
    error.min() => error[0]
any rise: You call every rise overfitting. A fifth above the lowest error is allowed for noise.
    1.2 * error.min() => error.min()
judged by the loss: A loss that rises is not overfitting: compare held-out errors.
    error[-1] > 1.2 * error.min() => loss[-1] > 1.2 * loss.min()
zero flow's whole error: The limit is nine tenths of zero flow's error, not all of it.
    0.9 * zero => zero
lowest beside zero: You compare the lowest error with zero flow's. The last one counts.
    error[-1] > 0.9 => error.min() > 0.9
first beside zero: You compare the first error with zero flow's. The last one counts.
    error[-1] > 0.9 => error[0] > 0.9
other way round: You say that it stands still when it is ahead of zero flow: the comparison is the other way round.
    error[-1] > 0.9 * zero => error[-1] < 0.9 * zero
plateau asked first: You ask for zero flow's error before overfitting. Keep the order of the task.
    if not np.isfinite(loss).all():
        return "diverged"
    if error[-1] > 0.9 * zero:
        return "stands still"
    return "overfits" if error[-1] > 1.2 * error.min() else "learns"
limits included: "More than" leaves out the limit itself: > and not >=.
    error[-1] > 1.2 => error[-1] >= 1.2
    error[-1] > 0.9 => error[-1] >= 0.9
a tenth of zero: Your limit is a tenth of zero flow's error. Within a tenth of it means 0.9 of it.
    0.9 * zero => 0.1 * zero
never overfits: One name is missing: ask whether the last error is more than a fifth above the lowest.
    if error[-1] > 1.2 * error.min(): => if False:
never stands still: One name is missing: compare the last error with zero flow's.
    if error[-1] > 0.9 * zero: => if False:
a fifth below: You multiply by 0.8. A fifth above the lowest is 1.2 times the lowest.
    1.2 => 0.8
""",
}
