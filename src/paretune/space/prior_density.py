"""The priors of a space, over positions in the unit cube: their density, and points that follow them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paretune.space.categorical import Categorical
from paretune.space.numeric import Float, Int
from paretune.space.parameter import Parameter
from paretune.space.priors import NumericPrior
from paretune.space.space import Space

MIN_DENSITY = 1e-12  # as in piBO: a prior excludes nothing
WIDTH = 1e-3  # of the interval around a continuous position over which the density is averaged
_N_BISECTIONS = 60


def has_priors(space: Space) -> bool:
    """Whether a parameter that varies has a prior."""
    return any(map(_has_prior, space.values()))


def log_prior(space: Space, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the priors' density at places, relative to that of a uniform distribution.

    Args:
        space: the parameters.
        X: ``n x d`` places, as `Space.snap` returns them; a parameter that does not exist does not count.

    Returns:
        ``n`` numbers; all 0 without priors.

    Example:
        >>> from paretune.space import Normal
        >>> space = Space({"x": Float(0, 1, prior=Normal(0.5, 0.1))})
        >>> log_prior(space, np.array([[0.5], [0.7]])).round(2).tolist()
        [1.38, -0.62]
    """
    found = np.zeros(len(X))
    for j, parameter in enumerate(space.values()):
        if _has_prior(parameter):
            exists = ~np.isnan(X[:, j])
            found[exists] += log_density(parameter, X[exists, j])
    return found


def prior_points(space: Space, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn uniform points of the unit cube into points that follow the priors.

    Args:
        space: the parameters.
        shares: ``n x d``, in [0, 1].

    Returns:
        ``n x d``; coordinates of parameters without a prior are unchanged.
    """
    points = shares.copy()
    for j, parameter in enumerate(space.values()):
        if _has_prior(parameter):
            points[:, j] = quantiles(parameter, shares[:, j])
    return points


def _has_prior(parameter: Parameter) -> bool:
    return isinstance(parameter, (Float, Int, Categorical)) and parameter.prior is not None and parameter.n_levels != 1


def log_density(parameter: Parameter, positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of a prior's density, relative to that of the uniform distribution.

    Args:
        parameter: a parameter with a prior.
        positions: ``n`` positions in the unit interval, those of values.

    Returns:
        ``n`` numbers of at least the logarithm of `MIN_DENSITY`.
    """
    if isinstance(parameter, Categorical):
        density = _choice_shares(parameter)[parameter.cells(positions)] * parameter.n_levels
    else:
        low, high = _cell_edges(parameter, positions)
        masses = np.diff(_cumulative(parameter, np.stack([low, high])), axis=0)[0]
        total = np.diff(_cumulative(parameter, np.array([0.0, 1.0])))[0]
        density = masses / (total * (high - low))
    return np.asarray(np.log(np.maximum(density, MIN_DENSITY)))


def quantiles(parameter: Parameter, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the positions below which the prior has the given shares: it makes uniform draws into draws of the prior.

    Args:
        parameter: a parameter with a prior.
        shares: ``n`` numbers in the unit interval.

    Returns:
        ``n`` positions.
    """
    if isinstance(parameter, Categorical):
        edges = np.cumsum(_choice_shares(parameter))
        cells = np.minimum(np.searchsorted(edges, shares, side="right"), parameter.n_levels - 1)
        return np.asarray((cells + 0.5) / parameter.n_levels)
    first, last = _cumulative(parameter, np.array([0.0, 1.0]))
    targets = first + shares * (last - first)
    low, high = np.zeros(len(shares)), np.ones(len(shares))
    for _ in range(_N_BISECTIONS):
        middle = (low + high) / 2
        is_below = _cumulative(parameter, middle) < targets
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return (low + high) / 2


def _choice_shares(parameter: Categorical) -> NDArray[np.float64]:
    """Return the probability of each cell."""
    weights: Sequence[float] = parameter.prior.weights if parameter.prior is not None else ()
    ordered = np.empty(parameter.n_levels)
    ordered[parameter.cells(parameter.encode(parameter.choices))] = weights
    return np.asarray(ordered / ordered.sum())


def _cumulative(parameter: Parameter, positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cumulative probability of a numeric parameter's prior at positions; any shape."""
    assert isinstance(parameter, (Float, Int)), "choices have weights"  # noqa: S101 (for the type)
    prior: NumericPrior | None = parameter.prior
    assert prior is not None, "only parameters with a prior"  # noqa: S101 (for the type)
    return prior.cumulative(_values(parameter, positions), positions)


def _values(parameter: Float | Int, positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the real numbers at positions, between levels too: half a step beyond the outermost ones at the ends."""
    margin = (parameter.step or 0.0) / 2
    low, high = parameter.low - margin, parameter.high + margin
    if parameter.log:
        return np.asarray(np.exp(np.log(low) + positions * (np.log(high) - np.log(low))))
    return np.asarray(low + positions * (high - low))


def _cell_edges(
    parameter: Parameter, positions: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the edges of the cells of values; of a small interval around a continuous position."""
    n = parameter.n_levels
    if n is None:
        return np.clip(positions - WIDTH / 2, 0.0, 1.0), np.clip(positions + WIDTH / 2, 0.0, 1.0)
    if isinstance(parameter, Int) and parameter.log:
        values = np.asarray(parameter.decode(positions), float)
        low, high = np.log(parameter.low - 0.5), np.log(parameter.high + 0.5)
        return (np.log(values - 0.5) - low) / (high - low), (np.log(values + 0.5) - low) / (high - low)
    cells = parameter.cells(positions)
    return cells / n, (cells + 1) / n
