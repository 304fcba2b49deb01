"""Limits that the pilot chooses, against a search over all pairs."""

import itertools

import numpy as np

from tenfold import pilot


def test_limits_keep_feasible_share_and_are_violated_evenly():
    generator = np.random.default_rng(0)
    up, down = generator.normal(size=50), generator.normal(size=50)
    at_least, at_most = pilot.choose_limits(up, down)
    low, late = up < at_least, down > at_most
    assert (~low & ~late).sum() == 13
    others = [
        abs(int((up < a).sum()) - int((down > b).sum()))
        for a, b in itertools.product(up, down)
        if ((up >= a) & (down <= b)).sum() == 13
    ]
    assert abs(int(low.sum()) - int(late.sum())) == min(others)
