"""The activity of a study: what runs, since when, how fast, and how long it will take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import is_paused, read_mapping, start_time
from paretune.adapters.optuna.history import without_dropped
from paretune.adapters.optuna.keys import ERROR_KEY, REASON_KEY, STEPS_KEY, WHERE_KEY
from paretune.study import checkpoints, record, runner
from paretune.study.budget import describe_spending
from paretune.study.trial_status import counts_towards_budget, runner_of

_N_FAILURES = 3


@dataclass(frozen=True)
class RunningTrial:
    """A trial under way.

    Args:
        number: the trial's.
        where: ``worker``, ``device`` and ``host``, as far as they are known.
        is_started: whether its evaluation has started; if not, it is the next.
        seconds: since it started.
        is_dead: whether its runner is known to be gone.
        last_step: the last step that it has reported: its metrics, and its number as ``step``; empty before the first.
    """

    number: int
    where: Mapping[str, Any]
    is_started: bool
    seconds: float
    is_dead: bool
    last_step: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Activity:
    """What a study does at a moment.

    Args:
        n_trials: the total of the last run; None where there was none.
        n_counted: how many trials count towards it, running ones included.
        n_waiting: how many trials wait in the queue.
        running: the trials that run.
        per_hour: how many trials ended per hour in the last run; None before the first.
        seconds_left: until the total is reached at that rate; None where that is not known.
        failures: number, reason and message of the last failed trials, the latest first.
        ended: why the last run ended, as text (`RunEnd.stored_text`); empty while it runs.
        n_paused: how many trials a scheduler has paused with a checkpoint.
        checkpoint_bytes: the size of all checkpoints that this machine has.
        budget: what the budget of the last run has spent, in words; empty without one.
    """

    n_trials: int | None
    n_counted: int
    n_waiting: int
    running: tuple[RunningTrial, ...]
    per_hour: float | None
    seconds_left: float | None
    failures: tuple[tuple[int, str, str], ...]
    ended: str
    n_paused: int = 0
    checkpoint_bytes: int = 0
    budget: str = ""


def activity_of(study: optuna.Study, now: datetime | None = None) -> Activity:
    """The activity of a study.

    Args:
        study: the Optuna study.
        now: the moment; by default the present.
    """
    now = now or datetime.now(UTC)
    trials = list(without_dropped(study, study.get_trials(deepcopy=False)))
    last = _current_run(study, trials)
    n_trials, n_counted = last.get("n_trials"), sum(map(counts_towards_budget, trials))
    running = tuple(_running(trial, now) for trial in trials if trial.state == TrialState.RUNNING)
    rate = _trials_per_second(trials, last, now)
    n_left = 0 if n_trials is None else max(0, n_trials - n_counted + len(running))
    return Activity(
        n_trials=n_trials,
        n_counted=n_counted,
        n_waiting=sum(trial.state == TrialState.WAITING and not is_paused(trial) for trial in trials),
        running=running,
        per_hour=None if rate is None else 3600 * rate,
        seconds_left=None if rate is None or last.get("ended") else n_left / rate,
        failures=_failures(trials),
        ended=last.get("ended", ""),
        n_paused=sum(map(is_paused, trials)),
        checkpoint_bytes=checkpoints.size(trials),
        budget=describe_spending(last.get("budget"), trials, now.timestamp()),
    )


def _current_run(study: optuna.Study, trials: list[FrozenTrial]) -> Mapping[str, Any]:
    """The latest run with a running trial; the latest of all where none has one."""
    runs = record.runs(study)
    names = {runner_of(trial).get("run") for trial in trials if trial.state == TrialState.RUNNING}
    busy = [run for run in runs if not run.get("ended") and names & set(run.get("signed", ()))]
    return (busy or runs or [{}])[-1]


def _running(trial: FrozenTrial, now: datetime) -> RunningTrial:
    owner = runner_of(trial)
    where = {key: value for key, value in read_mapping(trial, WHERE_KEY).items() if key in ("worker", "device")}
    if owner and not runner.is_same_host(owner):
        where["host"] = owner.get("host")
    seconds = max(0.0, now.timestamp() - start_time(trial))
    return RunningTrial(
        trial.number,
        where,
        WHERE_KEY in trial.user_attrs,
        seconds,
        is_dead=bool(owner) and runner.has_died(owner),
        last_step=_last_step(trial),
    )


def _last_step(trial: FrozenTrial) -> Mapping[str, Any]:
    steps = trial.user_attrs.get(STEPS_KEY)
    last = steps[-1] if isinstance(steps, list) and steps else {}
    return last if isinstance(last, Mapping) else {}


def _trials_per_second(trials: list[FrozenTrial], run: Mapping[str, Any], now: datetime) -> float | None:
    """How many counted trials ended per second, from the run's start until its end or now."""
    if "started" not in run:
        return None
    run_start = datetime.fromisoformat(run["started"]).timestamp()
    ends = [
        t.datetime_complete.timestamp() for t in trials if t.datetime_complete is not None and counts_towards_budget(t)
    ]
    ends = [end for end in ends if end >= run_start]
    until = max(ends) if run.get("ended") and ends else now.timestamp()
    return len(ends) / (until - run_start) if ends and until > run_start else None


def _failures(trials: list[FrozenTrial]) -> tuple[tuple[int, str, str], ...]:
    failed = [t for t in trials if t.state == TrialState.FAIL and counts_towards_budget(t)]
    return tuple(
        (t.number, str(t.user_attrs.get(REASON_KEY, "crashed")), str(t.user_attrs.get(ERROR_KEY, "")))
        for t in sorted(failed, key=lambda t: t.number, reverse=True)[:_N_FAILURES]
    )
