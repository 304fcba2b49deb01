"""The lines of a run on standard error: plain, with time and level, or as JSON."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import typer

from paretune.cli.sanitize import printable

LOGGER = logging.getLogger("paretune")


class LogFormat(StrEnum):
    """How a line of a run is written."""

    plain = "plain"
    text = "text"
    json = "json"


class LineFormatter(logging.Formatter):
    """Formats a record as one line.

    Args:
        format_: plain is the message; text adds time and level; JSON has ``time``, ``level``, ``message``, and what a
            record has as ``fields``.
    """

    def __init__(self, format_: LogFormat) -> None:
        super().__init__()
        self._format = format_

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        text = printable(record.getMessage())
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        match self._format:
            case LogFormat.plain:
                return text
            case LogFormat.text:
                return f"{moment} {record.levelname:<7} {text}"
            case LogFormat.json:
                fields = getattr(record, "fields", {})
                line = {"time": moment, "level": record.levelname.lower(), "message": text.strip(), **fields}
                return json.dumps(line, default=str)


class _StderrHandler(logging.Handler):
    """Writes to standard error as it is at that moment: a live display replaces it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        typer.echo(self.format(record), err=True)


@contextmanager
def log_lines(format_: LogFormat | None) -> Iterator[LogFormat]:
    """Write what is logged below ``paretune`` to standard error, until the end of the block.

    Args:
        format_: by default plain on a terminal, and text elsewhere.
    """
    chosen = format_ or (LogFormat.plain if sys.stderr.isatty() else LogFormat.text)
    handler = _StderrHandler()
    handler.setFormatter(LineFormatter(chosen))
    level, propagates = LOGGER.level, LOGGER.propagate
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    try:
        yield chosen
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)
        LOGGER.propagate = propagates


def log_message(message: str, level: int = logging.WARNING, **fields: Any) -> None:
    """Log a message of the program about a run; a run of which nobody reads the log gets it on standard error."""
    LOGGER.log(level, "paretune: %s", message, extra={"fields": fields})
