"""Quiz of chapter 11."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "The loss sums over pixels with the published weights .32 to .005, coarse to fine. Which level counts most?",
        [
            Option("the coarsest, its weight is the largest", False, "It has a 256th of the finest level's pixels."),
            Option(
                "the finest", True, "0.005 times very many pixels is four times what the coarsest level adds up to."
            ),
            Option("all the same", False, "The three coarse levels do count the same; the two finest count more."),
        ],
    ),
    Question(
        "In the first 50 steps the loss falls from 0.35 to 0.22. The held-out error is 3.7 px then, and so is zero flow's. "
        "What has the network learnt?",
        [
            Option(
                "to match, but only on the training pairs",
                False,
                "Fifty batches are seen once or twice each: there was no time to learn them by heart.",
            ),
            Option(
                "to predict almost no motion",
                True,
                "That lowers the loss of an untrained network a great deal, and needs no comparison of the frames.",
            ),
            Option(
                "half of what it can learn, since half of the fall is over",
                False,
                "The fall of the loss does not measure that: the error has gained nothing on zero flow's yet.",
            ),
        ],
    ),
    Question(
        "Why does FlowNetC start with a tiny learning rate?",
        [
            Option(
                "its correlation layer has more weights than all other layers, and they would drift apart",
                False,
                "It has no weights at all.",
            ),
            Option(
                "its gradients exploded at the usual rate, so the rate climbs",
                True,
                "The paper saw that at 0.0001 and began at 0.000001. A reason may be that the layer multiplies features.",
            ),
            Option("to save time", False, "Small steps take just as long as large ones."),
        ],
    ),
    Question(
        "A training was killed. What must a checkpoint hold so that it ends with the same bits?",
        [
            Option(
                "the weights", False, "Adam's averages, the learning rate and the order of the data would start anew."
            ),
            Option(
                "weights, the optimiser's averages, and the step, if everything else follows from the step",
                True,
                "Schedule, order and augmentation are functions of the step and the seed.",
            ),
            Option(
                "the weights and the names of all pairs seen so far, so that none is used twice too early",
                False,
                "Each pair follows from the seed and its number. But the optimiser's averages would be missing.",
            ),
        ],
    ),
    Question(
        "The loss becomes NaN after 50 steps. What do you try first?",
        [
            Option(
                "a lower learning rate, a warm-up, or clipping",
                True,
                "Steps that are too long are a usual reason, and the quickest one to test.",
            ),
            Option(
                "a larger batch",
                False,
                "It makes the gradient less noisy. A step of Adam stays about as long, which is the trouble.",
            ),
            Option(
                "go on for some epochs: the optimiser may recover",
                False,
                "Weights that are NaN stay NaN: NaN plus anything is NaN.",
            ),
        ],
    ),
]
