"""How a trial began as a copy of another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paretune.trials.table import Trials

PARENT_METRIC = "paretune:parent"  # the metric of a trial that describes how it began as a copy
_NAMES = ("parent", "step", "replaced")


@dataclass(frozen=True)
class Birth:
    """How a member began that is a copy of another one.

    Args:
        parent: number of the trial that it goes on from.
        step: the last step of the parent that it has, too.
        replaced: number of the trial that it replaces.
    """

    parent: int
    step: int
    replaced: int

    def to_dict(self) -> dict[str, int]:
        """Return a plain description that JSON can hold."""
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def of(cls, described: Any) -> Birth | None:
        """Read what `to_dict` returned; None if it is something else."""
        values = [described.get(name) for name in _NAMES] if isinstance(described, Mapping) else [None]
        if any(isinstance(value, bool) or not isinstance(value, int) for value in values):
            return None
        return cls(*values)


def births(trials: Trials) -> dict[int, Birth]:
    """How the trials began that are copies of others, by number."""
    found = {n: Birth.of(m.get(PARENT_METRIC)) for n, m in zip(trials.numbers.tolist(), trials.metrics, strict=True)}
    return {number: begun for number, begun in found.items() if begun is not None}
