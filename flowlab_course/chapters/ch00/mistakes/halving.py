"""Wrong answers to exercise 0.2, the flow of a picture at half the size."""

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "0.2",
    "lengths kept",
    "The vectors are still in pixels of the large picture. In the small one, each way is half as long.",
)
def _kept_the_lengths(flow):
    return flow[::2, ::2]


@mistake("0.2", "lengths doubled", "The picture shrank, so its motions shrink with it: divide.")
def _doubled(flow):
    return flow[::2, ::2] * 2


@mistake(
    "0.2",
    "size kept",
    "The lengths are right, but there are still as many vectors as before: keep every second row and column.",
)
def _only_the_lengths(flow):
    return flow / 2


@mistake("0.2", "columns kept", "Rows are halved, columns are not: index both axes, [::2, ::2].")
def _only_the_rows(flow):
    return flow[::2] / 2


@mistake("0.2", "rows kept", "Columns are halved, rows are not: both axes need a step of 2.")
def _only_the_columns(flow):
    return flow[:, ::2] / 2


@mistake(
    "0.2", "as it was", "This is the flow as it was. It needs half as many rows and columns, and half the lengths."
)
def _untouched(flow):
    return flow


@mistake(
    "0.2", "component lost", "The third axis holds u and v, and your step of 2 drops v. Only rows and columns shrink."
)
def _every_axis(flow):
    return flow[::2, ::2, ::2] / 2


@mistake("0.2", "u alone", "You keep u alone. The flow has two components, along its last axis.")
def _one_component(flow):
    return flow[::2, ::2, 0] / 2


@mistake("0.2", "v kept", "You halve u alone. The height of the picture is halved as well, and so is v.")
def _only_u_is_halved(flow):
    return flow[::2, ::2] / (2, 1)


@mistake("0.2", "u kept", "You halve v alone. The width of the picture is halved as well, and so is u.")
def _only_v_is_halved(flow):
    return flow[::2, ::2] / (1, 2)


@mistake(
    "0.2",
    "from one",
    "You keep the second, fourth, ... row and column. Every second one counts from the first, whose index is 0.",
)
def _from_one(flow):
    return flow[1::2, 1::2] / 2


@mistake(
    "0.2",
    "a quarter of the picture",
    "You cut out the upper left quarter. The small picture shows all of the large one, with fewer rows and columns.",
)
def _cropped(flow):
    return flow[: len(flow) // 2, : flow.shape[1] // 2] / 2


@mistake("0.2", "first two", "[:2] takes the first two. A step is written after a second colon.")
def _first_two(flow):
    return flow[:2, :2] / 2


@mistake(
    "0.2",
    "averaged",
    "You average four vectors (a resize does so). This picture keeps every second row and column and drops the others.",
)
def _averaged(flow):
    height, width = flow.shape[:2]
    return flow.reshape(height // 2, 2, width // 2, 2, 2).mean(axis=(1, 3)) / 2


@mistake(
    "0.2",
    "averaged, lengths kept",
    "You average four vectors in place of keeping one of them, and the lengths are still those of the large picture.",
)
def _averaged_without_halving(flow):
    return _averaged(flow) * 2


@mistake(
    "0.2",
    "a quarter of the length",
    "The area is a quarter. A way in pixels follows the side of the picture, which is a half: divide by 2 once.",
)
def _a_quarter_of_the_length(flow):
    return flow[::2, ::2] / 4


@mistake(
    "0.2",
    "rows twice",
    "Two brackets in a row index the rows twice. One bracket with a comma indexes rows and columns.",
)
def _rows_twice(flow):
    return flow[::2][::2] / 2
