"""Quiz of chapter 09."""

from flowlab_course.page.quiz import Option, Question

QUESTIONS = [
    Question(
        "A kernel gives the right numbers in a thousand runs. Is it right?",
        [
            Option("Yes, a thousand runs are enough", False, "The threads may have run in a lucky order each time."),
            Option(
                "Not for sure: a race can be lucky",
                True,
                "Watch the accesses: that finds the races of an input in any order, also where the numbers are right.",
            ),
            Option("Only if it ran on a GPU", False, "A GPU does not report races either, unless a tool watches."),
        ],
    ),
    Question(
        "Why should thread t read element t, and not element 1000 t?",
        [
            Option(
                "Neighbours are delivered together",
                True,
                "Memory comes in sectors of 32 bytes: 32 neighbours take 4 of them, 32 far places take 32.",
            ),
            Option("1000 t could be outside of the array", False, "It could, but even inside it would be slow."),
            Option("Multiplying takes time", False, "One product is nothing beside a wait for memory."),
        ],
    ),
    Question(
        "What is wrong with a barrier inside `if (threadIdx.x < 16)`?",
        [
            Option(
                "Nothing, it only halves the work",
                False,
                "A barrier does no work. It waits for all threads of the block.",
            ),
            Option(
                "Threads from 16 on never arrive",
                True,
                "CUDA leaves the outcome undefined: the block may wait for ever, or go on with wrong numbers.",
            ),
            Option("A barrier may not stand in an if at all", False, "It may, if all threads of the block take it."),
        ],
    ),
    Question(
        "A thread holds 4 numbers of a and 11 of b. How many reads for a product, at best?",
        [
            Option("2", False, "That is one product at a time, with nothing kept."),
            Option("15 / 44, about a third", True, "4 + 11 reads serve 4 x 11 products."),
            Option("1 / 44", False, "All 15 numbers have to be read, not one."),
        ],
    ),
    Question(
        "A kernel does 1.1 FLOP for each byte on an H200 (67 TFLOP/s, 4.8 TB/s). What share of its peak can it reach?",
        [
            Option("All of it", False, "Only from about 14 FLOP for each byte on: 67 / 4.8."),
            Option("About 8 %", True, "Memory is the limit: 1.1 x 4.8 = 5.3 TFLOP/s, and 5.3 / 67 is 8 %."),
            Option("1.1 %", False, "1.1 is not a share: it counts operations for each byte that memory moves."),
        ],
    ),
]
