"""Tests of studies: budgets, failures, interrupts, resuming, and what is refused."""

import json
import math
import sys

import optuna
import pytest
from optuna.storages import InMemoryStorage
from optuna.trial import TrialState

from paretune import Categorical, Float, Int, Maximize, Minimize, Space, Study, TrialFailedError
from paretune.errors import InvalidInputError, SpaceExhaustedError, StudyMismatchError, TooManyFailuresError
from paretune.study import load

SPACE = Space(
    {
        "width": Int(1, 64, log=True),
        "optimizer": Categorical(["sgd", "adam"]),
        "momentum": Float(0.0, 0.9, when={"optimizer": "sgd"}),
    }
)
OBJECTIVES = [Maximize("accuracy", at_least=0.5), Minimize("latency", unit="s")]


def train(params):
    return {"accuracy": 1 - 1 / (1 + params["width"]), "latency": params["width"] / 100, "latency_se": 0.001}


@pytest.fixture
def storage():
    return InMemoryStorage()


@pytest.fixture
def file(database):
    """A storage for tests of what is stored; one in memory is ten times as quick."""
    return database


def open_study(storage, **changes):
    return Study(**{"space": SPACE, "objectives": OBJECTIVES, "storage": storage, "searcher": "random", **changes})


def stored_trials(storage, name="study"):
    return optuna.load_study(study_name=name, storage=optuna_storage(storage)).trials


def optuna_storage(storage):
    """The storage as plain Optuna takes it."""
    return storage if isinstance(storage, InMemoryStorage) else f"sqlite:///{storage}"


def test_n_trials_is_the_total_over_all_runs(file):
    calls = []

    def counted(params):
        calls.append(params)
        return train(params)

    open_study(file).run(counted, n_trials=5)
    open_study(file).run(counted, n_trials=8)
    open_study(file).run(counted, n_trials=8)

    assert len(calls) == 8
    assert list(open_study(file).trials.numbers) == list(range(8))


@pytest.mark.parametrize("searcher", ["bayes", "random", "sobol", "grid"])
def test_resumed_search_equals_the_search_that_was_never_stopped(file, storage, searcher):
    whole, parts = open_study(storage, searcher=searcher, seed=3), file if searcher == "sobol" else InMemoryStorage()
    whole.run(train, n_trials=10)
    for total in (4, 9, 10):
        open_study(parts, searcher=searcher, seed=3).run(train, n_trials=total)

    assert whole.trials.params == load("study", parts).trials.params


@pytest.mark.parametrize("searcher", ["gp", "tpe", "nsga2"])
def test_resumed_search_of_an_optuna_sampler_does_not_repeat_its_draws(storage, searcher):
    open_study(storage, searcher=searcher).run(train, n_trials=6)
    open_study(storage, searcher=searcher).run(train, n_trials=12)

    widths = [(t["width"], t.get("momentum")) for t in open_study(storage).trials.params]
    assert widths[:6] != widths[6:]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (lambda: {"accuracy": math.nan, "latency": 1.0}, "not_finite"),
        (lambda: {"accuracy": 0.9, "latency": math.inf}, "not_finite"),
        (lambda: {"accuracy": 0.9}, "crashed"),
        (lambda: {"accuracy": 0.9, "latency": "fast"}, "crashed"),
        (lambda: {"accuracy": 0.9, "latency": 1j}, "crashed"),
        (lambda: {"accuracy": True, "latency": 1.0}, "crashed"),
        (lambda: 0.9, "crashed"),
        (lambda: 1 / 0, "crashed"),
        (lambda: sys.exit(3), "crashed"),
        (lambda: (_ for _ in ()).throw(MemoryError()), "out_of_memory"),
        (lambda: (_ for _ in ()).throw(TimeoutError("slow")), "timed_out"),
        (lambda: (_ for _ in ()).throw(TrialFailedError("out_of_memory", "no room")), "out_of_memory"),
        (lambda: {"accuracy": 0.4, "latency": 1.0}, "outside_limits"),
    ],
)
def test_failed_trial_gets_a_reason_and_the_run_continues(storage, outcome, reason):
    study = open_study(storage)
    outcomes = iter([outcome, lambda: {"accuracy": 0.9, "latency": 0.1}])
    study.run(lambda _: next(outcomes)(), n_trials=2)

    assert list(study.trials.states) == ["failed", "complete"]
    assert list(study.trials.reasons) == [reason, ""]
    assert stored_trials(storage)[0].user_attrs["paretune:error"]


def test_trial_outside_the_limits_has_its_values_in_optuna(file):
    study = open_study(file)
    accuracies = iter([0.4, 0.5, 0.9])
    study.run(lambda _: {"accuracy": next(accuracies), "latency": 0.1}, n_trials=3)

    outside, on_the_limit, inside = stored_trials(file)
    assert outside.state == TrialState.COMPLETE
    assert outside.values == [0.4, 0.1]
    assert outside.constraints["accuracy"] == pytest.approx(0.1)
    assert on_the_limit.constraints["accuracy"] == 0.0
    assert list(study.trials.states) == ["failed", "complete", "complete"]
    stored = optuna.load_study(study_name="study", storage=optuna_storage(file))
    assert [t.number for t in stored.best_trials] == [inside.number] == list(study.front().numbers)


def test_standard_errors_and_other_metrics_are_stored_by_name(file):
    study = open_study(file)
    study.run(lambda _: {**train({"width": 9}), "epochs_run": 7, "note": "x" * 9_999}, n_trials=1)

    attributes = stored_trials(file)[0].user_attrs
    assert attributes["latency_se"] == 0.001
    assert study.trials.losses_se[0].tolist() == pytest.approx([math.nan, 0.001], nan_ok=True)
    assert study.trials.metrics[0]["epochs_run"] == 7
    assert len(attributes["note"]) <= 2_000


def test_metric_can_be_called_error(storage):
    study = Study({"width": Int(1, 64)}, [Minimize("error"), Minimize("latency")], storage=storage, searcher="random")
    latencies = iter([math.nan, 0.1])
    study.run(lambda _: {"error": 0.25, "latency": next(latencies)}, n_trials=2)
    assert study.trials.values[:, 0].tolist() == [0.25, 0.25]
    assert "latency" in study.view().records[0]["error"]


def test_crashes_in_a_row_stop_the_run_with_the_last_reason(storage):
    study = open_study(storage)
    with pytest.raises(TooManyFailuresError, match=r"3 trials in a row.*number 2, crashed: ValueError: no data"):
        study.run(lambda _: (_ for _ in ()).throw(ValueError("no data")), n_trials=10, max_failures=3)

    assert study.n_counted() == 3


def test_trials_outside_the_limits_do_not_stop_a_run(storage):
    study = open_study(storage)
    study.run(lambda _: {"accuracy": 0.1, "latency": 1.0}, n_trials=6, max_failures=2)

    assert study.trials.failures() == {"outside_limits": 6}


def test_trials_stopped_for_a_metric_outside_its_limit_do_not_stop_a_run(storage):
    def stop_early(known):
        raise TrialFailedError("timed_out", "too slow", known)

    study = open_study(storage)
    study.run(lambda _: stop_early({"accuracy": 0.1}), n_trials=6, max_failures=2)
    assert study.trials.failures() == {"timed_out": 6}
    for known in ({}, {"accuracy": 0.9}, {"accuracy": "low"}):
        with pytest.raises(TooManyFailuresError):
            study.run(lambda _, known=known: stop_early(known), n_trials=99, max_failures=2)


def test_interrupted_trial_is_not_pending_and_does_not_count(file):
    study = open_study(file)

    def interrupted(params):
        if len(study.trials) == 3:
            raise KeyboardInterrupt
        return train(params)

    by_hand = study.ask()
    with pytest.raises(KeyboardInterrupt) as interruption:
        study.run(interrupted, n_trials=6)
    assert "run again to go on" in interruption.value.__notes__[0]
    study.tell(by_hand, train(by_hand.params))
    states = [t.state for t in stored_trials(file)]
    assert states == [TrialState.COMPLETE, TrialState.COMPLETE, TrialState.FAIL, TrialState.WAITING]
    assert study.n_counted() == 2

    open_study(file).run(train, n_trials=6)
    assert open_study(file).n_counted() == 6
    assert open_study(file).trials.failures() == {"lost": 1}


@pytest.mark.parametrize("searcher", ["bayes", "random", "sobol", "grid"])
def test_interrupted_search_tries_its_lost_trial_again(storage, searcher):
    whole = open_study(storage, searcher=searcher)
    whole.run(train, n_trials=7)
    parts = open_study(InMemoryStorage(), searcher=searcher)

    def interrupted(params):
        if parts.n_counted() == 4:
            raise KeyboardInterrupt
        return train(params)

    with pytest.raises(KeyboardInterrupt):
        parts.run(interrupted, n_trials=7)
    parts.run(train, n_trials=7)

    assert parts.trials[~parts.trials.is_lost].params == whole.trials.params


def test_interrupt_during_a_suggestion_leaves_no_pending_trial(storage, monkeypatch):
    study = open_study(storage)

    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(study._study.sampler, "sample_relative", interrupt)
    with pytest.raises(KeyboardInterrupt):
        study.run(train, n_trials=2)

    assert [t.state for t in stored_trials(storage)] == [TrialState.FAIL]
    assert study.n_counted() == 0


def test_trials_can_be_run_by_ask_and_tell(storage):
    study = open_study(storage)
    first, second, third = study.ask(), study.ask(), study.ask()
    study.tell(first, train(first.params))
    study.tell(second.number, reason="out_of_memory", message="no room")

    assert list(study.trials.states) == ["complete", "failed", "pending"]
    with pytest.raises(InvalidInputError, match="trial 0 .* is not pending"):
        study.tell(first, train(first.params))
    with pytest.raises(InvalidInputError, match="either metrics or a reason"):
        study.tell(third)
    with pytest.raises(InvalidInputError, match="reason must be one of crashed, .* but is 'tired'"):
        study.tell(third, reason="tired")


def test_study_of_plain_optuna_cannot_be_resumed(file):
    plain = optuna.create_study(study_name="plain", storage=optuna_storage(file), directions=["maximize", "minimize"])
    plain.optimize(lambda t: (t.suggest_float("x", 0, 1), 1.0), n_trials=1)

    with pytest.raises(StudyMismatchError, match="'plain' was not made by Paretune"):
        open_study(file, name="plain")


def test_undefined_study_gets_the_definition_of_the_next_run(storage):
    optuna.create_study(study_name="study", storage=optuna_storage(storage), directions=["maximize", "minimize"])
    open_study(storage).run(train, n_trials=1)

    assert load("study", storage).trials.space == SPACE


def test_exhausted_grid_raises_after_the_last_configuration(storage):
    study = Study({"k": Int(1, 3)}, [Minimize("loss")], storage=storage, searcher="grid")
    with pytest.raises(SpaceExhaustedError, match="all 3 configurations"):
        study.run(lambda p: {"loss": p["k"]}, n_trials=10)

    assert sorted(p["k"] for p in study.trials.params) == [1, 2, 3]
    assert study.n_counted() == 3


def test_each_run_is_stored_with_how_it_was_started(file):
    open_study(file, command="paretune run it").run(train, n_trials=2)
    open_study(file, searcher="sobol", seed=5).run(train, n_trials=3)

    first, second = open_study(file).origin["runs"]
    assert (first["searcher"], first["from_trial"], first["command"]) == ("random", 0, "paretune run it")
    assert (second["searcher"], second["seed"], second["from_trial"]) == ("sobol", 5, 2)
    assert json.dumps(first["environment"])


def test_several_runs_of_one_object_are_stored_as_one(storage):
    study = open_study(storage)
    for total in (2, 3, 3, 6):
        study.run(train, n_trials=total)
    (run,) = study.origin["runs"]
    assert (run["from_trial"], run["n_trials"], run["ended"]) == (0, 6, "6 trials")


def test_wrong_arguments_store_nothing(storage):
    with pytest.raises(InvalidInputError, match="searcher must be one of bayes, .* but is 'magic'"):
        open_study(storage, searcher="magic")
    with pytest.raises(InvalidInputError, match="n_trials must be between 1 and .* but is 0"):
        open_study(storage).run(train, n_trials=0)

    assert not stored_trials(storage)


def test_facts_that_are_not_json_are_refused_before_anything_is_stored(tmp_path):
    storage = tmp_path / "study.db"
    with pytest.raises(InvalidInputError, match="facts must be JSON values"):
        open_study(storage, facts={"path": object()})
    assert not storage.exists()
    open_study(storage, facts={1: (2, 3)})
    open_study(storage, facts={1: (2, 3)})


def test_trials_that_are_always_lost_end_the_run(storage):
    def mark_lost(_params):
        raise TrialFailedError("lost", "the node is gone")

    with pytest.raises(TooManyFailuresError, match="lost twice, which counts as crashed: the node is gone"):
        open_study(storage).run(mark_lost, n_trials=20, max_failures=4)
    assert open_study(storage).trials.failures() == {"crashed": 4, "lost": 4}


def test_error_without_a_text_fails_its_trial(storage):
    class TextlessError(Exception):
        def __str__(self):
            raise RuntimeError

    def fail(_params):
        raise TextlessError

    study = open_study(storage)
    study.run(fail, n_trials=1)
    assert study.trials.failures() == {"crashed": 1}


def test_metrics_of_a_failed_trial_are_stored(storage):
    study = open_study(storage)
    study.run(lambda _: {"accuracy": math.nan, "latency": 0.5, "latency_se": -1.0}, n_trials=1)
    assert study.trials.values[0].tolist() == pytest.approx([math.nan, 0.5], nan_ok=True)
    assert math.isnan(study.trials.losses_se[0, 1])  # a negative standard error is ignored


def test_live_trial_of_plain_optuna_is_not_released(file, monkeypatch):
    study = open_study(file)
    plain = optuna.load_study(study_name="study", storage=optuna_storage(file))
    alive = plain.ask()
    alive.suggest_int("width", 1, 64, log=True)
    monkeypatch.setattr("paretune.study.trial_status.GRACE_SECONDS", 0.0)
    assert study.release_abandoned_trials() == 0
    plain.ask()  # a process that died before it suggested anything
    assert study.release_abandoned_trials() == 1


def test_limit_is_stored_for_the_dashboard_of_optuna_and_counted_once(storage):
    study = open_study(storage)
    study.run(train, n_trials=8)
    trials = study.trials
    for stored, is_inside in zip(stored_trials(storage), trials.reasons != "outside_limits", strict=True):
        (listed,) = stored.system_attrs["constraints"]
        assert (listed <= 0) == is_inside
    assert trials.violations.shape == (8, 0)
