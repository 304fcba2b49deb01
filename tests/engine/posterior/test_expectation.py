"""Expected losses are the posterior means of the textbook, and pool repeats."""

import numpy as np
import pytest

import oracles
from paretune.engine.models.targets import loss_targets
from paretune.engine.posterior.expectation import expected_losses
from paretune.engine.posterior.measurements import Configurations, Measurements
from paretune.engine.posterior.noisy_mode import denser_mode
from paretune.engine.posterior.regression import MEAN_VARIANCE
from paretune.objectives import Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Trials

LINE, ONE = Space({"x": Float(0, 1)}), Objectives([Minimize("f")])


def table(x, losses, errors=np.nan):
    losses = np.array(losses, float)[:, None]
    errors = np.broadcast_to(np.asarray(errors, float).reshape(-1, 1), losses.shape)
    return Trials(LINE, ONE, tuple({"x": float(value)} for value in x), losses=losses, losses_se=errors)


def test_expected_losses_are_the_posterior_means_of_the_textbook():
    rng = np.random.default_rng(1)
    x = np.array([0.0, 0.2, 0.2, 0.5, 0.8, 1.0])
    trials = table(x, np.sin(3 * x) + 0.1 * rng.normal(size=6), 0.1)
    found = expected_losses(trials)
    (target,), _ = loss_targets(trials, np.array([2.0]))
    measured = Measurements.of(Configurations.of(trials, np.arange(6), "cpu"), target, np.full(6, 0.01))
    fitted = measured.regression()
    mode = denser_mode(fitted.regression, fitted.mode)
    kernel, residual = (mode.lengthscales.numpy(), float(mode.weight)), float(mode.residual_variance)
    places = x[[0, 1, 3, 4, 5]]

    def covariance(a, b):
        K = oracles.mixed_kernel(a[:, None], b[:, None], [False], *kernel)
        return K + MEAN_VARIANCE + residual * (a[:, None] == b)

    mean, variance = oracles.gaussian_process(
        covariance(x, x),
        covariance(x, places),
        np.diag(covariance(places, places)),
        np.full(6, 0.01 / target.unit**2),
        target.values,
        0.0,
    )
    np.testing.assert_allclose(found.losses[:, 0], target.centre + target.unit * mean, rtol=1e-6)
    np.testing.assert_allclose(found.errors[:, 0], target.unit * np.sqrt(variance), rtol=1e-4)
    assert found.index_of_complete.tolist() == [0, 1, 1, 2, 3, 4]


def test_repeats_are_pooled():
    """The standard error of four measurements is half that of one, where the neighbours say little."""
    x = [0.0, 1.0, 1.0, 1.0, 1.0]
    found = expected_losses(table(x, [0.0, 10.7, 11.2, 11.8, 12.3], 1.0))
    np.testing.assert_allclose(found.losses[1, 0], 11.5, atol=0.2)
    np.testing.assert_allclose(found.errors[1, 0], 0.5, rtol=0.1)
    np.testing.assert_allclose(found.errors[0, 0], 1.0, rtol=0.1)


def test_objective_without_noise_is_expected_as_measured():
    losses = [3.0, 1.0, 2.0, 7.0, 5.0]
    found = expected_losses(table(np.linspace(0, 1, 5), losses, 0.0))
    assert found.losses[:, 0].tolist() == losses
    assert not found.errors.any()


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_unit_of_a_loss_does_not_matter(scale):
    x = np.linspace(0, 1, 9)
    losses = np.cos(5 * x) + 0.3 * np.random.default_rng(2).normal(size=9)
    expected = expected_losses(table(x, losses)).losses
    np.testing.assert_allclose(expected_losses(table(x, scale * losses)).losses, scale * expected, rtol=1e-5)


def test_noise_is_removed_where_it_is_not_known():
    x = np.linspace(0, 1, 40)
    measured = x + 0.3 * np.random.default_rng(0).normal(size=40)  # noise of half the variance
    found = expected_losses(table(x, measured)).losses[:, 0]
    assert np.square(found - x).mean() < 0.3 * np.square(measured - x).mean()


def test_no_complete_trial_gives_no_rows():
    assert expected_losses(table([0.5], [np.nan])).losses.shape == (0, 1)
