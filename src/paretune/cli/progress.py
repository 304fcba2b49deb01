"""The progress of a run: a line a trial, and on a terminal the study's state below them."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from paretune.cli.display import described, failure, metrics, program_of

if TYPE_CHECKING:
    from paretune.execution import Outcome
    from paretune.study import Asked, Study


class Progress:
    """Shows each trial that ends, and below them, on a terminal, what `paretune status` shows.

    Args:
        study: what is run.
        n_trials: its total.
        console: where to write; standard error by default.
    """

    def __init__(self, study: Study, n_trials: int, console: Console | None = None) -> None:
        self._study, self._n_trials, self._origin = study, n_trials, study.origin
        self._console = console or Console(stderr=True, highlight=False)
        self._shown: list[Sequence[float]] = []
        self._live = Live(console=self._console, transient=True, auto_refresh=False)

    def __enter__(self) -> Self:
        before = self._study.n_counted()
        if before >= self._n_trials:
            typer.echo(f"{self._study.name} has its {before} trials: nothing to run", err=True)
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, asked: Asked, outcome: Outcome) -> None:
        """Print the line of a finished trial."""
        self._console.print(f"{asked.number:>5}  {self._told(outcome)}", markup=False, soft_wrap=True)
        if not self._console.is_terminal:
            return
        from paretune.report import Run

        text = described(Run(self._study.name, self._study.trials, self._origin), self._study.activity)
        self._live.update(Text(text), refresh=True)

    def _told(self, outcome: Outcome) -> str:
        if outcome.values is None:
            return failure(outcome.reason, outcome.message, program_of(self._origin))
        self._shown.append(outcome.values)
        return f"{metrics(self._study.objectives, outcome.values, self._shown)}  {outcome.reason}".rstrip()
