"""What a reader sees: the cells of a chapter in a real kernel, with nothing on standard error."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

from tests.budgets import HANG

CELLS = [
    """
import flowlab_course as course
import numpy as np
import matplotlib.pyplot as plt
%matplotlib inline
course.begin("01")
""",
    """
fig, ax = plt.subplots(figsize=(2, 2))
ax.imshow(np.zeros((3, 4)))
course.show(fig, alt="A picture that is all zero, three rows and four columns.", see="one colour.")
""",
    'guess = course.predict_first("side", "Which side?", options=["left", "right"])',
    'course.answer(guess, "left", "Because.")',
    'course.claim("Two is more than one.", 2 > 1)',
    """
def rotation_flow(height, width, degrees):
    return ...
""",
    'course.check("1.1", rotation_flow)',
    """
def rotation_flow(height, width, degrees):
    middle = (height - 1) / 2
    return middle[0]
""",
    'course.check("1.1", rotation_flow)',
    'course.quiz("01")',
    "course.end()",
]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    from flowlab_course.build import kernel_environment

    cells = [nbformat.v4.new_code_cell(source.strip("\n")) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=HANG, kernel_name="python3", store_widget_state=False)
    client.execute(env=kernel_environment(tmp_path_factory.mktemp("kernel")))
    return [cell.outputs for cell in notebook.cells]


def printed(cell):
    assert [output.output_type for output in cell] == ["stream"] * len(cell)
    return "".join(output.text for output in cell)


def test_nothing_goes_to_standard_error(outputs):
    assert [o for cell in outputs for o in cell if o.get("name") == "stderr"] == []


def test_begin_is_one_line(outputs):
    assert printed(outputs[0]) == "Chapter 01 · profile laptop\n"


def test_a_figure_is_one_output(outputs):
    (figure,) = outputs[1]
    assert set(figure.data) == {"text/html", "text/plain"}


def test_a_guess_and_a_quiz_are_one_output_with_something_to_read(outputs):
    for cell in (outputs[2], outputs[9]):
        (output,) = cell
        assert set(output.data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
        assert not re.search(r"model_id|[0-9a-f]{32}", output.data["text/html"] + output.data["text/plain"])


def test_answer_and_claim_are_printed(outputs):
    assert printed(outputs[3]).endswith("The answer: left\nBecause.\n")
    assert printed(outputs[4]) == "✓ Two is more than one.\n"


def test_an_untouched_stub_is_not_attempted(outputs):
    assert printed(outputs[6]).startswith("Exercise 1.1 · not attempted yet.")


def test_an_error_shows_the_line_of_the_cell(outputs):
    said = " ".join(printed(outputs[8]).split())  # wherever its lines break
    assert "TypeError: 'float' object is not subscriptable (in line 3 of its cell: return middle[0])" in said
    assert "/" not in said.split("is not subscriptable")[1].split("course.hint")[0]  # no path of this machine


def test_the_end_counts(outputs):
    assert re.fullmatch(r"Chapter 01: 1 claims held, 0 of \d exercises solved\.\n", printed(outputs[10]))
