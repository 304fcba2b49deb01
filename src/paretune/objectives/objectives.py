"""The objectives of a study as a whole: losses of values, limits, and their description."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.described_entry import read_described
from paretune.errors import InvalidInputError, TrialFailedError
from paretune.metric_value import metric_as_float
from paretune.number_format import format_number
from paretune.objectives.objective import Maximize, Minimize, Objective

MAX_MEASURED_OBJECTIVES = 4  # docs/decisions/0019-more-than-four-objectives.md
_GOALS = (Maximize.goal, Minimize.goal)
_OTHER_LIMIT = {Maximize.goal: "at most", Minimize.goal: "at least"}  # the kind of limit of the other goal


class Objectives(Sequence[Objective]):
    """The ``m`` objectives of a study, in order.

    Args:
        objectives: one or more objectives with different names.

    Example:
        >>> objectives = Objectives([Maximize("accuracy", at_least=0.75), Minimize("latency", unit="s")])
        >>> objectives.losses([[0.8, 0.1], [0.7, 0.05]]).tolist()
        [[-0.8, 0.1], [-0.7, 0.05]]
        >>> objectives.is_within(objectives.losses([[0.8, 0.1], [0.7, 0.05]])).tolist()
        [True, False]
    """

    def __init__(self, objectives: Sequence[Objective]) -> None:
        if not isinstance(objectives, Sequence):
            raise InvalidInputError(f"objectives must be a list of Maximize and Minimize, but are {objectives!r}")
        self._objectives = tuple(objectives)
        if not self._objectives:
            raise InvalidInputError("a study needs at least one objective")
        for objective in self._objectives:
            if not isinstance(objective, (Maximize, Minimize)):
                raise InvalidInputError(f"an objective must be a Maximize or a Minimize, but is {objective!r}")
        if len(set(self.names)) < len(self.names):
            raise InvalidInputError(f"objectives must have different names, but are {', '.join(self.names)}")
        self._signs = np.array([objective.sign for objective in self._objectives])

    @classmethod
    def of(cls, objectives: Objectives | Sequence[Objective]) -> Objectives:
        """Return the objectives themselves, or make them of a list."""
        return objectives if isinstance(objectives, Objectives) else cls(objectives)

    @overload
    def __getitem__(self, index: int) -> Objective: ...
    @overload
    def __getitem__(self, index: slice) -> Objectives: ...
    def __getitem__(self, index: int | slice) -> Objective | Objectives:
        return Objectives(self._objectives[index]) if isinstance(index, slice) else self._objectives[index]

    def __iter__(self) -> Iterator[Objective]:
        return iter(self._objectives)

    def __len__(self) -> int:
        return len(self._objectives)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Objectives) and self._objectives == other._objectives

    def __hash__(self) -> int:
        return hash(self._objectives)

    def __repr__(self) -> str:
        return f"Objectives({list(self._objectives)!r})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the metrics."""
        return tuple(objective.name for objective in self._objectives)

    @property
    def limits(self) -> NDArray[np.float64]:
        """``m`` limits as losses: the largest loss that succeeds, infinite if there is no limit."""
        limits = [math.nan if o.limit is None else o.limit for o in self._objectives]
        return np.asarray(np.nan_to_num(self.losses([limits])[0], nan=math.inf))

    @property
    def limits_by_name(self) -> tuple[dict[str, float], dict[str, float]]:
        """The existing limits by name: ``at_least`` and ``at_most``, the arguments of `with_limits`."""
        given = {goal: {o.name: o.limit for o in self if o.goal == goal and o.limit is not None} for goal in _GOALS}
        return given[Maximize.goal], given[Minimize.goal]

    @property
    def notice(self) -> str:
        """A sentence for users if there are more than four objectives; else empty."""
        if len(self) <= MAX_MEASURED_OBJECTIVES:
            return ""
        return (
            f"There are {len(self)} objectives. Paretune is made and measured for two to four: among more, most trials "
            "are efficient, a suggestion takes seconds, and a report has neither a region of the front nor its "
            "uncertainty."
        )

    def losses(self, values: ArrayLike) -> NDArray[np.float64]:
        """Turn the user's values into losses, which are minimised.

        Args:
            values: ``n x m`` in the user's units; NaN stays NaN.

        Returns:
            ``n x m`` losses.
        """
        return np.asarray(self._rows(values) * self._signs)

    def values(self, losses: ArrayLike) -> NDArray[np.float64]:
        """Turn losses back into the user's values.

        Args:
            losses: ``n x m``.

        Returns:
            ``n x m`` values in the user's units.
        """
        return np.asarray(self._rows(losses) * self._signs + 0.0)  # no negative zero in a user's table

    def is_within(self, losses: ArrayLike) -> NDArray[np.bool_]:
        """Mark the points inside all limits. A point on a limit is inside; NaN is outside.

        Args:
            losses: ``n x m``.

        Returns:
            ``n`` booleans.
        """
        rows = self._rows(losses)
        limited = np.isfinite(self.limits)
        return np.asarray((rows[:, limited] <= self.limits[limited]).all(axis=1))

    def require_within(self, known: Mapping[str, Any]) -> None:
        """Fail the trial if a metric that is already known is outside its limit.

        Call this in an evaluation before the costly part, for example when inference time is known before the training.

        Args:
            known: metrics by name. Metrics without an objective are not checked, but are stored with the trial.

        Raises:
            TrialFailedError: a metric is outside its limit; the reason is ``outside_limits``, with all known metrics.

        Example:
            >>> Objectives([Minimize("latency", at_most=0.1)]).require_within({"latency": 0.3, "width": 512})
            Traceback (most recent call last):
            ...
            paretune.errors.TrialFailedError: latency is 0.3, its limit 0.1
        """
        if violations := self.describe_violations(known):
            raise TrialFailedError("outside_limits", ", ".join(violations), known)

    def describe_violations(self, known: Mapping[str, Any]) -> list[str]:
        """Describe each metric that is outside its limit; metrics that are not known are skipped."""
        numbers = [(o, o.limit, metric_as_float(known.get(o.name))) for o in self]
        violated = [
            (o.name, number, limit)
            for o, limit, number in numbers
            if limit is not None and number is not None and not number * o.sign <= limit * o.sign
        ]
        write = partial(format_number, min_digits=6)
        return [
            f"{name} is {write(number, limit)}, its limit {write(limit, number)}" for name, number, limit in violated
        ]

    def _rows(self, array: ArrayLike) -> NDArray[np.float64]:
        rows = np.asarray(array, dtype=float)
        if rows.ndim != 2 or rows.shape[1] != len(self):
            raise InvalidInputError(f"expected n x {len(self)} numbers ({', '.join(self.names)}), got {rows.shape}")
        return rows

    def with_limits(self, at_least: Mapping[str, float], at_most: Mapping[str, float]) -> Objectives:
        """Return the same objectives with some limits set or replaced.

        Args:
            at_least: limits of maximised objectives, by name.
            at_most: limits of minimised objectives, by name.

        Raises:
            InvalidInputError: there is no objective of this name, or it has the other direction.

        Example:
            >>> Objectives([Maximize("accuracy"), Minimize("latency")]).with_limits({"accuracy": 0.75}, {})[0]
            Maximize(name='accuracy', at_least=0.75, unit='')
        """
        for limits, goal in ((at_least, Maximize.goal), (at_most, Minimize.goal)):
            for name in limits:
                if name not in self.names:
                    raise InvalidInputError(f"there is no objective {name!r}: choose from {', '.join(self.names)}")
                if self[self.names.index(name)].goal != goal:
                    raise InvalidInputError(f"{name} is not {goal}d: its limit must be {_OTHER_LIMIT[goal]}")
        return Objectives(
            [
                replace(o, at_least=at_least.get(o.name, o.at_least))
                if isinstance(o, Maximize)
                else replace(o, at_most=at_most.get(o.name, o.at_most))
                for o in self
            ]
        )

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Return a plain description that JSON or YAML can hold; `from_dict` reads it."""
        described: dict[str, dict[str, Any]] = {}
        for o in self._objectives:
            limit_name = "at_least" if isinstance(o, Maximize) else "at_most"
            limit = {} if o.limit is None else {limit_name: o.limit}
            described[o.name] = {"goal": o.goal, **limit, **({"unit": o.unit} if o.unit else {})}
        return described

    @classmethod
    def from_dict(cls, described: Mapping[str, Mapping[str, Any]]) -> Objectives:
        """Make objectives from the description that `to_dict` returns.

        Raises:
            InvalidInputError: the description of an objective is wrong; the message names the objective.

        Example:
            >>> Objectives.from_dict({"latency": {"goal": "minimize", "at_most": 0.1, "unit": "s"}})
            Objectives([Minimize(name='latency', at_most=0.1, unit='s')])
        """
        goals: dict[str, type[Objective]] = {kind.goal: kind for kind in (Maximize, Minimize)}
        objectives = []
        for name, entry in described.items():
            goal, arguments = read_described(name, entry, "goal", goals)
            known = [f.name for f in fields(goals[goal]) if f.name != "name"]
            if unknown := [key for key in arguments if key not in known]:
                raise InvalidInputError(f"{name}: unknown key {unknown[0]!r}; its keys may be goal, {', '.join(known)}")
            objectives.append(goals[goal](name, **arguments))
        return cls(objectives)
