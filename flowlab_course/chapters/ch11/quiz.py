"""Quiz of chapter 11."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "The loss sums over pixels with the published weights .32 to .005, coarse to fine. Which level counts most?",
        [
            Option("the coarsest, its weight is the largest", False, "It has 256 times fewer pixels than the finest."),
            Option(
                "the finest", True, "0.005 times very many pixels is four times what the coarsest level adds up to."
            ),
            Option("all the same", False, "Three levels do count the same, and the two finest count more."),
        ],
    ),
    Question(
        "Someone takes the same weights with a mean over pixels. What happens?",
        [
            Option(
                "nothing: a mean is a sum with another scale", False, "Another scale at each level: that is the point."
            ),
            Option(
                "the coarsest level counts 64 times the finest", True, "0.32 against 0.005, with nothing to balance it."
            ),
            Option("the loss no longer falls", False, "It falls, but the network is hardly paid for fine detail."),
        ],
    ),
    Question(
        "Why does FlowNetC start with a tiny learning rate?",
        [
            Option(
                "its correlation layer has more weights than all other layers, and they would drift apart",
                False,
                "It has none.",
            ),
            Option(
                "products of two changing features make large gradients before the features have settled",
                True,
                "The paper saw gradients explode at 0.0001 and began at 0.000001.",
            ),
            Option("to save time", False, "Small steps take just as long as large ones."),
        ],
    ),
    Question(
        "A training was killed. What must a checkpoint hold so that it ends with the same bits?",
        [
            Option("the weights", False, "Adam's averages and the position in the data would start anew."),
            Option(
                "weights, the optimiser's averages, and the step, if everything else follows from the step",
                True,
                "Schedule, order and augmentation are functions of the step and the seed.",
            ),
            Option(
                "the weights and the names of all pairs seen so far, so that none is used twice too early",
                False,
                "They can be made again from their numbers.",
            ),
        ],
    ),
    Question(
        "The loss becomes NaN after 50 steps. What do you try first?",
        [
            Option(
                "a lower learning rate, a warm-up, or clipping", True, "Steps that are too long are the usual reason."
            ),
            Option(
                "a larger batch", False, "It calms the gradient a little; it does not shorten steps ten times too long."
            ),
            Option(
                "go on for some epochs: the optimiser may recover", False, "NaN times anything is NaN. It never does."
            ),
        ],
    ),
]
