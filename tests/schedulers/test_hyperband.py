from collections import Counter

import pytest

from paretune.schedulers import Hyperband
from schedulers.constant_trials import ONE, constant_trials


def test_brackets_are_those_of_the_paper():
    """Li et al. 2018, table 1: R = 81 and eta = 3."""
    brackets = Hyperband(max_resource=81).brackets
    assert [bracket.n for bracket in brackets] == [81, 34, 15, 8, 5]
    assert [bracket.rungs for bracket in brackets] == [(1, 3, 9, 27), (3, 9, 27), (9, 27), (27,), ()]


@pytest.mark.parametrize("power", range(1, 9))
def test_no_bracket_is_lost_by_rounding(power):
    assert len(Hyperband(max_resource=3**power).brackets) == power + 1  # the logarithm of floats loses one at 3^5


def test_round_of_trials_has_the_sizes_of_the_brackets():
    rule = Hyperband(max_resource=81)
    total = sum(bracket.n for bracket in rule.brackets)
    counts = Counter(rule.bracket_of(number) for number in range(total))
    assert [counts[i] for i in range(5)] == [81, 34, 15, 8, 5]
    assert {rule.bracket_of(number) for number in range(40)} == set(range(5))  # evenly mixed


def test_min_resource_limits_the_brackets():
    assert [bracket.rungs for bracket in Hyperband(max_resource=60, min_resource=5).brackets] == [(6, 20), (20,), ()]


def test_trial_of_the_last_bracket_is_never_stopped():
    rule = Hyperband(max_resource=9, exempt=0)
    trials = constant_trials([[float(i)] for i in range(40)], ONE, n_pending=1)
    last = next(number for number in range(9, 40) if rule.bracket_of(number) == 2)
    assert not rule.decide(trials[trials.numbers <= last], last, decided_at=-1).is_stop


def test_trials_are_compared_within_their_bracket():
    rule = Hyperband(max_resource=9, exempt=0)
    number = next(number for number in range(30, 60) if rule.bracket_of(number) == 0)
    trials = constant_trials([[float(i)] for i in range(number + 1)], ONE, n_pending=1)
    decision = rule.decide(trials, number)
    n_here = sum(rule.bracket_of(other) == 0 for other in range(number + 1))
    assert decision.is_stop
    assert decision.reason.startswith(f"bracket 0: place {n_here} of {n_here} at step 1")
