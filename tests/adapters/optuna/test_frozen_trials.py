"""Tests of adding trials to an Optuna study."""

import numpy as np
import optuna
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Objectives, Space, Trials
from paretune.adapters.optuna.frozen_trials import to_frozen_trials
from paretune.adapters.optuna.history import read_trials
from paretune.trials import Curves

pytestmark = pytest.mark.usefixtures("quiet_optuna")
SPACE = Space({"width": Int(1, 64), "kind": Categorical(["a", "b"]), "rate": Float(0, 1, when={"kind": "a"})})
OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.5), Minimize("latency")])


@pytest.fixture
def trials():
    return Trials.from_columns(
        {
            "number": [3, 4, 5, 7, 8, 9, 11],
            "state": ["complete", "failed", "failed", "failed", "failed", "failed", "pending"],
            "reason": ["", "outside_limits", "crashed", "out_of_memory", "timed_out", "lost", ""],
            "width": [1, 2, 3, 4, 5, 6, 7],
            "kind": ["a", "b", "a", "b", "b", "b", "b"],
            "rate": [0.25, None, 0.5, None, None, None, None],
            "accuracy": [0.75, 0.25, None, None, 0.9, None, None],
            "latency": [1.5, 2.5, None, None, None, None, None],
            "accuracy_se": [0.01, None, None, None, None, None, None],
            "started": [1.7e9 + i for i in range(7)],
            "duration": [1.0, 2.0, 3.0, None, 5.0, 6.0, None],
        },
        SPACE,
        OBJECTIVES,
    )


def study_of(trials):
    study = optuna.create_study(directions=["maximize", "minimize"])
    study.add_trials(to_frozen_trials(trials))
    return study


def test_added_trials_are_read_back_without_pending_ones_and_numbers(trials):
    finished = trials[~trials.is_pending]
    again = read_trials(study_of(trials), SPACE, OBJECTIVES)
    assert again.params == finished.params
    assert again.metrics == (
        {},
        {},
        {},
        {},
        {"accuracy": 0.9},
        {},
    )  # of a failed trial
    for name in ("losses", "losses_se", "states", "reasons", "started"):
        np.testing.assert_array_equal(getattr(again, name), getattr(finished, name))
    np.testing.assert_array_equal(again.durations[:3], [1.0, 2.0, 3.0])


def test_failures_and_limits_are_visible_in_optuna(trials):
    study = study_of(trials)
    assert [t.state.name for t in study.trials] == ["COMPLETE", "COMPLETE", "FAIL", "FAIL", "FAIL", "FAIL"]
    assert [t.number for t in study.best_trials] == [0]
    assert study.trials[1].constraints["accuracy"] == pytest.approx(0.25)


def test_trial_outside_an_unknown_limit_stays_outside():
    plain = Objectives([Maximize("accuracy"), Minimize("latency")])
    columns = {"width": [1], "kind": ["b"], "rate": [None], "accuracy": [0.25], "latency": [1.0]}
    trials = Trials.from_columns({**columns, "state": ["failed"], "reason": ["outside_limits"]}, SPACE, plain)
    assert read_trials(study_of(trials), SPACE, plain).failures() == {"outside_limits": 1}


@pytest.mark.parametrize("with_curve", [True, False])
def test_stopped_trial_is_pruned_and_read_back_as_stopped(with_curve):
    curves = Curves.from_steps({2: [{"step": 1, "loss": 0.5}]} if with_curve else {})
    stopped = Trials(
        SPACE,
        OBJECTIVES,
        ({"width": 3, "kind": "b"},),
        losses=[[np.nan, 2.0]],
        states=["stopped"],
        numbers=np.array([2]),
        curves=curves,
    )
    study = study_of(stopped)
    assert [trial.state for trial in study.trials] == [optuna.trial.TrialState.PRUNED]
    again = read_trials(study, SPACE, OBJECTIVES)
    assert again.is_stopped.all()
    assert again.values[0, 1] == 2.0
    assert len(again.curves) == with_curve
