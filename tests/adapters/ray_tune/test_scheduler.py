"""Tests of the scheduler for Ray Tune: its settings, and whole experiments that stop, pause and go on."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from ray import tune
from ray.tune.experiment import Trial
from ray.tune.schedulers import TrialScheduler

from paretune import Float, Space, pareto
from paretune.adapters.ray_tune import ParetoScheduler, ParetoSearch
from paretune.adapters.ray_tune.reported import PAUSED, STOPPED
from paretune.errors import InvalidInputError
from paretune.schedulers import Asha, Halving

METRICS, MODES = ["error", "size"], ["min", "min"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"metric": METRICS, "mode": "min"}, "each metric needs a mode, min or max"),
        ({"metric": list("abcde"), "mode": ["min"] * 5}, "schedulers compare trials by 1 to 4 objectives"),
        (
            {"metric": METRICS, "mode": MODES, "rule": Asha},
            r"rule must be one of paretune\.schedulers, such as Asha\(\)",
        ),
        ({"metric": METRICS, "mode": MODES, "rule": "asha"}, "rule must be one of paretune.schedulers"),
    ],
)
def test_wrong_arguments_give_one_clear_line(arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        ParetoScheduler(**arguments)


def new_trial(scheduler):
    trial = Trial("a training", stub=True)
    scheduler.on_trial_add(None, trial)
    return trial


def test_scheduler_without_metrics_says_so_at_the_first_trial():
    with pytest.raises(InvalidInputError, match="ParetoScheduler has no metrics: give it metric="):
        new_trial(ParetoScheduler())


def test_metric_of_the_tune_config_is_taken():
    scheduler = ParetoScheduler()
    assert scheduler.set_search_properties("error", "max")
    new_trial(scheduler)
    assert scheduler.trials.objectives.names == ("error",)


def ended(scheduler, values):
    """Trials that report their values at steps 1 and 2, and end."""
    for value in values:
        trial = new_trial(scheduler)
        for step in (1, 2):
            result = {"error": value, "size": -value, "training_iteration": step, "trial_id": trial.trial_id}
            assert scheduler.on_trial_result(None, trial, dict(result)) == TrialScheduler.CONTINUE
        scheduler.on_trial_complete(None, trial, result)


def dominated(scheduler, step=1):
    trial = new_trial(scheduler)
    return trial, scheduler.on_trial_result(None, trial, {"error": 9.0, "size": 9.0, "training_iteration": step})


def new_scheduler():
    scheduler = ParetoScheduler(METRICS, MODES, Asha(max_resource=9, exempt=0))
    ended(scheduler, range(8))
    return scheduler


def test_dominated_trial_is_stopped_with_its_reason_in_the_last_result():
    scheduler = new_scheduler()
    trial, decision = dominated(scheduler)
    assert decision == TrialScheduler.STOP
    trial.update_last_result({"error": 9.0, "training_iteration": 1})
    scheduler.on_trial_complete(None, trial, trial.last_result)
    assert trial.last_result[STOPPED].startswith("place 9 of 9 at step 1")
    assert list(scheduler.trials.states) == ["complete"] * 8 + ["stopped"]


def test_restored_scheduler_decides_as_the_saved_one(tmp_path):
    scheduler, other = new_scheduler(), ParetoScheduler()
    scheduler.save(str(tmp_path / "saved"))
    other.restore(str(tmp_path / "saved"))
    assert dominated(other)[1] == TrialScheduler.STOP


def test_smaller_step_after_a_restart_missing_and_broken_metrics_fail_no_experiment():
    scheduler = new_scheduler()
    trial = new_trial(scheduler)
    scheduler.on_trial_result(None, trial, {"error": 0.0, "size": -9.0, "training_iteration": 5})
    for result in ({"error": float("nan")}, {"error": "none", "step": 3}, {}, {"error": np.zeros(3), "size": 1.0}):
        assert scheduler.on_trial_result(None, trial, {**result, "training_iteration": 2}) == TrialScheduler.CONTINUE
    scheduler.on_trial_error(None, trial)
    assert scheduler.trials.states[-1] == "failed"
    scheduler.on_trial_add(None, trial)  # Ray Tune runs it again
    assert scheduler.trials.states[-1] == "pending"
    scheduler.on_trial_complete(None, trial, {"error": 0.5})
    assert scheduler.trials.states[-1] == "failed"  # a metric is missing


class Controller:
    """The trials of an experiment, as Ray Tune shows them to a scheduler."""

    def __init__(self, trials):
        self._trials, self.stopped = trials, []

    def get_trials(self):
        return self._trials

    def stop_trial(self, trial):
        self.stopped.append(trial)


def paused_trials(values):
    """Trials that have reached the first rung of halving, and the experiment that pauses them."""
    scheduler = ParetoScheduler("error", "min", Halving(max_resource=3, exempt=0))
    trials = [new_trial(scheduler) for _ in values]
    for trial, value in zip(trials, values, strict=True):
        result = {"error": value, "training_iteration": 1, "should_checkpoint": True}
        assert scheduler.on_trial_result(None, trial, result) == TrialScheduler.PAUSE
        assert result[PAUSED] == "step 1 is a rung"
    return scheduler, trials


def test_best_trial_goes_on_also_if_it_is_the_last_one_to_be_saved():
    scheduler, trials = paused_trials([0.5, 0.1, 0.9])
    controller = Controller(trials)
    trials[0].status = trials[2].status = Trial.PAUSED
    trials[1].status = Trial.RUNNING  # its checkpoint is being saved
    assert scheduler.choose_trial_to_run(controller) is None
    trials[1].status = Trial.PAUSED
    assert scheduler.choose_trial_to_run(controller) is trials[1]
    assert controller.stopped == []


def test_paused_trials_are_stopped_when_nothing_else_is_left():
    scheduler, trials = paused_trials([0.5, 0.1])  # one trial is missing for a round
    controller = Controller(trials)
    for trial in trials:
        trial.status = Trial.PAUSED
    assert [scheduler.choose_trial_to_run(controller) for _ in range(2)] == [None, None]
    assert controller.stopped == trials
    assert all(trial.last_result[STOPPED] == "step 1 is a rung" for trial in trials)


def training(folder, length, *, saves):
    def train(config):
        import tempfile

        loaded, epoch = tune.get_checkpoint(), 0
        if loaded is not None:
            with loaded.as_directory() as directory:
                epoch = int((Path(directory) / "epoch").read_text())
        while epoch < length:
            epoch += 1
            with (Path(folder) / f"{config['x']!r}").open("a") as file:
                file.write(f"{epoch}\n")
            metrics = {"error": config["x"] + 1 / epoch, "size": config["x"], "training_iteration": epoch}
            if not saves:
                tune.report(metrics)
                continue
            with tempfile.TemporaryDirectory() as directory:
                (Path(directory) / "epoch").write_text(str(epoch))
                tune.report(metrics, checkpoint=tune.Checkpoint.from_directory(directory))

    return train


def fit(train, scheduler, search, n, settings, max_concurrent_trials=2):
    options = {"num_samples": n, "max_concurrent_trials": max_concurrent_trials, "reuse_actors": True}
    config = tune.TuneConfig(search_alg=search, scheduler=scheduler, **options)
    tuner = tune.Tuner(train, param_space={}, tune_config=config, run_config=tune.RunConfig(**settings))
    return tuner.fit()


@pytest.mark.ray
def test_halving_pauses_and_goes_on_from_checkpoints_and_trains_nothing_twice(quiet_tune, tmp_path):
    folder = tmp_path / "trained"
    folder.mkdir()
    search = ParetoSearch(METRICS, MODES, space=Space({"x": Float(0, 1)}), seed=0, n_startup_trials=9)
    scheduler = ParetoScheduler(METRICS, MODES, Halving(max_resource=9, exempt=0))
    results = fit(training(folder, 9, saves=True), scheduler, search, 9, quiet_tune)
    assert results.num_errors == 0
    last = {float(file.name): [int(line) for line in file.read_text().split()] for file in folder.iterdir()}
    assert all(epochs == list(range(1, len(epochs) + 1)) for epochs in last.values())
    best_first = [len(last[x]) for x in sorted(last)]
    assert best_first == [9, 3, 3, 1, 1, 1, 1, 1, 1]
    trials = search.trials
    assert sorted(trials.states) == ["complete"] + ["stopped"] * 8
    assert trials.curves.n_trials == 9
    assert len(pareto.efficient_trials(trials)) == 1
    reasons = [json.loads(json.dumps(result.metrics.get(STOPPED))) for result in results]
    assert sum(reason is not None for reason in reasons) == 8


@pytest.mark.ray
def test_asha_stops_a_training_without_checkpoints_and_the_search_learns_its_curve(quiet_tune, tmp_path):
    points = [{"x": x} for x in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95)]
    search = ParetoSearch(["error"], ["min"], space=Space({"x": Float(0, 1)}), seed=0, points_to_evaluate=points)
    scheduler = ParetoScheduler(["error"], ["min"], Asha(max_resource=4, exempt=0))
    fit(training(tmp_path, 4, saves=False), scheduler, search, 9, quiet_tune, max_concurrent_trials=1)
    trials = search.trials
    assert list(trials.states) == ["complete"] * 8 + ["stopped"]
    assert trials.curves.last_steps[8] == 1
    assert np.isnan(trials.losses[8]).all()


@pytest.mark.ray
@pytest.mark.usefixtures("quiet_tune")
def test_example_of_early_stopping_in_the_docs_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("ray.train.constants.DEFAULT_STORAGE_PATH", str(tmp_path))  # else in the home folder
    page = (Path(__file__).parents[3] / "docs" / "ray.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page.split("### Early stopping")[1], flags=re.DOTALL)
    names = {"__name__": "__main__"}
    exec(code.replace("num_samples=16", "num_samples=2"), names)  # noqa: S102 (our own page)
    trials = names["search"].trials
    assert list(trials.states) == ["complete"] * 2  # no trial is stopped before eight have ended
    assert trials.curves.last_steps == {0: 27, 1: 27}
