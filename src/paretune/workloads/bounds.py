"""How does a user have a parameter searched between other bounds? By the text ``low:high``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, TypeGuard

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Parameter


def are_bounds(parameter: Parameter, value: Any) -> TypeGuard[str]:
    """Whether a value is no value of a parameter, but says between which it is searched."""
    return isinstance(value, str) and ":" in value and not isinstance(parameter, Categorical)


def between(name: str, parameter: Parameter, domain: Parameter, text: str) -> Parameter:
    """The parameter between other bounds, its scale, step and conditions as they are.

    Args:
        name: for messages.
        parameter: as it would be searched.
        domain: what it may be at all.
        text: two numbers with a colon between them, both included.

    Raises:
        InvalidInputError: the text is none such, or a bound is outside of what the parameter may be.

    Example:
        >>> from paretune.space import Int
        >>> between("width", Int(32, 256), Int(1, 4096), "8:64")
        Int(low=8, high=64, log=False, step=1, when={})
    """
    if isinstance(parameter, Categorical):
        raise InvalidInputError(f"{name} has no bounds: it is one of {', '.join(map(str, parameter.choices))}")
    try:
        low, high = map(json.loads, text.split(":"))
    except ValueError:
        raise InvalidInputError(f"{name} takes a value, or bounds such as 8:64, but got {text!r}") from None
    try:
        bounds: dict[str, Any] = {"low": domain.check("low", low), "high": domain.check("high", high)}
        return replace(parameter, **bounds)
    except InvalidInputError as error:
        raise InvalidInputError(f"{name}={text}: {error}") from error
