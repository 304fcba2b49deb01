"""The parameters that are left where others have one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paretune.errors import InvalidInputError
from paretune.space.conditions import can_hold, describe_conditions
from paretune.space.description import prefix_errors
from paretune.space.parameter import Parameter


def fix_parameters(parameters: Mapping[str, Parameter], values: Mapping[str, Any]) -> dict[str, Parameter]:
    """Return the parameters of which some have one value; those that cannot exist with these values are removed.

    Args:
        parameters: by name, each one after those that its conditions name.
        values: by name, of parameters that are among them.

    Raises:
        InvalidInputError: a value does not fit, or its parameter cannot exist with the other values.
    """
    left: dict[str, Parameter] = {}
    for name, parameter in parameters.items():
        unmet = [p for p, allowed in parameter.when.items() if p not in left or not can_hold(p, allowed, values)]
        if unmet and name in values:
            raise InvalidInputError(f"parameter {name} does not exist unless {describe_conditions(parameter.when)}")
        if not unmet:
            remaining = {  # a fixed parameter that has conditions may still be absent
                p: values.get(p, allowed) for p, allowed in parameter.when.items() if p not in values or left[p].when
            }
            with prefix_errors(name):
                part = parameter.fix(values[name]) if name in values else parameter
            left[name] = part.with_conditions(remaining)
    return left
