"""The progress of a run: a line a trial, on a terminal; nothing elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

if TYPE_CHECKING:
    from paretune.execution import Outcome
    from paretune.study import Asked, Study


class Progress:
    """Shows each trial with its metrics, the failures, the hypervolume and the time left.

    Args:
        study: what is run.
        n_trials: its total.
        console: where to write; standard error by default.
    """

    def __init__(self, study: Study, n_trials: int, console: Console | None = None) -> None:
        self._study = study
        self._n_trials = n_trials
        self._console = console or Console(stderr=True, highlight=False)
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
        self._bar = Bar(*columns, console=self._console, transient=True, disable=not self._console.is_terminal)
        self._started, self._done = time.monotonic(), 0

    def __enter__(self) -> Self:
        before = self._study.n_counted()
        if before >= self._n_trials:
            typer.echo(f"{self._study.name} has its {before} trials: nothing to run", err=True)
        self._bar.start()
        self._task = self._bar.add_task("searching", total=self._n_trials, completed=before)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, asked: Asked, outcome: Outcome) -> None:
        """Print the line of a finished trial."""
        self._done += 1
        if not self._console.is_terminal:
            return
        from paretune.report import summarize

        summary = summarize(self._study.trials, self._study.origin)
        finished = summary.counts["complete"] + summary.counts["failed"]
        self._bar.update(self._task, completed=finished, description=f"{_clock(self._left(finished))} left")
        line = f"{asked.number:>5}  {self._metrics(outcome)}"
        self._console.print(
            f"{line:<64}  {summary.counts['failed']:>3} failed  hypervolume {summary.hypervolume:.4g}",
            markup=False,
            soft_wrap=True,
        )

    def _left(self, finished: int) -> float:
        return (time.monotonic() - self._started) / self._done * max(0, self._n_trials - finished)

    def _metrics(self, outcome: Outcome) -> str:
        if outcome.values is None:
            return f"{outcome.reason}: {' '.join(outcome.message.split())[:80]}"
        pairs = zip(self._study.objectives, outcome.values, strict=True)
        metrics = "  ".join(f"{o.name} {value:.4g}{' ' + o.unit if o.unit else ''}" for o, value in pairs)
        return f"{metrics}  {outcome.reason}".rstrip()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
