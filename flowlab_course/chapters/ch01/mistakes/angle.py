"""Wrong answers to exercise 1.3, the direction of a vector."""

import numpy as np

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _degrees(flow):
    """Return the angles from -180 to 180."""
    return np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))


@mistake("1.3", "arguments swapped", "np.arctan2 takes v first, then u: the height before the width.")
def _arguments_swapped(flow):
    return np.degrees(np.arctan2(flow[..., 0], flow[..., 1])) % 360


@mistake(
    "1.3",
    "quadrant lost",
    "v / u is the same for a vector and its opposite, so half of the directions are lost: np.arctan2(v, u) keeps them.",
)
def _forgot_the_quadrant(flow):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(np.arctan(flow[..., 1] / flow[..., 0])) % 360


@mistake("1.3", "v upwards", "Up and down have changed places: v points down, and so do 90 degrees here.")
def _v_upwards(flow):
    return np.degrees(np.arctan2(-flow[..., 1], flow[..., 0])) % 360


@mistake("1.3", "radians", "These are radians: np.degrees turns them into degrees.")
def _in_radians(flow):
    return np.arctan2(flow[..., 1], flow[..., 0]) % (2 * np.pi)


@mistake(
    "1.3", "negative angles", "The upper half has negative angles; from 0 to 360 was asked: take the remainder, % 360."
)
def _from_minus_180(flow):
    return np.degrees(np.arctan2(flow[..., 1], flow[..., 0]))


@mistake(
    "1.3",
    "radians, negative angles",
    "Two things: these are radians, and the upper half has negative angles. Degrees from 0 to 360 were asked.",
)
def _raw_angles(flow):
    return np.arctan2(flow[..., 1], flow[..., 0])


@mistake(
    "1.3",
    "radians, remainder by 360",
    "These are radians, and the remainder by 360 takes them for degrees. First make degrees of them.",
)
def _radians_remainder_by_360(flow):
    return np.arctan2(flow[..., 1], flow[..., 0]) % 360


@mistake(
    "1.3",
    "remainder too early",
    "You take the remainder by 360 of radians. First make degrees of them, then take the remainder.",
)
def _remainder_too_early(flow):
    return np.degrees(np.arctan2(flow[..., 1], flow[..., 0]) % 360)


@mistake(
    "1.3",
    "np.radians",
    "np.radians makes radians of degrees. np.arctan2 gives radians, and degrees were asked: np.degrees.",
)
def _radians_of_radians(flow):
    return np.radians(np.arctan2(flow[..., 1], flow[..., 0])) % 360


@mistake(
    "1.3",
    "half a circle",
    "The remainder by 180 makes a direction and its opposite equal: left becomes 0. A full turn has 360 degrees.",
)
def _half_a_circle(flow):
    return _degrees(flow) % 180


@mistake(
    "1.3",
    "180 added to all",
    "You add 180 degrees to every angle, which turns right into left. Only the negative angles change, by a full turn.",
)
def _half_a_turn_added(flow):
    return _degrees(flow) + 180


@mistake(
    "1.3",
    "the opposite direction",
    "This is the direction opposite to each vector: right gives 180. Only a full turn, 360 degrees, keeps a direction.",
)
def _opposite(flow):
    return (_degrees(flow) + 180) % 360


@mistake(
    "1.3",
    "180 added to negative angles",
    "You add 180 to the negative angles, so up becomes 90, which is down. A full turn has 360 degrees.",
)
def _half_a_turn_for_the_negative(flow):
    return np.where(_degrees(flow) < 0, _degrees(flow) + 180, _degrees(flow))


@mistake(
    "1.3",
    "360 added to all",
    "You add a full turn to every angle, so right is 360 in place of 0. Add it to the negative angles alone.",
)
def _a_turn_added(flow):
    return _degrees(flow) + 360


@mistake("1.3", "right is 360", "Right is 360 in your result. It should be 0: only angles below 0 need a full turn.")
def _right_is_360(flow):
    return np.where(_degrees(flow) <= 0, _degrees(flow) + 360, _degrees(flow))


@mistake(
    "1.3",
    "up and down alike",
    "Up and down get the same angle, and so do all pairs that differ in the sign of v. Up is 270.",
)
def _up_and_down_alike(flow):
    return np.abs(_degrees(flow))


@mistake(
    "1.3",
    "v upwards, negative angles",
    "The sign of v is reversed (v points down, and so do 90 degrees), and negative angles are left over.",
)
def _v_upwards_with_negative_angles(flow):
    return np.degrees(np.arctan2(-flow[..., 1], flow[..., 0]))


@mistake(
    "1.3",
    "360 minus the angle",
    "You subtract from 360, which turns the other way round: down gives 270. arctan2(v, u) is clockwise here.",
)
def _subtracted_from_360(flow):
    return 360 - _degrees(flow) % 360


@mistake(
    "1.3",
    "arguments swapped, negative angles",
    "np.arctan2 takes v first, then u; and the negative angles have to become angles up to 360.",
)
def _swapped_with_negative_angles(flow):
    return np.degrees(np.arctan2(flow[..., 0], flow[..., 1]))


@mistake(
    "1.3",
    "quadrant lost, negative angles",
    "v / u is the same for a vector and its opposite; np.arctan2(v, u) tells them apart. Then make angles positive.",
)
def _quadrant_lost_with_negative_angles(flow):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(np.arctan(flow[..., 1] / flow[..., 0]))


@mistake(
    "1.3",
    "arcsin",
    "v / length is the same for a vector and its mirror image, left for right. arctan2 uses the sign of u as well.",
)
def _arcsin(flow):
    return np.degrees(np.arcsin(flow[..., 1] / np.hypot(flow[..., 0], flow[..., 1]))) % 360


@mistake("1.3", "tangent", "v / u is the tangent of the angle. The angle itself takes an arctangent: np.arctan2(v, u).")
def _tangent(flow):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(flow[..., 1] / flow[..., 0]) % 360


@mistake("1.3", "from the top", "Your angles count from the top, like a compass. Here 0 degrees is right.")
def _compass(flow):
    return (_degrees(flow) + 90) % 360


@mistake(
    "1.3",
    "first axis",
    "flow[0] is the first row of the picture. The components u and v are along the last axis.",
)
def _first_axis(flow):
    return np.degrees(np.arctan2(flow[1], flow[0])) % 360


@mistake("1.3", "cut off", "The fractions of the angles are cut off: keep the floats.")
def _cut_off(flow):
    return (_degrees(flow) % 360).astype(int)


@mistake(
    "1.3",
    "not two arrays",
    "np.arctan2 takes two arrays, first v, then u. The functions of math take single numbers, not arrays.",
)
def _not_two_arrays(flow):
    return np.degrees(np.arctan2(flow))
