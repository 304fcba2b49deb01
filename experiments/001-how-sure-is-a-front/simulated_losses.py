"""Simulated noise-free losses of a study, new in each run. Both losses are minimised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from paretune import Categorical, Float, Int, Space

MIXED = Space(
    {
        "width": Int(8, 512, log=True),
        "depth": Int(1, 6),
        "rate": Float(1e-5, 1e-1, log=True),
        "dropout": Float(0.0, 0.5),
        "optimizer": Categorical(["sgd", "adam", "rmsprop"]),
    }
)
Table = np.ndarray[Any, np.dtype[np.float64]]
Truth = Callable[[Table, np.random.Generator], Table]


def network(X: Table, rng: np.random.Generator) -> Table:
    """An error that falls with size and has a valley of learning rates, and a time that grows with size."""
    size = 0.7 * X[:, 0] + 0.3 * X[:, 1]
    shift = rng.normal(0, 0.1, 3)[np.minimum((3 * X[:, 4]).astype(int), 2)]
    valley = (X[:, 2] - rng.uniform(0.4, 0.6) - shift) ** 2
    error = 0.1 + 0.3 * np.exp(-rng.uniform(1.5, 3) * size) + rng.uniform(0.5, 1) * valley
    error += 0.3 * (X[:, 3] - rng.uniform(0, 1) * size) ** 2
    return np.column_stack([np.exp(rng.uniform(1, 2) * X[:, 0]) * (1 + rng.uniform(1, 3) * X[:, 1]), error])


def waves(X: Table, rng: np.random.Generator) -> Table:
    """Two unrelated sums of low waves along random directions, and of levels of the choice."""
    columns = []
    for _ in range(2):
        directions, phases = rng.normal(0, 1.5, (3, 4)), rng.uniform(0, 2 * np.pi, 3)
        levels = rng.normal(0, 0.5, 3)[np.minimum((3 * X[:, 4]).astype(int), 2)]
        columns.append(np.sin(X[:, :4] @ directions.T + phases).sum(axis=1) + levels)
    return np.column_stack(columns)


def circle(X: Table, rng: np.random.Generator) -> Table:
    """Points behind a quarter of a circle, whatever the parameters, as in benchmarks/interval_coverage.py."""
    angle, radius = rng.uniform(0, np.pi / 2, len(X)), 1 + rng.gamma(2.0, 0.25, len(X))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def clusters(X: Table, rng: np.random.Generator) -> Table:
    """Six clusters, whatever the parameters."""
    centres = rng.uniform(0, 2, (6, 2))
    return centres[rng.integers(6, size=len(X))] + rng.normal(0, 0.08, (len(X), 2))


def skewed(X: Table, rng: np.random.Generator) -> Table:
    """Log-normal numbers, whatever the parameters: most of them lie near the best, closer than the noise can tell."""
    return np.exp(0.7 * rng.normal(size=(len(X), 2)) @ np.array([[1.0, -0.6], [0.0, 0.8]]))


def strip(X: Table, rng: np.random.Generator) -> Table:
    """Points in a narrow strip along the front, whatever the parameters: all are nearly efficient."""
    place = rng.random(len(X))
    return np.column_stack([place, 1 - place + 0.3 * rng.random(len(X))])


EXACT = "exact strip"
TRUTHS: dict[str, Truth] = {truth.__name__: truth for truth in (network, waves, circle, clusters, skewed, strip)}
TRUTHS[EXACT] = strip
SMOOTH = ("network", "waves")
