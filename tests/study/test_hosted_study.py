"""Tests of a stored study as a service uses it; its routes test the rest."""

import pytest
from optuna.storages import InMemoryStorage

from paretune import Float, Maximize, Minimize, Objectives, Space, Study
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.evaluation.outcome import Outcome
from paretune.study.hosted_storage import HostedStorage

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Maximize("gain"), Minimize("cost")])


@pytest.fixture
def storage(quiet_optuna):  # noqa: ARG001 (for its effect)
    return InMemoryStorage()


@pytest.fixture
def study(storage):
    return HostedStorage(storage).create("nets", SPACE, OBJECTIVES, {"searcher": "sobol", "n_trials": 3})


def outcome(gain=1.0, cost=0.5):
    return Outcome.from_metrics({"gain": gain, "cost": cost}, OBJECTIVES)


def test_trials_of_a_service_are_never_taken_for_abandoned(study, storage):
    study.claim({"x": 0.5}, {})
    assert study.release_abandoned_trials() == 0
    run = Study(SPACE, OBJECTIVES, storage=storage, name="nets", searcher="sobol")
    assert run.release_abandoned_trials() == 0


def test_budget_counts_all_but_lost_trials(study):
    study.claim({"x": 0.5}, {})
    study.tell(0, Outcome.from_reason("lost", "power"))
    assert study.n_left() == 3
    assert [study.claim({"x": x}, {}) is None for x in (0.1, 0.2, 0.3, 0.4)] == [False, False, False, True]
    assert study.n_left() == 0


def test_settings_are_checked_before_a_study_is_made(storage):
    hosted = HostedStorage(storage)
    with pytest.raises(InvalidInputError, match="scheduler must be one of"):
        hosted.create("bad", SPACE, OBJECTIVES, {"scheduler": {"name": "magic"}})
    assert hosted.names() == []


@pytest.mark.usefixtures("study")
def test_equal_study_is_opened_again_and_another_one_refused(storage):
    hosted = HostedStorage(storage)
    assert hosted.create("nets", SPACE, OBJECTIVES, {"n_trials": 9}).run.n_trials == 3
    with pytest.raises(StudyMismatchError):
        hosted.create("nets", Space({"y": Float(0, 1)}), OBJECTIVES, {})


def test_limits_of_a_workload_stay_when_it_is_resumed(storage):
    facts = {"workload": "w", "limits": {"at_least": {}, "at_most": {}}}
    Study(SPACE, OBJECTIVES, storage=storage, name="nets", facts=facts)
    HostedStorage(storage).open("nets").set_limits({}, {"cost": 0.25})
    limited = OBJECTIVES.with_limits({}, {"cost": 0.25})
    facts = {"workload": "w", "limits": {"at_least": {}, "at_most": {"cost": 0.25}}}
    Study(SPACE, limited, storage=storage, name="nets", facts=facts)


def test_stop_of_the_command_line_ends_the_run_of_the_service(study, storage):
    from paretune.study import request_stop

    request_stop("nets", storage)
    assert study.run.ended == "paretune stop"
    assert study.begin().ended == ""
