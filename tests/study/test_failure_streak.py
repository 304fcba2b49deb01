"""Tests of failures in a row."""

import pytest

from paretune import Minimize, Objectives
from paretune.evaluation.outcome import Outcome
from paretune.study.failure_streak import FailureStreak

OBJECTIVES = Objectives([Minimize("cost", at_most=1.0)])
CRASHED = Outcome.from_reason("crashed", "no memory")
COMPLETE = Outcome.from_metrics({"cost": 0.5}, OBJECTIVES)
STOPPED_FOR_A_LIMIT = Outcome(reason="timed_out", metrics={"cost": 2.0})


@pytest.mark.parametrize(
    ("outcomes", "n"),
    [
        ([CRASHED, CRASHED], 2),
        ([CRASHED, COMPLETE], 0),
        ([CRASHED, Outcome.from_reason("lost", "")], 1),
        ([CRASHED, STOPPED_FOR_A_LIMIT, CRASHED], 1),
        ([CRASHED, Outcome(reason="timed_out")], 2),
    ],
)
def test_streak_counts_failures_since_the_last_success(outcomes, n):
    streak = FailureStreak()
    for outcome in outcomes:
        streak.count(outcome, OBJECTIVES)
    assert streak.n_in_a_row == n


def test_error_names_the_last_failure_and_what_to_do():
    streak = FailureStreak()
    streak.count(CRASHED, OBJECTIVES)
    error = str(streak.error(7, CRASHED, is_any_complete=True))
    assert error == "1 trial has failed; the last, number 7, crashed: no memory. Fix the cause and run again to go on"
    assert "start a new study" in str(streak.error(7, CRASHED, is_any_complete=False))
