"""Wrong masks, for the mistakes of exercise 13.1."""

import numpy as np


def _of_whole_numbers(distance, limit):
    with np.errstate(invalid="ignore"):  # of infinity and NaN
        return distance.astype(int) <= limit


# Of each: its name, what to tell, and the mask, of (distance, limit).
MASKS = (
    (
        "the other way round, with the limit",
        "This is True from the limit on: ask which are within it.",
        lambda distance, limit: distance >= limit,
    ),
    (
        "not within",
        "This is the opposite mask: True where not to believe, unknown pixels among them.",
        lambda distance, limit: ~(distance <= limit),
    ),
    (
        "rounded down",
        "You cut the fractions off first: 1.75 px counts as 1 px. Compare the distance as it is.",
        lambda distance, limit: np.floor(distance) <= limit,
    ),
    (
        "rounded",
        "You round first: 1.25 px counts as 1 px. Compare the distance as it is.",
        lambda distance, limit: np.rint(distance) <= limit,
    ),
    (
        "whole numbers",
        "An integer holds neither infinity nor NaN, nor a fraction: compare the distance as it is.",
        _of_whole_numbers,
    ),
    ("always 1 px", "You compare with 1 px whatever `limit` is.", lambda distance, limit: distance <= 1),
    (
        "limit squared",
        "Distance and limit have other units here: one of them is squared, or a root. Both are in pixels.",
        lambda distance, limit: distance <= limit**2,
    ),
    ("distance squared", "You square the distance, and not the limit.", lambda distance, limit: distance**2 <= limit),
    (
        "one pixel more",
        "You add 1 to the limit: a pixel may miss by `limit` at most.",
        lambda distance, limit: distance < limit + 1,
    ),
    (
        "exactly the limit",
        "You ask which distances equal the limit. Smaller ones are better still.",
        lambda distance, limit: distance == limit,
    ),
    (
        "picked",
        "You return the distances that are within the limit. The mask itself is asked for.",
        lambda distance, limit: distance[distance <= limit],
    ),
    (
        "places",
        "You return the places of True, as indices. The mask itself is asked for.",
        lambda distance, limit: np.argwhere(distance <= limit),
    ),
    (
        "rows and columns",
        "np.where returns rows and columns of the True ones. The mask itself is asked for.",
        lambda distance, limit: np.where(distance <= limit),
    ),
    (
        "distances kept",
        "You return distances, with 0 where not to believe. The mask itself is asked for.",
        lambda distance, limit: np.where(distance <= limit, distance, 0),
    ),
    (
        "difference",
        "This is how far below the limit a pixel is. Compare it with 0, and it is a mask.",
        lambda distance, limit: limit - distance,
    ),
    (
        "all of them",
        "all() makes one truth value of the mask. Each pixel has its own.",
        lambda distance, limit: (distance <= limit).all(),
    ),
    (
        "a share",
        "This is the share of pixels to believe: leave the mean out.",
        lambda distance, limit: (distance <= limit).mean(),
    ),
    (
        "one truth value",
        "Does the error speak of a truth value? `not`, `and` and `if` want a single one; a comparison gives a mask.",
        lambda distance, limit: not distance > limit,
    ),
    (
        "only NaN left out",
        "You ask whether the distance is known. Ask whether it is within the limit.",
        lambda distance, limit: ~np.isnan(distance),
    ),
    (
        "only infinity left out",
        "You ask whether it is infinite, so that NaN and every other distance count.",
        lambda distance, limit: ~np.isinf(distance),
    ),
    (
        "infinity believed",
        "A pixel that leaves the frame, with an infinite distance, counts as good here.",
        lambda distance, limit: (distance <= limit) | np.isinf(distance),
    ),
)
