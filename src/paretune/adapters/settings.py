"""What may a user say of a search, whatever the host?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Int
from paretune.space.values import number


def seed_of(seed: int | None) -> int:
    """The seed, or a fresh one where none is given."""
    return fresh_seed() if seed is None else Int(0, 2**32 - 1).check("seed", seed)


def fresh_seed() -> int:
    """One that nobody has had."""
    return int(np.random.SeedSequence().generate_state(1)[0])


def finite(reference_point: Sequence[float]) -> list[float]:
    """The numbers of a reference point.

    Raises:
        InvalidInputError: it is no sequence of finite numbers.
    """
    try:
        return [number("reference_point", value) for value in reference_point]
    except TypeError:
        raise InvalidInputError(
            f"reference_point must be one number an objective, but is {reference_point!r}"
        ) from None


def reference_losses(reference_point: Sequence[float] | None, objectives: Objectives) -> NDArray[np.float64] | None:
    """A reference point as the engine takes it.

    Args:
        reference_point: one value an objective, in the user's units; None leaves the choice to the engine.
        objectives: ``m`` of them.

    Returns:
        ``m`` losses, or None.

    Raises:
        InvalidInputError: it has another length.
    """
    if reference_point is None:
        return None
    if len(reference_point) != len(objectives):
        raise InvalidInputError(
            f"reference_point has {len(reference_point)} values, but the study has {len(objectives)} objectives"
        )
    return np.asarray(objectives.losses([reference_point])[0])
