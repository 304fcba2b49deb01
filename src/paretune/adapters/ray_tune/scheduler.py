"""Paretune's schedulers in Ray Tune, for one metric or several."""

from __future__ import annotations

import inspect
import logging
import math
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ray.tune import Trainable
from ray.tune.experiment import Trial
from ray.tune.result import SHOULD_CHECKPOINT, TRAINING_ITERATION
from ray.tune.schedulers import TrialScheduler
from ray.tune.trainable.function_trainable import FunctionTrainable

from paretune.adapters.numbered_trials import numbered_trials
from paretune.adapters.ray_tune.objectives import parse_objectives
from paretune.adapters.ray_tune.reported import PAUSED, STOPPED, step_metrics
from paretune.errors import InvalidInputError
from paretune.evaluation.curve import CurveRecorder, check_step
from paretune.metric_value import metric_as_float
from paretune.objectives import Objectives
from paretune.schedulers import Asha, PausingScheduler, Scheduler
from paretune.schedulers.step_decision import check_objectives
from paretune.trials import Curves, Trials

_log = logging.getLogger("paretune")
_N_IDLE_STEPS = 2  # of Ray Tune, in which nothing runs and the searcher suggests nothing


@dataclass
class _SeenTrial:
    """What a trial has reported, and how it ended.

    Args:
        number: of the trial, in the order in which Ray Tune added them.
        state: one of `Trials`.
        values: its final metrics in the user's units.
        curve: its reports.
        last_step: the largest step that it has reported; -1 before the first one.
        decided_at: the last step at its last decision.
        stop_reason: why it was stopped or is paused.
    """

    number: int
    state: str = "pending"
    values: tuple[float, ...] | None = None
    curve: CurveRecorder = field(default_factory=CurveRecorder)
    last_step: int = -1
    decided_at: int = -1
    stop_reason: str = ""

    def is_due(self, rule: Scheduler) -> bool:
        """Whether its last report may lead to a decision."""
        return rule.is_due(self.last_step, self.decided_at)


class ParetoScheduler(TrialScheduler):
    """Stops trials that are clearly worse than others, and pauses those that may go on, for one metric or several.

    It decides by any of `paretune.schedulers`, which learn the reported metric that predicts the final values. A trial
    pauses if its training saves checkpoints, and the rule is `Asha`, `Halving` or `Hyperband`; otherwise it stops. When
    nothing else is left to run, the paused trials that may not go on are stopped. `ParetoSearch` learns from stopped
    trials by their curves.

    Args:
        metric: one metric or a list of them; ``a/b`` for a nested result. By default `TuneConfig.metric`.
        mode: ``min`` or ``max``, one for each metric.
        rule: a scheduler of `paretune.schedulers`; by default ``Asha()``.
        time_attr: the result that counts the steps, in whole numbers.

    Raises:
        InvalidInputError: an argument does not fit.

    Example:
        >>> ParetoScheduler(["accuracy", "latency"], ["max", "min"], Asha(max_resource=27)).debug_string()
        'ParetoScheduler by Asha: 0 trials'
    """

    _supports_buffered_results = False  # a trial pauses at the step of its report

    def __init__(
        self,
        metric: str | Sequence[str] | None = None,
        mode: str | Sequence[str] | None = None,
        rule: Scheduler | None = None,
        *,
        time_attr: str = TRAINING_ITERATION,
    ) -> None:
        super().__init__()
        self._rule = Asha() if rule is None else rule
        if inspect.isclass(rule) or not callable(getattr(self._rule, "decide", None)):
            raise InvalidInputError(f"rule must be one of paretune.schedulers, such as Asha(), but is {rule!r}")
        self._time_attr, self._objectives = time_attr, None if metric is None else _objectives(metric, mode)
        self._seen: dict[str, _SeenTrial] = {}
        self._promoted: tuple[set[int], list[int]] | None = None  # for these paused trials; unknown since the last news
        self._n_idle_steps = 0

    @property
    def metric(self) -> None:
        """No metric: Ray Tune would end the whole experiment where a result lacks it."""
        return

    def set_search_properties(self, metric: str | None, mode: str | None, **_spec: Any) -> bool:
        """Take the metric from `TuneConfig` if none was given."""
        if self._objectives is None and metric:
            self._objectives = _objectives(metric, mode)
        return True

    def on_trial_add(self, tune_controller: Any, trial: Trial) -> None:  # noqa: ARG002 (Ray Tune's signature)
        """Number a new trial; one that is run again after an error is pending again."""
        self._require_objectives()
        seen = self._seen.setdefault(trial.trial_id, _SeenTrial(len(self._seen)))
        if seen.state == "failed":
            seen.state = "pending"
        self._promoted = None

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:  # noqa: ARG002
        """Record a report, and decide whether the trial goes on, pauses or stops."""
        seen, before = self._seen[trial.trial_id], self._seen[trial.trial_id].last_step
        step = check_step(result.get(self._time_attr, -1))
        seen.curve.add(step, step_metrics(result))
        seen.last_step, seen.stop_reason, self._promoted = max(before, step), "", None
        pausing = self._rule if isinstance(self._rule, PausingScheduler) and _saves(trial, result) else None
        rung = None if pausing is None else pausing.pause_step(seen.number, before)
        if rung is not None:
            seen.stop_reason = f"step {rung} is a rung" if seen.last_step >= rung else ""
        elif seen.is_due(self._rule):
            decision = self._rule.decide(self.trials, seen.number, seen.decided_at)
            seen.decided_at, seen.stop_reason = seen.last_step, decision.reason if decision.is_stop else ""
        if not seen.stop_reason:
            return str(TrialScheduler.CONTINUE)
        if pausing is not None:
            result[PAUSED] = seen.stop_reason  # for the searcher
            return str(TrialScheduler.PAUSE)
        return str(TrialScheduler.STOP)

    def on_trial_complete(self, tune_controller: Any, trial: Trial, result: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Record the end of a trial; the last result of a stopped one says why."""
        seen = self._seen[trial.trial_id]
        if seen.stop_reason:
            seen.state = "stopped"
            trial.last_result[STOPPED] = seen.stop_reason
        else:
            numbers = [metric_as_float(result.get(name)) for name in self._require_objectives().names]
            seen.values = tuple(math.nan if number is None else number for number in numbers)
            seen.state = "complete" if all(map(math.isfinite, seen.values)) else "failed"
        self._promoted = None

    def on_trial_error(self, tune_controller: Any, trial: Trial) -> None:  # noqa: ARG002
        """Record that a trial failed."""
        self._seen[trial.trial_id].state, self._promoted = "failed", None

    def on_trial_remove(self, tune_controller: Any, trial: Trial) -> None:  # noqa: ARG002
        """Record that a trial ended while it was paused or had not begun."""
        seen = self._seen[trial.trial_id]
        seen.state, self._promoted = "stopped" if seen.last_step >= 0 else "failed", None

    def choose_trial_to_run(self, tune_controller: Any) -> Trial | None:
        """Choose a paused trial that may go on, or else the first one that waits."""
        trials = tune_controller.get_trials()
        paused = {self._seen[trial.trial_id].number: trial for trial in trials if trial.status == Trial.PAUSED}
        for number in self._promoted_now(paused):
            self._seen[paused[number].trial_id].stop_reason = ""
            return paused[number]
        waiting = next((trial for trial in trials if trial.status == Trial.PENDING), None)
        is_idle = paused and waiting is None and not any(trial.status == Trial.RUNNING for trial in trials)
        self._n_idle_steps = self._n_idle_steps + 1 if is_idle else 0
        if self._n_idle_steps >= _N_IDLE_STEPS:
            _log.info("nothing is left to run, so %d paused trials are stopped", len(paused))
            for trial in paused.values():
                trial.last_result[STOPPED] = self._seen[trial.trial_id].stop_reason
                tune_controller.stop_trial(trial)
        return waiting

    @property
    def trials(self) -> Trials:
        """The trials so far with their curves; numbers are in place of their parameters."""
        objectives, seen = self._require_objectives(), list(self._seen.values())
        unknown = (math.nan,) * len(objectives)
        return numbered_trials(
            objectives,
            [trial.number for trial in seen],
            [(trial.state, "crashed" if trial.state == "failed" else "") for trial in seen],
            [trial.values or unknown for trial in seen],
            Curves.from_steps({trial.number: trial.curve.steps for trial in seen}),
        )

    def debug_string(self) -> str:
        """The scheduler in one line."""
        return f"ParetoScheduler by {type(self._rule).__name__}: {len(self._seen)} trials"

    def save(self, checkpoint_path: str) -> None:
        """Save all that the next decision depends on."""
        Path(checkpoint_path).write_bytes(pickle.dumps(vars(self)))

    def restore(self, checkpoint_path: str) -> None:
        """Restore a saved scheduler: the same decisions follow."""
        self.__dict__.update(pickle.loads(Path(checkpoint_path).read_bytes()))  # noqa: S301 (as Ray Tune does)

    def _promoted_now(self, paused: Mapping[int, Trial]) -> list[int]:
        """The numbers of the paused trials that may go on now, computed once after each news."""
        if not paused or not isinstance(self._rule, PausingScheduler):
            return []
        numbers = set(paused)
        if self._promoted is None or self._promoted[0] != numbers:
            self._promoted = numbers, self._rule.promoted(self.trials, sorted(numbers))
        return self._promoted[1]

    def _require_objectives(self) -> Objectives:
        if self._objectives is None:
            raise InvalidInputError(
                'ParetoScheduler has no metrics: give it metric=["accuracy", "latency"], mode=["max", "min"]'
            )
        return self._objectives


def _objectives(metric: str | Sequence[str], mode: str | Sequence[str] | None) -> Objectives:
    objectives = parse_objectives(metric, mode, {})
    check_objectives(objectives)
    return objectives


def _saves(trial: Trial, result: Mapping[str, Any]) -> bool:
    """Whether a trial goes on from a checkpoint after a pause."""
    trainable = trial.get_trainable_cls()
    if trainable is None or issubclass(trainable, FunctionTrainable):
        return bool(result.get(SHOULD_CHECKPOINT)) or trial.has_checkpoint()
    return trainable.save_checkpoint is not Trainable.save_checkpoint
