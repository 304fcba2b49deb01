"""Simulated annealing as a fold over trials."""

import numpy as np
import pytest

from paretune import Minimize, Objectives
from paretune.searchers import Context, make_searcher
from paretune.searchers.acceptance import Annealer
from paretune.searchers.annealing import AnnealingSearch
from paretune.searchers.untried import stream
from searchers.runs import SQUARE, run, search, table

LOSS = Objectives([Minimize("loss")])
TWO = Objectives([Minimize("first"), Minimize("second")])
SHORT = {"step": 1e-5, "min_step": 1e-6}


def present(searcher, configurations, losses, objectives=LOSS, seed=0):
    """The index of the trial near which the next suggestion is."""
    trials = table(SQUARE, objectives, configurations, losses)
    params = searcher.suggest(trials, Context(SQUARE, objectives, seed)).params
    distances = [max(abs(params[name] - other[name]) for name in "uv") for other in configurations]
    assert min(distances) < 1e-3
    return int(np.argmin(distances))


def points(n):
    return [{"u": (i + 0.5) / n, "v": 0.5} for i in range(n)]


def test_search_begins_with_a_sobol_sequence_and_then_with_its_best_trial():
    searcher = AnnealingSearch(n_startup_trials=3, **SHORT)
    assert run(searcher, SQUARE, 3) == run(make_searcher("sobol"), SQUARE, 3)
    assert present(searcher, points(3), [[3.0], [1.0], [2.0]]) == 1


def test_temperature_falls_by_its_factor_from_the_first_step_on():
    searcher = AnnealingSearch(n_startup_trials=3, temperature=2.0, cooling=0.5)
    assert [searcher.temperature_at(i) for i in (0, 3, 4, 6)] == [2.0, 2.0, 1.0, 0.25]
    assert searcher.temperature_at(10**6) > 0


@pytest.mark.parametrize("seed", range(4))
def test_chain_is_that_of_metropolis_by_hand(seed):
    searcher = AnnealingSearch(n_startup_trials=2, temperature=0.4, cooling=0.8, **SHORT)
    losses = [5.0, 3.0, 4.0, 3.5, 3.2, 9.0, 3.9]
    current = 1
    for i in range(2, len(losses)):
        spread = max(losses[: i + 1]) - min(losses[: i + 1])
        probability = np.exp(-max(losses[i] - losses[current], 0) / spread / (0.4 * 0.8 ** (i - 2)))
        if stream(Context(SQUARE, LOSS, seed), i, 1).random() < probability:
            current = i
    assert present(searcher, points(7), [[loss] for loss in losses], seed=seed) == current


def test_chain_of_two_objectives_is_that_of_amosa():
    searcher = AnnealingSearch(n_startup_trials=3, **SHORT)
    losses = [[2.0, 2.0], [1.0, 3.0], [3.0, 3.0], [1.5, 2.5], [0.5, 4.0], [4.0, 4.0]]
    for seed in range(4):
        context = Context(SQUARE, TWO, seed)
        chain = Annealer(np.array(losses), [0, 1], int(stream(context).choice([0, 1])))
        for row in (3, 4, 5):
            chain.visit(row, searcher.temperature_at(row), stream(context, row, 1).random())
        assert present(searcher, points(6), losses, TWO, seed) == chain.current


def test_pending_and_failed_trials_are_never_the_present_one():
    searcher = AnnealingSearch(n_startup_trials=2, temperature=1000.0, **SHORT)
    for seed in range(5):
        assert present(searcher, points(5), [[1.0], [2.0], None, "pending", None], seed=seed) == 0


def test_least_violation_is_the_present_one_while_no_trial_is_inside():
    objectives = Objectives([Minimize("loss", at_most=0.0)])
    searcher = AnnealingSearch(n_startup_trials=2, **SHORT)
    assert present(searcher, points(4), [[3.0], [2.0], None, [1.0]], objectives) == 3


def test_search_goes_on_evenly_while_all_trials_fail():
    searcher = AnnealingSearch(n_startup_trials=2)
    configurations, _ = search(searcher, SQUARE, LOSS, lambda _params: None, 6)
    assert configurations == run(make_searcher("sobol"), SQUARE, 6)


def test_penalty_does_not_hide_the_differences_of_other_trials():
    """With a range of 1e9, every move would be accepted."""
    searcher = AnnealingSearch(n_startup_trials=6, temperature=1e-3, **SHORT)
    losses = [[1.0], [2.0], [3.0], [4.0], [5.0], [1e9], [6.0], [7.0]]
    assert present(searcher, points(8), losses) == 0


def test_annealing_finds_a_better_optimum_than_random_search():
    def losses_of(params):
        return [(params["u"] - 0.3) ** 2 + (params["v"] - 0.8) ** 2]

    best = [np.min(search(make_searcher(name), SQUARE, LOSS, losses_of, 50)[1]) for name in ("annealing", "random")]
    assert best[0] < best[1] / 2
