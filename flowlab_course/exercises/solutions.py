"""Puts the solutions into a notebook, where a reader finds the stubs."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap

from flowlab_course.exercises import find

SOLVED = {"check", "end"}  # functions of flowlab_course whose outputs are others once exercises are solved
TAG = re.compile(r"exercise-(\d+\.\d+)")


def inject_solutions(notebook: dict) -> dict:
    """Replace each stub by its solution, and clear the outputs that are no longer true: of stubs, checks and the end.

    Args:
        notebook: A notebook as JSON, changed in place. Stubs are cells with a tag `exercise-N.K`.

    Returns:
        The notebook.

    Raises:
        ValueError: If a tag names no exercise, its cell holds no stub, or the arguments differ from the solution's.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        changed = not SOLVED.isdisjoint(called(source_of(cell)))
        tags = cell.get("metadata", {}).get("tags", ())
        for match in filter(None, map(TAG.fullmatch, tags)):
            solved = solve(source_of(cell), find(match[1]).solution)
            # nbformat keeps a cell as a list of lines where it came as one
            cell["source"] = solved.splitlines(keepends=True) if isinstance(cell["source"], list) else solved
            changed = True
        if changed:
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def solve(stub_cell: str, solution: object) -> str:
    r"""Return a stub's cell with the function replaced by the solution, under the stub's name.

    Args:
        stub_cell: Source with one function that ends in `return ...`; what stands around it stays.
        solution: The function that solves it.

    Raises:
        ValueError: If the cell holds no such function, or the arguments have other names.

    Example:
        >>> def right(a):
        ...     return a + 1
        >>> print(solve("def next_one(a):\n    return ...\n", right))
        def next_one(a):
            return a + 1
        <BLANKLINE>
    """
    stub = _stub(stub_cell)
    source = textwrap.dedent(inspect.getsource(solution)).rstrip()
    function = ast.parse(source).body[0]
    if _arguments(stub) != _arguments(function):
        raise ValueError(
            f"the stub is {stub.name}({', '.join(_arguments(stub))}), "
            f"its solution takes ({', '.join(_arguments(function))}); they must agree"
        )
    named = re.sub(rf"\b{function.name}\b", stub.name, source)
    lines = stub_cell.split("\n")
    first = min([stub.lineno, *(decorator.lineno for decorator in stub.decorator_list)])
    return "\n".join([*lines[: first - 1], *named.split("\n"), *lines[stub.end_lineno :]])


def called(source: str) -> list[str]:
    """Return the names of the functions that a cell calls; none where it is not Python alone (a magic).

    Example:
        >>> called("course.check('1.1', abs(3))")
        ['check', 'abs']
    """
    try:
        calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return []
    return [call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls]


def source_of(cell: dict) -> str:
    """Return a cell's source, which a notebook may hold as a text or as a list of lines."""
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def _stub(source: str) -> ast.FunctionDef:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and ast.unparse(node.body[-1]) == "return ...":
            return node
    raise ValueError(f"no function that ends in `return ...` in the exercise's cell:\n{source}")


def _arguments(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
