"""Wrong answers to the exercises of chapter 00 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "0.1": """
largest component: You took the largest single component. A length is made of both, u and v.
    np.sqrt(u**2 + v**2) => np.abs(flow)
no root: These are squared lengths: the root is missing.
    np.sqrt(u**2 + v**2) => (u**2 + v**2)
sum of components: |u| + |v| is the way along the grid. The flow goes straight: Pythagoras.
    np.sqrt(u**2 + v**2) => (np.abs(u) + np.abs(v))
maximum too early: The largest u and the largest v may belong to two pixels. First the length of each pixel, then the
maximum.
    (u**2 + v**2).max() => (u.max() ** 2 + v.max() ** 2)
maximum of the components: You take the largest u and the largest v, which may belong to two pixels. Compute each
pixel's length first.
    return np.sqrt(np.abs(flow).max(axis=(0, 1)) @ np.abs(flow).max(axis=(0, 1)))
sign kept: This is the largest single value of u and v with its sign. A length is made of both, and never negative.
    np.sqrt(u**2 + v**2) => flow
u alone: You look at u alone. A pixel that moves up or down is fast as well: v belongs to the length.
    np.sqrt(u**2 + v**2) => np.abs(u)
one norm: This is one length of all numbers of the flow together. Each pixel has a length of its own.
    np.sqrt(u**2 + v**2).max() => np.linalg.norm(flow)
norm over rows: You add the squares along axis 0, the rows. u and v of a pixel are along the last axis.
    np.sqrt(u**2 + v**2) => np.linalg.norm(flow, axis=0)
norm over columns: You add the squares along axis 1, the columns. u and v of a pixel are along the last axis.
    np.sqrt(u**2 + v**2) => np.linalg.norm(flow, axis=1)
mean: This is the mean length. The longest vector was asked.
    .max() => .mean()
sum: This is the sum of all lengths. The longest vector was asked.
    .max() => .sum()
shortest: This is the length of the shortest vector. The longest was asked.
    .max() => .min()
no maximum: These are the lengths of all pixels. The largest of them was asked, as one number.
    .max() =>
one per column: This is the longest vector of each column. One number for the whole flow was asked.
    .max() => .max(axis=0)
where it is: argmax says where the longest vector is. How long it is was asked.
    .max() => .argmax()
the vector: This is the longest vector itself, (u, v). Its length was asked.
    np.sqrt(u**2 + v**2).max() => flow.reshape(-1, 2)[np.sqrt(u**2 + v**2).argmax()]
Python's max: Python's own max compares rows of an array, which it cannot. The array's .max() looks at all pixels.
    np.sqrt(u**2 + v**2).max() => max(np.sqrt(u**2 + v**2))
not for arrays: math.sqrt and float take a single number, and ^ is not a power. For arrays there are ** and NumPy's
root.
    np.sqrt(u**2 + v**2).max() => math.sqrt(u**2 + v**2)
square of the sum: You square u + v. Pythagoras adds the square of u and the square of v: square first.
    u**2 + v**2 => (u + v) ** 2
signed sum: You add u and v. They are at right angles to each other: the theorem of Pythagoras gives the length.
    np.sqrt(u**2 + v**2) => (u + v)
squares subtracted: You subtract the square of v from that of u. Pythagoras adds them.
    u**2 + v**2 => u**2 - v**2
doubled for squared: u * 2 is twice u. The square of u is u times u.
    u**2 + v**2 => u * 2 + v * 2
""",
    "0.2": """
lengths kept: The vectors are still in pixels of the large picture. In the small one, each way is half as long.
    [::2, ::2] / 2 => [::2, ::2]
lengths doubled: The picture shrank, so its motions shrink with it: divide.
    / 2 => * 2
size kept: The lengths are right, but there are still as many vectors as before: keep every second row and column.
    flow[::2, ::2] => flow
columns kept: Rows are halved, columns are not: index both axes, [::2, ::2].
    2, ::2 => 2
rows kept: Columns are halved, rows are not: both axes need a step of 2.
    :2, => ,
as it was: This is the flow as it was. It needs half as many rows and columns, and half the lengths.
    flow[::2, ::2] / 2 => flow
component lost: The third axis holds u and v, and your step of 2 drops v. Only rows and columns shrink.
    , ::2 => , ::2, ::2
u alone: You keep u alone. The flow has two components, along its last axis.
    , ::2 => , ::2, 0
v kept: You halve u alone. The height of the picture is halved as well, and so is v.
    / 2 => / (2, 1)
u kept: You halve v alone. The width of the picture is halved as well, and so is u.
    / 2 => / (1, 2)
from one: You keep the second, fourth, ... row and column. Every second one counts from the first, whose index is 0.
    ::2, : => 1::2, 1:
a quarter of the picture: You cut out the upper left quarter. The small picture shows all of the large one, with fewer
rows and columns.
    ::2, ::2 => : len(flow) // 2, : flow.shape[1] // 2
first two: [:2] takes the first two. A step is written after a second colon.
    :2, :: => 2, :
averaged: You average four vectors (a resize does so). This picture keeps every second row and column and drops the
others.
    height, width = flow.shape[:2]
    return flow.reshape(height // 2, 2, width // 2, 2, 2).mean(axis=(1, 3)) / 2
averaged, lengths kept: You average four vectors in place of keeping one of them, and the lengths are still those of
the large picture.
    return (flow[::2, ::2] + flow[1::2, ::2] + flow[::2, 1::2] + flow[1::2, 1::2]) / 4
a quarter of the length: The area is a quarter. A way in pixels follows the side of the picture, which is a half:
divide by 2 once.
    / 2 => / 4
rows twice: Two brackets in a row index the rows twice. One bracket with a comma indexes rows and columns.
    [::2, ::2] => [::2][::2]
""",
}
