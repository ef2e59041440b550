"""Quiz of chapter 12."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Two methods have the same EPE on a data set. What do you know?",
        [
            Option(
                "they fail at the same pixels, and by as much there",
                False,
                "They may share no single bad pixel: a mean does not say where.",
            ),
            Option(
                "their errors have the same mean, and nothing else",
                True,
                "One may be a little off everywhere, the other perfect but for a few pixels that it loses altogether.",
            ),
            Option("they rank the same on every pair", False, "A sum can be the same with quite different parts."),
        ],
    ),
    Question(
        "A pixel moves by 100 px and is estimated 4 px off. Is it an outlier of Fl-all?",
        [
            Option("yes, it is off by more than 3 px", False, "That is one of two conditions; both must hold."),
            Option("no, 4 px are less than 5 % of its motion", True, "3 px and 5 %: the second forgives fast pixels."),
            Option("it depends on the estimate's length", False, "The 5 % are of the true motion."),
        ],
    ),
    Question(
        "Why is an error in an occluded pixel of another kind?",
        [
            Option(
                "frame 2 does not show the pixel: no comparison can find its motion, only knowledge of how things move",
                True,
                "Classical methods fill in smoothly; a network may have learnt what usually lies behind.",
            ),
            Option(
                "the ground truth was not measured there, and is filled in from the neighbours; so the error means nothing",
                False,
                "A renderer knows it exactly; only the pictures do not show it.",
            ),
            Option("occluded pixels are always fast", False, "Slow ground behind a fast thing is hidden as well."),
        ],
    ),
    Question(
        "What does the '+v' add to a network's flow?",
        [
            Option(
                "large motions that the network missed",
                False,
                "It looks for no matches; it moves along slopes, nearby.",
            ),
            Option(
                "sharp edges and fractions of a pixel, where the flow was about right",
                True,
                "It minimises an energy from where the network left off, and finds the nearest valley.",
            ),
            Option("a second network", False, "There is nothing learnt in it."),
        ],
    ),
    Question(
        "FlowNet's table has a column 'Sintel train'. Why may one look at it at all?",
        [
            Option(
                "networks that were trained on Flying Chairs alone have never seen it",
                True,
                "For them it is as good as a test set. For the rows with '+ft', tuned on Sintel, it says nothing.",
            ),
            Option("a training set is always the fairest test", False, "What was trained on it may know it by heart."),
            Option("the test set is easier", False, "It is no matter of ease: the truth of the test set is kept back."),
        ],
    ),
]
