"""What was measured of each configuration, all of its trials together?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.space.keys import configuration_indices
from paretune.trials import Trials
from paretune.trials.noise import noise_variances, ran_to_the_end


@dataclass(frozen=True, eq=False)
class Measured:
    """Of ``k`` configurations, in the order of their first trial that was measured in full.

    Args:
        losses: ``k x m``, the means over a configuration's trials, each weighted by its precision.
        variances: ``k x m``, of those means; 0 where an objective's noise is not known.
        of_complete: ``n`` numbers: which configuration each complete trial is of.
        is_known: ``m`` booleans: whether the noise of an objective is known.
    """

    losses: NDArray[np.float64]
    variances: NDArray[np.float64]
    of_complete: NDArray[np.int64]
    is_known: NDArray[np.bool_]

    @classmethod
    def of(cls, trials: Trials) -> Measured:
        """All trials that ran to their end count, also those of a configuration that were outside the limits.

        Without them a configuration near a limit would be judged by its lucky measurements alone.
        """
        trials = trials[ran_to_the_end(trials)]
        numbers = configuration_indices(trials.space, trials.params)
        variances = noise_variances(trials)
        is_known = np.asarray(np.isfinite(variances).all(axis=0))
        k = int(numbers.max()) + 1 if len(numbers) else 0
        losses, errors = np.empty((2, k, len(is_known)))
        for j, noise in enumerate(np.where(is_known, variances, 0.0).T):
            losses[:, j], errors[:, j] = _weighted(trials.losses[:, j], noise, numbers, k)
        return cls(losses, errors, numbers[trials.is_complete], is_known)

    @property
    def first(self) -> NDArray[np.int64]:
        """The rows among the complete trials that are the first of their configuration, in order."""
        return np.sort(np.unique(self.of_complete, return_index=True)[1])


def _weighted(
    values: NDArray[np.float64], variances: NDArray[np.float64], numbers: NDArray[np.int64], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each configuration's mean and its variance; what is exact outweighs what is not."""
    weights = 1 / (variances + 1e-12 * (float(np.max(variances, initial=0.0)) or 1.0))
    total = np.bincount(numbers, weights, k)
    means = np.bincount(numbers, weights * values, k) / total
    return means, np.bincount(numbers, weights**2 * variances, k) / total**2
