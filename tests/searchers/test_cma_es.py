"""CMA-ES against the package cmaes, asked and told by hand."""

import numpy as np
from cmaes import CatCMAwM

from paretune import Categorical, Float, Int, Minimize, Objectives, Space
from paretune.searchers import Context, make_searcher
from paretune.searchers.cma_es import CmaEsSearch
from paretune.searchers.untried import stream
from searchers.runs import MIXED, OBJECTIVES, SQUARE, make_trials, run, search, search_in_slots

SPACE = Space({"x": Float(0, 1), "k": Int(1, 9), "c": Categorical(["a", "b", "c"])})
LOSS = Objectives([Minimize("loss")])


def losses_of(params):
    return (
        None if params["x"] > 0.9 else [(params["x"] - 0.7) ** 2 + (params["k"] - 3) ** 2 / 64 + (params["c"] != "b")]
    )


def test_search_is_that_of_the_package():
    levels = ((np.arange(9) + 0.5) / 9).tolist()
    seed = int(stream(Context(SPACE, LOSS, 5), 0, 0).integers(2**32))
    by_hand = CatCMAwM([[0.0, 1.0]], [levels], [3], 6, np.full(2, 0.5), 0.25, np.eye(2), seed=seed)
    expected = []
    for _ in range(5):
        drawn = [by_hand.ask() for _ in range(6)]
        expected += [
            {"x": float(s.x[0]), "k": round(s.z[0] * 9 + 0.5), "c": "abc"[int(np.argmax(s.c[0]))]} for s in drawn
        ]
        losses = [losses_of(params) for params in expected[-6:]]
        order = np.argsort([np.inf if y is None else y[0] for y in losses], kind="stable")
        by_hand.tell([(drawn[row], float(place)) for place, row in enumerate(order)])
    found, _ = search(CmaEsSearch(population=6), SPACE, LOSS, losses_of, 24, seed=5)
    unique = list({tuple(params.values()): params for params in expected}.values())
    assert np.allclose(SPACE.encode(found), SPACE.encode(unique[:24]), atol=1e-9)


def test_cma_es_finds_a_better_optimum_than_random_search():
    def bowl(params):
        return [(params["u"] - 0.3) ** 2 + 10 * (params["v"] - 0.8 + params["u"] - 0.3) ** 2]

    best = [np.min(search(make_searcher(name), SQUARE, LOSS, bowl, 40)[1]) for name in ("cma-es", "random")]
    assert best[0] < best[1] / 2


def test_run_of_other_weights_goes_on_while_one_waits():
    """With two runs side by side and three slots, few trials are extra draws."""

    def two_losses(params):
        return [params["u"] ** 2 + params["v"], (params["u"] - 1) ** 2 + params["v"]]

    searcher = CmaEsSearch(population=4, runs=2)
    expected, _ = search(searcher, SQUARE, OBJECTIVES, two_losses, 32)
    found, _ = search_in_slots(searcher, SQUARE, OBJECTIVES, two_losses, 24)
    assert sum(params not in expected for params in found) <= 2
    alone = CmaEsSearch(population=4, runs=1)
    expected, _ = search(alone, SQUARE, OBJECTIVES, two_losses, 24)
    found, _ = search_in_slots(alone, SQUARE, OBJECTIVES, two_losses, 24)
    assert sum(params not in expected for params in found) > 2


def test_resumed_search_of_two_objectives_is_the_same():
    searcher = CmaEsSearch(population=4, rounds=1)
    configurations = run(searcher, MIXED, 14)
    suggestion = searcher.suggest(make_trials(MIXED, configurations[:13]), Context(MIXED, OBJECTIVES))
    assert suggestion.params == configurations[13]
