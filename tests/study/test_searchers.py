"""Searchers by name choose configurations of the space."""

import itertools

import numpy as np
import optuna
import pytest
from scipy import stats

from paretune import Categorical, Float, Int, Maximize, Minimize, Space, Study
from paretune.study import SEARCHERS

SPACE = Space(
    {
        "a": Float(1e-4, 1.0, log=True),
        "b": Int(0, 9),
        "c": Categorical(["x", "y"]),
        "d": Float(0.0, 1.0, step=0.25, when={"c": "y"}),
    }
)


def search(searcher, n_trials, space=SPACE, seed=0):
    study = Study(
        space,
        [Maximize("gain"), Minimize("cost")],
        storage=optuna.storages.InMemoryStorage(),
        searcher=searcher,
        seed=seed,
    )
    study.run(lambda p: {"gain": float(len(p)), "cost": float(p.get("b", 0))}, n_trials=n_trials)
    return study.trials


@pytest.mark.parametrize("searcher", SEARCHERS)
def test_every_searcher_stays_in_a_space_with_conditions_and_repeats_itself_with_its_seed(searcher):
    trials = search(searcher, 12)
    assert trials.is_complete.all()
    assert all(SPACE.contains(params) for params in trials.params)
    assert {"d" in params for params in trials.params} == {True, False}
    assert trials.params == search(searcher, 12).params
    if searcher != "grid":  # of the coarse grid, too few differ
        assert trials.params != search(searcher, 12, seed=1).params


def test_random_search_draws_evenly_on_each_scale():
    places = SPACE.encode(search("random", 300).params)
    assert stats.kstest(places[:, 0], "uniform").pvalue > 0.01
    counts = np.bincount(np.floor(places[:, 1] * 10).astype(int), minlength=10)
    assert stats.chisquare(counts).pvalue > 0.01


@pytest.mark.parametrize("searcher", ["random", "sobol", "grid"])
def test_who_chooses_at_the_same_moment_as_others_leaves_theirs_to_them(searcher):
    """As if each of three trials had begun before any had parameters."""
    space = Space({"u": Float(0, 1), "v": Float(0, 1)})
    study = Study(space, [Minimize("loss")], storage=optuna.storages.InMemoryStorage(), searcher=searcher)._study
    begun = [study.ask() for _ in range(3)]
    sampler = study.sampler
    chosen = [sampler.sample_relative(study, trial._get_latest_trial(), {}) for trial in (begun[2], begun[0], begun[1])]
    in_order = search(searcher, 3, space).params
    assert [chosen[i] for i in (1, 2, 0)] == list(in_order)


def test_sobol_covers_more_evenly_than_chance():
    space = Space({"u": Float(0, 1), "v": Float(0, 1)})
    discrepancies = [
        [stats.qmc.discrepancy(space.encode(search(s, 64, space, seed).params)) for seed in range(3)]
        for s in ("sobol", "random")
    ]
    assert max(discrepancies[0]) < min(discrepancies[1])


def test_the_grid_goes_from_coarse_to_fine_in_shuffled_order():
    space = Space({"u": Float(0, 1), "k": Int(0, 8)})
    points = [tuple(p.values()) for p in search("grid", 25, space).params]
    corners = list(itertools.product([0.0, 1.0], [0, 8]))
    assert set(points[:4]) == set(corners)
    assert set(points[:9]) == set(itertools.product([0.0, 0.5, 1.0], [0, 4, 8]))
    assert set(points) == set(itertools.product(np.linspace(0, 1, 5), [0, 2, 4, 6, 8]))
    assert points[9:] != sorted(points[9:])
