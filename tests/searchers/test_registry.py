"""The contract of every registered searcher."""

import pytest

from paretune.searchers import SEARCHERS, Context
from searchers.runs import MIXED, OBJECTIVES, make_trials, run, suggest

N = 6
DESIGNS = ["random", "sobol", "grid"]  # their order does not depend on results


def test_registry_says_in_one_line_when_to_take_a_searcher():
    assert all(entry.when and "\n" not in entry.when for entry in SEARCHERS.values())


@pytest.mark.parametrize("name", SEARCHERS)
def test_suggestions_are_in_the_space_and_repeat_with_the_seed(name):
    searcher = SEARCHERS[name].searcher
    configurations = run(searcher, MIXED, N)
    assert all(MIXED.contains(params) for params in configurations)
    assert run(searcher, MIXED, N) == configurations
    assert run(searcher, MIXED, N, seed=1) != configurations


@pytest.mark.parametrize("name", SEARCHERS)
def test_resumed_search_is_the_one_that_was_never_stopped(name):
    """A new searcher object continues from the trials alone."""
    searcher = SEARCHERS[name].searcher
    configurations = run(searcher, MIXED, N)
    trials = make_trials(MIXED, configurations[: N - 1])
    assert suggest(type(searcher)(), trials) == configurations[-1]


@pytest.mark.parametrize("name", DESIGNS)
def test_design_leaves_its_next_configurations_to_earlier_trials(name):
    searcher = SEARCHERS[name].searcher
    configurations = run(searcher, MIXED, 5)
    trials = make_trials(MIXED, configurations[:2])
    assert [suggest(searcher, trials, n_ahead=n) for n in range(3)] == configurations[2:]


@pytest.mark.parametrize("name", DESIGNS)
def test_configuration_of_a_lost_trial_is_suggested_again(name):
    searcher = SEARCHERS[name].searcher
    configurations = run(searcher, MIXED, 3)
    trials = make_trials(MIXED, configurations, ["complete", "lost", "pending"])
    assert suggest(searcher, trials) == configurations[1]


def test_trials_are_not_changed():
    for entry in SEARCHERS.values():
        trials = make_trials(MIXED, run(entry.searcher, MIXED, 2))
        before = trials.to_frame()
        entry.searcher.suggest(trials, Context(MIXED, OBJECTIVES))
        assert trials.to_frame().equals(before)
