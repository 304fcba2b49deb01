"""Reports of steps on their way from a training to the storage, while the trial runs."""

import math
import time
from functools import partial

import optuna
import pytest

import trainings
from paretune import Float, Maximize, Minimize, Study
from paretune.adapters.optuna.internals import get_trial
from paretune.errors import InvalidInputError
from paretune.execution import Pool, make_slots
from paretune.study import StudyView


@pytest.fixture
def study(database):
    return Study({"x": Float(0, 1)}, [Maximize("gain"), Minimize("cost")], storage=database, searcher="random", seed=1)


def stored_steps(study, number=0):
    return get_trial(study._study, number).user_attrs.get("paretune:steps")


def test_reported_step_is_stored_while_the_trial_runs(study):
    seen = []

    def evaluate(_params, report):
        assert report(1, {"loss": 0.5}) is True
        seen.append(stored_steps(study))
        report(2, {"loss": math.nan, "other": 1})
        return {"gain": 0.5, "cost": 1.0}

    study.run(evaluate, n_trials=1)
    assert seen == [[{"step": 1, "loss": 0.5}]]
    assert stored_steps(study) == [{"step": 1, "loss": 0.5}, {"step": 2, "other": 1.0}]


def test_steps_of_a_worker_are_stored_while_its_trial_runs(study, tmp_path):
    seen = []

    def on_steps(asked, steps):
        seen.append((asked.number, steps, study.trials.is_pending.tolist(), stored_steps(study)))
        if len(seen) == 2:
            (tmp_path / "seen").touch()

    executor = Pool(
        partial(trainings.prepare_until, tmp_path / "seen"), study.objectives, make_slots(1), tmp_path / "logs"
    )
    study.run(executor, n_trials=1, on_steps=on_steps)
    assert len(seen) >= 2
    assert all(number == 0 and is_pending == [True] and stored for number, _, is_pending, stored in seen)
    assert list(seen[0][1]) == seen[0][3] == stored_steps(study)[: len(seen[0][3])]
    stored = [step["step"] for step in stored_steps(study)]
    assert stored == list(range(1, len(stored) + 1))
    passed_on = [step["step"] for _, steps, _, _ in seen for step in steps]
    assert passed_on == sorted(set(passed_on))


def test_lost_trial_keeps_the_steps_that_had_arrived(study, tmp_path):
    executor = Pool(trainings.prepare_killed, study.objectives, make_slots(1), tmp_path / "logs")
    study.run(executor, n_trials=1)
    states = [trial.user_attrs["reason"] for trial in study._study.trials]
    assert states == ["lost", "crashed"]  # it is tried again once
    for number in (0, 1):
        assert [step["step"] for step in stored_steps(study, number)] == [1, 2, 3]


def test_report_beside_ask_and_tell_is_stored_completely_by_tell(study):
    asked = study.ask()
    for step in range(1_000):
        assert study.report(asked, step, {"loss": 1 / (1 + step)})
    assert stored_steps(study)[0] == {"step": 0, "loss": 1.0}
    study.tell(asked, {"gain": 0.5, "cost": 1.0})
    steps = [step["step"] for step in stored_steps(study)]
    assert (steps[0], steps[-1]) == (0, 999)
    assert len(steps) <= 200


def test_another_object_goes_on_with_a_reported_curve(study, tmp_path):
    asked = study.ask()
    study.report(asked.number, 1, {"loss": 0.5})
    other = Study(study.space, study.objectives, storage=tmp_path / "a.db", searcher="random")
    other.report(asked.number, 2, {"loss": 0.25})
    other.tell(asked.number, reason="crashed", message="no more")
    assert stored_steps(other) == [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.25}]


def test_returned_steps_of_tell_join_the_reported_ones(study):
    asked = study.ask()
    study.report(asked, 1, {"loss": 0.5})
    study.tell(asked, {"gain": 0.5, "cost": 1.0, "paretune:steps": [{"step": 2, "loss": 0.25}]})
    assert stored_steps(study) == [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.25}]


@pytest.mark.parametrize(("step", "metrics"), [(-1, {}), (0.5, {}), (1, None), (1, {"step": 2})])
def test_bad_report_is_refused(study, step, metrics):
    asked = study.ask()
    with pytest.raises(InvalidInputError):
        study.report(asked, step, metrics)
    assert stored_steps(study) is None


def test_report_of_a_trial_that_is_not_pending_is_refused(study):
    asked = study.ask()
    study.tell(asked, {"gain": 0.5, "cost": 1.0})
    for number in (asked, 7):
        with pytest.raises(InvalidInputError, match="is not pending"):
            study.report(number, 1, {"loss": 0.5})


def test_storage_that_is_away_does_not_fail_a_reporting_trial(study, monkeypatch):
    def fail(*_):
        raise optuna.exceptions.StorageInternalError("away")

    def evaluate(_params, report):
        with monkeypatch.context() as patch:
            patch.setattr("paretune.adapters.optuna.internals.set_trial_user_attr", fail)
            assert report(1, {"loss": 0.5})
        return {"gain": 0.5, "cost": 1.0}

    start = time.monotonic()
    study.run(evaluate, n_trials=1)
    assert time.monotonic() - start < 30
    assert stored_steps(study) == [{"step": 1, "loss": 0.5}]
    assert isinstance(study.view(), StudyView)
