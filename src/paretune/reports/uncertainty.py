"""The uncertainty of a front from noise: probabilities of being efficient, and optimism (the winner's curse)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paretune import engine
from paretune.confidence import FrontMembership, front_membership
from paretune.confidence.configuration_means import ConfigurationMeans
from paretune.engine import Recommendation
from paretune.figures.trial_selection import LARGEST_DRAWABLE
from paretune.reports.reference import Reference
from paretune.reports.runs import Run
from paretune.trials import Trials

MIN_DRAWS, MAX_DRAWS, MAX_DRAWN_NUMBERS = 50, 1000, 4_000_000  # fewer draws of very many trials, to save memory
MIN_MODELLED_TRIALS, MAX_MODELLED_TRIALS = 10, 1000  # complete trials; the cost of the models is cubic


def estimate_front_membership(
    trials: Trials, reference: Reference, *, models: bool, seed: int = 0
) -> FrontMembership | None:
    """Estimate the probability that each configuration is efficient, and the optimism of the measured front.

    Args:
        trials: the trials of one side.
        reference: the reference point of hypervolumes.
        models: whether to use the engine's models if the noise of an objective is unknown. They infer it from similar
            configurations, which takes seconds. With known noise the measurements are enough
            (``experiments/001-how-sure-is-a-front``).
        seed: seed of the draws.

    Returns:
        None if there is nothing to estimate: there is no complete trial, a trial reported a number beyond 1e60 in place
        of a failure, the number of objectives is not two to four, or the noise is unknown.
    """
    is_measured = trials.is_complete.any() and np.abs(trials.losses[trials.is_complete]).max() <= LARGEST_DRAWABLE
    if not 2 <= len(trials.objectives) <= 4 or not is_measured:
        return None
    is_known = ConfigurationMeans.from_trials(trials).is_noise_known
    if not is_known.all() and models and _can_be_modelled(trials):
        draws = engine.posterior_draws(trials, seed=seed)
        return front_membership(trials, draws, reference=reference.point, seed=seed)
    if not is_known.any():
        return None
    n_draws = int(np.clip(MAX_DRAWN_NUMBERS // trials.losses.size, MIN_DRAWS, MAX_DRAWS))
    return front_membership(trials, reference=reference.point, n_draws=n_draws, seed=seed)


def recommend_under_noise(runs: Sequence[Run], *, models: bool) -> Recommendation | None:
    """Recommend configurations of a single run by the engine's models (`paretune.recommend`).

    Returns:
        None if there is nothing to say beyond the front of the measurements: there are several runs, the models are not
        wanted or do not suit, or they find no noise.
    """
    if len(runs) != 1 or not models or not _can_be_modelled(runs[0].trials):
        return None
    found = engine.recommend(runs[0].trials)
    return found if found.errors.any() else None


def _can_be_modelled(trials: Trials) -> bool:
    """Whether the number of complete trials suits the models and all trials lie in the space."""
    complete = trials[trials.is_complete]
    is_fit = MIN_MODELLED_TRIALS <= len(complete) <= MAX_MODELLED_TRIALS
    return is_fit and all(trials.space.contains(params) for params in trials.params)
