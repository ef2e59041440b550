"""Other ways to choose a pair and a band, for the mistakes of exercise 12.2."""

import numpy as np

EDGES = (10, 40)


def winner(network, dis, speed, *, lead=None, pair_by=np.mean, band_by=np.sum, bands=None, band_lead=None):
    """(pair, band) as in the exercise, with one choice made in another way.

    Args:
        network: Error maps of the network, as in the exercise.
        dis: Error maps of DIS.
        speed: Maps of true speed.
        lead: How far DIS leads, of a network's map and one of DIS.
        pair_by: What is largest at the pair, of its lead.
        band_by: What is largest at the band, of the lead at its pixels.
        bands: The band of each pixel, of (network, dis, speed, pair).
        band_lead: What band_by gets, of (network, dis, lead, pair).
    """
    lead = lead or (lambda n, d: n - d)
    leads = [lead(n, d) for n, d in zip(network, dis, strict=True)]
    pair = int(np.argmax([pair_by(part) for part in leads]))
    band = np.digitize(speed[pair], EDGES) if bands is None else bands(network, dis, speed, pair)
    part = leads[pair] if band_lead is None else band_lead(network, dis, leads, pair)
    return pair, int(np.argmax([band_by(part[band == b]) for b in range(3)]))


def band_of_all_pairs(network, dis, speed):
    """The band of the lead over all pairs."""
    pair, _ = winner(network, dis, speed)
    leads = [n - d for n, d in zip(network, dis, strict=True)]
    bands = [np.digitize(part, EDGES) for part in speed]
    sums = [sum(lead[band == b].sum() for lead, band in zip(leads, bands, strict=True)) for b in range(3)]
    return pair, int(np.argmax(sums))


def band_of_the_mean_speed(network, dis, speed):
    """The band of the pair's mean speed."""
    pair, _ = winner(network, dis, speed)
    return pair, int(np.digitize(speed[pair].mean(), EDGES))


def band_of_one_pixel(network, dis, speed):
    """The band of the pixel with the largest lead."""
    pair, _ = winner(network, dis, speed)
    return pair, int(np.digitize(speed[pair].flat[(network[pair] - dis[pair]).argmax()], EDGES))


def smallest_band(network, dis, speed):
    """The band with the smallest lead."""
    return winner(network, dis, speed, band_by=lambda lead: -lead.sum())


def bands_from_one(network, dis, speed):
    """The band's number is one too large."""
    pair, band = winner(network, dis, speed)
    return pair, band + 1


def band_first(network, dis, speed):
    """Band and pair in the wrong order."""
    return winner(network, dis, speed)[::-1]


def _mean_or_nan(lead):
    """What lead.mean() gives, without its warning where there are no pixels."""
    return lead.mean() if lead.size else np.nan


# Of each: its name, what to tell, and what is chosen in another way.
CHOICES = (
    (
        "mean of an empty band",
        "The mean of a band without pixels is NaN, and argmax takes it. Compare sums, which are 0 there.",
        {"band_by": _mean_or_nan},
    ),
    (
        "pair by its sum",
        "You compare sums over pairs. A large image has a large sum: compare means.",
        {"pair_by": np.sum},
    ),
    (
        "pair by its median",
        "You choose the pair by its median. The lead is asked for in the mean.",
        {"pair_by": np.median},
    ),
    (
        "pair by pixels won",
        "You count the pixels at which DIS is better. By how much it is better is left out.",
        {"pair_by": lambda lead: (lead > 0).sum()},
    ),
    (
        "pair by the share won",
        "You compare shares of pixels at which DIS is better. By how much it is better is left out.",
        {"pair_by": lambda lead: (lead > 0).mean()},
    ),
    (
        "smallest lead",
        "You take the pair with the smallest lead: there the network leads.",
        {"pair_by": lambda lead: -lead.mean()},
    ),
    (
        "size of the lead",
        "Without its sign, a lead of the network counts for DIS.",
        {"lead": lambda n, d: np.abs(n - d)},
    ),
    (
        "lead squared",
        "A square has no sign: a lead of the network counts for DIS.",
        {"lead": lambda n, d: (n - d) ** 2},
    ),
    (
        "errors squared",
        "You subtract squared errors, which a few bad pixels decide. Subtract the errors.",
        {"lead": lambda n, d: n**2 - d**2},
    ),
    (
        "relative lead",
        "You divide the lead by the error of DIS, so that small errors decide. The lead is a difference in pixels.",
        {"lead": lambda n, d: (n - d) / d},
    ),
    (
        "ratio at each pixel",
        "You divide the two errors at each pixel. The lead is their difference.",
        {"lead": lambda n, d: n / d},
    ),
    (
        "pixels won in the band",
        "You count the pixels that DIS wins in a band. Their leads are to be summed.",
        {"band_by": lambda lead: (lead > 0).sum()},
    ),
    (
        "network's error in the band",
        "You sum the network's errors in each band. DIS may be as bad there: sum the lead.",
        {"band_lead": lambda network, dis, leads, pair: network[pair]},
    ),
    (
        "error of DIS in the band",
        "You sum the errors of DIS in each band: sum the lead.",
        {"band_lead": lambda network, dis, leads, pair: dis[pair]},
    ),
    (
        "size of the lead in the band",
        "Within bands your lead has no sign: pixels at which the network is better count for DIS.",
        {"band_lead": lambda network, dis, leads, pair: np.abs(leads[pair])},
    ),
    (
        "upper edges",
        "10 px belongs to band 1, and 40 px to band 2. Your bands include their upper edges.",
        {"bands": lambda network, dis, speed, pair: np.digitize(speed[pair], EDGES, right=True)},
    ),
    (
        "10 px in the slow band",
        "10 px belongs to band 1: band 0 ends below it.",
        {"bands": lambda network, dis, speed, pair: (speed[pair] > 10) * 1 + (speed[pair] >= 40)},
    ),
    (
        "40 px in the middle band",
        "40 px belongs to band 2: band 1 ends below it.",
        {"bands": lambda network, dis, speed, pair: (speed[pair] >= 10) * 1 + (speed[pair] > 40)},
    ),
    (
        "edge at 0",
        "With an edge at 0 the bands are 1, 2 and 3, and your sums are of 0, 1 and 2.",
        {"bands": lambda network, dis, speed, pair: np.digitize(speed[pair], (0, *EDGES))},
    ),
    (
        "one edge",
        "You have two bands. The edge at 40 px is missing.",
        {"bands": lambda network, dis, speed, pair: np.digitize(speed[pair], EDGES[:1])},
    ),
    (
        "bands of the error",
        "You sort pixels into bands by the network's error. The bands are of the true speed.",
        {"bands": lambda network, dis, speed, pair: np.digitize(network[pair], EDGES)},
    ),
)
FUNCTIONS = (
    (
        "band of all pairs",
        "You sum each band over all pairs. Only the pair that you found is asked for.",
        band_of_all_pairs,
    ),
    (
        "band of the mean speed",
        "You take the band of the pair's mean speed. The lead may come from other pixels: sum it in each band.",
        band_of_the_mean_speed,
    ),
    (
        "band of one pixel",
        "One pixel, the one with the largest lead, decides your band. All pixels bring the lead: sum it in each band.",
        band_of_one_pixel,
    ),
    (
        "band with the smallest lead",
        "The pair is right, but the band is the one with the smallest lead.",
        smallest_band,
    ),
    ("bands from 1", "Your bands count from 1. The slow band is 0.", bands_from_one),
    ("band first", "The two have changed places: the pair comes first, then the band.", band_first),
)
