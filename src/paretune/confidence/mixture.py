"""How are noise-free points distributed, and where is each, given noisy measurements?

A Bayesian mixture of normal distributions for the truths, by Gibbs sampling: what Bovy, Hogg and Roweis (2011, "Extreme
deconvolution") fit to its mode, with the uncertainty of the fit. A few normal components follow an edge or a cluster
that a single one, which is the shrinkage of Efron and Morris (1972), would smear; and points of Kiefer and Wolfowitz's
discrete estimate would make intervals of no width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_COMPONENTS = 20
N_WARM_UP = 300
MEAN_WEIGHT = 0.05  # of the prior of a component's mean, in observations
SPREAD = 0.5  # what a component's covariance is expected to be, a priori
SMALLEST = 1e-8  # variance, of the measurements' own


@dataclass(frozen=True, eq=False)
class Components:
    """``c`` normal distributions of ``m`` numbers, with their shares.

    Args:
        log_shares: ``c`` logarithms.
        means: ``c x m``.
        roots: ``c x m x m``; a component's precision matrix is ``root @ root.T``.
    """

    log_shares: NDArray[np.float64]
    means: NDArray[np.float64]
    roots: NDArray[np.float64]

    def log_densities(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of ``k x m`` points, with the shares and up to a constant: ``k x c``."""
        z = points @ self.roots - self.means[:, None] @ self.roots
        squared = np.einsum("ckj,ckj->kc", z, z)
        return np.asarray(self.log_shares + np.linalg.slogdet(self.roots)[1] - 0.5 * squared)


def sample_truths(
    measured: NDArray[np.float64], variances: NDArray[np.float64], n_draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the truths behind measurements with normal errors, which are exchangeable but for those.

    The components' covariances have inverse Wishart priors as vague as they can be, whose scale is itself inferred
    (Richardson and Green 1997), their shares a flat prior: superfluous components empty themselves (Rousseau and
    Mengersen 2011).

    Args:
        measured: ``k x m``, every column varies; k at least 2.
        variances: ``k x m``, of the errors.
        n_draws: how many draws, ``s``, after a warm-up.
        rng: source of randomness.

    Returns:
        ``s x k x m``.
    """
    centre, unit = measured.mean(axis=0), measured.std(axis=0)
    Y, precisions = (measured - centre) / unit, 1 / np.maximum(variances / unit**2, SMALLEST)
    truths, members = Y.copy(), rng.integers(N_COMPONENTS, size=len(Y))
    scale, draws = np.eye(Y.shape[1]) * SPREAD / N_COMPONENTS, np.empty((n_draws, *Y.shape))
    for step in range(-N_WARM_UP, n_draws):
        components = _components(truths, members, scale, rng)
        scale = _scale(components.roots, rng)
        members = _members(components, truths, rng)
        truths = _truths(components, members, Y, precisions, rng)
        if step >= 0:
            draws[step] = truths
    return np.asarray(centre + unit * draws)


def _components(
    truths: NDArray[np.float64], members: NDArray[np.int64], scale: NDArray[np.float64], rng: np.random.Generator
) -> Components:
    """Given what belongs to them: the normal inverse Wishart posterior (Gelman et al. 2013, section 3.6)."""
    m = truths.shape[1]
    is_member = np.eye(N_COMPONENTS)[members]
    counts, sums = is_member.sum(axis=0), is_member.T @ truths
    weights = MEAN_WEIGHT + counts
    means = sums / np.maximum(counts, 1)[:, None]
    products = (truths[:, :, None] * truths[:, None, :]).reshape(len(truths), m * m)
    second = (is_member.T @ products).reshape(-1, m, m)
    scatter = second - (sums / weights[:, None])[:, :, None] * sums[:, None, :]
    upper = np.linalg.cholesky(scale + scatter).transpose(0, 2, 1)
    roots = np.asarray(np.linalg.solve(upper, _wishart_roots(m + counts, m, rng)), float)
    normal = rng.normal(size=(N_COMPONENTS, m, 1)) / np.sqrt(weights)[:, None, None]
    deviations = np.linalg.solve(roots.transpose(0, 2, 1), normal)[..., 0]
    shares = rng.gamma(1 + counts)
    return Components(np.log(shares / shares.sum()), means * (counts / weights)[:, None] + deviations, roots)


def _scale(roots: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The scale of the components' covariances, given them: a Wishart distribution."""
    c, m = roots.shape[:2]
    precision = np.eye(m) * (m + 1) / SPREAD + (roots @ roots.transpose(0, 2, 1)).sum(axis=0)
    root = np.linalg.cholesky(np.linalg.inv(precision)) @ _wishart_roots(np.array([m + 1 + c * m]), m, rng)[0]
    return np.asarray(root @ root.T)


def _members(components: Components, truths: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    logs = components.log_densities(truths)
    shares = np.exp(logs - logs.max(axis=1, keepdims=True)).cumsum(axis=1)
    return np.asarray((rng.random((len(truths), 1)) * shares[:, -1:] > shares).sum(axis=1))


def _truths(
    components: Components,
    members: NDArray[np.int64],
    Y: NDArray[np.float64],
    precisions: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Given their components and the measurements: normal, its precision the sum of both."""
    prior = components.roots @ components.roots.transpose(0, 2, 1)
    pull = prior @ components.means[..., None]
    both = prior[members] + precisions[:, :, None] * np.eye(Y.shape[1])
    weighted = pull[members, :, 0] + precisions * Y
    factor = np.linalg.cholesky(both)
    z = np.linalg.solve(factor, weighted[..., None]) + rng.normal(size=(*Y.shape, 1))
    return np.asarray(np.linalg.solve(factor.transpose(0, 2, 1), z)[..., 0])


def _wishart_roots(degrees: NDArray[Any], m: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Lower triangles ``A`` with ``A @ A.T`` of Wishart distributions about the identity (Bartlett 1933)."""
    roots = np.zeros((len(degrees), m, m))
    below, diagonal = np.tril_indices(m, -1), np.arange(m)
    roots[:, below[0], below[1]] = rng.normal(size=(len(degrees), len(below[0])))
    roots[:, diagonal, diagonal] = np.sqrt(rng.chisquare(degrees[:, None] - diagonal))
    return roots
