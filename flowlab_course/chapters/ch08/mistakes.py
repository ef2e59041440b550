"""Wrong answers to the exercises of chapter 08 that readers give, and what to tell them."""

from flowlab_course.chapters.ch08.solutions import displacement, score
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("8.1", "sum", "This is the sum, as in the paper's equation. The layer divides it by K * K * C: take the mean.")
def _summed(a, b, y1, x1, y2, x2, K):
    return score(a, b, y1, x1, y2, x2, K) * a.shape[0] * K * K


@mistake("8.1", "1 / C only", "You divide by C only. A patch has K * K pixels as well.")
def _divided_by_channels_only(a, b, y1, x1, y2, x2, K):
    return score(a, b, y1, x1, y2, x2, K) * K * K


@mistake("8.1", "one short", "Your patch has K - 1 pixels a side: a slice leaves out its end, so go to + k + 1.")
def _one_short(a, b, y1, x1, y2, x2, K):
    k = K // 2
    patch1 = a[:, y1 - k : y1 + k, x1 - k : x1 + k]
    patch2 = b[:, y2 - k : y2 + k, x2 - k : x2 + k]
    return (patch1 * patch2).sum() / (a.shape[0] * K * K)


@mistake(
    "8.1",
    "one short, and its mean",
    "Your mean is over K - 1 pixels a side: a slice stops before its end, so let it end at + k + 1.",
)
def _mean_of_one_short(a, b, y1, x1, y2, x2, K):
    k = K // 2
    return (a[:, y1 - k : y1 + k, x1 - k : x1 + k] * b[:, y2 - k : y2 + k, x2 - k : x2 + k]).mean()


@mistake("8.1", "x and y swapped", "x and y have changed places: a map is indexed [channel, y, x].")
def _x_and_y_swapped(a, b, y1, x1, y2, x2, K):
    return score(a, b, x1, y1, x2, y2, K)


@mistake("8.1", "centre only", "You compare the two centres only. Take the K x K pixels around each.")
def _centre_only(a, b, y1, x1, y2, x2, K):
    return (a[:, y1, x1] * b[:, y2, x2]).mean()


def _patch(m, y, x, K):
    return m[:, y - K // 2 : y + K // 2 + 1, x - K // 2 : x + K // 2 + 1]


@mistake("8.1", "maps swapped", "a and b have changed places: (y1, x1) is a place in a, (y2, x2) one in b.")
def _maps_swapped(a, b, y1, x1, y2, x2, K):
    return score(b, a, y1, x1, y2, x2, K)


@mistake("8.1", "first place for both", "You read both patches at (y1, x1). The patch of b lies around (y2, x2).")
def _first_place_for_both(a, b, y1, x1, y2, x2, K):
    return score(a, b, y1, x1, y1, x1, K)


@mistake("8.1", "second place for both", "You read both patches at (y2, x2). The patch of a lies around (y1, x1).")
def _second_place_for_both(a, b, y1, x1, y2, x2, K):
    return score(a, b, y2, x2, y2, x2, K)


@mistake("8.1", "one map for both", "Both of your patches come from a. The second one comes from b.")
def _one_map_for_both(a, b, y1, x1, y2, x2, K):
    return score(a, a, y1, x1, y2, x2, K)


@mistake("8.1", "squared differences", "You average squared differences. A correlation multiplies the two patches.")
def _squared_differences(a, b, y1, x1, y2, x2, K):
    return ((_patch(a, y1, x1, K) - _patch(b, y2, x2, K)) ** 2).mean()


@mistake("8.1", "absolute differences", "You average absolute differences. A correlation multiplies the two patches.")
def _absolute_differences(a, b, y1, x1, y2, x2, K):
    return (_patch(a, y1, x1, K) - _patch(b, y2, x2, K)).abs().mean()


@mistake("8.1", "product of means", "You multiply two means. Multiply pixel by pixel first; the mean comes last.")
def _product_of_means(a, b, y1, x1, y2, x2, K):
    return _patch(a, y1, x1, K).mean() * _patch(b, y2, x2, K).mean()


@mistake(
    "8.1",
    "matrix product",
    "@ is the matrix product, rows by columns. Here each number meets the one at its own place: *.",
)
def _matrix_product(a, b, y1, x1, y2, x2, K):
    return (_patch(a, y1, x1, K) @ _patch(b, y2, x2, K)).mean()


@mistake(
    "8.1",
    "from the corner",
    "Your patches begin at the given places. Those are the centres: a patch reaches k pixels to each side.",
)
def _from_the_corner(a, b, y1, x1, y2, x2, K):
    return (a[:, y1 : y1 + K, x1 : x1 + K] * b[:, y2 : y2 + K, x2 : x2 + K]).mean()


@mistake(
    "8.1",
    "scaled to length 1",
    "You divide by the lengths of the patches. The layer scales nothing: it is the mean product alone.",
)
def _scaled(a, b, y1, x1, y2, x2, K):
    p, q = _patch(a, y1, x1, K), _patch(b, y2, x2, K)
    return (p * q).sum() / (p.norm() * q.norm())


@mistake("8.1", "one channel", "That is the mean over a single channel: the channels are all compared.")
def _one_channel(a, b, y1, x1, y2, x2, K):
    return score(a[:1], b[:1], y1, x1, y2, x2, K)


@mistake("8.2", "dx outer", "dx and dy have changed places: dx runs fastest, so it is the remainder, channel % D.")
def _dx_outer(channel, max_displacement, stride2):
    dx, dy = displacement(channel, max_displacement, stride2)
    return dy, dx


@mistake(
    "8.2", "not from the centre", "You count from the first displacement. Zero is in the middle: subtract r from both."
)
def _not_from_the_centre(channel, max_displacement, stride2):
    D = 2 * (max_displacement // stride2) + 1
    return channel % D * stride2, channel // D * stride2


@mistake("8.2", "steps", "These are steps. In pixels each is stride2 wide: multiply.")
def _in_steps(channel, max_displacement, stride2):
    dx, dy = displacement(channel, max_displacement, stride2)
    return dx // stride2, dy // stride2


@mistake("8.2", "zero forgotten", "A row has 2 r + 1 displacements, zero among them: divide by D, not by 2 r.")
def _zero_forgotten(channel, max_displacement, stride2):
    r = max_displacement // stride2
    return (channel % (2 * r) - r) * stride2, (channel // (2 * r) - r) * stride2


@mistake(
    "8.2",
    "D doubled first",
    "Your D doubles before it divides: 2 * (max_displacement // stride2) + 1 is another number where d is no multiple.",
)
def _doubled_first(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * max_displacement // stride2 + 1
    return (channel % D - r) * stride2, (channel // D - r) * stride2


@mistake(
    "8.2",
    "D and r doubled first",
    "D is too large by one where d is no multiple of stride2, and its half with it: divide first, then double.",
)
def _doubled_first_and_halved(channel, max_displacement, stride2):
    r = (2 * max_displacement // stride2 + 1) // 2
    D = 2 * max_displacement // stride2 + 1
    return (channel % D - r) * stride2, (channel // D - r) * stride2


@mistake(
    "8.2",
    "max_displacement subtracted",
    "You subtract max_displacement. The last step may end before it: the middle is r steps from the first.",
)
def _maximum_subtracted(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return channel % D * stride2 - max_displacement, channel // D * stride2 - max_displacement


@mistake(
    "8.2",
    "maximum in steps",
    "You subtract max_displacement, in pixels, from a number of steps: the middle is r steps from the first.",
)
def _maximum_in_steps(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return (channel % D - max_displacement) * stride2, (channel // D - max_displacement) * stride2


@mistake(
    "8.2",
    "steps from pixels",
    "You subtract r, a number of steps, from pixels: subtract before you multiply by stride2.",
)
def _steps_from_pixels(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return channel % D * stride2 - r, channel // D * stride2 - r


@mistake(
    "8.2",
    "no parentheses",
    "Only r is multiplied by stride2: the product comes before the difference, so parentheses are missing.",
)
def _no_parentheses(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return channel % D - r * stride2, channel // D - r * stride2


@mistake(
    "8.2",
    "stride left out",
    "You lay out all displacements. With a stride there are D = 2 r + 1 in a row only, stride2 apart.",
)
def _stride_left_out(channel, max_displacement, stride2):
    r = max_displacement
    D = 2 * r + 1
    return channel % D - r, channel // D - r


@mistake("8.2", "from one", "Channels count from 0: channel 0 is the first.")
def _from_one(channel, max_displacement, stride2):
    return displacement(channel - 1, max_displacement, stride2)


@mistake(
    "8.2",
    "dy not from the centre",
    "dx is right. dy counts from the first displacement: zero is in the middle there as well.",
)
def _dy_not_centred(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return (channel % D - r) * stride2, channel // D * stride2


@mistake(
    "8.2",
    "dx not from the centre",
    "dy is right. dx counts from the first displacement: zero is in the middle there as well.",
)
def _dx_not_centred(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return channel % D * stride2, (channel // D - r) * stride2


@mistake("8.2", "a fraction", "The row is a whole number: / keeps a fraction, // does not.")
def _a_fraction(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return (channel % D - r) * stride2, (channel / D - r) * stride2


@mistake("8.2", "column twice", "Both of yours are the column. The row is the quotient, not the remainder.")
def _column_twice(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return (channel % D - r) * stride2, (channel % D - r) * stride2


@mistake("8.2", "row twice", "Both of yours are the row. The column is the remainder, not the quotient.")
def _row_twice(channel, max_displacement, stride2):
    r = max_displacement // stride2
    D = 2 * r + 1
    return (channel // D - r) * stride2, (channel // D - r) * stride2
