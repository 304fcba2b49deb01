"""Choose the configuration of the likely front that is least certain, to train it again."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import ArrayLike

from paretune import pareto
from paretune.confidence.configuration_means import ConfigurationMeans
from paretune.confidence.shrinkage import mask_outside_limits, noise_free_draws
from paretune.space.keys import configuration_keys
from paretune.trials import Trials

LIKELY = 0.5  # the smallest probability of a configuration of the likely front
DECIDED = 0.1  # a probability below it, or above 1 minus it, is certain enough


def least_certain(
    trials: Trials, draws: ArrayLike | None = None, *, n_draws: int = 256, seed: int | np.random.Generator = 0
) -> int | None:
    """Choose the configuration to train again, so that the front becomes certain.

    While a configuration of the likely front, with a probability of at least 0.5 to be on the true one, was trained
    only once, the least certain of these is chosen. After that it is the one with the largest ``p * (1 - p) / (k + 1)``
    of all with a probability ``p`` of 0.1 to 0.9, where ``k`` is the number of its trainings: one more removes about
    the share ``1 / (k + 1)`` of its variance.

    Args:
        trials: of any state. Trainings that failed or still run count, too, so that none is repeated without end.
        draws: ``s x n x m`` noise-free losses of the ``n`` complete trials, in their order, such as those of
            `paretune.engine.posterior_draws`; by default those of `paretune.confidence.shrunk_draws`.
        n_draws: the number of draws to make if none are given.
        seed: of these draws.

    Returns:
        The number of the first complete trial of the configuration; None if the front stands: each configuration of
        the likely front was trained at least twice, and no other probability is between 0.1 and 0.9.

    Raises:
        InvalidInputError: the draws are not valid.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Int, Space
        >>> trials = Trials(Space({"k": Int(0, 9)}), Objectives([Minimize("f"), Minimize("g")]),
        ...                 ({"k": 0}, {"k": 1}, {"k": 0}), losses=[[0, 1], [1, 0], [0, 1]])
        >>> least_certain(trials)
        1
    """
    complete = trials[trials.is_complete]
    if not len(complete):
        return None
    inside = mask_outside_limits(noise_free_draws(trials, draws, n_draws, seed), trials.objectives)
    probability = np.mean([pareto.is_nondominated(draw) for draw in inside], axis=0)
    first = complete[ConfigurationMeans.from_trials(trials).first_rows]
    counts = Counter(configuration_keys(trials.space, trials[~trials.is_lost].params))
    n_trainings = np.array([counts[key] for key in configuration_keys(trials.space, first.params)])
    doubt = probability * (1 - probability)
    is_untested = (probability >= LIKELY) & (n_trainings == 1)
    is_open = (np.minimum(probability, 1 - probability) > DECIDED) if not is_untested.any() else is_untested
    if not is_open.any():
        return None
    return int(first.numbers[np.argmax(np.where(is_open, doubt / (n_trainings + 1), -1.0))])
