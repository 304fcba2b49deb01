"""The expected order of the final losses of all trials that reached a step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.schedulers.known_objectives import known_objectives
from paretune.schedulers.metrics_at_step import MetricsAtStep
from paretune.schedulers.predictor import Predictor, find_predictor
from paretune.trials import Trials
from paretune.trials.noise import is_fully_evaluated


@dataclass(frozen=True, eq=False)
class ExpectedLosses:
    """Numbers that order ``p`` trials as their final losses are expected to.

    Args:
        numbers: ``p`` trial numbers.
        losses: ``p x m``; only their order and their distances within a column mean something.
        predictors: one of each objective.
    """

    numbers: NDArray[np.int64]
    losses: NDArray[np.float64]
    predictors: tuple[Predictor, ...]

    def __str__(self) -> str:
        """The predictors in words."""
        return ", ".join(map(str, self.predictors))


def expected_losses(trials: Trials, step: int) -> ExpectedLosses | str:
    """Order the trials that reached a step by the predictors that are learned from the trials that ended.

    Args:
        trials: ``n`` trials with curves. Lost ones are left out.
        step: the step.

    Returns:
        The order; or the reason why there is none yet, as text.
    """
    trials = trials[~trials.is_lost] if trials.is_lost.any() else trials
    reached = MetricsAtStep.of(trials.curves, step)
    predictors = find_predictors(trials, reached)
    for objective, predictor in zip(trials.objectives, predictors, strict=True):
        if predictor is None:
            return f"no metric is known to predict the final {objective.name} at step {step}"
    found = tuple(predictor for predictor in predictors if predictor is not None)
    losses = np.column_stack([predictor.losses(reached.metrics, len(reached.numbers)) for predictor in found])
    has_all = np.isfinite(losses).all(axis=1)
    return ExpectedLosses(reached.numbers[has_all], losses[has_all], found)


def expected_or_current_losses(trials: Trials, step: int) -> ExpectedLosses:
    """Order the trials that reached a step as `expected_losses`, or else by the objectives that they reported there.

    Where an objective was not reported and nothing predicts it, it is left out.
    """
    expected = expected_losses(trials, step)
    if not isinstance(expected, str):
        return expected
    reached = MetricsAtStep.of(trials.curves, step)
    found = tuple(
        predictor or Predictor(objective.name, objective.name, objective.sign, correlation=0.0)
        for objective, predictor in zip(trials.objectives, find_predictors(trials, reached), strict=True)
        if predictor is not None or objective.name in reached.metrics
    )
    n = len(reached.numbers)
    losses = np.column_stack([np.zeros(n), *(predictor.losses(reached.metrics, n) for predictor in found)])
    has_all = np.isfinite(losses).all(axis=1)
    return ExpectedLosses(reached.numbers[has_all], losses[has_all][:, 1:] if found else losses[has_all], found)


def find_predictors(trials: Trials, reached: MetricsAtStep) -> list[Predictor | None]:
    """Find the predictor of each objective among the metrics at a step; None if there is none."""
    known = known_objectives(trials)
    rows = np.flatnonzero(is_fully_evaluated(trials) & np.isin(trials.numbers, reached.numbers))
    places = np.searchsorted(reached.numbers, trials.numbers[rows])
    metrics = {name: values[places] for name, values in reached.metrics.items()}
    return [
        Predictor(objective.name, objective.name, objective.sign)
        if objective.name in known
        else find_predictor(objective, trials.losses[rows, j], metrics)
        for j, objective in enumerate(trials.objectives)
    ]
