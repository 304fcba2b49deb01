"""The end of a run that trains the likely front again, with fresh seeds, until it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from paretune.adapters.optuna.history import read_trials
from paretune.confidence.configuration_means import ConfigurationMeans
from paretune.confidence.least_certain import least_certain
from paretune.errors import InvalidInputError
from paretune.study.budget import Budget
from paretune.study.ledger import Ledger
from paretune.study.trial_seeds import stored_study_seed
from paretune.trials import Trials
from paretune.trials.penalties import find_penalties, mark_penalties_failed

MIN_MODELLED_TRIALS, MAX_MODELLED_TRIALS = 10, 1000  # complete trials; the cost of the models is cubic
N_DRAWS = 256
_PERCENT = re.compile(r"\s*(\d+\.?\d*|\.\d+)\s*%\s*")


@dataclass(frozen=True)
class Confirm:
    """The part of a run that trains the likely front again.

    Args:
        share: of the run's total, above 0 and at most 1; None if a number of trials is given.
        n_trials: the last trials of the total; None if a share is given.
        is_all: whether the run ends once the front stands, and searches nothing before.

    Raises:
        InvalidInputError: the share or the number is not valid.

    Example:
        >>> Confirm.parse("10%"), Confirm.parse(5)
        (Confirm(share=0.1, n_trials=None, is_all=False), Confirm(share=None, n_trials=5, is_all=False))
    """

    share: float | None = None
    n_trials: int | None = None
    is_all: bool = False

    def __post_init__(self) -> None:
        if self.share is not None and not 0 < self.share <= 1:
            raise InvalidInputError(f"confirm must be more than 0 % and at most 100 %, but is {100 * self.share:g} %")
        if self.n_trials is not None and self.n_trials < 1:
            raise InvalidInputError(f"confirm must be at least 1 trial, but is {self.n_trials}")

    @classmethod
    def parse(cls, value: object) -> Confirm:
        """Read a share such as ``10%``, or a number of trials.

        Raises:
            InvalidInputError: it has another form.
        """
        if isinstance(value, Confirm):
            return value
        text = "" if isinstance(value, bool) else str(value)
        if found := _PERCENT.fullmatch(text):
            return cls(share=float(found[1]) / 100)
        if not re.fullmatch(r"\s*\d{1,9}\s*", text):
            raise InvalidInputError(f"confirm must be a share such as 10%, or a number of trials, but is {value!r}")
        return cls(n_trials=int(text))


class Confirmation:
    """Chooses what a run trains again at its end.

    Args:
        ledger: the study's trials.
        confirm: how much of the total; None for nothing.
        n_trials: the study's total.
        budget: what all trials may cost; None if it is not limited.

    Raises:
        InvalidInputError: a number of trials is given, but only a budget limits the run.
    """

    def __init__(self, ledger: Ledger, confirm: Confirm | None, n_trials: int, budget: Budget | None) -> None:
        self._ledger, self._confirm, self._budget = ledger, confirm, budget
        n_last = 0 if confirm is None else confirm.n_trials or math.ceil((confirm.share or 0) * n_trials)
        self._n_searched = n_trials - n_last

    def choose(self) -> Mapping[str, Any] | None:
        """The configuration to train again now; None if it is too early, or if the front stands."""
        if self._confirm is None or not self._is_due():
            return None
        ledger = self._ledger
        trials = read_trials(ledger.study, ledger.space, ledger.objectives)
        trials = mark_penalties_failed(trials, find_penalties(trials))
        seed = int(np.random.SeedSequence([stored_study_seed(ledger.study) or 0, len(trials)]).generate_state(1)[0])
        number = least_certain(trials, _draws(trials, seed), n_draws=N_DRAWS, seed=seed)
        return None if number is None else trials.params[int(np.flatnonzero(trials.numbers == number)[0])]

    def _is_due(self) -> bool:
        confirm, budget = self._confirm, self._budget
        if confirm is None or confirm.is_all or self._ledger.n_counted() >= self._n_searched:
            return confirm is not None
        if budget is None or confirm.share is None:
            return False
        return budget.spent(self._ledger.study.get_trials(deepcopy=False)) >= (1 - confirm.share) * budget.amount


def check_confirm(confirm: Confirm | None, *, has_total: bool) -> None:
    """Check that the end of a run is known.

    Raises:
        InvalidInputError: it is not: a number of trials is given, but only a budget limits the run.
    """
    if confirm is not None and confirm.n_trials is not None and not has_total:
        raise InvalidInputError(
            "confirm is a number of trials, but only the budget limits the run: give a share such as 10%"
        )


def _draws(trials: Trials, seed: int) -> Any:
    """Draws of the engine's models where the noise of an objective is not known; None where the measurements do."""
    n_complete = int(trials.is_complete.sum())
    if not MIN_MODELLED_TRIALS <= n_complete <= MAX_MODELLED_TRIALS:
        return None
    if ConfigurationMeans.from_trials(trials).is_noise_known.all():
        return None
    from paretune.engine import posterior_draws  # noqa: PLC0415 (loads PyTorch, which a random search does not need)

    return posterior_draws(trials, N_DRAWS, seed)
