"""Tests of reports of trials that were asked for, with a scheduler."""

import optuna
import pytest

from paretune import Float, Minimize, Study
from paretune.errors import InvalidInputError
from paretune.schedulers import Action, Decision

pytestmark = pytest.mark.usefixtures("quiet_optuna")


class StopAtTwo:
    max_resource = 9

    def is_due(self, last_step, decided_at):
        return decided_at < 2 <= last_step

    def decide(self, trials, number, decided_at=None):  # noqa: ARG002 (the contract)
        return Decision(Action.STOP, "late")


@pytest.fixture
def study():
    return Study({"x": Float(0, 1)}, [Minimize("error")], storage=optuna.storages.InMemoryStorage(), searcher="random")


def reports(study, trial, n):
    return [study.report(trial, step, {"error": 1 / step}, StopAtTwo()) for step in range(1, n + 1)]


@pytest.mark.parametrize("metrics", [None, {"error": 0.5}])
def test_trial_that_is_asked_to_stop_is_stopped_with_or_without_metrics(study, metrics):
    trial = study.ask()
    assert reports(study, trial, 2) == [True, False]
    assert study.tell(trial, metrics).stop_reason == "late"
    assert study.trials.states.tolist() == ["stopped"]
    assert study.trials.curves.last_steps == {0: 2}


def test_trial_that_reports_on_after_the_stop_is_complete(study):
    trial = study.ask()
    assert reports(study, trial, 3) == [True, False, False]
    study.tell(trial, {"error": 0.5})
    assert study.trials.states.tolist() == ["complete"]


def test_trial_that_was_not_asked_to_stop_needs_metrics_or_a_reason(study):
    trial = study.ask()
    assert study.report(trial, 1, {"error": 1.0})
    with pytest.raises(InvalidInputError, match="tell needs either metrics or a reason"):
        study.tell(trial)
