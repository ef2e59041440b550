"""Quiz of chapter 04."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "At a pixel without any slope, what does an iteration of Horn-Schunck do?",
        [
            Option(
                "nothing: without a slope the flow stays 0 for ever",
                False,
                "It would with windows. Here the neighbours' mean comes in.",
            ),
            Option(
                "it takes the mean of its neighbours",
                True,
                "The step towards the line has length 0, because there is no line: only the neighbours speak.",
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
                "The second wish now weighs a hundred times as much: differences between neighbours become dear.",
            ),
            Option(
                "a flow that follows the picture more closely",
                False,
                "The other way round: alpha weighs smoothness, not the picture.",
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
                "The grid grows, and the unit shrinks: u and v are counted in pixels of the level.",
            ),
            Option(
                "enlarge the array and halve its values, as pixels got smaller",
                False,
                "They would shrink where they should grow.",
            ),
        ],
    ),
    Question(
        "Why does a pyramid lose a ball of 7 px that leaps 24 px?",
        [
            Option("it has too few levels", False, "More levels make the leap smaller, and the ball too."),
            Option(
                "where the leap is small, the ball is gone; where the ball is there, the leap is large",
                True,
                "The pyramid shrinks both by the same factor. It carries motion that large things share.",
            ),
            Option("the ball has no texture", False, "It was checkered. No texture would help at that distance."),
        ],
    ),
    Question(
        "What do robust penalties change?",
        [
            Option(
                "one large miss costs less than with squares",
                True,
                "So the flow may jump at an outline, and an occluded pixel does not bend all of its surroundings.",
            ),
            Option(
                "small misses cost less than with squares, too",
                False,
                "Small misses count as before; it is the large ones that are let off.",
            ),
            Option("the flow becomes smoother", False, "It becomes sharper: jumps are forgiven."),
        ],
    ),
]
