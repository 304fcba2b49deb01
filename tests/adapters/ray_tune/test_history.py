"""Tests of the records of trials that Ray Tune reports, and of their table."""

import math

import numpy as np
import pytest

from paretune.adapters.ray_tune.history import TrialRecord, to_trials
from paretune.adapters.ray_tune.reported import step_metrics
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space

NAN = math.nan
SPACE = Space({"x": Float(0, 1)})
OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.5), Minimize("latency")])
COMPLETE = {"accuracy": 0.75, "latency": 2.0, "latency_se": 0.5, "time_total_s": 3.0}


def ended(result, *, is_error=False, x=0.5):
    return TrialRecord({"x": x}).with_end(result, OBJECTIVES, is_error=is_error)


@pytest.mark.parametrize(
    ("result", "is_error", "state", "reason"),
    [
        (COMPLETE, False, "complete", ""),
        (COMPLETE, True, "failed", "crashed"),
        ({**COMPLETE, "reason": "timed_out"}, True, "failed", "timed_out"),
        ({**COMPLETE, "reason": "unknown"}, True, "failed", "crashed"),
        ({**COMPLETE, "accuracy": NAN}, False, "failed", "not_finite"),
        ({**COMPLETE, "accuracy": 10**400}, False, "failed", "crashed"),
        ({"latency": 2.0}, False, "failed", "crashed"),
        ({}, False, "failed", "lost"),
        (None, False, "failed", "lost"),
        (None, True, "failed", "crashed"),
    ],
)
def test_end_of_a_trial_has_a_state_and_a_reason(result, is_error, state, reason):
    record = ended(result, is_error=is_error)
    assert (record.state, record.reason) == (state, reason)


def test_last_report_counts_if_the_end_has_no_result():
    reported = TrialRecord({"x": 0.5}).with_report({**COMPLETE, "done": False}, OBJECTIVES)
    assert (reported.state, reported.last) == ("pending", COMPLETE)
    assert reported.with_end(None, OBJECTIVES, is_error=False) == ended(COMPLETE)
    assert reported.with_end({}, OBJECTIVES, is_error=False) == ended(COMPLETE)


def test_final_result_wins_over_the_last_report():
    reported = TrialRecord({"x": 0.5}).with_report({"accuracy": 0.1, "latency": 9.0}, OBJECTIVES)
    assert reported.with_end(COMPLETE, OBJECTIVES, is_error=False) == ended(COMPLETE)


@pytest.mark.parametrize("value", [0.75, np.float32(0.75), np.array([0.75])])
def test_numbers_of_any_library_are_values(value):
    assert ended({**COMPLETE, "accuracy": value}).values == (0.75, 2.0)


@pytest.mark.parametrize("value", [True, "0.75", None, np.array([1.0, 2.0])])
def test_other_values_fail_a_trial(value):
    assert ended({**COMPLETE, "accuracy": value}).reason == "crashed"


@pytest.mark.parametrize(("error", "is_logged"), [(-1, True), ("small", True), (None, False), (NAN, False)])
def test_unknown_standard_error_is_nan_and_logged_if_impossible(error, is_logged, caplog):
    assert math.isnan(ended({**COMPLETE, "latency_se": error}).errors[1])
    assert bool(caplog.records) == is_logged


def test_records_become_trials_in_their_order():
    records = [
        ended(COMPLETE, x=0.1),
        TrialRecord({"x": 0.2}),
        ended(None, x=0.3),
        ended({**COMPLETE, "accuracy": 0.25}, x=0.4),
    ]
    trials = to_trials(records, SPACE, OBJECTIVES)
    assert trials.params == ({"x": 0.1}, {"x": 0.2}, {"x": 0.3}, {"x": 0.4})
    assert trials.states.tolist() == ["complete", "pending", "failed", "failed"]
    assert trials.reasons.tolist() == ["", "", "lost", "outside_limits"]
    np.testing.assert_array_equal(trials.values, [[0.75, 2], [NAN, NAN], [NAN, NAN], [0.25, 2]])
    np.testing.assert_array_equal(trials.losses_se[0], [NAN, 0.5])
    np.testing.assert_array_equal(trials.durations, [3, NAN, NAN, 3])


def test_search_without_trials_is_an_empty_table():
    assert to_trials([], SPACE, OBJECTIVES).losses.shape == (0, 2)


def test_own_numbers_of_ray_tune_are_no_metrics():
    result = {
        "loss": 0.5,
        "a/b": 1,
        "step": 3,
        "pid": 7,
        "config/lr": 0.1,
        "time_total_s": 2.0,
        "training_iteration": 3,
    }
    assert step_metrics(result) == {"loss": 0.5, "a/b": 1.0}


def test_stopped_trial_has_its_curve_and_the_objective_that_was_known():
    records = []
    for latency in (1.0, 2.0, 3.0):
        record = TrialRecord({"x": latency / 4})
        for step in (1, 2):
            metrics = {"accuracy": step / 4, "latency": latency, "training_iteration": step}
            record = record.with_report(metrics, OBJECTIVES)
        records.append(record)
    reason = {"paretune:stopped": "place 3 of 3"}
    records[2] = records[2].with_end({**metrics, **reason}, OBJECTIVES, is_error=False)
    trials = to_trials(records, SPACE, OBJECTIVES)
    assert list(trials.states) == ["pending", "pending", "stopped"]
    assert trials.curves.last_steps == {0: 2, 1: 2, 2: 2}
    np.testing.assert_equal(trials.losses[2], [np.nan, 3.0])


def test_paused_trial_that_is_removed_is_stopped():
    paused = TrialRecord({"x": 0.5}).with_report({**COMPLETE, "paretune:paused": "step 1 is a rung"}, OBJECTIVES)
    assert paused.is_paused
    assert paused.with_end(None, OBJECTIVES, is_error=False).state == "stopped"
    assert not paused.with_report(COMPLETE, OBJECTIVES).is_paused
