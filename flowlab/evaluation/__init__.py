"""Evaluation of a method: every metric on every pair, visible and occluded pixels apart, and the worst pairs."""

from flowlab.datasets.pairs import Pair, Pairs, as_pair
from flowlab.evaluation.data import DATA, Generated, open_data
from flowlab.evaluation.methods import Method, method_of
from flowlab.evaluation.scores import Evaluation, evaluate, measure, summary

__all__ = [
    "DATA",
    "Evaluation",
    "Generated",
    "Method",
    "Pair",
    "Pairs",
    "as_pair",
    "evaluate",
    "measure",
    "method_of",
    "open_data",
    "summary",
]
