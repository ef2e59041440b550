"""Quiz of chapter 05."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Why train on chairs that fly before landscapes, which nobody has ever seen?",
        [
            Option(
                "networks learn the outlines of furniture best",
                False,
                "Any things would do: FlowNet was never asked what a chair is.",
            ),
            Option(
                "their flow is known at every pixel",
                True,
                "Measuring real flow is so hard that few real pairs have it.",
            ),
            Option(
                "the pictures are prettier", False, "The original's authors did not even try to make them realistic."
            ),
        ],
    ),
    Question(
        "A chair moves with its background and by itself. Its matrix is",
        [
            Option("background @ own", True, "The motion that acts first stands on the right."),
            Option(
                "own @ background",
                False,
                "Then its own turn would be about a point that the background has moved away.",
            ),
            Option("background + own", False, "Sums of matrices chain steps only, not turns or zooms."),
        ],
    ),
    Question(
        "A law with heavy tails, beside a normal law of the same spread, has",
        [
            Option(
                "more small values and more very large ones", True, "Mostly still, now and then far: as in the world."
            ),
            Option(
                "only larger values",
                False,
                "With the same spread, more large values are paid for with more small ones.",
            ),
            Option("the same values in another order", False, "The laws differ in how often they give which value."),
        ],
    ),
    Question(
        "Frame 2 of a pair is made by",
        [
            Option(
                "warping frame 1 with the flow",
                False,
                "That would sample twice, and leave holes where something was hidden.",
            ),
            Option(
                "drawing every layer anew, moved",
                True,
                "Both frames are drawn alike, so neither is blurred, and nothing is missing.",
            ),
            Option("adding noise to frame 1", False, "Then nothing would have moved."),
        ],
    ),
    Question(
        "The flow of a pixel that frame 2 hides is",
        [
            Option(
                "unknown, and so it is left out of the loss",
                False,
                "We moved its layer ourselves: its motion is known, though it cannot be seen.",
            ),
            Option("known, and the network is trained on it", True, "It learns to guess there, from what is around."),
            Option("zero", False, "It moves like the rest of its layer."),
        ],
    ),
]
