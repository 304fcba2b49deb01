"""A frozen table of trials: their configurations, losses, states and metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paretune.errors import FAILURE_REASONS, InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.trials.columns import parse_columns
from paretune.trials.curves import Curves
from paretune.trials.field_checks import (
    check_column,
    check_list,
    check_not_negative,
    check_table,
    copy_configuration,
    n_columns,
)

if TYPE_CHECKING:
    import pandas as pd

TRIAL_STATES = ("complete", "failed", "pending", "stopped")


@dataclass(frozen=True, eq=False)
class Trials:
    """The ``n`` trials of a study.

    A complete trial outside the limits, or one that violates a constraint, becomes failed with the reason
    ``outside_limits``, and keeps its losses.

    Args:
        space: the parameters.
        objectives: the ``m`` objectives.
        params: ``n`` configurations of the space.
        losses: ``n x m``; NaN if not known. All losses of a complete trial are known.
        losses_se: ``n x m``, the standard errors of the losses; NaN if not known.
        violations: ``n x c``, constraints other than the objectives' limits; satisfied if at most 0.
        states: ``n`` words of `TRIAL_STATES`. An empty one means complete if all losses are known, else failed. A
            stopped trial was ended early by a scheduler; the losses that are known of it may be those of its last step.
        reasons: ``n`` words of `FAILURE_REASONS`, empty unless failed. An empty one of a failed trial means
            ``crashed``.
        numbers: ``n`` whole numbers that identify the trials; by default 0 to n - 1.
        started: ``n`` POSIX times in seconds; NaN if not known.
        durations: ``n`` seconds; NaN if not known.
        metrics: ``n`` mappings of other metrics, by name.
        curves: what these trials reported while they ran, by their numbers; `with_numbers` changes both.

    Raises:
        InvalidInputError: lengths differ, a state or reason is unknown, a standard error is negative, a complete trial
            lacks a loss, or a curve belongs to no trial.
    """

    space: Space
    objectives: Objectives
    params: tuple[Params, ...] = ()
    losses: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    losses_se: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    violations: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    states: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))
    reasons: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    started: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    durations: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    metrics: tuple[Mapping[str, Any], ...] = ()
    curves: Curves = field(default_factory=Curves.empty)

    def __post_init__(self) -> None:
        def set_(name: str, value: Any) -> None:
            object.__setattr__(self, name, value)  # the class is frozen

        set_("space", Space.of(self.space))
        set_("objectives", Objectives.of(self.objectives))
        n, m = len(check_list(self.params, "params")), len(self.objectives)
        set_("params", tuple(copy_configuration(params) for params in self.params))
        given = check_list(() if self.metrics is None else self.metrics, "metrics")
        metrics: Sequence[Mapping[str, Any]] = given or ({},) * n
        set_("metrics", tuple(copy_configuration(each, "metrics") for each in metrics))
        if len(self.metrics) != n:
            raise InvalidInputError(f"metrics must have {n} entries, but has {len(self.metrics)}")
        set_("losses", check_table(self.losses, n, m, "losses"))
        set_("losses_se", check_not_negative(check_table(self.losses_se, n, m, "losses_se"), "losses_se"))
        c = n_columns(self.violations)
        set_("violations", check_table(self.violations, n, c, "violations"))
        set_("numbers", check_column(self.numbers, np.arange(n), "numbers"))
        for name in ("started", "durations"):
            set_(name, check_column(getattr(self, name), np.full(n, np.nan), name))
        is_known = np.asarray(np.isfinite(self.losses).all(axis=1))
        words = np.full(n, "", object)
        states, reasons = check_column(self.states, words, "states"), check_column(self.reasons, words, "reasons")
        states = np.where(states == "", np.where(is_known, "complete", "failed").astype(object), states)
        reasons = np.where((reasons == "") & (states == "failed"), "crashed", reasons)
        outside = (states == "complete") & is_known & ~self._is_inside()
        states[outside], reasons[outside] = "failed", "outside_limits"
        set_("states", states)
        set_("reasons", reasons)
        self._check_states(is_known)
        self._check_curves()
        for f in fields(self):
            if isinstance(value := getattr(self, f.name), np.ndarray):
                value.setflags(write=False)

    def _is_inside(self) -> NDArray[np.bool_]:
        return np.asarray(self.objectives.is_within(self.losses) & ~(self.violations > 0).any(axis=1))

    def _check_states(self, is_known: NDArray[np.bool_]) -> None:
        for number, state, reason, known in zip(self.numbers, self.states, self.reasons, is_known, strict=True):
            if state not in TRIAL_STATES:
                raise InvalidInputError(
                    f"trial {number}: state must be one of {', '.join(TRIAL_STATES)}, but is {state!r}"
                )
            if (reason or None) not in (FAILURE_REASONS if state == "failed" else (None,)):
                raise InvalidInputError(
                    f"trial {number}: the reason of a {state} trial must be "
                    f"{'one of ' + ', '.join(FAILURE_REASONS) if state == 'failed' else 'empty'}, but is {reason!r}"
                )
            if state == "complete" and not known:
                raise InvalidInputError(f"trial {number} is complete, but one of its objectives is not a finite number")

    def _check_curves(self) -> None:
        if not isinstance(self.curves, Curves):
            raise InvalidInputError(f"curves must be Curves, such as Curves.empty(), but are {self.curves!r}")
        unknown = np.setdiff1d(self.curves.trial_numbers, self.numbers)
        if unknown.size:
            raise InvalidInputError(f"the curves have steps of trial {unknown[0]}, but the table has no such trial")

    def __len__(self) -> int:
        return len(self.params)

    def __getitem__(self, rows: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Trials:
        """Select the trials of some rows.

        Args:
            rows: a slice, a mask of ``n`` booleans, or an array of indices.
        """
        index = np.arange(len(self))[rows]
        if np.ndim(index) == 0:
            raise InvalidInputError(
                f"trials must be selected by a slice, a mask or an array, such as trials[{index}:], but not by {rows!r}"
            )
        chosen: dict[str, Any] = {
            f.name: tuple(value[i] for i in index) if isinstance(value, tuple) else value[index]
            for f in fields(self)
            if f.name not in {"space", "objectives", "curves"}
            for value in [getattr(self, f.name)]
        }
        return Trials(self.space, self.objectives, **chosen, curves=self.curves.select(chosen["numbers"]))

    @property
    def values(self) -> NDArray[np.float64]:
        """``n x m`` objectives in the user's units and signs."""
        return self.objectives.values(self.losses)

    @cached_property
    def X(self) -> NDArray[np.float64]:  # noqa: N802 (the usual letter)
        """``n x d`` positions in the unit cube; NaN where a parameter does not exist."""
        X = self.space.encode(self.params)
        X.setflags(write=False)
        return X

    @property
    def is_complete(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trials that succeeded inside all limits."""
        return np.asarray(self.states == "complete", bool)

    @property
    def is_failed(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trials that failed for any reason."""
        return np.asarray(self.states == "failed", bool)

    @property
    def is_pending(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trials that are still running."""
        return np.asarray(self.states == "pending", bool)

    @property
    def is_stopped(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trials that a scheduler stopped before their end: neither complete nor failed."""
        return np.asarray(self.states == "stopped", bool)

    @property
    def is_lost(self) -> NDArray[np.bool_]:
        """``n`` booleans: the trials that failed because of the machine; they are not learned from and not counted."""
        return np.asarray(self.reasons == "lost", bool)

    def failures(self) -> dict[str, int]:
        """Count the failed trials by reason, in the order of `FAILURE_REASONS`."""
        counts = Counter(self.reasons[self.is_failed])
        return {reason: counts[reason] for reason in FAILURE_REASONS if counts[reason]}

    def with_objectives(self, objectives: Objectives) -> Trials:
        """Return the same trials under other limits.

        A trial that failed only because of the old limits is complete if it is inside the new ones.

        Args:
            objectives: the objectives of this table with new limits.
        """
        is_inside = ~(self.violations > 0).any(axis=1) & np.isfinite(self.losses).all(axis=1)
        may_succeed = (self.reasons == "outside_limits") & is_inside & ~self.objectives.is_within(self.losses)
        states, reasons = np.where(may_succeed, "complete", self.states), np.where(may_succeed, "", self.reasons)
        return replace(self, objectives=objectives, states=states, reasons=reasons)

    def with_pending(self, params: Sequence[Params]) -> Trials:
        """Append pending trials with these configurations."""
        states = np.full(len(params), "pending", object)
        return self.concat(Trials(self.space, self.objectives, tuple(params), states=states))

    def with_numbers(self, numbers: NDArray[np.int64]) -> Trials:
        """Return the same trials, and their curves, under other numbers.

        Args:
            numbers: ``n`` whole numbers.
        """
        return replace(self, numbers=numbers, curves=self.curves.renumber(self.numbers, numbers))

    def concat(self, others: Trials) -> Trials:
        """Append other trials of the same space and objectives; their numbers are shifted above the largest number."""
        offset = int(self.numbers.max()) + 1 if len(self) else 0
        others = others.with_numbers(others.numbers + offset)
        width = max(self.violations.shape[1], others.violations.shape[1])
        joined: dict[str, Any] = {
            f.name: first + second if isinstance(first, tuple) else np.concatenate([first, second])
            for f in fields(self)
            if f.name not in {"space", "objectives", "violations", "curves"}
            for first, second in [(getattr(self, f.name), getattr(others, f.name))]
        }
        joined["violations"] = np.full((len(self) + len(others), width), np.nan)
        joined["violations"][: len(self), : self.violations.shape[1]] = self.violations
        joined["violations"][len(self) :, : others.violations.shape[1]] = others.violations
        return Trials(self.space, self.objectives, **joined, curves=Curves.join([self.curves, others.curves]))

    def _repr_html_(self) -> str:
        """Show the trials in a notebook."""
        from paretune.trials.html_table import html_table  # noqa: PLC0415 (it reads this module)

        return html_table(self)

    def to_frame(self) -> pd.DataFrame:
        """Return a data frame with one row for each trial, in the user's units and signs.

        Columns: ``number, state, reason``, the parameters, the objectives, ``<objective>_se`` if any is known,
        ``started, duration``.
        """
        from paretune.trials.data_frame import to_frame  # noqa: PLC0415 (a run needs no pandas, which loads slowly)

        return to_frame(self)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, space: Space, objectives: Objectives) -> Trials:
        """Make trials of the frame that `to_frame` returns; only the columns of the parameters are required."""
        from paretune.trials.data_frame import frame_columns  # noqa: PLC0415 (a run needs no pandas)

        return cls.from_columns(frame_columns(frame), space, objectives)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]], space: Space, objectives: Objectives) -> Trials:
        """Make trials of columns of equal length with the names of `to_frame`; only the parameters are required.

        An absent value is None or NaN. A trial without a state is complete if all its objectives are known, else it has
        failed.

        Args:
            columns: by name; ``started`` in POSIX seconds.
            space: the parameters.
            objectives: the objectives.

        Raises:
            InvalidInputError: a parameter's column is missing, lengths differ, or a value does not fit.

        Example:
            >>> from paretune.space import Float
            >>> from paretune.objectives import Minimize
            >>> trials = Trials.from_columns({"x": [0.1, 0.2], "loss": [1.0, None]},
            ...                              Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]))
            >>> list(trials.states), trials.failures()
            (['complete', 'failed'], {'crashed': 1})
        """
        return cls(space, objectives, **parse_columns(columns, space, objectives))
