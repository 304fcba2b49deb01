"""The data of a trial that trackers receive."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from paretune.argument_checks import EMPTY, MAPPING, NAME, check_arguments, list_of
from paretune.trials import Trials

_STEP_KEY = "step"  # key of the step number among the metrics of a step
_BEGUN_KEY = "begun"  # key in the record of a trial whose evaluation began
_SEPARATE_FIELDS = {"error", "durations", "steps", _BEGUN_KEY}  # entries of a record that have their own fields


@dataclass(frozen=True)
class LoggedTrial:
    """A trial that has ended, or new steps of one that runs.

    Args:
        study: name of the study.
        number: number of the trial.
        params: configuration of the trial.
        metrics: numbers by name: the objectives in the user's units, ``<objective>_se``, and other metrics.
        steps: step numbers and their metrics, in order.
        state: ``complete``, ``failed`` or ``pending``.
        reason: reason of the failure, one of `paretune.trials.FAILURE_REASONS`; empty for a complete trial.
        error: description of the failure.
        started: start in POSIX seconds; NaN if unknown.
        seconds: duration; NaN if unknown.
        durations: seconds by activity.
        details: other known facts, such as ``worker``, ``device``, ``host``, ``searcher`` and ``seed`` of
            the run, and ``trial_seed``.
    """

    study: str
    number: int
    params: Mapping[str, Any]
    metrics: Mapping[str, float] = field(default_factory=dict)
    steps: Sequence[tuple[int, Mapping[str, float]]] = ()
    state: str = "complete"
    reason: str = ""
    error: str = ""
    started: float = math.nan
    seconds: float = math.nan
    durations: Mapping[str, float] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A key that differs from those of all other trials, also in another study of the same name.

        Example:
            >>> LoggedTrial("nets", 7, {}, started=1.5).key
            'trial-0007-19700101-000001-500000'
        """
        if not math.isfinite(self.started):
            return f"trial-{self.number:04}"
        return f"trial-{self.number:04}-{datetime.fromtimestamp(self.started, UTC):%Y%m%d-%H%M%S-%f}"

    @property
    def end_time(self) -> float:
        """End in POSIX seconds, as far as known."""
        return self.start_time + (self.seconds if math.isfinite(self.seconds) else 0.0)

    @property
    def start_time(self) -> float:
        """Start in POSIX seconds; 0 if unknown."""
        return self.started if math.isfinite(self.started) else 0.0


def logged_trials(
    study: str, trials: Trials, records: Mapping[int, Mapping[str, Any]], origin: Mapping[str, Any]
) -> list[LoggedTrial]:
    """The ended trials in the form for trackers, without those that were lost before they began.

    Args:
        study: name of the study.
        trials: trials of the study.
        records: by number, other facts about a trial, as `paretune.study.StudyView` has them.
        origin: origin of the study, with its runs.
    """
    check_arguments(study=(study, NAME), trials=(trials, Trials), records=(records, MAPPING), origin=(origin, MAPPING))
    runs = {name: run for run in origin.get("runs", ()) for name in run.get("signed", ())}
    rows = np.flatnonzero(~trials.is_pending)
    found = [_logged_trial(study, trials[row : row + 1], records, runs) for row in rows]
    return [trial for trial in found if trial.reason != "lost" or _BEGUN_KEY in records.get(trial.number, {})]


def pending_trial(study: str, trials: Trials, records: Mapping[int, Mapping[str, Any]]) -> LoggedTrial | None:
    """The only trial among some in the form for trackers, without steps, if it is pending; else None.

    Args:
        study: name of the study.
        trials: one trial.
        records: as in `logged_trials`.
    """
    check_arguments(study=(study, NAME), trials=(trials, Trials), records=(records, MAPPING))
    is_pending = len(trials) == 1 and bool(trials.is_pending[0])
    return replace(_logged_trial(study, trials, records, {}), steps=()) if is_pending else None


def numbered_steps(steps: Sequence[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, float]]]:
    """Stored steps as pairs of their number and their metrics.

    Example:
        >>> numbered_steps([{"step": 3, "loss": 0.5}])
        [(3, {'loss': 0.5})]
    """
    check_arguments(steps=(steps, list_of(MAPPING), EMPTY))
    return [_step(i, step) for i, step in enumerate(steps)]


def _logged_trial(study: str, trial: Trials, records: Mapping[int, Any], runs: Mapping[Any, Any]) -> LoggedTrial:
    (number,) = trial.numbers.tolist()
    record = records.get(number, {})
    run = runs.get(record.get("run"), {})
    about = {key: run[key] for key in ("searcher", "seed") if key in run}
    about |= {"trial_seed" if key == "seed" else key: value for key, value in record.items()}
    measured = {**trial.metrics[0], **_named(trial, trial.values[0], ""), **_named(trial, trial.losses_se[0], "_se")}
    return LoggedTrial(
        study,
        number,
        trial.params[0],
        metrics=dict(_numbers(measured)),
        steps=numbered_steps(record.get("steps", ())),
        state=str(trial.states[0]),
        reason=str(trial.reasons[0]),
        error=str(record.get("error", "")),
        started=float(trial.started[0]),
        seconds=float(trial.durations[0]),
        durations=dict(_numbers(record.get("durations", {}))),
        details={
            **_texts(measured),
            **{key: str(value) for key, value in about.items() if key not in _SEPARATE_FIELDS},
        },
    )


def _step(i: int, step: Mapping[str, Any]) -> tuple[int, dict[str, float]]:
    """The metrics of a step and its number: the one among the metrics, else its index."""
    numbers = dict(_numbers(step))
    return round(numbers.pop(_STEP_KEY, i)), numbers


def _named(trial: Trials, numbers: Any, suffix: str) -> dict[str, float]:
    return {f"{name}{suffix}": value for name, value in zip(trial.objectives.names, numbers.tolist(), strict=True)}


def _numbers(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            yield name, float(value)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Metrics that are not numbers, such as the way of measuring."""
    return {
        name: str(value)
        for name, value in values.items()
        if name not in _SEPARATE_FIELDS and (isinstance(value, bool) or not isinstance(value, (int, float)))
    }
