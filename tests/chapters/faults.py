"""Faults that authors really make, each planted in a copy of a chapter to see whether its guard notices.

A lint fault names the rule that must report it. An nbval fault returns the cell in which nbval must report it.
"""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_output

from tests.chapters.lint.chapter import calls_in
from tests.chapters.planting import (
    add_cell_after_the_end,
    add_tag,
    add_term,
    append_code,
    append_prose,
    before_the_answer,
    body_cells,
    by_key,
    cell_with,
    drop_argument,
    drop_films,
    drop_formulas,
    drop_widgets,
    edit,
    edit_html,
    edit_source,
    fold,
    one_section,
    repeat_an_id,
    save_output,
    save_widget_state,
    silence,
    strip_count,
    swap_counts,
    too_many_cells,
    unproven_figure,
    view,
)


@dataclass(frozen=True)
class Fault:
    """A name, what to do to a notebook, and what its guard must say (a pattern)."""

    name: str
    plant: Callable[[NotebookNode], int | None]
    expect: str


PICTURE = "data:image/(?:png|webp);base64,"
BIG = base64.b64encode(b"\x89PNG" + b"\0" * 61_000).decode()
ERROR = new_output("error", ename="ValueError", evalue="planted", traceback=[])

LINT_FAULTS = [
    Fault("wrong number in prose", append_prose("It moves by 73.21 px."), r"\[number\]: 73.21"),
    Fault("large number in prose", append_prose("There are 48,317 of them."), r"\[number\]: 48,317"),
    Fault("bad magic", append_code("%matplotlib widget"), r"\[magic\]: '%matplotlib widget'"),
    Fault("shell command", append_code("!pip list"), r"\[magic\]: '!pip list'"),
    Fault("magic by the back door", append_code("get_ipython().run_line_magic('time', '')"), r"\[magic\]"),
    Fault("stripped execution count", strip_count, r"\[order\]: execution count None"),
    Fault("out-of-order execution", swap_counts, r"\[order\]: execution count"),
    Fault("missing alt", drop_argument("alt"), r"\[alt\]: a figure needs a caption by key in figures.py, or alt="),
    Fault("caption of no key", by_key("no such figure"), r"\[alt\]: a figure needs a caption by key"),
    Fault("missing alt in the saved picture", edit_html("flowlab-figure", r' alt="[^"]*"', ""), r"\[alt\]: a saved"),
    Fault("alt that says nothing", edit_html("flowlab-figure", r' alt="[^"]*"', ' alt="figure"'), r"\[alt\]: a saved"),
    Fault("missing what to see", drop_argument("see"), r"\[see\]"),
    Fault("plt.show", append_code("plt.show()"), r"\[figure\]: plt.show\(\)"),
    Fault("a device by name", append_code('x = np.zeros(2, device="cpu")'), r"\[device\]: np.zeros.* decides for one"),
    Fault("a move to one device", append_code('x = x.to("cuda:0")'), r"\[device\]: x.to\('cuda:0'\) decides"),
    Fault("a call of CUDA", append_code("torch.cuda.synchronize()"), r"\[device\]: torch.cuda.synchronize decides"),
    Fault("cuda as a method", append_code("x = x.cuda()"), r"\[device\]: .cuda\(\) decides"),
    Fault("bare figure", append_code("fig"), r"\[figure\]: a bare figure"),
    Fault(
        "bare png", save_output(new_output("display_data", {"image/png": "iVBORw0="})), r"\[figure\]: a bare image/png"
    ),
    Fault(
        "picture from elsewhere", edit_html("flowlab-figure", PICTURE, "x.png?"), r"\[figure\]: a picture that is not"
    ),
    Fault(
        "large picture",
        edit_html("flowlab-figure", PICTURE + r'[^"]*', "data:image/png;base64," + BIG),
        r"\[size\]: a picture of 61004",
    ),
    Fault("large notebook", append_code(f"x = '{'y' * 400_000}'"), r"\[size\]: \d+ bytes; at most 400000"),
    Fault("URL in code", append_code("where = 'https://example.org'"), r"\[url\]"),
    Fault("link to a file", append_prose("See [the chapter before](00_start_here.ipynb)."), r"\[links\]: .* no https"),
    Fault("bare address", append_prose("See https://example.org/paper"), r"\[links\]: .* stands bare"),
    Fault(
        "further reading without a link",
        edit_source("## Further reading", r"\]\(https://[^ ]*\)", "]", "markdown"),
        r"\[links\]: 2 links",
    ),
    Fault("figure that nothing proves", unproven_figure, r"\[proof\]"),
    Fault("no formula", drop_formulas, r"\[formula\]"),
    Fault("solved stub", edit_source("return ...", r"return \.\.\.", "return 0"), r"\[stub\]: the stub of exercise"),
    Fault("check of another", edit_source("course.check(", r"\.\d+\"", '.9"'), r"\[check\]: must be course.check"),
    Fault("exercise without a stub", edit_source("return ...", r".*", "pass"), r"\[stub\]"),
    Fault(
        "exercises out of order", edit_source("### Exercise", r"\.1:", ".2:", "markdown"), r"\[exercises\]: the heading"
    ),
    Fault("exercises all at the end", one_section, r"\[exercises\]: at least one exercise stands in the section"),
    Fault(
        "exercise in mid-section",
        edit_source("## Recap", r"## Recap\n", "", "markdown"),
        r"\[exercises\]: .* at the end of its section",
    ),
    Fault("stub's name used twice", append_code("rotation_flow = 3"), r"\[stub name\]: rotation_flow"),
    Fault("no open task", edit_source("### Open task", "### Open task: ", "### ", "markdown"), r"\[open task\]"),
    Fault(
        "open task that asks nothing",
        edit_source("### Open task", r"\n\n.*", "\n\nTry it.", "markdown"),
        r"\[open task\]: .* words",
    ),
    Fault(
        "missing quiz answer",
        edit_html("flowlab-quiz", r"</b>[^<]*</p></details>", "</b></p></details>"),
        r"\[quiz\]: .* without a reason",
    ),
    Fault(
        "quiz without a right option",
        edit_html("flowlab-quiz", r"✓ Right\.", "✗ Not quite."),
        r"\[quiz\]: .* one right option",
    ),
    Fault("four questions", edit_html("flowlab-quiz", r"<p><b>5\.</b>.*", "</div>"), r"\[quiz\]: .* has 4 questions"),
    Fault("claims silenced", silence("course.claim", "print"), r"\[claims\]: 0 claims"),
    Fault("claim that cannot fail", append_code("course.claim('All is well.', True)"), r"\[claims\]: .* cannot fail"),
    Fault(
        "guess never answered",
        edit_source("course.answer(", r"course\.answer\(", "print("),
        r"\[guess\]: no later cell",
    ),
    Fault("figure before the answer", before_the_answer("course.show(None, alt='')"), r"\[answer first\]: .*show"),
    Fault("number before the answer", before_the_answer("print(table.min())"), r"\[answer first\]: .*print"),
    Fault("claim before the answer", before_the_answer("course.claim('So.', best)"), r"\[answer first\]: .*claim"),
    Fault("no guess", silence("course.predict_first", "dict"), r"\[guess\]: at least one"),
    Fault("cell taken out of nbval", add_tag("nbval-skip"), r"\[tags\]: the tag nbval-skip"),
    Fault("expected exception", add_tag("raises-exception"), r"\[tags\]: the tag raises-exception"),
    Fault("nbval steered by comment", append_code("# NBVAL_IGNORE_OUTPUT"), r"\[tags\]: NBVAL_IGNORE_OUTPUT"),
    Fault("saved warning", save_output(new_output("stream", name="stderr", text="careful")), r"\[stderr\]: .* careful"),
    Fault("saved error", save_output(ERROR), r"\[error\]: a saved error: ValueError"),
    Fault(
        "memory address",
        save_output(new_output("stream", name="stdout", text="<X at 0x7f12ab34cd>")),
        r"\[noise\]: a memory",
    ),
    Fault("widget state", save_widget_state, r"\[noise\]: saved widget state"),
    Fault("widget without a film-strip", drop_films, r"\[widgets\]: .* no film-strip"),
    Fault("no widget", drop_widgets, r"\[widgets\]: 0 widgets"),
    Fault("repeated id", repeat_an_id, r"\[ids\]"),
    Fault("too many cells", too_many_cells, r"\[cells\]"),
    Fault("too many words", append_prose("word " * 1500), r"\[words\]"),
    Fault("long line", append_code(f"wide = {'1 + ' * 21}1"), r"\[width\]: 92 characters"),
    Fault("folded cell without a word", edit_source("# Claims: each", r"^[^\n]*\n", ""), r"\[folded\]: .* a comment"),
    Fault("folded answer", fold("course.answer("), r"\[folded\]: .* stays open"),
    Fault("folded task", fold("return ..."), r"\[folded\]: .* stays open"),
    Fault("long cell", append_code("x = 1\n" * 26), r"\[lines\]"),
    Fault("code after the end", add_cell_after_the_end, r"\[end\]"),
    Fault("wrong chapter begun", edit_source("course.begin(", r'begin\("\d\d"\)', 'begin("99")'), r"\[begin\]"),
    Fault("closing sections swapped", edit_source("## Recap", "## Recap", "## Summary", "markdown"), r"\[sections\]"),
    Fault("promise of two sentences", edit_source("> ", r"$", " And more.", "markdown"), r"\[promise\]"),
    Fault(
        "four objectives",
        edit_source("**Objectives**", r"\n3\. ", "\n3. One.\n4. ", "markdown"),
        r"\[objectives\]: .* not 4",
    ),
    Fault("no time", edit_source("**Time**", r"about \d+ minutes", "a while", "markdown"), r"\[time\]"),
    Fault("term of no glossary", add_term("- *nonsense* (胡话): It is not there."), r"\[terms\]: nonsense .* docs/"),
    Fault("term without Chinese", add_term("- *optical flow*: It is."), r"\[terms\]: a term is written"),
    Fault("term of no place", add_term("- *epoch* (训练轮次): A pass."), r"\[terms\]: the body has no \*epoch\*"),
    Fault(
        "two further readings",
        edit_source("## Further reading", r"\n- [^\n]*$", "", "markdown"),
        r"\[further reading\]",
    ),
]


def wrong_number(notebook: NotebookNode) -> int:
    for i, cell in enumerate(notebook.cells):
        if "nbval-ignore-output" in cell.metadata.get("tags", []) or re.search(r"course\.(begin|claim)\(", cell.source):
            continue
        if any("flowlab-figure" in output.get("data", {}).get("text/html", "") for output in cell.get("outputs", [])):
            continue  # another fault's cell
        for output in cell.get("outputs", []):
            match = re.search(r"\d", output.get("text", ""))
            if match:
                wrong = str((int(match[0]) + 1) % 10)
                output.text = output.text[: match.start()] + wrong + output.text[match.end() :]
                return i
    raise AssertionError("no cell prints a number")


def network_access(notebook: NotebookNode) -> int:
    # At the end of the first cell: what that defines is there for the cells after it.
    index = min(view(notebook).code)
    notebook.cells[index].source += "\nimport urllib.request\nurllib.request.urlopen('http:' + '//example.org')"
    return index


def false_claim(notebook: NotebookNode) -> int:
    for index, tree in view(notebook).trees.items():
        last = tree.body[-1]
        shows = calls_in(tree, "show") + calls_in(tree, "pictures")  # another fault's cell
        if isinstance(last, ast.Expr) and calls_in(last, "claim") and not shows:
            (call,) = calls_in(last, "claim")
            call.args[1] = ast.UnaryOp(ast.Not(), call.args[1])
            notebook.cells[index].source = ast.unparse(ast.fix_missing_locations(tree))
            return index
    raise AssertionError("no cell ends in a claim")


def broken_callback(notebook: NotebookNode) -> int:
    cell = cell_with(notebook, "def remains(u, v):")
    # Not at the start and not in the film-strip: only a control that is moved to its end meets it.
    edit(cell, r"(    return np\.roll)", r"    if u == 5:\n        raise RuntimeError('planted')\n\1")
    return notebook.cells.index(cell)


NBVAL_FAULTS = [
    Fault("wrong number in a saved output", wrong_number, "Cell outputs differ"),
    Fault("wrong alt text", edit_html("flowlab-figure", r' alt="\w+', ' alt="Wrong'), "Cell outputs differ"),
    Fault("network access", network_access, "a chapter must not use the network"),
    Fault("claim that is false", false_claim, "ClaimError"),
    Fault("broken widget callback", broken_callback, "planted"),
]
SWAPPED = "u and v exchanged"
COMPONENTS = {"[..., 0]": "[..., 1]", "[..., 1]": "[..., 0]", "(v_true, u_true)": "(u_true, v_true)"}


def swap_u_and_v(notebook: NotebookNode) -> None:
    """Exchange u and v wherever the body picks one of them from a flow."""
    pattern = "|".join(map(re.escape, COMPONENTS))
    for i in body_cells(notebook, "code"):
        cell = notebook.cells[i]
        cell.source = re.sub(pattern, lambda match: COMPONENTS[match[0]], cell.source)
