"""The output of a command: its reported steps, its metrics, and the end of its log."""

from __future__ import annotations

import codecs
import json
import math
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import STEP, Report, ignore_report, is_asked_to_stop
from paretune.evaluation.curve import check_step, check_step_metrics
from paretune.evaluation.failure_text import MAX_LOG_CHARACTERS, MAX_LOG_LINES, shows_out_of_memory

_MAX_LINE_CHARACTERS = _CHUNK_BYTES = 2**20
_LINE_END = re.compile(r"[\r\n]")  # progress bars end lines by a carriage return
_NOT_FINITE = re.compile(r"(:\s*)([-+]?)(nan|inf)(?:inity)?(?=\s*[,}])", re.IGNORECASE)


@dataclass(frozen=True)
class Output:
    """The output of a command.

    Args:
        metrics: of the last line of metrics without a step; None if there is no such line.
        has_steps: whether it has metrics with a step.
        log: the last lines without metrics, those of standard error after those of standard output.
    """

    metrics: dict[str, Any] | None
    has_steps: bool
    log: tuple[str, ...]

    @property
    def log_tail(self) -> str:
        """The end of the log, to be stored with a failed trial."""
        return "\n".join(self.log)[-MAX_LOG_CHARACTERS:]

    @property
    def shows_out_of_memory(self) -> bool:
        """Whether the end of the log reports that memory ran out."""
        return any(map(shows_out_of_memory, self.log))


class OutputReader:
    """Read the output of a command while it runs, and the rest after its end.

    An object with a ``step`` is reported. If its step is not a whole number >= 0, or a name in it is reserved, the line
    is log.

    Args:
        out: the file of its standard output: steps, metrics and log.
        report: called with each step.

    Attributes:
        out: the file of its standard output.
    """

    def __init__(self, out: Path, report: Report = ignore_report) -> None:
        self._is_refused = False
        self.out, self._report, self._offset = out, report, 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._metrics: dict[str, Any] | None = None
        self._has_steps, self._log = False, deque[str](maxlen=MAX_LOG_LINES)

    @property
    def should_stop(self) -> bool:
        """Whether ``report`` has returned False, or would return it."""
        return self._is_refused or is_asked_to_stop(self._report)

    def read_new(self) -> None:
        """Read the lines that were added since the last call. A line without an end waits for it."""
        for text in self._chunks():
            *lines, self._rest = _LINE_END.split(self._rest + text)
            self._take(lines)
            if len(self._rest) > _MAX_LINE_CHARACTERS:
                self._take([self._rest])
                self._rest = ""

    def finish(self, err: Path) -> Output:
        """Read the rest of a command that has ended.

        Args:
            err: the file of its standard error: log.
        """
        self.read_new()
        self._take([self._rest + self._decoder.decode(b"", final=True)])
        self._rest = ""
        self._log.extend(line[:MAX_LOG_CHARACTERS] for line in _lines(err))
        return Output(self._metrics, self._has_steps, tuple(self._log))

    def _chunks(self) -> Iterator[str]:
        with self.out.open("rb") as opened:
            if opened.seek(0, os.SEEK_END) < self._offset:  # its middle was cut out: a step that is read again is equal
                self._offset, self._rest = 0, ""
            opened.seek(self._offset)
            while chunk := opened.read(_CHUNK_BYTES):
                self._offset += len(chunk)
                yield self._decoder.decode(chunk)

    def _take(self, lines: Iterable[str]) -> None:
        for line in lines:
            if line.strip():
                self._take_line(line.rstrip())

    def _take_line(self, line: str) -> None:
        found = parse_metrics(line)
        if found is None:
            self._log.append(line[:MAX_LOG_CHARACTERS])
        elif STEP in found:
            self._take_step(line, found)
        else:
            self._metrics = found

    def _take_step(self, line: str, found: dict[str, Any]) -> None:
        try:
            step, metrics = check_step(found.pop(STEP)), check_step_metrics(found)
        except InvalidInputError:
            self._log.append(line[:MAX_LOG_CHARACTERS])
            return
        self._has_steps = True
        if not self._report(step, metrics):
            self._is_refused = True


def parse_metrics(line: str) -> dict[str, Any] | None:
    """Read the metrics of a line.

    Numbers that are not finite may be written as Python, C or R write them; null is NaN.

    Returns:
        Metrics by name; None if the line is not a JSON object, and therefore log.

    Example:
        >>> parse_metrics('{"accuracy": 0.81, "latency": -nan}'), parse_metrics("epoch 3 of 5")
        ({'accuracy': 0.81, 'latency': nan}, None)
    """
    if not line.lstrip().startswith("{"):
        return None
    for text in (line, _NOT_FINITE.sub(_to_json, line)):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return {name: math.nan if value is None else value for name, value in found.items()}
    return None


def _to_json(found: re.Match[str]) -> str:
    is_nan = found[3].lower() == "nan"
    return found[1] + ("NaN" if is_nan else "-Infinity" if found[2] == "-" else "Infinity")


def _lines(file: Path) -> Iterator[str]:
    """The lines that are not blank. A carriage return ends a line, too, as progress bars write it."""
    with file.open(encoding="utf-8", errors="replace") as opened:
        while line := opened.readline(_MAX_LINE_CHARACTERS):
            if line.strip():
                yield line.rstrip()
