"""A Bayesian mixture of normal distributions for noise-free points, sampled given noisy measurements.

Gibbs sampling adds the uncertainty of the fit to the model that Bovy, Hogg and Roweis (2011, "Extreme deconvolution")
fit to its mode. A few normal components can follow an edge or a cluster. A single component, which gives the shrinkage
of Efron and Morris (1972), would smooth them out. The discrete estimate of Kiefer and Wolfowitz would give intervals
without width.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_COMPONENTS = 20
N_WARM_UP = 300
PRIOR_MEAN_WEIGHT = 0.05  # weight of the prior of a component's mean, in observations
PRIOR_COVARIANCE = 0.5  # prior expectation of a component's covariance
MIN_VARIANCE = 1e-8  # of an error, as a share of the variance of the measurements


@dataclass(frozen=True, eq=False)
class Components:
    """``c`` normal distributions of ``m`` numbers, with their shares.

    Args:
        log_shares: ``c`` logarithms of the shares.
        means: ``c x m``.
        roots: ``c x m x m``; a component's precision matrix is ``root @ root.T``.
    """

    log_shares: NDArray[np.float64]
    means: NDArray[np.float64]
    roots: NDArray[np.float64]

    def log_densities(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``k x c`` log densities of ``k x m`` points, with the shares, and up to a constant."""
        z = points @ self.roots - self.means[:, None] @ self.roots
        squared = np.einsum("ckj,ckj->kc", z, z)
        return np.asarray(self.log_shares + np.linalg.slogdet(self.roots)[1] - 0.5 * squared)


def sample_truths(
    measured: NDArray[np.float64], variances: NDArray[np.float64], n_draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the true values of measurements with normal errors.

    Apart from the errors, the measurements are exchangeable. The components' covariances have the vaguest proper
    inverse Wishart priors, with an inferred scale (Richardson and Green 1997). The shares have a flat prior, so
    superfluous components become empty (Rousseau and Mengersen 2011).

    Args:
        measured: ``k x m``, k at least 2; every column varies.
        variances: ``k x m``, the variances of the errors.
        n_draws: the number of draws, ``s``, after a warm-up.
        rng: the source of randomness.

    Returns:
        ``s x k x m``.
    """
    centre, unit = measured.mean(axis=0), measured.std(axis=0)
    Y, precisions = (measured - centre) / unit, 1 / np.maximum(variances / unit**2, MIN_VARIANCE)
    truths, members = Y.copy(), rng.integers(N_COMPONENTS, size=len(Y))
    scale, draws = np.eye(Y.shape[1]) * PRIOR_COVARIANCE / N_COMPONENTS, np.empty((n_draws, *Y.shape))
    for step in range(-N_WARM_UP, n_draws):
        components = _draw_components(truths, members, scale, rng)
        scale = _draw_scale(components.roots, rng)
        members = _draw_members(components, truths, rng)
        truths = _draw_truths(components, members, Y, precisions, rng)
        if step >= 0:
            draws[step] = truths
    return np.asarray(centre + unit * draws)


def _draw_components(
    truths: NDArray[np.float64], members: NDArray[np.int64], scale: NDArray[np.float64], rng: np.random.Generator
) -> Components:
    """Draw the components given their members: normal inverse Wishart posterior (Gelman et al. 2013, section 3.6)."""
    m = truths.shape[1]
    is_member = np.eye(N_COMPONENTS)[members]
    counts, sums = is_member.sum(axis=0), is_member.T @ truths
    weights = PRIOR_MEAN_WEIGHT + counts
    means = sums / np.maximum(counts, 1)[:, None]
    products = (truths[:, :, None] * truths[:, None, :]).reshape(len(truths), m * m)
    second = (is_member.T @ products).reshape(-1, m, m)
    scatter = second - (sums / weights[:, None])[:, :, None] * sums[:, None, :]
    upper = np.linalg.cholesky(scale + scatter).transpose(0, 2, 1)
    roots = np.asarray(np.linalg.solve(upper, _draw_wishart_roots(m + counts, m, rng)), float)
    normal = rng.normal(size=(N_COMPONENTS, m, 1)) / np.sqrt(weights)[:, None, None]
    deviations = np.linalg.solve(roots.transpose(0, 2, 1), normal)[..., 0]
    shares = rng.gamma(1 + counts)
    return Components(np.log(shares / shares.sum()), means * (counts / weights)[:, None] + deviations, roots)


def _draw_scale(roots: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the scale of the covariances given the components: a Wishart distribution."""
    c, m = roots.shape[:2]
    precision = np.eye(m) * (m + 1) / PRIOR_COVARIANCE + (roots @ roots.transpose(0, 2, 1)).sum(axis=0)
    root = np.linalg.cholesky(np.linalg.inv(precision)) @ _draw_wishart_roots(np.array([m + 1 + c * m]), m, rng)[0]
    return np.asarray(root @ root.T)


def _draw_members(components: Components, truths: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    logs = components.log_densities(truths)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True)).cumsum(axis=1)
    return np.asarray((rng.random((len(truths), 1)) * shares[:, -1:] > shares).sum(axis=1))


def _draw_truths(
    components: Components,
    members: NDArray[np.int64],
    Y: NDArray[np.float64],
    precisions: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw the true values given their components and the measurements: normal, with the sum of both precisions."""
    prior = components.roots @ components.roots.transpose(0, 2, 1)
    pull = prior @ components.means[..., None]
    both = prior[members] + precisions[:, :, None] * np.eye(Y.shape[1])
    weighted = pull[members, :, 0] + precisions * Y
    factor = np.linalg.cholesky(both)
    z = np.linalg.solve(factor, weighted[..., None]) + rng.normal(size=(*Y.shape, 1))
    return np.asarray(np.linalg.solve(factor.transpose(0, 2, 1), z)[..., 0])


def _draw_wishart_roots(degrees: NDArray[Any], m: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw lower triangles ``A`` with ``A @ A.T`` of Wishart distributions with identity scale (Bartlett 1933)."""
    roots = np.zeros((len(degrees), m, m))
    below, diagonal = _below_diagonal(m), np.arange(m)
    roots[:, below[0], below[1]] = rng.normal(size=(len(degrees), len(below[0])))
    roots[:, diagonal, diagonal] = np.sqrt(rng.chisquare(degrees[:, None] - diagonal))
    return roots


@cache
def _below_diagonal(m: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices below the diagonal; NumPy makes them anew at each call, a tenth of a step's time."""
    rows, columns = np.tril_indices(m, -1)
    return rows, columns
