"""Quiz of chapter 10."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "The two streams of FlowNetC share their weights. Why?",
        [
            Option(
                "to save parameters, so that the network fits into memory",
                False,
                "A few hundred thousand of 39 million: hardly a reason.",
            ),
            Option(
                "a patch must look the same in both frames to be recognised",
                True,
                "Products compare well only what the same filters have described.",
            ),
            Option("because frame 2 is warped", False, "Nothing is warped here; that came with later networks."),
        ],
    ),
    Question(
        "What is conv_redir for?",
        [
            Option(
                "it carries what frame 1 looks like past the correlation",
                True,
                "The scores say how well places match. Outlines and texture they do not tell.",
            ),
            Option("it makes the correlation cheaper", False, "It stands beside the correlation, not in front of it."),
            Option("it redirects gradients", False, "It does pass some, but the name means features."),
        ],
    ),
    Question(
        "Somebody shuffles the 441 channels of the correlation, always in the same way, and trains anew. What happens?",
        [
            Option(
                "it cannot learn any more: the channels' order is what its layers know",
                False,
                "A convolution has a weight for each channel, whatever its place.",
            ),
            Option(
                "the same network with its weights in another order",
                True,
                "Channels have no neighbours. Only a trained network depends on which is which.",
            ),
            Option("it becomes blind to large motions", False, "All displacements are still there."),
        ],
    ),
    Question(
        "A ball moves by 170 px from one frame to the next. What can FlowNetC's correlation say?",
        [
            Option(
                "the right score, half a step away",
                False,
                "The last displacement is at 160 px, and after it there is nothing.",
            ),
            Option(
                "nothing: it ends at 160 px",
                True,
                "The layers after it may still guess from the surroundings, as FlowNetS has to.",
            ),
            Option("it needs a larger patch", False, "A larger patch compares better, but not farther."),
        ],
    ),
    Question(
        "Which part of FlowNetC has no weights to learn?",
        [
            Option("conv_redir", False, "It is a convolution of 1 x 1, with weights."),
            Option("the correlation", True, "It multiplies one image's features with the other's."),
            Option("the prediction at a quarter of the size", False, "It is a convolution of 3 x 3, with weights."),
        ],
    ),
]
