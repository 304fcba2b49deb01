"""The evolutionary search."""

import numpy as np

from paretune import Categorical, Float, Int, Minimize, Objectives, Space
from paretune.searchers import Context, make_searcher
from paretune.searchers.evolution import EvolutionSearch
from searchers.runs import MIXED, OBJECTIVES, SQUARE, make_trials, run, search, table

LOSS = Objectives([Minimize("loss")])


def test_search_begins_with_a_sobol_sequence():
    searcher = make_searcher("evolution", {"population": 4})
    assert run(searcher, MIXED, 4) == run(make_searcher("sobol"), MIXED, 4)
    assert run(searcher, MIXED, 5)[4] != run(make_searcher("sobol"), MIXED, 5)[4]


def test_children_are_near_the_best_trials():
    """Without crossover and with short steps, each child is a neighbour of one of the two best trials."""
    searcher = EvolutionSearch(population=2, crossover=0.0, mutation=0.0, step=0.01)
    configurations = [{"u": u, "v": 0.5} for u in (0.1, 0.9, 0.5, 0.3)]
    for seed in range(10):
        trials = table(SQUARE, LOSS, configurations, [[1.0], [0.0], None, [5.0]])
        child = searcher.suggest(trials, Context(SQUARE, LOSS, seed)).params
        assert min(abs(child["u"] - u) for u in (0.1, 0.9)) < 0.05
        assert abs(child["v"] - 0.5) < 0.05
        assert (child["u"], child["v"]) not in {(0.1, 0.5), (0.9, 0.5)}


def test_parents_change_only_after_all_offspring_of_a_generation():
    """Trials of a generation that is not whole have no children: their results do not matter."""
    searcher = EvolutionSearch(population=3, offspring=4)
    configurations = run(searcher, SQUARE, 9)  # 3, then 4, then 2 of the third generation
    good, bad = ([[float(i)] for i in range(7)] + [[loss]] * 2 for loss in (-9.0, 9.0))
    suggestions = [
        searcher.suggest(table(SQUARE, LOSS, configurations, losses), Context(SQUARE, LOSS)).params
        for losses in (good, bad)
    ]
    assert suggestions[0] == suggestions[1]
    steady = EvolutionSearch(population=3, offspring=1, crossover=0.0, mutation=0.0, step=1e-6)
    child = steady.suggest(table(SQUARE, LOSS, configurations, good), Context(SQUARE, LOSS)).params
    assert min(abs(child["u"] - params["u"]) for params in (*configurations[7:], configurations[0])) < 1e-4


def test_search_goes_on_evenly_while_all_trials_fail():
    searcher = EvolutionSearch(population=2)
    configurations, _ = search(searcher, SQUARE, LOSS, lambda _params: None, 8)
    assert configurations == run(make_searcher("sobol"), SQUARE, 8)


def test_feasible_trials_are_the_parents():
    objectives = Objectives([Minimize("loss", at_most=1.0)])
    searcher = EvolutionSearch(population=1 + 1, crossover=0.0, mutation=0.0, step=1e-4)
    configurations = [{"u": 0.1, "v": 0.5}, {"u": 0.3, "v": 0.5}, {"u": 0.7, "v": 0.5}, {"u": 0.9, "v": 0.5}]
    trials = table(SQUARE, objectives, configurations, [[9.0], [0.5], [2.0], None])
    for seed in range(8):
        child = searcher.suggest(trials, Context(SQUARE, objectives, seed)).params
        assert min(abs(child["u"] - 0.3), abs(child["u"] - 0.7)) < 0.01


def test_evolution_finds_better_optima_than_random_search():
    space = Space({"x": Float(0, 1), "k": Int(0, 20), "c": Categorical(["a", "b", "c"])})

    def losses_of(params):
        return [(params["x"] - 0.3) ** 2 + ((params["k"] - 14) / 20) ** 2 + (params["c"] != "b")]

    best = {
        name: [np.min(search(make_searcher(name), space, LOSS, losses_of, 50, seed)[1]) for seed in range(2)]
        for name in ("evolution", "random")
    }
    assert np.mean(best["evolution"]) < np.mean(best["random"]) / 2, best


def test_two_objectives_keep_the_ends_of_the_front():
    searcher = EvolutionSearch(population=2, crossover=0.0, mutation=0.0, step=1e-4)
    configurations = [{"a": 0.1, "b": b, "c": "x"} for b in (1, 5, 9)]
    trials = make_trials(MIXED, configurations)  # equal gains, so the first dominates the others
    child = searcher.suggest(trials, Context(MIXED, OBJECTIVES)).params
    assert set(child) >= {"a", "b", "c"}
