"""Tests of reading trials row by row: what is read is what Optuna itself reads."""

import math

import optuna
import pytest
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.trial import TrialState

from paretune.adapters.optuna import trial_rows
from paretune.adapters.optuna.trial_rows import read_trial, read_trials

pytestmark = pytest.mark.usefixtures("quiet_optuna")


@pytest.fixture
def study(tmp_path):
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'study.db'}")
    other = optuna.create_study(storage=storage)
    other.ask()
    study = optuna.create_study(storage=storage, directions=["minimize", "maximize"])
    for i in range(3):
        trial = study.ask()
        trial.suggest_float("rate", 1e-4, 1.0, log=True)
        trial.suggest_int("width", 8, 64)
        trial.suggest_categorical("act", ["relu", None, True])
        trial.set_user_attr("who", [i])
    study.tell(0, [1.5, math.inf])
    study.tell(1, state=TrialState.FAIL)
    study.enqueue_trial({"rate": 0.5})
    distributions = {"rate": FloatDistribution(1e-4, 1.0, log=True), "width": IntDistribution(8, 64)}
    steps = {1: 0.5, 2: math.nan, 3: math.inf}
    study.add_trial(
        optuna.create_trial(
            values=[-math.inf, 0.0],
            params={"rate": 0.1, "width": 8},
            distributions=distributions,
            intermediate_values=steps,
        )
    )
    return study


def by_optuna(study):
    return optuna.storages.RDBStorage.get_all_trials(study._storage._backend, study._study_id)


def seen(trials):
    """All that a trial has; NaN does not equal itself."""
    return [repr(vars(trial)) for trial in trials]


def test_all_trials_are_those_of_optuna(study):
    assert seen(read_trials(study._storage._backend, study._study_id, (), -1)) == seen(by_optuna(study))


def test_chosen_and_later_trials_are_read_in_many_queries(study, monkeypatch):
    monkeypatch.setattr(trial_rows, "_CHUNK", 1)
    trials = by_optuna(study)
    first, second, third, *later = trials
    found = read_trials(study._storage._backend, study._study_id, {first._trial_id, third._trial_id}, third._trial_id)
    assert seen(found) == seen([first, third, *later])
    assert seen([read_trial(study._storage._backend, second._trial_id)]) == seen([second])


def test_unknown_study_and_trial_are_refused(study):
    with pytest.raises(KeyError):
        read_trials(study._storage._backend, 99, (), -1)
    with pytest.raises(KeyError):
        read_trial(study._storage._backend, 99)
