"""Quiz of chapter 13."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "A pixel fails the forward-backward check at every limit, even at 1,000 px. What follows?",
        [
            Option(
                "its flow leads out of the frame", True, "There is no backward flow to read: the distance is infinite."
            ),
            Option(
                "its flow is wrong by over 1,000 px", False, "The distance is infinite by definition; not an error."
            ),
            Option(
                "something covers it", False, "A covered pixel stays inside, at a finite distance; it may even pass."
            ),
        ],
    ),
    Question(
        "Two flow pictures of two methods: one is strong in colour, one is pale. What do you know?",
        [
            Option("the strong one found more motion", False, "Only if both were drawn on the same scale."),
            Option(
                "the pale one is better", False, "The strength of a colour means a length, not the quality of the flow."
            ),
            Option("nothing, without their scales", True, "Each picture can give full colour to another length."),
        ],
    ),
    Question(
        "A flow is wrong at a pixel, and the backward flow where it leads is exactly its negative. The forward-backward check",
        [
            Option("finds it", False, "The backward flow undoes the wrong flow: the pixel returns to its start."),
            Option("misses it", True, "It measures agreement: here the sum is zero, however wrong the flow is."),
            Option("finds it if the limit is small", False, "Their sum is zero, below every limit."),
        ],
    ),
    Question(
        "Why the median of the vectors for the camera's motion, and not the mean?",
        [
            Option("it is faster", False, "It is slower: it has to sort."),
            Option(
                "pixels that move on their own would shift the mean",
                True,
                "Each of its pixels shifts a mean by its length, a median only by one place in the order.",
            ),
            Option("a mean of vectors does not exist", False, "It does, component by component, as the median does."),
        ],
    ),
    Question(
        "What has the correlation layer learned when the stereo matcher is trained?",
        [
            Option("which disparities are likely", False, "It holds no number that training could change."),
            Option(
                "nothing: the convolutions before it have", True, "The gradient passes through it, into both features."
            ),
            Option("the sharpness", False, "That is a parameter of the network, behind the layer."),
        ],
    ),
]
