"""Send the trials of a run to the trackers that a user chose."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paretune.app.folders import tracker_folder
from paretune.execution import Outcome
from paretune.study import AskedTrial, Study, hide_password
from paretune.tracking import LoggedTrial, Sender, logged_trials, make_tracker, numbered_steps, pending_trial

_log = logging.getLogger("paretune")


class TrialTracking:
    """Sends the trials of a study to trackers: earlier trials on entry, then steps of running ones and each new one.

    Args:
        study: the study that runs.
        names: names of the trackers; without names, nothing is sent.
        report: folder of the study's report; trackers that write files get folders next to it.
    """

    def __init__(self, study: Study, names: Sequence[str], report: Path) -> None:
        self._study = study
        self._trackers = [
            make_tracker(name, study.name, study.space, study.objectives, tracker_folder(name, study.name, report))
            for name in names
        ]
        self._sender = Sender(self._trackers)
        self._running: dict[int, LoggedTrial | None] = {}

    @property
    def locations(self) -> list[str]:
        """Where a user finds the trials, one text for each tracker, without passwords."""
        return [hide_password(each.location) for each in self._trackers]

    def __enter__(self) -> Self:
        self._sender.__enter__()
        if self._trackers:
            self._send()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sender.__exit__(kind, error, trace)

    def add(self, asked: AskedTrial, outcome: Outcome) -> None:
        """Send a finished trial; a paused one is sent when it ends."""
        if outcome.is_paused:
            return
        self._running.pop(asked.number, None)
        if self._trackers:
            self._send(asked.number)

    def add_steps(self, asked: AskedTrial, steps: Sequence[Mapping[str, Any]]) -> None:
        """Send new steps of a running trial."""
        if not self._trackers:
            return
        try:
            if asked.number not in self._running:
                view = self._study.view(asked.number)
                self._running[asked.number] = pending_trial(view.name, view.trials, view.records)
            trial = self._running[asked.number]
            if trial is not None:
                self._sender.send_steps(replace(trial, steps=numbered_steps(steps)))
        except Exception as error:  # noqa: BLE001 (a tracker must not end a run)
            _log.warning("steps could not be sent to the trackers (%s): the end of the trial adds them", error)

    def _send(self, number: int | None = None) -> None:
        try:
            stored = self._study.view(number)
            self._sender.send(logged_trials(stored.name, stored.trials, stored.records, stored.origin))
        except Exception as error:  # noqa: BLE001 (a tracker must not end a run)
            _log.warning("trials could not be sent to the trackers (%s): the next run with --log adds them", error)
