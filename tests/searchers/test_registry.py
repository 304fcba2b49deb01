"""The contract of every registered searcher."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from paretune.errors import SpaceExhaustedError
from paretune.searchers import SEARCHERS, Context, make_searcher
from paretune.space import Float, LogNormal, Space
from paretune.space.keys import configuration_keys
from searchers.runs import MIXED, OBJECTIVES, make_trials, run, search_in_slots, suggest

N = 6
DESIGNS = ["random", "sobol", "grid"]  # their order does not depend on results
LEARNERS = {  # those that learn without a model, with options that soon leave the beginning behind
    "annealing": {"n_startup_trials": 3},
    "evolution": {"population": 3},
    "cma-es": {"population": 4, "rounds": 1},
    "pshe2": {"population": 3},
    "hazero": {"population": 4},
}


def test_registry_says_in_one_line_when_to_take_a_searcher():
    for entry in SEARCHERS.values():
        assert all(text and "\n" not in text for text in (entry.when, entry.failures, entry.parallel))


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


@pytest.mark.parametrize("name", LEARNERS)
def test_search_is_a_fold_over_the_trials(name):
    """A searcher that has seen the whole run suggests after some of its trials what it suggested then."""
    searcher = make_searcher(name, LEARNERS[name])
    configurations = run(searcher, MIXED, 10)
    for n in (9, 4, 7):
        assert suggest(searcher, make_trials(MIXED, configurations[:n])) == configurations[n]


@pytest.mark.parametrize("name", LEARNERS)
def test_trials_that_begin_together_get_the_suggestions_of_one_by_one(name):
    searcher = make_searcher(name, LEARNERS[name])
    configurations = run(searcher, MIXED, 5)
    states = ["complete"] * 5
    one_by_one = list(configurations)
    for _ in range(3):
        trials = make_trials(MIXED, one_by_one, states)
        one_by_one.append(suggest(searcher, trials))
        states.append("pending")
    trials = make_trials(MIXED, configurations)
    assert [suggest(searcher, trials, n_ahead=n) for n in range(3)] == one_by_one[5:]


@pytest.mark.parametrize("name", LEARNERS)
def test_slots_never_repeat_a_trial(name):
    def losses_of(params):
        return None if params["b"] > 7 else [params["a"], float(params["b"])]

    found, _ = search_in_slots(make_searcher(name, LEARNERS[name]), MIXED, OBJECTIVES, losses_of, 16)
    assert len(set(configuration_keys(MIXED, found))) == 16


@pytest.mark.parametrize("name", LEARNERS)
@settings(max_examples=8)
@given(trials=strategies.trials(), seed=st.integers(0, 3))
def test_any_trials_lead_to_a_new_configuration_of_the_space(name, trials, seed):
    """Mixed and conditional spaces, one to three objectives with limits, failed, lost and pending trials."""
    searcher, context = make_searcher(name, LEARNERS[name]), Context(trials.space, trials.objectives, seed)
    try:
        suggestion = dict(searcher.suggest(trials, context).params)
    except SpaceExhaustedError:
        assert trials.space.is_finite
        return
    assert trials.space.contains(suggestion)
    assert suggestion not in [params for params, lost in zip(trials.params, trials.is_lost, strict=True) if not lost]
    assert suggestion == dict(searcher.suggest(trials, context).params)


@pytest.mark.parametrize("name", sorted(SEARCHERS.keys() - {"bayes"}))
def test_every_suggestion_satisfies_the_constraints(name):
    """In a mixed conditional space; `check` refuses what violates them."""
    space = Space(MIXED, [{"weights": {"a": 5, "b": 1}, "at_most": 5, "at_least": 2}])
    configurations = run(make_searcher(name, LEARNERS.get(name)), space, 2 * N)
    assert [space.check(params) for params in configurations] == configurations
    assert len({params["b"] for params in configurations}) > 2


@pytest.mark.parametrize("name", ["annealing", "evolution"])
def test_search_begins_where_the_prior_is(name):
    space = Space({**MIXED, "a": Float(1e-4, 1, log=True, prior=LogNormal(0.01, 0.1))})
    begin = run(SEARCHERS[name].searcher, space, 8)
    assert sum(abs(params["a"] - 0.01) < 0.005 for params in begin) >= 4
