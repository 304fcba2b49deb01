"""What did a program print: which metrics, and what at the end of its log?"""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paretune.evaluation.failure_text import LOG_CHARACTERS, LOG_LINES, log_tail, shows_out_of_memory

STEP = "step"
STEPS_KEPT = 50
_LINE_CHARACTERS = 2**20
_NOT_FINITE = re.compile(r"(:\s*)([-+]?)(nan|inf)(?:inity)?(?=\s*[,}])", re.IGNORECASE)


@dataclass(frozen=True)
class Output:
    """What a program has printed.

    Args:
        metrics: those of the last line without a step; None where there is no such line.
        steps: those of lines with a step, in order; of many, an even choice with the last.
        log: the last lines that are no metrics, those of standard error after those of standard output.
    """

    metrics: dict[str, Any] | None
    steps: tuple[dict[str, Any], ...]
    log: tuple[str, ...]

    @property
    def tail(self) -> str:
        """The end of the log, to follow what happened."""
        return log_tail("\n".join(self.log)[-LOG_CHARACTERS:])

    @property
    def shows_out_of_memory(self) -> bool:
        """Whether the end of the log tells of memory that could not be had."""
        return any(map(shows_out_of_memory, self.log))


def read_output(out: Path, err: Path) -> Output:
    """The output of a program that has ended.

    Args:
        out: its standard output: metrics, and whatever else.
        err: its standard error.
    """
    metrics, steps, log = None, _Thinned(), deque[str](maxlen=LOG_LINES)
    for line in _lines(out):
        found = metrics_of(line)
        if found is None:
            log.append(line[:LOG_CHARACTERS])
        elif STEP in found:
            steps.append(found)
        else:
            metrics = found
    log.extend(line[:LOG_CHARACTERS] for line in _lines(err))
    return Output(metrics, steps.kept, tuple(log))


class _Thinned:
    """An even choice of whatever is appended, never more than twice `STEPS_KEPT`, and the last."""

    def __init__(self) -> None:
        self._chosen: list[dict[str, Any]] = []
        self._every, self._count = 1, 0
        self._last: dict[str, Any] | None = None

    def append(self, item: dict[str, Any]) -> None:
        if self._count % self._every == 0:
            self._chosen.append(item)
        self._count, self._last = self._count + 1, item
        if len(self._chosen) > 2 * STEPS_KEPT:
            self._chosen, self._every = self._chosen[::2], 2 * self._every

    @property
    def kept(self) -> tuple[dict[str, Any], ...]:
        is_last_there = (self._count - 1) % self._every == 0
        return (*self._chosen, *(() if is_last_there or self._last is None else (self._last,)))


def metrics_of(line: str) -> dict[str, Any] | None:
    """The metrics that a line reports; None where it is no JSON object, and so log.

    A number that is not finite may be written as Python, C or R do; null is one, too.

    Example:
        >>> metrics_of('{"accuracy": 0.81, "latency": -nan}'), metrics_of("epoch 3 of 5")
        ({'accuracy': 0.81, 'latency': nan}, None)
    """
    if not line.lstrip().startswith("{"):
        return None
    for text in (line, _NOT_FINITE.sub(_as_json, line)):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return {name: math.nan if value is None else value for name, value in found.items()}
    return None


def _as_json(found: re.Match[str]) -> str:
    is_nan = found[3].lower() == "nan"
    return found[1] + ("NaN" if is_nan else "-Infinity" if found[2] == "-" else "Infinity")


def _lines(file: Path) -> Iterator[str]:
    """Lines that say something; what a progress bar overwrites is a line of its own."""
    with file.open(encoding="utf-8", errors="replace") as opened:
        while line := opened.readline(_LINE_CHARACTERS):
            if line.strip():
                yield line.rstrip()
