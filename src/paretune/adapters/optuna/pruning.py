"""Early stopping of Optuna trials with one objective or several."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Mapping, Sequence

import optuna
from optuna.trial import BaseTrial

from paretune.adapters.optuna.history import read_objectives
from paretune.adapters.optuna.internals import metric_names, study_user_attrs
from paretune.adapters.optuna.keys import OBJECTIVES_KEY, STOPPED_KEY
from paretune.adapters.optuna.live_curves import live_curve
from paretune.adapters.optuna.scheduler_trials import read_scheduler_trials
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Report
from paretune.evaluation.curve import check_step, check_step_metrics
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.schedulers import Asha, Decision, Scheduler
from paretune.schedulers.known_objectives import known_values
from paretune.trials import Trials

_logger = logging.getLogger(__name__)
_warned: weakref.WeakSet[optuna.Study] = weakref.WeakSet()  # of objectives that no trial reports


def report(trial: BaseTrial, metrics: Mapping[str, float], step: int) -> None:
    """Report the metrics of a step of a running trial, in a study with any number of objectives.

    Any metric may be reported besides the objectives: `should_prune` learns which one predicts the final values. What
    is known before the training, such as a latency, may be reported once at step 0, or at each step.

    Args:
        trial: the trial, as the objective function gets it. On a `FixedTrial` or `FrozenTrial` nothing happens.
        metrics: numbers by name. One that is not finite is left out.
        step: a whole number >= 0, such as the epoch. A later report of a step replaces the earlier one.

    Raises:
        InvalidInputError: the step or the metrics do not fit.
    """
    if not isinstance(trial, optuna.Trial):
        check_step(step)
        check_step_metrics(metrics)
        return
    live = live_curve(trial)
    live.add(step, metrics)
    live.write(trial)


def should_prune(
    trial: BaseTrial, scheduler: Scheduler | None = None, *, objectives: Sequence[str] | None = None
) -> bool:
    """Decide whether a running trial should stop, by its reports and those of all other trials of the study.

    Raise `optuna.TrialPruned` if it should. Trials of all processes count that share the storage.

    Args:
        trial: the trial, after at least one `report`. A `FixedTrial` or `FrozenTrial` never stops.
        scheduler: the rule; by default `paretune.schedulers.Asha()`.
        objectives: the names under which the objectives are reported, in the order of the study's directions. By
            default they are the study's metric names (`optuna.Study.set_metric_names`).

    Raises:
        InvalidInputError: the trial has not reported anything, or the objectives have no names.

    Example:
        >>> import optuna, paretune
        >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
        >>> def train(trial):
        ...     x = trial.suggest_float("x", 0, 1)
        ...     for epoch in range(1, 10):
        ...         paretune.report(trial, {"error": x + 1 / epoch, "size": 1 - x, "loss": x}, epoch)
        ...         if paretune.should_prune(trial, objectives=["error", "size"]):
        ...             raise optuna.TrialPruned
        ...     return x, 1 - x
        >>> study = optuna.create_study(directions=["minimize", "minimize"])
        >>> study.optimize(train, n_trials=3)
    """
    if not isinstance(trial, optuna.Trial):
        return False
    live, rule = live_curve(trial), Asha() if scheduler is None else scheduler
    if live.last_step < 0:
        raise InvalidInputError(f"trial {trial.number} has not reported anything: call paretune.report first")
    if live.objectives is None:  # looked up once for each trial, since that reads the storage
        live.objectives = _objectives(trial.study, objectives, live.curve(trial.number).names)
    if live.decision is not None and live.decided_at == live.last_step:
        return live.decision.is_stop
    if not rule.is_due(live.last_step, live.decided_at):
        return False
    live.write(trial, now=True)
    stored = trial.study.get_trials(deepcopy=False)
    trials = read_scheduler_trials(stored, live.objectives, live.curve(trial.number))
    _warn_of_unreported(trial.study, trials)
    live.decision, live.decided_at = rule.decide(trials, trial.number, live.decided_at), live.last_step
    if live.decision.is_stop:
        _record_stop(trial, trials, live.decision)
    return live.decision.is_stop


def trial_report(
    trial: BaseTrial, scheduler: Scheduler | None = None, *, objectives: Sequence[str] | None = None
) -> Report:
    """Return the ``report`` function of a trial, for `paretune.adapters.callbacks` and trainings of `paretune.Study`.

    Args:
        trial: the trial, as the objective function gets it.
        scheduler: the rule; see `should_prune`.
        objectives: the names under which the objectives are reported; see `should_prune`.

    Returns:
        ``report(step, metrics)``. It returns True, or raises `optuna.TrialPruned` where the trial should stop.

    Example:
        >>> import optuna, paretune
        >>> study = optuna.create_study(directions=["minimize", "minimize"])
        >>> report = paretune.trial_report(study.ask(), objectives=["error", "size"])
        >>> report(1, {"error": 0.5, "size": 0.1})
        True
    """

    def report_step(step: int, metrics: Mapping[str, float]) -> bool:
        report(trial, metrics, step)
        if should_prune(trial, scheduler, objectives=objectives):
            raise optuna.TrialPruned
        return True

    return report_step


def _warn_of_unreported(study: optuna.Study, trials: Trials) -> None:
    """Warn once if no trial has reported an objective that trials are compared by."""
    missing = [name for name in trials.objectives.names if name not in trials.curves.metrics]
    if missing and study not in _warned:
        _warned.add(study)
        _logger.warning(
            "no trial has reported %r, but only %s: if it is reported under another name, pass objectives=[...] "
            "to should_prune",
            missing[0],
            ", ".join(trials.curves.metrics) or "nothing",
        )


def _objectives(study: optuna.Study, names: Sequence[str] | None, reported: Sequence[str]) -> Objectives:
    """The objectives under the names of the metrics that are reported."""
    objectives = read_objectives(study)
    if names is not None:
        if isinstance(names, str) or len(names) != len(objectives) or len(set(names)) < len(names):
            raise InvalidInputError(f"objectives must be {len(objectives)} names of metrics, but are {names!r}")
        return _renamed(objectives, names)
    if OBJECTIVES_KEY in study_user_attrs(study) or metric_names(study):
        return objectives
    if len(objectives) == len(reported) == 1:
        return _renamed(objectives, reported)
    raise InvalidInputError(
        "the objectives of the study have no names: call study.set_metric_names([...]) with the names of the reported "
        "metrics, in the order of the directions, or pass objectives=[...] to should_prune"
    )


def _renamed(objectives: Objectives, names: Sequence[str]) -> Objectives:
    pairs = zip(objectives, names, strict=True)
    return Objectives([Maximize(name) if o.goal == "maximize" else Minimize(name) for o, name in pairs])


def _record_stop(trial: optuna.Trial, trials: Trials, decision: Decision) -> None:
    """Store why a trial is stopped, and the objectives that are known of it, which searches learn from."""
    trial.set_user_attr(STOPPED_KEY, decision.reason)
    known, stored_names = known_values(trials, trial.number), read_objectives(trial.study).names
    for name, stored in zip(trials.objectives.names, stored_names, strict=True):
        if name in known:
            trial.set_user_attr(stored, known[name])
    _logger.info("Trial %d is stopped: %s.", trial.number, decision.reason)
