"""Wrong answers to the exercises of chapter 05 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "5.1": """
other order: Your inverse is on the right of the chair's matrix. The background's motion came last, so it is the left
factor, and its inverse goes to the left.
    np.linalg.inv(background) @ chair => chair @ np.linalg.inv(background)
not undone: The background's motion acts twice in yours. It is in the chair's matrix already: undo it with the inverse.
    np.linalg.inv(background) => background
inverted: Your matrix leads back: it is the inverse of the right one. Invert the background's matrix, not the chair's.
    return np.linalg.inv(own_motion(background, chair))
both inverted: You invert both matrices. Only the background's motion is to be undone.
    @ chair => @ np.linalg.inv(chair)
subtracted: You subtract the matrices. That is right for shifts only: undo a turn by the inverse matrix.
    return chair - background + np.eye(3)
plain difference: The difference of two matrices is not a motion: its last row is 0, 0, 0. One motion is undone by the
inverse matrix.
    return chair - background
chair only: You return the chair's whole motion. The background's is still in it.
    return chair
background only: You return the motion that undoes the background's. Apply it to the chair's matrix.
    @ chair =>
inverse of the chair: You undo the chair's motion, not the background's: invert the background's matrix, and put it
to the left.
    np.linalg.inv(background) @ chair => background @ np.linalg.inv(chair)
chair, then background: The background's motion acts twice in yours, and on the wrong side. Undo it with the inverse, to
the left.
    np.linalg.inv(background) @ chair => chair @ background
on both sides: You put the background's matrix on both sides. The chair's is A0 @ own: only the factor on the left is to
be undone.
    @ chair => @ chair @ background
element by element: * multiplies number by number. The matrix product is @.
    np.linalg.inv(background) @ chair => np.linalg.inv(background) * chair
background transposed: You multiply by the transpose. That undoes a turn, but no zoom and no shift: use np.linalg.inv.
    np.linalg.inv(background) => background.T
transposed: Your matrix is the transpose of the right one: shifts belong to the last column.
    return own_motion(background, chair).T
shifts subtracted: You take away the background's shift alone. Its turn and its zoom are still there: use the inverse of
the whole matrix.
    own = chair.astype(float)
    own[:2, 2] -= background[:2, 2]
    return own
parts undone alone: You undo turn and zoom, and subtract the shift for itself. The inverse also turns the shift.
    own = own_motion(background, chair)
    own[:2, 2] = chair[:2, 2] - background[:2, 2]
    return own
identity taken off: You subtract the identity. That makes a flow: where a point goes, minus where it was. The matrix
itself was asked.
    @ chair => @ chair - np.eye(3)
last row missing: The numbers are right, and the last row, 0, 0, 1, is missing: a matrix of 3 x 3 was asked.
    np.linalg.inv(background) @ chair => (np.linalg.inv(background) @ chair)[:2]
""",
    "5.2": """
forward: This is the forward flow: invert the matrix first.
    np.linalg.inv(matrix) => matrix
minus forward: The forward flow with its sign turned is right for steps only: it lives on frame 1's grid. Invert the
matrix.
    np.linalg.inv(matrix).T => matrix.T
    back - points => points - back
places: You return where each pixel came from. Subtract where it is.
    back - points => back
transposed: points @ A multiplies every point by the transpose of A, here of the inverse: write points @ A.T.
    inv(matrix).T => inv(matrix)
sign: Every sign is reversed: the flow is where a pixel came from, minus where it is.
    back - points => points - back
y before x: Your points are (y, x, 1): x and y have changed places. The matrix takes x first.
    [x, y, np => [y, x, np
y before x, swapped back: The matrix gets (y, x, 1), which is not undone by swapping the result. It takes x first: (x,
y, 1).
    [x, y, np => [y, x, np
    ..., :2 => ..., 1::-1
v first: u and v have changed places in the result: u, along x, comes first.
    ..., :2 => ..., 1::-1
three components: The third component, 1 minus 1, is still there. A flow has two: cut it off.
    [..., :2] =>
not inverted, transposed: You multiply by the transpose of M. That is not its inverse: a shift and a zoom need
np.linalg.inv.
    np.linalg.inv(matrix).T => matrix
one over each number: ** -1 and 1 / matrix take one over each number. The inverse of a matrix is np.linalg.inv's.
    np.linalg.inv(matrix).T => (matrix**-1.0).T
shift left out: The matrix's shift is left out: take the third column, too, and points (x, y, 1).
    points @ np => points * [1, 1, 0] @ np
shift after the turn: You turn back, then shift back. What came last is undone first: shift back, then turn. The 3 x 3
inverse does it.
    points @ np.linalg.inv(matrix).T => points[..., :2] @ np.linalg.inv(matrix[:2, :2]).T - matrix[:2, 2]
    back - points)[..., :2] => back - points[..., :2])
shift negated only: Only the shift goes the other way; turn and zoom go on as before. Invert the matrix.
    points @ np.linalg.inv(matrix).T => points[..., :2] @ matrix[:2, :2].T - matrix[:2, 2]
    back - points)[..., :2] => back - points[..., :2])
shift alone: Every pixel gets the same vector, minus the shift. Turn and zoom move each pixel differently.
    return np.zeros((height, width, 2)) - matrix[:2, 2]
back twice: The inverse is applied twice, so the pixels go back too far. Once is enough.
    inv(matrix) => inv(matrix @ matrix)
from the forward place: You subtract where a pixel goes. Subtract where it is, in frame 2.
    back - points => back - points @ matrix.T
counted from 1: Your pixels are counted from 1. The first pixel's middle lies at (0, 0).
    [x, y, np => [x + 1, y + 1, np
corners for middles: You add half a pixel to x and y. A pixel's middle has whole numbers here.
    [x, y, np => [x + 0.5, y + 0.5, np
counted from the middle: Your x and y count from the picture's middle. The matrix counts from pixel (0, 0).
    [x, y, np => [x - (width - 1) / 2, y - (height - 1) / 2, np
reshaped: reshape keeps the numbers in their order and does not move an axis: x, y and 1 get mixed. Use np.moveaxis.
    points @ np.linalg.inv(matrix).T => (np.linalg.inv(matrix) @ points.reshape(3, -1)).reshape(points.shape)
matrix from the left: A matrix on the left multiplies the last two axes of points. The coordinates are on the last axis
alone, and points.T reverses all axes.
    points @ np.linalg.inv(matrix).T => np.linalg.inv(matrix) @ points.T
    or
    points @ np.linalg.inv(matrix).T => np.linalg.inv(matrix) @ points
cut off: The places where pixels came from are cut to whole numbers: an array like points holds integers. Use floats.
    points @ np.linalg.inv(matrix).T => (points @ np.linalg.inv(matrix).T).astype(int)
width before height: Your first axis is the width. np.mgrid takes the rows first: height, then width.
    return backward(matrix, width, height)
(y, x) subtracted: You subtract (y, x). Where a pixel came from is (x, y), so subtract x from the first component.
    back - points)[..., :2] => back[..., :2] - points[..., 1::-1])
last two: You keep the last two of three numbers, v and a 0. u and v are the first two.
    [..., :2] => [..., 1:]
zoom not undone: Right for steps and turns. A zoom has to be undone as well: divide by the determinant, or use
np.linalg.inv.
    turn = matrix[:2, :2]
    y, x = np.mgrid[:height, :width]
    places = np.stack([x, y], axis=-1)
    return (places - matrix[:2, 2]) @ np.linalg.inv(turn).T * np.linalg.det(turn) - places
parts undone alone: The turn's sines and the shift have their signs reversed, each for itself. The inverse also turns
the shift, and undoes a zoom.
    points @ np.linalg.inv(matrix).T => points[..., :2] @ matrix[:2, :2] - matrix[:2, 2]
    back - points)[..., :2] => back - points[..., :2])
shift added: The turn is undone, and the shift is added once more. It has to be taken away, before the turn is undone.
    points @ np.linalg.inv(matrix).T => points[..., :2] @ np.linalg.inv(matrix[:2, :2]).T + matrix[:2, 2]
    back - points)[..., :2] => back - points[..., :2])
zero outside: You set the flow to zero where the pixel came from outside frame 1. The matrix holds there as well.
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    back = points @ np.linalg.inv(matrix).T
    inside = ((back >= 0) & (back < [width, height, 2])).all(-1, keepdims=True)
    return np.where(inside, back - points, 0)[..., :2]
minus matrix: A minus reverses the sign of every number in the matrix. That is not its inverse.
    np.linalg.inv(matrix) => -matrix
linspace to the width: Your coordinates end at width and height. The last pixel is width - 1, height - 1.
    [x, y, np => [x * width / (width - 1), y * height / (height - 1), np
components first: Your flow has its components first, (2, H, W). They lie on the last axis.
    return np.moveaxis(backward(matrix, height, width), -1, 0)
""",
    "5.3": """
asked at the start: You look into frame 2 at the pixel's start. Look where it arrives: layers2[ty, tx].
    layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] => layers2
frame forgotten: What leaves the picture is hidden as well.
    ~there | (layers2 => (layers2
visible ones: The mask is the wrong way round: True is for hidden.
    return ~hidden(flow, layers1, layers2)
u and v swapped: u and v have changed places: flow[..., 0] is u, for columns.
    return hidden(flow[..., ::-1], layers1, layers2)
any other layer: A layer with a lower number lies farther away, so it hides nothing. At an outline the rounded target
can meet the layer behind.
    > layers1 => != layers1
only if behind: A lower number at the target lies farther away, and hides nothing. A higher number is nearer.
    > layers1 => < layers1
at least as far in front: The same layer counts as hiding in yours. A pixel of the same layer is shown.
    > layers1 => >= layers1
the same layer: You mark the pixels whose layer is the same at the target. Those are the visible ones.
    > layers1 => == layers1
cut off: .astype(int) alone cuts the fractions off. Targets are rounded to the nearest pixel first.
    np.rint(x => np.trunc(x
    np.rint(y => np.trunc(y
flow cut off: The fractions of the flow are cut off, so -0.7 becomes 0. Round to the nearest pixel.
    return hidden(np.trunc(flow), layers1, layers2)
rounded down: Your targets are rounded down. The nearest pixel is meant.
    np.rint(x => np.floor(x
    np.rint(y => np.floor(y
minus the flow: You look at x - w(x). A pixel of frame 1 arrives at x + w(x).
    return hidden(-flow, layers1, layers2)
no flow: You compare the layers of both frames at one place. The pixel has moved: compare at its target.
    return layers2 > layers1
outside is visible: Pixels that leave the picture come out as False. Frame 2 does not show them: True.
    ~there | => there &
    or
    ~there | (layers2 => (there * layers2
and for or: Either is enough, a target outside or a nearer layer there: | instead of &.
    ~there | => ~there &
outside alone: You mark only the pixels that leave the picture. Others are covered by a nearer layer.
    | (layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] > layers1) =>
no lower bounds: Targets left of the picture or above it are taken as inside: ask for >= 0, too.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx < W) & (ty < H)
negative indices: A negative index counts from the other end, so what leaves at the left or the top comes in again
there.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx < W) & (ty < H)
    ty.clip(0, H - 1), tx.clip(0, W - 1) => ty % H, tx % W
wrapped round: A target beyond one edge comes in again at the other. What leaves the picture is hidden.
    ~there | (layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] => (layers2[ty % H, tx % W]
no upper bounds: Targets right of the picture or below it are taken as inside: ask for < W and < H, too.
    (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H) => (tx >= 0) & (ty >= 0)
one too far: Column W and row H count as inside in yours. The last ones are W - 1 and H - 1.
    tx < W => tx <= W
    ty < H => ty <= H
first row and column: Row 0 and column 0 belong to the picture: a target there is inside.
    tx >= 0 => tx > 0
    ty >= 0 => ty > 0
last row and column: Row H - 1 and column W - 1 belong to the picture: a target there is inside.
    tx < W => tx < W - 1
    ty < H => ty < H - 1
H and W swapped: The bounds have changed places: columns end at W, rows at H.
    tx < W => tx < H
    ty < H => ty < W
frame 1's layers: You look up frame 1's layers at the target. What is in front there in frame 2 counts.
    return hidden(flow, layers1, layers1)
frames swapped: The layers have changed places: layers2 is looked up at the target, layers1 at the start.
    return hidden(flow, layers2, layers1)
written at the target: You write the answer at the target. The mask is on frame 1's grid: at the start.
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    mask = np.zeros((H, W), bool)
    mask[ty[there], tx[there]] = layers2[ty[there], tx[there]] > layers1[there]
    return mask
    or
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    mask = np.ones((H, W), bool)
    mask[ty[there], tx[there]] = layers2[ty[there], tx[there]] > layers1[there]
    return mask
both at the target: You look up the layers of both frames at the target. In frame 1 the pixel lies at its start.
    > layers1 => > layers1[ty.clip(0, H - 1), tx.clip(0, W - 1)]
rounded up: Your targets are rounded up. The nearest pixel may be below: np.rint finds it.
    np.rint(x => np.ceil(x
    np.rint(y => np.ceil(y
ground alone: Only pixels of the ground, layer 0, can be covered in yours. A chair can be covered by another one.
    (layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] > layers1) => ((layers1 == 0) & (layers2[ty % H, tx % W] > 0))
chairs alone: Only chairs can be covered in yours, not the ground. Any pixel can, if a nearer layer is in front there.
    > layers1) => > layers1) & (layers1 > 0)
""",
    "5.4": """
alpha twice: Your colours are multiplied by alpha once more. They are stored times alpha: add them as they are.
    + drawn1[i, ..., :3] => + alpha1 * drawn1[i, ..., :3]
    + drawn2[i, ..., :3] => + alpha2 * drawn2[i, ..., :3]
divided by alpha: You divide the colours by alpha. They are stored times alpha, as the sum needs them: add them as they
are.
    + drawn1[i, ..., :3] => + drawn1[i, ..., :3] / np.maximum(alpha1, 1e-6)
    + drawn2[i, ..., :3] => + drawn2[i, ..., :3] / np.maximum(alpha2, 1e-6)
times 255: Your frames go from 0 to 255. The layers' colours go from 0 to 1, and so do the frames.
    return img1, img2, => return 255 * img1, 255 * img2,
nothing covered: You add the layers. A layer covers the share alpha of the pixel, so only 1 - alpha of what is behind
remains.
    (1 - alpha1) * img1 => img1
    (1 - alpha2) * img2 => img2
weights swapped: You keep the share alpha of the picture behind. The layer covers that share; 1 - alpha remains.
    (1 - alpha1) => alpha1
    (1 - alpha2) => alpha2
pasted: You copy a layer's colours where it covers more than half. At soft edges both colours count: (1 - alpha) of what
is behind, plus the layer's.
    (1 - alpha1) * img1 + drawn1[i, ..., :3] => np.where(alpha1 > 0.5, drawn1[i, ..., :3], img1)
    (1 - alpha2) * img2 + drawn2[i, ..., :3] => np.where(alpha2 > 0.5, drawn2[i, ..., :3], img2)
    or
    (1 - alpha1) * img1 + drawn1[i, ..., :3] => np.where(alpha1 > 0, drawn1[i, ..., :3], img1)
    (1 - alpha2) * img2 + drawn2[i, ..., :3] => np.where(alpha2 > 0, drawn2[i, ..., :3], img2)
nearest first: Your order is reversed: the nearest layer is drawn first, so that the others lie over it. The first layer
is the farthest.
    range(1, L) => range(L - 1, 0, -1)
frame 1 twice: Both frames are composed from drawn1 in yours. Frame 2 comes from drawn2.
    return img1, img2, => return img1, img1,
frames swapped: The two frames have changed places. Frame 1 is composed from drawn1, and comes first.
    return img1, img2, => return img2, img1,
front of frame 2: You look up the layer in front in frame 2. The flow is on frame 1's grid: drawn1 counts.
    front[alpha1 => front[alpha2
ground's motion: Every pixel moves with the ground in yours: it covers everything, so its alpha is the largest, and the
first above one half. Take the last layer above one half in frame 1.
    motions[front] => motions[0 * front]
    or
    motions[front] => motions[drawn1[..., 3].argmax(0)]
    or
    motions[front] => motions[(drawn1[..., 3] > 0.5).argmax(0)]
mixed motions: You mix the motions by alpha, as the colours. A pixel has one motion, that of the layer in front.
    flow = np.zeros((*drawn1.shape[1:3], 2))
    y, x = np.mgrid[: flow.shape[0], : flow.shape[1]]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    for layer, motion in zip(drawn1, motions):
        flow = (1 - layer[..., 3:]) * flow + layer[..., 3:] * (points @ motion.T - points)[..., :2]
    return *compose(drawn1, drawn2, motions)[:2], flow
times the ground's: You multiply by the ground's matrix once more. It is in each layer's matrix already.
    motions[front] => (motions[0] @ motions)[front]
    or
    motions[front] => np.concatenate([motions[:1], motions[0] @ motions[1:]])[front]
from frame 2 back: Your flow leads from frame 2 back to frame 1. Asked is the one from frame 1, with the layers in front
there.
    front[alpha1 => front[alpha2
    motions[front] => np.linalg.inv(motions)[front]
last layer's motion: Every pixel moves with the last layer in yours. Outside of that layer another one is in front.
    motions[front] => motions[0 * front + L - 1]
touched: A layer counts as in front wherever it touches a pixel. It has to cover more than half of it.
    > 0.5 => > 0
fully covered: A layer counts as in front only where it covers the whole pixel. More than half is enough.
    > 0.5 => >= 1
from half on: At exactly one half the layer is in front in yours. It has to cover more than half.
    > 0.5 => >= 0.5
places: You return where each pixel goes. The flow is that minus where it is.
    moved - points => moved
sign: Every sign of the flow is reversed: it is where a pixel goes, minus where it is.
    moved - points => points - moved
backward: You use the inverse of the matrices, which leads from frame 2 to frame 1. The flow leads to frame 2:
no inverse.
    motions[front] => np.linalg.inv(motions)[front]
transposed: Your points are multiplied by the transpose of the matrices. The matrix stands on the left of each point.
    motions[front] => motions.swapaxes(1, 2)[front]
y before x: Your points are (y, x, 1): x and y have changed places. The matrix takes x first.
    [x, y, np => [y, x, np
v first: u and v have changed places in the flow: u, along x, comes first.
    flow[..., :2] => flow[..., 1::-1]
three components: The third component of the flow, 1 minus 1, is still there. A flow has two.
    flow[..., :2] => flow
alpha in the frame: Your frames have four channels. Alpha is not part of the picture: three colours are asked.
    + drawn1[i, ..., :3] => + drawn1[i]
    + drawn2[i, ..., :3] => + drawn2[i]
    drawn1[0, ..., :3], drawn2[0, ..., :3] => drawn1[0], drawn2[0]
flow missing: Frames alone are no training pair: return the flow as well, as a third result.
    return img1, img2, flow[..., :2] => return img1, img2
""",
    "5.5": """
sign lost: Your power loses the sign of z where it is even. Take the power of the absolute value, then give it z's sign.
    np.sign(z) * np.abs(z) ** power => z**power
no sign: All your shifts point one way. A shift has the sign of its z.
    np.sign(z) * np.abs(z) => np.abs(z)
not cut: A shift longer than `reach` is still there. It becomes 0.
    np.where(np.abs(shifts) <= reach, shifts, 0) => shifts
clipped: You shorten long shifts to `reach`, as np.clip does. They become 0.
    np.where(np.abs(shifts) <= reach, shifts, 0) => np.clip(shifts, -reach, reach)
left out: You leave out the shifts that are too long, so fewer numbers come back. They stay, as 0.
    np.where(np.abs(shifts) <= reach, shifts, 0) => shifts[np.abs(shifts) <= reach]
at reach: A shift of exactly `reach` becomes 0 in yours. Only longer ones do: keep it with <=.
    <= reach => < reach
one side cut: You cut on one side only: a negative shift can be too long as well. Compare the absolute value.
    np.abs(shifts) <= reach => shifts <= reach
cut by z: You compare z itself with `norm`. The shift is compared with `reach`.
    np.abs(shifts) <= reach => np.abs(z) <= norm
z below 1: You keep the shifts with |z| up to 1. The length of a shift decides: up to `reach`.
    np.abs(shifts) <= reach => np.abs(z) <= 1
norm inside: You divide by `norm` before the power. The power is of |z| alone.
    np.abs(z) ** power * reach / norm => np.abs(z / norm) ** power * reach
all to the power: You take the power of the whole product. It is of |z| alone.
    np.abs(z) ** power * reach / norm => np.abs(z * reach / norm) ** power
norm forgotten: Divide by `norm`, too: it is missing in yours.
    * reach / norm => * reach
swapped: `reach` and `norm` have changed places in the factor: it is reach / norm.
    * reach / norm => * norm / reach
power forgotten: You multiply z by the factor without the power. It makes the tails: |z| ** power.
    np.abs(z) ** power => np.abs(z)
times the power: You multiply by `power`. |z| ** power is the power.
    np.abs(z) ** power => np.abs(z) * power
excess: You subtract 3, which gives the excess kurtosis (scipy's default). Asked is the mean fourth power itself.
    (standardised**4).mean() => (standardised**4).mean() - 3
not centred: You do not subtract the mean of the shifts. It is not 0 in each sample.
    kept - kept.mean() => kept
variance: You divide by the variance. Each difference is divided by the standard deviation, then raised to 4.
    kept.std() => kept.var()
    or
    (standardised**4).mean() => ((kept - kept.mean()) ** 4).mean() / kept.var()
not divided: You do not divide by the standard deviation, so your kurtosis has a unit, px to the power of 4.
    (kept - kept.mean()) / kept.std() => kept - kept.mean()
skewness: You take the third power, which gives the skewness. Kurtosis takes the fourth.
    standardised**4 => standardised**3
squares: The mean of the squares is 1 for every distribution. Kurtosis takes the fourth power.
    standardised**4 => standardised**2
fourth root: You take a fourth root at the end. The kurtosis is the mean fourth power itself.
    (standardised**4).mean() => (standardised**4).mean() ** 0.25
a sum: You sum the fourth powers. The kurtosis is their mean: divide by how many there are.
    (standardised**4).mean() => (standardised**4).sum()
n minus 1: Your standard deviation divides by n - 1 (ddof=1). Here it is the root of the mean square: divide by n.
    kept.std() => kept.std(ddof=1)
kurtosis of z: Your kurtosis is that of z. Asked is the kurtosis of the shifts.
    standardised = (kept - kept.mean()) / kept.std() => standardised = (z - z.mean()) / z.std()
before the cut: Your kurtosis is that of the shifts before the long ones became 0. Take those that you return.
    (kept - kept.mean()) / kept.std() => (shifts - shifts.mean()) / shifts.std()
without zeros: You leave out the zeros in the kurtosis. All shifts that you return count, the zeros, too.
    shifts = np.sign(z) * np.abs(z) ** power * reach / norm
    kept = np.where(np.abs(shifts) <= reach, shifts, 0)
    some = kept[kept != 0]
    return kept, np.mean((some - some.mean()) ** 4) / max(some.std(), 1e-9) ** 4
    or
    shifts = np.sign(z) * np.abs(z) ** power * reach / norm
    kept = np.where(np.abs(shifts) <= reach, shifts, 0)
    some = shifts[np.abs(shifts) <= reach]
    return kept, np.mean((some - some.mean()) ** 4) / some.std() ** 4
median: You take the median in place of the mean of the fourth powers. The few large ones make the kurtosis.
    (standardised**4).mean() => np.median(standardised**4)
fourth powers for each: You return a fourth power for each shift. The kurtosis is one number, their mean.
    (standardised**4).mean() => standardised**4
results swapped: The two results have changed places: the shifts come first, then the kurtosis.
    return kept, (standardised**4).mean() => return (standardised**4).mean(), kept
kurtosis alone: You return the kurtosis alone. The shifts come first, then the kurtosis.
    return kept, => return
shifts alone: You return the shifts alone. Their kurtosis is missing, as a second result.
    return kept, (standardised**4).mean() => return kept
standardised shifts: You return the standardised shifts. The shifts themselves, in px, were asked.
    return kept, => return standardised,
""",
}
