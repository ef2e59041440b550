"""How good a method is: every metric on every pair, what is hidden apart from what is seen, and the worst cases."""

from flowlab.evaluation.data import DATA, Generated, open_data
from flowlab.evaluation.loop import Evaluation, evaluate
from flowlab.evaluation.methods import Method, method_of
from flowlab.evaluation.pairs import Pair, Pairs, pairs_of
from flowlab.evaluation.rows import measure, summary

__all__ = [
    "DATA",
    "Evaluation",
    "Generated",
    "Method",
    "Pair",
    "Pairs",
    "evaluate",
    "measure",
    "method_of",
    "open_data",
    "pairs_of",
    "summary",
]
