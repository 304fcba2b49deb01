"""Trials as a scheduler needs them: with numbers in place of the parameters, which it does not use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paretune.objectives import Objectives
from paretune.space import Int, Space
from paretune.trials import Curves, Trials

_NUMBERS = Space({"number": Int(0, 2**31)})


def numbered_trials(
    objectives: Objectives,
    numbers: Sequence[int],
    outcomes: Sequence[tuple[str, str]],
    values: Sequence[Sequence[float]],
    curves: Curves,
) -> Trials:
    """Return ``n`` trials without parameters.

    Args:
        objectives: ``m`` of them, under the names of the reported metrics.
        numbers: ``n`` trial numbers.
        outcomes: ``n`` states with the reasons of failure.
        values: ``n x m`` in the user's units, NaN where unknown.
        curves: of these trials.
    """
    return Trials(
        _NUMBERS,
        objectives,
        tuple({"number": number} for number in numbers),
        losses=objectives.losses(np.array(values, float).reshape(-1, len(objectives))),
        states=np.array([state for state, _ in outcomes], object),
        reasons=np.array([reason for _, reason in outcomes], object),
        numbers=np.array(numbers, np.int64),
        curves=curves,
    )
