"""What is a number, and when are two values the same?"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from paretune.errors import InvalidInputError

When: TypeAlias = Mapping[str, Any]


def same(a: Any, b: Any) -> bool:
    """Equality that tells True from 1: they are different choices."""
    return bool(isinstance(a, (bool, np.bool_)) == isinstance(b, (bool, np.bool_)) and a == b)


def key(value: Any) -> tuple[bool, Any]:
    """Of values that are the same the same, and of others not: to find one among many."""
    return isinstance(value, (bool, np.bool_)), value


def conditions(when: When) -> dict[str, tuple[Any, ...]]:
    """Conditions with the allowed values of each parent as a tuple; an `InvalidInputError` where they are none."""
    if not isinstance(when, Mapping):
        raise InvalidInputError(f"when must map parameters to values, such as {{'kind': 'a'}}, but is {when!r}")
    return {
        parent: tuple(values) if isinstance(values, (tuple, list)) else (values,) for parent, values in when.items()
    }


def number(name: str, value: Any) -> float:
    """The value as a finite float; an `InvalidInputError` that names it if it is none."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise InvalidInputError(f"{name} must be a number, but is {value!r}")
    try:
        real = float(value)
    except OverflowError:
        real = math.inf
    if not math.isfinite(real):
        raise InvalidInputError(f"{name} must be finite, but is {value!r}")
    return real


def whole(name: str, value: Any) -> int:
    """The value as an int; an `InvalidInputError` that names it if it is no whole number."""
    real = number(name, value)
    if real != math.floor(real):
        raise InvalidInputError(f"{name} must be a whole number, but is {value!r}")
    return int(value)
