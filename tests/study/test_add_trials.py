"""Tests of adding trials from elsewhere to a study."""

import optuna
import pytest
from optuna.storages import InMemoryStorage

from paretune import Float, Int, Maximize, Minimize, Space, Study, Trials
from paretune.errors import InvalidInputError

pytestmark = pytest.mark.usefixtures("quiet_optuna")
OBJECTIVES = [Maximize("accuracy", at_least=0.5), Minimize("latency", unit="s")]


def train(params):
    return {"accuracy": 1 - 1 / (1 + params["width"]), "latency": params["width"] / 100, "latency_se": 0.001}


@pytest.fixture
def storage():
    return InMemoryStorage()


def open_study(storage, **changes):
    defaults = {"space": {"width": Int(1, 64, log=True)}, "objectives": OBJECTIVES, "searcher": "random"}
    return Study(storage=storage, **{**defaults, **changes})


@pytest.fixture
def source():
    study = open_study(InMemoryStorage())
    study.run(train, n_trials=6)
    return study


def test_added_trials_count_towards_the_budget(database, source):
    study = open_study(database, seed=1)
    assert study.add(source.trials, "a.csv") == 6
    study.run(train, n_trials=8)
    assert study.trials.params[:6] == source.trials.params
    assert len(study.trials) == 8


def test_pending_trials_are_left_out(storage, source):
    source.ask()
    study = open_study(storage)
    assert study.add(source.trials, "a.csv") == 6
    assert not study.trials.is_pending.any()


def test_import_is_stored_as_a_run_of_its_source(storage, source):
    study = open_study(storage, seed=5, command="paretune import")
    study.add(source.trials, "a.csv", "ab")
    (run,) = study.origin["runs"]
    assert (run["searcher"], run["from_trial"], run["workers"], run["ended"]) == ("added from a.csv", 0, 0, "6 trials")
    assert (run["seed"], run["command"], run["sha256"]) == (5, "paretune import", "ab")


def test_runs_of_the_source_are_stored_instead_if_given(storage, source):
    study = open_study(storage)
    study.add(source.trials, "a.csv", "ab", source.origin["runs"])
    (run,) = study.origin["runs"]
    assert run == {**source.origin["runs"][0], "sha256": "ab"}


def test_trials_without_a_hash_can_be_added_twice(storage, source):
    study = open_study(storage)
    assert [study.add(source.trials, "a.csv") for _ in range(2)] == [6, 6]
    assert len(study.trials) == 12


def test_interrupted_addition_is_completed_and_a_second_one_refused(database, source, monkeypatch):
    study, add = open_study(database), optuna.Study.add_trial

    def add_three(self, trial):
        if len(self.trials) == 3:
            raise KeyboardInterrupt
        add(self, trial)

    monkeypatch.setattr(optuna.Study, "add_trial", add_three)
    with pytest.raises(KeyboardInterrupt):
        study.add(source.trials, "a.csv", "ab")
    monkeypatch.undo()
    assert study.add(source.trials, "a.csv", "ab") == 3
    assert study.trials.params == source.trials.params
    with pytest.raises(InvalidInputError, match="a.csv was added to study 'study' before: nothing was added"):
        study.add(source.trials, "a.csv", "ab")
    assert len(study.origin["runs"]) == 1


def test_trials_of_other_objectives_are_refused(storage, source):
    study = open_study(storage, objectives=[Maximize("accuracy"), Minimize("size")])
    message = "a.csv has the objectives accuracy, latency, but study 'study' has accuracy, size"
    with pytest.raises(InvalidInputError, match=message):
        study.add(source.trials, "a.csv")
    assert study.origin["runs"] == []


def test_trial_outside_the_space_is_refused_before_anything_is_added(storage):
    study = open_study(storage)
    columns = {"width": [3.0, 65.0], "accuracy": [0.6, 0.7], "latency": [1.0, 2.0], "number": [4, 7]}
    trials = Trials.from_columns(columns, Space({"width": Float(1, 99)}), study.objectives)
    with pytest.raises(InvalidInputError, match="a.csv, trial 7 does not fit study 'study': width must be between"):
        study.add(trials, "a.csv")
    assert len(study.trials) == 0
    assert study.origin["runs"] == []
