"""Count failures in a row, which end a run when there are too many."""

from __future__ import annotations

from paretune.errors import FULLY_EVALUATED_REASONS, TooManyFailuresError
from paretune.evaluation.outcome import Outcome
from paretune.objectives import Objectives


class FailureStreak:
    """The trials that have failed since the last one that did not.

    Trials outside their limits have not failed here, also if they were stopped for that; lost trials do not count.
    """

    def __init__(self) -> None:
        self.n_in_a_row = 0

    def count(self, outcome: Outcome, objectives: Objectives) -> None:
        """Count the outcome of one more trial."""
        was_stopped_for_a_limit = outcome.reason == "timed_out" and objectives.describe_violations(outcome.metrics)
        if outcome.reason in FULLY_EVALUATED_REASONS or was_stopped_for_a_limit:
            self.n_in_a_row = 0
        elif outcome.reason != "lost":
            self.n_in_a_row += 1

    def error(self, number: int, outcome: Outcome, *, is_any_complete: bool) -> TooManyFailuresError:
        """The error that ends a run.

        Args:
            number: the trial that failed last.
            outcome: its outcome.
            is_any_complete: whether any trial of the study has completed.
        """
        count = "1 trial has" if self.n_in_a_row == 1 else f"{self.n_in_a_row} trials in a row have"
        return TooManyFailuresError(
            f"{count} failed; the last, number {number}, {outcome.reason}: "
            f"{outcome.message or 'no message'}. {_advice(is_any_complete=is_any_complete)}"
        )


def _advice(*, is_any_complete: bool) -> str:
    """What to do after failures in a row."""
    if is_any_complete:
        return "Fix the cause and run again to go on"
    return (
        "No trial has completed yet, and these failures stay in the study and count: "
        "fix the training, then start a new study"
    )
