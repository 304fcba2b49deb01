"""Bounds that a user sets for a parameter, as the text ``low:high``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, TypeGuard

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int, Parameter


def is_bounds_text(parameter: Parameter, value: Any) -> TypeGuard[str]:
    """Whether a value is bounds of a parameter, and not one of the parameter's values."""
    return isinstance(value, str) and ":" in value and not isinstance(parameter, Categorical)


def with_bounds(name: str, parameter: Parameter, domain: Parameter, text: str) -> Parameter:
    """The same parameter between other bounds, with its scale, step and conditions.

    Args:
        name: for messages.
        parameter: as the workload searches it.
        domain: all values that are allowed.
        text: two numbers with a colon between them, both included.

    Raises:
        InvalidInputError: the text has another form, or a bound is outside of the domain.

    Example:
        >>> from paretune.space import Int
        >>> with_bounds("width", Int(32, 256), Int(1, 4096), "8:64")
        Int(low=8, high=64, log=False, step=1, when={})
    """
    if isinstance(parameter, Categorical):
        raise InvalidInputError(f"{name} has no bounds: it is one of {', '.join(map(str, parameter.choices))}")
    if not isinstance(parameter, (Float, Int)):
        raise InvalidInputError(f"{name} has no bounds: only a float or an int has")
    try:
        low, high = map(json.loads, text.split(":"))
    except ValueError:
        raise InvalidInputError(f"{name} takes a value, or bounds such as 8:64, but got {text!r}") from None
    try:
        bounds: dict[str, Any] = {"low": domain.check("low", low), "high": domain.check("high", high)}
        return replace(parameter, **bounds)
    except InvalidInputError as error:
        raise InvalidInputError(f"{name}={text}: {error}") from error
