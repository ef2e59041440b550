"""Quiz of chapter 06."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Why does the loader ship no list of validation pairs for Flying Chairs?",
        [
            Option(
                "two lists circulate, so a number is only comparable with its list",
                True,
                "It reads the list that lies beside your data, and says which one it was.",
            ),
            Option("validation is not needed for chairs", False, "Without it nobody sees a network learn by heart."),
            Option(
                "the list of all pairs would be too large to be shipped with the loader",
                False,
                "It is one digit for each pair.",
            ),
        ],
    ),
    Question(
        "Both frames are zoomed by 2 about the same point. A vector of (3, 4) becomes",
        [
            Option("(3, 4)", False, "Then what moved by 5 px in a picture twice as large would seem half as fast."),
            Option("(6, 8)", True, "Pixels are half as large now, so the same motion crosses twice as many."),
            Option("(1.5, 2)", False, "That is what becomes of it when the picture shrinks."),
        ],
    ),
    Question(
        "Both frames are flipped left and right. A vector of (3, 4) becomes",
        [
            Option("(-3, 4)", True, "Right and left have changed places; up and down have not."),
            Option("(3, -4)", False, "That is a flip of up and down."),
            Option("(3, 4), at the mirrored place", False, "The place is right. But what went right now goes left."),
        ],
    ),
    Question(
        "Why does frame 2 get a small transform of its own?",
        [
            Option(
                "to make new motions, which no pair of the set has",
                True,
                "Turning both frames alike turns a motion; turning one more adds a new one, known exactly.",
            ),
            Option(
                "to make frame 2 less sharp", False, "Each frame is sampled once, so both are as sharp as each other."
            ),
            Option("because cameras differ in colour", False, "That is what the change of light is for."),
        ],
    ),
    Question(
        "Your augmentation changes nothing but the light of both frames. What happens to the flow?",
        [
            Option("it must be scaled with the contrast", False, "Flow is a displacement; it does not know of light."),
            Option(
                "nothing", True, "Things are where they were. Only brightness constancy suffers, and that is wanted."
            ),
            Option("it is no longer valid", False, "The motion is as true as before."),
        ],
    ),
]
