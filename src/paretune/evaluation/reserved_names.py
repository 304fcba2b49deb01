"""A check that metrics use no reserved name and no invalid standard error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paretune.errors import is_utf8
from paretune.objectives import RESERVED_PREFIX


def describe_invalid_metric(metrics: Mapping[str, Any], objectives: Iterable[str]) -> str:
    """Describe the first metric that is not allowed; empty text if all are.

    A name must not begin with Paretune's own prefix. A standard error must be at least 0, or NaN if it is not known.

    Args:
        metrics: values by name; numbers are Python's own.
        objectives: the names that may have a metric ``<objective>_se``.

    Example:
        >>> describe_invalid_metric({"latency": 0.1, "latency_se": -1, "epochs": 3}, ["latency"])
        'latency_se=-1; a standard error must be a number >= 0: leave it out if it is not known'
    """
    for name in metrics:
        if name.startswith(RESERVED_PREFIX):
            return f"{name!r}; names that begin with {RESERVED_PREFIX!r} are reserved: rename the metric"
        if not is_utf8(name):
            return f"{name!r}, which UTF-8 cannot encode: rename the metric"
    for name in (f"{objective}_se" for objective in objectives):
        error = metrics.get(name, 0.0)
        if isinstance(error, bool) or not isinstance(error, (int, float)) or error < 0:
            expected = "a standard error must be a number >= 0: leave it out if it is not known"
            return f"{name}={str(error)[:100]}; {expected}"
    return ""
