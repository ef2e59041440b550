"""Wrong answers to the exercises of chapter 01 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "1.1": """
anticlockwise: It turns anticlockwise. With v pointing down, a clockwise turn has -sin in u and +sin in v.
    return rotation_flow(height, width, -degrees)
about the corner: It turns about the upper left corner, the origin. Subtract the middle from x and y first.
    rx, ry = x - (width - 1) / 2, y - (height - 1) / 2 => rx, ry = x, y
half a pixel off: The middle is half a pixel off: pixels are counted 0 ... W - 1, so the middle is (W - 1) / 2.
    (width - 1) / 2, y - (height - 1) / 2 => width / 2, y - height / 2
degrees as radians: np.cos and np.sin take radians: np.radians(degrees).
    return rotation_flow(height, width, np.degrees(degrees))
positions: You return where each pixel goes. The flow is how far it goes: subtract where it was.
    y, x = np.mgrid[:height, :width]
    return rotation_flow(height, width, degrees) + np.stack([x, y], axis=-1)
rotated offsets: You return R r, the rotated offset. The flow is R r - r: subtract the offset itself.
    y, x = np.mgrid[:height, :width]
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    return rotation_flow(height, width, degrees) + np.stack([x, y], axis=-1) - middle
width // 2: W // 2 and H // 2 are the middle of an odd number of pixels alone. Of 8 pixels, 0 ... 7, the middle is
3.5.
    (width - 1) / 2, y - (height - 1) / 2 => width // 2, y - height // 2
(width - 1) // 2: // drops the half: of 8 pixels, 0 ... 7, the middle is 3.5, between two pixels. Divide with /.
    (width - 1) / 2, y - (height - 1) / 2 => (width - 1) // 2, y - (height - 1) // 2
height and width swapped: The middle has height and width swapped: x goes along the width, y along the height.
    (width - 1) / 2, y - (height - 1) / 2 => (height - 1) / 2, y - (width - 1) / 2
rx overwritten: v is computed from the turned rx. It needs the offset before the turn: use new names for the results.
    sin * rx => sin * (cos * rx - sin * ry)
u in place of rx: Your v is computed from u. It needs the offset rx of the pixel before the turn.
    sin * rx => sin * (cos * rx - sin * ry - rx)
v not subtracted: u is right. v is where the pixel lands: subtract where it was, ry.
    cos * ry - ry => cos * ry
position subtracted: R r is measured from the middle, x and y from the corner. Subtract the offset from the middle, as
R r is one.
    ry - rx => ry - x
    cos * ry - ry => cos * ry - y
middle added, offset subtracted: You add the middle again and subtract the offset from the middle. Both have to be
measured from the same point.
    ry - rx => ry + (width - 1) / 2 - rx
    cos * ry - ry => cos * ry + (height - 1) / 2 - ry
middle added to the place: You add the middle to x and y. To measure from the middle, subtract it.
    x - (width - 1) / 2, y - (height - 1) / 2 => x + (width - 1) / 2, y + (height - 1) / 2
both sines minus: Both sines have a minus. In a turn one of them has it, and it is the other way with u: v has a plus.
    sin * rx + cos * ry => cos * ry - sin * rx
both sines plus: Both sines have a plus. In a turn one of them has a minus: clockwise, with v pointing down, it is
that of u.
    cos * rx - sin => cos * rx + sin
mirrored: The sine and the cosine of v have opposite signs. That is a mirror image: in a turn, v has a plus before
both.
    sin * rx + cos => sin * rx - cos
sine and cosine swapped: Sine and cosine have changed places. At 0 degrees the cosine is 1: it belongs to rx in u, and
to ry in v.
    cos, sin = => sin, cos =
pi forgotten: degrees / 180 lacks the factor pi. 180 degrees are pi radians: np.radians does both steps.
    return rotation_flow(height, width, degrees / np.pi)
twice the angle: It turns twice as far. A full turn, 360 degrees, is 2 pi radians: 180 degrees are pi.
    return rotation_flow(height, width, 2 * degrees)
half the angle: It turns half as far. A full turn, 360 degrees, is 2 pi radians: 180 degrees are pi.
    return rotation_flow(height, width, degrees / 2)
degrees of degrees: np.degrees makes degrees of radians. Here the angle is in degrees, and np.cos and np.sin want
radians.
    return rotation_flow(height, width, np.degrees(np.degrees(degrees)))
components first: u and v come first, as axis 0, (2, H, W). A flow has them last, (H, W, 2): np.stack has an argument
axis.
    return np.moveaxis(rotation_flow(height, width, degrees), -1, 0)
cut off: The fractions of the vectors are cut off: a flow has floats.
    return rotation_flow(height, width, degrees).astype(int)
transposed: Rows and columns are transposed in your flow: y changes along axis 0, x along axis 1.
    return np.swapaxes(rotation_flow(height, width, degrees), 0, 1)
counted from one: (W + 1) / 2 is the middle of pixels counted from 1. Here the first pixel is 0 and the last W - 1.
    (width - 1) / 2, y - (height - 1) / 2 => (width + 1) / 2, y - (height + 1) / 2
small angles only: u = -angle ry, v = angle rx holds for small angles alone. A quarter turn needs the cosine and the
sine.
    cos * rx - sin * ry - rx, sin * rx + cos * ry - ry => -np.radians(degrees) * ry, np.radians(degrees) * rx
no brackets: Without brackets only the 1 is halved: width - 1 / 2 is width - 0.5. The middle is half of width - 1.
    (width - 1) / 2, y - (height - 1) / 2 => (width - 1 / 2), y - (height - 1 / 2)
x halved: Your brackets halve x and y, too. Only width - 1 and height - 1 are halved.
    x - (width - 1) / 2, y - (height - 1) / 2 => (x - (width - 1)) / 2, (y - (height - 1)) / 2
""",
    "1.2": """
width as rows: Height and width have changed places: the file names the width first, an array has the height first.
    height, width => width, height
planes: You read all u first and then all v. In the file they take turns: u, v of one pixel, then the next.
    (height, width, 2) => (2, height, width).transpose(1, 2, 0)
big-endian: The bytes of each number are read in the wrong order: little-endian is '<f4'.
    <f4 => >f4
header read as flow: Your first three numbers are the header. The vectors begin at byte 12: offset=12.
    (data, "<f4", offset=12) => (data, "<f4")[: height * width * 2]
the count does not fit: A flow has height x width x 2 four-byte floats. The first begins at byte 12: the header is not
among them.
    , offset=12 =>
integers: You read the vectors as integers. They are four-byte floats: '<f4'.
    "<f4" => "<i4"
two planes: Each of your two planes mixes u and v, which take turns in the file. reshape fills the last axis first: the
two numbers of a pixel belong there.
    height, width, 2 => 2, height, width
components first: The numbers are right, in another order: u and v belong in the last axis, (H, W, 2).
    return np.moveaxis(parse_flo(data), -1, 0)
columns outer: You read column by column. The file goes row by row: reshape takes the height first, and needs no
transpose.
    reshape(height, width, 2) => reshape(width, height, 2).transpose(1, 0, 2)
transposed: The vectors are right, but rows and columns are transposed: the first axis of the result is the height.
    return parse_flo(data).transpose(1, 0, 2)
not reshaped: These are the right numbers in one long row. Give them the shape of a flow, (H, W, 2).
    .reshape(height, width, 2) =>
one row of pixels: These are the right vectors in one list, (H W, 2). Divide it into rows: (H, W, 2).
    height, width, 2 => -1, 2
Fortran order: order="F" fills the first axis first. In the file the last axis, u and v, changes fastest, the default.
    width, 2 => width, 2, order="F"
upside down: The rows are in the opposite order. A .flo file begins with the top row, as an array does.
    return parse_flo(data)[::-1]
from byte 8: Your first number is the height. The header has three numbers: the vectors begin at byte 12.
    offset=12 => height * width * 2, offset=8
from byte 4: Your first two numbers are width and height. The vectors begin after them, at byte 12.
    offset=12 => height * width * 2, offset=4
from byte 3: offset counts bytes, not numbers. The header has three numbers of four bytes each.
    offset=12 => height * width * 2, offset=3
from byte 16: You begin one number too late. Tag, width and height have four bytes each, so the vectors begin at byte
12.
    offset=12 => offset=16
    or
    (data, "<f4", offset=12) => (data + bytes(4), "<f4", offset=16)
eight bytes: You read numbers of eight bytes: `float` is float64. The vectors are four-byte floats: '<f4'.
    "<f4" => float
""",
    "1.3": """
arguments swapped: u and v have changed places: u is flow[..., 0], and np.arctan2 takes v first.
    [..., 1], flow[..., 0] => [..., 0], flow[..., 1]
quadrant lost: v / u is the same for a vector and its opposite, so half of the directions are lost: np.arctan2(v, u)
keeps them.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(np.arctan(flow[..., 1] / flow[..., 0])) % 360
v upwards: Up and down have changed places: v points down, and so do 90 degrees here.
    flow[..., 1] => -flow[..., 1]
radians: These are radians: np.degrees turns them into degrees.
    degrees(np.arctan2(flow[..., 1], flow[..., 0])) % 360 => arctan2(flow[..., 1], flow[..., 0]) % (2 * np.pi)
negative angles: The upper half has negative angles; from 0 to 360 was asked: take the remainder, % 360.
    (np.arctan2(flow[..., 1], flow[..., 0])) % 360 => (np.arctan2(flow[..., 1], flow[..., 0]))
radians, negative angles: Two things: these are radians, and the upper half has negative angles. Degrees from 0 to 360
were asked.
    degrees(np.arctan2(flow[..., 1], flow[..., 0])) % 360 => arctan2(flow[..., 1], flow[..., 0])
radians, remainder by 360: These are radians, and the remainder by 360 takes them for degrees. First make degrees of
them.
    degrees(np.arctan2(flow[..., 1], flow[..., 0])) => arctan2(flow[..., 1], flow[..., 0])
remainder too early: You take the remainder by 360 of radians. First make degrees of them, then take the remainder.
    (np.arctan2(flow[..., 1], flow[..., 0])) % 360 => (np.arctan2(flow[..., 1], flow[..., 0]) % 360)
np.radians: np.radians makes radians of degrees. np.arctan2 gives radians, and degrees were asked: np.degrees.
    degrees => radians
half a circle: The remainder by 180 makes a direction and its opposite equal: left becomes 0. A full turn has 360
degrees.
    360 => 180
180 added to all: You add 180 degrees to every angle, which turns right into left. Only the negative angles change, by
a full turn.
    % 360 => + 180
the opposite direction: This is the direction opposite to each vector: right gives 180. Only a full turn, 360 degrees,
keeps a direction.
    return (direction(flow) + 180) % 360
180 added to negative angles: You add 180 to the negative angles, so up becomes 90, which is down. A full turn has 360
degrees.
    angle = np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))
    return np.where(angle < 0, angle + 180, angle)
360 added to all: You add a full turn to every angle, so right is 360 in place of 0. Add it to the negative angles
alone.
    % 360 => + 360
right is 360: Right is 360 in your result. It should be 0: only angles below 0 need a full turn.
    angle = np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))
    return np.where(angle <= 0, angle + 360, angle)
up and down alike: Up and down get the same angle, and so do all pairs that differ in the sign of v. Up is 270.
    return np.abs(np.degrees(np.arctan2(flow[..., 1], flow[..., 0])))
v upwards, negative angles: The sign of v is reversed (v points down, and so do 90 degrees), and negative angles are
left over.
    (np.arctan2(flow[..., 1], flow[..., 0])) % 360 => (np.arctan2(-flow[..., 1], flow[..., 0]))
360 minus the angle: You subtract from 360, which turns the other way round: down gives 270. arctan2(v, u) is
clockwise here.
    return 360 - direction(flow)
arguments swapped, negative angles: u and v have changed places (u is flow[..., 0], arctan2 takes v first), and
negative angles are left over.
    (np.arctan2(flow[..., 1], flow[..., 0])) % 360 => (np.arctan2(flow[..., 0], flow[..., 1]))
quadrant lost, negative angles: v / u is the same for a vector and its opposite; np.arctan2(v, u) tells them apart.
Then make angles positive.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(np.arctan(flow[..., 1] / flow[..., 0]))
arcsin: v / length is the same for a vector and its mirror image, left for right. arctan2 uses the sign of u as well.
    arctan2(flow[..., 1], flow[..., 0]) => arcsin(flow[..., 1] / np.hypot(flow[..., 0], flow[..., 1]))
subtracted from 180: You subtract the negative angles from 180, which mirrors left and right. A full turn keeps a
direction.
    angle = np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))
    return np.where(angle < 0, 180 - angle, angle)
right and up negative: The vectors to the left have their angles. Those to the right and up are still negative: add a
full turn.
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.degrees(np.arctan(flow[..., 1] / flow[..., 0]))
    return np.where(flow[..., 0] < 0, angle + 180, angle)
inexact factor: Your factor from radians to degrees is not exact: it is 180 divided by pi, and np.degrees uses it.
    np.degrees(np.arctan2(flow[..., 1], flow[..., 0])) => np.arctan2(flow[..., 1], flow[..., 0]) * 57
    or
    np.degrees(np.arctan2(flow[..., 1], flow[..., 0])) => np.arctan2(flow[..., 1], flow[..., 0]) * 180 / 3.14
tangent: v / u is the tangent of the angle. The angle itself takes an arctangent: np.arctan2(v, u).
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(flow[..., 1] / flow[..., 0]) % 360
from the top: Your angles count from the top, like a compass. Here 0 degrees is right.
    return (direction(flow) + 90) % 360
first axis: flow[0] is the first row of the picture. The components u and v are along the last axis.
    [..., 1], flow[..., 0] => [1], flow[0]
cut off: The fractions of the angles are cut off: keep the floats.
    return direction(flow).astype(int)
not two arrays: np.arctan2 takes two arrays, first v, then u. The functions of math take single numbers, not arrays.
    (np.arctan2(flow[..., 1], flow[..., 0])) % 360 => (np.arctan2(flow))
360 minus a negative angle: You subtract the negative angles from 360: -90 becomes 450. Add a full turn to them.
    angle = np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))
    return np.where(angle < 0, 360 - angle, angle)
tangent of the ratio: np.tan makes a ratio of an angle. Here the angle is asked: np.arctan2 makes it of v and u.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(np.tan(flow[..., 1] / flow[..., 0])) % 360
2 pi added to degrees: You add 2 pi to negative angles that are in degrees. A full turn has 360 of them.
    angle = np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))
    return np.where(angle < 0, angle + 2 * np.pi, angle)
""",
    "1.4": """
components swapped: u and v have changed places: the grid has rows, v, first, but a flow has u first: np.stack([x, y],
axis=-1).
    return motion_of_color(rgb, max_flow)[::-1]
v upwards: The sign of v is reversed: v points down, as the rows count.
    return motion_of_color(rgb, max_flow) * [1, -1]
opposite: The sign is reversed: this is the opposite displacement, whose colour lies on the other side of the wheel.
    return -motion_of_color(rgb, max_flow)
scale left out: Your candidates are drawn on a scale of their own, that of the longest of them. The colour was drawn
with max_flow.
    , max_flow=max_flow =>
unsigned numbers: You subtract numbers of the type uint8, which has no negative ones: 3 - 5 gives 254. Convert to
float first.
    .astype(float) =>
signed sum: Positive and negative differences cancel in your sum. Square each of them first.
    ** 2 =>
most different: You take the colour that differs most. The nearest one has the smallest distance.
    argmin => argmax
right and down alone: Your candidates go right and down alone. Displacements to the left and up are negative.
    -max_flow : max_flow + 1, -max_flow : max_flow + 1 => : max_flow + 1, : max_flow + 1
rim left out: Your grid ends one pixel before the rim of the wheel: a range leaves out its end, so add 1.
    -max_flow : max_flow + 1, -max_flow : max_flow + 1 => -max_flow : max_flow, -max_flow : max_flow
brightness alone: You compare one number for each colour, the sum of its channels. Many colours have the same sum:
compare the three channels.
    ((colors - rgb) ** 2).sum(axis=-1) => (colors.sum(axis=-1) - float(rgb.sum())) ** 2
red alone: You compare the red channel alone. A colour has three.
    .sum(axis=-1) => [..., 0]
row and column: This is where the candidate lies in the grid, counted from its corner. The candidate itself was asked.
    in_a_row[distance.argmin()] => np.array(np.unravel_index(distance.argmin(), distance.shape)[::-1])
an index: argmin says which candidate it is. The candidate itself was asked.
    in_a_row[distance.argmin()] => distance.argmin()
the first of each row: argmin counts through the whole map. Your index picks a row of the grid: make a list of the
candidates first, with reshape(-1, 2).
    .reshape(-1, 2) =>
distances: These are the distances of all candidates. The candidate with the smallest one was asked.
    in_a_row[distance.argmin()] => distance
shares of the radius: This is the displacement as a share of max_flow. In pixels it is max_flow times as long:
multiply.
    in_a_row[distance.argmin()] => in_a_row[distance.argmin()] / max_flow
length alone: You return the length alone. A displacement has two components, u and v.
    return np.hypot(*motion_of_color(rgb, max_flow))
direction alone: Your vector has the right direction and a length of 1 px. The saturation of the colour says how long
it is.
    w = motion_of_color(rgb, max_flow)
    return w / max(np.hypot(*w), 1e-9)
other palette: You draw your candidates with the other palette. The colour was drawn with the default one.
    max_flow=max_flow => max_flow=max_flow, palette="colorblind"
always the rim: Your vector has the right direction and always the length max_flow. A pale colour is a shorter vector.
    w = motion_of_color(rgb, max_flow)
    return w / max(np.hypot(*w), 1e-9) * max_flow
sum along an axis of the grid: You add along the rows of the grid, axis 0. The three channels lie along the last axis.
    .sum(axis=-1) => .sum(axis=0)
channels reversed: Your candidates are drawn in blue, green, red. rgb is red, green, blue, as flow_to_image draws.
    (colors - rgb) => (colors[..., ::-1] - rgb)
""",
}
