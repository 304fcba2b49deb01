"""The run of a study that a service hosts, as the study's record keeps it: budget, scheduler, stop and go on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import optuna

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.schedulers.step_decision import check_objectives
from paretune.searchers import RUN_SEARCHERS
from paretune.study import record
from paretune.study.hosted_curves import make_scheduler
from paretune.study.run_end import EndKind, RunEnd
from paretune.study.run_entry import RunEntry
from paretune.study.samplers import SEARCHER_NAMES, check_searcher
from paretune.study.stopping import Stop

HOST_COMMAND = "paretune serve"
_STOP_REQUEST = RunEnd(EndKind.STOP_REQUEST).stored_text
_STOPS = "stops"  # how often the study had been asked to stop when the run began


@dataclass(frozen=True)
class HostedRun:
    """The present run of a hosted study.

    Args:
        name: the run's name, which its trials have.
        searcher: what chooses the trials.
        seed: of the search.
        n_trials: the total; None for no limit.
        scheduler: name and arguments of the rule that stops running trials; empty without one.
        stop: rules that end the run, as the arguments of `Stop`; empty without one.
        ended: why the run takes no more trials, as text; empty while it does.
        seconds: how long the run has lasted.
        searcher_options: options of the searcher, by name.
    """

    name: str
    searcher: str
    seed: int
    n_trials: int | None = None
    scheduler: Mapping[str, Any] = field(default_factory=dict)
    stop: Mapping[str, Any] = field(default_factory=dict)
    ended: str = ""
    seconds: float = 0.0
    searcher_options: Mapping[str, Any] = field(default_factory=dict)


def read_run(study: optuna.Study) -> HostedRun | None:
    """The run of a service in a study's record; None where no service has hosted it."""
    found = _find(study)
    if found is None:
        return None
    name, described = found
    return HostedRun(
        name,
        described["searcher"],
        described["seed"],
        described.get("n_trials"),
        described.get("scheduler", {}),
        described.get("stop", {}),
        described.get("ended") or (_STOP_REQUEST if record.n_stop_requests(study) > described.get(_STOPS, 0) else ""),
        time.time() - datetime.fromisoformat(described["started"]).timestamp(),
        described.get("searcher_options", {}),
    )


def begin_run(study: optuna.Study, n_before: int, settings: Mapping[str, Any]) -> HostedRun:
    """Begin the run of a service in a study's record, or change the settings of the one that is there.

    A stopped run goes on.

    Args:
        study: the study.
        n_before: how many trials it has.
        settings: ``searcher``, ``searcher_options``, ``seed``, ``n_trials``, ``scheduler`` and ``stop``; what is left
            out stays as it is. The searcher of a study without one is that of its last run.
    """
    found = _find(study)
    name, described = found or (uuid4().hex, _new_entry(study, n_before, settings))
    changed = {key: value for key, value in described.items() if key != "ended"}
    changed |= {**settings, "signed": [name], _STOPS: record.n_stop_requests(study)}
    record.add_run(study, name, changed)
    begun = read_run(study)
    assert begun is not None, "it was just written"  # noqa: S101 (for the type)
    return begun


def end_run(study: optuna.Study, end: RunEnd) -> None:
    """Note why the service's run takes no more trials."""
    if (found := _find(study)) is not None:
        record.end_run(study, found[0], end)


def _find(study: optuna.Study) -> tuple[str, dict[str, Any]] | None:
    """Name and entry of the service's run; it is the only one with this command."""
    for run in record.runs(study):
        if run.get("command") == HOST_COMMAND and run.get("signed"):
            return run["signed"][0], run
    return None


def _new_entry(study: optuna.Study, n_before: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    searched = [run for run in record.runs(study) if run["searcher"] in SEARCHER_NAMES]
    last: Mapping[str, Any] = searched[-1] if searched else {"searcher": "bayes", "seed": 0}
    searcher, seed = settings.get("searcher", last["searcher"]), settings.get("seed", last["seed"])
    options = last.get("searcher_options", {}) if searcher == last["searcher"] else {}
    return RunEntry(study, searcher, seed, HOST_COMMAND, options).describe(n_before)


def check_settings(settings: Mapping[str, Any], objectives: Objectives) -> None:
    """Check the settings of a run, before anything is written.

    Raises:
        InvalidInputError: the searcher, the scheduler or a stop rule does not fit.
    """
    check_searcher(settings.get("searcher", "bayes"), settings.get("searcher_options", {}), objectives)
    Stop(**settings.get("stop", {})).check(objectives)
    if settings.get("searcher") in RUN_SEARCHERS:
        raise InvalidInputError(
            f"searcher {settings['searcher']} copies trainings, which only a run can: choose another searcher"
        )
    if make_scheduler(settings.get("scheduler", {})) is not None:
        check_objectives(objectives)
