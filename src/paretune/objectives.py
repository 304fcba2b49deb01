"""What is wanted: metrics to maximise or to minimise, with limits. The only code that knows directions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from numbers import Real
from typing import Any, ClassVar, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.digits import written
from paretune.errors import InvalidInputError, TrialFailedError

OURS = "paretune:"  # what is written down of a trial beside its metrics has names that begin so


def _checked(name: str, limit_name: str, limit: Any) -> Any:
    """The limit as a number that JSON can hold."""
    if not isinstance(name, str) or not name:
        raise InvalidInputError(f"an objective's name must be a word, but is {name!r}")
    if name.startswith(OURS):
        raise InvalidInputError(f"names that begin with {OURS!r} are Paretune's own: rename the objective {name!r}")
    if limit is not None and (isinstance(limit, bool) or not (isinstance(limit, Real) and math.isfinite(limit))):
        raise InvalidInputError(f"{name}: {limit_name} must be a finite number, but is {limit!r}")
    return limit.item() if isinstance(limit, np.generic) else limit


def as_number(value: Any) -> float | None:
    """A metric of any library as Python's number, such as a tensor of one; None where it is none, or complex."""
    is_complex = getattr(getattr(value, "dtype", None), "kind", "") == "c"
    if isinstance(value, (bool, str, bytes)) or is_complex or not hasattr(value, "__float__"):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError):  # an array of several
        return None


@dataclass(frozen=True)
class Maximize:
    """A metric of which more is better.

    Args:
        name: the metric's name, as the evaluation reports it.
        at_least: trials below it are not of interest and count as failed; the limit itself is inside, but nothing on it
            adds hypervolume: of a metric that comes in steps, give a limit between two of them.
        unit: shown on axes and in tables.
    """

    goal: ClassVar[Literal["maximize"]] = "maximize"
    sign: ClassVar[float] = -1.0
    name: str
    at_least: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at_least", _checked(self.name, "at_least", self.at_least))

    @property
    def limit(self) -> float | None:
        """The worst value that is of interest."""
        return self.at_least


@dataclass(frozen=True)
class Minimize:
    """A metric of which less is better.

    Args:
        name: the metric's name, as the evaluation reports it.
        at_most: trials above it are not of interest and count as failed; the limit itself is inside, but nothing on it
            adds hypervolume: of a metric that comes in steps, give a limit between two of them.
        unit: shown on axes and in tables.
    """

    goal: ClassVar[Literal["minimize"]] = "minimize"
    sign: ClassVar[float] = 1.0
    name: str
    at_most: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at_most", _checked(self.name, "at_most", self.at_most))

    @property
    def limit(self) -> float | None:
        """The worst value that is of interest."""
        return self.at_most


Objective: TypeAlias = Maximize | Minimize
_GOALS = (Maximize.goal, Minimize.goal)


class Objectives(Sequence[Objective]):
    """The ``m`` objectives of a study, in order.

    Args:
        objectives: one or more, with different names.

    Example:
        >>> wanted = Objectives([Maximize("accuracy", at_least=0.75), Minimize("latency", unit="s")])
        >>> wanted.losses([[0.8, 0.1], [0.7, 0.05]]).tolist()
        [[-0.8, 0.1], [-0.7, 0.05]]
        >>> wanted.is_within(wanted.losses([[0.8, 0.1], [0.7, 0.05]])).tolist()
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
        """The objectives themselves, or a list of them."""
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
        """The metrics' names."""
        return tuple(objective.name for objective in self._objectives)

    @property
    def limits(self) -> NDArray[np.float64]:
        """The largest loss of interest for each objective, infinite where there is no limit."""
        limits = [math.nan if o.limit is None else o.limit for o in self._objectives]
        return np.asarray(np.nan_to_num(self.losses([limits])[0], nan=math.inf))

    @property
    def given_limits(self) -> tuple[dict[str, float], dict[str, float]]:
        """The limits that there are, at least and at most, by name: what `limited` takes."""
        given = {goal: {o.name: o.limit for o in self if o.goal == goal and o.limit is not None} for goal in _GOALS}
        return given[Maximize.goal], given[Minimize.goal]

    def losses(self, values: ArrayLike) -> NDArray[np.float64]:
        """Turn the user's values into losses, which are minimised.

        Args:
            values: ``n x m`` in the user's units; NaN stays NaN.
        """
        return np.asarray(self._rows(values) * self._signs)

    def values(self, losses: ArrayLike) -> NDArray[np.float64]:
        """Turn losses back into the user's values.

        Args:
            losses: ``n x m``.
        """
        return np.asarray(self._rows(losses) * self._signs + 0.0)  # no negative zero in a user's table

    def is_within(self, losses: ArrayLike) -> NDArray[np.bool_]:
        """Mark the points inside every limit, the limits themselves included; NaN is outside of a limit.

        Args:
            losses: ``n x m``.

        Returns:
            ``n`` booleans.
        """
        rows = self._rows(losses)
        limited = np.isfinite(self.limits)
        return np.asarray((rows[:, limited] <= self.limits[limited]).all(axis=1))

    def require_within(self, known: Mapping[str, Any]) -> None:
        """Fail the trial of which some metrics are known already, where one of them is outside its limit.

        For an evaluation that knows a metric before the costly part, such as inference time before the training.

        Args:
            known: metrics by name; those that are no objectives count nothing, but are kept with the trial.

        Raises:
            TrialFailedError: ``outside_limits``, with what is known.

        Example:
            >>> Objectives([Minimize("latency", at_most=0.1)]).require_within({"latency": 0.3, "width": 512})
            Traceback (most recent call last):
            ...
            paretune.errors.TrialFailedError: latency is 0.3, its limit 0.1
        """
        if outside := self.outside(known):
            raise TrialFailedError("outside_limits", ", ".join(outside), known)

    def outside(self, known: Mapping[str, Any]) -> list[str]:
        """What is outside its limit, in words; metrics that are not known are not."""
        numbers = [(o, o.limit, as_number(known.get(o.name))) for o in self]
        return [
            f"{o.name} is {written(number, limit, least=6)}, its limit {written(limit, number, least=6)}"
            for o, limit, number in numbers
            if limit is not None and number is not None and not number * o.sign <= limit * o.sign
        ]

    def _rows(self, array: ArrayLike) -> NDArray[np.float64]:
        rows = np.asarray(array, dtype=float)
        if rows.ndim != 2 or rows.shape[1] != len(self):
            raise InvalidInputError(f"expected n x {len(self)} numbers ({', '.join(self.names)}), got {rows.shape}")
        return rows

    def limited(self, at_least: Mapping[str, float], at_most: Mapping[str, float]) -> Objectives:
        """The same objectives with some limits set or replaced.

        Args:
            at_least: limits of objectives that are maximised, by name.
            at_most: limits of objectives that are minimised, by name.

        Raises:
            InvalidInputError: there is no objective of that name, or it is wanted the other way.

        Example:
            >>> Objectives([Maximize("accuracy"), Minimize("latency")]).limited({"accuracy": 0.75}, {})[0]
            Maximize(name='accuracy', at_least=0.75, unit='')
        """
        for limits, goal in ((at_least, Maximize.goal), (at_most, Minimize.goal)):
            for name in limits:
                if name not in self.names:
                    raise InvalidInputError(f"no objective {name!r} to limit; there are {', '.join(self.names)}")
                if self[self.names.index(name)].goal != goal:
                    raise InvalidInputError(f"{name} cannot be limited so: it is not {goal}d")
        return Objectives(
            [
                replace(o, at_least=at_least.get(o.name, o.at_least))
                if isinstance(o, Maximize)
                else replace(o, at_most=at_most.get(o.name, o.at_most))
                for o in self
            ]
        )

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """A plain description that JSON or YAML can hold; `from_dict` reads it."""
        described: dict[str, dict[str, Any]] = {}
        for o in self._objectives:
            limit_name = "at_least" if isinstance(o, Maximize) else "at_most"
            limit = {} if o.limit is None else {limit_name: o.limit}
            described[o.name] = {"goal": o.goal, **limit, **({"unit": o.unit} if o.unit else {})}
        return described

    @classmethod
    def from_dict(cls, described: Mapping[str, Mapping[str, Any]]) -> Objectives:
        """The objectives of a plain description.

        Example:
            >>> Objectives.from_dict({"latency": {"goal": "minimize", "at_most": 0.1, "unit": "s"}})
            Objectives([Minimize(name='latency', at_most=0.1, unit='s')])
        """
        goals: dict[str, type[Objective]] = {kind.goal: kind for kind in (Maximize, Minimize)}
        objectives = []
        for name, entry in described.items():
            if not isinstance(entry, Mapping):
                raise InvalidInputError(f"{name} must be described by a mapping with a goal, but is {entry!r}")
            arguments = dict(entry)
            goal = arguments.pop("goal", None)
            if goal not in goals:
                raise InvalidInputError(f"{name}: goal must be one of {', '.join(goals)}, but is {goal!r}")
            known = [f.name for f in fields(goals[goal]) if f.name != "name"]
            if unknown := [key for key in arguments if key not in known]:
                told = f"unknown key {unknown[0]!r}; what is {goal}d has {', '.join(known)}"
                raise InvalidInputError(f"{name}: {told}")
            objectives.append(goals[goal](name, **arguments))
        return cls(objectives)
