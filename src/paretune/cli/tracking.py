"""`--log`: each trial of a run, and those before it, in the trackers that the user has."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from paretune.study import without_password
from paretune.tracking import Sender, tracked, tracker

if TYPE_CHECKING:
    from paretune.execution import Outcome
    from paretune.study import Asked, Study

_log = logging.getLogger("paretune")


class Tracking:
    """Tells trackers of every trial of a study that has ended: at once of those that are there, then of each new one.

    Args:
        study: what is run.
        names: of the trackers; without any nothing happens.
        folder: of those that write files.
    """

    def __init__(self, study: Study, names: Sequence[str], folder: Path) -> None:
        self._study = study
        self._trackers = [tracker(name, study.name, study.space, study.objectives, folder) for name in names]
        self._sender = Sender(self._trackers)

    def __enter__(self) -> Self:
        self._sender.__enter__()
        if self._trackers:
            self._send()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sender.__exit__(kind, error, trace)
        for each in self._trackers:
            typer.echo(without_password(each.where))

    def add(self, asked: Asked, _outcome: Outcome) -> None:
        """Tell of a trial that has ended."""
        if self._trackers:
            self._send(asked.number)

    def _send(self, number: int | None = None) -> None:
        try:
            stored = self._study.stored(number)
            self._sender.send(tracked(stored.name, stored.trials, stored.records, stored.origin))
        except Exception as error:  # noqa: BLE001 (a run does not end for what is only shown)
            _log.warning("trials could not be shown (%s): the next run with --log adds what is missing", error)
