"""The trials so far, as the models use them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from paretune.space import Space
from paretune.space.keys import row_keys
from paretune.trials import Trials
from paretune.trials.noise import is_fully_evaluated

STOP_REASONS = ("outside_limits", "timed_out")  # a trial that was stopped did not crash


@dataclass(frozen=True, eq=False)
class History:
    """Trials of one space, and the columns that the engine computes from them, each when it is first used.

    Args:
        trials: ``n`` trials.
        space: the parameters, in the order of the coordinates.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Int
        >>> space, objectives = Space({"k": Int(1, 4)}), Objectives([Minimize("loss")])
        >>> history = History(Trials(space, objectives, ({"k": 1}, {"k": 4}), losses=[[2.0], [float("nan")]]), space)
        >>> history.X.tolist(), history.is_known.tolist()
        ([[0.125], [0.875]], [True, False])
    """

    trials: Trials
    space: Space

    def __len__(self) -> int:
        """Return ``n``."""
        return len(self.trials)

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> History:
        """Select some of the trials."""
        return History(self.trials[rows], self.space)

    @cached_property
    def X(self) -> NDArray[np.float64]:  # noqa: N802 (the field's letter)
        """``n x d`` places in the unit cube; NaN where a parameter does not exist."""
        return self.space.encode(self.trials.params)

    @cached_property
    def keys(self) -> list[bytes]:
        """``n`` keys, equal for equal configurations."""
        return row_keys(self.space.snap(self.X))

    @cached_property
    def pending(self) -> NDArray[np.float64]:
        """``p x d`` places of the trials that are pending."""
        return self.X[self.trials.is_pending]

    @cached_property
    def is_known(self) -> NDArray[np.bool_]:
        """``n`` booleans: all losses are known, and the trial ran to its end or a scheduler stopped it."""
        has_all = np.isfinite(self.trials.losses).all(axis=1)
        return np.asarray(is_fully_evaluated(self.trials) | (self.trials.is_stopped & has_all))

    @cached_property
    def ended_at_limit(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trial was stopped because a loss or a constraint was outside its limit.

        It may be unknown whether such a trial would have crashed. The limit may have been another one at that time.
        """
        losses, violations = (
            np.where(np.isfinite(table), table, np.nan) for table in (self.trials.losses, self.trials.violations)
        )
        is_outside = (losses > self.trials.objectives.limits).any(axis=1) | (violations > 0).any(axis=1)
        was_outside = (self.trials.reasons == "outside_limits") & np.isfinite(losses).any(axis=1)
        stopped = was_outside | (is_outside & np.isin(self.trials.reasons, STOP_REASONS))
        return np.asarray(~self.is_known & stopped)

    @cached_property
    def is_infeasible(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trial violates a constraint, however it ended."""
        return np.asarray((self.trials.violations > 0).any(axis=1))

    @property
    def has_front(self) -> bool:
        """Whether a trial has all of its losses and violates no constraint, so that there is a front to improve."""
        return bool((self.is_known & ~self.is_infeasible).any())

    @cached_property
    def shows_limits(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trial was stopped or is infeasible, and a value of it shows where the limits are.

        Such a value is a loss that has a limit, or a constraint that varies among the trials. A flag that has the same
        value in all of them does not show where it would be satisfied.
        """
        violations, is_finite = self.trials.violations, np.isfinite(self.trials.violations)
        varies = [np.unique(column[rows]).size > 1 for column, rows in zip(violations.T, is_finite.T, strict=True)]
        has_limited_loss = np.isfinite(self.trials.losses) & np.isfinite(self.trials.objectives.limits)
        has_value = has_limited_loss.any(axis=1) | (is_finite & np.array(varies, bool)).any(axis=1)
        return np.asarray((self.ended_at_limit | self.is_infeasible) & has_value)

    @cached_property
    def n_failures_in_a_row(self) -> int:
        """The number of crashes since the last trial that did not crash; 0 while no trial has all of its losses."""
        if not self.is_known.any():
            return 0
        did_run = (self.is_known | self.ended_at_limit | self.trials.is_stopped)[~self.trials.is_pending]
        return int(np.flatnonzero(did_run[::-1])[0])
