"""Quiz of chapter 05."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Real chairs do not fly over landscapes. Why train on such pairs?",
        [
            Option(
                "networks learn the outlines of furniture best",
                False,
                "FlowNet is asked for motion, never for what a thing is. A chair is useful for its edges and thin legs.",
            ),
            Option(
                "the flow of such pairs is known at every pixel",
                True,
                "Real motion is hard to measure, so few real pairs have a known flow.",
            ),
            Option(
                "the pictures look like those of a film",
                False,
                "They do not: this difference is the domain gap.",
            ),
        ],
    ),
    Question(
        "Compared with a normal distribution of the same standard deviation, the distribution of our shifts has",
        [
            Option(
                "more values near zero and more very large ones",
                True,
                "The cube makes small numbers smaller and large ones larger. The kurtosis is above 3.",
            ),
            Option(
                "larger values everywhere",
                False,
                "Then its standard deviation would be larger. With the same one, many shifts have to be short.",
            ),
            Option(
                "fewer values near zero",
                False,
                "The histogram shows the opposite: about twice as many shifts as in the normal one are under 12 px.",
            ),
        ],
    ),
    Question(
        "Half of a pixel shows a white chair (1), the other half the black ground (0). Its value and its flow are",
        [
            Option(
                "0.5, and the mean of both motions",
                False,
                "The colours mix, the motions do not: nothing in the picture moves by the mean.",
            ),
            Option(
                "0.5, and the motion of the ground",
                True,
                "The colours mix by alpha. The layer in front has to cover more than half, and the chair does not.",
            ),
            Option(
                "1, and the motion of the chair", False, "A layer that covers half of a pixel does not hide the rest."
            ),
        ],
    ),
    Question(
        "Frame 2 of a pair is made by",
        [
            Option(
                "warping frame 1 with the backward flow",
                False,
                "Frame 1 does not contain what frame 2 uncovers, so the warp would copy something else there.",
            ),
            Option(
                "compositing the moved layers anew",
                True,
                "Both frames come from the same layers, so frame 2 also shows what frame 1 hides.",
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
                "Its layer's matrix is known, and so is its flow, although frame 2 does not show where it goes.",
            ),
            Option(
                "known, and the network is trained on it",
                True,
                "The network has to infer it from the pixels around, and from what it has learnt.",
            ),
            Option("zero", False, "It moves with its layer, like the pixels that stay visible."),
        ],
    ),
]
