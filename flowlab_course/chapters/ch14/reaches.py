"""Wrong reaches of a pyramid, for the mistakes of exercise 14.2."""

# Of each: its name, what to tell, and the reach, of (levels, d).
REACHES = (
    (
        "power of all levels",
        "1 + 2 + 4 + ... is one less than the next power of 2. Your value is d too large.",
        lambda levels, d: d * 2**levels,
    ),
    (
        "1 off at the end",
        "You take 1 off after multiplying by d: brackets are missing.",
        lambda levels, d: d * 2**levels - 1,
    ),
    (
        "finest left out",
        "Level 0, which searches d pixels of the image itself, is left out.",
        lambda levels, d: sum(d * 2**level for level in range(1, levels)),
    ),
    (
        "coarsest left out",
        "The coarsest level is left out: range(n) ends at n - 1 by itself.",
        lambda levels, d: sum(d * 2**level for level in range(levels - 1)),
    ),
    (
        "finest and coarsest",
        "You add the finest and the coarsest level. Those between, if any, and one alone?",
        lambda levels, d: d + d * 2 ** (levels - 1),
    ),
    (
        "power of d",
        "You raise d to a power. A pixel doubles from level to level: powers of 2, times d.",
        lambda levels, d: d**levels,
    ),
    (
        "sum of powers of d",
        "You sum powers of d. A pixel doubles from level to level: powers of 2, times d.",
        lambda levels, d: sum(d**level for level in range(levels)),
    ),
    (
        "2 d to a power",
        "d is inside the power. Only the 2 is raised, then multiplied by d.",
        lambda levels, d: sum((2 * d) ** level for level in range(levels)),
    ),
    (
        "square of the levels",
        "You square the number of levels. Sizes double from level to level: powers of 2.",
        lambda levels, d: d * levels**2,
    ),
    (
        "two times the level",
        "2 * level grows by 2 from level to level. Sizes double: 2 ** level.",
        lambda levels, d: sum(d * 2 * level for level in range(levels)),
    ),
    (
        "two times the level, from 1",
        "You add 2 d from level to level. Sizes double: d, 2 d, 4 d, 8 d.",
        lambda levels, d: sum(d * 2 * (level + 1) for level in range(levels)),
    ),
    (
        "counted up",
        "You add d, 2 d, 3 d, ... Sizes double: d, 2 d, 4 d, 8 d.",
        lambda levels, d: sum(d * (level + 1) for level in range(levels)),
    ),
    (
        "by fours",
        "A coarser pixel has four times the area, but twice the length. A motion is a length.",
        lambda levels, d: sum(d * 4**level for level in range(levels)),
    ),
    (
        "window",
        "You count the displacements from -d to d. The largest motion is to one side: d.",
        lambda levels, d: (2 * d + 1) * (2**levels - 1),
    ),
    (
        "d left out",
        "You count pixels of the levels, one for each. Each level searches d of them.",
        lambda levels, d: 2**levels - 1,
    ),
    (
        "caret",
        "In Python, ^ is a bitwise operation (exclusive or). A power is written **.",
        lambda levels, d: sum(d * (2 ^ level) for level in range(levels)),
    ),
    (
        "added to the power",
        "You add d and the size of a pixel. d pixels of that size are d times it.",
        lambda levels, d: sum(d + 2**level for level in range(levels)),
    ),
    (
        "arguments swapped",
        "levels and d are swapped: levels belongs into the power.",
        lambda levels, d: levels * (2**d - 1),
    ),
    (
        "not summed",
        "You return one value for each level. Together they reach as far as their sum.",
        lambda levels, d: [d * 2**level for level in range(levels)],
    ),
)
