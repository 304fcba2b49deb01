"""Tests of the fronts of random draws."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
import strategies
from paretune import confidence
from paretune.errors import InvalidInputError

# Small whole numbers with ties; (0, 3) is there twice, and two trials failed.
LOSSES = {
    2: [[0, 3], [0, 3], [1, 1], [2, 1], [3, 0], [3, 3], [math.nan] * 2, [2, math.nan], [1, 2], [2, 2]],
    3: [[0, 3, 1], [0, 3, 1], [1, 1, 1], [2, 1, 0], [3, 0, 3], [3, 3, 3], [math.nan] * 3, [2, 2, 2], [1, 2, 1]],
    4: [[0, 3, 1, 2], [1, 1, 1, 1], [2, 1, 0, 1], [3, 0, 3, 0], [3, 3, 3, 3], [math.nan] * 4, [1, 1, 1, 2]],
}


def n_that_dominate(losses):
    return [sum(oracles.dominates(other, row) for other in losses) for row in losses]


@pytest.mark.parametrize("m", [2, 3, 4])
def test_trial_is_on_the_front_with_the_hypergeometric_probability(m):
    losses, size, repeats = LOSSES[m], 4, 1500
    n = len(losses)
    fronts = confidence.bootstrap_fronts(losses, size, repeats, seed=m)
    for row, n_better in zip(losses, n_that_dominate(losses), strict=True):
        if math.isnan(sum(row)):
            continue
        # Each trial with these losses is drawn together with none that dominates it.
        share = losses.count(row) * math.comb(n - 1 - n_better, size - 1) / math.comb(n, size)
        counted = sum((front == row).all(axis=1).sum() for front in fronts) / repeats
        assert counted == pytest.approx(share, abs=4 * math.sqrt(2 * share / repeats) + 1e-9)


@pytest.mark.parametrize("m", [2, 3, 4])
def test_trial_is_on_the_front_with_the_bootstrap_probability(m):
    losses, size, repeats = LOSSES[m], 5, 1500
    n = len(losses)
    fronts = confidence.bootstrap_fronts(losses, size, repeats, seed=m, replace=True)
    for row, n_better in zip(losses, n_that_dominate(losses), strict=True):
        if math.isnan(sum(row)):
            continue
        k = losses.count(row)
        share = ((n - n_better) / n) ** size - ((n - n_better - k) / n) ** size  # seen, and none that dominates it
        seen = np.mean([(front == row).all(axis=1).any() for front in fronts])
        assert seen == pytest.approx(share, abs=4 * math.sqrt(share / repeats) + 1e-9)


def test_front_is_empty_if_only_failed_trials_are_drawn():
    losses = [[math.nan] * 2] * 6 + [[1, 2], [2, 1]]
    fronts = confidence.bootstrap_fronts(losses, size=3, repeats=4000, seed=0)
    share = np.mean([len(front) == 0 for front in fronts])
    assert share == pytest.approx(math.comb(6, 3) / math.comb(8, 3), abs=0.03)
    assert all(front.shape[1] == 2 for front in fronts)


@given(st.data(), st.integers(2, 4))
def test_every_front_is_the_front_of_some_draw(data, m):
    losses = data.draw(strategies.losses(m=m, min_size=1, max_size=6, with_nan=True))
    size = data.draw(st.integers(1, len(losses)))
    before = losses.copy()
    possible = set()
    for rows in itertools.combinations(losses.tolist(), size):
        kept = [tuple(row) for row, keep in zip(rows, oracles.is_nondominated(rows), strict=True) if keep]
        possible.add(tuple(sorted(kept)))
    for front in confidence.bootstrap_fronts(losses, size, repeats=5, seed=data.draw(st.integers(0, 99))):
        assert tuple(map(tuple, front.tolist())) in possible
    np.testing.assert_array_equal(losses, before)


@given(strategies.losses(m=2, min_size=1, with_nan=True))
def test_draw_of_all_trials_gives_the_whole_front_with_equal_points(losses):
    (front,) = confidence.bootstrap_fronts(losses, len(losses), repeats=1, seed=0)
    expected = losses[np.array(oracles.is_nondominated(losses), bool)]
    assert sorted(front.tolist()) == sorted(expected.tolist())


def test_same_seed_gives_the_same_fronts_and_a_generator_advances():
    def fronts(seed, **how):
        return [front.tolist() for front in confidence.bootstrap_fronts(LOSSES[2], 4, 20, seed, **how)]

    assert fronts(3) == fronts(3) == fronts(np.random.default_rng(3))
    assert fronts(3) != fronts(4)
    generator = np.random.default_rng(3)
    assert fronts(generator) != fronts(generator)


def test_draw_with_replacement_can_be_larger_than_the_study():
    fronts = confidence.bootstrap_fronts([[1, 1]], size=3, repeats=2, seed=0, replace=True)
    assert [front.tolist() for front in fronts] == [[[1, 1]] * 3] * 2


def test_single_trial_only_failures_and_constant_objective_are_accepted():
    nan = math.nan
    assert confidence.bootstrap_fronts([[1, 2]], 1, 1, seed=0)[0].tolist() == [[1, 2]]
    assert [front.shape for front in confidence.bootstrap_fronts([[nan, nan]] * 3, 2, 2, seed=0)] == [(0, 2)] * 2
    (front,) = confidence.bootstrap_fronts([[1, 7], [0, 7], [0, 7], [2, 7]], 4, 1, seed=0)
    assert front.tolist() == [[0, 7], [0, 7]]


@pytest.mark.parametrize(
    ("losses", "size", "repeats", "message"),
    [
        ([[1, 2]], 2, 1, "size is 2, but there are 1 trials: draw fewer, or set replace=True"),
        ([[1, 2]], 0, 1, "size must be a whole number of at least 1, but is 0"),
        ([[1, 2]], 0.5, 1, "size must be a whole number of at least 1, but is 0.5"),
        ([[1, 2]], 1, 0, "repeats must be a whole number of at least 1, but is 0"),
        ([[1, 2]], 1, -3, "repeats must be a whole number of at least 1, but is -3"),
        ([1, 2], 1, 1, "losses must be a table of n points by m objectives, but have shape (2,)"),
        ([[1, 2], [3]], 1, 1, "losses must be a table of numbers"),
        ([["a", "b"]], 1, 1, "losses must be a table of numbers"),
        (
            [[1, 2], [math.inf, 0]],
            1,
            1,
            "losses: row 1 is infinite, but losses must be finite: use NaN for a failed trial",
        ),
        ([[-math.inf, 2]], 1, 1, "losses: row 0 is infinite"),
        (np.empty((0, 2)), 1, 1, "there are no trials to draw from"),
    ],
)
def test_invalid_input_is_refused_with_one_line(losses, size, repeats, message):
    with pytest.raises(InvalidInputError) as caught:
        confidence.bootstrap_fronts(losses, size, repeats, seed=0)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
