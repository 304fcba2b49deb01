"""What was tried and what came of it: a frozen table of trials, in losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from paretune.errors import REASONS, InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.trials.columns import check_names, read

STATES = ("complete", "failed", "pending")


@dataclass(frozen=True, eq=False)
class Trials:
    """The ``n`` trials of a study.

    A trial that is outside the limits, or violates a constraint, is failed with the reason ``outside_limits``
    whatever it was given as, and keeps its losses: they are known.

    Args:
        space: what was varied.
        objectives: what was wanted; ``m`` of them.
        params: ``n`` configurations of the space.
        losses: ``n x m``; NaN where not known. A complete trial knows all of its losses.
        losses_se: ``n x m``, the standard errors of the losses; NaN where not known.
        violations: ``n x c``, constraints other than the objectives' limits; at most 0 where satisfied.
        states: ``n`` words of `STATES`; where empty, complete if all losses are known, else failed.
        reasons: ``n`` words of `REASONS`, empty unless failed; where empty for a failed trial, ``crashed``.
        numbers: ``n`` whole numbers that name the trials; by default 0 to n - 1.
        started: ``n`` POSIX times in seconds; NaN where not known.
        durations: ``n`` seconds; NaN where not known.
        metrics: ``n`` mappings of whatever else was measured.

    Raises:
        InvalidInputError: lengths differ, a word is none of those allowed, a standard error is negative, or a complete
            trial lacks a loss.
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

    def __post_init__(self) -> None:
        def set_(name: str, value: Any) -> None:
            object.__setattr__(self, name, value)  # frozen, and filled once

        set_("space", Space.of(self.space))
        set_("objectives", Objectives.of(self.objectives))
        n, m = len(self.params), len(self.objectives)
        set_("params", tuple(_configuration(params) for params in self.params))
        set_("metrics", tuple(dict(metrics) for metrics in self.metrics or ({},) * n))
        if len(self.metrics) != n:
            raise InvalidInputError(f"metrics must have {n} entries, but has {len(self.metrics)}")
        set_("losses", _table(self.losses, n, m, "losses"))
        set_("losses_se", _not_negative(_table(self.losses_se, n, m, "losses_se"), "losses_se"))
        c = np.shape(self.violations)[1] if np.ndim(self.violations) == 2 else 0
        set_("violations", _table(self.violations, n, c, "violations"))
        set_("numbers", _column(self.numbers, np.arange(n), "numbers"))
        for name in ("started", "durations"):
            set_(name, _column(getattr(self, name), np.full(n, np.nan), name))
        is_known = np.asarray(np.isfinite(self.losses).all(axis=1))
        words = np.full(n, "", object)
        states, reasons = _column(self.states, words, "states"), _column(self.reasons, words, "reasons")
        states = np.where(states == "", np.where(is_known, "complete", "failed").astype(object), states)
        reasons = np.where((reasons == "") & (states == "failed"), "crashed", reasons)
        outside = (states == "complete") & is_known & ~self._is_inside()
        states[outside], reasons[outside] = "failed", "outside_limits"
        set_("states", states)
        set_("reasons", reasons)
        self._check_words(is_known)
        for f in fields(self):
            if isinstance(value := getattr(self, f.name), np.ndarray):
                value.setflags(write=False)

    def _is_inside(self) -> NDArray[np.bool_]:
        return np.asarray(self.objectives.is_within(self.losses) & ~(self.violations > 0).any(axis=1))

    def _check_words(self, is_known: NDArray[np.bool_]) -> None:
        for number, state, reason, known in zip(self.numbers, self.states, self.reasons, is_known, strict=True):
            if state not in STATES:
                raise InvalidInputError(f"trial {number}: state must be one of {', '.join(STATES)}, but is {state!r}")
            if (reason or None) not in (REASONS if state == "failed" else (None,)):
                raise InvalidInputError(
                    f"trial {number}: the reason of a {state} trial must be "
                    f"{'one of ' + ', '.join(REASONS) if state == 'failed' else 'empty'}, but is {reason!r}"
                )
            if state == "complete" and not known:
                raise InvalidInputError(f"trial {number} is complete, but one of its objectives is not a finite number")

    def __len__(self) -> int:
        return len(self.params)

    def __getitem__(self, rows: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Trials:
        """The trials of these rows: a slice, a mask or an array of indices."""
        index = np.arange(len(self))[rows]
        if np.ndim(index) == 0:
            raise InvalidInputError(
                f"trials are taken by a slice, a mask or an array, such as trials[{index}:], not {rows!r}"
            )
        chosen: dict[str, Any] = {
            f.name: tuple(value[i] for i in index) if isinstance(value, tuple) else value[index]
            for f in fields(self)
            if f.name not in {"space", "objectives"}
            for value in [getattr(self, f.name)]
        }
        return Trials(self.space, self.objectives, **chosen)

    @property
    def values(self) -> NDArray[np.float64]:
        """``n x m``, the objectives in the user's units and signs."""
        return self.objectives.values(self.losses)

    @cached_property
    def X(self) -> NDArray[np.float64]:  # noqa: N802 (the field's letter)
        """``n x d``, places in the unit cube; NaN where a parameter does not exist."""
        X = self.space.encode(self.params)
        X.setflags(write=False)
        return X

    @property
    def is_complete(self) -> NDArray[np.bool_]:
        """Which trials succeeded, inside all limits."""
        return np.asarray(self.states == "complete", bool)

    @property
    def is_failed(self) -> NDArray[np.bool_]:
        """Which trials failed, for whatever reason."""
        return np.asarray(self.states == "failed", bool)

    @property
    def is_pending(self) -> NDArray[np.bool_]:
        """Which trials are still running."""
        return np.asarray(self.states == "pending", bool)

    @property
    def is_lost(self) -> NDArray[np.bool_]:
        """Which trials failed by no fault of their configuration: they teach nothing and count for nothing."""
        return np.asarray(self.reasons == "lost", bool)

    def failures(self) -> dict[str, int]:
        """How many trials failed, by reason, in the order of `REASONS`."""
        counts = Counter(self.reasons[self.is_failed])
        return {reason: counts[reason] for reason in REASONS if counts[reason]}

    def judged_by(self, objectives: Objectives) -> Trials:
        """The same trials under other limits: what was outside the old ones alone is complete inside the new ones.

        Args:
            objectives: those of this table, with the new limits.
        """
        is_inside = ~(self.violations > 0).any(axis=1) & np.isfinite(self.losses).all(axis=1)
        is_open = (self.reasons == "outside_limits") & is_inside & ~self.objectives.is_within(self.losses)
        states, reasons = np.where(is_open, "complete", self.states), np.where(is_open, "", self.reasons)
        return replace(self, objectives=objectives, states=states, reasons=reasons)

    def with_pending(self, params: Sequence[Params]) -> Trials:
        """The same trials and some more that have only been suggested."""
        states = np.full(len(params), "pending", object)
        return self.followed_by(Trials(self.space, self.objectives, tuple(params), states=states))

    def followed_by(self, others: Trials) -> Trials:
        """The same trials and some more of the same space and objectives, whose numbers go on after the largest."""
        offset = int(self.numbers.max()) + 1 if len(self) else 0
        others = replace(others, numbers=others.numbers + offset)
        width = max(self.violations.shape[1], others.violations.shape[1])
        joined: dict[str, Any] = {
            f.name: mine + theirs if isinstance(mine, tuple) else np.concatenate([mine, theirs])
            for f in fields(self)
            if f.name not in {"space", "objectives", "violations"}
            for mine, theirs in [(getattr(self, f.name), getattr(others, f.name))]
        }
        joined["violations"] = np.full((len(self) + len(others), width), np.nan)
        joined["violations"][: len(self), : self.violations.shape[1]] = self.violations
        joined["violations"][len(self) :, : others.violations.shape[1]] = others.violations
        return Trials(self.space, self.objectives, **joined)

    def to_frame(self) -> pd.DataFrame:
        """One row a trial, one column a parameter and an objective, in the user's units and signs.

        Columns: ``number, state, reason``, the parameters, the objectives, ``<objective>_se`` where any was
        measured, ``started, duration``.
        """
        check_names(self.space, self.objectives)
        columns: dict[str, Any] = {"number": self.numbers, "state": self.states, "reason": self.reasons}
        for name in self.space:
            values = [params.get(name) for params in self.params]
            columns[name] = (
                pd.Series(values) if all(name in p for p in self.params) else pd.Series(values, dtype=object)
            )
        columns |= dict(zip(self.objectives.names, self.values.T, strict=True))
        for name, column in zip(self.objectives.names, self.losses_se.T, strict=True):
            if np.isfinite(column).any():
                columns[f"{name}_se"] = column
        columns["started"] = pd.to_datetime(pd.Series(self.started * 1e6).round(), unit="us", utc=True)
        columns["duration"] = self.durations
        return pd.DataFrame(columns)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, space: Space, objectives: Objectives) -> Trials:
        """The inverse of `to_frame`; only the columns of parameters are needed."""
        columns = {str(name): frame[name].tolist() for name in frame.columns}
        if "started" in columns:
            times = pd.to_datetime(frame["started"], utc=True).astype("datetime64[us, UTC]")
            seconds = times.astype("int64").to_numpy(float) / 1e6
            columns["started"] = np.where(times.isna(), np.nan, seconds).tolist()
        return cls.from_columns(columns, space, objectives)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any]], space: Space, objectives: Objectives) -> Trials:
        """Trials from columns of equal length, named as `to_frame` names them; only the parameters' are needed.

        An absent value is None or NaN. A trial without a state is complete if its objectives are all there, else
        it has failed.

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
        return cls(space, objectives, **read(columns, space, objectives))


def _configuration(params: Any) -> dict[str, Any]:
    if not isinstance(params, Mapping):
        raise InvalidInputError(f"params must be mappings of names to values, but one is {params!r}")
    return dict(params)


def _table(array: ArrayLike, n: int, width: int, name: str) -> NDArray[np.float64]:
    table = _array(array, np.dtype(float), name)
    if table.size == 0:
        return np.full((n, width), np.nan)
    if table.shape != (n, width):
        columns = width or "c, a column for each constraint"
        found = " x ".join(map(str, table.shape)) or "a single value"
        raise InvalidInputError(f"{name} must be {n} x {columns}, but is {found}")
    return table


def _not_negative(table: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    if (table < 0).any():
        raise InvalidInputError(f"{name} must be at least 0, or NaN where not known, but has {np.nanmin(table):g}")
    return table


def _column(array: ArrayLike, default: NDArray[Any], name: str) -> NDArray[Any]:
    column = _array(array, default.dtype, name)
    if column.size == 0:
        return default
    if column.shape != default.shape:
        raise InvalidInputError(f"{name} must have {len(default)} entries, but has {column.size}")
    return column


def _array(array: ArrayLike, dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    try:
        return np.array(array, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{name} must be numbers in rows of equal length: {error}") from None
