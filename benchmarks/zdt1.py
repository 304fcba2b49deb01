"""The test problem ZDT1, which takes no time to evaluate."""

from __future__ import annotations

import math
from collections.abc import Mapping

from paretune import Float, Minimize, Objectives, Space

SPACE = Space({f"x{i}": Float(0, 1) for i in range(6)})
OBJECTIVES = Objectives([Minimize("f1"), Minimize("f2")])


def evaluate(params: Mapping[str, float]) -> dict[str, float]:
    """Return the losses of ZDT1, problem 1 of Zitzler, Deb and Thiele (2000), doi:10.1162/106365600568202."""
    first, *others = params.values()
    g = 1 + 9 * sum(others) / len(others)
    return {"f1": first, "f2": g * (1 - math.sqrt(first / g))}
