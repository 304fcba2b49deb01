"""The weight of the priors in an acquisition (piBO)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from paretune.space import Space
from paretune.space.prior_density import has_priors, log_prior, prior_points

Weight: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64] | float]

N_CANDIDATES = 200
DOUBT = 0.05  # the share of a uniform distribution in the belief: the priors may be wrong
BETA = 2.0  # of the power beta / n; with piBO's 10, wrong priors cost too much (experiments/006-priors)


def log_prior_weight(space: Space, X: NDArray[np.float64], n_trials: int) -> NDArray[np.float64] | float:
    """Return the logarithm of the factor of an acquisition: the priors' density to the power beta / n.

    Hvarfner et al. (2022), "piBO: Augmenting acquisition functions with user beliefs for Bayesian optimization",
    equation 6. The power fades with the number of trials. Beside that, the belief is a mixture with a uniform
    distribution, so that a wrong prior costs little from the start (`experiments/006-priors`).

    Args:
        space: the parameters.
        X: ``N x d`` snapped places.
        n_trials: how many trials have ended.

    Returns:
        ``N`` numbers; 0 without priors.
    """
    if not has_priors(space):
        return 0.0
    log_belief = (
        np.logaddexp(math.log1p(-DOUBT) + log_prior(space, X), math.log(DOUBT)) if DOUBT else log_prior(space, X)
    )
    return np.asarray(BETA / max(n_trials, 1) * log_belief)


def prior_candidates(space: Space, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw snapped places from the priors, since a narrow prior has hardly any place of a uniform pool.

    Returns:
        ``N x d``; none without priors.
    """
    if not has_priors(space):
        return np.empty((0, len(space)))
    return space.snap(prior_points(space, rng.random((N_CANDIDATES, len(space)))))
