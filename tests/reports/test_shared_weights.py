"""Rank correlations of shared weights with trained values."""

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.reports import Run, summarize
from paretune.reports.json_report import to_dict
from paretune.reports.shared_weights import rank_correlations, shared_weights_table

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Maximize("accuracy"), Minimize("size")])
ACCURACY, INHERITED, WEIGHTS = (0.5, 0.9, 0.7, 0.6), (0.1, 0.4, 0.3, 0.2), (10.0, 20.0, 40.0, 30.0)


def make_trials(accuracy=ACCURACY, inherited=INHERITED):
    losses = np.column_stack([-np.array(accuracy), np.arange(len(accuracy))])
    metrics = [
        {"n_parameters": n} | ({} if i is None else {"inherited_accuracy": i})
        for n, i in zip(WEIGHTS, inherited, strict=True)
    ]
    params = [{"x": i / 10} for i in range(len(accuracy))]
    return Trials(SPACE, OBJECTIVES, tuple(params), losses=losses, metrics=tuple(metrics))


def test_correlations_are_those_of_scipy():
    ours, size = rank_correlations(make_trials())
    assert (ours["estimate"], ours["kendall"], ours["spearman"], ours["n"]) == ("inherited_accuracy", 1.0, 1.0, 4)
    assert (size["estimate"], size["objective"]) == ("n_parameters", "accuracy")
    assert size["kendall"] == pytest.approx(kendalltau(WEIGHTS, ACCURACY).statistic)
    assert size["spearman"] == pytest.approx(spearmanr(WEIGHTS, ACCURACY).statistic)


def test_only_complete_trials_with_an_estimate_count():
    trials = make_trials((0.5, 0.9, np.nan, 0.6), (0.1, 0.4, 0.3, 0.2))
    assert [each["n"] for each in rank_correlations(trials)] == [3, 3]
    assert rank_correlations(make_trials(inherited=(None, None, 0.3, 0.2))) == []


def test_equal_estimates_have_no_correlation():
    assert [each["estimate"] for each in rank_correlations(make_trials(inherited=(0.3,) * 4))] == ["n_parameters"]


def test_report_shows_correlations_only_where_there_are_some():
    summary = summarize(Run("a", make_trials()))
    rows = shared_weights_table(summary)
    assert [row["estimate"] for row in rows] == ["inherited accuracy", "number of weights alone"]
    assert rows[0]["Kendall"] == "1"
    assert len(to_dict(summary)["shared_weights"]) == 2
    assert "shared_weights" not in to_dict(summarize(Run("b", make_trials(inherited=(None,) * 4))))
