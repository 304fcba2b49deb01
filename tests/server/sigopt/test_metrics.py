"""Tests of SigOpt's metrics and the objectives that they describe."""

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.errors import InvalidInputError
from paretune.server.sigopt import metrics
from server.sigopt.requests_of_sigopt import EXPERIMENT


def test_optimized_metrics_become_objectives_with_limits():
    found = metrics.read_metrics(EXPERIMENT["metrics"], may_be_text=True)
    assert metrics.make_objectives(found) == Objectives([Maximize("accuracy", at_least=0.75), Minimize("latency")])
    assert metrics.read_metrics(found, may_be_text=False) == found


def test_experiment_without_metrics_has_an_unnamed_one():
    found = metrics.read_metrics(None, may_be_text=True)
    assert metrics.make_objectives(found).names == ("value",)
    assert metrics.read_metrics(found, may_be_text=True) == found


def test_constraint_is_satisfied_on_its_threshold():
    found = metrics.read_metrics(
        [
            "gain",
            {"name": "size", "objective": "minimize", "strategy": "constraint", "threshold": 20},
            {"name": "recall", "strategy": "constraint", "threshold": 0.5},
        ],
        may_be_text=True,
    )
    assert metrics.violations(found, {"gain": 1, "size": 20, "recall": 0.25}) == {"recall": 0.25, "size": 0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a", "a"], "metrics: the name 'a' occurs twice"),
        ([{"name": "a", "goal": 1}], "metrics[0].goal: unknown field"),
        ([{"name": "a", "strategy": "store"}], "metrics: at least one must have the strategy optimize"),
        ([{"name": "a", "threshold": 1}], "metrics: the threshold of a single optimized metric"),
        (["a", {"name": "b", "strategy": "constraint"}], "metrics[1].threshold is missing"),
        (["a", {"name": "b", "strategy": "store", "threshold": 1}], "metrics[1].threshold: a stored metric has none"),
        (["a", "paretune:x"], "metrics[1].name: 'paretune:x' is reserved"),
        (["a", "a_se"], "metrics: 'a_se' is the name of a standard error"),
        ([{"name": "a", "objective": "up"}], "metrics[0].objective must be one of"),
        ([f"m{i}" for i in range(51)], "metrics: there are 51, but at most 50"),
    ],
)
def test_wrong_metric_is_refused_by_its_field(given, message):
    with pytest.raises(InvalidInputError) as error:
        metrics.read_metrics(given, may_be_text=True)
    assert str(error.value).startswith(message)


def test_only_thresholds_change():
    before = metrics.read_metrics(EXPERIMENT["metrics"], may_be_text=True)
    given = [
        {**metric, "threshold": None if metric["name"] == "accuracy" else metric["threshold"]} for metric in before
    ]
    assert metrics.change_thresholds(before, given) == given
    for wrong in (given[1:], [{**given[0], "objective": "minimize"}, *given[1:]]):
        with pytest.raises(InvalidInputError, match="cannot be changed"):
            metrics.change_thresholds(before, wrong)
