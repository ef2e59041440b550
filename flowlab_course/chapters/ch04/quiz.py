"""Quiz of chapter 04."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "At a pixel without any slope, what does an iteration of Horn-Schunck do?",
        [
            Option(
                "nothing: without a slope the flow stays 0 for ever",
                False,
                "A window without slopes gives 0. Here the neighbours' mean is taken, and it need not be 0.",
            ),
            Option(
                "it takes the mean of its neighbours",
                True,
                "Without a slope there is no line and no step towards it: the mean of the neighbours is the result.",
            ),
            Option(
                "it divides by zero", False, "The denominator keeps alpha squared, which is why alpha must not be 0."
            ),
        ],
    ),
    Question(
        "You make alpha ten times as large. What do you expect?",
        [
            Option(
                "a smoother flow that blurs over the edges of things",
                True,
                "The smoothness term now weighs a hundred times as much: differences between neighbours cost more.",
            ),
            Option(
                "a flow that follows the picture more closely",
                False,
                "The opposite: alpha weighs the smoothness term, not the data term.",
            ),
            Option("the same flow after more iterations", False, "Alpha changes where the iteration ends, too."),
        ],
    ),
    Question(
        "The flow of a level is handed to the next larger one, twice as wide and high. What has to be done?",
        [
            Option(
                "enlarge the array", False, "Half of it. A motion of one pixel is two pixels of the larger picture."
            ),
            Option(
                "enlarge the array and double its values",
                True,
                "u and v are counted in pixels of their level, and a pixel of the larger picture is half as wide.",
            ),
            Option(
                "enlarge the array and halve its values, as pixels got smaller",
                False,
                "A motion of one pixel is two pixels of the larger picture, not half of one.",
            ),
        ],
    ),
    Question(
        "Why does a pyramid lose a disc of radius 7 px that leaps 24 px, if it is as bright as its background?",
        [
            Option("it has too few levels", False, "More levels make the leap smaller, and the disc too."),
            Option(
                "where the leap is small, the disc is gone; where the disc is there, the leap is large",
                True,
                "The pyramid shrinks both by the same factor, and only fine texture showed the disc. A brighter disc is found "
                "farther away.",
            ),
            Option(
                "the disc has no texture",
                False,
                "It has, and so has its background. A differential method has to begin within a few pixels, "
                "whatever the texture.",
            ),
        ],
    ),
    Question(
        "What do robust penalties change?",
        [
            Option(
                "one large residual costs less than with squares",
                True,
                "So the flow may jump at an outline, and an occluded pixel bends its surroundings less.",
            ),
            Option(
                "small residuals cost a smaller part of their square than large ones",
                False,
                "The other way round: a small residual costs nearly its square, a large one a small part of it.",
            ),
            Option("the flow becomes smoother", False, "At outlines it becomes sharper, because jumps cost less."),
        ],
    ),
]
