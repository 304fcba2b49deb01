"""The rules of a run: when it ends, and when its trials do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from paretune.schedulers import Scheduler
from paretune.study.budget import Budget
from paretune.study.confirmation import Confirm
from paretune.study.stopping import Stop


@dataclass(frozen=True)
class RunRules:
    """When a run ends, and when its trials do.

    Args:
        n_trials: the study's total.
        stop: rules that may end it earlier.
        max_failures: how many failures in a row end it. Trials outside their limits count as successes here, also if
            they were stopped for that; lost trials do not count.
        overlap: whether a trial may be asked for before a slot is free.
        scheduler: the rule that stops running trials; None if all are trained to their end.
        budget: what all trials of the study may cost; None if it is not limited.
        checkpoints: the folder of the trials' checkpoints; None if nothing is saved.
        confirm: the part of the run that trains the likely front again; None if none does.
    """

    n_trials: int
    stop: Stop = field(default_factory=Stop)
    max_failures: int = 20
    overlap: bool = True
    scheduler: Scheduler | None = None
    budget: Budget | None = None
    checkpoints: Path | None = None
    confirm: Confirm | None = None
