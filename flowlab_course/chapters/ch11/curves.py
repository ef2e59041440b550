"""Wrong courses of the learning rate, for the mistakes of exercise 11.3."""

import numpy as np


def cycle(step, steps, peak, *, climb=None, fall=None, rise=None):
    """The rate with another climb or fall, each a function of the way through it, 0 to 1, in units of the peak."""
    rise = 0.05 * steps if rise is None else rise
    climb = climb or (lambda x: (1 + 24 * x) / 25)
    fall = fall or (lambda x: (1 + np.cos(np.pi * x)) / 2)
    return peak * (climb(step / rise) if step < rise else fall((step - rise) / (steps - rise)))


# Of each: its name, what to tell, and the wrong curve, of the way through it, 0 to 1, in units of the peak.
CLIMBS = (
    ("line plus peak", "Your climb adds the whole peak to peak / 25, and ends above the peak.", lambda x: 1 / 25 + x),
    (
        "climb over all steps",
        "Your line would reach the peak at the last step. It reaches it after 5 %.",
        lambda x: (1 + 24 * 0.05 * x) / 25,
    ),
    (
        "floor",
        "Your line begins at 0, and max holds it up for a while. It begins at peak / 25.",
        lambda x: max(1 / 25, x),
    ),
    (
        "climb downwards",
        "Your first 5 % go down, from the peak to a twenty-fifth: begin and end have changed places.",
        lambda x: 1 + (1 / 25 - 1) * x,
    ),
    (
        "climb along a cosine",
        "You climb along a cosine, too. The climb is a straight line.",
        lambda x: (1 + 12 * (1 - np.cos(np.pi * x))) / 25,
    ),
    ("flat at first", "Your rate stays at peak / 25 for the first 5 %: the line upwards is missing.", lambda x: 1 / 25),
)
FALLS = (
    (
        "quarter cosine",
        "You take a quarter of a cosine, which is steepest at the end. Half of one is flat there.",
        lambda x: np.cos(np.pi / 2 * x),
    ),
    (
        "quarter sine",
        "You take a quarter of a sine, which is steepest at the peak. Half a cosine is flat there.",
        lambda x: 1 - np.sin(np.pi / 2 * x),
    ),
    (
        "a whole wave",
        "2 pi is a whole wave: the rate comes up again. Half a wave is pi.",
        lambda x: (1 + np.cos(2 * np.pi * x)) / 2,
    ),
    (
        "not halved",
        "1 + cos begins at 2, so that your fall begins at twice the peak: divide by 2.",
        lambda x: 1 + np.cos(np.pi * x),
    ),
    (
        "negative",
        "A cosine alone goes from 1 to -1, and your rate below 0. Lift it by 1 and halve it.",
        lambda x: np.cos(np.pi * x),
    ),
    (
        "only halved",
        "Half of the cosine goes from 1/2 to -1/2: it is not lifted by 1 before.",
        lambda x: np.cos(np.pi * x) / 2,
    ),
    ("degrees", "np.cos takes radians: half a turn is pi, not 180.", lambda x: (1 + np.cos(180 * x)) / 2),
    (
        "upwards",
        "Your cosine rises from 0 to the peak. It should fall from the peak to 0.",
        lambda x: (1 - np.cos(np.pi * x)) / 2,
    ),
    (
        "by all steps",
        "You divide by all steps, and the fall does not reach 0: it has fewer, those after the peak.",
        lambda x: (1 + np.cos(0.95 * np.pi * x)) / 2,
    ),
    (
        "ends above zero",
        "Your fall ends at peak / 25. It ends at 0.",
        lambda x: (1 + 24 * (1 + np.cos(np.pi * x)) / 2) / 25,
    ),
)
