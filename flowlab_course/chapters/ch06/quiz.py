"""Quiz of chapter 06."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Why does the loader ship no list of validation pairs for Flying Chairs?",
        [
            Option(
                "two lists circulate, and errors on different pairs cannot be compared",
                True,
                "So it reads the list that lies beside your data, and without one it stops and says why.",
            ),
            Option(
                "the pairs for validation are drawn anew in each epoch",
                False,
                "Then the network would train on them in the next epoch, and the error would tell nothing about new pairs.",
            ),
            Option(
                "everyone who trains should draw a list of their own",
                False,
                "Then no two errors could be compared. Take a list that others use, and name it.",
            ),
        ],
    ),
    Question(
        "A film has 900 pairs of neighbouring frames. You draw 100 of them at random for validation. What does their error "
        "measure?",
        [
            Option(
                "the error on other films, since no pair of the 100 is trained on",
                False,
                "The pairs are new, and the scenes are not: frames beside them, of the same scene, are trained on.",
            ),
            Option(
                "mostly the error on scenes that the network has seen",
                True,
                "This is data leakage. Put whole films, or whole scenes, on one side of the split.",
            ),
            Option(
                "nothing, since 100 pairs are too few",
                False,
                "More pairs of the same scenes would leak as well: the choice of pairs is at fault, and not their number.",
            ),
        ],
    ),
    Question(
        "Four processes that load pairs are started as copies of one, and each draws its changes from np.random. What may "
        "happen?",
        [
            Option(
                "all four draw the same changes",
                True,
                "Processes that are copies of one inherit the state of its generator. So each sample needs a seed of its own.",
            ),
            Option(
                "the flow no longer belongs to the frames",
                False,
                "Whatever is drawn, the flow is computed from the same draw as the frames.",
            ),
            Option(
                "training pairs are exchanged for validation pairs",
                False,
                "The split comes from a file and is not drawn.",
            ),
        ],
    ),
    Question(
        "Why does frame 2 get a small geometric transform of its own?",
        [
            Option(
                "to add motions that the pair did not have",
                True,
                "A transform of both frames alike turns and scales the pair's motions. One more, of frame 2, adds a "
                "motion that is known exactly.",
            ),
            Option(
                "to break brightness constancy on purpose",
                False,
                "A change of light does that. Here a point of the scene keeps its grey level and moves.",
            ),
            Option(
                "so that the network does not see the same crop of frame 1 twice",
                False,
                "The view that both frames share does that already.",
            ),
        ],
    ),
    Question(
        "You widen the range of zooms from 1 to 2 to 0.5 to 2, and crops that leave the frame are drawn again. What does "
        "the network see?",
        [
            Option(
                "as many crops below zoom 1 as above",
                False,
                "That holds at most for the draws. A crop at a small zoom covers much of the frame, or more than all of it.",
            ),
            Option(
                "hardly more crops below zoom 1 than before",
                True,
                "They seldom fit and are drawn again. Count the crops that are used, not the draws.",
            ),
            Option(
                "crops with a black border",
                False,
                "A crop that leaves the frame is not used: there is no border to fill.",
            ),
        ],
    ),
]
