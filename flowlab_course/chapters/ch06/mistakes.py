"""Wrong answers to the exercises of chapter 06 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "6.1": """
left as they were: The picture turned and grew. Its motions turn and grow with it.
    return vectors * 1.0
zoomed only: The lengths are right. Now turn the directions as well.
    return zoom * vectors
turned only: The directions are right. Things that grow also move farther.
    return turned(vectors, degrees, 1.0)
other way: You turn counter-clockwise: after a clockwise quarter turn, what went right goes down, to (0, 8).
    return turned(vectors, -degrees, zoom)
shrunk: A zoom above 1 makes motions longer: multiply by it, do not divide.
    return turned(vectors, degrees, 1 / zoom)
radians: Convert from degrees to radians once: np.deg2rad(degrees).
    return turned(vectors, np.rad2deg(degrees), zoom)
converted the wrong way: np.rad2deg makes degrees of radians. Here degrees are given, and the cosine and the sine take
radians.
    return turned(vectors, np.rad2deg(np.rad2deg(degrees)), zoom)
zoom twice: The zoom enters twice: your lengths grow by zoom * zoom.
    return turned(vectors, degrees, zoom * zoom)
zoom added: You add the zoom to the components. A motion becomes `zoom` times as long: multiply.
    return turned(vectors, degrees, 1.0) + zoom
undone: You undo the turn and the zoom. Multiply by the zoom, and let a vector to the right turn downwards.
    return turned(vectors, -degrees, 1 / zoom)
both sines plus: Both sines in your matrix are positive: at 90 degrees, down must become left, -u.
    [[c, -s], [s, c]] => [[c, s], [s, c]]
both sines minus: Both sines in your matrix are negative: at 90 degrees, right must become down, +v.
    [[c, -s], [s, c]] => [[c, -s], [-s, c]]
mirrored: Your matrix mirrors: at 0 degrees it reverses v. One of the two cosines has a minus sign.
    [[c, -s], [s, c]] => [[c, s], [s, -c]]
sine for cosine: Sine and cosine have changed places: at 0 degrees your matrix turns by 90 degrees.
    [[c, -s], [s, c]] => [[s, -c], [c, s]]
u overwritten: The new u is in place before v is computed, so v is made from the new u. Keep the old u until both are
done.
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    u = c * vectors[..., 0] - s * vectors[..., 1]
    v = s * u + c * vectors[..., 1]
    return zoom * np.stack([u, v], axis=-1)
v, u read: You read v as u and u as v: the first component is u, to the right.
    return turned(vectors[..., ::-1], degrees, zoom)
whole numbers: Your result holds whole numbers only: keep the fractions, as floats.
    return turned(vectors, degrees, zoom).astype(int)
matrix from the left: Your product takes the second-last axis of `vectors` for u and v. They lie on the last axis.
    return turned(np.eye(2), degrees, zoom).T @ vectors
v's minus: u is right. v has a minus sign too many: it is s * u + c * v.
    [[c, -s], [s, c]] => [[c, -s], [s, -c]]
vectors from the right: np.dot(matrix, vectors) and matrix @ vectors take the second-last axis of `vectors` for u and v.
They lie on the last axis: vectors @ matrix.T.
    return zoom * np.dot(turned(np.eye(2), degrees, 1.0).T, vectors)
rows for components: vectors[0] is the first vector. Its components are on the last axis: u is [..., 0].
    return np.moveaxis(turned(np.stack([vectors[0], vectors[1]], axis=-1), degrees, zoom), -1, 0)
components first: The numbers are right, on another axis: u and v belong on the last axis, not the first.
    return np.moveaxis(turned(vectors, degrees, zoom), -1, 0)
lists of vectors only: Right for arrays of two axes. `vectors` may have more, (..., 2): a transpose reverses all axes
then.
    return (turned(np.eye(2), degrees, zoom).T @ vectors.T).T
written into the array: `vectors[..., 0]` is a view: once the new u stands in it, v is made from the new u. Write into
another array.
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    vectors = vectors.copy()
    vectors[..., 0] = zoom * (c * vectors[..., 0] - s * vectors[..., 1])
    vectors[..., 1] = zoom * (s * vectors[..., 0] + c * vectors[..., 1])
    return vectors
kept as integers: Of integers you make integers, and the fractions are lost: np.empty_like, zeros_like and copy keep
the dtype. Use floats.
    return turned(vectors, degrees, zoom).astype(vectors.dtype)
zoom once: The zoom multiplies the first of two products only. It belongs to the whole sum: brackets.
    zoom * vectors => vectors
    [[c, -s], [s, c]] => [[zoom * c, -s], [zoom * s, c]]
v's sine and cosine swapped: u is right. In v sine and cosine have changed places: at 0 degrees v has to stay as it is.
    [[c, -s], [s, c]] => [[c, -s], [c, s]]
u's sine and cosine swapped: v is right. In u sine and cosine have changed places: at 0 degrees u has to stay as it is.
    [[c, -s], [s, c]] => [[s, -c], [s, c]]
two axes expected: Your indices are right for a list of vectors alone. u is [..., 0], whatever the number of axes.
    return turned(np.stack([vectors[:, 0], vectors[:, 1]], axis=-1), degrees, zoom)
vector taken off: You subtract the old vector from the new one. Return the new vector itself.
    return turned(vectors, degrees, zoom) - vectors
""",
    "6.2": """
start not taken off: You return where each pixel arrives. A flow is arrival minus start.
    - points =>
frame's point taken off: You subtract the point of frame 1. The flow between the crops starts at a pixel of crop 1.
    - points => - shown
T2 not inverted: T2 leads from crop 2 to frame 2. You need the way back: its inverse.
    np.linalg.inv(T2).T => T2.T
T1 inverted: T1 itself leads from crop 1 to frame 1: do not invert it.
    points @ T1.T => points @ np.linalg.inv(T1).T
both the wrong way: T1 leads from crop to frame as it is, and the inverse of T2 from frame to crop. You have it the
other way round.
    points @ T1.T => points @ np.linalg.inv(T1).T
    np.linalg.inv(T2).T => T2.T
back through T1: The arrival lies in frame 2, and you go back through T1. Crop 2 has the view T2.
    inv(T2) => inv(T1)
views swapped: T1 and T2 have changed places: start with T1, in frame 1.
    return between_views(w, T2, T1, height, width)
read at the crop's pixel: You read w at the pixel of the crop. It is given at the pixels of frame 1, where T1 leads.
    w[row, column] => w[y, x]
columns first: You read w[column, row]: an array's first axis is the rows.
    w[row, column] => w[column.clip(0, w.shape[0] - 1), row]
    or
    w[row, column] => w[column, row]
w forgotten: The frames' own flow is missing: your result holds the difference of the views alone.
    += w[row, column] => += 0
w added last: You add w after the way back, as it is in the frame. Add it in the frame: then the inverse of T2 turns it,
too.
    arrives[..., :2] += w[row, column] =>
    - points)[..., :2] => - points)[..., :2] + w[row, column]
looked up only: You look the vectors up and leave them as they were. They turn, flip and grow with the views.
    return (arrives @ np.linalg.inv(T2).T - points)[..., :2] => return w[row, column]
w subtracted: You subtract w. From frame 1 to frame 2 a point moves by +w.
    += w => -= w
opposite: All signs are reversed: arrival minus start, not start minus arrival.
    return (arrives @ np.linalg.inv(T2).T - points) => return -(arrives @ np.linalg.inv(T2).T - points)
T1 not transposed: points @ T1 multiplies by the transpose of T1. Rows of points need T1.T.
    points @ T1.T => points @ T1
    w[row, column] => w[row.clip(0, w.shape[0] - 1), column.clip(0, w.shape[1] - 1)]
T2 not transposed: On the way back you multiply by the transpose of the inverse: rows of points need inv(T2).T.
    inv(T2).T => inv(T2)
cut off: astype(int) cuts the fraction off. The nearest pixel needs np.rint first.
    np.rint(shown[..., :2]) => shown[..., :2]
rounded up: np.ceil rounds up. The nearest pixel needs np.rint.
    np.rint => np.ceil
    w[row, column] => w[row.clip(0, w.shape[0] - 1), column.clip(0, w.shape[1] - 1)]
start rounded: Your points are those of the nearest pixels. Round for reading w only; the way goes on from the
exact point.
    shown.copy() => np.rint(shown)
three numbers each: Each vector has three numbers: the last comes from the 1 of (x, y, 1). Leave it out at the end.
    - points)[..., :2] => - points)
shift left out: The shift of T1 or T2 is missing: multiply (x, y, 1) by the whole matrix, not (x, y) by its 2 x 2 part.
    points = np.stack([x, y, np.ones_like(x)], axis=-1) => points = np.stack([x, y, np.zeros_like(x)], axis=-1)
    w[row, column] => w[row.clip(0, w.shape[0] - 1), column.clip(0, w.shape[1] - 1)]
x and y swapped: Your points are (y, x, 1). The matrices take x first.
    points = np.stack([x, y, np.ones_like(x)], axis=-1) => points = np.stack([y, x, np.ones_like(x)], axis=-1)
    w[row, column] => w[row.clip(0, w.shape[0] - 1), column.clip(0, w.shape[1] - 1)]
v, u read: w[..., ::-1] holds (v, u). Its first component is u already, as x comes first.
    w[row, column] => w[row, column, ::-1]
components first: The numbers are right, on another axis: u and v belong on the last axis.
    return np.moveaxis(between_views(w, T1, T2, height, width), -1, 0)
vector turned the frame's way: You turn w by T2 and not by its inverse; the points go the right way.
    += w[row, column] => += 0
    - points)[..., :2] => - points)[..., :2] + w[row, column] @ T2[:2, :2].T
""",
    "6.3": """
bug still there: The bug is still there: look at the vectors' directions.
    moved @ matrix[:, :2].T => moved
against the picture: The vectors turn clockwise, against the picture. With y downwards a counter-clockwise turn makes
angles smaller; the matrix takes u before v; moved @ M multiplies by the transpose of M.
    matrix[:, :2].T => matrix[:, :2]
angle added: cartToPolar measures angles from x towards y, and y points down: adding degrees turns clockwise. Its angles
are too inexact, too: use the matrix.
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    moved = cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
    length, angle = cv2.cartToPolar(moved[..., 0], moved[..., 1])
    return np.stack(cv2.polarToCart(length, angle + np.float32(np.deg2rad(degrees))), axis=-1)
angles of cartToPolar: The idea is right. But the angles of cv2.cartToPolar are off by hundredths of a degree: use the
matrix, or np.arctan2.
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    moved = cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
    length, angle = cv2.cartToPolar(moved[..., 0], moved[..., 1])
    return np.stack(cv2.polarToCart(length, angle - np.float32(np.deg2rad(degrees))), axis=-1)
grid forgotten: The vectors turn, but stay where they were: warp the field too.
    return moved => return flow
vectors as points: A vector has a direction and no place: leave the matrix's shift out.
    matrix[:, :2].T => matrix[:, :2].T + matrix[:, 2]
unchanged: The field comes back as it was. Warp it, and turn its vectors.
    return flow
vectors the other way, not moved: The vectors turn clockwise and stay at their places. The picture turns
counter-clockwise: warp the field, too.
    moved @ matrix[:, :2].T => flow @ matrix[:, :2]
all clockwise: Places and vectors turn clockwise. OpenCV's positive angles turn counter-clockwise.
    return turn_flow(flow, -degrees)
inverse map: The vectors are right, but their places turn clockwise: the angle's other sign does that, and
WARP_INVERSE_MAP.
    flow, matrix => flow, cv2.invertAffineTransform(matrix)
quarter turns only: np.rot90 turns by 90, 180 or 270 degrees. The vectors are right; their places have to turn by any
angle.
    return np.rot90(flow, round(degrees / 90)) @ cv2.getRotationMatrix2D((0, 0), degrees, 1)[:, :2].T
rounded matrix: The field is warped with a rounded matrix. Its numbers are whole only for turns by a multiple of 90
degrees.
    flow, matrix => flow, np.rint(matrix)
wrapped round: Corners that no pixel reaches are filled from the opposite side. Repeat the border, as turn_carelessly
does.
    REPLICATE => WRAP
mirrored at the border: Corners that no pixel reaches hold a mirror image of the inside. Repeat the border, as
turn_carelessly does.
    REPLICATE => REFLECT
    or
    REPLICATE => REFLECT_101
nearest pixel: Each vector is that of the nearest pixel. Between pixels, mix the four around, as warpAffine does by
default.
    (W, H), => (W, H), flags=cv2.INTER_NEAREST,
about the corner: The places turn about the upper left corner. Turn about the picture's middle.
    ((W - 1) / 2, (H - 1) / 2) => (0, 0)
half a pixel off: The places turn about (W / 2, H / 2), half a pixel off: pixels are counted 0 ... W - 1.
    (W - 1) / 2, (H - 1) / 2 => W / 2, H / 2
centre (y, x): The places turn about ((H - 1) / 2, (W - 1) / 2). A point of OpenCV is (x, y): the width comes first.
    ((W - 1) / 2, (H - 1) / 2) => ((H - 1) / 2, (W - 1) / 2)
centre too small: W / 2 - 1 is half a pixel too little. The middle of the pixels 0 ... W - 1 is (W - 1) / 2.
    (W - 1) / 2, (H - 1) / 2 => W / 2 - 1, H / 2 - 1
W // 2: W // 2 and H // 2 are the middle of an odd number of pixels alone. Of 8 pixels, 0 ... 7, the middle is 3.5.
    (W - 1) / 2, (H - 1) / 2 => W // 2, H // 2
turn added: You add how far each pixel moves in the turn, and leave the vectors' directions. Both frames turn alike: the
turn itself is no motion between them.
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    moved = cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return moved + points @ matrix.T - points[..., :2]
turned, and turn added: The vectors turn, and the motion of the turn itself is added to them. A vector's start has to
turn as well as its end.
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return turn_flow(flow, degrees) + points @ matrix.T - points[..., :2]
vectors twice as far: The vectors turn by twice the angle. They turn as far as the picture does.
    matrix[:, :2].T => (matrix[:, :2] @ matrix[:, :2]).T
places twice: The field is warped twice, so the places turn by twice the angle.
    return moved => return cv2.warpAffine(moved, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
sine for cosine: Sine and cosine have changed places in the vectors' turn: at 0 degrees the cosine is 1, and a vector
stays as it is.
    matrix[:, :2].T => np.stack([matrix[0, 1::-1], -matrix[1, 1::-1]], axis=-1)
only u turned: u is right, and v is still that of the careless turn. Both change when a vector turns.
    moved @ matrix[:, :2].T => np.stack([moved @ matrix[0, :2], moved[..., 1]], axis=-1)
v from the old field: u is right. v is made from the field before it was warped: use the warped field for both.
    moved @ matrix[:, :2].T => np.stack([moved @ matrix[0, :2], flow @ matrix[1, :2]], axis=-1)
one sine's sign: Both sines have one sign. In a turn they differ: counter-clockwise, right becomes up, which is -v.
    matrix[:, :2].T => np.stack([matrix[0, :2], -matrix[1, :2] * [1, -1]], axis=-1)
opposite: Every vector points the opposite way: all signs are reversed. The turn itself is right.
    return moved => return -moved
whole numbers: Your vectors are rounded to whole numbers. Keep the fractions.
    return moved @ matrix[:, :2].T => return np.rint(moved @ matrix[:, :2].T)
reshaped: reshape keeps the numbers in their order and does not move an axis: u and v get mixed. Use moveaxis or
transpose.
    moved @ matrix[:, :2].T => (matrix[:, :2] @ moved.reshape(2, -1)).reshape(flow.shape)
zeros at the border: Corners that no pixel reaches are 0: repeat the border, as turn_carelessly does.
    , borderMode=cv2.BORDER_REPLICATE =>
height first: Right for squares. warpAffine takes the size as (width, height), not as (height, width).
    (W, H), => (H, W),
radians: The field is warped well. For the vectors, the cosine and the sine take radians: convert degrees.
    matrix[:, :2].T => np.array([[np.cos(degrees), -np.sin(degrees)], [np.sin(degrees), np.cos(degrees)]])
radians, clockwise: Your vectors turn by that many radians, and clockwise: convert degrees to radians, and reverse the
sine's sign.
    matrix[:, :2].T => np.array([[np.cos(degrees), np.sin(degrees)], [-np.sin(degrees), np.cos(degrees)]])
u overwritten: The new u is in place before v is computed, so v is made from the new u. Keep the old u until both are
done.
    H, W = flow.shape[:2]
    matrix = cv2.getRotationMatrix2D(((W - 1) / 2, (H - 1) / 2), degrees, 1)
    moved = cv2.warpAffine(flow, matrix, (W, H), borderMode=cv2.BORDER_REPLICATE)
    moved[..., 0] = moved @ matrix[0, :2]
    moved[..., 1] = moved @ matrix[1, :2]
    return moved
shift in the product: The matrix has three columns and a vector two numbers: the third column is the shift, which a
vector does not need.
    matrix[:, :2].T => matrix.T
three numbers each: Each vector has three numbers now: the matrix's third column is its shift, which a vector does not
need.
    matrix[:, :2].T => matrix
matrix from the left: A matrix on the left multiplies the last two axes, W x 2, as one matrix. The vectors are on the
last axis alone.
    moved @ matrix[:, :2].T => matrix[:, :2] @ moved
""",
    "6.4": """
always the training pairs: You load the training pairs whatever `split` says: give it to FlyingChairs.
    return grown(root, "train", transform)
    or
    FlyingChairs(root, split)] => FlyingChairs(root)]
    FlyingChairs(root, split, transform) => FlyingChairs(root, transforms=transform)
always the validation pairs: You load the validation pairs whatever `split` says: give it to FlyingChairs.
    return grown(root, "val", transform)
all pairs: You load all pairs whatever `split` says: give it to FlyingChairs.
    return grown(root, "all", transform)
from 0 to 1: The loader's frames go from 0 to 1, and grey levels from 0 to 255: multiply by 255.
    255 * =>
NaN kept: Your mean holds the pixels whose target is outside frame 2, which are NaN: leave them out, as np.nanmean does.
    difference[flowlab.inside(flow)].mean() => np.where(flowlab.inside(flow), difference, np.nan).mean()
outside counted: You count pixels whose target is outside frame 2, where warp returns 0. Keep those inside. The mask
`valid` does not say it: it is True at all pixels of these pairs.
    difference[flowlab.inside(flow)] => difference
    or
    difference[flowlab.inside(flow)] => difference[sample[3].numpy()]
outside set to 0: You set the pixels outside to 0 and divide by the number of all. Leave them out of the mean.
    difference[flowlab.inside(flow)] => np.where(flowlab.inside(flow), difference, 0)
median: You take the median. The mean is what was asked for: a median does not see an error at fewer than half of the
pixels.
    difference[flowlab.inside(flow)].mean() => np.median(difference[flowlab.inside(flow)])
largest: You take the largest difference of a pair, and not the mean.
    difference[flowlab.inside(flow)].mean() => difference[flowlab.inside(flow)].max()
sum of the pixels: You add the pixels up. The mean divides the sum by their number.
    difference[flowlab.inside(flow)].mean() => difference[flowlab.inside(flow)].sum()
sum of the colours: You add red, green and blue. Take their mean, as photometric_error does.
    .mean(axis=-1) => .sum(axis=-1)
before minus after: All signs are reversed: an error that grows gives a positive number, after minus before.
    np.subtract(after, before) => np.subtract(before, after)
without a sign: You drop the sign. Half the light makes the error smaller: a negative growth.
    np.subtract(after, before) => np.abs(np.subtract(after, before))
nothing below 0: You cut negative growths off at 0. Half the light makes the error smaller, which is a result, too.
    np.subtract(after, before) => np.maximum(np.subtract(after, before), 0)
ratio: You divide. By how many grey levels an error grows is a difference; and on the flat pair it would be 0 / 0.
    np.subtract => np.divide
percent: You return a share of the error before. Grey levels are asked for, and 0 levels before have no share.
    return np.subtract(after, before) => return np.subtract(after, before) / before
after alone: You return the errors under the transform. How much do they grow: subtract those without it.
    np.subtract(after, before) => np.array(after)
before alone: You return the errors without the transform. How much larger are they with it?
    np.subtract(after, before) => np.array(before)
loaded twice alike: You load the pairs twice in the same way. Load them once without `transform`, and once with it.
    FlyingChairs(root, split, transform)] => FlyingChairs(root, split)]
    or
    return grown(root, split, None)
transform twice: The data set applies the transform already, and you apply it once more: two flips undo each other.
    after = [mean_error(sample) => after = [mean_error(transform(*sample))
one number: You return one number for all pairs: no mean over the pairs. Which of them is bad could not be seen.
    np.subtract(after, before) => np.subtract(after, before).mean()
largest growth: You return the largest growth alone. Return one number for each pair.
    np.subtract(after, before) => np.subtract(after, before).max()
worst first: The numbers are right, in another order: keep the order of the pairs.
    np.subtract(after, before) => np.sort(np.subtract(after, before))[::-1]
not warped: You compare the frames pixel by pixel, as if nothing moved. Warp frame 2 along the flow first.
    flowlab.warp(img2, flow) => img2
frame 1 warped: You warp frame 1. The flow says where frame 2 has what frame 1 shows: warp frame 2.
    flowlab.warp(img2, flow) - img1 => flowlab.warp(img1, flow) - img2
frame 1 with itself: You warp frame 1 and compare it with frame 1. Frame 2 has to come in.
    flowlab.warp(img2, flow) => flowlab.warp(img1, flow)
flow reversed: You warp along the negative flow. warp takes the flow as it is and reads frame 2 at x + w.
    flowlab.warp(img2, flow) => flowlab.warp(img2, -flow)
no absolute value: Differences of both signs cancel in your mean. Take absolute values first.
    np.abs(flowlab.warp(img2, flow) - img1) => (flowlab.warp(img2, flow) - img1)
absolute value too late: You take the mean over the colours first, where differences cancel. Absolute values come first.
    np.abs(flowlab.warp(img2, flow) - img1).mean(axis=-1) => np.abs((flowlab.warp(img2, flow) - img1).mean(axis=-1))
absolute value last: In your mean, differences cancel. Take the absolute value of each difference, not of their mean.
    np.abs(flowlab.warp(img2, flow) - img1) => (flowlab.warp(img2, flow) - img1)
    difference[flowlab.inside(flow)].mean() => abs(difference[flowlab.inside(flow)].mean())
squares: You square the differences. The photometric error takes their absolute values.
    255 * np.abs(flowlab.warp(img2, flow) - img1) => np.square(255 * (flowlab.warp(img2, flow) - img1))
root of the squares: You take the root of the mean square. The photometric error is the mean of absolute values.
    255 * np.abs(flowlab.warp(img2, flow) - img1) => np.square(255 * (flowlab.warp(img2, flow) - img1))
    return difference[flowlab.inside(flow)].mean() => return np.sqrt(difference[flowlab.inside(flow)].mean())
length of the colour: You take the length of the difference of two colours. Take the mean of the three absolute values.
    np.abs(flowlab.warp(img2, flow) - img1).mean(axis=-1) => np.linalg.norm(flowlab.warp(img2, flow) - img1, axis=-1)
8 bits: Of 8 bits, a negative difference wraps around: 3 - 5 is 254. Use floats.
    255 * np.abs(flowlab.warp(img2, flow) - img1) => np.subtract(*eight)
    difference = => eight = [np.uint8(np.rint(255 * part)) for part in (flowlab.warp(img2, flow), img1)]; difference =
channels first: The loader's tensors have the channels first, (3, H, W). An array for warp has them last: permute.
    part.permute(1, 2, 0).numpy() => part.numpy()
tensors: warp takes a tensor with its batch axis first, (B, 3, H, W), or an array (H, W, 3): permute, then numpy().
    part.permute(1, 2, 0).numpy() => part
reshaped: reshape keeps the numbers in their order and moves no axis: colours and pixels get mixed. Use permute.
    part.permute(1, 2, 0).numpy() => part.numpy().reshape(*part.shape[1:], -1)
transposed: (2, 1, 0) exchanges rows and columns as well, and a transpose does so: u would point down. Use (1, 2, 0).
    part.permute(1, 2, 0) => part.permute(2, 1, 0)
old flow: You take the flow of the pair as it was, for frames that changed. Take all three from one sample.
    after = [mean_error(sample) for => after = [mean_error((*sample[:2], next(flows))) for
    before = [ => flows = (sample[2] for sample in flowlab.datasets.FlyingChairs(root, split)); before = [
arrays for tensors: transform takes the loader's tensors, channels first: hand them over before you make arrays of them.
    return transform(*[part.numpy() for part in flowlab.datasets.FlyingChairs(root, split)[0]])
transform of the set: transform takes the four tensors of one pair. Hand it to FlyingChairs, which applies it to each.
    return transform(flowlab.datasets.FlyingChairs(root, split))
whole levels: Your growths are rounded to whole numbers. Keep the fractions, as floats.
    np.subtract(after, before) => np.rint(np.subtract(after, before))
""",
}
