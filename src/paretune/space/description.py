"""Spaces as plain descriptions that JSON or YAML can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from paretune.described_entry import read_described
from paretune.errors import InvalidInputError
from paretune.space.categorical import Categorical
from paretune.space.numeric import Float, Int
from paretune.space.parameter import Parameter

CONSTRAINTS_KEY = "paretune:constraints"  # of a described space; no parameter may have this name
_TYPES: dict[str, type[Float | Int | Categorical]] = {kind.type: kind for kind in (Float, Int, Categorical)}


def read_description(described: Mapping[str, Any]) -> tuple[dict[str, Parameter], Any]:
    """Return the parameters by name and the constraints, as far as they are described, of a plain description.

    Raises:
        InvalidInputError: the description of a parameter is wrong; the message names the parameter.
    """
    parameters: dict[str, Parameter] = {}
    constraints: Any = described.get(CONSTRAINTS_KEY, ())
    for name, entry in described.items():
        if name == CONSTRAINTS_KEY:
            continue
        kind, arguments = read_described(name, entry, "type", _TYPES)
        known = [f.name for f in fields(_TYPES[kind])]
        unknown = [key for key in arguments if key not in known]
        if unknown:
            raise InvalidInputError(f"{name}: unknown key {unknown[0]!r}; a {kind} has {', '.join(known)}")
        with prefix_errors(name):
            parameters[name] = _TYPES[kind](**arguments)
    return parameters, constraints


@contextmanager
def prefix_errors(name: str) -> Iterator[None]:
    """Begin the message of an error with the parameter's name."""
    try:
        yield
    except (TypeError, InvalidInputError) as error:
        raise InvalidInputError(f"{name}: {error}") from error
