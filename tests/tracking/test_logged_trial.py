"""Trials in the form for trackers."""

import math

import optuna
import pytest

from paretune import Float, Minimize, Study
from paretune.tracking import LoggedTrial, logged_trials, pending_trial


def test_logged_trial_has_all_known_facts(study, trials):
    first, record = trials[0], study.view(0).records[0]
    assert (first.study, first.number, first.state, first.reason) == ("nets", 0, "complete", "")
    assert first.params == study.trials.params[0]
    assert first.metrics == {"accuracy": 0.1, "latency": 0.9, "latency_se": 0.01}
    assert first.steps == [(10, {"accuracy": 0.1}), (20, {"accuracy": 0.2}), (30, {"accuracy": pytest.approx(0.3)})]
    assert first.durations == record["durations"]
    assert {"suggest", "evaluate"} <= set(first.durations)
    assert first.details["searcher"] == "random"
    assert first.details["seed"] == "3"
    assert first.details["device"] == "tiny"
    assert first.details["host"] == record["host"]
    assert first.started == study.trials.started[0]
    assert first.seconds == study.trials.durations[0]


def test_failed_trial_has_reason_error_and_known_metrics(trials):
    assert [trial.reason for trial in trials] == ["", "crashed", "not_finite", "out_of_memory", ""]
    assert [trial.state for trial in trials] == ["complete", "failed", "failed", "failed", "complete"]
    assert trials[1].error == "ValueError: wrong | shape\nin two lines (conftest.py, line 29)"
    assert trials[2].metrics == {"latency": 0.5}
    assert trials[3].metrics == {"latency": 0.25}


def test_single_trial_equals_itself_among_all(study, trials):
    for number in range(5):
        stored = study.view(number)
        assert logged_trials(stored.name, stored.trials, stored.records, stored.origin) == [trials[number]]


def test_pending_trials_and_trials_lost_before_they_began_are_left_out():
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=optuna.storages.InMemoryStorage())
    pending, begun = study.ask(), study.ask()
    study.tell(begun, reason="lost")
    withdrawn = study._ledger.ask()
    study._ledger.mark_lost(withdrawn.number, "not started: the run was over")
    stored = study.view()
    found = logged_trials(stored.name, stored.trials, stored.records, stored.origin)
    assert [(trial.number, trial.reason) for trial in found] == [(begun.number, "lost")]
    assert pending.number not in [trial.number for trial in found]


def test_trial_has_the_seed_of_its_run():
    storage = optuna.storages.InMemoryStorage()
    for seed in (1, 2):
        study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=storage, searcher="random", seed=seed)
        study.run(lambda params: {"loss": params["x"]}, 2 * seed)
    stored = study.view()
    found = logged_trials(stored.name, stored.trials, stored.records, stored.origin)
    assert [trial.details["seed"] for trial in found] == ["1", "1", "2", "2"]


def test_keys_differ_between_trials_and_between_studies_of_the_same_name():
    keys = {LoggedTrial("s", number, {}, started=started).key for number in (1, 2) for started in (5.0, 5.5, math.nan)}
    assert len(keys) == 6


def test_pending_trial_has_the_key_of_its_end(study):
    asked = study.ask()
    study.report(asked, 1, {"loss": 0.5})
    view = study.view(asked.number)
    running = pending_trial(view.name, view.trials, view.records)
    assert (running.state, running.steps) == ("pending", ())
    study.tell(asked, {"accuracy": 0.5, "latency": 0.5})
    view = study.view(asked.number)
    (ended,) = logged_trials(view.name, view.trials, view.records, view.origin)
    assert running.key == ended.key
    assert ended.steps == [(1, {"loss": 0.5})]
    assert pending_trial(view.name, view.trials, view.records) is None
