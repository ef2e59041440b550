"""Quiz of chapter 02."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "Frame 2 shows frame 1 moved up by 20 px. With which flow does `warp(img2, flow)` look like frame 1?",
        [
            Option(
                "(0, -20)",
                True,
                "The flow points from frame 1 to frame 2, here up. Each pixel fetches what lies 20 px above it.",
            ),
            Option(
                "(0, +20)",
                False,
                "The warp does move the picture down, but its flow points to where values are fetched from: up.",
            ),
            Option("(-20, 0)", False, "The first number is u, to the right. Up and down are v."),
        ],
    ),
    Question(
        "Why is frame 2 warped back, and not frame 1 pushed forward?",
        [
            Option(
                "a fetched picture has no holes",
                True,
                "Every pixel of the new picture looks up one value; pushed values may miss some pixels.",
            ),
            Option(
                "pushing would need the backward flow",
                False,
                "Pushing uses the same flow, from frame 1 to frame 2, but its picture has holes.",
            ),
            Option(
                "pushing is the wrong direction in time",
                False,
                "Its direction in time is possible, but its picture has holes.",
            ),
        ],
    ),
    Question(
        "The true flow is known exactly. After warping frame 2 by it, where does the result still differ from frame 1?",
        [
            Option("nowhere", False, "What frame 1 shows and frame 2 hides cannot be fetched from frame 2."),
            Option(
                "beside things that move over others",
                True,
                "What they cover in frame 2 is occluded, so frame 2 has no value of it to fetch.",
            ),
            Option(
                "in the middle of large areas without texture",
                False,
                "There any nearby pixel looks the same, so the difference is small.",
            ),
        ],
    ),
    Question(
        "A flow has an EPE of 2 px on a pair whose motion is everywhere 1 px. That is",
        [
            Option("good, since 2 is small", False, "The flow 'nothing moves' has an EPE of 1 there: half of it."),
            Option("worse than zero flow", True, "Zero flow has the mean length of the truth as its EPE: 1 px."),
            Option("impossible", False, "The error may exceed the motion: a vector may point the wrong way, and far."),
        ],
    ),
    Question(
        "A pixel moves 100 px and is estimated 4 px off. Does Fl-all count it as wrong?",
        [
            Option("yes, 4 > 3", False, "Both must hold: more than 3 px and more than 5 % of the motion."),
            Option("no, 4 px are 4 % of the motion", True, "It would have to be off by more than 5 %, too."),
            Option(
                "it counts with a weight of 4 %, its share of the motion",
                False,
                "Fl-all counts pixels: each is right or wrong, and the rate is a percentage.",
            ),
        ],
    ),
]
