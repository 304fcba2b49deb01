"""Checks and comparisons of parameter values and conditions."""

from __future__ import annotations

import math
import numbers
import reprlib
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from paretune.errors import InvalidInputError, is_utf8

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Conditions: TypeAlias = Mapping[str, Any]
Kind = TypeVar("Kind")


def is_same_value(a: Any, b: Any) -> bool:
    """Compare two values; unlike ``==``, True differs from 1: they are different choices."""
    return bool(isinstance(a, (bool, np.bool_)) == isinstance(b, (bool, np.bool_)) and a == b)


def value_key(value: Any) -> tuple[bool, Any]:
    """Return a dictionary key that is equal for the values that `is_same_value` accepts, and for no others."""
    return isinstance(value, (bool, np.bool_)), value


def check_conditions(when: Conditions) -> dict[str, tuple[Any, ...]]:
    """Return the conditions, with the allowed values of each parameter as a tuple.

    Raises:
        InvalidInputError: the conditions are not a mapping.
    """
    if not isinstance(when, Mapping):
        raise InvalidInputError(f"when must map parameters to values, such as {{'kind': 'a'}}, but is {when!r}")
    return {
        parent: tuple(values) if isinstance(values, (tuple, list)) else (values,) for parent, values in when.items()
    }


def check_text(name: str, value: Any, *, may_be_empty: bool = False) -> str:
    """Return the value, which must be text.

    Raises:
        InvalidInputError: it is not text, or is empty; the message begins with the name.
    """
    if not isinstance(value, str) or not (value.strip() or may_be_empty):
        raise InvalidInputError(f"{name} must be {'' if may_be_empty else 'non-empty '}text, but is {value!r}")
    if not is_utf8(value):
        raise InvalidInputError(f"{name} must be text that UTF-8 can encode, but is {value!r}")
    return value


def check_instance(name: str, value: Any, kind: type[Kind], example: str = "") -> Kind:
    """Return the value, which must be an object of a class.

    Raises:
        InvalidInputError: it is another object; the message begins with the name.
    """
    if not isinstance(value, kind):
        hint = f", such as {example}" if example else ""
        raise InvalidInputError(f"{name} must be {kind.__name__}{hint}, but is {reprlib.repr(value)}")
    return value


def check_number(name: str, value: Any) -> float:
    """Return the value as a finite float.

    Raises:
        InvalidInputError: the value is not a finite number; the message begins with the name.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise InvalidInputError(f"{name} must be a number, but is {value!r}")
    try:
        real = float(value)
    except OverflowError:
        real = math.inf
    if not math.isfinite(real):
        raise InvalidInputError(f"{name} must be finite, but is {value!r}")
    return real


def check_whole_number(name: str, value: Any) -> int:
    """Return the value as an int.

    Raises:
        InvalidInputError: the value is not a whole number; the message begins with the name.
    """
    real = check_number(name, value)
    if real != math.floor(real):
        raise InvalidInputError(f"{name} must be a whole number, but is {value!r}")
    return int(value)


def describe_fields(kind: str, parameter: DataclassInstance) -> dict[str, Any]:
    """Describe a parameter by its type and its fields, with lists instead of tuples; a prior only if it has one."""
    values = {f.name: getattr(parameter, f.name) for f in fields(parameter) if f.name != "prior"}
    values = {name: list(value) if name == "choices" else value for name, value in values.items()}
    when = {parent: list(allowed) for parent, allowed in values["when"].items()}
    return {"type": kind, **values, "when": when, **_describe_prior(getattr(parameter, "prior", None))}


def _describe_prior(prior: Any) -> dict[str, Any]:
    """Describe a prior by its type and its fields; nothing if there is none."""
    if prior is None:
        return {}
    values = {f.name: getattr(prior, f.name) for f in fields(prior)}
    return {"prior": {"type": prior.type, **{k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}}}
