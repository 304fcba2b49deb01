"""Tests of the shrinkage of noisy measurements towards the true values."""

import numpy as np
import pytest

from paretune.confidence import shrunk_draws
from paretune.objectives import Minimize, Objectives
from paretune.space import Int, Space
from paretune.trials import Trials

SPACE = Space({"k": Int(0, 9999)})
TWO = Objectives([Minimize("f"), Minimize("g")])


def table(losses, errors, numbers=None, **columns):
    numbers = range(len(losses)) if numbers is None else numbers
    params = tuple({"k": int(k)} for k in numbers)
    return Trials(SPACE, TWO, params, losses=losses, losses_se=np.broadcast_to(errors, losses.shape), **columns)


def test_intervals_contain_the_true_value_at_their_level():
    rng, held = np.random.default_rng(3), []
    for _ in range(2):
        truths = rng.gamma(2.0, 1.0, (150, 2))
        measured = truths + 0.5 * rng.normal(size=truths.shape)
        low, high = np.quantile(shrunk_draws(table(measured, 0.5), 300, rng), [0.05, 0.95], axis=0)
        held.append(((low <= truths) & (truths <= high)).mean())
    assert 0.85 < np.mean(held) < 0.95


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_draws_do_not_depend_on_units(factor):
    rng = np.random.default_rng(4)
    losses = rng.normal(size=(20, 2))
    one, other = (shrunk_draws(table(losses * size, 0.2 * size), 20) for size in (1.0, factor))
    np.testing.assert_allclose(other / factor, one, rtol=1e-6, atol=1e-6)


def test_exact_losses_stay_as_measured_and_repeats_share_their_true_value():
    losses = np.random.default_rng(5).normal(size=(6, 2))
    draws = shrunk_draws(table(losses, [0.2, 0.0]), 10)
    np.testing.assert_array_equal(draws[..., 1], np.broadcast_to(losses[:, 1], (10, 6)))
    repeated = shrunk_draws(table(losses, 0.2, numbers=[0, 1, 2, 1, 3, 0]), 10)
    np.testing.assert_array_equal(repeated[:, [1, 0]], repeated[:, [3, 5]])
    assert len(np.unique(repeated[0, :, 0])) == 4


def test_trials_without_noise_are_not_shrunk():
    losses = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(shrunk_draws(table(losses, np.nan), 3), np.stack([losses] * 3))
    failed = table(losses, 0.1, states=np.array(["failed"] * 2, object))
    assert shrunk_draws(failed, 3).shape == (3, 0, 2)
    assert np.isfinite(shrunk_draws(table(losses, 0.1), 3)).all()


def test_same_seed_gives_the_same_draws():
    trials = table(np.random.default_rng(6).normal(size=(9, 2)), 0.3)
    np.testing.assert_array_equal(shrunk_draws(trials, 5, seed=1), shrunk_draws(trials, 5, seed=1))
    assert (shrunk_draws(trials, 5, seed=1) != shrunk_draws(trials, 5, seed=2)).any()
