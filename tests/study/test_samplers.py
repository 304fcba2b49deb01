"""Tests of the samplers by searcher name."""

import runpy
from pathlib import Path

import numpy as np
import optuna
import pytest

from paretune import Categorical, Float, Int, Maximize, Minimize, Space, Study
from paretune.adapters.optuna.distributions import to_distribution
from paretune.errors import InvalidInputError
from paretune.searchers import RUN_SEARCHERS
from paretune.study import SEARCHER_NAMES
from paretune.study.samplers import make_sampler

pytestmark = pytest.mark.usefixtures("quiet_optuna")

SPACE = Space(
    {
        "a": Float(1e-4, 1.0, log=True),
        "b": Int(0, 9),
        "c": Categorical(["x", "y"]),
        "d": Float(0.0, 1.0, step=0.25, when={"c": "y"}),
    }
)


OPTIONS = {  # with which a search soon leaves its beginning behind
    "annealing": {"n_startup_trials": 3},
    "evolution": {"population": 3},
    "cma-es": {"population": 4, "rounds": 1},
    "pshe2": {"population": 3},
    "hazero": {"population": 4},
}


def train(params):
    if params["b"] == 9:
        raise ValueError("too large")
    return {"gain": float(len(params)) + params["a"], "cost": float(params["b"])}


def open_study(searcher, storage, seed=0, options=None):
    return Study(
        SPACE,
        [Maximize("gain"), Minimize("cost", at_most=7.0)],
        storage=storage,
        searcher=searcher,
        searcher_options=options or OPTIONS.get(searcher),
        seed=seed,
    )


def search(searcher, n_trials, seed=0):
    study = open_study(searcher, optuna.storages.InMemoryStorage(), seed)
    study.run(train, n_trials=n_trials)
    return study.trials


@pytest.mark.parametrize("searcher", [name for name in SEARCHER_NAMES if name not in RUN_SEARCHERS])
def test_suggestions_are_in_the_space_and_repeat_with_the_seed(searcher):
    n = {"bayes": 9, "gp": 11}.get(searcher, 12)  # one trial after those that begin the search: models are costly
    trials = search(searcher, n)
    assert len(trials) == n
    assert all(SPACE.contains(params) for params in trials.params)
    assert {"d" in params for params in trials.params} == {True, False}
    assert trials.params == search(searcher, n).params
    if searcher != "grid":  # the coarse grid has too few points that differ
        assert trials.params != search(searcher, n, seed=1).params


def test_unknown_searcher_is_an_error_that_names_the_others():
    with pytest.raises(InvalidInputError, match="searcher must be one of bayes, random, sobol, .*, but is 'best'"):
        make_sampler("best", SPACE, 0, 0)


@pytest.mark.parametrize("searcher", ["gp", "tpe", "nsga2", "nsga3"])
def test_resumed_sampler_of_optuna_does_not_repeat_its_draws(searcher):
    drawn = []
    for n_before in (0, 0, 3):
        study = optuna.create_study(sampler=make_sampler(searcher, SPACE, 0, n_before))
        drawn.append(study.ask({"a": to_distribution(SPACE["a"])}).params)
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize("searcher", OPTIONS)
def test_interrupted_search_is_the_one_that_was_never_stopped(searcher):
    """Its lost trial is repeated, and takes the place of the first attempt."""
    whole = search(searcher, 9)
    storage = optuna.storages.InMemoryStorage()
    parts = open_study(searcher, storage)

    def interrupted(params):
        if parts.n_counted() == 6:
            raise KeyboardInterrupt
        return train(params)

    with pytest.raises(KeyboardInterrupt):
        parts.run(interrupted, n_trials=9)
    resumed = open_study(searcher, storage)
    resumed.run(train, n_trials=9)
    kept = resumed.trials[~resumed.trials.is_lost]
    assert len(resumed.trials) == 10
    assert kept.params == whole.params


@pytest.mark.end_to_end
@pytest.mark.parametrize("searcher", ["evolution", "pshe2"])
def test_search_with_workers_and_after_them_has_all_of_its_trials(tmp_path, searcher):
    study = open_study(searcher, tmp_path / "a.db")
    study.run(train, n_trials=7, workers=2)
    open_study(searcher, tmp_path / "a.db").run(train, n_trials=9)
    assert study.n_counted() == 9
    assert len({tuple(params.items()) for params in study.trials.params}) == 9


@pytest.mark.parametrize("searcher", ["random", "sobol", "grid", *OPTIONS])
def test_slots_are_busy_all_the_time(searcher):
    """From the first moment when all are busy to the last start, in simulated time."""
    simulated = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "simulated_slots.py"))
    study = open_study(searcher, optuna.storages.InMemoryStorage())
    slots = simulated["SimulatedSlots"](3, train, study.objectives, 1.0)
    study.run(slots, n_trials=15)
    starts, ends = np.array(slots.spans).T
    assert simulated["busy_share"](starts, ends, 3) == pytest.approx(1.0)
    assert study.n_counted() == 15


def test_options_of_a_searcher_are_those_of_its_sampler():
    sampler = make_sampler("nsga3", SPACE, 0, 0, {"population": 12})
    assert sampler._population_size == 12
    assert make_sampler("tpe", SPACE, 0, 0, {"n_startup_trials": 3})._n_startup_trials == 3
    assert make_sampler("bayes", SPACE, 0, 0, {"n_startup_trials": 3})._n_startup_trials == 3
    assert make_sampler("pshe2", SPACE, 0, 0, {"population": 3})._searcher.population == 3


def test_wrong_option_leaves_no_study_behind(tmp_path):
    with pytest.raises(InvalidInputError, match=r"searcher gp has no option 'population': it has n_startup_trials"):
        open_study("gp", tmp_path / "a.db", options={"population": 3})
    assert not (tmp_path / "a.db").exists()
    with pytest.raises(InvalidInputError, match="population of searcher cma-es must be 0 or at least 4"):
        open_study("cma-es", tmp_path / "a.db", options={"population": 2})


def test_options_are_in_the_record_of_a_run():
    study = open_study("pshe2", optuna.storages.InMemoryStorage(), options={"population": 3})
    study.run(train, 1)
    assert study.origin["runs"][0]["searcher_options"] == {"population": 3}
    study = open_study("random", optuna.storages.InMemoryStorage())
    study.run(train, 1)
    assert "searcher_options" not in study.origin["runs"][0]
