"""Tests of the Bayesian mixture of normal distributions."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from paretune.confidence.mixture import Components, sample_truths


def test_draws_of_normal_true_values_follow_the_conjugate_posterior():
    """Known prior covariance, noise that varies: the mean and covariance of two normal sources of information."""
    rng, mean, covariance = np.random.default_rng(0), np.array([3.0, -1.0]), np.array([[1.0, -0.6], [-0.6, 0.8]])
    truths = rng.multivariate_normal(mean, covariance, 300)
    errors = rng.uniform(0.3, 0.9, truths.shape)
    measured = truths + errors * rng.normal(size=truths.shape)
    gains = [covariance @ np.linalg.inv(covariance + np.diag(error**2)) for error in errors]
    means = np.array([mean + gain @ (point - mean) for gain, point in zip(gains, measured, strict=True)])
    spread = np.array([np.sqrt(np.diag(covariance - gain @ covariance)) for gain in gains])
    draws = sample_truths(measured, errors**2, 400, rng)
    moved = np.square(measured - means).mean()
    assert np.square(draws.mean(axis=0) - means).mean() < 0.15 * moved
    assert np.median(draws.std(axis=0) / spread) == pytest.approx(1, abs=0.1)


def test_points_of_two_tight_clusters_shrink_to_their_own_cluster():
    rng = np.random.default_rng(1)
    centres = np.array([[0.0, 0.0], [4.0, -4.0]])[np.repeat([0, 1], 60)]
    measured = centres + 0.5 * rng.normal(size=centres.shape)
    means = sample_truths(measured, np.full(centres.shape, 0.25), 400, rng).mean(axis=0)
    assert np.abs(means - centres).mean() < 0.4 * np.abs(measured - centres).mean()


def test_log_density_of_components_is_normal():
    rng = np.random.default_rng(2)
    roots, means, points = np.tril(rng.normal(size=(3, 2, 2))), rng.normal(size=(3, 2)), rng.normal(size=(4, 2))
    found = Components(np.log([0.2, 0.3, 0.5]), means, roots).log_densities(points)
    for j, share in enumerate([0.2, 0.3, 0.5]):
        density = multivariate_normal(means[j], np.linalg.inv(roots[j] @ roots[j].T))
        np.testing.assert_allclose(found[:, j], np.log(share) + density.logpdf(points) + np.log(2 * np.pi))
