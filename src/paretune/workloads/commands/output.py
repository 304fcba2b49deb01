"""The output of a command: its metrics, and the end of its log."""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paretune.evaluation.failure_text import MAX_LOG_CHARACTERS, MAX_LOG_LINES, shows_out_of_memory

STEP = "step"  # the name that marks metrics as intermediate
MIN_STEPS_KEPT = 50  # of more steps, a part is stored
_MAX_LINE_CHARACTERS = 2**20
_NOT_FINITE = re.compile(r"(:\s*)([-+]?)(nan|inf)(?:inity)?(?=\s*[,}])", re.IGNORECASE)


@dataclass(frozen=True)
class Output:
    """The output of a command.

    Args:
        metrics: of the last line of metrics without a step; None if there is no such line.
        steps: the metrics with a step, in order; of many, evenly spaced ones and the last.
        log: the last lines without metrics, those of standard error after those of standard output.
    """

    metrics: dict[str, Any] | None
    steps: tuple[dict[str, Any], ...]
    log: tuple[str, ...]

    @property
    def log_tail(self) -> str:
        """The end of the log, to be stored with a failed trial."""
        return "\n".join(self.log)[-MAX_LOG_CHARACTERS:]

    @property
    def shows_out_of_memory(self) -> bool:
        """Whether the end of the log reports that memory ran out."""
        return any(map(shows_out_of_memory, self.log))


def read_output(out: Path, err: Path) -> Output:
    """Read the output of a command that has ended.

    Args:
        out: the file of its standard output: metrics and log.
        err: the file of its standard error: log.
    """
    metrics, steps, log = None, _StepSample(), deque[str](maxlen=MAX_LOG_LINES)
    for line in _lines(out):
        found = parse_metrics(line)
        if found is None:
            log.append(line[:MAX_LOG_CHARACTERS])
        elif STEP in found:
            steps.append(found)
        else:
            metrics = found
    log.extend(line[:MAX_LOG_CHARACTERS] for line in _lines(err))
    return Output(metrics, steps.sample, tuple(log))


class _StepSample:
    """A list that keeps evenly spaced items, never more than twice `MIN_STEPS_KEPT`, and the last."""

    def __init__(self) -> None:
        self._chosen: list[dict[str, Any]] = []
        self._every, self._count = 1, 0
        self._last: dict[str, Any] | None = None

    def append(self, item: dict[str, Any]) -> None:
        if self._count % self._every == 0:
            self._chosen.append(item)
        self._count, self._last = self._count + 1, item
        if len(self._chosen) > 2 * MIN_STEPS_KEPT:
            self._chosen, self._every = self._chosen[::2], 2 * self._every

    @property
    def sample(self) -> tuple[dict[str, Any], ...]:
        is_last_chosen = (self._count - 1) % self._every == 0
        return (*self._chosen, *(() if is_last_chosen or self._last is None else (self._last,)))


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
