"""The mean of each configuration's measurements over all of its trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.space.keys import configuration_indices
from paretune.trials import Trials
from paretune.trials.noise import is_fully_evaluated, noise_variances


@dataclass(frozen=True, eq=False)
class ConfigurationMeans:
    """The means of ``k`` configurations, in the order of their first fully evaluated trial.

    Args:
        losses: ``k x m``, the means over each configuration's trials, weighted by their precision.
        variances: ``k x m``, the variances of these means; 0 if an objective's noise is not known.
        complete_indices: ``n`` indices: the configuration of each complete trial.
        is_noise_known: ``m`` booleans: whether the noise of an objective is known.
    """

    losses: NDArray[np.float64]
    variances: NDArray[np.float64]
    complete_indices: NDArray[np.int64]
    is_noise_known: NDArray[np.bool_]

    @classmethod
    def from_trials(cls, trials: Trials) -> ConfigurationMeans:
        """Average all fully evaluated trials, including those outside the limits.

        Without these, a configuration near a limit would be judged by its best measurements alone.
        """
        trials = trials[is_fully_evaluated(trials)]
        indices = configuration_indices(trials.space, trials.params)
        variances = noise_variances(trials)
        is_known = np.asarray(np.isfinite(variances).all(axis=0))
        k = int(indices.max()) + 1 if len(indices) else 0
        means, mean_variances = np.empty((2, k, len(is_known)))
        for j, noise in enumerate(np.where(is_known, variances, 0.0).T):
            means[:, j], mean_variances[:, j] = _weighted_means(trials.losses[:, j], noise, indices, k)
        return cls(means, mean_variances, indices[trials.is_complete], is_known)

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """The indices, among the complete trials, of the first trial of each configuration, in order."""
        return np.sort(np.unique(self.complete_indices, return_index=True)[1])


def _weighted_means(
    values: NDArray[np.float64], variances: NDArray[np.float64], indices: NDArray[np.int64], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each configuration's weighted mean and its variance; exact measurements outweigh the others."""
    weights = 1 / (variances + 1e-12 * (float(np.max(variances, initial=0.0)) or 1.0))
    total = np.bincount(indices, weights, k)
    means = np.bincount(indices, weights * values, k) / total
    return means, np.bincount(indices, weights**2 * variances, k) / total**2
