"""Quiz of chapter 14."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Why are the flows of two looks chained and not added?",
        [
            Option("adding would need a third network, which weighs both", False, "Both need one flow's worth."),
            Option(
                "the first flow is needed where the second one points",
                True,
                "A pixel goes to x + w2 in the warped frame, and what was put there came from w1 of that place.",
            ),
            Option("added they would be too long", False, "Where the first flow is constant, adding is exact."),
        ],
    ),
    Question(
        "PWC-Net searches 4 pixels at each level. Why does it find motions of 60?",
        [
            Option("its network guesses the rest", False, "What is not among the scores, no layer behind can compare."),
            Option(
                "a pixel of a coarse level is many pixels of the image", True, "Four of them at a sixteenth are 64."
            ),
            Option("it searches more than once at full size", False, "It goes through each size once."),
        ],
    ),
    Question(
        "What does a pyramid lose that a table of all pairs keeps?",
        [
            Option("large motions", False, "Those it finds at its coarse levels."),
            Option("small things that move far", True, "At the coarsest level they are gone, and nobody looks again."),
            Option("smooth areas", False, "Both are as good or bad there as their features."),
        ],
    ),
    Question(
        "What grows with the fourth power of the image's side?",
        [
            Option("the table of all pairs", True, "Places times places, and places grow with the square."),
            Option("FlowNetC's 441 channels", False, "Their number is fixed; only the places grow, with the square."),
            Option("a level of PWC-Net", False, "81 scores at each place."),
        ],
    ),
    Question(
        "FlowNetS has no correlation, and a patch of its own changes its flow far away. What follows?",
        [
            Option("a network can be attacked so without a correlation", True, "FlowNetS is the example."),
            Option(
                "a correlation makes FlowNetC robust", False, "FlowNetC's own patch changes its flow far away, too."
            ),
            Option("one patch fools both", False, "Each patch was made with the gradient of one network."),
        ],
    ),
]
