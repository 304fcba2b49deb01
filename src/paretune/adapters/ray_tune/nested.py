"""Configurations as the nested dicts that Ray Tune gives to a training, and as flat ones of a space."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from paretune.errors import InvalidInputError
from paretune.space import Params, Space
from paretune.space.conditions import describe_conditions
from paretune.space.values import check_number, is_same_value

SEPARATOR = "/"  # as Ray Tune writes nested names


@dataclass(frozen=True)
class Placeholder:
    """The place of a parameter in a choice that contains domains itself.

    Args:
        name: the parameter's.
    """

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True)
class NestedSpace:
    """A space with parameters that are leaves of nested dicts: ``net/depth`` is ``{"net": {"depth": ...}}``.

    Args:
        space: the parameters.
        choices: for each parameter with choices that are lists or other objects, these objects by the text that stands
            for them in the space. An object may contain the `Placeholder` of a parameter that exists with this choice.
        factors: for each parameter that is searched as a multiple of a number, that number.
    """

    space: Space
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)

    def to_config(self, params: Params) -> dict[str, Any]:
        """Convert a configuration of the space to the nested dict that Ray Tune gives to a training."""
        config: dict[str, Any] = {}
        for name in self._outer_names():
            if name in params:
                *path, leaf = name.split(SEPARATOR)
                inside = config
                for part in path:
                    inside = inside.setdefault(part, {})
                inside[leaf] = self._value(name, params)
        return config

    def to_params(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Convert a nested dict to a configuration of the space: the inverse of `to_config`.

        Raises:
            InvalidInputError: a parameter is missing, unknown or out of its range.
        """
        return self.space.check(self._read(config))

    def to_partial_params(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Convert a nested dict that may lack parameters.

        A missing parameter gets a value if another one exists only with that value, or the first of several such ones.

        Raises:
            InvalidInputError: a parameter is unknown, out of its range, or cannot exist with the others.
        """
        params = self._read(config)
        self.space.pin(params)  # raises if a name or a value does not fit
        for name in reversed(list(self.space)):
            for parent, allowed in self.space[name].when.items() if name in params else ():
                if not any(is_same_value(params.setdefault(parent, allowed[0]), value) for value in allowed):
                    conditions = describe_conditions(self.space[name].when)
                    raise InvalidInputError(f"parameter {name} does not exist unless {conditions}")
        return {name: self.space[name].check(name, params[name]) for name in self.space if name in params}

    def _outer_names(self) -> list[str]:
        """The names of the parameters that are not inside of a choice."""
        inner = {found.name for texts in self.choices.values() for choice in texts.values() for found in find(choice)}
        return [name for name in self.space if name not in inner]

    def _value(self, name: str, params: Params) -> Any:
        """The value of a parameter, as the training gets it."""
        value = params[name]
        if name in self.factors:
            return _multiple(value, self.factors[name])
        choice = self.choices.get(name, {}).get(value, value)
        return self._fill(choice, params) if any(find(choice)) else choice

    def _fill(self, choice: Any, params: Params) -> Any:
        """Put the values of parameters in the place of their placeholders."""
        match choice:
            case Placeholder(name=name):
                return self._value(name, params)
            case Mapping():
                return {key: self._fill(value, params) for key, value in choice.items()}
            case list() | tuple():
                return type(choice)(self._fill(value, params) for value in choice)
        return choice

    def _read(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Read the parameters of a nested dict; their values are not checked."""
        params: dict[str, Any] = {}
        for name, value in _leaves(config, "", self.space):
            params |= self._read_value(name, value)
        return params

    def _read_value(self, name: str, value: Any) -> dict[str, Any]:
        """Read the value of a parameter, and those of the parameters inside of it."""
        if name in self.factors:
            multiple = check_number(name, value) / self.factors[name]
            is_near = abs(multiple - round(multiple)) < 1e-8 * max(1.0, abs(multiple))
            return {name: round(multiple) if is_near else multiple}
        for text, choice in self.choices.get(name, {}).items():
            inside = self._match(choice, value)
            if inside is not None:
                return {name: text, **inside}
        return {name: value}

    def _match(self, choice: Any, value: Any) -> dict[str, Any] | None:
        """Read the parameters inside of a choice from its value; None if the value is not of this choice."""
        match choice:
            case Placeholder(name=name):
                return self._match_placeholder(name, value)
            case Mapping() if isinstance(value, Mapping) and choice.keys() == value.keys():
                return self._join([self._match(choice[key], value[key]) for key in choice])
            case list() | tuple() if isinstance(value, (list, tuple)) and len(choice) == len(value):
                return self._join([self._match(*pair) for pair in zip(choice, value, strict=True)])
        return {} if _is_equal(choice, value) else None

    def _match_placeholder(self, name: str, value: Any) -> dict[str, Any] | None:
        try:
            params = self._read_value(name, value)
            self.space.pin(params)
        except InvalidInputError:
            return None
        return params

    @staticmethod
    def _join(parts: list[dict[str, Any] | None]) -> dict[str, Any] | None:
        joined: dict[str, Any] = {}
        for part in parts:
            if part is None:
                return None
            joined |= part
        return joined


def find(choice: Any) -> Iterator[Placeholder]:
    """Find the placeholders in a choice."""
    if isinstance(choice, Placeholder):
        yield choice
    elif isinstance(choice, (Mapping, list, tuple)):
        for value in choice.values() if isinstance(choice, Mapping) else choice:
            yield from find(value)


def _multiple(value: int, factor: float) -> float:
    """A multiple of a number, in decimals: 3 times 0.1 is 0.3."""
    return value * factor if isinstance(factor, int) else float(value * Decimal(repr(factor)))


def _leaves(config: Mapping[str, Any], prefix: str, space: Space) -> list[tuple[str, Any]]:
    """Names and values of the leaves; a dict may itself be the value of a parameter."""
    found: list[tuple[str, Any]] = []
    for key, value in config.items():
        name = f"{prefix}{key}"
        is_inner = isinstance(value, Mapping) and name not in space
        found += _leaves(value, f"{name}{SEPARATOR}", space) if is_inner else [(name, value)]
    return found


def _is_equal(choice: Any, value: Any) -> bool:
    try:
        return bool(np.all(choice == value))
    except (TypeError, ValueError):  # arrays of other shapes
        return False
