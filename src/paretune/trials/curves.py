"""Learning curves: the metrics that trials reported while they ran."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.argument_checks import MAPPING, check_arguments
from paretune.errors import InvalidInputError
from paretune.metric_value import metric_as_float

if TYPE_CHECKING:
    import pandas as pd

CURVE_COLUMNS = ("number", "step")
MAX_STEP = 2**63 - 1


@dataclass(frozen=True, eq=False)
class Curves:
    """The metrics that trials reported while they ran: ``r`` rows, one for each trial and step.

    Rows are sorted by the number of the trial, whatever the order of the input.

    Args:
        numbers: ``r`` trial numbers.
        steps: ``r`` whole numbers >= 0; rising within a trial.
        metrics: by name, ``r`` values; NaN where a trial did not report the metric at that step. An infinite value
            becomes NaN.

    Raises:
        InvalidInputError: lengths differ, a step is not a whole number from 0 to `MAX_STEP`, the steps of a trial do
            not rise, or a metric has the name ``number`` or ``step``.

    Example:
        >>> curves = Curves.from_steps({3: [{"step": 1, "loss": 0.9}, {"step": 2, "loss": 0.7}], 5: [{"step": 1}]})
        >>> curves.n_trials, curves.of(3).metrics["loss"].tolist(), curves.last_steps
        (2, [0.9, 0.7], {3: 2, 5: 1})
    """

    numbers: NDArray[np.int64]
    steps: NDArray[np.int64]
    metrics: Mapping[str, NDArray[np.float64]]

    def __post_init__(self) -> None:
        check_arguments(metrics=(self.metrics, MAPPING))
        numbers, steps = _whole_numbers(self.numbers, "numbers"), _whole_numbers(self.steps, "steps", minimum=0)
        columns = {name: _metric(name, values) for name, values in self.metrics.items()}
        _check_lengths({"numbers": numbers, "steps": steps, **columns})
        order = np.argsort(numbers, kind="stable")
        numbers, steps = numbers[order], steps[order]
        is_wrong = (np.diff(steps) <= 0) & (np.diff(numbers) == 0)
        if is_wrong.any():
            row = int(np.argmax(is_wrong))
            raise InvalidInputError(
                f"trial {numbers[row]}: steps must rise, but {steps[row + 1]} follows {steps[row]}; "
                "sort the steps, and keep one report of each"
            )
        columns = {name: values[order] for name, values in columns.items()}
        for array in (numbers, steps, *columns.values()):
            array.setflags(write=False)
        for name, value in (("numbers", numbers), ("steps", steps), ("metrics", MappingProxyType(columns))):
            object.__setattr__(self, name, value)  # the class is frozen

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the mapping of metrics as a dict."""
        return Curves, (self.numbers, self.steps, dict(self.metrics))

    @classmethod
    def empty(cls) -> Curves:
        """Return curves without a row."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), {})

    @classmethod
    def from_reports(cls, numbers: ArrayLike, steps: ArrayLike, metrics: Mapping[str, ArrayLike]) -> Curves:
        """Make curves of reports in the order in which they were made: the last report of a step replaces the others.

        Args:
            numbers: ``r`` trial numbers, in any order.
            steps: ``r`` whole numbers >= 0, in any order.
            metrics: by name, ``r`` values.

        Raises:
            InvalidInputError: as for `Curves`.
        """
        numbers, steps = _whole_numbers(numbers, "numbers"), _whole_numbers(steps, "steps", minimum=0)
        columns = {name: _metric(name, values) for name, values in metrics.items()}
        _check_lengths({"numbers": numbers, "steps": steps, **columns})
        order = np.lexsort((steps, numbers))  # stable: reports of one step stay in their order
        is_replaced = (np.diff(numbers[order]) == 0) & (np.diff(steps[order]) == 0)
        rows = order[np.append(~is_replaced, True)[: len(order)]]
        return cls(numbers[rows], steps[rows], {name: values[rows] for name, values in columns.items()})

    @classmethod
    def from_steps(cls, reports: Mapping[int, Sequence[Mapping[str, Any]]]) -> Curves:
        """Make curves of the steps that are stored with trials, whatever else is stored there.

        The last report of a step replaces the others. A report without a whole number >= 0 as ``step`` is left out, and
        so is a metric that is not a finite number, or that has no name or the name ``number``.

        Args:
            reports: by trial number, mappings of names to values with the key ``step``.
        """
        found = [
            (number, step, _finite_metrics(report))
            for number, entries in reports.items()
            if isinstance(entries, (list, tuple))
            for report in entries
            for step in [_step_of(report)]
            if step is not None
        ]
        names = dict.fromkeys(name for _, _, metrics in found for name in metrics)
        return cls.from_reports(
            [number for number, _, _ in found],
            [step for _, step, _ in found],
            {name: [metrics.get(name, math.nan) for _, _, metrics in found] for name in names},
        )

    @classmethod
    def join(cls, parts: Iterable[Curves]) -> Curves:
        """Make one table of the curves of different trials; a metric that a part lacks is NaN there."""
        filled = [part for part in parts if len(part)]
        if not filled:
            return cls.empty()
        names = dict.fromkeys(name for part in filled for name in part.metrics)
        metrics = {name: np.concatenate([part._column(name) for part in filled]) for name in names}  # noqa: SLF001 (own)
        numbers, steps = (np.concatenate([getattr(part, name) for part in filled]) for name in ("numbers", "steps"))
        return cls(numbers, steps, metrics)

    def _column(self, name: str) -> NDArray[np.float64]:
        """Return the values of a metric; NaN if these trials did not report it."""
        return self.metrics[name] if name in self.metrics else np.full(len(self), np.nan)

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the metrics."""
        return tuple(self.metrics)

    @cached_property
    def trial_numbers(self) -> NDArray[np.int64]:
        """The numbers of the trials that have a curve, in ascending order."""
        numbers = np.unique(self.numbers)
        numbers.setflags(write=False)
        return numbers

    @property
    def n_trials(self) -> int:
        """How many trials have a curve."""
        return len(self.trial_numbers)

    @property
    def last_steps(self) -> dict[int, int]:
        """The last step of each trial that has a curve, by its number."""
        last = self._last_rows(np.arange(len(self)))
        return dict(zip(self.numbers[last].tolist(), self.steps[last].tolist(), strict=True))

    def of(self, number: int) -> Curves:
        """Return the curve of one trial; empty if it has none."""
        return self.select([number])

    def at(self, step: int) -> Curves:
        """Return for each trial its last report at or before a step; a trial without such a report is left out."""
        return self._rows(self._last_rows(np.flatnonzero(self.steps <= step)))

    def select(self, numbers: ArrayLike) -> Curves:
        """Return the curves of the trials with these numbers. Numbers without a curve are allowed."""
        if not len(self):
            return self
        chosen = np.unique(_whole_numbers(numbers, "numbers"))
        if len(chosen) >= self.n_trials and np.isin(self.trial_numbers, chosen).all():
            return self
        return self.renumber(chosen, chosen)

    def renumber(self, numbers: ArrayLike, renumbered: ArrayLike) -> Curves:
        """Return the curves of some trials under other numbers.

        Args:
            numbers: ``n`` numbers of trials, with or without a curve.
            renumbered: ``n`` numbers that replace them. A trial with several new numbers has its curve under each.

        Raises:
            InvalidInputError: lengths differ, or two trials with a curve would have the same number.
        """
        if not len(self):
            return self
        columns = {
            "numbers": _whole_numbers(numbers, "numbers"),
            "renumbered": _whole_numbers(renumbered, "renumbered"),
        }
        _check_lengths(columns)
        old, new = np.unique(np.column_stack(list(columns.values())), axis=0).T
        starts, ends = (np.searchsorted(self.numbers, old, side) for side in ("left", "right"))
        lengths = ends - starts
        rows = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        return self._rows(rows, np.repeat(new, lengths))

    def to_frame(self) -> pd.DataFrame:
        """Return a data frame with the columns ``number, step`` and the metrics, one row for each trial and step."""
        import pandas as pd  # noqa: PLC0415 (a run needs no pandas, and loading it takes half a second)

        return pd.DataFrame({"number": self.numbers, "step": self.steps, **self.metrics})

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Curves:
        """Make curves of a frame as `to_frame` returns it; the last row of a trial and step replaces the others.

        Raises:
            InvalidInputError: a column ``number`` or ``step`` is missing, or as for `Curves`.
        """
        columns = {str(name): frame[name].to_numpy() for name in frame.columns}
        for name in CURVE_COLUMNS:
            if name not in columns:
                raise InvalidInputError(f"there is no column {name!r}; the columns are {', '.join(columns) or 'none'}")
        return cls.from_reports(columns.pop("number"), columns.pop("step"), columns)

    def _last_rows(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of some rows, in ascending order, after which another trial follows."""
        is_last = np.append(np.diff(self.numbers[rows]) != 0, True)
        return np.asarray(rows[is_last[: len(rows)]])

    def _rows(self, rows: NDArray[np.int64], numbers: NDArray[np.int64] | None = None) -> Curves:
        """Return some rows, under other numbers if they are given."""
        metrics = {name: values[rows] for name, values in self.metrics.items()}
        return Curves(self.numbers[rows] if numbers is None else numbers, self.steps[rows], metrics)


def _whole_numbers(values: ArrayLike, name: str, minimum: int = -MAX_STEP) -> NDArray[np.int64]:
    array = _array(values, name, keep_integers=True)
    is_valid = (array >= minimum) & (array < 2.0**63) & (array == np.floor(array))
    if not is_valid.all():
        raise InvalidInputError(f"{name} must be whole numbers >= {minimum}, but one is {array[~is_valid][0]}")
    whole: NDArray[np.int64] = array.astype(np.int64)
    return whole


def _metric(name: str, values: ArrayLike) -> NDArray[np.float64]:
    if not isinstance(name, str) or not name or name in CURVE_COLUMNS:
        raise InvalidInputError(f"a metric of curves must have a name other than number and step, but has {name!r}")
    array = _array(values, name)
    return np.where(np.isfinite(array), array, np.nan)


def _array(values: ArrayLike, name: str, *, keep_integers: bool = False) -> NDArray[Any]:
    try:
        array = np.array(values)
        if array.dtype.kind != "i" or not keep_integers:  # integers may be too large to be exact in floating point
            array = array.astype(float)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInputError(f"{name} must be numbers: {error}") from None
    if array.ndim != 1:
        raise InvalidInputError(f"{name} must be one column of numbers, but has {array.ndim} dimensions")
    return array


def _check_lengths(columns: Mapping[str, NDArray[Any]]) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidInputError(f"all columns must have the same length, but have {lengths}")


def _step_of(report: Any) -> int | None:
    """Return the step of a report; None if it is no report."""
    step = report.get("step") if isinstance(report, Mapping) else None
    number = step if type(step) is int else metric_as_float(step)
    return int(number) if number is not None and 0 <= number <= MAX_STEP and number == math.floor(number) else None


def _finite_metrics(report: Mapping[str, Any]) -> dict[str, float]:
    numbers = {
        name: value if type(value) is float else metric_as_float(value)  # most values are floats
        for name, value in report.items()
        if name not in CURVE_COLUMNS
    }
    return {name: value for name, value in numbers.items() if value is not None and math.isfinite(value) and name}
