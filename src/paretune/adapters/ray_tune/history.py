"""What does Ray Tune tell of a trial, and what is it to the engine?"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np

from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.trials import REASONS, Trials

REASON = "reason"
_SECONDS = "time_total_s"
_log = logging.getLogger("paretune")


@dataclass(frozen=True)
class Told:
    """A trial as it was suggested, and what was heard of it since.

    Args:
        params: its configuration.
        state: ``pending``, ``complete`` or ``failed``.
        reason: why it failed.
        values: one number an objective in the user's units, NaN where not known.
        errors: likewise, their standard errors.
        seconds: how long it took, NaN where not known.
        last: its last result, while it runs.
    """

    params: Params
    state: str = "pending"
    reason: str = ""
    values: tuple[float, ...] | None = None
    errors: tuple[float, ...] | None = None
    seconds: float = math.nan
    last: Mapping[str, Any] | None = None

    def reported(self, result: Mapping[str, Any], objectives: Objectives) -> Told:
        """It goes on, and has reported this."""
        names = {REASON, _SECONDS, *(f"{name}{suffix}" for name in objectives.names for suffix in ("", "_se"))}
        return Told(self.params, last={name: value for name, value in result.items() if name in names})

    def ended(self, result: Mapping[str, Any] | None, objectives: Objectives, *, is_error: bool) -> Told:
        """What became of it: its metrics, or the reason of its failure.

        A trial that was taken back before it had reported anything is ``lost``: it tells nothing. One that a scheduler
        has stopped counts with its last result, as everywhere in Ray Tune.

        Args:
            result: the last result, or nothing where Ray Tune hands none on.
            objectives: what the result must hold.
            is_error: whether it ended by an error.
        """
        final = dict(result or self.last or {})
        given = final.get(REASON) if final.get(REASON) in REASONS else None
        if is_error and given is None:
            return replace(self, state="failed", reason="crashed", last=None)
        if not final:
            return replace(self, state="failed", reason="lost", last=None)
        values = {name: _number(final.get(name)) for name in objectives.names}
        reason = given or _fault(values)
        return Told(
            self.params,
            "failed" if reason else "complete",
            reason,
            tuple(map(_finite, values.values())),
            tuple(_error(f"{name}_se", final) for name in objectives.names),
            _finite(_number(final.get(_SECONDS))),
        )


def trials_of(told: Sequence[Told], space: Space, objectives: Objectives) -> Trials:
    """The trials in the order in which they were suggested; what is outside a limit becomes failed."""
    unknown = (math.nan,) * len(objectives)
    shape = (-1, len(objectives))
    return Trials(
        space,
        objectives,
        tuple(trial.params for trial in told),
        losses=objectives.losses(np.array([trial.values or unknown for trial in told]).reshape(shape)),
        losses_se=np.array([trial.errors or unknown for trial in told]).reshape(shape),
        states=np.array([trial.state for trial in told], object),
        reasons=np.array([trial.reason for trial in told], object),
        durations=np.array([trial.seconds for trial in told], float),
    )


def _fault(values: Mapping[str, float | None]) -> str:
    """Why a trial that ended well has failed all the same; empty where it has not."""
    absent = [name for name, value in values.items() if value is None]
    if absent:
        _log.warning(
            "a trial ended without the metric %s, so it counts as crashed: report it by tune.report({%r: ...})",
            absent[0],
            absent[0],
        )
        return "crashed"
    return "" if all(math.isfinite(value) for value in values.values() if value is not None) else "not_finite"


def _number(value: Any) -> float | None:
    """A number of any library as Python's; None where it is none."""
    try:
        plain = value.item() if hasattr(value, "item") else value
        return None if isinstance(plain, bool) or not isinstance(plain, Real) else float(plain)
    except (TypeError, ValueError, RuntimeError, OverflowError):  # an array of many numbers, or an int beyond floats
        return None


def _finite(value: float | None) -> float:
    """The number where it is finite, else NaN."""
    return value if value is not None and math.isfinite(value) else math.nan


def _error(name: str, final: Mapping[str, Any]) -> float:
    """The standard error of that name; NaN where it is not known, or none, which is told."""
    error = _number(final.get(name))
    if final.get(name) is not None and (error is None or error < 0):
        _log.warning("a trial ended with %s=%r, but a standard error must be a number of at least 0", name, final[name])
        return math.nan
    return _finite(error)
