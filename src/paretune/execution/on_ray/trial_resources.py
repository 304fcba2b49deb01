"""The resources that a trial needs on its node, and the number of trials that fit on a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paretune.errors import InvalidInputError

_UNITS = {"CPU": "CPUs", "GPU": "GPUs", "memory": "bytes of memory"}


@dataclass(frozen=True)
class TrialResources:
    """The resources that Ray reserves for a trial.

    Args:
        cpus: cores; may be a fraction.
        gpus: GPUs; a fraction lets several trials share one.
        memory: bytes; None reserves none.

    Raises:
        InvalidInputError: all of them are zero, so that any number of trials would fit on a node.

    Example:
        >>> TrialResources(cpus=2).n_fitting([{"CPU": 5.0}, {"CPU": 1.0}])
        2
    """

    cpus: float = 1.0
    gpus: float = 0.0
    memory: int | None = None

    def __post_init__(self) -> None:
        if not self.by_name:
            raise InvalidInputError(
                "a trial must reserve a part of its node: give --cpus-per-trial or --gpus-per-trial"
            )

    @property
    def by_name(self) -> dict[str, float]:
        """The amounts that are reserved, by Ray's names."""
        amounts = {"CPU": self.cpus, "GPU": self.gpus, "memory": float(self.memory or 0)}
        return {name: amount for name, amount in amounts.items() if amount}

    @property
    def actor_options(self) -> dict[str, Any]:
        """The same amounts as options of a Ray actor."""
        return {"num_cpus": self.cpus, "num_gpus": self.gpus, **({"memory": self.memory} if self.memory else {})}

    def n_fitting(self, nodes: Iterable[Mapping[str, float]]) -> int:
        """The number of trials that fit on some nodes.

        Args:
            nodes: the resources of each node, by Ray's names.
        """
        needed = self.by_name
        return sum(min(int(node.get(name, 0.0) / amount + 1e-9) for name, amount in needed.items()) for node in nodes)

    def __str__(self) -> str:
        return " and ".join(f"{amount:g} {_UNITS[name]}" for name, amount in self.by_name.items())
