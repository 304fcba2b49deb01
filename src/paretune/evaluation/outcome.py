"""What came of an evaluation: metrics that count, or a failure with its reason."""

from __future__ import annotations

import json
import math
import numbers
import sysconfig
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paretune.errors import REASONS, InvalidInputError, TrialFailedError
from paretune.evaluation.contract import STEPS
from paretune.evaluation.failure_text import OUT_OF_MEMORY, shows_out_of_memory
from paretune.evaluation.reserved_names import misuse
from paretune.objectives import OURS, Objectives, as_number

MAX_TEXT = 2_000
_PACKAGES = {"site-packages", "dist-packages"}
_NOT_THE_USERS = (Path(__file__).parents[1], Path(sysconfig.get_path("stdlib")))
_MAX_STEPS = 60_000  # an attribute of some storages holds 65,535 bytes


@dataclass(frozen=True)
class Outcome:
    """What is written down of a trial.

    Args:
        values: one finite number an objective, in the user's units; None where they are not all known.
        reason: why it failed, one of `paretune.trials.REASONS`; empty where it did not.
        message: what happened, in a line or a few.
        metrics: everything else that was reported.
        seconds: how long the evaluation took; None where nobody measured it.
        steps: intermediate metrics, a mapping a step.
    """

    values: tuple[float, ...] | None = None
    reason: str = ""
    message: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    steps: tuple[Mapping[str, Any], ...] = ()


def judged(metrics: object, objectives: Objectives) -> Outcome:
    """The outcome of an evaluation that returned.

    A metric that is missing or no number is a ``crashed`` trial, as is what must not stand beside the metrics; one that
    is NaN or infinite is ``not_finite``, one outside its limit ``outside_limits``.

    Args:
        metrics: from name to number: every objective, ``<objective>_se`` where known, and any other; under
            `paretune.workloads.STEPS` those of intermediate steps, a mapping each.
        objectives: what must be there.
    """
    if not isinstance(metrics, Mapping):
        return Outcome(
            reason="crashed",
            message=f"evaluate must return a mapping from name to number, but returned {metrics!r}"[:MAX_TEXT],
        )
    kept = {str(name): _plain(value) for name, value in metrics.items() if name != STEPS}
    steps = metrics.get(STEPS, ())
    if not isinstance(steps, Sequence) or not all(isinstance(step, Mapping) for step in steps):
        message = f"evaluate must return a mapping a step as {STEPS!r}, but returned {steps!r}"[:MAX_TEXT]
        return Outcome(reason="crashed", message=message, metrics=_finite(kept))
    return replace(_weighed(kept, objectives), steps=_steps(steps))


def _weighed(kept: Mapping[str, Any], objectives: Objectives) -> Outcome:
    wrong = misuse(kept, objectives.names)
    if wrong:
        return Outcome(reason="crashed", message=f"evaluate returned {wrong}", metrics=_finite(kept))
    for name in objectives.names:
        value = kept.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            got = f"{name}={value!r}" if name in kept else f"only {', '.join(kept) or 'nothing'}"
            return Outcome(
                reason="crashed",
                message=f"evaluate must return a number for {name!r}, but returned {got}",
                metrics=_finite(kept),
            )
    values = tuple(float(kept[name]) for name in objectives.names)
    for name, value in zip(objectives.names, values, strict=True):
        if not math.isfinite(value):
            return Outcome(reason="not_finite", message=f"{name} is {value}", metrics=_finite(kept))
    others = _finite({name: value for name, value in kept.items() if name not in objectives.names})
    if not objectives.is_within(objectives.losses([values]))[0]:
        outside = objectives.outside(dict(zip(objectives.names, values, strict=True)))
        return Outcome(values, "outside_limits", ", ".join(outside), others)
    return Outcome(values, metrics=others)


def failed(error: BaseException) -> Outcome:
    """The outcome of an evaluation that raised."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 (an error of any training's may fail to tell itself)
        text = "no message"
    if isinstance(error, TrialFailedError):
        reason = error.reason if error.reason in REASONS else "crashed"
        known = _finite({str(name): _plain(value) for name, value in error.metrics.items()})
        return Outcome(reason=reason, message=text[:MAX_TEXT], metrics=known)
    if isinstance(error, MemoryError) or type(error).__name__ in OUT_OF_MEMORY or shows_out_of_memory(text):
        reason = "out_of_memory"
    elif isinstance(error, TimeoutError):
        reason = "timed_out"
    else:
        reason = "crashed"
    place = _place(error)
    return Outcome(reason=reason, message=f"{type(error).__name__}: {text}"[: MAX_TEXT - len(place)] + place)


def _place(error: BaseException) -> str:
    """The last line that an error came through outside of Python's own and installed files; nothing without one."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        is_installed = any(path.is_relative_to(folder) for folder in _NOT_THE_USERS)
        if path.is_file() and not is_installed and _PACKAGES.isdisjoint(path.parts):
            return f" ({path.name}, line {frame.lineno})"
    return ""


def told(reason: str, message: str) -> Outcome:
    """The outcome that a host has found out by itself.

    Raises:
        InvalidInputError: the reason is none of `paretune.trials.REASONS`.
    """
    if reason not in REASONS:
        raise InvalidInputError(f"reason must be one of {', '.join(REASONS)}, but is {reason!r}")
    return Outcome(reason=reason, message=message[:MAX_TEXT])


def _plain(value: Any) -> Any:
    """A number of any library as Python's; text cut to what every storage takes."""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    number = as_number(value)
    return str(value)[:MAX_TEXT] if number is None else number


def _steps(steps: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Intermediate metrics; of more than a storage takes, every second, and the last."""
    kept = [_finite({str(name): _plain(value) for name, value in step.items()}) for step in steps]
    while len(json.dumps(kept)) > _MAX_STEPS and len(kept) > 1:
        kept = [*kept[:-1:2], kept[-1]] if len(kept) > 2 else kept[-1:]
    return tuple(kept)


def _finite(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """What may be written down: what is finite, and no name of ours."""
    kept = {name: value for name, value in metrics.items() if not name.startswith(OURS)}
    return {name: value for name, value in kept.items() if not isinstance(value, float) or math.isfinite(value)}
