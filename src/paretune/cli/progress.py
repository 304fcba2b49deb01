"""Show the progress of a run: one line a trial, and on a terminal the study's state below."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from paretune.cli.display import describe_study, format_metrics
from paretune.cli.failures import describe_failure, program_name
from paretune.cli.log_lines import LOGGER, log_message
from paretune.cli.sanitize import one_line
from paretune.evaluation.contract import STEP

if TYPE_CHECKING:
    from paretune.execution import Outcome
    from paretune.study import AskedTrial, Study

_TICK_SECONDS = 1.0
_SHARE = 10  # the state is read in one part of the time: reading many trials must not slow the search down
_N_TAIL = 500  # characters of a log of which the last line is shown


class ProgressDisplay:
    """Shows each finished trial. On a terminal, the state of the study is below, and changes every second.

    Args:
        study: the study that runs.
        n_trials: its total number of trials.
        console: where the state is shown, standard error by default.
    """

    def __init__(self, study: Study, n_trials: int, console: Console | None = None) -> None:
        self._study, self._n_trials, self._origin = study, n_trials, study.origin
        self._console = console or Console(stderr=True, highlight=False)
        self._shown: list[Sequence[float]] = []
        self._live = Live(console=self._console, transient=True, auto_refresh=False)
        self._is_over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="paretune-progress", daemon=True)

    def __enter__(self) -> Self:
        n_counted = self._study.n_counted()
        if n_counted >= self._n_trials:
            log_message(f"{self._study.name} already has {n_counted} trials: nothing to run", logging.INFO)
        if self._console.is_terminal:
            self._live.start()
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        if self._ticker.is_alive():
            self._ticker.join()
        self._live.stop()

    def show(self, asked: AskedTrial, outcome: Outcome) -> None:
        """Log the line of a finished trial."""
        has_failed = outcome.values is None or bool(outcome.reason)
        state = (
            "paused"
            if outcome.is_paused
            else "stopped"
            if outcome.stop_reason
            else "failed"
            if has_failed
            else "complete"
        )
        names = self._study.objectives.names
        values = {} if outcome.values is None else dict(zip(names, outcome.values, strict=True))
        fields = {"trial": asked.number, "state": state, "reason": outcome.reason, "values": values}
        LOGGER.info("%5d  %s", asked.number, self._describe(outcome), extra={"fields": fields})

    def _tick(self) -> None:
        """Show the state at once and every second, in a thread of its own: a trial may run in this process."""
        pause = 0.0
        while not self._is_over.wait(pause):
            begin = time.monotonic()
            self._live.update(Text(self._describe_state()), refresh=True)
            pause = max(_TICK_SECONDS, _SHARE * (time.monotonic() - begin))

    def _describe_state(self) -> str:
        from paretune.execution.logs import last_lines
        from paretune.reports import Run

        try:
            activity = self._study.activity
            tails = {t.number: last_lines(self._study.logs / str(t.number), 1, _N_TAIL) for t in activity.running}
            return describe_study(Run(self._study.name, self._study.trials, self._origin), activity, tails)
        except Exception as error:  # noqa: BLE001 (the display must not end a run; the run itself meets the same error)
            return f"{self._study.name}: the state is not known ({one_line(str(error))})"

    def _describe(self, outcome: Outcome) -> str:
        if outcome.stop_reason:
            word = "paused" if outcome.is_paused else "stopped early"
            return f"{word} at step {outcome.steps[-1][STEP]}: {outcome.stop_reason}"
        if outcome.values is None:
            return describe_failure(outcome.reason, outcome.message, program_name(self._origin))
        self._shown.append(outcome.values)
        return f"{format_metrics(self._study.objectives, outcome.values, self._shown)}  {outcome.reason}".rstrip()
