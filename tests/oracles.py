"""The same answers by the plainest means: definitions, loops and grids."""

import itertools
import math

import numpy as np


def dominates(a, b):
    """Whether a loss vector is nowhere worse than another, and somewhere better."""
    return all(x <= y for x, y in zip(a, b, strict=True)) and any(x < y for x, y in zip(a, b, strict=True))


def is_nondominated(losses):
    """By comparing every pair; a row with a NaN takes no part."""
    known = [not any(math.isnan(x) for x in row) for row in losses]
    return [
        known[i] and not any(known[j] and dominates(losses[j], losses[i]) for j in range(len(losses)))
        for i in range(len(losses))
    ]


def hypervolume(losses, reference):
    """By counting the unit cells that some point dominates: exact for whole numbers."""
    rows = [row for row in losses if not any(math.isnan(x) for x in row)]
    if not rows:
        return 0.0
    low = np.min(rows, axis=0).astype(int)
    cells = itertools.product(*(range(a, int(b)) for a, b in zip(low, reference, strict=True)))
    return float(sum(any(all(x <= c for x, c in zip(row, cell, strict=True)) for row in rows) for cell in cells))


def hypervolume_by_inclusion_exclusion(losses, reference):
    """The volume of a union of boxes: for any numbers, and few points."""
    total = 0.0
    for size in range(1, len(losses) + 1):
        for chosen in itertools.combinations(losses, size):
            sides = np.maximum(np.asarray(reference) - np.max(chosen, axis=0), 0)
            total += (-1) ** (size + 1) * np.prod(sides)
    return total


def expected_improvement(mean, deviation, best):
    """Of a normal gain over the best so far: the closed form of Jones et al. (1998)."""
    z = (mean - best) / deviation
    density = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return (mean - best) * 0.5 * math.erfc(-z / math.sqrt(2)) + deviation * density


def gaussian_process(K, k, prior, noise, y, mean):
    """Mean and variance at ``N`` places of a process seen at ``n``: Rasmussen and Williams (2006), algorithm 2.1.

    ``K`` is ``n x n``, ``k`` is ``n x N``, ``prior`` are the ``N`` variances before anything is seen.
    """
    weights = np.linalg.solve(K + noise * np.eye(len(y)), k)
    return mean + weights.T @ (y - mean), prior - (k * weights).sum(axis=0)


def matern_and_hamming(A, B, ordered, scales, nominal, nominal_scales):
    """A Matern-5/2 kernel over ordered columns, times the exponential of the mean Hamming distance over the others."""
    r = np.sqrt(5 * (((A[:, None, ordered] - B[None, :, ordered]) / scales) ** 2).sum(axis=-1))
    differs = (A[:, None, nominal] != B[None, :, nominal]) / nominal_scales
    return (1 + r + r**2 / 3) * np.exp(-r) * np.exp(-differs.mean(axis=-1))
