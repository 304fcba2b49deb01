"""The contract of an evaluation: a function from a configuration to its metrics, which may report steps on its way."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from paretune.evaluation.checkpoint import Checkpoint

# report(step, metrics) returns True while the training should go on, and False when it should stop.
Report: TypeAlias = Callable[[int, Mapping[str, Any]], bool]
# evaluate(params), evaluate(params, report) or evaluate(params, report, checkpoint): see `takes_report`.
Evaluate: TypeAlias = Callable[..., Mapping[str, Any]]
STEPS_METRIC = "paretune:steps"  # the metric that holds the intermediate metrics: a sequence with one mapping per step
STEP = "step"  # the name of the step number among the metrics of a step
CHECKPOINT = "checkpoint"  # the name of the third parameter of an evaluation that can save
LOG_FOLDER_VARIABLE = "PARETUNE_LOG_FOLDER"  # the environment variable that names the folder of the trial's log

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def takes_report(evaluate: Evaluate) -> bool:
    """Check whether the second parameter of an evaluation is named ``report``.

    A callable with a signature that cannot be read takes no report.

    Example:
        >>> takes_report(lambda params, report: {}), takes_report(lambda params: {})
        (True, False)
    """
    return _has_parameter(evaluate, 1, "report")


def takes_checkpoint(evaluate: Evaluate) -> bool:
    """Check whether an evaluation can save: its second parameter is named ``report``, its third ``checkpoint``.

    Example:
        >>> takes_checkpoint(lambda params, report, checkpoint: {}), takes_checkpoint(lambda params, report: {})
        (True, False)
    """
    return takes_report(evaluate) and _has_parameter(evaluate, 2, CHECKPOINT)


def _has_parameter(evaluate: Evaluate, place: int, name: str) -> bool:
    try:
        parameters = list(inspect.signature(evaluate).parameters.values())
    except (TypeError, ValueError):
        return False
    return len(parameters) > place and parameters[place].name == name and parameters[place].kind in _POSITIONAL


def call_evaluate(
    evaluate: Evaluate, params: Mapping[str, Any], report: Report, checkpoint: Checkpoint | None = None
) -> Mapping[str, Any]:
    """Call an evaluation, with the report and the checkpoint if it takes them."""
    if takes_checkpoint(evaluate):
        return evaluate(params, report, Checkpoint() if checkpoint is None else checkpoint)
    return evaluate(params, report) if takes_report(evaluate) else evaluate(params)


def ignore_report(_step: int, _metrics: Mapping[str, Any]) -> bool:
    """Ignore a report, and let the training go on: the default where nobody listens."""
    return True


def is_asked_to_stop(report: Report) -> bool:
    """Whether a training should stop, known without a new report; False where only a report can return it."""
    return bool(getattr(report, "is_stopped", False))
