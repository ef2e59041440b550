"""Mutants of an exercise's solution: the same function with one operator, constant, comparison or call changed.

Each stands for a slip that a reader may make. `python -m tests.course.mutants [1.1 ...]` prints those that pass.
"""

from __future__ import annotations

import ast
import copy
import inspect
import signal
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from flowlab_course.exercises import Case, Exercise, chapters, exercises_of
from flowlab_course.exercises.compare import compare
from flowlab_course.exercises.run import run

PATIENCE = 5.0  # seconds of processor time for a case, after which a mutant counts as one that never ends

BINARY = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
COMPARED = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


class Mutant(NamedTuple):
    """One change: the line as it is written then, and the function."""

    line: str
    function: Callable


def mutants(solution: Callable) -> Iterator[Mutant]:
    """Yield every mutant of a function that compiles; two changes that read the same are one."""
    tree = _tree(solution)
    seen = {ast.unparse(tree)}
    for site, node in enumerate(ast.walk(tree)):
        for change in range(len(list(_changes(node)))):
            other = copy.deepcopy(tree)
            target = _nth(other, site)
            replaced = list(_changes(target))[change]
            other = _Replace(target, replaced).visit(other)
            text = ast.unparse(ast.fix_missing_locations(other))
            if text in seen:
                continue
            seen.add(text)
            yield Mutant(_changed_line(ast.unparse(tree), text), _compiled(text, solution))


def _tree(solution: Callable) -> ast.Module:
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(solution))))
    _drop_docstring(tree.body[0])
    return tree


def _compiled(text: str, solution: Callable) -> Callable:
    """Return the function of that text among the names of the solution's module."""
    names = dict(inspect.unwrap(solution).__globals__)
    exec(compile(text, f"<mutant of {solution.__name__}>", "exec"), names)
    return names[solution.__name__]


def _nth(tree: ast.AST, site: int) -> ast.AST:
    return next(node for number, node in enumerate(ast.walk(tree)) if number == site)


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, replacement: ast.AST | None) -> None:
        self.target, self.replacement = target, replacement

    def visit(self, node: ast.AST) -> ast.AST | None:
        return self.replacement if node is self.target else super().visit(node)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in a node's place."""
    if isinstance(node, ast.BinOp):
        for operator in BINARY.get(type(node.op), ()):
            yield ast.BinOp(node.left, operator(), node.right)
        if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
            yield ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in COMPARED.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Slice):
        if node.lower or node.upper:
            yield ast.Slice()
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
        yield ast.Tuple(node.elts[::-1], node.ctx)
    elif isinstance(node, ast.AugAssign):
        for operator in BINARY.get(type(node.op), ()):
            yield ast.AugAssign(node.target, operator(), node.value)
        yield ast.Pass()
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse


def _constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        yield ast.UnaryOp(ast.USub(), ast.Constant(1)) if value == 0 else ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(value * 2 if value else 1.0)
        yield ast.Constant(value / 2 if value else -1.0)


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """Leave a call out, exchange its first two arguments, leave out a keyword."""
    if isinstance(node.func, ast.Attribute) and not (isinstance(node.func.value, ast.Name) and node.args):
        yield node.func.value
    if node.args and not isinstance(node.args[0], ast.Starred | ast.GeneratorExp):
        yield node.args[0]
    if len(node.args) == 2:
        yield ast.Call(node.func, node.args[::-1], node.keywords)
    for left_out in node.keywords:
        yield ast.Call(node.func, node.args, [keyword for keyword in node.keywords if keyword is not left_out])


def _drop_docstring(function: ast.AST) -> None:
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]


def _changed_line(before: str, after: str) -> str:
    lines = set(before.splitlines())
    changed = [line.strip() for line in after.splitlines() if line not in lines]
    return " / ".join(changed) or "a line is gone"


def passes(exercise: Exercise, cases: list[Case], function: Callable) -> bool:
    """Say whether `check` would call a function right."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for case in cases:
            try:
                with at_most(PATIENCE):
                    outcome = run(function, case.args)
            except TimeoutError:
                return False
            if outcome.error or not compare(outcome.value, case.expected, atol=exercise.atol, rtol=exercise.rtol).ok:
                return False
    return True


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError after so many seconds of processor time; nothing where the system has no such timer."""

    def stop(*_: object) -> None:
        raise _Endless

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except _Endless:
        raise TimeoutError from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class _Endless(BaseException):
    """Not an Exception, so that the run of a learner's function does not take it for the learner's."""


def survivors(exercise: Exercise) -> tuple[int, list[str]]:
    """Return how many mutants an exercise's solution has, and the changed lines of those that pass its check."""
    cases = exercise.cases()
    same = _compiled(ast.unparse(_tree(exercise.solution)), exercise.solution)
    assert passes(exercise, cases, same), f"the solution of {exercise.id} fails when it is compiled anew"
    made = list(mutants(exercise.solution))
    return len(made), [mutant.line for mutant in made if passes(exercise, cases, mutant.function)]


def main() -> None:
    """Print, for the exercises named or for all, how many mutants there are and which pass."""
    wanted = sys.argv[1:]
    for exercise in (exercise for chapter in chapters() for exercise in exercises_of(chapter)):
        if not wanted or exercise.id in wanted:
            count, alive = survivors(exercise)
            print(f"{exercise.id}: {count} mutants, {len(alive)} pass")
            for line in alive:
                print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
