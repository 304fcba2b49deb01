"""Tests of budgets in steps and hours, alone and shared by several runs."""

import threading
from functools import partial

import optuna
import pytest

from paretune import Float, Minimize, Study
from paretune.errors import InvalidInputError
from paretune.study import EndKind
from paretune.study.budget import Budget, StepBudget
from study.test_checkpoints import LENGTH, train

pytestmark = pytest.mark.usefixtures("quiet_optuna")
OBJECTIVES = [Minimize("error"), Minimize("size")]


def open_study(storage=None):
    storage = optuna.storages.InMemoryStorage() if storage is None else storage
    return Study({"x": Float(0.0, 1.0)}, OBJECTIVES, storage=storage, searcher="random")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs", "must be such as epochs=600 or hours=2"),
        ("weeks=2", "a budget counts epochs, steps or hours"),
        ("epochs=0", "must be a whole number above 0"),
        ("epochs=2.5", "must be a whole number above 0"),
        ("hours=0", "must be a number above 0"),
    ],
)
def test_wrong_budget_is_refused(text, message):
    with pytest.raises(InvalidInputError, match=message):
        Budget.parse(text)


def test_budget_of_steps_is_spent_exactly_and_its_last_trial_goes_on_with_a_larger_one(tmp_path):
    study, steps = open_study(), []
    study.run(partial(train, steps=steps), budget=Budget("epochs", 25, LENGTH), checkpoints=tmp_path)
    assert study.trials.states.tolist() == ["complete", "complete", "stopped"]
    assert len(steps) == 25
    assert study.ended.kind == EndKind.BUDGET
    assert study.ended.stored_text == study.activity.ended == "the budget of 25 epochs is spent"
    assert study.activity.budget == "25 of 25 epochs"
    study.run(partial(train, steps=steps), 3, budget=Budget("epochs", 30, LENGTH), checkpoints=tmp_path)
    assert len(steps) == len(set(steps)) == 25


def test_trial_that_reports_no_step_counts_as_whole():
    def silent(params, report):  # noqa: ARG001 (a training that never reports)
        return {"error": params["x"], "size": 1.0}

    study = open_study()
    study.run(silent, budget=Budget("epochs", 2 * LENGTH + 4, LENGTH))
    assert len(study.trials) == 3
    assert study.ended.kind == EndKind.BUDGET


def test_trials_and_budget_limit_a_run_together():
    study = open_study()
    study.run(train, 2, budget=Budget("steps", 100, LENGTH))
    assert len(study.trials) == 2
    assert study.ended.kind == EndKind.ALL_TRIALS


def test_hours_stop_running_trials():
    study = open_study()
    study.run(train, budget=Budget("hours", 1e-9))
    assert study.ended.kind == EndKind.BUDGET
    assert len(study.trials) <= 1


def test_run_without_total_and_budget_without_length_or_reports_are_refused():
    study = open_study()
    with pytest.raises(InvalidInputError, match="a run needs n_trials or a budget"):
        study.run(train)
    with pytest.raises(InvalidInputError, match="must know how long a training is"):
        study.run(train, budget=Budget("epochs", 9))
    with pytest.raises(InvalidInputError, match="needs trials that report steps"):
        study.run(lambda params: params, budget=Budget("epochs", 9, 3))


def test_runs_at_once_are_never_granted_more_than_the_budget(tmp_path):
    """Four threads with a connection each claim trials at the same time."""
    file, budget, granted = tmp_path / "study.db", Budget("epochs", 40, LENGTH), []
    studies = [open_study(file) for _ in range(4)]

    def claim(study, name):
        steps = StepBudget(study._study, budget, name)
        for _ in range(2):
            asked = study.ask()
            granted.append(steps.grant(asked.number, -1))

    threads = [threading.Thread(target=claim, args=(study, str(i))) for i, study in enumerate(studies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(granted, key=lambda until: until or 0) == [None] * 3 + [4] + [LENGTH] * 4
