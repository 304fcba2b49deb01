"""The entry of a process's runs in the record of a study."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import uuid4

import optuna

from paretune.measure import environment
from paretune.study import record
from paretune.study.budget import Budget
from paretune.study.run_end import RunEnd


class RunEntry:
    """The entry of the runs that one `Study` object makes. Later runs extend the entry of the first.

    Args:
        study: the Optuna study.
        searcher: the searcher's name.
        seed: its seed.
        command: how the search was started.
        searcher_options: of the searcher, by name.
    """

    def __init__(
        self,
        study: optuna.Study,
        searcher: str,
        seed: int,
        command: str,
        searcher_options: Mapping[str, Any] | None = None,
    ) -> None:
        self._study, self._id = study, uuid4().hex
        self._settings: dict[str, Any] = {"searcher": searcher, "seed": seed, "command": command}
        if searcher_options:
            self._settings["searcher_options"] = dict(searcher_options)
        self._start: dict[str, Any] = {}
        self._runner_names: list[str] = []  # which the trials of these runs have

    def describe(self, n_before: int) -> dict[str, Any]:
        """Describe a run that starts now, after ``n_before`` trials."""
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return {**self._settings, "from_trial": n_before, "started": started, "environment": dict(_environment())}

    def begin(
        self, n_before: int, n_trials: int | None, workers: int, runner_name: str, budget: Budget | None = None
    ) -> None:
        """Write down that a run begins.

        Args:
            n_before: how many trials the study has.
            n_trials: how many it is to have; None if only the budget limits them.
            workers: how many run at the same time.
            runner_name: the name that the run's trials have.
            budget: what all trials may cost; None if it is not limited.
        """
        self._start = self._start or self.describe(n_before)
        self._runner_names.append(runner_name)
        described: dict[str, Any] = {"n_trials": n_trials, "workers": workers, "signed": list(self._runner_names)}
        if budget is not None:
            described["budget"] = {"resource": budget.resource, "amount": budget.amount}
        record.add_run(self._study, self._id, {**self._start, **described})

    def end(self, end: RunEnd | None) -> None:
        """Write down why the run ended."""
        record.end_run(self._study, self._id, end)


@cache
def _environment() -> Mapping[str, str]:
    """The machine and code of this process, read once: files that the process writes are no change of its code."""
    return environment()
