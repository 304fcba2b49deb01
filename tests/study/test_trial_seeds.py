"""The seeds of trials: each trial has its own, the same in each process and after each interruption."""

import itertools

import numpy as np
import optuna
import pytest

from paretune import Float, Maximize, Minimize, Study
from paretune.study import load
from paretune.study.trial_seeds import N_SEEDS, stored_study_seed, trial_seed

OBJECTIVES = [Maximize("gain"), Minimize("cost")]


@pytest.fixture
def storage(quiet_optuna):  # noqa: ARG001 (for its effect)
    return optuna.storages.InMemoryStorage()


def open_study(storage, seed=4, **details):
    return Study({"x": Float(0, 1)}, OBJECTIVES, storage=storage, searcher="random", seed=seed, **details)


def train(params, seed=-1):
    return {"gain": seed, "cost": params["x"]}


def seeds_by_number(storage):
    records = load("study", storage).records
    return {number: record["seed"] for number, record in records.items() if "seed" in record}


def make_older(study):
    """Take from a study what an older version did not write."""
    study._study.set_user_attr("paretune:seed", None)


@pytest.mark.parametrize("n", [10, 1000])
def test_seeds_of_a_study_lie_far_apart(n):
    seeds = np.sort([trial_seed(7, number) for number in range(n)])
    assert seeds.min() >= 0
    assert seeds.max() < N_SEEDS
    assert np.diff(seeds).min() > 0.3 * N_SEEDS / n


def test_studies_with_different_seeds_share_no_luck():
    chosen = [trial_seed(seed, number) for seed, number in itertools.product(range(20), range(50))]
    assert len(set(chosen)) == len(chosen)


def test_function_gets_the_seed_of_its_trial_which_is_stored(storage):
    study = open_study(storage)
    study.run(train, n_trials=3)
    expected = {number: trial_seed(4, number) for number in range(3)}
    assert [metrics["seed"] for metrics in study.trials.metrics] == list(expected.values())
    assert study.trials.values[:, 0].tolist() == list(expected.values())
    assert seeds_by_number(storage) == expected


def test_resumed_study_goes_on_with_its_seeds_whatever_the_seed_of_its_searcher(storage):
    open_study(storage).run(train, n_trials=2)
    resumed = open_study(storage, seed=9)
    resumed.run(train, n_trials=4)
    assert resumed.trials.values[:, 0].tolist() == [trial_seed(4, number) for number in range(4)]


@pytest.mark.end_to_end
def test_workers_use_the_same_seeds(storage):
    study = open_study(storage)
    study.run(train, n_trials=4, workers=2)
    found = dict(zip(study.trials.numbers.tolist(), study.trials.values[:, 0].tolist(), strict=True))
    assert found == {number: trial_seed(4, number) for number in range(4)}


def test_asked_trial_has_the_seed(storage):
    study = open_study(storage)
    asked = [study.ask() for _ in range(2)]
    assert [trial.seed for trial in asked] == [trial_seed(4, 0), trial_seed(4, 1)]


def test_function_without_a_seed_stores_none_as_metric(storage):
    study = open_study(storage)
    study.run(lambda params: {"gain": 1.0, "cost": params["x"]}, n_trials=1)
    assert study.trials.metrics == ({},)
    assert seeds_by_number(storage) == {0: trial_seed(4, 0)}


def test_failed_trial_keeps_its_seed(storage):
    def fail(_params, seed):
        raise ValueError(seed)

    study = open_study(storage)
    study.run(fail, n_trials=1)
    assert study.trials.metrics[0]["seed"] == trial_seed(4, 0)


def test_trial_that_replaces_a_lost_one_has_its_seed(storage):
    study = open_study(storage)
    study.tell(study.ask(), reason="lost")
    asked = [study.ask() for _ in range(2)]
    assert [(trial.number, trial.seed) for trial in asked] == [(1, trial_seed(4, 0)), (2, trial_seed(4, 2))]


def test_study_of_an_older_version_keeps_the_default_of_the_function(storage):
    make_older(open_study(storage))
    study = open_study(storage)
    study.run(train, n_trials=2)
    assert study.trials.values[:, 0].tolist() == [-1, -1]
    assert study.trials.metrics == ({}, {})
    assert seeds_by_number(storage) == {}


def test_study_of_an_older_version_gives_seeds_to_a_function_that_needs_one(storage):
    make_older(open_study(storage))
    study = open_study(storage)
    study.run(lambda params, seed: {"gain": seed, "cost": params["x"]}, n_trials=2)
    assert study.trials.values[:, 0].tolist() == [trial_seed(4, 0), trial_seed(4, 1)]


def test_metric_or_parameter_named_seed_stays(storage):
    def own(params, seed):
        return {"gain": params["seed"], "cost": seed}

    study = Study({"seed": Float(0, 1)}, OBJECTIVES, storage=storage, searcher="random")
    study.run(own, n_trials=1)
    assert study.trials.metrics == ({},)
    assert study.trials.values[0].tolist() == [study.trials.params[0]["seed"], trial_seed(0, 0)]
    other = open_study(storage, name="other")
    other.run(lambda params, seed: {"gain": seed, "cost": params["x"], "seed": 5}, n_trials=1)
    assert other.trials.metrics[0]["seed"] == 5


def test_repeat_is_a_trial_of_its_own_with_another_seed(storage):
    study = open_study(storage)
    study.run(train, n_trials=1)
    assert not study.enqueue(study.trials.params[0])
    assert study.enqueue(study.trials.params[0], is_repeat=True)
    study.run(train, n_trials=2)
    assert study.trials.params[0] == study.trials.params[1]
    assert [metrics["seed"] for metrics in study.trials.metrics] == [trial_seed(4, 0), trial_seed(4, 1)]


def test_study_of_plain_optuna_has_no_seeds():
    assert stored_study_seed(optuna.create_study(storage=optuna.storages.InMemoryStorage())) is None
