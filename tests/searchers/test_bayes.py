"""Bayesian search is the engine's `suggest`."""

import numpy as np

from paretune import engine
from paretune.searchers.bayes import BayesSearch
from searchers.runs import MIXED, OBJECTIVES, make_trials, run, suggest


def test_suggestion_is_that_of_the_engine():
    trials = make_trials(MIXED, run(BayesSearch(n_startup_trials=4), MIXED, 5))
    found = suggest(BayesSearch(n_startup_trials=4), trials, seed=3, reference=np.array([0.0, 9.0]), fixed={"b": 2})
    (expected,) = engine.suggest(
        trials, MIXED, OBJECTIVES, seed=3, reference_point=[0.0, 9.0], fixed={"b": 2}, n_startup_trials=4
    )
    assert found == expected
    assert found["b"] == 2
