"""Quiz of chapter 01."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "A picture turns clockwise about its middle by a small angle. Where is the flow zero?",
        [
            Option("in the middle", True, "The centre of a rotation stays where it is; everything else goes round it."),
            Option(
                "in the four corners", False, "There it is longest: its length grows with the distance from the middle."
            ),
            Option("nowhere", False, "A rotation always leaves one point in place, here the middle."),
        ],
    ),
    Question(
        "In Middlebury's colour code, a pixel that does not move is",
        [
            Option("white", True, "No saturation: the middle of the wheel."),
            Option(
                "black", False, "Small flows fade towards white. Middlebury's own pictures draw unknown flow in black."
            ),
            Option(
                "grey", False, "Grey is how this package marks flow that is unknown, which is not the same as zero."
            ),
        ],
    ),
    Question(
        "Two flow pictures by automatic scale look exactly alike. What follows?",
        [
            Option(
                "the flows are equal, since equal colours mean equal vectors",
                False,
                "Each was scaled by its own longest vector: one may be a hundred times the other.",
            ),
            Option("the directions agree, and the lengths up to one factor", True, "Only `max_flow=` fixes the scale."),
            Option(
                "nothing at all",
                False,
                "The hue still gives the directions, and the saturation the lengths up to a factor.",
            ),
        ],
    ),
    Question(
        "In the random dots, why does no single frame show the shape?",
        [
            Option(
                "the dots are too small",
                False,
                "The size does not matter: a single frame has no difference between inside and outside.",
            ),
            Option(
                "inside and outside are equally random",
                True,
                "In one frame both are noise; only their motion differs.",
            ),
            Option(
                "the shape has not appeared yet in frame 0",
                False,
                "It is there in every frame, but no single frame shows it.",
            ),
        ],
    ),
    Question(
        "A rectified stereo pair has the disparity 25 at a pixel. Its flow from the left picture to the right one is",
        [
            Option("(25, 0)", False, "The right camera sees things further to the left: u is negative."),
            Option("(-25, 0)", True, "25 px to the left, and rows stay rows."),
            Option("(0, -25)", False, "Rectified means that rows stay rows: v is 0."),
        ],
    ),
]
