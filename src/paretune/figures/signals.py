"""What early reports are worth: the rank correlation of each metric at each step with the final values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.argument_checks import check_arguments
from paretune.figures.learning_curves import curve_metrics
from paretune.schedulers.expected_losses import find_predictors
from paretune.schedulers.known_objectives import known_objectives
from paretune.schedulers.metrics_at_step import MetricsAtStep
from paretune.schedulers.predictor import MIN_ENDED
from paretune.trials import Trials
from paretune.trials.noise import is_fully_evaluated

MAX_STEPS = 16


@dataclass(frozen=True, eq=False)
class SignalsView:
    """The data of a picture of early signals.

    Args:
        steps: ``s`` steps.
        correlations: by objective and metric, ``s`` rank correlations (Spearman) with the final values of the trials
            that ended; NaN where fewer than eight of them reported the metric. The sign is such that 1 is perfect; a
            metric other than the objective itself counts in either direction.
        chosen: by objective, for each step the metric that Paretune would use; empty where it trusts none.
        n_ended: number of trials that ended, with a curve.
    """

    steps: NDArray[np.int64]
    correlations: Mapping[str, Mapping[str, NDArray[np.float64]]]
    chosen: Mapping[str, tuple[str, ...]]
    n_ended: int


def signals_view(trials: Trials) -> SignalsView | None:
    """Compute the correlations at up to 16 steps; None if fewer than eight trials ended, or nothing is to be learned.

    Objectives that are known before the training, such as a latency, are left out.
    """
    check_arguments(trials=(trials, Trials))
    ended = trials[is_fully_evaluated(trials) & np.isin(trials.numbers, trials.curves.trial_numbers)]
    ended = ended[np.argsort(ended.numbers, kind="stable")]
    metrics, known = curve_metrics(trials), known_objectives(trials)
    learned = [(j, o) for j, o in enumerate(trials.objectives) if o.name not in known and len(ended)]
    if len(ended) < MIN_ENDED or not metrics or not learned:
        return None
    steps = _choose_steps(ended)
    reached = [MetricsAtStep.of(ended.curves, int(step)) for step in steps]
    found = [find_predictors(trials, MetricsAtStep.of(trials.curves, int(step))) for step in steps]
    correlations = {
        objective.name: {name: np.array([_correlate(ended, j, at, name) for at in reached]) for name in metrics}
        for j, objective in learned
    }
    chosen = {
        objective.name: tuple("" if (predictor := predictors[j]) is None else predictor.metric for predictors in found)
        for j, objective in learned
    }
    return SignalsView(steps, correlations, chosen, len(ended))


def _choose_steps(ended: Trials) -> NDArray[np.int64]:
    """Return steps up to the end of the longest training, denser at the beginning."""
    known = np.unique(ended.curves.steps[ended.curves.steps > 0])
    if not len(known):
        return np.zeros(1, np.int64)
    rows = np.unique(np.geomspace(1, len(known), MAX_STEPS).round().astype(int)) - 1
    return np.asarray(known[rows])


def _correlate(ended: Trials, j: int, at: MetricsAtStep, metric: str) -> float:
    final = ended.losses[np.searchsorted(ended.numbers, at.numbers), j]
    values = at.metrics[metric]
    is_known = np.isfinite(values) & np.isfinite(final)
    if is_known.sum() < MIN_ENDED:
        return float("nan")
    a, b = _ranks(values[is_known]), _ranks(final[is_known])
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    correlation = float((a * b).sum()) / scale if scale else 0.0
    objective = ended.objectives[j]
    return objective.sign * correlation if metric == objective.name else abs(correlation)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centred ranks; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    means = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(means[inverse] - (len(values) + 1) / 2)
