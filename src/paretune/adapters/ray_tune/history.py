"""What Ray Tune reported of each trial, and all of them as `Trials`."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

import numpy as np
from ray.tune.result import TRAINING_ITERATION

from paretune.adapters.ray_tune.reported import PAUSED, STOPPED, step_metrics
from paretune.evaluation.curve import CurveRecorder, check_step
from paretune.objectives import Objectives
from paretune.schedulers.known_objectives import known_values
from paretune.space import Params, Space
from paretune.trials import FAILURE_REASONS, Curves, Trials

REASON = "reason"
_SECONDS = "time_total_s"
_log = logging.getLogger("paretune")


@dataclass(frozen=True)
class TrialRecord:
    """A suggested trial, and what Ray Tune has reported of it since.

    Args:
        params: its configuration.
        state: ``pending``, ``complete``, ``failed`` or ``stopped``.
        reason: why it failed.
        values: one number per objective in the user's units, NaN where unknown.
        errors: likewise, the standard errors.
        seconds: how long it took, NaN where unknown.
        last: its last result, while it runs.
        curve: what it reported at its steps; None before the first one.
        is_paused: whether a scheduler has paused it.
    """

    params: Params
    state: str = "pending"
    reason: str = ""
    values: tuple[float, ...] | None = None
    errors: tuple[float, ...] | None = None
    seconds: float = math.nan
    last: Mapping[str, Any] | None = None
    curve: CurveRecorder | None = field(default=None, compare=False)
    is_paused: bool = False

    def with_report(self, result: Mapping[str, Any], objectives: Objectives) -> TrialRecord:
        """The trial after an intermediate report."""
        names = {REASON, _SECONDS, *(f"{name}{suffix}" for name in objectives.names for suffix in ("", "_se"))}
        last = {name: value for name, value in result.items() if name in names}
        return TrialRecord(self.params, last=last, curve=self._add_step(result), is_paused=PAUSED in result)

    def with_end(self, result: Mapping[str, Any] | None, objectives: Objectives, *, is_error: bool) -> TrialRecord:
        """The trial after its end, with its metrics or the reason of its failure.

        A trial that ended before any report is ``lost``. A trial that a `ParetoScheduler` stopped is ``stopped``. One
        that another scheduler stopped counts with its last result, as everywhere in Ray Tune.

        Args:
            result: the last result; None where Ray Tune gives none.
            objectives: what the result must contain.
            is_error: whether the trial ended with an error.
        """
        final = dict(result or self.last or {})
        reported = final.get(REASON) if final.get(REASON) in FAILURE_REASONS else None
        if is_error and reported is None:
            return replace(self, state="failed", reason="crashed", last=None)
        if not final:
            return replace(self, state="failed", reason="lost", last=None)
        seconds, curve = _finite(_number(final.get(_SECONDS))), self._add_step(final)
        if STOPPED in final or (result is None and self.is_paused):
            return TrialRecord(self.params, "stopped", seconds=seconds, curve=curve)
        values = {name: _number(final.get(name)) for name in objectives.names}
        reason = reported or _find_failure(values)
        return TrialRecord(
            self.params,
            "failed" if reason else "complete",
            reason,
            tuple(map(_finite, values.values())),
            tuple(_standard_error(f"{name}_se", final) for name in objectives.names),
            seconds,
            curve=curve,
        )

    def _add_step(self, result: Mapping[str, Any]) -> CurveRecorder | None:
        """The curve with the step of a result; Ray Tune reports the last one twice."""
        step = result.get(TRAINING_ITERATION)
        if step is None:
            return self.curve
        curve = CurveRecorder() if self.curve is None else self.curve
        curve.add(check_step(step), step_metrics(result))
        return curve


def to_trials(records: Sequence[TrialRecord], space: Space, objectives: Objectives) -> Trials:
    """The trials in the order of their suggestions; a trial outside a limit is failed."""
    unknown = (math.nan,) * len(objectives)
    shape = (-1, len(objectives))
    curves = {number: trial.curve.steps for number, trial in enumerate(records) if trial.curve is not None}
    trials = Trials(
        space,
        objectives,
        tuple(trial.params for trial in records),
        losses=objectives.losses(np.array([trial.values or unknown for trial in records]).reshape(shape)),
        losses_se=np.array([trial.errors or unknown for trial in records]).reshape(shape),
        states=np.array([trial.state for trial in records], object),
        reasons=np.array([trial.reason for trial in records], object),
        durations=np.array([trial.seconds for trial in records], float),
        curves=Curves.from_steps(curves),
    )
    return _with_known_values(trials) if trials.is_stopped.any() else trials


def _with_known_values(trials: Trials) -> Trials:
    """The trials, where stopped ones have the objectives that were known before their training."""
    values = trials.values.copy()
    for row in np.flatnonzero(trials.is_stopped):
        known = known_values(trials, int(trials.numbers[row]))
        values[row] = [known.get(name, math.nan) for name in trials.objectives.names]
    return replace(trials, losses=trials.objectives.losses(values))


def _find_failure(values: Mapping[str, float | None]) -> str:
    """The reason of failure of a trial that ended without an error; empty where it is complete."""
    missing = [name for name, value in values.items() if value is None]
    if missing:
        _log.warning(
            "a trial ended without the metric %s, so it counts as crashed: report it with tune.report({%r: ...})",
            missing[0],
            missing[0],
        )
        return "crashed"
    return "" if all(math.isfinite(value) for value in values.values() if value is not None) else "not_finite"


def _number(value: Any) -> float | None:
    """A number of any library as a float; None where the value is no number."""
    try:
        scalar = value.item() if hasattr(value, "item") else value
        return None if isinstance(scalar, bool) or not isinstance(scalar, Real) else float(scalar)
    except (TypeError, ValueError, RuntimeError, OverflowError):  # an array of many numbers, or an int beyond floats
        return None


def _finite(value: float | None) -> float:
    """The number if it is finite, else NaN."""
    return value if value is not None and math.isfinite(value) else math.nan


def _standard_error(name: str, final: Mapping[str, Any]) -> float:
    """The standard error of that name; NaN where it is unknown, or impossible, which is logged."""
    error = _number(final.get(name))
    if final.get(name) is not None and (error is None or error < 0):
        _log.warning("a trial reported %s=%r; a standard error must be a number >= 0", name, final[name])
        return math.nan
    return _finite(error)
