"""What is a tracker told of a trial?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from paretune.trials import Trials

_STEP = "step"  # among the metrics of a step: which one it was
_BEGUN = "begun"  # in the record of a trial that somebody began to evaluate
_TOLD_APART = {"error", "durations", "steps", _BEGUN}  # of a record: what has its own field


@dataclass(frozen=True)
class Tracked:
    """A trial that has ended.

    Args:
        study: the study's name.
        number: the trial's.
        params: its configuration.
        metrics: numbers by name: the objectives in the user's units, ``<objective>_se``, and any other.
        steps: number of the step and its metrics, in order.
        state: ``complete`` or ``failed``.
        reason: why it failed, one of `paretune.trials.REASONS`; empty where it did not.
        error: what happened, in words.
        started: POSIX seconds; NaN where not known.
        seconds: how long it took; NaN where not known.
        durations: seconds by what they were spent on.
        about: whatever else is known, such as ``worker``, ``device``, ``host``, ``searcher`` and ``seed``.
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
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Tells it from every other trial, also of another study of that name.

        Example:
            >>> Tracked("nets", 7, {}, started=1.5).key
            'trial-0007-19700101-000001-500000'
        """
        if not math.isfinite(self.started):
            return f"trial-{self.number:04}"
        return f"trial-{self.number:04}-{datetime.fromtimestamp(self.started, UTC):%Y%m%d-%H%M%S-%f}"

    @property
    def ended(self) -> float:
        """When it ended, as far as that is known, in POSIX seconds."""
        return self.begun + (self.seconds if math.isfinite(self.seconds) else 0.0)

    @property
    def begun(self) -> float:
        """When it began, in POSIX seconds; 0 where not known."""
        return self.started if math.isfinite(self.started) else 0.0


def tracked(
    study: str, trials: Trials, records: Mapping[int, Mapping[str, Any]], origin: Mapping[str, Any]
) -> list[Tracked]:
    """The trials that have ended, as trackers are told of them; those that were lost before they began are left out.

    Args:
        study: the study's name.
        trials: what was tried.
        records: by number, whatever else is known of a trial, as `paretune.study.Stored` has it.
        origin: the study's, with its runs.
    """
    runs = {name: run for run in origin.get("runs", ()) for name in run.get("signed", ())}
    rows = np.flatnonzero(~trials.is_pending)
    found = [_tracked(study, trials[row : row + 1], records, runs) for row in rows]
    return [trial for trial in found if trial.reason != "lost" or _BEGUN in records.get(trial.number, {})]


def _tracked(study: str, trial: Trials, records: Mapping[int, Any], runs: Mapping[Any, Any]) -> Tracked:
    (number,) = trial.numbers.tolist()
    record = records.get(number, {})
    run = runs.get(record.get("run"), {})
    about = {**{key: run[key] for key in ("searcher", "seed") if key in run}, **record}
    measured = {**trial.metrics[0], **_named(trial, trial.values[0], ""), **_named(trial, trial.losses_se[0], "_se")}
    return Tracked(
        study,
        number,
        trial.params[0],
        metrics=dict(_numbers(measured)),
        steps=[_step(i, step) for i, step in enumerate(record.get("steps", ()))],
        state=str(trial.states[0]),
        reason=str(trial.reasons[0]),
        error=str(record.get("error", "")),
        started=float(trial.started[0]),
        seconds=float(trial.durations[0]),
        durations=dict(_numbers(record.get("durations", {}))),
        about={**_texts(measured), **{key: str(value) for key, value in about.items() if key not in _TOLD_APART}},
    )


def _step(i: int, step: Mapping[str, Any]) -> tuple[int, dict[str, float]]:
    """The number that a step gives itself, else its place, and its metrics."""
    numbers = dict(_numbers(step))
    return round(numbers.pop(_STEP, i)), numbers


def _named(trial: Trials, numbers: Any, suffix: str) -> dict[str, float]:
    return {f"{name}{suffix}": value for name, value in zip(trial.objectives.names, numbers.tolist(), strict=True)}


def _numbers(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            yield name, float(value)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Metrics that are no numbers, such as how they were measured."""
    return {
        name: str(value)
        for name, value in values.items()
        if name not in _TOLD_APART and (isinstance(value, bool) or not isinstance(value, (int, float)))
    }
