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
                "two pictures of one patch then get the same features from the start",
                True,
                "Streams with weights of their own would first have to learn to agree.",
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
                "The scores say how well places match, but not what a place looks like.",
            ),
            Option("it makes the correlation cheaper", False, "It lies beside the correlation, not in front of it."),
            Option(
                "it carries what frame 2 looks like to the later layers",
                False,
                "It reads frame 1, on whose grid the flow lies. Frame 2 enters by the scores alone.",
            ),
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
        "A texture slides by 200 px from one frame to the next. What can FlowNetC's correlation say?",
        [
            Option(
                "it gives the best score at 160 px, the displacement nearest to the slide",
                False,
                "A feature sees 31 px. At 160 px two features that are compared see different pieces of the texture.",
            ),
            Option(
                "no score belongs to this slide: the farthest displacement is 160 px",
                True,
                "The layers behind may still guess from what else they see, but no comparison helps them.",
            ),
            Option("it needs a larger patch", False, "A larger patch compares better, but not farther."),
        ],
    ),
    Question(
        "The features of an untrained FlowNetC are compared as they are. What misleads the mean scores?",
        [
            Option("the filters are random", False, "The same filters find nearly every slide after centring."),
            Option(
                "all vectors contain one mean vector",
                True,
                "Its product with itself adds to each score, and less to those of long displacements.",
            ),
            Option("the vectors differ in length", False, "Scaled to length 1 alone they find no more slides."),
        ],
    ),
]
