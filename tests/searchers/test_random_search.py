"""Random search against statistical tests."""

import numpy as np
from scipy import stats

from paretune.searchers.random_search import RandomSearch
from searchers.runs import MIXED, SMALL, make_trials, run, suggest


def test_draws_are_uniform_on_each_scale():
    places = MIXED.encode(run(RandomSearch(), MIXED, 300))
    assert stats.kstest(places[:, 0], "uniform").pvalue > 0.01
    counts = np.bincount(np.floor(places[:, 1] * 10).astype(int), minlength=10)
    assert stats.chisquare(counts).pvalue > 0.01


def test_configuration_of_a_small_space_comes_as_often_as_it_is_drawn():
    drawn = [params["k"] for params in run(RandomSearch(), SMALL, 60)]
    places = SMALL.snap(np.random.default_rng(0).random((60, 1)))
    assert drawn == [params["k"] for params in SMALL.decode(places)]


def test_trial_of_another_source_takes_no_draw():
    configurations = run(RandomSearch(), MIXED, 2)
    other = {"a": 0.5, "b": 3, "c": "x"}
    assert suggest(RandomSearch(), make_trials(MIXED, [other, configurations[0]])) == configurations[1]
