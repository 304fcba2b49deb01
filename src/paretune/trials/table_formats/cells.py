"""Read the durations, dates and numbers that tools write as text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from paretune.trials.csv_file import parse_number

_CLOCK = re.compile(r"(-)?(?:(-?\d+) days? ?)?([+-])?(?:(?:(\d+):)?(\d+):(\d+(?:\.\d+)?))?")
_UNITS = {"ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT = re.compile(r"(\d+(?:\.\d*)?|\.\d+) ?(ms|us|µs|ns|s|m|h|d)[a-z]*", re.IGNORECASE)
_ISO = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_MISSING = frozenset({"#n/a", "-", "--", "—", "–", "<na>", "?", "n/a", "na", "none", "null", "undefined"})  # noqa: RUF001 (dashes)
_MILLISECONDS = 1e11  # POSIX times above this are milliseconds


def is_missing(cell: str) -> bool:
    """Check whether a cell among numbers says that there is no value; ``nan`` is not one of these words."""
    return not cell or cell.lower() in _MISSING


def plain_numbers(cells: Sequence[str]) -> tuple[str, ...]:
    """Write each cell that means a number as that number, and each that means none as empty; leave the others.

    ``97%`` is 97, but 0.97 if the numbers without a sign are all between -1 and 1.

    Example:
        >>> plain_numbers(["0.5", "N/A", "97%"]), plain_numbers(["3", "-", "high"]), plain_numbers(["5%", "20%"])
        (('0.5', '', '0.97'), ('3', '', 'high'), ('5', '20'))
    """
    plain = [number for cell in cells if "%" not in cell and (number := number_in(cell)) is not None]
    scale = 100.0 if plain and all(abs(number) <= 1 or math.isnan(number) for number in plain) else 1.0
    return tuple(_plain_number(cell, scale) for cell in cells)


def _plain_number(cell: str, scale: float) -> str:
    if is_missing(cell):
        return ""
    number = number_in(cell)
    if number is None or "%" not in cell:
        return cell
    return cell.removesuffix("%").strip() if scale == 1 else repr(number / scale)


def number_in(cell: str) -> float | None:
    """Return the number in a cell, also with a percent sign; None if there is none."""
    try:
        return parse_number(cell.removesuffix("%").strip())
    except ValueError:
        return None


def seconds(cell: str) -> str:
    """Convert a duration to seconds. One below zero is unknown; any other text is returned as it is.

    Example:
        >>> seconds("1 days 02:00:01.5"), seconds("0:00:05"), seconds("1h 2m 3s"), seconds("850ms"), seconds("2.3min")
        ('93601.5', '5.0', '3723.0', '0.85', '138.0')
        >>> seconds("-1 days +23:59:59.9"), seconds("3.5"), seconds("soon")
        ('', '3.5', 'soon')
    """
    if (iso := _ISO.fullmatch(cell)) and any(iso.groups()):
        sign, *parts = iso.groups()
        return _non_negative(-_total(*parts) if sign else _total(*parts))
    if (clock := _CLOCK.fullmatch(cell)) and (clock[2] or clock[5]):
        minus, days, sign, hours, minutes, rest = clock.groups()
        time = _total(None, hours, minutes, rest) * (-1 if sign == "-" else 1)
        total = float(days or 0) * 86400 + time
        return _non_negative(-total if minus else total)
    found = _UNIT.findall(cell)
    if found and not _UNIT.sub("", cell).replace(",", "").strip():
        return repr(sum(float(number) * _UNITS[unit.lower()] for number, unit in found))
    return cell


def _total(days: str | None, hours: str | None, minutes: str | None, rest: str | None) -> float:
    return ((float(days or 0) * 24 + float(hours or 0)) * 60 + float(minutes or 0)) * 60 + float(rest or 0)


def _non_negative(number: float) -> str:
    """Return a duration as text; a negative one is the trace of a clock that was set back."""
    return "" if number < 0 else repr(number)


def date(cell: str) -> str:
    """Return a date with its time zone, UTC by default; empty if it is no date. POSIX seconds and milliseconds count.

    Example:
        >>> date("2026-01-31T12:00:00Z"), date("1769860800000"), date("yesterday")
        ('2026-01-31T12:00:00+00:00', '2026-01-31T12:00:00+00:00', '')
    """
    number = number_in(cell)
    try:
        if number is not None:
            return datetime.fromtimestamp(number / (1000 if number > _MILLISECONDS else 1), UTC).isoformat()
        time = datetime.fromisoformat(cell.removesuffix(" UTC").removesuffix(" GMT"))
    except (ValueError, OverflowError, OSError):
        return ""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()
