"""The learning curve of one trial: its reported steps, checked, sorted and thinned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import STEP
from paretune.metric_value import metric_as_float
from paretune.objectives import RESERVED_PREFIX

MAX_STEPS = 200  # of more steps, an even choice is kept
MAX_CURVE_CHARACTERS = 60_000  # as JSON; an attribute of some storages holds 65,535 bytes
_MAX_STEP = 2**63 - 1


def check_step(step: Any) -> int:
    """The number of a step as a Python integer.

    Raises:
        InvalidInputError: it is not a whole number >= 0.

    Example:
        >>> check_step(3.0)
        3
    """
    if type(step) is int and 0 <= step <= _MAX_STEP:
        return step
    number = metric_as_float(step)
    if number is None or not number.is_integer() or not 0 <= number <= _MAX_STEP:
        raise InvalidInputError(f"a step must be a whole number >= 0, but is {str(step)[:100]}")
    return min(int(step), _MAX_STEP)


def check_step_metrics(metrics: Any) -> dict[str, float]:
    """The metrics of a step that are finite numbers; others are left out.

    Raises:
        InvalidInputError: they are no mapping, or a name is reserved.

    Example:
        >>> check_step_metrics({"loss": 0.5, "accuracy": float("nan"), "phase": "warm-up"})
        {'loss': 0.5}
    """
    if type(metrics) is not dict and not isinstance(metrics, Mapping):
        raise InvalidInputError(f"report takes a step and a mapping from name to number, but got {str(metrics)[:100]}")
    numbers = {}
    for key, value in metrics.items():  # a fast training reports a million times
        name = key if type(key) is str else str(key)
        if name == STEP or name.startswith(RESERVED_PREFIX):
            raise InvalidInputError(f"{name!r} is a reserved name: rename this metric of a step")
        number = value if type(value) is float else metric_as_float(value)
        if number is not None and isfinite(number):
            numbers[name] = number
    return numbers


class CurveRecorder:
    """The steps of one trial, sorted; of many, an even choice with the first and the last.

    A later report of a step replaces an earlier one.

    Args:
        max_steps: the largest number of steps to keep, at least 4.

    Example:
        >>> curve = CurveRecorder()
        >>> for step in range(1, 1_000):
        ...     curve.add(step, {"loss": 1 / step})
        >>> len(curve.points) <= 200, curve.points[0], curve.points[-1]
        (True, (1, {'loss': 1.0}), (999, {'loss': 0.001001001001001001}))
    """

    def __init__(self, max_steps: int = MAX_STEPS) -> None:
        self._max_chosen = max_steps - 2  # besides the first and the last
        self._chosen: dict[int, Mapping[str, float]] = {}
        self._every, self._n_added = 1, 0
        self._first = self._last = -1
        self._first_metrics: Mapping[str, float] = {}
        self._last_metrics: Mapping[str, float] = {}

    def __len__(self) -> int:
        """The number of kept steps."""
        return len(self._by_step())

    def add(self, step: int, metrics: Mapping[str, float]) -> None:
        """Add a checked step (`check_step`, `check_step_metrics`)."""
        if step > self._last:
            self._last, self._last_metrics = step, metrics
        elif self._replace(step, metrics):
            return
        n = self._n_added
        self._n_added = n + 1
        if step < self._first or n == 0:
            self._first, self._first_metrics = step, metrics
        if n % self._every == 0:
            self._choose(step, metrics)

    @property
    def points(self) -> list[tuple[int, Mapping[str, float]]]:
        """The kept steps with their metrics, sorted by step."""
        return sorted(self._by_step().items(), key=lambda point: point[0])

    @property
    def steps(self) -> tuple[Mapping[str, Any], ...]:
        """The curve as it is stored: one mapping per step, with its number as ``step``.

        Their JSON is at most `MAX_CURVE_CHARACTERS` long: while it is longer, every second step is left out. If one
        step alone is longer, its first metrics are kept.
        """
        steps = [{STEP: step, **metrics} for step, metrics in self.points]
        while len(json.dumps(steps)) > MAX_CURVE_CHARACTERS:
            if len(steps) == 1:
                steps = [dict(list(steps[0].items())[: len(steps[0]) // 2])]
            else:
                steps = [*steps[:-1:2], steps[-1]] if len(steps) > 2 else steps[-1:]
        return tuple(steps)

    def _by_step(self) -> dict[int, Mapping[str, float]]:
        ends = {self._first: self._first_metrics, self._last: self._last_metrics} if self._n_added else {}
        return {**self._chosen, **ends}

    def _replace(self, step: int, metrics: Mapping[str, float]) -> bool:
        """Replace the metrics of a step; return whether the curve has that step."""
        has_step = step in self._chosen
        if has_step:
            self._chosen[step] = metrics
        if step == self._first:
            self._first_metrics, has_step = metrics, True
        if step == self._last:
            self._last_metrics, has_step = metrics, True
        return has_step

    def _choose(self, step: int, metrics: Mapping[str, float]) -> None:
        self._chosen[step] = metrics
        if len(self._chosen) > self._max_chosen:
            self._chosen = dict(sorted(self._chosen.items(), key=lambda point: point[0])[::2])
            self._every *= 2
