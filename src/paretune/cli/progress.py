"""Show the progress of a run: one line a trial, and on a terminal the study's state below."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from paretune.cli.display import describe_study, format_metrics
from paretune.cli.failures import describe_failure, program_name
from paretune.cli.sanitize import printable
from paretune.evaluation.contract import STEP

if TYPE_CHECKING:
    from paretune.execution import Outcome
    from paretune.study import AskedTrial, Study


class ProgressDisplay:
    """Shows each finished trial. On a terminal it also shows the output of `paretune status` and updates it.

    Args:
        study: the study that runs.
        n_trials: its total number of trials.
        console: where to write, standard error by default.
    """

    def __init__(self, study: Study, n_trials: int, console: Console | None = None) -> None:
        self._study, self._n_trials, self._origin = study, n_trials, study.origin
        self._console = console or Console(stderr=True, highlight=False)
        self._shown: list[Sequence[float]] = []
        self._live = Live(console=self._console, transient=True, auto_refresh=False)

    def __enter__(self) -> Self:
        n_counted = self._study.n_counted()
        if n_counted >= self._n_trials:
            typer.echo(printable(f"{self._study.name} already has {n_counted} trials: nothing to run"), err=True)
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, asked: AskedTrial, outcome: Outcome) -> None:
        """Print the line of a finished trial."""
        line = printable(f"{asked.number:>5}  {self._describe(outcome)}")
        self._console.print(line, markup=False, soft_wrap=True)
        if not self._console.is_terminal:
            return
        from paretune.reports import Run

        text = describe_study(Run(self._study.name, self._study.trials, self._origin), self._study.activity)
        self._live.update(Text(text), refresh=True)

    def _describe(self, outcome: Outcome) -> str:
        if outcome.stop_reason:
            return f"stopped early at step {outcome.steps[-1][STEP]}: {outcome.stop_reason}"
        if outcome.values is None:
            return describe_failure(outcome.reason, outcome.message, program_name(self._origin))
        self._shown.append(outcome.values)
        return f"{format_metrics(self._study.objectives, outcome.values, self._shown)}  {outcome.reason}".rstrip()
