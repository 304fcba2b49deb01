"""Select runs by what they logged, as the lists of SigOpt's client ask for."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.server.sigopt.fields import read_choice, read_list, read_object, read_text, require

_ORDERS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
OPERATORS = ("==", "!=", "isnull", *_ORDERS)


def select_runs(runs: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The runs that meet the filters and the search of an address, without deleted ones unless a filter names these.

    Args:
        runs: as `describe_run` returns them.
        query: ``filters``, a JSON list of ``field``, ``operator`` and ``value``; and ``search``, a part of the name.

    Raises:
        InvalidInputError: a filter is wrong.

    Example:
        >>> runs = [{"name": "a", "values": {"gain": {"value": 1}}}, {"name": "b", "values": {}}]
        >>> found = select_runs(runs, {"filters": '[{"field": "values.gain.value", "operator": ">", "value": 0}]'})
        >>> [run["name"] for run in found]
        ['a']
    """
    filters = _read_filters(query.get("filters", ""))
    names_deleted = any(field == "deleted" for field, _, _ in filters)
    search = query.get("search", "").lower()
    return [
        run
        for run in runs
        if (names_deleted or not run.get("deleted"))
        and search in str(run.get("name", "")).lower()
        and all(_meets(_find(run, field), word, value) for field, word, value in filters)
    ]


def _read_filters(text: str) -> list[tuple[str, str, Any]]:
    try:
        given = json.loads(text) if text else []
    except ValueError:
        raise InvalidInputError("filters must be a JSON list") from None
    found = []
    for i, each in enumerate(read_list(given, "filters")):
        where = f"filters[{i}]"
        fields = read_object(each, where, ("field", "operator", "value"))
        word = read_choice(require(fields, "operator", where), f"{where}.operator", OPERATORS)
        found.append((read_text(require(fields, "field", where), f"{where}.field", 300), word, fields.get("value")))
    return found


def _find(run: Mapping[str, Any], field: str) -> Any:
    """A value by its path with points; a name may have points itself."""
    if field in run:
        return run[field]
    head, _, rest = field.partition(".")
    while rest:
        if isinstance(run.get(head), Mapping):
            return _find(run[head], rest)
        more, _, rest = rest.partition(".")
        head = f"{head}.{more}"
    return None


def _meets(value: Any, word: str, wanted: Any) -> bool:
    if word == "isnull":
        return (value is None) == (wanted is not False)
    if word in ("==", "!="):
        are_equal = value == wanted or (isinstance(value, str) and str(wanted) == value)
        return are_equal == (word == "==")
    try:
        return bool(_ORDERS[word](value, wanted))
    except TypeError:  # not there, or of another type
        return False
