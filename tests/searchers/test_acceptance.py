"""Acceptance of simulated annealing, against closed forms and the cases of the AMOSA paper."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from paretune import pareto
from paretune.searchers.acceptance import Annealer, dominates, domination, metropolis, sigmoid


def is_accepted(losses, archive, current, temperature, probability):
    """Whether the last point is accepted just below and just above a probability."""
    found = []
    for draw in (probability - 1e-9, probability + 1e-9):
        chain = Annealer(np.array(losses, float), list(archive), current)
        chain.visit(len(losses) - 1, temperature, draw)
        found.append(chain.current == len(losses) - 1)
    return found


def test_worse_point_is_accepted_with_metropolis_probability():
    losses = [[0.0], [4.0], [2.0], [3.0]]  # the range is 4
    assert is_accepted(losses, [0], 2, 0.5, math.exp(-0.25 / 0.5)) == [True, False]
    assert is_accepted(losses, [0], 1, 0.5, 1.0)[0]  # better than the present one
    assert metropolis(1e9, 1e-9) == 0.0


def test_point_that_the_present_one_and_the_archive_dominate():
    """Case 1: the mean amount over the present point and the two archive points above."""
    losses = [[0, 2], [2, 0], [1, 1], [4, 4], [2, 3]]
    amounts = [(2 / 4) * (1 / 4), 3 / 4, (1 / 4) * (2 / 4)]  # the second has one equal objective
    probability = 1 / (1 + math.exp(np.mean(amounts) / 0.3))
    assert is_accepted(losses, [0, 1], 2, 0.3, probability) == [True, False]


def test_present_point_in_the_archive_counts_once():
    losses = [[0, 0], [4, 4], [1, 2]]
    probability = 1 / (1 + math.exp((1 / 4) * (2 / 4) / 0.3))
    assert is_accepted(losses, [0], 0, 0.3, probability) == [True, False]


def test_point_that_only_the_archive_dominates():
    """Case 2: neither of present and new point dominates; the mean amount over the archive points above."""
    losses = [[0, 2], [4, 4], [3, 1], [1, 3]]
    probability = 1 / (1 + math.exp((1 / 4) * (1 / 3) / 0.3))  # the ranges are 4 and 3
    assert is_accepted(losses, [0], 2, 0.3, probability) == [True, False]


def test_point_on_the_front_is_accepted_always():
    losses = [[0, 2], [4, 4], [3, 1], [1, 1.5]]
    assert is_accepted(losses, [0, 2], 2, 0.3, 1.0)[0]
    assert is_accepted([[0, 2], [4, 4], [0, 0]], [0], 1, 0.3, 1.0)[0]


def test_better_point_below_the_archive_may_lead_back_to_it():
    """Case 3: the new point dominates the present one; the archive point with the least amount is the alternative."""
    losses = [[0, 1], [1, 0], [4, 4], [2, 3]]
    amounts = [(2 / 4) * (2 / 4), (1 / 4) * (3 / 4)]
    back = 1 / (1 + math.exp(-min(amounts)))
    assert is_accepted(losses, [0, 1], 2, 0.3, back) == [False, True]
    chain = Annealer(np.array(losses, float), [0, 1], 2)
    chain.visit(3, 0.3, 0.0)
    assert chain.current == 1


@given(strategies.losses(m=2, min_size=2), st.integers(0, 99))
def test_archive_is_the_front_of_the_visited_points(losses, seed):
    chain, rng = Annealer(losses, [0], 0), np.random.default_rng(seed)
    for row in range(1, len(losses)):
        chain.visit(row, 0.5, rng.random())
    assert chain.archive == np.flatnonzero(pareto.is_nondominated(losses)).tolist()


def test_probabilities_are_in_their_limits():
    assert sigmoid(1e9, 1e-9) == pytest.approx(0.0, abs=1e-300)
    assert sigmoid(0.0, 1.0) == 0.5
    assert domination(np.empty((0, 2)), np.zeros(2), np.ones(2)).tolist() == []
    assert dominates(np.array([[1, 1], [1, 2], [0, 3]]), np.array([1, 2])).tolist() == [True, False, False]
