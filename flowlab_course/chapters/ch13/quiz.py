"""Quiz of chapter 13."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "A pixel is hidden in frame 2. What does the test there and back usually say of it?",
        [
            Option("it fails", True, "It lands on whatever hides it, which moves differently, so the way back misses."),
            Option("it passes", False, "That would need the thing that hides it to move exactly as the pixel did."),
            Option("it is NaN", False, "Every pixel has some estimate, right or wrong; the distance is a number."),
        ],
    ),
    Question(
        "Two flow pictures of two methods: one is strong in colour, one is pale. What do you know?",
        [
            Option("the strong one found more motion", False, "Only if both were drawn on the same scale."),
            Option("the pale one is better", False, "Strength of colour is length, and length is no quality."),
            Option(
                "nothing, without their scales", True, "Full colour is whatever length the picture was told to take."
            ),
        ],
    ),
    Question(
        "A method is wrong in the same way in both directions. The test there and back",
        [
            Option("finds it", False, "The way back undoes the wrong way there: the pixel comes home."),
            Option("misses it", True, "It tests agreement, not truth: two equal mistakes agree."),
            Option("finds it if the limit is small", False, "Their sum is zero, below every limit."),
        ],
    ),
    Question(
        "Why the median of the vectors for the camera's motion, and not the mean?",
        [
            Option("it is faster", False, "It is slower: it has to sort."),
            Option(
                "what moves on its own would pull the mean along",
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
