"""Tests of a stored study as a service reads it."""

import optuna
import pytest
from optuna.storages import InMemoryStorage

from paretune import Float, Maximize, Minimize, Objectives, Space
from paretune.adapters.optuna.keys import ASK_KEY
from paretune.errors import InvalidInputError, StudyNotFoundError
from paretune.evaluation.outcome import Outcome
from paretune.study.hosted_storage import HostedStorage
from paretune.study.study_reader import StudyReader

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Maximize("gain"), Minimize("cost")])


@pytest.fixture
def storage(quiet_optuna):  # noqa: ARG001 (for its effect)
    return InMemoryStorage()


@pytest.fixture
def study(storage):
    return HostedStorage(storage).create("nets", SPACE, OBJECTIVES, {"searcher": "random", "n_trials": 3})


@pytest.fixture
def reader(study, storage):  # noqa: ARG001 (it makes the study)
    return StudyReader("nets", storage)


def outcome(gain=1.0, cost=0.5):
    return Outcome.from_metrics({"gain": gain, "cost": cost}, OBJECTIVES)


def test_view_is_computed_once_for_each_revision(study, reader):
    study.add([({"x": 0.5}, outcome())])
    view = reader.view()
    assert reader.view() is view
    study.add([({"x": 0.75}, outcome())])
    assert len(reader.view().trials) == 2


def test_part_of_a_view_has_the_trials_after_a_number(study, reader):
    study.add([({"x": x}, outcome()) for x in (0.1, 0.2, 0.3, 0.4)])
    assert reader.view_some(0, 2).trials.numbers.tolist() == [1, 2]
    assert reader.view_one(3).trials.params == ({"x": 0.4},)


def test_requests_of_clients_are_found_again(study, reader):
    asked = study.claim({"x": 0.5}, {ASK_KEY: "a"})
    study.tell(asked.number, outcome(), "b")
    assert study.add([({"x": 0.75}, outcome())], "b") == [1]
    assert reader.find_asked("a") == asked
    assert reader.find_asked("") is None
    assert reader.find_told("b") == [0, 1]
    assert reader.find_told("") == []


def test_random_search_of_the_same_space_is_recognized(reader):
    assert reader.is_random_search_of(SPACE, OBJECTIVES)
    assert not reader.is_random_search_of(Space({"x": Float(0, 2)}), OBJECTIVES)
    assert not reader.is_random_search_of(SPACE, Objectives([Maximize("gain")]))


def test_study_of_plain_optuna_can_only_be_watched(storage):
    plain = optuna.create_study(storage=storage, study_name="plain", directions=["minimize"])
    plain.optimize(lambda trial: trial.suggest_float("y", 0, 1), n_trials=1)
    reader = StudyReader("plain", storage)
    assert not reader.is_writable
    assert len(reader.view().trials) == 1
    with pytest.raises(InvalidInputError, match="can be watched, but not changed"):
        _ = reader.space


def test_unknown_study_is_refused(storage):
    with pytest.raises(StudyNotFoundError):
        StudyReader("none", storage)
