"""The outcome of an evaluation: valid metrics, or a failure with its reason."""

from __future__ import annotations

import itertools
import math
import numbers
import sysconfig
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paretune.errors import FAILURE_REASONS, InvalidInputError, TrialFailedError
from paretune.evaluation.contract import STEP, STEPS_METRIC
from paretune.evaluation.curve import CurveRecorder, check_step
from paretune.evaluation.failure_text import (
    OUT_OF_MEMORY_ERRORS,
    FailureText,
    parse_failure_text,
    shows_out_of_memory,
)
from paretune.evaluation.reserved_names import describe_invalid_metric
from paretune.metric_value import metric_as_float
from paretune.objectives import RESERVED_PREFIX, Objectives

MAX_MESSAGE_CHARACTERS = 2_000
MAX_METRICS = 1_000  # of a trial; each is an entry in the storage
_PACKAGE_FOLDERS = {"site-packages", "dist-packages"}
_LIBRARY_FOLDERS = (Path(__file__).parents[1], Path(sysconfig.get_path("stdlib")))


@dataclass(frozen=True)
class Outcome:
    """The part of an evaluation that is stored with its trial.

    Args:
        values: one finite number per objective, in the user's units; None if they are not all known.
        reason: why the trial failed, one of `paretune.trials.FAILURE_REASONS`; empty if it did not fail.
        failure: what happened in a failed trial.
        metrics: all other metrics, by name.
        violations: constraints other than the objectives' limits, by name; satisfied if at most 0.
        seconds: how long the evaluation took; None if nobody measured it.
        steps: intermediate metrics, one mapping per step, as `paretune.evaluation.curve.CurveRecorder` keeps them.
        has_stopped: whether the training was asked to stop, and stopped.
        stop_reason: why a scheduler stopped the trial; empty if none did. Then it has no values, and no other reason.
        is_paused: whether a stopped trial has saved a checkpoint and may be gone on with.
        notices: what else the user should know, such as that a checkpoint could not be saved.
    """

    values: tuple[float, ...] | None = None
    reason: str = ""
    failure: FailureText = field(default_factory=FailureText)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    violations: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None
    steps: tuple[Mapping[str, Any], ...] = ()
    has_stopped: bool = False
    stop_reason: str = ""
    is_paused: bool = False
    notices: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What happened in a failed trial, as text of at most `MAX_MESSAGE_CHARACTERS`; empty if it did not fail."""
        return str(self.failure)[:MAX_MESSAGE_CHARACTERS]

    @classmethod
    def from_metrics(cls, metrics: object, objectives: Objectives) -> Outcome:
        """Check the metrics that an evaluation returned.

        The trial is ``crashed`` if a metric is missing, is not a number or has a reserved name; ``not_finite`` if an
        objective is NaN or infinite; ``outside_limits`` if an objective is outside its limit.

        Args:
            metrics: numbers by name: every objective, ``<objective>_se`` if known, and any other; under
                `paretune.evaluation.contract.STEPS_METRIC` the intermediate metrics, one mapping per step.
            objectives: the metrics that must be there.
        """
        if not isinstance(metrics, Mapping):
            return _crashed(f"evaluate must return a mapping from name to number, but returned {metrics!r}")
        plain = {str(name): _to_plain(value) for name, value in metrics.items() if name != STEPS_METRIC}
        if len(plain) > MAX_METRICS:
            return _crashed(f"it has {len(plain):,} metrics, but at most {MAX_METRICS:,} are stored: leave some out")
        steps = metrics.get(STEPS_METRIC, ())
        if not isinstance(steps, Sequence) or not all(isinstance(step, Mapping) for step in steps):
            message = f"evaluate must return one mapping per step as {STEPS_METRIC!r}, but returned {steps!r}"
            return _crashed(message, plain)
        return replace(_check_metrics(plain, objectives), steps=_curve_of(steps).steps)

    def with_curve(self, curve: CurveRecorder) -> Outcome:
        """The same outcome with a curve of reported steps; steps that the evaluation returned replace equal steps."""
        for step in self.steps:
            metrics = dict(step)
            curve.add(metrics.pop(STEP), metrics)
        return replace(self, steps=curve.steps)

    def as_stopped(self, reason: str, objectives: Objectives, known: Mapping[str, float]) -> Outcome:
        """The outcome of a trial that a scheduler stopped, whatever its evaluation returned or raised after that.

        Args:
            reason: of the scheduler's decision.
            objectives: their values at the stop are no final values, so they stay in the curve only.
            known: the values of objectives that were known before the training.
        """
        unknown = {*objectives.names, *(f"{name}_se" for name in objectives.names)}
        metrics = {name: value for name, value in self.metrics.items() if name not in unknown} | dict(known)
        return replace(
            self, values=None, reason="", failure=FailureText(), metrics=metrics, has_stopped=True, stop_reason=reason
        )

    @classmethod
    def from_error(cls, error: BaseException) -> Outcome:
        """Describe an evaluation that raised."""
        try:
            text = str(error)
        except Exception:  # noqa: BLE001 (an exception of the user's own class may fail to describe itself)
            text = "no message"
        if isinstance(error, TrialFailedError):
            reason = error.reason if error.reason in FAILURE_REASONS else "crashed"
            metrics = _storable({str(name): _to_plain(value) for name, value in error.metrics.items()})
            return replace(cls.from_reason(reason, text), metrics=metrics)
        if isinstance(error, MemoryError) or type(error).__name__ in OUT_OF_MEMORY_ERRORS or shows_out_of_memory(text):
            reason = "out_of_memory"
        elif isinstance(error, TimeoutError):
            reason = "timed_out"
        else:
            reason = "crashed"
        line = _user_line(error)
        cause = f"{type(error).__name__}: {text}"[: MAX_MESSAGE_CHARACTERS - len(line)] + line
        return cls(reason=reason, failure=FailureText(cause))

    @classmethod
    def from_reason(cls, reason: str, message: str) -> Outcome:
        """Describe a failure that was found from outside, such as a node that died.

        Args:
            reason: one of `paretune.trials.FAILURE_REASONS`.
            message: what happened; it may end with the last lines of a log, as `FailureText` formats them.

        Raises:
            InvalidInputError: the reason is unknown.
        """
        if reason not in FAILURE_REASONS:
            raise InvalidInputError(f"reason must be one of {', '.join(FAILURE_REASONS)}, but is {reason!r}")
        return cls(reason=reason, failure=parse_failure_text(message[:MAX_MESSAGE_CHARACTERS]))


def _crashed(message: str, metrics: Mapping[str, Any] | None = None) -> Outcome:
    failure = FailureText(message[:MAX_MESSAGE_CHARACTERS])
    return Outcome(reason="crashed", failure=failure, metrics=_storable(metrics or {}))


def _check_metrics(metrics: Mapping[str, Any], objectives: Objectives) -> Outcome:
    invalid = describe_invalid_metric(metrics, objectives.names)
    if invalid:
        return _crashed(f"evaluate returned {invalid}", metrics)
    for name in objectives.names:
        value = metrics.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            returned = f"{name}={value!r}" if name in metrics else f"only {', '.join(metrics) or 'nothing'}"
            return _crashed(f"evaluate must return a number for {name!r}, but returned {returned}", metrics)
    values = tuple(float(metrics[name]) for name in objectives.names)
    for name, value in zip(objectives.names, values, strict=True):
        if not math.isfinite(value):
            return Outcome(reason="not_finite", failure=FailureText(f"{name} is {value}"), metrics=_storable(metrics))
    others = _storable({name: value for name, value in metrics.items() if name not in objectives.names})
    if not objectives.is_within(objectives.losses([values]))[0]:
        violations = objectives.describe_violations(dict(zip(objectives.names, values, strict=True)))
        return Outcome(values, "outside_limits", FailureText(", ".join(violations)), others)
    return Outcome(values, metrics=others)


def _user_line(error: BaseException) -> str:
    """The last line of the user's own code in the traceback; empty if there is none."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        is_library = any(path.is_relative_to(folder) for folder in _LIBRARY_FOLDERS)
        if path.is_file() and not is_library and _PACKAGE_FOLDERS.isdisjoint(path.parts):
            return f" ({path.name}, line {frame.lineno})"
    return ""


def _to_plain(value: Any) -> Any:
    """A number of any library as Python's own; anything else as text, cut to a length that every storage takes."""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    number = metric_as_float(value)
    return str(value)[:MAX_MESSAGE_CHARACTERS] if number is None else number


def _curve_of(steps: Sequence[Mapping[str, Any]]) -> CurveRecorder:
    """The curve of returned steps. Where a step has no whole number, all are numbered from 0."""
    curve = CurveRecorder()
    try:
        numbers = [check_step(step[STEP]) for step in steps]
    except (KeyError, InvalidInputError):
        numbers = list(range(len(steps)))
    for number, step in zip(numbers, steps, strict=True):
        curve.add(number, _finite_numbers(step))
    return curve


def _finite_numbers(step: Mapping[str, Any]) -> dict[str, float]:
    numbers = {str(name): metric_as_float(value) for name, value in step.items() if name != STEP}
    allowed = {name: number for name, number in numbers.items() if not name.startswith(RESERVED_PREFIX)}
    return {name: number for name, number in allowed.items() if number is not None and math.isfinite(number)}


def _storable(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The first metrics, at most `MAX_METRICS`, without numbers that are not finite and without reserved names."""
    allowed = {name: value for name, value in metrics.items() if not name.startswith(RESERVED_PREFIX)}
    finite = {name: value for name, value in allowed.items() if not isinstance(value, float) or math.isfinite(value)}
    return dict(itertools.islice(finite.items(), MAX_METRICS))
