"""Searches in rounds: replay from the trials, honest rounds, and slots that never wait."""

import numpy as np
import pytest

from paretune import Float, Int, Minimize, Objectives, Space
from paretune.errors import SpaceExhaustedError
from paretune.searchers import Context, make_searcher
from paretune.searchers.results import Results
from paretune.searchers.rounds import replay, suggest_in_rounds
from searchers.runs import MIXED, OBJECTIVES, SQUARE, make_trials, run, search, search_in_slots, table

LOSS = Objectives([Minimize("loss")])
LINE = Space({"x": Float(0, 1)})
ROUNDS = {"pshe2": {"population": 4}, "hazero": {"population": 4}, "cma-es": {"population": 4, "rounds": 2}}


class Halving:
    """Two points around a place; the better one is the place of the next round, at half the distance."""

    def __init__(self):
        self.place, self.width, self.closed = 0.5, 0.25, []

    def points(self):
        return np.array([[self.place - self.width], [self.place + self.width]])

    def close(self, results: Results):
        self.closed.append(results.losses[:, 0].tolist())
        self.place = float(self.points()[int(np.argmin(results.losses)), 0])
        self.width /= 2

    def fill(self, rng):
        return np.array([self.place + 1e-3 * rng.random()])


def suggest(configurations, losses, n_ahead=0, seed=0):
    trials = table(LINE, LOSS, configurations, losses)
    context = Context(LINE, LOSS, seed, n_ahead=n_ahead)
    return suggest_in_rounds(lambda: [Halving()], trials, context).params["x"]


def test_points_of_a_round_are_suggested_in_order_and_then_the_next_round():
    assert suggest([], []) == 0.25
    assert suggest([{"x": 0.25}], ["pending"]) == suggest([{"x": 0.25}], [[1.0]]) == 0.75
    assert suggest([{"x": 0.25}, {"x": 0.75}], [[1.0], [2.0]]) == 0.125


def test_slot_that_would_wait_gets_a_draw_that_no_round_learns_from():
    filled = suggest([{"x": 0.25}, {"x": 0.75}], [[1.0], "pending"])
    assert 0.5 <= filled < 0.501
    another = suggest([{"x": 0.25}, {"x": 0.75}, {"x": filled}], [[1.0], "pending", "pending"])
    assert another not in {0.25, 0.75, filled}
    method = Halving()
    trials = table(LINE, LOSS, [{"x": 0.25}, {"x": 0.75}, {"x": filled}], [[1.0], [2.0], [-9.0]])
    assert (replay(method, trials).number, method.closed) == (1, [[1.0, 2.0]])


def test_trials_ahead_get_the_points_before():
    assert [suggest([], [], n_ahead=n) for n in range(2)] == [0.25, 0.75]
    assert 0.5 <= suggest([], [], n_ahead=2) < 0.501


def test_trial_of_another_source_is_the_result_of_its_point():
    assert suggest([{"x": 0.9}, {"x": 0.75}], [[0.0], [2.0]]) == 0.25
    assert suggest([{"x": 0.9}, {"x": 0.75}, {"x": 0.25}], [[0.0], [2.0], [1.0]]) == 0.125


def test_last_digits_of_another_machine_do_not_matter():
    assert suggest([{"x": 0.25 + 1e-12}, {"x": 0.75 - 1e-12}], [[1.0], [2.0]]) == 0.125


@pytest.mark.parametrize("name", ROUNDS)
def test_lost_trial_is_replaced_by_its_repetition(name):
    searcher = make_searcher(name, ROUNDS[name])
    configurations = run(searcher, MIXED, 6)
    trials = make_trials(MIXED, [*configurations[:5], configurations[2]])
    lost = make_trials(MIXED, [*configurations[:5], configurations[2]], [*["complete"] * 2, "lost", *["complete"] * 3])
    for table_ in (trials, lost):
        assert dict(searcher.suggest(table_, Context(MIXED, OBJECTIVES)).params) == configurations[5]


@pytest.mark.parametrize("name", ROUNDS)
def test_search_in_slots_has_the_rounds_of_a_search_one_by_one(name):
    """No slot waits, and the trials of the rounds are those of the search in which each trial waits for the last."""

    def losses_of(params):
        return [(params["u"] - 0.3) ** 2 + (params["v"] - 0.6) ** 2]

    searcher = make_searcher(name, ROUNDS[name])
    expected, _ = search(searcher, SQUARE, LOSS, losses_of, 20)
    found, _ = search_in_slots(searcher, SQUARE, LOSS, losses_of, 28, n_slots=3)
    of_rounds = [params for params in found if params in expected]
    n_fills = len(found) - len(of_rounds)
    assert sorted(of_rounds, key=expected.index) == expected[: len(of_rounds)]
    assert [expected.index(params) // 4 for params in of_rounds] == [i // 4 for i in range(len(of_rounds))]
    assert 0 < n_fills <= 2 * 7  # at most two for each round of four


@pytest.mark.parametrize("name", ROUNDS)
def test_finite_space_is_searched_to_its_end(name):
    space, searcher = Space({"k": Int(1, 3), "l": Int(0, 1)}), make_searcher(name, ROUNDS[name])
    configurations = run(searcher, space, 6)
    assert len({tuple(params.values()) for params in configurations}) == 6
    with pytest.raises(SpaceExhaustedError, match="all 6 configurations have been tried"):
        searcher.suggest(make_trials(space, configurations), Context(space, OBJECTIVES))


def test_search_of_a_constant_space_ends_after_one_trial():
    space = Space({"k": Int(1, 1)})
    for name, options in ROUNDS.items():
        assert run(make_searcher(name, options), space, 1) == [{"k": 1}]
        with pytest.raises(SpaceExhaustedError):
            run(make_searcher(name, options), space, 2)
