"""Find the trials of a table that another table has already."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from paretune.space.keys import configuration_indices
from paretune.trials.table import Trials

_TOLERANCE_SECONDS = 1e-3  # of start times, which tables may have rounded


def find_known(trials: Trials, stored: Trials) -> NDArray[np.bool_]:
    """Mark the trials that a study has already: the same configuration, outcome and, if both are known, start.

    A stored trial stands for one trial: an honest repeat with the same outcome is not marked.

    Args:
        trials: ``n`` trials.
        stored: those of the study, with the same space and objectives.

    Returns:
        ``n`` booleans.
    """
    indices = configuration_indices(trials.space, [*stored.params, *trials.params])
    starts: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for i in range(len(stored)):
        starts[_outcome_key(stored, i, int(indices[i]))].append(float(stored.started[i]))
    is_known = np.zeros(len(trials), bool)
    for i in range(len(trials)):
        candidates = starts[_outcome_key(trials, i, int(indices[len(stored) + i]))]
        match = next((start for start in candidates if _is_same_time(start, float(trials.started[i]))), None)
        if match is not None:
            candidates.remove(match)
            is_known[i] = True
    return is_known


def _outcome_key(trials: Trials, i: int, configuration: int) -> tuple[object, ...]:
    losses = (None if math.isnan(loss) else loss for loss in trials.losses[i].tolist())
    return configuration, trials.reasons[i], *losses


def _is_same_time(a: float, b: float) -> bool:
    return not abs(a - b) > _TOLERANCE_SECONDS  # also if one is NaN, which is unknown
