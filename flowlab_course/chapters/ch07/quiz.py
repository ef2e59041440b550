"""Quiz of chapter 07."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "conv4 is 3 x 3 and leads from 256 to 512 channels, with biases. How many parameters has it at a quarter of the "
        "width?",
        [
            Option("1,180,160", False, "That is the full width. Here it leads from 64 to 128 channels."),
            Option(
                "295,040", False, "A quarter would be right if its inputs had kept their number. They are fewer, too."
            ),
            Option("73,856", True, "9 x 64 x 128 weights and 128 biases: about a sixteenth."),
        ],
    ),
    Question(
        "Two neighbouring outputs of conv3: which parts of the picture do they see?",
        [
            Option(
                "two squares side by side, which touch and do not overlap",
                False,
                "They would if the field were as large as the distance of the outputs. It is almost four times as large.",
            ),
            Option(
                "two squares that overlap in most of their area",
                True,
                "The fields are 31 pixels wide and 8 apart.",
            ),
            Option(
                "the same square", False, "Its weights are the same, but the second square lies 8 pixels further on."
            ),
        ],
    ),
    Question(
        "The skips of the trained network were replaced by their means, and its error grew to that of one vector everywhere. "
        "What does that show?",
        [
            Option(
                "a FlowNetS without skips cannot do better",
                False,
                "The network was trained with skips. One that is trained without them may find another way.",
            ),
            Option(
                "this network uses its skips",
                True,
                "An ablation after training tells what the trained network relies on.",
            ),
            Option(
                "skips contain the outlines",
                False,
                "The error grew, but the number does not say where, nor why.",
            ),
        ],
    ),
    Question(
        "A prediction of level 4, in pixels of its own size, is 1 long. How long is that in the picture?",
        [
            Option("1 px", False, "A pixel of level 4 is larger than a pixel of the picture."),
            Option(
                "16 px", True, "Level 4 has a sixteenth of the height and width: the factor is 2 to the power of 4."
            ),
            Option("20 px", False, "20 px is the unit of the numbers that the layers give, before they are scaled."),
        ],
    ),
    Question(
        "A network has learnt a batch by heart, its loss is small. What have you shown?",
        [
            Option("it will work on other pairs", False, "On five other pairs it did worse than zero flow."),
            Option(
                "the loss can teach the network",
                True,
                "If this fails, something is broken. It is the first thing to try, and takes a minute.",
            ),
            Option(
                "it compares the two frames",
                False,
                "Each of the four flows can be learnt from frame 1 alone. The open task tests that.",
            ),
        ],
    ),
]
