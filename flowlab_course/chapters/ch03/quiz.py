"""Quiz of chapter 03."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "What does one pixel, with its slopes and its change in time, say about the motion?",
        [
            Option("its length, but not its direction", False, "Both vary along the line of possible motions."),
            Option(
                "a line on which (u, v) lies",
                True,
                "One equation for two unknowns. It fixes the normal flow, the part along the slope, and nothing else.",
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
                "Motion along the edge, however fast, changes nothing in the hole.",
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
                "No one motion fits both. The tensor measures slopes; it does not tell to which motion they belong.",
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
                "More lines average the noise. In exchange, the flow blurs at edges of motion.",
            ),
            Option("make it smaller", False, "Then fewer lines are averaged, and the noise of each weighs more."),
            Option(
                "nothing, noise has no direction",
                False,
                "Noise moves every line a little. Only the mean over many lines makes it small.",
            ),
        ],
    ),
    Question(
        "Why is frame 2 warped back and the step repeated?",
        [
            Option(
                "to see larger details",
                False,
                "Warping does not change the size of details. Small copies of the picture do, in the next chapter.",
            ),
            Option(
                "the line is true for small motions only",
                True,
                "After a warp the motion that is left is smaller, and for it the equation is more accurate.",
            ),
            Option(
                "warping twice removes more of the noise",
                False,
                "A warp interpolates, and may blur a little. Its purpose is that the motion left becomes small.",
            ),
        ],
    ),
]
