"""One objective: a metric to maximise or to minimise, with its limit and unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np

from paretune.errors import InvalidInputError, is_utf8

RESERVED_PREFIX = "paretune:"  # of the names under which Paretune stores other data with the metrics of a trial


def _check_limit(name: str, limit_name: str, limit: Any, unit: Any) -> Any:
    """Check the fields of an objective; return its limit as a number that JSON can hold."""
    _check_name(name)
    if not isinstance(unit, str):
        raise InvalidInputError(f"{name}: unit must be text, but is {unit!r}")
    if limit is not None and (isinstance(limit, bool) or not (isinstance(limit, Real) and math.isfinite(limit))):
        raise InvalidInputError(f"{name}: {limit_name} must be a finite number, but is {limit!r}")
    return limit.item() if isinstance(limit, np.generic) else limit


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or not name:
        raise InvalidInputError(f"an objective's name must be a non-empty text, but is {name!r}")
    if not is_utf8(name):
        raise InvalidInputError(f"an objective's name must be text that UTF-8 can encode, but is {name!r}")
    if name.startswith(RESERVED_PREFIX):
        raise InvalidInputError(f"a name must not begin with {RESERVED_PREFIX!r}: rename the objective {name!r}")


@dataclass(frozen=True)
class Maximize:
    """A metric to maximise.

    Args:
        name: the metric's name, as the evaluation reports it.
        at_least: the limit: trials below it fail. A trial on the limit succeeds, but adds no hypervolume; for a metric
            that changes in steps, choose a limit between two steps.
        unit: the unit of the metric, for axes and tables.
    """

    goal: ClassVar[Literal["maximize"]] = "maximize"
    sign: ClassVar[float] = -1.0
    name: str
    at_least: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at_least", _check_limit(self.name, "at_least", self.at_least, self.unit))

    @property
    def limit(self) -> float | None:
        """The worst value that succeeds; None if there is no limit."""
        return self.at_least


@dataclass(frozen=True)
class Minimize:
    """A metric to minimise.

    Args:
        name: the metric's name, as the evaluation reports it.
        at_most: the limit: trials above it fail. A trial on the limit succeeds, but adds no hypervolume; for a metric
            that changes in steps, choose a limit between two steps.
        unit: the unit of the metric, for axes and tables.
    """

    goal: ClassVar[Literal["minimize"]] = "minimize"
    sign: ClassVar[float] = 1.0
    name: str
    at_most: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at_most", _check_limit(self.name, "at_most", self.at_most, self.unit))

    @property
    def limit(self) -> float | None:
        """The worst value that succeeds; None if there is no limit."""
        return self.at_most


Objective: TypeAlias = Maximize | Minimize
