"""Trials in MLflow: a run each, in the experiment of the study's name."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from paretune.tracking.tracked import Tracked

KEY = "paretune.key"
_MANY = 1000  # a page of runs, and the metrics of one call
_FEW = 100  # parameters and tags of one call
_TEXT = 5000
_DONE = ("FINISHED", "FAILED", "KILLED")


class Mlflow:
    """Runs in ``MLFLOW_TRACKING_URI``, else where MLflow itself keeps them: ``mlflow.db`` in the current folder.

    Args:
        study: the study's name.
    """

    name = "mlflow"

    def __init__(self, study: str) -> None:
        self._study = study

    @property
    def where(self) -> str:
        """Server or file, and experiment."""
        from mlflow.tracking import get_tracking_uri  # noqa: PLC0415 (where it is asked for: it takes seconds)

        return f"MLflow: experiment {self._study} in {get_tracking_uri()}"

    def known(self) -> Collection[str]:
        """The keys of the runs that are whole."""
        return [run.data.tags[KEY] for run in self._runs("") if KEY in run.data.tags and run.info.status in _DONE]

    def write(self, trial: Tracked) -> None:
        """Make a run, fill it, end it; of several with the same trial keep one."""
        run = self._client.create_run(
            self._experiment,
            start_time=_milliseconds(trial.begun),
            run_name=f"trial {trial.number}",
            tags={KEY: trial.key},
        )
        self._fill(run.info.run_id, trial)
        self._client.set_terminated(run.info.run_id, _status(trial), _milliseconds(trial.ended))
        same = self._runs(f"tags.`{KEY}` = '{trial.key}'")
        for other in sorted(same, key=lambda run: (run.info.status not in _DONE, run.info.run_id))[1:]:
            self._client.delete_run(other.info.run_id)  # half written before, or of a runner that began as this did

    def _fill(self, run_id: str, trial: Tracked) -> None:
        from mlflow.entities import Metric, Param, RunTag  # noqa: PLC0415 (where it is asked for)

        ended = _milliseconds(trial.ended)
        metrics = [Metric(_key(name), value, ended, step) for name, value, step in _metrics(trial)]
        params = [Param(_key(name), str(value)[:_TEXT]) for name, value in trial.params.items()]
        tags = [RunTag(_key(name), value[:_TEXT]) for name, value in _tags(trial).items()]
        for chunk in _chunks(metrics, _MANY):
            self._client.log_batch(run_id, metrics=chunk)
        for chunk in _chunks(params, _FEW):
            self._client.log_batch(run_id, params=chunk)
        for chunk in _chunks(tags, _FEW):
            self._client.log_batch(run_id, tags=chunk)

    def _runs(self, matching: str) -> list[Any]:
        found, token = [], None
        while True:
            page = self._client.search_runs([self._experiment], matching, max_results=_MANY, page_token=token)
            found += page
            token = page.token
            if not token:
                return found

    @cached_property
    def _client(self) -> Any:
        from mlflow.tracking import MlflowClient  # noqa: PLC0415 (likewise)

        logging.getLogger("mlflow").setLevel(logging.WARNING)  # it tells of each table that it makes
        return MlflowClient()

    @cached_property
    def _experiment(self) -> str:
        from mlflow.exceptions import MlflowException  # noqa: PLC0415

        found = self._client.get_experiment_by_name(self._study)
        if found is None:
            try:
                return str(self._client.create_experiment(self._study))
            except MlflowException:  # another runner was faster
                found = self._client.get_experiment_by_name(self._study)
                if found is None:
                    raise
        return str(found.experiment_id)


def _metrics(trial: Tracked) -> Iterator[tuple[str, float, int]]:
    """Name, value and step: what came out at step 0, those of steps under ``steps/``."""
    for step, metrics in trial.steps:
        yield from ((f"steps/{name}", value, step) for name, value in metrics.items())
    yield from ((name, value, 0) for name, value in trial.metrics.items())
    yield from ((f"seconds/{name}", value, 0) for name, value in trial.durations.items())


def _tags(trial: Tracked) -> Mapping[str, str]:
    own = {"study": trial.study, "number": str(trial.number), "state": trial.state, "reason": trial.reason}
    return {name: value for name, value in {**own, "error": trial.error, **trial.about}.items() if value}


def _status(trial: Tracked) -> str:
    if trial.state == "complete":
        return "FINISHED"
    return "KILLED" if trial.reason == "lost" else "FAILED"


def _key(name: str) -> str:
    """A name that MLflow takes."""
    return re.sub(r"[^\w\-. :/]", "_", name, flags=re.ASCII)[:250]


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (values[first : first + size] for first in range(0, len(values), size))
