"""Where is the acquisition largest, over real configurations? A search by mutation, or of every point."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from paretune.engine.design import row_keys
from paretune.space import Parameter, Space

Score: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

N_RANDOM, N_MUTANTS = 400, 200
N_ELITE, N_CHILDREN, N_ROUNDS = 8, 100, 5
ENUMERABLE = 1_000


def maximize(
    score: Score,
    space: Space,
    starts: NDArray[np.float64],
    tried: Collection[bytes],
    rng: np.random.Generator,
) -> NDArray[np.float64] | None:
    """The best place that was not tried.

    A small finite space is searched whole. Elsewhere random places and mutants of good ones are scored, then the
    best of them mutated for a few rounds with shrinking steps: continuous, whole-number and unordered moves together.

    Args:
        score: from ``N x d`` snapped places to ``N`` values.
        space: the parameters.
        starts: ``k x d`` places known to be good.
        tried: keys (`row_keys`) of places that must not come back.
        rng: source of randomness.

    Returns:
        ``d`` coordinates; None if no untried place was found.
    """
    if space.n_configurations(at_most=ENUMERABLE) <= ENUMERABLE:
        pool = space.encode(list(space.configurations()))
        elite, _ = _best(score, pool, tried, 1)
        return elite[0] if len(elite) else None
    pool = np.vstack([rng.random((N_RANDOM, len(space))), mutants(space, starts, N_MUTANTS, 0.3, rng)])
    elite, values = _best(score, space.snap(pool), tried, N_ELITE)
    for scale in np.geomspace(0.3, 0.02, N_ROUNDS):
        children = space.snap(mutants(space, elite, N_CHILDREN, float(scale), rng))
        grown, grown_values = _best(score, children, [*tried, *row_keys(elite)], N_ELITE)
        elite, values = np.vstack([elite, grown]), np.concatenate([values, grown_values])
        order = np.argsort(-values, kind="stable")[:N_ELITE]
        elite, values = elite[order], values[order]
    return elite[0] if len(elite) else None


def _best(
    score: Score, pool: NDArray[np.float64], tried: Collection[bytes], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ``k`` best places of a pool that were not tried, and their values."""
    taken = set(tried)
    new = [i for i, key in enumerate(row_keys(pool)) if not (key in taken or taken.add(key))]  # type: ignore[func-returns-value]
    pool = pool[new]
    if len(pool) == 0:
        return pool, np.empty(0)
    values = score(pool)
    order = np.argsort(-values, kind="stable")[:k]
    return pool[order], values[order]


def mutants(
    space: Space, parents: NDArray[np.float64], n: int, scale: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Children of good places, not yet snapped: one coordinate changed surely, each other now and then.

    Args:
        space: the parameters.
        parents: ``k x d`` places; with none there are no children.
        n: how many children.
        scale: the largest step of an ordered coordinate; steps are log-uniform down to a tenth of it.
        rng: source of randomness.

    Returns:
        ``n x d``.
    """
    d = len(space)
    if len(parents) == 0:
        return np.empty((0, d))
    children = np.nan_to_num(parents[rng.integers(len(parents), size=n)], nan=0.5)
    changes = rng.random((n, d)) < 0.7 / d
    changes[np.arange(n), rng.integers(d, size=n)] = True
    for j, parameter in enumerate(space.values()):
        rows = np.flatnonzero(changes[:, j])
        steps = scale * 10 ** -rng.random(len(rows))
        children[rows, j] = _moved(parameter, children[rows, j], steps, rng)
    return children


def _moved(
    parameter: Parameter, places: NDArray[np.float64], steps: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Other places of one parameter: any other choice, or a step of at least one level."""
    n_levels = parameter.n_levels
    if n_levels == 1:
        return places
    moves = rng.normal(size=len(places)) * steps
    moved = np.clip(places + moves, 0.0, 1.0)
    if n_levels is None:
        return moved
    old, new = parameter.cells(places), parameter.cells(moved)
    if parameter.is_nominal:
        new = (old + rng.integers(1, n_levels, size=len(places))) % n_levels
    else:
        one_level = np.where(moves < 0, -1, 1)
        new = np.clip(np.where(new == old, old + one_level, new), 0, n_levels - 1)
    return parameter.encode([parameter.level(cell) for cell in new.tolist()])
