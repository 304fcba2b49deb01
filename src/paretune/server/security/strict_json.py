"""Read JSON strictly: what two parsers could read differently, or what a storage cannot hold, is refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from paretune.errors import InvalidInputError

MAX_DEPTH, MAX_KEYS = 32, 50_000
_MAX_DIGITS = 19  # of a whole number of 64 bits
_OPENING = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(body: bytes) -> Any:
    """Parse a JSON text.

    Refused are: NaN and infinite numbers, numbers that no float holds (1e400), whole numbers of more than 64 bits, two
    equal keys of an object, the character NUL, half of a surrogate pair, and deep or very large structures.

    Args:
        body: JSON in UTF-8.

    Raises:
        InvalidInputError: it is no such text.

    Example:
        >>> parse_json(b'{"metrics": {"accuracy": 0.9}}')
        {'metrics': {'accuracy': 0.9}}
        >>> parse_json(b'{"a": 1, "a": 2}')
        Traceback (most recent call last):
        ...
        paretune.errors.InvalidInputError: the key 'a' occurs twice
    """
    _check_depth(body)
    n_keys = 0

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal n_keys
        n_keys += len(pairs)
        if n_keys > MAX_KEYS:
            raise InvalidInputError(f"the JSON text has more than {MAX_KEYS:,} keys: send it in parts")
        found: dict[str, Any] = {}
        for key, value in pairs:
            _check_text(key)
            if key in found:
                raise InvalidInputError(f"the key {key[:100]!r} occurs twice")
            found[key] = value
        return found

    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=read_object,
            parse_constant=_refuse_constant,
            parse_float=_read_float,
            parse_int=_read_int,
        )
    except UnicodeDecodeError:
        raise InvalidInputError("the body must be JSON in UTF-8") from None
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"the body is no JSON: {error.msg} at character {error.pos}") from None
    _check_texts(value)
    return value


def _check_depth(body: bytes) -> None:
    depth = 0
    for found in _OPENING.finditer(body):
        mark = found.group()
        depth += (mark in (b"[", b"{")) - (mark in (b"]", b"}"))
        if depth > MAX_DEPTH:
            raise InvalidInputError(f"the JSON text is nested more than {MAX_DEPTH} levels deep")


def _refuse_constant(word: str) -> Any:
    raise InvalidInputError(f"{word} is no JSON number: leave an unknown value out, or send null")


def _read_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidInputError(f"the number {text[:30]} is too large")
    return number


def _read_int(text: str) -> int:
    if len(text.lstrip("-")) > _MAX_DIGITS or not -(2**63) <= int(text) < 2**63:
        raise InvalidInputError(f"the whole number {text[:30]} needs more than 64 bits")
    return int(text)


def _check_texts(value: Any) -> None:
    """Check every text of a value; keys were checked before."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for each in value:
            _check_texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            _check_texts(each)


def _check_text(text: str) -> None:
    if "\0" in text or _SURROGATE.search(text):
        raise InvalidInputError("a text contains the character NUL, or half of a surrogate pair")
