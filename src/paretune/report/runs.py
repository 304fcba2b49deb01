"""Whose trials does a report tell of?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from paretune import pareto
from paretune.confidence.comparable import agreed
from paretune.errors import InvalidInputError
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class Run:
    """The trials of one study or file, and where they came from.

    Args:
        name: of the study or file.
        trials: what was tried.
        origin: as `paretune.study.Study.origin`.
        n_unfit: how many more trials there are that the table left out, since their parameters do not fit its space.
        refit: its best, trained again with other options; None if they were not.
    """

    name: str
    trials: Trials
    origin: Mapping[str, Any] = field(default_factory=dict)
    n_unfit: int = 0
    refit: Run | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many trials there are, and of them how many are ``complete``, ``failed`` and so on."""
        trials = self.trials
        return {
            "trials": len(trials) + self.n_unfit,
            "complete": int(trials.is_complete.sum()),
            "failed": int((trials.is_failed & ~trials.is_lost).sum()),
            "pending": int(trials.is_pending.sum()),
            "lost": int(trials.is_lost.sum()),
            "unfit": self.n_unfit,
        }

    @property
    def n_efficient(self) -> int:
        """How many of its complete trials none of its others beats."""
        return int(pareto.is_nondominated(self.trials.losses[self.trials.is_complete]).sum())

    @property
    def failures(self) -> dict[str, int]:
        """How many trials failed by reason, lost ones left out."""
        return {reason: n for reason, n in self.trials.failures().items() if reason != "lost"}

    @property
    def finished(self) -> Trials:
        """The trials that count: neither pending nor lost."""
        return self.trials[~self.trials.is_pending & ~self.trials.is_lost]


def wanting_the_same(runs: Sequence[Run]) -> list[Run]:
    """The runs, which may be compared: where one does not tell the unit of an objective, it is that of the others.

    Raises:
        InvalidInputError: two want different things; the message says which.
    """
    objectives = agreed([(run.name, run.trials.objectives) for run in runs])
    return [replace(run, trials=replace(run.trials, objectives=objectives)) for run in runs]


@dataclass(frozen=True, eq=False)
class Pool:
    """The trials of all runs of one side as one table.

    Args:
        trials: of all runs; where there are several, the first of each, then the second, under numbers of their own.
        runs: for each row, the run that it is from.
        numbers: for each row, its number there.
    """

    trials: Trials
    runs: tuple[str, ...]
    numbers: tuple[int, ...]


def pool(runs: Sequence[Run]) -> Pool:
    """All trials of runs over the same parameters.

    Raises:
        InvalidInputError: the runs vary different parameters, or want different things.
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
        trials = trials.followed_by(run.trials)
    names = [run.name for run in runs for _ in range(len(run.trials))]
    numbers = np.concatenate([run.trials.numbers for run in runs])
    if others:
        order = np.argsort(numbers, kind="stable")
        trials = replace(trials[order], numbers=np.arange(len(trials)))
        names, numbers = [names[i] for i in order], numbers[order]
    return Pool(trials, tuple(names), tuple(numbers.tolist()))
