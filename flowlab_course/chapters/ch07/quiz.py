"""Quiz of chapter 07."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "What does FlowNetS know about its two images before training?",
        [
            Option(
                "that they are two images of one scene",
                False,
                "It sees six channels, and nothing says which belong together.",
            ),
            Option(
                "how to compare patches", False, "That is FlowNetC's layer. Here comparing has to be learnt as well."
            ),
            Option(
                "nothing: it sees one input of six channels",
                True,
                "The authors stack both images and let the network find out what to do.",
            ),
        ],
    ),
    Question(
        "An output of conv3 and its neighbour: what do they see?",
        [
            Option(
                "two squares side by side, which touch and do not overlap",
                False,
                "They would if the field were as large as the stride. It is almost four times as large.",
            ),
            Option(
                "two squares that overlap in most of their area",
                True,
                "The fields are 31 pixels wide and 8 apart.",
            ),
            Option("the same pixels", False, "Then they could not differ. They are 8 pixels apart."),
        ],
    ),
    Question(
        "Why does the refinement concatenate features of the contracting part?",
        [
            Option("to have more parameters", False, "It has more, but the point is what the features still know."),
            Option(
                "they know exactly where outlines are, which the coarse features have lost",
                True,
                "What is coarse knows what moves where in the large; what is fine knows the place.",
            ),
            Option(
                "a shortcut lets gradients reach the early layers, which would learn nothing without it",
                False,
                "They help with that as well; the paper's reason is detail.",
            ),
        ],
    ),
    Question(
        "The network's last prediction has a quarter of the image's height and width. What happens next?",
        [
            Option("two more upconvolutions", False, "The authors tried: it hardly improved anything and costs a lot."),
            Option(
                "bilinear enlarging to full size",
                True,
                "It is cheap, and flow is smooth in most places. Outlines stay a little soft.",
            ),
            Option(
                "nothing: the flow is wanted at a quarter", False, "The flow is wanted for every pixel of the image."
            ),
        ],
    ),
    Question(
        "A batch is overfitted, the loss is small. What have you shown?",
        [
            Option("that the network will work on other pairs", False, "The pair that it had not seen said otherwise."),
            Option(
                "that network, loss and units fit together",
                True,
                "If even this fails, something is broken. It is the first thing to try, and it takes a minute.",
            ),
            Option(
                "that the network is large enough for Flying Chairs",
                False,
                "Four pairs say nothing about twenty thousand.",
            ),
        ],
    ),
]
