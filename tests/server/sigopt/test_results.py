"""Tests of best observations, progress and the advice to stop."""

from paretune.server.sigopt.experiment import read_experiment
from paretune.server.sigopt.results import best_trials, describe_progress, describe_run_progress, describe_stopping
from paretune.study.hosted_trials import TrialRecord
from server.sigopt.requests_of_sigopt import SMALL

ONE = read_experiment({**SMALL, "metrics": [{"name": "cost", "objective": "minimize"}], "observation_budget": 12})
TWO = read_experiment(SMALL)


def record(number, values, **more):
    fields = {"state": "complete", "params": {}, "values": values, "metrics": {"size": 5}, **more}
    return TrialRecord(number, **fields)


def test_best_are_the_front_inside_all_thresholds_sorted_by_the_first_metric():
    records = [
        record(0, (0.5, 0.5)),  # cost, gain
        record(1, (0.1, 0.1)),
        record(2, (0.6, 0.4)),  # dominated by the first
        record(3, (0.0, 0.9), metrics={"size": 21}),  # outside the constraint
        record(4, (0.0, 0.9), is_dropped=True),
        record(5, (), state="failed"),
        record(6, (), state="pending"),
        record(7, (0.9, 0.9), metrics={"size": 20}),
    ]
    assert [found.number for found in best_trials(TWO, records)] == [1, 0, 7]
    assert best_trials(TWO, records[4:7]) == []


def test_progress_of_one_metric_names_the_best_observation():
    records = [record(0, (0.5,)), record(1, (0.25,)), record(2, (), state="failed")]
    progress = describe_progress(1, ONE, records)
    assert progress["observation_count"] == 3
    assert [progress[f"{name}_observation"]["id"] for name in ("first", "last", "best")] == ["1", "3", "2"]
    empty = describe_progress(1, ONE, [])
    assert (empty["observation_count"], empty["first_observation"], empty["best_observation"]) == (0, None, None)


def test_progress_of_runs_counts_the_begun_ones():
    found = describe_run_progress(ONE, ["active", "completed", "failed"])
    assert (found["finished_run_count"], found["active_run_count"], found["remaining_budget"]) == (2, 1, 9)
    assert describe_run_progress(TWO, [])["remaining_budget"] is None


def test_advice_to_stop_has_reasons():
    growing = [record(i, (1.0 - i * 0.01,)) for i in range(12)]
    assert describe_stopping(ONE, growing)["reasons"] == []
    flat = [record(0, (0.0,)), *(record(i, (1.0,)) for i in range(1, 12))]
    assert describe_stopping(ONE, flat)["reasons"] == ["possible_stagnation"]
    over = describe_stopping(ONE, [*flat, record(12, (1.0,))])
    assert over["reasons"] == ["observation_budget_reached", "possible_stagnation"]
    assert over["should_stop"]
