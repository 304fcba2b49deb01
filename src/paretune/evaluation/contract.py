"""The contract of an evaluation: a function from a configuration to its metrics.

It may report steps on its way, save its state, and take the seed of its trial.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from paretune.evaluation.checkpoint import Checkpoint

# report(step, metrics) returns True while the training should go on, and False when it should stop.
Report: TypeAlias = Callable[[int, Mapping[str, Any]], bool]
# evaluate(params), evaluate(params, report) or evaluate(params, report, checkpoint), each also with a last parameter
# named seed: see `takes_report`, `takes_checkpoint` and `takes_seed`.
Evaluate: TypeAlias = Callable[..., Mapping[str, Any]]
STEPS_METRIC = "paretune:steps"  # the metric that holds the intermediate metrics: a sequence with one mapping per step
STEP = "step"  # the name of the step number among the metrics of a step
CHECKPOINT = "checkpoint"  # the name of the third parameter of an evaluation that can save
SEED = "seed"  # the name of the parameter that gets the trial's seed, and of the metric that stores it
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


def takes_seed(evaluate: Evaluate) -> bool:
    """Check whether an evaluation takes the seed of its trial: a parameter after the first is named ``seed``.

    A seed that `functools.partial` has fixed is not replaced.

    Example:
        >>> takes_seed(lambda params, seed: {}), takes_seed(lambda params, report, *, seed: {}), takes_seed(dict)
        (True, True, False)
        >>> from functools import partial
        >>> takes_seed(partial(lambda params, seed: {}, seed=3))
        False
    """
    for parameter in _parameters(evaluate)[1:]:
        if parameter.name == SEED:
            is_free = parameter.default is parameter.empty
            return parameter.kind is parameter.POSITIONAL_OR_KEYWORD or (
                parameter.kind is parameter.KEYWORD_ONLY and is_free
            )
    return False


def needs_seed(evaluate: Evaluate) -> bool:
    """Check whether an evaluation cannot be called without a seed: it takes one that has no default.

    Example:
        >>> needs_seed(lambda params, seed: {}), needs_seed(lambda params, seed=0: {})
        (True, False)
    """
    free = [parameter.name for parameter in _parameters(evaluate) if parameter.default is parameter.empty]
    return takes_seed(evaluate) and SEED in free


def _has_parameter(evaluate: Evaluate, place: int, name: str) -> bool:
    parameters = _parameters(evaluate)
    return len(parameters) > place and parameters[place].name == name and parameters[place].kind in _POSITIONAL


def _parameters(evaluate: Evaluate) -> list[inspect.Parameter]:
    """The parameters of a function; none if its signature cannot be read."""
    try:
        return list(inspect.signature(evaluate).parameters.values())
    except (TypeError, ValueError):
        return []


def call_evaluate(
    evaluate: Evaluate,
    params: Mapping[str, Any],
    report: Report,
    checkpoint: Checkpoint | None = None,
    seed: int | None = None,
) -> Mapping[str, Any]:
    """Call an evaluation, with the report, the checkpoint and the seed if it takes them.

    Without a seed it is called without one, and may have a default.
    """
    seeds = {} if seed is None or not takes_seed(evaluate) else {SEED: seed}
    if takes_checkpoint(evaluate):
        return evaluate(params, report, Checkpoint() if checkpoint is None else checkpoint, **seeds)
    return evaluate(params, report, **seeds) if takes_report(evaluate) else evaluate(params, **seeds)


def ignore_report(_step: int, _metrics: Mapping[str, Any]) -> bool:
    """Ignore a report, and let the training go on: the default where nobody listens."""
    return True


def is_asked_to_stop(report: Report) -> bool:
    """Whether a training should stop, known without a new report; False where only a report can return it."""
    return bool(getattr(report, "is_stopped", False))
