"""Wrong answers to the exercises of chapter 04 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "4.1": """
from itself: You start from the pixel's own flow. Without its neighbours' mean nothing ever spreads into plain areas.
    mean = (edged[:-2, 1:-1] + edged[2:, 1:-1] + edged[1:-1, :-2] + edged[1:-1, 2:]) / 4 => mean = w
own residual: You begin at the mean, but measure the residual at the pixel's old flow. It is the mean that has to come
to the line.
    mean[..., 0] + Iy * mean[..., 1] => w[..., 0] + Iy * w[..., 1]
away: You step away from the line: the step is subtracted.
    mean - residual => mean + residual
alpha: The denominator has alpha; it is alpha squared, like the slopes beside it.
    alpha**2 => alpha
wrapped round: At the edge you take the neighbour from the other side of the picture (np.roll does that). Repeat the
edge.
    "edge" => "wrap"
zeros outside: Outside the picture you count zeros, which pulls the rim towards standing still. Repeat the edge.
    "edge" => "constant"
nine pixels: Your mean is over 3 x 3 pixels, the pixel itself among them. It is over four: above, below, left, right.
    2:]) / 4 => 2:] + w + edged[:-2, :-2] + edged[:-2, 2:] + edged[2:, :-2] + edged[2:, 2:]) / 9
a sum: You sum the four neighbours; the mean is a quarter of that.
    2:]) / 4 => 2:])
slopes swapped: u moves along Ix and v along Iy: they have changed places.
    [Ix, Iy] => [Iy, Ix]
no change in time: `It` is missing. Without it every line goes through zero, and the answer is that nothing moves.
    + It) => )
mirrored at the edge: At the edge you take the neighbour from inside once more, as in a mirror. Repeat the outermost
pixel itself.
    "edge" => "reflect"
neighbours inside only: At the edge you average two or three neighbours. Four count: outside the picture the outermost
pixel repeats.
    edged = np.pad(w, ((1, 1), (1, 1), (0, 0)), constant_values=np.nan)
    mean = np.nanmean([edged[:-2, 1:-1], edged[2:, 1:-1], edged[1:-1, :-2], edged[1:-1, 2:]], axis=0)
    residual = (Ix * mean[..., 0] + Iy * mean[..., 1] + It) / (alpha**2 + Ix**2 + Iy**2)
    return mean - residual[..., None] * np.stack([Ix, Iy], axis=-1)
rim kept: The mean leaves the picture's rim as it was. Its pixels have four neighbours once w is padded.
    2:]) / 4 => 2:]) / 4; mean[[0, -1]], mean[:, [0, -1]] = w[[0, -1]], w[:, [0, -1]]
rim at zero: The mean is 0 on the picture's rim. Its pixels have four neighbours once w is padded.
    2:]) / 4 => 2:]) / 4; mean[[0, -1]] = mean[:, [0, -1]] = 0
diagonal neighbours: Your four neighbours are the diagonal ones. Take those above, below, left and right.
    edged[:-2, 1:-1] + edged[2:, 1:-1] => edged[:-2, :-2] + edged[:-2, 2:]
    edged[1:-1, :-2] + edged[1:-1, 2:] => edged[2:, :-2] + edged[2:, 2:]
eight neighbours: Your mean is over all eight pixels around. It is over four: above, below, left, right.
    2:]) / 4 => 2:] + edged[:-2, :-2] + edged[:-2, 2:] + edged[2:, :-2] + edged[2:, 2:]) / 8
weights of 1981: Your mean weighs eight neighbours with 1/6 and 1/12, as Horn and Schunck did. Here it is over four,
equally.
    mean = ( => mean = (edged[:-2, :-2] + edged[:-2, 2:] + edged[2:, :-2] + edged[2:, 2:] + 2 * (
    2:]) / 4 => 2:])) / 12
itself as a fifth: Your mean is over five pixels, the pixel itself among them. Only its neighbours count.
    2:]) / 4 => 2:] + w) / 5
two of four: Only two neighbours enter your mean, above and below. Left and right belong to it, too.
    + edged[1:-1, :-2] + edged[1:-1, 2:]) / 4 => ) / 2
old flow moved: The residual is right, but you take it off the pixel's old flow. It is the neighbours' mean that is
moved.
    return mean => return w
the step alone: This is the step alone. The mean of the neighbours has to be added to it.
    mean - residual => -residual
sign of It: `It` has the wrong sign in the residual: the line is Ix u + Iy v + It = 0.
    + It => - It
left and right only: Only the neighbours left and right enter your mean. Those above and below do, too.
    edged[:-2, 1:-1] + edged[2:, 1:-1] + edged => edged
    / 4 => / 2
the mean alone: This is the mean of the neighbours. The step towards the pixel's line is missing.
    mean - residual[..., None] * np.stack([Ix, Iy], axis=-1) => mean
It alone: Your residual is `It` alone. What the mean flow explains already, Ix u + Iy v, has to be in it.
    (Ix * mean[..., 0] + Iy * mean[..., 1] + It) => It
u and v swapped in the residual: In the residual u and v have changed places: Ix belongs to u, Iy to v.
    mean[..., 0] + Iy * mean[..., 1] => mean[..., 1] + Iy * mean[..., 0]
Ix for both: v moves along Ix as well as u. The step of v is along Iy.
    [Ix, Iy] => [Ix, Ix]
no slopes in the step: Both components get the same step. It has to be multiplied by Ix for u, by Iy for v.
    np.stack([Ix, Iy], axis=-1) => np.ones(2)
no alpha: alpha is missing in the denominator: where the picture is flat you divide 0 by 0.
    alpha**2 + Ix**2 => Ix**2
root in the denominator: You divide by the root of alpha² + Ix² + Iy². The sum itself divides: the residual is
multiplied by a slope again.
    (alpha**2 + Ix**2 + Iy**2) => np.sqrt(alpha**2 + Ix**2 + Iy**2)
slopes not squared: Ix and Iy stand in the denominator unsquared, so their signs count. Square them.
    Ix**2 + Iy**2 => Ix + Iy
denominator without brackets: Only alpha**2 divides in yours: the whole denominator needs brackets.
    (alpha**2 + Ix**2 + Iy**2) => alpha**2 + Ix**2 + Iy**2
    or
    / (alpha**2 + Ix**2 + Iy**2) => / alpha**2
    Iy], axis=-1) => Iy], axis=-1) + (Ix**2 + Iy**2)[..., None]
numerator without brackets: Only It is divided in yours: the whole sum before the / needs brackets.
    (Ix * mean[..., 0] + Iy * mean[..., 1] + It) => Ix * mean[..., 0] + Iy * mean[..., 1] + It
v after u: The residual of v is taken with the new u. Both components take the same residual, that of the mean.
    edged = np.pad(w, ((1, 1), (1, 1), (0, 0)), mode="edge")
    mean = (edged[:-2, 1:-1] + edged[2:, 1:-1] + edged[1:-1, :-2] + edged[1:-1, 2:]) / 4
    for component, slope in enumerate([Ix, Iy]):
        residual = (Ix * mean[..., 0] + Iy * mean[..., 1] + It) / (alpha**2 + Ix**2 + Iy**2)
        mean[..., component] -= residual * slope
    return mean
written into the flow: The loop writes into the flow that it reads, so later pixels see new neighbours. Write into
another array.
    w = w.copy()
    for y, x in np.ndindex(Ix.shape):
        rows, columns = [max(y - 1, 0), min(y + 1, len(w) - 1), y, y], [x, x, max(x - 1, 0), min(x + 1, w.shape[1] - 1)]
        mean, slope = w[rows, columns].mean(axis=0), np.array([Ix[y, x], Iy[y, x]])
        w[y, x] = mean - (slope @ mean + It[y, x]) / (alpha**2 + slope @ slope) * slope
    return w
u's mean for both: v's mean is that of u. np.pad(w, 1) does that: it pads the last axis too, so component 1 is u again.
    2:]) / 4 => 2:])[..., [0, 0]] / 4
one neighbour twice: One neighbour enters your mean twice, and the one opposite is missing.
    edged[1:-1, 2:] => edged[1:-1, :-2]
    or
    edged[1:-1, :-2] => edged[1:-1, 2:]
    or
    edged[2:, 1:-1] => edged[:-2, 1:-1]
    or
    edged[:-2, 1:-1] => edged[2:, 1:-1]
mean without brackets: Only the last neighbour is divided by 4 in yours: the sum of the four needs brackets.
    (edged[:-2, 1:-1] => edged[:-2, 1:-1]
    2:]) / 4 => 2:] / 4
square of the sum: You square Ix + Iy. Each slope is squared by itself, then they are added.
    Ix**2 + Iy**2 => (Ix + Iy) ** 2
length of the slope: The denominator has the slope's length. Its square belongs there: Ix and Iy squared, without a
root.
    Ix**2 + Iy**2 => np.hypot(Ix, Iy)
a quarter of alpha squared: alpha squared is divided by 4 in yours. Here it enters as it is: the mean has its quarter
already.
    alpha**2 => alpha**2 / 4
own denominators: u and v have denominators of their own. Both share one, with both slopes in it.
    / (alpha**2 + Ix**2 + Iy**2) =>
    [Ix, Iy] => [Ix / (alpha**2 + Ix**2), Iy / (alpha**2 + Iy**2)]
Iy for both: u moves along Iy as well as v. The step of u is along Ix.
    [Ix, Iy] => [Iy, Iy]
Ix for v in the residual: In the residual v is multiplied by Ix. Its slope is Iy.
    Iy * mean => Ix * mean
Iy missing in the denominator: Only Ix stands beside alpha in the denominator. Iy belongs there, too.
    + Iy**2) => )
components first: Your result holds all of u, then all of v. Stack them on the last axis: (H, W, 2).
    return np.moveaxis(step(w, Ix, Iy, It, alpha), -1, 0)
multiplied: You multiply by alpha² + Ix² + Iy². The residual is divided by it.
    / (alpha**2 + Ix**2 + Iy**2) => * (alpha**2 + Ix**2 + Iy**2)
mean of the mean: You take the neighbours' mean twice. Once is one iteration.
    np.pad(w, => np.pad(step(w, 0 * Ix, 0 * Iy, 0 * It, 1),
half of the step: Your step is half as long as it should be: the whole residual is taken off.
    residual[..., None] => residual[..., None] / 2
4 alpha squared: alpha squared is multiplied by 4 in yours. Here it enters as it is.
    alpha**2 => 4 * alpha**2
product of the slopes: You multiply the slopes in the denominator. Each is squared by itself, then they are added.
    Ix**2 + Iy**2 => Ix * Iy
""",
    "4.2": """
the penalty: This is the penalty itself. Wanted is how strongly it pulls: its slope over 2 s.
    1 / np.sqrt(1 + s**2 / e**2) => 2 * e**2 * (np.sqrt(1 + s**2 / e**2) - 1)
the slope: This is the slope of the penalty. A weight multiplies a square, so divide by its slope, 2 s.
    1 / => 2 * s /
half of the slope: You divided by 2; divide by s as well, and nothing is left of it but in the root.
    1 / => s /
twice: You divided by s; the 2 of 2 s is still there: the weight of a small residual is 1.
    1 / => 2 /
no root: The root is missing. That is another penalty's weight (Cauchy's, also in use, which forgives more).
    np.sqrt(1 + s**2 / e**2) => (1 + s**2 / e**2)
upside down: It grows with the residual: so large residuals would count more than with squares. One over it.
    1 / np => np
e not squared: s is squared and e is not: the unit of s and e must cancel.
    e**2 => e
without the one: e / |s| is right for large residuals only; at 0 it is infinite. The 1 under the root prevents that.
    with np.errstate(divide="ignore"):
        return e / np.abs(s)
half of it: Your weight of a small residual is 1/2. The slope of s² is 2 s, and it is divided by 2 s: 1.
    return 0.5 * weight(s, e)
0 / 0 at 0: Right everywhere but at s = 0, where you divide 0 by 0. Shorten by s before you write it down.
    return 2 * s * weight(s, e) / (2 * s)
0 at 0: Right everywhere but at s = 0, where the weight is 1. Shorten by s: no division by 0 is left.
    return np.where(s == 0, 0, weight(s, e))
multiplied by s: / 2 * s divides by 2 and multiplies by s. 2 s needs brackets below the fraction line.
    return 2 * s * weight(s, e) / 2 * s
2 e² lost: The factor 2 e² before the bracket is lost: it cancels the e² that the root's slope divides by.
    return weight(s, e) / (2 * e**2)
1 / e² left: There is a 1 / e² too many: the slope of the root has it, and the 2 e² before it cancels it.
    return weight(s, e) / e**2
2 e² left: A 2 e² is left over: the slope of s² / e², below the root, divides by e² and cancels it.
    return 2 * e**2 * weight(s, e)
e² left: An e² is left over: the slope of s² / e², below the root, divides by e² and cancels it.
    return e**2 * weight(s, e)
no inner slope: You took the slope of the root, but not of what is below it: the chain rule multiplies by 2 s / e².
    return e**2 * weight(s, e) / (2 * s)
penalty over 2 s: You divide the penalty by 2 s. It is the penalty's slope that is divided.
    return 2 * e**2 * (np.sqrt(1 + s**2 / e**2) - 1) / (2 * s)
penalty over s²: You divide the penalty by s². The weight is its slope over the slope of s², 2 s.
    return 2 * e**2 * (np.sqrt(1 + s**2 / e**2) - 1) / s**2
neither squared: s / e is not squared below the root: a large negative residual has no root then.
    s**2 / e**2 => s / e
magnitudes not squared: Below the root stands |s| / e. The penalty has its square there.
    s**2 / e**2 => np.abs(s) / e
no e: e is missing: it says from which residual on the weight falls.
    2 / e**2 => 2
times e: s is multiplied by e. Divide by it: a large e lets larger residuals count as small.
    / e => * e
e lost: A factor e is missing: at s = 0 your weight is 1 / e, and it has to be 1.
    1 + s**2 / e => e**2 + s
e left: A factor e is left over: at s = 0 your weight is e, and it has to be 1.
    return e * weight(s, e)
the second slope: This is half of the slope's slope. The weight takes the first slope, over 2 s.
    return weight(s, e) ** 3
Huber's: This is Huber's weight: 1 up to e, then e / |s|. Charbonnier's falls smoothly.
    1 / np.sqrt(1 + s**2 / e**2) => np.minimum(1, e / np.maximum(np.abs(s), 1e-12))
sign of s: Your weight of a negative residual is negative: s / |s| is a sign. Divide by 2 s, and s cancels.
    return 2 * s * weight(s, e) / (2 * np.abs(s))
square outside the root: You square the root, which takes it away. Square s and e, each below the root.
    np.sqrt(1 + s**2 / e**2) => np.sqrt(1 + s / e) ** 2
e² outside the root: e² divides the whole in yours. It divides s² alone, below the root: at s = 0 the weight is 1.
    s**2 / e**2) => s**2) / e**2
""",
    "4.3": """
values kept: The grid grows, but the values do not: u has to grow as the width does, v as the height.
flowlab.resize_flow does both.
    flowlab.resize_flow(w, I1.shape) => cv2.resize(w, I1.shape[::-1])
doubled twice: The values grow twice: flowlab.resize_flow has already scaled them.
    flowlab.resize_flow(w, I1.shape) => flowlab.resize_flow(w, I1.shape) * (1 if w.shape[:2] == I1.shape else 2)
from nothing each time: The finest level begins with no motion. What the coarser levels found is lost: it is the start
of the next level.
    flowlab.resize_flow(w, I1.shape) => np.zeros((*I1.shape, 2), np.float32)
finest left out: The finest level is only enlarged into, not improved: the loop ends one level early.
    return flowlab.resize_flow(descend(pyramid1[1:], pyramid2[1:], improve), pyramid1[0].shape)
coarsest left out: The coarsest level is not improved: there the largest motions are found.
    return descend(pyramid1[:-1], pyramid2[:-1], improve)
downwards: You go from fine to coarse. Begin with the last of the lists, the smallest pictures.
    [-1] => [0]
    [::-1], pyramid2[::-1] => , pyramid2
added twice: improve returns the whole flow, the part that it was given included. You add that part again.
    return descend(pyramid1, pyramid2, lambda I1, I2, w: w + improve(I1, I2, w))
improved from zero and added: improve begins with no motion at each level, and you add the results. Give it the flow
of the coarser levels.
    return descend(pyramid1, pyramid2, lambda I1, I2, w: w + improve(I1, I2, 0 * w))
doubled always: You double u and v. The next level may be more than twice as wide: flowlab.resize_flow takes the true
factors.
    flowlab.resize_flow(w, I1.shape) => 2 * cv2.resize(w, I1.shape[::-1])
width for both: u and v grow by the ratio of widths. v takes that of the heights.
    flowlab.resize_flow(w, I1.shape) => cv2.resize(w, I1.shape[::-1]) * (I1.shape[1] / w.shape[1])
height for both: u and v grow by the ratio of heights. u takes that of the widths.
    flowlab.resize_flow(w, I1.shape) => cv2.resize(w, I1.shape[::-1]) * (I1.shape[0] / w.shape[0])
ratios swapped: The ratios have changed places: u grows as the width does, v as the height.
    flowlab.resize_flow(w, I1.shape) => cv2.resize(w, I1.shape[::-1]) * np.float32(np.divide(I1.shape, w.shape[:2]))
ratios inverted: You divide by the ratios of the sizes. Vectors grow with the picture: multiply by them.
    flowlab.resize_flow(w, I1.shape) => cv2.resize(np.float32(w / I1.shape[::-1] * w.shape[1::-1]), I1.shape[::-1])
half at every level: Vectors are halved on the way up. They grow with the picture, u as its width, v as its height.
    flowlab.resize_flow(w, I1.shape) => cv2.resize(w, I1.shape[::-1]) * (0.5 if I1.shape[1] > w.shape[1] else 1)
ended at the second level: Your flow has the size of the second level: the loop ends before the finest, which is
pyramid1[0].
    return descend(pyramid1[1:], pyramid2[1:], improve)
shrunk at the end: After the finest level the flow is resized to the coarsest: pyramid1[k - 1] with k = 0 is the last
one.
    return flowlab.resize_flow(descend(pyramid1, pyramid2, improve), pyramid1[-1].shape)
enlarged at the end: Your flow is enlarged once more after the finest level: enlarge before improving.
    H, W = pyramid1[0].shape
    return flowlab.resize_flow(descend(pyramid1, pyramid2, improve), (2 * H, 2 * W))
never enlarged: The flow keeps the size of the coarsest level. Enlarge it to I1's before improving.
    flowlab.resize_flow(w, I1.shape) => w
result not kept: Your flow is zero everywhere: what improve returns is not kept in w.
    return np.zeros((*pyramid1[0].shape, 2), np.float32)
frames swapped: improve takes the picture of the first pyramid first; yours gets the second's first.
    return descend(pyramid2, pyramid1, improve)
one list reversed: Only pyramid1 is gone through backwards: its coarsest meets pyramid2's finest.
    return descend(pyramid1, pyramid2[::-1], improve)
coarsest alone: Only the coarsest level is improved, and then enlarged. Every level adds what the coarser cannot see.
    return flowlab.resize_flow(descend(pyramid1[-1:], pyramid2[-1:], improve), pyramid1[0].shape)
downwards, then enlarged: You go from fine to coarse, and enlarge at the end. Each level has to begin with the flow of
the coarser one.
    return flowlab.resize_flow(descend(pyramid1[::-1], pyramid2[::-1], improve), pyramid1[0].shape)
width for height: Height and width have changed places in the new size. flowlab.resize_flow takes I1.shape as it is;
cv2.resize takes the width first.
    flowlab.resize_flow(w, I1.shape) => flowlab.resize_flow(w, I1.shape[::-1])
    or
    flowlab.resize_flow(w, I1.shape) => w if w.shape[:2] == I1.shape else 2 * cv2.resize(w, I1.shape)
repeated: Repeating each pixel twice makes a picture twice as large. The next level may be larger than that.
    w = improve => H, W = I1.shape; w = w if len(w) == H else 2 * w.repeat(2, 0).repeat(2, 1)[:H, :W]; w = improve
    flowlab.resize_flow(w, I1.shape) => w
doubled after improving: You double what each level returns, the finest included. Values grow when the grid grows,
before a level improves them.
    w = improve => w = 2 * improve
    flowlab.resize_flow(w, I1.shape) => cv2.resize(w, I1.shape[::-1])
levels skipped: Only the coarsest and the finest level are improved. Those between them are levels as well.
    return descend([pyramid1[0], pyramid1[-1]], [pyramid2[0], pyramid2[-1]], improve)
return in the loop: Your flow is that of the coarsest level: a return inside the loop ends it after one level.
    return descend(pyramid1[-1:], pyramid2[-1:], improve)
always three levels: A pyramid has as many levels as its list is long, not always three.
    return [descend(pyramid1, pyramid2, improve), pyramid1[2]][0]
whole pixels: The flow is cut to whole pixels at each level. Keep its fractions: they double, too.
    flowlab.resize_flow(w, I1.shape) => flowlab.resize_flow(w, I1.shape).astype(int)
""",
    "4.4": """
v first: The components have changed places, in the slice or in the flow: u goes along a row, and comes first.
    (u, v) => (v, u)
    or
    reach + v : reach + v + H, reach + u : reach + u + W => reach + u : reach + u + H, reach + v : reach + v + W
the other way: Every sign is opposite: you fetch from (x - u, y - v). A displacement leads from frame 1 to frame 2.
    reach + v : reach + v + H, reach + u : reach + u + W => reach - v : reach - v + H, reach - u : reach - u + W
no block: Each pixel is compared by itself. The error is to be averaged over the block, by cv2.blur.
    cv2.blur(np.abs(I1 - moved), (n, n)) => np.abs(I1 - moved)
radius for side: The block is `radius` pixels wide. It reaches `radius` pixels to every side: 2 * radius + 1.
    2 * radius + 1 => radius
always three: The block has 3 x 3 pixels for every radius.
    2 * radius + 1 => 3
squares: You average squared differences. The task wants absolute ones; squares let one pixel outweigh its block.
    np.abs(I1 - moved) => (I1 - moved) ** 2
signs kept: Differences of opposite sign cancel in the mean: np.abs comes before the blur.
    np.abs(I1 - moved) => I1 - moved
abs after the blur: You blur first and take np.abs then: differences of opposite sign have cancelled by that time.
    cv2.blur(np.abs(I1 - moved), (n, n)) => np.abs(cv2.blur(I1 - moved, (n, n)))
the worst match: You keep the largest error. The best match has the least.
    np.inf => -np.inf
    error < least => error > least
the last of equals: Of equal errors you keep the last. The first one counts: <, not <=.
    error < least => error <= least
last one missing: range leaves out its end: the displacement `reach` is never tried.
    for v in range(-reach, reach + 1): => for v in range(-reach, reach):
    for u in range(-reach, reach + 1): => for u in range(-reach, reach):
to the right and down only: Only displacements from 0 on are tried. They run from -reach to reach.
    least, flow = np.full(I1.shape, np.inf), np.zeros((*I1.shape, 2))
    for v, u in np.ndindex(reach + 1, reach + 1):
        moved = np.pad(I2, reach, mode="edge")[reach + v :, reach + u :][: I1.shape[0], : I1.shape[1]]
        error = cv2.blur(np.abs(I1 - moved), (2 * radius + 1, 2 * radius + 1))
        flow[error < least], least = (u, v), np.minimum(error, least)
    return flow
counted from the corner: Your displacements run from 0 to 2 * reach: they are places in `wide`. Take off reach.
    return block_match(I1, I2, reach, radius) + reach
wrapped round: At the picture's edge you compare with the opposite edge (np.roll does that). Outside, the edge repeats.
    "edge" => "wrap"
zeros outside: Outside frame 2 you count zeros. Its edge repeats: mode="edge".
    "edge" => "constant"
frames swapped: The frames have changed places: blocks of frame 1 are looked for in frame 2.
    return block_match(I2, I1, reach, radius)
one motion for all: You return the displacement with the least error of the whole picture. Each pixel has its own.
    flow = block_match(I1, I2, reach, radius)
    motions, counts = np.unique(flow.reshape(-1, 2), axis=0, return_counts=True)
    return np.zeros_like(flow) + motions[counts.argmax()]
least not kept: The least error so far is not updated, so the last displacement tried wins everywhere.
    least[better], flow[better] = error[better], (u, v) => flow[better] = (u, v)
the error: This is the least error, not the displacement that has it.
    return flow => return least
components first: Your result holds all of u, then all of v. Put the two numbers on the last axis: (H, W, 2).
    return np.moveaxis(block_match(I1, I2, reach, radius), -1, 0)
one row: The rows are not searched: v is 0 everywhere in your result.
    for v in range(-reach, reach + 1): => for v in [0]:
one column: The columns are not searched: u is 0 everywhere in your result.
    for u in range(-reach, reach + 1): => for u in [0]:
""",
    "4.5": """
data term alone: The smoothness term is missing.
    data + alpha**2 / 4 * (right + down) => data
smoothness term alone: The data term is missing.
    data + alpha**2 / 4 * (right + down) => alpha**2 / 4 * (right + down)
no quarter: The smoothness term is four times too large: the formula has alpha squared over 4.
    alpha**2 / 4 => alpha**2
alpha not squared: alpha is squared in the formula.
    alpha**2 / 4 => alpha / 4
no alpha: alpha is missing: the smoothness term has no weight of its own.
    alpha**2 / 4 * => 1 / 4 *
pairs counted twice: Each pair counts twice: you take the neighbours to the left and above as well.
    return 2 * energy(w, Ix, Iy, It, alpha) - ((Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2).sum()
right only: Pairs of a pixel and the one below it are missing.
    (right + down) => right
down only: Pairs of a pixel and the one to its right are missing.
    (right + down) => down
u alone: Only the differences of u are in your smoothness term. Those of v belong to it.
    (w[:, 1:] - w[:, :-1]) => (w[:, 1:, 0] - w[:, :-1, 0])
    (w[1:] - w[:-1]) => (w[1:, :, 0] - w[:-1, :, 0])
no squares of differences: The differences are summed without squares: they cancel.
    ((w[:, 1:] - w[:, :-1]) ** 2) => (w[:, 1:] - w[:, :-1])
    ((w[1:] - w[:-1]) ** 2) => (w[1:] - w[:-1])
absolute differences: You sum absolute differences. The formula has squares.
    ((w[:, 1:] - w[:, :-1]) ** 2) => np.abs(w[:, 1:] - w[:, :-1])
    ((w[1:] - w[:-1]) ** 2) => np.abs(w[1:] - w[:-1])
summed before squared: You sum the residuals and square the sum: residuals of opposite sign cancel. Square each of them.
    ((Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2).sum() => (Ix * w[..., 0] + Iy * w[..., 1] + It).sum() ** 2
residual not squared: The residuals are summed without a square.
    ((Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2) => (Ix * w[..., 0] + Iy * w[..., 1] + It)
no It: `It` is missing in the data term. Without it the best flow is zero.
    + It) => )
sign of It: `It` has the wrong sign: the constraint is Ix u + Iy v + It = 0.
    + It) => - It)
u and v swapped: In the data term u and v have changed places: Ix belongs to u, Iy to v.
    w[..., 0] + Iy * w[..., 1] => w[..., 1] + Iy * w[..., 0]
means: You take means. The formula has sums, so that a larger picture has more energy.
    + It) ** 2).sum() => + It) ** 2).mean()
    w[:, :-1]) ** 2).sum() => w[:, :-1]) ** 2).mean()
    w[:-1]) ** 2).sum() => w[:-1]) ** 2).mean()
alpha on the data: alpha weighs the data term in yours. It belongs to the smoothness term.
    data + alpha**2 / 4 * (right + down) => alpha**2 / 4 * data + right + down
both weighed: Both terms are multiplied by alpha squared over 4. The data term has no weight.
    data + alpha**2 / 4 * (right + down) => alpha**2 / 4 * (data + right + down)
wrapped round: The first and the last column, or row, count as neighbours in yours: np.roll goes round.
    right = ((w[:, 1:] - w[:, :-1]) ** 2) => right = ((w - np.roll(w, 1, axis=1)) ** 2)
    down = ((w[1:] - w[:-1]) ** 2) => down = ((w - np.roll(w, 1, axis=0)) ** 2)
minus: The smoothness term is subtracted. Then rough flows would have the least energy.
    data + alpha => data - alpha
a root: You take the root of the sum. An energy is the sum of squares itself.
    return np.sqrt(energy(w, Ix, Iy, It, alpha))
one number a pixel: You return the data term of each pixel. The energy is one number: sum over the pixels.
    return (Ix * w[..., 0] + Iy * w[..., 1] + It) ** 2
""",
}
