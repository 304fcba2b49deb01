"""How sure is it that a configuration is efficient, and by how much does the front look better than it is?"""

from __future__ import annotations

import numpy as np

from paretune import engine
from paretune.confidence import Efficient, probability_efficient
from paretune.figures.shown import LARGEST
from paretune.report.reference import Reference
from paretune.trials import Trials

FEWEST_MODELLED, MOST_MODELLED = 10, 1000  # complete trials; the models' work grows with the cube


def sureness(trials: Trials, reference: Reference, *, models: bool, seed: int = 0) -> Efficient | None:
    """The probabilities of a front that was measured with noise, and what it owes to luck.

    Args:
        trials: what was tried.
        reference: what hypervolumes are measured from.
        models: whether the engine's models may be asked where nothing is known of an objective's noise: they infer it
            from like configurations, which takes seconds. Where the noise is known the measurements are enough: their
            intervals hold whatever the losses are like (``experiments/001-how-sure-is-a-front``).
        seed: of the draws.

    Returns:
        None where there is nothing to be sure of: no complete trial, one that has a number beyond 1e100 in place of a
        failure, not two to four objectives, or no noise is known.
    """
    is_measured = trials.is_complete.any() and np.abs(trials.losses[trials.is_complete]).max() <= LARGEST
    if not 2 <= len(trials.objectives) <= 4 or not is_measured:
        return None
    found = probability_efficient(trials, reference=reference.point, seed=seed)
    if found.taken_as_exact and models and _can_be_modelled(trials):
        draws = engine.posterior_draws(trials, seed=seed)
        return probability_efficient(trials, draws, reference=reference.point, seed=seed)
    return None if len(found.taken_as_exact) == len(trials.objectives) else found


def _can_be_modelled(trials: Trials) -> bool:
    """Whether there are enough complete trials, not too many, and all of them places of the space."""
    complete = trials[trials.is_complete]
    is_fit = FEWEST_MODELLED <= len(complete) <= MOST_MODELLED
    return is_fit and all(trials.space.contains(params) for params in trials.params)
