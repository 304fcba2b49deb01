"""Runs of CMA-ES one after another, and their scalarisations."""

import numpy as np
import pytest
from hypothesis import given
from scipy import stats

import strategies
from paretune import Float, Minimize, Objectives, Space, pareto
from paretune.searchers import Context
from paretune.searchers.cma_runs import CmaRuns, RunSettings, chebyshev, simplex_weights
from paretune.searchers.results import COMPLETE, FAILED, OUTSIDE, STOPPED, Results

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})
ONE = Context(SPACE, Objectives([Minimize("loss")]))
TWO = Context(SPACE, Objectives([Minimize("a"), Minimize("b")]))


def complete(losses):
    losses = np.array(losses, float)
    return Results(np.full(len(losses), COMPLETE), losses, np.empty((len(losses), 0)))


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_weights_are_even_on_the_simplex(m):
    weights = np.array([simplex_weights(i, m) for i in range(200)])
    assert np.allclose(weights.sum(axis=1), 1)
    assert (weights > 0).all()
    for column in weights.T if m > 1 else ():  # the first of m uniform spacings
        assert stats.kstest(column, "beta", args=(1, m - 1)).statistic < 0.1


@given(strategies.losses(min_size=1))
def test_smallest_distance_is_on_the_front_for_all_weights(losses):
    for i in range(3):
        values = chebyshev(complete(losses), simplex_weights(i, losses.shape[1]))
        assert pareto.is_nondominated(losses)[values == values.min()].any()


def test_distance_does_not_depend_on_scales():
    losses = np.array([[1.0, 9.0], [2.0, 5.0], [4.0, 1.0]])
    weights = np.array([0.3, 0.7])
    assert chebyshev(complete(losses), weights).tolist() == chebyshev(complete(losses**3 * [1, 1e9]), weights).tolist()


def test_results_that_are_not_complete_follow_in_their_order():
    kinds = np.array([FAILED, OUTSIDE, COMPLETE, STOPPED, OUTSIDE])
    excess = np.array([[np.nan], [2.0], [np.nan], [np.nan], [1.0]])
    values = chebyshev(Results(kinds, np.where(kinds == COMPLETE, 1.0, np.nan)[:, None], excess), np.array([1.0]))
    assert np.argsort(values).tolist() == [2, 3, 4, 1, 0]


def test_run_without_improvement_begins_again_with_twice_the_population():
    runs = CmaRuns(RunSettings(4, 0.2, patience=2, rounds=None, n_sides=1), ONE, 0)
    sizes = []
    for _ in range(4):
        sizes.append(len(runs.points()))
        runs.close(complete(np.zeros((sizes[-1], 1))))
    assert sizes == [4, 4, 4, 8]  # the first round is an improvement, the next two are not


def test_next_run_of_several_objectives_begins_at_the_best_trial_for_its_weights():
    runs = CmaRuns(RunSettings(4, 1e-4, patience=9, rounds=1, n_sides=1), TWO, 0)
    places = runs.points()
    assert np.allclose(places, 0.5, atol=0.01)
    losses = [[0.0, 9.0], [9.0, 0.0], [3.0, 3.0], [9.0, 9.0]]
    runs.close(complete(losses))
    best = int(np.argmin(chebyshev(complete(losses), simplex_weights(1, 2))))
    assert np.allclose(runs.points().mean(axis=0), places[best], atol=5e-4)
