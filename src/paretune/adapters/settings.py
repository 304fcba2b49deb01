"""Settings that the Optuna sampler and the Ray Tune searcher share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.space import Int
from paretune.space.values import check_number


def resolve_seed(seed: int | None) -> int:
    """The given seed, checked; a random one for None."""
    return draw_seed() if seed is None else Int(0, 2**32 - 1).check("seed", seed)


def draw_seed() -> int:
    """Draw a seed from the operating system's entropy."""
    return int(np.random.SeedSequence().generate_state(1)[0])


def check_reference_point(reference_point: Sequence[float]) -> list[float]:
    """Return a reference point as finite numbers.

    Raises:
        InvalidInputError: it is no sequence of finite numbers.
    """
    is_list = isinstance(reference_point, (Sequence, np.ndarray)) and not isinstance(reference_point, (str, bytes))
    if not is_list or getattr(reference_point, "ndim", 1) == 0 or len(reference_point) == 0:
        raise InvalidInputError(
            f"reference_point must be a list of one number per objective, but is {reference_point!r}"
        )
    return [check_number("reference_point", value) for value in reference_point]


def reference_losses(reference_point: Sequence[float] | None, objectives: Objectives) -> NDArray[np.float64] | None:
    """A reference point in losses, as the engine takes it.

    Args:
        reference_point: one value per objective, in the user's units; None lets the engine choose.
        objectives: ``m`` of them.

    Returns:
        ``m`` losses, or None.

    Raises:
        InvalidInputError: its length is not ``m``.
    """
    if reference_point is None:
        return None
    if len(reference_point) != len(objectives):
        raise InvalidInputError(
            f"reference_point has {len(reference_point)} values, but the study has {len(objectives)} objectives"
        )
    return np.asarray(objectives.losses([reference_point])[0])
