"""Tests of the searcher in a Tuner: failing trials, an interrupt, and the example of the docs."""

import json
import os
import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from ray import tune

from paretune.adapters.ray_tune import ParetoSearch

pytestmark = pytest.mark.ray
METRICS, MODES = ["accuracy", "latency"], ["max", "min"]


def expected(x, c):
    """The state and reason of a trial of `training`."""
    if x > 0.8:
        return "failed", "crashed"
    if x > 0.7:
        return "failed", "not_finite"
    if x > 0.6:
        return "failed", "crashed"
    if x * c < 0.1:
        return "failed", "outside_limits"
    return "complete", ""


def training():
    def train(config):
        x = config["net"]["x"]
        if x > 0.8:
            raise RuntimeError("diverged")
        if x > 0.7:
            tune.report({"accuracy": float("nan"), "latency": x})
        elif x > 0.6:
            tune.report({"accuracy": x, "loss": 1.0})
        else:
            tune.report({"accuracy": x * config["c"], "latency": x**2})

    return train  # Ray pickles the code of a nested function


def test_tuner_ends_failing_trials_each_with_its_reason(quiet_tune):
    points = [{"net": {"x": x}, "c": 1} for x in (0.9, 0.75, 0.65, 0.05, 0.5)]
    search = ParetoSearch(
        METRICS, MODES, limits={"accuracy": 0.1}, seed=0, n_startup_trials=7, points_to_evaluate=points
    )
    tuner = tune.Tuner(
        training(),
        param_space={"net": {"x": tune.uniform(0, 1)}, "c": tune.choice([0.5, 1]), "epochs": 3},
        tune_config=tune.TuneConfig(search_alg=search, num_samples=9, max_concurrent_trials=2, reuse_actors=True),
        run_config=tune.RunConfig(**quiet_tune),
    )
    results = tuner.fit()
    trials = search.trials
    assert len(results) == len(trials) == 9
    for params, state, reason in zip(trials.params, trials.states, trials.reasons, strict=True):
        assert (state, reason) == expected(params["net/x"], params["c"])
    for params, values in zip(trials.params, trials.values, strict=True):
        if params["net/x"] <= 0.6:
            np.testing.assert_allclose(values, [params["net/x"] * params["c"], params["net/x"] ** 2])
    assert set(trials.failures()) == {"crashed", "not_finite", "outside_limits"}
    assert len({(p["net/x"], p["c"]) for p in trials.params}) == 9
    assert results.num_errors == sum(p["net/x"] > 0.8 for p in trials.params)


def sometimes_failing():
    def train(config):
        if config["x"] > 0.9:
            raise RuntimeError("diverged")
        tune.report({"accuracy": config["x"], "latency": config["x"] ** 2})

    return train


def uninterrupted(n):
    """The values of ``x`` of the same search, one trial at a time, without a Tuner."""
    search, configs = ParetoSearch(METRICS, MODES, seed=1, n_startup_trials=3), []
    search.set_search_properties(None, None, {"x": tune.uniform(0, 1)})
    for i in range(n):
        x = search.suggest(str(i))["x"]
        search.on_trial_complete(str(i), None if x > 0.9 else {"accuracy": x, "latency": x**2}, error=x > 0.9)
        configs.append(x)
    return configs


class Interrupt(tune.Callback):
    """Send one interrupt when ``n`` trials have ended."""

    def __init__(self, n, mark):
        self._n, self._mark = n, mark

    def on_step_end(self, iteration, trials, **_):  # noqa: ARG002 (Ray Tune's signature)
        if sum(trial.is_finished() for trial in trials) >= self._n and not self._mark.exists():
            self._mark.touch()
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)


def test_restored_tuner_continues_with_the_same_suggestions(quiet_tune, tmp_path):
    search = ParetoSearch(METRICS, MODES, seed=1, n_startup_trials=3)
    tuner = tune.Tuner(
        sometimes_failing(),
        param_space={"x": tune.uniform(0, 1)},
        tune_config=tune.TuneConfig(search_alg=search, num_samples=7, max_concurrent_trials=1, reuse_actors=True),
        run_config=tune.RunConfig(name="one", callbacks=[Interrupt(4, tmp_path / "mark")], **quiet_tune),
    )
    assert len(tuner.fit()) < 7
    restored = tune.Tuner.restore(
        str(tmp_path / "ray_results" / "one"), sometimes_failing(), param_space={"x": tune.uniform(0, 1)}
    )
    results = restored.fit()
    configs = [json.loads((Path(result.path) / "params.json").read_text()) for result in results]
    assert sorted(config["x"] for config in configs) == sorted(uninterrupted(7))


@pytest.mark.usefixtures("quiet_tune")
def test_example_of_the_docs_finds_a_front(tmp_path, monkeypatch):
    monkeypatch.setattr("ray.train.constants.DEFAULT_STORAGE_PATH", str(tmp_path))  # else in the home folder
    page = (Path(__file__).parents[3] / "docs" / "ray.md").read_text(encoding="utf-8")
    section = page.split("## In Ray Tune")[1]
    (code, *_) = re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL)
    names = {"__name__": "__main__"}
    exec(code, names)  # noqa: S102 (our own page)
    front, search = names["front"], names["search"]
    assert len(front) > 1
    assert not search.trials.is_pending.any()
    assert (front.values[:, 1] <= 0.2).all()
