"""The steps at which trials are compared."""

from __future__ import annotations

from paretune.errors import InvalidInputError
from paretune.space.values import check_whole_number


def rung_steps(min_resource: int, max_resource: int, eta: int) -> tuple[int, ...]:
    """Return the steps of the rungs: the first one, and each ``eta`` times the one before, below the last step.

    Example:
        >>> rung_steps(1, 81, 3)
        (1, 3, 9, 27)
        >>> rung_steps(5, 5, 3)
        ()
    """
    check_resources(min_resource, max_resource, eta)
    steps = []
    while min_resource < max_resource:
        steps.append(min_resource)
        min_resource *= eta
    return tuple(steps)


def whole_logarithm(number: int, base: int) -> int:
    """Return the largest whole power of a base that is not above a number; exact, unlike logarithms of floats.

    Example:
        >>> whole_logarithm(243, 3), whole_logarithm(242, 3)
        (5, 4)
    """
    power = 0
    while number >= base:
        number //= base
        power += 1
    return power


def check_resources(min_resource: int, max_resource: int | None, eta: int, *, is_length_needed: bool = False) -> None:
    """Check the settings of rungs.

    Args:
        min_resource: the step of the first rung.
        max_resource: the last step of a whole training; None if it is learned from the trials.
        eta: one of this many trials goes on at a rung.
        is_length_needed: whether the last step must be given.

    Raises:
        InvalidInputError: one of them is no whole number, or is too small.
    """
    if is_length_needed and max_resource is None:
        raise InvalidInputError("max_resource must be the last step of a whole training, but is None")
    check_whole_number("eta", eta)
    if eta < 2:
        raise InvalidInputError(f"eta must be at least 2, since one of eta trials goes on at a rung, but is {eta}")
    check_whole_number("min_resource", min_resource)
    if min_resource < 1:
        raise InvalidInputError(f"min_resource must be at least 1 step, but is {min_resource}")
    if max_resource is None:
        return
    check_whole_number("max_resource", max_resource)
    if max_resource < min_resource:
        raise InvalidInputError(f"max_resource must be at least min_resource={min_resource}, but is {max_resource}")


def passed_rungs(rungs: tuple[int, ...], last_step: int, decided_at: int) -> tuple[int, ...]:
    """Return the rungs that a trial has reached since its last decision.

    Example:
        >>> passed_rungs((1, 3, 9), last_step=4, decided_at=1)
        (3,)
    """
    return tuple(rung for rung in rungs if decided_at < rung <= last_step)
