"""Tests of the short trainings that begin a search."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.pareto import ranks
from paretune.schedulers import StartupHalving
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

SPACE, OBJECTIVES = Space({"x": Float(0, 1)}), Objectives([Minimize("f"), Minimize("g")])


class Training:
    """Trains trials with known losses, with the pauses of a rule, one after the other."""

    def __init__(self, rule, losses):
        self.rule, self.losses = rule, losses
        self.last, self.states = [], []

    def begin(self):
        self.last.append(0)
        self.states.append("stopped")
        self.train(len(self.last) - 1)

    def train(self, number):
        until = self.rule.pause_step(number, self.last[number] or -1)
        self.last[number] = until or self.rule.max_resource
        self.states[number] = "stopped" if until else "complete"

    @property
    def trials(self):
        n = len(self.last)
        steps = {
            i: [{"step": s, "f": f + 1 / s, "g": g + 1 / s} for s in range(1, self.last[i] + 1)]
            for i, (f, g) in enumerate(self.losses[:n])
        }
        known = [self.losses[i] if s == "complete" else [math.nan] * 2 for i, s in enumerate(self.states)]
        return Trials(
            SPACE,
            OBJECTIVES,
            ({"x": 0.5},) * n,
            losses=np.reshape(known, (n, 2)),
            states=np.array(self.states, object),
            curves=Curves.from_steps(steps),
        )

    @property
    def promoted(self):
        return self.rule.promoted(self.trials, [i for i, state in enumerate(self.states) if state == "stopped"])

    def run(self):
        while len(self.last) < len(self.losses):
            promoted = self.promoted
            if promoted:
                self.train(promoted[0])
            else:
                self.begin()
        return self


def test_forty_trainings_pause_after_a_fifteenth_and_the_first_two_and_the_two_best_go_on():
    """With one order in both objectives, the best trial of those at a step is the one with the smallest loss."""
    losses = [[v, v] for v in np.random.default_rng(0).permutation(44).tolist()]
    found = Training(StartupHalving(max_resource=30), losses).run()
    best = sorted(range(2, 40), key=lambda i: losses[i])[:2]
    assert [i for i, state in enumerate(found.states) if state == "complete"] == sorted([0, 1, *best, *range(40, 44)])
    assert {found.last[i] for i in range(40) if found.states[i] == "stopped"} == {2}


def test_no_trial_goes_on_before_all_short_trainings_have_begun():
    training = Training(StartupHalving(max_resource=30, n_short=6, n_whole=2), [[i, -i] for i in range(9)])
    for _ in range(5):
        training.begin()
        assert training.promoted == []
    training.begin()
    assert len(training.promoted) == 2


@given(st.permutations(range(12)), st.permutations(range(12)), st.integers(1, 6))
def test_as_many_go_on_as_are_whole_and_never_a_later_layer_before_an_earlier_one(f, g, n_whole):
    rule = StartupHalving(max_resource=15, n_short=12, n_whole=n_whole)
    losses = [list(pair) for pair in zip(f, g, strict=True)]
    training = Training(rule, losses)
    for _ in losses:
        training.begin()
    promoted = training.promoted
    assert len(promoted) == n_whole
    chosen, rest = promoted[rule.n_unselected :], set(range(rule.n_unselected, 12)) - set(promoted)
    layers = ranks(np.array(losses, float))
    assert all(layers[a] <= layers[b] for a in chosen for b in rest)


def test_trials_that_crash_or_are_lost_leave_their_place_to_others():
    training = Training(StartupHalving(max_resource=30, n_short=6, n_whole=2), [[i, i] for i in range(9)])
    for _ in range(6):
        training.begin()
    training.states[0] = "failed"
    assert training.promoted == [1, 2]


def test_run_that_is_short_has_fewer_and_shorter_ones_and_time_for_a_whole_training():
    rule = StartupHalving(max_resource=60)
    assert rule.within(n_trials=30).n_short == 15
    assert rule.within(n_trials=1000, n_steps=36_000) == StartupHalving(60, 4, 40, 4)
    assert rule.within(n_steps=600) == StartupHalving(60, 4, 40, 4)
    assert rule.within(n_steps=200) == StartupHalving(60, 1, 40, 2)
    assert rule.within(n_steps=60).n_paused == 0


@given(st.integers(2, 500), st.integers(1, 5000), st.integers(1, 100))
def test_short_trainings_within_a_budget_leave_a_whole_one(max_resource, n_steps, n_trials):
    rule = StartupHalving(max_resource).within(n_trials, n_steps)
    if rule.n_paused:
        assert rule.n_paused <= n_trials // 2
        assert rule.n_paused * rule.rung + max_resource <= n_steps
        assert 1 <= rule.rung < max_resource


def test_trial_that_cannot_pause_is_never_stopped():
    training = Training(StartupHalving(max_resource=30, n_short=6, n_whole=2), [[1.0, 1.0]])
    training.begin()
    assert not training.rule.decide(training.trials, 0).is_stop
    assert not training.rule.is_due(2, -1)


def test_settings_that_do_not_fit_are_refused_in_one_line():
    with pytest.raises(InvalidInputError, match="^max_resource must be at least min_resource=9, but is 5$"):
        StartupHalving(5, 9)
    with pytest.raises(InvalidInputError, match="^n_short must be at least 1, but is 0$"):
        StartupHalving(5, n_short=0)
    with pytest.raises(InvalidInputError, match="^n_whole must be .*$"):
        StartupHalving(5, n_whole="all")
    with pytest.raises(
        InvalidInputError, match="^max_resource must be the last step of a whole training, but is None$"
    ):
        StartupHalving(None)
