"""Tests of the state of stored trials as a run sees them."""

import datetime as dt

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial

from paretune.adapters.optuna.history import store_suggestion
from paretune.adapters.optuna.keys import REASON_KEY, RUNNER_KEY
from paretune.study import runner
from paretune.study.trial_status import (
    GRACE_SECONDS,
    counts_towards_budget,
    is_abandoned,
    is_unclaimed,
    runner_of,
)

pytestmark = pytest.mark.usefixtures("quiet_optuna")


def stored(state=TrialState.RUNNING, age=0.0, params=None, **user_attrs):
    trial = create_trial(
        state=state,
        value=1.0 if state == TrialState.COMPLETE else None,
        params=params or {},
        distributions={name: FloatDistribution(0, 1) for name in params or {}},
        user_attrs=user_attrs,
    )
    trial.datetime_start = dt.datetime.now() - dt.timedelta(seconds=age)
    return trial


@pytest.mark.parametrize(
    ("state", "reason", "counts"),
    [
        (TrialState.COMPLETE, None, True),
        (TrialState.PRUNED, None, True),
        (TrialState.RUNNING, None, True),
        (TrialState.FAIL, None, True),
        (TrialState.FAIL, "crashed", True),
        (TrialState.FAIL, "lost", False),
        (TrialState.COMPLETE, "lost", True),  # a metric of that name
        (TrialState.WAITING, None, False),
    ],
)
def test_all_trials_count_except_lost_and_waiting_ones(state, reason, counts):
    attributes = {} if reason is None else {REASON_KEY: reason}
    assert counts_towards_budget(stored(state, **attributes)) == counts


@pytest.mark.parametrize(("value", "expected"), [({"run": "a"}, {"run": "a"}), (3, {}), (None, {})])
def test_runner_is_read_if_it_is_a_mapping(value, expected):
    assert runner_of(stored(**{RUNNER_KEY: value})) == expected


def test_trial_with_a_runner_parameters_or_a_suggestion_is_claimed():
    assert is_unclaimed(stored())
    assert not is_unclaimed(stored(**{RUNNER_KEY: runner.current_runner()}))
    assert not is_unclaimed(stored(params={"x": 0.5}))
    study = optuna.create_study()
    study.ask()
    assert is_unclaimed(study.trials[0])
    store_suggestion(study, study.trials[0], {"x": 0.5})
    assert not is_unclaimed(study.trials[0])


@pytest.mark.parametrize(("age", "abandoned"), [(0.0, False), (GRACE_SECONDS / 2, False), (GRACE_SECONDS + 5, True)])
def test_unclaimed_trial_is_abandoned_after_the_grace_period(age, abandoned):
    assert is_abandoned(stored(age=age)) == abandoned
    assert not is_abandoned(stored(age=age, params={"x": 0.5}))


def test_claimed_trial_is_abandoned_if_its_runner_died_on_this_host():
    alive = runner.current_runner()
    dead = {**alive, "born": alive["born"] - 3600}  # its process id was given to this process
    assert not is_abandoned(stored(age=9e9, **{RUNNER_KEY: alive}))
    assert is_abandoned(stored(**{RUNNER_KEY: dead}))
    assert not is_abandoned(stored(**{RUNNER_KEY: {**dead, "host": "elsewhere"}}))
