"""The next configuration of a fixed design."""

import pytest

from paretune.errors import SpaceExhaustedError
from paretune.searchers import Context
from paretune.searchers.first_untried import first_untried
from searchers.runs import OBJECTIVES, SMALL, make_trials

DESIGN = [{"k": 2}, {"k": 1}, {"k": 3}]


def first(tried, states=None, n_ahead=0):
    trials = make_trials(SMALL, [{"k": k} for k in tried], states)
    return first_untried(iter(DESIGN), trials, Context(SMALL, OBJECTIVES, n_ahead=n_ahead)).params["k"]


def test_first_configuration_without_a_trial_is_next():
    assert [first([]), first([2]), first([1]), first([2, 1]), first([2, 2])] == [2, 1, 2, 3, 1]


def test_pending_trials_count_and_lost_ones_do_not():
    assert first([2], ["pending"]) == 1
    assert first([2], ["lost"]) == 2


@pytest.mark.parametrize(("tried", "n_ahead"), [([1, 2, 3], 0), ([1, 2], 1), ([], 3)])
def test_exhausted_space_is_an_error(tried, n_ahead):
    with pytest.raises(SpaceExhaustedError, match=f"all {len(tried)} configurations have been tried"):
        first(tried, n_ahead=n_ahead)
