"""What does a study do at this moment: what runs, since when, how fast, and until when?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.history import REASON_KEY, WHERE_KEY, begun, noted
from paretune.study import record, runner
from paretune.study.ledger import ERROR_KEY, counts, runner_of

_N_FAILURES = 3


@dataclass(frozen=True)
class Running:
    """A trial under way.

    Args:
        number: the trial's.
        where: ``worker``, ``device`` and ``host``, as far as they are known.
        is_begun: whether it runs already, or is the next.
        seconds: since it began.
        is_dead: whether its runner is known to be gone.
    """

    number: int
    where: Mapping[str, Any]
    is_begun: bool
    seconds: float
    is_dead: bool


@dataclass(frozen=True)
class Activity:
    """What a study does.

    Args:
        n_trials: the total of the last run; None where there was none.
        n_counted: how many trials count towards it, those that run included.
        n_waiting: how many wait to be tried again.
        running: what runs.
        per_hour: trials that ended in an hour, over the last run; None before the first.
        seconds_left: until the total is reached at that rate; None where that is not known.
        failures: number, reason and message of the last that failed, the latest first.
        ended: why the last run ended; empty while it runs.
    """

    n_trials: int | None
    n_counted: int
    n_waiting: int
    running: tuple[Running, ...]
    per_hour: float | None
    seconds_left: float | None
    failures: tuple[tuple[int, str, str], ...]
    ended: str


def activity_of(study: optuna.Study, now: datetime | None = None) -> Activity:
    """What a study does.

    Args:
        study: Optuna's.
        now: the present, by default.
    """
    now = now or datetime.now(UTC)
    trials = study.get_trials(deepcopy=False)
    last = _run_of(study, trials)
    n_trials, n_counted = last.get("n_trials"), sum(map(counts, trials))
    running = tuple(_running(trial, now) for trial in trials if trial.state == TrialState.RUNNING)
    rate = _per_second(trials, last, now)
    n_left = 0 if n_trials is None else max(0, n_trials - n_counted + len(running))
    return Activity(
        n_trials=n_trials,
        n_counted=n_counted,
        n_waiting=sum(trial.state == TrialState.WAITING for trial in trials),
        running=running,
        per_hour=None if rate is None else 3600 * rate,
        seconds_left=None if rate is None or last.get("ended") else n_left / rate,
        failures=_failures(trials),
        ended=last.get("ended", ""),
    )


def _run_of(study: optuna.Study, trials: list[FrozenTrial]) -> Mapping[str, Any]:
    """The run that began last of those that have a trial under way, else of all."""
    runs = record.runs(study)
    names = {runner_of(trial).get("run") for trial in trials if trial.state == TrialState.RUNNING}
    busy = [run for run in runs if not run.get("ended") and names & set(run.get("signed", ()))]
    return (busy or runs or [{}])[-1]


def _running(trial: FrozenTrial, now: datetime) -> Running:
    known = runner_of(trial)
    where = {key: value for key, value in noted(trial, WHERE_KEY).items() if key in ("worker", "device")}
    if known and not runner.is_here(known):
        where["host"] = known.get("host")
    seconds = max(0.0, now.timestamp() - begun(trial))
    return Running(
        trial.number, where, WHERE_KEY in trial.user_attrs, seconds, is_dead=bool(known) and runner.has_died(known)
    )


def _per_second(trials: list[FrozenTrial], run: Mapping[str, Any], now: datetime) -> float | None:
    """How many counted trials have ended in a second since the run began, or while it lasted."""
    if "started" not in run:
        return None
    begun = datetime.fromisoformat(run["started"]).timestamp()
    ends = [t.datetime_complete.timestamp() for t in trials if t.datetime_complete is not None and counts(t)]
    ends = [end for end in ends if end >= begun]
    until = max(ends) if run.get("ended") and ends else now.timestamp()
    return len(ends) / (until - begun) if ends and until > begun else None


def _failures(trials: list[FrozenTrial]) -> tuple[tuple[int, str, str], ...]:
    failed = [t for t in trials if t.state == TrialState.FAIL and counts(t)]
    return tuple(
        (t.number, str(t.user_attrs.get(REASON_KEY, "crashed")), str(t.user_attrs.get(ERROR_KEY, "")))
        for t in sorted(failed, key=lambda t: t.number, reverse=True)[:_N_FAILURES]
    )
