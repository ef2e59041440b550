"""Quiz of chapter 03."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "What does one pixel, with its slopes and its change in time, say about the motion?",
        [
            Option("its length, but not its direction", False, "Both can still vary: all points of a line are open."),
            Option(
                "a line on which (u, v) lies",
                True,
                "One equation for two unknowns. What is fixed is the part along the slope; the part across is open.",
            ),
            Option(
                "(u, v), if the slope is steep enough", False, "However steep, it is one equation for two unknowns."
            ),
        ],
    ),
    Question(
        "A long straight edge moves to the right and up. You see it through a small round hole, far from its ends. You can tell",
        [
            Option(
                "its whole motion: how fast, and in which direction",
                False,
                "It may slide along itself as fast as it likes without a trace.",
            ),
            Option("nothing at all", False, "The motion across the edge changes the picture, and can be measured."),
            Option(
                "how fast it moves at right angles to itself",
                True,
                "That part is visible. The part along the edge leaves the picture in the hole as it is.",
            ),
        ],
    ),
    Question(
        "Both eigenvalues of the structure tensor are large, and still the flow is wrong by pixels. A likely reason:",
        [
            Option(
                "the window holds two things that move differently",
                True,
                "Their lines cross somewhere in between. The tensor sees texture, not whether it belongs together.",
            ),
            Option(
                "the window lies on one long straight edge, so motion along it is lost",
                False,
                "Then the smaller eigenvalue would be next to nothing.",
            ),
            Option("the window is on a plain wall", False, "Then both eigenvalues would be next to nothing."),
        ],
    ),
    Question(
        "The pictures become noisier. What do you do with the window?",
        [
            Option(
                "make it larger",
                True,
                "More lines average the noise away. The price is paid at edges of motion, which blur.",
            ),
            Option("make it smaller", False, "Then each line weighs more, and with it its noise."),
            Option(
                "nothing, noise has no direction",
                False,
                "It moves every line a little, and few lines do not cancel it.",
            ),
        ],
    ),
    Question(
        "Why is frame 2 warped back and the step repeated?",
        [
            Option(
                "to see larger details",
                False,
                "Size of detail does not change by warping. Small copies of the picture do that, in the next chapter.",
            ),
            Option(
                "the line is true for small motions only",
                True,
                "After a warp what is missing is smaller, and the new line is better than the old one.",
            ),
            Option(
                "warping twice removes more of the noise",
                False,
                "A warp interpolates and may even blur; its purpose is another.",
            ),
        ],
    ),
]
