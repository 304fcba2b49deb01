"""Tests of hypervolume subset selection, against every possible subset."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune import pareto
from paretune.pareto import hypervolume_subset, reference_point
from strategies import losses


@given(losses(m=2, max_size=8), st.integers(1, 4))
def test_subset_is_on_the_front_without_repeats_and_near_the_best_of_its_size(points, k):
    chosen = hypervolume_subset(points, k)
    on_front = np.flatnonzero(pareto.is_nondominated(points))
    assert len(set(chosen.tolist())) == len(chosen) == min(k, len(on_front))
    assert set(chosen.tolist()) <= set(on_front.tolist())
    if len(chosen):
        corner = reference_point(points, None)
        best = max(pareto.hypervolume(points[list(c)], corner) for c in itertools.combinations(on_front, len(chosen)))
        assert pareto.hypervolume(points[chosen], corner) >= (1 - 1 / math.e) * best - 1e-9


def test_first_point_is_the_best_alone_and_the_next_adds_the_most():
    points = np.array([[0.0, 4.0], [1.0, 1.0], [4.0, 0.0], [1.1, 0.9]])
    chosen = hypervolume_subset(points, 3)
    corner = reference_point(points, None)
    alone = [pareto.hypervolume(points[[i]], corner) for i in range(4)]
    assert chosen[0] == np.argmax(alone)
    assert chosen.tolist()[1:] == [0, 2] or chosen.tolist()[1:] == [2, 0]


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.full((3, 2), np.nan)])
def test_subset_of_no_points_is_empty(points):
    assert hypervolume_subset(points, 2).tolist() == []
