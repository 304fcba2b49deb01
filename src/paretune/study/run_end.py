"""Why a run ended: the kind, and the numbers that belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EndKind(StrEnum):
    """What ends a run."""

    ALL_TRIALS = "all_trials"
    BUDGET = "budget"
    TIME_LIMIT = "time_limit"
    TARGET_MET = "target_met"
    STAGNATION = "stagnation"
    STOP_REQUEST = "stop_request"
    INTERRUPT = "interrupt"
    FAILURES = "failures"
    EXHAUSTED = "exhausted"
    CONFIRMED = "confirmed"
    POPULATION = "population"
    ERROR = "error"


_STORED_TEXT = {
    EndKind.ALL_TRIALS: "{n_trials} trials",
    EndKind.BUDGET: "the budget of {budget} is spent",
    EndKind.TIME_LIMIT: "{seconds:g} s were over",
    EndKind.TARGET_MET: "trial {trial} met the target {target}",
    EndKind.STAGNATION: "the hypervolume grew by no more than {percent:g} % in the last {n_trials} trials",
    EndKind.STOP_REQUEST: "paretune stop",
    EndKind.INTERRUPT: "interrupted",
    EndKind.FAILURES: "{n_failures} trials in a row have failed",
    EndKind.EXHAUSTED: "{message}",
    EndKind.CONFIRMED: "the front stands",
    EndKind.POPULATION: "the population is trained",
    EndKind.ERROR: "{message}",
}


@dataclass(frozen=True)
class RunEnd:
    """Why a run ended.

    Args:
        kind: what ended it.
        detail: what belongs to the kind: ``n_trials`` (all_trials), ``seconds`` (time_limit), ``trial`` and ``target``
            (target_met), ``percent`` and ``n_trials`` (stagnation), ``n_failures`` (failures), ``message`` (exhausted
            and error), ``budget`` (budget); nothing for the others.

    Example:
        >>> RunEnd(EndKind.TARGET_MET, {"trial": 7, "target": "accuracy>=0.9"}).stored_text
        'trial 7 met the target accuracy>=0.9'
    """

    kind: EndKind
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stored_text(self) -> str:
        """The text that the study's record keeps, in databases of every version; programs compare `kind` instead."""
        if self.kind == EndKind.FAILURES and self.detail["n_failures"] == 1:
            return "1 trial has failed"
        return _STORED_TEXT[self.kind].format(**self.detail)
