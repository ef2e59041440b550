"""Quiz of chapter 08."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "max_displacement = 4 and stride2 = 1. How many channels has the output?",
        [
            Option("16", False, "That is 4 x 4: displacements go to both sides of zero, and zero is one of them."),
            Option("81", True, "From -4 to +4 there are 9 along each axis, and 9 x 9 = 81."),
            Option("64", False, "8 x 8 would leave out the displacement zero."),
        ],
    ),
    Question(
        "Doubling max_displacement, with everything else kept, makes the layer about",
        [
            Option("twice as expensive", False, "Displacements lie in a plane: twice as many along both axes."),
            Option("four times as expensive", True, "The number of displacements grows with the square of the reach."),
            Option(
                "as expensive as before: no weights, no cost",
                False,
                "Products cost time whether or not they are learned.",
            ),
        ],
    ),
    Question(
        "How many weights does the correlation layer of FlowNetC train?",
        [
            Option("441 x 256", False, "Nothing in it is trained: it multiplies one feature map with the other."),
            Option("none", True, "Both factors of every product are data."),
            Option("one, the scale 1 / C", False, "That is a constant, fixed by the number of channels."),
        ],
    ),
    Question(
        "Two features at a place have the same direction but one is twice as long. Which matches better by plain product?",
        [
            Option("the longer", True, "The product grows with the length, so it beats even an exact match."),
            Option("the one of equal length", False, "So it should be, and so it is once all are scaled to length 1."),
            Option("neither", False, "Same angle, but the product is not the angle: it grows with the length."),
        ],
    ),
    Question(
        "A thing moves 30 px, and the window reaches 20 px. The best match is",
        [
            Option(
                "at the window's edge, in the right direction",
                False,
                "Only by luck: what is there need not look alike.",
            ),
            Option(
                "some other place that happens to look alike",
                True,
                "The largest of wrong scores is still a largest score.",
            ),
            Option(
                "zero, since nothing fits",
                False,
                "There is always a largest score. The layer does not know that it fails.",
            ),
        ],
    ),
]
