"""Lists of SigOpt: page by page, the newest first."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.server.sigopt.fields import read_choice, read_flag

MAX_LIMIT = 1_000
PAGING = ("limit", "before", "after", "fields", "sort", "ascending")
_SORTS = ("id", "recent", "created", "updated")


def check_query(query: Mapping[str, str], allowed: Collection[str]) -> None:
    """Refuse words of an address that its route does not read.

    Raises:
        InvalidInputError: there is such a word; the message names it.
    """
    if unknown := [word for word in query if word not in allowed]:
        raise InvalidInputError(f"{unknown[0][:100]}: unknown word in the address; the words are {', '.join(allowed)}")


def describe_page(objects: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """A page of a list.

    Args:
        objects: all of them, the oldest first, each with an id.
        query: the words of the address: ``limit``, ``before`` or ``after`` (an id of an object at the end of a page),
            ``fields``, ``sort`` and ``ascending``.

    Returns:
        The page; ``before`` of its paging leads to the next one, None at the end.

    Raises:
        InvalidInputError: a word has a wrong value.

    Example:
        >>> page = describe_page([{"id": "1"}, {"id": "2"}, {"id": "3"}], {"limit": "2"})
        >>> page["data"], page["paging"]
        ([{'id': '3'}, {'id': '2'}], {'before': '2', 'after': None})
    """
    limit = min(MAX_LIMIT, _number(query.get("limit", str(MAX_LIMIT)), "limit"))
    read_choice(query.get("sort", "id"), "sort", _SORTS)
    ordered = list(objects) if read_flag(query.get("ascending", False), "ascending") else list(objects)[::-1]
    start = 0
    if query.get("before"):
        start = _position(ordered, query["before"], "before") + 1
    elif query.get("after"):
        start = max(0, _position(ordered, query["after"], "after") - limit)
    page = ordered[start : start + limit]
    is_last, is_first = start + limit >= len(ordered), start == 0
    cursors = {
        "before": None if is_last or not page else page[-1]["id"],
        "after": None if is_first or not page else page[0]["id"],
    }
    data = [choose_fields(each, query.get("fields", "")) for each in page]
    return {"object": "pagination", "count": len(ordered), "data": data, "paging": cursors}


def choose_fields(described: Mapping[str, Any], fields: str) -> Mapping[str, Any]:
    """The object with some of its fields only; all of them if the text is empty.

    Args:
        described: the object.
        fields: names as a JSON list, or with commas.
    """
    if not fields:
        return described
    try:
        names = json.loads(fields) if fields.startswith("[") else fields.split(",")
    except ValueError:
        raise InvalidInputError("fields must be a list of names") from None
    return {name: value for name, value in described.items() if name in (*names, "object")}


def _position(objects: Sequence[Mapping[str, Any]], cursor: str, where: str) -> int:
    found = [i for i, each in enumerate(objects) if each["id"] == cursor]
    if not found:
        raise InvalidInputError(f"{where}: the list has no object with the id {cursor[:100]!r} any more")
    return found[0]


def _number(text: str, where: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidInputError(f"{where} must be a whole number from 0, but is {text[:100]!r}")
    return int(text)
