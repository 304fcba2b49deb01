"""Read the fields of SigOpt's JSON objects: what is wrong or unknown is refused by its place, never ignored."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError

MAX_NAME, MAX_KEYS, MAX_TEXT = 100, 100, 500


def read_object(value: Any, where: str, allowed: Collection[str]) -> dict[str, Any]:
    """The fields of an object that are not null. SigOpt's own word ``object`` may be there.

    Args:
        value: a JSON value.
        where: its place, for messages; empty for the body of a request.
        allowed: the fields that it may have.

    Raises:
        InvalidInputError: it is no object, or has another field.

    Example:
        >>> read_object({"object": "bounds", "min": 0, "max": None}, "bounds", ["min", "max"])
        {'min': 0}
    """
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"{where or 'the body'} must be an object, but is {shown(value)}")
    unknown = [name for name in value if name not in allowed and name != "object"]
    if unknown:
        known = ", ".join(allowed) or "none"
        raise InvalidInputError(f"{place(where, unknown[0])}: unknown field; the fields are {known}")
    return {name: each for name, each in value.items() if each is not None and name != "object"}


def require(fields: Mapping[str, Any], name: str, where: str = "") -> Any:
    """The value of a field that must be there."""
    if name not in fields:
        raise InvalidInputError(f"{place(where, name)} is missing")
    return fields[name]


def read_text(value: Any, where: str, max_length: int = MAX_NAME) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not 1 <= len(value) <= max_length:
        raise InvalidInputError(f"{where} must be a text of 1 to {max_length} characters, but is {shown(value)}")
    return value


def read_choice(value: Any, where: str, choices: Collection[str]) -> str:
    """One of some words."""
    if value not in choices:
        raise InvalidInputError(f"{where} must be one of {', '.join(choices)}, but is {shown(value)}")
    return str(value)


def read_number(value: Any, where: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InvalidInputError(f"{where} must be a finite number, but is {shown(value)}")
    return value


def read_whole(value: Any, where: str, least: int | None = None) -> int:
    """A whole number, also one that is written as 8.0."""
    number = read_number(value, where)
    if number != int(number) or (least is not None and number < least):
        bound = "" if least is None else f" of at least {least}"
        raise InvalidInputError(f"{where} must be a whole number{bound}, but is {shown(value)}")
    return int(number)


def read_flag(value: Any, where: str) -> bool:
    """True or false; in an address also as a text in any case."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    raise InvalidInputError(f"{where} must be true or false, but is {shown(value)}")


def read_list(value: Any, where: str) -> Sequence[Any]:
    """A list."""
    if not isinstance(value, list):
        raise InvalidInputError(f"{where} must be a list, but is {shown(value)}")
    return value


def read_metadata(value: Any, where: str = "metadata") -> dict[str, Any]:
    """Notes of the user: at most 100 texts and numbers by name; nulls are dropped."""
    if not isinstance(value, Mapping) or len(value) > MAX_KEYS:
        raise InvalidInputError(f"{where} must be an object of at most {MAX_KEYS} keys, but is {shown(value)}")
    found: dict[str, Any] = {}
    for name, each in value.items():
        read_text(name, f"a key of {where}")
        if isinstance(each, str):
            found[name] = read_text(each, f"{where}.{name}", MAX_TEXT) if each else each
        elif each is not None:
            found[name] = each if isinstance(each, bool) else read_number(each, f"{where}.{name}")
    return found


def place(where: str, name: str) -> str:
    """The place of a field in an object.

    Example:
        >>> place("parameters[1]", "bounds"), place("", "name")
        ('parameters[1].bounds', 'name')
    """
    return f"{where}.{name[:MAX_NAME]}" if where else name[:MAX_NAME]


def shown(value: Any) -> str:
    """A value in a message, cut to one line."""
    return repr(value)[:MAX_NAME]
