"""The search for the configuration with the largest acquisition: by mutation, or over all of a small space."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from paretune.space import Parameter, Space
from paretune.space.keys import row_keys

Score: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

N_RANDOM, N_NEAR_FRONT, N_NEAR_OTHERS = 1_000, 300, 100
N_ELITE, N_CHILDREN, N_ROUNDS = 8, 150, 8
FIRST_STEP, LAST_STEP = 0.3, 0.02
MAX_ENUMERABLE = 1_000
FAILURE_STREAK = 4


def candidates(
    space: Space,
    front: NDArray[np.float64],
    others: NDArray[np.float64],
    n_failures: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the places to score first: anywhere, near the front and near other successes.

    After several crashes in a row they are only near successes, nearer after each crash, since the models are wrong
    about the rest.

    Args:
        space: the parameters.
        front: ``k x d`` places that are best so far.
        others: ``s x d`` places that succeeded, or are pending.
        n_failures: how many trials have crashed in a row.
        rng: source of randomness.

    Returns:
        ``N x d``, snapped to real configurations.
    """
    if n_failures >= FAILURE_STREAK:
        step = max(0.05, FIRST_STEP * 0.85 ** (n_failures - FAILURE_STREAK))
        pool = [mutants(space, places, N_NEAR_FRONT, step, rng) for places in (front, others)]
    else:
        pool = [
            rng.random((N_RANDOM, len(space))),
            mutants(space, front, N_NEAR_FRONT, FIRST_STEP, rng),
            mutants(space, others, N_NEAR_OTHERS, FIRST_STEP, rng),
        ]
    return space.snap(np.vstack(pool))


def maximize(
    score: Score,
    space: Space,
    pool: NDArray[np.float64],
    tried: Collection[bytes],
    rng: np.random.Generator,
    n_rounds: int = N_ROUNDS,
) -> NDArray[np.float64] | None:
    """Find the best place that was not tried.

    All of a small finite space is scored. In other spaces the pool is scored, then its best places are mutated for a
    few rounds with shrinking steps: continuous, whole-number and unordered parameters together.

    Args:
        score: from ``N x d`` snapped places to ``N`` values.
        space: the parameters.
        pool: ``N x d`` snapped places to begin with.
        tried: keys (`row_keys`) of places that must not be returned.
        rng: source of randomness.
        n_rounds: how often the best are mutated.

    Returns:
        ``d`` coordinates; None if no untried place was found.
    """
    if space.n_configurations(at_most=MAX_ENUMERABLE) <= MAX_ENUMERABLE:
        pool, n_rounds = space.encode(list(space.configurations())), 0
    elite, values = _best(score, pool, tried, N_ELITE)
    for step in np.geomspace(FIRST_STEP, LAST_STEP, n_rounds):
        children = space.snap(mutants(space, elite, N_CHILDREN, float(step), rng))
        new, new_values = _best(score, children, [*tried, *row_keys(elite)], N_ELITE)
        elite, values = np.vstack([elite, new]), np.concatenate([values, new_values])
        order = np.argsort(-values, kind="stable")[:N_ELITE]
        elite, values = elite[order], values[order]
    return elite[0] if len(elite) else None


def _best(
    score: Score, pool: NDArray[np.float64], tried: Collection[bytes], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ``k`` best places of a pool that were not tried, and their values."""
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
    """Return children of good places, not yet snapped: one coordinate is always changed, each other one sometimes.

    The first one exists in the parent. A coordinate that does not exist there may exist in the child, because its
    parent parameter changed; its value is then uniform.

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
    varies = np.array([parameter.n_levels != 1 for parameter in space.values()])
    if len(parents) == 0:
        return np.empty((0, d))
    children = parents[rng.integers(len(parents), size=n)]
    if not varies.any():
        return children
    changes = rng.random((n, d)) < 0.7 / varies.sum()
    always = rng.choice(np.flatnonzero(varies), size=n)
    changes[np.arange(n), _existing_coordinates(children, always, varies, rng)] = True
    absent = np.isnan(children)
    children[absent] = rng.random(int(absent.sum()))
    for j, parameter in enumerate(space.values()):
        rows = np.flatnonzero(changes[:, j])
        steps = scale * 10 ** -rng.random(len(rows))
        children[rows, j] = _moved_values(parameter, children[rows, j], steps, rng)
    return children


def _existing_coordinates(
    places: NDArray[np.float64], coordinates: NDArray[np.int64], varies: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the coordinate of each of ``n`` places; where it does not exist, another that does and varies."""
    absent = np.flatnonzero(np.isnan(places[np.arange(len(places)), coordinates]))
    chances = rng.random((len(absent), places.shape[1])) * (varies & ~np.isnan(places[absent]))
    chosen = coordinates.copy()
    chosen[absent] = chances.argmax(axis=1)
    return chosen


def _moved_values(
    parameter: Parameter, places: NDArray[np.float64], steps: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return other values of one parameter: any other choice, or a step of at least one level up to a bound."""
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
