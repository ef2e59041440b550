"""Quiz of chapter 00."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "`flow[40, 7]` is the displacement of which pixel?",
        [
            Option("x = 40, y = 7", False, "An array is indexed row first, so 40 is the row: y."),
            Option("x = 7, y = 40", True, "The first index of an array is the row, counted downwards: it is y."),
            Option("x = 7, and 40 rows above the lower edge", False, "Rows are counted from the upper edge downwards."),
        ],
    ),
    Question(
        "A ball rolls to the left and towards the lower edge of the picture. Its (u, v) has",
        [
            Option("u < 0, v > 0", True, "Left is negative u; v counts downwards, so down is positive."),
            Option("u < 0, v < 0", False, "That is left and up: v counts downwards, unlike the y of school."),
            Option("u > 0, v < 0", False, "That is right and up: u counts to the right, v downwards."),
        ],
    ),
    Question(
        "Two pictures of 480 rows and 640 columns. What shape has the flow between them?",
        [
            Option("(480, 640)", False, "One number for each pixel cannot hold a direction: that takes two."),
            Option("(640, 480, 2)", False, "Arrays have the height first, then the width."),
            Option("(480, 640, 2)", True, "Height, width, and two numbers for each pixel."),
        ],
    ),
    Question(
        "You sit in a train and look out at the side. Which has the longest flow vectors?",
        [
            Option("the fence beside the track", True, "It is nearest, and what is near moves furthest."),
            Option("the mountains", False, "They are far away, so they hardly move in the picture."),
            Option(
                "all alike: the train has one speed",
                False,
                "The speed is one, but the motion in the picture gets smaller with distance: parallax.",
            ),
        ],
    ),
    Question(
        "What does a line with ✓ under a cell of this course tell you?",
        [
            Option(
                "the sentence holds, and so does its explanation",
                False,
                "The test is of the sentence alone. Why it holds is explained in the text, and that is not tested.",
            ),
            Option("the sentence was tested here, just now, and holds", True, "It stops the cell if it does not."),
            Option(
                "your exercise was checked, and your answer to it is right",
                False,
                "A check says that in words. A claim tests the course itself.",
            ),
        ],
    ),
]
