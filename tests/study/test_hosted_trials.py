"""Tests of the trials of a hosted study as its clients correct and delete them."""

import shutil
from dataclasses import replace

import optuna
import pytest
from optuna.storages import InMemoryStorage

from paretune import Categorical, Float, Maximize, Minimize, Objectives, Space
from paretune.errors import InvalidInputError
from paretune.evaluation.outcome import Outcome
from paretune.study import open_storage
from paretune.study.hosted_storage import HostedStorage
from paretune.study.hosted_trials import HostedTrials
from paretune.study.study_view import load

SPACE = Space({"x": Float(0, 1), "kind": Categorical(["a", "b"])})
OBJECTIVES = Objectives([Maximize("gain"), Minimize("cost", at_most=0.9)])
PARAMS = {"x": 0.5, "kind": "a"}


@pytest.fixture
def storage(request, tmp_path, empty_database, quiet_optuna):  # noqa: ARG001 (for its effect)
    if getattr(request, "param", "memory") == "memory":
        return InMemoryStorage()
    return open_storage(shutil.copy(empty_database, tmp_path / "studies.db"))


in_memory_and_in_file = pytest.mark.parametrize("storage", ["memory", "file"], indirect=True)


@pytest.fixture
def study(storage):
    return HostedStorage(storage).create("nets", SPACE, OBJECTIVES, {"searcher": "random"})


@pytest.fixture
def trials(study):
    return HostedTrials(study)


def outcome(gain, cost, **more):
    return replace(Outcome.from_metrics({"gain": gain, "cost": cost}, OBJECTIVES), **more)


def live(trials):
    return [(record.number, record.state) for record in trials.records() if not record.is_dropped]


def test_claimed_trial_is_told_with_notes(trials, study):
    number = trials.claim(PARAMS, {"suggestion_metadata": {"host": "w1"}})
    trials.tell(number, outcome(0.8, 0.1), {"metadata": {"host": "w2"}})
    (record,) = trials.records()
    assert (record.state, record.params, record.values) == ("complete", PARAMS, (0.8, 0.1))
    assert record.notes == {"metadata": {"host": "w2"}}
    assert record.has_ended
    assert study.trials_to_learn_from().metrics == ({},)
    with pytest.raises(InvalidInputError, match="not pending"):
        trials.tell(number, outcome(0.8, 0.1), {})


@in_memory_and_in_file
def test_replaced_trial_is_seen_once_with_its_new_outcome_and_its_old_times(trials, study, storage):
    trials.add([(PARAMS, outcome(0.8, 0.1), {})])
    (before,) = trials.records()
    new = trials.replace(before, {"x": 0.7, "kind": "b"}, outcome(0.9, 0.95), {"observation": 1})
    old, record = trials.records()
    assert (old.is_dropped, record.is_dropped, record.number) == (True, False, new)
    assert (record.created, record.ended) == (before.created, before.ended)
    for table in (study.trials_to_learn_from(), study.view().trials, load("nets", storage).trials):
        assert table.values.tolist() == [[0.9, 0.95]]
        assert table.reasons.tolist() == ["outside_limits"]
    assert study.listed().counts["failed"] == 1
    assert len(optuna.load_study(study_name="nets", storage=storage).trials) == 2  # Optuna's own are as they were


def test_trial_is_replaced_by_a_failed_one(trials, study):
    trials.add([(PARAMS, outcome(0.8, 0.1), {})])
    trials.replace(trials.records()[0], PARAMS, Outcome.from_reason("out_of_memory", "too wide"), {})
    assert study.trials_to_learn_from().reasons.tolist() == ["out_of_memory"]


def test_reopened_trial_waits_for_its_outcome(trials, study):
    trials.add([(PARAMS, outcome(0.8, 0.1), {})])
    number = trials.reopen(trials.records()[0], {"suggestion": 1})
    assert live(trials) == [(number, "pending")]
    trials.tell(number, outcome(0.7, 0.2), {"suggestion": 1})
    assert study.trials_to_learn_from().values.tolist() == [[0.7, 0.2]]


def test_dropped_pending_trial_is_lost_and_not_tried_again(trials, study):
    trials.claim(PARAMS, {})
    trials.drop(trials.records()[0])
    assert live(trials) == []
    assert len(study.trials_to_learn_from()) == 0
    assert study.revision().n_waiting == 0


@in_memory_and_in_file
def test_queued_trials_are_claimed_in_order_and_one_can_be_deleted(trials, study):
    numbers = [trials.queue({"x": x, "kind": "a"}, {}) for x in (0.1, 0.2, 0.1)]
    assert live(trials) == [(number, "queued") for number in numbers]
    trials.drop(trials.records()[0])
    stored, params = study.take_waiting()
    assert (stored.number, params) == (numbers[1], {"x": 0.2, "kind": "a"})


def test_violated_constraint_fails_the_trial_and_keeps_its_values(trials, study):
    trials.add(
        [
            (PARAMS, outcome(0.8, 0.1, violations={"size": 1.5}), {}),
            (PARAMS, outcome(0.7, 0.2, violations={"size": 0.0}), {}),
        ]
    )
    table = study.trials_to_learn_from()
    assert table.reasons.tolist() == ["outside_limits", ""]
    assert table.values.tolist() == [[0.8, 0.1], [0.7, 0.2]]
    assert table.violations.tolist() == [[1.5], [0.0]]


def test_configuration_outside_the_space_is_refused(trials):
    for refused in (lambda: trials.claim({"x": 2, "kind": "a"}, {}), lambda: trials.queue({"x": 0.1}, {})):
        with pytest.raises(InvalidInputError):
            refused()
