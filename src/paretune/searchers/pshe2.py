"""PSHE2: a particle swarm with random moves towards the bounds, after Baidu's PaddleHub 1.5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.searchers.options import option
from paretune.searchers.results import Results, best_first, layers
from paretune.searchers.rounds import suggest_in_rounds
from paretune.searchers.searcher import Context, Suggestion
from paretune.searchers.untried import stream
from paretune.space import Float, Int
from paretune.trials import Trials


@dataclass(frozen=True)
class Pshe2Search:
    """Suggest the next point of a swarm.

    A member's place z has a coordinate in [-1, 1] for each parameter, linear in the parameter's position on its scale.
    It begins at a random place. In round t = 1, 2, ..., with the member's own best place b, the best place g of all and
    fresh r uniform in [-1, 1]:

    - momentum m = (1 - 3 alpha / t) m - alpha (z - b) - alpha (z - g);
    - z = z + alpha m, then z = z + epsilon r (1 - z) if r >= 0, else z + epsilon r (z + 1).

    A place may leave [-1, 1]; its configuration is that of the nearest place inside. A failed trial is worst. Several
    objectives, which the original does not have: b and g are drawn from the nondominated places, the better of two by
    crowding, g anew for each member.

    Rounds are synchronous: a member moves when all members have their results. A slot that would wait gets a member's
    place after a further random move; no round learns from it. A ``population`` that is a multiple of the workers has
    the fewest of them.

    Args:
        population: how many members the swarm has.
        alpha: strength of the pull towards the best places.
        epsilon: largest share of the way to a bound in a random move.
    """

    population: int = option(5, Int(1, 10_000), "number of members, which is the number of trials in a round")
    alpha: float = option(0.5, Float(0, 1), "strength of the pull towards the best places")
    epsilon: float = option(0.2, Float(0, 1), "largest share of the way to a bound in a random move")

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        return suggest_in_rounds(lambda: [Swarm(self, len(context.space), context)], trials, context)


class Swarm:
    """The swarm at its present round.

    Args:
        search: the options.
        d: number of parameters.
        context: has the seed.
    """

    def __init__(self, search: Pshe2Search, d: int, context: Context) -> None:
        self._search, self._d = search, d
        self._moves, self._draws = stream(context, 0), stream(context, 1)
        n = search.population
        self.places = towards_bounds(np.zeros((n, d)), self._moves.uniform(-1, 1, (n, d)))
        self.momentum = np.zeros((n, d))
        self._round = 0
        self._visited = np.empty((0, n, d))
        self._results: Results | None = None
        self._has_several = len(context.objectives) > 1
        self._own: list[list[int]] = [[] for _ in range(n)]
        self._front_of_all: list[int] = []

    def points(self) -> NDArray[np.float64]:
        """See `RoundMethod`."""
        return np.asarray((np.clip(self.places, -1, 1) + 1) / 2)

    def close(self, results: Results) -> None:
        """See `RoundMethod`."""
        n = self._search.population
        self._round += 1
        self._visited = np.concatenate([self._visited, self.places[None]])
        self._results = results if self._results is None else self._results.concat(results)
        newest = np.arange(len(self._results) - n, len(self._results))
        self._own = [self._front([*rows, row]) for rows, row in zip(self._own, newest.tolist(), strict=True)]
        self._front_of_all = self._front([*self._front_of_all, *newest.tolist()])
        own = np.array([self._draw_place(rows) for rows in self._own])
        best = np.array([self._draw_place(self._front_of_all) for _ in range(n)])
        self.places, self.momentum = move(
            self.places,
            self.momentum,
            pull=(self.places - own) + (self.places - best),
            damping=1 - 3 * self._search.alpha / self._round,
            alpha=self._search.alpha,
        )
        draws = self._moves.uniform(-1, 1, (n, self._d))
        self.places = towards_bounds(self.places, draws, self._search.epsilon)

    def fill(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """See `RoundMethod`."""
        place = self.places[rng.integers(self._search.population)]
        moved = towards_bounds(place, rng.uniform(-1, 1, self._d), max(self._search.epsilon, 0.01))
        return np.asarray((np.clip(moved, -1, 1) + 1) / 2)

    def _front(self, rows: list[int]) -> list[int]:
        """Return the best of some results: with one objective the first best, else the front by crowding."""
        assert self._results is not None  # noqa: S101 (for the type)
        results = self._results[np.array(rows)]
        n_best = int((layers(results) == 0).sum()) if self._has_several else 1
        return [rows[i] for i in best_first(results)[:n_best]]

    def _draw_place(self, front: list[int]) -> NDArray[np.float64]:
        """Return the place of one of the best results."""
        chosen = front[self._draws.integers(len(front), size=2).min()] if self._has_several else front[0]
        return np.asarray(self._visited.reshape(-1, self._d)[chosen])


def move(
    places: NDArray[np.float64],
    momentum: NDArray[np.float64],
    *,
    pull: NDArray[np.float64],
    damping: float,
    alpha: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the places and the momentum of a swarm after its pull towards the best places.

    Args:
        places: ``n x d``.
        momentum: ``n x d``.
        pull: ``n x d``: the distances from the own best places and from the best of all, added.
        damping: factor of the momentum.
        alpha: strength of the pull.
    """
    momentum = damping * momentum - alpha * pull
    return places + alpha * momentum, momentum


def towards_bounds(places: NDArray[np.float64], draws: NDArray[np.float64], share: float = 1.0) -> NDArray[np.float64]:
    """Move places towards the upper bound 1 where a draw is at least 0, else towards the lower bound -1.

    Args:
        places: any shape.
        draws: of the same shape, in [-1, 1]: the share of the way.
        share: factor of the draws.

    Example:
        >>> towards_bounds(np.array([0.0, 0.5]), np.array([0.5, -0.5])).tolist()
        [0.5, -0.25]
    """
    return np.asarray(places + share * draws * np.where(draws >= 0, 1 - places, places + 1))
