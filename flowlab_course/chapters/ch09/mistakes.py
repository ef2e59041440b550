"""Wrong answers to the exercises of chapter 09 that readers give, and what to tell them."""

from __future__ import annotations

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "9.1",
    "x and y swapped",
    "x and y have changed places: x runs fastest, so it is added last and multiplied by nothing.",
)
def _rows_and_columns_swapped(run):
    return run("((blockIdx.z * D + dx) * W + x) * H + y")


@mistake("9.1", "dx outer", "dx and dy have changed places: dy, which is blockIdx.z, is the outer one of the two.")
def _dx_outer(run):
    return run("((dx * D + blockIdx.z) * H + y) * W + x")


@mistake(
    "9.1",
    "rows forgotten",
    "Two threads write to one place: an index must differ wherever dy, dx, y or x does, and rows y count, too.",
)
def _without_rows(run):
    return run("(blockIdx.z * D + dx) * W + x")


@mistake(
    "9.1",
    "displacement for its number",
    "Some of your places lie outside of out, which has D * D * H * W numbers. dy can be negative, and is no number "
    "of a row of the window: that counts from 0 to D - 1.",
)
def _displacement_for_its_number(run):
    return run("((dy * D + dx) * H + y) * W + x")


@mistake(
    "9.1",
    "thread for column",
    "Right where one block holds a whole row. In the next block t begins at 0 again, and x goes on.",
)
def _thread_for_column(run):
    return run("((blockIdx.z * D + dx) * H + y) * W + t")


@mistake("9.1", "dx forgotten", "A thread's sums all go to one place: dx is missing, an axis of its own.")
def _without_dx(run):
    return run("(blockIdx.z * H + y) * W + x")


@mistake(
    "9.1",
    "channels last",
    "You put the displacements last, as the fastest axes. In out they come first: (dy, dx, y, x).",
)
def _channels_last(run):
    return run("(y * W + x) * D * D + blockIdx.z * D + dx")


@mistake("9.1", "y before dx", "y and dx have changed places: the axes are (dy, dx, y, x).")
def _y_before_dx(run):
    return run("((blockIdx.z * H + y) * D + dx) * W + x")


@mistake("9.1", "order reversed", "The order is reversed: x runs fastest and dy slowest.")
def _order_reversed(run):
    return run("((x * H + y) * D + dx) * D + blockIdx.z")


@mistake(
    "9.2",
    "the second one forgotten",
    "The loop comes round: a fast thread overwrites the tile while a slow one still reads it.",
)
def _one_only(run):
    return run([6])


@mistake(
    "9.2",
    "inside the branch",
    "One of your barriers is inside the if, where thread 31 never comes by: put it behind the branch.",
)
def _inside_the_branch(run):
    return run([6, 8])


@mistake(
    "9.2",
    "the first one forgotten",
    "A thread reads its neighbour's number before the neighbour has written it: a barrier belongs in between.",
)
def _after_the_loop(run):
    return run([10])


@mistake(
    "9.2",
    "one too many",
    "The sums are right, with more barriers than needed: a thread may read its own number at any time.",
)
def _everywhere(run):
    return run([6, 7, 10])


@mistake("9.2", "one too many, outside", "The sums are right. A barrier outside of the loop is one more than needed.")
def _one_outside(run):
    return run([4, 6, 10])
