"""Sobol search covers a space evenly."""

from scipy import stats

from paretune.searchers.random_search import RandomSearch
from paretune.searchers.sobol import SobolSearch
from searchers.runs import SQUARE, run


def test_sobol_search_covers_more_evenly_than_random_search():
    even, random = (
        [stats.qmc.discrepancy(SQUARE.encode(run(searcher, SQUARE, 64, seed))) for seed in range(3)]
        for searcher in (SobolSearch(), RandomSearch())
    )
    assert max(even) < min(random)
