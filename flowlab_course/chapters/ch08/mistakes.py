"""Wrong answers to the exercises of chapter 08 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "8.1": """
sum: This is the sum, as in the paper's equation. The layer divides it by K * K * C: take the mean.
    return score(a, b, y1, x1, y2, x2, K) * a.shape[0] * K * K
1 / C only: You divide by C only. A patch has K * K pixels as well.
    return score(a, b, y1, x1, y2, x2, K) * K * K
one short: Your patch has K - 1 pixels a side: a slice leaves out its end, so go to + k + 1.
    k + 1, x1 - k : x1 + k + 1 => k, x1 - k : x1 + k
    k + 1, x2 - k : x2 + k + 1 => k, x2 - k : x2 + k
    mean() => sum() / (a.shape[0] * K * K)
one short, and its mean: Your mean is over K - 1 pixels a side: a slice stops before its end, so let it end at + k +
1.
    y1 - k : y1 + k + 1, x1 - k : x1 + k + 1 => y1 - k : y1 + k, x1 - k : x1 + k
    y2 - k : y2 + k + 1, x2 - k : x2 + k + 1 => y2 - k : y2 + k, x2 - k : x2 + k
x and y swapped: x and y have changed places: a map is indexed [channel, y, x].
    return score(a, b, x1, y1, x2, y2, K)
centre only: You compare the two centres only. Take the K x K pixels around each.
    return (a[:, y1, x1] * b[:, y2, x2]).mean()
maps swapped: a and b have changed places: (y1, x1) is a place in a, (y2, x2) one in b.
    return score(b, a, y1, x1, y2, x2, K)
first place for both: You read both patches at (y1, x1). The patch of b lies around (y2, x2).
    return score(a, b, y1, x1, y1, x1, K)
second place for both: You read both patches at (y2, x2). The patch of a lies around (y1, x1).
    return score(a, b, y2, x2, y2, x2, K)
one map for both: Both of your patches come from a. The second one comes from b.
    patch2 = b => patch2 = a
squared differences: You average squared differences. A correlation multiplies the two patches.
    (patch1 * patch2) => ((patch1 - patch2) ** 2)
absolute differences: You average absolute differences. A correlation multiplies the two patches.
    (patch1 * patch2) => (patch1 - patch2).abs()
product of means: You multiply two means. Multiply pixel by pixel first; the mean comes last.
    (patch1 * patch2).mean() => patch1.mean() * patch2.mean()
matrix product: @ is the matrix product, rows by columns. Here each number meets the one at its own place: *.
    patch1 * patch2 => patch1 @ patch2
from the corner: Your patches begin at the given places. Those are the centres: a patch reaches k pixels to each side.
    y1 - k : y1 + k + 1, x1 - k : x1 + k + 1 => y1 : y1 + K, x1 : x1 + K
    y2 - k : y2 + k + 1, x2 - k : x2 + k + 1 => y2 : y2 + K, x2 : x2 + K
scaled to length 1: You divide by the lengths of the patches. The layer scales nothing: it is the mean product alone.
    (patch1 * patch2).mean() => (patch1 * patch2).sum() / (patch1.norm() * patch2.norm())
one channel: That is the mean over a single channel: the channels are all compared.
    return score(a[:1], b[:1], y1, x1, y2, x2, K)
second patch mirrored: The second patch is turned by half a turn, as in a convolution. A correlation leaves it as it is.
    * patch2 => * patch2.flip(1, 2)
second patch transposed: Rows and columns of the second patch have changed places. Each number meets the one at its own
place.
    * patch2 => * patch2.transpose(1, 2)
means taken off: You take the mean off each patch first. The layer multiplies the features as they are.
    (patch1 * patch2) => ((patch1 - patch1.mean()) * (patch2 - patch2.mean()))
x2 and y2 swapped: The first patch is right. Of the second one x and y have changed places: the row, y2, comes first.
    return score(a, b, y1, x1, x2, y2, K)
x1 and y1 swapped: The second patch is right. Of the first one x and y have changed places: the row, y1, comes first.
    return score(a, b, x1, y1, y2, x2, K)
no sign: Your score is never negative. Features that are opposite have a score below 0.
    mean() => mean().abs()
rows for channels: The first axis of a map is its channels: rows and columns are the second axis and the third.
    k = K // 2
    return (a[y1 - k : y1 + k + 1, x1 - k : x1 + k + 1] * b[y2 - k : y2 + k + 1, x2 - k : x2 + k + 1]).mean()
K to each side: Your patches reach K pixels to each side. K is the whole side: it reaches K // 2.
    k = K // 2 => k = K
divided by the root: You divide by the square root of the number of products. A mean divides by their number, K * K * C.
    (patch1 * patch2).mean() => (patch1 * patch2).sum() / patch1.numel() ** 0.5
1 / K only: You divide by K only. There are K * K * C products.
    return score(a, b, y1, x1, y2, x2, K) * a.shape[0] * K
""",
    "8.2": """
dx outer: dx and dy have changed places: dx runs fastest, so it is the remainder, channel % D.
    return displacement(channel, max_displacement, stride2)[::-1]
not from the centre: You count from the first displacement. Zero is in the middle: subtract r from both.
    (channel % D - r) * stride2, (channel // D - r) * stride2 => channel % D * stride2, channel // D * stride2
steps: These are steps. In pixels each is stride2 wide: multiply.
    (channel % D - r) * stride2, (channel // D - r) * stride2 => channel % D - r, channel // D - r
zero forgotten: A row has 2 r + 1 displacements, zero among them: divide by D, not by 2 r.
    2 * r + 1 => 2 * r
D doubled first: Your D doubles before it divides: 2 * (max_displacement // stride2) + 1 is another number where d is
no multiple.
    r + => max_displacement // stride2 +
D and r doubled first: D is too large by one where d is no multiple of stride2, and its half with it: divide first,
then double.
    max_displacement // stride2 => (2 * max_displacement // stride2 + 1) // 2
    r + => max_displacement // stride2 +
max_displacement subtracted: You subtract max_displacement. The last step may end before it: the middle is r steps
from the first.
    (channel % D - r) * stride2 => channel % D * stride2 - max_displacement
    (channel // D - r) * stride2 => channel // D * stride2 - max_displacement
maximum in steps: You subtract max_displacement, in pixels, from a number of steps: the middle is r steps from the
first.
    channel % D - r => channel % D - max_displacement
    channel // D - r => channel // D - max_displacement
steps from pixels: You subtract r, a number of steps, from pixels: subtract before you multiply by stride2.
    (channel % D - r) * stride2, (channel // D - r) * stride2 => channel % D * stride2 - r, channel // D * stride2 - r
no parentheses: Only r is multiplied by stride2: the product comes before the difference, so parentheses are missing.
    (channel % D - r) * stride2, (channel // D - r) => channel % D - r * stride2, channel // D - r
stride left out: You lay out all displacements. With a stride there are D = 2 r + 1 in a row only, stride2 apart.
    max_displacement // stride2 => max_displacement
    (channel % D - r) * stride2, (channel // D - r) * stride2 => channel % D - r, channel // D - r
from one: Channels count from 0: channel 0 is the first.
    return displacement(channel - 1, max_displacement, stride2)
dy not from the centre: dx is right. dy counts from the first displacement: zero is in the middle there as well.
    (channel // D - r) => channel // D
dx not from the centre: dy is right. dx counts from the first displacement: zero is in the middle there as well.
    (channel % D - r) => channel % D
a fraction: The row is a whole number: / keeps a fraction, // does not.
    // D => / D
dy reversed: dx is right, dy's sign is reversed: the first row of the square is the topmost, -d, and dy grows downwards.
    (channel // D - r) => (r - channel // D)
dx reversed: dy is right, dx's sign is reversed: the first column of the square is the leftmost, -d, and dx grows to
the right.
    (channel % D - r) => (r - channel % D)
divided by r: You divide by r, the steps to one side. A row of the square has D = 2 r + 1 displacements.
    2 * r + 1 => r
middle channel subtracted: You subtract the middle channel's number, and divide then. First find row and column, then
subtract r from both.
    (channel % D - r) * stride2 => (channel - D * D // 2) % D * stride2
    (channel // D - r) * stride2 => (channel - D * D // 2) // D * stride2
column twice: Both of yours are the column. The row is the quotient, not the remainder.
    // D => % D
row twice: Both of yours are the row. The column is the remainder, not the quotient.
    % D => // D
divided by stride2: You divide by stride2. A step is stride2 pixels wide: multiply.
    dx, dy = displacement(channel, max_displacement, stride2)
    return dx / stride2**2, dy / stride2**2
    or
    dx, dy = displacement(channel, max_displacement, stride2)
    return dx // stride2**2, dy // stride2**2
from -max_displacement: Your displacements begin at -max_displacement, and miss zero where that is no multiple of
stride2: begin at -r * stride2.
    steps = range(-max_displacement, max_displacement + 1, stride2)
    return [(dx, dy) for dy in steps for dx in steps][channel]
y upwards, and first: Two things: dx runs fastest, so it is the remainder and comes first; y grows downwards, so that
the first row of the square is -d.
    dx, dy = displacement(channel, max_displacement, stride2)
    return -dy, dx
    or
    dx, dy = displacement(channel, max_displacement, stride2)
    return dy, -dx
""",
    "8.3": """
one axis: Displacements go along both axes: D * D scores at each place, not D.
    D * K => K
patch forgotten: A score compares K * K pixels, not one.
    D * D * K * K => D * D
channels forgotten: Each pixel of a patch has C channels: C products.
    K * K * C => K * K
stride ignored: stride2 leaves displacements out: D comes from max_displacement // stride2.
    max_displacement // stride2 => max_displacement
zero forgotten: Zero is a displacement, too: D = 2 r + 1.
    (max_displacement // stride2) + 1 => (max_displacement // stride2)
K once: A patch has K rows and K columns, K * K pixels: K stands once in yours.
    K * K * C => K * C
doubled first: Your D doubles before it divides by stride2, or its steps begin at one end and miss zero. Whole steps
first, from zero to one side, rounded down; then both sides.
    2 * (max_displacement // stride2) => 2 * max_displacement // stride2
one side: Displacements go both ways: your D counts zero and one side only.
    2 * (max_displacement // stride2) + 1 => max_displacement // stride2 + 1
one side without zero: Displacements go both ways, and zero is one of them: your D is max_displacement // stride2
alone.
    2 * (max_displacement // stride2) + 1 => max_displacement // stride2
2 d: Your D is 2 * max_displacement: it takes no account of stride2, and zero is missing.
    2 * (max_displacement // stride2) + 1 => 2 * max_displacement
zero added last: You square 2 r and add 1. Zero is a displacement along each axis: add it to 2 r, and square then.
    2 * (max_displacement // stride2) + 1 => 2 * (max_displacement // stride2)
    D * D * K => (D * D + 1) * K
rounded up: Your steps are rounded up: the last one would go beyond max_displacement.
    (max_displacement // stride2) => -(-max_displacement // stride2)
rounded: Your steps are rounded to the nearest number: a half step up would go beyond max_displacement.
    (max_displacement // stride2) => round(max_displacement / stride2)
scores: You count scores. Each score is a sum of products over its patch and its channels.
    Ho * Wo * D * D * K * K * C => Ho * Wo * D * D
one place: That is for one place of the output. There are Ho * Wo.
    Ho * Wo * D => D
all pairs: You compare every place with every place. The layer compares it with D * D displaced ones.
    Ho * Wo * D * D => (Ho * Wo) ** 2
additions, too: You count the additions of each sum as well: multiplications alone are asked for, one for each
product.
    K * K * C => (2 * K * K * C - 1)
    or
    K * K * C => 2 * K * K * C
FlowNetC's D: 441 displacements are right for FlowNetC's layer only: compute D from the arguments.
    D * D => 441
zero divided, too: You divide 2 d + 1 by stride2. Divide max_displacement first; displacement zero is added at the end.
    2 * (max_displacement // stride2) + 1 => (2 * max_displacement + 1) // stride2
fraction of a step: / leaves a fraction of a step. Only whole steps have a score: //, before you double.
    max_displacement // stride2 => max_displacement / stride2
K for the radius: You take K for the reach of a patch. It is the side of a patch: K rows and K columns.
    K * K * C => (2 * K + 1) ** 2 * C
32 bits: A product beyond 2**31 does not fit into 32 bits, and wraps around. Python's integers, or 64 bits, hold it.
    Ho * Wo * D * D * K * K * C => int(np.prod([Ho, Wo, D, D, K, K, C], dtype=np.int32))
the division, too: You count the division of each score by K * K * C as one more product. The products of equation 1
alone are asked for.
    K * K * C => (K * K * C + 1)
additions: A sum of n products has n - 1 additions; its multiplications are n.
    K * K * C => (K * K * C - 1)
all, then thinned: You count all displacements and divide by stride2 twice. Count those that are left along one axis
instead: zero and max_displacement // stride2 to each side.
    Ho * Wo * D * D * K * K * C => Ho * Wo * K * K * C * (2 * max_displacement + 1) ** 2 // stride2**2
    or
    D * D => (2 * max_displacement + 1) ** 2 // stride2**2
    or
    D * D => ((2 * max_displacement + 1) / stride2) ** 2
a disc: You count the displacements of a disc. max_displacement holds for dx and for dy, so they are a square.
    reach = max_displacement // stride2 * stride2
    steps = range(-reach, reach + 1, stride2)
    return Ho * Wo * K * K * C * sum(x * x + y * y <= max_displacement**2 for x in steps for y in steps)
    or
    steps = range(-max_displacement, max_displacement + 1, stride2)
    return Ho * Wo * K * K * C * sum(x * x + y * y <= max_displacement**2 for x in steps for y in steps)
""",
    "8.4": """
dx outer: The channels are in the wrong order: dy is the outer loop, dx the inner one.
    y in steps for x => x in steps for y
sum: You sum over the channels; the layer divides by C: take the mean.
    return strided(a, b, max_displacement, stride2) * a.shape[1]
wrong map: You shift a. The first map stays, the second one is looked up: shift b.
    return strided(b, a, max_displacement, stride2)
last one left out: The last displacement is missing: range leaves out its end, so add 1.
    reach + 1 => reach
slices of another size: Some slices that you multiply a with are not H x W: in the padded map a shift goes from 0 to 2
* reach, and a slice ends H or W after it.
    0, 2 * reach + 1 => -reach, reach + 1
max_displacement for reach: Right where max_displacement is a multiple of stride2: else the last step is too far,
reach is where it ends.
    2 * reach => 2 * max_displacement
padded by max_displacement: Your first displacement is -max_displacement: the steps from there miss zero where that is
no multiple of stride2.
    max_displacement // stride2 * stride2 => max_displacement
every displacement: You take every displacement. Only every stride2-th is asked for.
    2 * reach + 1, stride2 => 2 * reach + 1
number for shift: The right number of channels, a pixel apart: the n-th shift is n * stride2.
    0, 2 * reach + 1, stride2 => 2 * (max_displacement // stride2) + 1
reversed: The channels run backwards, from +reach to -reach: the first one is the shift up and to the left.
    return strided(a, b, max_displacement, stride2).flip(1)
quarter of the window: You take a quarter of the window: shifts go from 0 to 2 * reach, displacement zero is at reach.
    2 * reach => reach
wrapped round: What leaves the map on one side comes in again on the other. Outside of the map there is 0.
    reach = max_displacement // stride2 * stride2
    steps = range(reach, -reach - 1, -stride2)
    return torch.stack([(a * torch.roll(b, (y, x), (2, 3))).mean(1) for y in steps for x in steps], 1)
stacked in front: The displacements are in front of the batch: they are the second axis.
    return strided(a, b, max_displacement, stride2).transpose(0, 1)
joined rows: torch.cat joined the maps along their rows. Each displacement is a channel of its own.
    return strided(a, b, max_displacement, stride2).flatten(1, 2)
channels kept: The products are still apart, channel by channel: one score is their mean.
    .mean(1) =>
diagonal only: You shift x and y by the same number: dy and dx go through all steps, each with each.
    D = 2 * (max_displacement // stride2) + 1
    return strided(a, b, max_displacement, stride2)[:, :: D + 1]
two axes: The scores are right; the D rows and D columns of displacements belong on one axis.
    D = 2 * (max_displacement // stride2) + 1
    return strided(a, b, max_displacement, stride2).unflatten(1, (D, D))
batch torn apart: Stacked in front, the maps of both images alternate, and view does not bring those of one image
together. Stack them along another axis.
    return strided(a, b, max_displacement, stride2).transpose(0, 1).reshape(len(a), -1, *a.shape[2:])
first image only: You return the scores of the batch's first image. The others have theirs, too.
    return strided(a[:1], b[:1], max_displacement, stride2)
mean over the batch: Your mean runs over the batch as well. Each image has scores of its own.
    return strided(a, b, max_displacement, stride2).mean(0, keepdim=True)
channels thinned: You keep every stride2-th channel of all scores. The displacements are thinned along each axis: whole
rows of them, too, are left out.
    return strided(a, b, max_displacement, 1)[:, ::stride2]
    or
    return strided(a, b, max_displacement // stride2 * stride2, 1)[:, ::stride2]
places thinned: You leave out places. The map keeps its size, and displacements are left out.
    return strided(a, b, max_displacement, stride2)[..., ::stride2, ::stride2]
    or
    return strided(a, b, max_displacement, 1)[..., ::stride2, ::stride2]
border repeated: Outside of the map you repeat its border. There is 0.
    (reach, reach, reach, reach) => (reach, reach, reach, reach), mode="replicate"
dx at every pixel: Your dy goes in steps of stride2, your dx pixel by pixel: both go in steps.
    for x in steps => for x in range(2 * reach + 1)
dy at every pixel: Your dx goes in steps of stride2, your dy pixel by pixel: both go in steps.
    for y in steps => for y in range(2 * reach + 1)
height and width swapped: H and W have changed places: the rows of a map come before its columns.
    H, W => W, H
normalised: You bring all features to the same length first. The scores are of the features as they are.
    a, b = (torch.nn.functional.normalize(features, dim=1) for features in (a, b))
    return strided(a, b, max_displacement, stride2) * a.shape[1]
    or
    a, b = (torch.nn.functional.normalize(features, dim=1) for features in (a, b))
    return strided(a, b, max_displacement, stride2)
mean along the batch: Your mean runs over axis 0, the batch. The channels are axis 1.
    .mean(1) => .mean(0)
one quarter, from zero: You take no displacement to the left or upwards. They go from -reach to reach.
    0, 2 * reach + 1 => reach, 2 * reach + 1
either a multiple: You keep a displacement if dy or dx is a multiple of stride2. Both have to be.
    reach = max_displacement // stride2 * stride2
    D = 2 * reach + 1
    keep = [y * D + x for y in range(D) for x in range(D) if y % stride2 == 0 or x % stride2 == 0]
    return strided(a, b, reach, 1)[:, keep]
divided by D * D: You divide by D * D, the number of displacements. Each score is a mean over its C channels alone.
    return strided(a, b, max_displacement, stride2) / (2 * (max_displacement // stride2) + 1) ** 2
    or
    return strided(a, b, max_displacement, stride2) * a.shape[1] / (2 * (max_displacement // stride2) + 1) ** 2
squared differences: You average squared differences. A correlation multiplies a with the shifted map.
    (a * padded[:, :, y : y + H, x : x + W]) => ((a - padded[:, :, y : y + H, x : x + W]) ** 2)
dy backwards: Your dx is right, your dy runs backwards: the first row of displacements is the topmost, shift 0.
    for y in steps => for y in reversed(steps)
dx backwards: Your dy is right, your dx runs backwards: the first of a row is the leftmost, shift 0.
    for x in steps => for x in reversed(steps)
""",
    "8.5": """
not times C: The layer divides by C: your scores are C times too small. Multiply them by a.shape[1].
    * a.shape[1] =>
lengths as they are: You multiply features of any length. Divide each vector by its length first.
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d) * a.shape[1]
mean product: That is the layer alone. Divide each vector by its length first, and multiply the result by C.
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d)
a alone: Only the vectors of a have length 1. Those of b have to be divided by their lengths as well.
    a = torch.nn.functional.normalize(a, dim=1)
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d) * a.shape[1]
b alone: Only the vectors of b have length 1. Those of a have to be divided by their lengths as well.
    b = torch.nn.functional.normalize(b, dim=1)
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d) * a.shape[1]
over a row: Your lengths run along the columns of the map. A vector is the channels of one place: axis 1.
    dim=1 => dim=2
over a column: Your lengths run along the last axis of the map. A vector is the channels of one place: axis 1.
    dim=1 => dim=3
one length for all: You divide by one length for all places of a channel. Each place has a length of its own.
    dim=1 => dim=(2, 3)
squared lengths: You divide by the squares of the lengths: take their square roots.
    a, b = (features / (features**2).sum(1, keepdim=True).clamp(min=1e-12) for features in (a, b))
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d) * a.shape[1]
sum of absolute values: You divide by the sum of the absolute values. A length is the root of the sum of squares.
    dim=1 => p=1, dim=1
means subtracted: You subtract the mean over the channels first. The cosine is of the vectors as they are.
    a, b = (torch.nn.functional.normalize(f - f.mean(1, keepdim=True), dim=1) for f in (a, b))
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d) * a.shape[1]
maps swapped: a and b have changed places: the vectors of a stay, those of b are looked up around them.
    return cosines(b, a, d)
0 divided by 0: A vector of length 0 has been divided by its length. Its cosines are 0: normalize takes care of it.
    a, b = (features / features.norm(dim=1, keepdim=True) for features in (a, b))
    return flowlab.correlation(a, b, max_displacement=d, stride2=1, pad_size=d) * a.shape[1]
not padded: The map has lost its border: pad by d, so that every place has an output.
    pad_size=d => pad_size=0
the layer's defaults: The layer's defaults are FlowNetC's, stride2=2 and pad_size=20. Give stride2=1 and pad_size=d.
    , stride2=1, pad_size=d =>
step of 2: stride2 is 2 where none is given, as in FlowNetC. Give stride2=1.
    , stride2=1 =>
padding of 20: pad_size is 20 where none is given, as in FlowNetC. Give pad_size=d.
    , pad_size=d =>
""",
}
