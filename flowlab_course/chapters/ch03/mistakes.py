"""Wrong answers to the exercises of chapter 03 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "3.1": """
summed before multiplied: You sum the slopes and multiply the sums. Slopes of opposite sign cancel that way: multiply
first, then sum.
    summed(Ix * Ix), summed(Ix * Iy), summed(Iy * Iy) => summed(Ix) ** 2, summed(Ix) * summed(Iy), summed(Iy) ** 2
one pixel alone: Nothing is summed yet: the tensor of a single pixel always has one eigenvalue 0. The window is
missing.
    summed(Ix * Ix), summed(Ix * Iy), summed(Iy * Iy) => Ix * Ix, Ix * Iy, Iy * Iy
means: These are means over the square. Here the weights are 1: normalize=False.
    normalize=False => normalize=True
mirrored at the edge: At the picture's edge the filter repeats what is inside. Outside counts as 0:
borderType=cv2.BORDER_CONSTANT.
    , borderType=cv2.BORDER_CONSTANT =>
x and y swapped: The products of Ix and of Iy have changed places: x comes first.
    xx, xy, yy = => yy, xy, xx =
radius for side: Your square is `radius` pixels wide. It reaches `radius` pixels to every side of its middle: 2 *
radius + 1.
    2 * radius + 1 => radius
signs lost: The product Ix Iy keeps its sign: it tells an edge that rises to the right from one that falls.
    Ix * Iy => np.abs(Ix * Iy)
the last row and column missing: Your square is 2 * radius pixels wide: its last row and its last column are missing.
It is 2 * radius + 1 wide.
    2 * radius + 1 => 2 * radius
means, mirrored at the edge: Your sums are means, and the picture is mirrored at its edge: cv2.blur does that, and
cv2.boxFilter by default.
    , normalize=False, borderType=cv2.BORDER_CONSTANT =>
edge repeated: At the picture's edge you repeat the outermost pixel. What lies outside counts as 0.
    BORDER_CONSTANT => BORDER_REPLICATE
mirrored with its edge: At the picture's edge your sums go on in a mirror image of the picture. What lies outside
counts as 0.
    BORDER_CONSTANT => BORDER_REFLECT
sign of Ix Iy: The sum of Ix Iy has the wrong sign. It is positive where both slopes have one sign.
    summed(Ix * Iy) => -summed(Ix * Iy)
rim left at 0: Near the picture's edge your tensors are 0. There the square still holds pixels: sum those that are
inside.
    inside = np.zeros(Ix.shape, bool)
    inside[radius : Ix.shape[0] - radius, radius : Ix.shape[1] - radius] = True
    return tensor(Ix, Iy, radius) * inside[..., None, None]
averaged before multiplied: You average the slopes and multiply the averages. Slopes of opposite sign cancel. Multiply
first, then sum.
    normalize=False => normalize=True
    summed(Ix * Ix), summed(Ix * Iy), summed(Iy * Iy) => summed(Ix) ** 2, summed(Ix) * summed(Iy), summed(Iy) ** 2
sum of Ix Iy missing: The two products of squares are summed, Ix Iy is not. All three are summed over the square.
    summed(Ix * Iy) => Ix * Iy
no mixed product: Beside the diagonal your tensor is 0. The sum of Ix Iy belongs there: without it a slanted edge
looks like a corner.
    summed(Ix * Iy) => np.zeros_like(Ix)
Ix Iy doubled: Beside the diagonal you have twice the sum of Ix Iy. The tensor has two such entries; each holds the
sum once.
    summed(Ix * Iy) => 2 * summed(Ix * Iy)
Ix Iy on the diagonal: The entries of each row have changed places: Ix Ix and Iy Iy belong on the diagonal.
    return tensor(Ix, Iy, radius)[..., ::-1]
Iy Iy beside the diagonal: Iy Iy and Ix Iy have changed places: Ix Iy is the entry beside the diagonal.
    xx, xy, yy = => xx, yy, xy =
second row turned round: The second row of your tensors is (Iy Iy, Ix Iy). The tensor is symmetric: Ix Iy comes first
in that row.
    T = tensor(Ix, Iy, radius)
    return np.stack([T[..., 0, :], T[..., 1, ::-1]], axis=-2)
tensor axes first: Your axes are (2, 2, H, W): np.array puts new axes first. The tensor's two axes belong to the end.
    return np.moveaxis(tensor(Ix, Iy, radius), (2, 3), (0, 1))
reshaped: reshape keeps the numbers in their order and does not move an axis, so different pixels get mixed. Use
np.moveaxis or np.stack.
    return np.moveaxis(tensor(Ix, Iy, radius), (2, 3), (0, 1)).reshape(*Ix.shape, 2, 2)
all axes reversed: .T reverses all axes, the picture's rows and columns as well: move the tensor's two axes alone.
    return tensor(Ix, Iy, radius).swapaxes(0, 1)
wrong order of the four: Your four numbers are in the order Ix Ix, Iy Iy, Ix Iy, Ix Iy. Row by row, Iy Iy is the last.
    [xx, xy] => [xx, yy]
    [xy, yy] => [xy, xy]
Ix Ix twice: The second row of your tensors begins with Ix Ix. The tensor is symmetric: Ix Iy stands there.
    [xy, yy] => [xx, yy]
one row: Your sums are over a strip, one row or one column. The square reaches as far in both directions.
    f, -1, (n, n) => f, -1, (n, 1)
    or
    f, -1, (n, n) => f, -1, (1, n)
always three: Your square is 3 pixels wide for every radius. That is right for radius 1 alone.
    2 * radius + 1 => 3
Gaussian: GaussianBlur weighs the pixels, the middle most. Here all weights are 1.
    cv2.boxFilter(f, -1, (n, n), normalize=False, borderType=cv2.BORDER_CONSTANT) => cv2.GaussianBlur(f, (n, n), 0)
    or
    boxFilter(f, -1, (n, n), normalize=False => GaussianBlur(f, (n, n), 0
product of two sums: Beside the diagonal you multiply two sums. Multiply at each pixel first, then sum.
    summed(Ix * Iy) => summed(Ix) * summed(Iy)
radius squared: Your means are multiplied by radius squared. The square holds more pixels: count its side first.
    cv2.boxFilter => radius**2 * cv2.boxFilter
    normalize=False => normalize=True
scaled at the edge: At the picture's edge your sums are scaled up, as if the square were full. What lies outside counts
as 0.
    ones = np.ones_like(Ix)
    return tensor(Ix, Iy, radius) * (2 * radius + 1) ** 2 / tensor(ones, ones, radius)[..., :1, :1]
inside alone: Only squares that lie inside the picture are summed, so the rim is missing. Pad with zeros first.
    return tensor(Ix, Iy, radius)[radius:-radius, radius:-radius]
wrapped round: At the picture's edge your squares go on at the opposite edge (np.roll does that). Outside counts as 0.
    padded = [np.pad(slope, radius, mode="wrap") for slope in (Ix, Iy)]
    return tensor(*padded, radius)[radius:-radius, radius:-radius]
one tensor for all: You sum over the whole picture. Each pixel has a tensor of its own, of the square around it.
    return np.array([[(Ix * Ix).sum(), (Ix * Iy).sum()], [(Ix * Iy).sum(), (Iy * Iy).sum()]])
negative start: A slice that begins below 0 counts from the other end, and is mostly empty. Begin at 0 at the least.
    T = np.zeros((*Ix.shape, 2, 2))
    for y, x in np.ndindex(Ix.shape):
        square = np.s_[y - radius : y + radius + 1, x - radius : x + radius + 1]
        slopes = np.stack([Ix[square].ravel(), Iy[square].ravel()])
        T[y, x] = slopes @ slopes.T
    return T
three numbers: You return the three sums side by side, (H, W, 3). Each pixel gets a tensor of 2 x 2, with Ix Iy in it
twice.
    T = tensor(Ix, Iy, radius)
    return np.stack([T[..., 0, 0], T[..., 0, 1], T[..., 1, 1]], axis=-1)
one corner 0: Below or above the diagonal your tensors hold 0. They are symmetric: the sum of Ix Iy stands there twice.
    [xy, yy] => [np.zeros_like(xy), yy]
    or
    [xx, xy] => [xx, np.zeros_like(xy)]
last row and column never counted: The picture's last row and column never enter your sums. A range leaves out its
end: let it end at H, not at H - 1.
    inside = np.ones_like(Ix)
    inside[-1] = inside[:, -1] = 0
    return tensor(Ix * inside, Iy * inside, radius)
""",
    "3.2": """
by the diagonal: The diagonal is the slope along x and along y. An edge at 45 degrees has both, and is no corner: take
eigenvalues.
    return (T[..., 0, 0] > threshold).astype(int) + (T[..., 1, 1] > threshold)
by the sum: The sum of the diagonal is λ1 + λ2: one steep edge makes it as large as a corner does.
    return 2 * (T[..., 0, 0] + T[..., 1, 1] > 2 * threshold).astype(int)
by the determinant: The determinant is λ1 λ2: a large λ1 hides a small λ2. Compare each with the threshold.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => 2 * (np.linalg.det(T) > threshold**2).astype(int)
the smaller one alone: Your result depends on the smaller eigenvalue only. That finds corners, but cannot tell an edge
from nothing.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => (np.linalg.eigvalsh(T)[..., 0] > threshold).astype(int)
the larger one alone: Your result depends on the larger eigenvalue only: corners and edges get the same number.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => (np.linalg.eigvalsh(T)[..., 1] > threshold).astype(int)
counted below: You count the eigenvalues below the threshold: the wrong way round.
    > threshold => <= threshold
at least: An eigenvalue equal to the threshold counts as above it in yours: > is meant, not >=.
    > threshold => >= threshold
a mask of the larger: You return a mask. It holds only True and False, and no 2. Two masks added with + are one mask
again.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => np.linalg.eigvalsh(T)[..., 1] > threshold
a mask of the smaller: You return a mask of the corners. Edges need a number of their own: count, in place of .all().
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => np.linalg.eigvalsh(T)[..., 0] > threshold
not counted: You return a mask with both eigenvalues of a pixel. One number per pixel is missing: count.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => np.linalg.eigvalsh(T) > threshold
one count for all: You count over the whole picture. Each pixel has its own count, so the sum runs over the last axis
only.
    (axis=-1) => ()
over the rows: You count along the picture's rows, axis 0. A pixel's eigenvalues lie on the last axis.
    =-1 => =0
mean: This is the share of the two eigenvalues; the task wants how many: the sum, not the mean.
    sum => mean
edges left out: Corners get 2, but edges get 0 in your result, as plain places do. An edge is 1.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => 2 * (np.linalg.eigvalsh(T)[..., 0] > threshold).astype(int)
edges as corners: Edges get 2 in your result, as corners do. Only one eigenvalue of an edge is large: 1.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => 2 * (np.linalg.eigvalsh(T)[..., 1] > threshold).astype(int)
1 and 2 swapped: 1 and 2 have changed places: 2 is where both eigenvalues are above the threshold.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => (3 - kind(T, threshold)) % 3
by the entries: You compare the entries of T. They change when the picture is turned; its eigenvalues do not. Compare
those.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => (threshold < T).sum(axis=(-2, -1))
the sum above the threshold: You compare the sum of both eigenvalues (the trace) with the threshold. Compare each
eigenvalue by itself.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => (np.trace(T, axis1=-2, axis2=-1) > threshold).astype(int)
determinant and sum: Determinant and trace are the product and the sum of the eigenvalues. Each eigenvalue itself is
to be compared.
    trace = np.trace(T, axis1=-2, axis2=-1)
    return np.where(np.linalg.det(T) > threshold, 2, (trace > threshold).astype(int))
the product above the threshold: You compare the product of both eigenvalues (the determinant) with the threshold.
Compare each of them.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => (np.linalg.det(T) > threshold).astype(int)
roots compared: You compare the roots of the eigenvalues. The eigenvalues themselves are to be above the threshold.
    np.linalg.eigvalsh(T) > => np.sqrt(np.maximum(np.linalg.eigvalsh(T), 0)) >
relative: You multiply the threshold by the largest eigenvalue. The threshold is meant as it is.
    > threshold => > threshold * np.linalg.eigvalsh(T).max()
smaller ones counted: You count the eigenvalues that are smaller than the threshold. Count those above it.
    > threshold => < threshold
added up: You add up the eigenvalues above the threshold. Their number was asked.
    (np.linalg.eigvalsh(T) > threshold) => (np.linalg.eigvalsh(T) * (np.linalg.eigvalsh(T) > threshold))
eigenvectors: np.linalg.eigh returns eigenvalues and eigenvectors, and yours are the vectors. Take the values.
    (np.linalg.eigvalsh(T) > threshold).sum(axis=-1) => (np.linalg.eigh(T)[1] > threshold).sum(axis=(-2, -1))
""",
    "3.3": """
the step alone: This is what is missing, not the flow. Add it to the flow that you had.
    w + solve => solve
not warped: Frame 2 is used as it is. Then solve explains the whole motion again, and you add it to w once more.
    flowlab.warp(I2, w, padding="border") => I2
the wrong way: The step goes the wrong way: `It` is frame 2, brought back, minus frame 1, and what solve finds is added
to w.
    back - I1 => I1 - back
axes swapped: Ix and Iy have changed places: np.gradient returns the slope downwards first, solve takes it second.
    Iy, Ix => Ix, Iy
slopes of the unwarped frame: The slopes are those of frame 2 where it stands. You compare at x + w: take the slopes
of the warped picture.
    gradient(back) => gradient(I2)
slopes of frame 1: The slopes are those of frame 1. The task wants those of frame 2, warped back: of the picture that
still moves.
    gradient(back) => gradient(I1)
slopes averaged: Your slopes are means over frame 1 and the warped picture. Some methods do that; here the warped
picture alone gives the slopes.
    gradient(back) => gradient((I1 + back) / 2)
difference of the unwarped frame: `It` is frame 2 as it was, minus frame 1. Take the warped picture: w explains a part
of the motion already.
    back - I1 => I2 - I1
difference to frame 2: `It` is the warped picture minus frame 2, from which it was made. The picture to compare it with
is frame 1.
    back - I1 => back - I2
w subtracted: You subtract w from the step. The new flow is w plus the step.
    w + solve => -w + solve
zeros outside: What lies outside frame 2 is 0 in your warp, which makes steep slopes there: padding="border" is
missing.
    "border" => "zeros"
warped by -w: Frame 2 is warped by -w. A warp fetches from x + w(x), so it takes w as it is.
    I2, w => I2, -w
frame 1 warped: You warp frame 1. w leads from frame 1 to frame 2, so frame 2 is the one to fetch from.
    I2, w => I1, w
    back - I1 => I2 - back
frames swapped: The frames have changed places: I2 is warped, and I1 is what it is compared with.
    return warping_step(I2, I1, w, solve)
averaged: You take the mean of w and the step. The new flow is w plus the whole step.
    return warping_step(I1, I2, w, solve) / 2
w unchanged: You return w as it came: what solve returns has to be added.
    return w
Sobel: Your slopes are 8 times too large: cv2.Sobel sums over its 3 x 3 pixels. np.gradient gives them per pixel.
    Iy, Ix = np.gradient(back) => Ix, Iy = cv2.Sobel(back, -1, 1, 0), cv2.Sobel(back, -1, 0, 1)
minus the step: This is minus the step. The new flow is w plus the step.
    return w - warping_step(I1, I2, w, solve)
""",
    "3.4": """
plus: This is minus the motion. Ix u + Iy v + It = 0: when It goes to the right side, its sign changes.
    [-xt, -yt] => [xt, yt]
no weights: g is not used, so the rim of the window counts as much as its middle. Each of the five sums has it.
    return one_window(Ix, Iy, It, np.ones_like(g))
weights squared: The weights are squared. g stands before the square of the residual, so it enters each sum once.
    return one_window(Ix, Iy, It, g**2)
root of the weights: Each sum holds the root of g. The root is for the equations; a product of two has g itself.
    return one_window(Ix, Iy, It, np.sqrt(g))
weights on the left alone: g is in T and not on the right side. Both are derivatives of one sum, and both have it.
    (g * Ix * It).sum(), (g * Iy * It).sum() => (Ix * It).sum(), (Iy * It).sum()
weights on the right alone: g is on the right side and not in T. Both are derivatives of one sum, and both have it.
    (g * Ix * Ix).sum(), (g * Ix * Iy).sum(), (g * Iy * Iy) => (Ix * Ix).sum(), (Ix * Iy).sum(), (Iy * Iy)
v first: The components have changed places: u, to the right, is the first.
    return one_window(Ix, Iy, It, g)[::-1]
right side swapped: On the right side the sums have changed places: Ix It belongs to the first row.
    [-xt, -yt] => [-yt, -xt]
no cross term: Ix Iy is missing beside the diagonal: u and v are solved as if x and y had nothing to do with each
other.
    [xx, xy], [xy, yy] => [xx, 0], [0, yy]
sign of the cross term: Ix Iy beside the diagonal has the wrong sign. A minus stands there in the inverse, not in T.
    [xx, xy], [xy, yy] => [xx, -xy], [-xy, yy]
diagonal swapped: Ix Ix and Iy Iy have changed places on the diagonal of T.
    [xx, xy], [xy, yy] => [yy, xy], [xy, xx]
not solved: T is multiplied with the right side. The motion is what T has to be multiplied with.
    np.linalg.solve(T, [-xt, -yt]) => T @ [-xt, -yt]
inverse by entries: * multiplies entry by entry, and leaves a 2 x 2 array. A matrix and a vector take @.
    np.linalg.solve(T, [-xt, -yt]) => np.linalg.inv(T) * [-xt, -yt]
one over each entry: 1 / T inverts each entry by itself. That is not the inverse of a matrix.
    np.linalg.solve(T, [-xt, -yt]) => (1 / T) @ [-xt, -yt]
determinant forgotten: Your values are not divided by the determinant xx yy - xy xy, which the inverse has below it.
    np.linalg.solve(T, [-xt, -yt]) => np.array([xy * yt - yy * xt, xy * xt - xx * yt])
summed before multiplied: You sum the slopes and multiply the sums. Multiply pixel by pixel, then sum.
    (g * Ix * Ix).sum(), (g * Ix * Iy).sum() => (g * Ix).sum() * Ix.sum(), (g * Ix).sum() * Iy.sum()
    (g * Iy * Iy).sum() => (g * Iy).sum() * Iy.sum()
mean of the readings: You average -It / Ix and -It / Iy. Each takes a pixel as if the other component were 0.
    return np.array([np.average(-It / Ix, weights=g), np.average(-It / Iy, weights=g)])
mean of the normal flows: You average the normal flow of the pixels. It lacks the part along each edge, so the mean is
too short.
    across = -It / (Ix**2 + Iy**2)
    return np.array([np.average(across * Ix, weights=g), np.average(across * Iy, weights=g)])
It not weighed by the slope: On the right side stands the sum of `It`. The derivative of the square leaves Ix and Iy
beside it.
    (g * Ix * It).sum(), (g * Iy * It).sum() => (g * It).sum(), (g * It).sum()
middle pixel alone: You solve with the middle pixel alone. One pixel has one equation: sum over the window.
    xx, xy, yy = (g * Ix * Ix)[3, 3], (g * Ix * Iy)[3, 3], (g * Iy * Iy)[3, 3]
    T = np.array([[xx, xy], [xy, yy]]) + 1e-9 * np.eye(2)
    return np.linalg.solve(T, [-(g * Ix * It)[3, 3], -(g * Iy * It)[3, 3]])
a column: Your result has the shape (2, 1). Two numbers in a row, shape (2,), are asked for.
    return one_window(Ix, Iy, It, g)[:, None]
mean and sum: The right side is a mean and T is a sum, so your values are too small by the number of pixels.
    return one_window(Ix, Iy, It, g) / Ix.size
divided by all weights: The right side is divided by the sum of the weights and T is not. Divide both, or none.
    return one_window(Ix, Iy, It, g) / g.sum()
one motion a pixel: You return an array over the pixels. The window has one motion, two numbers in all.
    return one_window(Ix, Iy, It, g) * np.ones((*Ix.shape, 2))
""",
}
