"""SigOpt's metrics: those to optimize are objectives, constraints bound the trials, the others are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paretune.errors import InvalidInputError
from paretune.objectives import RESERVED_PREFIX, Maximize, Minimize, Objectives
from paretune.server.sigopt.fields import read_choice, read_list, read_number, read_object, read_text, require

UNNAMED = "value"  # the name of the metric of an experiment without metrics
MAX_METRICS = 50
_RESERVED = ("reason",)  # names of other data of a trial


def read_metrics(value: Any, *, may_be_text: bool) -> list[dict[str, Any]]:
    """Check metrics, and write them as SigOpt answers them: by name.

    Args:
        value: the list of a request; None for one metric without a name.
        may_be_text: whether a metric may be given by its name alone.

    Raises:
        InvalidInputError: a field is wrong; the message names it.

    Example:
        >>> [metric] = read_metrics(["accuracy"], may_be_text=True)
        >>> metric["objective"], metric["strategy"]
        ('maximize', 'optimize')
    """
    if value is None:
        return [_metric(None)]
    found = []
    for i, each in enumerate(read_list(value, "metrics")):
        given = {"name": each} if may_be_text and isinstance(each, str) else each
        found.append(_read_metric(given, f"metrics[{i}]"))
    _check_metrics(found)
    return sorted(found, key=lambda metric: str(metric["name"] or ""))


def make_objectives(metrics: Sequence[Mapping[str, Any]]) -> Objectives:
    """The objectives of an experiment: its metrics to optimize, with their thresholds as limits."""
    return Objectives(
        [
            Maximize(stored_name(metric), at_least=metric["threshold"])
            if metric["objective"] == "maximize"
            else Minimize(stored_name(metric), at_most=metric["threshold"])
            for metric in with_strategy(metrics, "optimize")
        ]
    )


def with_strategy(metrics: Sequence[Mapping[str, Any]], strategy: str) -> list[Mapping[str, Any]]:
    """The metrics of a strategy: ``optimize``, ``constraint`` or ``store``."""
    return [metric for metric in metrics if metric["strategy"] == strategy]


def stored_name(metric: Mapping[str, Any]) -> str:
    """The name under which a metric is stored with a trial."""
    return UNNAMED if metric["name"] is None else str(metric["name"])


def violations(metrics: Sequence[Mapping[str, Any]], values: Mapping[str, float]) -> dict[str, float]:
    """How far each constraint is violated; satisfied if at most 0, as a threshold is itself allowed.

    Args:
        metrics: of the experiment.
        values: by stored name.

    Example:
        >>> size = {"name": "size", "objective": "minimize", "strategy": "constraint", "threshold": 20}
        >>> violations([size], {"size": 21.5})
        {'size': 1.5}
    """
    signs = {"minimize": 1.0, "maximize": -1.0}
    return {
        stored_name(m): signs[m["objective"]] * (values[stored_name(m)] - m["threshold"])
        for m in with_strategy(metrics, "constraint")
    }


def change_thresholds(metrics: Sequence[Mapping[str, Any]], value: Any) -> list[dict[str, Any]]:
    """The metrics with the thresholds of a request; null removes one.

    Raises:
        InvalidInputError: something else would change.
    """
    given = {metric["name"]: metric for metric in read_metrics(value, may_be_text=True)}
    before = {metric["name"]: metric for metric in metrics}
    if given.keys() != before.keys():
        raise InvalidInputError("metrics: names and number of the metrics cannot be changed")
    changed = []
    for name, metric in before.items():
        for fixed in ("objective", "strategy"):
            if given[name][fixed] != metric[fixed]:
                raise InvalidInputError(f"metrics: the {fixed} of {name!r} cannot be changed; make a new experiment")
        changed.append({**metric, "threshold": given[name]["threshold"]})
    return changed


def _read_metric(value: Any, where: str) -> dict[str, Any]:
    fields = read_object(value, where, ("name", "objective", "strategy", "threshold"))
    if "name" not in fields:  # the unnamed metric, as it was answered
        return _metric(None, **_rest(fields, where))
    name = read_text(require(fields, "name", where), f"{where}.name")
    if name in _RESERVED or name.startswith(RESERVED_PREFIX):
        raise InvalidInputError(f"{where}.name: {name!r} is reserved; rename the metric")
    return _metric(name, **_rest(fields, where))


def _rest(fields: Mapping[str, Any], where: str) -> dict[str, Any]:
    strategy = read_choice(fields.get("strategy", "optimize"), f"{where}.strategy", ("optimize", "constraint", "store"))
    objective = read_choice(fields.get("objective", "maximize"), f"{where}.objective", ("maximize", "minimize"))
    threshold = read_number(fields["threshold"], f"{where}.threshold") if "threshold" in fields else None
    if strategy == "constraint" and threshold is None:
        raise InvalidInputError(f"{where}.threshold is missing: a constraint needs one")
    if strategy == "store" and threshold is not None:
        raise InvalidInputError(f"{where}.threshold: a stored metric has none")
    return {"strategy": strategy, "objective": objective, "threshold": threshold}


def _metric(
    name: str | None, objective: str = "maximize", strategy: str = "optimize", threshold: float | None = None
) -> dict[str, Any]:
    return {"object": "metric", "name": name, "objective": objective, "strategy": strategy, "threshold": threshold}


def _check_metrics(metrics: Sequence[Mapping[str, Any]]) -> None:
    names = [stored_name(metric) for metric in metrics]
    if twice := [name for i, name in enumerate(names) if name in names[:i]]:
        raise InvalidInputError(f"metrics: the name {twice[0]!r} occurs twice")
    if len(metrics) > MAX_METRICS:
        raise InvalidInputError(f"metrics: there are {len(metrics)}, but at most {MAX_METRICS} are allowed")
    if errors := [name for name in names if name.endswith("_se") and name.removesuffix("_se") in names]:
        raise InvalidInputError(f"metrics: {errors[0]!r} is the name of a standard error; rename the metric")
    optimized = with_strategy(metrics, "optimize")
    if not optimized:
        raise InvalidInputError("metrics: at least one must have the strategy optimize")
    if len(optimized) == 1 and optimized[0]["threshold"] is not None:
        raise InvalidInputError("metrics: the threshold of a single optimized metric must be left out")
