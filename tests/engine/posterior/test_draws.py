"""Draws of noise-free losses agree with the models and the measurements."""

import math

import numpy as np
import pytest

from paretune.engine import posterior_draws
from paretune.engine.posterior import draws as draws_module
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.trials import Trials

MIXED = Space({"x": Float(0, 1), "k": Int(1, 5), "c": Categorical(["a", "b", "d"])})
TWO = Objectives([Minimize("f"), Minimize("g")])
NAN = math.nan


def places(n, seed=0):
    return np.random.default_rng(seed).random((n, 3))


def truth(X):
    return np.column_stack([(X[:, 0] - 0.3) ** 2 + 0.2 * X[:, 1], np.cos(3 * X[:, 0]) - 0.3 * (X[:, 2] < 1 / 3)])


def table(losses, errors=NAN, params=None, objectives=TWO, **columns):
    losses = np.array(losses, float)
    params = MIXED.decode(places(len(losses))) if params is None else params
    errors = np.broadcast_to(np.asarray(errors, float), losses.shape)
    return Trials(MIXED, objectives, tuple(params), losses=losses, losses_se=errors, **columns)


def noisy(n, error, seed=0):
    X = MIXED.encode(MIXED.decode(places(n)))
    return truth(X), truth(X) + error * np.random.default_rng(seed + 1).normal(size=(n, 2))


# A regression


# Draws of a study


def test_draws_are_nearer_to_truth_than_measurements_and_cover_it():
    true, measured = noisy(40, 0.2)
    draws = posterior_draws(table(measured, 0.2), 200)
    assert draws.shape == (200, 40, 2)
    assert np.square(draws.mean(axis=0) - true).mean() < 0.5 * np.square(measured - true).mean()
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    assert 0.8 < ((low <= true) & (true <= high)).mean() <= 1


def test_unknown_noise_is_inferred_from_neighbours():
    true, measured = noisy(40, 0.2)
    draws = posterior_draws(table(measured), 100)
    assert np.square(draws.mean(axis=0) - true).mean() < 0.8 * np.square(measured - true).mean()


def test_unexplained_part_is_a_configurations_own_where_noise_is_known():
    """Without any pattern it is the conjugate posterior of independent normal truths: a known share of each."""
    rng = np.random.default_rng(1)
    truths = rng.normal(size=(100, 2))
    measured = truths + 0.5 * rng.normal(size=truths.shape)
    for errors, share in ((0.5, 1 / 1.25), (0.01, 1.0)):
        means = posterior_draws(table(measured, errors), 200).mean(axis=0)
        slopes = [np.polyfit(measured[:, j], means[:, j], 1)[0] for j in range(2)]
        np.testing.assert_allclose(slopes, share, atol=0.1)


def test_repeats_give_the_noise_and_share_one_truth():
    X = np.repeat(places(30), 3, axis=0)
    params = MIXED.decode(X)
    own = np.repeat(np.random.default_rng(1).normal(size=(30, 2)), 3, axis=0)  # no pattern
    measured = own + 0.3 * np.random.default_rng(2).normal(size=own.shape)
    draws = posterior_draws(table(measured, params=params), 300)
    np.testing.assert_array_equal(draws[:, ::3], draws[:, 2::3])
    means = measured.reshape(30, 3, 2).mean(axis=1)
    assert np.abs(draws.mean(axis=0)[::3] - means).mean() < 0.1
    assert draws.std(axis=0).mean() == pytest.approx(0.3 / math.sqrt(3), rel=0.25)


def test_columns_are_the_complete_trials_in_order():
    _, measured = noisy(12, 0.01)
    reasons = np.array(["", "lost", "", "crashed", "", "", "outside_limits", "", "", "", "", ""], object)
    states = np.where(reasons == "", "complete", "failed").astype(object)
    states[4] = "pending"
    trials = table(measured, 0.01, states=states, reasons=reasons)
    draws = posterior_draws(trials, 50)
    np.testing.assert_allclose(draws.mean(axis=0), trials[trials.is_complete].losses, atol=0.05)


def test_draws_are_in_the_users_units():
    _, measured = noisy(20, 0.05)
    objectives = Objectives([Minimize("f"), Maximize("g")])
    factor = np.array([1e9, 1e-9])
    one, other = (posterior_draws(table(measured * f, 0.05 * f, objectives=objectives), 20) for f in (1, factor))
    np.testing.assert_allclose(other / factor, one, rtol=1e-3, atol=1e-3)


def test_draws_of_exact_or_constant_objective_are_the_measurements():
    losses = np.column_stack([noisy(10, 0.1)[1][:, 0], np.full(10, 7.0)])
    draws = posterior_draws(table(losses, [0.0, NAN]), 5)
    np.testing.assert_allclose(draws, np.stack([losses] * 5))


def test_draws_of_one_configuration_need_no_model():
    params = MIXED.decode(np.repeat(places(1), 4, axis=0))
    draws = posterior_draws(table([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [2.0, 5.0]], 0.5, params=params), 20_000)
    np.testing.assert_allclose(draws.mean(axis=(0, 1)), [2.0, 5.0], atol=0.02)
    scatter = np.var([1.0, 2.0, 3.0, 2.0], ddof=1)  # more than the standard errors say
    np.testing.assert_allclose(draws[:, 0].std(axis=0), [math.sqrt(scatter / 4), 0.5 / 2], rtol=0.03)
    fixed = Trials(Space({"x": Float(1, 1)}), TWO, ({"x": 1.0},), losses=[[1.0, 2.0]])
    np.testing.assert_allclose(posterior_draws(fixed, 2), [[[1.0, 2.0]]] * 2)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_trials_have_finite_draws(n):
    draws = posterior_draws(table(noisy(3, 0.1)[1][:n], 0.1, params=MIXED.decode(places(n))), 7)
    assert draws.shape == (7, n, 2)
    assert np.isfinite(draws).all()


def test_incomplete_trials_have_no_column():
    states = np.array(["failed", "pending"], object)
    assert posterior_draws(table([[1.0, 2.0]] * 2, states=states), 3).shape == (3, 0, 2)


def test_draws_use_measurements_outside_the_subsample(monkeypatch):
    monkeypatch.setattr(draws_module, "MAX_MODELLED_TRIALS", 30)
    losses = np.random.default_rng(1).normal(size=(90, 2))  # no pattern, measured well
    draws = posterior_draws(table(losses, 0.01), 50)
    assert np.abs(draws.mean(axis=0) - losses).max() < 0.05


def test_stopped_trials_do_not_bias_draws_of_others():
    X = MIXED.encode(MIXED.decode(places(30)))
    losses = np.column_stack([X[:, 0], truth(X)[:, 1]])
    stopped = X[:, 0] > 0.7
    losses[stopped] = np.column_stack([np.full(stopped.sum(), 0.7), np.full(stopped.sum(), NAN)])
    reasons, states = np.where(stopped, "timed_out", ""), np.where(stopped, "failed", "complete")
    draws = posterior_draws(table(losses, reasons=reasons, states=states, durations=np.full(30, 0.8)), 50)
    np.testing.assert_allclose(draws.mean(axis=0)[:, 0], losses[~stopped, 0], atol=0.15)


def test_same_seed_gives_same_draws_and_another_does_not():
    trials = table(noisy(12, 0.1)[1], 0.1)
    one, again, other = (posterior_draws(trials, 5, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_huge_losses_give_draws():
    losses = noisy(12, 0.1)[1]
    losses[3] = 1e300
    assert not np.isnan(posterior_draws(table(losses), 5)).any()


@pytest.mark.parametrize(
    ("errors", "size"), [(NAN, 1e160), (NAN, 1.7e308), (1e-300, 1.7e308), (1e160, 1e160), (1.7e308, 1.7e308)]
)
def test_losses_with_overflowing_squares_give_finite_draws(errors, size):
    losses = np.column_stack([size * np.linspace(-1, 1, 12), np.arange(12.0)])
    twice = [params for params in MIXED.decode(places(6)) for _ in range(2)]
    assert np.isfinite(posterior_draws(table(losses, errors, twice), 5)).all()


def test_invalid_argument_is_an_error():
    with pytest.raises(InvalidInputError, match="n_draws must be a whole number of at least 1, but is 0"):
        posterior_draws(table([[1.0, 2.0]]), 0)
    with pytest.raises(InvalidInputError, match="device must be one that torch can use"):
        posterior_draws(table([[1.0, 2.0]]), device="abacus")


@pytest.mark.parametrize("error", [0.02, 0.0, NAN], ids=["known", "exact", "unknown"])
def test_time_out_does_not_change_draws_of_measured_configuration(error):
    space, time = Space({"x": Float(0, 1)}), Objectives([Minimize("time", unit="s")])
    x = np.linspace(0, 1, 12)
    trials = Trials(
        space,
        time,
        tuple({"x": value} for value in [*x, x[8]]),
        losses=[*(1 + x)[:, None], [30.0]],
        losses_se=np.full((13, 1), error),
        reasons=np.array([""] * 12 + ["timed_out"], object),
        states=np.array(["complete"] * 12 + ["failed"], object),
        durations=np.array([2.0] * 12 + [30.0]),
    )
    np.testing.assert_allclose(posterior_draws(trials, 200).mean(axis=0)[:, 0], 1 + x, atol=0.05)
