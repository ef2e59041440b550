"""The tables of README and docs/results.md are what their command wrote, from results that were measured."""

import importlib
import json
import math
from pathlib import Path

import pytest
import torch

from bench._tables import BEGIN, END, SHORT, replaced, results_table, short_table
from flowlab.evaluation import evaluate
from flowlab.models import load_model
from flowlab_course.chapters.ch12.published import PAPER

ROOT = Path(__file__).resolve().parents[2]


def results():
    return json.loads((ROOT / "docs" / "results.json").read_text())


@pytest.mark.parametrize(("page", "table"), [("README.md", short_table), ("docs/results.md", results_table)])
def test_a_page_holds_exactly_what_the_results_come_to(page, table):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert replaced(text, table(results())) == text


def test_readme_has_a_row_for_each_method_that_it_promises():
    rows = [line.split(" | ")[0].lstrip("| ") for line in short_table(results()).splitlines()[2:]]
    assert sorted(rows) == sorted(SHORT)


def test_cost_counts_each_product_and_sum_of_a_network(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    cost = importlib.import_module("accuracy").cost
    model, counted = load_model("flownetc-small"), []

    def count(layer, inputs, output):
        places = inputs[0] if isinstance(layer, torch.nn.ConvTranspose2d) else output
        counted.append(2 * layer.weight[0].numel() * places.numel())

    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
            layer.register_forward_hook(count)
    with torch.no_grad():
        model(*torch.zeros(2, 1, 3, 512, 1024))
    channels = model.conv3[0].out_channels
    correlation = 2 * channels * 441 * 64 * 128  # features at an eighth of the size
    found = cost("flownetc-small")
    assert found["gflop"] == pytest.approx((sum(counted) + correlation) / 1e9, abs=0.01)
    assert found["parameters"] == sum(weight.numel() for weight in model.parameters())
    assert cost("flownetc-small+v") == found
    assert cost("flownetc-small+flips+fuse+v")["gflop"] == pytest.approx(8 * found["gflop"], rel=0.01)
    assert cost("flownetc-small x 1.25")["gflop"] == pytest.approx(1.5625 * found["gflop"], rel=0.01)
    assert cost("dis+v") == {}


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
    assert ours.splitlines()[2] == "| dis | 0.50 | - | - | 30.0 |"
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
