"""One entry of a plain description of parameters or objectives."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from paretune.errors import InvalidInputError


def read_described(name: str, entry: Any, key: str, kinds: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Read one entry of a plain description, a mapping that names its kind under a key.

    Args:
        name: the entry's name, with which messages begin.
        entry: the entry.
        key: the key of its kind.
        kinds: the kinds that there are.

    Returns:
        The kind, and the other keys with their values.

    Raises:
        InvalidInputError: the entry is no mapping, or its kind is unknown.
    """
    if not isinstance(entry, Mapping):
        raise InvalidInputError(f"{name} must be described by a mapping with a {key}, but is {entry!r}")
    details = dict(entry)
    kind = details.pop(key, None)
    if kind not in kinds:
        raise InvalidInputError(f"{name}: {key} must be one of {', '.join(kinds)}, but is {kind!r}")
    return kind, details
