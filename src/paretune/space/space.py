"""The space of configurations: parameters by name, some of which exist only with certain values of others."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.categorical import Categorical
from paretune.space.conditions import check_parents, describe_conditions
from paretune.space.constraints import FeasibleRegion, LinearConstraint
from paretune.space.description import CONSTRAINTS_KEY, read_description
from paretune.space.enumeration import enumerate_configurations
from paretune.space.fixed import fix_parameters
from paretune.space.numeric import Float, Int
from paretune.space.parameter import Parameter
from paretune.space.pinned import PinnedParameter
from paretune.space.values import check_text, is_same_value

Params: TypeAlias = Mapping[str, Any]

_KINDS = (Float, Int, Categorical, PinnedParameter)


class Space(Mapping[str, Parameter]):
    """The parameters of a search, by name.

    A parameter comes after all parameters that its conditions name. In the unit cube, a parameter that does not exist
    in a configuration is NaN.

    Args:
        parameters: the parameters, by name.
        constraints: linear constraints between numeric parameters, which every configuration satisfies: each one a
            `paretune.space.LinearConstraint`, or a mapping of its arguments.

    Example:
        >>> space = Space({"optimizer": Categorical(["sgd", "adam"]),
        ...                "momentum": Float(0.0, 0.99, when={"optimizer": "sgd"})})
        >>> space.decode([[0.1, 0.5], [0.9, 0.5]])
        [{'optimizer': 'sgd', 'momentum': 0.495}, {'optimizer': 'adam'}]
    """

    def __init__(
        self, parameters: Mapping[str, Parameter], constraints: Sequence[LinearConstraint | Mapping[str, Any]] = ()
    ) -> None:
        if not isinstance(parameters, Mapping):
            raise InvalidInputError(f"a space must be a mapping of names to parameters, but is {parameters!r}")
        if not parameters:
            raise InvalidInputError("a space needs at least one parameter")
        seen: dict[str, Parameter] = {}
        for name, parameter in parameters.items():
            if not isinstance(name, str) or not isinstance(parameter, _KINDS):
                raise InvalidInputError(f"parameter {name!r} must be a Float, Int or Categorical, but is {parameter!r}")
            check_text("the name of a parameter", name, may_be_empty=True)
            seen[name] = parameter.with_conditions(check_parents(name, parameter, seen))
        self._parameters = seen
        if isinstance(constraints, (str, Mapping)) or not isinstance(constraints, Sequence):
            raise InvalidInputError(f"constraints must be a list, but are {constraints!r}")
        self._constraints = tuple(map(LinearConstraint.of, constraints))
        self._region = self._make_region()

    def _make_region(self) -> FeasibleRegion | None:
        if not self._constraints:
            return None
        region = FeasibleRegion(self._parameters, self._constraints)
        _ = region.centre  # an error if no configuration satisfies them
        return region

    @property
    def constraints(self) -> tuple[LinearConstraint, ...]:
        """The linear constraints that every configuration satisfies."""
        return self._constraints

    @classmethod
    def of(cls, parameters: Space | Mapping[str, Parameter]) -> Space:
        """Return the space itself, or make one of these parameters."""
        return parameters if isinstance(parameters, Space) else cls(parameters)

    def __getitem__(self, name: str) -> Parameter:
        return self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __repr__(self) -> str:
        constraints = f", {list(self._constraints)!r}" if self._constraints else ""
        return f"Space({self._parameters!r}{constraints})"

    def is_active(self, name: str, params: Params) -> bool:
        """Check whether a parameter exists, given the values of the parameters before it."""
        return all(
            parent in params and any(is_same_value(params[parent], value) for value in values)
            for parent, values in self[name].when.items()
        )

    def check(self, params: Params) -> dict[str, Any]:
        """Return the configuration with the parameters in this space's order and types.

        Raises:
            InvalidInputError: a parameter is missing, unknown, out of its range, or cannot exist in this configuration;
                or the configuration violates a constraint.
        """
        self._check_names(params)
        checked: dict[str, Any] = {}
        for name, parameter in self.items():
            if self.is_active(name, checked):
                if name not in params:
                    raise InvalidInputError(f"parameter {name} is missing")
                checked[name] = parameter.check(name, params[name])
            elif name in params:
                raise InvalidInputError(f"parameter {name} does not exist unless {describe_conditions(parameter.when)}")
        for constraint in self._constraints:
            constraint.check(checked)
        return checked

    def contains(self, params: Params) -> bool:
        """Check whether `check` accepts the configuration."""
        try:
            self.check(params)
        except InvalidInputError:
            return False
        return True

    def encode(self, configurations: Sequence[Params]) -> NDArray[np.float64]:
        """Return the positions of configurations in the unit cube.

        Args:
            configurations: ``n`` configurations of this space, as `check` returns them.

        Returns:
            ``n x d``; NaN where a parameter does not exist.
        """
        X = np.full((len(configurations), len(self)), np.nan)
        for j, (name, parameter) in enumerate(self.items()):
            rows = [i for i, params in enumerate(configurations) if name in params]
            if rows:
                X[rows, j] = parameter.encode([configurations[i][name] for i in rows])
        return X

    def decode(self, X: ArrayLike) -> list[dict[str, Any]]:
        """Return the configurations at points of the unit cube; coordinates of absent parameters are ignored.

        Where the values at a point violate a constraint, they are moved towards the centre of those that satisfy all.

        Args:
            X: ``n x d``, in [0, 1].

        Returns:
            ``n`` configurations.
        """
        points = np.nan_to_num(np.atleast_2d(np.asarray(X, float)), nan=0.5)
        columns = self._columns(points)
        configurations: list[dict[str, Any]] = [{} for _ in points]
        for i, params in enumerate(configurations):
            for name in self:
                if self.is_active(name, params):
                    params[name] = columns[name][i]
        return configurations

    def _columns(self, points: NDArray[np.float64]) -> dict[str, list[Any]]:
        """Return the values of each parameter at ``n x d`` points, moved where they violate a constraint."""
        columns = {name: parameter.decode(points[:, j]) for j, (name, parameter) in enumerate(self.items())}
        return columns if self._region is None else {**columns, **self._region.repair_columns(columns)}

    def satisfies_constraints(self, X: ArrayLike) -> NDArray[np.bool_]:
        """Mark the points of the unit cube at which the values satisfy all constraints, without being moved.

        Args:
            X: ``n x d``, in [0, 1].

        Returns:
            ``n`` booleans.
        """
        points = np.nan_to_num(np.atleast_2d(np.asarray(X, float)), nan=0.5)
        if self._region is None:
            return np.ones(len(points), bool)
        names = list(self)
        columns = {name: self[name].decode(points[:, names.index(name)]) for name in self._region.names}
        return self._region.contains(self._region.table(columns))

    def snap(self, X: ArrayLike) -> NDArray[np.float64]:
        """Move points of the unit cube to the nearest configurations.

        Args:
            X: ``n x d``, in [0, 1].

        Returns:
            ``n x d``: the middles of cells for parameters with levels, NaN where a parameter does not exist.
        """
        points = np.asarray(np.nan_to_num(np.atleast_2d(np.array(X, float)), nan=0.5))
        names, columns = list(self), self._columns(points)
        for j, (name, parameter) in enumerate(self.items()):
            points[:, j] = parameter.encode(columns[name])
            for parent, values in parameter.when.items():
                holds = np.isin(points[:, names.index(parent)], self[parent].encode(values))
                points[~holds, j] = np.nan
        return points

    @property
    def is_finite(self) -> bool:
        """Whether the number of configurations is finite."""
        return all(parameter.n_levels is not None for parameter in self.values())

    def n_configurations(self, at_most: int = 100_000) -> float:
        """Count the configurations; infinity if a parameter is continuous, or if there are more than ``at_most``."""
        if not self.is_finite:
            return math.inf
        if not self._constraints and not any(parameter.when for parameter in self.values()):
            count = math.prod(parameter.n_levels or 1 for parameter in self.values())
        else:
            count = sum(1 for _ in itertools.islice(self.configurations(), at_most + 1))
        return count if count <= at_most else math.inf

    def configurations(self) -> Iterator[dict[str, Any]]:
        """Iterate over every configuration of a finite space, each once.

        Raises:
            InvalidInputError: a parameter is continuous.
        """
        if not self.is_finite:
            raise InvalidInputError(
                "a space with a continuous parameter has no list of configurations: give the parameter a step"
            )

        return filter(self._is_in_region, enumerate_configurations(self))

    def _is_in_region(self, params: Params) -> bool:
        """Check whether a configuration satisfies all constraints."""
        region = self._region
        return region is None or bool(region.contains(region.table({name: [v] for name, v in params.items()}))[0])

    def fix(self, values: Params) -> Space:
        """Return a space in which some parameters have one value, which may lie outside their range.

        Parameters that cannot exist with these values are removed. To keep all parameters and their positions in the
        unit cube, use `pin`.

        Raises:
            InvalidInputError: a name is unknown, or the parameter cannot exist with the other values.
        """
        self._check_names(values)
        return Space(fix_parameters(self, values), self._constraints)

    def pin(self, values: Params) -> Space:
        """Return the part of this space in which some parameters, if they exist, have these values.

        Unlike `fix`, this keeps every parameter and its position in the unit cube.

        Raises:
            InvalidInputError: a name is unknown, a value is out of its parameter's range, or no configuration with
                these values satisfies the constraints.
        """
        self._check_names(values)
        pinned = {name: PinnedParameter(self[name], self[name].check(name, value)) for name, value in values.items()}
        part = copy(self)  # not Space(...), which checks the conditions and would miss the other values
        part._parameters = {**self._parameters, **pinned}  # noqa: SLF001 (our own copy)
        part._region = part._make_region()  # noqa: SLF001 (our own copy)
        return part

    def _check_names(self, values: Params) -> None:
        """Raise an `InvalidInputError` that names the first unknown parameter."""
        if not isinstance(values, Mapping):
            raise InvalidInputError(f"values must be a mapping of parameter names to values, but are {values!r}")
        for name in values:
            if name not in self:
                raise InvalidInputError(f"unknown parameter {name!r}; the space has {', '.join(self)}")

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Return a plain description that JSON or YAML can hold; `from_dict` reads it."""
        described = {name: parameter.to_dict() for name, parameter in self.items()}
        constraints: Any = [constraint.to_dict() for constraint in self._constraints]
        return {**described, **({CONSTRAINTS_KEY: constraints} if constraints else {})}

    @classmethod
    def from_dict(cls, described: Mapping[str, Mapping[str, Any]]) -> Space:
        """Make a space from the description that `to_dict` returns.

        Raises:
            InvalidInputError: the description of a parameter is wrong; the message names the parameter.

        Example:
            >>> Space.from_dict({"x": {"type": "float", "low": 0.0, "high": 1.0}})["x"].high
            1.0
        """
        return cls(*read_description(described))
