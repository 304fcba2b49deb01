"""PSHE2 against a trace by hand, and against its formulas written out for single numbers."""

import numpy as np
import pytest

from paretune import Float, Int, Minimize, Objectives, Space
from paretune.searchers import Context
from paretune.searchers.pshe2 import Pshe2Search, Swarm, move, towards_bounds
from paretune.searchers.results import COMPLETE, Results
from paretune.searchers.untried import stream
from searchers.runs import search

LOSS = Objectives([Minimize("loss")])
SPACE = Space({"x": Float(0, 1), "k": Int(0, 99), "r": Float(1e-4, 1, log=True)})


def one(value):
    return np.array([[value]])


def test_trace_of_one_member_by_hand():
    """z = 0.5 with b = 0.5 and g = -0.2; then z = 0.3925 with b = 0.3925 and g = -0.2."""
    place, momentum = move(one(0.5), one(0.0), pull=one(0.0 + 0.7), damping=1 - 1.5 / 1, alpha=0.5)
    assert momentum == pytest.approx(one(-0.35))
    assert place == pytest.approx(one(0.325))
    place = towards_bounds(place, one(0.5), 0.2)
    assert place == pytest.approx(one(0.3925))  # 0.325 + 0.2 * 0.5 * 0.675
    place, momentum = move(place, momentum, pull=one(0.0 + 0.5925), damping=1 - 1.5 / 2, alpha=0.5)
    assert momentum == pytest.approx(one(-0.38375))  # 0.25 * -0.35 - 0.5 * 0.5925
    assert towards_bounds(place, one(-1.0), 0.2) == pytest.approx(one(-0.0395))  # 0.200625 - 0.2 * 1.200625


def losses_of(params):
    loss = abs(params["x"] - 0.8) + abs(params["k"] - 20) / 100
    return None if params["r"] > 0.3 else [round(loss, 1)]


def configuration(z):
    return SPACE.decode((np.clip(z, -1, 1) + 1) / 2)[0]


def value(z):
    losses = losses_of(configuration(z))
    return np.inf if losses is None else losses[0]


def formulas(n, rounds, rng):
    """The configurations of a search, with single numbers."""
    z = [[float(r) for r in row] for row in rng.uniform(-1, 1, (n, 3))]  # z0 = 0
    m = [[0.0] * 3 for _ in range(n)]
    own = [list(place) for place in z]
    best, found = list(z[0]), []
    for t in range(1, rounds + 1):
        found += [configuration(place) for place in z]
        for i in range(n):
            own[i] = min(own[i], list(z[i]), key=value)
            best = min(best, list(z[i]), key=value)
        r = rng.uniform(-1, 1, (n, 3))
        for i, j in np.ndindex(n, 3):
            m[i][j] = (1 - 3 * 0.5 / t) * m[i][j] - 0.5 * (z[i][j] - own[i][j]) - 0.5 * (z[i][j] - best[j])
            z[i][j] += 0.5 * m[i][j]
            z[i][j] += 0.2 * r[i, j] * ((1 - z[i][j]) if r[i, j] >= 0 else (z[i][j] + 1))
    return found


def test_search_is_that_of_the_formulas():
    """The whole search; some trials fail, and some results are equal."""
    expected = formulas(3, 5, stream(Context(SPACE, LOSS, seed=4), 0))
    found, losses = search(Pshe2Search(population=3), SPACE, LOSS, losses_of, 15, seed=4)
    assert None in losses
    assert len({tuple(y) for y in losses if y}) < len([y for y in losses if y])
    assert SPACE.encode(found) == pytest.approx(SPACE.encode(expected), abs=1e-9)


def test_draw_moves_towards_the_bound_of_its_sign():
    draws = np.array([1.0, -1.0, 0.5, 0.0])
    assert towards_bounds(np.zeros(4), draws).tolist() == [1.0, -1.0, 0.5, 0.0]
    assert towards_bounds(np.array([1.5]), np.array([1.0]), 0.2).tolist() == [1.4]  # outside: back


def test_several_objectives_pull_towards_nondominated_places():
    objectives = Objectives([Minimize("a"), Minimize("b")])
    swarm = Swarm(Pshe2Search(population=4, epsilon=0.0), 1, Context(Space({"x": Float(0, 1)}), objectives))
    places = swarm.places.copy()
    losses = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 3.0]])
    swarm.close(Results(np.full(4, COMPLETE), losses, np.empty((4, 0))))
    leaders = places - swarm.momentum / -0.5  # in the first round m = -0.5 (z - g), since b = z
    assert all(np.isclose(leader, places[:2]).any() for leader in leaders)
