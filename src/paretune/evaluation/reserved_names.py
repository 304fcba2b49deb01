"""What may stand beside the objectives among the metrics of a trial?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paretune.objectives import OURS


def misuse(metrics: Mapping[str, Any], objectives: Iterable[str]) -> str:
    """What must not stand there, in words; nothing where all may.

    Names of Paretune's own must not, nor a standard error that is none: it is at least 0, or NaN where it is not known.

    Args:
        metrics: by name, numbers as Python's own.
        objectives: names of those that may have an ``<objective>_se``.

    Example:
        >>> misuse({"latency": 0.1, "latency_se": -1, "epochs": 3}, ["latency"])
        'latency_se=-1, but a standard error must be a number of at least 0: leave out one that is not known'
    """
    for name in metrics:
        if name.startswith(OURS):
            return f"{name!r}, but names that begin with {OURS!r} are Paretune's own: rename it"
    for name in (f"{objective}_se" for objective in objectives):
        error = metrics.get(name, 0.0)
        if isinstance(error, bool) or not isinstance(error, (int, float)) or error < 0:
            wanted = "a standard error must be a number of at least 0"
            return f"{name}={str(error)[:100]}, but {wanted}: leave out one that is not known"
    return ""
