"""Tests of early stopping in runs: which trials a scheduler stops, and how they end."""

import json
import logging
import time

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

from paretune import Float, Maximize, Minimize, Study, TrialFailedError
from paretune.errors import InvalidInputError
from paretune.execution import Outcome
from paretune.schedulers import Action, Asha, Decision, StartupHalving
from paretune.study import early_stopping
from paretune.study.curve_writer import CurveWriter
from paretune.study.early_stopping import EarlyStopping
from paretune.study.ledger import Ledger

pytestmark = pytest.mark.usefixtures("quiet_optuna")
OBJECTIVES = [Minimize("error"), Minimize("size")]
LENGTH = 9


class StopOdd:
    """Stops each trial with an odd number at step 2."""

    max_resource = LENGTH

    def is_due(self, last_step, decided_at):
        return decided_at < 2 <= last_step

    def decide(self, trials, number, decided_at=None):  # noqa: ARG002 (the contract)
        return Decision(Action.STOP if number % 2 else Action.GO_ON, f"decided with {len(trials)} trials")


def train(params, report, at_end=lambda: None, pause=0.0):
    for epoch in range(1, LENGTH + 1):
        error = params["x"] + 1 / epoch
        if not report(epoch, {"error": error, "size": 1 - params["x"], "loss": params["x"]}):
            at_end()
            break
        time.sleep(pause)
    return {"error": error, "size": 1 - params["x"], "epochs_run": epoch}


def train_slowly(params, report):
    return train(params, report, pause=0.1)


def ignore_stop(params, report):
    return train(params, lambda *reported: report(*reported) or True)


def open_study(storage=None):
    storage = optuna.storages.InMemoryStorage() if storage is None else storage
    return Study({"x": Float(0.0, 1.0)}, OBJECTIVES, storage=storage, searcher="random")


def stored_trials(study):
    return study._study.get_trials(deepcopy=False)


def test_stopped_trial_is_neither_complete_nor_failed_and_keeps_its_curve_and_its_known_objectives():
    study, outcomes = open_study(), []
    study.run(train, 6, scheduler=StopOdd(), on_trial=lambda _, outcome: outcomes.append(outcome), max_failures=1)
    trials = study.trials
    assert trials.states.tolist() == ["complete", "stopped"] * 3
    assert trials.curves.last_steps == {0: LENGTH, 1: 2, 2: LENGTH, 3: 2, 4: LENGTH, 5: 2}
    assert np.isnan(trials.losses[trials.is_stopped, 0]).all()
    assert trials.losses[5, 1] == 1 - trials.params[5]["x"]
    assert trials.metrics[5]["epochs_run"] == 2
    assert study.n_counted() == 6
    assert stored_trials(study)[5].state == TrialState.PRUNED
    assert stored_trials(study)[5].user_attrs["paretune:stopped"] == outcomes[5].stop_reason == "decided with 6 trials"
    assert not trials.is_stopped[study.front().numbers].any()


def raise_error():
    raise RuntimeError("interrupted")


def exit_process():
    raise SystemExit(1)


def fail_trial():
    raise TrialFailedError("timed_out", "stopped", {"error": 0.5, "epochs_run": 2})


@pytest.mark.parametrize("at_end", [raise_error, exit_process, fail_trial])
def test_trial_is_stopped_whatever_its_evaluation_raises_after_the_stop(at_end):
    study = open_study()
    study.run(lambda params, report: train(params, report, at_end), 2, scheduler=StopOdd(), max_failures=1)
    assert study.trials.states.tolist() == ["complete", "stopped"]
    assert np.isnan(study.trials.losses[1, 0])
    assert "paretune:error" not in stored_trials(study)[1].user_attrs
    assert "reason" not in stored_trials(study)[1].user_attrs


def test_trial_that_ignores_the_stop_is_complete_with_a_notice(caplog):
    study = open_study()
    with caplog.at_level(logging.WARNING, "paretune"):
        study.run(ignore_stop, 2, scheduler=StopOdd())
    assert study.trials.states.tolist() == ["complete", "complete"]
    assert caplog.messages == ["trial 1 was asked to stop, but was trained to its end: it counts as whole"]


def report_nothing(params, report):  # noqa: ARG001 (so that it may have a scheduler)
    return {"error": params["x"], "size": 1.0}


def test_scheduler_of_trials_that_report_no_step_is_said_once_and_nothing_is_lost(caplog):
    study = open_study()
    study.run(report_nothing, 3, scheduler=Asha(max_resource=LENGTH))
    assert study.trials.states.tolist() == ["complete"] * 3
    (message,) = caplog.messages
    assert message.startswith("trial 0 has reported no step, so no scheduler can stop it")


def train_badly(params, report):
    """Skips steps, leaves metrics out, reports NaN, begins again at a smaller step, and has a length of its own."""
    report(0, {"size": params["x"]})
    length = 6 + round(6 * params["x"])
    for step in (1, 4, 2, *range(5, length)):
        error = params["x"] + 1 / step
        if not report(step, {"error": error if step % 2 else np.nan} | ({"loss": params["x"]} if step != 4 else {})):
            break
    return {"error": params["x"], "size": params["x"]}


def test_bad_curves_lose_no_trial():
    study = open_study()
    study.run(train_badly, 30, scheduler=Asha(max_resource=LENGTH), max_failures=1)
    trials = study.trials
    assert set(trials.states) == {"complete", "stopped"}
    assert trials.curves.n_trials == 30
    steps = trials.curves.of(0).steps.tolist()
    assert steps == sorted(set(steps))
    assert {0, 1, 2, 4} <= set(steps)


def test_run_without_scheduler_trains_every_trial_to_its_end():
    study = open_study()
    study.run(train, 3)
    assert study.trials.curves.last_steps == dict.fromkeys(range(3), LENGTH)


@pytest.mark.end_to_end
def test_trial_in_a_worker_is_stopped(tmp_path):
    study = open_study(tmp_path / "study.db")
    study.run(train_slowly, 4, scheduler=StopOdd(), workers=2)
    assert study.trials.states.tolist() == ["complete", "stopped"] * 2
    assert all(2 <= study.trials.curves.last_steps[number] < LENGTH for number in (1, 3))


def test_asha_stops_bad_trials_of_a_random_search():
    space, storage = {"x": Float(0.0, 1.0)}, optuna.storages.InMemoryStorage()
    study = Study(space, [Minimize("error")], storage=storage, searcher="random")
    study.run(train, 24, scheduler=Asha(max_resource=LENGTH))
    trials = study.trials
    assert trials.is_stopped.sum() >= 4
    stopped = np.array([params["x"] for params in trials[trials.is_stopped].params])
    assert stopped.min() > min(params["x"] for params in trials[trials.is_complete].params)
    assert set(trials[trials.is_stopped].curves.last_steps.values()) <= {1, 3}


def test_function_without_report_and_too_many_objectives_are_refused_before_the_run():
    study = open_study()
    with pytest.raises(InvalidInputError, match="^a scheduler needs trials that report steps: .* named report"):
        study.run(lambda params: {"error": params["x"], "size": 1.0}, 2, scheduler=StopOdd())
    assert len(study.trials) == 0
    objectives = [Maximize(f"m{i}") for i in range(5)]
    many = Study({"x": Float(0.0, 1.0)}, objectives, storage=optuna.storages.InMemoryStorage())
    with pytest.raises(InvalidInputError, match="by 1 to 4 objectives, but there are 5"):
        many.run(train, 2, scheduler=StopOdd())


def test_trial_of_a_run_that_died_after_the_stop_is_stopped_and_not_repeated():
    study = open_study()
    ledger, curves = Ledger(study._study, study.space, study.objectives), CurveWriter(lambda *_: None)
    stopping = EarlyStopping(StopOdd(), ledger, curves)
    for number in range(2):
        asked = ledger.ask()
        curves.add(asked.number, 2, {"error": 0.5})
        assert stopping.should_stop(asked.number, 2) == bool(number)
    assert ledger.release_trials(lambda _: True, "its runner died") == 2
    assert study.trials.states.tolist() == ["failed", "stopped"]
    assert [trial.state.name for trial in stored_trials(study)] == ["FAIL", "PRUNED", "WAITING"]


def test_decisions_see_curves_of_other_processes_at_most_a_second_late():
    study, now = open_study(), [0.0]
    ledger, curves = Ledger(study._study, study.space, study.objectives), CurveWriter(lambda *_: None)
    seen = []

    class Look(StopOdd):
        def is_due(self, last_step, decided_at):
            return last_step > decided_at

        def decide(self, trials, number, decided_at=None):  # noqa: ARG002 (the contract)
            seen.append(trials.curves.last_steps)
            return Decision(Action.GO_ON, "")

    stopping = EarlyStopping(Look(), ledger, curves, lambda: now[0])
    own, other = ledger.ask().number, ledger.ask().number
    for step, seconds in enumerate((0.0, 0.5, 1.1)):
        now[0] = seconds
        curves.add(own, step, {"error": 0.5})
        assert not stopping.should_stop(own, step)
        ledger.record_steps(other, [{"step": 10 + step, "error": 0.5}])
    assert seen == [{own: 0}, {own: 1}, {own: 2, other: 11}]
    assert stopping.end(own, Outcome((0.5, 0.5))) == Outcome((0.5, 0.5))


def test_storage_that_does_not_answer_lets_trials_go_on_until_it_does(monkeypatch):
    study = open_study()
    ledger, curves = Ledger(study._study, study.space, study.objectives), CurveWriter(lambda *_: None)
    stopping = EarlyStopping(StopOdd(), ledger, curves)
    ledger.ask()
    number = ledger.ask().number
    curves.add(number, 2, {"error": 0.5})
    with monkeypatch.context() as broken:
        broken.setattr(ledger.study, "get_trials", lambda **_: (_ for _ in ()).throw(OSError("away")))
        assert not stopping.should_stop(number, 2)
    assert stopping.should_stop(number, 2)


def test_many_decisions_about_one_trial_take_a_small_share_of_the_time(monkeypatch):
    monkeypatch.setattr(early_stopping, "_N_PROMPT_DECISIONS", 2)
    study, now, decided = open_study(), [0.0], []
    ledger, curves = Ledger(study._study, study.space, study.objectives), CurveWriter(lambda *_: None)

    class Slow(StopOdd):
        def is_due(self, last_step, decided_at):
            return last_step > decided_at

        def decide(self, trials, number, decided_at=None):  # noqa: ARG002 (the contract)
            decided.append(trials.curves.last_steps[number])
            now[0] += 1.0
            return Decision(Action.GO_ON, "")

    stopping, number = EarlyStopping(Slow(), ledger, curves, lambda: now[0]), ledger.ask().number
    for step in range(30):
        curves.add(number, step, {"error": 0.5})
        stopping.should_stop(number, step)
        now[0] += 1.0
    assert decided == [0, 1, 11, 21]


def train_and_save(params, report, checkpoint):
    """Go on from the saved epoch; the size is known before the training."""
    state = checkpoint.load(lambda path: json.loads(path.read_text())) or {"epoch": 0}
    while state["epoch"] < LENGTH:
        state["epoch"] += 1
        error = (params["x"] - 0.3) ** 2 + 1 / state["epoch"]
        goes_on = report(state["epoch"], {"error": error, "size": 1 - params["x"]})
        if not goes_on:
            checkpoint.save(lambda path: path.write_text(json.dumps(state)))
            break
    return {"error": error, "size": 1 - params["x"]}


def train_without_saving(params, report, checkpoint):  # noqa: ARG001 (it says that it saves, and does not)
    return train(params, report)


def test_short_trainings_begin_a_run_and_some_of_them_go_on_later(tmp_path):
    study = open_study()
    rule = StartupHalving(LENGTH, n_short=6, n_whole=2)
    study.run(train_and_save, 8, scheduler=rule, checkpoints=tmp_path)
    trials = study.trials
    assert trials.states.tolist().count("complete") == 4
    assert trials.states[[0, 6, 7]].tolist() == ["complete"] * 3
    assert set(trials.curves.last_steps.values()) == {1, LENGTH}
    assert all(len(trials.curves.of(number)) == last for number, last in trials.curves.last_steps.items())


def test_training_that_saves_nothing_is_stopped_once_and_later_ones_do_not_pause(tmp_path, caplog):
    study = open_study()
    with caplog.at_level(logging.WARNING, "paretune"):
        study.run(train_without_saving, 8, scheduler=StartupHalving(LENGTH, n_short=6, n_whole=2), checkpoints=tmp_path)
    assert study.trials.states.tolist() == ["stopped"] + ["complete"] * 7
    (warning,) = [record.getMessage() for record in caplog.records if "saved nothing" in record.getMessage()]
    assert warning.startswith("trial 0 has saved nothing by step 1, so it was stopped and could not pause;")


def test_run_of_short_trainings_only_and_one_that_cannot_save_are_refused():
    with pytest.raises(InvalidInputError, match="^40 short trainings begin the run, so n_trials must be larger, .*$"):
        open_study().run(train_and_save, 20, scheduler=StartupHalving(LENGTH * 15))
    with pytest.raises(InvalidInputError, match="^bayes pauses trials, so they must save: .*$"):
        open_study().run(train, 60, scheduler=StartupHalving(LENGTH))
