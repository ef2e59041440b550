"""Quiz of chapter 06."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Why does the loader ship no list of validation pairs for Flying Chairs?",
        [
            Option(
                "two lists circulate, and errors on different pairs cannot be compared",
                True,
                "So it reads the list that lies beside your data, and without one it stops and says why.",
            ),
            Option(
                "the pairs for validation are drawn anew in each epoch",
                False,
                "Then the network would train on them in the next epoch, and the error would tell nothing about new pairs.",
            ),
            Option(
                "the list of all pairs would be too large to be shipped with the loader",
                False,
                "It has one digit for each pair.",
            ),
        ],
    ),
    Question(
        "Both frames are zoomed by 2 about the same point. A vector of (3, 4) becomes",
        [
            Option("(3, 4)", False, "In a picture twice as large the same motion crosses twice as many pixels."),
            Option("(6, 8)", True, "A pixel covers half as much of the scene now, in width and in height."),
            Option("(1.5, 2)", False, "That is the vector after both frames shrink to half their size."),
        ],
    ),
    Question(
        "On a white wall, a flow is wrong by 5 px. How large is its photometric error there?",
        [
            Option(
                "small",
                True,
                "The wrong vector fetches the same white. Only where there is texture does the error show a wrong flow.",
            ),
            Option("large, since 5 px is far", False, "It is measured in grey levels: white minus white is 0."),
            Option(
                "unknown, since the true flow is not given",
                False,
                "It needs no true flow: it compares frame 1 with the warped frame 2.",
            ),
        ],
    ),
    Question(
        "Why does frame 2 get a small geometric transform of its own?",
        [
            Option(
                "to add motions that the pair did not have",
                True,
                "A transform of both frames alike turns and scales the pair's motions. One more, of frame 2, adds a "
                "motion that is known exactly.",
            ),
            Option(
                "to make frame 2 less sharp", False, "The interpolation blurs it a little, but that is not the aim."
            ),
            Option(
                "so that the network does not see the same crop of frame 1 twice",
                False,
                "The view that both frames share does that already.",
            ),
        ],
    ),
    Question(
        "You widen the range of zooms from 1 to 2 to 0.5 to 2, and crops that leave the frame are drawn again. What does "
        "the network see?",
        [
            Option(
                "as many crops below zoom 1 as above",
                False,
                "That holds at most for the draws. A crop at a small zoom covers much of the frame, or more than all of it.",
            ),
            Option(
                "hardly more crops below zoom 1 than before",
                True,
                "They seldom fit and are drawn again. Count the crops that are used, not the draws.",
            ),
            Option(
                "crops with a black border",
                False,
                "A crop that leaves the frame is not used: there is no border to fill.",
            ),
        ],
    ),
]
