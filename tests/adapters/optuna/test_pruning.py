"""Tests of early stopping in Optuna studies with one objective and several."""

import subprocess
import sys
import textwrap

import numpy as np
import optuna
import pytest
from optuna.trial import FixedTrial, TrialState

import paretune
from paretune.adapters.optuna import live_curves
from paretune.adapters.optuna.history import read_trials
from paretune.adapters.optuna.keys import STEPS_KEY, STOPPED_KEY
from paretune.errors import InvalidInputError
from paretune.schedulers import Asha, Hyperband, Median
from paretune.space import Float, Space
from schedulers.late_objective import N_EPOCHS, curve

pytestmark = pytest.mark.usefixtures("quiet_optuna")
NAMES = ["accuracy", "latency"]
SPACE = Space({"quality": Float(0, 1), "latency": Float(0, 1)})


def objective(scheduler):
    def train(trial):
        quality, latency = trial.suggest_float("quality", 0, 1), trial.suggest_float("latency", 0, 1)
        for step in curve(quality, latency, np.random.default_rng(trial.number)):
            epoch = step.pop("step")
            paretune.report(trial, step, epoch)
            if paretune.should_prune(trial, scheduler, objectives=NAMES):
                raise optuna.TrialPruned
        return step["accuracy"], latency

    return train


def new_study(sampler=None, **options):
    return optuna.create_study(directions=["maximize", "minimize"], sampler=sampler, **options)


@pytest.mark.parametrize(
    "scheduler",
    [None, Asha(min_resource=2, max_resource=N_EPOCHS), Hyperband(max_resource=N_EPOCHS), Median(min_resource=3)],
)
def test_trials_with_two_objectives_are_pruned_and_resources_saved(scheduler):
    study = new_study(optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective(scheduler), n_trials=40)
    pruned = [trial for trial in study.trials if trial.state == TrialState.PRUNED]
    assert 8 <= len(pruned) <= 30
    reasons = [trial.user_attrs[STOPPED_KEY] for trial in pruned]
    assert all("latency (known)" in reason for reason in reasons)
    assert any("accuracy by loss (rank correlation" in reason for reason in reasons)
    better = [t.params["quality"] for t in study.trials if t.state == TrialState.COMPLETE]
    assert np.mean(better) > np.mean([t.params["quality"] for t in pruned])


def test_stopped_trial_keeps_its_curve_and_the_objective_that_was_known():
    study = new_study(optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective(Asha(max_resource=N_EPOCHS)), n_trials=30)
    trials = read_trials(study, SPACE)
    stopped = trials[trials.is_stopped]
    assert len(stopped)
    assert stopped.curves.n_trials == len(stopped)
    assert np.isnan(stopped.losses[:, 0]).all()
    assert stopped.losses[:, 1] == pytest.approx([params["latency"] for params in stopped.params])


def test_pareto_sampler_searches_with_stopped_trials_and_stores_the_last_report(monkeypatch):
    monkeypatch.setattr(live_curves, "MAX_WRITE_SHARE", 1e-9)  # each write is due a second after the other
    study = new_study(paretune.ParetoSampler(seed=0))
    study.optimize(objective(Asha(max_resource=N_EPOCHS, eta=2)), n_trials=12)
    trials = read_trials(study, SPACE)
    assert {"complete", "stopped"} == set(trials.states)
    complete = trials.curves.select(trials.numbers[trials.is_complete])
    assert set(complete.last_steps.values()) == {N_EPOCHS}
    assert len({tuple(params.values()) for params in trials.params}) == 12  # nothing is suggested again


def test_metric_names_of_the_study_name_the_objectives():
    study = new_study()
    with pytest.warns(optuna.exceptions.ExperimentalWarning):
        study.set_metric_names(NAMES)
    trial = study.ask(SPACE_DISTRIBUTIONS)
    paretune.report(trial, {"accuracy": 0.1, "latency": 2.0}, 1)
    assert not paretune.should_prune(trial)


SPACE_DISTRIBUTIONS = {name: optuna.distributions.FloatDistribution(0, 1) for name in SPACE}


def test_single_objective_needs_no_name():
    study = optuna.create_study()
    trial = study.ask(SPACE_DISTRIBUTIONS)
    paretune.report(trial, {"loss": 0.1}, 1)
    assert not paretune.should_prune(trial)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"the objectives of the study have no names: call study\.set_metric_names"),
        ({"objectives": ["accuracy"]}, r"objectives must be 2 names of metrics, but are \['accuracy'\]"),
        ({"objectives": "ab"}, "objectives must be 2 names of metrics, but are 'ab'"),
    ],
)
def test_objectives_that_cannot_be_matched_give_one_clear_line(options, message):
    trial = new_study().ask(SPACE_DISTRIBUTIONS)
    paretune.report(trial, {"accuracy": 0.1, "latency": 2.0}, 1)
    with pytest.raises(InvalidInputError, match=message):
        paretune.should_prune(trial, **options)


def test_objective_that_no_trial_reports_is_warned_of_once_and_the_trial_goes_on(caplog):
    study = new_study()
    for _ in range(2):
        trial = study.ask(SPACE_DISTRIBUTIONS)
        paretune.report(trial, {"accuracy": 0.1, "latency": 2.0}, 1)
        assert not paretune.should_prune(trial, Median(), objectives=["accuracy", "latncy"])
    (record,) = caplog.records
    assert record.message.startswith("no trial has reported 'latncy', but only accuracy, latency: if it is reported")


def test_metric_that_is_missing_at_some_steps_fails_no_trial():
    study = new_study(optuna.samplers.RandomSampler(seed=0))

    def train(trial):
        quality, latency = trial.suggest_float("quality", 0, 1), trial.suggest_float("latency", 0, 1)
        paretune.report(trial, {"latency": latency}, 0)
        for step in curve(quality, latency, np.random.default_rng(trial.number)):
            epoch = step["step"]
            seen = {"loss": step["loss"] if epoch % 4 else np.nan}
            paretune.report(trial, seen | ({"accuracy": step["accuracy"]} if epoch % 5 == 0 else {}), epoch)
            if paretune.should_prune(trial, Asha(max_resource=N_EPOCHS), objectives=NAMES):
                raise optuna.TrialPruned
        return step["accuracy"], latency

    study.optimize(train, n_trials=30)
    states = [trial.state for trial in study.trials]
    assert {TrialState.COMPLETE, TrialState.PRUNED} == set(states)


def test_should_prune_without_a_report_gives_one_clear_line():
    trial = new_study().ask(SPACE_DISTRIBUTIONS)
    with pytest.raises(InvalidInputError, match=r"trial 0 has not reported anything: call paretune\.report first"):
        paretune.should_prune(trial)


def test_threads_of_one_study_report_and_stop():
    study = new_study(optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective(Asha(max_resource=N_EPOCHS)), n_trials=30, n_jobs=2)
    states = {trial.state for trial in study.trials}
    assert states == {TrialState.COMPLETE, TrialState.PRUNED}


@pytest.mark.parametrize(("metrics", "step"), [({"loss": 1.0}, -1), ({"loss": 1.0}, 0.5), (3.0, 1)])
def test_bad_reports_give_one_clear_line(metrics, step):
    for trial in (new_study().ask(SPACE_DISTRIBUTIONS), FixedTrial({"x": 1})):
        with pytest.raises(InvalidInputError):
            paretune.report(trial, metrics, step)


def test_fixed_and_frozen_trials_are_never_pruned():
    train = objective(Asha(max_resource=N_EPOCHS))
    assert train(FixedTrial({"quality": 0.1, "latency": 0.9}))[1] == 0.9
    study = new_study()
    study.optimize(train, n_trials=1)
    assert train(study.trials[0])[1] == study.trials[0].params["latency"]


def test_decision_is_the_same_when_it_is_asked_again():
    study = new_study(optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective(Asha(max_resource=N_EPOCHS)), n_trials=30)
    trial, rule = study.ask(SPACE_DISTRIBUTIONS), Asha(max_resource=N_EPOCHS, exempt=0)
    for epoch in range(1, 4):
        paretune.report(trial, {"accuracy": 0.1, "loss": 9.0, "latency": 0.99}, epoch)
    assert [paretune.should_prune(trial, rule, objectives=NAMES) for _ in range(3)] == [True] * 3


def test_rung_between_two_calls_is_decided_at_the_later_one():
    study = new_study(optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective(Asha(max_resource=N_EPOCHS)), n_trials=30)
    trial, rule = study.ask(SPACE_DISTRIBUTIONS), Asha(max_resource=N_EPOCHS, exempt=0)
    for epoch in range(1, 6):
        paretune.report(trial, {"accuracy": 0.1, "loss": 9.0, "latency": 0.99}, epoch)
    assert paretune.should_prune(trial, rule, objectives=NAMES)


WORKER = textwrap.dedent("""
    import sys, time
    import optuna
    from adapters.optuna.test_pruning import objective
    from paretune.schedulers import Asha
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.load_study(
        study_name="s", storage=sys.argv[1], sampler=optuna.samplers.RandomSampler(seed=int(sys.argv[2]))
    )
    study.optimize(objective(Asha(max_resource=27, exempt=0)), n_trials=14)
""")


@pytest.mark.end_to_end
def test_two_processes_on_one_database_see_the_curves_of_each_other(database):
    storage = f"sqlite:///{database}"
    study = new_study(study_name="s", storage=storage)
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, 'tests')\n{WORKER}", storage]
    workers = [subprocess.Popen([*command, str(seed)], stderr=subprocess.PIPE, text=True) for seed in (1, 2)]
    errors = [worker.communicate(timeout=300)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], errors
    states = [trial.state for trial in study.trials]
    assert len(states) == 28
    assert states.count(TrialState.PRUNED) >= 3
    last = [t.user_attrs[STOPPED_KEY] for t in study.trials if t.state == TrialState.PRUNED][-1]
    assert int(last.split(" of ")[1].split()[0]) > 14 or "step 1," not in last  # more trials than one process has


def test_trial_of_another_process_is_seen_while_it_runs(database):
    storage = f"sqlite:///{database}"
    study = new_study(study_name="s", storage=storage)
    running = study.ask(SPACE_DISTRIBUTIONS)
    paretune.report(running, {"accuracy": 0.1, "latency": 2.0}, 1)
    other = optuna.load_study(study_name="s", storage=storage)
    assert other.trials[0].user_attrs[STEPS_KEY] == [{"step": 1, "accuracy": 0.1, "latency": 2.0}]


def test_training_that_is_taken_up_again_keeps_its_curve(database):
    storage = f"sqlite:///{database}"
    study = new_study(study_name="s", storage=storage)
    first = study.ask(SPACE_DISTRIBUTIONS)
    paretune.report(first, {"accuracy": 0.1}, 1)
    again = optuna.Trial(optuna.load_study(study_name="s", storage=storage), first._trial_id)
    paretune.report(again, {"accuracy": 0.2}, 2)
    assert [step["step"] for step in study.trials[0].user_attrs[STEPS_KEY]] == [1, 2]
