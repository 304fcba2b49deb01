"""Trials in MLflow: one MLflow run per trial, in an experiment named after the study."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from paretune.tracking.logged_trial import LoggedTrial
from paretune.tracking.sent_steps import SentSteps

KEY_TAG = "paretune.key"
_METRICS_PER_CALL = 1000  # also the number of runs on a page
_PARAMS_PER_CALL = 100  # also for tags
_MAX_TEXT_LENGTH = 5000
_END_STATES = ("FINISHED", "FAILED", "KILLED")


class Mlflow:
    """A tracker that writes to ``MLFLOW_TRACKING_URI``, else to MLflow's default, ``mlflow.db`` in the current folder.

    Args:
        study: name of the study.
    """

    name = "mlflow"

    def __init__(self, study: str) -> None:
        self._study = study
        self._open: dict[str, str] = {}  # by key, the runs of trials that run now
        self._sent = SentSteps()

    @property
    def location(self) -> str:
        """The experiment and its server or file."""
        from mlflow.tracking import get_tracking_uri  # noqa: PLC0415 (only on demand: it takes seconds)

        return f"MLflow: experiment {self._study} in {get_tracking_uri()}"

    def known_keys(self) -> Collection[str]:
        """Keys of the complete runs."""
        return [
            run.data.tags[KEY_TAG]
            for run in self._runs("")
            if KEY_TAG in run.data.tags and run.info.status in _END_STATES
        ]

    def write_steps(self, trial: LoggedTrial) -> None:
        """Write new steps to the trial's run, which is created with the first."""
        from mlflow.entities import Metric  # noqa: PLC0415 (only on demand)

        new, now = self._sent.new_steps(trial), _milliseconds(time.time())
        metrics = [Metric(_key(name), value, now, step) for name, value, step in _step_metrics(new)]
        run_id = self._run_of(trial)
        for chunk in _chunks(metrics, _METRICS_PER_CALL):
            self._client.log_batch(run_id, metrics=chunk)
        self._sent.add(trial.key, new)

    def write(self, trial: LoggedTrial) -> None:
        """Create a run, or take that of the trial's steps, fill it and end it; of several runs of a trial, keep one."""
        try:
            run_id = self._run_of(trial)
            self._fill(run_id, replace(trial, steps=self._sent.new_steps(trial)))
            self._client.set_terminated(run_id, _status(trial), _milliseconds(trial.end_time))
        finally:  # after an error the next attempt makes a new run with all steps
            self._open.pop(trial.key, None)
            self._sent.forget(trial.key)
        same = self._runs(f"tags.`{KEY_TAG}` = '{trial.key}'")
        for other in sorted(same, key=lambda run: (run.info.status not in _END_STATES, run.info.run_id))[1:]:
            self._client.delete_run(other.info.run_id)  # incomplete, or written by another process at the same time

    def _run_of(self, trial: LoggedTrial) -> str:
        if trial.key not in self._open:
            run = self._client.create_run(
                self._experiment,
                start_time=_milliseconds(trial.start_time),
                run_name=f"trial {trial.number}",
                tags={KEY_TAG: trial.key},
            )
            self._open[trial.key] = run.info.run_id
        return self._open[trial.key]

    def _fill(self, run_id: str, trial: LoggedTrial) -> None:
        from mlflow.entities import Metric, Param, RunTag  # noqa: PLC0415 (only on demand)

        ended = _milliseconds(trial.end_time)
        metrics = [Metric(_key(name), value, ended, step) for name, value, step in _metrics(trial)]
        params = [Param(_key(name), str(value)[:_MAX_TEXT_LENGTH]) for name, value in trial.params.items()]
        tags = [RunTag(_key(name), value[:_MAX_TEXT_LENGTH]) for name, value in _tags(trial).items()]
        for chunk in _chunks(metrics, _METRICS_PER_CALL):
            self._client.log_batch(run_id, metrics=chunk)
        for chunk in _chunks(params, _PARAMS_PER_CALL):
            self._client.log_batch(run_id, params=chunk)
        for chunk in _chunks(tags, _PARAMS_PER_CALL):
            self._client.log_batch(run_id, tags=chunk)

    def _runs(self, matching: str) -> list[Any]:
        found, token = [], None
        while True:
            page = self._client.search_runs(
                [self._experiment], matching, max_results=_METRICS_PER_CALL, page_token=token
            )
            found += page
            token = page.token
            if not token:
                return found

    @cached_property
    def _client(self) -> Any:
        from mlflow.tracking import MlflowClient  # noqa: PLC0415 (only on demand)

        logging.getLogger("mlflow").setLevel(logging.WARNING)  # it logs each table that it creates
        return MlflowClient()

    @cached_property
    def _experiment(self) -> str:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        found = self._client.get_experiment_by_name(self._study)
        if found is None:
            try:
                return str(self._client.create_experiment(self._study))
            except MlflowException:  # another process was faster
                found = self._client.get_experiment_by_name(self._study)
                if found is None:
                    raise
        return str(found.experiment_id)


def _metrics(trial: LoggedTrial) -> Iterator[tuple[str, float, int]]:
    """Name, value and step of all metrics: final ones at step 0, metrics of steps under ``steps/``."""
    yield from _step_metrics(trial.steps)
    yield from ((name, value, 0) for name, value in trial.metrics.items())
    yield from ((f"seconds/{name}", value, 0) for name, value in trial.durations.items())


def _step_metrics(steps: Sequence[tuple[int, Mapping[str, float]]]) -> Iterator[tuple[str, float, int]]:
    for step, metrics in steps:
        yield from ((f"steps/{name}", value, step) for name, value in metrics.items())


def _tags(trial: LoggedTrial) -> Mapping[str, str]:
    own = {"study": trial.study, "number": str(trial.number), "state": trial.state, "reason": trial.reason}
    return {name: value for name, value in {**own, "error": trial.error, **trial.details}.items() if value}


def _status(trial: LoggedTrial) -> str:
    if trial.state == "complete":
        return "FINISHED"
    return "KILLED" if trial.reason == "lost" or trial.state == "stopped" else "FAILED"


def _key(name: str) -> str:
    """A name that MLflow accepts."""
    return re.sub(r"[^\w\-. :/]", "_", name, flags=re.ASCII)[:250]


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[first : first + size] for first in range(0, len(values), size))
