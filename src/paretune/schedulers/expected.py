"""The expected order of the final losses of all trials that reached a step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.schedulers.known import known_objectives
from paretune.schedulers.reached import ReachedStep
from paretune.schedulers.signal import Signal, find_signal
from paretune.trials import Trials
from paretune.trials.noise import is_fully_evaluated


@dataclass(frozen=True, eq=False)
class ExpectedLosses:
    """Numbers that order ``p`` trials as their final losses are expected to.

    Args:
        numbers: ``p`` trial numbers.
        losses: ``p x m``; only their order and their distances within a column mean something.
        signals: one of each objective.
    """

    numbers: NDArray[np.int64]
    losses: NDArray[np.float64]
    signals: tuple[Signal, ...]

    def __str__(self) -> str:
        """The signals in words."""
        return ", ".join(map(str, self.signals))


def expected_losses(trials: Trials, step: int) -> ExpectedLosses | str:
    """Order the trials that reached a step by the signals that are learned from the trials that ended.

    Args:
        trials: ``n`` trials with curves. Lost ones are left out.
        step: the step.

    Returns:
        The order; or the reason why there is none yet, as text.
    """
    trials = trials[~trials.is_lost] if trials.is_lost.any() else trials
    reached = ReachedStep.of(trials.curves, step)
    signals = find_signals(trials, reached)
    for objective, signal in zip(trials.objectives, signals, strict=True):
        if signal is None:
            return f"no metric is known to tell the final {objective.name} at step {step}"
    found = tuple(signal for signal in signals if signal is not None)
    losses = np.column_stack([signal.losses(reached.metrics, len(reached.numbers)) for signal in found])
    has_all = np.isfinite(losses).all(axis=1)
    return ExpectedLosses(reached.numbers[has_all], losses[has_all], found)


def find_signals(trials: Trials, reached: ReachedStep) -> list[Signal | None]:
    """Find the signal of each objective among the metrics of the trials that reached a step; None if there is none."""
    known = known_objectives(trials)
    rows = np.flatnonzero(is_fully_evaluated(trials) & np.isin(trials.numbers, reached.numbers))
    places = np.searchsorted(reached.numbers, trials.numbers[rows])
    metrics = {name: values[places] for name, values in reached.metrics.items()}
    return [
        Signal(objective.name, objective.name, objective.sign)
        if objective.name in known
        else find_signal(objective, trials.losses[rows, j], metrics)
        for j, objective in enumerate(trials.objectives)
    ]
