"""The runs of a report, and several runs pooled into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from paretune import pareto
from paretune.argument_checks import TEXT, check_arguments
from paretune.confidence.common_objectives import common_objectives
from paretune.errors import InvalidInputError
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class Run:
    """The trials of one study or file, and their origin.

    Args:
        name: name of the study or file.
        trials: its trials.
        origin: as `paretune.study.Study.origin`.
        n_unfit: number of further trials that the table leaves out because their parameters do not fit its space.
        refit: the run in which its best configurations were retrained with other options; None without one.
        n_begun: number of further trials that run and do not have all of their parameters yet; they are pending.
        messages: the messages of failed trials, by number; those of files are unknown.
    """

    name: str
    trials: Trials
    origin: Mapping[str, Any] = field(default_factory=dict)
    n_unfit: int = 0
    refit: Run | None = None
    n_begun: int = 0
    messages: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_arguments(name=(self.name, TEXT), trials=(self.trials, Trials))

    @property
    def counts(self) -> dict[str, int]:
        """Number of trials, in total and by state; those that a scheduler stopped only if there are any."""
        trials = self.trials
        stopped = {"stopped": int(trials.is_stopped.sum())} if trials.is_stopped.any() else {}
        return {
            "trials": len(trials) + self.n_unfit + self.n_begun,
            "complete": int(trials.is_complete.sum()),
            "failed": int((trials.is_failed & ~trials.is_lost).sum()),
            **stopped,
            "pending": int(trials.is_pending.sum()) + self.n_begun,
            "lost": int(trials.is_lost.sum()),
            "unfit": self.n_unfit,
        }

    @property
    def stopped_steps(self) -> str:
        """Where a scheduler stopped trials, such as ``at step 2 to 18 of 60``; empty if it stopped none."""
        curves, trials = self.trials.curves, self.trials
        last = curves.select(trials.numbers[trials.is_stopped]).last_steps.values() if trials.is_stopped.any() else ()
        if not last:
            return ""
        low, high = min(last), max(last)
        whole = max(curves.select(trials.numbers[trials.is_complete]).last_steps.values(), default=None)
        return f"at step {low}" + (f" to {high}" if high > low else "") + (f" of {whole}" if whole else "")

    @property
    def n_efficient(self) -> int:
        """Number of complete trials that no other trial of this run dominates."""
        return int(pareto.is_nondominated(self.trials.losses[self.trials.is_complete]).sum())

    @property
    def failures(self) -> dict[str, int]:
        """Number of failed trials by reason, without lost ones."""
        return {reason: n for reason, n in self.trials.failures().items() if reason != "lost"}

    @property
    def finished_trials(self) -> Trials:
        """The trials that are neither pending nor lost."""
        return self.trials[~self.trials.is_pending & ~self.trials.is_lost]


def with_common_objectives(runs: Sequence[Run]) -> list[Run]:
    """Give all runs the same objectives; a missing unit is taken from the other runs.

    Raises:
        InvalidInputError: the objectives of two runs differ; the message says how.
    """
    objectives = common_objectives([(run.name, run.trials.objectives) for run in runs])
    return [replace(run, trials=replace(run.trials, objectives=objectives)) for run in runs]


@dataclass(frozen=True, eq=False)
class PooledRuns:
    """The trials of all runs of one side as one table.

    Args:
        trials: trials of all runs. Several runs are interleaved (the first trial of each, then the second) and
            numbered anew.
        runs: for each row, the name of its run.
        numbers: for each row, its number in that run.
    """

    trials: Trials
    runs: tuple[str, ...]
    numbers: tuple[int, ...]


def pool_runs(runs: Sequence[Run]) -> PooledRuns:
    """Pool the trials of runs with the same space and objectives.

    Raises:
        InvalidInputError: the runs have different parameters or objectives.
    """
    first, *others = runs
    trials = first.trials
    for run in others:
        if run.trials.space != first.trials.space:
            raise InvalidInputError(
                f"{first.name} and {run.name} do not vary the same parameters: compare them instead"
            )
        if run.trials.objectives != first.trials.objectives:
            raise InvalidInputError(f"{first.name} and {run.name} do not have the same objectives and limits")
        trials = trials.concat(run.trials)
    names = [run.name for run in runs for _ in range(len(run.trials))]
    numbers = np.concatenate([run.trials.numbers for run in runs])
    if others:
        order = np.argsort(numbers, kind="stable")
        trials = trials[order].with_numbers(np.arange(len(trials)))
        names, numbers = [names[i] for i in order], numbers[order]
    return PooledRuns(trials, tuple(names), tuple(numbers.tolist()))
