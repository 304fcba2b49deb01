"""`recommend`: which of the configurations tried to use, by what the models expect of them without noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import NAME, check_arguments
from paretune.engine.curves.last_reports import average_last_reports
from paretune.objectives import Objectives
from paretune.space import Params
from paretune.trials import Trials
from paretune.trials.penalties import mark_penalties_failed


@dataclass(frozen=True, eq=False)
class Recommendation:
    """The ``k`` recommended configurations, sorted by the first loss.

    Args:
        objectives: the ``m`` objectives.
        numbers: for each configuration, the numbers of its complete trials.
        params: the configurations.
        losses: ``k x m``, the expected losses of another training.
        errors: ``k x m``, their standard errors.
    """

    objectives: Objectives
    numbers: tuple[tuple[int, ...], ...]
    params: tuple[Params, ...]
    losses: NDArray[np.float64]
    errors: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def values(self) -> NDArray[np.float64]:
        """``k x m``, the expected values in the user's direction: a maximised objective as it was measured."""
        return self.objectives.values(self.losses)

    def to_dicts(self) -> list[Mapping[str, Any]]:
        """Return each configuration as numbers that JSON can hold: its trials, parameters, values and errors."""
        names, rows = self.objectives.names, zip(self.values.tolist(), self.errors.tolist(), strict=True)
        return [
            {
                "trials": list(numbers),
                "params": dict(params),
                "values": dict(zip(names, values, strict=True)),
                "errors": dict(zip(names, errors, strict=True)),
            }
            for numbers, params, (values, errors) in zip(self.numbers, self.params, rows, strict=True)
        ]


def recommend(trials: Trials, *, device: str = "cpu") -> Recommendation:
    """Recommend configurations of the trials: those on the front that the models expect without noise.

    The best of many noisy measurements is partly the luckiest one. So the front of the measurements looks better than
    it is, and has configurations that would not be on it in another training. The models learn from all trials how
    large the noise is and what the neighbours of a configuration measured; repeats of a configuration are pooled, and
    where the last reports of a training jump, their mean counts (`paretune.engine.curves`). Of objectives without
    noise the recommendation is the measured front.

    A configuration that is expected outside a limit is recommended only if all are.

    Args:
        trials: trials of any state. Only configurations with a complete trial are recommended.
        device: where the models are computed, a name that torch knows.

    Returns:
        The configurations, sorted by the first loss; none if no trial is complete.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> from paretune.objectives import Minimize
        >>> from paretune.space import Float, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("f"), Minimize("g")]),
        ...                 ({"x": 0.0}, {"x": 0.5}, {"x": 1.0}), losses=[[0, 2], [1, 3], [2, 0]],
        ...                 losses_se=[[0, 0], [0, 0], [0, 0]])
        >>> recommended = recommend(trials)
        >>> recommended.numbers, recommended.values.tolist()
        (((0,), (2,)), [[0.0, 2.0], [2.0, 0.0]])
    """
    check_arguments(trials=(trials, Trials), device=(device, NAME))
    from paretune.engine.posterior.expectation import expected_losses  # noqa: PLC0415 (loads PyTorch)

    trials = average_last_reports(mark_penalties_failed(trials))
    complete = trials[trials.is_complete]
    expected = expected_losses(trials, device=device)
    is_inside = trials.objectives.is_within(expected.losses)
    candidates = np.flatnonzero(is_inside if is_inside.any() else ~is_inside)
    rows = candidates[pareto.is_nondominated(expected.losses[candidates])]
    rows = rows[np.lexsort(expected.losses[rows].T[::-1])]
    members = [np.flatnonzero(expected.index_of_complete == row) for row in rows]
    return Recommendation(
        objectives=trials.objectives,
        numbers=tuple(tuple(complete.numbers[each].tolist()) for each in members),
        params=tuple(complete.params[each[0]] for each in members),
        losses=expected.losses[rows],
        errors=expected.errors[rows],
    )
