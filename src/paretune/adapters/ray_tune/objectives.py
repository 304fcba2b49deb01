"""Objectives from Ray Tune's metrics and modes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objective, Objectives
from paretune.space.values import check_number


def parse_objectives(
    metric: str | Sequence[str] | None, mode: str | Sequence[str] | None, limits: Mapping[str, float]
) -> Objectives:
    """Make the objectives, in the order of the metrics.

    Args:
        metric: one name or several.
        mode: ``min`` or ``max``, one for each metric.
        limits: the worst value of interest by metric.

    Raises:
        InvalidInputError: a metric has no mode, or a limit has no metric or is no number.

    Example:
        >>> parse_objectives(["accuracy", "latency"], ["max", "min"], {"accuracy": 0.75})[0]
        Maximize(name='accuracy', at_least=0.75, unit='')
    """
    metrics, modes = _to_list(metric), _to_list(mode)
    if len(metrics) != len(modes) or not set(modes) <= {"min", "max"}:
        raise InvalidInputError(
            f"each metric needs a mode, min or max, but the metrics are {metrics} and the modes {modes}"
        )
    unknown = [name for name in limits if name not in metrics]
    if unknown:
        raise InvalidInputError(f"limits names {unknown[0]!r}, but the metrics are {', '.join(metrics)}")
    pairs = zip(metrics, modes, strict=True)
    return Objectives([_objective(name, goal, limits.get(name)) for name, goal in pairs])


def _to_list(names: str | Sequence[str] | None) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())


def _objective(name: str, mode: str, limit: float | None) -> Objective:
    limit = None if limit is None else check_number(f"the limit of {name}", limit)
    return Maximize(name, at_least=limit) if mode == "max" else Minimize(name, at_most=limit)
