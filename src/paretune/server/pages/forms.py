"""Forms of pages: read, and turned into what the service does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives

_MAX_FIELDS = 200


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form; of two of one name the last one.

    Raises:
        InvalidInputError: it is no form.
    """
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_MAX_FIELDS))
    except ValueError as error:
        raise InvalidInputError(f"the form cannot be read: {error}") from None


def read_total(text: str) -> int | None:
    """The total of trials; None where the field is empty.

    Raises:
        InvalidInputError: it is no whole number of at least 1.
    """
    if not text.strip():
        return None
    return read_count("the total", text)


def read_count(name: str, text: str) -> int:
    """A whole number of at least 1.

    Raises:
        InvalidInputError: it is none.
    """
    if not text.strip().isdecimal() or len(text) > 20 or not 1 <= int(text) <= 2**31:
        raise InvalidInputError(f"{name} must be a whole number of at least 1, but is {text[:50]!r}")
    return int(text)


def read_limits(form: Mapping[str, str], objectives: Objectives) -> tuple[dict[str, float], dict[str, float]]:
    """The limits in fields ``limit-0``, ``limit-1`` and so on: at least and at most, by objective.

    Raises:
        InvalidInputError: one is no number, or is empty although there is a limit.
    """
    limits: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for i, objective in enumerate(objectives):
        text = form.get(f"limit-{i}", "").strip()
        if not text:
            if objective.limit is not None:
                raise InvalidInputError(f"the limit of {objective.name} can be moved, but not removed")
            continue
        try:
            value = float(text)
        except ValueError:
            raise InvalidInputError(f"the limit of {objective.name} must be a number, but is {text[:50]!r}") from None
        if value != objective.limit:
            limits[objective.goal == "minimize"][objective.name] = value
    return limits


def read_configuration(text: str) -> dict[str, Any]:
    """A configuration as JSON.

    Raises:
        InvalidInputError: it is no JSON object.
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInputError('a configuration is a JSON object, such as {"rate": 0.1, "width": 64}')
    return found
