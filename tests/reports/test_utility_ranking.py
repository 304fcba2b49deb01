"""Efficient configurations in the order of a utility."""

import json

import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.reports import Run, summarize
from paretune.reports.render import report_texts
from paretune.reports.utility_ranking import rank_by_utility

OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency", unit="s")])
VALUES = [[0.9, 0.004], [0.8, 0.002], [0.5, 0.001], [0.4, 0.003]]  # the last one is dominated
SIZES = [9, 1, None, 5]


def make_summary():
    losses = OBJECTIVES.losses(VALUES)
    metrics = tuple({} if size is None else {"size": size} for size in SIZES)
    params = tuple({"x": i / 10} for i in range(4))
    return summarize(Run("nets", Trials(Space({"x": Float(0, 1)}), OBJECTIVES, params, losses, metrics=metrics)))


def test_configurations_are_sorted_by_the_utility_in_the_units_of_the_study():
    summary = rank_by_utility(make_summary(), "accuracy - 100 * latency")
    assert [found.number for found in summary.efficient] == [1, 0, 2]
    assert [found.utility for found in summary.efficient] == pytest.approx([0.6, 0.5, 0.4])
    texts = report_texts(summary, [])
    assert "sorted by the utility accuracy - 100 \\* latency" in texts["report.md"]
    assert "sorted by the utility accuracy - 100 * latency" in texts["report.html"]
    content = json.loads(texts["report.json"])
    assert content["utility"] == "accuracy - 100 * latency"
    assert [found["utility"] for found in content["efficient"]] == pytest.approx([0.6, 0.5, 0.4])


def test_configuration_without_the_metric_is_last():
    summary = rank_by_utility(make_summary(), "accuracy / size")
    assert [found.number for found in summary.efficient] == [1, 0, 2]
    assert json.loads(report_texts(summary, [])["report.json"])["efficient"][-1]["utility"] is None


def test_report_without_a_utility_is_unchanged():
    summary = make_summary()
    assert rank_by_utility(summary, "") is summary
    assert "utility" not in report_texts(summary, [])["report.json"]


def test_unknown_metric_is_refused():
    with pytest.raises(InvalidInputError, match=r"names 'sise', which is no metric \(did you mean 'size'\?\)"):
        rank_by_utility(make_summary(), "accuracy / sise")
