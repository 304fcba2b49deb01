"""A study of a service, with the methods of `Study`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from paretune import pareto
from paretune.client.connection import Connection
from paretune.errors import InvalidInputError, StudyEndedError, TrialFailedError
from paretune.metric_value import metric_as_float
from paretune.objectives import Objectives
from paretune.space import Params, Space
from paretune.trials import Trials

_PAGE = 1_000  # trials in one answer


@dataclass(frozen=True)
class RemoteTrial:
    """A trial that was asked for, and waits for its metrics.

    Args:
        number: the trial's number.
        params: the configuration to evaluate.
        source: how it was found: ``computed``, ``ready``, ``queue``, ``fallback`` (a Sobol point, since the models took
            too long), ``sampler`` or ``repeated``.
        seconds: how long the service took.
    """

    number: int
    params: Mapping[str, Any]
    source: str = "computed"
    seconds: float = field(default=0.0, compare=False, repr=False)


class RemoteStudy:
    """A study of a service. `Client.study` and `Client.create_study` make it.

    Args:
        connection: to the service.
        info: the study, as the service describes it.
    """

    def __init__(self, connection: Connection, info: Mapping[str, Any]) -> None:
        self._connection = connection
        self.name: str = info["name"]
        self._path = f"/api/studies/{info['key']}"
        self.space = None if info["space"] is None else Space.from_dict(info["space"])
        self.objectives = Objectives.from_dict(info["objectives"])

    def __repr__(self) -> str:
        return f"RemoteStudy({self.name!r})"

    @property
    def info(self) -> dict[str, Any]:
        """The study as it is now: its state, counts of trials, rate, and why it ended."""
        return dict(self._connection.send("GET", self._path))

    @property
    def trials(self) -> Trials:
        """The trials so far.

        Raises:
            InvalidInputError: it is a study of plain Optuna, which has no space.
        """
        found: list[dict[str, Any]] = []
        after: int | None = -1
        while after is not None:
            page = self._connection.send("GET", f"{self._path}/trials?after={after}&limit={_PAGE}")
            found, after = found + page["trials"], page["next_after"]
        return self._table(found)

    def front(self) -> Trials:
        """The complete trials that no other dominates."""
        return pareto.efficient_trials(self.trials)

    def ask(self) -> RemoteTrial:
        """Ask for the next trial. It is pending until `tell` finishes it.

        Raises:
            StudyEndedError: the study has its total, or was stopped.
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        (trial,) = self._connection.send("POST", f"{self._path}/ask")["trials"]
        return RemoteTrial(trial["number"], trial["params"], trial["source"], trial["seconds"])

    def tell(
        self,
        trial: RemoteTrial | int,
        metrics: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
        message: str = "",
    ) -> dict[str, Any]:
        """Tell the outcome of a trial: its metrics, or the reason of its failure.

        Args:
            trial: the trial that `ask` returned, or its number.
            metrics: every objective, ``<objective>_se`` where known, and any others. A metric that is not finite makes
                the trial fail with the reason ``not_finite`` if it is an objective, and is left out if not.
            reason: one of `paretune.trials.FAILURE_REASONS`, instead of metrics. A ``lost`` trial is tried again.
            message: what happened.

        Returns:
            The trial as it was stored.

        Raises:
            InvalidInputError: neither or both of metrics and reason are given, or a metric is missing.
            ServiceError: the trial is not pending.
        """
        if (metrics is None) == (not reason):
            raise InvalidInputError("tell needs either metrics or a reason: give one of them")
        body: dict[str, Any] = {"reason": reason, "message": message}
        if metrics is not None:
            body = self._described(metrics)
        number = trial.number if isinstance(trial, RemoteTrial) else trial
        return dict(self._connection.send("POST", f"{self._path}/trials/{number}/tell", body))

    def report(self, trial: RemoteTrial | int, step: int, metrics: Mapping[str, Any]) -> bool:
        """Report the metrics of a step of a pending trial, such as those after an epoch.

        Args:
            trial: the trial that `ask` returned, or its number.
            step: a whole number >= 0.
            metrics: numbers by name. Values that are not finite numbers are left out.

        Returns:
            Whether the training should go on; after False, `tell` what is known.
        """
        number = trial.number if isinstance(trial, RemoteTrial) else trial
        body = {"step": step, "metrics": _finite(metrics)}
        return bool(self._connection.send("POST", f"{self._path}/trials/{number}/report", body)["go_on"])

    def enqueue(self, params: Params) -> bool:
        """Put a configuration in the queue, to be tried before the searcher's own; return whether it was put there."""
        return bool(self._connection.send("POST", f"{self._path}/queue", {"params": dict(params)})["queued"])

    def stop(self) -> None:
        """Ask all who evaluate the study to begin no more trials."""
        self._connection.send("POST", f"{self._path}/stop")

    def go_on(self) -> None:
        """Let a stopped study give trials again."""
        self._connection.send("POST", f"{self._path}/go-on")

    def confidence(self) -> dict[str, Any]:
        """How sure the front is: the numbers of ``report.json``, with the probability of each efficient trial."""
        return dict(self._connection.send("GET", f"{self._path}/confidence"))

    def compare(self, baseline: RemoteStudy) -> dict[str, Any]:
        """Compare the study with another one of the same service, with intervals."""
        key = baseline._path.rpartition("/")[2]
        return dict(self._connection.send("GET", f"{self._path}/comparison?baseline={key}"))

    def run(self, evaluate: Callable[[Params], Mapping[str, Any]], n_trials: int | None = None) -> int:
        """Ask for trials, evaluate them in this process, and tell their outcomes, until the study gives no more.

        Many processes and machines may do so at once. A trial fails, and the run continues, when the evaluation raises.

        Args:
            evaluate: function from a configuration to its metrics.
            n_trials: how many trials to evaluate here; None for all that the study gives.

        Returns:
            How many were evaluated here.

        Raises:
            SpaceExhaustedError: a finite space has nothing left to try.
        """
        n_done = 0
        while n_trials is None or n_done < n_trials:
            try:
                trial = self.ask()
            except StudyEndedError:
                break
            self._evaluate(evaluate, trial)
            n_done += 1
        return n_done

    def _evaluate(self, evaluate: Callable[[Params], Mapping[str, Any]], trial: RemoteTrial) -> None:
        try:
            metrics = evaluate(trial.params)
        except TrialFailedError as error:
            self.tell(trial, reason=error.reason, message=str(error))
        except MemoryError as error:
            self.tell(trial, reason="out_of_memory", message=str(error))
        except Exception as error:  # noqa: BLE001 (whatever a training raises, the trial has failed)
            self.tell(trial, reason="crashed", message=f"{type(error).__name__}: {error}"[:2_000])
        except BaseException:  # an interrupt: the configuration is tried again elsewhere
            self.tell(trial, reason="lost", message="interrupted")
            raise
        else:
            self.tell(trial, metrics)

    def _described(self, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """The body that tells metrics; JSON has no NaN."""
        for name in self.objectives.names:
            number = metric_as_float(metrics.get(name))
            if number is not None and not math.isfinite(number):
                return {"reason": "not_finite", "message": f"{name} is {number}"}
        return {"metrics": _finite(metrics)}

    def _table(self, found: Sequence[Mapping[str, Any]]) -> Trials:
        if self.space is None:
            raise InvalidInputError(f"study {self.name!r} was not made by Paretune: read it from its storage")
        columns: dict[str, Sequence[Any]] = {
            "number": [trial["number"] for trial in found],
            "state": [trial["state"] for trial in found],
            "reason": [trial["reason"] for trial in found],
            "started": [trial["started"] for trial in found],
            "duration": [trial["duration"] for trial in found],
        }
        columns |= {name: [trial["params"].get(name) for trial in found] for name in self.space}
        for name in self.objectives.names:
            columns[name] = [trial["values"][name] for trial in found]
            columns[f"{name}_se"] = [trial["errors"][name] for trial in found]
        trials = Trials.from_columns(columns, self.space, self.objectives)
        return replace(trials, metrics=tuple(trial["metrics"] for trial in found))


def _finite(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics that JSON can hold: numbers of other libraries as Python's own, without those that are not finite."""
    plain = {}
    for name, value in metrics.items():
        number = metric_as_float(value)
        if number is None:
            plain[str(name)] = value
        elif math.isfinite(number):
            plain[str(name)] = value if type(value) in (int, float) else number
    return plain
