"""Quiz of chapter 08."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "K = 3, d = 4, p = 0 and both strides 1, on maps of 30 x 30 places. How large is the output?",
        [
            Option(
                "81 channels of 22 x 22",
                False,
                "That leaves room for the displacements alone. The patch reaches one place further, k = 1.",
            ),
            Option(
                "81 channels of 20 x 20",
                True,
                "From -4 to +4 there are 9 displacements along each axis, and d + k = 5 places are lost at each border.",
            ),
            Option("16 channels of 20 x 20", False, "Displacements go to both sides of zero, and zero is one of them."),
        ],
    ),
    Question(
        "Doubling max_displacement, and the padding with it, makes the layer about",
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
        "A vector of frame 2 equals the vector of frame 1; another one has its direction and twice its length. Which has "
        "the larger product?",
        [
            Option(
                "the longer", True, "The product grows with the length, so a longer vector beats even an exact copy."
            ),
            Option(
                "the one that equals it",
                False,
                "Its product is |a| squared; that of a vector twice as long is twice that.",
            ),
            Option("both the same", False, "Their angles are equal, but the product also grows with the length."),
        ],
    ),
    Question(
        "A thing moves 30 px, and the window reaches 20 px. The best match is",
        [
            Option(
                "at the window's edge, in the right direction",
                False,
                "Only by luck: the picture there need not look like the thing.",
            ),
            Option(
                "some other place that happens to look alike",
                True,
                "All scores of the window are wrong, and one of them is the largest.",
            ),
            Option(
                "zero, since nothing fits",
                False,
                "There is always a largest score, and nothing in the output says that it is wrong.",
            ),
        ],
    ),
]
