"""The order in which trials are expected to end, before enough of them have ended to learn a predictor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.engine.curves.early_metrics import EarlyMetrics
from paretune.objectives import Objective
from paretune.schedulers.known_objectives import known_objectives
from paretune.trials import Curves, Trials
from paretune.trials.noise import is_fully_evaluated

EVIDENCE = 0.4  # of one pair of ended trials that a metric orders as they ended, as the logarithm of a weight
OPPOSITE = 0.2  # weight of the opposite order of a metric, where its direction is guessed
MAX_PAIRS = 50.0  # that count, so that no weight overflows


@dataclass(frozen=True, eq=False)
class EarlyOrder:
    """Numbers that order ``p`` trials as their final losses are expected to.

    A metric that is no objective is guessed to improve in the direction in which it moves in most trainings, such as a
    loss that falls. The scores of all metrics are averaged. A metric counts for more with each pair of trials that
    have ended as it orders them, and for less, or in the opposite direction, with each other pair. So eight trials
    need not end before anything is compared.

    Args:
        numbers: ``p`` trial numbers, in ascending order: those that reached the step.
        losses: ``p x m``; only their order and their distances within a column mean something.
    """

    numbers: NDArray[np.int64]
    losses: NDArray[np.float64]

    @classmethod
    def at(cls, trials: Trials, step: int) -> EarlyOrder:
        """Order the trials that reached a step.

        Args:
            trials: ``n`` trials with curves. Lost ones are left out.
            step: the step.

        Example:
            >>> from paretune.objectives import Maximize, Objectives
            >>> from paretune.space import Int, Space
            >>> steps = {i: [{"step": s, "accuracy": 0.1, "loss": 2 - 0.1 * i * s} for s in (1, 2)] for i in (1, 2, 3)}
            >>> trials = Trials(Space({"k": Int(1, 3)}), Objectives([Maximize("accuracy")]),
            ...                 tuple({"k": i} for i in (1, 2, 3)), states=["stopped"] * 3, numbers=[1, 2, 3],
            ...                 curves=Curves.from_steps(steps))
            >>> EarlyOrder.at(trials, 2).losses[:, 0].argsort().tolist()
            [2, 1, 0]
        """
        trials = trials[~trials.is_lost] if trials.is_lost.any() else trials
        known = known_objectives(trials)
        metrics = _Metrics.at(trials.curves, step)
        is_ended = is_fully_evaluated(trials) & np.isin(trials.numbers, metrics.numbers)
        places = np.searchsorted(metrics.numbers, trials.numbers[is_ended])
        reported = [name for name in metrics.values if name not in known]
        columns = [
            objective.sign * metrics.values[objective.name]
            if objective.name in known
            else _average([metrics.signal(name, objective) for name in reported], places, final, len(metrics.numbers))
            for objective, final in zip(trials.objectives, trials.losses[is_ended].T, strict=True)
        ]
        return cls(metrics.numbers, np.column_stack(columns))


@dataclass(frozen=True, eq=False)
class _Signal:
    """What one metric says of the order of ``p`` trials.

    Args:
        scores: ``p`` numbers; the trial with the smallest one is expected to end best.
        opposite: the weight of the opposite order while no trial has ended; 1 where the direction is not known.
    """

    scores: NDArray[np.float64]
    opposite: float


@dataclass(frozen=True, eq=False)
class _Metrics:
    """The metrics of ``p`` trials at a step, by name: the last third of the steps averaged, and how they changed.

    A metric that was reported only earlier, such as a latency at step 0, has its last value.
    """

    numbers: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    changes: dict[str, NDArray[np.float64]]

    @classmethod
    def at(cls, curves: Curves, step: int) -> _Metrics:
        early = EarlyMetrics.at(curves, step)
        first = first_values(curves, early.numbers)
        columns = list(zip(early.names, early.is_mean, early.values.T, strict=True))
        last = {name: values for name, is_mean, values in columns if not is_mean}
        means = {name: values for name, is_mean, values in columns if is_mean}
        late = {name: np.where(np.isnan(values), last[name], values) for name, values in means.items()}
        return cls(early.numbers, last | late, {name: last[name] - first[name] for name in last})

    def signal(self, name: str, objective: Objective) -> _Signal:
        """Orient a metric: an objective by its goal, another metric by its usual change."""
        if name == objective.name:
            return _Signal(normal_scores(objective.sign * self.values[name]), OPPOSITE)
        changes = self.changes[name][np.isfinite(self.changes[name])]
        usual = float(np.median(changes)) if changes.size else 0.0
        return _Signal(normal_scores(self.values[name] * (-np.sign(usual) or 1.0)), OPPOSITE if usual else 1.0)


def _average(
    signals: Sequence[_Signal], places: NDArray[np.int64], final: NDArray[np.float64], p: int
) -> NDArray[np.float64]:
    """Average signals for one objective, by the order in which some trials have ended.

    Args:
        signals: one of each metric.
        places: indices of the trials that ended.
        final: their final losses.
        p: how many trials there are.
    """
    total = np.zeros(p)
    for signal in signals:
        evidence = EVIDENCE * concordance(signal.scores[places], final)
        total += signal.scores * (np.exp(evidence) - signal.opposite * np.exp(-evidence))
    spread = float(total.std()) if p else 0.0
    return total / spread if spread > 0 else total


def concordance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return how many more pairs two columns order alike than not, between plus and minus `MAX_PAIRS`.

    Example:
        >>> concordance(np.array([1.0, 2.0, 3.0]), np.array([4.0, 9.0, 5.0]))
        1.0
    """
    signs = [np.sign(column[:, None] - column[None, :]) for column in (one, other)]
    return float(np.clip((signs[0] * signs[1]).sum() / 2, -MAX_PAIRS, MAX_PAIRS))


def normal_scores(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the normal quantiles of the ranks of ``p`` values; equal values share one, NaN ranks last.

    Example:
        >>> normal_scores(np.array([5.0, float("nan"), 1.0])).round(2).tolist()
        [0.0, 0.97, -0.97]
    """
    from scipy.special import ndtri  # noqa: PLC0415 (slow to load, and most studies stop no trials)

    _, inverse, counts = np.unique(np.where(np.isnan(values), np.inf, values), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return np.asarray(ndtri((ranks - 0.5) / len(values)))


def first_values(curves: Curves, numbers: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return the first finite value of each metric by name, for ``p`` trials in ascending order; NaN without one."""
    chosen = curves.select(numbers)
    trial_of, found = np.searchsorted(numbers, chosen.numbers), {}
    for name, values in chosen.metrics.items():
        rows = np.flatnonzero(np.isfinite(values))[::-1]
        found[name] = np.full(len(numbers), np.nan)
        found[name][trial_of[rows]] = values[rows]  # of equal indices the last one counts, which is the first report
    return found
