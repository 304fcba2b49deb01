"""The first step at which a reported metric predicts the final value of an objective, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from paretune.schedulers.asha import longest_training
from paretune.schedulers.expected_losses import find_predictors
from paretune.schedulers.metrics_at_step import MetricsAtStep
from paretune.schedulers.predictor import Predictor
from paretune.schedulers.rungs import rung_steps
from paretune.trials import Trials

_FACTOR = 2  # each step that is tried is so many times the one before


@dataclass(frozen=True)
class EarliestPredictor:
    """A metric that predicts an objective early.

    Args:
        step: the first of the steps 1, 2, 4, ... at which a metric does.
        last_step: of the longest complete trial.
        predictor: the metric and its rank correlation.

    Example:
        >>> str(EarliestPredictor(2, 60, Predictor("accuracy", "loss", 1.0, 0.72, 20)))
        'step 2 of 60 predicts accuracy by loss (rank correlation 0.72, 20 trials)'
    """

    step: int
    last_step: int
    predictor: Predictor

    def __str__(self) -> str:
        """The finding in words."""
        return f"step {self.step} of {self.last_step} predicts {self.predictor}"


def earliest_predictors(trials: Trials) -> list[EarliestPredictor]:
    """Find for each objective the first step at which a metric predicts its final value.

    Left out are objectives that are known before the training, and those that nothing predicts before its end.

    Args:
        trials: ``n`` trials with curves. Lost ones are left out.
    """
    trials = trials[~trials.is_lost] if trials.is_lost.any() else trials
    last_step = longest_training(trials)
    found: dict[str, EarliestPredictor] = {}
    for step in rung_steps(1, max(last_step or 1, 1), _FACTOR):
        for predictor in find_predictors(trials, MetricsAtStep.of(trials.curves, step)):
            if predictor is not None and predictor.n:
                found.setdefault(predictor.objective, EarliestPredictor(step, last_step or 1, predictor))
    return list(found.values())
