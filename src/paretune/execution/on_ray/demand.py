"""What does a trial take of a node, and how many trials fit on a cluster?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paretune.errors import InvalidInputError

_WORDS = {"CPU": "CPUs", "GPU": "GPUs", "memory": "bytes of memory"}


@dataclass(frozen=True)
class Demand:
    """What Ray reserves for a trial.

    Args:
        cpus: cores; may be a fraction.
        gpus: GPUs; a fraction lets several trials share one.
        memory: bytes; None reserves none.

    Raises:
        InvalidInputError: it is nothing, of which there is no end on a node.

    Example:
        >>> Demand(cpus=2).n_fitting([{"CPU": 5.0}, {"CPU": 1.0}])
        2
    """

    cpus: float = 1.0
    gpus: float = 0.0
    memory: int | None = None

    def __post_init__(self) -> None:
        if not self.resources:
            raise InvalidInputError(
                "a trial must take something of its node: give --cpus-per-trial or --gpus-per-trial"
            )

    @property
    def resources(self) -> dict[str, float]:
        """What is reserved, by Ray's names."""
        wanted = {"CPU": self.cpus, "GPU": self.gpus, "memory": float(self.memory or 0)}
        return {name: amount for name, amount in wanted.items() if amount}

    @property
    def options(self) -> dict[str, Any]:
        """The same, as an actor's options."""
        return {"num_cpus": self.cpus, "num_gpus": self.gpus, **({"memory": self.memory} if self.memory else {})}

    def n_fitting(self, nodes: Iterable[Mapping[str, float]]) -> int:
        """How many trials fit on nodes with these resources, by Ray's names."""
        wanted = self.resources
        return sum(min(int(node.get(name, 0.0) / amount + 1e-9) for name, amount in wanted.items()) for node in nodes)

    def __str__(self) -> str:
        return " and ".join(f"{amount:g} {_WORDS[name]}" for name, amount in self.resources.items())
