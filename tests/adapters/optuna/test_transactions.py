"""Tests of whole trials in one transaction: Optuna's own reading shows what its own writing would show."""

import math

import optuna
import pytest
import sqlalchemy.event
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import InMemoryStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.transactions import TrialEnd, create_trials, finish_trial

pytestmark = pytest.mark.usefixtures("quiet_optuna")
SPACE = {
    "rate": FloatDistribution(1e-4, 1.0, log=True),
    "width": IntDistribution(8, 64),
    "act": CategoricalDistribution(["relu", None, True]),
}


@pytest.fixture(params=["sqlite", "journal", "memory"])
def study(request, tmp_path):
    storages = {
        "sqlite": lambda: f"sqlite:///{tmp_path / 'study.db'}",
        "journal": lambda: JournalStorage(JournalFileBackend(str(tmp_path / "study.log"))),
        "memory": InMemoryStorage,
    }
    return optuna.create_study(storage=storages[request.param](), directions=["minimize", "maximize"])


def template(**arguments):
    params = {"rate": 0.01, "width": 16, "act": None}
    given = {"params": params, "distributions": SPACE, "user_attrs": {"who": [1]}, "system_attrs": {"why": {"a": 2}}}
    return optuna.trial.create_trial(**{"state": TrialState.RUNNING, **given, **arguments})


def test_created_trials_have_parameters_attributes_and_consecutive_numbers(study):
    study.ask()
    assert create_trials(study, [template(), template(params={"rate": 1.0, "width": 8, "act": True})]) == [1, 2]
    trial = study.trials[1]
    assert (trial.params, trial.distributions) == ({"rate": 0.01, "width": 16, "act": None}, SPACE)
    assert (trial.user_attrs, trial.system_attrs) == ({"who": [1]}, {"why": {"a": 2}})
    assert trial.state == TrialState.RUNNING
    assert trial.datetime_start is not None
    assert study.trials[2].params["act"] is True
    assert create_trials(study, []) == []


def test_finished_template_keeps_its_values(study):
    create_trials(study, [template(state=TrialState.COMPLETE, values=[1.5, math.inf])])
    assert study.trials[0].values == [1.5, math.inf]
    assert study.trials[0].datetime_complete is not None


def test_trial_ends_once_with_all_that_is_stored_of_it(study):
    study.get_trials(deepcopy=False)  # the cache must notice what is written past it
    create_trials(study, [template()])
    end = TrialEnd(TrialState.COMPLETE, (1.0, -2.0), {"who": [2], "epochs": 3}, {"constraints:a": 0.5})
    finish_trial(study, internals.get_trial(study, 0), end)
    trial = study.get_trials(deepcopy=False)[0]
    assert (trial.state, trial.values) == (TrialState.COMPLETE, [1.0, -2.0])
    assert trial.user_attrs == {"who": [2], "epochs": 3}
    assert trial.system_attrs == {"why": {"a": 2}, "constraints:a": 0.5}
    assert trial.duration is not None
    with pytest.raises(UpdateFinishedTrialError):
        finish_trial(study, trial, TrialEnd(TrialState.FAIL))


def test_a_trial_takes_one_commit_to_create_and_one_to_finish(tmp_path):
    study = optuna.create_study(storage=f"sqlite:///{tmp_path / 'study.db'}", directions=["minimize"])
    commits = []
    sqlalchemy.event.listen(
        internals.unwrapped_storage(internals.study_storage(study)).engine, "commit", lambda _: commits.append(1)
    )
    create_trials(study, [template()])
    n_create = len(commits)
    trial = internals.get_trial(study, 0)
    commits.clear()
    finish_trial(study, trial, TrialEnd(TrialState.COMPLETE, (1.0,), {"a": 1, "b": 2}, {"c": 3}))
    assert (n_create, len(commits)) == (1, 1)
