"""Wrong answers to the exercises of chapter 02 that readers give, those on warping: 2.1, 2.4 and 2.5."""

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
    or
    & (ty >= 0) & (ty < H) =>
    ty[there], tx[there] => ty.clip(0, H - 1)[there], tx[there]
columns not tested: You test the rows alone. Targets to the left and right are outside, too.
    (tx >= 0) & (tx < W) & (ty => (ty
    or
    (tx >= 0) & (tx < W) & (ty => (ty
    ty[there], tx[there] => ty[there], tx.clip(0, W - 1)[there]
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
    or
    return out => return ((tx >= 0) & (tx < H) & (ty >= 0) & (ty < W)) * img2[ty.clip(0, H - 1), tx.clip(0, W - 1)]
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
flow rounded: You round the flow and add it then. The target is to be rounded: at a half the two differ.
    np.rint(x + flow[..., 0]) => (x + np.rint(flow[..., 0]))
    np.rint(y + flow[..., 1]) => (y + np.rint(flow[..., 1]))
halves up: At a half you round up. np.rint, as asked, takes the even neighbour: 2.5 becomes 2, and 3.5 becomes 4.
    np.rint(x => np.floor(0.5 + x
    np.rint(y => np.floor(0.5 + y
v forgotten: The rows stay as they are in yours. v moves the target up or down.
    y + flow => y + 0 * flow
rim left out: You leave out the outermost rows and columns. Columns 0 to W - 1 and rows 0 to H - 1 are inside.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx > 0) & (tx < W - 1) & (ty > 0) & (ty < H - 1)
one too many: Column W and row H count as inside in yours. The last ones are W - 1 and H - 1.
    tx < W => tx <= W
    ty < H => ty <= H
    ty[there], tx[there] => ty.clip(0, H - 1)[there], tx.clip(0, W - 1)[there]
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
    "2.5": """
minus the flow: The sign of the flow is reversed: a warp fetches from x + w(x).
    return warp_bilinear(img2, -flow)
components swapped: u and v have changed places: flow[..., 0] is u, for columns; flow[..., 1] is v, for rows.
    return warp_bilinear(img2, flow[..., ::-1])
v upwards: The sign of v is reversed: v points down, as the rows count, so add it.
    return warp_bilinear(img2, flow * [1, -1])
nearest pixel: You take the nearest pixel alone. Mix the four around the target.
    tx, ty = x + flow[..., 0], y + flow[..., 1] => tx, ty = np.rint(x + flow[..., 0]), np.rint(y + flow[..., 1])
upper left pixel: You take the pixel above and to the left of the target alone: four pixels count.
    tx, ty = x + flow[..., 0], y + flow[..., 1] => tx, ty = np.floor(x + flow[..., 0]), np.floor(y + flow[..., 1])
equal weights: Your four pixels count the same. A nearer one counts more: 1 - the distance, in x times in y.
    (1 - np.abs(tx - xx)) * (1 - np.abs(ty - yy)) => 0.25
weights exchanged: The farther pixel counts more in your mean: a weight is 1 - the distance, not the distance.
    (1 - np.abs(tx - xx)) * (1 - np.abs(ty - yy)) => np.abs(tx - xx) * np.abs(ty - yy)
sum of weights: Your weights are sums. A pixel's weight is the product of those of its column and its row.
    (1 - np.abs(tx - xx)) * (1 - np.abs(ty - yy)) => (1 - np.abs(tx - xx) + 1 - np.abs(ty - yy)) / 4
columns alone: You mix along the columns alone. A target lies between two rows as well.
    (1 - np.abs(ty - yy)) => (yy == y0)
rows alone: You mix along the rows alone. A target lies between two columns as well.
    (1 - np.abs(tx - xx)) => (xx == x0)
sign of the distance: A distance has no sign: take np.abs(tx - xx) and np.abs(ty - yy).
    (1 - np.abs(tx - xx)) * (1 - np.abs(ty - yy)) => (1 - tx + xx) * (1 - ty + yy)
cut off: astype(int) without np.floor cuts -0.3 to 0, but the pixel to its left is -1. Use np.floor first.
    np.floor(tx) => tx
    np.floor(ty) => ty
    or
    np.floor(tx) => tx
    np.floor(ty) => ty
    (1 - np.abs(tx - xx)) => ((xx - x0) * (tx - x0) + (1 - xx + x0) * (1 - tx + x0))
    (1 - np.abs(ty - yy)) => ((yy - y0) * (ty - y0) + (1 - yy + y0) * (1 - ty + y0))
edge repeated: Outside the picture you repeat its edge. Pixels outside count as 0.
    np.where(there, weight * found, 0) => weight * found
wrapped round: A pixel beyond one edge comes in again at the other (a negative index does that, too). It should count
as 0.
    np.where(there, weight * found, 0) => weight * found
    yy.clip(0, H - 1), xx.clip(0, W - 1) => yy % H, xx % W
upper bounds alone: You test the upper bounds alone: indices below 0 are outside, too.
    (xx >= 0) & (xx < W) & (yy >= 0) & (yy < H) => (xx < W) & (yy < H)
zero left out: Row 0 and column 0 are inside the picture: at least 0 (>=), not more than 0 (>).
    xx >= 0 => xx > 0
    yy >= 0 => yy > 0
last one left out: The last column is W - 1 and the last row H - 1. You leave both out.
    xx < W => xx < W - 1
    yy < H => yy < H - 1
all or nothing: You give 0 as soon as one of the four pixels is outside. The others still count with their weights.
    return out => return np.where((x0 >= 0) & (x0 + 1 < W) & (y0 >= 0) & (y0 + 1 < H), out, 0)
weights of those inside: You divide by the weights of the pixels inside. Those outside count as 0, so the mean grows
darker at the edge.
    out = np.zeros((H, W)) => out, total = np.zeros((H, W)), np.zeros((H, W))
    np.where(there, weight * found, 0) => np.where(there, weight * found, 0); total += np.where(there, weight, 0)
    return out => return out / np.maximum(total, 1e-9)
last pixel alone: Each of your four pictures replaces the one before. Add them up: +=.
    out += => out =
flow as a position: You use the flow as the target itself. It is measured from the pixel: add x and y.
    tx, ty = x + flow[..., 0], y + flow[..., 1] => tx, ty = flow[..., 0], flow[..., 1]
indices outside: A pixel of the four lies outside the array. Clip the indices, and count those pixels as 0.
    yy.clip(0, H - 1), xx.clip(0, W - 1) => yy, xx
indices are floats: An index is an integer: np.floor returns floats, so .astype(int) is needed.
    np.floor(tx).astype(int), np.floor(ty).astype(int) => np.floor(tx), np.floor(ty)
column first: You index with the column first. An array takes the row first: yy, then xx.
    img2[yy.clip(0, H - 1), xx.clip(0, W - 1)] => img2[xx.clip(0, W - 1), yy.clip(0, H - 1)]
weights of x exchanged: Along x the farther column counts more. A weight is 1 - the distance, along both axes.
    (1 - np.abs(tx - xx)) => np.abs(tx - xx)
weights of y exchanged: Along y the farther row counts more. A weight is 1 - the distance, along both axes.
    (1 - np.abs(ty - yy)) => np.abs(ty - yy)
frame of middles: A target less than a pixel outside gives 0 in yours. Those of its four pixels that are inside count.
    return out => return out * ((tx >= 0) & (tx <= W - 1) & (ty >= 0) & (ty <= H - 1))
row rounded: You round the target's row, and mix along the columns alone. It lies between two rows as well.
    y + flow[..., 1] => np.rint(y + flow[..., 1])
column rounded: You round the target's column, and mix along the rows alone. It lies between two columns as well.
    x + flow[..., 0] => np.rint(x + flow[..., 0])
""",
}
