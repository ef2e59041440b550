"""The table of README is what its command wrote, from results that were measured."""

import json
import math
from pathlib import Path

import pytest

from bench._tables import BEGIN, END, replaced, results_table
from flowlab.evaluation import evaluate
from flowlab_course.chapters.ch12.published import PAPER

ROOT = Path(__file__).resolve().parents[2]


def results():
    return json.loads((ROOT / "docs" / "results.json").read_text())


def test_readme_holds_exactly_what_the_results_come_to():
    readme = (ROOT / "README.md").read_text()
    assert replaced(readme, results_table(results())) == readme


def test_the_results_are_those_that_are_measured_today():
    rows = {row["method"]: row["epe"] for row in results()["rows"]}
    for method in ("zero", "dis", "dis+v"):
        for data in ("motions", "motorcycle") if method in rows else ():
            assert evaluate(method, data)["epe_over_images"] == pytest.approx(rows[method][data], rel=0.02)
    assert {"zero", "lucas-kanade", "horn-schunck", "farneback", "dis", "tvl1"} <= set(rows)


def test_a_full_data_set_stands_beside_the_papers_row_of_it():
    mine = {
        "columns": {"motions": {"title": "motions", "pairs": 1}, "sintel-clean": {"title": "x", "pairs": 1041}},
        "rows": [{"method": "dis", "epe": {"motions": 0.5, "sintel-clean": 6.25}, "ms": 30.0}],
    }
    ours, papers = results_table(mine).split("\n\n")
    assert ours.splitlines()[2] == "| dis | 0.50 | 30.0 |"
    assert papers.splitlines()[2] == "| dis, here | 6.25 | - | - | - | - | 0.03 |"
    assert "| FlowNetC | 4.31 | 7.28 | 5.87 | 8.81 | 2.19 | 0.15 |" in papers


def test_the_paper_is_as_published():
    by_name = {row.method: row for row in PAPER}
    assert len(by_name) == len(PAPER) == 9
    assert (by_name["FlowNetC"].chairs, by_name["FlowNetS"].chairs) == (2.19, 2.71)
    assert all(math.isnan(by_name[f"{net}+v"].clean_train) for net in ("FlowNetS", "FlowNetC"))
    for net in ("FlowNetS", "FlowNetC"):  # '+v' helps on Sintel and hurts on chairs
        assert by_name[f"{net}+v"].clean_test < by_name[net].clean_test
        assert by_name[f"{net}+v"].chairs > by_name[net].chairs


def test_only_what_lies_between_the_marks_is_replaced():
    assert replaced(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\n\nnew\n\n{END}\nb"
    with pytest.raises(ValueError, match="the text needs the line <!-- results"):
        replaced("a", "new")
