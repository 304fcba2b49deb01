"""Tests of synchronous halving, and of the trials that go on after a pause in every rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.schedulers import Asha, Halving, Hyperband
from paretune.schedulers.ranking import places, standing
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Minimize("f")])


def table(losses, last_steps, states):
    """Trials that report one loss at each of their steps."""
    steps = {i: [{"step": s, "f": losses[i]} for s in range(1, last + 1)] for i, last in enumerate(last_steps) if last}
    known = [[loss if state == "complete" else np.nan] for loss, state in zip(losses, states, strict=True)]
    params = tuple({"x": 0.5} for _ in losses)
    return Trials(
        SPACE, OBJECTIVES, params, losses=known, states=np.array(states, object), curves=Curves.from_steps(steps)
    )


class Replay:
    """Trains all trials that a rule lets go on, with pauses at its rungs, until it lets none go on."""

    def __init__(self, rule, losses, length):
        self.rule, self.losses, self.length = rule, losses, length
        n = len(losses)
        self.last, self.states = [0] * n, ["stopped"] * n

    def train(self, number):
        until = self.rule.pause_step(number, self.last[number])
        self.last[number] = self.length if until is None else until
        self.states[number] = "complete" if until is None else "stopped"

    def trials(self):
        return table(self.losses, self.last, self.states)

    def paused(self):
        return {i for i, state in enumerate(self.states) if state == "stopped"}

    def run(self):
        for number in range(len(self.losses)):
            self.train(number)
        while promoted := self.rule.promoted(self.trials(), self.paused()):
            self.train(promoted[0])
        return self.last


def test_round_of_dive_into_deep_learning_by_hand():
    """Nine trials at step 1, the best three at 3, the best one at 9 (D2L 19.4.1, eta = 3, r_min = 1, r_max = 9)."""
    losses = [0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.6, 0.4]
    assert Replay(Halving(max_resource=9, exempt=0), losses, 9).run() == [1, 9, 1, 3, 1, 3, 1, 1, 1]


def test_no_trial_goes_on_before_its_round_is_full_and_has_reached_the_rung():
    rule = Halving(max_resource=9, exempt=0)
    losses = [float(i) for i in range(9)]
    assert rule.promoted(table(losses[:8], [1] * 8, ["stopped"] * 8), range(8)) == []
    running = table(losses, [1] * 8 + [0], ["stopped"] * 8 + ["pending"])
    assert rule.promoted(running, range(8)) == []
    assert rule.promoted(table(losses, [1] * 9, ["stopped"] * 9), range(9)) == [0, 1, 2]


def test_trial_that_failed_leaves_its_round_to_the_others():
    states = ["stopped"] * 8 + ["failed"]
    found = Halving(max_resource=9, exempt=0).promoted(
        table([float(i) for i in range(9)], [1] * 8 + [0], states), range(8)
    )
    assert found == [0, 1, 2]


@given(st.permutations(range(27)))
def test_each_rung_has_a_third_of_the_one_before(order):
    last = Replay(Halving(max_resource=27, exempt=0), [float(i) for i in order], 27).run()
    assert sorted(last) == [1] * 18 + [3] * 6 + [9] * 2 + [27]
    assert last[order.index(0)] == 27


def test_exempt_trials_go_on_in_addition():
    last = Replay(Halving(max_resource=9, exempt=1.0), [float(i) for i in range(9)], 9).run()
    assert last == [9] * 9


def test_promotions_of_asha_are_those_of_algorithm_2():
    """Of nine trials at rung 1 the best three are promotable, and as ever more come, those of before as well."""
    rule, rng = Asha(max_resource=9, exempt=0), np.random.default_rng(0)
    ended = [
        float(value) for value in np.linspace(2, 3, 9)
    ]  # whole trainings, which are worse: they show what predicts
    for n in range(3, 30):
        losses = rng.permutation(n).astype(float) / n
        trials = table([*ended, *losses], [9] * 9 + [1] * n, ["complete"] * 9 + ["stopped"] * n)
        paused = range(9, 9 + n)
        n_kept = (9 + n) // 3
        expected = [9 + int(i) for i in np.argsort(losses)[:n_kept]]
        assert rule.promoted(trials, paused) == expected


def test_asha_promotes_from_the_highest_rung_first():
    ended = [1.0 + i for i in range(9)]
    trials = table([*ended, 0.5, 0.1], [9] * 9 + [3, 1], ["complete"] * 9 + ["stopped"] * 2)
    assert Asha(max_resource=9, exempt=0).promoted(trials, [9, 10]) == [9, 10]


def test_hyperband_promotes_within_brackets():
    rule, ended = Hyperband(max_resource=9, exempt=0), [5.0 + i for i in range(40)]
    first = next(number for number in range(40, 60) if rule.bracket_of(number) == 0)
    n = first + 1
    losses = [*ended, *[9.0] * (first - 40), 0.0]
    trials = table(losses, [9] * (n - 1) + [1], ["complete"] * (n - 1) + ["stopped"])
    assert rule.promoted(trials, [first]) == [first]
    assert rule.promoted(trials[: n - 1], []) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_places_are_those_of_standing(points):
    losses = np.array(points, float)
    assert places(losses).tolist() == [standing(losses, row).place for row in range(len(losses))]


def test_arguments_are_checked():
    with pytest.raises(InvalidInputError, match="eta must be at least 2"):
        Halving(max_resource=9, eta=1)
    with pytest.raises(InvalidInputError, match="max_resource must be at least min_resource"):
        Halving(max_resource=2, min_resource=3)
