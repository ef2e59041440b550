"""Wrong answers to the exercises of chapter 02 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "2.1": """
minus the flow: You fetch from x - w(x). It does move the picture along the flow, but a warp brings frame 2 back: x +
w(x).
    return warp_nearest(img2, -flow)
components swapped: u and v have changed places: flow[..., 0] is u, for columns; flow[..., 1] is v, for rows.
    return warp_nearest(img2, flow[..., ::-1])
pushed: You push: out[target] = img2[pixel]. Fetching is the other way round: out[pixel] = img2[target].
    [there] = img2[ty[there], tx[there]] => [ty[there], tx[there]] = img2[there]
clamped: Outside the picture you repeat its edge. What cannot be fetched should be 0 here.
    return out => return img2[ty.clip(0, H - 1), tx.clip(0, W - 1)]
wrapped round: A target beyond one edge comes in again at the other (a negative index does that, too). It should give
0.
    return out => return img2[ty % H, tx % W]
cut off: Targets are cut down to whole numbers; the nearest pixel is the rounded one, np.rint.
    rint(x + flow[..., 0]).astype(int), np.rint => floor(x + flow[..., 0]).astype(int), np.floor
cut off towards zero: astype(int) drops the fraction: 1.7 becomes 1, and -0.7 becomes 0, a pixel inside. Round with
np.rint first.
    np.rint(x => np.trunc(x
    np.rint(y => np.trunc(y
a half added: astype(int) after + 0.5 rounds positive numbers alone: -0.7 becomes 0, a pixel inside. np.rint rounds
both.
    np.rint(x + flow[..., 0]) => (x + flow[..., 0] + 0.5)
    np.rint(y + flow[..., 1]) => (y + flow[..., 1] + 0.5)
rounded up: Targets are rounded up. The nearest whole number may be below: np.rint finds it.
    np.rint(x => np.ceil(x
    np.rint(y => np.ceil(y
indices are floats: An index is an integer within its axis. np.rint returns floats, so .astype(int) is needed; and u
is component 0 of the flow, v is component 1.
    0]).astype(int) => 0])
    1]).astype(int) => 1])
index outside: A target lies outside the array: columns go from 0 to W - 1, rows from 0 to H - 1. Index with the
targets inside alone (np.where looks all of them up).
    out[there] = img2[ty[there], tx[there]] => out = img2[ty, tx]
upper bounds missing: A target beyond the last column, W - 1, or the last row, H - 1, is looked up. Test the upper
bounds first (np.where looks up all targets, whatever its mask).
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx >= 0) & (ty >= 0)
column first: You index with the column first. An array takes the row first: ty, then tx.
    ty[there], tx[there] => tx[there], ty[there]
column first, also outside: You index with the column first, and with targets outside. The row is the first index, and
it has to be inside.
    out[there] = img2[ty[there], tx[there]] => out = img2[tx, ty]
masked on one side: The mask picks some pixels on the left, but on the right you look up all targets. Mask the indices
as well.
    ty[there], tx[there] => ty, tx
rows not tested: You test the columns alone. Targets above and below the picture are outside, too.
    & (ty >= 0) & (ty < H) =>
columns not tested: You test the rows alone. Targets to the left and right are outside, too.
    (tx >= 0) & (tx < W) & (ty => (ty
and between masks: `and` needs single truth values, and so does a chain a <= b < c. Join masks with &, each comparison
in brackets.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => tx >= 0 and tx < W and ty >= 0 and ty < H
missing brackets: & binds tighter than >= and <: 0 & tx is computed first. Put each comparison in brackets.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => tx >= 0 & tx < W & ty >= 0 & ty < H
upper bounds alone: You test the upper bounds alone. A negative index counts from the end of the array: below 0 is
outside, too.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx < W) & (ty < H)
zero left out: Row 0 and column 0 are inside the picture: at least 0 (>=), not more than 0 (>).
    tx >= 0 => tx > 0
    ty >= 0 => ty > 0
last one left out: The last column is W - 1 and the last row H - 1. You leave both out.
    tx < W => tx < W - 1
    ty < H => ty < H - 1
height and width swapped: The bounds have height and width swapped: tx stays below W, ty below H.
    tx < W => tx < H
    ty < H => ty < W
picture kept outside: Outside the picture you keep the value that img2 has at the pixel. It should be 0.
    np.zeros_like(img2) => img2.copy()
NaN outside: Outside the picture you fill in NaN. It should be 0.
    return out => return np.where(there, out, np.nan)
four pixels mixed: You mix the four pixels around the target. The nearest of them alone was asked.
    return flowlab.warp(img2, flow.astype(img2.dtype))
first axis: flow[0] is the flow's first row of pixels. u and v are along the last axis: flow[..., 0].
    flow[..., 0] => flow[0]
    flow[..., 1] => flow[1]
v upwards: The sign of v is reversed: v points down, as the rows count, so add it.
    y + flow => y - flow
flow as a position: You use the flow as the target itself. It is measured from the pixel: add x and y.
    x + flow => flow
    y + flow => flow
x and y swapped: x and y are swapped: tx is x + u, ty is y + v.
    x + flow => y + flow
    y + flow => x + flow
""",
    "2.2": """
all pixels: Pixels that are not valid count too: their truth is unknown. Leave them out.
    distance[valid] => distance
invalid as zero: Unknown pixels enter the mean as perfect ones: they add 0 to the sum, but 1 to the count. Pick, do
not multiply.
    distance[valid] => (distance * valid)
components apart: You average |du| and |dv| apart. The distance of two arrowheads takes both at once: sqrt(du² + dv²).
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs(flow - truth)
no root: These are squared distances: the root is missing.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => ((flow - truth) ** 2).sum(axis=-1)
root of the mean: You take the root of the mean of the squares (RMS). EPE is the mean of the roots: root first, mean
last.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => ((flow - truth) ** 2).sum(axis=-1)
    distance[valid].mean() => np.sqrt(distance[valid].mean())
lengths compared: You compare lengths. Two vectors of equal length may point in opposite directions: subtract the
flows first.
    return np.abs(np.hypot(*flow.T) - np.hypot(*truth.T)).T[valid].mean()
sum: This is the sum over the valid pixels; the EPE is their mean.
    .mean() => .sum()
|du| + |dv|: |du| + |dv| is the way along the grid. The distance is straight: sqrt(du² + dv²).
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs(flow - truth).sum(axis=-1)
mean of u and v: You take the mean of du² and dv² under the root. The theorem of Pythagoras has their sum.
    sum(axis=-1) => mean(axis=-1)
shapes do not fit: valid, (H, W), picks once, from an array that begins with H and W. Reduce the last axis: one
distance per pixel.
    axis=-1 => axis=0
one norm: This is one length of all errors together: the root of the sum over all pixels. Take a distance for each
pixel.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.linalg.norm((flow - truth)[valid])
    distance[valid].mean() => distance
norm over pixels: You add the squares over the pixels, for u and v apart. Add them over u and v, for each pixel.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.linalg.norm((flow - truth)[valid], axis=0)
    distance[valid] => distance
median: This is the median of the distances. The EPE is their mean.
    distance[valid].mean() => np.median(distance[valid])
largest: This is the largest distance. The EPE is the mean of all.
    .mean() => .max()
no mean: These are the distances of the valid pixels. Their mean was asked, one number.
    .mean() =>
invalid ones: You pick the pixels that are not valid. The mask is True where the truth is known.
    [valid] => [~valid]
signed: Differences of both signs cancel out. A distance is never negative: squares, sum, root.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => flow - truth
signed lengths: You subtract the lengths of the vectors, with their sign. Subtract the vectors, then take the length.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.linalg.norm(flow, axis=-1) - np.linalg.norm(truth, axis=-1)
truth left out: This is the mean length of the estimated flow. The truth has to be subtracted first.
    flow - truth => flow
estimate left out: This is the mean length of the true flow. The error needs the estimate as well.
    flow - truth => truth
plus: You add the two flows. Their distance is the length of their difference: minus.
    flow - truth => flow + truth
mean first: You average the differences first, where errors to the left and to the right cancel. Lengths first, mean
last.
    distance[valid].mean() => np.linalg.norm((flow - truth)[valid].mean(axis=0))
mean of all squares: This is the mean of all squares, those of u and of v apart. EPE: each pixel's sum and its root,
then the mean.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => (flow - truth) ** 2
root of all squares: This is the root of the mean of all squares. EPE takes the root of each pixel's sum of squares,
then the mean.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => (flow - truth) ** 2
    distance[valid].mean() => np.sqrt(distance[valid].mean())
square of the sum: You square du + dv. The theorem of Pythagoras adds the square of du and the square of dv: square
first.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs((flow - truth).sum(axis=-1))
u alone: You look at u alone. An error up or down counts as well: v belongs to the distance.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs(flow - truth)[..., 0]
""",
    "2.3": """
or for and: A pixel is wrong only if both hold, 3 px and 5 %: & instead of |.
    (error > 3) & => (error > 3) |
at least: Exactly 3 px is still right: more than (>), not at least (>=).
    error > 3 => error >= 3
    error > 0.05 => error >= 0.05
of the estimate: The 5 % are taken of the estimated flow. Take them of the truth: an estimate must not set its own
bar.
    norm(truth, axis => norm(flow, axis
a fraction: This is a fraction of 1; the answer is in percent.
    return my_fl_all(flow, truth, valid) / 100
3 px alone: You ask for 3 px only. A fast pixel that is off by 4 px of 100 still counts as right: 5 % must be
exceeded, too.
    (error > 3) & (error > 0.05 * length) => error > 3
every pixel: Pixels that are not valid are counted as well: take the share of the valid ones.
    return my_fl_all(flow, truth, np.ones_like(valid))
divided by all pixels: Only valid pixels are counted as wrong, but you divide by the number of all. Divide by the
number of valid ones.
    return my_fl_all(flow, truth, valid) * valid.mean()
5 for 5 %: You compare with 5 times the length. 5 % is 0.05 of it.
    0.05 => 5
50 %: You compare with half of the length. 5 % is 0.05 of it.
    0.05 => 0.5
5 % alone: You ask for 5 % only. An error of 2 px on a motion of 10 px is right: 3 px must be exceeded, too.
    (error > 3) & (error => (error
the right ones: This is the share of the pixels that are right. Fl-all counts the wrong ones.
    return 100 - my_fl_all(flow, truth, valid)
both below: You count the pixels below both limits. Wrong is a pixel above both.
    (error > 3) & (error > => (error < 3) & (error <
at least 3 px: Exactly 3 px is still right: more than 3 (>), not at least 3 (>=).
    error > 3 => error >= 3
at least 5 %: Exactly 5 % is still right: more than 5 % (>), not at least 5 % (>=).
    error > 0.05 => error >= 0.05
components apart: You judge u and v apart. A pixel has one error: the length of the difference.
    error = np.abs(flow - truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth))).any(axis=-1)[valid].mean()
mean over components: You judge u and v apart and take the mean over both. A pixel is judged once, by the length of
the difference.
    error = np.abs(flow - truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth)))[valid].mean()
largest component: You take the larger of |du| and |dv| for the error. The error is the length of the difference, made
of both.
    np.linalg.norm(flow - truth, axis=-1) => np.abs(flow - truth).max(axis=-1)
|du| + |dv|: |du| + |dv| is the way along the grid. The error is the straight distance.
    np.linalg.norm(flow - truth, axis=-1) => np.abs(flow - truth).sum(axis=-1)
u alone: You look at u alone. An error up or down counts as well: v belongs to the distance.
    np.linalg.norm(flow - truth, axis=-1) => np.abs(flow - truth)[..., 0]
no root: Your errors are squared: the root is missing.
    np.linalg.norm(flow - truth, axis=-1) => ((flow - truth) ** 2).sum(axis=-1)
lengths compared: You compare lengths. Two vectors of equal length may point in opposite directions: subtract the
flows first.
    flow - truth, axis=-1) => flow, axis=-1)
    (error > 3) & (error > => (abs(error - length) > 3) & (abs(error - length) >
signed lengths: You subtract the lengths, with their sign: a vector that is too short counts as right. Subtract the
flows first.
    flow - truth, axis=-1) => flow, axis=-1) - np.linalg.norm(truth, axis=-1)
u of the truth: The 5 % are taken of the truth's u. Its length is made of u and v.
    np.linalg.norm(truth, axis=-1) => np.abs(truth[..., 0])
one error for all: Without an axis np.linalg.norm gives one length of all pixels together. Each pixel has an error of
its own.
    flow - truth, axis=-1 => flow - truth
mean error judged: You judge the mean error. Each pixel is judged first; then comes the share of the wrong.
    return 100 * (np.linalg.norm(flow - truth, axis=-1)[valid].mean() > 3)
missing brackets: & binds tighter than >: 3 & error is computed first. Put each comparison in brackets.
    (error > 3) & (error > 0.05 * length) => error > 3 & error > 0.05 * length
and between masks: `and`, `if` and Python's max need single truth values. Join masks with &, each comparison in
brackets.
    (error > 3) & (error > 0.05 * length) => error > 3 and error > 0.05 * length
shapes do not fit: valid, (H, W), picks once, from an array that begins with H and W. Reduce the last axis: an error
for each pixel.
    flow - truth, axis=-1 => flow - truth, axis=0
    norm(truth, axis=-1) => norm(truth, axis=0)
a count: This is how many pixels are wrong. The answer is their share of the valid ones, in percent.
    return my_fl_all(flow, truth, valid) * valid.sum() / 100
no mean: This says of each valid pixel whether it is wrong. The share of the wrong ones was asked.
    100 * wrong[valid].mean() => wrong[valid]
""",
    "2.4": """
asked at the start: You take the backward flow at the start. It lives on frame 2's grid: ask it where the pixel has
arrived.
    backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)] => backward_flow
minus: A perfect backward flow is the opposite of the flow, so their sum is zero: plus, not minus.
    return misses(flow, -backward_flow, limit)
outside forgiven: A target outside the picture, be it along one axis alone, was clipped to the edge and may look like an
arrival: count it as a miss.
    ~there | (np => (np
the visible ones: The mask is the wrong way round: True is for the pixels that miss.
    return ~misses(flow, backward_flow, limit)
at least: Exactly the limit is not a miss: more than (>), not at least (>=).
    > limit => >= limit
components apart: You compare u and v with the limit apart. A pixel misses by one distance, made of both.
    np.linalg.norm(flow + back, axis=-1) => np.abs(flow + back).max(axis=-1)
u alone: You look at u alone. A pixel may also miss its start up or down: v belongs to the distance.
    np.linalg.norm(flow + back, axis=-1) => np.abs(flow + back)[..., 0]
|u| + |v|: |u| + |v| is the way along the grid. The distance from the start is straight.
    np.linalg.norm(flow + back, axis=-1) => np.abs(flow + back).sum(axis=-1)
signed: A miss to the left or upwards is negative, and never above the limit. Take the distance.
    np.linalg.norm(flow + back, axis=-1) => (flow + back).max(axis=-1)
no root: You compare a squared distance with the limit: the root is missing.
    np.linalg.norm(flow + back, axis=-1) => ((flow + back) ** 2).sum(axis=-1)
one norm: Without an axis np.linalg.norm gives one length of all pixels together. Take a distance for each pixel.
    flow + back, axis=-1 => flow + back
lengths compared: You compare the lengths of the two ways. The way back may be as long and lead elsewhere: add the
vectors first.
    np.linalg.norm(flow + back, axis=-1) => np.abs(np.linalg.norm(flow, axis=-1) - np.linalg.norm(back, axis=-1))
the way back alone: You compare the way back with the limit. A miss is what is left of both ways: add them.
    flow + back => back
limit of 1: The limit is always 1 px in your function. It is an argument: use limit.
    return misses(flow, backward_flow)
limit of 0: Any miss above 0 counts in your function. Only a miss above limit is one.
    return misses(flow, backward_flow, 0)
relative limit: Your limit grows with the motion, as in the chapter's test of occlusion. Here all pixels have the same
limit.
    return flowlab.occlusion(flow, backward_flow)
    or
    np.linalg.norm(flow + back, axis=-1) => ((flow + back) ** 2).sum(-1) - 0.01 * (flow**2 + back**2).sum(-1)
    > limit => > 0.5
cut off: astype(int) drops the fraction: 1.7 becomes 1, and -0.7 becomes 0, a pixel inside. Round with np.rint first.
    np.rint(x => np.trunc(x
    np.rint(y => np.trunc(y
rounded down: Targets are rounded down. The nearest pixel may be above: np.rint finds it.
    np.rint(x => np.floor(x
    np.rint(y => np.floor(y
a half added: astype(int) after + 0.5 rounds positive numbers alone: -0.7 becomes 0, a pixel inside. np.rint rounds
both.
    np.rint(x + flow[..., 0]) => (x + flow[..., 0] + 0.5)
    np.rint(y + flow[..., 1]) => (y + flow[..., 1] + 0.5)
four pixels mixed: You mix the backward flow of four pixels. The exercise takes it at the rounded target.
    flow + back => flow + flowlab.warp(backward_flow, flow)
u and v swapped: u and v are swapped in the targets: u moves along a row, in x, and v down, in y.
    flow[..., 0] => flow[..., 1]
    flow[..., 1] => flow[..., 0]
against the flow: Your targets are at x - u, y - v. The pixel goes along the flow: plus.
    x + flow => x - flow
    y + flow => y - flow
indices are floats: An index is an integer within its axis. np.rint returns floats, so .astype(int) is needed; and u
is component 0 of the flow, v is component 1.
    0]).astype(int) => 0])
    1]).astype(int) => 1])
index outside: A target lies outside the array: columns go from 0 to W - 1, rows from 0 to H - 1. Clip before you look
up.
    ty.clip(0, H - 1), tx.clip(0, W - 1) => ty, tx
column first: You index with the column first. An array takes the row first: ty, then tx.
    ty.clip(0, H - 1), tx.clip(0, W - 1) => tx.clip(0, W - 1), ty.clip(0, H - 1)
    or
    ty.clip(0, H - 1), tx.clip(0, W - 1) => tx.clip(0, H - 1), ty.clip(0, W - 1)
and between masks: `and`, `or` and a chain a <= b < c need single truth values. Join masks with & and |, comparisons
in brackets.
    ~there | => not there or
missing brackets: | binds tighter than >. Put the comparison with the limit in brackets.
    (np.linalg.norm(flow + back, axis=-1) > limit) => np.linalg.norm(flow + back, axis=-1) > limit
outside are hits: Pixels whose target is outside are False in your mask. They count as misses: True.
    ~there | => there &
inside are misses: Every pixel whose target is inside is True in your mask. Those outside are misses: ~.
    ~there => there
less than the limit: True is for the pixels whose distance is above the limit. Yours is for those below.
    > limit => < limit
one too many: The last column is W - 1 and the last row H - 1: a target at W or H is outside.
    tx < W => tx <= W
    ty < H => ty <= H
last one left out: The last column is W - 1 and the last row H - 1. You count both as outside.
    tx < W => tx < W - 1
    ty < H => ty < H - 1
zero left out: Row 0 and column 0 are inside the picture: at least 0 (>=), not more than 0 (>).
    tx >= 0 => tx > 0
    ty >= 0 => ty > 0
upper bounds alone: You test the upper bounds alone. Targets below 0 are outside, too.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx < W) & (ty < H)
height and width swapped: The bounds have height and width swapped: tx stays below W, ty below H.
    tx < W => tx < H
    ty < H => ty < W
both components: You ask that u and v both exceed the limit. A pixel misses by one distance, made of both.
    np.linalg.norm(flow + back, axis=-1) => np.abs(flow + back).min(axis=-1)
u + v: You add u and v. They are at right angles to each other: the theorem of Pythagoras gives the distance.
    np.linalg.norm(flow + back, axis=-1) => np.abs((flow + back).sum(axis=-1))
over the rows: You add the squares along the rows or the columns. u and v of a pixel are along the last axis.
    axis=-1 => axis=0
rounded up: Targets are rounded up. The nearest pixel may be below: np.rint finds it.
    np.rint(x => np.ceil(x
    np.rint(y => np.ceil(y
v upwards: The sign of v is reversed in the targets: v points down, as the rows count, so add it.
    y + flow => y - flow
negative indices: A negative index counts from the other end, so what leaves at the left or the top comes in again
there. Ask for >= 0.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx > -W) & (tx < W) & (ty > -H) & (ty < H)
    ty.clip(0, H - 1), tx.clip(0, W - 1) => ty % H, tx % W
    or
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx >= -W) & (tx < W) & (ty >= -H) & (ty < H)
    ty.clip(0, H - 1), tx.clip(0, W - 1) => ty % H, tx % W
    or
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx < W) & (ty < H)
    ty.clip(0, H - 1), tx.clip(0, W - 1) => ty % H, tx % W
columns alone: You test the columns alone. A target above the picture or below it is outside, too.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx >= 0) & (tx < W)
rows alone: You test the rows alone. A target left of the picture or right of it is outside, too.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (ty >= 0) & (ty < H)
tested before rounding: You test targets before they are rounded: -0.3 becomes 0, a pixel inside. Test the rounded
ones.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (0 <= x + flow[..., 0]) & (x + flow[..., 0] <= W - 1)
    ~there | => ~(there & (0 <= y + flow[..., 1]) & (y + flow[..., 1] <= H - 1)) |
zero outside: Outside the picture you take 0 for the way back, so a short motion that leaves looks like an arrival.
    ~there | (np.linalg.norm(flow + back, axis => (np.linalg.norm(flow + back * there[..., None], axis
from the rounded target: You go back from the rounded target. The miss is flow plus backward flow: the rounding does
not count.
    flow + back => np.stack([tx - x, ty - y], axis=-1) + back
mean of squares: You take the root of the mean of both squares. The distance is the root of their sum.
    np.linalg.norm(flow + back, axis=-1) => np.sqrt(((flow + back) ** 2).mean(axis=-1))
flow twice: You look up the flow itself at the target. The way back stands in backward_flow.
    return misses(flow, flow, limit)
flow as a position: You use the flow as the target itself. It is measured from the pixel: add x and y.
    x + flow => flow
    y + flow => flow
""",
}
