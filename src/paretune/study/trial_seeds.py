"""The seeds of trials: no two trainings of a study share their luck, and each can be repeated.

The seed of a trial depends on the study's seed and the trial's number alone, so that it is the same in each process and
after each interruption. A study that an older version has made has no seeds: its trainings keep those that they had.
"""

from __future__ import annotations

import numpy as np
import optuna

from paretune.adapters.optuna.keys import SEEDS_KEY

N_SEEDS = 2**30  # any framework takes such a seed, also with some more added to it
_STEP = 663_608_941  # odd, about N_SEEDS / 1.618: the seeds of any number of trials lie far apart


def trial_seed(study_seed: int, number: int) -> int:
    """The seed of a trial, at least 0 and below `N_SEEDS`; another one for each number up to `N_SEEDS`.

    The seeds of ``n`` trials are at least about ``0.38 * N_SEEDS / n`` apart, so that a training may also use the seeds
    that follow its own.

    Args:
        study_seed: a whole number of at least 0.
        number: the trial's number.

    Example:
        >>> [trial_seed(0, number) for number in range(3)], len({trial_seed(1, number) for number in range(10_000)})
        ([821328062, 411195179, 1062296], 10000)
    """
    first = int(np.random.SeedSequence(study_seed).generate_state(1)[0])
    return (first + number * _STEP) % N_SEEDS


def give_seeds(study: optuna.Study, study_seed: int) -> None:
    """Give the trials of a study seeds from now on; those that it gives already stay."""
    if stored_study_seed(study) is None:
        study.set_user_attr(SEEDS_KEY, study_seed)


def stored_study_seed(study: optuna.Study) -> int | None:
    """The seed of the seeds of a study's trials; None if its trials have none."""
    found = study.user_attrs.get(SEEDS_KEY)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
