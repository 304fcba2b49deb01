"""Which objectives do Ray Tune's metrics and modes mean?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objective, Objectives
from paretune.space.values import number


def objectives_of(
    metric: str | Sequence[str] | None, mode: str | Sequence[str] | None, limits: Mapping[str, float]
) -> Objectives:
    """The objectives, in the order of the metrics.

    Args:
        metric: one or several.
        mode: ``min`` or ``max``, one for each metric.
        limits: by metric, the worst value of interest.

    Raises:
        InvalidInputError: a metric is without a mode, or a limit without a metric or no number.

    Example:
        >>> objectives_of(["accuracy", "latency"], ["max", "min"], {"accuracy": 0.75})[0]
        Maximize(name='accuracy', at_least=0.75, unit='')
    """
    metrics, modes = _listed(metric), _listed(mode)
    if len(metrics) != len(modes) or not set(modes) <= {"min", "max"}:
        raise InvalidInputError(
            f"each metric needs its mode, min or max, but the metrics are {metrics} and the modes {modes}"
        )
    unknown = [name for name in limits if name not in metrics]
    if unknown:
        raise InvalidInputError(f"limits names {unknown[0]!r}, but the metrics are {', '.join(metrics)}")
    pairs = zip(metrics, modes, strict=True)
    return Objectives([_objective(name, goal, limits.get(name)) for name, goal in pairs])


def _listed(words: str | Sequence[str] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())


def _objective(name: str, mode: str, limit: float | None) -> Objective:
    limit = None if limit is None else number(f"the limit of {name}", limit)
    return Maximize(name, at_least=limit) if mode == "max" else Minimize(name, at_most=limit)
