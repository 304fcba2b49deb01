"""Oracles: simple and slow reference implementations, by definitions, loops and grids."""

import itertools
import math

import numpy as np
from scipy.stats import multivariate_normal, norm


def dominates(a, b):
    """Check whether a loss vector is not worse in any objective, and better in one."""
    return all(x <= y for x, y in zip(a, b, strict=True)) and any(x < y for x, y in zip(a, b, strict=True))


def is_nondominated(losses):
    """Compare every pair; rows with a NaN are ignored."""
    known = [not any(math.isnan(x) for x in row) for row in losses]
    return [
        known[i] and not any(known[j] and dominates(losses[j], losses[i]) for j in range(len(losses)))
        for i in range(len(losses))
    ]


def hypervolume(losses, reference):
    """Count the unit cells that some point dominates: exact for whole numbers and infinities."""
    rows = [row for row in losses if all(x < end for x, end in zip(row, reference, strict=True))]  # NaN is not below
    if not rows or np.isinf(rows).any():
        return math.inf if rows else 0.0
    low = np.min(rows, axis=0).astype(int)
    cells = itertools.product(*(range(a, int(b)) for a, b in zip(low, reference, strict=True)))
    return float(sum(any(all(x <= c for x, c in zip(row, cell, strict=True)) for row in rows) for cell in cells))


def hypervolume_by_inclusion_exclusion(losses, reference):
    """Compute the volume of a union of boxes, for any numbers and few points."""
    total = 0.0
    for size in range(1, len(losses) + 1):
        for chosen in itertools.combinations(losses, size):
            sides = np.maximum(np.asarray(reference) - np.max(chosen, axis=0), 0)
            total += (-1) ** (size + 1) * np.prod(sides)
    return total


def expected_improvement(mean, deviation, best):
    """Compute the expected improvement of a normal gain over the best, by the closed form of Jones et al. (1998)."""
    z = (mean - best) / deviation
    density = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return (mean - best) * 0.5 * math.erfc(-z / math.sqrt(2)) + deviation * density


def log_hopeless_improvement(mean, deviation, best):
    """Compute the log expected improvement far below the best: the leading term of the normal tail's expansion."""
    z = (mean - best) / deviation
    return -(z**2) / 2 - 2 * np.log(-z) - math.log(2 * math.pi) / 2 + np.log(deviation)


def gaussian_process(K, k, prior, noise, y, mean):
    """Compute mean and variance at ``N`` points of a process observed at ``n`` points.

    Rasmussen and Williams (2006), algorithm 2.1. ``K`` is ``n x n``, ``k`` is ``n x N``, and ``prior`` are the ``N``
    prior variances. The variance of the noise is a number, or ``n`` numbers.
    """
    weights = np.linalg.solve(K + noise * np.eye(len(y)), k)
    return mean + weights.T @ (y - mean), prior - (k * weights).sum(axis=0)


def generalised_mean(K, y):
    """Compute the constant that fits ``n`` correlated outcomes best: generalised least squares (Aitken)."""
    ones = np.ones(len(y))
    return (ones @ np.linalg.solve(K, y)) / (ones @ np.linalg.solve(K, ones))


def mixed_kernel(A, B, is_nominal, lengthscales, weight):
    """Compute the Matern-5/2 kernel over all columns, plus main effects; choices have distance 0 or 1.

    The main effects are Legendre's first two polynomials of an ordered column and the equality of choices, divided by
    ``d``.
    """
    return np.array([[_covariance(a, b, is_nominal, lengthscales, weight) for b in B] for a in A])


def _covariance(a, b, is_nominal, lengthscales, weight):
    squared, effects = 0.0, 0.0
    for x, z, nominal, lengthscale in zip(a, b, is_nominal, lengthscales, strict=True):
        squared += (float(x != z) if nominal else (x - z) ** 2) / lengthscale**2
        effects += float(x == z) if nominal else sum(legendre(k, x) * legendre(k, z) for k in (1, 2))
    r = math.sqrt(5 * squared)
    return (1 + r + r**2 / 3) * math.exp(-r) + weight * effects / len(a)


def legendre(k, x):
    """Compute the ``k``-th Legendre polynomial, with mean square 1 over the unit interval, by Bonnet's recursion."""
    t, before, polynomial = 2 * x - 1, 0.0, 1.0
    for i in range(k):
        before, polynomial = polynomial, ((2 * i + 1) * t * polynomial - i * before) / (i + 1)
    return math.sqrt(2 * k + 1) * polynomial


def probit_evidence(K, is_success):
    """Compute the joint log probability of up to about 15 labels of a probit classifier, as an orthant probability.

    A label is the sign of a latent value plus a standard normal number. So the probability of all labels is the
    probability that normal numbers with covariance K + 1 have these signs.
    """
    signs = np.where(is_success, 1.0, -1.0)
    covariance = (K + np.eye(len(K))) * np.outer(signs, signs)
    return multivariate_normal.logcdf(np.zeros(len(K)), cov=covariance, maxpts=200_000, abseps=1e-9, rng=0)


def probit_probability(K, is_success):
    """Compute the probability that the last of ``n`` succeeds, given the labels before; K covers all ``n``."""
    with_it = probit_evidence(K, [*is_success, True])
    return math.exp(with_it - np.logaddexp(with_it, probit_evidence(K, [*is_success, False])))


def expected_hypervolume_improvement(mean, deviation, front, reference, untransform=(None, None), n=1000):
    """Sum the probability that normal gains of two objectives are better than a point, over a grid of points.

    The points are those above the reference that no gain of the front dominates. To measure their area on another
    scale, give the functions from gains to that scale as ``untransform``.
    """
    reached, sizes, centres = [], [], []
    for j, function in enumerate(untransform):
        edges = [reference[j], *(max(gains[j], reference[j]) for gains in front)]
        steps = np.linspace(reference[j], max(*edges, mean[j]) + 9 * deviation[j], n)
        grid = np.unique([*edges, *steps])
        centres.append((grid[1:] + grid[:-1]) / 2)
        sizes.append(np.diff(grid if function is None else function(grid)))
        reached.append(norm.sf(centres[j], mean[j], deviation[j]))
    worth = np.outer(reached[0] * sizes[0], reached[1] * sizes[1])
    for a, b in front:
        worth[np.ix_(centres[0] < a, centres[1] < b)] = 0.0
    return worth.sum()


def slope(function, x, step=1e-6):
    """Compute the derivative of a function of one number by central differences."""
    return (function(x + step) - function(x - step)) / (2 * step)
