"""The evaluation of a configuration: cross-validation in steps, then one whole training and its costs."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from paretune.evaluation.contract import Report, ignore_report
from paretune.measure import TrainingTimer, latency
from paretune.workloads.builtin.tabular.fitting import FittedModel, take_rows
from paretune.workloads.builtin.tabular.models import n_rounds
from paretune.workloads.builtin.tabular.problem import Problem
from paretune.workloads.builtin.tabular.scores import score_all

N_STEPS = 8  # of a training: a report after each eighth of its rounds
_BATCH_ROWS, _MIN_CALL_SECONDS = 1000, 1e-3
_TIMES = ("batch_time", "row_time")


@dataclass(frozen=True, eq=False)
class TabularSettings:
    """The settings that are the same for all trials.

    Args:
        problem: the table.
        objectives: names of the objectives; only costs among them are measured.
        repeats: how often the cross-validation is repeated with other folds.
    """

    problem: Problem
    objectives: tuple[str, ...]
    repeats: int = 1


def evaluate(
    params: Mapping[str, Any], report: Report = ignore_report, seed: int = 0, *, settings: TabularSettings
) -> dict[str, Any]:
    """Cross-validate a configuration, then train it on all rows that the search may see.

    Args:
        params: the configuration.
        report: gets the mean qualities of the folds after each eighth of the rounds, and the number of ``rounds``.
        seed: of the models' random numbers; the folds do not depend on it.
        settings: of the evaluation.

    Returns:
        All qualities as means over the folds with their standard errors (if there are several), the same on the test
        part as ``test_...``, and the costs: ``size`` in bytes, ``training_time`` in seconds, and those of the times of
        prediction that are objectives, in seconds. ``batch_time`` is the time of one row in a batch of 1,000 rows,
        ``row_time`` that of a row alone. Only the qualities, if the training was stopped.
    """
    qualities, goes_on = _cross_validate(params, report, seed, settings)
    if not goes_on:
        return qualities
    problem, metrics = settings.problem, dict[str, Any](qualities)
    model, time = train(params, problem, problem.split.search, seed)
    tested = problem.split.test
    truth, predicted = problem.target.y[tested], model.predict(take_rows(problem.X, tested))
    metrics |= {f"test_{name}": value for name, value in score_all(problem.target.task, truth, predicted).items()}
    metrics |= time | {"size": float(len(pickle.dumps((model.encoder, model.estimator))))}
    for name in _TIMES:
        if name in settings.objectives:
            metrics |= _prediction_time(name, model, problem)
    return metrics


def train(params: Mapping[str, Any], problem: Problem, rows: Any, seed: int) -> tuple[FittedModel, dict[str, Any]]:
    """Train a configuration on some rows; return the model, and the metrics of the time of its training."""
    X, y = take_rows(problem.X, rows), problem.target.y[rows]
    model = FittedModel(params, problem.columns, problem.target, seed)
    with TrainingTimer("cpu", never_waits=True) as timer:
        for _ in timer.each([None], "fit"):
            model.grow(n_rounds(params), X, y)
    return model, timer.time.metrics


def _cross_validate(
    params: Mapping[str, Any], report: Report, seed: int, settings: TabularSettings
) -> tuple[dict[str, Any], bool]:
    """Grow the models of all folds together; return the last qualities, and whether the training may go on."""
    problem, whole = settings.problem, n_rounds(params)
    X, target = problem.X, problem.target
    folds = [
        (FittedModel(params, problem.columns, target, seed + repeat), train_rows, validation)
        for repeat in range(settings.repeats)
        for train_rows, validation in problem.split.folds(target, repeat)
    ]
    found: dict[str, Any] = {}
    counts = [max(1, round(whole * step / N_STEPS)) for step in range(1, N_STEPS + 1)]
    for step, (before, n) in enumerate(zip([0, *counts], counts, strict=False), start=1):
        if n == before:
            continue
        scores = []
        for model, train_rows, validation in folds:
            model.grow(n, take_rows(X, train_rows), target.y[train_rows])
            predicted = model.predict(take_rows(X, validation))
            scores.append(score_all(target.task, target.y[validation], predicted))
        found = _means(scores)
        last = N_STEPS if n == whole else step
        if not report(last, {**{k: v for k, v in found.items() if not k.endswith("_se")}, "rounds": float(n)}):
            return found, False
    return found, True


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each quality over the folds, with its standard error if there are several folds."""
    means = {name: float(np.mean([score[name] for score in scores])) for name in scores[0]}
    if len(scores) == 1:
        return means
    with np.errstate(invalid="ignore"):
        errors = {f"{k}_se": float(np.std([s[k] for s in scores], ddof=1)) / len(scores) ** 0.5 for k in means}
    return means | errors


def _prediction_time(name: str, model: FittedModel, problem: Problem) -> dict[str, Any]:
    n_rows = 1 if name == "row_time" else _BATCH_ROWS
    rows = np.resize(problem.split.search, n_rows)
    X = take_rows(problem.X, rows)
    with threadpool_limits(1):
        call, n_calls = _repeated(lambda: model.predict_plainly(X))
        timed = latency(call, device="cpu", time_limit=1.0, max_repeats=100, never_waits=True)
    found, per = timed.reference, n_calls * n_rows
    if found is None:
        return {name: timed.median / per, f"{name}_se": timed.standard_error / per, "clock": "wall"}
    return {
        name: found.seconds / per,
        f"{name}_se": found.standard_error / per,
        f"{name}_wall": timed.median / per,
        "clock": f"reference, {found.clock}",
    }


def _repeated(call: Callable[[], object]) -> tuple[Callable[[], object], int]:
    """A call that takes at least a millisecond, and how many of the given calls it makes."""
    n_calls = max(1, round(_MIN_CALL_SECONDS / max(latency(call, max_repeats=7).median, 1e-6)))

    def repeated() -> None:
        for _ in range(n_calls):
            call()

    return (repeated, n_calls) if n_calls > 1 else (call, 1)
