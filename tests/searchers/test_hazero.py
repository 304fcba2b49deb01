"""HAZero against the package cmaes, asked and told by hand."""

import numpy as np
from cmaes import CMA

from paretune import Float, Int, Minimize, Objectives, Space
from paretune.searchers import Context
from paretune.searchers.hazero import HazeroSearch
from paretune.searchers.untried import stream
from searchers.runs import MIXED, OBJECTIVES, make_trials, run, search

SPACE = Space({"x": Float(0, 1), "y": Float(1e-3, 1, log=True), "k": Int(0, 99)})
LOSS = Objectives([Minimize("loss")])


def losses_of(params):
    return None if params["k"] > 52 else [(params["x"] - 0.9) ** 2 + (np.log10(params["y"]) + 2) ** 2]


def test_search_is_that_of_the_package():
    seed = int(stream(Context(SPACE, LOSS, 3), 0).integers(2**32))
    by_hand = CMA(np.zeros(3), 0.2, np.tile([-1.0, 1.0], (3, 1)), seed=seed, population_size=5)
    expected = []
    for _ in range(5):
        places = [by_hand.ask() for _ in range(5)]
        expected += [SPACE.decode((place + 1) / 2)[0] for place in places]
        losses = [losses_of(params) for params in expected[-5:]]
        by_hand.tell([(z, 1e9 if y is None else y[0]) for z, y in zip(places, losses, strict=True)])
    found, losses = search(HazeroSearch(), SPACE, LOSS, losses_of, 25, seed=3)
    assert None in losses
    assert np.allclose(SPACE.encode(found), SPACE.encode(expected), atol=1e-9)


def test_options_are_those_of_the_distribution():
    narrow = SPACE.encode(run(HazeroSearch(population=8, sigma=1e-3), SPACE, 8))
    assert (np.abs(narrow[:, :2] - 0.5) < 0.01).all()


def test_resumed_search_of_two_objectives_is_the_same():
    searcher = HazeroSearch(population=4)
    configurations = run(searcher, MIXED, 8)
    suggestion = searcher.suggest(make_trials(MIXED, configurations[:7]), Context(MIXED, OBJECTIVES))
    assert suggestion.params == configurations[7]
