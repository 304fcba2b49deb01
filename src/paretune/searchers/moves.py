"""Random moves of a configuration in the unit cube, for parameters of all kinds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.space import Parameter, Space


def mutate(
    point: NDArray[np.float64], space: Space, rng: np.random.Generator, *, rate: float, step: float
) -> NDArray[np.float64]:
    """Move some parameters of a configuration, at least one of those that exist and can move.

    A number moves by a normal draw, reflected at its bounds; one with levels moves by at least one level. A choice
    without order becomes another choice. A parameter that the configuration did not have, and may have now, is drawn
    uniformly.

    Args:
        point: ``d`` positions, as `Space.snap` returns them.
        space: the parameters.
        rng: of the draws.
        rate: probability that a parameter moves.
        step: standard deviation of a move, as a share of the range.

    Returns:
        ``d`` positions in the unit cube.
    """
    parameters = list(space.values())
    absent = np.isnan(point)
    can_move = [j for j, parameter in enumerate(parameters) if not absent[j] and parameter.n_levels != 1]
    moves = rng.random(len(point)) < rate
    if can_move and not moves[can_move].any():
        moves[rng.choice(can_move)] = True
    moved = np.where(absent, rng.random(len(point)), point)
    for j in can_move:
        if moves[j]:
            moved[j] = _move(parameters[j], float(point[j]), step, rng)
    return moved


def _move(parameter: Parameter, place: float, step: float, rng: np.random.Generator) -> float:
    if parameter.n_levels is None:
        return reflect(place + rng.normal(0.0, step))
    n, cell = parameter.n_levels, int(parameter.cells([place])[0])
    if parameter.is_nominal:
        other = (cell + int(rng.integers(1, n))) % n
    else:
        target = reflect(place + rng.normal(0.0, step))
        other = int(parameter.cells([target])[0])
        if other == cell:
            other = cell + 1 if target > place else cell - 1
            other = other if 0 <= other < n else 2 * cell - other
    return float(parameter.encode([parameter.level(other)])[0])


def reflect(place: float) -> float:
    """Return a number inside the unit interval by reflection at its ends.

    Example:
        >>> round(reflect(-0.2), 6), round(reflect(1.3), 6), round(reflect(2.1), 6)
        (0.2, 0.7, 0.1)
    """
    folded = place % 2.0
    return 2.0 - folded if folded > 1.0 else folded


def cross(first: NDArray[np.float64], second: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Take each of ``d`` positions from one of two configurations, by a fair coin.

    A position that one of them does not have is that of the other; one that neither has is uniform.
    """
    is_first, spare = rng.random(len(first)) < 0.5, rng.random(len(first))
    chosen, other = np.where(is_first, first, second), np.where(is_first, second, first)
    chosen = np.where(np.isnan(chosen), other, chosen)
    return np.where(np.isnan(chosen), spare, chosen)
