"""The rules of a run: when it ends, and when its trials do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from paretune.errors import InvalidInputError
from paretune.schedulers import Scheduler
from paretune.space import Int
from paretune.study.budget import Budget
from paretune.study.confirmation import Confirm, check_confirm
from paretune.study.population import PopulationRules
from paretune.study.stopping import Stop

_COUNT = Int(1, 2**32)


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
        population: how the run trains a population, which is its scheduler, too; None if it trains none.
    """

    n_trials: int
    stop: Stop = field(default_factory=Stop)
    max_failures: int = 20
    overlap: bool = True
    scheduler: Scheduler | None = None
    budget: Budget | None = None
    checkpoints: Path | None = None
    confirm: Confirm | None = None
    population: PopulationRules | None = None


def make_rules(
    n_trials: int | None,
    budget: Budget | None,
    max_failures: int,
    confirm: Confirm | int | str | None,
    *,
    may_be_endless: bool = False,
) -> RunRules:
    """Make the rules of a run that say how long it is; the others have their defaults.

    Args:
        n_trials: the study's total.
        budget: what all trials may cost.
        max_failures: how many failures in a row end it.
        confirm: the part that trains the likely front again.
        may_be_endless: whether it may have neither a total nor a budget, since its searcher ends it.

    Raises:
        InvalidInputError: there is neither a number of trials nor a budget, or one of the arguments is wrong.
    """
    if n_trials is None and budget is None and not may_be_endless:
        raise InvalidInputError("a run needs n_trials or a budget, such as n_trials=100")
    total = int(_COUNT.high) if n_trials is None else check_count("n_trials", n_trials)
    n_failures = check_count("max_failures", max_failures)
    parsed = None if confirm is None else Confirm.parse(confirm)
    check_confirm(parsed, has_total=n_trials is not None)
    return RunRules(total, max_failures=n_failures, budget=budget, confirm=parsed)


def check_count(name: str, value: int) -> int:
    """Return a number of trials.

    Raises:
        InvalidInputError: it is no whole number of at least 1.
    """
    return int(_COUNT.check(name, value))
