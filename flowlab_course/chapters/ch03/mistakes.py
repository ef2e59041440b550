"""Wrong answers to exercises 3.1 and 3.2, as readers give them."""

import cv2
import numpy as np

from flowlab_course.chapters.ch03.solutions import kind, tensor
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _tensor_of(filtered):
    def wrong(Ix, Iy, radius):
        xx, xy, yy = filtered(Ix, Iy, 2 * radius + 1)
        return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)

    return wrong


def _box(f, n, *, normalize=False, edge=cv2.BORDER_CONSTANT):
    return cv2.boxFilter(f, -1, (n, n), normalize=normalize, borderType=edge)


@mistake(
    "3.1",
    "summed before multiplied",
    "You sum the slopes and multiply the sums. Slopes of opposite sign cancel that way: multiply first, then sum.",
)
@_tensor_of
def _sums_first(Ix, Iy, n):
    return _box(Ix, n) ** 2, _box(Ix, n) * _box(Iy, n), _box(Iy, n) ** 2


@mistake(
    "3.1",
    "one pixel alone",
    "Nothing is summed yet: the tensor of a single pixel always has one eigenvalue 0. The window is missing.",
)
@_tensor_of
def _not_summed(Ix, Iy, n):
    return Ix * Ix, Ix * Iy, Iy * Iy


@mistake("3.1", "means", "These are means over the square. Here the weights are 1: normalize=False.")
@_tensor_of
def _means(Ix, Iy, n):
    return tuple(_box(f, n, normalize=True) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake(
    "3.1",
    "mirrored at the edge",
    "At the picture's edge the filter repeats what is inside. Outside counts as 0: borderType=cv2.BORDER_CONSTANT.",
)
@_tensor_of
def _mirrored(Ix, Iy, n):
    return tuple(_box(f, n, edge=cv2.BORDER_REFLECT_101) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake("3.1", "x and y swapped", "The products of Ix and of Iy have changed places: x comes first.")
@_tensor_of
def _x_and_y_swapped(Ix, Iy, n):
    return tuple(_box(f, n) for f in (Iy * Iy, Ix * Iy, Ix * Ix))


@mistake(
    "3.1",
    "radius for side",
    "Your square is `radius` pixels wide. It reaches `radius` pixels to every side of its middle: 2 * radius + 1.",
)
@_tensor_of
def _side_is_radius(Ix, Iy, n):
    return tuple(_box(f, (n - 1) // 2) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake(
    "3.1",
    "signs lost",
    "The product Ix Iy keeps its sign: it tells an edge that rises to the right from one that falls.",
)
@_tensor_of
def _signs_lost(Ix, Iy, n):
    return tuple(_box(f, n) for f in (Ix * Ix, np.abs(Ix * Iy), Iy * Iy))


@mistake(
    "3.1",
    "the last row and column missing",
    "Your square is 2 * radius pixels wide: its last row and its last column are missing. It is 2 * radius + 1 wide.",
)
@_tensor_of
def _even_square(Ix, Iy, n):
    return tuple(_box(f, n - 1) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake(
    "3.1",
    "means, mirrored at the edge",
    "cv2.boxFilter's defaults are not those of the task: it returns means, and mirrors the picture at the edge.",
)
@_tensor_of
def _defaults(Ix, Iy, n):
    return tuple(cv2.blur(f, (n, n)) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake("3.1", "edge repeated", "At the picture's edge you repeat the outermost pixel. What lies outside counts as 0.")
@_tensor_of
def _repeated(Ix, Iy, n):
    return tuple(_box(f, n, edge=cv2.BORDER_REPLICATE) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake(
    "3.1",
    "mirrored with its edge",
    "At the picture's edge your sums go on in a mirror image of the picture. What lies outside counts as 0.",
)
@_tensor_of
def _reflected(Ix, Iy, n):
    return tuple(_box(f, n, edge=cv2.BORDER_REFLECT) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake("3.1", "sign of Ix Iy", "The sum of Ix Iy has the wrong sign. It is positive where both slopes have one sign.")
@_tensor_of
def _mixed_negative(Ix, Iy, n):
    return _box(Ix * Ix, n), -_box(Ix * Iy, n), _box(Iy * Iy, n)


@mistake(
    "3.1",
    "rim left at 0",
    "Near the picture's edge your tensors are 0. There the square still holds pixels: sum those that are inside.",
)
def _rim_at_zero(Ix, Iy, radius):
    inside = np.zeros(Ix.shape, bool)
    inside[radius : Ix.shape[0] - radius, radius : Ix.shape[1] - radius] = True
    return tensor(Ix, Iy, radius) * inside[..., None, None]


@mistake(
    "3.1",
    "averaged before multiplied",
    "You average the slopes and multiply the averages. Slopes of opposite sign cancel. Multiply first, then sum.",
)
@_tensor_of
def _means_first(Ix, Iy, n):
    x, y = _box(Ix, n, normalize=True), _box(Iy, n, normalize=True)
    return x * x, x * y, y * y


@mistake(
    "3.1",
    "sum of Ix Iy missing",
    "The two products of squares are summed, Ix Iy is not. All three are summed over the square.",
)
@_tensor_of
def _product_not_summed(Ix, Iy, n):
    return _box(Ix * Ix, n), Ix * Iy, _box(Iy * Iy, n)


@mistake(
    "3.1",
    "no mixed product",
    "Beside the diagonal your tensor is 0. The sum of Ix Iy belongs there: without it a slanted edge looks like a "
    "corner.",
)
@_tensor_of
def _diagonal_only(Ix, Iy, n):
    return _box(Ix * Ix, n), np.zeros_like(Ix), _box(Iy * Iy, n)


@mistake(
    "3.1",
    "Ix Iy doubled",
    "Beside the diagonal you have twice the sum of Ix Iy. The tensor has two such entries; each holds the sum once.",
)
@_tensor_of
def _mixed_doubled(Ix, Iy, n):
    return _box(Ix * Ix, n), 2 * _box(Ix * Iy, n), _box(Iy * Iy, n)


@mistake(
    "3.1",
    "Ix Iy on the diagonal",
    "The entries of each row have changed places: Ix Ix and Iy Iy belong on the diagonal.",
)
def _mixed_on_the_diagonal(Ix, Iy, radius):
    return tensor(Ix, Iy, radius)[..., ::-1]


@mistake(
    "3.1", "Iy Iy beside the diagonal", "Iy Iy and Ix Iy have changed places: Ix Iy is the entry beside the diagonal."
)
@_tensor_of
def _mixed_last(Ix, Iy, n):
    return _box(Ix * Ix, n), _box(Iy * Iy, n), _box(Ix * Iy, n)


@mistake(
    "3.1",
    "second row turned round",
    "The second row of your tensors is (Iy Iy, Ix Iy). The tensor is symmetric: Ix Iy comes first in that row.",
)
def _second_row_turned(Ix, Iy, radius):
    T = tensor(Ix, Iy, radius)
    return np.stack([T[..., 0, :], T[..., 1, ::-1]], axis=-2)


@mistake(
    "3.1",
    "tensor axes first",
    "Your axes are (2, 2, H, W): np.array puts new axes first. The tensor's two axes belong to the end.",
)
def _axes_first(Ix, Iy, radius):
    return np.moveaxis(tensor(Ix, Iy, radius), (2, 3), (0, 1))


@mistake(
    "3.1",
    "three numbers",
    "You return the three sums side by side, (H, W, 3). Each pixel gets a tensor of 2 x 2, with Ix Iy in it twice.",
)
def _three_numbers(Ix, Iy, radius):
    T = tensor(Ix, Iy, radius)
    return np.stack([T[..., 0, 0], T[..., 0, 1], T[..., 1, 1]], axis=-1)


@mistake(
    "3.2",
    "by the diagonal",
    "The diagonal is the slope along x and along y. An edge at 45 degrees has both, and is no corner: "
    "take eigenvalues.",
)
def _by_the_diagonal(T, threshold):
    return (T[..., 0, 0] > threshold).astype(int) + (T[..., 1, 1] > threshold)


@mistake("3.2", "by the sum", "The sum of the diagonal is λ1 + λ2: one steep edge makes it as large as a corner does.")
def _by_the_trace(T, threshold):
    return 2 * (T[..., 0, 0] + T[..., 1, 1] > 2 * threshold).astype(int)


@mistake(
    "3.2",
    "by the determinant",
    "The determinant is λ1 λ2: a large λ1 hides a small λ2. Compare each with the threshold.",
)
def _by_the_determinant(T, threshold):
    return 2 * (np.linalg.det(T) > threshold**2).astype(int)


@mistake(
    "3.2",
    "the smaller one alone",
    "Your result depends on the smaller eigenvalue only. That finds corners, but cannot tell an edge from nothing.",
)
def _smaller_only(T, threshold):
    return (np.linalg.eigvalsh(T)[..., 0] > threshold).astype(int)


@mistake(
    "3.2",
    "the larger one alone",
    "Your result depends on the larger eigenvalue only: corners and edges get the same number.",
)
def _larger_only(T, threshold):
    return (np.linalg.eigvalsh(T)[..., 1] > threshold).astype(int)


@mistake("3.2", "counted below", "You count the eigenvalues below the threshold: the wrong way round.")
def _counted_below(T, threshold):
    return (np.linalg.eigvalsh(T) <= threshold).sum(axis=-1)


@mistake("3.2", "at least", "An eigenvalue equal to the threshold counts as above it in yours: > is meant, not >=.")
def _at_least(T, threshold):
    return (np.linalg.eigvalsh(T) >= threshold).sum(axis=-1)


@mistake(
    "3.2",
    "a mask of the larger",
    "You return a mask. It holds only True and False, and no 2. Two masks added with + are one mask again.",
)
def _mask_of_the_larger(T, threshold):
    return np.linalg.eigvalsh(T)[..., 1] > threshold


@mistake(
    "3.2",
    "a mask of the smaller",
    "You return a mask of the corners. Edges need a number of their own: count, in place of .all().",
)
def _mask_of_the_smaller(T, threshold):
    return np.linalg.eigvalsh(T)[..., 0] > threshold


@mistake(
    "3.2", "not counted", "You return a mask with both eigenvalues of a pixel. One number per pixel is missing: count."
)
def _not_counted(T, threshold):
    return np.linalg.eigvalsh(T) > threshold


@mistake(
    "3.2",
    "one count for all",
    "You count over the whole picture. Each pixel has its own count, so the sum runs over the last axis only.",
)
def _one_count(T, threshold):
    return (np.linalg.eigvalsh(T) > threshold).sum()


@mistake(
    "3.2", "over the rows", "You count along the picture's rows, axis 0. A pixel's eigenvalues lie on the last axis."
)
def _over_the_rows(T, threshold):
    return (np.linalg.eigvalsh(T) > threshold).sum(axis=0)


@mistake("3.2", "mean", "This is the share of the two eigenvalues; the task wants how many: the sum, not the mean.")
def _mean(T, threshold):
    return (np.linalg.eigvalsh(T) > threshold).mean(axis=-1)


@mistake("3.2", "edges left out", "Corners get 2, but edges get 0 in your result, as plain places do. An edge is 1.")
def _edges_left_out(T, threshold):
    return 2 * (np.linalg.eigvalsh(T)[..., 0] > threshold).astype(int)


@mistake(
    "3.2", "edges as corners", "Edges get 2 in your result, as corners do. Only one eigenvalue of an edge is large: 1."
)
def _edges_as_corners(T, threshold):
    return 2 * (np.linalg.eigvalsh(T)[..., 1] > threshold).astype(int)


@mistake("3.2", "1 and 2 swapped", "1 and 2 have changed places: 2 is where both eigenvalues are above the threshold.")
def _one_and_two_swapped(T, threshold):
    return (3 - kind(T, threshold)) % 3


@mistake(
    "3.2",
    "by the entries",
    "You compare the entries of T. They change when the picture is turned; its eigenvalues do not. Compare those.",
)
def _by_the_entries(T, threshold):
    return (threshold < T).sum(axis=(-2, -1))


@mistake(
    "3.2",
    "the sum above the threshold",
    "You compare the sum of both eigenvalues (the trace) with the threshold. Compare each eigenvalue by itself.",
)
def _sum_above(T, threshold):
    return (np.trace(T, axis1=-2, axis2=-1) > threshold).astype(int)


@mistake(
    "3.2",
    "determinant and sum",
    "Determinant and trace are the product and the sum of the eigenvalues. Each eigenvalue itself is to be compared.",
)
def _determinant_and_sum(T, threshold):
    trace = np.trace(T, axis1=-2, axis2=-1)
    return np.where(np.linalg.det(T) > threshold, 2, (trace > threshold).astype(int))


@mistake(
    "3.2",
    "the product above the threshold",
    "You compare the product of both eigenvalues (the determinant) with the threshold. Compare each of them.",
)
def _product_above(T, threshold):
    return (np.linalg.det(T) > threshold).astype(int)
