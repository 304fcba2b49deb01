"""What is a measuring problem?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from paretune import Space
from paretune.space import Params

Losses: TypeAlias = list[float]


@dataclass(frozen=True)
class Problem:
    """A search with its ruler.

    Args:
        space: what may vary.
        evaluate: the losses of a configuration, all minimised; None where it fails, and nothing else is told.
        reference: one loss an objective; the hypervolume is taken against it.
        largest: the largest hypervolume that is possible, or None where it is not known.
        truth: the noise-free losses of a configuration that works, where `evaluate` is noisy.
    """

    space: Space
    evaluate: Callable[[Params], Losses | None]
    reference: tuple[float, ...]
    largest: float | None = None
    truth: Callable[[Params], Losses] | None = None
